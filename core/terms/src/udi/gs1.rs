//! GS1: application identifiers and their values.

use std::borrow::Cow;

use super::{Agency, Check, Date, Kind, Reader, Udi, century};
use crate::Malformed;

/// How separators are written: the byte that scanners send for FNC1, and what programs and
/// papers make of it (its picture, its sign in code page 437, its name, how terminals and
/// program texts write it).
const SEPARATORS: [&str; 14] = [
    "\u{1D}", "\u{241D}", "↔", "<GS>", "{GS}", "[GS]", "<FNC1>", "{FNC1}", "[FNC1]",
    "^]", "\\x1D", "\\x1d", "\\u001D", "\\u001d",
];

/// What a value is made of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Content {
    Digits,
    /// `YYMMDD`; day 00 means the month.
    Date,
    /// `YYMMDD` and further digits of a time.
    Time,
    /// The 82 characters of figure 7.11-1.
    Text,
}

struct Rule {
    kind: Kind,
    shortest: usize,
    longest: usize,
    content: Content,
}

const fn rule(kind: Kind, shortest: usize, longest: usize, content: Content) -> Rule {
    Rule { kind, shortest, longest, content }
}

/// Element strings as a scanner sends them.
pub(super) fn scanned(text: &str, start: usize) -> Result<Udi, Malformed> {
    let mut reader = Reader::new(text, start);
    loop {
        while let Some(length) = separator(reader.piece(reader.at, text.len())) {
            reader.at += length;
        }
        if reader.at >= text.len() {
            return finish(reader);
        }
        let name = (reader.at, reader.at + identifier(&reader, reader.at)?);
        let rule = rule_of(reader.piece(name.0, name.1));
        let end = if is_predefined(reader.bytes(name.0, name.1)) {
            (name.1 + rule.longest).min(text.len())
        } else {
            next_separator(text, name.1)
        };
        value(&mut reader, name, (name.1, end), &rule)?;
        reader.at = end;
    }
}

/// Element strings as they are printed: each identifier in brackets.
pub(super) fn printed(text: &str, start: usize) -> Result<Udi, Malformed> {
    let mut reader = Reader::new(text, start);
    while reader.at < text.len() {
        let Some(name) = bracketed(&reader, reader.at) else {
            return Err(reader.bad(reader.at, "an application identifier in brackets"));
        };
        identifier(&reader, name.0)?;
        let rule = rule_of(reader.piece(name.0, name.1));
        let next = next_bracket(&reader, name.1 + 1);
        let span = trimmed(&reader, (name.1 + 1, next));
        let rule = printed_rule(&reader, rule, span);
        value(&mut reader, name, span, &rule)?;
        reader.at = next;
    }
    finish(reader)
}

/// A device identifier alone: a GTIN of 8, 12, 13 or 14 digits.
pub(super) fn number(text: &str, start: usize) -> Result<Udi, Malformed> {
    let mut reader = Reader::new(text, start);
    reader.keep(Kind::DeviceIdentifier, (start, start), (start, text.len()), None)?;
    finish(reader)
}

pub(super) fn is_number(bytes: &[u8]) -> bool {
    matches!(bytes.len(), 8 | 12 | 13 | 14) && bytes.iter().all(u8::is_ascii_digit)
}

/// The length of the separator that `text` begins with.
pub(super) fn separator(text: &str) -> Option<usize> {
    if !matches!(
        text.as_bytes().first(),
        Some(0x1D | 0xE2 | b'<' | b'{' | b'[' | b'^' | b'\\')
    ) {
        return None;
    }
    SEPARATORS.iter().find(|mark| text.starts_with(**mark)).map(|mark| mark.len())
}

fn next_separator(text: &str, from: usize) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    let mut places = rest.char_indices().map(|(at, _)| from + at);
    places
        .find(|at| separator(text.get(*at..).unwrap_or_default()).is_some())
        .unwrap_or(text.len())
}

fn finish(reader: Reader<'_>) -> Result<Udi, Malformed> {
    if reader.parts.is_empty() {
        return Err(reader.bad(reader.at, "an application identifier"));
    }
    let device = reader.parts.iter().find(|part| part.kind == Kind::DeviceIdentifier);
    let check = device.map_or(Check::None, |part| {
        check_digit(reader.bytes(part.value.start.into(), part.value.end.into()))
    });
    Ok(reader.done(Agency::Gs1, check))
}

/// Modulo 10 (§7.9): from the right, the digits count three times and once by turns.
fn check_digit(digits: &[u8]) -> Check {
    let Some((written, rest)) = digits.split_last() else { return Check::None };
    let weighted = rest.iter().rev().zip([3_u32, 1].into_iter().cycle());
    let sum: u32 = weighted.map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    let computed = char::from_digit((10 - sum % 10) % 10, 10).unwrap_or('0');
    Check::of(char::from(*written), computed)
}

/// The length of the application identifier at `at`, which its first two digits tell.
fn identifier(reader: &Reader<'_>, at: usize) -> Result<usize, Malformed> {
    let bad = |at| reader.bad(at, "an application identifier of GS1");
    let length = match reader.bytes(at, at + 2) {
        [b'0', b'0'..=b'4'] | [b'1', b'0'..=b'3' | b'5'..=b'7'] => 2,
        [b'2', b'0'..=b'2'] | [b'3', b'0' | b'7'] | [b'9', b'0'..=b'9'] => 2,
        [b'2', b'3'..=b'5'] | [b'4', b'0'..=b'2'] | [b'7', b'1'] => 3,
        [b'3', b'1'..=b'6' | b'9'] | [b'4', b'3'] => 4,
        [b'7', b'0' | b'2'] | [b'8', b'0'..=b'2'] => 4,
        _ => return Err(bad(at)),
    };
    reader.number(at, length, reader.text.len()).map_err(|wrong| bad(wrong.at))?;
    Ok(length)
}

/// Whether a value ends by its length and not at a separator (figure 7.8.5-2).
fn is_predefined(identifier: &[u8]) -> bool {
    matches!(
        identifier,
        [b'0', b'0'..=b'4']
            | [b'1', b'1'..=b'9']
            | [b'2', b'0']
            | [b'3', b'1'..=b'6', ..]
            | [b'4', b'1', ..]
    )
}

/// What §3.2 says of an identifier; where a UDI has no use for it, just how long it may be.
fn rule_of(identifier: &str) -> Rule {
    use Content::{Date, Digits, Text, Time};
    match identifier {
        "00" | "04" => rule(Kind::Other, 18, 18, Digits),
        "01" => rule(Kind::DeviceIdentifier, 14, 14, Digits),
        "02" | "03" => rule(Kind::Other, 14, 14, Digits),
        "10" => rule(Kind::Lot, 1, 20, Text),
        "11" => rule(Kind::Manufactured, 6, 6, Date),
        "12" | "13" | "15" | "16" => rule(Kind::Other, 6, 6, Date),
        "17" => rule(Kind::Expiry, 6, 6, Date),
        "20" => rule(Kind::Other, 2, 2, Digits),
        "21" => rule(Kind::Serial, 1, 20, Text),
        "22" => rule(Kind::Other, 1, 20, Text),
        "235" => rule(Kind::Other, 1, 28, Text),
        "240" | "241" | "250" | "251" => rule(Kind::Other, 1, 30, Text),
        "30" => rule(Kind::Quantity, 1, 8, Digits),
        "37" => rule(Kind::Other, 1, 8, Digits),
        "7003" => rule(Kind::Expiry, 10, 10, Time),
        "8008" => rule(Kind::Manufactured, 8, 12, Time),
        "8012" => rule(Kind::SoftwareVersion, 1, 20, Text),
        "8013" => rule(Kind::Other, 1, 25, Text),
        _ if identifier.starts_with("41") => rule(Kind::Other, 13, 13, Digits),
        _ if is_predefined(identifier.as_bytes()) => rule(Kind::Other, 6, 6, Digits),
        _ => rule(Kind::Other, 1, 90, Text),
    }
}

/// Brackets show where a value ends, so a GTIN without its leading zeros is still read.
fn printed_rule(reader: &Reader<'_>, rule: Rule, span: (usize, usize)) -> Rule {
    if rule.kind == Kind::DeviceIdentifier && is_number(reader.bytes(span.0, span.1)) {
        return Rule { shortest: 8, ..rule };
    }
    rule
}

/// Checks the value of one identifier and keeps it.
fn value(
    reader: &mut Reader<'_>,
    name: (usize, usize),
    (start, end): (usize, usize),
    rule: &Rule,
) -> Result<(), Malformed> {
    match rule.content {
        Content::Text => {
            reader.only(start, end, is_text, "a character of GS1's set 82")?
        }
        _ => reader.only(start, end, |byte| byte.is_ascii_digit(), "a digit")?,
    }
    let Rule { shortest, longest, .. } = rule;
    if end - start < *shortest {
        let expected = match rule.content {
            Content::Text => Cow::Borrowed("a value"),
            _ => Cow::Owned(format!("{shortest} digits")),
        };
        return Err(reader.bad(end, expected));
    }
    if end - start > *longest {
        let expected = format!("a separator: {longest} characters are allowed");
        return Err(reader.bad(start + longest, expected));
    }
    let date = match rule.content {
        Content::Date | Content::Time => Some(date(reader, start)?),
        Content::Digits | Content::Text => None,
    };
    reader.keep(rule.kind, name, (start, end), date)
}

fn date(reader: &Reader<'_>, start: usize) -> Result<Date, Malformed> {
    let pair = |at| reader.number(at, 2, reader.text.len());
    let (year, month, day) = (century(pair(start)?), pair(start + 2)?, pair(start + 4)?);
    if !(1..=12).contains(&month) {
        return Err(reader.bad(start + 2, "a month"));
    }
    let date = match day {
        0 => Date::month_of(year, month),
        day => Date::new(year, month, day),
    };
    date.ok_or_else(|| reader.bad(start + 4, "a day of that month, or 00"))
}

/// The 82 characters of figure 7.11-1.
const fn is_text(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'!' | b'"' | b'%'..=b'/' | b':'..=b'?' | b'_')
}

/// The identifier in brackets at `at`, without them.
fn bracketed(reader: &Reader<'_>, at: usize) -> Option<(usize, usize)> {
    let (open, rest) = reader.bytes(at, reader.text.len()).split_first()?;
    let close = match open {
        b'(' => b')',
        b'[' => b']',
        b'{' => b'}',
        _ => return None,
    };
    let length = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let closed = rest.get(length) == Some(&close);
    let known = identifier(reader, at + 1).ok();
    let fits = known.map_or((2..=4).contains(&length), |known| known == length);
    (closed && fits).then_some((at + 1, at + 1 + length))
}

/// Where the next identifier in brackets opens. Brackets may stand in a value, too.
fn next_bracket(reader: &Reader<'_>, from: usize) -> usize {
    let opens = |byte: &u8| matches!(byte, b'(' | b'[' | b'{');
    let rest = reader.bytes(from, reader.text.len()).iter().enumerate();
    rest.filter(|(_, byte)| opens(byte))
        .map(|(offset, _)| from + offset)
        .find(|at| bracketed(reader, *at).is_some())
        .unwrap_or(reader.text.len())
}

/// A printed value without the blanks and separators around it.
fn trimmed(reader: &Reader<'_>, (start, end): (usize, usize)) -> (usize, usize) {
    let value = reader.piece(start, end);
    let kept = value.trim_start();
    let start = start + value.len() - kept.len();
    let mut kept = kept.trim_end();
    while let Some(rest) = SEPARATORS.iter().find_map(|mark| kept.strip_suffix(mark)) {
        kept = rest.trim_end();
    }
    (start, start + kept.len())
}
