//! Fonts, as far as they say what letters mean and how wide they are. Source: ISO
//! 32000-1:2008, §9.5 to §9.10.

use std::cell::Cell;
use std::collections::BTreeMap;

use crate::limits;
use crate::pdf::encoding::{self, Base};
use crate::pdf::file::File;
use crate::pdf::object::{Dict, Item, Lexer, Object, References, Values};

/// A font.
#[derive(Debug, Default)]
pub(super) struct Font {
    /// What codes mean, as the document says.
    letters: BTreeMap<u32, String>,
    /// Bytes of a code.
    length: Option<usize>,
    codes: Codes,
    base: Option<Base>,
    differences: BTreeMap<u8, char>,
    widths: BTreeMap<u32, f64>,
    usual: Option<f64>,
}

/// How a font is coded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Codes {
    /// A byte a letter.
    #[default]
    Simple,
    /// Several bytes, which a table explains.
    Composite,
    /// Several bytes, which are Unicode without a table.
    Unicode,
}

/// A letter: what it means, how wide it is in thousandths, and whether it is a blank of one
/// byte, which words may be spaced by.
#[derive(Debug, PartialEq)]
pub(super) struct Letter {
    /// `None` where nothing says it.
    pub(super) text: Option<String>,
    pub(super) width: f64,
    pub(super) is_blank: bool,
}

/// Entries that all fonts of a document may have together.
#[derive(Debug)]
pub(super) struct Room(Cell<usize>);

impl Room {
    pub(super) const fn new() -> Self {
        Self(Cell::new(limits::PDF_LETTERS_MAX))
    }

    fn take(&self) -> Option<()> {
        self.0.set(self.0.get().checked_sub(1)?);
        Some(())
    }
}

impl Font {
    pub(super) fn read(file: &File<'_>, dict: &Dict, room: &Room) -> Self {
        let codes = match file.member(dict, "Subtype").name() {
            Some(b"Type0") => Codes::Composite,
            _ => Codes::Simple,
        };
        let mut font = Self { codes, ..Self::default() };
        if let Ok(bytes) = file.unpack(file.member(dict, "ToUnicode")) {
            font.read_map(&bytes, room);
        }
        match codes {
            Codes::Simple => font.read_simple(file, dict, room),
            Codes::Composite | Codes::Unicode => font.read_composite(file, dict, room),
        }
        font
    }

    fn read_simple(&mut self, file: &File<'_>, dict: &Dict, room: &Room) {
        let name = file.member(dict, "BaseFont").name().unwrap_or_default();
        let holds = |word: &[u8]| name.windows(word.len()).any(|part| part == word);
        let own = if holds(b"ZapfDingbats") {
            Some(Base::ZapfDingbats)
        } else if holds(b"Wingdings") {
            Some(Base::Wingdings)
        } else {
            None
        };
        let encoding = file.member(dict, "Encoding");
        let named = match encoding {
            Object::Name(name) => Some(name.as_slice()),
            Object::Dict(dict) => file.member(dict, "BaseEncoding").name(),
            _ => None,
        };
        let by_name = match named {
            Some(b"WinAnsiEncoding") => Base::WinAnsi,
            Some(b"MacRomanEncoding") => Base::MacRoman,
            _ if file.member(dict, "Subtype").name() == Some(b"TrueType") => {
                Base::WinAnsi
            }
            _ => Base::Standard,
        };
        self.base = Some(own.unwrap_or(by_name));
        if let Object::Dict(encoding) = encoding
            && let Some(differences) = file.member(encoding, "Differences").array()
        {
            self.read_differences(file, differences);
        }
        let first = file.member(dict, "FirstChar").number().unwrap_or_default();
        if let Some(widths) = file.member(dict, "Widths").array() {
            for (code, width) in (first.max(0.0) as u32..).zip(widths).take(256) {
                if let Some(width) = file.resolve(width).number()
                    && room.take().is_some()
                {
                    self.widths.insert(code, width);
                }
            }
        }
        if name.windows(7).any(|part| part == b"Courier") {
            self.usual = Some(600.0);
        }
    }

    fn read_differences(&mut self, file: &File<'_>, differences: &[Object]) {
        let mut code = 0_u32;
        for entry in differences.iter().take(1024) {
            match file.resolve(entry) {
                Object::Number(number) => code = number.max(0.0) as u32,
                Object::Name(name) => {
                    if let (Ok(byte), Some(letter)) =
                        (u8::try_from(code), encoding::of_glyph(name))
                    {
                        self.differences.insert(byte, letter);
                    }
                    code = code.saturating_add(1);
                }
                _ => {}
            }
        }
    }

    fn read_composite(&mut self, file: &File<'_>, dict: &Dict, room: &Room) {
        if let Some(name) = file.member(dict, "Encoding").name() {
            let holds = |word: &[u8]| name.windows(word.len()).any(|part| part == word);
            if holds(b"UCS2") || holds(b"UTF16") {
                self.codes = Codes::Unicode;
            }
        }
        let descendants = file.member(dict, "DescendantFonts");
        let descendant = match descendants {
            Object::Array(array) => array.first().map(|it| file.resolve(it)),
            other => Some(other),
        };
        let Some(descendant) = descendant.and_then(Object::dict) else { return };
        self.usual = Some(file.member(descendant, "DW").number().unwrap_or(1000.0));
        let Some(widths) = file.member(descendant, "W").array() else { return };
        let mut rest = widths;
        while let [first, second, behind @ ..] = rest {
            let Some(first) = file.resolve(first).number() else { break };
            let first = first.max(0.0) as u32;
            rest = match file.resolve(second) {
                Object::Array(list) => {
                    for (code, width) in (first..).zip(list) {
                        let width = file.resolve(width).number().unwrap_or_default();
                        if room.take().is_none() {
                            return;
                        }
                        self.widths.insert(code, width);
                    }
                    behind
                }
                Object::Number(last) => {
                    let [width, next @ ..] = behind else { break };
                    let width = file.resolve(width).number().unwrap_or_default();
                    let last = (*last).clamp(0.0, 65_535.0) as u32;
                    for code in first..=last {
                        if room.take().is_none() {
                            return;
                        }
                        self.widths.insert(code, width);
                    }
                    next
                }
                _ => break,
            };
        }
    }

    /// Reads a table of what codes mean.
    fn read_map(&mut self, bytes: &[u8], room: &Room) {
        let values = Values::new();
        let mut lexer = Lexer::new(bytes, 0, References::None, &values);
        let mut operands: Vec<Object> = Vec::new();
        while let Some(item) = lexer.next() {
            match item {
                Item::Object(object) => {
                    if operands.len() < 10_000 {
                        operands.push(object);
                    }
                }
                Item::Word(word) => {
                    match word {
                        b"endcodespacerange" => self.code_space(&operands),
                        b"endbfchar" => self.characters(&operands, room),
                        b"endbfrange" => self.ranges(&operands, room),
                        _ => {}
                    }
                    operands.clear();
                }
            }
        }
    }

    fn code_space(&mut self, operands: &[Object]) {
        for operand in operands {
            if let Object::Text(code) = operand
                && (1..=4).contains(&code.len())
            {
                self.length =
                    Some(self.length.map_or(code.len(), |it| it.max(code.len())));
            }
        }
    }

    fn characters(&mut self, operands: &[Object], room: &Room) {
        for pair in operands.chunks(2) {
            if let [Object::Text(code), Object::Text(text)] = pair
                && room.take().is_some()
            {
                self.letters.insert(number(code), unicode(text));
            }
        }
    }

    fn ranges(&mut self, operands: &[Object], room: &Room) {
        for triple in operands.chunks(3) {
            let [Object::Text(first), Object::Text(last), to] = triple else { continue };
            let (first, last) = (number(first), number(last));
            match to {
                Object::Text(text) => {
                    let text = unicode(text);
                    let mut head = text.clone();
                    let Some(end) = head.pop() else { continue };
                    for (step, code) in (0_u32..).zip(first..=last) {
                        if room.take().is_none() {
                            return;
                        }
                        let letter = char::from_u32(end as u32 + step);
                        let letter = letter.unwrap_or(char::REPLACEMENT_CHARACTER);
                        self.letters.insert(code, format!("{head}{letter}"));
                    }
                }
                Object::Array(texts) => {
                    for (code, text) in (first..=last).zip(texts) {
                        if let Object::Text(text) = text
                            && room.take().is_some()
                        {
                            self.letters.insert(code, unicode(text));
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// The letters of a string.
    pub(super) fn letters(&self, bytes: &[u8]) -> Vec<Letter> {
        let length = match self.codes {
            Codes::Simple => 1,
            Codes::Composite | Codes::Unicode => self.length.unwrap_or(2),
        };
        bytes.chunks(length).map(|code| self.letter(code)).collect()
    }

    fn letter(&self, code: &[u8]) -> Letter {
        let at = number(code);
        let text = self.letters.get(&at).cloned().or_else(|| self.by_encoding(at));
        let width = self.widths.get(&at).copied().or(self.usual);
        let width = width
            .unwrap_or_else(|| encoding::usual_width(text.as_deref().unwrap_or("n")));
        Letter { text, width, is_blank: code == [32] }
    }

    fn by_encoding(&self, code: u32) -> Option<String> {
        match self.codes {
            Codes::Simple => {}
            Codes::Composite => return None,
            Codes::Unicode => return char::from_u32(code).map(String::from),
        }
        let byte = u8::try_from(code).ok()?;
        let letter = self.differences.get(&byte).copied();
        let letter = letter.or_else(|| encoding::character(self.base?, byte));
        letter.map(String::from)
    }
}

fn number(code: &[u8]) -> u32 {
    code.iter().take(4).fold(0, |sum, byte| (sum << 8) | u32::from(*byte))
}

/// The text of a target, which is UTF-16.
fn unicode(bytes: &[u8]) -> String {
    match bytes {
        [byte] => char::from(*byte).to_string(),
        // A ligature may stand for three letters; more is no letter.
        bytes => {
            let some = bytes.get(..bytes.len().min(32)).unwrap_or_default();
            encoding::utf16(some, u16::from_be_bytes)
        }
    }
}
