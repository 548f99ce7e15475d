//! Percent-encoding as package URLs have it.
//!
//! Source: ECMA-427 §5.4: everything is encoded but ASCII letters and digits,
//! `-` `.` `_` `~`, and the colon.

use std::borrow::Cow;
use std::fmt;

/// Writes `text` encoded.
pub(super) fn write(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| !is_plain(byte)) {
        let (plain, special) = rest.split_at(at);
        f.write_str(plain)?;
        let width = special.chars().next().map_or(1, char::len_utf8);
        let (special, after) = special.split_at(width);
        for byte in special.bytes() {
            write!(f, "%{byte:02X}")?;
        }
        rest = after;
    }
    f.write_str(rest)
}

/// Writes segments that are joined by `/`, each encoded.
pub(super) fn write_path(f: &mut fmt::Formatter<'_>, path: &str) -> fmt::Result {
    for (position, segment) in path.split('/').enumerate() {
        if position > 0 {
            f.write_str("/")?;
        }
        write(f, segment)?;
    }
    Ok(())
}

/// Decodes `text`, or tells the byte offset of what is no encoded UTF-8.
pub(super) fn decode(text: &str) -> Result<Cow<'_, str>, usize> {
    let Some(first) = text.find('%') else { return Ok(Cow::Borrowed(text)) };
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        if *byte != b'%' {
            bytes.push(*byte);
            rest = after;
            continue;
        }
        let [high, low, after @ ..] = after else { return Err(text.len() - rest.len()) };
        let (Some(high), Some(low)) = (hex(*high), hex(*low)) else {
            return Err(text.len() - rest.len());
        };
        bytes.push(high << 4 | low);
        rest = after;
    }
    String::from_utf8(bytes).map(Cow::Owned).map_err(|_| first)
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

const fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b':')
}
