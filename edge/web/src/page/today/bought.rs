//! What is new about what was bought, told to whoever buys and to whoever buys along; and what
//! waits for somebody to approve it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use operations::purchase::{NewsKind, Watched, bought, happened, to_approve};
use operations::{Actor, App};
use store::Purchase;

use crate::page::purchase::HOME;
use crate::problem::Problem;
use crate::sentence::Sentence;
use crate::words::counted;

/// How many purchases Today names; all stand on their page.
const NAMED: usize = 5;

/// A sentence for each purchase about which something is new, those that ask most first.
pub(super) async fn told(app: &App, by: &Actor) -> Result<Vec<Sentence>, Problem> {
    let mut all = bought(app, by).await?;
    let gravest = |watched: &Watched| watched.news.first().map(|it| it.kind);
    all.sort_by(|(one, new), (other, newer)| {
        (gravest(new), other.id).cmp(&(gravest(newer), one.id))
    });
    let mut told: Vec<Sentence> = all
        .iter()
        .take(NAMED)
        .map(|(purchase, watched)| {
            let mut counts: BTreeMap<NewsKind, usize> = BTreeMap::new();
            for one in &watched.news {
                *counts.entry(one.kind).or_default() += 1;
            }
            since(purchase, &counts)
        })
        .collect();
    if let Some(more) = all.len().checked_sub(NAMED).filter(|more| *more > 0) {
        told.push(
            Sentence::new("Something is new about ")
                .link(counted(more, "other purchase", "other purchases"), HOME.to_owned())
                .then("."),
        );
    }
    Ok(told)
}

fn since(purchase: &Purchase, counts: &BTreeMap<NewsKind, usize>) -> Sentence {
    let address = format!("{HOME}/{}#since", purchase.id);
    Sentence::new("Since you bought ")
        .link(purchase.said.title.clone(), address)
        .then(format!(": {}.", in_words(counts)))
}

/// What was awarded since a moment, and what came up in that time about what was bought.
pub(super) async fn came(
    app: &App,
    by: &Actor,
    moment: Timestamp,
) -> Result<Vec<Sentence>, Problem> {
    let happened = happened(app, by, moment).await?;
    let awarded = happened.awarded.iter().map(|purchase| {
        let address = format!("{HOME}/{}", purchase.id);
        Sentence::default()
            .link(purchase.said.title.clone(), address)
            .then(" was awarded.")
    });
    let news = happened.news.iter().map(|(purchase, counts)| since(purchase, counts));
    let all: Vec<Sentence> = awarded.chain(news).collect();
    Ok(some_of(all, "purchases"))
}

/// What waits for whoever looks to approve it, a sentence for each.
pub(super) async fn approvals(app: &App, by: &Actor) -> Result<Vec<Sentence>, Problem> {
    let waiting = to_approve(app, by).await?;
    let told = waiting.iter().map(|(purchase, one)| {
        let address = format!("{HOME}/{}/bidders/{}", purchase.id, one.bidder);
        Sentence::new(
            "Somebody asks you to approve that a gate keeps nobody from buying: ",
        )
        .link(purchase.said.title.clone(), address)
        .then(".")
    });
    Ok(some_of(told.collect(), "overrides"))
}

/// The first of some sentences, and how many more there are.
fn some_of(mut all: Vec<Sentence>, others: &'static str) -> Vec<Sentence> {
    let more = all.len().saturating_sub(NAMED);
    all.truncate(NAMED);
    if more > 0 {
        let told = Sentence::new(format!("{more} other {others}: "));
        all.push(told.link("all purchases", HOME.to_owned()).then("."));
    }
    all
}

/// What is new, by what it is about, in words.
fn in_words(counts: &BTreeMap<NewsKind, usize>) -> String {
    let of = |kinds: &[NewsKind]| -> usize {
        kinds.iter().filter_map(|kind| counts.get(kind)).sum()
    };
    let exploited = of(&[NewsKind::Exploited]);
    let flaws = of(&[NewsKind::Flaw]);
    let parts = [
        (of(&[NewsKind::Gate]), "gate is passed no more", "gates are passed no more"),
        (exploited, "flaw is exploited", "flaws are exploited"),
        (flaws, "flaw is new", "flaws are new"),
        (of(&[NewsKind::Late]), "flaw was told or fixed late", "were told or fixed late"),
        (
            of(&[NewsKind::Ended]),
            "certificate or membership ended",
            "certificates or memberships ended",
        ),
        (of(&[NewsKind::Award]), "award ran out", "awards ran out"),
        (
            of(&[NewsKind::Support]),
            "component lost its support",
            "components lost their support",
        ),
        (of(&[NewsKind::Advisory]), "advisory is new", "advisories are new"),
        (
            of(&[NewsKind::Consideration]),
            "consideration is met less",
            "considerations are met less",
        ),
        (
            of(&[NewsKind::Contradiction]),
            "contradiction is new",
            "contradictions are new",
        ),
    ];
    let told = parts.into_iter().filter(|(count, ..)| *count > 0);
    let told: Vec<String> =
        told.map(|(count, one, many)| counted(count, one, many)).collect();
    told.join("; ")
}
