//! What is to be done about devices: the list, one action, and the acts on it.

pub(crate) mod act;
mod address;
pub(crate) mod export;
pub(crate) mod list;
mod order;
pub(crate) mod policy;
pub(crate) mod priorities;
mod returned;
pub(crate) mod row;
pub(crate) mod show;
mod survey;

pub(crate) use address::{Asked, By, NOBODY};
pub(crate) use row::Row;
pub(crate) use show::happened;

use store::SeenAction;
use worklist::{Action, Kind, State, Step, Wanted};

use crate::words::number;

/// What is done, in words; what it is done to is said beside it.
pub(crate) fn what(step: &Step) -> String {
    match step {
        Step::Update(release) => match release.split_once("; ") {
            None => format!("Update to {release}"),
            Some(_) => {
                let releases = release.replace("; ", " or ");
                format!("Update to {releases}: the advisory says which")
            }
        },
        Step::Mitigate => "Mitigate, as the advisory says".to_owned(),
        Step::Maker(wanted) => asking([*wanted]),
        Step::Decide(question) => question.clone(),
    }
}

/// What an action does, in words.
pub(crate) fn what_of(action: &Action) -> String {
    match action.asks.is_empty() {
        true => what(&action.step),
        false => asking(action.asks.keys().copied()),
    }
}

/// What is asked of a maker, in one sentence.
fn asking(wanted: impl IntoIterator<Item = Wanted>) -> String {
    let asked = wanted.into_iter().map(|wanted| match wanted {
        Wanted::Remedy => "for its remedy",
        Wanted::Components => "for a release with newer components",
        Wanted::Fix => "whether there will be a fix, and decide whether it stays in use",
        Wanted::Outcome => "what came of its investigation",
    });
    format!("Ask the maker {}", asked.collect::<Vec<_>>().join("; "))
}

/// What is done to which devices, in one sentence that a tired person understands.
pub(crate) fn in_words(action: &Action) -> String {
    let devices = match action.devices {
        1 => "1".to_owned(),
        devices => number(devices),
    };
    let wards = action.wards.keys().filter(|ward| !ward.is_empty()).count();
    let place = match wards {
        0 => String::new(),
        1 => " in 1 ward".to_owned(),
        wards => format!(" in {wards} wards"),
    };
    let them = format!("{devices} {}{place}", operations::action::product(action));
    let done = match &action.step {
        Step::Update(release) => {
            format!("update {them} to {}", release.replace("; ", " or "))
        }
        Step::Mitigate => format!("protect {them}, as the advisory says"),
        Step::Maker(_) => {
            let asked = action.asks.keys().map(|wanted| match wanted {
                Wanted::Remedy => "for its remedy",
                Wanted::Components => "for newer components",
                Wanted::Fix => "for a fix",
                Wanted::Outcome => "what its investigation found",
            });
            let asked = asked.collect::<Vec<_>>().join(", ");
            format!("ask the maker of {them} {asked}")
        }
        Step::Decide(question) => format!("find out about {them}: {question}"),
    };
    match (action.exploited.len(), &action.step) {
        (0, _) | (_, Step::Decide(_)) => done,
        (1, _) => format!("{done}, since a flaw is exploited in the wild"),
        (count, _) => format!("{done}, since {count} flaws are exploited in the wild"),
    }
}

/// A sentence within another; a question stays one.
pub(crate) fn lower(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) if !text.ends_with('?') => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => text.to_owned(),
    }
}

/// What was done, in words, where only what was kept of it is known.
fn what_was(seen: &SeenAction) -> String {
    let kind = Kind::ALL.into_iter().find(|kind| kind.word() == seen.kind);
    what(&match kind {
        Some(Kind::Update) => Step::Update(seen.what.clone()),
        Some(Kind::Mitigate) => Step::Mitigate,
        Some(Kind::AskMaker) => {
            let all = [Wanted::Components, Wanted::Fix, Wanted::Outcome];
            let is_asked =
                |wanted: &Wanted| seen.what.split(' ').any(|word| word == wanted.word());
            let mut asked: Vec<Wanted> = all.into_iter().filter(is_asked).collect();
            // What was kept of a remedy alone is its advisory.
            if asked.is_empty() || is_asked(&Wanted::Remedy) {
                asked.insert(0, Wanted::Remedy);
            }
            return asking(asked);
        }
        Some(Kind::Decide) | None => Step::Decide(seen.what.clone()),
    })
}

/// What a kind of action is called.
pub(crate) const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Update => "Update",
        Kind::Mitigate => "Mitigate",
        Kind::AskMaker => "Ask the maker",
        Kind::Decide => "Answer a question",
    }
}

/// What a state is called.
pub(crate) const fn state(state: State) -> &'static str {
    match state {
        State::Open => "open",
        State::CameBack => "came back: the inventory shows it is not done",
        State::WindowOver => "window is over, not done",
        State::AcceptanceOver => "acceptance has ended",
        State::Outgrown => "more is known than when it was decided",
        State::Proposed => "acceptance waits for approval",
        State::Planned => "planned",
        State::Reported => "reported done",
        State::Accepted => "accepted for a time",
        State::Done => "done",
        State::Missing => "devices missing: the inventory names none of them",
        State::Withdrawn => "no longer said by any advisory",
        State::NotAffected => "not affected, by your own analysis",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn what_was_kept_says_the_same_as_what_is() {
        for (step, kind, kept) in [
            (Step::Update("2.3".to_owned()), "update", "2.3"),
            (Step::Mitigate, "mitigate", "AMSA-1"),
            (Step::Maker(Wanted::Remedy), "ask_maker", "AMSA-1"),
            (Step::Maker(Wanted::Fix), "ask_maker", "fix"),
            (Step::Maker(Wanted::Outcome), "ask_maker", "outcome"),
            (Step::Maker(Wanted::Components), "ask_maker", "components"),
            (Step::Decide("Is it on?".to_owned()), "decide", "Is it on?"),
        ] {
            let seen = SeenAction {
                organisation: 1,
                digest: [0; 32],
                kind: kind.to_owned(),
                maker: String::new(),
                model: String::new(),
                target: String::new(),
                product: String::new(),
                what: kept.to_owned(),
                priority: String::new(),
                since: String::new(),
                builds: String::new(),
                returned: None,
            };
            assert_eq!(what_was(&seen), what(&step));
        }
    }

    #[test]
    fn every_state_has_words_of_its_own() {
        let words: BTreeSet<&str> = State::ALL.into_iter().map(state).collect();
        assert_eq!(words.len(), State::ALL.len());
    }
}
