//! What is new about a product after it was awarded: what is known of it today, held beside the
//! record of the award.
//!
//! Nothing is kept but that record: what is new is worked out from it and the originals, by each
//! node for itself, so that it is never older than what the house knows.

mod news;
mod round;

use serde::{Deserialize, Serialize};
use store::{Award, Scope};

use super::{Compared, PurchaseError};
use crate::App;

pub use news::{News, NewsKind};
pub(crate) use round::Watches;
pub use round::{Happened, bought, happened, keep_watched, watch_all};

/// What is new about what was bought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Watched {
    /// The bidder to whom it was awarded.
    pub bidder: i64,
    /// The day of which the record is.
    pub since: String,
    /// What is new, the gravest first.
    pub news: Vec<News>,
}

/// What the record of an award says, as far as it is watched. What an older record does not say
/// was not known then, and is told as new.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Record {
    as_of: String,
    gates: Vec<GateThen>,
    judgement: JudgementThen,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct GateThen {
    id: String,
    standing: String,
    blocks: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct JudgementThen {
    considerations: Vec<ConsideredThen>,
    contradictions: Vec<ContradictedThen>,
    flaws: Vec<FlawThen>,
    support: Vec<SupportedThen>,
    timers: Vec<TimedThen>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ConsideredThen {
    id: String,
    verdict: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ContradictedThen {
    rule: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct FlawThen {
    id: String,
    aliases: Vec<String>,
    component: String,
    verdict: String,
    exploited: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct SupportedThen {
    component: String,
    standing: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct TimedThen {
    advisory: String,
    cve: String,
    telling: String,
    fixing: String,
}

/// What is new about what was awarded; nothing where nothing was.
///
/// # Errors
/// When the record cannot be read, or the database fails.
pub async fn watch(
    app: &App,
    compared: &Compared,
    head: i64,
) -> Result<Option<Watched>, PurchaseError> {
    let ended = compared.purchase.ended.as_ref();
    let Some(award) = ended.and_then(|it| it.award.as_ref()) else { return Ok(None) };
    // Whoever sees the purchase sees its record.
    let bytes = app.store.bytes_of(&Scope::whole(head), award.record).await?;
    let record = serde_json::from_slice(&bytes)
        .map_err(|error| PurchaseError::Record(error.to_string()))?;
    Ok(watched(compared, award, &record))
}

fn watched(compared: &Compared, award: &Award, record: &Record) -> Option<Watched> {
    let found = compared.bids.iter().find(|it| it.bidder.id == award.bidder)?;
    let days = (compared.day.as_str(), award.last_day.as_str());
    Some(Watched {
        bidder: award.bidder,
        since: record.as_of.clone(),
        news: news::news(record, found, days),
    })
}
