//! Ids of things in documents: UUIDs, and ours come of names.
//!
//! Source: RFC 9562 §5.5 (version 5: SHA-1 of a namespace and a name).

use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha1::{Digest as _, Sha1};
use terms::Uuid;

/// The namespace in which our names are names.
const NAMESPACE: u128 = 0x6f2b_91d4_0c57_4d0e_9a36_51c8_e7d3_2b80;

/// The id of a thing in a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(Uuid);

impl Id {
    /// The id of the thing that these words name; each word counts by itself.
    #[must_use]
    pub fn named(words: &[&str]) -> Self {
        let mut hash = Sha1::new();
        hash.update(NAMESPACE.to_be_bytes());
        for word in words {
            // What parts the words can stand in none of them as a length.
            hash.update((word.len() as u64).to_be_bytes());
            hash.update(word.as_bytes());
        }
        let digest = hash.finalize();
        let high = digest.iter().take(16);
        let bits = high.fold(0_u128, |bits, byte| bits << 8 | u128::from(*byte));
        let versioned = bits & !(0xf << 76) | 5 << 76;
        Self(Uuid::from_bits(versioned & !(0b11 << 62) | 0b10 << 62))
    }

    /// The id of nothing, until a document has one of its content.
    pub(crate) const NIL: Self = Self(Uuid::from_bits(0));
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Uuid::parse(&text).map(Self).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_comes_of_its_words_and_says_that_it_does() {
        let id = Id::named(&["finding", "St. Example", "A-01"]).to_string();
        assert_eq!(id, Id::named(&["finding", "St. Example", "A-01"]).to_string());
        assert_ne!(id, Id::named(&["finding", "St. ExampleA", "-01"]).to_string());
        assert_eq!(id.as_bytes()[14], b'5', "{id}");
        assert!(matches!(id.as_bytes()[19], b'8' | b'9' | b'a' | b'b'), "{id}");
    }
}
