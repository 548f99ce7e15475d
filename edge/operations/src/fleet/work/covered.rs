//! What an action was about when it was decided.
//!
//! An action is known by words that stay while flaws come and releases follow, so what was
//! decided about it must not silently cover what nobody knew then: who accepted the risk of two
//! flaws has not accepted that of a third.

use std::collections::BTreeSet;

use fleet::Priority;
use serde::{Deserialize, Serialize};
use worklist::{Action, Decision, Kind, Step, is_within};

/// What a decision is about, as it is kept with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Covered {
    /// The release that was to be installed; empty where none was.
    release: String,
    /// The flaws that were known.
    flaws: BTreeSet<String>,
    /// How urgent it was, in the word of the wire.
    priority: String,
}

/// What is more than when something was decided.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grown {
    /// Flaws of which nobody knew.
    pub flaws: Vec<String>,
    /// The release that has to be installed now, where it is a later one.
    pub release: Option<String>,
    /// How urgent it has become, where it is more so.
    pub priority: Option<Priority>,
}

impl Covered {
    /// What an action is about now.
    pub(crate) fn of(action: &Action) -> Self {
        Self {
            release: release(action).to_owned(),
            flaws: action.vulnerabilities.iter().map(ToString::to_string).collect(),
            priority: action.priority.word().to_owned(),
        }
    }

    /// As it is kept.
    pub(crate) fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// What of an action is not covered by what was decided about it. `names` gives all names
    /// of a flaw: ids are joined and parted.
    pub(super) fn grown(
        &self,
        decision: Decision,
        action: &Action,
        names: impl Fn(&str) -> BTreeSet<String>,
    ) -> Option<Grown> {
        let flaws = || -> Vec<String> {
            let others = action.vulnerabilities.iter();
            let mut others =
                others.filter(|flaw| !self.flaws.contains(&***flaw)).peekable();
            // Mostly there is none, and no name has to be looked up.
            if others.peek().is_none() {
                return Vec::new();
            }
            let known: BTreeSet<String> =
                self.flaws.iter().flat_map(|flaw| names(flaw)).collect();
            let new = others.filter(|flaw| names(flaw).is_disjoint(&known));
            new.map(ToString::to_string).collect()
        };
        let grown = match (decision, action.key.kind) {
            (Decision::Open, _) => Grown::default(),
            (Decision::Proposed { .. } | Decision::Accepted { .. }, _) => {
                let was =
                    Priority::ALL.into_iter().find(|one| one.word() == self.priority);
                let is_worse = was.is_some_and(|was| action.priority < was);
                Grown {
                    flaws: flaws(),
                    release: None,
                    priority: is_worse.then_some(action.priority),
                }
            }
            // The release that is planned clears what it clears.
            (Decision::Planned { .. } | Decision::Reported { .. }, Kind::Update) => {
                let now = release(action);
                let is_later = !is_within(now, &self.release);
                Grown { release: is_later.then(|| now.to_owned()), ..Grown::default() }
            }
            // Who looks at the device answers for all that hangs on it.
            (Decision::Planned { .. } | Decision::Reported { .. }, Kind::Decide) => {
                Grown::default()
            }
            (
                Decision::Planned { .. } | Decision::Reported { .. },
                Kind::Mitigate | Kind::AskMaker,
            ) => Grown { flaws: flaws(), ..Grown::default() },
        };
        (grown != Grown::default()).then_some(grown)
    }
}

fn release(action: &Action) -> &str {
    match &action.step {
        Step::Update(release) => release,
        Step::Mitigate | Step::Maker(_) | Step::Decide(_) => "",
    }
}
