//! Bidders side by side: a column for each, a row for each gate and each consideration.

use posture::Verdict;
use purchase::gate::Standing;

use super::Answer;
use crate::output::page::{Page, Style};
use crate::output::text::{clip, counted, pad};

/// Columns of one bidder.
const COLUMN: usize = 3;
/// Columns of an id, and the fewest of a title.
const ID: usize = 6;
const TITLE_MIN: usize = 32;

/// Gates and considerations. Where there are more bidders than fit, they stand below each
/// other.
pub(super) fn matrix(answer: &Answer, page: &mut Page) {
    let room = page.width().saturating_sub(ID + TITLE_MIN) / COLUMN;
    let count = answer.bids.len();
    let mut from = 0;
    while from < count {
        let to = (from + room.max(1)).min(count);
        block(answer, page, from..to);
        from = to;
    }
    page.line(
        "✓ met or passed  ~ partly, or only claimed  ✗ not met or closed  ? cannot tell  \
         · not asked",
        0,
        0,
    );
    page.gap();
}

fn block(answer: &Answer, page: &mut Page, bidders: std::ops::Range<usize>) {
    let heads = bidders.clone().map(letter).collect::<Vec<_>>();
    page.heading(&aligned("GATES", page.width(), &heads));
    for gate in &answer.profile.gates {
        let cells = bidders.clone().map(|at| {
            let judged = answer.bids.get(at).map(|(_, judged)| judged);
            let own = judged.and_then(|it| it.gates.iter().find(|own| own.id == gate.id));
            own.map_or("·", |own| standing(own.standing)).to_owned()
        });
        let cells: Vec<String> = cells.collect();
        row(page, "", &gate.title, &cells);
    }
    page.gap();
    page.heading(&aligned("CONSIDERATIONS", page.width(), &heads));
    let mut left_out = 0;
    for control in posture::catalog().controls() {
        let verdicts = bidders.clone().map(|at| {
            let judged = answer.bids.get(at).map(|(_, judged)| judged);
            let own = judged.and_then(|it| it.rows.iter().find(|r| r.control == control));
            own.map_or(Verdict::NotApplicable, |own| own.cell.verdict)
        });
        let verdicts: Vec<Verdict> = verdicts.collect();
        if verdicts.iter().all(|it| *it == Verdict::NotApplicable) {
            left_out += 1;
            continue;
        }
        let cells: Vec<String> = verdicts.iter().map(|it| mark(*it).to_owned()).collect();
        row(page, control.id(), control.title(), &cells);
    }
    if left_out > 0 {
        let text = format!(
            "{} not asked of bidders: see `lazaret control assess` for the house's own.",
            counted(left_out, "consideration")
        );
        page.marked(("", Style::Quiet), &text, 0, 0);
    }
}

fn row(page: &mut Page, id: &str, title: &str, cells: &[String]) {
    let head = match id {
        "" => title.to_owned(),
        id => format!("{}{title}", pad(id, ID)),
    };
    page.line(&aligned(&head, page.width(), cells), 0, ID);
}

/// A line whose cells stand at its end, each in columns of its own.
fn aligned(head: &str, width: usize, cells: &[String]) -> String {
    let room = width.saturating_sub(cells.len() * COLUMN);
    let mut line = pad(&clip(head, room.saturating_sub(1)), room);
    for cell in cells {
        line.push_str(&pad(&format!("  {cell}"), COLUMN));
    }
    line.trim_end().to_owned()
}

/// `A`, `B`, … `Z`, `27`.
pub(super) fn letter(at: usize) -> String {
    let letter = u8::try_from(at).ok().filter(|at| *at < 26);
    let letter = letter.map(|at| char::from(b'A' + at));
    letter.map_or_else(|| (at + 1).to_string(), String::from)
}

const fn mark(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Met => "✓",
        Verdict::PartlyMet => "~",
        Verdict::NotMet => "✗",
        Verdict::CannotTell => "?",
        Verdict::NotApplicable => "·",
    }
}

const fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Passed => "✓",
        Standing::Unproven => "?",
        Standing::Closed => "✗",
    }
}
