//! The keys with which a provider signs: JSON Web Key Sets (RFC 7517, RFC 7518 §6).
//!
//! Read are RSA keys and keys on the curve P-256, for signing. Everything else in a set is
//! set aside: a provider may publish keys that are not for us.

use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256,
    RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde::Deserialize;

/// How many keys a set may hold.
const KEYS_MAX: usize = 100;
/// How long a key's number may be: RSA with 8,192 bits.
const NUMBER_MAX: usize = 1024;

/// A way to sign: RFC 7518 §3.1. There is no `none` here, and nothing with a shared secret, so
/// that nobody can sign with what is public.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Algorithm {
    Rs256,
    Ps256,
    Es256,
}

impl Algorithm {
    pub(crate) fn from_word(word: &str) -> Option<Self> {
        match word {
            "RS256" => Some(Self::Rs256),
            "PS256" => Some(Self::Ps256),
            "ES256" => Some(Self::Es256),
            _ => None,
        }
    }
}

/// Why a set of keys is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeysFault {
    /// It is no set of keys.
    #[error("the set of keys cannot be read: {0}")]
    Malformed(String),
    /// It holds too many.
    #[error("the set holds {0} keys, more than {KEYS_MAX}")]
    Many(usize),
    /// None of them is of use.
    #[error("the set holds no key for signing with RS256, PS256 or ES256")]
    Empty,
}

/// The keys of a provider that are of use.
#[derive(Clone, Debug)]
pub struct Keys(Vec<Key>);

#[derive(Clone)]
struct Key {
    id: Option<String>,
    algorithm: Option<Algorithm>,
    material: Material,
}

#[derive(Clone)]
enum Material {
    Rsa {
        modulus: Vec<u8>,
        exponent: Vec<u8>,
    },
    /// A point, uncompressed: SEC 1 §2.3.3.
    P256(Vec<u8>),
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key").field("id", &self.id).finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct WrittenSet {
    keys: Vec<Written>,
}

/// RFC 7517 §4. What is absent, or of another kind than expected, makes a key of no use and
/// the set no worse.
#[derive(Deserialize)]
struct Written {
    kty: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    key_ops: Option<Vec<String>>,
    alg: Option<String>,
    kid: Option<String>,
    n: Option<String>,
    e: Option<String>,
    crv: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

impl Keys {
    /// Reads a set of keys, and leaves out what is of no use.
    ///
    /// # Errors
    /// When it is no such set, or none of its keys is of use.
    pub fn parse(bytes: &[u8]) -> Result<Self, KeysFault> {
        let malformed =
            |error: serde_json::Error| KeysFault::Malformed(error.to_string());
        let set: WrittenSet = serde_json::from_slice(bytes).map_err(malformed)?;
        if set.keys.len() > KEYS_MAX {
            return Err(KeysFault::Many(set.keys.len()));
        }
        let keys: Vec<Key> = set.keys.into_iter().filter_map(Written::read).collect();
        match keys.is_empty() {
            true => Err(KeysFault::Empty),
            false => Ok(Self(keys)),
        }
    }

    /// How many keys are of use.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether none is; a set that was read has one.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether one of the keys that a header may mean has signed the text.
    pub(crate) fn signed(
        &self,
        algorithm: Algorithm,
        id: Option<&str>,
        text: &[u8],
        signature: &[u8],
    ) -> Signed {
        let meant = self.0.iter().filter(|key| key.may_be(algorithm, id));
        let mut signed = Signed::ByNoneOfThese;
        for key in meant {
            if key.has_signed(algorithm, text, signature) {
                return Signed::ByOne;
            }
            signed = Signed::Wrongly;
        }
        signed
    }
}

/// What became of a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signed {
    /// It is right.
    ByOne,
    /// It is wrong.
    Wrongly,
    /// The key that is meant is not in the set.
    ByNoneOfThese,
}

impl Written {
    fn read(self) -> Option<Key> {
        let is_for_signing = self.usage.as_deref().is_none_or(|usage| usage == "sig")
            && self
                .key_ops
                .as_ref()
                .is_none_or(|uses| uses.iter().any(|one| one == "verify"));
        if !is_for_signing {
            return None;
        }
        let algorithm = match self.alg.as_deref() {
            None => None,
            Some(word) => Some(Algorithm::from_word(word)?),
        };
        let material = match self.kty.as_deref()? {
            "RSA" => Material::Rsa {
                modulus: number(self.n.as_deref()?)?,
                exponent: number(self.e.as_deref()?)?,
            },
            "EC" if self.crv.as_deref()? == "P-256" => {
                let coordinate = |text: &str| number(text).filter(|one| one.len() == 32);
                let x = coordinate(self.x.as_deref()?)?;
                let y = coordinate(self.y.as_deref()?)?;
                Material::P256([&[4], x.as_slice(), y.as_slice()].concat())
            }
            _ => return None,
        };
        Some(Key { id: self.kid, algorithm, material })
    }
}

fn number(text: &str) -> Option<Vec<u8>> {
    let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
    (!bytes.is_empty() && bytes.len() <= NUMBER_MAX).then_some(bytes)
}

impl Key {
    /// A key signs in the one way that it is for. What a token says of itself is never enough.
    fn may_be(&self, algorithm: Algorithm, id: Option<&str>) -> bool {
        let is_kind = match self.material {
            Material::Rsa { .. } => {
                matches!(algorithm, Algorithm::Rs256 | Algorithm::Ps256)
            }
            Material::P256(_) => algorithm == Algorithm::Es256,
        };
        is_kind
            && self.algorithm.is_none_or(|own| own == algorithm)
            && id.is_none_or(|id| self.id.as_deref() == Some(id))
    }

    fn has_signed(&self, algorithm: Algorithm, text: &[u8], signature: &[u8]) -> bool {
        match (&self.material, algorithm) {
            (Material::Rsa { modulus, exponent }, Algorithm::Rs256) => {
                RsaPublicKeyComponents { n: modulus, e: exponent }
                    .verify(&RSA_PKCS1_2048_8192_SHA256, text, signature)
                    .is_ok()
            }
            (Material::Rsa { modulus, exponent }, Algorithm::Ps256) => {
                RsaPublicKeyComponents { n: modulus, e: exponent }
                    .verify(&RSA_PSS_2048_8192_SHA256, text, signature)
                    .is_ok()
            }
            (Material::P256(point), Algorithm::Es256) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point)
                    .verify(text, signature)
                    .is_ok()
            }
            (Material::Rsa { .. }, Algorithm::Es256)
            | (Material::P256(_), Algorithm::Rs256 | Algorithm::Ps256) => false,
        }
    }
}
