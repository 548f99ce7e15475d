//! Why the JSON of a request does not fit, and where: the member, the line and the column.
//!
//! Source: RFC 6901 for the member. serde_json counts columns from 1, and stands just behind
//! what it cannot take.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, de};
use serde_json::Value;
use serde_path_to_error::{Path, Segment};

/// What does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unfit {
    /// The member, as a JSON Pointer; empty where it is no JSON, or the whole of it.
    pub(crate) pointer: String,
    /// The line and the column, from 1.
    at: Option<(usize, usize)>,
    /// Why.
    reason: String,
}

impl fmt::Display for Unfit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.pointer.is_empty() {
            write!(out, "`{}`: ", self.pointer)?;
        }
        out.write_str(&self.reason)?;
        match self.at {
            Some((line, column)) => write!(out, " (line {line}, column {column})"),
            None => Ok(()),
        }
    }
}

impl Unfit {
    /// The outermost member that does not fit; empty where it is the whole.
    pub(crate) fn field(&self) -> String {
        let first = self.pointer.split('/').nth(1).unwrap_or_default();
        first.replace("~1", "/").replace("~0", "~")
    }

    fn of(pointer: String, error: &serde_json::Error) -> Self {
        let at = (error.line() > 0).then(|| (error.line(), error.column()));
        Self { pointer, at, reason: reason(error) }
    }
}

/// Reads a value, which may borrow from the bytes.
pub(crate) fn read<'b, T: Deserialize<'b>>(bytes: &'b [u8]) -> Result<T, Unfit> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader)
        .map_err(|error| Unfit::of(pointer(error.path()), error.inner()))?;
    reader.end().map_err(|error| Unfit::of(String::new(), &error))?;
    Ok(value)
}

/// Reads a value from what was read of those bytes already.
pub(crate) fn fit<T: de::DeserializeOwned>(
    value: Value,
    bytes: &[u8],
) -> Result<T, Unfit> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let mut unfit = Unfit::of(pointer(error.path()), error.inner());
        unfit.at = place(bytes, &unfit.field());
        unfit
    })
}

/// Where the value of a member of the outermost object stands.
fn place(bytes: &[u8], field: &str) -> Option<(usize, usize)> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let found = Member(field).deserialize(&mut reader).err()?;
    (found.line() > 0).then(|| (found.line(), found.column()))
}

/// Stops at a member: the error tells where.
struct Member<'n>(&'n str);

impl<'de> DeserializeSeed<'de> for Member<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Member<'_> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        while let Some(name) = members.next_key::<String>()? {
            match name == self.0 {
                true => members.next_value_seed(Stop)?,
                false => drop(members.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}

/// Takes no value: the error tells where it stands.
struct Stop;

impl<'de> DeserializeSeed<'de> for Stop {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_any(self)
    }
}

impl Visitor<'_> for Stop {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("nothing")
    }
}

/// The message without the position that serde_json appends.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let end = text.rfind(" at line ").unwrap_or(text.len());
    text.get(..end).unwrap_or(&text).to_owned()
}

fn pointer(path: &Path) -> String {
    let steps = path.iter().filter_map(|segment| match segment {
        Segment::Seq { index } => Some(index.to_string()),
        Segment::Map { key } => Some(reading::json::escape(key)),
        Segment::Enum { variant } => Some(reading::json::escape(variant)),
        Segment::Unknown => None,
    });
    steps.map(|step| format!("/{step}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    struct Body {
        #[expect(dead_code, reason = "only read")]
        list: Vec<Inner>,
    }

    #[derive(Debug, Deserialize)]
    struct Inner {
        #[serde(rename = "a/b")]
        #[expect(dead_code, reason = "only read")]
        count: u8,
    }

    #[test]
    fn what_does_not_fit_is_told_with_its_member_line_and_column() {
        #[track_caller]
        fn check(body: &str, expected: &str) {
            assert_eq!(read::<Body>(body.as_bytes()).unwrap_err().to_string(), expected);
        }

        check(
            "{\"list\": [\n  {\"a/b\": \"x\"}]}",
            "`/list/0/a~1b`: invalid type: string \"x\", expected u8 (line 2, column 13)",
        );
        check("{\"list\": [}", "`/list/0`: expected value (line 1, column 11)");
        check("{}", "missing field `list` (line 1, column 2)");
        check("{\"list\": []} x", "trailing characters (line 1, column 14)");
        check("", "EOF while parsing a value (line 1, column 0)");
    }

    #[test]
    fn a_member_of_a_form_is_found_again_in_the_bytes() {
        #[derive(Debug, Deserialize)]
        struct Form {
            #[expect(dead_code, reason = "only read")]
            name: String,
        }
        let text = "{\n \"other\": {\"name\": 1},\n \"name\": [2]\n}";
        let value: Value = serde_json::from_str(text).unwrap();
        let unfit = fit::<Form>(value, text.as_bytes()).unwrap_err();
        assert_eq!(
            unfit.to_string(),
            "`/name`: invalid type: sequence, expected a string (line 3, column 10)"
        );
        assert_eq!(unfit.field(), "name");
    }
}
