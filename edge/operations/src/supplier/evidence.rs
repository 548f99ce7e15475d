//! What is at hand about a supplier, gathered for its verdict: its dossier, documents, the SBOMs
//! and statements of its products, its answers, and what the index in use says.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use advisory::Record;
use advisory::index::Index;
use controls::supplier_history::Advisory;
use controls::{Answered, Class, Evidence, Held, Observation, ProductEvidence};
use evidence::Scan;
use store::{Bill, MakerQuestion, MakerSaid, Mds2Form, SupplierEntry, Vex};
use supplier::Document;

use super::document::recognised;
use super::entry::{EntryKind, day_of, dossier};
use super::{SupplierError, makers};
use crate::aside::{CutShort, aside};
use crate::bills;
use crate::judging::{Advisories, JudgingError};
use crate::statement::{Accepted, accepted};
use crate::{App, maker};

/// What the dossier is called among grounds; a place in it names an entry.
pub const DOSSIER: &str = "dossier";
/// With what the names of documents of a dossier begin; the number of the original follows.
pub const DOCUMENTS: &str = "documents/";
/// With what the names of SBOMs begin; the number of the release follows.
pub const SBOMS: &str = "releases/";
/// With what the names of MDS2 forms begin; the number of the form follows.
pub const FORMS: &str = "mds2/";
/// What the index in use is called among grounds.
const INDEX: &str = "advisories in use";

/// A document of a dossier is called so among grounds.
pub(crate) fn document_name(original: i64, name: &str) -> String {
    format!("{DOCUMENTS}{original}/{name}")
}

/// The release that a name of an SBOM tells, with its version.
pub(super) fn release_of(file: &str) -> Option<(i64, String)> {
    let (release, version) = file.strip_prefix(SBOMS)?.split_once('/')?;
    Some((release.parse().ok()?, version.to_owned()))
}

/// What was read of a document; a clone shares it.
#[derive(Clone, Debug)]
pub(crate) enum Read {
    /// What a supplier shows of itself, or others keep about it.
    Supplier(Arc<Document>),
    /// An advisory of its own.
    Advisory(Arc<Advisory>),
    /// Statements about its products.
    Vex(Arc<Record>),
    /// What it discloses of a product.
    Form(Arc<mds2::Form>),
    /// What a scanner saw of a device of it.
    Scan(Arc<Scan>),
    /// Nothing that is read.
    Nothing,
}

impl Read {
    pub(crate) fn supplier(document: Document) -> Self {
        Self::Supplier(Arc::new(document))
    }
}

/// Documents that were read, by original: these never change.
pub(super) type Documents = BTreeMap<i64, Read>;

/// A bill in force of a product of a supplier.
#[derive(Clone, Debug)]
pub(super) struct Sbom {
    pub(super) product: String,
    pub(super) version: String,
    pub(super) bill: Bill,
    /// Whether statements about its release were accepted.
    pub(super) is_spoken_of: bool,
}

/// What hangs on one supplier, as rows.
#[derive(Clone, Debug)]
pub(super) struct Of {
    pub(super) supplier: store::Supplier,
    pub(super) entries: Vec<SupplierEntry>,
    pub(super) sboms: Vec<Sbom>,
    /// Products of the house without a bill in force.
    pub(super) bare: BTreeSet<String>,
    /// MDS2 forms in force, each with the name of its product.
    pub(super) forms: Vec<(String, Mds2Form)>,
    pub(super) vex: Vec<Vex>,
    pub(super) answers: Vec<MakerQuestion>,
}

impl Of {
    /// The further names of the supplier.
    pub(super) fn aliases(entries: &[SupplierEntry]) -> Vec<String> {
        let aliases = entries.iter().filter(|one| one.kind == EntryKind::Alias.word());
        aliases.filter_map(|one| one.fields.get("name").cloned()).collect()
    }

    /// What stands in the documents that count, but for lists of everybody.
    pub(super) fn shown(&self, documents: &Documents) -> Vec<(String, Arc<Document>)> {
        let own = self.documents().filter(|one| one.supplier != 0);
        let own = own.filter_map(|one| one.document.as_ref());
        own.filter_map(|one| match documents.get(&one.original)? {
            Read::Supplier(read) => {
                Some((document_name(one.original, &one.name), Arc::clone(read)))
            }
            Read::Advisory(_)
            | Read::Vex(_)
            | Read::Form(_)
            | Read::Scan(_)
            | Read::Nothing => None,
        })
        .collect()
    }

    /// The names of the documents of its entries, whatever is in them.
    pub(super) fn proofs(&self) -> Vec<String> {
        let documents = self.entries.iter().filter_map(|one| one.document.as_ref());
        documents.map(|one| document_name(one.original, &one.name)).collect()
    }

    /// Documents that count: what a guest brought waits for somebody of the house.
    fn documents(&self) -> impl Iterator<Item = &SupplierEntry> {
        let is_read =
            |one: &&SupplierEntry| one.kind == EntryKind::Document.word() && !one.waits();
        self.entries.iter().filter(is_read)
    }
}

/// The advisories of everybody, and what the index knows of their CVEs.
pub(super) fn of_everybody(advisories: Option<&Advisories>) -> Evidence {
    let mut evidence = Evidence::default();
    let Some(known) = advisories else { return evidence };
    let advisory = |record: &Arc<Record>| Advisory {
        file: format!("advisories/{}", record.id),
        record: Arc::clone(record),
        publication: None,
    };
    evidence.advisories = known.records.iter().map(advisory).collect();
    if let Ok(index) = known.file.index() {
        evidence.ask_index(&index, INDEX);
    }
    evidence
}

/// Reads the documents that are not read yet: of entries, and with statements.
pub(super) async fn read_documents(
    app: &App,
    head: i64,
    of: &Of,
    documents: &mut Documents,
) -> Result<(), SupplierError> {
    let scope = store::Scope::whole(head);
    let entries = of.documents().filter_map(|one| one.document.as_ref());
    let entries = entries.map(|one| (one.original, one.name.clone(), Takes::Any));
    let vex = of.vex.iter().map(|one| (one.original, one.title.clone(), Takes::Vex));
    let forms =
        of.forms.iter().map(|(_, one)| (one.original, one.file.clone(), Takes::Form));
    for (original, name, takes) in entries.chain(vex).chain(forms) {
        if documents.contains_key(&original) {
            continue;
        }
        let bytes = app.store.bytes_of(&scope, original).await?;
        let reader = app.readers.acquire().await.map_err(|_| CutShort)?;
        let read = aside(move || match takes {
            Takes::Any => recognised(&bytes, &document_name(original, &name))
                .map_or(Read::Nothing, |found| found.read),
            Takes::Vex => match advisory::parse(&bytes).map(|parsed| parsed.value) {
                Ok(advisory::Document::Record(record)) => Read::Vex(Arc::new(*record)),
                _ => Read::Nothing,
            },
            Takes::Form => mds2::parse(&bytes)
                .map_or(Read::Nothing, |parsed| Read::Form(Arc::new(parsed.value))),
        })
        .await?;
        drop(reader);
        documents.insert(original, read);
    }
    Ok(())
}

#[derive(Clone, Copy)]
enum Takes {
    Any,
    Vex,
    Form,
}

/// A bill of a supplier with its bytes, and what of its release is accepted.
pub(super) struct Delivered {
    sbom: Sbom,
    bytes: Vec<u8>,
    accepted: Accepted,
}

/// Fetches the bills of a supplier.
pub(super) async fn fetch(
    app: &App,
    head: i64,
    of: &Of,
) -> Result<Vec<Delivered>, SupplierError> {
    let scope = store::Scope::whole(head);
    let mut delivered = Vec::new();
    for sbom in &of.sboms {
        let bytes = app.store.bytes_of(&scope, sbom.bill.original).await?;
        let accepted = match sbom.is_spoken_of {
            true => accepted(app, head, sbom.bill.release).await?,
            false => Accepted::default(),
        };
        delivered.push(Delivered { sbom: sbom.clone(), bytes, accepted });
    }
    Ok(delivered)
}

/// Puts what is known of one supplier into the evidence, in the place of what was known of
/// another. Gives the advisories that its own documents took the place of.
pub(super) fn put(
    evidence: &mut Evidence,
    of: &Of,
    documents: &Documents,
    delivered: Vec<Delivered>,
    advisories: Option<&Advisories>,
) -> Result<Replaced, SupplierError> {
    let all = of.entries.iter().filter(|one| one.supplier != 0);
    let kept = dossier(&of.supplier.name, all);
    evidence.delivered = of
        .entries
        .iter()
        .filter_map(|one| one.document.as_ref())
        .map(|one| document_name(one.original, &one.name))
        .collect();
    evidence.security_txts.clear();
    evidence.providers.clear();
    evidence.breaches.clear();
    evidence.cnas.clear();
    evidence.fda.clear();
    let (mut own, mut seen) = (Vec::new(), Vec::new());
    for entry in of.documents() {
        let Some(one) = entry.document.as_ref() else { continue };
        let file = document_name(one.original, &one.name);
        match documents.get(&one.original) {
            Some(Read::Supplier(read)) => hold(evidence, &file, read),
            Some(Read::Advisory(read)) => own.push(Advisory { file, ..(**read).clone() }),
            Some(Read::Scan(scan)) => {
                // Of which product it is, somebody says or its name does: a claim.
                let product = entry.fields.get("product").map_or("", String::as_str);
                seen.push(Observation::of(file, product, Class::Attested, scan));
            }
            Some(Read::Vex(_) | Read::Form(_) | Read::Nothing) | None => {}
        }
    }
    evidence.vex = of
        .vex
        .iter()
        .filter_map(|one| match documents.get(&one.original)? {
            Read::Vex(record) => {
                let file = format!("statements/{}/{}", one.id, one.title);
                Some(Held::new(file, (**record).clone()))
            }
            _ => None,
        })
        .collect();
    evidence.answers = of.answers.iter().filter_map(answered).collect();
    evidence.products = kept
        .products
        .iter()
        .map(|product| ProductEvidence {
            name: product.name.clone(),
            kept: Some(product.clone()),
            ..ProductEvidence::default()
        })
        .collect();
    evidence.dossier = Some(Held::new(DOSSIER, kept));
    let replaced = Replaced::put(evidence, own);
    products(evidence, of, delivered, advisories)?;
    forms(evidence, of, documents);
    // One of which nobody can tell of which product it is, compares nothing.
    evidence.place_observations(seen);
    if let Some(known) = advisories
        && replaced.is_any()
        && let Ok(index) = known.file.index()
    {
        evidence.ask_index(&index, INDEX);
    }
    Ok(replaced)
}

fn hold(evidence: &mut Evidence, file: &str, document: &Document) {
    match document {
        Document::SecurityTxt(read) => {
            evidence.security_txts.push(Held::new(file, (**read).clone()));
        }
        Document::Provider(read) => {
            evidence.providers.push(Held::new(file, (**read).clone()));
        }
        Document::Breaches(read) => evidence.breaches.push(Held::new(file, read.clone())),
        Document::Cnas(read) => evidence.cnas.push(Held::new(file, read.clone())),
        Document::Fda(read) => evidence.fda.push(Held::new(file, read.clone())),
        // Its entries stand for it.
        Document::Dossier(_) => {}
    }
}

/// What the supplier answered to the question of a flag.
fn answered(one: &MakerQuestion) -> Option<Answered> {
    let said = match one.said? {
        MakerSaid::Yes => "yes",
        MakerSaid::No => "no",
        MakerSaid::NotKnown => "we do not know yet",
        MakerSaid::Told => "",
    };
    let text = match (said, one.note.trim()) {
        ("", note) => note.to_owned(),
        (said, "") => said.to_owned(),
        (said, note) => format!("{said}: {note}"),
    };
    let on = one.answered.as_deref().and_then(|at| at.get(..10));
    Some(Answered {
        flag: maker::flag_of(&one.about)?.to_owned(),
        product: one.product.clone(),
        text: text.trim_end_matches('.').to_owned(),
        on: on.and_then(|day| terms::date::day(day).ok()),
    })
}

/// Puts bills to products: those of the dossier that they name, else one of their own.
fn products(
    evidence: &mut Evidence,
    of: &Of,
    delivered: Vec<Delivered>,
    advisories: Option<&Advisories>,
) -> Result<(), SupplierError> {
    let index = match advisories {
        None => None,
        Some(known) => Some(known.file.index().map_err(JudgingError::Index)?),
    };
    for one in delivered {
        // It was read when it came; one that is not read any more says nothing.
        let Ok(parsed) = sbom::parse(&one.bytes) else { continue };
        let file = format!("{SBOMS}{}/{}", one.sbom.bill.release, one.sbom.version);
        let held = Held::new(file, parsed.value);
        let exposure = exposed(&held, one.accepted, index.as_ref());
        to_product(&mut evidence.products, &one.sbom.product, |product| {
            product.exposures.extend(exposure);
            product.sboms.push(held);
        });
    }
    for name in &of.bare {
        to_product(&mut evidence.products, name, |_| {});
    }
    if evidence.products.is_empty() {
        evidence.products.push(ProductEvidence::default());
    }
    Ok(())
}

/// Puts forms to the products of which a person said that they are.
fn forms(evidence: &mut Evidence, of: &Of, documents: &Documents) {
    for (product, one) in &of.forms {
        let Some(Read::Form(form)) = documents.get(&one.original) else { continue };
        let held = Held::new(format!("{FORMS}{}/{}", one.id, one.file), (**form).clone());
        to_product(&mut evidence.products, product, |product| product.forms.push(held));
    }
}

fn exposed(
    held: &Held<sbom::Bom>,
    accepted: Accepted,
    index: Option<&Index<'_>>,
) -> Option<controls::Exposure> {
    Some(bills::exposed(held, accepted, index?))
}

/// Adds to the product that is meant by a name of the house; one that nobody named is a new one.
fn to_product(
    products: &mut Vec<ProductEvidence>,
    name: &str,
    add: impl FnOnce(&mut ProductEvidence),
) {
    let is_it = |one: &&mut ProductEvidence| {
        one.name.eq_ignore_ascii_case(name)
            || (one.kept.is_some() && one.is_named_in(name))
    };
    match products.iter_mut().find(is_it) {
        Some(product) => add(product),
        None => {
            let mut product =
                ProductEvidence { name: name.to_owned(), ..ProductEvidence::default() };
            add(&mut product);
            products.push(product);
        }
    }
}

/// The advisories of everybody that a supplier's own documents took the place of.
pub(super) struct Replaced {
    swapped: Vec<(usize, Advisory)>,
    whole: usize,
    own: usize,
}

impl Replaced {
    /// Of two editions of one advisory the newer one counts; as new as the other, its document
    /// tells more.
    fn put(evidence: &mut Evidence, own: Vec<Advisory>) -> Self {
        let mut replaced = Self {
            swapped: Vec::new(),
            whole: evidence.advisories.len(),
            own: own.len(),
        };
        for advisory in own {
            let mut known = evidence.advisories.iter_mut().enumerate();
            match known.find(|(_, one)| one.record.id == advisory.record.id) {
                Some((_, one)) if one.record.modified > advisory.record.modified => {}
                Some((at, one)) => {
                    replaced.swapped.push((at, std::mem::replace(one, advisory)));
                }
                None => evidence.advisories.push(advisory),
            }
        }
        replaced
    }

    fn is_any(&self) -> bool {
        self.own > 0
    }

    /// Puts back what was there.
    pub(super) fn restore(self, evidence: &mut Evidence) {
        for (at, advisory) in self.swapped.into_iter().rev() {
            if let Some(place) = evidence.advisories.get_mut(at) {
                *place = advisory;
            }
        }
        evidence.advisories.truncate(self.whole);
    }
}

/// Days that end something: what it is, and when.
pub(super) fn ends(of: &Of, documents: &Documents) -> Vec<(String, terms::Day, i64)> {
    let mut ends = Vec::new();
    for entry in &of.entries {
        let named = |field: &str| entry.fields.get(field).cloned().unwrap_or_default();
        let (what, field) = match EntryKind::from_word(&entry.kind) {
            Some(EntryKind::Membership) => {
                (format!("membership of {}", named("isao")), "until")
            }
            Some(EntryKind::Certificate) => (named("scheme"), "expires"),
            Some(EntryKind::Cover) => {
                (format!("insurance, {}", named("cover")), "expires")
            }
            Some(EntryKind::Product) => {
                (format!("support of {}", named("product")), "support_ends")
            }
            _ => continue,
        };
        ends.extend(day_of(&entry.fields, field).map(|day| (what, day, entry.id)));
    }
    for entry in of.documents() {
        let Some(document) = &entry.document else { continue };
        let Some(Read::Supplier(read)) = documents.get(&document.original) else {
            continue;
        };
        if let Document::SecurityTxt(file) = &**read
            && let Some((expires, _)) = &file.expires
        {
            ends.push(("security.txt".to_owned(), expires.day(), entry.id));
        }
    }
    ends.sort_by(|one, other| (one.1, &one.0).cmp(&(other.1, &other.0)));
    ends
}

/// Whether a product of that maker is the supplier's.
pub(super) fn is_of(name: &str, aliases: &[String]) -> controls::Supplier<'static> {
    controls::Supplier::new(name, aliases, makers())
}
