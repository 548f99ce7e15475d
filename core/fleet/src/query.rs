//! A filter as the query of an address, and back.
//!
//! `department=Ward%202&department=Ward%203&model.contains=im-4&within=12&missing=no`. Each
//! filter is written in exactly one way; read are also repetitions, another order, and `+`
//! for a blank, which forms send (WHATWG URL, `application/x-www-form-urlencoded`). Percent
//! encoding is that of RFC 3986. What is not understood is refused with its place: a
//! condition left out would show devices that nobody asked for.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use reading::{Place, Rejected, limits};

use crate::column::Column;
use crate::entry::OrganisationId;
use crate::filter::{Filter, Presence};

const CONTAINS: &str = ".contains";
const WITHIN: &str = "within";
const MISSING: &str = "missing";
const AMONG: &str = "among";

impl Filter {
    /// Reads the query of an address; the empty one has no condition.
    ///
    /// # Errors
    ///
    /// [`Rejected`] at the byte of a key or value that is not known.
    pub fn parse(query: &str) -> Result<Self, Rejected> {
        if query.len() > limits::FILTER_BYTES_MAX {
            return Err(too_long());
        }
        let mut filter = Self::default();
        let mut at = 0;
        for part in query.split('&') {
            if !part.is_empty() {
                filter = filter.read(part, at)?;
            }
            at += part.len() + 1;
        }
        // A letter that stands there as it is takes up to three times its room once it is
        // written: what is read can be asked again.
        if query.len() > limits::FILTER_BYTES_MAX / 3
            && filter.to_string().len() > limits::FILTER_BYTES_MAX
        {
            return Err(too_long());
        }
        Ok(filter)
    }

    /// Adds the condition `key=value` that stands at a byte of the query.
    fn read(self, part: &str, at: usize) -> Result<Self, Rejected> {
        let Some((key, written)) = part.split_once('=') else {
            return Err(refused(at, format!("expected `=` after `{part}`")));
        };
        let value_at = at + key.len() + 1;
        let value = decoded(written, value_at)?;
        let wrong = |message: String| refused(value_at, message);
        match key {
            WITHIN => {
                let id = value.parse().map_err(|_| {
                    wrong(format!(
                        "expected the number of an organisation, found `{value}`"
                    ))
                })?;
                return Ok(self.within(OrganisationId(id)));
            }
            MISSING => {
                return match &*value {
                    "yes" => Ok(self.presence(Presence::Missing)),
                    "no" => Ok(self.presence(Presence::Listed)),
                    _ => Err(wrong(format!("expected `yes` or `no`, found `{value}`"))),
                };
            }
            AMONG => return Ok(self.among(&value)),
            _ => {}
        }
        let (word, contains) = match key.strip_suffix(CONTAINS) {
            Some(word) => (word, true),
            None => (key, false),
        };
        let Some(column) = Column::of_word(word) else {
            return Err(unknown(at, word));
        };
        let added = match contains {
            true => self.contains(column, &value),
            false => self.is(column, &value),
        };
        added.map_err(|error| wrong(error.to_string()))
    }
}

fn too_long() -> Rejected {
    Rejected::new(
        Place::Byte(limits::FILTER_BYTES_MAX as u64),
        format!("the filter is longer than {} bytes", limits::FILTER_BYTES_MAX),
        "ask for fewer values",
    )
}

/// That a list knows no such word, and which ones it knows.
fn unknown(at: usize, word: &str) -> Rejected {
    let columns: Vec<&str> = Column::ALL.into_iter().map(Column::word).collect();
    Rejected::new(
        Place::Byte(at as u64),
        format!("devices cannot be chosen by `{word}`"),
        format!(
            "take `{word}` out of the address; devices are chosen by `{WITHIN}`, `{MISSING}`, \
             `{AMONG}` and the columns {}, each alone or with `{CONTAINS}` behind it",
            columns.join(", ")
        ),
    )
}

fn refused(at: usize, message: String) -> Rejected {
    Rejected::new(
        Place::Byte(at as u64),
        message,
        "take the condition out of the address, or begin again without a filter",
    )
}

impl FromStr for Filter {
    type Err = Rejected;

    fn from_str(query: &str) -> Result<Self, Rejected> {
        Self::parse(query)
    }
}

/// The canonical query.
impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is = self.is.iter().flat_map(|(column, values)| {
            values.iter().map(|value| (column.word().to_owned(), encoded(value)))
        });
        let contains = self.contains.iter().map(|(column, text)| {
            (format!("{}{CONTAINS}", column.word()), encoded(text))
        });
        let within = self.within.iter().map(|id| (WITHIN.to_owned(), id.0.to_string()));
        let presence = self.presence.iter().map(|presence| {
            let word = match presence {
                Presence::Missing => "yes",
                Presence::Listed => "no",
            };
            (MISSING.to_owned(), word.to_owned())
        });
        let among = self.among.iter().map(|name| (AMONG.to_owned(), encoded(name)));
        let parts = is.chain(contains).chain(within).chain(presence).chain(among);
        for (number, (key, value)) in parts.enumerate() {
            let and = if number == 0 { "" } else { "&" };
            write!(f, "{and}{key}={value}")?;
        }
        Ok(())
    }
}

/// A value of a query: percent-encoded but for the unreserved characters of RFC 3986.
#[must_use]
pub fn encoded(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                written.push(char::from(byte));
            }
            _ => {
                written.push('%');
                for digit in [byte >> 4, byte & 15] {
                    let digit = char::from_digit(digit.into(), 16).unwrap_or('0');
                    written.push(digit.to_ascii_uppercase());
                }
            }
        }
    }
    written
}

/// The text that a value at a byte of the query means.
///
/// # Errors
///
/// [`Rejected`] at the byte that is no percent encoding, or where the text is not UTF-8.
pub fn decoded(written: &str, at: usize) -> Result<Cow<'_, str>, Rejected> {
    if !written.contains(['%', '+']) {
        return Ok(Cow::Borrowed(written));
    }
    let mut bytes = Vec::with_capacity(written.len());
    let mut rest = written.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        match first {
            b'+' => bytes.push(b' '),
            b'%' => {
                let here = at + (written.len() - rest.len()) - 1;
                let byte = rest.split_at_checked(2).and_then(|(digits, after)| {
                    rest = after;
                    hexadecimal(digits)
                });
                bytes.push(byte.ok_or_else(|| {
                    refused(here, "expected two hexadecimal digits after `%`".to_owned())
                })?);
            }
            other => bytes.push(*other),
        }
    }
    String::from_utf8(bytes)
        .map(Cow::Owned)
        .map_err(|_| refused(at, format!("`{written}` is not UTF-8 once decoded")))
}

fn hexadecimal(digits: &[u8]) -> Option<u8> {
    digits.iter().try_fold(0, |number: u8, digit| {
        let value = char::from(*digit).to_digit(16)?;
        Some(number << 4 | u8::try_from(value).ok()?)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(query: &str, canonical: &str) {
        let filter = Filter::parse(query).unwrap();
        assert_eq!(filter.to_string(), canonical);
        assert_eq!(Filter::parse(canonical), Ok(filter));
    }

    #[test]
    fn each_filter_is_written_in_one_way() {
        check("", "");
        check("&&", "");
        check("department=Ward+2", "department=Ward%202");
        check(
            "department=B&maker=%26%3D%25+%2b&department=A&department=B",
            "department=A&department=B&maker=%26%3D%25%20%2B",
        );
        check("serial=", "serial=");
        check("model.contains=&udi.contains=(01)", "udi.contains=%2801%29");
        check("department=Ch%C3%A4teau", "department=Ch%C3%A4teau");
        check("within=12&within=-3&missing=no", "within=-3&within=12&missing=no");
        check(
            "among=advisory:ICSMA-1&verdict=none",
            "verdict=none&among=advisory%3AICSMA-1",
        );
        check(
            "priority=act_now&life_sustaining=unknown&affected=0",
            "life_sustaining=unknown&priority=act_now&affected=0",
        );
    }

    #[track_caller]
    fn check_refused(query: &str, at: u64) {
        let refused = Filter::parse(query).unwrap_err();
        assert_eq!(refused.place, Place::Byte(at), "{query}: {refused}");
    }

    #[test]
    fn what_is_not_understood_is_refused_with_its_place() {
        check_refused("ward=2", 0);
        check_refused("maker=A&depart=2", 8);
        check_refused("maker", 0);
        check_refused("verdict=maybe", 8);
        check_refused("maker=A&priority=", 17);
        check_refused("life_sustaining=true", 16);
        check_refused("missing=perhaps", 8);
        check_refused("within=me", 7);
        check_refused("organisation=007", 13);
        check_refused("affected=-1", 9);
        check_refused("verdict.contains=aff", 17);
        check_refused("maker=%4", 6);
        check_refused("maker=A%zz", 7);
        check_refused("maker=%FF", 6);
        check_refused("maker=%+1", 6);
        check_refused(".contains=x", 0);
        check_refused(&"maker=A&".repeat(9999), limits::FILTER_BYTES_MAX as u64);
        // It would not be read again as it is written.
        let wide = format!("maker={}", "\u{20ac}".repeat(limits::FILTER_BYTES_MAX / 4));
        check_refused(&wide, limits::FILTER_BYTES_MAX as u64);
    }

    proptest! {
        #[test]
        fn any_query_is_read_and_written_in_one_way_or_refused_within_it(
            query in "((maker|model|verdict|priority|affected|organisation|within|missing|among|x)\
                (\\.contains)?(=|&|%|\\+|%2[0-9a-g]|%C3%A4|[a-z0-9_:-]{0,6}|\\PC)&?){0,6}"
        ) {
            match Filter::parse(&query) {
                Ok(filter) => {
                    let written = filter.to_string();
                    prop_assert!(written.len() <= limits::FILTER_BYTES_MAX);
                    prop_assert_eq!(Filter::parse(&written), Ok(filter));
                }
                Err(refused) => {
                    let Place::Byte(at) = refused.place else { panic!("{refused}") };
                    prop_assert!(at <= query.len() as u64 && !refused.hint.is_empty());
                }
            }
        }

        #[test]
        fn any_text_comes_back_as_it_was_encoded(text: String) {
            let written = encoded(&text);
            prop_assert!(written.is_ascii() && !written.contains(['&', '=', '+', ' ']));
            prop_assert_eq!(decoded(&written, 0).unwrap(), text);
        }

        #[test]
        fn no_query_longer_than_any_is_read(more in 1..999_usize) {
            let query = "maker=A&".repeat(limits::FILTER_BYTES_MAX / 8) + &"&".repeat(more);
            prop_assert!(Filter::parse(&query).is_err());
        }
    }
}
