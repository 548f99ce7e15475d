//! A device as a row: what the inventory says, and what its build carries.

use std::collections::BTreeMap;

use fleet::{Column, Configuration, Priority, Standing, Table};
use operations::fleet::Holdings;
use serde::Serialize;
use store::Device;

use crate::mark::Mark;
use crate::words;

/// A row of the list.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    pub(crate) id: i64,
    /// What the device is called: its asset tag, else serial number, else ours.
    pub(crate) name: String,
    values: BTreeMap<&'static str, String>,
    #[serde(skip)]
    pub(crate) cells: Vec<Cell>,
    #[serde(skip)]
    pub(crate) missing: &'static str,
    #[serde(skip)]
    pub(crate) class: &'static str,
}

impl Row {
    /// Whether several of its words are too long to stand beside each other.
    pub(crate) fn is_wide(&self) -> bool {
        let cells = self.cells.iter().map(|cell| cell.class);
        cells.chain([self.class]).filter(|class| *class == "long").count() > LONG_FIT
    }
}

/// One cell: a mark, or a text.
#[derive(Debug)]
pub(crate) struct Cell {
    pub(crate) mark: Option<Mark>,
    pub(crate) text: String,
    pub(crate) class: &'static str,
    /// What stands in the place of the header on narrow screens.
    pub(crate) label: &'static str,
}

/// Whether a device carries a known flaw by an SBOM that whoever asks may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BySbom {
    /// It does.
    Affected,
    /// No SBOM says so.
    Silent,
}

/// A device and its build.
pub(crate) struct Carried<'h> {
    device: Device,
    build: Configuration,
    standing: Standing,
    table: Table,
    held: &'h Holdings,
}

impl<'h> Carried<'h> {
    pub(crate) fn new(device: Device, held: &'h Holdings) -> Self {
        let ordinal = u32::try_from(device.id).ok();
        let situation = ordinal.and_then(|ordinal| held.fleet.situation(ordinal));
        let situation = situation.unwrap_or_default();
        let build = held.fleet.known(situation).cloned().unwrap_or_default();
        let fleet::Situation { standing, table, .. } = situation;
        Self { device, build, standing, table, held }
    }

    pub(crate) fn priority(&self) -> Option<Priority> {
        self.build.priorities.of(self.table, self.standing)
    }

    /// The value of a column on the wire.
    pub(crate) fn value(&self, column: Column) -> String {
        let Device { told, .. } = &self.device;
        let text = match column {
            Column::Organisation => self.held.organisation(self.device.organisation),
            Column::Configuration => return self.build.label(),
            Column::Source => self.held.source(self.device.source),
            Column::AssetTag => &told.asset_tag,
            Column::Serial => &told.serial,
            Column::Udi => &told.udi,
            Column::Mac => &told.mac,
            Column::Ip => &told.ip,
            Column::Department => &told.department,
            Column::Status => &told.status,
            Column::Received => &told.received,
            Column::MissingSince => {
                let since = self.device.missing_since.as_deref().unwrap_or_default();
                since.get(..10).unwrap_or(since)
            }
            Column::LifeSustaining => self.standing.life_sustaining.word(),
            Column::HoldsPhi => self.standing.holds_phi.word(),
            Column::Reachable => self.standing.reachable.word(),
            Column::Maker => &told.build.maker,
            Column::Model => &told.build.model,
            Column::Description => &told.build.description,
            Column::Version => &told.build.version,
            Column::Verdict => Mark::verdict(self.build.verdict).word(),
            Column::Priority => Mark::priority(self.priority()).word(),
            Column::Exploited => self.build.exploited.word(),
            Column::Affected => return self.build.affected.to_string(),
            Column::CannotTell => return self.build.cannot_tell.to_string(),
            Column::Situation => "",
        };
        text.to_owned()
    }

    pub(crate) fn row(&self, columns: &[Column], by_sbom: BySbom) -> Row {
        let carries = by_sbom == BySbom::Affected;
        let values = columns.iter().map(|column| (column.word(), self.value(*column)));
        let values = values.chain(carries.then(|| ("sbom", "affected".to_owned())));
        Row {
            id: self.device.id,
            name: name(&self.device),
            values: values.collect(),
            cells: columns
                .iter()
                .map(|column| match self.cell(*column) {
                    cell if carries && *column == Column::Verdict => {
                        Cell { text: "SBOM: affected".to_owned(), ..cell }
                    }
                    cell => cell,
                })
                .collect(),
            class: if is_long(&name(&self.device)) { "long" } else { "" },
            missing: match self.device.missing_since {
                Some(_) => "not in the newest inventory",
                None => "",
            },
        }
    }

    fn cell(&self, column: Column) -> Cell {
        let mark = match column {
            Column::Verdict => Some(Mark::verdict(self.build.verdict)),
            Column::Priority => self.priority().map(|one| Mark::priority(Some(one))),
            _ => None,
        };
        let text = match column {
            Column::Verdict | Column::Priority => String::new(),
            _ => match self.value(column) {
                value if value.is_empty() => String::new(),
                value => words::value(column, &value),
            },
        };
        let class = match column {
            _ if is_long(&text) => "long",
            Column::Affected | Column::CannotTell => "number",
            Column::Ip | Column::Mac | Column::Udi | Column::Serial | Column::Version => {
                "code"
            }
            _ => "",
        };
        Cell { mark, text, class, label: words::column(column) }
    }
}

/// How many cells with long words fit beside the others.
const LONG_FIT: usize = 2;

/// Letters of a word that stay together on a line.
const WORD_MAX: usize = 24;

/// Whether a text has a word that must be broken to fit.
fn is_long(text: &str) -> bool {
    text.split_whitespace().any(|word| word.chars().count() > WORD_MAX)
}

/// What a device is called.
pub(crate) fn name(device: &Device) -> String {
    let names = [&device.told.asset_tag, &device.told.serial];
    let filled = names.into_iter().find(|name| !name.is_empty());
    filled.cloned().unwrap_or_else(|| format!("device {}", device.id))
}
