//! Rows that are no device: headings that stand there again, and lines that count the others.

use super::complaint::Fault;
use super::field::{Field, folded};
use super::mapping::Columns;
use super::value;

/// Words with which a line that counts the others begins.
#[rustfmt::skip]
const COUNTING: &[&str] = &[
    "total", "totals", "subtotal", "sum", "count", "grand",
    "summe", "gesamt", "gesamtsumme", "zwischensumme", "anzahl", "insgesamt",
    "totale", "somma", "conteggio", "suma", "recuento", "cuenta", "somme", "nombre", "totaal",
    "aantal", "som",
];

/// Words that may stand behind them: what is counted.
#[rustfmt::skip]
const COUNTED: &[&str] = &[
    "total", "totals", "count", "number", "of", "all", "devices", "device", "assets", "asset",
    "rows", "row", "records", "items", "entries", "equipment",
    "geräte", "der", "zeilen", "summe", "anzahl", "général", "general", "generale", "appareils",
    "équipements", "de", "des", "dispositivos", "equipos", "dispositivi", "apparaten",
];

/// Why a row is no device; `None` where it may be one.
pub(super) fn why(record: &csv::StringRecord, columns: &Columns) -> Option<Fault> {
    if repeats_headings(record, columns) {
        return Some(Fault::Headings);
    }
    let first = record.get(0).map(str::trim).filter(|cell| counts(cell))?;
    let says = |field: Field, beside: fn(&str) -> bool| {
        columns.of(field).iter().any(|(at, _)| {
            let cell = record.get(*at).unwrap_or_default().trim();
            *at != 0 && !value::is_nothing(cell) && !beside(cell)
        })
    };
    let told = [Field::AssetTag, Field::Maker, Field::Model, Field::Serial];
    (!told.into_iter().any(|field| says(field, is_count)))
        .then(|| Fault::Total(first.to_owned()))
}

/// Every cell that says something says its heading, and there are at least two.
fn repeats_headings(record: &csv::StringRecord, columns: &Columns) -> bool {
    let mut said = 0;
    record.iter().enumerate().filter(|(_, cell)| !cell.trim().is_empty()).all(
        |(at, cell)| {
            said += 1;
            let heading = columns.headings.get(at);
            heading.is_some_and(|heading| folded(heading) == folded(cell))
        },
    ) && said > 1
}

/// `Total`, `Count: 2`, `Summe Geräte = 12`; a blank device number is none.
fn counts(cell: &str) -> bool {
    let lower = cell.to_lowercase();
    let mut words = lower
        .split(|c: char| c.is_whitespace() || matches!(c, ':' | '=' | '(' | ')'))
        .filter(|word| !word.is_empty());
    words.next().is_some_and(|word| COUNTING.contains(&word))
        && words.all(|word| COUNTED.contains(&word) || is_count(word))
}

/// A number, with or without marks between thousands.
fn is_count(cell: &str) -> bool {
    cell.starts_with(|c: char| c.is_ascii_digit())
        && cell
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '\'' | ' ' | '\u{a0}'))
}
