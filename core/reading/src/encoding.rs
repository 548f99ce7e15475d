//! Text of spreadsheets: UTF-8 or UTF-16, else the encodings of old office programs.

use std::borrow::Cow;

use crate::{Note, Place, Rejected, limits, text};

/// What the bytes are where they begin like another format than a table.
pub fn foreign(bytes: &[u8]) -> Option<&'static str> {
    const BEGINNINGS: [(&[u8], &str); 8] = [
        (&[0x1F, 0x8B], "packed with gzip"),
        (&[0xFD, b'7', b'z', b'X', b'Z', 0], "packed with xz"),
        (&[0x28, 0xB5, 0x2F, 0xFD], "packed with zstd"),
        (b"BZh", "packed with bzip2"),
        (b"7z\xBC\xAF\x27\x1C", "a 7-Zip archive"),
        (b"%PDF-", "a PDF document"),
        (b"{\\rtf", "a text document (.rtf)"),
        (b"SQLite format 3\0", "a database"),
    ];
    let known = BEGINNINGS.iter().find(|(beginning, _)| bytes.starts_with(beginning));
    if let Some((_, name)) = known {
        return Some(name);
    }
    let head = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
    match head {
        [b'{', ..] => Some("JSON"),
        [b'[', rest @ ..]
            if matches!(rest.trim_ascii_start(), [b'{' | b'[' | b'"' | b']', ..]) =>
        {
            Some("JSON")
        }
        [b'<', next, ..] if next.is_ascii_alphabetic() || matches!(next, b'?' | b'!') => {
            Some("XML or HTML")
        }
        _ => text::unmarked(bytes),
    }
}

/// The text of a table; where it is no Unicode, what it was read as is noted.
pub fn decode<'b>(
    bytes: &'b [u8],
    notes: &mut Vec<Note>,
) -> Result<Cow<'b, str>, Rejected> {
    let refused = match text::decode(bytes) {
        Ok(text) if !text.contains('\0') => return Ok(text),
        Ok(_) => {
            return Err(Rejected::new(
                Place::Document,
                "the file is no text",
                "export the table as CSV or as a workbook (.xlsx)",
            ));
        }
        Err(refused) => refused,
    };
    if bytes.len() > limits::DOCUMENT_BYTES_MAX || bytes.contains(&0) {
        return Err(Rejected::new(
            refused.place,
            refused.message,
            "export the table as CSV in UTF-8, or as a workbook (.xlsx)",
        ));
    }
    let (name, table) = if is_of_old_macs(bytes) {
        ("Mac Roman", MAC_ROMAN)
    } else {
        ("Windows-1252", WINDOWS_1252)
    };
    notes.push(Note::new(
        Place::Document,
        format!("the text is not UTF-8 and is read as {name}"),
    ));
    let mut high = table.chars();
    let table: Vec<char> = (0..128).map(|_| high.next().unwrap_or('\u{FFFD}')).collect();
    let decoded = bytes.iter().map(|byte| match byte.checked_sub(128) {
        None => char::from(*byte),
        Some(at) => table.get(usize::from(at)).copied().unwrap_or('\u{FFFD}'),
    });
    Ok(Cow::Owned(decoded.collect()))
}

/// The name of the encoding that [`decode`] reads the bytes with.
pub fn name(bytes: &[u8]) -> &'static str {
    match bytes {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => "UTF-16",
        _ if std::str::from_utf8(bytes).is_ok() => "UTF-8",
        _ if is_of_old_macs(bytes) => "Mac Roman",
        _ => "Windows-1252",
    }
}

/// Line ends of carriage returns alone.
fn is_of_old_macs(bytes: &[u8]) -> bool {
    bytes.contains(&b'\r') && !bytes.contains(&b'\n')
}

/// The characters of the bytes 128 to 255 (Unicode's table `ROMAN.TXT`).
const MAC_ROMAN: &str = "ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü†°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏π∫ªºΩæø¿¡¬√ƒ≈∆«»…\u{A0}ÀÃÕŒœ–—“”‘’÷◊ÿŸ⁄€‹›ﬁﬂ‡·‚„‰ÂÊÁËÈÍÎÏÌÓÔ\u{F8FF}ÒÚÛÙıˆ˜¯˘˙˚¸˝˛ˇ";

/// The characters of the bytes 128 to 255 (Unicode's table `CP1252.TXT`).
const WINDOWS_1252: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8D}Ž\u{8F}\u{90}‘’“”•–—˜™š›œ\u{9D}žŸ\u{A0}¡¢£¤¥¦§¨©ª«¬\u{AD}®¯°±²³´µ¶·¸¹º»¼½¾¿ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿ";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_tables_have_128_characters() {
        assert_eq!(MAC_ROMAN.chars().count(), 128);
        assert_eq!(WINDOWS_1252.chars().count(), 128);
    }

    #[test]
    fn old_encodings_are_read_with_a_note_and_workbooks_are_refused() {
        #[track_caller]
        fn check(bytes: &[u8], expected: &str, notes: usize) {
            let mut found = Vec::new();
            assert_eq!(decode(bytes, &mut found).unwrap(), expected);
            assert_eq!(found.len(), notes);
            let is_old = ["Windows-1252", "Mac Roman"].contains(&name(bytes));
            assert_eq!(is_old, notes > 0, "{}", name(bytes));
        }

        check("é".as_bytes(), "é", 0);
        check(b"Dr\xE4ger\n", "Dräger\n", 1);
        check(b"Dr\x8Ager\r", "Dräger\r", 1);
        let mut notes = Vec::new();
        assert!(decode(b"PK\x03\x04\0\0\xFF", &mut notes).is_err());
        assert!(decode(b"a\0b", &mut notes).is_err());
    }
}
