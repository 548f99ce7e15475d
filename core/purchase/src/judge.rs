//! One bid, judged: gates, the matrix, contradictions, duties, and what is open.

use controls::baseline::Baseline;
use controls::vet;
use controls::{Measures, Supplier};
use evidence::Ground;
use lifecycle::Catalog;
use naming::Makers;
use posture::{Assessed, Audience, Control, Tailoring, Verdict, assess, catalog};
use terms::Day;

use crate::bid::Bid;
use crate::cell::Cell;
use crate::check::{Case, answer, parts};
use crate::cross_check::{self, Contradiction};
use crate::duty::{self, Duty, Timer};
use crate::event::Event;
use crate::gate::{self, Gate};
use crate::no_sbom;
use crate::profile::Profile;
use crate::question::{Question, Weight};
use crate::support::{self, Supported};

/// By what bids are judged: the same for each.
#[derive(Clone, Copy)]
pub struct Setting<'s> {
    /// What is bought.
    pub event: &'s Event,
    /// What is asked.
    pub profile: &'s Profile,
    /// What makers are called.
    pub makers: &'s Makers,
    /// What is usual among makers.
    pub baseline: &'s Baseline,
    /// How long software is supported.
    pub lifecycle: &'s Catalog,
    /// The day of which it is asked.
    pub today: Day,
}

/// What the evidence says of a bid.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// What has to be proven before anything is bought.
    pub gates: Vec<Gate>,
    /// The sixty-four considerations, in their order.
    pub rows: Vec<Row>,
    /// What cannot be right together, the gravest first.
    pub contradictions: Vec<Contradiction>,
    /// Components of which something is known of their support, what asks most first.
    pub support: Vec<Supported>,
    /// What law and guidance ask.
    pub duties: Vec<Duty>,
    /// How long the maker took, flaw by flaw.
    pub timers: Vec<Timer>,
    /// What the bidder is to be asked.
    pub questions: Vec<Question>,
}

/// A consideration, and what the evidence says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The consideration.
    pub control: Control,
    /// What the evidence says.
    pub cell: Cell,
}

impl Judged {
    /// Whether any gate keeps from buying.
    #[must_use]
    pub fn is_blocked(&self) -> bool {
        self.gates.iter().any(|gate| gate.standing.is_blocking())
    }

    /// How many considerations have a verdict.
    #[must_use]
    pub fn count(&self, verdict: Verdict) -> usize {
        self.rows.iter().filter(|row| row.cell.verdict == verdict).count()
    }
}

/// Judges one bid. Nothing of any other bid comes in.
#[must_use]
pub fn judge(bid: &Bid, setting: Setting<'_>) -> Judged {
    let Setting { event, profile, makers, baseline, lifecycle, today } = setting;
    let aliases = bid.aliases();
    let supplier = Supplier::new(&bid.bidder.name, &aliases, makers);
    let measures = Measures { baseline, life_cycles: lifecycle };
    let case = Case {
        bid,
        supplier: &supplier,
        proven: vet(&supplier, &bid.proven, measures, today),
        shown: vet(&supplier, &bid.shown, measures, today),
        records: recorded(bid, today),
        contradictions: cross_check::contradictions(bid, &supplier, today),
        support: support::supported(
            bid.sboms().map(|held| (held.file.as_str(), &held.value)),
            lifecycle,
            event.used_until,
            today,
        ),
        today,
    };
    let gates = gate::gates(&case, &profile.gates, event.tier);
    let rows: Vec<Row> = catalog()
        .controls()
        .map(|control| Row { control, cell: cell(&case, setting, control) })
        .collect();
    let (duties, timers) = duty::duties(&case, event.tier);
    let questions = questions(&case, &gates, &rows, &duties);
    let said: Vec<Option<Ground>> = (case.contradictions.iter())
        .map(|it| answer(&case, &it.key()).map(|(_, ground)| ground))
        .collect();
    let (mut contradictions, support) = (case.contradictions, case.support);
    // What the bidder answers is shown, and settles nothing.
    for (one, said) in contradictions.iter_mut().zip(said) {
        one.grounds.extend(said);
    }
    Judged { gates, rows, contradictions, support, duties, timers, questions }
}

/// What registers and exports say. What names no supplier is about the bidder's own house;
/// contracts, policies and tests name it as a supplier.
fn recorded(bid: &Bid, today: Day) -> Vec<Assessed> {
    assess(&bid.holdings, &[], &Tailoring::default(), today)
}

fn cell(case: &Case<'_>, setting: Setting<'_>, control: Control) -> Cell {
    let requirement = setting.profile.requirement(control);
    match (requirement, control.audience()) {
        (Some(requirement), _) if requirement.is_asked(setting.event.tier) => {
            let parts = parts(case, &requirement.checks, control.id(), Some(control));
            Cell::join(parts, &requirement.ask)
        }
        (Some(_), _) => Cell::not_applicable("not asked of a device of this tier"),
        (None, Audience::Provider) => {
            Cell::not_applicable("asked of the house, not of a bidder")
        }
        (None, Audience::Supplier | Audience::Both) => {
            Cell::not_applicable("the profile does not ask it")
        }
    }
}

/// What is open, the gravest first, each question once. What was answered is not asked again,
/// but where a gate or a contradiction still stands.
fn questions(
    case: &Case<'_>,
    gates: &[Gate],
    rows: &[Row],
    duties: &[Duty],
) -> Vec<Question> {
    let mut all = Vec::new();
    for gate in gates.iter().filter(|gate| gate.standing.is_blocking()) {
        all.push(Question {
            key: format!("gate:{}", gate.id),
            weight: Weight::Gate,
            about: gate.title.clone(),
            asks: gate.ask.clone(),
            why: match gate.named.is_empty() {
                true => gate.why.clone(),
                false => format!("{}: {}", gate.why, gate.named.join("; ")),
            },
        });
    }
    for found in &case.contradictions {
        let places = found.grounds.iter().map(|ground| {
            format!("{} ({}, {})", ground.text, ground.document, ground.place)
        });
        all.push(Question {
            key: found.key(),
            weight: Weight::Contradiction,
            about: found.title.clone(),
            asks: found.ask.clone(),
            why: places.collect::<Vec<_>>().join("; "),
        });
    }
    all.extend(no_sbom::questions(case.bid));
    let cells = rows.iter().map(|row| (row.control.id(), row.control.title(), &row.cell));
    let of_duties = duties.iter().map(|it| (it.id.as_str(), it.title.as_str(), &it.cell));
    for (key, about, cell) in cells.chain(of_duties) {
        let is_answered = case.bid.answers.iter().any(|it| it.value.key == key);
        if cell.ask.is_empty() || is_answered {
            continue;
        }
        all.push(Question {
            key: key.to_owned(),
            weight: match cell.verdict {
                Verdict::NotMet => Weight::NotMet,
                _ => Weight::Open,
            },
            about: about.to_owned(),
            asks: cell.ask.clone(),
            why: cell.why.clone(),
        });
    }
    all.sort_by_key(|question| question.weight);
    once(all)
}

/// Each question once, with every reason for which it is asked.
fn once(all: Vec<Question>) -> Vec<Question> {
    let mut asked: Vec<Question> = Vec::new();
    for one in all {
        let is_same = |it: &&mut Question| it.key == one.key || it.asks == one.asks;
        let Some(first) = asked.iter_mut().find(is_same) else {
            asked.push(one);
            continue;
        };
        // Two of one rule are two reasons; two that ask the same with other keys have one.
        if first.key == one.key && !first.why.contains(&one.why) {
            first.why = format!("{}; {}", first.why, one.why);
        }
    }
    asked
}
