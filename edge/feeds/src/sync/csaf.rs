//! A CSAF provider: found, listed, and taken document by document.
//!
//! Source: CSAF 2.0 and 2.1, section 7 (distribution). ROLIE feeds are preferred to folders.
//! Hash and signature are checked before a document is read (section 7.3). What is not
//! TLP:WHITE or TLP:CLEAR is left out: it is no public document, and is delivered to whom it
//! is meant for.

mod listing;
mod metadata;

use std::collections::BTreeSet;

use advisory::{Document, Source};
use futures_util::{StreamExt as _, stream};
use jiff::Timestamp;
use reading::Parsed;
use sha2::{Digest as _, Sha256, Sha512};
use url::Url;

use crate::feed::{Check, Csaf};

use super::client::{Client, Connection};
use super::library::{Shelf, plain_name};
use super::signature::Keys;
use super::{Fault, Telling};
use listing::Entry;
use metadata::Provider;

/// Room for Red Hat's largest document, four times over.
const DOCUMENT_MAX: u64 = 64 << 20;
const COMPANION_MAX: u64 = 1 << 20;
const AT_ONCE: usize = 8;
/// After so many documents the state is written, so that a run that is killed loses few.
const BATCH: u64 = 200;

/// Takes what is new from a provider.
pub(super) async fn ask(
    feed: &Csaf,
    connection: &Connection,
    shelf: &mut Shelf,
    told: &mut Telling,
    now: Timestamp,
) -> Result<(), Fault> {
    let (client, provider) = metadata::find(&feed.at, connection).await?;
    let keys = keys(feed, &provider, &client, shelf, told).await?;
    let state = &mut shelf.state;
    let (entries, cut) =
        listing::entries(&provider, &client, &mut state.listed, told).await?;
    if entries.is_empty() && cut.is_none() {
        let what = match state.documents.len() {
            0 => "it lists no document".to_owned(),
            // An earlier version kept no numbers of lists.
            kept => format!("it lists no document, and {kept} came from it before"),
        };
        return Err(Fault::unreadable(&provider.at, what));
    }
    let mut amiss = Amiss { listed: entries.len(), ..Amiss::default() };
    let wanted: Vec<(String, Entry)> = entries
        .into_iter()
        .filter_map(|entry| match entry.path() {
            Some(path) => Some((path, entry)),
            None => {
                amiss.note(told, &entry.url, "its file name is none".to_owned());
                None
            }
        })
        .filter(|(path, entry)| {
            let known = shelf.state.documents.get(path);
            known != Some(&entry.updated) || !shelf.holds(path)
        })
        .collect();
    let taking = &Taking { check: feed.check, keys: &keys, client: &client, now };
    let fetches = wanted
        .iter()
        .map(|(path, entry)| async move { (path, entry, taking.take(entry).await) });
    let mut fetched = stream::iter(fetches).buffer_unordered(AT_ONCE);
    let mut since_saved = 0;
    while let Some((path, entry, outcome)) = fetched.next().await {
        match outcome?.and_then(|taken| may_replace(shelf, path, taken)) {
            Ok(taken) => {
                keep(shelf, path, &taken)?;
                shelf.state.documents.insert(path.clone(), entry.updated.clone());
                told.changed();
                since_saved += 1;
            }
            Err(NotKept::Restricted(reason)) => told.set_aside(&entry.url, reason),
            Err(NotKept::Wrong(reason)) => amiss.note(told, &entry.url, reason),
        }
        if since_saved >= BATCH {
            shelf.save()?;
            since_saved = 0;
        }
    }
    match cut.or_else(|| amiss.fault(&provider.at)) {
        Some(fault) => Err(fault),
        None => Ok(()),
    }
}

/// Documents that are listed, for everybody, and could not be taken.
#[derive(Debug, Default)]
struct Amiss {
    listed: usize,
    count: usize,
    /// Why, of the first.
    reason: String,
}

impl Amiss {
    fn note(&mut self, told: &mut Telling, url: &Url, reason: String) {
        if self.count == 0 {
            self.reason.clone_from(&reason);
        }
        self.count += 1;
        told.set_aside(url, reason);
    }

    /// Most of what a provider lists is not what it should be: the provider, or whoever answers
    /// in its name, has a fault, and nobody may take what is known of it for fresh.
    fn fault(&self, at: &Url) -> Option<Fault> {
        let Self { listed, count, reason } = self;
        (count * 2 > *listed).then(|| {
            let what = format!(
                "{count} of {listed} documents that it lists could not be taken; the first: {reason}"
            );
            Fault::unreadable(at, what)
        })
    }
}

/// Why a document is not kept.
#[derive(Debug)]
enum NotKept {
    /// It is not meant for everybody.
    Restricted(String),
    /// It is not what it should be.
    Wrong(String),
}

impl From<String> for NotKept {
    fn from(reason: String) -> Self {
        Self::Wrong(reason)
    }
}

/// The keys that may sign.
///
/// Where the list of feeds names none, those that the provider names at the first time are
/// remembered, and another one later is told and not believed.
async fn keys(
    feed: &Csaf,
    provider: &Provider,
    client: &Client,
    shelf: &mut Shelf,
    told: &mut Telling,
) -> Result<Keys, Fault> {
    let named: BTreeSet<&str> =
        provider.keys.iter().map(|key| key.fingerprint.as_str()).collect();
    if feed.fingerprints.is_empty() && shelf.state.fingerprints.is_empty() {
        shelf.state.fingerprints = named.iter().map(|&text| text.to_owned()).collect();
    }
    let trusted = match feed.fingerprints.is_empty() {
        true => &shelf.state.fingerprints,
        false => &feed.fingerprints,
    };
    for stranger in named.iter().filter(|named| !trusted.iter().any(|own| own == *named))
    {
        told.note(format!(
            "the provider names the key {stranger}, which is not among those that are trusted; \
             if it is right, put it into `fingerprints`"
        ));
    }
    let mut keys = Keys::none();
    for key in provider.keys.iter().filter(|key| trusted.contains(&key.fingerprint)) {
        match client.bytes(&key.url, COMPANION_MAX).await {
            Ok(bytes) => {
                if let Err(reason) = keys.add(&bytes, &key.fingerprint) {
                    told.note(format!("{}: {reason}", key.url));
                }
            }
            Err(fault) => told.note(fault.to_string()),
        }
    }
    Ok(keys)
}

/// A document with what it was checked by.
struct Taken {
    document: Vec<u8>,
    /// Bytes of hash files and of the signature, by ending.
    companions: Vec<(&'static str, Vec<u8>)>,
}

/// How documents are taken.
struct Taking<'a> {
    check: Check,
    keys: &'a Keys,
    client: &'a Client,
    now: Timestamp,
}

impl Taking<'_> {
    /// Takes one document: fetched, checked, then read. The inner error says why it is not kept.
    async fn take(&self, entry: &Entry) -> Result<Result<Taken, NotKept>, Fault> {
        let fetched = self.client.bytes_if_any(&entry.url, DOCUMENT_MAX).await;
        let document = match fetched {
            Ok(Some(document)) => document,
            Ok(None) => {
                return Ok(Err("it is listed and not there".to_owned().into()));
            }
            // One address that must not be asked, or one giant, is one document's fault.
            Err(fault @ (Fault::TooLarge { .. } | Fault::Forbidden { .. })) => {
                return Ok(Err(fault.to_string().into()));
            }
            Err(fault) => return Err(fault),
        };
        let mut companions = Vec::new();
        if let Err(reason) = self.check_hashes(entry, &document, &mut companions).await? {
            return Ok(Err(reason.into()));
        }
        if let Err(reason) =
            self.check_signature(entry, &document, &mut companions).await?
        {
            return Ok(Err(reason.into()));
        }
        Ok(read(&document).map(|()| Taken { document, companions }))
    }

    async fn check_hashes(
        &self,
        entry: &Entry,
        document: &[u8],
        companions: &mut Vec<(&'static str, Vec<u8>)>,
    ) -> Result<Result<(), String>, Fault> {
        for url in &entry.hashes {
            let Some(bytes) = self.client.bytes_if_any(url, COMPANION_MAX).await? else {
                continue;
            };
            match hash_ending(document, &bytes) {
                Ok(ending) => companions.push((ending, bytes)),
                Err(what) => return Ok(Err(format!("{url}: {what}"))),
            }
        }
        Ok(match (self.check, companions.is_empty()) {
            (Check::Hash | Check::Signature, true) => Err("it has no hash".to_owned()),
            _ => Ok(()),
        })
    }

    async fn check_signature(
        &self,
        entry: &Entry,
        document: &[u8],
        companions: &mut Vec<(&'static str, Vec<u8>)>,
    ) -> Result<Result<(), String>, Fault> {
        let Some(bytes) =
            self.client.bytes_if_any(&entry.signature, COMPANION_MAX).await?
        else {
            return Ok(match self.check {
                Check::Signature => Err("it has no signature".to_owned()),
                Check::Hash | Check::None => Ok(()),
            });
        };
        // Without any key of the provider's there is nothing to ask a signature by.
        if self.keys.is_empty() && self.check != Check::Signature {
            return Ok(Ok(()));
        }
        Ok(match self.keys.verify(document, &bytes, self.now) {
            Ok(()) => {
                companions.push((".asc", bytes));
                Ok(())
            }
            Err(why) => Err(format!("its signature is not right: {why}")),
        })
    }
}

/// The ending of a hash file that is right.
fn hash_ending(document: &[u8], file: &[u8]) -> Result<&'static str, &'static str> {
    let digits: Vec<u8> = file
        .iter()
        .copied()
        .skip_while(u8::is_ascii_whitespace)
        .take_while(u8::is_ascii_hexdigit)
        .collect();
    let text = String::from_utf8_lossy(&digits).to_ascii_lowercase();
    let hex =
        |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let (ending, own) = match text.len() {
        64 => (".sha256", hex(&Sha256::digest(document))),
        128 => (".sha512", hex(&Sha512::digest(document))),
        _ => return Err("it holds neither a SHA-256 nor a SHA-512"),
    };
    if own == text { Ok(ending) } else { Err("the document does not have this hash") }
}

/// Whether it is a CSAF document that may be shown to everybody.
fn read(document: &[u8]) -> Result<(), NotKept> {
    let record = match advisory::parse(document) {
        Ok(Parsed { value: Document::Record(record), .. })
            if record.source == Source::Csaf =>
        {
            record
        }
        Ok(_) => return Err("it is no CSAF document".to_owned().into()),
        Err(cause) => {
            return Err(format!("{} (at {})", cause.message, cause.place).into());
        }
    };
    match record.tlp.as_str() {
        "" | "WHITE" | "CLEAR" => Ok(()),
        other => Err(NotKept::Restricted(format!(
            "it is TLP:{other}, and so no public document"
        ))),
    }
}

/// Whether a document may take the place of the one that is kept under its name: it must be the
/// same advisory, and no older. A cache that is behind, or a file under another's name, would take
/// back what a revision says.
fn may_replace(shelf: &Shelf, path: &str, taken: Taken) -> Result<Taken, NotKept> {
    let Ok(kept) = std::fs::read(shelf.path(path)) else { return Ok(taken) };
    let record = |bytes: &[u8]| match advisory::parse(bytes).map(|parsed| parsed.value) {
        Ok(Document::Record(record)) => Some(record),
        _ => None,
    };
    let (Some(kept), Some(new)) = (record(&kept), record(&taken.document)) else {
        return Ok(taken);
    };
    if kept.id != new.id {
        let reason = format!("it is {}, and {} has that file name", new.id, kept.id);
        return Err(reason.into());
    }
    if new.modified.trim_end_matches('Z') < kept.modified.trim_end_matches('Z') {
        let reason = format!(
            "it is of {}, and older than what is kept, which is of {}",
            new.modified, kept.modified
        );
        return Err(reason.into());
    }
    Ok(taken)
}

fn keep(shelf: &Shelf, path: &str, taken: &Taken) -> Result<(), Fault> {
    shelf.keep(path, &taken.document)?;
    for ending in [".sha256", ".sha512", ".asc"] {
        let companion = format!("{path}{ending}");
        match taken.companions.iter().find(|(own, _)| *own == ending) {
            Some((_, bytes)) => shelf.keep(&companion, bytes)?,
            // One of an older edition says nothing of this one.
            None => shelf.remove(&companion)?,
        }
    }
    Ok(())
}

/// Any metadata, any list and any hash.
#[cfg(fuzzing)]
pub(super) fn read_anything(bytes: &[u8]) {
    let Ok(at) = Url::parse("https://a.example/csaf/") else { return };
    let _ = metadata::read(&at, bytes);
    let _ = hash_ending(b"", bytes);
    let mut told = Telling { asked: super::Asked::default() };
    let text = String::from_utf8_lossy(bytes);
    let (changes, index) = text.split_once('\0').unwrap_or((&text, ""));
    for entry in listing::read_folder(&at, changes, index, &mut told) {
        assert!(entry.url.as_str().starts_with(at.as_str()), "{}", entry.url);
    }
    let entries = listing::read_rolie(&at, bytes, &mut told).unwrap_or_default();
    for path in entries.iter().filter_map(Entry::path) {
        let parts: Vec<&str> = path.split('/').collect();
        assert!(
            parts.len() == 2 && !path.contains("..") && !path.contains('\\'),
            "{path}"
        );
    }
}

impl Entry {
    /// Where it is kept: the year's folder, as section 7.1.11 asks, and the file name.
    fn path(&self) -> Option<String> {
        let mut parts = self.url.path_segments()?.rev();
        let name = parts.next().and_then(plain_name).filter(|name| {
            std::path::Path::new(name).extension().is_some_and(|ending| ending == "json")
        })?;
        let is_year = |part: &&str| {
            part.len() == 4 && part.bytes().all(|byte| byte.is_ascii_digit())
        };
        let year = parts.next().filter(is_year).unwrap_or("other");
        Some(format!("{year}/{name}"))
    }
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;

    #[test]
    fn a_hash_is_known_by_its_length_and_must_be_right() {
        let sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        for (file, expected) in [
            (format!("{sha256}  x.json\n"), Ok(".sha256")),
            (format!(" {}", sha256.to_uppercase()), Ok(".sha256")),
            (sha256.replace('b', "c"), Err("the document does not have this hash")),
            (sha256[1..].to_owned(), Err("it holds neither a SHA-256 nor a SHA-512")),
            (String::new(), Err("it holds neither a SHA-256 nor a SHA-512")),
        ] {
            assert_eq!(hash_ending(b"abc", file.as_bytes()), expected, "{file}");
        }
    }

    #[test]
    fn a_document_is_kept_by_year_and_name() {
        let path = |url: &str| {
            let url = Url::parse(url).unwrap();
            Entry {
                signature: url.clone(),
                url,
                updated: String::new(),
                hashes: Vec::new(),
            }
            .path()
        };
        let expected = Some("2024/icsma-24-1.json".to_owned());
        assert_eq!(path("https://a.example/csaf/2024/icsma-24-1.json"), expected);
        let expected = Some("other/x.json".to_owned());
        assert_eq!(path("https://a.example/white/x.json"), expected);
        for odd in [
            "https://a.example/2024/x.txt",
            "https://a.example/2024/",
            "https://a.example/%2e%2e%2fx.json",
        ] {
            assert_eq!(path(odd), None, "{odd}");
        }
    }
}
