//! The shortest list of actions that raises the number most.
//!
//! Greedy: of all that could be done, the one that brings most is taken first, then the one
//! that brings most beside it, and so on. A control that needs several things is shared out
//! among them, so that three halves of a delivery do not look like a whole one. What stands in
//! `could_reach` is what is reached if everything up to there turns out well: evidence that is
//! delivered may show that it is not so. Controls with an exception that holds bring nothing.

use std::collections::{BTreeMap, BTreeSet};

use terms::Day;

use crate::assess::Assessed;
use crate::posture::Posture;

/// Something to do next.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Step {
    /// What tells it from others: `deliver:account`, `mend:A-07`.
    pub key: String,
    /// What to do, in a sentence without a full stop.
    pub text: String,
}

/// An action, and what it brings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// What to do.
    pub step: Step,
    /// The controls for which it is needed.
    pub controls: Vec<&'static str>,
    /// The number that could be reached with it and all before, in hundredths.
    pub could_reach: usize,
}

/// Parts of a half point, divisible by as many things as a control may need.
const WHOLE: usize = 5040;

/// An open control: what is missing of it, in halves of a point, and what it needs.
struct Open<'a> {
    id: &'static str,
    halves: usize,
    needs: BTreeSet<&'a Step>,
}

/// The actions that bring most, at most so many.
#[must_use]
pub fn best(assessed: &[Assessed], today: Day, most: usize) -> Vec<Action> {
    let tally = Posture::of(assessed, today).whole();
    let all = tally.applicable() * 2;
    let mut reached = tally.halves();
    let mut open: Vec<Open<'_>> =
        assessed.iter().filter_map(|one| opened(one, today)).collect();
    let mut actions = Vec::new();
    while actions.len() < most {
        let Some(step) = next(&open) else { break };
        let controls =
            open.iter().filter(|it| it.needs.contains(step)).map(|it| it.id).collect();
        for one in &mut open {
            one.needs.remove(step);
        }
        reached += open
            .iter()
            .filter(|it| it.needs.is_empty())
            .map(|it| it.halves)
            .sum::<usize>();
        open.retain(|it| !it.needs.is_empty());
        let could_reach = (reached * 100).checked_div(all).unwrap_or_default();
        actions.push(Action { step: step.clone(), controls, could_reach });
    }
    actions
}

fn opened(one: &Assessed, today: Day) -> Option<Open<'_>> {
    let halves = 2_usize.checked_sub(one.ruling.verdict.halves()?)?;
    let is_open = halves > 0 && !one.is_excepted(today) && !one.steps.is_empty();
    is_open.then(|| Open {
        id: one.control.id(),
        halves,
        needs: one.steps.iter().collect(),
    })
}

/// The step that brings most; of equals the first by its key.
fn next<'a>(open: &[Open<'a>]) -> Option<&'a Step> {
    let mut gains: BTreeMap<&'a Step, usize> = BTreeMap::new();
    for one in open {
        for step in &one.needs {
            let part =
                (one.halves * WHOLE).checked_div(one.needs.len()).unwrap_or_default();
            *gains.entry(step).or_default() += part;
        }
    }
    let best = gains.iter().rev().max_by_key(|(_, gain)| **gain);
    best.map(|(step, _)| *step)
}
