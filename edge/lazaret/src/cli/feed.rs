//! `lazaret feed`: builds the index of advisories, adds to it, and says what is in it.

mod bundle;
mod status;
mod sync;

use std::path::{Path, PathBuf};

use feeds::{
    BuildError, Built, Cache, EarlierError, Gone, Library, Order, Progress, Told, What,
};

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
FILE.runs, so that the next build reads only what changed. What the index held before and no
source holds is named: it is gone.";

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
    build_index(&Order { index: &path, sources: &arguments.sources, cache }, None)?;
    Ok(Outcome::Nothing)
}

/// Builds an index, onto an earlier one where there is one, with progress on a terminal, and
/// says what is in it and what is not.
fn build_index(order: &Order<'_>, onto: Option<&Path>) -> Result<Built, Failure> {
    let bar = UnderWay::begin();
    let mut tell = |progress| bar.tell(message(progress));
    let outcome = match onto {
        None => feeds::build(order, &mut tell),
        Some(earlier) => feeds::build_onto(order, earlier, &mut tell),
    };
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
    if let Some(warning) = warning_of_gone(&built.gone) {
        render::talk(&warning);
    }
    Ok(built)
}

/// Keeps what an index says that feeds are about to replace and did not make; to be asked before
/// they are. Tells whether there was one.
fn keep_earlier(library: &Library, index: &Path) -> Result<Kept, Failure> {
    let earlier = match library.keep_if_another_made_it(index) {
        Ok(None) => return Ok(Kept::Nothing),
        Ok(Some(earlier)) => earlier,
        Err(EarlierError::Open(error)) => {
            render::talk(&format!("warning: what the index said is not kept: {error}"));
            return Ok(Kept::Nothing);
        }
        Err(error) => return Err(error.into()),
    };
    render::talk(&format!(
        "{}: no feed made it; its {} stay until a feed has them as new",
        index.display(),
        counted(earlier.records, "record", "records"),
    ));
    Ok(Kept::Now)
}

/// Whether something was kept beside what feeds give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kept {
    Nothing,
    Now,
}

/// Builds the index of what feeds gave, onto the one that was there before them.
fn build_library(library: &Library, order: &Order<'_>) -> Result<Built, Failure> {
    let built = match library.earlier() {
        None => build_index(order, None)?,
        Some((path, mut earlier)) => {
            let built = build_index(order, Some(&path))?;
            earlier.stands(&built.earlier);
            library.tell_earlier(&earlier)?;
            render::talk(&format!(
                "of the index that was there before feeds: {} that no feed has as new",
                counted(built.earlier.entries, "record", "records"),
            ));
            built
        }
    };
    library.note_made(order.index)?;
    Ok(built)
}

/// What is said where the index held something before that it holds no more.
fn warning_of_gone(gone: &Gone) -> Option<String> {
    let mut lost = Vec::new();
    if gone.records > 0 {
        let named = gone.examples.join(", ");
        let more = if gone.records > gone.examples.len() as u64 { ", …" } else { "" };
        let records = counted(gone.records, "record", "records");
        lost.push(format!("{records} ({named}{more})"));
    }
    lost.extend(gone.catalogs.iter().map(|word| word.to_uppercase()));
    (!lost.is_empty()).then(|| {
        format!(
            "warning: the index held before what none of these sources holds, and is not \
             judged with any more: {}; to keep it, build of its sources too",
            lost.join(", ")
        )
    })
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
