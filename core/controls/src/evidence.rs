//! What is at hand about one supplier, whichever files it came in.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use advisory::index::Index;
use advisory::{Record, Source};
use mds2::Form;
use naming::text::Text;
use naming::{Maker, MakerMatch, Makers};
use sbom::{Bom, Subject};
use supplier::breaches::BreachReport;
use supplier::cna::CnaList;
use supplier::dossier::{Dossier, Product};
use supplier::fda::FdaAnswer;
use supplier::provider::ProviderMetadata;
use supplier::security_txt::SecurityTxt;
use terms::Day;

use crate::finding::Class;
use crate::fit::Fit;
use crate::supplier_history::Advisory;
use crate::{Exposure, Observation};

/// A document that was read, and the file that it came in.
#[derive(Clone, Debug, PartialEq)]
pub struct Held<T> {
    /// The file, and behind `!` its name in an archive.
    pub file: String,
    /// What was read.
    pub value: T,
}

impl<T> Held<T> {
    /// A document of a file.
    pub fn new(file: impl Into<String>, value: T) -> Self {
        Self { file: file.into(), value }
    }
}

/// When a CVE was published, and by which record.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Published {
    /// The day.
    pub day: Day,
    /// The document.
    pub document: String,
}

/// What a catalog of known exploited vulnerabilities (KEV) says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnownExploited {
    /// CVEs with the day on which they were listed. Of an index, those alone that some
    /// advisory at hand names.
    pub listed: BTreeMap<String, Option<Day>>,
    /// How many entries the catalog has.
    pub entries: usize,
    /// The newest day in it.
    pub newest: Option<Day>,
}

/// What the supplier answered to the question of a red flag: a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// The id of the flag.
    pub flag: String,
    /// About which product; empty where it is about the supplier.
    pub product: String,
    /// What it says, in a sentence without a full stop.
    pub text: String,
    /// When.
    pub on: Option<Day>,
}

/// Everything that is at hand about one supplier.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    /// What the house keeps.
    pub dossier: Option<Held<Dossier>>,
    /// Names of all files that were delivered, whatever is in them: proofs are among them.
    pub delivered: BTreeSet<String>,
    /// `security.txt`.
    pub security_txts: Vec<Held<SecurityTxt>>,
    /// Metadata of CSAF providers.
    pub providers: Vec<Held<ProviderMetadata>>,
    /// Exports of the breach portal.
    pub breaches: Vec<Held<BreachReport>>,
    /// Lists of CVE numbering authorities.
    pub cnas: Vec<Held<CnaList>>,
    /// Answers of openFDA.
    pub fda: Vec<Held<FdaAnswer>>,
    /// VEX documents.
    pub vex: Vec<Held<Record>>,
    /// Advisories of everybody; whose they are is found out here.
    pub advisories: Vec<Advisory>,
    /// When CVEs were published.
    pub published: BTreeMap<String, Published>,
    /// What is exploited in the wild; `None` where no catalog is at hand.
    pub known_exploited: Option<Held<KnownExploited>>,
    /// What the supplier answered; it stands beside a verdict and changes none.
    pub answers: Vec<Answered>,
    /// The products, each with what is at hand about it.
    pub products: Vec<ProductEvidence>,
}

/// What is at hand about one product.
#[derive(Clone, Debug, Default)]
pub struct ProductEvidence {
    /// Its name; empty where no product is known.
    pub name: String,
    /// Who says that it is this product.
    pub named: Named,
    /// What the dossier says of it.
    pub kept: Option<Product>,
    /// Its SBOMs.
    pub sboms: Vec<Held<Bom>>,
    /// Why none of the files that were given is an SBOM of it; empty where nothing was given.
    pub no_sbom: String,
    /// Its MDS2 forms.
    pub forms: Vec<Held<Form>>,
    /// What was found when these were judged against an index of advisories.
    pub exposures: Vec<Exposure>,
    /// What scanners saw of devices of it.
    pub observations: Vec<Observation>,
}

/// Who says of which product evidence is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Named {
    /// The house, the supplier, or an SBOM of which nothing else is asked.
    #[default]
    Told,
    /// An SBOM alone, where somebody should have said what is offered: it cannot vouch for
    /// itself.
    ByBom,
}

impl Evidence {
    /// Asks an index of that name what it knows of the CVEs in the advisories at hand: when
    /// they were published, and which are exploited. What is known already stays.
    pub fn ask_index(&mut self, index: &Index<'_>, name: &str) {
        let mut listed = BTreeMap::new();
        let records = self.advisories.iter().map(|advisory| &advisory.record);
        let ids =
            records.flat_map(|record| &record.vulnerabilities).flat_map(|it| &it.ids);
        for id in ids {
            if let Some(listing) = index.kev(id) {
                let added = terms::date::day(&listing.entry.added).ok();
                listed.insert(id.clone(), added);
            }
            if self.published.contains_key(id) {
                continue;
            }
            if let Some(day) = published(index, id) {
                let published = Published { day, document: name.to_owned() };
                self.published.insert(id.clone(), published);
            }
        }
        let catalog = index.counts().listed;
        match &mut self.known_exploited {
            // Asked before, about other advisories.
            Some(known) if known.file == name => known.value.listed.extend(listed),
            Some(_) => {}
            None if catalog.entries > 0 => {
                let entries = usize::try_from(catalog.entries).unwrap_or(usize::MAX);
                let newest = catalog.newest.get(..10);
                let newest = newest.and_then(|day| terms::date::day(day).ok());
                let value = KnownExploited { listed, entries, newest };
                self.known_exploited = Some(Held::new(name, value));
            }
            None => {}
        }
    }

    /// Puts SBOMs to the products of the dossier that they name. One that names none is a
    /// product of its own; without any there is one product without a name, so that what is
    /// missing is asked.
    pub fn place_products(&mut self, sboms: Vec<Held<Bom>>) {
        let kept = self.dossier.iter().flat_map(|held| &held.value.products);
        let mut products: Vec<ProductEvidence> = kept
            .map(|product| ProductEvidence {
                name: product.name.clone(),
                kept: Some(product.clone()),
                ..ProductEvidence::default()
            })
            .collect();
        for sbom in sboms {
            let named = products.iter_mut().find(|product| product.is_of(&sbom.value));
            match named {
                Some(product) => product.sboms.push(sbom),
                None => products.push(ProductEvidence {
                    name: subject_name(&sbom),
                    sboms: vec![sbom],
                    ..ProductEvidence::default()
                }),
            }
        }
        if products.is_empty() {
            products.push(ProductEvidence::default());
        }
        self.products = products;
    }
}

impl Evidence {
    /// Puts forms to the products that they name by model or description; one that names
    /// none of them is of a product of its own. Products must have been placed.
    pub fn place_forms(&mut self, forms: Vec<Held<Form>>) {
        for form in forms {
            let stated = [form.value.model(), form.value.description()];
            let words = stated.map(|it| it.map_or("", |(text, _)| text)).join(" ");
            let named = self.products.iter().position(|it| it.is_named_in(&words));
            let nameless = || self.products.iter().position(|it| it.name.is_empty());
            match named.or_else(nameless).and_then(|at| self.products.get_mut(at)) {
                Some(product) => product.forms.push(form),
                None => self.products.push(ProductEvidence {
                    name: match form.value.model() {
                        Some((model, _)) => model.to_owned(),
                        None => form.file.clone(),
                    },
                    forms: vec![form],
                    ..ProductEvidence::default()
                }),
            }
        }
    }
}

impl Evidence {
    /// Puts scans to the product that is said with them, or to every one that the name of their
    /// file or of their host names; what only a name says is no more than a claim. That there is
    /// one product alone says nothing: were another one forgotten, its scan would count for this
    /// one. Gives back the files of those of which nobody can tell it. Products must have been
    /// placed.
    pub fn place_observations(&mut self, seen: Vec<Observation>) -> Vec<String> {
        let mut unplaced = Vec::new();
        for one in seen {
            let hosts = one.host.iter().flat_map(|host| &host.names).map(String::as_str);
            let file = one.file.rsplit(['/', '!']).next().unwrap_or_default();
            let words: Vec<&str> = std::iter::once(file).chain(hosts).collect();
            let (said, words) = (one.product.trim(), words.join(" "));
            let mut is_placed = false;
            for product in &mut self.products {
                let class = match said {
                    "" if product.is_named_in(&words) => Class::Attested,
                    "" => continue,
                    said if product.is_called(said) => one.class,
                    _ => continue,
                };
                product.observations.push(Observation { class, ..one.clone() });
                is_placed = true;
            }
            if !is_placed {
                unplaced.push(one.file);
            }
        }
        unplaced
    }
}

/// When a CVE was published, as its own record says, else NVD's.
fn published(index: &Index<'_>, id: &str) -> Option<Day> {
    let vulnerability = index.vulnerability(id)?;
    let own = |source| {
        let mut of = vulnerability.records().filter(move |it| it.source() == source);
        of.find(|record| record.id() == id)
    };
    let record = own(Source::Cve).or_else(|| own(Source::Nvd))?;
    Some(terms::date::instant(record.published()).ok()?.day())
}

impl ProductEvidence {
    /// Why no SBOM of it counts: which file was given in its place and what is wrong with it,
    /// else that none was given. None where one lists components.
    #[must_use]
    pub fn why_no_sbom(&self) -> Option<String> {
        if self.sboms.iter().any(|held| held.value.lists_components()) {
            return None;
        }
        Some(match (self.sboms.first(), self.no_sbom.as_str()) {
            (Some(held), _) => format!("{}: the SBOM lists no components", held.file),
            (None, "") => "no SBOM was given".to_owned(),
            (None, why) => why.to_owned(),
        })
    }

    /// The same, and where one lists components, why none of those is of this product of a
    /// supplier.
    #[must_use]
    pub fn why_no_sbom_of_it(&self, supplier: &Supplier<'_>) -> Option<(Fit, String)> {
        if let Some(why) = self.why_no_sbom() {
            return Some((Fit::Other, why));
        }
        let whole = self.sboms.iter().filter(|held| held.value.lists_components());
        let best = whole.map(|held| self.fit_of_sbom(supplier, held));
        let best = best.min_by_key(|it| it.fit)?;
        (!best.counts()).then_some((best.fit, best.why))
    }

    /// Whether an SBOM names the product: all words of its name, or of one of its models,
    /// stand in what the SBOM says that it describes.
    fn is_of(&self, bom: &Bom) -> bool {
        let Some(kept) = &self.kept else { return false };
        let subject = match &bom.subject {
            Subject::Apart(subject) => subject.name.as_str(),
            Subject::Within(positions) => positions
                .first()
                .and_then(|at| bom.components.get(*at))
                .map_or("", |component| component.name.as_str()),
            Subject::Unstated => "",
        };
        let text = Text::read(&[bom.name.as_deref().unwrap_or_default(), subject]);
        let names = std::iter::once(&kept.name).chain(&kept.models);
        names.into_iter().any(|name| text.says(name))
    }

    /// Whether a text names the product, by its name or one of its models.
    #[must_use]
    pub fn is_named_in(&self, text: &str) -> bool {
        let text = Text::read(&[text]);
        self.names().any(|name| text.says(name))
    }

    /// Whether a name is one of its own, and not that of something of which it is a part
    /// (`Infusomat Space` is no `Infusomat`).
    fn is_called(&self, name: &str) -> bool {
        let said = Text::read(&[name]);
        self.names().any(|own| said.says(own) && Text::read(&[own]).says(name))
    }

    /// Its name, and its models.
    fn names(&self) -> impl Iterator<Item = &String> {
        let models = self.kept.iter().flat_map(|kept| &kept.models);
        std::iter::once(&self.name).chain(models)
    }
}

fn subject_name(sbom: &Held<Bom>) -> String {
    let own = match &sbom.value.subject {
        Subject::Apart(subject) => subject.name.trim(),
        Subject::Within(_) | Subject::Unstated => "",
    };
    let name = [own, sbom.value.name.as_deref().unwrap_or_default().trim()];
    let name = name.into_iter().find(|name| !name.is_empty());
    name.unwrap_or(&sbom.file).to_owned()
}

/// Whether a name is the supplier's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Likeness {
    /// It is, by the data of names or but for legal form and case.
    Own(MakerMatch),
    /// It may be: spelt alike, or of a company that belongs or once belonged to it.
    Perhaps(MakerMatch),
    /// It is another's.
    Other,
}

/// The supplier, and how its name is told from others.
#[derive(Debug)]
pub struct Supplier<'m> {
    name: String,
    makers: &'m Makers,
    names: Vec<Maker>,
    /// Lists of others name the same firm many times.
    seen: RefCell<BTreeMap<String, Likeness>>,
}

impl<'m> Supplier<'m> {
    /// A supplier of a name, with the further names that a dossier gives.
    #[must_use]
    pub fn new(name: &str, aliases: &[String], makers: &'m Makers) -> Self {
        let names = std::iter::once(name).chain(aliases.iter().map(String::as_str));
        let names = names.map(|name| makers.read(name)).filter(|name| !name.is_empty());
        Self {
            name: name.to_owned(),
            makers,
            names: names.collect(),
            seen: RefCell::default(),
        }
    }

    /// The name by which it was asked for.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether a name, as somebody wrote it, is the supplier's.
    #[must_use]
    pub fn likeness(&self, written: &str) -> Likeness {
        if let Some(known) = self.seen.borrow().get(written) {
            return *known;
        }
        let likeness = self.compare(written);
        self.seen.borrow_mut().insert(written.to_owned(), likeness);
        likeness
    }

    fn compare(&self, written: &str) -> Likeness {
        let other = self.makers.read(written);
        let matches =
            self.names.iter().filter_map(|own| self.makers.compare(own, &other));
        match matches.min() {
            Some(sure @ (MakerMatch::Exact | MakerMatch::Alias)) => Likeness::Own(sure),
            Some(other) => Likeness::Perhaps(other),
            None => Likeness::Other,
        }
    }

    /// Whether a name is surely the supplier's.
    #[must_use]
    pub fn is(&self, written: &str) -> bool {
        matches!(self.likeness(written), Likeness::Own(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dirty_names_are_told_apart_and_what_is_doubtful_is_not_counted() {
        #[track_caller]
        fn check(own: &str, aliases: &[&str], written: &str, expected: &str) {
            let makers = Makers::built_in();
            let aliases: Vec<String> =
                aliases.iter().map(|&name| name.to_owned()).collect();
            let found = match Supplier::new(own, &aliases, &makers).likeness(written) {
                Likeness::Own(_) => "own",
                Likeness::Perhaps(_) => "perhaps",
                Likeness::Other => "other",
            };
            assert_eq!(found, expected, "{own} {written}");
        }

        check("Philips", &[], "Phillips", "own");
        check("GE HealthCare", &[], "General Electric (GE)", "own");
        check("GE HealthCare", &[], "Silex Technology and GE Healthcare", "own");
        check("BD", &[], "Becton, Dickinson and Company (BD)", "own");
        check("B. Braun Melsungen AG", &[], "B. Braun Medical", "own");
        check("Baxter", &[], "Hillrom", "perhaps");
        check("Baxter", &["Hillrom"], "Hillrom", "own");
        check("Acme Pumps", &[], "Acme Pump", "perhaps");
        check("Philips", &[], "Medtronic", "other");
        check("Philips", &[], "", "other");
        check("", &[], "Philips", "other");
    }
}
