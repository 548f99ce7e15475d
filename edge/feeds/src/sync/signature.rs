//! Detached OpenPGP signatures, under a policy of ours.
//!
//! Source: RFC 9580 (OpenPGP) and RFC 4880; CSAF 2.0, section 7.1.19. The library reads and
//! computes; which key may sign, when, and how is decided here: a key whose fingerprint is
//! trusted, or a subkey of it that is bound for signing and says so itself; neither revoked nor
//! expired when it signed; the signature over bytes, with at least SHA-256, not expired, and
//! not of tomorrow.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use jiff::Timestamp;
use pgp::composed::{
    Deserializable as _, DetachedSignature, SignedPublicKey, SignedPublicSubKey,
};
use pgp::crypto::hash::HashAlgorithm;
use pgp::packet::{KeyFlags, Signature, SignatureType};
use pgp::types::{KeyDetails, Tag};

/// Clocks differ by so much.
const SKEW_SECONDS: i64 = 300;

/// Keys that may sign.
#[derive(Debug)]
pub(super) struct Keys(Vec<SignedPublicKey>);

impl Keys {
    pub(super) fn none() -> Self {
        Self(Vec::new())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds the key of that fingerprint (in lower case) out of a file of keys.
    pub(super) fn add(&mut self, file: &[u8], fingerprint: &str) -> Result<(), String> {
        let keys = guarded(|| {
            let (keys, _) = SignedPublicKey::from_reader_many(Cursor::new(file))
                .map_err(|error| error.to_string())?;
            Ok(keys.flatten().collect::<Vec<_>>())
        })
        .map_err(|cause| format!("it is no OpenPGP key: {cause}"))?;
        let is_meant = |key: &&SignedPublicKey| {
            key.fingerprint().to_string().to_lowercase() == fingerprint
        };
        let key = keys.iter().find(is_meant);
        let key = key.ok_or_else(|| format!("it holds no key {fingerprint}"))?;
        self.0.push(key.clone());
        Ok(())
    }

    /// Whether a document is signed by one of the keys.
    pub(super) fn verify(
        &self,
        document: &[u8],
        signature: &[u8],
        now: Timestamp,
    ) -> Result<(), String> {
        guarded(|| {
            let read = DetachedSignature::from_reader_single(Cursor::new(signature));
            let (detached, _) =
                read.map_err(|cause| format!("it cannot be read: {cause}"))?;
            self.verify_one(document, &detached.signature, now)
        })
    }

    fn verify_one(
        &self,
        document: &[u8],
        signature: &Signature,
        now: Timestamp,
    ) -> Result<(), String> {
        let signed = expect_sound(signature, now)?;
        let mut why = "it is by a key that is not trusted".to_owned();
        for key in &self.0 {
            match verify_by(key, document, signature, signed) {
                Ok(()) => return Ok(()),
                // A key that is the one, but may not sign, says more than one that is not.
                Err(Refusal::MayNot(reason)) => why = reason.to_owned(),
                Err(Refusal::Other) => {}
            }
        }
        Err(why)
    }
}

/// The library has panicked on hostile bytes before; a document is then refused, and no more.
fn guarded<T>(act: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(act))
        .unwrap_or_else(|_| Err("reading it failed inside the library".to_owned()))
}

/// When it was made, in seconds since 1970, if it may count at all.
fn expect_sound(signature: &Signature, now: Timestamp) -> Result<i64, String> {
    if signature.typ() != Some(SignatureType::Binary) {
        return Err("it is not over the bytes of a document".to_owned());
    }
    let is_strong = matches!(
        signature.hash_alg(),
        Some(
            HashAlgorithm::Sha256
                | HashAlgorithm::Sha384
                | HashAlgorithm::Sha512
                | HashAlgorithm::Sha3_256
                | HashAlgorithm::Sha3_512
        )
    );
    if !is_strong {
        return Err("its hash is weaker than SHA-256".to_owned());
    }
    let made = signature.created().ok_or("it does not say when it was made")?;
    let made = i64::from(made.as_secs());
    if made > now.as_second() + SKEW_SECONDS {
        return Err("it was made in the future".to_owned());
    }
    let span =
        signature.signature_expiration_time().map_or(0, |span| i64::from(span.as_secs()));
    if span > 0 && made + span <= now.as_second() {
        return Err("it has expired".to_owned());
    }
    Ok(made)
}

enum Refusal {
    /// Not by this key.
    Other,
    /// By this key, which may not sign.
    MayNot(&'static str),
}

fn verify_by(
    key: &SignedPublicKey,
    document: &[u8],
    signature: &Signature,
    signed: i64,
) -> Result<(), Refusal> {
    if signature.verify(&key.primary_key, document).is_ok() {
        return primary_may_sign(key, signed).map_err(Refusal::MayNot);
    }
    let subkey = key
        .public_subkeys
        .iter()
        .find(|subkey| signature.verify(&subkey.key, document).is_ok());
    let subkey = subkey.ok_or(Refusal::Other)?;
    // A subkey is worth no more than the key that it belongs to.
    primary_is_good(key, signed)
        .and_then(|_| subkey_may_sign(key, subkey, signed))
        .map_err(Refusal::MayNot)
}

fn primary_may_sign(key: &SignedPublicKey, signed: i64) -> Result<(), &'static str> {
    let own = primary_is_good(key, signed)?;
    let flags = own.key_flags();
    match flags.sign() || flags == KeyFlags::default() {
        true => Ok(()),
        false => Err("its key is not for signing"),
    }
}

/// The newest signature by which a key speaks of itself, if the key was good then.
fn primary_is_good(
    key: &SignedPublicKey,
    signed: i64,
) -> Result<&Signature, &'static str> {
    let primary = &key.primary_key;
    let is_revoked = key
        .details
        .revocation_signatures
        .iter()
        .any(|own| own.verify_key(primary).is_ok());
    if is_revoked {
        return Err("its key is revoked");
    }
    let direct = key
        .details
        .direct_signatures
        .iter()
        .filter(|own| own.verify_key(primary).is_ok());
    let users = key.details.users.iter().flat_map(|user| {
        let of_user = move |own: &&Signature| {
            own.is_certification()
                && own.verify_certification(primary, Tag::UserId, &user.id).is_ok()
        };
        user.signatures.iter().filter(of_user)
    });
    let own = direct.chain(users).max_by_key(|own| own.created().map(|at| at.as_secs()));
    let own = own.ok_or("its key does not speak of itself")?;
    expect_alive(primary, own, signed)?;
    Ok(own)
}

fn subkey_may_sign(
    key: &SignedPublicKey,
    subkey: &SignedPublicSubKey,
    signed: i64,
) -> Result<(), &'static str> {
    let primary = &key.primary_key;
    let of = |kind: SignatureType| {
        subkey.signatures.iter().filter(move |binding| {
            binding.typ() == Some(kind)
                && binding.verify_subkey_binding(primary, &subkey.key).is_ok()
        })
    };
    if of(SignatureType::SubkeyRevocation).next().is_some() {
        return Err("its key is revoked");
    }
    let binding = of(SignatureType::SubkeyBinding)
        .max_by_key(|it| it.created().map(|at| at.as_secs()));
    let binding = binding.ok_or("its key is not bound to the one that is trusted")?;
    let agrees = binding
        .embedded_signature()
        .is_some_and(|own| own.verify_primary_key_binding(&subkey.key, primary).is_ok());
    if !binding.key_flags().sign() || !agrees {
        return Err("its key is not for signing");
    }
    expect_alive(&subkey.key, binding, signed)
}

/// Whether a key was there, and had not expired, when it signed.
fn expect_alive(
    key: &impl KeyDetails,
    own: &Signature,
    signed: i64,
) -> Result<(), &'static str> {
    let made = i64::from(key.created_at().as_secs());
    let span = own.key_expiration_time().map_or(0, |span| i64::from(span.as_secs()));
    match () {
        () if signed < made => Err("it is older than its key"),
        () if span > 0 && signed >= made + span => Err("its key had expired"),
        () => Ok(()),
    }
}

#[cfg(test)]
mod tests;
