//! The answer for programs; `docs/schema/supplier-vet.schema.json`.

use std::io::{self, Write};

use controls::red_flag::catalog;
use controls::supplier_history::{Doubtful, Figures};
use controls::{Finding, Ground, Subject};
use serde::Serialize;

use super::Answer;

#[derive(Serialize)]
struct Shown<'a> {
    supplier: Name<'a>,
    as_of: String,
    catalog: &'a str,
    gates: Vec<Gate<'a>>,
    flags: Vec<Flag<'a>>,
    history: History<'a>,
    documents: Vec<Read<'a>>,
    unread: Vec<Left<'a>>,
    refused: Vec<Left<'a>>,
}

#[derive(Serialize)]
struct Name<'a> {
    name: &'a str,
    aliases: &'a [String],
}

#[derive(Serialize)]
struct Gate<'a> {
    gate: &'static str,
    verdict: &'static str,
    standing: &'static str,
    why: &'a str,
    grounds: Vec<Fact<'a>>,
}

#[derive(Serialize)]
struct Flag<'a> {
    number: u8,
    id: &'static str,
    severity: &'static str,
    title: &'static str,
    /// `null` is the supplier.
    product: Option<&'a str>,
    verdict: &'static str,
    why: &'a str,
    grounds: Vec<Fact<'a>>,
    would_change: Option<&'a str>,
    ask: Option<&'a str>,
    needs: &'static [String],
    /// The capability with which its evidence comes.
    later: Option<&'static str>,
}

#[derive(Serialize)]
struct Fact<'a> {
    class: &'static str,
    document: &'a str,
    place: String,
    text: &'a str,
    date: Option<String>,
    age_days: Option<i32>,
}

#[derive(Serialize)]
struct History<'a> {
    archive: usize,
    first: Option<String>,
    last: Option<String>,
    figures: &'a Figures,
    baseline: Usual<'a>,
    doubtful: Vec<Perhaps<'a>>,
}

#[derive(Serialize)]
struct Usual<'a> {
    made: String,
    source: &'a str,
    figures: &'a Figures,
}

#[derive(Serialize)]
struct Perhaps<'a> {
    name: &'a str,
    by: &'static str,
    advisories: usize,
}

#[derive(Serialize)]
struct Read<'a> {
    file: &'a str,
    kind: &'static str,
}

#[derive(Serialize)]
struct Left<'a> {
    file: &'a str,
    why: &'a str,
}

/// Writes one object.
pub(super) fn write(answer: &Answer<'_>, out: &mut dyn Write) -> io::Result<()> {
    let gate = &answer.vetted.gate;
    let shown = Shown {
        supplier: Name { name: answer.supplier.name(), aliases: &answer.aliases },
        as_of: answer.today.to_string(),
        catalog: &catalog().version,
        gates: vec![Gate {
            gate: "isao",
            verdict: if gate.standing.is_blocked() { "blocked" } else { "passed" },
            standing: gate.standing.word(),
            why: &gate.why,
            grounds: facts(answer, &gate.grounds),
        }],
        flags: answer.vetted.findings.iter().map(|it| flag(answer, it)).collect(),
        history: history(answer),
        documents: (answer.delivery.documents().iter())
            .map(|(file, kind)| Read { file, kind })
            .collect(),
        unread: left(answer.delivery.unread()),
        refused: left(answer.delivery.refused()),
    };
    serde_json::to_writer(&mut *out, &shown)?;
    writeln!(out)
}

fn left(list: &[(String, String)]) -> Vec<Left<'_>> {
    list.iter().map(|(file, why)| Left { file, why }).collect()
}

fn flag<'a>(answer: &Answer<'_>, finding: &'a Finding) -> Flag<'a> {
    fn some(text: &str) -> Option<&str> {
        Some(text).filter(|text| !text.is_empty())
    }

    let flag = finding.flag;
    Flag {
        number: flag.number(),
        id: flag.id(),
        severity: flag.severity().word(),
        title: flag.title(),
        product: match &finding.subject {
            Subject::Supplier => None,
            Subject::Product(name) => Some(name),
        },
        verdict: finding.ruling.verdict.word(),
        why: &finding.ruling.why,
        grounds: facts(answer, &finding.ruling.grounds),
        would_change: some(&finding.ruling.change),
        ask: some(&finding.ask),
        needs: flag.needs(),
        later: some(flag.later()),
    }
}

fn facts<'a>(answer: &Answer<'_>, grounds: &'a [Ground]) -> Vec<Fact<'a>> {
    let fact = |ground: &'a Ground| Fact {
        class: ground.class.word(),
        document: &ground.document,
        place: ground.place.to_string(),
        text: &ground.text,
        date: ground.date.map(|day| day.to_string()),
        age_days: ground.age_days(answer.today),
    };
    grounds.iter().map(fact).collect()
}

fn history<'a>(answer: &'a Answer<'_>) -> History<'a> {
    let history = &answer.vetted.history;
    let perhaps = |doubtful: &'a Doubtful| Perhaps {
        name: &doubtful.name,
        by: doubtful.by.word(),
        advisories: doubtful.advisories.len(),
    };
    History {
        archive: history.archive,
        first: history.own.span.map(|(first, _)| first.to_string()),
        last: history.own.span.map(|(_, last)| last.to_string()),
        figures: &answer.vetted.figures,
        baseline: Usual {
            made: answer.baseline.made.to_string(),
            source: &answer.baseline.source,
            figures: &answer.baseline.figures,
        },
        doubtful: history.doubtful.iter().map(perhaps).collect(),
    }
}
