//! Documents out of files, whatever they are packed in: `.zip`, `.tar`, `.gz`, `.zst` and
//! each inside the other, recognised by their first bytes.
//!
//! Everything is bounded: bytes of a document, bytes of a delivered file unpacked,
//! expansion, nesting. What passes a limit is a fault of that file and ends reading it;
//! what was read before stays.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek};

use flate2::read::MultiGzDecoder;
use reading::limits;

/// A document, or why it could not be had.
#[derive(Debug)]
pub(crate) struct Member {
    /// The name of the file, and behind `!` those in the archives.
    pub(crate) name: String,
    pub(crate) bytes: Result<Vec<u8>, String>,
}

/// Bytes that may still be unpacked from one delivered file.
struct Budget {
    left: u64,
}

const HEAD: u64 = 512;

/// Bytes that most documents have at most.
const ROOM: usize = 4096;

/// Slack for small files: a few hundred bytes may well unpack to a megabyte.
const SLACK: u64 = 1 << 20;

/// Gives every document of a delivered file to `emit`.
pub(crate) fn documents(
    file: io::Result<File>,
    name: &str,
    emit: &mut dyn FnMut(Member),
) {
    documents_within(file, name, limits::UNPACKED_BYTES_MAX, emit);
}

/// The same, of a file that may unpack to `most` bytes.
pub(crate) fn documents_within(
    file: io::Result<File>,
    name: &str,
    most: u64,
    emit: &mut dyn FnMut(Member),
) {
    let outcome = file.and_then(|file| documents_in(file, name, most, emit));
    fault(outcome, name, emit);
}

fn documents_in(
    mut file: File,
    name: &str,
    most: u64,
    emit: &mut dyn FnMut(Member),
) -> io::Result<()> {
    let length = file.metadata().map_or(0, |metadata| metadata.len());
    let left = length.saturating_mul(limits::EXPANSION_MAX).saturating_add(SLACK);
    let budget = &mut Budget { left: left.min(most) };
    let mut head = Vec::new();
    Read::by_ref(&mut file).take(HEAD).read_to_end(&mut head)?;
    match Packing::of(&head) {
        Packing::Zip => {
            file.rewind()?;
            zip(file, name, 1, budget, emit)
        }
        packing => unpack(packing, head, &mut file, name, 0, budget, emit),
    }
}

/// The same for a document that is in memory.
pub(crate) fn documents_of(bytes: &[u8], name: &str, emit: &mut dyn FnMut(Member)) {
    documents_of_within(bytes, name, limits::UNPACKED_BYTES_MAX, emit);
}

/// The same, of a document that may unpack to `most` bytes.
pub(crate) fn documents_of_within(
    bytes: &[u8],
    name: &str,
    most: u64,
    emit: &mut dyn FnMut(Member),
) {
    let left = (bytes.len() as u64).saturating_mul(limits::EXPANSION_MAX);
    let left = left.saturating_add(SLACK).min(most);
    let outcome = member(&mut Cursor::new(bytes), name, 0, &mut Budget { left }, emit);
    fault(outcome, name, emit);
}

fn fault(outcome: io::Result<()>, name: &str, emit: &mut dyn FnMut(Member)) {
    if let Err(error) = outcome {
        emit(Member { name: name.to_owned(), bytes: Err(error.to_string()) });
    }
}

/// Whether a document that is in memory is packed, as far as its first bytes tell.
pub(crate) fn is_packed(bytes: &[u8]) -> bool {
    let head = usize::try_from(HEAD).ok().and_then(|head| bytes.get(..head));
    Packing::of(head.unwrap_or(bytes)) != Packing::Plain
}

/// How bytes are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Packing {
    Zip,
    Tar,
    Gzip,
    Zstd,
    Plain,
}

impl Packing {
    /// Recognises the packing by the first 512 bytes.
    pub(crate) fn of(head: &[u8]) -> Self {
        match head {
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Self::Zip,
            [0x1F, 0x8B, 8, ..] => Self::Gzip,
            [0x28, 0xB5, 0x2F, 0xFD, ..] => Self::Zstd,
            head if is_tar(head) => Self::Tar,
            _ => Self::Plain,
        }
    }
}

/// The sum of a tar header's bytes, its own field counted as blanks, is in that field.
fn is_tar(head: &[u8]) -> bool {
    let Some(field) = head.get(148..156).filter(|_| head.len() as u64 == HEAD) else {
        return false;
    };
    let digits: String = field
        .iter()
        .map(|byte| char::from(*byte))
        .skip_while(|character| *character == ' ')
        .take_while(|character| character.is_digit(8))
        .collect();
    let written = u64::from_str_radix(&digits, 8);
    let sum = |bytes: &[u8]| bytes.iter().map(|byte| u64::from(*byte)).sum::<u64>();
    let own = sum(field);
    written.is_ok_and(|written| written == sum(head) - own + 8 * u64::from(b' '))
}

fn member(
    mut read: &mut dyn Read,
    name: &str,
    depth: usize,
    budget: &mut Budget,
    emit: &mut dyn FnMut(Member),
) -> io::Result<()> {
    let mut head = Vec::with_capacity(ROOM);
    Read::by_ref(&mut read).take(HEAD).read_to_end(&mut head)?;
    unpack(Packing::of(&head), head, read, name, depth, budget, emit)
}

fn unpack(
    packing: Packing,
    head: Vec<u8>,
    rest: &mut dyn Read,
    name: &str,
    depth: usize,
    budget: &mut Budget,
    emit: &mut dyn FnMut(Member),
) -> io::Result<()> {
    if packing == Packing::Plain {
        let bytes = whole(head, rest, budget)?;
        emit(Member { name: name.to_owned(), bytes: Ok(bytes) });
        return Ok(());
    }
    if depth >= limits::NESTING_MAX {
        let most = limits::NESTING_MAX;
        return Err(io::Error::other(format!(
            "more than {most} archives inside each other"
        )));
    }
    let mut packed = Cursor::new(head).chain(rest);
    match packing {
        Packing::Gzip => {
            let mut inside = MultiGzDecoder::new(&mut packed);
            member(&mut inside, name, depth + 1, budget, emit)
        }
        Packing::Zstd => {
            let mut inside = zstd::stream::read::Decoder::new(&mut packed)?;
            member(&mut inside, name, depth + 1, budget, emit)
        }
        Packing::Tar => tar(&mut packed, name, depth + 1, budget, emit),
        Packing::Zip | Packing::Plain => {
            let bytes = whole(Vec::new(), &mut packed, budget)?;
            zip(Cursor::new(bytes), name, depth + 1, budget, emit)
        }
    }
}

/// The whole of a document, within the limits.
fn whole(
    mut bytes: Vec<u8>,
    rest: &mut dyn Read,
    budget: &mut Budget,
) -> io::Result<Vec<u8>> {
    let most = (limits::DOCUMENT_BYTES_MAX as u64).min(budget.left);
    let room = most.saturating_add(1).saturating_sub(bytes.len() as u64);
    rest.take(room).read_to_end(&mut bytes)?;
    let length = bytes.len() as u64;
    if length > budget.left {
        budget.left = 0;
        return Err(io::Error::other("it unpacks to more bytes than are read"));
    }
    if length > most {
        // What was unpacked for nothing counts too: many of them would never end.
        budget.left -= length;
        return Err(io::Error::other(format!("a document has more than {most} bytes")));
    }
    budget.left -= length;
    Ok(bytes)
}

/// # Errors
/// When nothing more may be unpacked.
fn expect_room(budget: &Budget) -> io::Result<()> {
    match budget.left {
        0 => Err(io::Error::other(
            "it unpacks to more bytes than are read: what follows in it is left out",
        )),
        _ => Ok(()),
    }
}

fn tar(
    packed: &mut dyn Read,
    name: &str,
    depth: usize,
    budget: &mut Budget,
    emit: &mut dyn FnMut(Member),
) -> io::Result<()> {
    let mut archive = tar::Archive::new(packed);
    for entry in archive.entries()? {
        expect_room(budget)?;
        let mut entry = entry?;
        if !entry.header().entry_type().is_file() {
            continue;
        }
        let inside = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let inside = format!("{name}!{inside}");
        let outcome = member(&mut entry, &inside, depth, budget, emit);
        fault(outcome, &inside, emit);
    }
    Ok(())
}

/// Endings of documents of office programs that are archives inside.
const OFFICE: [&str; 8] =
    [".xlsx", ".xlsm", ".xltx", ".xlsb", ".docx", ".docm", ".pptx", ".ods"];

/// Whether a name is that of such a document.
fn is_office(name: &str) -> bool {
    let name = name.to_lowercase();
    OFFICE.iter().any(|ending| name.ends_with(ending))
}

/// Gives an archive as the one document that it is.
fn emit_whole<R: Read + Seek>(
    packed: &mut R,
    name: &str,
    budget: &mut Budget,
    emit: &mut dyn FnMut(Member),
) -> io::Result<()> {
    packed.rewind()?;
    let bytes = whole(Vec::new(), packed, budget)?;
    emit(Member { name: name.to_owned(), bytes: Ok(bytes) });
    Ok(())
}

fn zip<R: Read + Seek>(
    mut packed: R,
    name: &str,
    depth: usize,
    budget: &mut Budget,
    emit: &mut dyn FnMut(Member),
) -> io::Result<()> {
    let mut archive = match zip::ZipArchive::new(&mut packed) {
        Ok(archive) => archive,
        // A damaged workbook is one document, and whoever reads workbooks names its fault.
        Err(_) if is_office(name) => return emit_whole(&mut packed, name, budget, emit),
        Err(why) => return Err(why.into()),
    };
    // A workbook or text of an office program is an archive, and one document.
    if archive.index_for_name("[Content_Types].xml").is_some() {
        return emit_whole(archive.into_inner(), name, budget, emit);
    }
    for number in 0..archive.len() {
        expect_room(budget)?;
        let mut inside = format!("{name}!{number}");
        let outcome =
            archive.by_index(number).map_err(io::Error::from).and_then(|mut file| {
                inside = format!("{name}!{}", file.name().unwrap_or("?".into()));
                match file.is_file() {
                    true => member(&mut file, &inside, depth, budget, emit),
                    false => Ok(()),
                }
            });
        fault(outcome, &inside, emit);
    }
    Ok(())
}
