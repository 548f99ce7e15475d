//! Rules that look at the form alone, and are more than a comparison of answers.

use std::collections::BTreeSet;

use reading::Place;

use crate::answer::Answer;
use crate::form::{Said, Spelt};
use crate::lint::{Case, Ground, Judge, shown};
use crate::question::{Edition, Question};

/// One function for each rule, in the order of the data.
pub(super) const JUDGES: &[(&str, Judge)] = &[
    ("answered-twice", answered_twice),
    ("answer-unclear", answer_unclear),
    ("not-answered", not_answered),
    ("note-missing", note_missing),
    ("not-applicable-everywhere", not_applicable_everywhere),
    ("id-misspelt", id_misspelt),
    ("model-missing", model_missing),
    ("release-missing", release_missing),
    ("release-in-doubt", release_in_doubt),
    ("release-to-come", release_to_come),
    ("outdated", outdated),
    ("old-edition", old_edition),
];

type Found = Vec<(Vec<Ground>, String)>;

/// Days after which a form is old.
const OLD_DAYS: i32 = 730;

fn once(grounds: Vec<Ground>, why: impl Into<String>) -> Found {
    vec![(grounds, why.into())]
}

/// What is said to each question of the form's edition.
fn all<'c>(case: Case<'c>) -> impl Iterator<Item = (&'static Question, Said<'c>)> {
    let questions = case.form.edition.questions().iter();
    questions.map(move |question| (question, case.form.said(question.id)))
}

fn grounds(said: &Said<'_>) -> Vec<Ground> {
    let ground = |entry: &&crate::Entry| {
        let text = format!("{}: {}", entry.question.id, shown(entry));
        Ground::of_form(&entry.place, text)
    };
    said.entries.iter().map(ground).collect()
}

fn answered_twice(case: Case<'_>) -> Found {
    let differ = |said: &Said<'_>| {
        let given: BTreeSet<(Answer, &str)> = said
            .entries
            .iter()
            .filter(|it| it.answer != Answer::Blank)
            .map(|it| {
                (it.answer, if it.answer == Answer::Stated { &*it.written } else { "" })
            })
            .collect();
        given.len() > 1
    };
    all(case)
        .filter(|(_, said)| differ(said))
        .map(|(_, said)| (grounds(&said), String::new()))
        .collect()
}

fn answer_unclear(case: Case<'_>) -> Found {
    let unclear = case.form.entries.iter().filter(|it| it.answer == Answer::Unclear);
    unclear
        .map(|entry| {
            let text = format!("{}: {}", entry.question.id, shown(entry));
            (vec![Ground::of_form(&entry.place, text)], String::new())
        })
        .collect()
}

/// Questions without an answer, all in one; what hangs on a question that is answered with no
/// or not applicable may stay open.
fn not_answered(case: Case<'_>) -> Found {
    let hangs = |question: &Question| {
        let mut above = question.parent();
        while let Some(parent) = above {
            let answer = case.form.said(parent.id).answer();
            if matches!(answer, Answer::No | Answer::NotApplicable) {
                return true;
            }
            above = parent.parent();
        }
        false
    };
    // A question whose parts are answered has said enough.
    let has_parts = |question: &Question| {
        let below = format!("{}.", question.id);
        let behind = question.edition.questions().iter().skip(question.position + 1);
        let mut parts = behind.take_while(|part| part.id.starts_with(&below)).peekable();
        parts.peek().is_some()
            && parts.all(|part| case.form.said(part.id).answer() != Answer::Blank)
    };
    let open: Vec<(&Question, Said<'_>)> = all(case)
        .filter(|(question, said)| {
            said.answer() == Answer::Blank && !hangs(question) && !has_parts(question)
        })
        .collect();
    if open.is_empty() {
        return Vec::new();
    }
    let names: Vec<&str> = open.iter().map(|(question, _)| question.id).collect();
    let missing = open.iter().filter(|(_, said)| said.entries.is_empty()).count();
    let not_there = match missing {
        0 => String::new(),
        missing => format!(", of which {missing} are not in the form at all"),
    };
    let why = format!(
        "{} of {}{not_there}: {}",
        open.len(),
        case.form.edition.questions().len(),
        names.join(", ")
    );
    let places = open.iter().filter_map(|(_, said)| said.entry());
    let grounds: Vec<Ground> = places
        .take(6)
        .map(|it| Ground::of_form(&it.place, format!("{}: not answered", it.question.id)))
        .collect();
    let grounds = match grounds.is_empty() {
        true => {
            vec![Ground::of_form(&Place::Document, "the questions are not in the form")]
        }
        false => grounds,
    };
    once(grounds, why)
}

fn note_missing(case: Case<'_>) -> Found {
    let form = case.form;
    let is_missing = |entry: &&crate::Entry| match (&entry.footnote, entry.answer) {
        (Some(number), _) => {
            form.footnote(number).is_none() && entry.remark.chars().count() < 12
        }
        (None, Answer::SeeNotes) => entry.remark.is_empty(),
        (None, _) => false,
    };
    form.entries
        .iter()
        .filter(is_missing)
        .map(|entry| {
            let note = entry
                .footnote
                .as_ref()
                .map_or("a note".to_owned(), |number| format!("note {number}"));
            let text = format!("{}: {}, with {note}", entry.question.id, shown(entry));
            (vec![Ground::of_form(&entry.place, text)], String::new())
        })
        .collect()
}

fn not_applicable_everywhere(case: Case<'_>) -> Found {
    const EVERYWHERE: [&str; 16] = [
        "DOC-8", "DOC-9", "DOC-10", "DOC-11", "MPII-1", "CONN-1", "CONN-3", "CONN-4",
        "CSUP-1", "CSUP-11", "RDMP-1", "RDMP-3", "SBOM-1", "SGUD-1", "RMOT-1", "AUTH-1",
    ];
    EVERYWHERE
        .iter()
        .map(|id| case.form.said_2019(id))
        .filter(|said| said.answer() == Answer::NotApplicable)
        .map(|said| (grounds(&said), String::new()))
        .collect()
}

fn id_misspelt(case: Case<'_>) -> Found {
    let mut found = Vec::new();
    for entry in &case.form.entries {
        if let Spelt::Wrong(written) = &entry.spelt {
            let text = format!("{written} is read as {}", entry.question.id);
            found.push((vec![Ground::of_form(&entry.place, text)], String::new()));
        }
    }
    found
}

fn model_missing(case: Case<'_>) -> Found {
    let missing: Vec<&str> = [
        ("maker (DOC-1)", case.form.maker().is_none()),
        ("model (DOC-3)", case.form.model().is_none()),
    ]
    .into_iter()
    .filter_map(|(name, is_missing)| is_missing.then_some(name))
    .collect();
    match missing.is_empty() {
        true => Vec::new(),
        false => once(
            vec![Ground::of_form(
                &Place::Document,
                format!("no {}", missing.join(" and no ")),
            )],
            "",
        ),
    }
}

fn release_missing(case: Case<'_>) -> Found {
    match case.form.released() {
        Some(_) => Vec::new(),
        None => once(vec![Ground::of_form(&Place::Document, "no day of release")], ""),
    }
}

fn release_in_doubt(case: Case<'_>) -> Found {
    let Some((text, place)) = case.form.released() else { return Vec::new() };
    match case.form.release_day() {
        Some(_) => Vec::new(),
        None => once(vec![Ground::of_form(place, format!("released: {text}"))], ""),
    }
}

fn release_to_come(case: Case<'_>) -> Found {
    let Some((_, place)) = case.form.released() else { return Vec::new() };
    match case.form.release_day() {
        Some(day) if day > case.today => {
            once(vec![Ground::of_form(place, format!("released on {day}"))], "")
        }
        _ => Vec::new(),
    }
}

fn outdated(case: Case<'_>) -> Found {
    let Some((_, place)) = case.form.released() else { return Vec::new() };
    let Some(day) = case.form.release_day() else { return Vec::new() };
    let age = day.date().until(case.today.date()).map_or(0, |span| span.get_days());
    match age > OLD_DAYS {
        true => once(
            vec![Ground::of_form(place, format!("released on {day}, {age} days ago"))],
            "",
        ),
        false => Vec::new(),
    }
}

fn old_edition(case: Case<'_>) -> Found {
    match case.form.edition {
        Edition::Of2019 => Vec::new(),
        Edition::Of2013 => {
            let place =
                case.form.entries.first().map_or(Place::Document, |it| it.place.clone());
            once(vec![Ground::of_form(&place, "questions of HN 1-2013")], "")
        }
    }
}
