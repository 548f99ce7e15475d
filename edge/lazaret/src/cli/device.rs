//! `lazaret device`: inventories of devices.

mod csv;
mod fleet;
mod json;
mod table;
mod urgency;
mod work;

use std::path::{Path, PathBuf};

use anyhow::Context;
use device::inventory::{self, Mapping};
use naming::Makers;

use super::{Failure, Outcome};
use crate::input::{Input, Unreadable};
use crate::{index, judging, render};
use fleet::Fleet;

#[derive(clap::Subcommand)]
pub(crate) enum Verb {
    /// Say what to do about the devices of an inventory, by what device advisories say
    #[command(after_help = MATCH_HELP)]
    Match(Match),
}

const MATCH_HELP: &str = "\
The inventory is a table with a row for each device: text (CSV; any separator, UTF-8 or an
old encoding) or a workbook (.xlsx, .xlsm), of whose sheets the one that looks like an
inventory is read. Columns are recognised by their headings, and by what stands in them where
the headings do not tell or there are none; what each was taken for is said. --mapping names
them, as `column 1`, `column 2` and so on in a table without headings. Rows without an asset
tag are named and left out. In CSV and JSON a pair of device
and advisory that is not printed is not affected. In CSV, asset tags are given back as they
are written; other texts that a
spreadsheet would take for a formula get an apostrophe in front.

Further names of makers (--aliases) are a TOML file. A device's maker and an advisory's are
one where one of the two is `name` or `same` and the other stands in the same group:
  [[maker]]
  name = \"Acme Medical\"
  same = [\"Acme\", \"Acme GmbH\"]        # other names of the same company
  related = [\"Pumpworks\"]              # companies that it bought or that sell its devices";

#[derive(clap::Args)]
pub(crate) struct Match {
    /// The inventory; `-` is standard input
    #[arg(value_name = "INVENTORY")]
    inventory: PathBuf,
    /// The index of advisories; without it the one that `feed build` keeps in your data folder
    #[arg(long, value_name = "FILE")]
    index: Option<PathBuf>,
    /// How it is printed
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Further names of makers, in the form that is shown below (repeatable)
    #[arg(long, value_name = "FILE")]
    aliases: Vec<PathBuf>,
    /// Which heading a column has, such as `asset_tag=Control No`; columns are asset_tag,
    /// serial, manufacturer, model, description, software_version, install_date,
    /// received_date, manufacture_date, life_sustaining, holds_phi, reachable
    #[arg(long, value_name = "COLUMN=HEADING")]
    mapping: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// What to do and what to ask, for a person
    Table,
    /// One row for each device and advisory, for a spreadsheet
    Csv,
    /// One JSON object, for a program
    Json,
}

pub(crate) fn run(verb: &Verb) -> Result<Outcome, Failure> {
    let Verb::Match(arguments) = verb;
    let mut mapping = Mapping::default();
    for column in &arguments.mapping {
        mapping.add(column)?;
    }
    let makers = makers(&arguments.aliases)?;
    let opened = index::open(arguments.index.as_deref())?;
    let advisories = opened.index()?;
    if let Some(warning) = index::warning(&advisories.counts(), jiff::Timestamp::now()) {
        render::talk(&format!("warning: {warning}"));
    }
    let inventory = inventory(&arguments.inventory, &mapping)?;
    let fleet = Fleet::judge(inventory, makers, &advisories);
    if fleet.leaves == 0 {
        anyhow::bail!(
            "the index holds no device advisory, so nothing can be said of any device\n\
             help: give `lazaret feed build` the makers' or CISA's advisories (CSAF)"
        );
    }
    judging::check(&advisories)?;
    fleet.tell();
    match arguments.format {
        Format::Table => {
            render::page(table::page(&fleet))?;
            next(arguments, &fleet);
        }
        Format::Csv => render::stream(|out| csv::write(&fleet, out))?,
        Format::Json => {
            let path = index::path(arguments.index.as_deref())?;
            let age = judging::ages(&advisories, &path.display().to_string());
            render::stream(|out| json::write(&fleet, &age, out))?;
        }
    }
    Ok(if fleet.has_affected() { Outcome::Found } else { Outcome::Nothing })
}

/// Says where the rest is.
fn next(arguments: &Match, fleet: &Fleet) {
    if !fleet.inventory.devices.is_empty() {
        render::talk(&format!(
            "help: the grounds, device by device: lazaret device match {}{} --format csv",
            arguments.inventory.display(),
            arguments
                .index
                .as_ref()
                .map(|index| format!(" --index {}", index.display()))
                .unwrap_or_default()
        ));
    }
}

/// The makers' names that come with the program, and those of files.
pub(super) fn makers(files: &[PathBuf]) -> Result<Makers, Failure> {
    let mut makers = Makers::built_in();
    for path in files {
        let input = Input::from(path.clone());
        let refused = |why: Unreadable| anyhow::anyhow!(input.refusal(&why));
        let bytes = input.read().map_err(refused)?;
        let text = reading::text::decode(&bytes).map_err(|why| refused(why.into()))?;
        makers.extend(&text).with_context(|| input.name())?;
    }
    Ok(makers)
}

fn inventory(path: &Path, mapping: &Mapping) -> Result<inventory::Inventory, Failure> {
    let input = Input::from(path.to_owned());
    let refused = |why| anyhow::anyhow!(input.refusal(&why));
    let bytes = input.read().map_err(refused)?;
    let parsed = inventory::parse(&bytes, mapping)
        .map_err(|rejected| refused(Unreadable::Rejected(rejected)))?;
    for note in &parsed.notes {
        render::talk(&format!("{}: {note}", input.name()));
    }
    Ok(parsed.value)
}
