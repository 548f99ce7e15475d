//! Permutations of ordinals by a text of their own, made when first asked and patched.
//!
//! A change only notes which ordinals moved; whoever asks next puts them in their places,
//! in one pass. Where so many moved that a pass pays no longer, the permutation is made
//! anew.

use std::cmp::Ordering;
use std::sync::{Arc, Mutex, PoisonError};

use roaring::RoaringBitmap;

use crate::collate::Collation;
use crate::texts::{Text, Texts};

/// Changes that are always patched, however few devices there are.
const PATCHED_MIN: u64 = 1000;

/// By what the ordinals are put in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// As people expect to read them.
    Sort(Text),
    /// Byte by byte, to be looked up by prefix.
    LookUp(Text),
}

impl Kind {
    /// Every kind, but those that are another one.
    pub(crate) const ALL: [Self; 9] = [
        Self::Sort(Text::AssetTag),
        Self::Sort(Text::Serial),
        Self::Sort(Text::Udi),
        Self::Sort(Text::Mac),
        Self::Sort(Text::Ip),
        Self::LookUp(Text::AssetTag),
        Self::LookUp(Text::Serial),
        Self::LookUp(Text::Ip),
        Self::Sort(Text::DeviceIdentifier),
    ];

    /// How to look up a text. Where lists are sorted byte by byte, it is the same order.
    pub(crate) fn look_up(text: Text) -> Self {
        match text {
            Text::Udi | Text::Mac | Text::DeviceIdentifier => Self::Sort(text),
            Text::AssetTag | Text::Serial | Text::Ip => Self::LookUp(text),
        }
    }

    pub(crate) fn text(self) -> Text {
        match self {
            Self::Sort(text) | Self::LookUp(text) => text,
        }
    }

    pub(crate) fn collation(self) -> Collation {
        match self {
            Self::Sort(Text::AssetTag | Text::Serial) => Collation::Natural,
            Self::Sort(Text::Ip) => Collation::Address,
            Self::Sort(Text::Udi | Text::Mac | Text::DeviceIdentifier)
            | Self::LookUp(_) => Collation::Plain,
        }
    }

    pub(crate) fn key(self, texts: &Texts, ordinal: u32) -> &[u8] {
        texts.get(ordinal, self.text())
    }

    fn compare(self, texts: &Texts, a: u32, b: u32) -> Ordering {
        let by_text = self.collation().compare(self.key(texts, a), self.key(texts, b));
        by_text.then(a.cmp(&b))
    }
}

/// A permutation: by text, then by ordinal; those without a text last.
#[derive(Clone, Debug, Default)]
pub(crate) struct Order {
    by: Vec<u32>,
    filled: usize,
}

impl Order {
    /// All of them.
    pub(crate) fn all(&self) -> &[u32] {
        &self.by
    }

    /// Those that have a text.
    pub(crate) fn filled(&self) -> &[u32] {
        self.by.get(..self.filled).unwrap_or_default()
    }

    /// Those that have none, by ordinal.
    pub(crate) fn empty(&self) -> &[u32] {
        self.by.get(self.filled..).unwrap_or_default()
    }

    fn make(kind: Kind, texts: &Texts, present: &RoaringBitmap) -> Self {
        let mut keyed = Vec::new();
        let mut empty = Vec::new();
        for ordinal in present {
            match kind.key(texts, ordinal) {
                [] => empty.push(ordinal),
                key => keyed.push((kind.collation().prefix(key), ordinal)),
            }
        }
        keyed.sort_unstable_by(|(p, a), (q, b)| {
            p.cmp(q).then_with(|| kind.compare(texts, *a, *b))
        });
        let filled = keyed.len();
        let mut by: Vec<u32> = keyed.into_iter().map(|(_, ordinal)| ordinal).collect();
        by.extend(empty);
        Self { by, filled }
    }

    fn patch(
        &self,
        kind: Kind,
        texts: &Texts,
        present: &RoaringBitmap,
        moved: &RoaringBitmap,
    ) -> Self {
        let stays = |ordinals: &[u32]| -> Vec<u32> {
            ordinals.iter().copied().filter(|ordinal| !moved.contains(*ordinal)).collect()
        };
        let (mut filled, mut empty) = (stays(self.filled()), stays(self.empty()));
        let (without, mut with): (Vec<u32>, Vec<u32>) = (moved & present)
            .into_iter()
            .partition(|ordinal| kind.key(texts, *ordinal).is_empty());
        with.sort_unstable_by(|a, b| kind.compare(texts, *a, *b));
        filled = merge(filled, &with, |a, b| kind.compare(texts, a, b));
        empty = merge(empty, &without, |a, b| a.cmp(&b));
        let count = filled.len();
        filled.extend(empty);
        Self { by: filled, filled: count }
    }
}

/// Two sorted lists as one; few of `new` cost few comparisons.
fn merge(old: Vec<u32>, new: &[u32], compare: impl Fn(u32, u32) -> Ordering) -> Vec<u32> {
    if new.is_empty() {
        return old;
    }
    let mut merged = Vec::with_capacity(old.len() + new.len());
    let mut rest = old.as_slice();
    for ordinal in new {
        let before = rest.partition_point(|other| compare(*other, *ordinal).is_lt());
        let (head, tail) = rest.split_at_checked(before).unwrap_or((rest, &[]));
        merged.extend_from_slice(head);
        merged.push(*ordinal);
        rest = tail;
    }
    merged.extend_from_slice(rest);
    merged
}

/// An order that may not have been made yet, and what has changed since it was.
#[derive(Debug, Default)]
pub(crate) struct Kept(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    order: Option<Arc<Order>>,
    moved: RoaringBitmap,
}

impl Kept {
    /// Notes that a device came, went, or has another text. `devices`: how many there are.
    pub(crate) fn moved(&mut self, ordinal: u32, devices: u64) {
        let state = self.0.get_mut().unwrap_or_else(PoisonError::into_inner);
        if state.order.is_none() {
            return;
        }
        state.moved.insert(ordinal);
        if state.moved.len() > PATCHED_MIN.max(devices / 8) {
            *state = State::default();
        }
    }

    /// The order as it is now.
    pub(crate) fn get(
        &self,
        kind: Kind,
        texts: &Texts,
        present: &RoaringBitmap,
    ) -> Arc<Order> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let order = match &state.order {
            None => Arc::new(Order::make(kind, texts, present)),
            Some(order) if state.moved.is_empty() => return Arc::clone(order),
            Some(order) => Arc::new(order.patch(kind, texts, present, &state.moved)),
        };
        *state = State { order: Some(Arc::clone(&order)), ..State::default() };
        order
    }
}
