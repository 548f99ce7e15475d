//! `lazaret feed status`: what is in an index, how old, how many, and what was set aside.

use std::path::PathBuf;

use advisory::index::{Catalog, Counts, Coverage};
use jiff::Timestamp;
use serde::Serialize;

use crate::cli::{Failure, Outcome};
use crate::{index, render};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The index; the default is the one that `feed sync` keeps
    #[arg(long, value_name = "FILE")]
    index: Option<PathBuf>,
    /// Read every byte and compare it with the digests in the index
    #[arg(long)]
    verify: bool,
    /// How it is printed
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Table,
    Json,
}

/// What the table and the JSON say; `docs/schema/feed-status.schema.json`.
#[derive(Serialize)]
struct Status {
    index: File,
    sources: Vec<Source>,
    ecosystems: Vec<Ecosystem>,
    /// Records of NVD and the CVE list with CPE names.
    cpe_records: u64,
    set_aside: Vec<Reason>,
    notes: Vec<Reason>,
    refused_joins: Vec<Join>,
    warnings: Vec<String>,
}

#[derive(Serialize)]
struct File {
    path: String,
    generation: String,
    bytes: u64,
    has_overlay: bool,
    vulnerabilities: u64,
    /// `null` where it was not asked for.
    verified: Option<bool>,
}

#[derive(Serialize)]
struct Source {
    source: &'static str,
    records: u64,
    withdrawn: u64,
    rejected: u64,
    newest: Option<String>,
    age_days: Option<i64>,
}

/// An ecosystem of which records speak.
#[derive(Serialize)]
struct Ecosystem {
    ecosystem: String,
    records: u64,
    releases: Vec<Release>,
}

/// A release of it; an empty one stands for what is said of every release.
#[derive(Serialize)]
struct Release {
    release: String,
    records: u64,
}

#[derive(Serialize)]
struct Reason {
    reason: String,
    count: u64,
}

#[derive(Serialize)]
struct Join {
    record: String,
    one: String,
    other: String,
}

pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let path = index::path(arguments.index.as_deref())?;
    let file = index::open(Some(&path))?;
    let opened = file.index()?;
    if arguments.verify {
        opened.verify().map_err(|cause| {
            anyhow::anyhow!("{}: {cause}; {}", path.display(), cause.hint)
        })?;
    }
    let counts = opened.counts();
    let coverage = opened.coverage();
    if opened.is_damaged() {
        anyhow::bail!("{}: the index is damaged; build it again", path.display());
    }
    let now = Timestamp::now();
    let status = Status {
        index: File {
            path: path.display().to_string(),
            generation: opened.generation().to_string(),
            bytes: file.len(),
            has_overlay: file.has_overlay(),
            vulnerabilities: counts.vulnerabilities,
            verified: arguments.verify.then_some(true),
        },
        sources: sources(&counts, now),
        ecosystems: ecosystems(coverage),
        cpe_records: coverage.cpe_records,
        set_aside: reasons(&counts.set_aside),
        notes: reasons(&counts.notes),
        refused_joins: joins(&counts),
        warnings: index::warnings(&counts, now),
    };
    match arguments.format {
        Format::Json => {
            render::data(&format!("{}\n", serde_json::to_string_pretty(&status)?))?
        }
        Format::Table => {
            render::data(&table(&status))?;
            if let Some(warning) = index::warning(&counts, now) {
                render::talk(&format!("warning: {warning}"));
            }
        }
    }
    Ok(Outcome::Nothing)
}

fn sources(counts: &Counts, now: Timestamp) -> Vec<Source> {
    let records = counts.sources.iter().map(|count| Source {
        source: count.source.word(),
        records: count.records,
        withdrawn: count.withdrawn,
        rejected: count.rejected,
        newest: stated(&count.newest),
        age_days: index::age_days(&count.newest, now),
    });
    let catalogs = [("kev", &counts.listed), ("epss", &counts.scored)];
    let catalogs = catalogs.into_iter().filter(|(_, catalog)| catalog.entries > 0);
    records
        .chain(catalogs.map(|(word, catalog)| of_catalog(word, catalog, now)))
        .collect()
}

fn of_catalog(word: &'static str, catalog: &Catalog, now: Timestamp) -> Source {
    Source {
        source: word,
        records: catalog.entries,
        withdrawn: 0,
        rejected: 0,
        newest: stated(&catalog.newest),
        age_days: index::age_days(&catalog.newest, now),
    }
}

fn ecosystems(coverage: &Coverage) -> Vec<Ecosystem> {
    let releases = |releases: &[(String, u64)]| {
        let releases = releases.iter();
        releases
            .map(|(release, records)| Release {
                release: release.clone(),
                records: *records,
            })
            .collect()
    };
    let ecosystems = coverage.ecosystems.iter();
    ecosystems
        .map(|own| Ecosystem {
            ecosystem: own.ecosystem.clone(),
            records: own.records,
            releases: releases(&own.releases),
        })
        .collect()
}

fn stated(newest: &str) -> Option<String> {
    (!newest.is_empty()).then(|| newest.to_owned())
}

fn reasons(reasons: &[(String, u64)]) -> Vec<Reason> {
    reasons
        .iter()
        .map(|(reason, count)| Reason { reason: reason.clone(), count: *count })
        .collect()
}

fn joins(counts: &Counts) -> Vec<Join> {
    let joins = counts.refused.iter();
    joins
        .map(|join| Join {
            record: join.record.clone(),
            one: join.one.clone(),
            other: join.other.clone(),
        })
        .collect()
}

/// Rows of a list that the table shows; the JSON has all of them.
const SHOWN: usize = 15;

/// Columns of the table.
const WIDTH: usize = 80;

fn table(status: &Status) -> String {
    let index = &status.index;
    let overlay = if index.has_overlay { ", with additions" } else { "" };
    let verified = if index.verified == Some(true) { ", verified" } else { "" };
    let mut lines = vec![
        format!("{}: {} bytes{overlay}{verified}", index.path, index.bytes),
        format!("generation {}", index.generation),
        format!("{} vulnerabilities", index.vulnerabilities),
        String::new(),
        format!(
            "{:<14}{:>10}{:>11}{:>10}  {:<22}{:>8}",
            "source", "records", "withdrawn", "rejected", "newest", "age"
        ),
    ];
    for source in &status.sources {
        let newest = source.newest.as_deref().unwrap_or("not stated");
        let age = match source.age_days {
            None => "unknown".to_owned(),
            Some(1) => "1 day".to_owned(),
            Some(days) => format!("{days} days"),
        };
        lines.push(format!(
            "{:<14}{:>10}{:>11}{:>10}  {:<22}{:>9}",
            source.source,
            source.records,
            source.withdrawn,
            source.rejected,
            newest.get(..20).unwrap_or(newest),
            age
        ));
    }
    covered(&mut lines, status);
    list(&mut lines, "documents set aside", &status.set_aside);
    list(&mut lines, "parts of documents set aside", &status.notes);
    let refused = &status.refused_joins;
    if !refused.is_empty() {
        lines.push(String::new());
        lines.push(format!(
            "joins refused, since they would unite two CVEs: {}",
            refused.len()
        ));
        for join in refused.iter().take(SHOWN) {
            lines.push(cut(&format!(
                "  {} calls {} and {} one",
                join.record, join.one, join.other
            )));
        }
        rest(&mut lines, refused.len());
    }
    lines.push(String::new());
    lines.join("\n")
}

/// Of what the index speaks; of everything else it cannot tell.
fn covered(lines: &mut Vec<String>, status: &Status) {
    lines.push(String::new());
    lines.push(format!("{:<24}{:>10}  releases", "speaks of", "records"));
    for own in &status.ecosystems {
        let releases: Vec<&str> = own
            .releases
            .iter()
            .map(|one| one.release.as_str())
            .filter(|release| !release.is_empty())
            .collect();
        let line =
            format!("{:<24}{:>10}  {}", own.ecosystem, own.records, releases.join(", "));
        lines.push(cut(line.trim_end()));
    }
    lines.push(format!("{:<24}{:>10}", "CPE names", status.cpe_records));
}

fn list(lines: &mut Vec<String>, title: &str, reasons: &[Reason]) {
    if reasons.is_empty() {
        return;
    }
    let total: u64 = reasons.iter().map(|reason| reason.count).sum();
    lines.push(String::new());
    lines.push(format!("{title}: {total}"));
    for reason in reasons.iter().take(SHOWN) {
        lines.push(cut(&format!("{:>10}  {}", reason.count, reason.reason)));
    }
    rest(lines, reasons.len());
}

fn rest(lines: &mut Vec<String>, all: usize) {
    if all > SHOWN {
        lines.push(format!("            and {} more in `--format json`", all - SHOWN));
    }
}

/// A line that fits the table.
fn cut(line: &str) -> String {
    match line.char_indices().nth(WIDTH) {
        None => line.to_owned(),
        Some(_) => line.chars().take(WIDTH - 1).chain(['…']).collect(),
    }
}
