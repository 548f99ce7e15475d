//! Whether a pack is as it was signed: every file, the signature, the proofs, and that each
//! document is the one of which the audit log says that it was delivered.
//!
//! Files are read once and kept nowhere, but for the few texts that say what the others are.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io::{Read, Seek, SeekFrom};

use reading::{Place, Rejected, json, limits};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use zip::ZipArchive;

use crate::key::PublicKey;
use crate::manifest::{Manifest, hex};
use crate::proof::Proofs;
use crate::{ABOUT, EVIDENCE, KEY, LOG, MANIFEST, SIGNATURE};

/// What was found of a pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// How many files the manifest names.
    pub files: usize,
    /// How many of them are as they were signed.
    pub whole: usize,
    /// The key that was checked with: the one that was given, else the pack's own.
    pub key: Option<PublicKey>,
    /// How many leaves of the audit log the pack tells.
    pub leaves: usize,
    /// How many of them are proven.
    pub proven: usize,
    /// How many documents of evidence are in the pack.
    pub documents: usize,
    /// How many of them are those of which the log says that they were delivered.
    pub delivered: usize,
    /// What whoever made the pack says that it left out.
    pub left_out: Vec<LeftOut>,
    /// How long the log was, and its root as hexadecimal digits.
    pub log: Option<(i64, String)>,
    /// What is not as it should be.
    pub faults: Vec<Fault>,
}

/// Something that is not in a pack, as the pack says it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct LeftOut {
    /// What.
    pub what: String,
    /// Why.
    pub why: String,
}

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// A file is not as it was signed.
    Changed(String),
    /// A file of the manifest is not there.
    Missing(String),
    /// A file is there that the manifest does not name.
    Added(String),
    /// The archive says different things of itself to different readers.
    Archive(String),
    /// Something stands around the archive that is no file of it.
    Around(&'static str),
    /// Nobody signed, or in a form that is none.
    Unsigned,
    /// The signature is not that of this manifest and this key.
    Signature,
    /// The key in the pack is another one than the one that was given.
    OtherKey(String),
    /// A file that says what others are cannot be read, and where.
    Unreadable(String, String),
    /// A leaf is not part of the log.
    Leaf(i64),
    /// A document is another one than was delivered, by the leaf of that number.
    Document(String, i64),
}

impl Fault {
    /// The word for it.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Changed(_) => "changed",
            Self::Missing(_) => "missing",
            Self::Added(_) => "added",
            Self::Archive(_) | Self::Around(_) => "archive",
            Self::Unsigned => "unsigned",
            Self::Signature => "signature",
            Self::OtherKey(_) => "other_key",
            Self::Unreadable(..) => "unreadable",
            Self::Leaf(_) => "leaf",
            Self::Document(..) => "document",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed(name) => write!(f, "{name} was changed"),
            Self::Missing(name) => write!(f, "{name} is missing"),
            Self::Added(name) => write!(f, "{name} was added"),
            Self::Archive(why) => write!(f, "the archive contradicts itself: {why}"),
            Self::Around(place) => {
                write!(f, "bytes that nobody signed stand {place} the archive")
            }
            Self::Unsigned => {
                write!(f, "{SIGNATURE} is missing or no signature: nobody signed")
            }
            Self::Signature => {
                write!(f, "{SIGNATURE} is not the signature over {MANIFEST} by that key")
            }
            Self::OtherKey(fingerprint) => {
                write!(
                    f,
                    "{KEY} is another key than the one that was given: {fingerprint}"
                )
            }
            Self::Unreadable(name, why) => write!(f, "{name} cannot be read: {why}"),
            Self::Leaf(number) => {
                write!(f, "leaf {number} of {LOG} is not part of the audit log")
            }
            Self::Document(name, leaf) => write!(
                f,
                "{name} is not the document that was delivered by leaf {leaf} of the log"
            ),
        }
    }
}

/// What can be done about an archive that is no pack.
const HINT: &str = "give the ZIP as it was taken from the house";

fn refused(place: Place, message: impl Into<String>) -> Rejected {
    Rejected::new(place, message.into(), HINT)
}

/// Checks a pack, with a key that came another way where there is one: the key in the pack says
/// only that whoever made the pack signed it.
///
/// # Errors
/// When it is no archive, or one without a manifest, or passes a limit.
pub fn check(
    archive: impl Read + Seek,
    given: Option<PublicKey>,
) -> Result<Checked, Rejected> {
    let mut archive = archive;
    let behind = stands_behind(&mut archive);
    let mut archive = ZipArchive::new(archive).map_err(|error| {
        refused(
            Place::Document,
            format!("the file is no ZIP archive, or cut short: {error}"),
        )
    })?;
    if archive.len() > limits::PACK_FILES_MAX {
        return Err(refused(Place::Document, "the archive has more files than are read"));
    }
    let mut faults = BTreeSet::new();
    if let Err(error) = archive.validate_header_consistency() {
        faults.insert(Fault::Archive(error.to_string()));
    }
    if archive.offset() > 0 {
        faults.insert(Fault::Around("in front of"));
    }
    if behind {
        faults.insert(Fault::Around("behind"));
    }
    let text = text_of(&mut archive, MANIFEST)?.ok_or_else(|| {
        refused(
            Place::Document,
            format!("the archive is no evidence pack: no {MANIFEST}"),
        )
    })?;
    let manifest = Manifest::parse(&text)?;
    let key = signed(&mut archive, &text, given, &mut faults)?;
    let mut seen = Seen::default();
    seen.all(&mut archive, &manifest)?;
    let names = manifest.files().map(|(name, _)| name);
    let missing = names.filter(|name| !seen.names.contains(*name));
    faults.extend(missing.map(|name| Fault::Missing(name.to_owned())));
    faults.append(&mut seen.faults);
    let mut checked = Checked {
        files: manifest.files().count(),
        whole: seen.whole,
        key,
        leaves: 0,
        proven: 0,
        documents: 0,
        delivered: 0,
        left_out: left_out(&mut archive, &mut faults)?,
        log: None,
        faults: Vec::new(),
    };
    proven(&mut archive, &seen, &mut checked, &mut faults)?;
    checked.faults = faults.into_iter().collect();
    Ok(checked)
}

/// How many bytes end an archive of which nobody says more (APPNOTE.TXT 4.3.16).
const END: usize = 22;
/// What they begin with.
const END_SIGNATURE: [u8; 4] = *b"PK\x05\x06";

/// Whether anything stands behind the end of an archive, or is said of it: in a pack nothing is.
fn stands_behind(archive: &mut (impl Read + Seek)) -> bool {
    let mut last = [0; END];
    let found = archive.seek(SeekFrom::End(-(END as i64)));
    let read = found.and_then(|_| archive.read_exact(&mut last));
    // What is shorter is no archive, and said to be none.
    read.is_ok() && !(last.starts_with(&END_SIGNATURE) && last.ends_with(&[0, 0]))
}

/// Who signed the manifest.
fn signed<R: Read + Seek>(
    archive: &mut ZipArchive<R>,
    manifest: &[u8],
    given: Option<PublicKey>,
    faults: &mut BTreeSet<Fault>,
) -> Result<Option<PublicKey>, Rejected> {
    let own = match text_of(archive, KEY)? {
        None => None,
        Some(pem) => match PublicKey::from_pem(&String::from_utf8_lossy(&pem)) {
            Ok(key) => Some(key),
            Err(error) => {
                faults.insert(Fault::Unreadable(KEY.to_owned(), error.to_string()));
                None
            }
        },
    };
    if let (Some(own), Some(given)) = (own, given)
        && own != given
    {
        faults.insert(Fault::OtherKey(own.fingerprint()));
    }
    let key = given.or(own);
    match (text_of(archive, SIGNATURE)?, key) {
        (Some(signature), Some(key)) if key.signed(manifest, &signature) => {}
        (Some(signature), _) if signature.len() == 64 => {
            faults.insert(Fault::Signature);
        }
        _ => {
            faults.insert(Fault::Unsigned);
        }
    }
    Ok(key)
}

/// What stands in the archive.
#[derive(Default)]
struct Seen {
    names: BTreeSet<String>,
    whole: usize,
    /// BLAKE3 of the documents of evidence, as the audit log names them.
    documents: BTreeMap<String, String>,
    faults: BTreeSet<Fault>,
}

/// How much is read at once.
const PIECE: usize = 64 * 1024;

impl Seen {
    fn all<R: Read + Seek>(
        &mut self,
        archive: &mut ZipArchive<R>,
        manifest: &Manifest,
    ) -> Result<(), Rejected> {
        let mut budget = limits::PACK_BYTES_MAX;
        let folders: BTreeSet<&str> =
            manifest.files().flat_map(|(file, _)| folders_of(file)).collect();
        for at in 0..archive.len() {
            let name = match archive.name_for_index(at) {
                Some(Ok(name)) => name.into_owned(),
                _ => format!("file {at}"),
            };
            // A folder holds nothing; a program that packs again may write those of the files.
            if folders.contains(name.as_str())
                || [MANIFEST, SIGNATURE].contains(&name.as_str())
            {
                continue;
            }
            let Some(expected) = manifest.sha256(&name) else {
                self.faults.insert(Fault::Added(shown(&name)));
                continue;
            };
            self.names.insert(name.clone());
            match self.hashed(archive, (at, &name), &mut budget)? {
                Some(digest) if digest == *expected => self.whole += 1,
                _ => {
                    self.faults.insert(Fault::Changed(name));
                }
            }
        }
        Ok(())
    }

    /// The SHA-256 of a file; none where it cannot be unpacked.
    fn hashed<R: Read + Seek>(
        &mut self,
        archive: &mut ZipArchive<R>,
        (at, name): (usize, &str),
        budget: &mut u64,
    ) -> Result<Option<[u8; 32]>, Rejected> {
        let Ok(mut file) = archive.by_index(at) else { return Ok(None) };
        let (mut sha256, mut blake3) = (Sha256::new(), blake3::Hasher::new());
        let mut piece = vec![0; PIECE];
        loop {
            let Ok(read) = file.read(&mut piece) else { return Ok(None) };
            let bytes = piece.get(..read).unwrap_or_default();
            if bytes.is_empty() {
                break;
            }
            *budget = budget.checked_sub(read as u64).ok_or_else(|| {
                let place = Place::Element(name.to_owned());
                refused(place, "the archive unpacks to more than is read")
            })?;
            sha256.update(bytes);
            blake3.update(bytes);
        }
        let digest = blake3.finalize().to_hex().to_string();
        self.documents.insert(name.to_owned(), digest);
        Ok(Some(sha256.finalize().into()))
    }
}

/// The folders in which a file stands, as an archive writes them.
fn folders_of(file: &str) -> impl Iterator<Item = &str> {
    file.match_indices('/').filter_map(|(at, _)| file.get(..=at))
}

/// A name as it is told: what somebody else wrote must not move a terminal's cursor.
fn shown(name: &str) -> String {
    let shown: String = name.chars().take(limits::PACK_NAME_MAX).collect();
    shown.replace(|letter: char| letter.is_control(), "\u{fffd}")
}

#[derive(Deserialize)]
struct About {
    #[serde(default)]
    kept_back: Vec<LeftOut>,
}

/// What a pack says that it left out; nothing where it says nothing of itself.
fn left_out<R: Read + Seek>(
    archive: &mut ZipArchive<R>,
    faults: &mut BTreeSet<Fault>,
) -> Result<Vec<LeftOut>, Rejected> {
    let read = |text: &str| json::from_str::<About>(text);
    Ok(told(archive, ABOUT, read, faults)?
        .map(|about| about.kept_back)
        .unwrap_or_default())
}

#[derive(Deserialize)]
struct Documents {
    documents: Vec<Document>,
}

#[derive(Deserialize)]
struct Document {
    /// The number of the piece of evidence.
    piece: i64,
    /// Its name in the pack; none where it is not in it.
    file: Option<String>,
}

/// A leaf as far as it is looked at.
#[derive(Deserialize)]
struct Leaf {
    noun: String,
    id: i64,
    facts: BTreeMap<String, serde_json::Value>,
}

/// Leaves about evidence, by their noun.
const OF_EVIDENCE: &str = "piece of evidence";

fn proven<R: Read + Seek>(
    archive: &mut ZipArchive<R>,
    seen: &Seen,
    checked: &mut Checked,
    faults: &mut BTreeSet<Fault>,
) -> Result<(), Rejected> {
    let Some(proofs) = told(archive, LOG, Proofs::parse, faults)? else { return Ok(()) };
    let read = |text: &str| json::from_str::<Documents>(text);
    let documents = told(archive, EVIDENCE, read, faults)?;
    let documents = documents.map(|all| all.documents).unwrap_or_default();
    let files: BTreeMap<i64, String> =
        documents.into_iter().filter_map(|one| Some((one.piece, one.file?))).collect();
    checked.log = Some((proofs.log.size, hex(&proofs.log.root)));
    checked.leaves = proofs.leaves.len();
    checked.documents = files.len();
    let mut delivered = BTreeSet::new();
    for one in &proofs.leaves {
        if !one.holds() {
            faults.insert(Fault::Leaf(one.number));
            continue;
        }
        checked.proven += 1;
        let leaf: Option<Leaf> = serde_json::from_str(&one.leaf).ok();
        let Some(leaf) = leaf.filter(|leaf| leaf.noun == OF_EVIDENCE) else { continue };
        let digest = leaf.facts.get("digest").and_then(serde_json::Value::as_str);
        let Some((digest, file)) = digest.zip(files.get(&leaf.id)) else { continue };
        match seen.documents.get(file) {
            Some(own) if own == digest => {
                delivered.insert(file);
            }
            // What is missing is told as that.
            None => {}
            Some(_) => {
                faults.insert(Fault::Document(file.clone(), one.number));
            }
        }
    }
    checked.delivered = delivered.len();
    Ok(())
}

/// A text that says what others are; none where it is not there, which the manifest tells, or
/// cannot be read.
fn told<T, R: Read + Seek>(
    archive: &mut ZipArchive<R>,
    name: &str,
    parse: impl FnOnce(&str) -> Result<T, Rejected>,
    faults: &mut BTreeSet<Fault>,
) -> Result<Option<T>, Rejected> {
    let Some(bytes) = text_of(archive, name)? else { return Ok(None) };
    match parse(&String::from_utf8_lossy(&bytes)) {
        Ok(value) => Ok(Some(value)),
        Err(error) => {
            faults.insert(Fault::Unreadable(name.to_owned(), error.to_string()));
            Ok(None)
        }
    }
}

/// A file as a whole; none where it is not there or cannot be unpacked.
fn text_of<R: Read + Seek>(
    archive: &mut ZipArchive<R>,
    name: &str,
) -> Result<Option<Vec<u8>>, Rejected> {
    let Ok(file) = archive.by_name(name) else { return Ok(None) };
    let mut bytes = Vec::new();
    if file.take(limits::PACK_TEXT_BYTES_MAX + 1).read_to_end(&mut bytes).is_err() {
        return Ok(None);
    }
    match bytes.len() as u64 > limits::PACK_TEXT_BYTES_MAX {
        true => {
            let place = Place::Element(name.to_owned());
            Err(refused(place, "the file is larger than is read"))
        }
        false => Ok(Some(bytes)),
    }
}
