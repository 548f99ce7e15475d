//! Feeds: where advisories come from, how old each is, and what was wrong the last time.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use feeds::{Beginning, Earlier, Feed, Kind, SetAside, Standing};
use operations::Permission;
use operations::feed::{ask_now, earlier, standings};
use serde::Serialize;

use crate::House;
use crate::access::By;
use crate::clock::{Clock, Shown};
use crate::face::{Face, Show};
use crate::page::judging::Judging;
use crate::page::knowledge::Known;
use crate::problem::Problem;
use crate::words::{counted, number};

/// Documents set aside that a page names for each feed; JSON has them all.
const SET_ASIDE_MAX: usize = 20;

#[derive(Template, Serialize)]
#[template(path = "feed/list.html")]
struct Feeds {
    sentence: String,
    index: Option<InUse>,
    /// How old it is what verdicts rest on.
    #[serde(rename = "advisories")]
    known_of: Known,
    /// What is being judged anew.
    judging: Judging,
    feeds: Vec<Row>,
    /// The index that was in use before feeds were followed.
    earlier: Option<Before>,
    #[serde(skip)]
    token: String,
    #[serde(skip)]
    may_ask: bool,
}

/// The index that everything is judged with.
#[derive(Serialize)]
struct InUse {
    generation: i64,
    made: Shown,
}

/// An index that no feed made, and what of it is judged with still.
#[derive(Serialize)]
struct Before {
    /// Since when it had been in use.
    since: Shown,
    /// The newest change that it knows.
    newest: Option<Shown>,
    records: u64,
    /// How many stand on its word alone.
    alone: Option<u64>,
    fault: Option<String>,
    #[serde(skip)]
    sentence: String,
}

impl Before {
    fn of(earlier: Earlier, clock: &Clock) -> Self {
        let Earlier { since, records, newest, alone, fault, .. } = earlier;
        let sentence = match (&fault, alone) {
            (Some(_), _) => {
                "It is judged with no more: what it alone says counts nowhere. \
                             Build it again from its sources and start once with --index."
                    .to_owned()
            }
            (None, None) => "It is judged with; the next time that feeds give something \
                             new, what they know as new takes its place."
                .to_owned(),
            (None, Some(0)) => {
                "Feeds say all of it as new, so nothing rests on it any more.".to_owned()
            }
            (None, Some(alone)) => format!(
                "{} no feed says as new, so they stay; the rest was replaced record by record.",
                number(alone),
            ),
        };
        Self {
            since: clock.show(&since.to_string()),
            newest: (!newest.is_empty()).then(|| clock.show_day(&newest)),
            records,
            alone,
            fault,
            sentence,
        }
    }
}

#[derive(Serialize)]
struct Row {
    name: String,
    kind: &'static str,
    address: String,
    every: String,
    asked: Option<Shown>,
    changed: Option<Shown>,
    fault: Option<String>,
    set_aside: Vec<SetAside>,
    /// How many documents a provider lists, kept or not; none where a feed lists none.
    listed: Option<u64>,
}

impl Show for Feeds {
    fn title(&self) -> String {
        "Feeds".to_owned()
    }
}

impl Row {
    /// The documents that the page names.
    fn first(&self) -> &[SetAside] {
        self.set_aside.get(..SET_ASIDE_MAX).unwrap_or(&self.set_aside)
    }

    /// How many are not kept, of how many.
    fn not_kept(&self) -> String {
        let count = number(self.set_aside.len() as u64);
        match self.listed {
            None => format!("{count} not kept"),
            Some(listed) => format!("{count} of {} not kept", number(listed)),
        }
    }
}

/// `GET /feeds`.
pub(crate) async fn list(
    face: Face,
    State(house): State<House>,
    By(by): By,
) -> Result<Response, Problem> {
    let clock = face.clock().clone();
    let index = house.app.store.generation().await?;
    let index = index.map(|newest| InUse {
        generation: newest.number,
        made: clock.show(&newest.made),
    });
    let feeds: Vec<Row> = standings(&house.app)
        .into_iter()
        .map(|(feed, standing)| row(&feed, standing, &clock))
        .collect();
    let earlier = earlier(&house.app).map(|earlier| Before::of(earlier, &clock));
    let may_ask = by.may(Permission::Administer) && !feeds.is_empty();
    let sentence = sentence(&feeds);
    let judging = Judging::of(&house.app, &by).await?;
    let token = by.form_token.clone();
    let known_of = Known::of(&house.app, &clock).await?;
    face.show(&Feeds {
        sentence,
        index,
        known_of,
        judging,
        feeds,
        earlier,
        token,
        may_ask,
    })
}

/// `POST /feeds/asked`: asks all of them soon.
pub(crate) async fn ask(
    face: Face,
    State(house): State<House>,
    By(by): By,
) -> Result<Response, Problem> {
    ask_now(&house.app, &by).await?;
    Ok(face.done("/feeds"))
}

fn sentence(feeds: &[Row]) -> String {
    let failing = feeds.iter().filter(|feed| feed.fault.is_some()).count();
    let silent: Vec<&str> = feeds
        .iter()
        .filter(|feed| feed.asked.is_none())
        .map(|feed| feed.name.as_str())
        .collect();
    let aside: usize = feeds.iter().map(|feed| feed.set_aside.len()).sum();
    let count = counted(feeds.len(), "feed is", "feeds are");
    match (feeds.len(), failing) {
        (0, _) => {
            "This server follows no feed, so nothing new comes in by itself.".to_owned()
        }
        (_, _) if !silent.is_empty() => format!(
            "{count} followed. Nothing has ever come from {}: what it would say is not judged with.",
            silent.join(", ")
        ),
        (_, 0) if aside > 0 => format!(
            "{count} followed, and each answered the last time; {} could not be taken, and what was there before is still judged with.",
            counted(aside, "document", "documents")
        ),
        (_, 0) => format!("{count} followed, and each answered the last time."),
        (_, failing) => format!(
            "{count} followed; the last time {} not answer as {} should, and what {} gave before is still judged with.",
            counted(failing, "did", "did"),
            if failing == 1 { "it" } else { "they" },
            if failing == 1 { "it" } else { "they" }
        ),
    }
}

fn row(feed: &Feed, standing: Standing, clock: &Clock) -> Row {
    let show = |at: Option<jiff::Timestamp>| at.map(|at| clock.show(&at.to_string()));
    let (kind, address) = match &feed.kind {
        Kind::Csaf(csaf) => {
            let at = match &csaf.at {
                Beginning::Metadata(url) => url.to_string(),
                Beginning::Domain(domain) => domain.clone(),
            };
            ("CSAF provider", at)
        }
        Kind::Osv(osv) => ("OSV", osv.address.to_string()),
        Kind::Cve(cve) => ("CVE records", cve.archive.to_string()),
        Kind::Nvd(nvd) => ("NVD", nvd.address.to_string()),
        Kind::File(url) => ("a file", url.to_string()),
    };
    let minutes = feed.every.as_secs() / 60;
    let every = match minutes {
        0..120 => format!("{minutes} min"),
        _ => format!("{} h", minutes / 60),
    };
    Row {
        name: feed.name.clone(),
        kind,
        address,
        every,
        asked: show(standing.asked),
        changed: show(standing.changed),
        fault: standing.fault,
        set_aside: standing.set_aside,
        listed: standing.listed,
    }
}
