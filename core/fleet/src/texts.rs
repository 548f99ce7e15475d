//! The texts of which nearly every device has its own, in one arena for a page of devices.
//!
//! They are kept as they are compared (see `spelt`), not as they were written: a list
//! shows what the store holds. A page's arena is packed when half of it is waste.

use memchr::memmem::Finder;
use roaring::RoaringBitmap;

use crate::codes::{PAGE, place};

/// Bytes of one text; longer ones are compared by their beginning. The longest UDI in use
/// has some 100.
pub(crate) const TEXT_BYTES_MAX: usize = 4096;

/// How many texts a device has.
pub(crate) const TEXTS: usize = 6;

/// What people write with and without separators, and parts of.
pub(crate) const NUMBERS: [Text; 2] = [Text::AssetTag, Text::Serial];

/// Bytes of waste that are not worth packing.
const WASTE_BYTES_MAX: usize = 4096;

/// So many devices of a page are no longer looked at one by one.
const MANY: u64 = PAGE as u64 / 8;

/// Which text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Text {
    AssetTag,
    Serial,
    Udi,
    Mac,
    Ip,
    /// The device identifier within the UDI.
    DeviceIdentifier,
}

impl Text {
    pub(crate) const ALL: [Self; TEXTS] = [
        Self::AssetTag,
        Self::Serial,
        Self::Udi,
        Self::Mac,
        Self::Ip,
        Self::DeviceIdentifier,
    ];
}

/// Texts of devices, `N` of each.
#[derive(Clone, Debug)]
pub(crate) struct Texts<const N: usize = TEXTS> {
    pages: Vec<Option<Page<N>>>,
}

impl<const N: usize> Default for Texts<N> {
    fn default() -> Self {
        Self { pages: Vec::new() }
    }
}

#[derive(Clone, Debug)]
struct Page<const N: usize> {
    /// Where the record of a device begins; 0 for none.
    starts: Box<[u32]>,
    /// The lengths of the texts and the texts, record after record.
    arena: Vec<u8>,
    wasted: usize,
}

impl Texts {
    pub(crate) fn get(&self, ordinal: u32, text: Text) -> &[u8] {
        self.nth(ordinal, text as usize)
    }
}

impl<const N: usize> Texts<N> {
    /// The text at a place.
    pub(crate) fn nth(&self, ordinal: u32, text: usize) -> &[u8] {
        let (page, at) = place(ordinal);
        match self.pages.get(page) {
            Some(Some(page)) => page.record(at).and_then(|bytes| nth::<N>(bytes, text)),
            Some(None) | None => None,
        }
        .unwrap_or_default()
    }

    /// The devices of a scope in whose texts a part may occur, by ordinal: none in which it
    /// does is left out; of the others it may reach from one text into the next.
    ///
    /// A page of which many are looked at is searched through as one text, which takes a
    /// fraction of looking at each.
    pub(crate) fn meeting(&self, scope: &RoaringBitmap, part: &[u8]) -> Vec<u32> {
        let finder = Finder::new(part);
        let mut met = Vec::new();
        for (page, first) in self.pages.iter().zip((0..).step_by(PAGE as usize)) {
            let Some(page) = page else { continue };
            let own = first..=first + (PAGE - 1);
            if scope.range_cardinality(own.clone()) < MANY {
                let has = |ordinal: &u32| page.meets(place(*ordinal).1, &finder);
                met.extend(scope.range(own).filter(has));
                continue;
            }
            let before = met.len();
            page.meeting(&finder, |at| met.push(first + at));
            met.get_mut(before..).unwrap_or_default().sort_unstable();
        }
        met.retain(|ordinal| scope.contains(*ordinal));
        met
    }

    /// Keeps the texts of a device, in their order.
    pub(crate) fn put(&mut self, ordinal: u32, texts: &[String; N]) {
        let (page, at) = place(ordinal);
        if self.pages.len() <= page {
            self.pages.resize(page + 1, None);
        }
        let Some(slot) = self.pages.get_mut(page) else { return };
        slot.get_or_insert_with(Page::new).put(at, &record(texts));
    }

    pub(crate) fn remove(&mut self, ordinal: u32) {
        let (page, at) = place(ordinal);
        if let Some(Some(page)) = self.pages.get_mut(page) {
            page.put(at, &[]);
        }
    }

    pub(crate) fn drop_page(&mut self, ordinal: u32) {
        if let Some(slot) = self.pages.get_mut(place(ordinal).0) {
            *slot = None;
        }
    }
}

impl<const N: usize> Page<N> {
    fn new() -> Self {
        Self { starts: vec![0; PAGE as usize].into(), arena: vec![0], wasted: 0 }
    }

    fn record(&self, at: usize) -> Option<&[u8]> {
        match self.starts.get(at) {
            Some(0) | None => None,
            Some(start) => self.arena.get(*start as usize..),
        }
    }

    /// Whether a part occurs in the record of a place.
    fn meets(&self, at: usize, finder: &Finder<'_>) -> bool {
        let record = self.record(at).unwrap_or_default();
        let record = record.get(..length::<N>(record)).unwrap_or_default();
        finder.find(record).is_some()
    }

    /// The places of this page in whose record a part occurs, each once.
    fn meeting(&self, finder: &Finder<'_>, mut met: impl FnMut(u32)) {
        let Some(mut from) = finder.find(&self.arena) else { return };
        let starts = self.starts.iter().copied().zip(0..);
        let mut starts: Vec<(u32, u32)> =
            starts.filter(|(start, _)| *start != 0).collect();
        starts.sort_unstable();
        loop {
            // What stands before the first record, or in what was replaced, is nobody's.
            let next = starts.partition_point(|(start, _)| *start as usize <= from);
            let own = next.checked_sub(1).and_then(|own| starts.get(own));
            let end = own.map_or(from, |(start, at)| {
                let record = self.arena.get(*start as usize..).unwrap_or_default();
                let end = *start as usize + length::<N>(record);
                if from < end {
                    met(*at);
                }
                end
            });
            let Some(rest) = self.arena.get(end.max(from + 1)..) else { return };
            match finder.find(rest) {
                Some(further) => from = end.max(from + 1) + further,
                None => return,
            }
        }
    }

    fn put(&mut self, at: usize, record: &[u8]) {
        self.wasted += self.record(at).map_or(0, length::<N>);
        // A page holds 4096 records of at most 6 × 4096 bytes: 32 bits are enough.
        let start = u32::try_from(self.arena.len()).unwrap_or(0);
        if let Some(slot) = self.starts.get_mut(at) {
            *slot = if record.is_empty() { 0 } else { start };
        }
        self.arena.extend_from_slice(record);
        if self.wasted > WASTE_BYTES_MAX && self.wasted * 2 > self.arena.len() {
            self.pack();
        }
    }

    fn pack(&mut self) {
        let mut packed = vec![0];
        for start in self.starts.iter_mut().filter(|start| **start != 0) {
            let record = self.arena.get(*start as usize..).unwrap_or_default();
            *start = u32::try_from(packed.len()).unwrap_or(0);
            packed
                .extend_from_slice(record.get(..length::<N>(record)).unwrap_or_default());
        }
        packed.shrink_to_fit();
        self.arena = packed;
        self.wasted = 0;
    }
}

/// The lengths of the texts, and the texts.
fn record(texts: &[String]) -> Vec<u8> {
    let mut record = Vec::new();
    for text in texts {
        let length = cut(text).len();
        // Seven bits a byte, as in LEB128; a length has at most 13 bits.
        match u8::try_from(length) {
            Ok(short) if short < 0x80 => record.push(short),
            Ok(_) | Err(_) => {
                record.extend([0x80 | (length & 0x7F) as u8, (length >> 7) as u8]);
            }
        }
    }
    texts.iter().for_each(|text| record.extend_from_slice(cut(text)));
    record
}

fn cut(text: &str) -> &[u8] {
    let end = text.floor_char_boundary(TEXT_BYTES_MAX);
    text.as_bytes().get(..end).unwrap_or_default()
}

/// One of the texts of the record that `bytes` begin with.
fn nth<const N: usize>(bytes: &[u8], text: usize) -> Option<&[u8]> {
    let (lengths, texts) = lengths::<N>(bytes)?;
    let start: usize = lengths.iter().take(text).sum();
    texts.get(start..start + lengths.get(text)?)
}

/// The length of the record that `bytes` begin with.
fn length<const N: usize>(bytes: &[u8]) -> usize {
    lengths::<N>(bytes).map_or(0, |(lengths, texts)| {
        bytes.len() - texts.len() + lengths.iter().sum::<usize>()
    })
}

fn lengths<const N: usize>(mut bytes: &[u8]) -> Option<([usize; N], &[u8])> {
    let mut lengths = [0; N];
    for length in &mut lengths {
        let (first, rest) = bytes.split_first()?;
        (*length, bytes) = if first & 0x80 == 0 {
            (usize::from(*first), rest)
        } else {
            let (second, rest) = rest.split_first()?;
            (usize::from(first & 0x7F) | usize::from(*second) << 7, rest)
        };
    }
    Some((lengths, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> [String; TEXTS] {
        [
            text.to_owned(),
            String::new(),
            text.repeat(3),
            "m".to_owned(),
            text.repeat(90),
            text.repeat(2),
        ]
    }

    #[track_caller]
    fn check(texts: &Texts, ordinal: u32, expected: &[String; TEXTS]) {
        for (text, expected) in Text::ALL.into_iter().zip(expected) {
            assert_eq!(texts.get(ordinal, text), cut(expected), "{ordinal} {text:?}");
        }
    }

    #[test]
    fn texts_survive_packing_and_the_end_of_their_neighbours() {
        let mut texts = Texts::default();
        for round in 0..50 {
            for ordinal in [0, 1, 4095, 4096, u32::MAX] {
                texts.put(ordinal, &all(&format!("{round}-{ordinal}")));
            }
            texts.remove(1);
        }
        for ordinal in [0, 4095, 4096, u32::MAX] {
            check(&texts, ordinal, &all(&format!("49-{ordinal}")));
        }
        check(&texts, 1, &Default::default());
        check(&texts, 9999, &Default::default());
        let arena: usize =
            texts.pages.iter().flatten().map(|page| page.arena.len()).sum();
        assert!(arena < 30_000, "{arena} bytes for five devices");
    }

    #[test]
    fn what_meets_a_part_is_whoever_has_it_now() {
        let mut texts = Texts::<2>::default();
        let put = |texts: &mut Texts<2>, ordinal, first: &str, second: &str| {
            texts.put(ordinal, &[first.to_owned(), second.to_owned()]);
        };
        put(&mut texts, 9, "abc1234", "x");
        put(&mut texts, 2, "zzz", "1234");
        put(&mut texts, 3, "zz12", "34zz");
        put(&mut texts, 5000, "01234", "01234");
        put(&mut texts, 4, "1234", "");
        put(&mut texts, 4, "5678", "");
        put(&mut texts, 7, "12341234", "12341234");
        texts.remove(7);
        let all = RoaringBitmap::from_iter(0..6000);
        // Of 3 it reaches from one text into the next, which whoever asks looks at.
        assert_eq!(texts.meeting(&all, b"1234"), [2, 3, 9, 5000]);
        assert_eq!(texts.meeting(&RoaringBitmap::from([2, 4, 5000]), b"1234"), [2, 5000]);
        assert_eq!(texts.meeting(&all, b"x"), [9]);
        assert_eq!(texts.meeting(&all, b"nobody"), [0; 0]);
        for few in [RoaringBitmap::from_iter(2..4), RoaringBitmap::from([1, 7, 4096])] {
            let many = texts.meeting(&all, b"1234").into_iter();
            let expected: Vec<u32> = many.filter(|one| few.contains(*one)).collect();
            assert_eq!(texts.meeting(&few, b"1234"), expected);
        }
        assert_eq!(Texts::<2>::default().meeting(&all, b"1"), [0; 0]);
    }

    #[test]
    fn a_text_beyond_the_limit_is_kept_by_its_beginning() {
        let mut texts = Texts::default();
        texts.put(3, &all(&"x".repeat(100)));
        check(&texts, 3, &all(&"x".repeat(100)));
        assert_eq!(texts.get(3, Text::Ip).len(), TEXT_BYTES_MAX);
    }
}
