//! HIBCC: primary data (who and what), secondary data (which piece), both in one.
//!
//! `+` labeler, product, unit of measure, then `/` and secondary data, `/` and further
//! data with identifiers of their own, and at the end the check character.

use super::{Agency, Check, Date, Kind, Reader, Udi, century};
use crate::Malformed;

/// The characters in the order of their values (appendix B).
const ALPHABET: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%";

/// Characters of a lot or serial number.
const LONGEST: usize = 18;

/// Characters of primary data: labeler (4), product (1 to 18), unit of measure (1).
const PRIMARY: std::ops::RangeInclusive<usize> = 6..=23;

/// Data behind its `+`, in asterisks where it is the text of a Code 39 symbol.
pub(super) fn marked(text: &str, start: usize) -> Result<Udi, Malformed> {
    let reader = Reader::new(text, start);
    let starred = text.as_bytes().get(start) == Some(&b'*');
    let start = start + usize::from(starred);
    let end = if starred && text.len() > start + 1 && text.ends_with('*') {
        text.len() - 1
    } else {
        text.len()
    };
    if reader.bytes(start, end).first() != Some(&b'+') {
        return Err(reader.bad(start, "`+`"));
    }
    reader.only(start, end, |byte| ALPHABET.contains(&byte), "a character of HIBC")?;
    let Some((check, checked)) = reader.bytes(start, end).split_last() else {
        return Err(reader.bad(start, "`+`"));
    };
    let check = Check::of(char::from(*check), computed(checked));
    // Some leave the check character out. That shows where the data does not end as it
    // must when its last character is taken for the check.
    data(text, start, end - 1).map(|reader| reader.done(Agency::Hibcc, check)).or_else(
        |wrong| match data(text, start, end) {
            Ok(reader) if check != Check::Right => {
                Ok(reader.done(Agency::Hibcc, Check::None))
            }
            _ => Err(wrong),
        },
    )
}

/// A device identifier alone, without its `+` and check character.
pub(super) fn bare(text: &str, start: usize) -> Result<Udi, Malformed> {
    let mut reader = Reader::new(text, start);
    primary(&mut reader, start, text.len())?;
    Ok(reader.done(Agency::Hibcc, Check::None))
}

fn computed(checked: &[u8]) -> char {
    let value = |byte: &u8| ALPHABET.iter().position(|other| other == byte).unwrap_or(0);
    let sum: usize = checked.iter().map(value).sum();
    ALPHABET.get(sum % ALPHABET.len()).copied().map_or('0', char::from)
}

/// The data from its `+` at `start` up to `end`, where the check character stands.
fn data(text: &str, start: usize, end: usize) -> Result<Reader<'_>, Malformed> {
    let mut reader = Reader::new(text, start);
    let first = start + 1;
    match reader.bytes(first, end).first() {
        Some(b'A'..=b'Z') => {
            let slash = segment_end(&reader, first, end);
            primary(&mut reader, first, slash)?;
            segments(&mut reader, slash, end)?;
        }
        Some(b'$' | b'0'..=b'9') => {
            // Before the check character stands the link: that of the primary data.
            let end = end - 1;
            let slash = segment_end(&reader, first, end);
            secondary(&mut reader, first, slash)?;
            segments(&mut reader, slash, end)?;
        }
        _ => return Err(reader.bad(first, "a labeler, `$` or a date")),
    }
    if reader.parts.is_empty() {
        return Err(reader.bad(first, "a device or production identifier"));
    }
    Ok(reader)
}

fn segment_end(reader: &Reader<'_>, start: usize, end: usize) -> usize {
    let slash = reader.bytes(start, end).iter().position(|byte| *byte == b'/');
    slash.map_or(end, |offset| start + offset)
}

/// Labeler, product and unit of measure.
fn primary(reader: &mut Reader<'_>, start: usize, end: usize) -> Result<(), Malformed> {
    let is_code = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    reader.only(start, end, is_code, "a capital letter or digit")?;
    let length = end - start;
    if !PRIMARY.contains(&length) {
        let at = start + length.min(*PRIMARY.end());
        return Err(reader.bad(at, "6 to 23 characters of labeler, product and unit"));
    }
    if !reader.bytes(end - 1, end).iter().all(u8::is_ascii_digit) {
        return Err(reader.bad(end - 1, "the digit of the unit of measure"));
    }
    reader.keep(Kind::DeviceIdentifier, (start, start), (start, end), None)
}

/// Everything behind the first part: segments that begin with `/`.
fn segments(reader: &mut Reader<'_>, start: usize, end: usize) -> Result<(), Malformed> {
    let mut at = start;
    while at < end {
        let next = segment_end(reader, at + 1, end);
        let is_secondary = match reader.bytes(at + 1, next) {
            [b'$', ..] => true,
            first => first.len() >= 5 && first.iter().take(5).all(u8::is_ascii_digit),
        };
        if is_secondary {
            secondary(reader, at + 1, next)?;
        } else {
            supplement(reader, at + 1, next)?;
        }
        at = next;
    }
    Ok(())
}

/// Secondary data: quantity, expiry, and a lot or serial number (table 2).
fn secondary(reader: &mut Reader<'_>, start: usize, end: usize) -> Result<(), Malformed> {
    let (kind, length, is_dated) = match reader.bytes(start, end) {
        [b'$', b'$', b'+', ..] => (Kind::Serial, 3, true),
        [b'$', b'$', ..] => (Kind::Lot, 2, true),
        [b'$', b'+', ..] => (Kind::Serial, 2, false),
        [b'$', ..] => (Kind::Lot, 1, false),
        _ => return day_of_year_and_lot(reader, start, end),
    };
    let name = (start, start + length);
    let at = if is_dated { flagged(reader, name, end)? } else { name.1 };
    piece(reader, kind, name, (at, end))
}

/// `YYJJJ` and a lot, without a flag.
fn day_of_year_and_lot(
    reader: &mut Reader<'_>,
    start: usize,
    end: usize,
) -> Result<(), Malformed> {
    let date = day_of_year(reader, start, end)?;
    reader.keep(Kind::Expiry, (start, start), (start, start + 5), Some(date))?;
    piece(reader, Kind::Lot, (start, start), (start + 5, end))
}

/// Quantity and expiry as their flags say; gives back where the lot or serial begins.
fn flagged(
    reader: &mut Reader<'_>,
    name: (usize, usize),
    end: usize,
) -> Result<usize, Malformed> {
    let mut at = name.1;
    let digits = match reader.bytes(at, end).first() {
        Some(b'8') => 2,
        Some(b'9') => 5,
        _ => 0,
    };
    if digits > 0 {
        let value = (at + 1, at + 1 + digits);
        reader.number(value.0, digits, end)?;
        reader.keep(Kind::Quantity, name, value, None)?;
        at = value.1;
        if at == end {
            return Ok(at);
        }
    }
    let start = at + 1;
    let (value, date) = match reader.bytes(at, end).first() {
        Some(b'0' | b'1') => ((at, at + 4), month_and_year(reader, at, end)?),
        Some(b'2') => ((start, start + 6), day(reader, start, [4, 0, 2], end)?),
        Some(b'3') => ((start, start + 6), day(reader, start, [0, 2, 4], end)?),
        Some(b'4') => {
            hour(reader, start + 6, end)?;
            ((start, start + 8), day(reader, start, [0, 2, 4], end)?)
        }
        Some(b'5') => ((start, start + 5), day_of_year(reader, start, end)?),
        Some(b'6') => {
            hour(reader, start + 5, end)?;
            ((start, start + 7), day_of_year(reader, start, end)?)
        }
        Some(b'7') => return Ok(start),
        _ => return Err(reader.bad(at, "a month, or a flag from 2 to 9")),
    };
    reader.keep(Kind::Expiry, name, value, Some(date))?;
    Ok(value.1)
}

fn month_and_year(reader: &Reader<'_>, at: usize, end: usize) -> Result<Date, Malformed> {
    let (month, year) = (reader.number(at, 2, end)?, reader.number(at + 2, 2, end)?);
    Date::month_of(century(year), month).ok_or_else(|| reader.bad(at, "a month"))
}

/// A day whose year, month and day stand at these offsets.
fn day(
    reader: &Reader<'_>,
    at: usize,
    offsets: [usize; 3],
    end: usize,
) -> Result<Date, Malformed> {
    let [year, month, day] = offsets.map(|offset| reader.number(at + offset, 2, end));
    Date::new(century(year?), month?, day?).ok_or_else(|| reader.bad(at, "a date"))
}

fn day_of_year(reader: &Reader<'_>, at: usize, end: usize) -> Result<Date, Malformed> {
    let (year, day) = (reader.number(at, 2, end)?, reader.number(at + 2, 3, end)?);
    Date::of_year(century(year), day)
        .ok_or_else(|| reader.bad(at + 2, "a day of the year"))
}

fn hour(reader: &Reader<'_>, at: usize, end: usize) -> Result<(), Malformed> {
    if reader.number(at, 2, end)? > 23 {
        return Err(reader.bad(at, "an hour"));
    }
    Ok(())
}

/// A lot or serial number, which may be left out.
fn piece(
    reader: &mut Reader<'_>,
    kind: Kind,
    name: (usize, usize),
    (start, end): (usize, usize),
) -> Result<(), Malformed> {
    if end > start + LONGEST {
        return Err(reader.bad(start + LONGEST, "at most 18 characters"));
    }
    if start == end { Ok(()) } else { reader.keep(kind, name, (start, end), None) }
}

/// Data with an identifier of ANSI MH10.8.2 before it: up to three digits and a letter.
fn supplement(
    reader: &mut Reader<'_>,
    start: usize,
    end: usize,
) -> Result<(), Malformed> {
    let digits = reader.bytes(start, end).iter().take_while(|byte| byte.is_ascii_digit());
    let letter = start + digits.count();
    let is_name = reader.bytes(letter, end).first().is_some_and(u8::is_ascii_uppercase);
    if !is_name || letter > start + 3 {
        return Err(reader.bad(start, "a data identifier such as `S`, `16D` or `14D`"));
    }
    let name = (start, letter + 1);
    let value = (letter + 1, end);
    if value.0 == value.1 {
        return Err(reader.bad(end, "a value"));
    }
    match reader.piece(name.0, name.1) {
        "S" => piece(reader, Kind::Serial, name, value),
        "16D" => full_date(reader, Kind::Manufactured, name, value),
        "14D" => full_date(reader, Kind::Expiry, name, value),
        "Q" => {
            reader.only(value.0, value.1, |byte| byte.is_ascii_digit(), "a digit")?;
            if value.1 - value.0 > 8 {
                return Err(reader.bad(value.0 + 8, "at most 8 digits"));
            }
            reader.keep(Kind::Quantity, name, value, None)
        }
        _ => reader.keep(Kind::Other, name, value, None),
    }
}

/// `YYYYMMDD`.
fn full_date(
    reader: &mut Reader<'_>,
    kind: Kind,
    name: (usize, usize),
    (start, end): (usize, usize),
) -> Result<(), Malformed> {
    let year = reader.number(start, 4, end)?;
    let (month, day) =
        (reader.number(start + 4, 2, end)?, reader.number(start + 6, 2, end)?);
    if end > start + 8 {
        return Err(reader.bad(start + 8, "the end of the date"));
    }
    let date = Date::new(year, month, day).ok_or_else(|| reader.bad(start, "a date"))?;
    reader.keep(kind, name, (start, end), Some(date))
}
