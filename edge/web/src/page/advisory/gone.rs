//! What was withdrawn, or is in no index any more: old numbers lead here for ever, to what was
//! said under them and what was judged by it.

use advisory::{Record, State as Standing};
use askama::Template;
use fleet::encoded;
use operations::history::{self, was_judged};
use operations::judging::Advisories;
use operations::{Actor, App};
use serde::Serialize;

use crate::clock::{Clock, Shown};
use crate::face::Show;
use crate::page::device::Link;
use crate::page::vulnerability::Event;
use crate::problem::Problem;

/// Events that are shown.
const EVENTS_MAX: usize = 100;

#[derive(Template, Serialize)]
#[template(path = "advisory/gone.html")]
pub(crate) struct Gone {
    id: String,
    title: String,
    sentence: String,
    /// Who issued it; empty where that is known no more.
    issuer: String,
    published: Option<Shown>,
    /// When it was withdrawn, where its issuer says so.
    withdrawn: Option<Shown>,
    /// The vulnerabilities that it spoke of, or that were judged by it.
    vulnerabilities: Vec<Link>,
    history: Vec<Event>,
}

impl Show for Gone {
    fn title(&self) -> String {
        match self.title.is_empty() {
            true => self.id.clone(),
            false => format!("{} · {}", self.id, self.title),
        }
    }
}

impl Gone {
    /// What is left of an advisory; `None` where nobody here ever heard of it.
    pub(crate) async fn advisory(
        app: &App,
        by: &Actor,
        known: Option<&Advisories>,
        id: &str,
        clock: &Clock,
    ) -> Result<Option<Self>, Problem> {
        let record = known.and_then(|known| known.taken_back(id));
        let judged = history::of_advisory(app, by, id).await?;
        if record.is_none() && judged.events.is_empty() {
            return Ok(None);
        }
        let spoken = record.iter().flat_map(|record| &record.vulnerabilities);
        let spoken = spoken.filter_map(|one| one.ids.first().cloned());
        let mut flaws: Vec<String> = spoken.chain(judged.vulnerabilities).collect();
        flaws.sort();
        flaws.dedup();
        flaws.retain(|flaw| flaw != id);
        Ok(Some(Self::made(id, record.as_ref(), (flaws, judged.events), clock)))
    }

    /// What is left of a vulnerability that no index in use names; `None` where it was never
    /// judged among what whoever looks may see.
    pub(crate) async fn vulnerability(
        app: &App,
        by: &Actor,
        id: &str,
        clock: &Clock,
    ) -> Result<Option<Self>, Problem> {
        let events = was_judged(app, by, id).await?;
        let is_known = !events.is_empty();
        Ok(is_known.then(|| Self::made(id, None, (Vec::new(), events), clock)))
    }

    fn made(
        id: &str,
        record: Option<&Record>,
        (flaws, events): (Vec<String>, Vec<history::Event>),
        clock: &Clock,
    ) -> Self {
        let withdrawn = record.and_then(|record| match &record.state {
            Standing::Withdrawn(at) => Some(clock.show_day(at)),
            Standing::Live | Standing::Rejected => None,
        });
        let issuer = record.map(|record| record.publisher.clone()).unwrap_or_default();
        Self {
            id: id.to_owned(),
            title: record.map(|record| record.title.clone()).unwrap_or_default(),
            sentence: sentence(record.map(|_| withdrawn.as_ref()), &issuer),
            issuer,
            published: record
                .filter(|record| !record.published.is_empty())
                .map(|record| clock.show_day(&record.published)),
            withdrawn,
            vulnerabilities: flaws
                .into_iter()
                .map(|flaw| Link {
                    address: format!("/vulnerabilities/{}", encoded(&flaw)),
                    text: flaw,
                })
                .collect(),
            history: events
                .into_iter()
                .take(EVENTS_MAX)
                .map(|event| Event::of(event, clock))
                .collect(),
        }
    }
}

/// Of a record that is here, with the day on which it was withdrawn, or of none.
fn sentence(record: Option<Option<&Shown>>, issuer: &str) -> String {
    let by = match issuer {
        "" => "its issuer",
        issuer => issuer,
    };
    match record {
        Some(Some(at)) if !at.text.is_empty() => {
            format!("Withdrawn on {} by {by}: nothing is judged by it any more.", at.text)
        }
        Some(_) => format!("Withdrawn by {by}: nothing is judged by it any more."),
        None => "The advisories in use do not hold this number any more, so nothing is \
                       judged by it. What was judged before stands below."
            .to_owned(),
    }
}
