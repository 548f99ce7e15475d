//! ICCBBA: data structures of ISBT 128, each behind its two-character identifier.

use super::{Agency, Check, Date, Kind, Reader, Udi};
use crate::Malformed;

/// What is in a data structure.
#[derive(Clone, Copy)]
enum Content {
    /// Letters and digits, and marks.
    Text,
    /// `cYYJJJ`: a digit of the century, the year, the day of the year.
    Day,
    /// The same and `hhmm`.
    Time,
}

/// Data structures: identifier, what it says, characters, content.
const STRUCTURES: [(&str, Kind, usize, Content); 21] = [
    ("=/", Kind::DeviceIdentifier, 16, Content::Text),
    ("=)", Kind::DeviceIdentifier, 10, Content::Text),
    ("=,", Kind::Serial, 6, Content::Text),
    ("&,1", Kind::Lot, 18, Content::Text),
    ("&)", Kind::Lot, 10, Content::Text),
    ("=>", Kind::Expiry, 6, Content::Day),
    ("&>", Kind::Expiry, 10, Content::Time),
    ("=}", Kind::Manufactured, 6, Content::Day),
    ("&}", Kind::Manufactured, 10, Content::Time),
    ("=*", Kind::Other, 6, Content::Day),
    ("&*", Kind::Other, 10, Content::Time),
    ("=<", Kind::Other, 8, Content::Text),
    ("=%", Kind::Other, 4, Content::Text),
    ("=+", Kind::Other, 5, Content::Text),
    ("=\\", Kind::Other, 5, Content::Text),
    ("&\\", Kind::Other, 5, Content::Text),
    ("&(", Kind::Other, 5, Content::Text),
    ("={", Kind::Other, 18, Content::Text),
    ("=[", Kind::Other, 18, Content::Text),
    ("=\"", Kind::Other, 18, Content::Text),
    ("&\"", Kind::Other, 18, Content::Text),
];

/// Data structures one after the other.
pub(super) fn marked(text: &str, start: usize) -> Result<Udi, Malformed> {
    let mut reader = Reader::new(text, start);
    while reader.at < text.len() {
        let at = reader.at;
        let rest = reader.bytes(at, text.len());
        let known = STRUCTURES.iter().find(|known| rest.starts_with(known.0.as_bytes()));
        let (name, kind, length, content) = match (known, rest) {
            (Some((name, kind, length, content)), _) => {
                (name.len(), *kind, *length, *content)
            }
            // The donation's first character is part of its identifier and of its number.
            (None, [b'=', b'A'..=b'N' | b'P'..=b'Z' | b'1'..=b'9', ..]) => {
                (1, Kind::Donation, 15, Content::Text)
            }
            _ => return Err(reader.bad(at, "a data identifier of ISBT 128")),
        };
        let value = (at + name, at + name + length);
        let date = checked(&reader, value, content)?;
        reader.keep(kind, (at, at + name), value, date)?;
        reader.at = value.1;
    }
    Ok(reader.done(Agency::Iccbba, Check::None))
}

/// Whether it has the shape of a processor product identification code (structure 034):
/// facility (a letter and four digits), product code (6), description code (a letter and
/// four digits).
///
/// HIBCC could issue a text of that shape; it is read as ICCBBA's, whose shape it is.
pub(super) fn is_bare(bytes: &[u8]) -> bool {
    let code = |bytes: Option<&[u8]>| match bytes {
        Some([letter, digits @ ..]) => {
            letter.is_ascii_uppercase() && digits.iter().all(u8::is_ascii_digit)
        }
        _ => false,
    };
    bytes.len() == 16
        && code(bytes.get(..5))
        && code(bytes.get(11..))
        && bytes.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

/// A device identifier alone.
pub(super) fn bare(text: &str, start: usize) -> Result<Udi, Malformed> {
    let mut reader = Reader::new(text, start);
    reader.keep(Kind::DeviceIdentifier, (start, start), (start, text.len()), None)?;
    Ok(reader.done(Agency::Iccbba, Check::None))
}

/// The value of a data structure; its date where it is one.
fn checked(
    reader: &Reader<'_>,
    (start, end): (usize, usize),
    content: Content,
) -> Result<Option<Date>, Malformed> {
    let length = end - start;
    let there = reader.text.len().min(end);
    let is_value = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
    reader.only(start, there, is_value, "a letter or digit")?;
    if there < end {
        return Err(reader.bad(there, format!("{length} characters")));
    }
    match content {
        Content::Text => return Ok(None),
        Content::Day => {}
        Content::Time => {
            let (hour, minute) =
                (reader.number(start + 6, 2, end)?, reader.number(start + 8, 2, end)?);
            if hour > 23 || minute > 59 {
                return Err(reader.bad(start + 6, "an hour and a minute"));
            }
        }
    }
    let century = reader.number(start, 1, end)?;
    let (year, day) =
        (reader.number(start + 1, 2, end)?, reader.number(start + 3, 3, end)?);
    // The standard began in 1994: only 9 is of the past century.
    let year = if century == 9 { 1900 + year } else { 2000 + 100 * century + year };
    let date = Date::of_year(year, day);
    date.map(Some).ok_or_else(|| reader.bad(start + 3, "a day of the year"))
}
