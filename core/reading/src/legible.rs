//! Whether anybody who opens a document can read it.
//!
//! What no reader here understands may be a proof that a person reads. What nobody can open is
//! none, and whoever delivers it learns so while the whole file is still at hand.

use std::io::{self, Cursor, Read as _};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::{Place, Rejected, limits, pdf, workbook};

const AGAIN: &str = "deliver it again, whole";
const UNLOCKED: &str = "open it and save it again without a password";

/// For whom a document that no reader knows is legible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Legible {
    /// Anybody, as far as one can tell without knowing what it is.
    Yes,
    /// A person: its pages are pictures.
    Pictures,
    /// Nobody, it seems: its pages hold neither text nor pictures.
    Blank,
    /// A person: it has more pages or parts than are read, or is packed in another way.
    Large,
    /// Whoever may: it is protected. Many such pages open without a password, and only forbid
    /// to be changed.
    Protected,
}

impl Legible {
    /// What such a document is, in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Yes => "a document that a person reads",
            Self::Pictures => "pages that are pictures, which a person reads",
            Self::Blank => "pages without text",
            Self::Large => "a document too large for programs, which a person reads",
            Self::Protected => "a protected document, which a person may be able to open",
        }
    }
}

/// Whether a document can be opened, and for whom it is legible.
///
/// # Errors
/// When it is empty, protected by a password, or damaged.
pub fn legible(bytes: &[u8]) -> Result<Legible, Rejected> {
    if bytes.iter().all(|byte| byte.is_ascii_whitespace() || *byte == 0) {
        return Err(Rejected::new(Place::Document, "the file is empty", AGAIN));
    }
    match workbook::is_workbook(bytes) {
        true if bytes.starts_with(b"PK") => archive(bytes),
        true if workbook::is_locked(bytes) => Err(locked()),
        false if pdf::is_pdf(bytes) => pages(bytes),
        true | false => Ok(Legible::Yes),
    }
}

fn locked() -> Rejected {
    Rejected::new(Place::Document, "the file is protected by a password", UNLOCKED)
}

fn pages(bytes: &[u8]) -> Result<Legible, Rejected> {
    let pages = match pdf::parse(bytes) {
        Ok(parsed) => parsed.value.pages,
        Err(rejected) if rejected.hint == pdf::LARGE => return Ok(Legible::Large),
        Err(rejected) if rejected.hint == pdf::PROTECTED => {
            return Ok(Legible::Protected);
        }
        // The mark may stand in a text that tells of it.
        Err(_) if !bytes.trim_ascii_start().starts_with(b"%PDF-") => {
            return Ok(Legible::Yes);
        }
        Err(rejected) => return Err(rejected),
    };
    Ok(match pages.iter().any(|page| !page.pieces.is_empty()) {
        true => Legible::Yes,
        false if pages.iter().any(|page| page.pictures > 0) => Legible::Pictures,
        false => Legible::Blank,
    })
}

/// Unpacks an archive, which also a document of an office program is, as far as the limit.
fn archive(bytes: &[u8]) -> Result<Legible, Rejected> {
    let damaged = |why: &dyn std::fmt::Display| {
        let message = format!("the file is cut short or damaged: {why}");
        Rejected::new(Place::Document, message, AGAIN)
    };
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|why| damaged(&why))?;
    let mut left = limits::WORKBOOK_BYTES_MAX;
    for at in 0..archive.len().min(limits::WORKBOOK_PARTS_MAX) {
        if archive.by_index_raw(at).is_ok_and(|part| part.encrypted()) {
            return Err(locked());
        }
        let part = match archive.by_index(at) {
            Ok(part) => part,
            Err(ZipError::UnsupportedArchive(_)) => return Ok(Legible::Large),
            Err(why) => return Err(damaged(&why)),
        };
        let read = io::copy(&mut part.take(left), &mut io::sink());
        left -= read.map_err(|why| damaged(&why))?;
        if left == 0 {
            return Ok(Legible::Large);
        }
    }
    Ok(Legible::Yes)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    fn packed() -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        writer.start_file("word/document.xml", SimpleFileOptions::default()).unwrap();
        writer.write_all(&b"<w:document/>".repeat(100)).unwrap();
        writer.finish().unwrap().into_inner()
    }

    #[track_caller]
    fn check(bytes: &[u8], expected: &str) {
        let said = match legible(bytes) {
            Ok(legible) => legible.words().to_owned(),
            Err(rejected) => format!("refused: {} ({})", rejected.message, rejected.hint),
        };
        assert!(said.starts_with(expected), "{said}");
    }

    #[test]
    fn what_nobody_can_open_is_refused_with_why() {
        check(b"", "refused: the file is empty");
        check(b" \r\n\0", "refused: the file is empty");
        check(b"a letter", "a document that a person reads");
        let whole = packed();
        check(&whole, "a document that a person reads");
        check(&whole[..whole.len() - 9], "refused: the file is cut short or damaged");
        let mut broken = whole;
        broken[60] ^= 0x55;
        check(&broken, "refused: the file is cut short or damaged");
        let mut compound = vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
        check(&compound, "a document that a person reads");
        compound.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
        check(&compound, "refused: the file is protected by a password");
        check(b"%PDF-1.7\nnothing", "refused: ");
        check(b"how a %PDF-1.7 begins", "a document that a person reads");
    }
}
