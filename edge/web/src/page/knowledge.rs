//! How old it is what verdicts rest on, wherever somebody decides by them.

use operations::App;
use operations::knowledge::{Freshness, Knowledge, knowledge};
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
    /// Up to when everything is known.
    until: Option<Shown>,
    /// Whether it is older than this house wants.
    pub(crate) is_old: bool,
    /// What is old, and what to do about it; empty where nothing is.
    pub(crate) warning: String,
    /// All of it in one sentence.
    #[serde(skip)]
    pub(crate) sentence: String,
}

impl Known {
    /// What is known now.
    pub(crate) async fn of(app: &App, clock: &Clock) -> Result<Self, Problem> {
        Ok(Self::made(knowledge(app).await?, clock))
    }

    fn made(knowledge: Knowledge, clock: &Clock) -> Self {
        let Knowledge { generation, put_in_use, newest, feeds, until, freshness } =
            knowledge;
        let until = until.map(|at| clock.show(&at.to_string()));
        let newest = newest.map(|at| clock.show_day(&at));
        let put_in_use = put_in_use.map(|at| clock.show(&at));
        let answered = until.clone().filter(|_| !feeds.is_empty());
        let warning = warning(&freshness, until.as_ref());
        let sentence = sentence(&put_in_use, &newest, (feeds.len(), answered.as_ref()));
        Self {
            is_old: !warning.is_empty(),
            generation,
            put_in_use,
            newest,
            answered,
            until,
            warning,
            sentence,
        }
    }

    /// The same in a few words, for the corner of every page.
    pub(crate) fn in_short(&self) -> String {
        let age = match (&self.until, self.generation) {
            (_, None) => return "Advisories: no index yet".to_owned(),
            (Some(until), _) => format!("Advisories of {}", until.age),
            (None, _) => "Advisories of unknown age".to_owned(),
        };
        match self.is_old {
            true => format!("Old: {age}"),
            false => age,
        }
    }
}

fn warning(freshness: &Freshness, until: Option<&Shown>) -> String {
    let since = until.map(|until| until.age.as_str());
    match freshness {
        Freshness::Nothing | Freshness::Fresh => String::new(),
        Freshness::Feed(name) => {
            let since = match since {
                Some(age) => format!("answered last {age}"),
                None => "never answered".to_owned(),
            };
            format!(
                "The feed {name} {since}. What became known since is in no verdict: see what \
                 is wrong with it under Feeds, or carry a bundle over."
            )
        }
        Freshness::Index => {
            let since = match since {
                Some(age) => format!("knows nothing newer than {age}"),
                None => "does not say how old it is".to_owned(),
            };
            format!(
                "The index in use {since}, and no feed is followed. What became known since is \
                 in no verdict: put a newer index in use, or follow feeds."
            )
        }
    }
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
