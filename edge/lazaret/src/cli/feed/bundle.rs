//! `lazaret feed bundle`: what feeds gave, carried over an air gap in one file.

use std::path::PathBuf;

use feeds::{Age, Bundle, BundleError, Cache, Order};
use jiff::Timestamp;

use super::sync::library;
use super::{build_library, counted, keep_earlier};
use crate::cli::{Failure, Outcome};
use crate::{index, render};

#[derive(clap::Subcommand)]
pub(crate) enum Verb {
    /// Put everything that feeds gave into one file
    Export(Export),
    /// Take in such a file, and build the index of it
    Import(Import),
}

#[derive(clap::Args)]
pub(crate) struct Export {
    /// The file that is written
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Where what feeds give is kept; without it `lazaret/feeds` in your data folder
    #[arg(long, value_name = "DIR")]
    library: Option<PathBuf>,
}

#[derive(clap::Args)]
#[command(after_help = HELP)]
pub(crate) struct Import {
    /// The file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Where what feeds give is kept; without it `lazaret/feeds` in your data folder
    #[arg(long, value_name = "DIR")]
    library: Option<PathBuf>,
    /// Where the index is written; without it, in your data folder
    #[arg(long, value_name = "FILE")]
    index: Option<PathBuf>,
    /// The SHA-256 that `feed bundle export` printed, as told to you over another way
    #[arg(long, value_name = "DIGEST")]
    sha256: Option<String>,
    /// Take it in though what is here is newer
    #[arg(long)]
    older: bool,
}

const HELP: &str = "\
Every file is compared with the manifest of the bundle, and a bundle that is damaged changes
nothing. Whether it is the one that was sent is told by --sha256 alone: signatures of documents
were checked where they were fetched.";

pub(crate) fn run(verb: &Verb) -> Result<Outcome, Failure> {
    match verb {
        Verb::Export(arguments) => export(arguments),
        Verb::Import(arguments) => import(arguments),
    }
}

fn export(arguments: &Export) -> Result<Outcome, Failure> {
    let library = library(arguments.library.as_deref())?;
    let held = library.hold()?;
    let bundle = feeds::export_bundle(&library, &arguments.file, Timestamp::now())?;
    drop(held);
    say(&bundle, &format!("{}: ", arguments.file.display()));
    render::data(&format!("{}\n", bundle.sha256))?;
    Ok(Outcome::Nothing)
}

fn import(arguments: &Import) -> Result<Outcome, Failure> {
    let library = library(arguments.library.as_deref())?;
    let held = library.hold()?;
    let index = index::path(arguments.index.as_deref())?;
    keep_earlier(&library, &index)?;
    let age = if arguments.older { Age::Any } else { Age::Newer };
    let outcome = match &arguments.sha256 {
        Some(sha256) => feeds::import_expected(&library, &arguments.file, age, sha256),
        None => feeds::import_bundle(&library, &arguments.file, age),
    };
    let bundle = outcome.map_err(|error| match error {
        BundleError::Older { .. } => {
            Failure::from(error).context("say `--older` to take it in all the same")
        }
        other => other.into(),
    })?;
    let names = library.feeds()?;
    let sources = library.sources(names.iter().map(String::as_str));
    let order = Order { index: &index, sources: &sources, cache: Cache::Use };
    build_library(&library, &order)?;
    drop(held);
    say(&bundle, "taken in: ");
    Ok(Outcome::Nothing)
}

fn say(bundle: &Bundle, before: &str) {
    let names: Vec<&str> = bundle.feeds.iter().map(String::as_str).collect();
    render::talk(&format!(
        "{before}{} of {}, made {}, sha256 {}",
        counted(bundle.files, "file", "files"),
        names.join(", "),
        bundle.made,
        bundle.sha256
    ));
}
