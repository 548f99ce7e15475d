//! `lazaret feed sync`: asks the feeds that are subscribed to, and builds the index anew.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use feeds::{Asked, Cache, Connection, Feed, Library, Order};
use jiff::Timestamp;
use serde::Serialize;

use super::{Kept, build_library, counted, keep_earlier};
use crate::cli::house::{data_folder, runtime, settings_folder};
use crate::cli::{Failure, Outcome};
use crate::{index, render};

/// The list of feeds, where none is named.
const LIST: &str = "feeds.toml";
/// Documents that are named one by one.
const SET_ASIDE_SHOWN: usize = 20;

#[derive(clap::Args)]
#[command(after_help = HELP)]
pub(crate) struct Arguments {
    /// Feeds of the list that are asked; without any, all
    #[arg(value_name = "FEED")]
    feeds: Vec<String>,
    /// The list of feeds; without it `lazaret/feeds.toml` in your configuration folder
    #[arg(long, value_name = "FILE")]
    list: Option<PathBuf>,
    /// Where what feeds give is kept; without it `lazaret/feeds` in your data folder
    #[arg(long, value_name = "DIR")]
    library: Option<PathBuf>,
    /// Where the index is written; without it, in your data folder
    #[arg(long, value_name = "FILE")]
    index: Option<PathBuf>,
    /// Certificates (PEM) of your own authority, where a proxy of the house opens TLS
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,
    /// Print a list of feeds to start from, and fetch nothing
    #[arg(long)]
    example: bool,
    /// How it is printed
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For a person at a terminal
    Table,
    /// One JSON object
    Json,
}

const HELP: &str = "\
Only what changed is fetched. A document of a CSAF provider is kept when its hash and its
OpenPGP signature are right, as the list asks for; what is set aside is named, and what was kept
before stays. A feed that cannot be asked stops no other, and neither does a document that is set
aside; the exit code is 2 then, and the index is built of what is there. HTTPS_PROXY is honoured.";

/// What is printed; `docs/schema/feed-sync.schema.json`.
#[derive(Serialize)]
struct Synchronised<'a> {
    index: String,
    records: Option<u64>,
    feeds: &'a [Asked],
}

pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    if arguments.example {
        render::data(feeds::EXAMPLE)?;
        return Ok(Outcome::Nothing);
    }
    let list = list(arguments.list.as_deref())?;
    let wanted = wanted(&list, &arguments.feeds)?;
    let library = library(arguments.library.as_deref())?;
    let held = library.hold()?;
    let connection = Connection {
        authorities: authorities(arguments.ca_file.as_deref())?,
        ..Connection::default()
    };
    let index = index::path(arguments.index.as_deref())?;
    let kept = keep_earlier(&library, &index)?;
    let asked = runtime()?.block_on(ask(&library, &wanted, &connection));
    let names = list.iter().map(|feed| feed.name.as_str());
    let is_due =
        kept == Kept::Now || has_changed(&asked) || library.is_newer_than(&index, names);
    let records = match is_due {
        true => build(&library, &list, &index)?,
        false => None,
    };
    drop(held);
    let printed =
        Synchronised { index: index.display().to_string(), records, feeds: &asked };
    if arguments.format == Format::Json {
        render::data(&format!("{}\n", serde_json::to_string(&printed)?))?;
    }
    let failed: Vec<&str> = asked
        .iter()
        .filter(|asked| asked.fault.is_some())
        .map(|asked| asked.feed.as_str())
        .collect();
    if !failed.is_empty() {
        bail!("not every feed could be asked: {}", failed.join(", "));
    }
    let set_aside: u64 = asked.iter().map(|asked| asked.set_aside.len() as u64).sum();
    if set_aside > 0 {
        bail!(
            "{} set aside and not used; what was kept before stays",
            counted(set_aside, "document was", "documents were")
        );
    }
    Ok(Outcome::Nothing)
}

/// The library of feeds, as named or in the data folder.
pub(super) fn library(named: Option<&Path>) -> Result<Library, Failure> {
    let folder = match named {
        Some(folder) => folder.to_owned(),
        None => data_folder()?.join("feeds"),
    };
    Ok(Library::open(&folder)?)
}

fn list(named: Option<&Path>) -> Result<Vec<Feed>, Failure> {
    let path = match named {
        Some(path) => path.to_owned(),
        None => settings_folder()?.join(LIST),
    };
    let text = std::fs::read_to_string(&path).with_context(|| {
        format!(
            "the list of feeds {} cannot be read; `lazaret feed sync --example` prints one to \
             start from",
            path.display()
        )
    })?;
    feeds::read_feeds(&text).with_context(|| path.display().to_string())
}

fn wanted(list: &[Feed], names: &[String]) -> Result<Vec<Feed>, Failure> {
    for name in names {
        if !list.iter().any(|feed| &feed.name == name) {
            let known: Vec<&str> = list.iter().map(|feed| feed.name.as_str()).collect();
            bail!("the list has no feed `{name}`; it has {}", known.join(", "));
        }
    }
    let is_wanted = |feed: &&Feed| names.is_empty() || names.contains(&feed.name);
    Ok(list.iter().filter(is_wanted).cloned().collect())
}

fn authorities(file: Option<&Path>) -> Result<Vec<u8>, Failure> {
    match file {
        None => Ok(Vec::new()),
        Some(file) => std::fs::read(file).with_context(|| file.display().to_string()),
    }
}

async fn ask(library: &Library, feeds: &[Feed], connection: &Connection) -> Vec<Asked> {
    let mut all = Vec::with_capacity(feeds.len());
    for feed in feeds {
        render::talk(&format!("{}: asking", feed.name));
        let asked = library.ask(feed, connection, Timestamp::now()).await;
        say(&asked);
        all.push(asked);
    }
    all
}

fn say(asked: &Asked) {
    let name = &asked.feed;
    for note in &asked.notes {
        render::talk(&format!("{name}: note: {note}"));
    }
    for set_aside in asked.set_aside.iter().take(SET_ASIDE_SHOWN) {
        render::talk(&format!(
            "{name}: set aside: {}: {}",
            set_aside.address, set_aside.reason
        ));
    }
    let count = asked.set_aside.len();
    if count > SET_ASIDE_SHOWN {
        render::talk(&format!("{name}: set aside in all: {count}"));
    }
    let kept_out = match count {
        0 => String::new(),
        _ => format!(", {} set aside", counted(count as u64, "document", "documents")),
    };
    match &asked.fault {
        Some(fault) => render::talk(&format!("{name}: error: {fault}")),
        None if asked.changed == 0 && count == 0 => {
            render::talk(&format!("{name}: nothing new"));
        }
        None => render::talk(&format!(
            "{name}: {}{kept_out}",
            counted(asked.changed, "change", "changes")
        )),
    }
}

fn has_changed(asked: &[Asked]) -> bool {
    asked.iter().any(|asked| asked.changed > 0)
}

/// Builds the index of every feed of the list; how many records it holds.
fn build(library: &Library, list: &[Feed], index: &Path) -> Result<Option<u64>, Failure> {
    let sources = library.sources(list.iter().map(|feed| feed.name.as_str()));
    if sources.is_empty() {
        return Ok(None);
    }
    let order = Order { index, sources: &sources, cache: Cache::Use };
    Ok(Some(build_library(library, &order)?.held))
}
