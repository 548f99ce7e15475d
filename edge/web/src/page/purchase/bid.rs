//! One bid: its gates, what each consideration rests on, what contradicts what, what is open,
//! and its files.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use operations::purchase::{
    Asked, Bidding, Compared, Contradicted, FileTold, FlawTold, Gated, Ground, Judgement,
    Owed, compare, may_keep, name_of,
};
use operations::{Actor, Permission};
use serde::Serialize;
use store::{GateOverride, PurchaseFile};

use super::{HOME, gate_mark, is_asked, number, verdict};
use crate::House;
use crate::access::By;
use crate::clock::Shown;
use crate::face::{Face, Show};
use crate::mark::Mark;
use crate::page::supplier::day;
use crate::problem::Problem;
use crate::words::{self, counted};

#[derive(Template, Serialize)]
#[template(path = "purchase/bid.html")]
struct Page<'a> {
    sentence: String,
    purchase: i64,
    #[serde(skip)]
    title: String,
    id: i64,
    name: &'a str,
    product: &'a str,
    version: &'a str,
    supplier: Option<i64>,
    /// Where the dossier is; none for who may not see it.
    #[serde(skip)]
    dossier: Option<String>,
    blocked: bool,
    gates: Vec<Gate<'a>>,
    #[serde(flatten)]
    judgement: &'a Judgement,
    /// The files as they were delivered.
    originals: Vec<File>,
    #[serde(skip)]
    considered: Vec<Line<'a>>,
    #[serde(skip)]
    contradicted: Vec<Conflict<'a>>,
    #[serde(skip)]
    owed: Vec<Line<'a>>,
    #[serde(skip)]
    unfiled: Vec<&'a FileTold>,
    #[serde(skip)]
    acts: Option<Acts>,
    #[serde(skip)]
    token: String,
}

#[derive(Serialize)]
struct Gate<'a> {
    id: &'a str,
    title: &'a str,
    tells: &'static str,
    isaos: &'a [String],
    standing: &'static str,
    blocks: bool,
    why: &'a str,
    grounds: &'a [Ground],
    ask: &'a str,
    /// The override that holds, or is asked for.
    overrides: Vec<Override>,
    #[serde(skip)]
    mark: Mark,
    #[serde(skip)]
    shown: Vec<Shows<'a>>,
}

impl Gate<'_> {
    /// Whether an override may be asked for: none waits.
    fn may_ask(&self) -> bool {
        self.blocks && self.overrides.iter().all(|it| it.approved.is_some())
    }
}

#[derive(Serialize)]
struct Override {
    id: i64,
    reason: String,
    last_day: String,
    asked: Shown,
    asked_by: String,
    approved: Option<Shown>,
    approved_by: Option<String>,
    /// Whether it holds today, over how the gate stands.
    holds: bool,
    #[serde(skip)]
    last_day_shown: String,
    /// Where it is approved; none for who may not.
    #[serde(skip)]
    approval: Option<String>,
}

/// A fact with where it leads.
struct Shows<'a> {
    fact: &'a Ground,
    /// Where the file is; empty where it is no file of the bid.
    address: String,
}

struct Line<'a> {
    id: &'a str,
    title: &'a str,
    mark: Mark,
    why: &'a str,
    shown: Vec<Shows<'a>>,
    ask: &'a str,
}

struct Conflict<'a> {
    found: &'a Contradicted,
    shown: Vec<Shows<'a>>,
}

/// A file as it was delivered, and what became of it.
#[derive(Serialize)]
struct File {
    id: i64,
    name: String,
    from: String,
    sha256: String,
    bytes: i64,
    received: Shown,
    kind: &'static str,
    fate: &'static str,
    why: String,
    notes: Vec<String>,
    #[serde(skip)]
    size: String,
}

struct Acts {
    token: String,
}

impl Show for Page<'_> {
    fn title(&self) -> String {
        format!("{}: {}", self.name, self.title)
    }
}

impl Page<'_> {
    /// How many flaws are known, in words.
    fn about_flaws(&self) -> String {
        let all = &self.judgement.flaws;
        let flaws = counted(all.len(), "is open or in doubt", "are open or in doubt");
        match all.iter().filter(|it| it.exploited).count() {
            0 => flaws,
            some => format!("{flaws}, {some} exploited in the wild"),
        }
    }

    fn flaw_mark(&self, flaw: &FlawTold) -> Mark {
        Mark::of_word(flaw.verdict)
    }
}

/// `GET /purchases/{purchase}/bidders/{bidder}`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path((purchase, bidder)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let id = number("purchase", &purchase)?;
    let compared = compare(&house.app, &by, id).await?;
    let who = number("bidder", &bidder)?;
    let found = compared.bids.iter().find(|it| it.bidder.id == who);
    let bid = found.ok_or_else(|| Problem::not_found("bidder", &bidder))?;
    let keeps = may_keep(&by, &compared.purchase) && compared.purchase.ended.is_none();
    let overrides = Overrides::of(&house, &by, &face, &compared, who).await?;
    let lead = |grounds| shown(&compared, who, grounds);
    let judgement = &bid.judgement;
    let considered = judgement.considerations.iter().filter(|it| is_asked(it.verdict));
    let contradicted = judgement.contradictions.iter();
    let originals = originals(&face, &compared, who, &judgement.files);
    let is_unfiled = |it: &&FileTold| {
        let mut own = compared.files.iter().filter(|file| file.bidder == who);
        !own.any(|file| name_of(file) == it.file)
    };
    face.show(&Page {
        sentence: sentence(bid),
        purchase: id,
        title: compared.purchase.said.title.clone(),
        id: who,
        name: &bid.bidder.name,
        product: &bid.product,
        version: &bid.bidder.version,
        supplier: bid.bidder.supplier,
        dossier: bid
            .bidder
            .supplier
            .filter(|_| by.may(Permission::ViewSuppliers))
            .map(|it| format!("/suppliers/{it}")),
        blocked: bid.is_blocked(),
        gates: bid.gates.iter().map(|it| gate(it, &overrides, lead)).collect(),
        judgement,
        originals,
        considered: considered
            .map(|it| Line {
                id: it.id,
                title: it.title,
                mark: verdict(it.verdict),
                why: &it.why,
                shown: lead(&it.grounds),
                ask: &it.ask,
            })
            .collect(),
        contradicted: contradicted
            .map(|found| Conflict { found, shown: lead(&found.grounds) })
            .collect(),
        owed: judgement.duties.iter().map(|it| owed(it, lead(&it.grounds))).collect(),
        unfiled: judgement.files.iter().filter(is_unfiled).collect(),
        token: by.form_token.clone(),
        acts: keeps.then(|| Acts { token: by.form_token.clone() }),
    })
}

fn sentence(bid: &Bidding) -> String {
    let blocking = bid.gates.iter().filter(|it| it.blocks).count();
    let open = bid.judgement.questions.len();
    let open = counted(open, "question is open", "questions are open");
    match blocking {
        0 => format!("No gate keeps from buying; {open}."),
        some => {
            format!("{} from buying; {open}.", counted(some, "gate keeps", "gates keep"))
        }
    }
}

fn gate<'a>(
    gated: &'a Gated,
    overrides: &Overrides,
    lead: impl Fn(&'a [Ground]) -> Vec<Shows<'a>>,
) -> Gate<'a> {
    let gate = &gated.gate;
    let holding = gated.by_override.as_ref().map(|it| it.id);
    let overrides = overrides.of_gate(&gate.id, holding);
    Gate {
        id: &gate.id,
        title: &gate.title,
        tells: gate.tells,
        isaos: &gate.isaos,
        standing: gate.standing,
        blocks: gated.blocks,
        why: &gate.why,
        grounds: &gate.grounds,
        ask: &gate.ask,
        overrides,
        mark: gate_mark(gated),
        shown: lead(&gate.grounds),
    }
}

fn owed<'a>(duty: &'a Owed, shown: Vec<Shows<'a>>) -> Line<'a> {
    Line {
        id: duty.set_words,
        title: &duty.title,
        mark: verdict(duty.verdict),
        why: &duty.why,
        shown,
        ask: &duty.ask,
    }
}

/// What something rests on, each with where it leads.
fn shown<'a>(compared: &Compared, bidder: i64, grounds: &'a [Ground]) -> Vec<Shows<'a>> {
    let shows = |fact: &'a Ground| Shows {
        fact,
        address: address(compared, bidder, &fact.document),
    };
    grounds.iter().map(shows).collect()
}

/// Where a document of a ground is.
fn address(compared: &Compared, bidder: i64, document: &str) -> String {
    let file = compared.file_of(bidder, document);
    file.map_or(String::new(), |it| {
        format!("{HOME}/{}/files/{}", compared.purchase.id, it.id)
    })
}

fn originals(
    face: &Face,
    compared: &Compared,
    bidder: i64,
    told: &[FileTold],
) -> Vec<File> {
    let own = compared.files.iter();
    let own = own.filter(|it| it.bidder == bidder && it.removed.is_none());
    let file = |it: &PurchaseFile| {
        let name = name_of(it);
        let told = told.iter().find(|told| told.file == name);
        File {
            id: it.id,
            name: it.name.clone(),
            from: it.side.clone(),
            sha256: it.sha256.clone(),
            bytes: it.size,
            received: face.clock().show(&it.received),
            kind: told.map_or("", |told| told.kind),
            fate: told.map_or("unread", |told| told.fate),
            why: told.map(|told| told.why.clone()).unwrap_or_default(),
            notes: told.map(|told| told.notes.clone()).unwrap_or_default(),
            size: words::size(it.size),
        }
    };
    own.map(file).collect()
}

/// The overrides of one bidder that have not ended.
struct Overrides {
    rows: Vec<(String, Override)>,
}

impl Overrides {
    async fn of(
        house: &House,
        by: &Actor,
        face: &Face,
        compared: &Compared,
        bidder: i64,
    ) -> Result<Self, Problem> {
        let scope = by.scope(Permission::ViewPurchases);
        let all = house.app.store.gate_overrides(&scope, compared.purchase.id).await?;
        let own = all.into_iter().filter(|it| it.bidder == bidder && it.ended.is_none());
        let own: Vec<GateOverride> = own.collect();
        let people: Vec<i64> = own
            .iter()
            .flat_map(|it| [Some(it.asked_by), it.approved_by])
            .flatten()
            .collect();
        let names = house.app.store.names_of(by.head, &people).await?;
        let who = |id: i64| words::who(names.get(&id));
        let accepts = by.scope(Permission::AcceptRisk).admits(&compared.purchase.path)
            && compared.purchase.ended.is_none();
        let home = format!("{HOME}/{}/overrides", compared.purchase.id);
        let row = |it: GateOverride| {
            let told = Override {
                id: it.id,
                last_day_shown: day(&it.last_day),
                approval: (accepts && it.approved.is_none() && it.asked_by != by.person)
                    .then(|| format!("{home}/{}/approved", it.id)),
                reason: it.reason,
                last_day: it.last_day,
                asked: face.clock().show(&it.asked),
                asked_by: who(it.asked_by),
                approved: it.approved.as_deref().map(|at| face.clock().show(at)),
                approved_by: it.approved_by.map(who),
                holds: false,
            };
            (it.gate, told)
        };
        Ok(Self { rows: own.into_iter().map(row).collect() })
    }

    fn of_gate(&self, gate: &str, holding: Option<i64>) -> Vec<Override> {
        let own = self.rows.iter().filter(|(of, _)| of == gate);
        let told = own.map(|(_, it)| Override {
            id: it.id,
            reason: it.reason.clone(),
            last_day: it.last_day.clone(),
            asked: it.asked.clone(),
            asked_by: it.asked_by.clone(),
            approved: it.approved.clone(),
            approved_by: it.approved_by.clone(),
            holds: holding == Some(it.id),
            last_day_shown: it.last_day_shown.clone(),
            approval: it.approval.clone(),
        });
        told.collect()
    }
}

impl Page<'_> {
    /// What is asked, the gravest first.
    fn questions(&self) -> &[Asked] {
        &self.judgement.questions
    }
}
