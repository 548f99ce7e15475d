//! Rows of one table that contradict each other about the same device.
//!
//! Two rows with one asset tag, the one of another release or another serial number: whichever
//! stands first is no better than the other. Taken by its place in the file, it would have an
//! update done that nobody made.
//!
//! Rows that say the same, or of which one says only more than the other, contradict nothing.

use std::collections::BTreeMap;
use std::hash::BuildHasher as _;

use foldhash::HashSet;
use foldhash::fast::FixedState;
use reading::Rejected;
use terms::Udi;

use super::complaint::{Fault, Other};
use super::field::{Field, folded};
use super::left_out::{Keys, hashed};
use super::register::{Reader, Row};

/// By what it is told whether two rows have the same key.
const KEYS: [Field; 4] = [Field::AssetTag, Field::Serial, Field::Maker, Field::Model];
/// What is compared, with what keys are made of.
const COMPARED: [Field; 6] = [
    Field::AssetTag,
    Field::Serial,
    Field::Udi,
    Field::Maker,
    Field::Model,
    Field::Version,
];
/// What each fact of a [`Claim`] is a part of.
const FACTS: [Field; 6] =
    [Field::Serial, Field::Udi, Field::Udi, Field::Maker, Field::Model, Field::Version];

/// The rows of a table that contradict each other, by the keys of the devices.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Disputes(BTreeMap<String, Dispute>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Dispute {
    /// In the order of the table.
    claims: Vec<Claim>,
    /// Positions of two of them that contradict each other.
    pair: [usize; 2],
    /// The row that is taken all the same.
    taken: Option<usize>,
}

/// What a row says of a device: short digests, 0 where it says nothing, in the order of [`FACTS`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Claim {
    row: usize,
    facts: [u64; 6],
}

impl Disputes {
    /// Whether no row contradicts another.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The keys of the devices that they are about, see [`Row::device_key`].
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Takes the row that fits the serial number, or else the UDI, by which a device was known
    /// before; none where several do, or none does.
    pub fn settle(&mut self, key: &str, serial: &str, udi: &str) {
        let Some(dispute) = self.0.get_mut(key) else { return };
        let known = Claim::identified(0, serial, udi);
        let mut fitting = dispute.claims.iter().filter(|claim| claim.is_of(&known));
        dispute.taken = match (fitting.next(), fitting.next()) {
            (Some(only), None) => Some(only.row),
            _ => None,
        };
    }

    /// What is wrong with a row of that key; nothing where none contradicts it, or it is the one
    /// that is taken.
    pub(super) fn fault(&self, key: &str, row: usize) -> Option<Fault> {
        let dispute = self.0.get(key)?;
        if dispute.taken == Some(row) {
            return None;
        }
        let at = |row: usize| {
            let found = dispute.claims.binary_search_by_key(&row, |claim| claim.row);
            found.ok().and_then(|at| dispute.claims.get(at))
        };
        let pair = || dispute.pair.into_iter().filter_map(|at| dispute.claims.get(at));
        let mine = at(row).copied().unwrap_or_default();
        let (against, other) = match dispute.taken.and_then(at) {
            Some(taken) => (Some(taken), Other::Taken),
            None => {
                let contradicts = pair().find(|claim| !mine.differs(claim).is_empty());
                let besides = pair().find(|claim| claim.row != row);
                (contradicts.or(besides), Other::LeftOut)
            }
        };
        let against = against?;
        let mut fields = mine.differs(against);
        if fields.is_empty() {
            let [one, two] = dispute.pair;
            let pair = dispute.claims.get(one).zip(dispute.claims.get(two));
            fields = pair.map(|(one, two)| one.differs(two)).unwrap_or_default();
        }
        Some(Fault::Contradicts { row: against.row, fields, other })
    }
}

impl Claim {
    fn of(row: &Row) -> Self {
        let mut claim =
            Self::identified(row.number(), row.text(Field::Serial), row.text(Field::Udi));
        // `ACME` and `Acme Medical Ltd` are no contradiction: the model says the rest.
        let maker = row.text(Field::Maker).split_whitespace().next().unwrap_or_default();
        let [.., maker_of, model_of, version_of] = &mut claim.facts;
        *maker_of = digest(&folded(maker));
        *model_of = digest(&squeezed(row.text(Field::Model)));
        *version_of = digest(&squeezed(row.text(Field::Version)));
        claim
    }

    /// What says which device it is, and nothing else.
    fn identified(row: usize, serial: &str, udi: &str) -> Self {
        let [product, piece] = match Udi::parse(udi) {
            Ok(udi) => [
                udi.device_identifier().unwrap_or_default().into_owned(),
                squeezed(udi.serial().unwrap_or_default()),
            ],
            Err(_) => [udi.to_owned(), String::new()],
        };
        let facts =
            [digest(&squeezed(serial)), digest(&product), digest(&piece), 0, 0, 0];
        Self { row, facts }
    }

    /// In what two rows contradict each other: each says something, and not the same.
    fn differs(&self, other: &Self) -> Vec<Field> {
        let pairs = self.facts.into_iter().zip(other.facts).zip(FACTS);
        let mut fields: Vec<Field> = pairs
            .filter(|((one, other), _)| *one != 0 && *other != 0 && one != other)
            .map(|(_, field)| field)
            .collect();
        fields.dedup();
        fields
    }

    /// Whether it is the device that was known so: by its serial number or the one of its UDI,
    /// and no other by either.
    fn is_of(&self, known: &Self) -> bool {
        let same = |one: u64, other: u64| one != 0 && one == other;
        let [serial, product, piece, ..] = self.facts;
        let [known_serial, known_product, known_piece, ..] = known.facts;
        let is_piece = same(product, known_product) && same(piece, known_piece);
        self.differs(known).is_empty() && (same(serial, known_serial) || is_piece)
    }
}

/// Whether serial number and UDI tell that a device is another one than was known by those of
/// before: both say something, and not the same.
#[must_use]
pub fn is_other_device(before: [&str; 2], now: [&str; 2]) -> bool {
    let [before, now] =
        [before, now].map(|[serial, udi]| Claim::identified(0, serial, udi));
    !before.differs(&now).is_empty()
}

/// Of a text without blanks and hyphens, whatever its capitals.
pub(super) fn squeezed(text: &str) -> String {
    let plain = text.chars().filter(|c| !(c.is_whitespace() || *c == '-'));
    plain.flat_map(char::to_lowercase).collect()
}

fn digest(text: &str) -> u64 {
    match text {
        "" => 0,
        text => FixedState::with_seed(3).hash_one(text).max(1),
    }
}

/// The keys that several rows have. Order never reaches the output: the set is only asked.
#[derive(Debug, Default)]
pub(super) struct Doubled {
    seen: Keys,
    keys: HashSet<(u64, u64)>,
}

impl Doubled {
    fn add(&mut self, row: usize, key: &str) {
        if self.seen.add(key, row).is_some() {
            self.keys.insert(hashed(key));
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }
}

impl Reader<'_, '_> {
    /// The keys that several rows have, and all keys.
    pub(super) fn doubled(mut self) -> Result<(Doubled, Keys), Rejected> {
        self.fill_only(&KEYS);
        let mut doubled = Doubled::default();
        self.each_row(|row, key| doubled.add(row.number(), key))?;
        let all = std::mem::take(&mut doubled.seen);
        Ok((doubled, all))
    }

    /// The rows that contradict each other, of those that have these keys.
    pub(super) fn disputes(mut self, doubled: &Doubled) -> Result<Disputes, Rejected> {
        self.fill_only(&COMPARED);
        let mut claims: BTreeMap<String, Vec<Claim>> = BTreeMap::new();
        self.each_row(|row, key| {
            if doubled.keys.contains(&hashed(key)) {
                claims.entry(key.to_owned()).or_default().push(Claim::of(row));
            }
        })?;
        let disputes = claims.into_iter().filter_map(|(key, claims)| {
            let pair = contradiction(&claims)?;
            Some((key, Dispute { claims, pair, taken: None }))
        });
        Ok(Disputes(disputes.collect()))
    }
}

/// The positions of the first two rows that contradict each other.
fn contradiction(claims: &[Claim]) -> Option<[usize; 2]> {
    let mut first: [Option<(usize, u64)>; 6] = [None; 6];
    for (at, claim) in claims.iter().enumerate() {
        for (first, fact) in first.iter_mut().zip(claim.facts) {
            match *first {
                _ if fact == 0 => {}
                None => *first = Some((at, fact)),
                Some((other, known)) if known != fact => return Some([other, at]),
                Some(_) => {}
            }
        }
    }
    None
}
