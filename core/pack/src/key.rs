//! The key of an organisation, with which its packs are signed.
//!
//! Source: RFC 8032 (Ed25519), RFC 8410 §4 (the public key as `SubjectPublicKeyInfo`), RFC 7468
//! (PEM).

use std::fmt;

use data_encoding::BASE64;
use reading::{Place, Rejected};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use sha2::{Digest as _, Sha256};

use crate::hex;

/// What stands before the 32 bytes of a key in its `SubjectPublicKeyInfo`.
const BEFORE: [u8; 12] =
    [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
const BEGIN: &str = "-----BEGIN PUBLIC KEY-----";
const END: &str = "-----END PUBLIC KEY-----";

/// The public half: whoever has it can tell who signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublicKey([u8; 32]);

impl PublicKey {
    /// A key of its 32 bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its 32 bytes.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Reads a key as `openssl pkey -pubout` writes it; blanks around it do not matter.
    ///
    /// # Errors
    /// When it is no public key of Ed25519 in PEM.
    pub fn from_pem(text: &str) -> Result<Self, Rejected> {
        let wrong = |message: &'static str| {
            Rejected::new(
                Place::Document,
                message,
                "give the file `key.pem` as the organisation shows it under Settings",
            )
        };
        let inner = text.trim().strip_prefix(BEGIN);
        let inner = inner.and_then(|rest| rest.strip_suffix(END));
        let inner = inner.ok_or_else(|| wrong("the file is no public key in PEM"))?;
        let letters: String =
            inner.chars().filter(|letter| !letter.is_ascii_whitespace()).collect();
        let der = BASE64.decode(letters.as_bytes());
        let der = der.map_err(|_| wrong("the key is not written in base64"))?;
        let key = der.strip_prefix(&BEFORE).and_then(|key| key.try_into().ok());
        key.map(Self).ok_or_else(|| wrong("the key is no Ed25519 key"))
    }

    fn der(&self) -> Vec<u8> {
        [BEFORE.as_slice(), &self.0].concat()
    }

    /// The key as `openssl` reads it.
    #[must_use]
    pub fn to_pem(&self) -> String {
        format!("{BEGIN}\n{}\n{END}\n", BASE64.encode(&self.der()))
    }

    /// The SHA-256 of its `SubjectPublicKeyInfo`, by which people compare it.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        hex(&Sha256::digest(self.der()))
    }

    /// Whether the holder of this key signed `message`.
    #[must_use]
    pub fn signed(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, self.0).verify(message, signature).is_ok()
    }
}

/// The secret half. It prints as nothing.
pub struct SigningKey(Ed25519KeyPair);

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(…)")
    }
}

impl SigningKey {
    /// The key that grows of these random bytes; none where they are not 32.
    #[must_use]
    pub fn of_seed(seed: &[u8]) -> Option<Self> {
        Ed25519KeyPair::from_seed_unchecked(seed).ok().map(Self)
    }

    /// The public half; none is a fault of the library.
    #[must_use]
    pub fn public(&self) -> Option<PublicKey> {
        self.0.public_key().as_ref().try_into().ok().map(PublicKey)
    }

    /// The signature over a message: 64 bytes.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.0.sign(message).as_ref().to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8032 §7.1, test 2.
    const SEED: &str = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb";
    const PUBLIC: &str =
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
    const SIGNED: &str = "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da\
                          085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";

    fn bytes(hex: &str) -> Vec<u8> {
        data_encoding::HEXLOWER.decode(hex.as_bytes()).unwrap()
    }

    #[test]
    fn a_signature_is_that_of_rfc_8032() {
        let key = SigningKey::of_seed(&bytes(SEED)).unwrap();
        let public = key.public().unwrap();
        assert_eq!(hex(public.bytes()), PUBLIC);
        assert_eq!(hex(&key.sign(&[0x72])), SIGNED);
        assert!(public.signed(&[0x72], &bytes(SIGNED)));
        assert!(!public.signed(&[0x73], &bytes(SIGNED)));
        assert!(!public.signed(&[0x72], &[]));
        assert!(SigningKey::of_seed(&[1; 31]).is_none());
        assert_eq!(format!("{key:?}"), "SigningKey(…)");
    }

    #[test]
    fn a_key_is_written_as_rfc_8410_writes_it_and_read_again() {
        // RFC 8410 §10.1
        let pem = "-----BEGIN PUBLIC KEY-----\n\
                   MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n\
                   -----END PUBLIC KEY-----\n";
        let key = PublicKey::from_pem(&format!("\n {}", pem.replace('\n', "\r\n")));
        assert_eq!(key.unwrap().to_pem(), pem);
        for (bad, message) in [
            ("", "no public key in PEM"),
            (&pem[..60], "no public key in PEM"),
            (&pem.replace("MCow", "MC*w"), "base64"),
            (&pem.replace("MCow", "MDow"), "no Ed25519 key"),
            (&pem.replace("ZuE=", "ZuEA"), "no Ed25519 key"),
        ] {
            let refused = PublicKey::from_pem(bad).unwrap_err();
            assert!(refused.message.contains(message), "{bad}: {refused}");
        }
    }
}
