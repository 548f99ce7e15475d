//! The three bindings of a name, read and written.
//!
//! Source: NISTIR 7695 §5.3 (well-formed names), §6.1 (URI) and §6.2 (formatted string).
//!
//! As the unbinding there does, a special character without its backslash is read as if
//! it had one; names are lower-cased, since §7.3 of NISTIR 7696 compares without case.

use std::borrow::Cow;

use super::name::PREFIX;
use super::{Attribute, Name, Value};
use crate::Malformed;

const TERM: &str = "CPE name";

/// A fault: a byte offset in the text, and what should have stood there.
type Fault = (usize, &'static str);

pub(super) fn read(text: &str) -> Result<Name, Malformed> {
    let values = if text.starts_with(PREFIX) {
        formatted(text)
    } else if text.starts_with("cpe:/") {
        unbound_uri(text)
    } else if text.starts_with("wfn:[") {
        wfn(text)
    } else {
        Err((0, "`cpe:2.3:`, `cpe:/` or `wfn:[`"))
    };
    values
        .and_then(|values| Name::of(&values).ok_or((0, "a name of at most 65,535 bytes")))
        .map_err(|(at, expected)| Malformed::at_byte(TERM, text, at, expected))
}

/// The values of a name, spelt as in a formatted string.
type Values<'a> = [Cow<'a, str>; 11];

const ANY: Cow<'static, str> = Cow::Borrowed("*");
const NA: Cow<'static, str> = Cow::Borrowed("-");

/// A piece of the text and where it stands.
#[derive(Clone, Copy)]
struct Piece<'a> {
    text: &'a str,
    at: usize,
}

fn formatted(text: &str) -> Result<Values<'_>, Fault> {
    let mut values = [ANY; 11];
    let mut pieces = unescaped_colons(text, PREFIX.len());
    for (attribute, value) in Attribute::ALL.into_iter().zip(&mut values) {
        let piece = pieces.next().ok_or((text.len(), "`:` and a further attribute"))?;
        *value = match piece.text {
            "*" | "-" => Cow::Borrowed(piece.text),
            "" => return Err((piece.at, "a value, `*` or `-`")),
            _ => value_of(piece, Spelling::Formatted)?,
        };
        if attribute == Attribute::Part {
            check_part(value, piece.at)?;
        }
    }
    match pieces.next() {
        Some(piece) => Err((piece.at - 1, "nothing more")),
        None => Ok(values),
    }
}

/// The pieces between colons that have no backslash before them.
fn unescaped_colons(text: &str, start: usize) -> impl Iterator<Item = Piece<'_>> {
    let mut next = Some(start);
    std::iter::from_fn(move || {
        let at = next?;
        let rest = text.get(at..)?;
        let mut is_quoted = false;
        let colon = rest.bytes().position(|byte| {
            let is_end = byte == b':' && !is_quoted;
            is_quoted = byte == b'\\' && !is_quoted;
            is_end
        });
        next = colon.map(|colon| at + colon + 1);
        Some(Piece { text: rest.get(..colon.unwrap_or(rest.len()))?, at })
    })
}

fn check_part(value: &str, at: usize) -> Result<(), Fault> {
    match value {
        "a" | "o" | "h" | "*" | "-" => Ok(()),
        _ => Err((at, "the part `a`, `o` or `h`")),
    }
}

/// How a value is spelt where it is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Spelling {
    /// A formatted string, where `.` `-` and `_` need no backslash.
    Formatted,
    /// A well-formed name, where `.` and `-` need one.
    WellFormed,
}

/// A text as a formatted string spells it.
fn value_of(piece: Piece<'_>, spelling: Spelling) -> Result<Cow<'_, str>, Fault> {
    if spelling == Spelling::Formatted && piece.text.bytes().all(is_settled) {
        return Ok(Cow::Borrowed(piece.text));
    }
    spell(piece, spelling).map(Cow::Owned)
}

/// Most values hold nothing but these, and are spelt as they stand.
const fn is_settled(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-')
}

fn spell(piece: Piece<'_>, spelling: Spelling) -> Result<String, Fault> {
    let mut value = String::with_capacity(piece.text.len());
    let mut wildcards = Wildcards::default();
    let mut letters = piece.text.char_indices();
    while let Some((offset, letter)) = letters.next() {
        let at = piece.at + offset;
        match letter {
            '\\' => {
                let quoted = letters.next().map(|(_, letter)| letter);
                let quoted = quoted.ok_or((at, "a character behind the backslash"))?;
                if !is_special(quoted) && !matches!(quoted, '.' | '-' | '_') {
                    return Err((at, "a backslash before a special character only"));
                }
                push(&mut value, quoted);
                wildcards.text(at)?;
            }
            '*' | '?' => {
                value.push(letter);
                wildcards.wildcard(letter, at)?;
            }
            '.' | '-' if spelling == Spelling::WellFormed => {
                return Err((at, "a backslash before `.` and `-`"));
            }
            '.' | '-' | '_' | 'a'..='z' | 'A'..='Z' | '0'..='9' => {
                push(&mut value, letter);
                wildcards.text(at)?;
            }
            _ if is_special(letter) && spelling == Spelling::Formatted => {
                push(&mut value, letter);
                wildcards.text(at)?;
            }
            _ if is_special(letter) => {
                return Err((at, "a backslash before a special character"));
            }
            _ => return Err((at, "a letter, a digit or punctuation of ASCII")),
        }
    }
    match value.as_str() {
        "-" => Err((piece.at, "a value other than a quoted hyphen")),
        "" => Err((piece.at, "a value")),
        _ => Ok(value),
    }
}

/// Writes a character that stands for itself.
fn push(value: &mut String, letter: char) {
    if is_special(letter) {
        value.push('\\');
    }
    value.push(letter.to_ascii_lowercase());
}

fn is_special(letter: char) -> bool {
    letter.is_ascii_punctuation() && !matches!(letter, '.' | '-' | '_')
}

/// Keeps wildcards at the ends: one `*`, or any number of `?`, before and behind the text
/// (NISTIR 7695 §5.3.2).
#[derive(Default)]
struct Wildcards {
    leading: Option<char>,
    has_text: bool,
    trailing: Option<char>,
}

impl Wildcards {
    fn wildcard(&mut self, letter: char, at: usize) -> Result<(), Fault> {
        let side = if self.has_text { &mut self.trailing } else { &mut self.leading };
        match (*side, letter) {
            (None, _) | (Some('?'), '?') => *side = Some(letter),
            _ => return Err((at, "one `*` or some `?`")),
        }
        Ok(())
    }

    fn text(&mut self, at: usize) -> Result<(), Fault> {
        self.has_text = true;
        match self.trailing {
            Some(_) => Err((at, "no text behind a wildcard")),
            None => Ok(()),
        }
    }
}

fn unbound_uri(text: &str) -> Result<Values<'_>, Fault> {
    let mut values = [ANY; 11];
    let mut at = "cpe:/".len();
    let components = text.get(at..).unwrap_or("").split(':');
    for (position, component) in components.enumerate() {
        let piece = Piece { text: component, at };
        at += component.len() + 1;
        match Attribute::ALL.get(position) {
            Some(Attribute::Edition) if component.starts_with('~') => {
                unpack(piece, &mut values)?;
            }
            Some(Attribute::SwEdition) | None => {
                return Err((piece.at - 1, "at most seven components"));
            }
            Some(attribute) => {
                let value = decoded(piece)?;
                if *attribute == Attribute::Part {
                    check_part(&value, piece.at)?;
                }
                set(&mut values, *attribute, value);
            }
        }
    }
    Ok(values)
}

/// The edition of a URI may hold five attributes: `~edition~sw~target_sw~target_hw~other`.
fn unpack<'a>(piece: Piece<'a>, values: &mut Values<'a>) -> Result<(), Fault> {
    let packed = [
        Attribute::Edition,
        Attribute::SwEdition,
        Attribute::TargetSw,
        Attribute::TargetHw,
        Attribute::Other,
    ];
    let mut at = piece.at + 1;
    let mut parts = piece.text.get(1..).unwrap_or("").split('~');
    for attribute in packed {
        let end = piece.at + piece.text.len();
        let part = parts.next().ok_or((end, "`~` and a further packed attribute"))?;
        set(values, attribute, decoded(Piece { text: part, at })?);
        at += part.len() + 1;
    }
    match parts.next() {
        Some(_) => Err((at - 1, "five packed attributes")),
        None => Ok(()),
    }
}

fn set<'a>(values: &mut Values<'a>, attribute: Attribute, value: Cow<'a, str>) {
    if let Some(slot) = values.get_mut(attribute as usize) {
        *slot = value;
    }
}

/// A component of a URI as a formatted string spells it.
fn decoded(piece: Piece<'_>) -> Result<Cow<'_, str>, Fault> {
    match piece.text {
        "" => Ok(ANY),
        "-" => Ok(NA),
        text if text.bytes().all(is_settled) => Ok(Cow::Borrowed(text)),
        _ => decode(piece).map(Cow::Owned),
    }
}

fn decode(piece: Piece<'_>) -> Result<String, Fault> {
    let mut value = String::with_capacity(piece.text.len());
    let mut wildcards = Wildcards::default();
    let mut letters = piece.text.char_indices();
    while let Some((offset, letter)) = letters.next() {
        let at = piece.at + offset;
        match letter {
            '%' => {
                let digits = piece.text.get(offset + 1..offset + 3).unwrap_or("");
                letters.nth(1);
                match encoded(digits) {
                    Some(wildcard @ ('?' | '*')) if digits.starts_with('0') => {
                        value.push(wildcard);
                        wildcards.wildcard(wildcard, at)?;
                    }
                    Some(letter) => {
                        push(&mut value, letter);
                        wildcards.text(at)?;
                    }
                    None => return Err((at, "an encoding of NISTIR 7695")),
                }
            }
            '*' | '?' => {
                value.push(letter);
                wildcards.wildcard(letter, at)?;
            }
            _ if letter.is_ascii_graphic() && letter != '\\' => {
                push(&mut value, letter);
                wildcards.text(at)?;
            }
            _ => return Err((at, "a letter, a digit or punctuation of ASCII")),
        }
    }
    Ok(value)
}

/// What two hexadecimal digits stand for; `01` and `02` are the wildcards.
fn encoded(digits: &str) -> Option<char> {
    match digits {
        "01" => Some('?'),
        "02" => Some('*'),
        _ => {
            let code =
                u8::from_str_radix(digits, 16).ok().filter(|_| digits.len() == 2)?;
            Some(char::from(code)).filter(|letter| is_special(*letter))
        }
    }
}

fn wfn(text: &str) -> Result<Values<'_>, Fault> {
    let mut values = [ANY; 11];
    let mut seen = [false; 11];
    // A name that restricts nothing lists nothing.
    if text == "wfn:[]" {
        return Ok(values);
    }
    let mut at = "wfn:[".len();
    loop {
        let rest = text.get(at..).unwrap_or("");
        let (attribute, length) =
            wfn_attribute(rest).ok_or((at, "an attribute and `=`"))?;
        match seen.get_mut(attribute as usize) {
            Some(seen) if !*seen => *seen = true,
            _ => return Err((at, "each attribute once")),
        }
        at += length;
        let (value, length) =
            wfn_value(Piece { text: text.get(at..).unwrap_or(""), at })?;
        if attribute == Attribute::Part {
            check_part(&value, at)?;
        }
        set(&mut values, attribute, value);
        at += length;
        match text.get(at..).unwrap_or("") {
            "]" => return Ok(values),
            rest if rest.starts_with(',') => at += 1,
            rest if rest.starts_with(']') => return Err((at + 1, "nothing more")),
            _ => return Err((at, "`,` or `]`")),
        }
        // §5.4 writes a blank behind the comma, its grammar does not: both are read.
        let rest = text.get(at..).unwrap_or("");
        at += rest.len() - rest.trim_start_matches(' ').len();
    }
}

fn wfn_attribute(rest: &str) -> Option<(Attribute, usize)> {
    let name = rest.get(..rest.find('=')?)?;
    let attribute = Attribute::ALL.into_iter().find(|known| known.name() == name)?;
    Some((attribute, name.len() + 1))
}

fn wfn_value(piece: Piece<'_>) -> Result<(Cow<'_, str>, usize), Fault> {
    if piece.text.starts_with("ANY") {
        return Ok((ANY, 3));
    }
    if piece.text.starts_with("NA") {
        return Ok((NA, 2));
    }
    let rest = piece.text.strip_prefix('"').ok_or((piece.at, "`\"`, `ANY` or `NA`"))?;
    let mut is_quoted = false;
    let end = rest.bytes().position(|byte| {
        let is_end = byte == b'"' && !is_quoted;
        is_quoted = byte == b'\\' && !is_quoted;
        is_end
    });
    let end = end.ok_or((piece.at + piece.text.len(), "`\"`"))?;
    let inner = Piece { text: rest.get(..end).unwrap_or(""), at: piece.at + 1 };
    Ok((value_of(inner, Spelling::WellFormed)?, end + 2))
}

pub(super) fn uri(name: &Name) -> String {
    let packed = [Attribute::SwEdition, Attribute::TargetSw, Attribute::TargetHw];
    let packed = [packed.as_slice(), &[Attribute::Other]].concat();
    let mut uri = String::from("cpe:/");
    for (position, attribute) in Attribute::ALL.into_iter().take(7).enumerate() {
        if position > 0 {
            uri.push(':');
        }
        let is_packed = attribute == Attribute::Edition
            && packed.iter().any(|attribute| name.get(*attribute) != Value::Any);
        if is_packed {
            uri.push('~');
        }
        encode(name.get(attribute), &mut uri);
        for attribute in packed.iter().filter(|_| is_packed) {
            uri.push('~');
            encode(name.get(*attribute), &mut uri);
        }
    }
    uri.truncate(uri.trim_end_matches(':').len());
    // `cpe:` is left of a name that says nothing at all.
    if uri.len() < "cpe:/".len() { "cpe:/".to_owned() } else { uri }
}

fn encode(value: Value<'_>, uri: &mut String) {
    let text = match value {
        Value::Any => return,
        Value::Na => "-",
        Value::Text(text) => text,
    };
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '?' => uri.push_str("%01"),
            '*' => uri.push_str("%02"),
            '\\' => {
                let quoted = u32::from(letters.next().unwrap_or('\\'));
                uri.push_str(&format!("%{quoted:02x}"));
            }
            _ => uri.push(letter),
        }
    }
}

pub(super) fn well_formed(name: &Name) -> String {
    let mut text = String::from("wfn:[");
    let mut comma = "";
    for attribute in Attribute::ALL {
        let value = match name.get(attribute) {
            Value::Any => continue,
            Value::Na => "NA".to_owned(),
            Value::Text(text) => {
                format!("\"{}\"", text.replace('.', "\\.").replace('-', "\\-"))
            }
        };
        text.push_str(&format!("{comma}{}={value}", attribute.name()));
        comma = ",";
    }
    text.push(']');
    text
}
