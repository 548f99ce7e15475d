//! Bidders side by side, worked out from the originals and kept in memory as long as nothing
//! changed on which it rests.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use ::purchase::{
    Beside, Bid, Event, Hearing, Judged, Profile, Setting, Taken, judge, recognise,
};
use controls::baseline::Baseline;
use controls::supplier_history::Advisory;
use lifecycle::Catalog;
use rayon::prelude::*;
use serde::Serialize;
use store::{Bidder, GateOverride, Noun, Purchase, PurchaseFile, Scope};
use terms::Day;

use super::told::{self, GateTold, Judgement};
use super::{PurchaseError, Side, house};
use crate::aside::{CutShort, aside};
use crate::judging::Advisories;
use crate::life_cycle::catalog;
use crate::posture::forgotten_names;
use crate::supplier::makers;
use crate::{Actor, App, Permission};

/// With what the names of a bidder's files begin, so that none is taken for one of the house.
const BID: &str = "bid/";
/// With what the names of files begin that the house puts to a bid.
const OWN: &str = "house/files/";
/// What the index in use is called among grounds.
const INDEX: &str = "advisories in use";
/// Comparisons that are kept in memory.
const KEPT: usize = 16;

/// What changes a comparison besides the index and the day.
const NOUNS: [Noun; 13] = [
    Noun::Purchase,
    Noun::Organisation,
    Noun::Supplier,
    Noun::SupplierEntry,
    Noun::MakerQuestion,
    Noun::Evidence,
    Noun::Mds2Form,
    Noun::Product,
    Noun::Release,
    Noun::Bill,
    Noun::Vex,
    Noun::Acceptance,
    Noun::LifeCycleTable,
];

/// Comparisons, by top organisation and purchase.
#[derive(Clone, Debug, Default)]
pub(crate) struct Comparisons(Arc<Mutex<BTreeMap<(i64, i64), Known>>>);

#[derive(Clone, Debug)]
struct Known {
    as_of: AsOf,
    compared: Arc<Compared>,
}

/// Of which moment something is that was worked out of bids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct AsOf {
    seq: i64,
    generation: Option<i64>,
    day: String,
}

impl AsOf {
    /// Of now.
    pub(super) async fn now(app: &App, head: i64) -> Result<Self, PurchaseError> {
        let seq = app.store.newest_change(head).await?;
        let generation = app.advisories().await?.map(|known| known.generation);
        Ok(Self { seq, generation, day: app.today() })
    }

    /// Whether nothing changed since on which bids rest.
    pub(super) async fn is_as(
        &self,
        app: &App,
        head: i64,
        now: &Self,
    ) -> Result<bool, PurchaseError> {
        Ok(self.generation == now.generation
            && self.day == now.day
            && (self.seq == now.seq
                || !app.store.has_changed(head, self.seq, &NOUNS).await?))
    }
}

/// A purchase with its bidders side by side.
#[derive(Clone, Debug)]
pub struct Compared {
    /// The purchase.
    pub purchase: Purchase,
    /// The day of which it is told.
    pub day: String,
    /// The generation of the index by which it is judged; none where there is none.
    pub generation: Option<i64>,
    /// What is asked: its name and version.
    pub profile: (String, String),
    /// The gates that are asked of a device of this tier: id and title.
    pub gates: Vec<(String, String)>,
    /// Who bids, in the order in which they were added.
    pub bids: Vec<Bidding>,
    /// Files of bids, those taken out too.
    pub files: Vec<PurchaseFile>,
    /// What this is, in one number: whoever decides has seen the same.
    pub digest: String,
}

/// One bid, judged.
#[derive(Clone, Debug)]
pub struct Bidding {
    /// Who bids.
    pub bidder: Bidder,
    /// The product: as the house says, else its files.
    pub product: String,
    /// What has to be proven before anything is bought.
    pub gates: Vec<Gated>,
    /// All the rest.
    pub judgement: Judgement,
    /// What ends of its dossier that the house keeps, the earliest first.
    pub ends: Vec<Ending>,
}

/// Something of a dossier that ends: a membership, a certificate, a cover.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// What.
    pub what: String,
    /// Its last day.
    pub on: String,
}

/// A gate, and whether somebody overrides it.
#[derive(Clone, Debug, Serialize)]
pub struct Gated {
    /// The gate.
    #[serde(flatten)]
    pub gate: GateTold,
    /// Whether it keeps from buying.
    pub blocks: bool,
    /// The override that holds.
    #[serde(skip)]
    pub by_override: Option<GateOverride>,
}

impl Bidding {
    /// Whether any gate keeps from buying.
    #[must_use]
    pub fn is_blocked(&self) -> bool {
        self.gates.iter().any(|it| it.blocks)
    }

    /// What the bidder is to be asked, as it is exported.
    #[must_use]
    pub fn questions(&self) -> Vec<::purchase::question::Question> {
        use ::purchase::question::{Question, Weight};
        let weight = |word: &str| {
            [Weight::Gate, Weight::Contradiction, Weight::NotMet]
                .into_iter()
                .find(|weight| weight.word() == word)
                .unwrap_or(Weight::Open)
        };
        let asked = self.judgement.questions.iter().map(|it| Question {
            key: it.key.clone(),
            weight: weight(it.weight),
            about: it.about.clone(),
            asks: it.question.clone(),
            why: it.why.clone(),
        });
        asked.collect()
    }
}

impl Compared {
    /// The file that a ground names; none where it is no file of a bid.
    #[must_use]
    pub fn file_of(&self, bidder: i64, document: &str) -> Option<&PurchaseFile> {
        self.files.iter().find(|it| {
            it.bidder == bidder && it.removed.is_none() && name_of(it) == document
        })
    }
}

/// What a file of a bid is called among grounds.
#[must_use]
pub fn name_of(file: &PurchaseFile) -> String {
    let before = if file.side == Side::House.word() { OWN } else { BID };
    format!("{before}{}", file.name)
}

/// Bidders side by side.
///
/// # Errors
/// When the actor sees no such purchase, the database fails or the index cannot be read.
pub async fn compare(
    app: &App,
    by: &Actor,
    id: i64,
) -> Result<Arc<Compared>, PurchaseError> {
    // Whether the actor sees it is asked each time; what is kept is the same for all who do.
    let purchase = app.store.purchase(&by.scope(Permission::ViewPurchases), id).await?;
    let head = by.head;
    let key = (head, purchase.id);
    let as_of = AsOf::now(app, head).await?;
    let known = app.comparisons.lock().get(&key).cloned();
    if let Some(known) = known
        && known.as_of.is_as(app, head, &as_of).await?
    {
        return Ok(known.compared);
    }
    let compared = Arc::new(worked_out(app, head, purchase, None).await?);
    let mut kept = app.comparisons.lock();
    if kept.len() >= KEPT && !kept.contains_key(&key) {
        // The one that was worked out longest ago.
        let oldest = kept.iter().min_by_key(|(_, known)| known.as_of.seq);
        if let Some(oldest) = oldest.map(|(key, _)| *key) {
            kept.remove(&oldest);
        }
    }
    kept.insert(key, Known { as_of, compared: Arc::clone(&compared) });
    Ok(compared)
}

/// One bidder of a purchase, of which nobody asks but the house itself.
pub(super) async fn of_one(
    app: &App,
    head: i64,
    purchase: Purchase,
    bidder: i64,
) -> Result<Compared, PurchaseError> {
    worked_out(app, head, purchase, Some(bidder)).await
}

impl Comparisons {
    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<(i64, i64), Known>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A bid on its way to be judged.
struct Laid {
    bidder: Bidder,
    house: Vec<Taken>,
    files: Vec<(String, Side, Vec<u8>)>,
    ends: Vec<Ending>,
}

/// A bid that was judged.
struct Held {
    bidder: Bidder,
    bid: Bid,
    judged: Judged,
    ends: Vec<Ending>,
}

/// All bidders, or the one of that number.
async fn worked_out(
    app: &App,
    head: i64,
    purchase: Purchase,
    bidder: Option<i64>,
) -> Result<Compared, PurchaseError> {
    let advisories = app.advisories().await?;
    // The purchase was shown to be the actor's to see.
    let whole = Scope::whole(head);
    let all = app.store.purchase_bidders(&whole, purchase.id).await?;
    let files = app.store.purchase_files(&whole, purchase.id).await?;
    let overrides = app.store.gate_overrides(&whole, purchase.id).await?;
    let gathered = house::gather(app, head, &purchase).await?;
    let mut laid = Vec::new();
    let is_judged = |one: &Bidder| {
        one.left_out.is_none() && bidder.is_none_or(|bidder| bidder == one.id)
    };
    for bidder in all.into_iter().filter(is_judged) {
        let of = (&purchase, &gathered);
        let house = house::of_bidder(app, head, of, &bidder).await?;
        let own = files.iter();
        let own = own.filter(|it| it.bidder == bidder.id && it.removed.is_none());
        let mut delivered = Vec::new();
        for file in own {
            let bytes = app.store.bytes_of(&whole, file.original).await?;
            let side = match file.side == Side::House.word() {
                true => Side::House,
                false => Side::Bidder,
            };
            delivered.push((name_of(file), side, bytes));
        }
        let ends = house::ends(&gathered, &bidder);
        laid.push(Laid { bidder, house, files: delivered, ends });
    }
    let day = app.today();
    let today = terms::date::day(&day)
        .map_err(|_| PurchaseError::Wrong("day", "none that is known"))?;
    let profile = match purchase.said.profile.as_str() {
        "" => Profile::standard().clone(),
        text => Profile::parse(text.as_bytes()).map_err(PurchaseError::Profile)?,
    };
    let event = event(&purchase);
    let generation = advisories.as_ref().map(|known| known.generation);
    let (_, life_cycles) = catalog::<PurchaseError>(app, head).await?;
    let reader = app.readers.acquire().await.map_err(|_| CutShort)?;
    let (profile, bids) = aside(move || {
        let known = (advisories.as_deref(), &*life_cycles);
        let judged = judged(laid, (&event, &profile), today, known);
        (profile, judged)
    })
    .await?;
    drop(reader);
    let bids = bids?.into_iter().map(|it| bidding(it, &overrides, &day)).collect();
    let gates = profile.gates.iter().map(|it| (it.id.clone(), it.title.clone()));
    let mut compared = Compared {
        gates: gates.collect(),
        profile: (profile.name.clone(), profile.version.clone()),
        purchase,
        day,
        generation,
        bids,
        files,
        digest: String::new(),
    };
    let asked: Vec<&str> =
        compared.bids.iter().flat_map(|it| &it.gates).map(|it| &*it.gate.id).collect();
    let gates = compared.gates.iter().filter(|it| asked.contains(&it.0.as_str()));
    let gates = gates.cloned().collect();
    compared.gates = gates;
    compared.digest = digest(&compared)?;
    Ok(compared)
}

/// What was compared, in one number.
fn digest(compared: &Compared) -> Result<String, PurchaseError> {
    let mut hasher = blake3::Hasher::new();
    let mut add = |text: String| {
        hasher.update(text.as_bytes());
        hasher.update(b"\0");
    };
    let written = |error: serde_json::Error| PurchaseError::Unwritable(error.to_string());
    add(format!("{}|{}", compared.purchase.id, compared.purchase.revision));
    for bid in &compared.bids {
        add(format!("{}|{}", bid.bidder.id, bid.is_blocked()));
        add(serde_json::to_string(&bid.gates).map_err(written)?);
        add(serde_json::to_string(&bid.judgement).map_err(written)?);
    }
    Ok(hasher.finalize().to_hex().to_string())
}

fn event(purchase: &Purchase) -> Event {
    let said = &purchase.said;
    let until = said.used_until.as_deref();
    Event {
        title: said.title.clone(),
        // A word that is not known asks the most.
        tier: super::tier(&said.tier).unwrap_or(::purchase::Tier::LifeSustaining),
        used_until: until.and_then(|day| terms::date::day(day).ok()),
        bidders: Vec::new(),
    }
}

/// Every bid, each by its own files and those of the house.
fn judged(
    laid: Vec<Laid>,
    (event, profile): (&Event, &Profile),
    today: Day,
    (advisories, lifecycle): (Option<&Advisories>, &Catalog),
) -> Result<Vec<Held>, PurchaseError> {
    let index = match advisories {
        None => None,
        Some(known) => {
            Some(known.file.index().map_err(crate::judging::JudgingError::Index)?)
        }
    };
    let records = advisories.map(|known| known.records.as_slice()).unwrap_or_default();
    let records: Vec<Advisory> = records
        .iter()
        .map(|record| Advisory {
            file: format!("advisories/{}", record.id),
            record: Arc::clone(record),
            publication: None,
        })
        .collect();
    let beside = Beside {
        index: index.as_ref().map(|index| (index, INDEX)),
        makers: Some(makers()),
        advisories: &records,
        ..Beside::default()
    };
    let missing = PurchaseError::Wrong("baseline", "none that can be read");
    let baseline = Baseline::built_in().ok_or(missing)?;
    let setting = Setting {
        event,
        profile,
        makers: makers(),
        baseline: &baseline,
        lifecycle,
        today,
    };
    let names = forgotten_names();
    let one = |Laid { bidder, mut house, files, ends }: Laid| {
        let mut delivered = Vec::new();
        for (name, side, bytes) in files {
            let taken = recognise(&name, &bytes, &names);
            match side {
                Side::House => house.push(taken),
                Side::Bidder => delivered.push(taken),
            }
        }
        let who = ::purchase::event::Bidder {
            folder: bidder.name.clone(),
            name: bidder.name.clone(),
            product: bidder.product.clone(),
            version: bidder.version.clone(),
        };
        let bid = Bid::gather(who, event, delivered, house, (beside, Hearing::Claims));
        let judged = judge(&bid, setting);
        Held { bidder, bid, judged, ends }
    };
    Ok(laid.into_par_iter().map(one).collect())
}

fn bidding(held: Held, overrides: &[GateOverride], day: &str) -> Bidding {
    let Held { bidder, bid, judged, ends } = held;
    let gates = judged.gates.iter().map(|gate| {
        let standing = gate.standing.word();
        let by_override = overrides.iter().find(|it| {
            it.bidder == bidder.id && it.gate == gate.id && holds(it, standing, day)
        });
        Gated {
            blocks: gate.standing.is_blocking() && by_override.is_none(),
            gate: told::gate(gate),
            by_override: by_override.filter(|_| gate.standing.is_blocking()).cloned(),
        }
    });
    Bidding {
        gates: gates.collect(),
        judgement: Judgement::of(&judged, &bid),
        product: bid.bidder.product.clone(),
        bidder,
        ends,
    }
}

/// Whether an override holds on a day over a gate that stands so: one of what nobody could prove
/// holds no more once it is known not to be so.
fn holds(one: &GateOverride, standing: &str, day: &str) -> bool {
    let is_worse = one.standing == "unproven" && standing == "closed";
    one.approved.is_some()
        && one.ended.is_none()
        && one.last_day.as_str() >= day
        && !is_worse
}
