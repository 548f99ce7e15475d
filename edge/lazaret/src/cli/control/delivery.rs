//! What lies in folders of evidence: each document recognised by its content, and put to the
//! organisation in whose folder it is.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use advisory::index::Index;
use controls::red_flag::Severity;
use evidence::{Pseudonyms, Read};
use posture::{Held, Member, Tailoring, What, derive};
use reading::{Note, Rejected, text};
use supplier::Document as Own;
use supplier::security_txt::SecurityTxt;
use terms::Day;

use crate::cli::{Failure, supplier as supplier_command};
use crate::input::{Input, fresh_key};

/// Notes of one document that are told; the rest is counted.
const NOTES_TOLD: usize = 20;

/// An organisation of the answer.
pub(super) struct Organisation {
    /// Its name: as its file says, else its folder.
    pub(super) name: String,
    /// Its folder; empty where none has a file.
    pub(super) folder: String,
}

/// Documents of a house.
pub(super) struct Delivery {
    names: Pseudonyms,
    held: Vec<Held>,
    delivered: BTreeSet<String>,
    tailorings: BTreeMap<String, Tailoring>,
    /// `security.txt` does not say whose it is: the dossier or metadata beside it do.
    channels: Vec<(String, SecurityTxt)>,
    suppliers: Vec<(String, String)>,
    dossiers: Vec<String>,
    documents: Vec<(String, &'static str)>,
    notes: Vec<(String, String)>,
    unread: Vec<(String, String)>,
    refused: Vec<(String, String)>,
    books: BTreeSet<String>,
}

impl Default for Delivery {
    fn default() -> Self {
        Self {
            names: Pseudonyms::new(fresh_key()),
            held: Vec::new(),
            delivered: BTreeSet::new(),
            tailorings: BTreeMap::new(),
            channels: Vec::new(),
            suppliers: Vec::new(),
            dossiers: Vec::new(),
            documents: Vec::new(),
            notes: Vec::new(),
            unread: Vec::new(),
            refused: Vec::new(),
            books: BTreeSet::new(),
        }
    }
}

impl Delivery {
    /// What was read, with its kind.
    pub(super) fn documents(&self) -> &[(String, &'static str)] {
        &self.documents
    }

    /// What is to be said of what was read.
    pub(super) fn notes(&self) -> &[(String, String)] {
        &self.notes
    }

    /// What nothing here reads, with the reason.
    pub(super) fn unread(&self) -> &[(String, String)] {
        &self.unread
    }

    /// What is broken, with the fault.
    pub(super) fn refused(&self) -> &[(String, String)] {
        &self.refused
    }

    /// Reads what was delivered.
    pub(super) fn read(&mut self, paths: &[PathBuf]) -> Result<(), Failure> {
        feeds::documents(paths, &mut |name, bytes| match bytes {
            Ok(bytes) => self.take(name, bytes),
            Err(why) => self.refused.push((name.to_owned(), why.to_owned())),
        })
        .map_err(|error| match error.hint() {
            Some(hint) => anyhow::anyhow!("{error}\nhelp: {hint}"),
            None => error.into(),
        })
    }

    /// Asks an index how old its feeds are.
    pub(super) fn ask(&mut self, index: &Index<'_>, name: &str) {
        let counts = index.counts();
        let feeds = counts.sources.iter().filter_map(|count| {
            let newest = terms::date::instant(&count.newest).ok()?;
            Some((count.source.word().to_owned(), newest.day()))
        });
        let feeds: Vec<_> = feeds.collect();
        if let Some(mut held) = derive::feeds(name, &feeds) {
            self.documents.push((name.to_owned(), "index of advisories"));
            // It is of the house, wherever it lies.
            held.file = format!("{name} (index)");
            self.held.push(held);
        }
    }

    /// Looks for red flags of each supplier that has a dossier, by what lies beside it.
    pub(super) fn vet(&mut self, today: Day) {
        for name in std::mem::take(&mut self.dossiers) {
            if name.contains('!') {
                let note =
                    "red flags are looked for where the dossier is no part of an archive";
                self.notes.push((name, note.to_owned()));
                continue;
            }
            match supplier_command::look(Path::new(&name), today) {
                Ok((supplier, vetted)) => {
                    let figures = &vetted.figures;
                    let found = derive::Found {
                        blocking: vetted
                            .count(controls::Verdict::Raised, Severity::Block),
                        dated: vetted.not_in_time.of,
                        late: vetted.not_in_time.count,
                        advisories: figures.advisories,
                        lacking: figures.without_guidance.count,
                    };
                    self.held.extend(derive::found(&name, &supplier, found, today));
                }
                Err(why) => self.notes.push((name, format!("no red flags: {why}"))),
            }
        }
    }

    fn take(&mut self, name: &str, bytes: &[u8]) {
        if let Some(book) = of_office(name) {
            return self.book(book);
        }
        if bytes.is_empty() {
            let why = "the file is empty: it says nothing, and proves nothing";
            self.unread.push((name.to_owned(), why.to_owned()));
            return;
        }
        self.delivered.insert(name.to_owned());
        if text::decode(bytes).is_ok_and(|it| Tailoring::is_tailoring(&it)) {
            return self.tailoring(name, bytes);
        }
        if let Some(format) = evidence::format(bytes) {
            return match evidence::parse(format, bytes, &self.names) {
                Ok(parsed) => {
                    self.documents.push((name.to_owned(), format.words()));
                    self.tell(name, &parsed.notes);
                    self.keep(name, parsed.value);
                }
                Err(why) if is_known(format) => self.leave(name, &why),
                Err(why) => self.refuse(name, &why),
            };
        }
        if let Some(kind) = supplier::kind(bytes) {
            return match supplier::parse(kind, bytes) {
                Ok(parsed) => self.take_own(name, kind.words(), parsed.value),
                Err(why) => self.refuse(name, &why),
            };
        }
        self.take_other(name, bytes);
    }

    /// A workbook comes in parts, since it is an archive; it is read once, whole.
    fn book(&mut self, name: &str) {
        if !self.books.insert(name.to_owned()) {
            return;
        }
        self.delivered.insert(name.to_owned());
        if name.contains('!') {
            let why = "a workbook in an archive: give it beside the archive";
            self.unread.push((name.to_owned(), why.to_owned()));
            return;
        }
        match Input::from(PathBuf::from(name)).read() {
            Ok(bytes) => self.take(name, &bytes),
            Err(why) => self.refused.push((name.to_owned(), why.to_string())),
        }
    }

    fn keep(&mut self, name: &str, read: Read) {
        if let Read::Scan(scan) = &read {
            self.held.extend(derive::network(name, scan));
        }
        self.held.push(Held::new(name.to_owned(), None, What::from(read)));
    }

    fn tailoring(&mut self, name: &str, bytes: &[u8]) {
        match Tailoring::parse(bytes) {
            Ok(parsed) => {
                self.documents.push((name.to_owned(), "tailoring"));
                let folder = folder(name).to_owned();
                if let Some(first) = self.tailorings.get(&folder) {
                    let why = format!("a second tailoring beside that of {}", first.name);
                    self.unread.push((name.to_owned(), why));
                } else {
                    self.tailorings.insert(folder, parsed.value);
                }
            }
            Err(why) => self.refuse(name, &why),
        }
    }

    fn take_own(&mut self, name: &str, words: &'static str, document: Own) {
        self.documents.push((name.to_owned(), words));
        let place = folder(name).to_owned();
        match document {
            Own::SecurityTxt(read) => self.channels.push((name.to_owned(), *read)),
            Own::Provider(read) => {
                self.held.extend(derive::provider(name, &read));
                self.suppliers.push((place, read.publisher.name.clone()));
            }
            Own::Dossier(read) => {
                self.held.extend(derive::dossier(name, &read));
                // Of a dossier and metadata, the dossier's name counts.
                self.suppliers.insert(0, (place, read.name.clone()));
                self.dossiers.push(name.to_owned());
            }
            Own::Breaches(_) | Own::Cnas(_) | Own::Fda(_) => {}
        }
    }

    /// An SBOM, an inventory, or something that may be a proof.
    fn take_other(&mut self, name: &str, bytes: &[u8]) {
        if feeds::is_companion(bytes) {
            return;
        }
        match sbom::parse(bytes) {
            Ok(parsed) => {
                self.documents.push((name.to_owned(), "SBOM"));
                match derive::sbom(name, &parsed.value) {
                    Some(held) => self.held.push(held),
                    None => {
                        let note =
                            "the SBOM does not say of which product it is".to_owned();
                        self.notes.push((name.to_owned(), note));
                    }
                }
            }
            Err(why) if is_like_sbom(bytes) => self.refuse(name, &why),
            Err(_) if derive::is_inventory(bytes) => match derive::inventory(bytes) {
                Ok(parsed) => {
                    self.documents.push((name.to_owned(), "inventory"));
                    self.tell(name, &parsed.notes);
                    let what = What::Records(parsed.value);
                    self.held.push(Held::new(name.to_owned(), None, what));
                }
                Err(why) => self.refuse(name, &why),
            },
            Err(_) => {
                let why = "of no kind that is read; it can be a proof".to_owned();
                self.unread.push((name.to_owned(), why));
            }
        }
    }

    fn tell(&mut self, name: &str, notes: &[Note]) {
        let told = notes.iter().take(NOTES_TOLD);
        self.notes.extend(told.map(|note| (name.to_owned(), note.to_string())));
        if let Some(more @ 1..) = notes.len().checked_sub(NOTES_TOLD) {
            self.notes.push((name.to_owned(), format!("and {more} more notes")));
        }
    }

    fn refuse(&mut self, name: &str, why: &Rejected) {
        self.refused.push((name.to_owned(), refusal(why)));
    }

    fn leave(&mut self, name: &str, why: &Rejected) {
        self.unread.push((name.to_owned(), refusal(why)));
    }

    /// The organisations in the order of their folders, each with its evidence. What lies in
    /// no organisation's folder is of the first.
    pub(super) fn organisations(
        &mut self,
        given: &[PathBuf],
    ) -> (Vec<Organisation>, Vec<Member>) {
        self.name_channels();
        let mut folders: Vec<String> = self.tailorings.keys().cloned().collect();
        let has_top = folders.first().is_some_and(|first| {
            let own = |file: &String| is_in(file, first);
            self.delivered.iter().all(own)
        });
        if !has_top {
            folders.insert(0, String::new());
        }
        let mut organisations = Vec::new();
        let mut members: Vec<Member> = Vec::new();
        for (at, folder) in folders.iter().enumerate() {
            let tailoring = self.tailorings.get(folder).cloned().unwrap_or_default();
            let above = folders.iter().take(at);
            let above = above.enumerate().filter(|(_, above)| is_in(folder, above));
            let parent = above.max_by_key(|(_, above)| above.len()).map(|(at, _)| at);
            let name = match (tailoring.name.as_str(), folder.as_str()) {
                ("", "") => {
                    given.first().map_or(String::new(), |it| it.display().to_string())
                }
                ("", folder) => folder.to_owned(),
                (name, _) => name.to_owned(),
            };
            organisations.push(Organisation { name, folder: folder.clone() });
            members.push(Member { parent, tailoring, ..Member::default() });
        }
        let owner = |file: &str| {
            let own =
                folders.iter().enumerate().filter(|(_, folder)| is_in(file, folder));
            own.max_by_key(|(_, folder)| folder.len()).map_or(0, |(at, _)| at)
        };
        for file in &self.delivered {
            if let Some(member) = members.get_mut(owner(file)) {
                member.holdings.delivered.insert(file.clone());
            }
        }
        for held in std::mem::take(&mut self.held) {
            if let Some(member) = members.get_mut(owner(&held.file)) {
                member.holdings.held.push(held);
            }
        }
        (organisations, members)
    }

    /// Puts each `security.txt` to the supplier that is named in its folder.
    fn name_channels(&mut self) {
        for (name, read) in std::mem::take(&mut self.channels) {
            let place = folder(&name);
            let beside = self.suppliers.iter().find(|(folder, _)| folder == place);
            match beside {
                Some((_, supplier)) => {
                    self.held.extend(derive::channel(&name, supplier, &read));
                }
                None => {
                    let why = "nothing beside it says whose it is: put a dossier into its folder";
                    self.unread.push((name, why.to_owned()));
                }
            }
        }
    }
}

fn refusal(why: &Rejected) -> String {
    match why.hint.is_empty() {
        true => why.to_string(),
        false => format!("{why}; {}", why.hint),
    }
}

/// Whether a document that is refused is one that is told apart and not read.
const fn is_known(format: evidence::Format) -> bool {
    use evidence::Format;
    use evidence::scan::Tool;
    matches!(format, Format::PhishingPlan | Format::Scan(Tool::Other(_)))
}

/// The folder of a file.
fn folder(name: &str) -> &str {
    name.rsplit_once(['/', '\\', '!']).map_or("", |(folder, _)| folder)
}

/// Whether a file or folder lies in a folder; everything lies in none.
fn is_in(file: &str, folder: &str) -> bool {
    let rest = file.strip_prefix(folder);
    folder.is_empty() || rest.is_some_and(|rest| rest.starts_with(['/', '\\', '!']))
}

/// The file of an office program whose part this is: such a file is an archive.
fn of_office(name: &str) -> Option<&str> {
    let parts =
        ["!xl/", "!word/", "!ppt/", "!_rels/", "!docProps/", "![Content_Types].xml"];
    parts.iter().find_map(|part| name.get(..name.find(part)?))
}

/// Whether a document that is refused claims to be an SBOM.
fn is_like_sbom(bytes: &[u8]) -> bool {
    let head = bytes.get(..bytes.len().min(4096)).unwrap_or(bytes);
    let head = String::from_utf8_lossy(head);
    ["CycloneDX", "cyclonedx", "SPDX", "spdx"].iter().any(|word| head.contains(word))
}
