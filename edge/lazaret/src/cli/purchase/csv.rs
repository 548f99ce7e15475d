//! The answer for a spreadsheet: a line for each bidder and each thing that was judged.

use std::io::{self, Write};

use evidence::Ground;

use super::Answer;
use crate::output::text::clean;

const HEADINGS: &str = "bidder,kind,id,title,verdict,why,fact,class,document,place\n";

/// What was judged, in a line.
struct Line<'l> {
    kind: &'l str,
    id: &'l str,
    title: &'l str,
    verdict: &'l str,
    why: &'l str,
    ground: Option<&'l Ground>,
}

/// Writes every line.
pub(super) fn write(answer: &Answer, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(HEADINGS.as_bytes())?;
    for (bid, judged) in &answer.bids {
        let name = &bid.bidder.name;
        for gate in &judged.gates {
            let (id, title, why) = (&gate.id, &gate.title, &gate.why);
            let verdict = gate.standing.word();
            let ground = gate.grounds.first();
            line(name, &Line { kind: "gate", id, title, verdict, why, ground }, out)?;
        }
        for row in &judged.rows {
            let (id, title) = (row.control.id(), row.control.title());
            let (verdict, why) = (row.cell.verdict.word(), &row.cell.why);
            let ground = row.cell.grounds.first();
            let of = Line { kind: "consideration", id, title, verdict, why, ground };
            line(name, &of, out)?;
        }
        for found in &judged.contradictions {
            let (id, title, why) = (&found.rule, &found.title, &found.why);
            let (verdict, ground) = (found.severity.word(), found.grounds.first());
            let of = Line { kind: "contradiction", id, title, verdict, why, ground };
            line(name, &of, out)?;
        }
        for duty in &judged.duties {
            let (id, title) = (&duty.id, &duty.title);
            let (verdict, why) = (duty.cell.verdict.word(), &duty.cell.why);
            let (kind, ground) = (duty.set.word(), duty.cell.grounds.first());
            line(name, &Line { kind, id, title, verdict, why, ground }, out)?;
        }
        for filed in &bid.files {
            let (id, title) = (&filed.file, filed.kind);
            let (verdict, why) = (filed.fate.word(), "");
            let of = Line { kind: "file", id, title, verdict, why, ground: None };
            line(name, &of, out)?;
        }
    }
    Ok(())
}

fn line(bidder: &str, line: &Line<'_>, out: &mut dyn Write) -> io::Result<()> {
    let place = line.ground.map(|it| it.place.to_string()).unwrap_or_default();
    let cells = [
        bidder,
        line.kind,
        line.id,
        line.title,
        line.verdict,
        line.why,
        line.ground.map_or("", |it| it.text.as_str()),
        line.ground.map_or("", |it| it.class.word()),
        line.ground.map_or("", |it| it.document.as_str()),
        place.as_str(),
    ];
    let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
    writeln!(out, "{}", cells.join(","))
}

/// A cell as RFC 4180 writes it; what a spreadsheet would take for a formula stands behind a
/// quote.
fn quoted(cell: &str) -> String {
    let cell = clean(cell);
    let quote = if cell.starts_with(['=', '+', '-', '@']) { "'" } else { "" };
    match cell.contains([',', '"']) {
        true => format!("\"{quote}{}\"", cell.replace('"', "\"\"")),
        false => format!("{quote}{cell}"),
    }
}
