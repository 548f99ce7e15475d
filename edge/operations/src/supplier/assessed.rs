//! The verdict of each supplier, kept in memory and never older than the database.
//!
//! Before an answer the newest change of the top organisation is read. Where nothing changed on
//! which a verdict rests, what is known is given; else the rows are read in a fixed number of
//! statements, and those suppliers alone are judged anew of which something differs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use controls::baseline::Baseline;
use controls::{Evidence, Measures, Vetted, vet};
use lifecycle::Catalog;
use store::{
    Acceptance, Bill, Delivered, Documented, MakerDelivery, MakerQuestion, Mds2Form,
    Noun, Outcome, Product, Release, Scope, SupplierEntry, Vex, Withdrawn,
};
use terms::Day;

use super::entry::dossier;
use super::evidence::{self, Documents, Of, Sbom};
use super::{SupplierError, within};
use crate::aside::aside;
use crate::called::maker as called;
use crate::judging::Advisories;
use crate::life_cycle::catalog;
use crate::maker::{flag_of, is_same};
use crate::{Actor, App, Permission};

/// A supplier, and what the evidence says of it.
#[derive(Debug)]
pub struct Assessed {
    /// The supplier.
    pub supplier: store::Supplier,
    /// What is kept about it, and lists of everybody that its organisation has.
    pub entries: Vec<SupplierEntry>,
    /// What it was asked and what it answered, by the organisation of the dossier.
    pub answers: Vec<MakerQuestion>,
    /// The verdict.
    pub vetted: Vetted,
    /// Of which day.
    pub day: String,
    /// What it was measured against; none where the figures cannot be read.
    pub baseline: Baseline,
    /// The products that were looked at.
    pub products: Vec<Seen>,
    /// What ends, the earliest first.
    pub ends: Vec<Ending>,
    /// What the supplier shows of itself, and others keep about it, by the name of its document.
    pub(crate) shown: Vec<(String, Arc<::supplier::Document>)>,
    /// The names of its documents: proofs are among them.
    pub(crate) proofs: Vec<String>,
}

/// A product that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Its name.
    pub name: String,
    /// How many SBOMs in force it has.
    pub sboms: usize,
    /// The releases that these describe, by number and version.
    pub releases: Vec<(i64, String)>,
    /// How many components these list.
    pub components: usize,
    /// How many known flaws affect these; none where no index is in use.
    pub affected: Option<usize>,
    /// How many exploited flaws are open in them.
    pub exploited: usize,
}

/// Something that ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// What.
    pub what: String,
    /// When.
    pub on: Day,
    /// By which entry.
    pub entry: i64,
}

/// The verdicts of this node, by top organisation.
#[derive(Clone, Debug, Default)]
pub(crate) struct Assessments(Arc<Mutex<BTreeMap<i64, Arc<tokio::sync::Mutex<State>>>>>);

impl Assessments {
    fn of(&self, head: i64) -> Arc<tokio::sync::Mutex<State>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(all.entry(head).or_default())
    }
}

/// What is known of the suppliers of one top organisation.
#[derive(Debug, Default)]
struct State {
    /// The change that this is as new as; none before the first.
    seq: Option<i64>,
    generation: Option<i64>,
    day: String,
    known: BTreeMap<i64, (blake3::Hash, Arc<Assessed>)>,
    documents: Documents,
}

/// On what a verdict rests.
const NOUNS: [Noun; 12] = [
    Noun::Supplier,
    Noun::SupplierEntry,
    Noun::Organisation,
    Noun::Product,
    Noun::Release,
    Noun::Bill,
    Noun::Vex,
    Noun::Acceptance,
    Noun::MakerDelivery,
    Noun::MakerQuestion,
    Noun::Mds2Form,
    Noun::LifeCycleTable,
];

/// The suppliers that whoever asks may see, by name, each with its verdict; and whether an index
/// of advisories is in use.
///
/// # Errors
/// When the database fails or the index cannot be read.
pub async fn assessed(
    app: &App,
    by: &Actor,
) -> Result<(Vec<Arc<Assessed>>, Option<Arc<Advisories>>), SupplierError> {
    let scope = by.scope(Permission::ViewSuppliers);
    let advisories = app.advisories().await?;
    if scope.roots().is_empty() {
        return Ok((Vec::new(), advisories));
    }
    let state = app.suppliers.of(by.head);
    let mut state = state.lock().await;
    refresh(app, by.head, &mut state, advisories.clone()).await?;
    let all = state.known.values().map(|(_, one)| Arc::clone(one));
    let mut seen: Vec<_> = all.filter(|one| scope.admits(&one.supplier.path)).collect();
    seen.sort_by(|one, other| {
        let key = |one: &Assessed| (one.supplier.name.to_lowercase(), one.supplier.id);
        key(one).cmp(&key(other))
    });
    Ok((seen, advisories))
}

/// The suppliers of a top organisation, for work that the house does by itself.
///
/// # Errors
/// When the database fails or the index cannot be read.
pub(crate) async fn everywhere(
    app: &App,
    head: i64,
) -> Result<Vec<Arc<Assessed>>, SupplierError> {
    let advisories = app.advisories().await?;
    let state = app.suppliers.of(head);
    let mut state = state.lock().await;
    refresh(app, head, &mut state, advisories).await?;
    Ok(state.known.values().map(|(_, one)| Arc::clone(one)).collect())
}

/// The dossier of a supplier, as its entries say it.
pub(crate) fn kept_dossier(one: &Assessed) -> ::supplier::dossier::Dossier {
    let own = one.entries.iter().filter(|entry| entry.supplier != 0);
    dossier(&one.supplier.name, own)
}

/// One of them.
///
/// # Errors
/// When there is none for whoever asks, the database fails or the index cannot be read.
pub async fn one(
    app: &App,
    by: &Actor,
    id: i64,
) -> Result<(Arc<Assessed>, Option<Arc<Advisories>>), SupplierError> {
    let (all, advisories) = assessed(app, by).await?;
    let found = all.into_iter().find(|one| one.supplier.id == id);
    let absent = || store::StoreError::Absent { noun: "supplier", id: id.to_string() };
    Ok((found.ok_or_else(absent)?, advisories))
}

/// A maker of products or devices of whom nobody keeps a dossier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unkept {
    /// The name, as it is written most often.
    pub name: String,
    /// How many devices of it are there.
    pub devices: usize,
    /// How many products are known by documents.
    pub products: usize,
}

/// Makers of what the house has of whom nobody keeps a dossier that whoever asks sees, those
/// with most devices first.
///
/// # Errors
/// When the database fails or the index cannot be read.
pub async fn unkept(app: &App, by: &Actor) -> Result<Vec<Unkept>, SupplierError> {
    let (kept, _) = assessed(app, by).await?;
    let kept: BTreeSet<Vec<String>> = kept
        .iter()
        .flat_map(|one| std::iter::once(one.supplier.name.clone()).chain(one.aliases()))
        .map(|name| called(&name).words.clone())
        .collect();
    let scope = by.scope(Permission::ViewDevices);
    // How many devices and products there are, by how the maker is written.
    let mut written: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for one in app.store.products(&scope).await? {
        written.entry(one.product.maker).or_default().1 += 1;
    }
    let seen = crate::fleet::builds_seen(app, by).await?;
    for one in app.store.builds(by.head).await?.iter() {
        if let Some(devices) = seen.get(&one.id) {
            let count = written.entry(one.build.maker.clone()).or_default();
            count.0 += usize::try_from(*devices).unwrap_or_default();
        }
    }
    let mut found: BTreeMap<Vec<String>, Vec<Way>> = BTreeMap::new();
    for (name, counts) in written {
        let key = called(&name).words.clone();
        if !key.is_empty() && !kept.contains(&key) {
            found.entry(key).or_default().push((name.trim().to_owned(), counts));
        }
    }
    let mut unkept: Vec<Unkept> = found.values().filter_map(|it| named(it)).collect();
    unkept.sort_by(|one, other| {
        let key = |one: &Unkept| (usize::MAX - one.devices, usize::MAX - one.products);
        (key(one), &one.name).cmp(&(key(other), &other.name))
    });
    Ok(unkept)
}

/// A way in which a maker is written, with how many devices and products are written so.
type Way = (String, (usize, usize));

/// One maker, by all the ways in which it is written.
fn named(ways: &[Way]) -> Option<Unkept> {
    // The same name in capitals is shouted; of two others the more frequent one.
    let is_shouted = |name: &str| name.chars().all(|c| !c.is_lowercase());
    let (name, _) = ways
        .iter()
        .max_by_key(|(name, counts)| (!is_shouted(name), counts.0 + counts.1))?;
    Some(Unkept {
        name: name.clone(),
        devices: ways.iter().map(|(_, counts)| counts.0).sum(),
        products: ways.iter().map(|(_, counts)| counts.1).sum(),
    })
}

async fn refresh(
    app: &App,
    head: i64,
    state: &mut State,
    advisories: Option<Arc<Advisories>>,
) -> Result<(), SupplierError> {
    let newest = app.store.newest_change(head).await?;
    let generation = advisories.as_ref().map(|known| known.generation);
    let day = app.today();
    let is_of_now = state.generation == generation && state.day == day;
    if let Some(seq) = state.seq.filter(|_| is_of_now) {
        if seq == newest {
            return Ok(());
        }
        if !app.store.has_changed(head, seq, &NOUNS).await? {
            state.seq = Some(newest);
            return Ok(());
        }
    }
    let (table, life_cycles) = catalog::<SupplierError>(app, head).await?;
    let rows = rows(app, head).await?;
    let there: BTreeSet<i64> = rows.iter().map(|of| of.supplier.id).collect();
    state.known.retain(|id, _| there.contains(id));
    let mut stale = Vec::new();
    for of in rows {
        let key = of.key(&day, (generation, table));
        match state.known.get(&of.supplier.id) {
            Some((known, _)) if *known == key => {}
            _ => stale.push((key, of)),
        }
    }
    judge(app, head, state, stale, (&day, advisories, life_cycles)).await?;
    (state.seq, state.generation, state.day) = (Some(newest), generation, day);
    Ok(())
}

/// Judges suppliers anew. What is known of everybody is put together once.
async fn judge(
    app: &App,
    head: i64,
    state: &mut State,
    stale: Vec<(blake3::Hash, Of)>,
    (day, advisories, life_cycles): (&str, Option<Arc<Advisories>>, Arc<Catalog>),
) -> Result<(), SupplierError> {
    if stale.is_empty() {
        return Ok(());
    }
    let known = advisories.clone();
    let mut base = aside(move || evidence::of_everybody(known.as_deref())).await?;
    for (key, of) in stale {
        evidence::read_documents(app, head, &of, &mut state.documents).await?;
        let delivered = evidence::fetch(app, head, &of).await?;
        let (known, day) = (advisories.clone(), day.to_owned());
        let life_cycles = Arc::clone(&life_cycles);
        let documents = std::mem::take(&mut state.documents);
        let done = aside(move || {
            let put =
                evidence::put(&mut base, &of, &documents, delivered, known.as_deref());
            let judged = put.map(|replaced| {
                let judged = of.judged(&base, &documents, &life_cycles, day);
                replaced.restore(&mut base);
                judged
            });
            (base, documents, judged)
        });
        let (evidence, documents, judged) = done.await?;
        (base, state.documents) = (evidence, documents);
        if let Some(judged) = judged? {
            state.known.insert(judged.supplier.id, (key, Arc::new(judged)));
        }
    }
    Ok(())
}

impl Of {
    /// On what the verdict rests, in one number.
    fn key(
        &self,
        day: &str,
        (generation, table): (Option<i64>, Option<i64>),
    ) -> blake3::Hash {
        let mut text = format!("{day}|{generation:?}|{table:?}|{}", self.supplier.name);
        for one in &self.entries {
            text.push_str(&format!("|e{}:{}:{:?}", one.id, one.origin, one.confirmed));
        }
        for one in &self.sboms {
            let (bill, spoken) = (one.bill.id, one.is_spoken_of);
            text.push_str(&format!("|b{bill}:{spoken}:{}", one.product));
        }
        for one in &self.bare {
            text.push_str(&format!("|p{one}"));
        }
        for (product, one) in &self.forms {
            text.push_str(&format!("|m{}:{product}", one.id));
        }
        for one in &self.vex {
            text.push_str(&format!("|v{}", one.id));
        }
        for one in &self.answers {
            text.push_str(&format!("|a{}:{:?}:{:?}", one.id, one.said, one.answered));
        }
        blake3::hash(text.as_bytes())
    }

    /// The verdict by the evidence; none where the figures of all makers or the day cannot be
    /// read, which tests rule out.
    fn judged(
        self,
        evidence: &Evidence,
        documents: &Documents,
        life_cycles: &Catalog,
        day: String,
    ) -> Option<Assessed> {
        let (today, baseline) = (terms::date::day(&day).ok()?, Baseline::built_in()?);
        let supplier =
            evidence::is_of(&self.supplier.name, &Self::aliases(&self.entries));
        let measures = Measures { baseline: &baseline, life_cycles };
        let vetted = vet(&supplier, evidence, measures, today);
        let products = evidence.products.iter().filter(|one| !one.name.is_empty());
        let products = products
            .map(|one| Seen {
                name: one.name.clone(),
                sboms: one.sboms.len(),
                releases: one
                    .sboms
                    .iter()
                    .filter_map(|it| evidence::release_of(&it.file))
                    .collect(),
                components: one.sboms.iter().map(|it| it.value.components.len()).sum(),
                affected: match one.exposures.is_empty() {
                    true => None,
                    false => Some(one.exposures.iter().map(|it| it.affected).sum()),
                },
                exploited: one.exposures.iter().map(|it| it.exploited.len()).sum(),
            })
            .collect();
        let ends = evidence::ends(&self, documents).into_iter();
        let ends = ends.map(|(what, on, entry)| Ending { what, on, entry }).collect();
        let (shown, proofs) = (self.shown(documents), self.proofs());
        Some(Assessed {
            supplier: self.supplier,
            entries: self.entries,
            answers: self.answers,
            vetted,
            day,
            baseline,
            products,
            ends,
            shown,
            proofs,
        })
    }
}

/// Everything on which verdicts of a top organisation rest, as rows.
struct Rows {
    entries: Vec<SupplierEntry>,
    places: BTreeMap<i64, store::Path>,
    products: Vec<Documented>,
    releases: Vec<(Product, Release)>,
    bills: Vec<Bill>,
    vex: Vec<Vex>,
    accepted: Vec<Acceptance>,
    by_makers: Vec<MakerDelivery>,
    forms: Vec<Mds2Form>,
    questions: Vec<MakerQuestion>,
}

/// What hangs on each supplier of a top organisation: a fixed number of statements, however many
/// suppliers there are.
async fn rows(app: &App, head: i64) -> Result<Vec<Of>, SupplierError> {
    let (store, whole) = (&app.store, Scope::whole(head));
    let suppliers = store.suppliers(&whole).await?;
    if suppliers.is_empty() {
        return Ok(Vec::new());
    }
    let mut accepted = store.acceptances_within(&whole).await?;
    accepted.retain(|one| one.ended.is_none());
    let tree = store.organisations(&whole).await?.into_iter();
    let rows = Rows {
        entries: store.supplier_entries(&whole, Withdrawn::Without).await?,
        places: tree.map(|one| (one.id, one.path)).collect(),
        products: store.products(&whole).await?,
        releases: store.releases_within(&whole).await?,
        bills: store.bills_within(&whole).await?,
        vex: store.vex_within(&whole).await?,
        accepted,
        by_makers: store.maker_deliveries(&whole).await?,
        forms: store.mds2_forms(&whole).await?,
        questions: store.maker_questions(&whole).await?,
    };
    Ok(suppliers.into_iter().map(|supplier| rows.of(supplier)).collect())
}

impl Rows {
    fn of(&self, supplier: store::Supplier) -> Of {
        let is_kept = |one: &&SupplierEntry| {
            one.organisation == supplier.organisation
                && (one.supplier == supplier.id || one.supplier == 0)
        };
        let entries: Vec<SupplierEntry> =
            self.entries.iter().filter(is_kept).cloned().collect();
        let names = Of::aliases(&entries);
        let products = self.products(&supplier, &names);
        let sboms = self.sboms(&products);
        let with: BTreeSet<&str> = sboms.iter().map(|one| one.product.as_str()).collect();
        let forms = self.forms(&products);
        let bare = products.values().map(|one| one.name.clone());
        let bare = bare.filter(|name| !with.contains(name.as_str())).collect();
        let is_heard =
            |one: &&Vex| products.contains_key(&one.product) && !self.is_claim(one);
        let vex = self.vex.iter().filter(is_heard).cloned().collect();
        let is_answer = |one: &&MakerQuestion| {
            one.organisation == supplier.organisation
                && flag_of(&one.about).is_some()
                && is_called(&supplier, &names, &one.maker)
        };
        let answers = self.questions.iter().filter(is_answer).cloned().collect();
        Of { entries, sboms, bare, forms, vex, answers, supplier }
    }

    /// The products of a supplier that its organisation and those below it know.
    fn products(
        &self,
        supplier: &store::Supplier,
        names: &[String],
    ) -> BTreeMap<i64, &Product> {
        let is_within = within(supplier);
        let likeness = evidence::is_of(&supplier.name, names);
        let products = self.products.iter().map(|one| &one.product);
        let own = products.filter(|product| {
            self.places.get(&product.organisation).is_some_and(&is_within)
                && likeness.is(&product.maker)
        });
        own.map(|product| (product.id, product)).collect()
    }

    /// The bills in force of some products.
    fn sboms(&self, products: &BTreeMap<i64, &Product>) -> Vec<Sbom> {
        let releases: BTreeMap<i64, (&Product, &str)> = self
            .releases
            .iter()
            .filter_map(|(product, release)| {
                let product = products.get(&product.id)?;
                Some((release.id, (*product, release.version.as_str())))
            })
            .collect();
        let in_force = self.bills.iter().filter(|bill| bill.replaced.is_none());
        let sbom = |bill: &Bill| {
            let (product, version) = releases.get(&bill.release)?;
            Some(Sbom {
                product: product.name.clone(),
                version: (*version).to_owned(),
                is_spoken_of: self.accepted.iter().any(|one| one.product == product.id),
                bill: bill.clone(),
            })
        };
        in_force.filter_map(sbom).collect()
    }

    /// The forms in force of some products.
    fn forms(&self, products: &BTreeMap<i64, &Product>) -> Vec<(String, Mds2Form)> {
        let in_force = self.forms.iter().filter(|one| one.is_in_force());
        let of = |one: &Mds2Form| {
            let product = products.get(&one.product?)?;
            Some((product.name.clone(), one.clone()))
        };
        in_force.filter_map(of).collect()
    }

    /// Whether a document with statements came through a guest and nobody of the house has taken
    /// anything of it: it speaks for nothing.
    fn is_claim(&self, one: &Vex) -> bool {
        let through = self.by_makers.iter().any(|delivery| {
            delivery.noun == Delivered::Vex
                && delivery.document == one.id
                && delivery.outcome != Some(Outcome::Taken)
        });
        through && !self.accepted.iter().any(|it| it.original == one.original)
    }
}

/// Whether a maker, as a guest answers for it, is the supplier: by its name, or a further one
/// that somebody of the house gave it.
pub(crate) fn is_called(
    supplier: &store::Supplier,
    aliases: &[String],
    maker: &str,
) -> bool {
    is_same(&supplier.name, maker) || aliases.iter().any(|alias| is_same(alias, maker))
}
