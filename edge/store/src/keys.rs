//! The hierarchy of keys under which personal fields and secrets are sealed.
//!
//! root key (a file outside the data directory and outside every backup)
//! → the house's keys, and one key per top organisation (sealed in the database)
//! → one key per person → the person's fields. Erasing a person destroys that person's key.
//!
//! Source: XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03) with random nonces of 24 bytes;
//! keyed BLAKE3 for digests that find a sealed value again. What a value is and whose is
//! bound into the seal, so that a sealed value moved to another row does not open.

use std::fmt;

use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use zeroize::Zeroize as _;

use crate::StoreError;
use crate::database::Database;

const NONCE: usize = 24;

/// Why a sealed value stays shut.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The text is no root key.
    #[error("a root key is 64 hexadecimal digits")]
    NotAKey,
    /// The database was made with another root key.
    #[error(
        "the house is sealed under another root key; the one with which it was made is needed"
    )]
    WrongRoot,
    /// A sealed value was changed, moved, or its key destroyed.
    #[error("what is sealed as {0} does not open: it was changed or moved")]
    Shut(&'static str),
    /// The operating system gave no random bytes.
    #[error("the operating system gave no random bytes")]
    NoRandomness,
}

/// The key of all keys. It prints as nothing and is wiped when dropped.
#[derive(Clone)]
pub struct RootKey(Key);

impl RootKey {
    /// Makes a new one.
    ///
    /// # Errors
    /// When the operating system gives no random bytes.
    pub fn make() -> Result<Self, KeyError> {
        Ok(Self(Key::make()?))
    }

    /// Reads what [`RootKey::to_text`] wrote; blanks around it do not matter.
    ///
    /// # Errors
    /// When it is not 64 hexadecimal digits.
    pub fn from_text(text: &str) -> Result<Self, KeyError> {
        let hash = blake3::Hash::from_hex(text.trim()).map_err(|_| KeyError::NotAKey)?;
        Ok(Self(Key(*hash.as_bytes())))
    }

    /// The key as text, for the file that holds it and for nothing else.
    #[must_use]
    pub fn to_text(&self) -> String {
        blake3::Hash::from_bytes(self.0.0).to_hex().to_string()
    }
}

impl fmt::Debug for RootKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RootKey(…)")
    }
}

/// A key of 32 bytes, wiped when dropped.
#[derive(Clone)]
pub(crate) struct Key([u8; 32]);

impl Drop for Key {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

/// What a value is and whose: it opens only there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Whose {
    pub(crate) what: &'static str,
    pub(crate) head: i64,
    pub(crate) id: i64,
}

/// How many parts a row may have, as a power of two.
const PART_BITS: u32 = 20;

impl Whose {
    /// A part of what has that number, such as a piece of a document: it opens in its place
    /// alone.
    pub(crate) const fn part(
        what: &'static str,
        head: i64,
        of: i64,
        number: i64,
    ) -> Self {
        Self { what, head, id: of.wrapping_shl(PART_BITS) ^ number }
    }

    fn bytes(self) -> Vec<u8> {
        format!("{}/{}/{}", self.what, self.head, self.id).into_bytes()
    }
}

impl Key {
    pub(crate) fn make() -> Result<Self, KeyError> {
        Ok(Self(random()?))
    }

    /// Seals `plain`, which then opens only as `whose`.
    pub(crate) fn seal(&self, whose: Whose, plain: &[u8]) -> Result<Vec<u8>, KeyError> {
        let nonce: [u8; NONCE] = random()?;
        let payload = Payload { msg: plain, aad: &whose.bytes() };
        let sealed = self
            .cipher()
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| KeyError::Shut(whose.what))?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Opens what [`Key::seal`] sealed as the same.
    pub(crate) fn open(&self, whose: Whose, sealed: &[u8]) -> Result<Vec<u8>, KeyError> {
        let shut = KeyError::Shut(whose.what);
        let (nonce, sealed) =
            sealed.split_first_chunk::<NONCE>().ok_or_else(|| shut.clone())?;
        let payload = Payload { msg: sealed, aad: &whose.bytes() };
        self.cipher().decrypt(&XNonce::from(*nonce), payload).map_err(|_| shut)
    }

    pub(crate) fn seal_text(
        &self,
        whose: Whose,
        plain: &str,
    ) -> Result<Vec<u8>, KeyError> {
        self.seal(whose, plain.as_bytes())
    }

    pub(crate) fn open_text(
        &self,
        whose: Whose,
        sealed: &[u8],
    ) -> Result<String, KeyError> {
        String::from_utf8(self.open(whose, sealed)?)
            .map_err(|_| KeyError::Shut(whose.what))
    }

    /// A key that lies sealed under this one.
    pub(crate) fn unwrap(&self, whose: Whose, sealed: &[u8]) -> Result<Self, KeyError> {
        let mut plain = self.open(whose, sealed)?;
        let key = plain.as_slice().try_into().map_err(|_| KeyError::Shut(whose.what));
        plain.zeroize();
        Ok(Self(key?))
    }

    /// A digest that only who holds this key can work out.
    pub(crate) fn digest(&self, what: &'static str, text: &[u8]) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_keyed(&self.0);
        hasher.update(&(what.len() as u64).to_le_bytes());
        hasher.update(what.as_bytes());
        hasher.update(text);
        *hasher.finalize().as_bytes()
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.0.into())
    }
}

/// The keys that are open while the program runs.
#[derive(Debug)]
pub(crate) struct Keys {
    /// Seals the keys of top organisations.
    house: Key,
    /// Makes the digests by which a sealed e-mail address is found again.
    look_up: Key,
    /// Makes the seal on the newest root of each audit log.
    audit: Key,
}

impl Keys {
    /// Opens the house's keys with the root key, or makes them in a new database.
    pub(crate) async fn unlock(
        database: &Database,
        root: &RootKey,
    ) -> Result<Self, StoreError> {
        let select =
            "SELECT house_key, look_up_key, audit_key FROM instance WHERE id = 1";
        let read = |row: &crate::database::Row<'_>| {
            Ok((
                row.bytes("house_key")?,
                row.bytes("look_up_key")?,
                row.bytes("audit_key")?,
            ))
        };
        let mut kept = database.row(select, &[], read).await?;
        if kept.is_none() {
            Self::found(database, root).await?;
            kept = database.row(select, &[], read).await?;
        }
        let (house, look_up, audit) = kept.ok_or(KeyError::WrongRoot)?;
        let open = |what, sealed: &[u8]| {
            root.0.unwrap(of_the_house(what), sealed).map_err(|_| KeyError::WrongRoot)
        };
        Ok(Self {
            house: open("house key", &house)?,
            look_up: open("look-up key", &look_up)?,
            audit: open("audit key", &audit)?,
        })
    }

    /// Whether the root key opens the house's, as they are kept.
    pub(crate) fn expect_root(root: &RootKey, house: &[u8]) -> Result<(), KeyError> {
        root.0
            .unwrap(of_the_house("house key"), house)
            .map_err(|_| KeyError::WrongRoot)
            .map(drop)
    }

    /// Two nodes may start at the same time on one empty database: the first one's keys
    /// stay.
    async fn found(database: &Database, root: &RootKey) -> Result<(), StoreError> {
        let sealed = |what| root.0.seal(of_the_house(what), &Key::make()?.0);
        let mut changing = database.begin().await?;
        changing
            .run(
                "INSERT INTO instance (id, house_key, look_up_key, audit_key)
                 VALUES (1, $1, $2, $3)
                     ON CONFLICT (id) DO NOTHING",
                &[
                    sealed("house key")?.into(),
                    sealed("look-up key")?.into(),
                    sealed("audit key")?.into(),
                ],
            )
            .await?;
        changing.commit().await
    }

    /// Makes the key of a top organisation, and the form in which it is kept.
    pub(crate) fn make_for_head(&self, head: i64) -> Result<Vec<u8>, KeyError> {
        self.house.seal(of_head(head), &Key::make()?.0)
    }

    /// The key of a top organisation.
    pub(crate) fn of_head(&self, head: i64, sealed: &[u8]) -> Result<Key, KeyError> {
        self.house.unwrap(of_head(head), sealed)
    }

    /// Seals something that this house alone is to open.
    pub(crate) fn seal_for_house(
        &self,
        whose: Whose,
        plain: &[u8],
    ) -> Result<Vec<u8>, KeyError> {
        self.house.seal(whose, plain)
    }

    /// Opens what [`Keys::seal_for_house`] sealed as the same.
    pub(crate) fn open_for_house(
        &self,
        whose: Whose,
        sealed: &[u8],
    ) -> Result<Vec<u8>, KeyError> {
        self.house.open(whose, sealed)
    }

    /// The digest by which an e-mail address is found; case and blanks do not matter.
    pub(crate) fn of_address(&self, address: &str) -> Vec<u8> {
        let address = address.trim().to_lowercase();
        self.look_up.digest("e-mail address", address.as_bytes()).to_vec()
    }

    /// The digest under which tries of an account or a network are counted.
    pub(crate) fn of_try(&self, whose: &str) -> Vec<u8> {
        self.look_up.digest("tries", whose.as_bytes()).to_vec()
    }

    /// The digest by which a provider's name for somebody is found.
    pub(crate) fn of_identity(&self, issuer: &str, subject: &str) -> Vec<u8> {
        let length = (issuer.len() as u64).to_le_bytes();
        let text = [&length, issuer.as_bytes(), subject.as_bytes()].concat();
        self.look_up.digest("identity", &text).to_vec()
    }

    /// The seal on an audit log's newest root.
    pub(crate) fn of_log(&self, head: i64, size: i64, root: &[u8]) -> Vec<u8> {
        let text = [&head.to_le_bytes(), &size.to_le_bytes(), root].concat();
        self.audit.digest("audit log", &text).to_vec()
    }
}

/// Seals and wraps the key of one person.
pub(crate) fn of_person(head: i64, id: i64) -> Whose {
    Whose { what: "a person's key", head, id }
}

fn of_head(head: i64) -> Whose {
    Whose { what: "an organisation's key", head, id: head }
}

fn of_the_house(what: &'static str) -> Whose {
    Whose { what, head: 0, id: 0 }
}

impl Key {
    /// A new key, and the form in which it lies sealed under this one.
    pub(crate) fn make_below(&self, whose: Whose) -> Result<(Self, Vec<u8>), KeyError> {
        let key = Self::make()?;
        let sealed = self.seal(whose, &key.0)?;
        Ok((key, sealed))
    }
}

/// Bytes from the operating system.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], KeyError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| KeyError::NoRandomness)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::{Key, KeyError, RootKey, Whose};

    const HERE: Whose = Whose { what: "a name", head: 1, id: 7 };

    #[test]
    fn what_is_sealed_opens_where_it_belongs_and_nowhere_else() {
        let key = Key::make().unwrap();
        let sealed = key.seal_text(HERE, "Ada").unwrap();
        assert_eq!(key.open_text(HERE, &sealed).unwrap(), "Ada");
        for elsewhere in [
            Whose { id: 8, ..HERE },
            Whose { head: 2, ..HERE },
            Whose { what: "an address", ..HERE },
        ] {
            assert!(key.open(elsewhere, &sealed).is_err(), "{elsewhere:?}");
        }
        assert!(Key::make().unwrap().open(HERE, &sealed).is_err());
    }

    #[test]
    fn a_changed_byte_keeps_it_shut() {
        let key = Key::make().unwrap();
        let sealed = key.seal_text(HERE, "Ada").unwrap();
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(key.open(HERE, &changed), Err(KeyError::Shut("a name")));
        }
        for shorter in 0..sealed.len() {
            assert!(key.open(HERE, &sealed[..shorter]).is_err());
        }
    }

    #[test]
    fn the_same_text_is_sealed_differently_each_time() {
        let key = Key::make().unwrap();
        let seal = || key.seal_text(HERE, "Ada").unwrap();
        assert_ne!(seal(), seal());
    }

    #[test]
    fn a_root_key_comes_back_from_its_text_and_is_never_printed() {
        let root = RootKey::make().unwrap();
        let text = root.to_text();
        assert_eq!(RootKey::from_text(&format!(" {text}\n")).unwrap().to_text(), text);
        assert_eq!(format!("{root:?}"), "RootKey(…)");
        for bad in ["", "12", &text[1..], &text.replace(&text[..1], "x")] {
            assert_eq!(RootKey::from_text(bad).unwrap_err(), KeyError::NotAKey, "{bad}");
        }
    }
}
