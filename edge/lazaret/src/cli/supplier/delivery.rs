//! What was delivered about a supplier: each document recognised by its content, and put
//! where it belongs among the evidence.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use advisory::index::Index;
use advisory::recognise::{self, Format};
use advisory::{Document, Record, Source, csaf, kev};
use controls::supplier_history::Advisory;
use controls::{
    Class, Evidence, Held, KnownExploited, Listed, Observation, Published, exposure,
};
use evidence::scan;
use reading::{Rejected, limits};
use sbom::Bom;
use supplier::{Document as Own, dossier};
use terms::Day;

use crate::cli::Failure;
use crate::input::{Input, Unreadable};

/// Documents of a supplier.
#[derive(Default)]
pub(super) struct Delivery {
    evidence: Evidence,
    sboms: Vec<Held<Bom>>,
    forms: Vec<Held<mds2::Form>>,
    seen: Vec<Observation>,
    /// Positions of advisories by their ids.
    by_id: BTreeMap<String, usize>,
    documents: Vec<(String, &'static str)>,
    unread: Vec<(String, String)>,
    refused: Vec<(String, String)>,
}

/// From where a document comes, which decides whose word it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum From {
    /// From the supplier, or kept about it.
    Delivered,
    /// From archives of all makers.
    Archive,
}

/// Why a document is left where nothing tells it.
const OTHER: &str = "of no kind that is read";

impl Delivery {
    pub(super) const fn evidence(&self) -> &Evidence {
        &self.evidence
    }

    /// What was read, with its kind.
    pub(super) fn documents(&self) -> &[(String, &'static str)] {
        &self.documents
    }

    /// What nothing here reads, with the reason.
    pub(super) fn unread(&self) -> &[(String, String)] {
        &self.unread
    }

    /// What is broken, with the fault.
    pub(super) fn refused(&self) -> &[(String, String)] {
        &self.refused
    }

    /// Reads the dossier that was named.
    pub(super) fn dossier(&mut self, path: &Path) -> Result<(), Failure> {
        let input = Input::from(path.to_owned());
        let refused = |why: Unreadable| anyhow::anyhow!(input.refusal(&why));
        let bytes = input.read().map_err(refused)?;
        let parsed = dossier::parse(&bytes).map_err(|why| refused(why.into()))?;
        for note in &parsed.notes {
            crate::render::talk(&format!("note: {note}\n  --> {}", input.name()));
        }
        self.documents.push((input.name(), "dossier"));
        self.evidence.dossier = Some(Held::new(input.name(), parsed.value));
        Ok(())
    }

    /// Reads what was delivered.
    pub(super) fn read(&mut self, paths: &[PathBuf]) -> Result<(), Failure> {
        self.read_from(paths, From::Delivered)
    }

    /// Reads advisories of all makers.
    pub(super) fn read_advisories(&mut self, paths: &[PathBuf]) -> Result<(), Failure> {
        self.read_from(paths, From::Archive)
    }

    fn read_from(&mut self, paths: &[PathBuf], from: From) -> Result<(), Failure> {
        feeds::documents(paths, &mut |name, bytes| match bytes {
            Ok(bytes) => self.take(name, bytes, from),
            Err(why) => self.refused.push((name.to_owned(), why.to_owned())),
        })
        .map_err(|error| match error.hint() {
            Some(hint) => anyhow::anyhow!("{error}\nhelp: {hint}"),
            None => error.into(),
        })
    }

    /// Reads the catalog that was named.
    pub(super) fn kev(&mut self, path: &Path) -> Result<(), Failure> {
        let input = Input::from(path.to_owned());
        let refused = |why: Unreadable| anyhow::anyhow!(input.refusal(&why));
        let bytes = input.read().map_err(refused)?;
        let parsed = kev::parse(&bytes).map_err(|why| refused(why.into()))?;
        self.take_kev(&input.name(), &parsed.value);
        Ok(())
    }

    /// Reads what a scanner of the house saw of a device: a file, and before `=` the product.
    pub(super) fn scan(&mut self, given: &str) -> Result<(), Failure> {
        let (product, path) = match given.split_once('=') {
            Some((product, path)) if !Path::new(given).exists() => (product, path),
            _ => ("", given),
        };
        let input = Input::from(PathBuf::from(path));
        let refused = |why: Unreadable| anyhow::anyhow!(input.refusal(&why));
        let bytes = input.read().map_err(refused)?;
        let inside = feeds::only_document(&bytes, limits::DOCUMENT_BYTES_MAX as u64);
        let inside = inside.map_err(|why| {
            anyhow::anyhow!("{} cannot be unpacked: {why}", input.name())
        })?;
        let bytes = inside.unwrap_or(bytes);
        let Some(evidence::Format::Scan(tool)) = evidence::format(&bytes) else {
            anyhow::bail!(
                "{} is no result of a scanner\n\
                 help: nmap (XML), testssl.sh, SARIF and Nessus are read",
                input.name()
            );
        };
        let parsed = scan::parse(tool, &bytes).map_err(|why| refused(why.into()))?;
        self.documents.push((input.name(), tool.words()));
        let seen = Observation::of(input.name(), product, Class::Observed, &parsed.value);
        self.seen.push(seen);
        Ok(())
    }

    /// A scan that lies among what was delivered is the supplier's word.
    fn take_scan(&mut self, name: &str, bytes: &[u8], tool: scan::Tool) {
        match scan::parse(tool, bytes) {
            Ok(parsed) => {
                self.documents.push((name.to_owned(), tool.words()));
                let seen = Observation::of(name, "", Class::Attested, &parsed.value);
                self.seen.push(seen);
            }
            Err(why) => self.leave(name, &why.message),
        }
    }

    fn take(&mut self, name: &str, bytes: &[u8], from: From) {
        if from == From::Delivered {
            self.evidence.delivered.insert(name.to_owned());
        }
        if reading::workbook::is_workbook(bytes) || reading::pdf::is_pdf(bytes) {
            return self.take_form(name, bytes, from);
        }
        if let Some(kind) = supplier::kind(bytes) {
            match supplier::parse(kind, bytes) {
                Ok(parsed) => self.take_own(name, kind.words(), parsed.value),
                Err(why) => self.refuse(name, &why),
            }
            return;
        }
        if feeds::is_companion(bytes) {
            return;
        }
        match recognise::format(bytes) {
            Some(Format::CycloneDxVex) => self.take_cyclonedx(name, bytes, from),
            Some(_) => self.take_advisory(name, bytes, from),
            None => match evidence::format(bytes) {
                Some(evidence::Format::Scan(tool))
                    if from == From::Delivered && !is_like_sbom(bytes) =>
                {
                    self.take_scan(name, bytes, tool);
                }
                _ => self.take_sbom(name, bytes, from),
            },
        }
    }

    fn take_own(&mut self, name: &str, words: &'static str, document: Own) {
        self.documents.push((name.to_owned(), words));
        let evidence = &mut self.evidence;
        match document {
            Own::SecurityTxt(read) => evidence.security_txts.push(Held::new(name, *read)),
            Own::Provider(read) => evidence.providers.push(Held::new(name, *read)),
            Own::Breaches(read) => evidence.breaches.push(Held::new(name, read)),
            Own::Cnas(read) => evidence.cnas.push(Held::new(name, read)),
            Own::Fda(read) => evidence.fda.push(Held::new(name, read)),
            Own::Dossier(read) => match &evidence.dossier {
                None => evidence.dossier = Some(Held::new(name, *read)),
                Some(first) => {
                    let why = format!("a second dossier beside {}", first.file);
                    self.unread.push((name.to_owned(), why));
                }
            },
        }
    }

    /// CycloneDX carries components, statements, or both.
    fn take_cyclonedx(&mut self, name: &str, bytes: &[u8], from: From) {
        match sbom::parse(bytes) {
            Ok(parsed) if parsed.value.components.is_empty() => {
                self.take_advisory(name, bytes, from);
            }
            Ok(parsed) => self.keep_sbom(name, parsed.value, from),
            Err(why) => self.refuse(name, &why),
        }
    }

    fn take_sbom(&mut self, name: &str, bytes: &[u8], from: From) {
        match sbom::parse(bytes) {
            Ok(parsed) => self.keep_sbom(name, parsed.value, from),
            Err(why) if is_like_sbom(bytes) => self.refuse(name, &why),
            Err(_) if from == From::Delivered && mds2::is_form(bytes) => {
                self.take_form(name, bytes, from);
            }
            Err(_) => {
                let refused = mds2::parse(bytes).err();
                let why = refused.filter(|why| mds2::unread(why).is_some());
                let why = why.map_or(OTHER.into(), |why| why.message);
                self.leave(name, &why);
            }
        }
    }

    /// A workbook or a PDF may be anything: what is no form is left with the reason, and can
    /// still be the proof of what a dossier says.
    fn take_form(&mut self, name: &str, bytes: &[u8], from: From) {
        match mds2::parse(bytes) {
            Ok(parsed) if from == From::Delivered => {
                self.documents.push((name.to_owned(), "MDS2 form"));
                self.forms.push(Held::new(name, parsed.value));
            }
            Ok(_) => {}
            Err(why) => self.leave(name, &why.message),
        }
    }

    fn keep_sbom(&mut self, name: &str, bom: Bom, from: From) {
        if from == From::Delivered {
            self.documents.push((name.to_owned(), "SBOM"));
            self.sboms.push(Held::new(name, bom));
        }
    }

    fn take_advisory(&mut self, name: &str, bytes: &[u8], from: From) {
        let parsed = match advisory::parse(bytes) {
            Ok(parsed) => parsed.value,
            Err(why) if recognise::is_other(&why) => {
                return self.leave(name, OTHER);
            }
            Err(why) => return self.refuse(name, &why),
        };
        match parsed {
            Document::Record(record) => self.take_record(name, *record, bytes, from),
            Document::Records(records) => {
                records.iter().for_each(|it| self.date(name, it))
            }
            Document::Kev(catalog) => self.take_kev(name, &catalog),
            Document::Epss(_) => {}
        }
    }

    fn take_record(&mut self, name: &str, record: Record, bytes: &[u8], from: From) {
        match record.source {
            Source::Csaf => {
                let publication =
                    csaf::publication(bytes).ok().map(|parsed| parsed.value);
                let is_vex =
                    publication.as_ref().is_some_and(|it| it.category == "csaf_vex");
                if is_vex && from == From::Delivered {
                    self.documents.push((name.to_owned(), "VEX"));
                    self.evidence.vex.push(Held::new(name, record));
                } else if !is_vex {
                    self.documents.push((name.to_owned(), "advisory"));
                    let (file, record) = (name.to_owned(), Arc::new(record));
                    self.keep(Advisory { file, record, publication });
                }
            }
            Source::OpenVex | Source::CycloneDxVex if from == From::Delivered => {
                self.documents.push((name.to_owned(), "VEX"));
                self.evidence.vex.push(Held::new(name, record));
            }
            _ => self.date(name, &record),
        }
    }

    /// Of several revisions of one advisory the newest counts.
    fn keep(&mut self, advisory: Advisory) {
        let at = *self
            .by_id
            .entry(advisory.record.id.clone())
            .or_insert(self.evidence.advisories.len());
        match self.evidence.advisories.get_mut(at) {
            None => self.evidence.advisories.push(advisory),
            Some(kept) if kept.record.modified < advisory.record.modified => {
                *kept = advisory
            }
            Some(_) => {}
        }
    }

    /// Keeps when a CVE was published, as its own record says, else NVD's.
    fn date(&mut self, name: &str, record: &Record) {
        let Ok(instant) = terms::date::instant(&record.published) else { return };
        let published = Published { day: instant.day(), document: name.to_owned() };
        match record.source {
            Source::Cve => {
                self.evidence.published.insert(record.id.clone(), published);
            }
            Source::Nvd => {
                self.evidence.published.entry(record.id.clone()).or_insert(published);
            }
            _ => {}
        }
    }

    fn take_kev(&mut self, name: &str, catalog: &kev::Catalog) {
        self.documents.push((name.to_owned(), "KEV"));
        let listed = |entry: &kev::Entry| (entry.cve.clone(), day(&entry.added));
        let listed: BTreeMap<_, _> = catalog.entries.iter().map(listed).collect();
        let newest = listed.values().flatten().max().copied();
        let entries = listed.len();
        let value = KnownExploited { listed, entries, newest };
        let held = &self.evidence.known_exploited;
        if held.as_ref().is_none_or(|held| held.value.newest <= newest) {
            self.evidence.known_exploited = Some(Held::new(name, value));
        }
    }

    fn refuse(&mut self, name: &str, why: &Rejected) {
        self.refused.push((name.to_owned(), why.to_string()));
    }

    fn leave(&mut self, name: &str, why: &str) {
        if self.unread.last().is_none_or(|(last, _)| last != name) {
            self.unread.push((name.to_owned(), why.to_owned()));
            self.evidence.delivered.insert(name.to_owned());
        }
    }

    /// The supplier's name and further ones: as given, else as a dossier or the metadata of
    /// a CSAF provider has it.
    pub(super) fn names(
        &self,
        given: Option<&str>,
    ) -> Result<(String, Vec<String>), Failure> {
        let dossier = self.evidence.dossier.as_ref().map(|held| &held.value);
        let mut aliases = dossier.map(|it| it.aliases.clone()).unwrap_or_default();
        let kept = dossier.map(|it| it.name.clone());
        if let (Some(given), Some(kept)) = (given, &kept) {
            aliases.push(kept.clone());
            return Ok((given.to_owned(), aliases));
        }
        let published = self.evidence.providers.first();
        let published = published.map(|held| held.value.publisher.name.clone());
        let name = given.map(str::to_owned).or(kept).or(published);
        match name.filter(|name| !name.trim().is_empty()) {
            Some(name) => Ok((name, aliases)),
            None => anyhow::bail!(
                "nothing says who the supplier is\n\
                 help: name it with `--supplier NAME`, or keep a dossier: `lazaret supplier \
                 dossier` prints one to begin with"
            ),
        }
    }

    /// Puts SBOMs to products.
    pub(super) fn place_products(&mut self) {
        self.evidence.place_products(std::mem::take(&mut self.sboms));
        self.evidence.place_forms(std::mem::take(&mut self.forms));
        let seen = std::mem::take(&mut self.seen);
        for file in self.evidence.place_observations(seen) {
            let why = "nobody says of which product it is: its name does not tell it, and \
                       neither does `--scan PRODUCT=FILE`";
            self.unread.push((file, why.to_owned()));
        }
    }

    /// Asks an index: device advisories that no folder has, when CVEs were published, what is
    /// exploited, and what it says of the SBOMs.
    pub(super) fn ask(
        &mut self,
        index: &Index<'_>,
        path: Option<&Path>,
    ) -> Result<(), Failure> {
        self.place_products();
        let name = path.map(|path| path.display().to_string()).unwrap_or_default();
        for record in index.device_records() {
            if !self.by_id.contains_key(record.id()) {
                let record = Arc::new(record.decode());
                self.keep(Advisory { file: name.clone(), record, publication: None });
            }
        }
        self.evidence.ask_index(index, &name);
        let known = self.evidence.known_exploited.as_ref();
        let catalog =
            |id: &str| known.and_then(|held| held.value.listed.get(id).copied());
        let beside: Option<Listed<'_>> = known.is_some().then_some(&catalog);
        let mut exposures = Vec::new();
        for product in &self.evidence.products {
            let judge = |sbom| exposure(sbom, index, &self.evidence.vex, beside);
            exposures.push(product.sboms.iter().map(judge).collect::<Vec<_>>());
        }
        for (product, found) in self.evidence.products.iter_mut().zip(exposures) {
            product.exposures = found;
        }
        Ok(())
    }
}

fn day(text: &str) -> Option<Day> {
    terms::date::day(text).ok()
}

/// Whether a document that is refused claims to be an SBOM.
fn is_like_sbom(bytes: &[u8]) -> bool {
    let head = bytes.get(..bytes.len().min(4096)).unwrap_or(bytes);
    let head = String::from_utf8_lossy(head);
    ["CycloneDX", "cyclonedx", "SPDX", "spdx"].iter().any(|word| head.contains(word))
}
