//! How old it is what verdicts rest on, wherever somebody decides by them.

use advisory::Source;
use operations::App;
use operations::knowledge::{Knowledge, SourceAge, knowledge};
use serde::Serialize;

use crate::clock::{Clock, Shown};
use crate::problem::Problem;

/// How old what is known of advisories is.
#[derive(Serialize)]
pub(crate) struct Known {
    /// The index that everything is judged with.
    generation: Option<i64>,
    /// Since when it is in use.
    put_in_use: Option<Shown>,
    /// The newest change that it knows.
    newest: Option<Shown>,
    /// When the feed answered that answered longest ago.
    answered: Option<Shown>,
    /// Up to when everything is known, by the oldest of the sources.
    until: Option<Shown>,
    /// How old each source is, the oldest first.
    sources: Vec<OfSource>,
    /// Whether it is older than this house wants.
    pub(crate) is_old: bool,
    /// What is old, and what to do about it; empty where nothing is.
    pub(crate) warning: String,
    /// All of it in one sentence.
    #[serde(skip)]
    pub(crate) sentence: String,
    /// What is that old, in a word.
    #[serde(skip)]
    what: &'static str,
}

/// How old what is known of one source is.
#[derive(Serialize)]
struct OfSource {
    /// Its word; empty where nobody knows which it is.
    source: &'static str,
    /// Up to when what it says is known.
    until: Option<Shown>,
    /// The feed by which it is that old; none where no feed renews it.
    feed: Option<String>,
    is_old: bool,
}

impl OfSource {
    fn of(one: &SourceAge, clock: &Clock) -> Self {
        Self {
            source: one.source.map_or("", Source::word),
            until: one.until.map(|at| clock.show(&at.to_string())),
            feed: one.feed.clone(),
            is_old: one.is_old,
        }
    }
}

impl Known {
    /// What is known now.
    pub(crate) async fn of(app: &App, clock: &Clock) -> Result<Self, Problem> {
        Ok(Self::made(knowledge(app).await?, clock))
    }

    fn made(knowledge: Knowledge, clock: &Clock) -> Self {
        let oldest = knowledge.oldest();
        let until = oldest.and_then(|one| one.until);
        let until = until.map(|at| clock.show(&at.to_string()));
        let what = match oldest.and_then(|one| one.source) {
            Some(Source::Kev) => "KEV",
            Some(Source::Epss) => "EPSS",
            _ => "Advisories",
        };
        let warning = oldest.filter(|one| one.is_old).map_or_else(String::new, |one| {
            warning(one, until.as_ref(), knowledge.feeds.len())
        });
        let sources =
            knowledge.sources.iter().map(|one| OfSource::of(one, clock)).collect();
        let Knowledge { generation, put_in_use, newest, feeds, .. } = knowledge;
        let newest = newest.map(|at| clock.show_day(&at));
        let put_in_use = put_in_use.map(|at| clock.show(&at));
        let asked = feeds.iter().map(|feed| feed.asked.as_deref()).min().flatten();
        let answered = asked.map(|at| clock.show(at));
        let sentence = sentence(&put_in_use, &newest, (feeds.len(), answered.as_ref()));
        Self {
            is_old: !warning.is_empty(),
            generation,
            put_in_use,
            newest,
            answered,
            until,
            sources,
            warning,
            sentence,
            what,
        }
    }

    /// The same in a few words, for the corner of every page.
    pub(crate) fn in_short(&self) -> String {
        let what = self.what;
        let age = match (&self.until, self.generation) {
            (_, None) => return "Advisories: no index yet".to_owned(),
            (Some(until), _) => format!("{what} of {}", until.age),
            (None, _) => format!("{what} of unknown age"),
        };
        match self.is_old {
            true => format!("Old: {age}"),
            false => age,
        }
    }
}

/// A source as people call it.
fn called(source: Option<Source>) -> &'static str {
    match source {
        Some(Source::Osv) => "OSV",
        Some(Source::Cve) => "CVE records",
        Some(Source::Nvd) => "NVD",
        Some(Source::Csaf) => "device advisories (CSAF)",
        Some(Source::OpenVex) => "statements in OpenVEX",
        Some(Source::CycloneDxVex) => "statements in CycloneDX VEX",
        Some(Source::Kev) => "KEV",
        Some(Source::Epss) => "EPSS",
        None => "advisories",
    }
}

fn warning(oldest: &SourceAge, until: Option<&Shown>, feeds: usize) -> String {
    let since = until.map(|until| until.age.as_str());
    if let Some(name) = &oldest.feed {
        let since = match since {
            Some(age) => format!("answered last {age}"),
            None => "never answered".to_owned(),
        };
        return format!(
            "The feed {name} {since}. What became known since is in no verdict: see what is \
             wrong with it under Feeds, or carry a bundle over."
        );
    }
    let what = called(oldest.source);
    let since = match since {
        Some(age) => format!("knows no {what} newer than {age}"),
        None => format!("does not say how old its {what} are"),
    };
    let whence = match feeds {
        0 => "no feed is followed",
        _ => "no feed that is followed renews all of them",
    };
    format!(
        "The index in use {since}, and {whence}. What became known since is in no verdict: put \
         a newer index in use, or follow feeds of them."
    )
}

fn sentence(
    put_in_use: &Option<Shown>,
    newest: &Option<Shown>,
    (feeds, answered): (usize, Option<&Shown>),
) -> String {
    let Some(put_in_use) = put_in_use else {
        return "No index of advisories is in use.".to_owned();
    };
    let newest = match newest {
        Some(newest) => {
            format!("the newest change in it is of {} ({})", newest.text, newest.age)
        }
        None => "it does not say of when its newest change is".to_owned(),
    };
    let feeds = match (feeds, answered) {
        (0, _) => "no feed is followed".to_owned(),
        (_, None) => "a feed has never answered".to_owned(),
        (1, Some(at)) => format!("the feed answered last on {} ({})", at.text, at.age),
        (_, Some(at)) => {
            format!("every feed has answered since {} ({})", at.text, at.age)
        }
    };
    format!(
        "Judged with an index that is in use since {} ({}); {newest}; {feeds}.",
        put_in_use.text, put_in_use.age
    )
}
