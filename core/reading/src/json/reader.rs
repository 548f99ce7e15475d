//! JSON, value by value, without a tree and without recursion.
//!
//! Source: RFC 8259. The grammar is kept strictly: no comments, no trailing commas, no
//! control characters in texts. Only two things are repaired, with a note: a member that
//! is given twice (both are handed out; RFC 8259 §4 leaves the meaning open), and an
//! escaped surrogate without its partner, which becomes U+FFFD.
//!
//! Numbers stay as they are written: a version `1.10` that somebody wrote without quotes
//! is not the version 1.1.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::escape;
use crate::{Note, Notes, Place, Rejected, limits, text};

/// Members of one object that are compared one by one; beyond that a set is kept.
const MEMBERS_COMPARED: usize = 64;

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `null`.
    Null,
    /// `true` or `false`.
    Truth,
    /// A number.
    Number,
    /// A string.
    Text,
    /// An array.
    List,
    /// An object.
    Object,
}

impl Shape {
    /// The shape in words.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Truth => "true or false",
            Self::Number => "a number",
            Self::Text => "text",
            Self::List => "a list",
            Self::Object => "an object",
        }
    }
}

/// A place in a JSON text, from which one goes to the next value.
///
/// After [`Reader::key`] or [`Reader::element`] has announced a value, that value must be
/// taken: by [`Reader::text`], [`Reader::scalar`], [`Reader::skip`], or by entering it.
#[derive(Debug)]
pub struct Reader<'t> {
    text: &'t str,
    at: usize,
    open: Vec<Open<'t>>,
    /// The names of the members met so far of every open object, outermost first.
    /// Each with the place in the text where its value begins.
    keys: Vec<(Cow<'t, str>, usize)>,
    skipped: Vec<Shape>,
    notes: Notes,
}

/// A list or an object that was entered.
#[derive(Debug)]
struct Open<'t> {
    shape: Shape,
    /// How many elements or members were announced.
    count: usize,
    keys_from: usize,
    many: BTreeMap<Cow<'t, str>, usize>,
}

impl<'t> Reader<'t> {
    /// A reader before the first value of `text`.
    #[must_use]
    pub const fn new(text: &'t str) -> Self {
        Self {
            text,
            at: 0,
            open: Vec::new(),
            keys: Vec::new(),
            skipped: Vec::new(),
            notes: Notes::new(),
        }
    }

    /// What the next value is.
    ///
    /// # Errors
    /// When no value stands there.
    pub fn shape(&mut self) -> Result<Shape, Rejected> {
        self.blanks();
        match self.byte() {
            Some(b'"') => Ok(Shape::Text),
            Some(b'{') => Ok(Shape::Object),
            Some(b'[') => Ok(Shape::List),
            Some(b't' | b'f') => Ok(Shape::Truth),
            Some(b'n') => Ok(Shape::Null),
            Some(b'-' | b'0'..=b'9') => Ok(Shape::Number),
            _ => Err(self.refuse("a value")),
        }
    }

    /// Goes into the list or object that stands next.
    ///
    /// # Errors
    /// When neither stands there, or nesting is too deep.
    pub fn enter(&mut self) -> Result<(), Rejected> {
        let shape = self.shape()?;
        if !matches!(shape, Shape::List | Shape::Object) {
            return Err(self.refuse("a list or an object"));
        }
        self.check_depth(self.open.len())?;
        self.at += 1;
        let keys_from = self.keys.len();
        self.open.push(Open { shape, count: 0, keys_from, many: BTreeMap::new() });
        Ok(())
    }

    /// The name of the next member of the object that was entered; `None` at its end, by
    /// which it is left.
    ///
    /// # Errors
    /// When the text is no JSON.
    pub fn key(&mut self) -> Result<Option<Cow<'t, str>>, Rejected> {
        if !self.advance(b'}', "`,` or `}`")? {
            return Ok(None);
        }
        if self.byte() != Some(b'"') {
            return Err(self.refuse("a member's name in double quotes"));
        }
        let key = self.string()?;
        self.blanks();
        if self.byte() != Some(b':') {
            return Err(self.refuse("`:`"));
        }
        self.at += 1;
        self.remember(key.clone())?;
        Ok(Some(key))
    }

    /// Whether the list that was entered has a further element; if not, it is left.
    ///
    /// # Errors
    /// When the text is no JSON.
    pub fn element(&mut self) -> Result<bool, Rejected> {
        self.advance(b']', "`,` or `]`")
    }

    /// Takes the next value, which must be text.
    ///
    /// # Errors
    /// When it is none.
    pub fn text(&mut self) -> Result<Cow<'t, str>, Rejected> {
        if self.shape()? != Shape::Text {
            return Err(self.refuse("text"));
        }
        self.string()
    }

    /// Takes the next value, which is `null`, true, false or a number, as it is written.
    ///
    /// # Errors
    /// When it is none of them.
    pub fn scalar(&mut self) -> Result<&'t str, Rejected> {
        match self.shape()? {
            Shape::Null => self.word("null"),
            Shape::Truth if self.byte() == Some(b't') => self.word("true"),
            Shape::Truth => self.word("false"),
            Shape::Number => self.number(),
            _ => Err(self.refuse("a number, true, false or null")),
        }
    }

    /// Passes over the next value, whatever it is; it must be JSON all the same.
    ///
    /// # Errors
    /// When the text is no JSON, or nesting is too deep.
    pub fn skip(&mut self) -> Result<(), Rejected> {
        self.skipped.clear();
        loop {
            let shape = self.shape()?;
            match shape {
                Shape::Text => self.string_end().map(drop)?,
                Shape::List | Shape::Object => {
                    self.check_depth(self.open.len() + self.skipped.len())?;
                    self.at += 1;
                    self.skipped.push(shape);
                    if self.skipped_opens()? {
                        continue;
                    }
                }
                _ => self.scalar().map(drop)?,
            }
            if !self.skipped_goes_on()? {
                return Ok(());
            }
        }
    }

    /// Checks that nothing follows the document.
    ///
    /// # Errors
    /// When something does.
    pub fn end(&mut self) -> Result<(), Rejected> {
        self.blanks();
        if self.at == self.text.len() {
            return Ok(());
        }
        Err(Rejected::new(
            self.line(),
            "the document has ended, but the file goes on",
            "one file holds one document: split it",
        ))
    }

    /// Where the value stands that was announced last.
    #[must_use]
    pub fn place(&self) -> Place {
        let mut pointer = String::new();
        for (level, open) in self.open.iter().enumerate() {
            if open.count == 0 {
                break;
            }
            pointer.push('/');
            if open.shape == Shape::List {
                pointer.push_str(&(open.count - 1).to_string());
                continue;
            }
            let next = self.open.get(level + 1).map_or(self.keys.len(), |o| o.keys_from);
            let last = next.checked_sub(1).and_then(|last| self.keys.get(last));
            if let Some((key, _)) = last {
                pointer.push_str(&escape(key));
            }
        }
        Place::Pointer(pointer)
    }

    /// Line and column of what is read next.
    #[must_use]
    pub fn line(&self) -> Place {
        let before = self.text.get(..self.at).unwrap_or(self.text);
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let line = 1 + before.bytes().filter(|byte| *byte == b'\n').count();
        let column = 1 + before.get(start..).map_or(0, |rest| rest.chars().count());
        Place::Line { line, column }
    }

    /// Makes a note about the value that was announced last.
    pub fn note(&mut self, message: impl Into<String>) {
        let mut notes = std::mem::take(&mut self.notes);
        notes.add(|| Note::new(self.place(), message));
        self.notes = notes;
    }

    /// The notes, for further ones that have another place.
    pub const fn notes(&mut self) -> &mut Notes {
        &mut self.notes
    }

    /// Takes the next value as text. A number or a truth is taken as it is written, with a
    /// note; anything else is set aside with one.
    ///
    /// # Errors
    /// When the text is no JSON.
    pub fn text_or_note(&mut self) -> Result<Option<String>, Rejected> {
        match self.shape()? {
            Shape::Text => self.string().map(|text| Some(text.into_owned())),
            shape @ (Shape::Number | Shape::Truth) => {
                let written = self.scalar()?;
                let read = text::quoted(written);
                self.note(format!("{} instead of text, read as {read}", shape.name()));
                Ok(Some(written.to_owned()))
            }
            shape => {
                self.skip()?;
                self.note(format!("{} instead of text, set aside", shape.name()));
                Ok(None)
            }
        }
    }

    /// Goes into the next value if it has that shape (a list or an object); sets it aside
    /// with a note and says false if it has not.
    ///
    /// # Errors
    /// When the text is no JSON.
    pub fn enter_or_note(&mut self, wanted: Shape) -> Result<bool, Rejected> {
        let shape = self.shape()?;
        if shape == wanted {
            self.enter()?;
            return Ok(true);
        }
        self.skip()?;
        let (found, wanted) = (shape.name(), wanted.name());
        self.note(format!("{found} instead of {wanted}, set aside"));
        Ok(false)
    }
}

/// Objects and lists.
impl<'t> Reader<'t> {
    /// Goes to the next part of the innermost open list or object, or leaves it.
    fn advance(&mut self, close: u8, expected: &'static str) -> Result<bool, Rejected> {
        self.blanks();
        let begun = self.open.last().is_some_and(|open| open.count > 0);
        match self.byte() {
            Some(byte) if byte == close => {
                self.at += 1;
                if let Some(open) = self.open.pop() {
                    self.keys.truncate(open.keys_from);
                }
                return Ok(false);
            }
            Some(b',') if begun => {
                self.at += 1;
                self.blanks();
            }
            _ if begun => return Err(self.refuse(expected)),
            _ => {}
        }
        if let Some(open) = self.open.last_mut() {
            open.count += 1;
        }
        Ok(true)
    }

    fn remember(&mut self, key: Cow<'t, str>) -> Result<(), Rejected> {
        let Some(open) = self.open.last_mut() else { return Ok(()) };
        let met = self.keys.get(open.keys_from..).unwrap_or_default();
        let before = if met.len() < MEMBERS_COMPARED {
            met.iter().find(|(own, _)| *own == key).map(|(_, at)| *at)
        } else {
            if open.many.is_empty() {
                open.many.extend(met.iter().cloned());
            }
            open.many.insert(key.clone(), self.at)
        };
        self.keys.push((key, self.at));
        let Some(before) = before else { return Ok(()) };
        if self.agrees_with(before) {
            self.note("this member is given twice");
            return Ok(());
        }
        Err(Rejected::new(
            self.place(),
            "this member is given twice, with different values",
            "which of them holds is left open by RFC 8259; ask the maker of the document, \
             and leave one of them",
        ))
    }

    /// Whether the next value is written like the one at `before`, or both are lists, of
    /// which readers take every element. What is no JSON is found when it is read.
    fn agrees_with(&self, before: usize) -> bool {
        let rest = |at: usize| self.text.get(at..).unwrap_or_default().trim_start();
        let (first, second) = (rest(before), rest(self.at));
        if first.starts_with('[') && second.starts_with('[') {
            return true;
        }
        let mut probe = Reader::new(second);
        if probe.skip().is_err() {
            return true;
        }
        let value = second.get(..probe.at).unwrap_or_default();
        first
            .strip_prefix(value)
            .is_some_and(|after| after.trim_start().starts_with([',', '}']))
    }

    fn skipped_opens(&mut self) -> Result<bool, Rejected> {
        self.blanks();
        match (self.skipped.last(), self.byte()) {
            (Some(Shape::List), Some(b']')) | (Some(Shape::Object), Some(b'}')) => {
                Ok(false)
            }
            (Some(Shape::Object), _) => self.skip_key().map(|()| true),
            _ => Ok(true),
        }
    }

    /// After a value that is passed over: closes what ends here, and says whether another
    /// value must be passed over.
    fn skipped_goes_on(&mut self) -> Result<bool, Rejected> {
        while let Some(shape) = self.skipped.last().copied() {
            self.blanks();
            match (shape, self.byte()) {
                (Shape::List, Some(b']')) | (Shape::Object, Some(b'}')) => {
                    self.at += 1;
                    self.skipped.pop();
                }
                (Shape::List, Some(b',')) => {
                    self.at += 1;
                    return Ok(true);
                }
                (Shape::Object, Some(b',')) => {
                    self.at += 1;
                    self.blanks();
                    return self.skip_key().map(|()| true);
                }
                (Shape::List, _) => return Err(self.refuse("`,` or `]`")),
                _ => return Err(self.refuse("`,` or `}`")),
            }
        }
        Ok(false)
    }

    fn skip_key(&mut self) -> Result<(), Rejected> {
        if self.byte() != Some(b'"') {
            return Err(self.refuse("a member's name in double quotes"));
        }
        self.string_end()?;
        self.blanks();
        if self.byte() != Some(b':') {
            return Err(self.refuse("`:`"));
        }
        self.at += 1;
        Ok(())
    }

    fn check_depth(&self, depth: usize) -> Result<(), Rejected> {
        if depth < limits::DEPTH_MAX {
            return Ok(());
        }
        Err(Rejected::new(
            self.line(),
            format!(
                "lists and objects nest deeper than the {} levels that are read",
                limits::DEPTH_MAX
            ),
            super::TOO_DEEP,
        ))
    }
}

/// Characters.
impl<'t> Reader<'t> {
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blanks(&mut self) {
        while matches!(self.byte(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    fn word(&mut self, word: &'static str) -> Result<&'t str, Rejected> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        if !rest.starts_with(word) {
            return Err(self.refuse("a value"));
        }
        self.at += word.len();
        Ok(word)
    }

    fn number(&mut self) -> Result<&'t str, Rejected> {
        let start = self.at;
        if self.byte() == Some(b'-') {
            self.at += 1;
        }
        if self.byte() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.byte() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.byte(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.byte(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(self.text.get(start..self.at).unwrap_or_default())
    }

    fn digits(&mut self) -> Result<(), Rejected> {
        if !matches!(self.byte(), Some(b'0'..=b'9')) {
            return Err(self.refuse("a digit"));
        }
        while matches!(self.byte(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        Ok(())
    }

    /// The string that begins here.
    fn string(&mut self) -> Result<Cow<'t, str>, Rejected> {
        let start = self.at + 1;
        let escapes = self.string_end()?;
        let raw = self.text.get(start..self.at - 1).unwrap_or_default();
        if escapes == Escapes::None {
            return Ok(Cow::Borrowed(raw));
        }
        let (text, lone) = unescape(raw);
        if lone {
            self.note("a surrogate without its partner, read as U+FFFD");
        }
        Ok(Cow::Owned(text))
    }

    /// Goes behind the string that begins here, and checks its escapes.
    fn string_end(&mut self) -> Result<Escapes, Rejected> {
        let mut escapes = Escapes::None;
        self.at += 1;
        loop {
            let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
            let plain =
                rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1F));
            self.at += plain.unwrap_or(rest.len());
            match self.byte() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(escapes);
                }
                Some(b'\\') => {
                    escapes = Escapes::Some;
                    self.check_escape()?;
                }
                Some(_) => return Err(self.refuse("no control character in text")),
                None => return Err(self.refuse("`\"`")),
            }
        }
    }

    fn check_escape(&mut self) -> Result<(), Rejected> {
        self.at += 1;
        match self.byte() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {
                self.at += 1;
                Ok(())
            }
            Some(b'u') => {
                self.at += 1;
                for _ in 0..4 {
                    if !self.byte().is_some_and(|byte| byte.is_ascii_hexdigit()) {
                        return Err(self.refuse("four hexadecimal digits"));
                    }
                    self.at += 1;
                }
                Ok(())
            }
            _ => Err(self.refuse("an escape of JSON")),
        }
    }

    fn refuse(&self, expected: &'static str) -> Rejected {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let Some(found) = rest.chars().next() else {
            return Rejected::new(
                self.line(),
                format!("the document ends where {expected} is expected"),
                "the document is cut short",
            );
        };
        let found = found.escape_debug();
        Rejected::new(
            self.line(),
            format!("no JSON: {expected} is expected, `{found}` stands there"),
            super::NO_JSON,
        )
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Escapes {
    None,
    Some,
}

/// The text of a string whose escapes were checked, and whether a surrogate stood alone.
fn unescape(raw: &str) -> (String, bool) {
    let mut text = String::with_capacity(raw.len());
    let mut lone = false;
    let mut rest = raw;
    while let Some((plain, escaped)) = rest.split_once('\\') {
        text.push_str(plain);
        let mut characters = escaped.chars();
        match characters.next() {
            Some('u') => {
                let (character, after) = escaped_unit(escaped);
                lone |= character.is_none();
                text.push(character.unwrap_or(char::REPLACEMENT_CHARACTER));
                rest = after;
                continue;
            }
            Some('b') => text.push('\u{8}'),
            Some('f') => text.push('\u{C}'),
            Some('n') => text.push('\n'),
            Some('r') => text.push('\r'),
            Some('t') => text.push('\t'),
            Some(other) => text.push(other),
            None => {}
        }
        rest = characters.as_str();
    }
    text.push_str(rest);
    (text, lone)
}

/// The character of `uXXXX` or `uXXXX\uXXXX` at the start, and what follows it.
fn escaped_unit(escaped: &str) -> (Option<char>, &str) {
    let unit =
        |text: &str| text.get(1..5).and_then(|hex| u32::from_str_radix(hex, 16).ok());
    let after = escaped.get(5..).unwrap_or_default();
    let Some(first) = unit(escaped) else { return (None, after) };
    if !(0xD800..0xDC00).contains(&first) {
        return (char::from_u32(first), after);
    }
    let second = after.strip_prefix('\\').filter(|rest| rest.starts_with('u'));
    match second.and_then(unit) {
        Some(second @ 0xDC00..0xE000) => {
            let code = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
            (char::from_u32(code), after.get(6..).unwrap_or_default())
        }
        _ => (None, after),
    }
}

#[cfg(test)]
#[path = "reader_tests.rs"]
mod tests;
