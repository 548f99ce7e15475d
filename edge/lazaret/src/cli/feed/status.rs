//! `lazaret feed status`: what is in an index, how old, how many, and what was set aside.

use std::path::PathBuf;

use advisory::index::{Catalog, Counts, Coverage};
use jiff::Timestamp;
use serde::Serialize;

use crate::cli::{Failure, Outcome};
use crate::output::page::Page;
use crate::output::text::{clean, clip, columns, counted, pad};
use crate::{index, render};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The index of advisories; without it the one that `feed build` keeps in your data folder
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
    /// For a person at a terminal
    Table,
    /// One JSON object, with every reason
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
            render::page(table(&status))?;
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

/// Columns of an ecosystem's name.
const NAME_COLUMNS: usize = 24;

fn table(status: &Status) -> Page {
    let mut page = render::blank();
    let index = &status.index;
    let overlay = if index.has_overlay { ", with additions" } else { "" };
    let verified =
        if index.verified == Some(true) { ", every byte verified" } else { "" };
    page.line(&format!("{}: {}{overlay}{verified}", index.path, size(index.bytes)), 0, 2);
    page.line(&format!("digest {}", index.generation), 0, 2);
    page.line(&many(index.vulnerabilities, "vulnerability"), 0, 2);
    page.gap();
    page.heading(&format!(
        "{:<14}{:>10}{:>11}{:>10}  {:<22}{:>9}",
        "source", "records", "withdrawn", "rejected", "newest change", "age"
    ));
    for source in &status.sources {
        let newest = source.newest.as_deref().unwrap_or("not stated");
        let age = match source.age_days {
            None => "unknown".to_owned(),
            Some(days) => many(days.unsigned_abs(), "day"),
        };
        let line = format!(
            "{}{:>10}{:>11}{:>10}  {}{:>9}",
            pad(source.source, 14),
            source.records,
            source.withdrawn,
            source.rejected,
            pad(newest.get(..20).unwrap_or(newest), 22),
            age
        );
        page.line(&line, 0, 2);
    }
    covered(status, &mut page);
    list("document", "could not be read", &status.set_aside, &mut page);
    list("part", "of documents could not be read", &status.notes, &mut page);
    refused(&status.refused_joins, &mut page);
    page
}

/// A size as a person says it.
fn size(bytes: u64) -> String {
    let units = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
    match units.into_iter().find(|(unit, _)| bytes >= *unit) {
        Some((unit, name)) => {
            let tenths = bytes / (unit / 10);
            format!("{}.{} {name}", tenths / 10, tenths % 10)
        }
        None => many(bytes, "byte"),
    }
}

fn many(count: u64, noun: &str) -> String {
    counted(usize::try_from(count).unwrap_or(usize::MAX), noun)
}

/// Of what the index speaks; of everything else it cannot tell.
fn covered(status: &Status, page: &mut Page) {
    page.gap();
    page.heading(&format!("{:<24}{:>10}  releases", "speaks of", "records"));
    for own in &status.ecosystems {
        let releases: Vec<&str> = own
            .releases
            .iter()
            .map(|one| one.release.as_str())
            .filter(|release| !release.is_empty())
            .collect();
        let head = format!("{}{:>10}", pad(&own.ecosystem, NAME_COLUMNS), own.records);
        let room = page.width().saturating_sub(columns(&head) + 2);
        let releases = clip(&releases.join(", "), room);
        page.line(&format!("{head}  {releases}"), 0, NAME_COLUMNS + 12);
    }
    page.line(&format!("{:<24}{:>10}", "CPE names", status.cpe_records), 0, 2);
}

fn list(noun: &str, what: &str, reasons: &[Reason], page: &mut Page) {
    if reasons.is_empty() {
        return;
    }
    let total: u64 = reasons.iter().map(|reason| reason.count).sum();
    page.gap();
    page.heading(&format!("{} {what}", many(total, noun)));
    for reason in reasons.iter().take(SHOWN) {
        let text = clip(&clean(&reason.reason), page.width().saturating_sub(12));
        page.line(&format!("{:>10}  {text}", reason.count), 0, 12);
    }
    rest(reasons.len(), page);
}

fn refused(joins: &[Join], page: &mut Page) {
    if joins.is_empty() {
        return;
    }
    page.gap();
    let count = counted(joins.len(), "time");
    page.heading(&format!("{count} a record calls two CVEs one; that is not followed"));
    for join in joins.iter().take(SHOWN) {
        let line = format!("{} calls {} and {} one", join.record, join.one, join.other);
        page.line(&clip(&clean(&line), page.width().saturating_sub(2)), 2, 4);
    }
    rest(joins.len(), page);
}

fn rest(all: usize, page: &mut Page) {
    if all > SHOWN {
        page.line(&format!("and {} more in `--format json`", all - SHOWN), 12, 12);
    }
}
