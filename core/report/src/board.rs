//! One page for those who answer for the whole: where it stands, whether it gets better, what
//! can hurt somebody, what it takes.

use posture::{Assessed, Posture, Verdict};

use crate::members::{Member, least};
use crate::posture::{categories, first, lead, trend};
use crate::{
    Align, Block, Frame, Kind, Noted, Report, Step, Table, Word, capital, counted,
};

/// Actions and risks that are told: the page is one page.
const FIRST: usize = 5;

/// What the page is made of.
#[derive(Clone, Debug)]
pub struct Board<'a> {
    /// The verdicts.
    pub assessed: &'a [Assessed],
    /// How many there were of each, the oldest day first.
    pub noted: Vec<Noted>,
    /// What is to be done about devices; none where whoever asks sees none.
    pub held: Option<Held>,
    /// How many suppliers are kept, and how many of them nothing is bought from; none where
    /// whoever asks sees none.
    pub suppliers: Option<(usize, usize)>,
    /// It and the organisations below it, each before those below.
    pub members: Vec<Member>,
}

/// What is to be done about devices.
#[derive(Clone, Debug, Default)]
pub struct Held {
    /// How many things are open, by how soon.
    pub open: Vec<(&'static str, usize)>,
    /// How many of them are late.
    pub overdue: usize,
    /// What comes first.
    pub first: Vec<Doing>,
}

/// A thing to do about devices.
#[derive(Clone, Debug)]
pub struct Doing {
    /// What, in a sentence without a full stop.
    pub text: String,
    /// How soon, and about how many devices.
    pub beside: String,
}

/// The report.
#[must_use]
pub fn board(frame: &Frame<'_>, board: &Board<'_>) -> Report {
    let title = format!("{} on one page", frame.organisation);
    let mut report = Report::new(Kind::Board, title, frame);
    let counts = Posture::of(board.assessed, frame.day);
    report.lead = lead(&counts.whole());
    report.note = "The number says what the evidence bears out, not how safe anybody is."
        .to_owned();
    let mut stands = vec![Block::Plot(categories(&counts))];
    stands.extend(trend(&board.noted).map(Block::Plot));
    report.add("Where it stands", stands);
    report.add("With those below", least(&board.members, FIRST));
    report.add("What can hurt somebody", risks(board));
    report.add("What is not so", not_so(board.assessed));
    report.add("What it takes", first(board.assessed, frame.day, FIRST));
    report
}

fn risks(board: &Board<'_>) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut told: Vec<String> = Vec::new();
    if let Some(held) = &board.held {
        let open: Vec<String> = held
            .open
            .iter()
            .filter(|(_, count)| *count > 0)
            .map(|(soon, count)| format!("{count} {soon}"))
            .collect();
        told.push(match open.is_empty() {
            true => "Nothing is open about devices with known flaws.".to_owned(),
            false => format!(
                "Open about devices with known flaws: {}; {} late.",
                open.join(", "),
                match held.overdue {
                    1 => "1 is".to_owned(),
                    count => format!("{count} are"),
                }
            ),
        });
    }
    if let Some((all, blocked)) = board.suppliers
        && all > 0
    {
        told.push(format!(
            "From {blocked} of {} nothing may be bought yet.",
            counted(all, "supplier", "suppliers")
        ));
    }
    if !told.is_empty() {
        blocks.push(Block::Paragraph { text: told.join(" ") });
    }
    let first = board.held.iter().flat_map(|held| &held.first).take(FIRST);
    let steps: Vec<Step> = first
        .map(|one| Step { text: one.text.clone(), beside: one.beside.clone() })
        .collect();
    if !steps.is_empty() {
        blocks.push(Block::Steps { steps });
    }
    blocks
}

/// What the evidence shows not to be so, in plain words.
fn not_so(all: &[Assessed]) -> Vec<Block> {
    let found: Vec<&Assessed> =
        all.iter().filter(|one| one.ruling.verdict == Verdict::NotMet).collect();
    let columns = [("Control", Align::Text), ("What the evidence shows", Align::Text)];
    let mut table = Table::new("Not met", &columns);
    table.rows.extend(found.iter().take(FIRST).map(|one| {
        vec![
            format!("{} {}", one.control.id(), one.control.title()),
            capital(&one.ruling.why),
        ]
    }));
    let mut blocks: Vec<Block> = table.block().into_iter().collect();
    if found.len() > FIRST {
        let text = format!(
            "And {} more, in the report of where it stands.",
            found.len() - FIRST
        );
        blocks.push(Block::Paragraph { text });
    }
    blocks
}

impl Word {
    /// A word that is the same on the wire and on paper.
    pub(crate) const fn plain(word: &'static str) -> Self {
        Self { word, label: word }
    }
}
