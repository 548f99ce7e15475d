//! Objects of a PDF, and how they are written. Source: ISO 32000-1:2008, §7.2 and §7.3.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::ops::Range;

use crate::limits;

/// A dictionary.
pub(super) type Dict = BTreeMap<Vec<u8>, Object>;

/// An object.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Object {
    Null,
    Bool,
    Number(f64),
    Name(Vec<u8>),
    Text(Vec<u8>),
    Array(Vec<Object>),
    Dict(Dict),
    /// A stream: its dictionary, and where its bytes stand in the file.
    Stream(Dict, Range<usize>),
    /// Another object, by its number.
    Reference(u32),
}

/// What stands next.
#[derive(Debug, PartialEq)]
pub(super) enum Item<'b> {
    Object(Object),
    /// An operator or a keyword.
    Word(&'b [u8]),
}

/// Whether `1 0 R` is an object; on pages it is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum References {
    Read,
    None,
}

/// Values that one document may have, all together.
const VALUES_MAX: usize = 4_000_000;

/// How many values may still be read.
#[derive(Debug)]
pub(super) struct Values(Cell<usize>);

impl Values {
    pub(super) const fn new() -> Self {
        Self(Cell::new(VALUES_MAX))
    }

    pub(super) fn is_spent(&self) -> bool {
        self.0.get() == 0
    }

    fn take(&self) -> Option<()> {
        self.0.set(self.0.get().checked_sub(1)?);
        Some(())
    }
}

/// Reads objects from bytes.
#[derive(Debug)]
pub(super) struct Lexer<'b> {
    bytes: &'b [u8],
    pub(super) at: usize,
    references: References,
    values: &'b Values,
}

const fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | 9 | 10 | 12 | 13 | 32)
}

const fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

impl<'b> Lexer<'b> {
    pub(super) const fn new(
        bytes: &'b [u8],
        at: usize,
        references: References,
        values: &'b Values,
    ) -> Self {
        Self { bytes, at, references, values }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    pub(super) fn skip_space(&mut self) {
        while let Some(byte) = self.peek() {
            if byte == b'%' {
                while self.peek().is_some_and(|byte| byte != b'\n' && byte != b'\r') {
                    self.at += 1;
                }
            } else if is_space(byte) {
                self.at += 1;
            } else {
                break;
            }
        }
    }

    /// What stands next; `None` at the end, and where too much was read.
    pub(super) fn next(&mut self) -> Option<Item<'b>> {
        self.item(0)
    }

    /// The object that stands next; `None` where a word or the end does.
    pub(super) fn object(&mut self) -> Option<Object> {
        match self.item(0)? {
            Item::Object(object) => Some(object),
            Item::Word(_) => None,
        }
    }

    fn item(&mut self, depth: usize) -> Option<Item<'b>> {
        if depth > limits::PDF_DEPTH_MAX {
            return None;
        }
        self.values.take()?;
        loop {
            self.skip_space();
            let object = match self.peek()? {
                b'/' => Object::Name(self.name()),
                b'(' => Object::Text(self.string()),
                b'<' if self.bytes.get(self.at + 1) == Some(&b'<') => {
                    self.at += 2;
                    Object::Dict(self.dict(depth)?)
                }
                b'<' => Object::Text(self.hexadecimal()),
                b'[' => {
                    self.at += 1;
                    Object::Array(self.array(depth)?)
                }
                b'+' | b'-' | b'.' | b'0'..=b'9' => self.number(),
                b')' | b'>' | b']' | b'{' | b'}' => {
                    self.at += 1;
                    continue;
                }
                _ => {
                    let word = self.word();
                    return Some(match word {
                        b"null" => Item::Object(Object::Null),
                        b"true" | b"false" => Item::Object(Object::Bool),
                        word => Item::Word(word),
                    });
                }
            };
            return Some(Item::Object(object));
        }
    }

    fn regular(&mut self) -> &'b [u8] {
        let start = self.at;
        while self.peek().is_some_and(|byte| !is_space(byte) && !is_delimiter(byte)) {
            self.at += 1;
        }
        self.bytes.get(start..self.at).unwrap_or_default()
    }

    fn word(&mut self) -> &'b [u8] {
        let word = self.regular();
        if word.is_empty() {
            self.at += 1;
        }
        word
    }

    fn name(&mut self) -> Vec<u8> {
        self.at += 1;
        let written = self.regular();
        let mut name = Vec::with_capacity(written.len());
        let mut bytes = written.iter().copied();
        while let Some(byte) = bytes.next() {
            let code = (byte == b'#').then(|| {
                let mut ahead = bytes.clone();
                Some(hex(ahead.next()?)? * 16 + hex(ahead.next()?)?)
            });
            match code.flatten() {
                Some(code) => {
                    name.push(code);
                    bytes.nth(1);
                }
                None => name.push(byte),
            }
        }
        name
    }

    fn string(&mut self) -> Vec<u8> {
        self.at += 1;
        let mut text = Vec::new();
        let mut open = 1_usize;
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'(' => open += 1,
                b')' => {
                    open -= 1;
                    if open == 0 {
                        break;
                    }
                }
                b'\\' => {
                    text.extend(self.escape());
                    continue;
                }
                _ => {}
            }
            text.push(byte);
        }
        text
    }

    fn escape(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        match byte {
            b'n' => Some(b'\n'),
            b'r' => Some(b'\r'),
            b't' => Some(b'\t'),
            b'b' => Some(8),
            b'f' => Some(12),
            b'\r' => {
                self.at += usize::from(self.peek() == Some(b'\n'));
                None
            }
            b'\n' => None,
            b'0'..=b'7' => {
                let mut code = u32::from(byte - b'0');
                for _ in 0..2 {
                    let Some(digit @ b'0'..=b'7') = self.peek() else { break };
                    self.at += 1;
                    code = code * 8 + u32::from(digit - b'0');
                }
                u8::try_from(code & 0xFF).ok()
            }
            other => Some(other),
        }
    }

    fn hexadecimal(&mut self) -> Vec<u8> {
        self.at += 1;
        let mut text = Vec::new();
        let mut half = None;
        while let Some(byte) = self.peek() {
            self.at += 1;
            if byte == b'>' {
                break;
            }
            let Some(digit) = hex(byte) else { continue };
            match half.take() {
                None => half = Some(digit),
                Some(high) => text.push(high * 16 + digit),
            }
        }
        text.extend(half.map(|high| high * 16));
        text
    }

    fn array(&mut self, depth: usize) -> Option<Vec<Object>> {
        let mut array = Vec::new();
        loop {
            self.skip_space();
            if self.peek()? == b']' {
                self.at += 1;
                return Some(array);
            }
            match self.item(depth + 1)? {
                Item::Object(object) => array.push(object),
                Item::Word(b"obj" | b"endobj" | b"stream" | b"endstream") => return None,
                Item::Word(_) => {}
            }
        }
    }

    fn dict(&mut self, depth: usize) -> Option<Dict> {
        let mut dict = Dict::new();
        loop {
            self.skip_space();
            match self.peek()? {
                b'>' => {
                    self.at += 1;
                    self.at += usize::from(self.peek() == Some(b'>'));
                    return Some(dict);
                }
                b'/' => {
                    let name = self.name();
                    self.skip_space();
                    // A name without a value stands in front of the end.
                    if self.peek()? == b'>' && self.bytes.get(self.at + 1) == Some(&b'>')
                    {
                        continue;
                    }
                    match self.item(depth + 1)? {
                        Item::Object(value) => {
                            dict.insert(name, value);
                        }
                        Item::Word(b"obj" | b"endobj" | b"stream" | b"endstream") => {
                            return None;
                        }
                        Item::Word(_) => {}
                    }
                }
                _ => match self.item(depth + 1)? {
                    Item::Word(b"obj" | b"endobj" | b"stream" | b"endstream") => {
                        return None;
                    }
                    Item::Word(_) | Item::Object(_) => {}
                },
            }
        }
    }

    fn number(&mut self) -> Object {
        let start = self.at;
        let written = self.regular();
        let number = parse_number(written);
        if self.references == References::Read
            && let Some(number) = whole(written)
            && let Some(end) = self.reference_end()
        {
            self.at = end;
            return Object::Reference(number);
        }
        if self.at == start {
            self.at += 1;
        }
        Object::Number(number)
    }

    /// The end of ` 0 R` behind a number.
    fn reference_end(&self) -> Option<usize> {
        let mut at = self.at;
        let skip = |mut at: usize| {
            while self.bytes.get(at).copied().is_some_and(is_space) {
                at += 1;
            }
            at
        };
        let spaced = skip(at);
        if spaced == at {
            return None;
        }
        at = spaced;
        let digits = self.bytes.get(at..)?.iter().take(6);
        let digits = digits.take_while(|byte| byte.is_ascii_digit()).count();
        if digits == 0 || digits > 5 {
            return None;
        }
        let mark = skip(at + digits);
        if mark == at + digits || self.bytes.get(mark) != Some(&b'R') {
            return None;
        }
        let next = self.bytes.get(mark + 1).copied();
        next.is_none_or(|byte| is_space(byte) || is_delimiter(byte)).then_some(mark + 1)
    }
}

const fn hex(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

fn whole(written: &[u8]) -> Option<u32> {
    std::str::from_utf8(written).ok()?.parse().ok()
}

/// A number; one that is written wrongly is zero, as programs that show pages do.
fn parse_number(written: &[u8]) -> f64 {
    let text = std::str::from_utf8(written).unwrap_or_default();
    let value =
        text.parse::<f64>().or_else(|_| text.trim_start_matches(['-', '+']).parse());
    value.ok().filter(|value| value.is_finite()).unwrap_or_default()
}

impl Object {
    pub(super) const fn dict(&self) -> Option<&Dict> {
        match self {
            Self::Dict(dict) | Self::Stream(dict, _) => Some(dict),
            _ => None,
        }
    }

    pub(super) fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    pub(super) fn name(&self) -> Option<&[u8]> {
        match self {
            Self::Name(name) => Some(name),
            _ => None,
        }
    }

    pub(super) fn array(&self) -> Option<&[Self]> {
        match self {
            Self::Array(array) => Some(array),
            _ => None,
        }
    }
}
