//! Bidders side by side, to be read on paper.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::response::Response;
use operations::purchase::{Bidding, Compared, Gated, Ground, compare, watch};
use operations::{Actor, report as kept};
use report::{Bidder, Comparison, Ended, Fact, Flaw, Frame, Gate, Override, Report};
use store::{GateOverride, Scope};
use terms::Day;

use super::{Form, Home, Page, file, knowledge};
use crate::House;
use crate::access::By;
use crate::clock::Clock;
use crate::face::Face;
use crate::mark::Mark;
use crate::page::purchase::{is_asked, number, tier_words};
use crate::problem::Problem;
use crate::words::who;

/// `GET /reports/purchases/{purchase}`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(purchase): Path<String>,
) -> Result<Response, Problem> {
    let id = number("purchase", &purchase)?;
    let report = made(&house, &by, id).await?;
    face.show(&Page::of(report, Home::numbered("purchases", id)))
}

/// `GET /reports/purchases/{purchase}/file`.
pub(crate) async fn take(
    State(house): State<House>,
    By(by): By,
    Path(purchase): Path<String>,
) -> Result<Response, Problem> {
    let id = number("purchase", &purchase)?;
    let report = made(&house, &by, id).await?;
    let of = (kept::Subject::Purchase(id), "purchase");
    file(&house, &by, of, (Form::Json, &report)).await
}

/// `GET /reports/purchases/{purchase}/pdf`.
pub(crate) async fn print(
    State(house): State<House>,
    By(by): By,
    Path(purchase): Path<String>,
) -> Result<Response, Problem> {
    let id = number("purchase", &purchase)?;
    let report = made(&house, &by, id).await?;
    let of = (kept::Subject::Purchase(id), "purchase");
    file(&house, &by, of, (Form::Pdf, &report)).await
}

async fn made(house: &House, by: &Actor, id: i64) -> Result<Report, Problem> {
    let compared = compare(&house.app, by, id).await?;
    // Who buys along may know with whom.
    let places = house.app.store.organisations(&Scope::whole(by.head)).await?.into_iter();
    let places: BTreeMap<i64, String> = places.map(|one| (one.id, one.name)).collect();
    let named = |id: i64| places.get(&id).cloned().unwrap_or_default();
    let purchase = &compared.purchase;
    let organisation = named(purchase.organisation);
    let knowledge = knowledge(house, by).await?;
    let names = names(house, by, &compared).await?;
    let ended = ended(house, by, &compared, &names).await?;
    let frame = Frame {
        organisation: &organisation,
        day: day(&compared.day)?,
        knowledge: &knowledge,
        named: &document,
    };
    let bidders: Result<Vec<Bidder>, Problem> =
        compared.bids.iter().map(|bid| bidder(bid, &names, &frame)).collect();
    let said = &purchase.said;
    let comparison = Comparison {
        title: said.title.clone(),
        tier: tier_words(&said.tier),
        used_until: said.used_until.as_deref().map(day).transpose()?,
        profile: compared.profile.clone(),
        members: purchase.members.iter().map(|(id, _)| named(*id)).collect(),
        has_index: compared.generation.is_some(),
        asked: asked(&compared),
        bidders: bidders?,
        ended,
    };
    Ok(report::purchase(&frame, &comparison))
}

/// A day as it is kept; what is none was not kept by this house.
fn day(text: &str) -> Result<Day, Problem> {
    terms::date::day(text)
        .map_err(|_| Problem::ours("a day of a purchase is kept that is none"))
}

/// What a document is called for people.
fn document(name: &str) -> String {
    let starts = ["bid/", "house/files/", "house/"];
    let rest = starts.into_iter().find_map(|start| name.strip_prefix(start));
    rest.unwrap_or(name).to_owned()
}

/// Everybody who is named.
async fn names(
    house: &House,
    by: &Actor,
    compared: &Compared,
) -> Result<BTreeMap<i64, String>, Problem> {
    let overrides = compared.bids.iter().flat_map(|bid| &bid.gates);
    let overrides = overrides.filter_map(|gate| gate.by_override.as_ref());
    let mut people: Vec<i64> =
        overrides.flat_map(|it| [Some(it.asked_by), it.approved_by]).flatten().collect();
    people.extend(compared.purchase.ended.as_ref().map(|ended| ended.by));
    Ok(house.app.store.names_of(by.head, &people).await?)
}

/// The considerations that are asked of anybody who bids.
fn asked(compared: &Compared) -> Vec<(String, String)> {
    let is_of = |bid: &Bidding, id: &str| {
        let mut all = bid.judgement.considerations.iter();
        all.any(|it| it.id == id && is_asked(it.verdict))
    };
    posture::catalog()
        .controls()
        .filter(|control| compared.bids.iter().any(|bid| is_of(bid, control.id())))
        .map(|control| (control.id().to_owned(), control.title().to_owned()))
        .collect()
}

fn bidder(
    bid: &Bidding,
    names: &BTreeMap<i64, String>,
    frame: &Frame<'_>,
) -> Result<Bidder, Problem> {
    let told = &bid.judgement;
    let gates: Result<Vec<Gate>, Problem> =
        bid.gates.iter().map(|it| gate(it, names, frame)).collect();
    let flaws = told.flaws.iter().map(|it| Flaw {
        id: it.id.clone(),
        component: it.component.clone(),
        verdict: Mark::of_word(it.verdict).label().to_owned(),
        is_exploited: it.exploited,
    });
    let flaws: Vec<Flaw> = flaws.collect();
    let mut files = told.files.iter();
    let has_sbom = files.any(|it| it.kind == "SBOM" && it.fate == "read");
    let conflicts = told.contradictions.iter();
    let questions = told.questions.iter();
    Ok(Bidder {
        name: bid.bidder.name.clone(),
        product: format!("{} {}", bid.product, bid.bidder.version).trim().to_owned(),
        gates: gates?,
        considerations: told
            .considerations
            .iter()
            .map(|it| (it.id.to_owned(), it.verdict))
            .collect(),
        contradictions: conflicts
            .map(|it| (it.severity, it.title.clone(), it.why.clone()))
            .collect(),
        questions: questions
            .map(|it| (it.about.clone(), it.question.clone(), it.why.clone()))
            .collect(),
        has_sbom: has_sbom || !flaws.is_empty(),
        flaws,
    })
}

fn gate(
    gated: &Gated,
    names: &BTreeMap<i64, String>,
    frame: &Frame<'_>,
) -> Result<Gate, Problem> {
    let gate = &gated.gate;
    let facts: Result<Vec<Fact>, Problem> =
        gate.grounds.iter().map(|ground| fact(ground, frame)).collect();
    let by_override = gated.by_override.as_ref().map(|it| overridden(it, names));
    Ok(Gate {
        id: gate.id.clone(),
        title: gate.title.clone(),
        standing: gate.standing,
        blocks: gated.blocks,
        why: gate.why.clone(),
        ask: gate.ask.clone(),
        facts: facts?,
        by_override: by_override.transpose()?,
    })
}

fn overridden(
    it: &GateOverride,
    names: &BTreeMap<i64, String>,
) -> Result<Override, Problem> {
    let approved = it.approved_by.map(|person| who(names.get(&person)));
    Ok(Override {
        reason: it.reason.clone(),
        last_day: day(&it.last_day)?,
        asked_by: who(names.get(&it.asked_by)),
        approved_by: approved.unwrap_or_default(),
    })
}

fn fact(ground: &Ground, frame: &Frame<'_>) -> Result<Fact, Problem> {
    let date = ground.date.as_deref().map(day).transpose()?;
    let place = (ground.document.as_str(), ground.place.as_str());
    Ok(Fact::told((ground.class, &ground.text), place, date, frame))
}

async fn ended(
    house: &House,
    by: &Actor,
    compared: &Compared,
    names: &BTreeMap<i64, String>,
) -> Result<Option<Ended>, Problem> {
    let Some(ended) = &compared.purchase.ended else { return Ok(None) };
    let clock = Clock::new((house.app.now)(), &by.zone);
    let bidder = |id: i64| {
        let mut bids = compared.bids.iter();
        let found = bids.find(|it| it.bidder.id == id);
        found.map(|it| it.bidder.name.clone()).unwrap_or_default()
    };
    let award = ended.award.as_ref().map(|it| {
        let until = day(&it.last_day)?;
        Ok::<_, Problem>((bidder(it.bidder), until))
    });
    let watched = watch(&house.app, compared, by.head).await?;
    let news = watched.into_iter().flat_map(|it| it.news);
    Ok(Some(Ended {
        at: clock.show(&ended.at).text,
        by: who(names.get(&ended.by)),
        reason: ended.reason.clone(),
        award: award.transpose()?,
        news: news.map(|it| (it.what, it.told)).collect(),
    }))
}
