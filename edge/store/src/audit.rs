//! The audit log: an append-only Merkle tree, one per top organisation.
//!
//! Source: RFC 6962 §2.1 (hashes, roots, inclusion proofs) with SHA-256. A leaf holds ids,
//! counts, words of our own and keyed digests, never what a person typed. The newest root is
//! sealed with a key that is not in the database, so that a log that was rewritten as a
//! whole is found out as well as one changed row.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use pack::proof::{Hash, Inclusion, LogRoot, leaf_hash, node_hash};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::database::{Changing, Row, Value};
use crate::write::Noun;
use crate::{Scope, Store, StoreError, stored};

/// What somebody did. It becomes a leaf when the transaction it happened in is kept.
#[derive(Clone, Debug)]
pub struct Act {
    /// Who: a person's number, or 0 for the house by itself.
    pub by: i64,
    /// What, in a word of our own: `sign in`, `import inventory`.
    pub what: &'static str,
    /// The kind of thing it was done to.
    pub noun: Noun,
    /// The number of that thing.
    pub id: i64,
    /// What else is to be proved later.
    pub facts: Vec<(&'static str, Fact)>,
}

/// A fact in a leaf. No kind of it can hold a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Fact {
    /// A number or a count.
    Number(i64),
    /// A word of our own.
    Word(std::borrow::Cow<'static, str>),
}

impl Fact {
    /// A word of our own.
    #[must_use]
    pub const fn word(word: &'static str) -> Self {
        Self::Word(std::borrow::Cow::Borrowed(word))
    }

    /// What an organisation is called: no word of ours, and nobody's name.
    #[must_use]
    pub fn organisation(name: &str) -> Self {
        Self::Word(name.to_owned().into())
    }

    /// The name of a group at the identity provider: a word of whoever runs the house, who wrote
    /// it into its settings.
    #[must_use]
    pub fn group(name: &str) -> Self {
        Self::Word(name.to_owned().into())
    }

    /// The digest of a document.
    #[must_use]
    pub fn digest(bytes: &[u8; 32]) -> Self {
        Self::Word(blake3::Hash::from_bytes(*bytes).to_hex().to_string().into())
    }
}

/// A leaf as it is hashed: its JSON, fields in this order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leaf {
    /// The top organisation whose log it is.
    pub head: i64,
    /// Its place in the log, from 0.
    pub number: i64,
    /// When, RFC 3339 in UTC.
    pub at: String,
    /// Who: a person's number, or 0 for the house.
    pub by: i64,
    /// What was done.
    pub act: String,
    /// The kind of thing it was done to.
    pub noun: String,
    /// The number of that thing.
    pub id: i64,
    /// What else was noted.
    pub facts: BTreeMap<String, Fact>,
}

/// The first thing in a log that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Tampering {
    /// A leaf is missing or there is one too many.
    #[error("leaf {0} is not where it belongs")]
    Leaf(i64),
    /// A leaf does not give the hash that was kept.
    #[error("leaf {0} was changed")]
    Changed(i64),
    /// The leaves do not give the root.
    #[error("the leaves do not give the root that was kept")]
    Root,
    /// The seal on the root was not made by this house.
    #[error("the seal on the root was not made with this house's key")]
    Seal,
}

/// The full subtrees that cover the leaves so far, the largest first: all that is needed to
/// append, and to know the root.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Frontier {
    size: i64,
    peaks: Vec<Hash>,
}

/// A subtree that became full: level, position on that level, hash.
type Node = (i64, i64, Hash);

impl Frontier {
    pub(crate) fn read(size: i64, bytes: &[u8]) -> Result<Self, StoreError> {
        let (peaks, rest) = bytes.as_chunks::<32>();
        if !rest.is_empty() || peaks.len() != size.count_ones() as usize {
            let held = format!("{} bytes for {size} leaves", bytes.len());
            return Err(StoreError::Unreadable { what: "head.audit_frontier", held });
        }
        Ok(Self { size, peaks: peaks.to_vec() })
    }

    fn bytes(&self) -> Vec<u8> {
        self.peaks.concat()
    }

    /// Appends a leaf; gives the subtrees that are full with it, the leaf itself first.
    fn push(&mut self, leaf: Hash) -> Vec<Node> {
        let mut nodes = vec![(0, self.size, leaf)];
        let (mut hash, mut level, mut position) = (leaf, 0, self.size);
        while position % 2 == 1 {
            let Some(left) = self.peaks.pop() else { break };
            hash = node_hash(&left, &hash);
            (level, position) = (level + 1, position / 2);
            nodes.push((level, position, hash));
        }
        self.peaks.push(hash);
        self.size += 1;
        nodes
    }

    fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev();
        let Some(last) = peaks.next() else { return Sha256::digest([]).into() };
        peaks.fold(*last, |right, left| node_hash(left, &right))
    }
}

/// Appends the leaf of an act within its transaction; gives its number.
pub(crate) async fn append(
    store: &Store,
    changing: &mut Changing,
    head: i64,
    at: Timestamp,
    act: &Act,
) -> Result<i64, StoreError> {
    let select = "SELECT audit_size, audit_frontier FROM head WHERE id = $1";
    let mut frontier = changing
        .row(select, &[head.into()], read_frontier)
        .await?
        .ok_or_else(|| StoreError::absent("organisation", head))?;
    let number = frontier.size;
    let leaf = leaf_of(head, number, at, act);
    let text = serde_json::to_string(&leaf).map_err(|error| StoreError::Unreadable {
        what: "a leaf",
        held: error.to_string(),
    })?;
    let nodes = frontier.push(leaf_hash(text.as_bytes()));
    changing
        .run(
            "INSERT INTO audit_leaf (head, number, at, leaf) VALUES ($1, $2, $3, $4)",
            &[head.into(), number.into(), leaf.at.into(), text.into()],
        )
        .await?;
    let rows: Vec<Vec<Value>> = nodes
        .into_iter()
        .map(|(level, position, hash)| {
            vec![head.into(), level.into(), position.into(), hash.as_slice().into()]
        })
        .collect();
    changing
        .insert_many("INSERT INTO audit_node (head, level, position, hash)", 4, "", &rows)
        .await?;
    let seal = store.keys.of_log(head, frontier.size, &frontier.root());
    changing
        .run(
            "UPDATE head SET audit_size = $2, audit_frontier = $3, audit_seal = $4
              WHERE id = $1",
            &[head.into(), frontier.size.into(), frontier.bytes().into(), seal.into()],
        )
        .await?;
    Ok(number)
}

fn leaf_of(head: i64, number: i64, at: Timestamp, act: &Act) -> Leaf {
    Leaf {
        head,
        number,
        at: stored(at),
        by: act.by,
        act: act.what.to_owned(),
        noun: act.noun.word().to_owned(),
        id: act.id,
        facts: act
            .facts
            .iter()
            .map(|(name, fact)| ((*name).to_owned(), fact.clone()))
            .collect(),
    }
}

/// Hashes of full subtrees that were read already, by level and position.
type Known = BTreeMap<(i64, i64), Hash>;

/// How many leaves are read at a time.
const PAGE: i64 = 1000;

impl Store {
    /// The newest leaves with a number below `before`, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn leaves(
        &self,
        scope: &Scope,
        before: i64,
        count: i64,
    ) -> Result<Vec<Leaf>, StoreError> {
        self.database
            .rows(
                "SELECT leaf
                   FROM audit_leaf
                  WHERE head = $1 AND number < $2
                  ORDER BY number DESC
                  LIMIT $3",
                &[scope.head().into(), before.into(), count.into()],
                |row| read_leaf(&row.text("leaf")?),
            )
            .await
    }

    /// How long a log is, and its root.
    ///
    /// # Errors
    /// When the database fails or there is no such log.
    pub async fn log_root(&self, head: i64) -> Result<LogRoot, StoreError> {
        let (frontier, _) = self.frontier(head).await?;
        Ok(LogRoot { size: frontier.size, root: frontier.root() })
    }

    /// Works out a whole log again and compares it with what was kept.
    ///
    /// # Errors
    /// When the database fails. A log that was tampered with is an answer, no error.
    pub async fn verify_log(
        &self,
        head: i64,
    ) -> Result<Result<LogRoot, Tampering>, StoreError> {
        let mut found = Frontier::default();
        let mut end = self.frontier(head).await?.0.size;
        let (kept, seal) = loop {
            if let Some(tampering) = self.follow(head, &mut found, end).await? {
                return Ok(Err(tampering));
            }
            let leaves = self.leaves_in(head).await?;
            let (kept, seal) = self.frontier(head).await?;
            if kept.size != end {
                // Somebody acted meanwhile.
                end = kept.size;
                continue;
            }
            // An organisation is made by an act that is in its log, and in a new house nothing
            // has happened; a leaf that hangs on nothing was put there by nobody who may.
            let is_wiped =
                leaves == 0 && (head != 0 || self.newest_change(head).await? > 0);
            if leaves != end || is_wiped {
                return Ok(Err(Tampering::Leaf(leaves.min(end))));
            }
            break (kept, seal);
        };
        if found != kept {
            return Ok(Err(Tampering::Root));
        }
        let root = found.root();
        let expected = (kept.size > 0).then(|| self.keys.of_log(head, kept.size, &root));
        Ok(if seal == expected {
            Ok(LogRoot { size: kept.size, root })
        } else {
            Err(Tampering::Seal)
        })
    }

    /// The proof that the leaf `number` is part of the log as it stands.
    ///
    /// # Errors
    /// When the database fails or there is no such leaf.
    pub async fn inclusion(
        &self,
        head: i64,
        number: i64,
    ) -> Result<Inclusion, StoreError> {
        let log = self.log_root(head).await?;
        let found = self.inclusions(head, &log, &[number]).await?;
        found.into_iter().next().ok_or_else(|| StoreError::absent("leaf", number))
    }

    /// The proofs that leaves are part of the log as it stood at one size.
    ///
    /// # Errors
    /// When the database fails or there is no such leaf in it.
    pub async fn inclusions(
        &self,
        head: i64,
        log: &LogRoot,
        numbers: &[i64],
    ) -> Result<Vec<Inclusion>, StoreError> {
        let mut known = Known::new();
        let mut proofs = Vec::with_capacity(numbers.len());
        for number in numbers.iter().copied() {
            let leaf = self
                .database
                .row(
                    "SELECT leaf FROM audit_leaf WHERE head = $1 AND number = $2",
                    &[head.into(), number.into()],
                    |row| row.text("leaf"),
                )
                .await?
                .filter(|_| number < log.size)
                .ok_or_else(|| StoreError::absent("leaf", number))?;
            let mut path = Vec::new();
            for (from, to) in beside(number, log.size) {
                path.push(self.range_hash(head, (from, to), &mut known).await?);
            }
            proofs.push(Inclusion { leaf, number, log: log.clone(), path });
        }
        Ok(proofs)
    }

    /// The acts about some things, by when they may have happened: what is kept of a thing says
    /// when it was made, and the leaf says the same.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn acts_about(
        &self,
        head: i64,
        things: &BTreeSet<(Noun, i64)>,
        at: &BTreeSet<String>,
    ) -> Result<Vec<Leaf>, StoreError> {
        let at: Vec<Value> = at.iter().map(|at| at.as_str().into()).collect();
        let found = self
            .database
            .rows_among(
                "SELECT leaf FROM audit_leaf WHERE head = $1 AND at",
                &[head.into()],
                &at,
                "",
                |row| read_leaf(&row.text("leaf")?),
            )
            .await?;
        let words: BTreeSet<(&str, i64)> =
            things.iter().map(|(noun, id)| (noun.word(), *id)).collect();
        let told = found.into_iter();
        let told = told.filter(|leaf| words.contains(&(leaf.noun.as_str(), leaf.id)));
        let mut told: Vec<Leaf> = told.collect();
        told.sort_by_key(|leaf| leaf.number);
        Ok(told)
    }

    async fn frontier(
        &self,
        head: i64,
    ) -> Result<(Frontier, Option<Vec<u8>>), StoreError> {
        self.database
            .row(
                "SELECT audit_size, audit_frontier, audit_seal FROM head WHERE id = $1",
                &[head.into()],
                |row| Ok((read_frontier(row)?, row.bytes_if_any("audit_seal")?)),
            )
            .await?
            .ok_or_else(|| StoreError::absent("organisation", head))
    }

    /// Works out the leaves up to a number; what is wrong with the first that is.
    async fn follow(
        &self,
        head: i64,
        found: &mut Frontier,
        end: i64,
    ) -> Result<Option<Tampering>, StoreError> {
        while found.size < end {
            let page = self.leaves_from(head, found.size, end).await?;
            if page.is_empty() {
                return Ok(Some(Tampering::Leaf(found.size)));
            }
            for (number, at, text, hash) in page {
                let leaf = read_leaf(&text).ok();
                let told = leaf.as_ref().map(|leaf| (leaf.head, leaf.number));
                if number != found.size || told != Some((head, number)) {
                    return Ok(Some(Tampering::Leaf(found.size)));
                }
                let worked_out = leaf_hash(text.as_bytes());
                let is_of_then = leaf.is_some_and(|leaf| leaf.at == at);
                if hash.as_slice() != worked_out || !is_of_then {
                    return Ok(Some(Tampering::Changed(number)));
                }
                found.push(worked_out);
            }
        }
        Ok(None)
    }

    /// How many leaves there are, whether or not they hang together.
    async fn leaves_in(&self, head: i64) -> Result<i64, StoreError> {
        let sql = "SELECT COUNT(*) AS leaves FROM audit_leaf WHERE head = $1";
        let values = [head.into()];
        let count = self.database.row(sql, &values, |row| row.integer("leaves")).await?;
        Ok(count.unwrap_or(0))
    }

    async fn leaves_from(
        &self,
        head: i64,
        first: i64,
        end: i64,
    ) -> Result<Vec<(i64, String, String, Vec<u8>)>, StoreError> {
        self.database
            .rows(
                "SELECT l.number, l.at, l.leaf, n.hash
                   FROM audit_leaf l
                   JOIN audit_node n
                     ON n.head = l.head AND n.level = 0 AND n.position = l.number
                  WHERE l.head = $1 AND l.number >= $2 AND l.number < $3
                  ORDER BY l.number",
                &[head.into(), first.into(), (first + PAGE).min(end).into()],
                |row: &Row<'_>| {
                    Ok((
                        row.integer("number")?,
                        row.text("at")?,
                        row.text("leaf")?,
                        row.bytes("hash")?,
                    ))
                },
            )
            .await
    }

    /// The hash over the leaves `from..to`, put together from full subtrees.
    async fn range_hash(
        &self,
        head: i64,
        (from, to): (i64, i64),
        known: &mut Known,
    ) -> Result<Hash, StoreError> {
        let mut hashes = Vec::new();
        let mut at = from;
        while at < to {
            // `from` is a multiple of the largest power of two that fits, so the subtrees are
            // those of the binary digits of the length, the largest first.
            let level = (to - at).ilog2();
            let place = (i64::from(level), at >> level);
            let hash = match known.get(&place) {
                Some(hash) => *hash,
                None => self.node(head, place.0, place.1).await?,
            };
            known.insert(place, hash);
            hashes.push(hash);
            at += 1 << level;
        }
        let mut hashes = hashes.into_iter().rev();
        let last = hashes.next().ok_or_else(|| StoreError::absent("leaf", from))?;
        Ok(hashes.fold(last, |right, left| node_hash(&left, &right)))
    }

    async fn node(
        &self,
        head: i64,
        level: i64,
        position: i64,
    ) -> Result<Hash, StoreError> {
        let bytes = self
            .database
            .row(
                "SELECT hash
                   FROM audit_node
                  WHERE head = $1 AND level = $2 AND position = $3",
                &[head.into(), level.into(), position.into()],
                |row| row.bytes("hash"),
            )
            .await?
            .ok_or_else(|| StoreError::absent("audit node", position))?;
        bytes.as_slice().try_into().map_err(|_| StoreError::Unreadable {
            what: "audit_node.hash",
            held: format!("{} bytes", bytes.len()),
        })
    }
}

/// The ranges of leaves beside the way from leaf `number` to the root, the lowest first:
/// RFC 6962 §2.1.1.
fn beside(number: i64, size: i64) -> Vec<(i64, i64)> {
    let (mut from, mut to) = (0, size);
    let mut ranges = Vec::new();
    while to - from > 1 {
        // The largest power of two that is smaller than the number of leaves.
        let left = from + (1 << (to - from - 1).ilog2());
        if number < left {
            ranges.push((left, to));
            to = left;
        } else {
            ranges.push((from, left));
            from = left;
        }
    }
    ranges.reverse();
    ranges
}

fn read_frontier(row: &Row<'_>) -> Result<Frontier, StoreError> {
    let bytes = row.bytes_if_any("audit_frontier")?.unwrap_or_default();
    Frontier::read(row.integer("audit_size")?, &bytes)
}

fn read_leaf(text: &str) -> Result<Leaf, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::Unreadable {
        what: "audit_leaf.leaf",
        held: text.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use pack::proof::{Hash, Inclusion, LogRoot, leaf_hash, node_hash};
    use proptest::prelude::*;

    use super::{Frontier, beside};

    /// The leaves and roots of the vectors that Certificate Transparency's own
    /// implementations are tested with.
    const LEAVES: [&str; 8] = [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ];
    const ROOTS: [&str; 9] = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    fn bytes(hex: &str) -> Vec<u8> {
        hex.as_bytes()
            .chunks(2)
            .map(|pair| {
                u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()
            })
            .collect()
    }

    #[test]
    fn the_roots_are_those_of_rfc_6962() {
        let mut frontier = Frontier::default();
        assert_eq!(frontier.root().as_slice(), bytes(ROOTS[0]));
        for (leaf, root) in LEAVES.iter().zip(&ROOTS[1..]) {
            frontier.push(leaf_hash(&bytes(leaf)));
            assert_eq!(frontier.root().as_slice(), bytes(root));
            let read = Frontier::read(frontier.size, &frontier.bytes()).unwrap();
            assert_eq!(read, frontier);
        }
    }

    fn root_of(leaves: &[Hash]) -> Hash {
        match leaves {
            [only] => *only,
            _ => {
                let left = 1 << (leaves.len() - 1).ilog2();
                node_hash(&root_of(&leaves[..left]), &root_of(&leaves[left..]))
            }
        }
    }

    proptest! {
        #[test]
        fn every_leaf_is_proved_and_no_other(size in 1usize..70, pick in any::<prop::sample::Index>()) {
            let texts: Vec<String> = (0..size).map(|n| n.to_string()).collect();
            let leaves: Vec<Hash> = texts.iter().map(|text| leaf_hash(text.as_bytes())).collect();
            let number = pick.index(size);
            let range = |(from, to): (i64, i64)| root_of(&leaves[from as usize..to as usize]);
            let mut proof = Inclusion {
                leaf: texts[number].clone(),
                number: number as i64,
                log: LogRoot { size: size as i64, root: root_of(&leaves) },
                path: beside(number as i64, size as i64).into_iter().map(range).collect(),
            };
            prop_assert!(proof.holds());
            proof.leaf.push('!');
            prop_assert!(!proof.holds());
        }
    }
}
