//! From delivered bytes to text: byte order marks and encodings.
//!
//! UTF-8 is read, with or without a byte order mark; UTF-16 and UTF-32 with a byte order
//! mark are decoded; anything else is refused with the offset of the first bad byte.
//! UTF-16 and UTF-32 without a mark are refused by name and not guessed.

use std::borrow::Cow;

use crate::{Place, Rejected, limits};

/// The text of a document, without its byte order mark.
///
/// # Errors
/// When the document is longer than [`limits::DOCUMENT_BYTES_MAX`], or is no text.
pub fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, Rejected> {
    if bytes.len() > limits::DOCUMENT_BYTES_MAX {
        return Err(Rejected::new(
            Place::Document,
            format!(
                "the document has {} bytes, more than the {} that are read",
                bytes.len(),
                limits::DOCUMENT_BYTES_MAX
            ),
            "split the document",
        ));
    }
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(rest, 3),
        [0xFF, 0xFE, 0, 0, rest @ ..] => utf32(rest, u32::from_le_bytes),
        [0, 0, 0xFE, 0xFF, rest @ ..] => utf32(rest, u32::from_be_bytes),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => match unmarked(bytes) {
            Some(name) => Err(Rejected::new(
                Place::Byte(0),
                format!("this is {name}"),
                "save the document as UTF-8",
            )),
            None => utf8(bytes, 0),
        },
    }
}

/// What the bytes are where they begin as no UTF-8 text does: two characters of ASCII, each
/// with the zero bytes of a wider encoding, and no byte order mark in front.
#[must_use]
pub fn unmarked(bytes: &[u8]) -> Option<&'static str> {
    let legible = |byte: u8| byte.is_ascii_graphic() || byte.is_ascii_whitespace();
    match *bytes {
        [a, 0, 0, 0, b, 0, 0, 0, ..] | [0, 0, 0, a, 0, 0, 0, b, ..]
            if legible(a) && legible(b) =>
        {
            Some("UTF-32 text without a byte order mark")
        }
        [a, 0, b, 0, ..] | [0, a, 0, b, ..] if legible(a) && legible(b) => {
            Some("UTF-16 text without a byte order mark")
        }
        _ => None,
    }
}

/// A piece of a document in backticks, for a message: cut after 80 characters, since a name
/// may have millions.
#[must_use]
pub fn quoted(piece: &str) -> String {
    match piece.char_indices().nth(80) {
        Some((end, _)) => format!("`{}…`", piece.get(..end).unwrap_or_default()),
        None => format!("`{piece}`"),
    }
}

fn utf8(bytes: &[u8], skipped: usize) -> Result<Cow<'_, str>, Rejected> {
    std::str::from_utf8(bytes)
        .map(Cow::Borrowed)
        .map_err(|error| no_text(skipped + error.valid_up_to(), "UTF-8"))
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<Cow<'_, str>, Rejected> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(no_text(bytes.len() + 1, "UTF-16"));
    }
    char::decode_utf16(pairs.iter().map(|pair| unit(*pair)))
        .enumerate()
        .map(|(at, unit)| unit.map_err(|_| no_text(2 + at * 2, "UTF-16")))
        .collect::<Result<String, _>>()
        .map(Cow::Owned)
}

fn utf32(bytes: &[u8], unit: fn([u8; 4]) -> u32) -> Result<Cow<'_, str>, Rejected> {
    let (quads, rest) = bytes.as_chunks::<4>();
    if !rest.is_empty() {
        return Err(no_text(bytes.len() + 3, "UTF-32"));
    }
    quads
        .iter()
        .enumerate()
        .map(|(at, quad)| {
            char::from_u32(unit(*quad)).ok_or_else(|| no_text(4 + at * 4, "UTF-32"))
        })
        .collect::<Result<String, _>>()
        .map(Cow::Owned)
}

fn no_text(at: usize, encoding: &str) -> Rejected {
    Rejected::new(
        Place::Byte(at as u64),
        format!("the bytes are not {encoding} text"),
        "save the document as UTF-8",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_order_mark_is_read_and_left_out() {
        #[track_caller]
        fn check(bytes: &[u8]) {
            assert_eq!(decode(bytes).unwrap(), "aé", "{bytes:?}");
        }

        check("aé".as_bytes());
        check(b"\xEF\xBB\xBFa\xC3\xA9");
        check(b"\xFF\xFEa\0\xE9\0");
        check(b"\xFE\xFF\0a\0\xE9");
        check(b"\xFF\xFE\0\0a\0\0\0\xE9\0\0\0");
        check(b"\0\0\xFE\xFF\0\0\0a\0\0\0\xE9");
    }

    #[test]
    fn wider_encodings_without_a_mark_are_refused_by_name() {
        #[track_caller]
        fn check(bytes: &[u8], name: &str) {
            let refused = decode(bytes).unwrap_err();
            assert!(refused.message.contains(name), "{refused}");
            assert_eq!(refused.hint, "save the document as UTF-8");
        }

        check(b"{\0\"\0", "UTF-16 text without");
        check(b"\0{\0\n\0", "UTF-16 text without");
        check(b"{\0\0\0}\0\0\0", "UTF-32 text without");
        check(b"\0\0\0{\0\0\0}", "UTF-32 text without");
        assert_eq!(unmarked(b"{}  "), None);
        assert_eq!(unmarked(b"a\0b"), None);
    }

    #[test]
    fn bytes_that_are_no_text_are_refused_with_their_offset() {
        #[track_caller]
        fn check(bytes: &[u8], at: u64) {
            assert_eq!(decode(bytes).unwrap_err().place, Place::Byte(at), "{bytes:?}");
        }

        check(b"ab\xE9", 2);
        check(b"\xEF\xBB\xBFab\xFF", 5);
        check(b"\xFF\xFEa\0\0\xD8", 4);
        check(b"\xFF\xFEa", 2);
        check(b"\0\0\xFE\xFF\0\x11\0\0", 4);
    }
}
