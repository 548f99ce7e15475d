//! Signatures by which a receiver knows that a message comes from this house, is whole, and is
//! not an old one.
//!
//! Source: Standard Webhooks 1.0.0, "Signature scheme" (symmetric): HMAC-SHA256 over id,
//! seconds and body with dots between, in base64 behind `v1,`; several with blanks between
//! while a secret is being exchanged.

use std::fmt;

use data_encoding::BASE64;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use sha2::Sha256;
use zeroize::{Zeroize as _, Zeroizing};

/// What each secret begins with.
const SIGN: &str = "whsec_";
/// How many bytes a secret of ours has; the specification asks for 24 to 64.
const BYTES: usize = 32;

/// Why a text is no secret, or none could be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotASecret {
    /// It is not `whsec_` and 24 to 64 bytes in base64.
    #[error("a secret is `whsec_` and 24 to 64 bytes in base64")]
    Form,
    /// The operating system gave no random bytes.
    #[error("the operating system gave no random bytes")]
    NoRandomness,
}

/// A secret that this house and a receiver share. It prints as nothing and is wiped when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

impl Secret {
    /// Makes a new one.
    ///
    /// # Errors
    /// When the operating system gives no random bytes.
    pub fn make() -> Result<Self, NotASecret> {
        let mut bytes = [0; BYTES];
        getrandom::fill(&mut bytes).map_err(|_| NotASecret::NoRandomness)?;
        let secret = Self(bytes.to_vec());
        bytes.zeroize();
        Ok(secret)
    }

    /// Reads what [`Secret::to_text`] wrote, or another house.
    ///
    /// # Errors
    /// When it is none.
    pub fn from_text(text: &str) -> Result<Self, NotASecret> {
        let coded = text.trim().strip_prefix(SIGN).ok_or(NotASecret::Form)?;
        let bytes = BASE64.decode(coded.as_bytes()).map_err(|_| NotASecret::Form)?;
        Self::from_bytes(&Zeroizing::new(bytes))
    }

    /// A secret that was kept as bytes.
    ///
    /// # Errors
    /// When it is too short or too long.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NotASecret> {
        match bytes.len() {
            24..=64 => Ok(Self(bytes.to_vec())),
            _ => Err(NotASecret::Form),
        }
    }

    /// The bytes, to be kept sealed.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The secret as it is shown once and given to a receiver.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("{SIGN}{}", BASE64.encode(&self.0)))
    }

    /// What this secret signs.
    fn sign(&self, id: &str, at: Timestamp, body: &[u8]) -> String {
        // HMAC takes a key of any length.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else {
            return String::new();
        };
        mac.update(format!("{id}.{}.", at.as_second()).as_bytes());
        mac.update(body);
        format!("v1,{}", BASE64.encode(mac.finalize().into_bytes().as_slice()))
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The signature of a message with each of some secrets.
#[must_use]
pub fn signed(secrets: &[Secret], id: &str, at: Timestamp, body: &[u8]) -> String {
    let each = secrets.iter().map(|secret| secret.sign(id, at, body));
    each.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::{NotASecret, Secret, signed};

    /// The example of the specification's own libraries.
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    #[test]
    fn a_signature_is_that_of_the_specifications_libraries() {
        let secret = Secret::from_text(SECRET).unwrap();
        let at = jiff::Timestamp::from_second(1_614_265_330).unwrap();
        let body = br#"{"test": 2432232314}"#;
        let one = signed(
            std::slice::from_ref(&secret),
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            at,
            body,
        );
        assert_eq!(one, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        let two =
            signed(&[secret.clone(), secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", at, body);
        assert_eq!(two, format!("{one} {one}"));
    }

    #[test]
    fn what_is_signed_is_id_time_and_body() {
        let secrets = [Secret::make().unwrap()];
        let at = |second| jiff::Timestamp::from_second(second).unwrap();
        let base = signed(&secrets, "msg_1", at(1_700_000_000), b"{}");
        for other in [
            signed(&secrets, "msg_2", at(1_700_000_000), b"{}"),
            signed(&secrets, "msg_1", at(1_700_000_001), b"{}"),
            signed(&secrets, "msg_1", at(1_700_000_000), b"[]"),
            signed(&[Secret::make().unwrap()], "msg_1", at(1_700_000_000), b"{}"),
        ] {
            assert_ne!(base, other);
        }
    }

    #[test]
    fn a_secret_comes_back_from_its_text_and_is_never_printed() {
        let secret = Secret::make().unwrap();
        assert_eq!(Secret::from_text(&secret.to_text()).unwrap(), secret);
        assert_eq!(format!("{secret:?}"), "Secret(…)");
        for bad in
            ["", "whsec_", "whsec_AAAA", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_!"]
        {
            assert_eq!(Secret::from_text(bad), Err(NotASecret::Form), "{bad}");
        }
    }
}
