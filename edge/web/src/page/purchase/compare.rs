//! Bidders side by side: gates first, then considerations, each leading to what it rests on.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use operations::Actor;
use operations::purchase::{
    Bidding, Compared, Gated, Judgement, Watched, compare, may_keep, watch,
};
use serde::Serialize;
use store::Scope;

use super::{HOME, gate_mark, is_asked, number, standing, tier_words, verdict};
use crate::House;
use crate::access::By;
use crate::clock::Shown;
use crate::face::{Face, Show};
use crate::mark::Mark;
use crate::page::supplier::day;
use crate::problem::Problem;
use crate::words::counted;

#[derive(Template, Serialize)]
#[template(path = "purchase/compare.html")]
struct Page<'a> {
    sentence: String,
    id: i64,
    title: String,
    standing: Mark,
    tier: String,
    #[serde(skip)]
    tier_words: &'static str,
    used_until: Option<String>,
    #[serde(skip)]
    used_until_shown: String,
    organisation: String,
    /// The organisations that buy along.
    members: Vec<String>,
    /// The day of which it is told.
    as_of: String,
    #[serde(skip)]
    as_of_shown: String,
    /// Whether an index of advisories is in use.
    has_index: bool,
    profile: Named<'a>,
    bidders: Vec<Bidder<'a>>,
    /// How it ended; none while it goes on.
    ended: Option<Ended>,
    /// What is new since it was awarded; none where it was not.
    since_award: Option<Watched>,
    /// What this is, in one number: an award names it, so that it is of what was looked at.
    shown: String,
    /// The same, each with where it leads.
    #[serde(skip)]
    news: Vec<New>,
    #[serde(skip)]
    gates: Vec<Line>,
    #[serde(skip)]
    considerations: Vec<Line>,
    /// How many considerations are asked of nobody who bids.
    #[serde(skip)]
    left: usize,
    #[serde(skip)]
    acts: Option<Acts>,
}

#[derive(Serialize)]
struct Named<'a> {
    name: &'a str,
    version: &'a str,
}

/// Who bids, with everything that was judged.
#[derive(Serialize)]
struct Bidder<'a> {
    id: i64,
    name: &'a str,
    product: &'a str,
    version: &'a str,
    /// The dossier that is joined.
    supplier: Option<i64>,
    blocked: bool,
    gates: &'a [Gated],
    #[serde(flatten)]
    judgement: &'a Judgement,
    #[serde(skip)]
    sentence: String,
}

#[derive(Serialize)]
struct Ended {
    at: Shown,
    by: String,
    reason: String,
    /// To whom it was awarded; none where it was cancelled.
    awarded: Option<String>,
    last_day: Option<String>,
    #[serde(skip)]
    last_day_shown: String,
    /// Whether that day is over.
    is_over: bool,
}

/// Something that is new since the award.
struct New {
    kind: &'static str,
    what: String,
    told: String,
    address: String,
}

/// A row of the matrix.
struct Line {
    id: String,
    title: String,
    cells: Vec<Cell>,
}

struct Cell {
    mark: Mark,
    address: String,
    bidder: String,
}

/// What whoever buys may do.
struct Acts {
    token: String,
    /// Bidders that no gate keeps from it.
    open: Vec<(i64, String)>,
}

impl Show for Page<'_> {
    fn title(&self) -> String {
        self.title.clone()
    }
}

/// `GET /purchases/{purchase}`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(purchase): Path<String>,
) -> Result<Response, Problem> {
    let compared = compare(&house.app, &by, number("purchase", &purchase)?).await?;
    let purchase = &compared.purchase;
    // Who buys along may know with whom.
    let places = house.app.store.organisations(&Scope::whole(by.head)).await?.into_iter();
    let places: BTreeMap<i64, String> = places.map(|one| (one.id, one.name)).collect();
    let named = |id: i64| places.get(&id).cloned().unwrap_or_default();
    let ended = ended(&house, &by, &face, &compared).await?;
    let since_award = watch(&house.app, &compared, by.head).await?;
    let acts = (may_keep(&by, purchase) && ended.is_none()).then(|| Acts {
        token: by.form_token.clone(),
        open: compared
            .bids
            .iter()
            .filter(|it| !it.is_blocked())
            .map(|it| (it.bidder.id, it.bidder.name.clone()))
            .collect(),
    });
    let considerations = considerations(&compared);
    let said = &purchase.said;
    let total = posture::catalog().controls().count();
    face.show(&Page {
        sentence: sentence(&compared, since_award.as_ref()),
        news: since_award.as_ref().map(|it| news(&compared, it)).unwrap_or_default(),
        since_award,
        id: purchase.id,
        title: said.title.clone(),
        standing: standing(purchase),
        tier: said.tier.clone(),
        tier_words: tier_words(&said.tier),
        used_until: said.used_until.clone(),
        used_until_shown: said.used_until.as_deref().map(day).unwrap_or_default(),
        organisation: named(purchase.organisation),
        members: purchase.members.iter().map(|(id, _)| named(*id)).collect(),
        as_of: compared.day.clone(),
        as_of_shown: day(&compared.day),
        has_index: compared.generation.is_some(),
        profile: Named { name: &compared.profile.0, version: &compared.profile.1 },
        bidders: compared.bids.iter().map(bidder).collect(),
        gates: gates(&compared),
        left: total - considerations.len(),
        considerations,
        ended,
        shown: compared.digest.clone(),
        acts,
    })
}

async fn ended(
    house: &House,
    by: &Actor,
    face: &Face,
    compared: &Compared,
) -> Result<Option<Ended>, Problem> {
    let Some(ended) = &compared.purchase.ended else { return Ok(None) };
    let names = house.app.store.names_of(by.head, &[ended.by]).await?;
    let award = ended.award.as_ref();
    let bidder = |id: i64| {
        let mut bids = compared.bids.iter();
        bids.find(|it| it.bidder.id == id).map(|it| it.bidder.name.clone())
    };
    Ok(Some(Ended {
        at: face.clock().show(&ended.at),
        by: crate::words::who(names.get(&ended.by)),
        reason: ended.reason.clone(),
        awarded: award.and_then(|it| bidder(it.bidder)),
        last_day: award.map(|it| it.last_day.clone()),
        last_day_shown: award.map(|it| day(&it.last_day)).unwrap_or_default(),
        is_over: award.is_some_and(|it| it.last_day < compared.day),
    }))
}

/// What is new since the award, each with where it stands on the page of the bid.
fn news(compared: &Compared, watched: &Watched) -> Vec<New> {
    let bid = format!("{HOME}/{}/bidders/{}", compared.purchase.id, watched.bidder);
    let new = watched.news.iter().map(|it| New {
        kind: it.kind.words(),
        what: it.what.clone(),
        told: it.told.clone(),
        address: match it.anchor.as_str() {
            "" => String::new(),
            anchor => format!("{bid}#{anchor}"),
        },
    });
    new.collect()
}

fn sentence(compared: &Compared, since_award: Option<&Watched>) -> String {
    if compared.purchase.ended.is_some() {
        return match since_award.map(|it| it.news.len()) {
            None => "Nothing is bought: the purchase was cancelled.".to_owned(),
            Some(0) => "It is awarded, and nothing is new since.".to_owned(),
            Some(new) => format!(
                "It is awarded, and {} new since.",
                counted(new, "thing is", "things are")
            ),
        };
    }
    let (all, open) =
        (compared.bids.len(), compared.bids.iter().filter(|it| !it.is_blocked()).count());
    match (all, open) {
        (0, _) => "Nobody bids yet.".to_owned(),
        (all, 0) => format!(
            "Of {} none passes every gate, so nothing can be bought yet.",
            counted(all, "bidder", "bidders")
        ),
        (all, 1) => {
            format!("1 of {} passes every gate.", counted(all, "bidder", "bidders"))
        }
        (all, open) => format!("{open} of {all} bidders pass every gate."),
    }
}

fn bidder(bid: &Bidding) -> Bidder<'_> {
    let judgement = &bid.judgement;
    let not_met = judgement.considerations.iter().filter(|it| it.verdict == "not_met");
    Bidder {
        id: bid.bidder.id,
        name: &bid.bidder.name,
        product: &bid.product,
        version: &bid.bidder.version,
        supplier: bid.bidder.supplier,
        blocked: bid.is_blocked(),
        gates: &bid.gates,
        judgement,
        sentence: format!(
            "{}; {} not met, {}, {}",
            match bid.is_blocked() {
                true => "gates keep from buying",
                false => "no gate keeps from buying",
            },
            not_met.count(),
            counted(judgement.contradictions.len(), "contradiction", "contradictions"),
            counted(judgement.questions.len(), "open question", "open questions"),
        ),
    }
}

fn gates(compared: &Compared) -> Vec<Line> {
    let line = |(id, title): &(String, String)| Line {
        id: id.clone(),
        title: title.clone(),
        cells: compared
            .bids
            .iter()
            .filter_map(|bid| {
                let gate = bid.gates.iter().find(|it| it.gate.id == *id)?;
                Some(Cell {
                    mark: gate_mark(gate),
                    address: address(compared, bid, &format!("gate-{id}")),
                    bidder: bid.bidder.name.clone(),
                })
            })
            .collect(),
    };
    compared.gates.iter().map(line).collect()
}

/// The considerations that are asked of anybody who bids.
fn considerations(compared: &Compared) -> Vec<Line> {
    let mut lines = Vec::new();
    for control in posture::catalog().controls() {
        let cells = compared.bids.iter().filter_map(|bid| {
            let mut all = bid.judgement.considerations.iter();
            let own = all.find(|it| it.id == control.id())?;
            let cell = Cell {
                mark: verdict(own.verdict),
                address: address(compared, bid, own.id),
                bidder: bid.bidder.name.clone(),
            };
            Some((is_asked(own.verdict), cell))
        });
        let cells: Vec<(bool, Cell)> = cells.collect();
        if cells.iter().any(|(asked, _)| *asked) {
            lines.push(Line {
                id: control.id().to_owned(),
                title: control.title().to_owned(),
                cells: cells.into_iter().map(|(_, cell)| cell).collect(),
            });
        }
    }
    lines
}

fn address(compared: &Compared, bid: &Bidding, anchor: &str) -> String {
    format!("{HOME}/{}/bidders/{}#{anchor}", compared.purchase.id, bid.bidder.id)
}
