//! The list of devices.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use fleet::{
    Column, Configuration, ConfigurationId, Direction, Facets, Filter, OrganisationId,
    Page, Priority, Start,
};
use matching::Verdict;
use operations::fleet::{Holdings, NoSuchSet, Set, holdings, scope};
use operations::{Actor, Permission};
use serde::Serialize;
use store::{Device, ListOf};

use super::address::{Asked, CHOOSABLE};
use super::facet;
use super::row::{BySbom, Carried, Row};
use crate::House;
use crate::access::By;
use crate::face::{Face, Show};
use crate::page::facet::{Chip, Facet};
use crate::page::saved::Saved;
use crate::problem::Problem;
use crate::sentence::Sentence;
use crate::words;

/// How many rows a page has.
const ROWS: usize = 50;

/// How many columns fit beside each other on a common screen; more are moved sideways.
const COLUMNS_FIT: usize = 8;

#[derive(Template, Serialize)]
#[template(path = "device/list.html")]
struct Devices {
    sentence: Sentence,
    /// What must be known beside the sentence.
    notes: Vec<Sentence>,
    total: u64,
    conditions: Vec<Chip>,
    facets: Vec<Facet>,
    rows: Vec<Row>,
    /// The cursor behind the last row; `after` of the next page.
    next: Option<String>,
    #[serde(skip)]
    heads: Vec<Head>,
    #[serde(skip)]
    pages: Pages,
    #[serde(skip)]
    has_devices: Has,
    #[serde(skip)]
    kept: Vec<(String, String)>,
    #[serde(skip)]
    fields: Vec<(String, String)>,
    #[serde(skip)]
    choices: Vec<ColumnChoice>,
    #[serde(skip)]
    exports: Vec<(&'static str, String)>,
    #[serde(flatten)]
    saved: Saved,
}

impl Devices {
    /// Whether there is more than fits beside each other: columns, or words that are long.
    fn has_many(&self) -> bool {
        self.heads.len() > COLUMNS_FIT || self.rows.iter().any(Row::is_wide)
    }
}

/// Whether there is a row, or what its absence means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Has {
    Rows,
    /// No device fits the conditions.
    NoMatch,
    /// Nothing was taken in yet; whether whoever looks may do so.
    NothingYet(May),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum May {
    Import,
    Look,
}

impl Has {
    fn rows(self) -> bool {
        self == Self::Rows
    }

    fn matches_none(self) -> bool {
        self == Self::NoMatch
    }

    fn may_import(self) -> bool {
        self == Self::NothingYet(May::Import)
    }
}

/// The head of a column.
struct Head {
    label: &'static str,
    address: String,
    /// `aria-sort`, or empty.
    order: &'static str,
    arrow: &'static str,
    class: &'static str,
}

struct ColumnChoice {
    word: &'static str,
    label: &'static str,
    is_chosen: bool,
}

/// Where the page stands, and where the others are.
#[derive(Default)]
struct Pages {
    place: String,
    first: String,
    before: String,
    after: String,
}

impl Show for Devices {
    fn title(&self) -> String {
        "Devices".to_owned()
    }
}

/// `GET /devices`.
pub(crate) async fn list(
    face: Face,
    State(house): State<House>,
    By(by): By,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let asked = Asked::parse(query.as_deref().unwrap_or_default())?;
    let held = holdings(&house.app, by.head).await?;
    let (seen, known) = (scope(&by), asked.clone());
    let (held, survey) = tokio::task::spawn_blocking(move || {
        let survey = survey(&held, &seen, &known);
        (held, survey)
    })
    .await
    .map_err(|_| Problem::ours("a survey of devices was cut short"))?;
    let survey = survey?;
    let devices = in_order(&house, &by, &survey.page.ordinals).await?;
    let rows: Vec<Row> = devices
        .into_iter()
        .map(|device| {
            let by_sbom = match survey.carrying.contains(&device.id) {
                true => BySbom::Affected,
                false => BySbom::Silent,
            };
            Carried::new(device, &held).row(&asked.columns, by_sbom)
        })
        .collect();
    let saved = Saved::of(&house, &by, ListOf::Devices, asked.query()).await?;
    let seen = scope(&by);
    let name = |column, id: i64| named(&held, &seen, column, id);
    let has_devices =
        match (survey.page.total, survey.all, by.may(Permission::ImportInventory)) {
            (0, 0, true) => Has::NothingYet(May::Import),
            (0, 0, false) => Has::NothingYet(May::Look),
            (0, ..) => Has::NoMatch,
            _ => Has::Rows,
        };
    face.show(&Devices {
        sentence: sentence(&survey, &asked),
        notes: notes(&survey, &held),
        total: survey.page.total,
        conditions: facet::chips(&asked, name),
        next: survey.page.next.as_ref().map(ToString::to_string),
        heads: heads(&asked),
        pages: pages(&survey.page, &asked),
        has_devices,
        kept: asked.kept(),
        fields: asked.fields(),
        choices: choices(&asked),
        exports: exports(&by, &asked),
        facets: facet::shown(survey.facets, &asked),
        rows,
        saved,
    })
}

/// What memory answers about a list.
struct Survey {
    page: Page,
    /// How many devices there are without the filter.
    all: u64,
    /// How many have which verdict, by its word.
    verdicts: BTreeMap<String, u64>,
    act_now: u64,
    missing: u64,
    /// The devices of the page that carry a known flaw by an SBOM, and how many of the list do.
    carrying: BTreeSet<i64>,
    carry: u64,
    facets: Vec<(Column, Facets)>,
}

fn survey(
    held: &Holdings,
    scope: &fleet::Scope,
    asked: &Asked,
) -> Result<Survey, NoSuchSet> {
    let view = held.view(scope, &asked.filter)?;
    let urgent = Filter::default().is(Column::Priority, Priority::ActNow.word());
    let urgent = held.view(scope, &urgent.unwrap_or_default())?;
    let carrying = held.carrying(scope);
    let gone = Filter::default().presence(fleet::Presence::Missing);
    let page = view.page(asked.sort, &asked.start, ROWS);
    let shown = page.ordinals.iter().filter(|ordinal| carrying.contains(**ordinal));
    Ok(Survey {
        all: held.fleet.within(scope).len(),
        verdicts: view.totals(Column::Verdict),
        act_now: urgent.devices().intersection_len(view.devices()),
        missing: held.view(scope, &gone)?.total(),
        carry: carrying.intersection_len(view.devices()),
        carrying: shown.map(|ordinal| i64::from(*ordinal)).collect(),
        page,
        facets: facet::counted(&view, asked),
    })
}

/// The rows of some devices, in the order of the list.
pub(super) async fn in_order(
    house: &House,
    by: &Actor,
    ordinals: &[u32],
) -> Result<Vec<Device>, Problem> {
    let ids: Vec<i64> = ordinals.iter().map(|ordinal| i64::from(*ordinal)).collect();
    let scope = by.scope(Permission::ViewDevices);
    let found = house.app.store.devices(&scope, &ids).await?;
    let mut found: BTreeMap<i64, Device> =
        found.into_iter().map(|device| (device.id, device)).collect();
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

/// What an organisation or a build in an address is called, where whoever asks sees it or a
/// device of it; else the number that they wrote themselves.
fn named(held: &Holdings, seen: &fleet::Scope, column: Column, id: i64) -> String {
    let fleet = &held.fleet;
    let known = match column {
        Column::Organisation => fleet
            .organisations(seen)
            .contains(&OrganisationId(id))
            .then(|| held.organisation(id).to_owned()),
        _ => {
            let build = ConfigurationId(id);
            let devices = fleet.of_configurations([build]);
            let is_seen = !devices.is_disjoint(&fleet.within(seen));
            fleet.configuration(build).filter(|_| is_seen).map(Configuration::label)
        }
    };
    known.unwrap_or_else(|| id.to_string())
}

fn sentence(survey: &Survey, asked: &Asked) -> Sentence {
    let Survey { page, all, act_now, carry, .. } = survey;
    let of = |verdict: Verdict| survey.verdicts.get(verdict.word()).copied().unwrap_or(0);
    if *all == 0 {
        return Sentence::new("No device is known here yet.");
    }
    let is = |column, word: &str| {
        let filter = asked.filter.clone().is(column, word);
        asked.with(filter.unwrap_or_default()).address()
    };
    let begin = match page.total == *all {
        true => {
            Sentence::new(format!("Of {}, ", words::devices(*all, "", "").trim_end()))
        }
        false => Sentence::new(format!(
            "{} of {}; ",
            words::devices(page.total, "", "").trim_end(),
            words::number(*all)
        )),
    };
    let begin = match of(Verdict::Affected) {
        0 if *carry > 0 => begin.then("no advisory says that one is affected"),
        0 => begin.then("none is known to be affected"),
        count => begin
            .link(words::number(count), is(Column::Verdict, Verdict::Affected.word()))
            .then(if count == 1 { " is affected" } else { " are affected" }),
    };
    let begin = match act_now {
        0 => begin,
        count => begin.then(", ").link(
            format!("{} of them to act on now", words::number(*count)),
            is(Column::Priority, Priority::ActNow.word()),
        ),
    };
    let begin = match carry {
        0 => begin,
        count => {
            let filter = asked.filter.clone().among(&Set::Carrying.to_string());
            let carry = if *count == 1 { " carries" } else { " carry" };
            begin
                .then("; ")
                .link(words::number(*count), asked.with(filter).address())
                .then(format!("{carry} known flaws by the SBOM"))
        }
    };
    let open = [Verdict::CannotTell, Verdict::UnderInvestigation];
    let open = open.into_iter().filter(|verdict| of(*verdict) > 0);
    let filter = open.clone().try_fold(asked.filter.clone(), |filter, verdict| {
        filter.is(Column::Verdict, verdict.word())
    });
    let end = match open.map(of).sum() {
        0 => begin,
        count => begin
            .then("; of ")
            .link(words::number(count), asked.with(filter.unwrap_or_default()).address())
            .then(" nobody can tell yet"),
    };
    end.then(".")
}

fn notes(survey: &Survey, held: &Holdings) -> Vec<Sentence> {
    let mut notes = Vec::new();
    if held.advisories.is_none() && survey.all > 0 {
        notes.push(Sentence::new(
            "No index of advisories is in use, so no device has been judged.",
        ));
    }
    let holds_none =
        held.advisories.as_ref().is_some_and(|known| known.records.is_empty());
    if holds_none && survey.all > 0 {
        notes.push(Sentence::new(
            "The index in use holds no advisory about devices, so no device has been judged \
             by one. That is not the same as safe.",
        ));
    }
    if survey.missing > 0 {
        notes.push(
            Sentence::default()
                .link(
                    words::devices(survey.missing, "is", "are"),
                    "/devices?missing=yes".to_owned(),
                )
                .then(" missing from the newest inventory and counted here; ")
                .link("leave them out", "/devices?missing=no".to_owned())
                .then("."),
        );
    }
    notes
}

fn heads(asked: &Asked) -> Vec<Head> {
    let tag = [Column::AssetTag];
    let columns = tag.iter().chain(&asked.columns);
    columns
        .map(|column| {
            let (order, arrow) =
                match (asked.sort.column == *column, asked.sort.direction) {
                    (false, _) => ("", ""),
                    (true, Direction::Up) => ("ascending", "↑"),
                    (true, Direction::Down) => ("descending", "↓"),
                };
            Head {
                label: words::column(*column),
                address: asked.sorted(*column).address(),
                order,
                arrow,
                class: match column {
                    Column::Affected | Column::CannotTell => "number",
                    _ => "",
                },
            }
        })
        .collect()
}

fn pages(page: &Page, asked: &Asked) -> Pages {
    let shown = page.ordinals.len() as u64;
    let back = page.before.saturating_sub(ROWS as u64);
    let after = page
        .next
        .as_ref()
        .map(|cursor| asked.at("/devices", &[("after", &cursor.to_string())]));
    Pages {
        place: format!(
            "{} to {} of {}",
            words::number((page.before + 1).min(page.total)),
            words::number(page.before + shown),
            words::number(page.total)
        ),
        first: if page.before > ROWS as u64 { asked.address() } else { String::new() },
        before: match (page.before, back) {
            (0, _) => String::new(),
            (_, 0) => asked.address(),
            (_, back) => asked.at("/devices", &[("from", &back.to_string())]),
        },
        after: match asked.start {
            _ if shown == 0 => String::new(),
            Start::First | Start::After(_) | Start::At(_) => after.unwrap_or_default(),
        },
    }
}

fn choices(asked: &Asked) -> Vec<ColumnChoice> {
    CHOOSABLE
        .into_iter()
        .map(|column| ColumnChoice {
            word: column.word(),
            label: words::column(column),
            is_chosen: asked.columns.contains(&column),
        })
        .collect()
}

fn exports(by: &Actor, asked: &Asked) -> Vec<(&'static str, String)> {
    if !by.may(Permission::ExportDevices) {
        return Vec::new();
    }
    [("CSV", "csv"), ("JSON", "json")]
        .map(|(label, kind)| (label, asked.at("/devices/export", &[("format", kind)])))
        .into()
}
