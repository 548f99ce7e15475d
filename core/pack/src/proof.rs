//! Proofs that a leaf is part of an audit log.
//!
//! Source: RFC 6962 §2.1 with SHA-256.

use data_encoding::HEXLOWER;
use reading::{Place, Rejected, json};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// A hash of a log.
pub type Hash = [u8; 32];

/// The hash of a leaf.
#[must_use]
pub fn leaf_hash(text: &[u8]) -> Hash {
    Sha256::new().chain_update([0]).chain_update(text).finalize().into()
}

/// The hash over two parts of a log.
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Sha256::new()
        .chain_update([1])
        .chain_update(left)
        .chain_update(right)
        .finalize()
        .into()
}

/// How long a log is, and the hash over all of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogRoot {
    /// The number of leaves.
    pub size: i64,
    /// The root hash, RFC 6962 §2.1.
    pub root: Hash,
}

/// The proof that a leaf is part of a log: RFC 6962 §2.1.1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inclusion {
    /// The text that was hashed.
    pub leaf: String,
    /// Its place in the log.
    pub number: i64,
    /// The log that it is part of.
    pub log: LogRoot,
    /// The hashes beside the way from the leaf to the root, the lowest first.
    pub path: Vec<Hash>,
}

impl Inclusion {
    /// Whether the leaf, with the hashes beside its way, gives the root.
    #[must_use]
    pub fn holds(&self) -> bool {
        if !(0..self.log.size).contains(&self.number) {
            return false;
        }
        let mut hash = leaf_hash(self.leaf.as_bytes());
        let (mut number, mut last) = (self.number, self.log.size - 1);
        for beside in &self.path {
            if number % 2 == 1 || number == last {
                hash = node_hash(beside, &hash);
                // A right edge: the levels on which it has no sibling are skipped.
                while number % 2 == 0 && number != 0 {
                    (number, last) = (number / 2, last / 2);
                }
            } else {
                hash = node_hash(&hash, beside);
            }
            (number, last) = (number / 2, last / 2);
        }
        last == 0 && hash == self.log.root
    }
}

/// Leaves of one log with their proofs, as a pack holds them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proofs {
    /// The log.
    pub log: LogRoot,
    /// The leaves, by number.
    pub leaves: Vec<Inclusion>,
}

#[derive(Serialize, Deserialize)]
struct Wire {
    size: i64,
    root: String,
    leaves: Vec<WireLeaf>,
}

#[derive(Serialize, Deserialize)]
struct WireLeaf {
    number: i64,
    /// As it was hashed, letter by letter.
    leaf: String,
    path: Vec<String>,
}

impl Proofs {
    /// The text that a pack holds.
    #[must_use]
    pub fn to_text(&self) -> String {
        let hex = |hash: &Hash| HEXLOWER.encode(hash);
        let leaves = self.leaves.iter().map(|one| WireLeaf {
            number: one.number,
            leaf: one.leaf.clone(),
            path: one.path.iter().map(hex).collect(),
        });
        let wire = Wire {
            size: self.log.size,
            root: hex(&self.log.root),
            leaves: leaves.collect(),
        };
        serde_json::to_string_pretty(&wire).unwrap_or_default()
    }

    /// Reads what [`Proofs::to_text`] wrote. Whether the proofs hold is another question.
    ///
    /// # Errors
    /// When it is not of that form, with the pointer.
    pub fn parse(text: &str) -> Result<Self, Rejected> {
        let wire: Wire = json::from_str(text)?;
        let log = LogRoot { size: wire.size, root: hash(&wire.root, || "/root".into())? };
        let mut leaves = Vec::with_capacity(wire.leaves.len());
        for (at, one) in wire.leaves.into_iter().enumerate() {
            let place = |step: usize| format!("/leaves/{at}/path/{step}");
            let path = one.path.iter().enumerate();
            let path = path.map(|(step, text)| hash(text, || place(step)));
            leaves.push(Inclusion {
                leaf: one.leaf,
                number: one.number,
                log: log.clone(),
                path: path.collect::<Result<_, _>>()?,
            });
        }
        Ok(Self { log, leaves })
    }
}

fn hash(text: &str, place: impl FnOnce() -> String) -> Result<Hash, Rejected> {
    let bytes = HEXLOWER.decode(text.as_bytes()).ok();
    bytes.and_then(|bytes| bytes.try_into().ok()).ok_or_else(|| {
        Rejected::new(
            Place::Pointer(place()),
            "a hash is 64 hexadecimal digits",
            "ask whoever gave the pack for it once more",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proofs_come_back_and_faults_have_a_pointer() {
        let (first, second) = (leaf_hash(b"a"), leaf_hash(b"b"));
        let log = LogRoot { size: 2, root: node_hash(&first, &second) };
        let leaf = |leaf: &str, number, beside| Inclusion {
            leaf: leaf.to_owned(),
            number,
            log: log.clone(),
            path: vec![beside],
        };
        let leaves = vec![leaf("a", 0, second), leaf("b", 1, first)];
        let proofs = Proofs { log: log.clone(), leaves };
        let text = proofs.to_text();
        let read = Proofs::parse(&text).unwrap();
        assert_eq!(read, proofs);
        assert!(read.leaves.iter().all(Inclusion::holds));
        for number in [-1, 2, i64::MAX, i64::MIN] {
            assert!(!Inclusion { number, ..read.leaves[0].clone() }.holds(), "{number}");
        }
        let empty = LogRoot { size: i64::MIN, root: first };
        assert!(!Inclusion { log: empty, ..read.leaves[0].clone() }.holds());
        let bad = text.replacen(&HEXLOWER.encode(&second), "ab", 1);
        let refused = Proofs::parse(&bad).unwrap_err();
        assert_eq!(refused.place, Place::Pointer("/leaves/0/path/0".to_owned()));
        assert!(Proofs::parse("{}").is_err() && Proofs::parse("").is_err());
    }
}
