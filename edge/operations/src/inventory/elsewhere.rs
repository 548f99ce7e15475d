//! Whether another asset system tells of the devices of an export already.
//!
//! An export with other headings or under another name looks like one of a new asset system.
//! Taken in as such, every device would be there twice, and every count be wrong.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use device::inventory::{Field, Row};
use store::{Source, StoreError};

use crate::App;

/// What says that a device is the same as another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Identifier {
    /// The number that the hospital put on it.
    AssetTag,
    /// The maker's serial number.
    Serial,
    /// The unique device identifier.
    Udi,
}

impl Identifier {
    const ALL: [Self; 3] = [Self::AssetTag, Self::Serial, Self::Udi];

    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        self.field().name()
    }

    const fn field(self) -> Field {
        match self {
            Self::AssetTag => Field::AssetTag,
            Self::Serial => Field::Serial,
            Self::Udi => Field::Udi,
        }
    }
}

/// That most devices of an export are of another asset system already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Elsewhere {
    /// That asset system.
    pub source: Source,
    /// By what they are known there.
    pub identifier: Identifier,
    /// How many of them are known there.
    pub shared: usize,
    /// How many different ones the export has.
    pub of: usize,
}

/// By what the devices of an export are known: a short digest of each identifier, by kind. Two
/// are taken for one once in 10^19 pairs.
#[derive(Debug, Default)]
pub(super) struct Identifiers {
    devices: usize,
    known: [BTreeSet<u64>; 3],
}

impl Identifiers {
    /// Takes note of a device.
    pub(super) fn add(&mut self, row: &Row) {
        self.devices += 1;
        for (kind, known) in Identifier::ALL.into_iter().zip(&mut self.known) {
            known.extend(digest(row.text(kind.field())));
        }
    }

    /// Which asset systems of an organisation tell of some of these devices already, the one that
    /// tells of most of them first.
    pub(super) async fn shared(
        &self,
        app: &App,
        (head, organisation): (i64, i64),
        sources: &[Source],
    ) -> Result<Vec<Elsewhere>, StoreError> {
        let mut met: BTreeMap<(i64, Identifier), BTreeSet<u64>> = BTreeMap::new();
        let mut after = 0;
        loop {
            let page = app.store.shared_identifiers(head, organisation, after).await?;
            let Some(last) = page.last() else { break };
            after = last.id;
            for one in &page {
                let texts = [&one.asset_tag, &one.serial, &one.udi];
                let kinds = Identifier::ALL.into_iter().zip(&self.known).zip(texts);
                for ((kind, known), text) in kinds {
                    let shared = digest(text).filter(|digest| known.contains(digest));
                    met.entry((one.source, kind)).or_default().extend(shared);
                }
            }
        }
        let found = met.into_iter().filter_map(|((source, identifier), shared)| {
            let source = sources.iter().find(|one| one.id == source)?.clone();
            let of = self.count(identifier)?;
            let shared = shared.len();
            Some(Elsewhere { source, identifier, shared, of })
        });
        let mut some: Vec<Elsewhere> = found.filter(|one| one.shared > 0).collect();
        some.sort_by_key(|one| (Reverse(one.shared), one.source.id, one.identifier));
        Ok(some)
    }

    /// Which of them tell of most of these devices already, likewise.
    pub(super) async fn elsewhere(
        &self,
        app: &App,
        whose: (i64, i64),
        sources: &[Source],
    ) -> Result<Vec<Elsewhere>, StoreError> {
        let mut most = self.shared(app, whose, sources).await?;
        most.retain(Elsewhere::is_most);
        Ok(most)
    }

    /// How many different ones there are; none where they do not tell most devices apart: a
    /// column of one serial number for all says nothing.
    fn count(&self, identifier: Identifier) -> Option<usize> {
        let kinds = Identifier::ALL.into_iter().zip(&self.known);
        let (_, known) = kinds.into_iter().find(|(kind, _)| *kind == identifier)?;
        (known.len() * 2 > self.devices).then_some(known.len())
    }
}

impl Elsewhere {
    pub(super) fn is_most(&self) -> bool {
        self.shared * 2 > self.of
    }
}

/// Of an identifier however it is spelt in capitals; none of nothing.
pub(super) fn digest(text: &str) -> Option<u64> {
    let text = text.trim().to_lowercase();
    if text.is_empty() {
        return None;
    }
    let [a, b, c, d, e, f, g, h, ..] = *blake3::hash(text.as_bytes()).as_bytes();
    Some(u64::from_le_bytes([a, b, c, d, e, f, g, h]))
}
