//! Asks feeds for what changed, checks it, and keeps it in a folder.
//!
//! Each feed has a folder of its own: `documents/` as they came, and `state.json`, which says
//! where it stopped. A document is written before the state that tells of it, so a run that is
//! killed asks for some of them again and loses none. What fails its hash or signature is not
//! kept; what was kept before stays. A fault of one feed stops no other.

pub(crate) mod reach;

mod client;
mod csaf;
mod cve;
mod earlier;
mod file;
mod library;
mod nvd;
mod osv;
mod shards;
mod signature;
mod worth;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use reqwest::StatusCode;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::feed::{Beginning, Feed, Kind};

use client::Client;
pub use client::Connection;
pub use earlier::{Earlier, EarlierError};
use library::Shelf;
pub(crate) use library::{DOCUMENTS, state_of};

/// Why a feed could not be asked, or what it gave could not be kept.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// Nobody answers, or the answer breaks off.
    #[error("{url} cannot be reached: {cause}")]
    Unreachable {
        /// The address.
        url: String,
        /// Why.
        cause: String,
    },
    /// The answer is not the one that was wanted.
    #[error("{url} answers {status}")]
    Status {
        /// The address.
        url: String,
        /// Status of HTTP.
        status: u16,
        /// Seconds that we are asked to wait.
        wait: Option<u64>,
    },
    /// An answer led where it must not.
    #[error("{url} is not asked: {why}")]
    Forbidden {
        /// The address.
        url: String,
        /// Why.
        why: &'static str,
    },
    /// There is more than we take.
    #[error("{url} gives more than {most} bytes")]
    TooLarge {
        /// The address.
        url: String,
        /// The limit, in bytes.
        most: u64,
    },
    /// What came is not what it should be.
    #[error("{url}: {what}")]
    Unreadable {
        /// The address.
        url: String,
        /// What is wrong.
        what: String,
    },
    /// Another is at work in the library.
    #[error("another is at work in {0}")]
    Held(String),
    /// The certificates given cannot be used.
    #[error("the certificates cannot be used: {0}")]
    Authorities(String),
    /// A file could not be read or written.
    #[error("{path}: {cause}")]
    File {
        /// The file.
        path: String,
        /// What the system says.
        cause: String,
    },
}

impl Fault {
    fn unreachable(url: &Url, cause: &reqwest::Error) -> Self {
        // The address stands in front already.
        let text = client::chain(cause).replace(&format!(" for url ({url})"), "");
        Self::Unreachable { url: url.to_string(), cause: text }
    }

    fn status(url: &Url, status: StatusCode) -> Self {
        Self::Status { url: url.to_string(), status: status.as_u16(), wait: None }
    }

    fn unreadable(url: &Url, what: impl Into<String>) -> Self {
        Self::Unreadable { url: url.to_string(), what: what.into() }
    }

    fn file(path: &Path, cause: &io::Error) -> Self {
        Self::File { path: path.display().to_string(), cause: cause.to_string() }
    }

    /// Whether there is nothing at the address.
    fn is_absent(&self) -> bool {
        matches!(self, Self::Status { status: 403 | 404 | 410, .. })
    }

    /// Whether it may go better the next time.
    fn may_pass(&self) -> bool {
        match self {
            Self::Unreachable { .. } => true,
            Self::Status { status, .. } => matches!(status, 408 | 425 | 429 | 500..=599),
            _ => false,
        }
    }

    fn wait(&self) -> Option<u64> {
        match self {
            Self::Status { wait, .. } => *wait,
            _ => None,
        }
    }
}

/// What came of asking one feed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Asked {
    /// Its name.
    pub feed: String,
    /// Documents or archives that are new or changed.
    pub changed: u64,
    /// Documents that were not kept, and why.
    pub set_aside: Vec<SetAside>,
    /// What a person should know.
    pub notes: Vec<String>,
    /// Why it was not asked to the end.
    pub fault: Option<String>,
}

/// A document that was not kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetAside {
    /// Its address.
    pub address: String,
    /// Why.
    pub reason: String,
}

/// How a feed is, by what is kept of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Its name.
    pub feed: String,
    /// When it was last asked to the end.
    pub asked: Option<Timestamp>,
    /// When it last gave something new.
    pub changed: Option<Timestamp>,
    /// The last fault, if the last time did not end well.
    pub fault: Option<String>,
    /// Documents that it gives and that are not kept.
    pub set_aside: Vec<SetAside>,
    /// How many documents it lists, as far as it is a provider that lists them.
    pub listed: Option<u64>,
    /// The words of the sources that one file was last seen to hold; empty for other feeds.
    pub holds: BTreeSet<String>,
}

/// A library that is held until this is dropped.
#[derive(Debug)]
pub struct Held(#[expect(dead_code, reason = "the lock lives as long as the file")] File);

/// Where everything is kept that feeds gave.
#[derive(Clone, Debug)]
pub struct Library {
    folder: PathBuf,
}

impl Library {
    /// The library in a folder, which is made if need be.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn open(folder: &Path) -> Result<Self, Fault> {
        fs::create_dir_all(folder).map_err(|cause| Fault::file(folder, &cause))?;
        Ok(Self { folder: folder.to_owned() })
    }

    /// Where it is.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The feeds of which something is kept.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn feeds(&self) -> io::Result<BTreeSet<String>> {
        let mut feeds = BTreeSet::new();
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            if entry.path().join(DOCUMENTS).is_dir() {
                feeds.insert(entry.file_name().to_string_lossy().into_owned());
            }
        }
        feeds.retain(|name| !name.starts_with('.'));
        Ok(feeds)
    }

    /// Holds the library against another who would change it.
    ///
    /// # Errors
    /// When another holds it.
    pub fn hold(&self) -> Result<Held, Fault> {
        let path = self.folder.join(".lock");
        let file = File::create(&path).map_err(|cause| Fault::file(&path, &cause))?;
        match file.try_lock() {
            Ok(()) => Ok(Held(file)),
            Err(fs::TryLockError::WouldBlock) => {
                Err(Fault::Held(self.folder.display().to_string()))
            }
            Err(fs::TryLockError::Error(cause)) => Err(Fault::file(&path, &cause)),
        }
    }

    /// The folders of documents of these feeds, for a build of the index; those that have none
    /// yet are left out.
    pub fn sources<'f>(&self, feeds: impl IntoIterator<Item = &'f str>) -> Vec<PathBuf> {
        let folder = |feed| self.folder.join(feed).join(DOCUMENTS);
        feeds.into_iter().map(folder).filter(|folder| folder.is_dir()).collect()
    }

    /// Whether a feed gave something after an index was built, or there is none yet: a build
    /// that was cut short is made up for.
    #[must_use]
    pub fn is_newer_than<'f>(
        &self,
        index: &Path,
        feeds: impl IntoIterator<Item = &'f str>,
    ) -> bool {
        let built = fs::metadata(index).and_then(|file| file.modified());
        let Some(built) = built.ok().and_then(|time| Timestamp::try_from(time).ok())
        else {
            return true;
        };
        let mut changed =
            feeds.into_iter().filter_map(|feed| self.standing(feed).changed);
        changed.any(|changed| changed >= built)
    }

    /// How a feed is, by its name; one that was never asked has nothing to tell.
    #[must_use]
    pub fn standing(&self, feed: &str) -> Standing {
        let state = state_of(&self.folder, feed).unwrap_or_default();
        Standing {
            feed: feed.to_owned(),
            asked: state.asked,
            changed: state.changed,
            fault: state.fault,
            set_aside: state.set_aside,
            listed: (!state.listed.is_empty()).then(|| state.listed.values().sum()),
            holds: state.holds,
        }
    }

    /// Asks a feed for what changed, and keeps it. A fault is part of the answer.
    pub async fn ask(
        &self,
        feed: &Feed,
        connection: &Connection,
        now: Timestamp,
    ) -> Asked {
        let asked = Asked { feed: feed.name.clone(), ..Asked::default() };
        let mut shelf = match Shelf::open(&self.folder, &feed.name, &beginning(feed)) {
            Ok(shelf) => shelf,
            Err(fault) => return Asked { fault: Some(fault.to_string()), ..asked },
        };
        let mut told = Telling { asked };
        let outcome = ask(feed, connection, &mut shelf, &mut told, now).await;
        let mut asked = told.asked;
        shelf.state.fault = outcome.err().map(|fault| fault.to_string());
        if shelf.state.fault.is_none() {
            shelf.state.asked = Some(now);
        }
        if asked.changed > 0 {
            shelf.state.changed = Some(now);
        }
        shelf.state.set_aside.clone_from(&asked.set_aside);
        asked.fault.clone_from(&shelf.state.fault);
        if let Err(fault) = shelf.save() {
            asked.fault.get_or_insert_with(|| fault.to_string());
        }
        asked
    }
}

/// What is told while a feed is asked.
pub(crate) struct Telling {
    asked: Asked,
}

impl Telling {
    fn changed(&mut self) {
        self.asked.changed += 1;
    }

    fn set_aside(&mut self, url: &Url, reason: impl Into<String>) {
        self.asked
            .set_aside
            .push(SetAside { address: url.to_string(), reason: reason.into() });
    }

    fn note(&mut self, note: impl Into<String>) {
        self.asked.notes.push(note.into());
    }
}

async fn ask(
    feed: &Feed,
    connection: &Connection,
    shelf: &mut Shelf,
    told: &mut Telling,
    now: Timestamp,
) -> Result<(), Fault> {
    match &feed.kind {
        Kind::Csaf(provider) => csaf::ask(provider, connection, shelf, told, now).await,
        Kind::Osv(osv) => {
            let client = Client::new(osv.address.clone(), connection)?;
            osv::ask(osv, &client, shelf, told).await
        }
        Kind::Cve(cve) => {
            let client = Client::new(cve.address.clone(), connection)?;
            cve::ask(cve, &client, shelf, told).await
        }
        Kind::Nvd(nvd) => {
            let client = Client::new(nvd.address.clone(), connection)?;
            nvd::ask(nvd, &client, shelf, told, now).await
        }
        Kind::File(url) => {
            let client = Client::new(url.clone(), connection)?;
            file::ask(url, &client, shelf, told).await
        }
    }
}

/// Every reader of what a feed answers, on any bytes: for the fuzzer. What is read of a list
/// stays below its folder, and what is kept has a plain name.
#[cfg(fuzzing)]
pub fn read_anything(bytes: &[u8]) {
    csaf::read_anything(bytes);
    osv::read_anything(bytes);
    let text = String::from_utf8_lossy(bytes);
    if let Some(shard) = shards::shard(&text) {
        assert!(shard.ends_with("xxx.tar.zst") && !shard.contains(".."), "{shard}");
    }
}

/// A signature, read and verified as a feed's is, for the fuzzer: whether `signature` over
/// `document` is by the key of `file` that has this fingerprint.
#[cfg(fuzzing)]
#[must_use]
pub fn is_signed(
    file: &[u8],
    fingerprint: &str,
    signature: &[u8],
    document: &[u8],
) -> bool {
    let mut keys = signature::Keys::none();
    let now = Timestamp::from_second(1_900_000_000).unwrap_or_default();
    keys.add(file, fingerprint).is_ok() && keys.verify(document, signature, now).is_ok()
}

/// Where a feed begins, as text: what was kept from another place is not this feed's.
fn beginning(feed: &Feed) -> String {
    match &feed.kind {
        Kind::Csaf(provider) => match &provider.at {
            Beginning::Metadata(url) => url.to_string(),
            Beginning::Domain(domain) => domain.clone(),
        },
        Kind::Osv(osv) => osv.address.to_string(),
        Kind::Cve(cve) => cve.archive.to_string(),
        Kind::Nvd(nvd) => nvd.address.to_string(),
        Kind::File(url) => url.to_string(),
    }
}
