//! Questions: the list, one of them with its answers, answering it, and lists to be sent on.

pub(crate) mod answers;
pub(crate) mod export;
mod form;
pub(crate) mod list;
pub(crate) mod note;
pub(crate) mod show;

use fleet::encoded;
use matching::Settles;
use matching::device::Means;
use operations::fleet::Set;
use operations::question::{Kind, Question, Shift};
use serde::Serialize;

use crate::mark::Mark;
use crate::sentence::Sentence;
use crate::words;

/// A name that leads somewhere.
#[derive(Debug, Serialize)]
struct Named {
    name: String,
    address: String,
}

impl Named {
    fn advisory(id: &str) -> Self {
        Self { name: id.to_owned(), address: format!("/advisories/{}", encoded(id)) }
    }

    fn vulnerability(id: &str) -> Self {
        Self { name: id.to_owned(), address: format!("/vulnerabilities/{}", encoded(id)) }
    }
}

/// The devices of an open question, or of them those whose priority moves so.
fn devices_of(question: &Question, shift: Option<Shift>) -> String {
    let set = Set::Asked(question.key.clone(), shift);
    format!("/devices?among={}", encoded(&set.to_string()))
}

/// A count of devices.
fn some(count: u64) -> String {
    words::many(count.cast_signed(), "device", "devices")
}

/// What an answer would change, one sentence each; each number leads to its devices.
fn effects(question: &Question) -> Vec<Sentence> {
    let mut effects = Vec::new();
    let all = devices_of(question, None);
    if let Kind::Device(_) | Kind::Component = question.kind {
        let verdicts = match question.verdicts {
            1 => "1 verdict".to_owned(),
            count => format!("{} verdicts", words::number(count)),
        };
        effects.push(
            Sentence::new(format!("{verdicts} about "))
                .link(some(question.devices), all.clone())
                .then(" hang on it."),
        );
    }
    // The better answer moves priorities: what nobody can tell counts as the worse.
    let moving = match (question.kind, question.yes) {
        (Kind::Device(_), Some(Means::NotAffected)) | (Kind::Component, _) => "Yes",
        (Kind::Device(_) | Kind::Fact(_), _) => "No",
    };
    // After a *yes* the advisory may ask something else.
    let moves = match question.kind {
        Kind::Device(_) | Kind::Component => "may move",
        Kind::Fact(_) => "moves",
    };
    for (shift, count) in &question.shifts {
        let word = |one| Mark::priority(one).label();
        effects.push(
            Sentence::new(format!("“{moving}” {moves} "))
                .link(some(*count), devices_of(question, Some(*shift)))
                .then(format!(" from {} to {}.", word(shift.from), word(shift.to))),
        );
    }
    if question.settles == Some(Settles::Neither) {
        effects.push(Sentence::new(
            "The answer is kept and shown; the verdict turns when an SBOM or a statement of the \
             maker says so.",
        ));
    }
    if effects.is_empty() {
        effects.push(
            Sentence::new("Changes the priority of ")
                .link(some(question.devices), all)
                .then(" together with the answer to another question."),
        );
    }
    effects
}
