//! The page for people: bidders side by side, then each by itself with what blocks, what
//! contradicts what, what is not met, and how many questions are open.

use std::collections::BTreeMap;

use evidence::Ground;
use posture::Verdict;
use purchase::cross_check::{Contradiction, Severity};
use purchase::duty::{Duty, Pace, Set};
use purchase::gate::Standing;
use purchase::support::Standing as Support;
use purchase::{Bid, Fate, Judged, Side};

use super::Answer;
use super::matrix::{letter, matrix};
use crate::output::page::{Page, Style};
use crate::output::text::{counted, listed};
use crate::render;

/// Grounds of one finding that are shown on a page.
const GROUNDS: usize = 3;
/// Contradictions of one bidder that are shown.
const CONTRADICTIONS: usize = 12;

/// The page.
pub(super) fn page(answer: &Answer) -> Page {
    let mut page = render::blank();
    let title = match answer.event.title.as_str() {
        "" => "Purchase",
        title => title,
    };
    let tier = answer.event.tier.words();
    page.heading(&format!("{title} ({tier}), as of {}", answer.today));
    let profile = &answer.profile;
    let files: usize = answer.bids.iter().map(|(bid, _)| bid.files.len()).sum();
    let text = format!(
        "profile {} {}, {}, {}",
        profile.name,
        profile.version,
        counted(answer.bids.len(), "bidder"),
        counted(files, "file")
    );
    page.line(&text, 0, 2);
    page.gap();
    for (at, (bid, judged)) in answer.bids.iter().enumerate() {
        page.line(&format!("{}  {}", letter(at), told(bid, judged)), 0, 3);
    }
    page.gap();
    matrix(answer, &mut page);
    for (at, (bid, judged)) in answer.bids.iter().enumerate() {
        bidder(at, bid, judged, &mut page);
    }
    for (name, why) in &answer.beside {
        page.marked(("left aside: ", Style::Quiet), &format!("{name}: {why}"), 0, 2);
    }
    page
}

/// A bidder in a line.
fn told(bid: &Bid, judged: &Judged) -> String {
    let bidder = &bid.bidder;
    let offered = [bidder.product.as_str(), bidder.version.as_str()];
    let offered: Vec<&str> = offered.into_iter().filter(|it| !it.is_empty()).collect();
    let offered = match offered.is_empty() {
        true => String::new(),
        false => format!(", {}", offered.join(" ")),
    };
    let state = match judged.gates.iter().filter(|it| it.standing.is_blocking()).count() {
        0 => "no gate blocks".to_owned(),
        count => format!("{} blocked", counted(count, "gate")),
    };
    format!("{}{offered}: {}, {state}", bidder.name, counted(bid.files.len(), "file"))
}

fn bidder(at: usize, bid: &Bid, judged: &Judged, page: &mut Page) {
    page.heading(&format!("{}  {}", letter(at), bid.bidder.name));
    for gate in judged.gates.iter().filter(|gate| gate.standing.is_blocking()) {
        let text = format!("{}: {}", gate.title, gate.why);
        match gate.standing {
            Standing::Closed => page.marked(("■ closed: ", Style::ActNow), &text, 0, 2),
            _ => page.marked(("■ unproven: ", Style::ThisWeek), &text, 0, 2),
        }
        grounds(&gate.grounds, page);
    }
    contradictions(&judged.contradictions, page);
    for row in judged.rows.iter().filter(|row| row.cell.verdict == Verdict::NotMet) {
        let text = format!("{} {}", row.control.id(), row.control.title());
        page.marked(("✗ not met: ", Style::NextWindow), &text, 0, 2);
        page.line(&row.cell.why, 4, 4);
        grounds(&row.cell.grounds, page);
    }
    support(judged, page);
    duties(judged, page);
    files(bid, page);
    let open = judged.questions.len();
    if open > 0 {
        let name = &bid.bidder.folder;
        let text = format!(
            "{} open: `lazaret purchase questions FOLDER --bidder {name} -o {name}.xlsx`",
            counted(open, "question")
        );
        page.marked(("? ", Style::Question), &text, 0, 2);
    }
    page.gap();
}

fn contradictions(found: &[Contradiction], page: &mut Page) {
    for one in found.iter().take(CONTRADICTIONS) {
        let style = match one.severity {
            Severity::High => Style::ThisWeek,
            Severity::Medium => Style::NextWindow,
            Severity::Low => Style::Quiet,
        };
        let mark = format!("≠ {}: ", one.severity.word());
        page.marked((&mark, style), &one.title, 0, 2);
        grounds(&one.grounds, page);
    }
    if let Some(more @ 1..) = found.len().checked_sub(CONTRADICTIONS) {
        page.line(&format!("and {} more", counted(more, "contradiction")), 2, 4);
    }
}

/// Components whose support has ended, or ends while the device is used.
fn support(judged: &Judged, page: &mut Page) {
    for (standing, mark) in
        [(Support::Ended, "support ended: "), (Support::EndsInUse, "ends in use: ")]
    {
        let of = judged.support.iter().filter(|it| it.standing == standing);
        let named: Vec<String> = of
            .map(|it| match it.ends {
                Some(day) => format!("{} ({day})", it.component),
                None => it.component.clone(),
            })
            .collect();
        if !named.is_empty() {
            page.line(&format!("{mark}{}", listed(&named, 6)), 2, 4);
        }
    }
}

fn duties(judged: &Judged, page: &mut Page) {
    for set in [Set::Section524b, Set::Premarket, Set::Postmarket] {
        let of: Vec<&Duty> = judged.duties.iter().filter(|it| it.set == set).collect();
        let mut counts: BTreeMap<Verdict, usize> = BTreeMap::new();
        for duty in &of {
            *counts.entry(duty.cell.verdict).or_default() += 1;
        }
        let counts: Vec<String> = counts
            .iter()
            .map(|(verdict, count)| format!("{count} {}", verdict.words()))
            .collect();
        page.line(&format!("{}: {}", set.words(), counts.join(", ")), 2, 4);
    }
    let late = judged
        .timers
        .iter()
        .filter(|timer| timer.telling == Pace::Late || timer.fixing == Pace::Late);
    for timer in late.take(GROUNDS) {
        let text = format!(
            "{}, {}: known {}, told {} ({}), fixed {} ({})",
            timer.advisory,
            timer.cve,
            timer.known,
            timer.told,
            timer.telling.word(),
            timer.fixed.map_or("never".to_owned(), |day| day.to_string()),
            timer.fixing.word().replace('_', " ")
        );
        page.line(&text, 4, 6);
    }
}

/// Files by what they are; those that nobody reads and those that are broken by name.
fn files(bid: &Bid, page: &mut Page) {
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for filed in bid.files.iter().filter(|it| it.fate == Fate::Read) {
        *kinds.entry(filed.kind).or_default() += 1;
    }
    let kinds: Vec<String> = kinds
        .iter()
        .map(|(kind, count)| match count {
            1 => (*kind).to_owned(),
            count => format!("{count} × {kind}"),
        })
        .collect();
    if !kinds.is_empty() {
        page.line(&format!("read: {}", kinds.join(", ")), 2, 4);
    }
    for filed in &bid.files {
        let side = match filed.side {
            Side::Bidder => "",
            Side::House => " (of the house)",
        };
        match &filed.fate {
            Fate::Read => {}
            Fate::Unread(why) => {
                let text = format!("{}{side}, {}: {why}", filed.file, filed.kind);
                page.marked(("not read: ", Style::Quiet), &text, 2, 4);
            }
            Fate::Refused(why) => {
                let text = format!("{}{side}, {}: {why}", filed.file, filed.kind);
                page.marked(("broken: ", Style::ThisWeek), &text, 2, 4);
            }
        }
    }
}

fn grounds(grounds: &[Ground], page: &mut Page) {
    for ground in grounds.iter().take(GROUNDS) {
        let class = ground.class.word();
        let text =
            format!("{} [{class}] {}, {}", ground.text, ground.document, ground.place);
        page.line(&text, 4, 6);
    }
    if let Some(more @ 1..) = grounds.len().checked_sub(GROUNDS) {
        page.line(&format!("and {more} more"), 4, 6);
    }
}
