//! The texts of which nearly every device has its own, in one arena for a page of devices.
//!
//! They are kept as they are compared (see `spelt`), not as they were written: a list
//! shows what the store holds. A page's arena is packed when half of it is waste.

use crate::codes::{PAGE, place};

/// Bytes of one text; longer ones are compared by their beginning. The longest UDI in use
/// has some 100.
pub(crate) const TEXT_BYTES_MAX: usize = 4096;

/// How many texts a device has.
pub(crate) const TEXTS: usize = 6;

/// Bytes of waste that are not worth packing.
const WASTE_BYTES_MAX: usize = 4096;

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

#[derive(Clone, Debug, Default)]
pub(crate) struct Texts {
    pages: Vec<Option<Page>>,
}

#[derive(Clone, Debug)]
struct Page {
    /// Where the record of a device begins; 0 for none.
    starts: Box<[u32]>,
    /// The lengths of the texts and the texts, record after record.
    arena: Vec<u8>,
    wasted: usize,
}

impl Texts {
    pub(crate) fn get(&self, ordinal: u32, text: Text) -> &[u8] {
        let (page, at) = place(ordinal);
        match self.pages.get(page) {
            Some(Some(page)) => page.record(at).and_then(|record| nth(record, text)),
            Some(None) | None => None,
        }
        .unwrap_or_default()
    }

    /// Several texts of one device, which is looked for once.
    pub(crate) fn several<const N: usize>(
        &self,
        ordinal: u32,
        which: [Text; N],
    ) -> [&[u8]; N] {
        let (page, at) = place(ordinal);
        let record = match self.pages.get(page) {
            Some(Some(page)) => page.record(at).and_then(lengths),
            Some(None) | None => None,
        };
        let Some((lengths, texts)) = record else { return [&[]; N] };
        which.map(|text| one_of(&lengths, texts, text).unwrap_or_default())
    }

    /// Keeps the texts of a device, in the order of [`Text::ALL`].
    pub(crate) fn put(&mut self, ordinal: u32, texts: &[String; TEXTS]) {
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

impl Page {
    fn new() -> Self {
        Self { starts: vec![0; PAGE as usize].into(), arena: vec![0], wasted: 0 }
    }

    fn record(&self, at: usize) -> Option<&[u8]> {
        match self.starts.get(at) {
            Some(0) | None => None,
            Some(start) => self.arena.get(*start as usize..),
        }
    }

    fn put(&mut self, at: usize, record: &[u8]) {
        self.wasted += self.record(at).map_or(0, length);
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
            packed.extend_from_slice(record.get(..length(record)).unwrap_or_default());
        }
        packed.shrink_to_fit();
        self.arena = packed;
        self.wasted = 0;
    }
}

/// The lengths of the texts, and the texts.
fn record(texts: &[String; TEXTS]) -> Vec<u8> {
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
fn nth(bytes: &[u8], text: Text) -> Option<&[u8]> {
    let (lengths, texts) = lengths(bytes)?;
    one_of(&lengths, texts, text)
}

fn one_of<'t>(lengths: &[usize; TEXTS], texts: &'t [u8], text: Text) -> Option<&'t [u8]> {
    let start: usize = lengths.iter().take(text as usize).sum();
    texts.get(start..start + lengths.get(text as usize)?)
}

/// The length of the record that `bytes` begin with.
fn length(bytes: &[u8]) -> usize {
    lengths(bytes).map_or(0, |(lengths, texts)| {
        bytes.len() - texts.len() + lengths.iter().sum::<usize>()
    })
}

fn lengths(mut bytes: &[u8]) -> Option<([usize; TEXTS], &[u8])> {
    let mut lengths = [0; TEXTS];
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
    fn a_text_beyond_the_limit_is_kept_by_its_beginning() {
        let mut texts = Texts::default();
        texts.put(3, &all(&"x".repeat(100)));
        check(&texts, 3, &all(&"x".repeat(100)));
        assert_eq!(texts.get(3, Text::Ip).len(), TEXT_BYTES_MAX);
    }
}
