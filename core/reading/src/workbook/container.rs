//! What stands around a workbook: the archive, and files that only look like one.

use std::io::{self, Cursor, Read as _};

use zip::ZipArchive;

use crate::{Place, Rejected, limits};

/// The container that bytes begin like.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A ZIP archive.
    Zip,
    /// A compound file of Microsoft's: an old workbook, or one that is encrypted.
    Compound,
    /// Neither.
    Other,
}

impl Kind {
    pub(super) fn of(bytes: &[u8]) -> Self {
        match bytes {
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Self::Zip,
            [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, ..] => Self::Compound,
            _ => Self::Other,
        }
    }
}

/// What some part of a workbook may hold; without it, a sheet is read once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Held {
    /// Cells that are merged.
    Merged,
    /// Formulas.
    Formulas,
}

/// Refuses what is no workbook that is read, and what would unpack to too much. Gives what parts
/// of it may hold.
pub(super) fn check(bytes: &[u8]) -> Result<Vec<Held>, Rejected> {
    if bytes.len() > limits::DOCUMENT_BYTES_MAX {
        let message = format!(
            "the workbook has {} bytes, more than the {} that are read",
            bytes.len(),
            limits::DOCUMENT_BYTES_MAX
        );
        return Err(refused(message, "split the workbook"));
    }
    match Kind::of(bytes) {
        Kind::Zip => check_archive(bytes),
        Kind::Compound => Err(compound(bytes)),
        Kind::Other => Err(refused("the file is no workbook", "save it as .xlsx or CSV")),
    }
}

pub(super) fn is_locked(bytes: &[u8]) -> bool {
    let name: Vec<u8> =
        "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    Kind::of(bytes) == Kind::Compound && memchr::memmem::find(bytes, &name).is_some()
}

fn compound(bytes: &[u8]) -> Rejected {
    if is_locked(bytes) {
        return refused(
            "the workbook is protected by a password",
            "open it and save it again without a password",
        );
    }
    refused(
        "the workbook has the binary format of old programs (.xls)",
        "open it and save it as .xlsx or CSV",
    )
}

fn check_archive(bytes: &[u8]) -> Result<Vec<Held>, Rejected> {
    let cut = "deliver it again, whole; or open it and save it as .xlsx";
    let unreadable = |why: &dyn std::fmt::Display| {
        refused(format!("the workbook is cut short or damaged: {why}"), cut)
    };
    let mut archive =
        ZipArchive::new(Cursor::new(bytes)).map_err(|why| unreadable(&why))?;
    if archive.len() > limits::WORKBOOK_PARTS_MAX {
        let message = format!(
            "the workbook has {} parts, more than the {} that are read",
            archive.len(),
            limits::WORKBOOK_PARTS_MAX
        );
        return Err(refused(message, ""));
    }
    let has = |name: &str| {
        let mut names = archive.file_names().flatten();
        names.any(|other| other.eq_ignore_ascii_case(name))
    };
    if !has("xl/workbook.xml") {
        return Err(foreign(has));
    }
    let mut total = 0;
    let mut seen = Seen::default();
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(|why| unreadable(&why))?;
        let room = limits::WORKBOOK_BYTES_MAX - total;
        let mut part = part.take(room + 1);
        total += io::copy(&mut part, &mut seen).map_err(|why| unreadable(&why))?;
        if total > limits::WORKBOOK_BYTES_MAX {
            let message = format!(
                "the workbook unpacks to more than the {} bytes that are read",
                limits::WORKBOOK_BYTES_MAX
            );
            return Err(refused(message, "split the workbook, or export CSV"));
        }
    }
    Ok(seen.held)
}

/// Bytes that are looked at and dropped: a sheet is read twice only where it may have to be.
#[derive(Default)]
struct Seen {
    /// The end of what came before, in which a name may begin.
    end: Vec<u8>,
    held: Vec<Held>,
}

/// What stands in a part that holds something, whatever the prefix of its names.
const NAMES: [(Held, &[u8]); 6] = [
    (Held::Merged, b"mergeCells"),
    (Held::Formulas, b"<f>"),
    (Held::Formulas, b"<f "),
    (Held::Formulas, b"<f/"),
    (Held::Formulas, b":f>"),
    (Held::Formulas, b":f "),
];

/// As long as the longest of them.
const NAME_BYTES_MAX: usize = 10;

impl io::Write for Seen {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let first = bytes.get(..NAME_BYTES_MAX.min(bytes.len())).unwrap_or_default();
        self.end.extend_from_slice(first);
        for (held, name) in NAMES {
            let holds = |bytes: &[u8]| memchr::memmem::find(bytes, name).is_some();
            if !self.held.contains(&held) && (holds(&self.end) || holds(bytes)) {
                self.held.push(held);
            }
        }
        if bytes.len() >= NAME_BYTES_MAX {
            self.end.clear();
            let from = bytes.len() - NAME_BYTES_MAX;
            self.end.extend_from_slice(bytes.get(from..).unwrap_or_default());
        } else {
            self.end.drain(..self.end.len().saturating_sub(NAME_BYTES_MAX));
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// An archive that is something else.
fn foreign(has: impl Fn(&str) -> bool) -> Rejected {
    let what = if has("xl/workbook.bin") {
        "a binary workbook (.xlsb)"
    } else if has("content.xml") {
        "a document of OpenOffice (.ods)"
    } else if has("word/document.xml") {
        "a text document (.docx)"
    } else if has("ppt/presentation.xml") {
        "a presentation (.pptx)"
    } else {
        "an archive without a workbook"
    };
    refused(format!("the file is {what}"), "save the table as .xlsx or CSV")
}

fn refused(
    message: impl Into<std::borrow::Cow<'static, str>>,
    hint: &'static str,
) -> Rejected {
    Rejected::new(Place::Document, message, hint)
}
