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

/// Refuses what is no workbook that is read, and what would unpack to too much. Gives whether some
/// part of it merges cells.
pub(super) fn check(bytes: &[u8]) -> Result<bool, Rejected> {
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

fn compound(bytes: &[u8]) -> Rejected {
    let name: Vec<u8> =
        "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    if bytes.windows(name.len()).any(|part| part == name) {
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

fn check_archive(bytes: &[u8]) -> Result<bool, Rejected> {
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
    Ok(seen.has_merge)
}

/// Bytes that are looked at and dropped: a sheet is read twice only where cells are merged.
#[derive(Default)]
struct Seen {
    /// The end of what came before, in which the name may begin.
    end: Vec<u8>,
    has_merge: bool,
}

/// What stands in a part that merges cells, whatever the prefix of its names.
const MERGE: &[u8] = b"mergeCells";

impl io::Write for Seen {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.has_merge {
            return Ok(bytes.len());
        }
        let holds = |bytes: &[u8]| memchr::memmem::find(bytes, MERGE).is_some();
        let first = bytes.get(..MERGE.len().min(bytes.len())).unwrap_or_default();
        self.end.extend_from_slice(first);
        self.has_merge = holds(&self.end) || holds(bytes);
        if bytes.len() >= MERGE.len() {
            self.end.clear();
            let from = bytes.len() - MERGE.len();
            self.end.extend_from_slice(bytes.get(from..).unwrap_or_default());
        } else {
            self.end.drain(..self.end.len().saturating_sub(MERGE.len()));
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
