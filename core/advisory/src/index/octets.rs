//! How numbers, texts and lists lie in a record's body.
//!
//! Numbers are LEB128, texts are a length and UTF-8, the items of a list carry their
//! length, so that a reader steps over what it does not need. [`Cut`] reads bytes that
//! may be damaged or hostile: it never panics, never loops longer than there are bytes,
//! and leaves a mark that a caller can ask for.

use std::sync::atomic::{AtomicBool, Ordering};

/// Bytes that most records take.
const ROOM: usize = 2048;

/// Bytes being written.
#[derive(Default)]
pub(crate) struct Out {
    bytes: Vec<u8>,
}

impl Out {
    /// Starts after `space` zero bytes, which are filled in last.
    pub(crate) fn after(space: usize) -> Self {
        let mut out = Self::with_room(space + ROOM);
        out.bytes.resize(space, 0);
        out
    }

    /// Starts with room for so many bytes.
    pub(crate) fn with_room(room: usize) -> Self {
        Self { bytes: Vec::with_capacity(room) }
    }

    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    pub(crate) fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    pub(crate) fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    pub(crate) fn number(&mut self, number: u64) {
        if let Ok(byte @ 0..0x80) = u8::try_from(number) {
            return self.bytes.push(byte);
        }
        let (bytes, used) = leb128(number);
        self.bytes.extend(bytes.into_iter().take(used));
    }

    pub(crate) fn size(&mut self, size: usize) {
        self.number(size as u64);
    }

    pub(crate) fn octets(&mut self, octets: &[u8]) {
        self.size(octets.len());
        self.raw(octets);
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.octets(text.as_bytes());
    }

    pub(crate) fn texts(&mut self, texts: &[String]) {
        self.size(texts.len());
        for text in texts {
            self.text(text);
        }
    }

    /// What `write` writes, with its length in front.
    pub(crate) fn part(&mut self, write: impl FnOnce(&mut Self)) {
        let start = self.bytes.len();
        // Most parts are so short that their length is one byte, and nothing is moved.
        self.bytes.push(0);
        write(self);
        let (bytes, used) = leb128((self.bytes.len() - start - 1) as u64);
        self.bytes.splice(start..=start, bytes.into_iter().take(used));
    }

    /// A list whose items can be stepped over.
    pub(crate) fn list<T>(&mut self, items: &[T], write: impl Fn(&mut Self, &T)) {
        self.size(items.len());
        for item in items {
            self.part(|out| write(out, item));
        }
    }
}

fn leb128(mut number: u64) -> ([u8; 10], usize) {
    let mut bytes = [0; 10];
    let mut used = 0;
    for slot in &mut bytes {
        used += 1;
        *slot = (number & 0x7F) as u8;
        number >>= 7;
        if number == 0 {
            break;
        }
        *slot |= 0x80;
    }
    (bytes, used)
}

/// Bytes being read. After damage there is nothing left, and everything reads as empty.
#[derive(Clone, Copy)]
pub(crate) struct Cut<'a> {
    bytes: &'a [u8],
    damage: &'a AtomicBool,
}

impl<'a> Cut<'a> {
    pub(crate) fn new(bytes: &'a [u8], damage: &'a AtomicBool) -> Self {
        Self { bytes, damage }
    }

    /// The same bytes from `at` on.
    pub(crate) fn from(mut self, at: usize) -> Self {
        match self.bytes.get(at..) {
            Some(bytes) => self.bytes = bytes,
            None => self.spoil(),
        }
        self
    }

    /// Bytes that are left.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Where the bytes lie in memory, to tell two cuts of one file apart.
    pub(crate) fn address(&self) -> usize {
        self.bytes.as_ptr() as usize
    }

    /// Leaves the mark of damage, and nothing more to read.
    pub(crate) fn spoil(&mut self) {
        self.damage.store(true, Ordering::Relaxed);
        self.bytes = &[];
    }

    pub(crate) fn byte(&mut self) -> u8 {
        let Some((byte, rest)) = self.bytes.split_first() else {
            self.spoil();
            return 0;
        };
        self.bytes = rest;
        *byte
    }

    #[inline]
    pub(crate) fn number(&mut self) -> u64 {
        match self.bytes.split_first() {
            Some((byte @ 0..0x80, rest)) => {
                self.bytes = rest;
                u64::from(*byte)
            }
            _ => self.long_number(),
        }
    }

    fn long_number(&mut self) -> u64 {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte();
            number |= u64::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return number;
            }
        }
        self.spoil();
        0
    }

    pub(crate) fn size(&mut self) -> usize {
        usize::try_from(self.number()).unwrap_or(usize::MAX)
    }

    /// A number of things of which each takes at least one byte.
    pub(crate) fn count(&mut self) -> usize {
        let count = self.size();
        if count > self.bytes.len() {
            self.spoil();
            return 0;
        }
        count
    }

    pub(crate) fn raw(&mut self, length: usize) -> &'a [u8] {
        let Some((octets, rest)) = self.bytes.split_at_checked(length) else {
            self.spoil();
            return &[];
        };
        self.bytes = rest;
        octets
    }

    pub(crate) fn octets(&mut self) -> &'a [u8] {
        let length = self.size();
        self.raw(length)
    }

    pub(crate) fn text(&mut self) -> &'a str {
        match std::str::from_utf8(self.octets()) {
            Ok(text) => text,
            Err(_) => {
                self.spoil();
                ""
            }
        }
    }

    pub(crate) fn texts(&mut self) -> Texts<'a> {
        let left = self.count();
        let texts = Texts { rest: *self, left };
        for _ in 0..left {
            self.octets();
        }
        texts
    }

    /// A part that carries its length.
    pub(crate) fn part(&mut self) -> Self {
        Self { bytes: self.octets(), damage: self.damage }
    }

    /// A list of parts; stays at the end of this cut's list only if it is read through.
    pub(crate) fn items(mut self) -> Items<'a> {
        let left = self.count();
        Items { rest: self, left }
    }

    /// A list of parts inside other things: steps over it and gives its items.
    pub(crate) fn list(&mut self) -> Items<'a> {
        let items = self.items();
        let mut through = items;
        while through.next().is_some() {}
        *self = through.rest;
        items
    }
}

/// The texts of a list.
#[derive(Clone, Copy)]
pub(crate) struct Texts<'a> {
    rest: Cut<'a>,
    left: usize,
}

impl Texts<'_> {
    pub(crate) fn owned(self) -> Vec<String> {
        self.map(str::to_owned).collect()
    }
}

impl<'a> Iterator for Texts<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        self.left = self.left.checked_sub(1)?;
        (self.rest.len() > 0).then(|| self.rest.text())
    }
}

/// The items of a list, each cut out of its surroundings.
#[derive(Clone, Copy)]
pub(crate) struct Items<'a> {
    rest: Cut<'a>,
    left: usize,
}

impl Items<'_> {
    /// Bytes from the next item to the end of what the list was cut from.
    pub(crate) fn remaining(&self) -> usize {
        self.rest.len()
    }
}

impl<'a> Iterator for Items<'a> {
    type Item = Cut<'a>;

    fn next(&mut self) -> Option<Cut<'a>> {
        self.left = self.left.checked_sub(1)?;
        (self.rest.len() > 0).then(|| self.rest.part())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(number: u64, text: String, texts: Vec<String>) {
            let mut out = Out::default();
            out.number(number);
            out.text(&text);
            out.texts(&texts);
            out.list(&texts, |out, text| out.text(text));
            out.byte(7);
            let bytes = out.into_bytes();
            let damage = AtomicBool::new(false);
            let mut cut = Cut::new(&bytes, &damage);
            prop_assert_eq!(cut.number(), number);
            prop_assert_eq!(cut.text(), &text);
            prop_assert_eq!(cut.texts().owned(), texts.clone());
            let items: Vec<_> = cut.list().map(|mut item| item.text().to_owned()).collect();
            prop_assert_eq!(items, texts);
            prop_assert_eq!(cut.byte(), 7);
            prop_assert!(!damage.into_inner());
        }

        #[test]
        fn damaged_bytes_read_as_empty_and_leave_a_mark(bytes: Vec<u8>) {
            let damage = AtomicBool::new(false);
            let mut cut = Cut::new(&bytes, &damage);
            for _ in 0..=bytes.len() {
                cut.list().for_each(drop);
                cut.texts().for_each(drop);
                cut.text();
            }
            prop_assert!(cut.len() == 0 && damage.into_inner());
        }
    }
}
