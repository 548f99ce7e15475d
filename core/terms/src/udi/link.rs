//! GS1 Digital Link: a web address that says what element strings say.
//!
//! Source: GS1 Digital Link Standard: URI Syntax, release 1.4, §4 (grammar: the primary key 01,
//! its qualifiers 22, 10 and 21 in the path, attributes in the query); release 1.1 for the words
//! `gtin`, `cpv`, `lot` and `ser` in the place of numbers.
//!
//! Not here: compressed links, and any primary key but the GTIN.

use super::{TERM, TEXT_BYTES_MAX, Udi, gs1};
use crate::Malformed;

/// The resolver of GS1, of which people leave out `https://`.
const RESOLVER: &str = "id.gs1.org/";

/// Between values of element strings (FNC1).
const SEPARATOR: char = '\u{1D}';

/// The element strings that a link stands for, read.
pub(super) fn read(text: &str) -> Result<Udi, Malformed> {
    let bad = |expected: &'static str| Malformed::at_byte(TERM, text, 0, expected);
    if text.len() > TEXT_BYTES_MAX {
        return Err(bad("at most 2335 bytes"));
    }
    let rest = behind_scheme(text).ok_or_else(|| bad("a web address"))?;
    let rest = rest.split('#').next().unwrap_or_default();
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let strings = strings(path, query)
        .ok_or_else(|| bad("a GS1 Digital Link: `/01/` and a GTIN in its path"))?;
    gs1::scanned(&strings, 0)
        .map_err(|_| bad("a GS1 Digital Link with values that element strings may have"))
}

/// Host and path of an address.
fn behind_scheme(text: &str) -> Option<&str> {
    let scheme = ["https://", "http://"].into_iter().find(|scheme| {
        text.get(..scheme.len()).is_some_and(|front| front.eq_ignore_ascii_case(scheme))
    });
    if let Some(scheme) = scheme {
        return text.get(scheme.len()..);
    }
    let front = text.get(..RESOLVER.len())?;
    front.eq_ignore_ascii_case(RESOLVER).then_some(text)
}

/// What a path and a query say, as a scanner would send it; nothing where the path has no GTIN
/// or a value cannot stand in an element string.
fn strings(path: &str, query: &str) -> Option<String> {
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    let at = segments
        .iter()
        .position(|segment| *segment == "01" || segment.eq_ignore_ascii_case("gtin"))?;
    let gtin = *segments.get(at + 1)?;
    if !gs1::is_number(gtin.as_bytes()) {
        return None;
    }
    let mut strings = format!("01{gtin:0>14}");
    let qualifiers = segments.get(at + 2..)?.chunks(2).filter_map(|pair| match pair {
        [name, value] => Some((*name, *value)),
        _ => None,
    });
    let attributes = query.split(['&', ';']).filter_map(|one| one.split_once('='));
    for (name, written) in qualifiers.chain(attributes) {
        let Some(name) = identifier(name) else { continue };
        let value = decoded(written)?;
        let is_day = matches!(name, "11" | "17");
        if value.is_empty() || (is_day && value.len() != 6) {
            return None;
        }
        strings.push_str(name);
        strings.push_str(&value);
        strings.push(SEPARATOR);
    }
    Some(strings)
}

/// The application identifier of what a UDI has a use for.
fn identifier(name: &str) -> Option<&'static str> {
    Some(match name.to_ascii_lowercase().as_str() {
        "10" | "lot" => "10",
        "11" => "11",
        "17" | "exp" => "17",
        "21" | "ser" => "21",
        "22" | "cpv" => "22",
        "240" => "240",
        "8012" => "8012",
        _ => return None,
    })
}

/// A value with what stands in percent signs; nothing where that is no printable character of
/// ASCII, which no value has.
fn decoded(written: &str) -> Option<String> {
    let mut value = String::new();
    let mut rest = written;
    while let Some(first) = rest.chars().next() {
        let taken = match first {
            '%' => {
                let digits = rest.get(1..3)?;
                let byte = u8::from_str_radix(digits, 16).ok()?;
                value.push(char::from(byte));
                3
            }
            _ => {
                value.push(first);
                first.len_utf8()
            }
        };
        rest = rest.get(taken..)?;
    }
    value.bytes().all(|byte| byte.is_ascii_graphic()).then_some(value)
}
