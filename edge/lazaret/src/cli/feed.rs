//! `lazaret feed`: builds the index of advisories, adds to it, and says what is in it.

mod bundle;
mod status;
mod sync;

use std::path::PathBuf;

use feeds::{BuildError, Built, Cache, Order, Progress, Told, What};

use super::under_way::UnderWay;
use super::{Failure, Outcome};
use crate::index;
use crate::render;

#[derive(clap::Subcommand)]
pub(crate) enum Verb {
    /// Build an index from files, folders and archives of advisories
    #[command(after_help = BUILD_HELP)]
    Build(Build),
    /// Add advisories to an index, so that they take effect at once
    Add(Add),
    /// Fetch what changed from the feeds that are subscribed to, and build the index
    Sync(sync::Arguments),
    /// Carry what feeds gave over an air gap
    #[command(subcommand)]
    Bundle(bundle::Verb),
    /// Say what is in an index, how old it is, and what was set aside
    Status(status::Arguments),
}

const BUILD_HELP: &str = "\
Sources are recognised by their content: files, folders, .zip, .tar, .gz and .zst of OSV,
CVE 5, NVD 2.0, CSAF, KEV, EPSS, OpenVEX and CycloneDX VEX. What is not recognised is
skipped and named; a document that is broken or cannot be read is set aside, named and
counted. The index depends on the records alone, not on their order. What was read is kept in
FILE.runs, so that the next build reads only what changed.";

#[derive(clap::Args)]
pub(crate) struct Build {
    /// Where the index is written; without it, in your data folder
    #[arg(long, value_name = "FILE")]
    index: Option<PathBuf>,
    /// Read every source again, and keep nothing for the next build
    #[arg(long)]
    no_cache: bool,
    /// Files, folders and archives; `-` is standard input
    #[arg(required = true, value_name = "SOURCE")]
    sources: Vec<PathBuf>,
}

#[derive(clap::Args)]
pub(crate) struct Add {
    /// The index to add to; without it the one in your data folder
    #[arg(long, value_name = "FILE")]
    index: Option<PathBuf>,
    /// Files, folders and archives; `-` is standard input
    #[arg(required = true, value_name = "SOURCE")]
    sources: Vec<PathBuf>,
}

pub(crate) fn run(verb: &Verb) -> Result<Outcome, Failure> {
    match verb {
        Verb::Build(arguments) => build(arguments),
        Verb::Add(arguments) => add(arguments),
        Verb::Sync(arguments) => sync::run(arguments),
        Verb::Bundle(verb) => bundle::run(verb),
        Verb::Status(arguments) => status::run(arguments),
    }
}

fn build(arguments: &Build) -> Result<Outcome, Failure> {
    let path = index::path(arguments.index.as_deref())?;
    if let (None, Some(folder)) = (&arguments.index, path.parent()) {
        std::fs::create_dir_all(folder)?;
    }
    let cache = if arguments.no_cache { Cache::Ignore } else { Cache::Use };
    build_index(&Order { index: &path, sources: &arguments.sources, cache })?;
    Ok(Outcome::Nothing)
}

/// Builds an index, with progress on a terminal, and says what is in it and what is not.
fn build_index(order: &Order<'_>) -> Result<Built, Failure> {
    let bar = UnderWay::begin();
    let outcome = feeds::build(order, &mut |progress| bar.tell(message(progress)));
    bar.end();
    let built = outcome.inspect_err(say_why_nothing).map_err(with_hint)?;
    say_told(&built.told);
    let reused = match built.reused {
        0 => String::new(),
        reused => format!(", {reused} of them unchanged"),
    };
    render::talk(&format!(
        "{}: {} from {}{reused}",
        order.index.display(),
        records(&built),
        counted(built.sources as u64, "source", "sources"),
    ));
    Ok(built)
}

/// Records in the index, and how many were read where some were there twice or revised.
fn records(built: &Built) -> String {
    let held = counted(built.held, "record", "records");
    match built.statements == built.held {
        true => held,
        false => format!("{held} of {} read", built.statements),
    }
}

fn message(progress: Progress) -> String {
    match progress {
        Progress::Reading { done, sources, documents } => {
            format!("reading source {} of {sources}, {documents} documents", done + 1)
        }
        Progress::Merging => "writing the index".to_owned(),
    }
}

fn add(arguments: &Add) -> Result<Outcome, Failure> {
    let path = index::path(arguments.index.as_deref())?;
    let Built { statements, told, .. } = feeds::add(&path, &arguments.sources)
        .inspect_err(say_why_nothing)
        .map_err(with_hint)?;
    say_told(&told);
    let added = counted(statements, "record", "records");
    render::talk(&format!("{}: {added} added", path.display()));
    Ok(Outcome::Nothing)
}

fn with_hint(error: BuildError) -> Failure {
    match error.hint() {
        Some(hint) => anyhow::anyhow!("{error}\nhelp: {hint}"),
        None => error.into(),
    }
}

/// Where nothing could be read, the documents and the reasons are the whole answer.
fn say_why_nothing(error: &BuildError) {
    if let BuildError::Nothing { told, .. } = error {
        say_told(told);
    }
}

/// Says which documents are not in the index: the first ones by name, all of them by
/// reason.
fn say_told(told: &Told) {
    for (what, word) in [(What::Skipped, "skipped"), (What::SetAside, "set aside")] {
        for (name, reason) in told.examples_of(what) {
            render::talk(&format!("{word}: {name}: {reason}"));
        }
        let total = told.total(what);
        if total == 0 {
            continue;
        }
        render::talk(&format!("{word} in all: {total}"));
        let mut reasons: Vec<_> = told.reasons(what).collect();
        reasons.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        for (reason, count) in reasons.iter().take(REASONS_SHOWN) {
            render::talk(&format!("  {count:>8}  {reason}"));
        }
    }
    let companions = told.total(What::Companion);
    if companions > 0 {
        render::talk(&format!("checksums and signatures passed over: {companions}"));
    }
}

/// Reasons that are shown on a terminal; `feed status --format json` has them all.
const REASONS_SHOWN: usize = 20;

fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
