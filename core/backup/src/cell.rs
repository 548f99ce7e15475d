//! A value of a row: `null`, a number, a text, or `{"b":"…"}` for bytes in base64.

use std::fmt;

use data_encoding::BASE64;
use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A value of a row. The kind of its column tells an integer from a real number.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// No value.
    Nothing,
    /// A whole number.
    Integer(i64),
    /// A real number.
    Real(f64),
    /// A text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Nothing => to.serialize_unit(),
            Self::Integer(value) => to.serialize_i64(*value),
            Self::Real(value) => to.serialize_f64(*value),
            Self::Text(text) => to.serialize_str(text),
            Self::Bytes(bytes) => {
                let mut map = to.serialize_map(Some(1))?;
                map.serialize_entry("b", &BASE64.encode(bytes))?;
                map.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(OneCell)
    }
}

struct OneCell;

impl<'de> Visitor<'de> for OneCell {
    type Value = Cell;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("nothing, a number, a text or bytes")
    }

    fn visit_unit<E: Error>(self) -> Result<Cell, E> {
        Ok(Cell::Nothing)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Cell, E> {
        Ok(Cell::Integer(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Cell, E> {
        // No database of ours has whole numbers beyond.
        Ok(i64::try_from(value).map_or(Cell::Real(value as f64), Cell::Integer))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Cell, E> {
        Ok(Cell::Real(value))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Cell, E> {
        Ok(Cell::Text(text.to_owned()))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Cell, E> {
        Ok(Cell::Text(text))
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Cell, M::Error> {
        let bytes = match map.next_key::<Key>()? {
            Some(Key::B) => map.next_value::<InBase64>()?.0,
            None => return Err(Error::custom("bytes are missing")),
        };
        match map.next_key::<Key>()? {
            None => Ok(Cell::Bytes(bytes)),
            Some(Key::B) => Err(Error::custom("bytes stand there twice")),
        }
    }
}

#[derive(Deserialize)]
enum Key {
    #[serde(rename = "b")]
    B,
}

/// Bytes that are written in base64.
#[derive(Debug)]
pub(crate) struct InBase64(pub(crate) Vec<u8>);

impl<'de> Deserialize<'de> for InBase64 {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = InBase64;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("bytes in base64")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<InBase64, E> {
                let bytes = BASE64.decode(text.as_bytes());
                bytes.map(InBase64).map_err(|_| E::custom("bytes are no base64"))
            }
        }
        from.deserialize_str(Text)
    }
}

/// The cells of one row, as many as its table has columns.
pub(crate) struct Cells {
    pub(crate) columns: usize,
}

impl<'de> Visitor<'de> for Cells {
    type Value = Vec<Cell>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a row")
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut row: S) -> Result<Vec<Cell>, S::Error> {
        let unfit = || Error::custom("the row does not fit its table");
        let mut cells = Vec::with_capacity(self.columns);
        while cells.len() < self.columns {
            cells.push(row.next_element()?.ok_or_else(unfit)?);
        }
        match row.next_element::<serde::de::IgnoredAny>()? {
            None => Ok(cells),
            Some(_) => Err(unfit()),
        }
    }
}
