//! The answer for programs; `docs/schema/purchase-compare.schema.json`.

use std::io::{self, Write};

use evidence::Ground;
use purchase::cross_check::Contradiction;
use purchase::duty::{Duty, Timer};
use purchase::question::Question;
use purchase::{Bid, Cell, Fate, Filed, Gate, Judged, Row, support};
use serde::Serialize;

use super::Answer;

#[derive(Serialize)]
struct Shown<'a> {
    title: &'a str,
    tier: &'static str,
    as_of: String,
    profile: Named<'a>,
    bidders: Vec<Bidder<'a>>,
    /// Files of the folder that are of no bidder.
    left_aside: Vec<Left<'a>>,
}

#[derive(Serialize)]
struct Named<'a> {
    name: &'a str,
    version: &'a str,
}

#[derive(Serialize)]
struct Left<'a> {
    file: &'a str,
    why: &'a str,
}

#[derive(Serialize)]
struct Bidder<'a> {
    folder: &'a str,
    name: &'a str,
    product: &'a str,
    version: &'a str,
    blocked: bool,
    gates: Vec<Gated<'a>>,
    considerations: Vec<Considered<'a>>,
    contradictions: Vec<Contradicted<'a>>,
    support: Vec<Supported<'a>>,
    duties: Vec<Owed<'a>>,
    timers: Vec<Timed<'a>>,
    questions: Vec<Asked<'a>>,
    files: Vec<File<'a>>,
}

#[derive(Serialize)]
struct Gated<'a> {
    id: &'a str,
    title: &'a str,
    standing: &'static str,
    why: &'a str,
    grounds: Vec<Fact<'a>>,
    ask: Option<&'a str>,
}

#[derive(Serialize)]
struct Considered<'a> {
    id: &'static str,
    title: &'static str,
    #[serde(flatten)]
    cell: Celled<'a>,
}

#[derive(Serialize)]
struct Celled<'a> {
    verdict: &'static str,
    why: &'a str,
    grounds: Vec<Fact<'a>>,
    ask: Option<&'a str>,
}

#[derive(Serialize)]
struct Contradicted<'a> {
    rule: &'a str,
    severity: &'static str,
    between: &'static str,
    title: &'a str,
    why: &'a str,
    ask: &'a str,
    grounds: Vec<Fact<'a>>,
}

#[derive(Serialize)]
struct Owed<'a> {
    set: &'static str,
    id: &'a str,
    title: &'a str,
    #[serde(flatten)]
    cell: Celled<'a>,
}

#[derive(Serialize)]
struct Timed<'a> {
    advisory: &'a str,
    cve: &'a str,
    document: &'a str,
    place: String,
    known: String,
    told: String,
    telling: &'static str,
    fixed: Option<String>,
    fixing: &'static str,
}

/// A component of which something is known of its support.
#[derive(Serialize)]
struct Supported<'a> {
    standing: &'static str,
    component: &'a str,
    product: &'a str,
    ends: Option<String>,
    extended: Option<String>,
    /// What would have to be known.
    unknown: Option<&'a str>,
    source: &'a str,
    document: &'a str,
    place: String,
}

#[derive(Serialize)]
struct Asked<'a> {
    key: &'a str,
    weight: &'static str,
    about: &'a str,
    question: &'a str,
    why: &'a str,
}

#[derive(Serialize)]
struct File<'a> {
    file: &'a str,
    from: &'static str,
    kind: &'static str,
    fate: &'static str,
    /// Why it is not read, or what is wrong with it.
    why: Option<String>,
    notes: Vec<String>,
}

#[derive(Serialize)]
struct Fact<'a> {
    class: &'static str,
    document: &'a str,
    place: String,
    text: &'a str,
    date: Option<String>,
}

/// Writes one object.
pub(super) fn write(answer: &Answer, out: &mut dyn Write) -> io::Result<()> {
    let left = answer.beside.iter().map(|(file, why)| Left { file, why });
    let shown = Shown {
        title: &answer.event.title,
        tier: answer.event.tier.word(),
        as_of: answer.today.to_string(),
        profile: Named { name: &answer.profile.name, version: &answer.profile.version },
        bidders: answer.bids.iter().map(|(bid, judged)| bidder(bid, judged)).collect(),
        left_aside: left.collect(),
    };
    serde_json::to_writer(&mut *out, &shown)?;
    writeln!(out)
}

fn bidder<'a>(bid: &'a Bid, judged: &'a Judged) -> Bidder<'a> {
    let bidder = &bid.bidder;
    Bidder {
        folder: &bidder.folder,
        name: &bidder.name,
        product: &bidder.product,
        version: &bidder.version,
        blocked: judged.is_blocked(),
        gates: judged.gates.iter().map(gate).collect(),
        considerations: judged.rows.iter().map(considered).collect(),
        contradictions: judged.contradictions.iter().map(contradicted).collect(),
        support: judged.support.iter().map(supported).collect(),
        duties: judged.duties.iter().map(owed).collect(),
        timers: judged.timers.iter().map(timed).collect(),
        questions: judged.questions.iter().map(asked).collect(),
        files: bid.files.iter().map(file).collect(),
    }
}

fn some(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

fn gate(gate: &Gate) -> Gated<'_> {
    Gated {
        id: &gate.id,
        title: &gate.title,
        standing: gate.standing.word(),
        why: &gate.why,
        grounds: facts(&gate.grounds),
        ask: some(&gate.ask),
    }
}

fn considered(row: &Row) -> Considered<'_> {
    Considered { id: row.control.id(), title: row.control.title(), cell: cell(&row.cell) }
}

fn cell(cell: &Cell) -> Celled<'_> {
    Celled {
        verdict: cell.verdict.word(),
        why: &cell.why,
        grounds: facts(&cell.grounds),
        ask: some(&cell.ask),
    }
}

fn contradicted(found: &Contradiction) -> Contradicted<'_> {
    Contradicted {
        rule: &found.rule,
        severity: found.severity.word(),
        between: found.between.word(),
        title: &found.title,
        why: &found.why,
        ask: &found.ask,
        grounds: facts(&found.grounds),
    }
}

fn owed(duty: &Duty) -> Owed<'_> {
    Owed {
        set: duty.set.word(),
        id: &duty.id,
        title: &duty.title,
        cell: cell(&duty.cell),
    }
}

fn supported(it: &support::Supported) -> Supported<'_> {
    Supported {
        standing: it.standing.word(),
        component: &it.component,
        product: &it.product,
        ends: it.ends.map(|day| day.to_string()),
        extended: it.extended.map(|day| day.to_string()),
        unknown: some(&it.unknown),
        source: &it.source,
        document: &it.document,
        place: it.place.to_string(),
    }
}

fn timed(timer: &Timer) -> Timed<'_> {
    Timed {
        advisory: &timer.advisory,
        cve: &timer.cve,
        document: &timer.document,
        place: timer.place.to_string(),
        known: timer.known.to_string(),
        told: timer.told.to_string(),
        telling: timer.telling.word(),
        fixed: timer.fixed.map(|day| day.to_string()),
        fixing: timer.fixing.word(),
    }
}

fn asked(question: &Question) -> Asked<'_> {
    Asked {
        key: &question.key,
        weight: question.weight.word(),
        about: &question.about,
        question: &question.asks,
        why: &question.why,
    }
}

fn file(filed: &Filed) -> File<'_> {
    File {
        file: &filed.file,
        from: filed.side.word(),
        kind: filed.kind,
        fate: filed.fate.word(),
        why: match &filed.fate {
            Fate::Read => None,
            Fate::Unread(why) => Some(why.clone()),
            Fate::Refused(why) => Some(why.to_string()),
        },
        notes: filed.notes.iter().map(ToString::to_string).collect(),
    }
}

fn facts(grounds: &[Ground]) -> Vec<Fact<'_>> {
    fn fact(ground: &Ground) -> Fact<'_> {
        Fact {
            class: ground.class.word(),
            document: &ground.document,
            place: ground.place.to_string(),
            text: &ground.text,
            date: ground.date.map(|day| day.to_string()),
        }
    }
    grounds.iter().map(fact).collect()
}
