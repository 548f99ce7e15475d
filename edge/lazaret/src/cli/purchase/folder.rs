//! The folder of a purchase: which files are of which bidder, within limits, and what the
//! house has beside them.
//!
//! A bidder's files are read where they lie and in memory: nothing is unpacked to disk, so no
//! name in an archive leads anywhere. A name that tries to is told, and its file left out. A
//! link is not followed, since it may lead to another's bid.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use advisory::index::Index;
use advisory::{Record, Source, kev};
use anyhow::Context;
use controls::supplier_history::Advisory;
use controls::{Held, KnownExploited, Published};
use evidence::Pseudonyms;
use naming::Makers;
use purchase::{Beside, Content, Side, Taken, recognise};
use rayon::prelude::*;
use reading::{Place, Rejected, limits};

use crate::cli::Failure;
use crate::input::fresh_key;
use crate::render;

/// The folder in which the house keeps what it knows of bidders.
const HOUSE: &str = "house";

/// Endings of archives that are bids.
const ENDINGS: [&str; 6] = [".zip", ".tar", ".tar.gz", ".tgz", ".tar.zst", ".tzst"];

/// Bytes that are held at once before they are read.
const BATCH_BYTES: usize = 128 * 1024 * 1024;
/// Files that are held at once.
const BATCH_FILES: usize = 512;

/// Where the files of one bidder lie.
struct Bidder {
    name: String,
    paths: Vec<PathBuf>,
}

/// The folder of a purchase.
pub(super) struct Folder {
    root: PathBuf,
    bidders: Vec<Bidder>,
    beside: Vec<(String, String)>,
}

/// The files of one bidder.
#[derive(Default)]
pub(super) struct Files {
    pub(super) name: String,
    pub(super) delivered: Vec<Taken>,
    pub(super) house: Vec<Taken>,
}

impl Folder {
    /// Finds the bidders; `only` one of them where it is named.
    pub(super) fn open(root: &Path, only: Option<&str>) -> Result<Self, Failure> {
        let entries = fs::read_dir(root).with_context(|| {
            format!("{} cannot be opened as a folder", root.display())
        })?;
        let mut bidders: BTreeMap<String, Bidder> = BTreeMap::new();
        let mut beside = Vec::new();
        for entry in entries {
            let entry = entry.with_context(|| root.display().to_string())?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let kind = entry.file_type().with_context(|| name.clone())?;
            let is_own = name.starts_with('.') || name == "purchase.toml";
            if is_own || (kind.is_dir() && name == HOUSE) {
                continue;
            }
            let bidder = match (kind.is_dir(), kind.is_file(), ending(&name)) {
                (true, _, _) => name.clone(),
                (_, true, Some(ending)) => {
                    name.get(..name.len() - ending.len()).unwrap_or(&name).to_owned()
                }
                (_, true, None) => {
                    beside.push((
                        name,
                        "of no bidder: neither a folder nor an archive".into(),
                    ));
                    continue;
                }
                _ => {
                    beside.push((name, "a link is not followed".into()));
                    continue;
                }
            };
            let own = bidders
                .entry(bidder.clone())
                .or_insert(Bidder { name: bidder, paths: Vec::new() });
            own.paths.push(entry.path());
        }
        if let Some(only) = only {
            bidders.retain(|name, _| name == only);
        }
        beside.sort();
        if bidders.is_empty() {
            let what =
                only.map_or("a bidder".to_owned(), |it| format!("the bidder {it}"));
            anyhow::bail!(
                "{what} has neither a sub-folder nor an archive in {}\n\
                 help: put the files of each bidder into a folder of its own",
                root.display()
            );
        }
        let bidders = bidders.into_values().collect();
        Ok(Self { root: root.to_owned(), bidders, beside })
    }

    /// Reads every file; and what is of no bidder, with the reason.
    pub(super) fn take(self) -> (Vec<Files>, Vec<(String, String)>) {
        let mut batch = Batch::new(self.bidders.iter().map(|it| it.name.clone()));
        for (at, bidder) in self.bidders.iter().enumerate() {
            let house = self.root.join(HOUSE).join(&bidder.name);
            let house: Vec<PathBuf> =
                if house.is_dir() { vec![house] } else { Vec::new() };
            for (side, paths) in [(Side::Bidder, &bidder.paths), (Side::House, &house)] {
                let mut reader = Reader {
                    root: &self.root,
                    at,
                    side,
                    batch: &mut batch,
                    files: 0,
                    bytes: 0,
                };
                for path in paths {
                    reader.read(path);
                }
                reader.finish();
            }
        }
        (batch.finish(), self.beside)
    }
}

fn ending(name: &str) -> Option<&'static str> {
    let low = name.to_lowercase();
    let fits = |ending: &&&str| low.ends_with(**ending) && low.len() > ending.len();
    ENDINGS.iter().filter(fits).max_by_key(|ending| ending.len()).copied()
}

/// Files on their way to be read, many at a time.
struct Batch {
    names: Pseudonyms,
    files: Vec<Files>,
    waiting: Vec<(usize, Side, String, Vec<u8>)>,
    bytes: usize,
}

impl Batch {
    fn new(names: impl Iterator<Item = String>) -> Self {
        let files = names.map(|name| Files { name, ..Files::default() }).collect();
        let names = Pseudonyms::new(fresh_key());
        Self { names, files, waiting: Vec::new(), bytes: 0 }
    }

    fn add(&mut self, at: usize, side: Side, name: String, bytes: Vec<u8>) {
        self.bytes += bytes.len();
        self.waiting.push((at, side, name, bytes));
        if self.bytes >= BATCH_BYTES || self.waiting.len() >= BATCH_FILES {
            self.flush();
        }
    }

    fn flush(&mut self) {
        let names = &self.names;
        let taken: Vec<(usize, Side, Taken)> = std::mem::take(&mut self.waiting)
            .into_par_iter()
            .map(|(at, side, name, bytes)| (at, side, recognise(&name, &bytes, names)))
            .collect();
        self.bytes = 0;
        for (at, side, taken) in taken {
            self.put(at, side, taken);
        }
    }

    fn put(&mut self, at: usize, side: Side, taken: Taken) {
        let Some(files) = self.files.get_mut(at) else { return };
        match side {
            Side::Bidder => files.delivered.push(taken),
            Side::House => files.house.push(taken),
        }
    }

    fn finish(mut self) -> Vec<Files> {
        self.flush();
        self.files
    }
}

/// Reads the files of one side of one bidder, within limits.
struct Reader<'r> {
    root: &'r Path,
    at: usize,
    side: Side,
    batch: &'r mut Batch,
    files: usize,
    bytes: usize,
}

impl Reader<'_> {
    /// A file, or a folder with everything in it, in the order of names.
    fn read(&mut self, path: &Path) {
        let kind = fs::symlink_metadata(path).map(|it| it.file_type());
        match kind {
            Ok(kind) if kind.is_dir() => match fs::read_dir(path) {
                Ok(entries) => {
                    let mut paths: Vec<PathBuf> =
                        entries.filter_map(|it| Some(it.ok()?.path())).collect();
                    paths.sort();
                    paths.iter().for_each(|path| self.read(path));
                }
                Err(why) => self.refuse(path, &format!("it cannot be opened: {why}")),
            },
            Ok(kind) if kind.is_file() => self.documents(path),
            Ok(_) => self.refuse(path, "a link is not followed"),
            Err(why) => self.refuse(path, &format!("it cannot be opened: {why}")),
        }
    }

    fn documents(&mut self, path: &Path) {
        let left = limits::BID_BYTES_MAX.saturating_sub(self.bytes);
        feeds::documents_within(path, left as u64, &mut |name, bytes| {
            let shown = self.shown(Path::new(name));
            self.files += 1;
            if self.files > limits::BID_FILES_MAX {
                return;
            }
            match bytes {
                _ if is_leading_out(&shown) => {
                    self.refused(shown, "its name leads out of the archive");
                }
                Ok(bytes) => {
                    self.bytes += bytes.len();
                    self.batch.add(self.at, self.side, shown, bytes.to_vec());
                }
                Err(why) => self.refused(shown, why),
            }
        });
    }

    /// The name of a file as it stands in the folder of the purchase.
    fn shown(&self, path: &Path) -> String {
        path.strip_prefix(self.root).unwrap_or(path).display().to_string()
    }

    fn refuse(&mut self, path: &Path, why: &str) {
        self.files += 1;
        let shown = self.shown(path);
        self.refused(shown, why);
    }

    fn refused(&mut self, file: String, why: &str) {
        let content =
            Content::Refused(Rejected::new(Place::Document, why.to_owned(), ""));
        let taken = Taken { file, kind: "file", content, notes: Vec::new() };
        self.batch.put(self.at, self.side, taken);
    }

    fn finish(mut self) {
        if let Some(more @ 1..) = self.files.checked_sub(limits::BID_FILES_MAX) {
            let why = format!(
                "{more} files more than the {} of one bidder that are read",
                limits::BID_FILES_MAX
            );
            let name = self.batch.files.get(self.at).map_or("", |it| it.name.as_str());
            let name = format!("{name}/…");
            self.files = 0;
            self.refused(name, &why);
        }
    }
}

/// Whether a name within an archive leads out of it. A file of a folder was found by walking.
fn is_leading_out(shown: &str) -> bool {
    shown.split('!').skip(1).any(|inside| {
        let is_rooted = inside.starts_with(['/', '\\']) || inside.get(1..2) == Some(":");
        is_rooted || inside.split(['/', '\\']).any(|part| part == "..")
    })
}

/// What the house has beside the bids: advisories of all makers, when CVEs were published,
/// what is exploited.
#[derive(Default)]
pub(super) struct Archive {
    advisories: Vec<Advisory>,
    by_id: BTreeMap<String, usize>,
    published: BTreeMap<String, Published>,
    exploited: Option<Held<KnownExploited>>,
}

impl Archive {
    pub(super) fn read(&mut self, paths: &[PathBuf]) -> Result<(), Failure> {
        let names = Pseudonyms::new(fresh_key());
        let mut refused = 0_usize;
        feeds::documents(paths, &mut |name, bytes| match bytes {
            Ok(bytes) => match recognise(name, bytes, &names).content {
                Content::Advisory(mut advisory) => {
                    name.clone_into(&mut advisory.file);
                    self.keep(*advisory);
                }
                Content::Records(records) => {
                    records.iter().for_each(|record| self.date(name, record));
                }
                Content::Kev(catalog) => self.list(name, &catalog),
                Content::Refused(_) => refused += 1,
                _ => {}
            },
            Err(_) => refused += 1,
        })
        .map_err(|error| match error.hint() {
            Some(hint) => anyhow::anyhow!("{error}\nhelp: {hint}"),
            None => error.into(),
        })?;
        if refused > 0 {
            render::talk(&format!("warning: {refused} advisories could not be read"));
        }
        Ok(())
    }

    pub(super) fn kev(&mut self, path: Option<&Path>) -> Result<(), Failure> {
        let Some(path) = path else { return Ok(()) };
        let parsed = super::read(path, kev::parse)?;
        self.list(&path.display().to_string(), &parsed.value);
        Ok(())
    }

    /// Device advisories of an index that no folder has.
    pub(super) fn ask(&mut self, index: &Index<'_>, name: &str) {
        for record in index.device_records() {
            if !self.by_id.contains_key(record.id()) {
                let record = Arc::new(record.decode());
                self.keep(Advisory { file: name.to_owned(), record, publication: None });
            }
        }
    }

    pub(super) fn beside<'b>(
        &'b self,
        index: Option<(&'b Index<'b>, &'b str)>,
        makers: &'b Makers,
    ) -> Beside<'b> {
        Beside {
            index,
            makers: Some(makers),
            exploited: self.exploited.as_ref(),
            advisories: &self.advisories,
            published: Some(&self.published),
        }
    }

    /// Of several revisions of one advisory the newest counts.
    fn keep(&mut self, advisory: Advisory) {
        let next = self.advisories.len();
        let at = *self.by_id.entry(advisory.record.id.clone()).or_insert(next);
        match self.advisories.get_mut(at) {
            None => self.advisories.push(advisory),
            Some(kept) if kept.record.modified < advisory.record.modified => {
                *kept = advisory;
            }
            Some(_) => {}
        }
    }

    /// When a CVE was published, as its own record says, else NVD's.
    fn date(&mut self, name: &str, record: &Record) {
        let Ok(instant) = terms::date::instant(&record.published) else { return };
        let published = Published { day: instant.day(), document: name.to_owned() };
        match record.source {
            Source::Cve => {
                self.published.insert(record.id.clone(), published);
            }
            Source::Nvd => {
                self.published.entry(record.id.clone()).or_insert(published);
            }
            _ => {}
        }
    }

    fn list(&mut self, name: &str, catalog: &kev::Catalog) {
        let day = |text: &str| terms::date::day(text).ok();
        let listed = catalog.entries.iter().map(|it| (it.cve.clone(), day(&it.added)));
        let listed: BTreeMap<_, _> = listed.collect();
        let newest = listed.values().flatten().max().copied();
        let entries = listed.len();
        let held = &self.exploited;
        if held.as_ref().is_none_or(|held| held.value.newest <= newest) {
            let value = KnownExploited { listed, entries, newest };
            self.exploited = Some(Held::new(name, value));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_leads_out_of_an_archive_is_told() {
        let inside =
            ["acme.zip!form.xlsx", "acme.zip!a/b..c/form.xlsx", "acme/form.xlsx"];
        let outside = [
            "acme.zip!../other/form.xlsx",
            "acme.zip!a/../../form.xlsx",
            "acme.zip!a\\..\\form.xlsx",
            "acme.zip!/etc/passwd",
            "acme.zip!C:\\form.xlsx",
            "acme/more.zip!in.zip!../x",
        ];
        for name in inside {
            assert!(!is_leading_out(name), "{name}");
        }
        for name in outside {
            assert!(is_leading_out(name), "{name}");
        }
    }

    #[test]
    fn the_name_of_a_bidder_is_its_archive_without_the_ending() {
        #[track_caller]
        fn check(name: &str, expected: Option<&str>) {
            assert_eq!(ending(name), expected, "{name}");
        }

        check("acme.zip", Some(".zip"));
        check("acme.TAR.GZ", Some(".tar.gz"));
        check("acme.medical.tgz", Some(".tgz"));
        check(".zip", None);
        check("readme.txt", None);
    }
}
