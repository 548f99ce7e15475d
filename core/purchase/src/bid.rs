//! One bid: the files of a bidder and those of the house about it, put where they belong.
//!
//! Two heaps of evidence are kept. What is *proven* is of the house, or measured in what was
//! delivered (an SBOM, a form); what is *shown* holds besides what the bidder says of itself
//! (its dossier, its `security.txt`, its choice of advisories), which is a claim.

use std::sync::LazyLock;

use advisory::Record;
use controls::{
    Evidence, Fit, Fitted, Held, Named, Observation, ProductEvidence, Supplier,
};
use evidence::{Class, Field, Kind, Record as Row, Scan, Value};
use mds2::Form;
use naming::Makers;
use posture::{Held as Holding, Holdings, What, catalog, derive};
use reading::text::quoted;
use reading::{Note, Place, Rejected};
use sbom::{Bom, Subject};
use supplier::dossier::{Dossier, Origin, Product};
use supplier::{Answer as Stated, Document};

use crate::answer::Answer;
use crate::cross_check::class;
use crate::duty;
use crate::event::{Bidder, Event, Tier};
use crate::exposure::{Beside, Hearing, exposure, speaks, speaks_in_bom};
use crate::no_sbom::{self, OF_FILE};
use crate::paper::{self, Paper};
use crate::recognise::{Content, Taken};

/// What makers are called, where nobody says more.
static MAKERS: LazyLock<Makers> = LazyLock::new(Makers::built_in);

/// Whether a question may have that key: one of a consideration, of a duty, of a gate, of a
/// contradiction or of a file.
fn is_asked(key: &str) -> bool {
    catalog().control(key).is_some()
        || duty::is_duty(key)
        || ["gate:", "conflict:", OF_FILE].iter().any(|kind| key.starts_with(kind))
}

/// From whom a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// From the bidder.
    Bidder,
    /// From whoever buys.
    House,
}

impl Side {
    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Bidder => "bidder",
            Self::House => "house",
        }
    }
}

/// What became of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Filed {
    /// The file, and behind `!` its name in an archive.
    pub file: String,
    /// From whom it is.
    pub side: Side,
    /// What it is, in words.
    pub kind: &'static str,
    /// What became of it.
    pub fate: Fate,
    /// What is to be said of it.
    pub notes: Vec<Note>,
}

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It was read.
    Read,
    /// Nothing reads it, with the reason.
    Unread(String),
    /// It is broken, with the fault.
    Refused(Rejected),
}

impl Fate {
    /// The word on the wire.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Unread(_) => "unread",
            Self::Refused(_) => "refused",
        }
    }
}

/// A document and from whom it is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct From<T> {
    pub(crate) side: Side,
    pub(crate) file: String,
    pub(crate) value: T,
}

/// One bid.
#[derive(Debug, Default)]
pub struct Bid {
    /// Who bids, and what is offered.
    pub bidder: Bidder,
    /// Every file, by name.
    pub files: Vec<Filed>,
    pub(crate) proven: Evidence,
    pub(crate) shown: Evidence,
    pub(crate) holdings: Holdings,
    pub(crate) scans: Vec<From<Scan>>,
    pub(crate) papers: Vec<From<Paper>>,
    pub(crate) answers: Vec<From<Answer>>,
    /// Exploited flaws that the bidder's own statements answer, and nobody has accepted.
    pub(crate) answered_by_claim: usize,
    /// Files with statements about flaws of somebody else than the maker, and who speaks.
    pub(crate) unheard: Vec<(String, String)>,
}

/// Documents on their way to where they belong.
#[derive(Default)]
struct Sorting {
    bid: Bid,
    sboms: Vec<Held<Bom>>,
    forms: Vec<Held<Form>>,
    dossiers: Vec<From<Dossier>>,
}

impl Bid {
    /// What the index says of each SBOM that is delivered or kept by the house.
    pub fn exposures(&self) -> impl Iterator<Item = &controls::Exposure> {
        self.proven.products.iter().flat_map(|product| &product.exposures)
    }

    /// A bid of these files. `house` are those that whoever buys keeps about the bidder.
    #[must_use]
    pub fn gather(
        bidder: Bidder,
        event: &Event,
        delivered: Vec<Taken>,
        house: Vec<Taken>,
        (beside, hearing): (Beside<'_>, Hearing),
    ) -> Self {
        let mut sorting = Sorting::default();
        sorting.bid.bidder = bidder;
        let of = |side| move |taken: Taken| (side, taken);
        let mut all: Vec<(Side, Taken)> =
            house.into_iter().map(of(Side::House)).collect();
        all.extend(delivered.into_iter().map(of(Side::Bidder)));
        // The same files give the same answer, in whatever order they came.
        all.sort_by(|(a, one), (b, other)| (&one.file, a).cmp(&(&other.file, b)));
        for (side, taken) in all {
            sorting.take(side, taken);
        }
        sorting.place(event);
        let mut bid = sorting.bid;
        bid.lay_beside(beside, hearing);
        bid
    }

    /// The forms that were read, but for those that are about something else than is offered.
    pub(crate) fn forms_of<'b>(
        &'b self,
        supplier: &'b Supplier<'_>,
    ) -> impl Iterator<Item = &'b Held<Form>> {
        self.shown.products.iter().flat_map(move |product| {
            let is_own =
                move |held: &&Held<Form>| !product.fit_of_form(supplier, held).is_other();
            product.forms.iter().filter(is_own)
        })
    }

    /// The SBOMs that were read, but for those that are about something else than is offered.
    pub(crate) fn sboms_of<'b>(
        &'b self,
        supplier: &'b Supplier<'_>,
    ) -> impl Iterator<Item = &'b Held<Bom>> {
        self.shown.products.iter().flat_map(move |product| {
            let is_own =
                move |held: &&Held<Bom>| !product.fit_of_sbom(supplier, held).is_other();
            product.sboms.iter().filter(is_own)
        })
    }

    /// What is said of each SBOM and form that is not of what is offered, with the file.
    pub(crate) fn misfits(
        &self,
        supplier: &Supplier<'_>,
    ) -> impl Iterator<Item = (&str, Fitted)> {
        self.shown.products.iter().flat_map(move |product| {
            let sboms = product.sboms.iter().map(move |held| {
                (held.file.as_str(), product.fit_of_sbom(supplier, held))
            });
            let forms = product.forms.iter().map(move |held| {
                (held.file.as_str(), product.fit_of_form(supplier, held))
            });
            sboms.chain(forms).filter(|(_, fitted)| fitted.fit != Fit::Same)
        })
    }

    /// The SBOMs that were read.
    pub(crate) fn sboms(&self) -> impl Iterator<Item = &Held<Bom>> {
        self.shown.products.iter().flat_map(|product| &product.sboms)
    }

    /// Whether there is a product of which no SBOM counts.
    pub(crate) fn lacks_sbom(&self) -> bool {
        self.proven.products.iter().any(|product| product.why_no_sbom().is_some())
    }

    /// What the house has beside the bids: advisories, dates, what is exploited; and what an
    /// index says of the SBOMs.
    fn lay_beside(&mut self, beside: Beside<'_>, hearing: Hearing) {
        for evidence in [&mut self.proven, &mut self.shown] {
            evidence.advisories.extend(beside.advisories.iter().cloned());
            evidence.published.extend(
                beside
                    .published
                    .into_iter()
                    .flatten()
                    .map(|(id, published)| (id.clone(), published.clone())),
            );
            evidence.known_exploited = beside.exploited.cloned();
            if let Some((index, name)) = beside.index {
                evidence.ask_index(index, name);
            }
        }
        let vex = self.shown.vex.clone();
        let makers = beside.makers.unwrap_or(&MAKERS);
        let aliases = self.aliases();
        let maker = Supplier::new(&self.bidder.name, &aliases, makers);
        self.name_who_speaks(&maker);
        if hearing == Hearing::Accepted {
            let own = vex.iter().filter(|it| speaks(&it.value.publisher, &maker).is_ok());
            self.proven.vex = own.cloned().collect();
        }
        let products = self.proven.products.iter_mut().zip(&mut self.shown.products);
        for (proven, shown) in products {
            let judged = |hearing| -> Vec<_> {
                let sboms = shown.sboms.iter();
                let heard = (hearing, &maker);
                sboms.filter_map(|it| exposure(it, &vex, beside, heard)).collect()
            };
            proven.exposures = judged(hearing);
            let open: usize = proven.exposures.iter().map(|it| it.exploited.len()).sum();
            if open > 0 && hearing == Hearing::Claims {
                let heard = judged(Hearing::Accepted);
                let still: usize = heard.iter().map(|it| it.exploited.len()).sum();
                self.answered_by_claim += open.saturating_sub(still);
            }
            shown.exposures.clone_from(&proven.exposures);
        }
    }
}

impl Bid {
    /// By which names the bidder goes, as the house knows it.
    pub(crate) fn aliases(&self) -> Vec<String> {
        let dossier = self.proven.dossier.as_ref().map(|held| &held.value);
        let mut aliases = dossier.map(|it| it.aliases.clone()).unwrap_or_default();
        aliases.extend(dossier.map(|it| it.name.clone()));
        aliases
    }

    /// Notes of each document with statements about flaws who speaks in it, where that is not
    /// the maker of what is offered.
    fn name_who_speaks(&mut self, maker: &Supplier<'_>) {
        let vex = self
            .shown
            .vex
            .iter()
            .map(|held| (held.file.clone(), speaks(&held.value.publisher, maker)));
        let sboms = self.sboms().filter(|held| !held.value.statements.is_empty());
        let sboms =
            sboms.map(|held| (held.file.clone(), speaks_in_bom(&held.value, maker)));
        let others = vex.chain(sboms);
        self.unheard =
            others.filter_map(|(file, said)| Some((file, said.err()?))).collect();
        for (file, who) in &self.unheard {
            let of = self.files.iter_mut().filter(|filed| filed.file == *file);
            for filed in of {
                filed.note(&format!(
                    "statements about flaws are said by {who}, not counted: only those of \
                     the maker of what is offered are"
                ));
            }
        }
    }
}

impl Sorting {
    fn take(&mut self, side: Side, taken: Taken) {
        let Taken { file, kind, content, notes } = taken;
        for evidence in [&mut self.bid.proven, &mut self.bid.shown] {
            evidence.delivered.insert(file.clone());
        }
        self.bid.holdings.delivered.insert(file.clone());
        let mut filed = Filed { file: file.clone(), side, kind, fate: Fate::Read, notes };
        match content {
            Content::Form(form) => self.forms.push(Held::new(file, *form)),
            Content::Sbom(bom) => {
                if !bom.lists_components() {
                    filed.note(no_sbom::EMPTY);
                }
                self.sboms.push(Held::new(file, *bom));
            }
            Content::Vex(record) => {
                self.bid.shown.vex.push(Held::new(file, *record));
            }
            Content::Scan(scan) => {
                self.bid.scans.push(From { side, file, value: *scan });
            }
            Content::Paper(paper) => {
                if paper.said.is_empty() {
                    filed.fate = Fate::Unread(paper::unread(&filed.notes));
                }
                self.bid.papers.push(From { side, file, value: *paper });
            }
            Content::Evidence(read) => {
                // What a bidder writes down about itself is its word.
                let class = (side == Side::Bidder).then_some(Class::Attested);
                let what = to_be_signed(What::from(*read));
                self.bid.holdings.add(Holding::new(file, class, what));
            }
            Content::Answers(answers) => self.answers(side, &file, answers, &mut filed),
            Content::Advisory(mut advisory) => {
                advisory.file = file;
                if side == Side::House {
                    self.bid.proven.advisories.push((*advisory).clone());
                }
                self.bid.shown.advisories.push(*advisory);
            }
            Content::Supplier(document) => {
                self.supplier(side, &file, *document, &mut filed);
            }
            Content::Kev(_) | Content::Records(_) => filed.note(match side {
                Side::Bidder => {
                    "what is known of flaws comes from whoever buys, and not from a bid"
                }
                Side::House => {
                    "what is known of flaws is the same for every bidder: give \
                     it beside the folder"
                }
            }),
            Content::Companion => {}
            Content::Unread(why) => filed.fate = Fate::Unread(why),
            Content::Refused(why) => filed.fate = Fate::Refused(why),
        }
        self.bid.files.push(filed);
    }

    /// Answers count for the bidder for whom the list was made.
    fn answers(
        &mut self,
        side: Side,
        file: &str,
        answers: Vec<Answer>,
        filed: &mut Filed,
    ) {
        let bidder = &self.bid.bidder;
        let is_own = |answer: &Answer| {
            let names = [bidder.name.as_str(), bidder.folder.as_str(), ""];
            names.iter().any(|name| name.eq_ignore_ascii_case(answer.bidder.trim()))
        };
        let (own, others): (Vec<_>, Vec<_>) = answers.into_iter().partition(is_own);
        for other in others {
            let message = "the list was made for another bidder; not used";
            filed.notes.push(Note::new(other.place, message));
        }
        for answer in own {
            let repeats = self.bid.answers.iter().find(|it| it.value.key == answer.key);
            if let Some(first) = repeats {
                let message = format!("answered already in {}; not used", first.file);
                filed.notes.push(Note::new(answer.place, message));
                continue;
            }
            if !is_asked(&answer.key) {
                let message = format!(
                    "no question has the key {}; the answer counts for nothing",
                    quoted(&answer.key)
                );
                filed.notes.push(Note::new(answer.place.clone(), message));
            } else if answer.key.starts_with(OF_FILE) {
                let message = format!("answered to {}: {}", answer.key, answer.said());
                filed.notes.push(Note::new(answer.place.clone(), message));
            }
            self.bid.answers.push(From { side, file: file.to_owned(), value: answer });
        }
    }

    fn supplier(
        &mut self,
        side: Side,
        file: &str,
        document: Document,
        filed: &mut Filed,
    ) {
        fn put<T: Clone>(
            side: Side,
            file: &str,
            value: T,
            proven: &mut Vec<Held<T>>,
            shown: &mut Vec<Held<T>>,
        ) {
            if side == Side::House {
                proven.push(Held::new(file, value.clone()));
            }
            shown.push(Held::new(file, value));
        }
        let (proven, shown) = (&mut self.bid.proven, &mut self.bid.shown);
        match document {
            Document::SecurityTxt(it) => {
                put(side, file, *it, &mut proven.security_txts, &mut shown.security_txts);
            }
            Document::Provider(it) => {
                put(side, file, *it, &mut proven.providers, &mut shown.providers);
            }
            Document::Breaches(it) => {
                put(side, file, it, &mut proven.breaches, &mut shown.breaches);
            }
            Document::Cnas(it) => {
                put(side, file, it, &mut proven.cnas, &mut shown.cnas);
            }
            Document::Fda(it) => put(side, file, it, &mut proven.fda, &mut shown.fda),
            Document::Dossier(it) => {
                let first = self.dossiers.iter().find(|held| held.side == side);
                match first {
                    Some(first) => {
                        filed.fate = Fate::Unread(format!(
                            "a second dossier beside {}",
                            first.file
                        ))
                    }
                    None => {
                        if side == Side::Bidder {
                            filed.note("a dossier from a bidder is its own word");
                        }
                        let file = file.to_owned();
                        self.dossiers.push(From { side, file, value: *it });
                    }
                }
            }
        }
    }

    /// Puts dossiers, SBOMs and forms to the products that are offered.
    fn place(&mut self, event: &Event) {
        let of = |side| {
            let held = self.dossiers.iter().find(|held| held.side == side);
            held.map(|held| Held::new(held.file.clone(), held.value.clone()))
        };
        let house = of(Side::House);
        if let Some(held) = &house {
            for holding in derive::dossier(&held.file, &held.value) {
                self.bid.holdings.held.push(holding);
            }
        }
        let own = of(Side::Bidder).map(|held| Held::new(held.file, claimed(held.value)));
        let (name, named) = self.product(house.as_ref().or(own.as_ref()));
        self.bid.bidder.product.clone_from(&name);
        let bidder = self.bid.bidder.clone();
        self.bid.holdings.held.extend(offered(&bidder, event));
        let completed = |held: Option<Held<Dossier>>| {
            let mut held = held.unwrap_or_else(|| {
                let name = bidder.name.clone();
                Held::new(EVENT, Dossier { name, ..Dossier::default() })
            });
            complete(&mut held.value, &bidder, event);
            held
        };
        let shown = completed(house.clone().or(own));
        let proven = completed(house);
        let no_sbom = no_sbom::why(&self.bid.files);
        let pairs = [(&mut self.bid.proven, proven), (&mut self.bid.shown, shown)];
        for (evidence, dossier) in pairs {
            let several = dossier.value.products.len() > 1;
            let kept = dossier.value.products.first().cloned();
            evidence.dossier = Some(dossier);
            if several {
                evidence.place_products(self.sboms.clone());
                evidence.place_forms(self.forms.clone());
            } else {
                evidence.products = vec![ProductEvidence {
                    name: name.clone(),
                    named,
                    kept,
                    sboms: self.sboms.clone(),
                    forms: self.forms.clone(),
                    ..ProductEvidence::default()
                }];
            }
            for product in &mut evidence.products {
                product.no_sbom.clone_from(&no_sbom);
            }
        }
        self.observe(&name);
    }

    /// Puts scans to what is offered. One by the bidder is its word.
    fn observe(&mut self, product: &str) {
        let seen = |held: &From<Scan>| {
            Observation::of(held.file.as_str(), product, class(held.side), &held.value)
        };
        let of = |wanted: Option<Side>| -> Vec<Observation> {
            let scans = self.bid.scans.iter();
            scans
                .filter(|it| wanted.is_none_or(|side| it.side == side))
                .map(seen)
                .collect()
        };
        let (by_house, all) = (of(Some(Side::House)), of(None));
        self.bid.proven.place_observations(by_house);
        self.bid.shown.place_observations(all);
    }

    /// What is offered: as the house says, else the dossier, the form, the SBOM. The last
    /// cannot vouch for itself.
    fn product(&self, dossier: Option<&Held<Dossier>>) -> (String, Named) {
        let said = self.bid.bidder.product.as_str();
        let kept = dossier.and_then(|held| held.value.products.first());
        let kept = kept.map_or("", |product| product.name.as_str());
        let forms = self.forms.iter().filter_map(|held| held.value.model());
        let model = forms.map(|(model, _)| model).next().unwrap_or_default();
        let bom = self.sboms.iter().map(|held| subject(&held.value)).next();
        let told = [said, kept, model].into_iter().map(str::trim);
        match told.into_iter().find(|it| !it.is_empty()) {
            Some(told) => (told.to_owned(), Named::Told),
            None => (bom.unwrap_or_default().trim().to_owned(), Named::ByBom),
        }
    }
}

/// What facts of the house about a purchase are called among documents.
const EVENT: &str = "the purchase";

impl Filed {
    fn note(&mut self, message: &str) {
        self.notes.push(Note::new(Place::Document, message));
    }
}

/// Records of contracts without the day on which they begin: before a purchase that lies
/// ahead, and what would be signed is what counts. One that ends before it begins keeps its
/// days, since it counts on none.
fn to_be_signed(what: What) -> What {
    let What::Records(records) = what else { return what };
    let signed = |record: Row| {
        if record.kind != Kind::Contract || record.ends_before_it_begins().is_some() {
            return record;
        }
        let kept = record.values().filter(|(field, _)| *field != Field::From);
        let bare = Row::new(record.kind, record.place.clone());
        kept.fold(bare, |bare, (field, value)| bare.with(field, value.clone()))
    };
    What::Records(records.into_iter().map(signed).collect())
}

/// What an SBOM describes.
fn subject(bom: &Bom) -> &str {
    match &bom.subject {
        Subject::Apart(subject) => &subject.name,
        Subject::Within(positions) => {
            let first = positions.first().and_then(|at| bom.components.get(*at));
            first.map_or("", |component| component.name.as_str())
        }
        Subject::Unstated => bom.name.as_deref().unwrap_or_default(),
    }
}

/// A dossier that came from the bidder: everything in it is the bidder's word, and what only
/// a house can say (that something was looked for, when support ends) is left out.
fn claimed(mut dossier: Dossier) -> Dossier {
    let own = Origin::Supplier;
    dossier.contacts.iter_mut().for_each(|it| it.origin = own);
    dossier.disclosures.iter_mut().for_each(|it| it.origin = own);
    dossier.memberships.iter_mut().for_each(|it| it.origin = own);
    dossier.certificates.iter_mut().for_each(|it| it.origin = own);
    dossier.covers.iter_mut().for_each(|it| it.origin = own);
    dossier.changes.iter_mut().for_each(|it| it.origin = own);
    dossier.absences.clear();
    for product in &mut dossier.products {
        product.released = None;
        product.cleared = None;
        product.networked = Stated::Unstated;
        product.used_until = None;
        product.support_ends = None;
        product.announced = None;
    }
    dossier
}

/// Puts what the purchase says to a dossier that does not say it.
fn complete(dossier: &mut Dossier, bidder: &Bidder, event: &Event) {
    if dossier.products.is_empty() {
        dossier.products.push(Product {
            name: bidder.product.clone(),
            models: Vec::new(),
            version: String::new(),
            released: None,
            cleared: None,
            clearance: String::new(),
            networked: Stated::Unstated,
            used_until: None,
            support_ends: None,
            announced: None,
            place: Place::Document,
        });
    }
    let is_alone = dossier.products.len() == 1;
    for product in &mut dossier.products {
        if product.version.is_empty() && is_alone {
            product.version.clone_from(&bidder.version);
        }
        product.used_until = product.used_until.or(event.used_until);
        if product.networked == Stated::Unstated {
            product.networked = match event.tier {
                Tier::Standalone => Stated::No,
                Tier::LifeSustaining | Tier::PatientData | Tier::Networked => Stated::Yes,
            };
        }
    }
}

/// The product that is offered, as a record of the house.
fn offered(bidder: &Bidder, event: &Event) -> Option<Holding> {
    if bidder.product.is_empty() {
        return None;
    }
    let text = |text: &str| Value::Text(text.to_owned());
    let connectable = match event.tier {
        Tier::Standalone => Value::No,
        Tier::LifeSustaining | Tier::PatientData | Tier::Networked => Value::Yes,
    };
    let record = Row::new(Kind::Product, Place::Document)
        .with(Field::Product, text(&bidder.product))
        .with(Field::Supplier, text(&bidder.name))
        .with(Field::Connectable, connectable);
    let what = What::Records(vec![record]);
    Some(Holding::new(EVENT.to_owned(), Some(Class::Documented), what))
}

/// VEX of a bid, for whoever compares it with something else.
pub(crate) fn statements(bid: &Bid) -> &[Held<Record>] {
    &bid.shown.vex
}
