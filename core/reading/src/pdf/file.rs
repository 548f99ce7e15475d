//! The objects of a file, found from its beginning to its end.

use std::collections::BTreeMap;

use crate::pdf::filter::{self, Budget, Fault};
use crate::pdf::object::{Dict, Item, Lexer, Object, References, Values};
use crate::pdf::refused;
use crate::{Notes, Place, Rejected, limits};

/// A file whose objects are known.
#[derive(Debug)]
pub(super) struct File<'b> {
    bytes: &'b [u8],
    /// Each with the offset at which it was found: the last one counts.
    objects: BTreeMap<u32, (usize, Object)>,
    pub(super) root: Dict,
    pub(super) budget: Budget,
    pub(super) values: Values,
}

/// What the scan finds besides objects.
#[derive(Default)]
struct Scan {
    objects: BTreeMap<u32, (usize, Object)>,
    root: Option<u32>,
    /// Where it says that it is encrypted.
    encrypted: Option<usize>,
    /// Bytes that were read in vain.
    wasted: usize,
}

impl<'b> File<'b> {
    pub(super) fn open(bytes: &'b [u8], notes: &mut Notes) -> Result<Self, Rejected> {
        let values = Values::new();
        let scan = scan(bytes, &values)?;
        if let Some(offset) = scan.encrypted {
            return Err(Rejected::new(
                Place::Byte(offset as u64),
                "the PDF is encrypted, so its text cannot be read",
                super::PROTECTED,
            ));
        }
        let mut file = Self {
            bytes,
            objects: scan.objects,
            root: Dict::new(),
            budget: Budget::new(),
            values,
        };
        file.open_object_streams(notes);
        let is_catalog =
            |object: &Object| object.dict().is_some_and(|dict| is_type(dict, b"Catalog"));
        let named =
            scan.root.and_then(|number| file.get(number)).filter(|it| is_catalog(it));
        let found = || {
            let catalogs = file.objects.values().filter(|(_, it)| is_catalog(it));
            catalogs.max_by_key(|(at, _)| *at).map(|(_, it)| it)
        };
        let root = named.or_else(found).and_then(Object::dict).cloned();
        let Some(root) = root else {
            return Err(refused(
                "the PDF is cut short or damaged: it has no catalog of its pages",
                "deliver it again, whole; or open it and print it into a new PDF",
            ));
        };
        file.root = root;
        Ok(file)
    }

    /// The object of a number.
    pub(super) fn get(&self, number: u32) -> Option<&Object> {
        self.objects.get(&number).map(|(_, object)| object)
    }

    /// All objects, by their numbers.
    pub(super) fn all(&self) -> impl Iterator<Item = (u32, &Object)> {
        self.objects.iter().map(|(number, (_, object))| (*number, object))
    }

    /// The object that is meant.
    pub(super) fn resolve<'o>(&'o self, object: &'o Object) -> &'o Object {
        let mut object = object;
        for _ in 0..8 {
            let Object::Reference(number) = object else { return object };
            object = self.get(*number).unwrap_or(&Object::Null);
        }
        &Object::Null
    }

    /// The member of a dictionary.
    pub(super) fn member<'o>(&'o self, dict: &'o Dict, name: &str) -> &'o Object {
        dict.get(name.as_bytes()).map_or(&Object::Null, |it| self.resolve(it))
    }

    /// The bytes of a stream, unpacked.
    pub(super) fn unpack(&self, object: &Object) -> Result<Vec<u8>, Fault> {
        let Object::Stream(dict, range) = object else { return Err(Fault::Unknown) };
        let raw = self.bytes.get(range.clone()).unwrap_or_default();
        filter::unpack(self, dict, raw, &self.budget)
    }

    /// Says what was left out since it was too much.
    pub(super) fn finish(&self, notes: &mut Notes) {
        if self.budget.is_spent() {
            let message = format!(
                "the streams unpack to more than the {} bytes that are read: the rest is left out",
                limits::PDF_UNPACKED_MAX
            );
            notes.at(|| Place::Document, message);
        }
        if self.values.is_spent() {
            notes.at(
                || Place::Document,
                "too many values to be read: the rest is left out",
            );
        }
    }

    /// Takes objects out of the streams that hold them; one that stands further back in the
    /// file counts more.
    fn open_object_streams(&mut self, notes: &mut Notes) {
        let holders: Vec<(u32, usize)> = self
            .objects
            .iter()
            .filter(|(_, (_, object))| {
                matches!(object, Object::Stream(dict, _) if is_type(dict, b"ObjStm"))
            })
            .map(|(number, (at, _))| (*number, *at))
            .collect();
        for (number, at) in holders {
            let Some(found) = self.object_stream(number) else {
                let place = || Place::Byte(at as u64);
                notes.at(place, "a stream of objects cannot be unpacked and is left out");
                continue;
            };
            for (number, object) in found {
                let is_newer =
                    self.objects.get(&number).is_none_or(|(other, _)| *other < at);
                if is_newer && self.objects.len() < limits::PDF_OBJECTS_MAX {
                    self.objects.insert(number, (at, object));
                }
            }
        }
    }

    fn object_stream(&self, number: u32) -> Option<Vec<(u32, Object)>> {
        let holder = self.get(number)?;
        let dict = holder.dict()?;
        let count = self.member(dict, "N").number()?;
        let first = self.member(dict, "First").number()?;
        let bytes = self.unpack(holder).ok()?;
        let mut heads = Lexer::new(&bytes, 0, References::None, &self.values);
        let mut found = Vec::new();
        for _ in 0..(count.max(0.0) as usize).min(limits::PDF_OBJECTS_MAX) {
            let (Some(Object::Number(number)), Some(Object::Number(offset))) =
                (heads.object(), heads.object())
            else {
                break;
            };
            let at = (first + offset).max(0.0) as usize;
            let mut body = Lexer::new(&bytes, at, References::Read, &self.values);
            if let Some(object) = body.object()
                && number >= 0.0
            {
                found.push((number as u32, object));
            }
        }
        Some(found)
    }
}

pub(super) fn is_type(dict: &Dict, name: &[u8]) -> bool {
    dict.get(b"Type".as_slice()).and_then(Object::name) == Some(name)
}

fn scan(bytes: &[u8], values: &Values) -> Result<Scan, Rejected> {
    let mut scan = Scan::default();
    let mut at = 0;
    while at < bytes.len() {
        let Some((kind, start)) = next_mark(bytes, at) else { break };
        at = match kind {
            Mark::Object(number) => scan.object(bytes, number, start, values)?,
            Mark::Trailer => scan.trailer(bytes, start, values),
        };
        if scan.wasted > bytes.len().saturating_mul(4) + 65_536 {
            return Err(refused(
                "the PDF is damaged: its objects run into each other",
                "open it and print it into a new PDF",
            ));
        }
    }
    Ok(scan)
}

enum Mark {
    Object(u32),
    Trailer,
}

/// The next `N G obj` or `trailer`, and where its value begins.
fn next_mark(bytes: &[u8], from: usize) -> Option<(Mark, usize)> {
    let mut at = from;
    loop {
        let rest = bytes.get(at..)?;
        let found = rest.iter().position(|byte| matches!(byte, b'o' | b't'))?;
        let here = at + found;
        let behind = bytes.get(here..)?;
        if behind.starts_with(b"trailer") {
            return Some((Mark::Trailer, here + 7));
        }
        if behind.starts_with(b"obj")
            && let Some(number) = number_before(bytes.get(..here)?)
        {
            return Some((Mark::Object(number), here + 3));
        }
        at = here + 1;
    }
}

/// The number of the object in `12 0 ` before `obj`.
fn number_before(bytes: &[u8]) -> Option<u32> {
    let back = |bytes: &[u8], is: fn(u8) -> bool| {
        let count = bytes.iter().rev().take(12).take_while(|byte| is(**byte)).count();
        bytes.len() - count
    };
    let is_space = |byte: u8| matches!(byte, 9 | 10 | 12 | 13 | 32);
    let is_digit = |byte: u8| byte.is_ascii_digit();
    let generation_end = back(bytes, is_space);
    let head = bytes.get(..generation_end)?;
    let generation = back(head, is_digit);
    let head = head.get(..generation).filter(|_| generation < generation_end)?;
    let number_end = back(head, is_space);
    let head = head.get(..number_end).filter(|it| it.len() < generation)?;
    let number = back(head, is_digit);
    std::str::from_utf8(head.get(number..)?).ok()?.parse().ok()
}

impl Scan {
    /// Reads the object whose value begins here, and gives back where to go on.
    fn object(
        &mut self,
        bytes: &[u8],
        number: u32,
        start: usize,
        values: &Values,
    ) -> Result<usize, Rejected> {
        let mut lexer = Lexer::new(bytes, start, References::Read, values);
        let Some(object) = lexer.object() else {
            self.wasted += lexer.at.saturating_sub(start);
            if values.is_spent() {
                return Err(refused(
                    "the PDF has more values than are read",
                    "give the pages that matter alone",
                ));
            }
            return Ok(start);
        };
        let mut end = lexer.at;
        let object = match object {
            Object::Dict(dict) => match body(bytes, end, &dict) {
                Some(range) => {
                    end = range.end;
                    Object::Stream(dict, range)
                }
                None => Object::Dict(dict),
            },
            other => other,
        };
        if let Object::Stream(dict, _) = &object
            && is_type(dict, b"XRef")
        {
            self.head(dict, start);
        }
        if self.objects.len() >= limits::PDF_OBJECTS_MAX {
            let message =
                format!("the PDF has more than {} objects", limits::PDF_OBJECTS_MAX);
            return Err(refused(message, super::LARGE));
        }
        self.objects.insert(number, (start, object));
        Ok(end.max(start))
    }

    fn trailer(&mut self, bytes: &[u8], start: usize, values: &Values) -> usize {
        let mut lexer = Lexer::new(bytes, start, References::Read, values);
        match lexer.next() {
            Some(Item::Object(Object::Dict(dict))) => {
                self.head(&dict, start);
                lexer.at
            }
            _ => {
                self.wasted += lexer.at.saturating_sub(start);
                start
            }
        }
    }

    /// What a trailer says.
    fn head(&mut self, dict: &Dict, at: usize) {
        if let Some(Object::Reference(root)) = dict.get(b"Root".as_slice()) {
            self.root = Some(*root);
        }
        match dict.get(b"Encrypt".as_slice()) {
            None | Some(Object::Null) => {}
            Some(_) => self.encrypted = Some(at),
        }
    }
}

/// The bytes of the stream behind a dictionary; `None` where there is none.
fn body(bytes: &[u8], end: usize, dict: &Dict) -> Option<std::ops::Range<usize>> {
    let rest = bytes.get(end..)?;
    let spaces = rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let behind = rest.get(spaces..)?.strip_prefix(b"stream")?;
    let mut start = end + spaces + 6;
    start += match behind {
        [b'\r', b'\n', ..] => 2,
        [b'\n' | b'\r', ..] => 1,
        _ => 0,
    };
    let length = dict.get(b"Length".as_slice()).and_then(Object::number);
    let stated = length.filter(|length| *length >= 0.0).map(|length| length as usize);
    if let Some(stop) = stated.and_then(|length| start.checked_add(length))
        && let Some(rest) = bytes.get(stop..)
    {
        let spaces =
            rest.iter().take(4).take_while(|it| it.is_ascii_whitespace()).count();
        if rest.get(spaces..).is_some_and(|rest| rest.starts_with(b"endstream")) {
            return Some(start..stop);
        }
    }
    let stop = find(bytes, start, b"endstream").unwrap_or(bytes.len());
    Some(start..stop)
}

fn find(bytes: &[u8], from: usize, word: &[u8]) -> Option<usize> {
    let first = word.first()?;
    let mut at = from;
    loop {
        let rest = bytes.get(at..)?;
        let found = rest.iter().position(|byte| byte == first)?;
        at += found;
        if bytes.get(at..)?.starts_with(word) {
            return Some(at);
        }
        at += 1;
    }
}
