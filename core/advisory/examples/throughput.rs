//! How many documents a core reads in a second: `throughput FOLDER…`.
//!
//! Every file below the folders is read into memory, and then parsed three times; the best
//! of the three is told, with what was refused and what was noted most.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "an example measures, and tells what it found"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use advisory::Document;

fn files_below(folder: &Path, found: &mut Vec<PathBuf>) -> std::io::Result<()> {
    if folder.is_file() {
        found.push(folder.to_owned());
        return Ok(());
    }
    for entry in std::fs::read_dir(folder)? {
        files_below(&entry?.path(), found)?;
    }
    Ok(())
}

#[derive(Default)]
struct Told {
    records: usize,
    affected: usize,
    refused: BTreeMap<String, usize>,
    notes: BTreeMap<String, usize>,
}

/// A message without what it quotes.
fn plain(message: &str) -> String {
    let pieces = message.split('`').enumerate();
    pieces.map(|(at, piece)| if at % 2 == 0 { piece } else { "…" }).collect()
}

fn parse_all(documents: &[Vec<u8>]) -> Told {
    let mut told = Told::default();
    for bytes in documents {
        let parsed = match advisory::parse(bytes) {
            Ok(parsed) => parsed,
            Err(refused) => {
                *told.refused.entry(plain(&refused.message)).or_default() += 1;
                continue;
            }
        };
        for note in &parsed.notes {
            *told.notes.entry(plain(&note.message)).or_default() += 1;
        }
        match parsed.value {
            Document::Record(record) => {
                told.records += 1;
                told.affected += record.affected.len() + record.statements.len();
            }
            Document::Records(records) => told.records += records.len(),
            Document::Kev(catalog) => told.records += catalog.entries.len(),
            Document::Epss(day) => told.records += day.scores.len(),
        }
    }
    told
}

fn main() -> std::io::Result<()> {
    for folder in std::env::args().skip(1) {
        let mut paths = Vec::new();
        files_below(Path::new(&folder), &mut paths)?;
        let documents: Vec<Vec<u8>> =
            paths.iter().map(std::fs::read).collect::<Result<_, _>>()?;
        let bytes: usize = documents.iter().map(Vec::len).sum();
        let mut best = Duration::MAX;
        let mut told = Told::default();
        for _ in 0..3 {
            let start = Instant::now();
            told = parse_all(&documents);
            best = best.min(start.elapsed());
        }
        let seconds = best.as_secs_f64();
        println!(
            "{folder}: {} documents, {} records, {} affected or statements, \
             {:.0} records/s, {:.0} MB/s",
            documents.len(),
            told.records,
            told.affected,
            told.records as f64 / seconds,
            bytes as f64 / 1e6 / seconds,
        );
        for (what, counts) in [("refused", &told.refused), ("noted", &told.notes)] {
            let mut counts: Vec<_> = counts.iter().collect();
            counts.sort_by(|a, b| b.1.cmp(a.1));
            for (message, count) in counts.into_iter().take(12) {
                println!("  {what} {count}: {message}");
            }
        }
    }
    Ok(())
}
