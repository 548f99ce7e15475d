//! What an organisation found out by itself, as pages say it: a claim of the house, with who
//! made it, when and why, and beside it what everybody else says.

mod beside;

use std::collections::BTreeMap;

use matching::Verdict;
use operations::analysis::Counted;
use serde::Serialize;
use store::Analysis;
use worklist::Weight;

use crate::clock::{Clock, Shown};
use crate::mark::Mark;
use crate::words;

pub(crate) use beside::Beside;

/// An own analysis.
#[derive(Serialize)]
pub(crate) struct Own {
    /// The verdict that it gives, where it decides.
    pub(crate) verdict: Option<Mark>,
    /// `analysis.state`, in words.
    pub(crate) state: String,
    pub(crate) justification: String,
    pub(crate) reason: String,
    pub(crate) by: String,
    pub(crate) said: Shown,
    pub(crate) weight: &'static str,
    /// All of it in a sentence.
    #[serde(skip)]
    pub(crate) text: String,
}

impl Own {
    /// An analysis beside the verdict of everybody else.
    pub(crate) fn new(
        counted: &Counted,
        judged: &str,
        names: &BTreeMap<i64, String>,
        clock: &Clock,
    ) -> Self {
        let Analysis { found, said, said_by, .. } = &counted.analysis;
        let (by, said) = (words::who(names.get(said_by)), clock.show(said));
        let own = format!("own analysis by {by} on {}", said.text);
        let state = plain(&found.state);
        let because = because(&counted.analysis);
        let text = match counted.weight {
            Weight::Decides => format!(
                "{own}: {because}; others say: {}.",
                Mark::of_word(judged).label()
            ),
            Weight::Outweighed => format!(
                "{own} says that it is {state} ({because}), but the maker says otherwise, and \
                 its word counts before yours."
            ),
            Weight::Overtaken => format!("{own} was overtaken by another one."),
            Weight::Marks => match (because.is_empty(), clears(&found.state)) {
                (true, true) => format!(
                    "{own} says that it is {state}, and not why: without a reason it clears \
                     nothing."
                ),
                (true, false) => format!("{own}: {state}."),
                (false, _) => format!("{own}: {state}; {because}."),
            },
        };
        Self {
            verdict: counted
                .verdict
                .filter(|_| counted.weight == Weight::Decides)
                .map(|verdict| Mark::verdict(Some(verdict))),
            state,
            justification: plain(&found.justification),
            reason: found.details.clone(),
            by,
            said,
            weight: counted.weight.word(),
            text,
        }
    }
}

/// Whether a state says that nothing is to be done.
fn clears(state: &str) -> bool {
    let state = terms::vex::cyclonedx::State::from_word(state);
    state.is_ok_and(|state| {
        worklist::outcome(state, worklist::Reason::Given).is_some_and(|verdict| {
            matches!(verdict, Verdict::NotAffected | Verdict::Fixed)
        })
    })
}

/// A word of a standard on a screen.
pub(crate) fn plain(word: &str) -> String {
    word.replace('_', " ")
}

/// Why, in the word of a standard and as somebody wrote it.
pub(crate) fn because(analysis: &Analysis) -> String {
    let found = &analysis.found;
    let (word, details) = (plain(&found.justification), found.details.trim());
    match (word.is_empty(), details.is_empty()) {
        (true, true) => String::new(),
        (false, true) => word,
        (true, false) => format!("“{details}”"),
        (false, false) => format!("{word}; “{details}”"),
    }
}
