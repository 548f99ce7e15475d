//! `lazaret oscal import`: what a document holds, and what is made of it here.

use std::path::PathBuf;

use oscal::import::{self, Claim, Listed, Made, Pair, Point};
use oscal::metadata::line;
use oscal::{Document, Model};
use reading::{Note, Rejected};
use serde::Serialize;

use crate::cli::{Failure, Outcome};
use crate::input::{Input, Unreadable};
use crate::output::page::{Page, Style};
use crate::output::text::{clean, counted};
use crate::render;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The document; `-` reads stdin
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// A page for a person
    Text,
    /// One JSON object, for a program
    Json,
    /// The file that `control assess` takes: a tailoring or a register
    Toml,
    /// The document itself, as it is written here
    Oscal,
}

/// What is made of a document; the fault, where it cannot be made.
type Making = Option<(&'static str, Result<Made, Rejected>)>;

pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let input = Input::from(arguments.file.clone());
    let refused = |why: Unreadable| anyhow::anyhow!(input.refusal(&why));
    let bytes = input.read().map_err(refused)?;
    let parsed = oscal::parse(&bytes).map_err(|why| refused(why.into()))?;
    let document = parsed.value;
    let making: Making = match &document {
        Document::Profile(profile) => Some(("tailoring", import::tailoring(profile))),
        Document::Results(results) => Some(("register", import::register(results))),
        _ => None,
    };
    let mut notes = parsed.notes;
    // The page of findings says itself which of them are claimed.
    let is_said = arguments.format == Format::Text && document.model() == Model::Results;
    if let Some((_, Ok(made))) = making.as_ref().filter(|_| !is_said) {
        notes.extend(made.notes.iter().cloned());
    }
    let file = input.name();
    match arguments.format {
        Format::Text => render::page(page(&document, &making))?,
        Format::Json => {
            let shown = Shown::of(&file, &document, &making, &notes);
            render::stream(|out| {
                serde_json::to_writer(&mut *out, &shown)?;
                writeln!(out)
            })?;
        }
        Format::Oscal => render::data(&document.write())?,
        Format::Toml => match making {
            Some((_, Ok(made))) => render::data(&made.text)?,
            Some((_, Err(why))) => return Err(refused(why.into())),
            None => anyhow::bail!(
                "nothing that `control assess` takes is made of a {}\nhelp: a profile and \
                 assessment results are; see `--format text` and `--format json`",
                document.model().root()
            ),
        },
    }
    if arguments.format != Format::Json {
        tell(&file, &notes);
    }
    Ok(Outcome::Nothing)
}

fn tell(file: &str, notes: &[Note]) {
    for note in notes {
        let message = clean(&note.message);
        render::talk(&format!(
            "note: {message}\n  --> {file}, {}",
            clean(&note.place.to_string())
        ));
    }
}

// --- for a person --------------------------------------------------------------------------

fn page(document: &Document, making: &Making) -> Page {
    let mut page = render::blank();
    let metadata = document.metadata();
    page.heading(&clean(&metadata.title));
    let said = format!(
        "{} of OSCAL {}, version {}, last changed {}",
        document.model().root(),
        metadata.oscal_version,
        metadata.version,
        metadata.last_modified
    );
    page.line(&clean(&said), 0, 2);
    page.gap();
    match document {
        Document::Catalog(catalog) => listed(&import::controls(catalog), &mut page),
        Document::Profile(_) => {}
        Document::Results(results) => claims(&import::claims(results), &mut page),
        Document::Poam(poam) => points(&import::points(poam), &mut page),
        Document::Mapping(mapping) => pairs(&import::pairs(mapping), &mut page),
    }
    match making {
        Some((kind, Ok(made))) => {
            let entries = made.text.lines().filter(|line| line.starts_with("[[")).count();
            let entries = match entries {
                1 => "1 entry".to_owned(),
                count => format!("{count} entries"),
            };
            let text = format!("`--format toml` writes a {kind} with {entries}.");
            page.line(&text, 0, 2);
        }
        Some((kind, Err(why))) => {
            let text =
                clean(&format!("No {kind} is made of it: {}; {}", why.message, why.hint));
            page.line(&text, 0, 2);
        }
        None => {}
    }
    page
}

fn listed(all: &[Listed<'_>], page: &mut Page) {
    page.line(&counted(all.len(), "control"), 0, 2);
    page.gap();
    for one in all {
        let belong = match one.belong.as_slice() {
            [] => String::new(),
            ids => format!(" (here {})", ids.join(", ")),
        };
        let mark = format!("{} ", clean(one.id));
        let text = clean(&format!("{}{belong}", one.title));
        page.marked((&mark, Style::Heading), &text, 0, 5);
    }
}

fn claims(all: &[Claim<'_>], page: &mut Page) {
    page.line(&counted(all.len(), "finding"), 0, 2);
    page.gap();
    for one in all {
        let (mark, style) = match (one.is_satisfied(), one.state) {
            (true, _) | (_, "satisfied") => ("✓ ", Style::Heading),
            _ if one.verdict == "cannot_tell" => ("? ", Style::Question),
            _ => ("■ ", Style::ActNow),
        };
        let state = match one.verdict {
            "" => one.state.to_owned(),
            verdict => format!("{}, {}", one.state, verdict.replace('_', " ")),
        };
        page.marked((mark, style), &clean(&format!("{} ({state})", one.title)), 0, 2);
        page.line(&clean(&line(one.why)), 4, 4);
    }
    page.gap();
}

fn points(all: &[Point<'_>], page: &mut Page) {
    page.line(&counted(all.len(), "open point"), 0, 2);
    page.gap();
    for (number, one) in (1..).zip(all) {
        let mark = format!("{number}. ");
        let stands = match one.states.as_slice() {
            [] => String::new(),
            states => format!(" ({})", states.join(", ")),
        };
        let text = clean(&format!("{}{stands}", one.title));
        page.marked((&mark, Style::Heading), &text, 0, 3);
        if !one.about.is_empty() {
            page.line(&clean(&one.about.join(", ")), 3, 3);
        }
        for accepted in &one.accepted {
            let by = match accepted.approver {
                "" => "nobody who is named".to_owned(),
                approver => approver.to_owned(),
            };
            let until = match accepted.until {
                "" => "no day".to_owned(),
                day => day.to_owned(),
            };
            let text = format!("accepted by {by} until {until}: {}", accepted.reason);
            page.line(&clean(&text), 3, 5);
        }
    }
}

fn pairs(all: &[Pair<'_>], page: &mut Page) {
    page.line(&counted(all.len(), "pair"), 0, 2);
    page.gap();
    for one in all {
        let text = format!(
            "{} {} {}",
            one.sources.join(", "),
            one.relationship,
            one.targets.join(", ")
        );
        page.line(&clean(&text), 0, 2);
    }
}

// --- for a program -------------------------------------------------------------------------

/// `docs/schema/oscal-import.schema.json`.
#[derive(Serialize)]
struct Shown<'d> {
    file: &'d str,
    model: &'static str,
    id: String,
    title: &'d str,
    version: &'d str,
    oscal_version: &'d str,
    last_modified: &'d str,
    #[serde(skip_serializing_if = "Option::is_none")]
    controls: Option<Vec<OneControl<'d>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    findings: Option<Vec<OneFinding<'d>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    points: Option<Vec<OnePoint<'d>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pairs: Option<Vec<OnePair<'d>>>,
    /// What `--format toml` writes.
    #[serde(skip_serializing_if = "Option::is_none")]
    makes: Option<Makes<'d>>,
    notes: Vec<Remark<'d>>,
}

#[derive(Serialize)]
struct OneControl<'d> {
    id: &'d str,
    title: &'d str,
    groups: Vec<&'d str>,
    here: Vec<&'static str>,
}

#[derive(Serialize)]
struct OneFinding<'d> {
    target: &'d str,
    control: Option<&'static str>,
    state: &'d str,
    verdict: Option<&'d str>,
    title: &'d str,
    why: &'d str,
    date: Option<String>,
    /// Whether it becomes a statement: a claim, never more.
    claimed: bool,
    place: String,
}

#[derive(Serialize)]
struct OnePoint<'d> {
    title: &'d str,
    description: &'d str,
    about: Vec<&'d str>,
    states: Vec<&'d str>,
    deadline: Option<&'d str>,
    accepted: Vec<Accepted<'d>>,
}

#[derive(Serialize)]
struct Accepted<'d> {
    risk: &'d str,
    approver: &'d str,
    reason: &'d str,
    until: &'d str,
}

#[derive(Serialize)]
struct OnePair<'d> {
    sources: Vec<&'d str>,
    relationship: &'d str,
    targets: Vec<&'d str>,
}

#[derive(Serialize)]
struct Makes<'d> {
    kind: &'static str,
    toml: Option<&'d str>,
    refused: Option<String>,
}

#[derive(Serialize)]
struct Remark<'d> {
    place: String,
    message: &'d str,
}

impl<'d> Shown<'d> {
    fn of(
        file: &'d str,
        document: &'d Document,
        making: &'d Making,
        notes: &'d [Note],
    ) -> Self {
        let metadata = document.metadata();
        let mut shown = Self {
            file,
            model: Model::word(document.model()),
            id: document.id().to_string(),
            title: &metadata.title,
            version: &metadata.version,
            oscal_version: &metadata.oscal_version,
            last_modified: &metadata.last_modified,
            controls: None,
            findings: None,
            points: None,
            pairs: None,
            makes: making.as_ref().map(|(kind, made)| Makes {
                kind,
                toml: made.as_ref().ok().map(|made| made.text.as_str()),
                refused: made.as_ref().err().map(ToString::to_string),
            }),
            notes: notes
                .iter()
                .map(|it| Remark { place: it.place.to_string(), message: &it.message })
                .collect(),
        };
        match document {
            Document::Catalog(it) => {
                shown.controls =
                    Some(import::controls(it).into_iter().map(OneControl::of).collect());
            }
            Document::Results(it) => {
                shown.findings =
                    Some(import::claims(it).into_iter().map(OneFinding::of).collect());
            }
            Document::Poam(it) => {
                shown.points =
                    Some(import::points(it).into_iter().map(OnePoint::of).collect());
            }
            Document::Mapping(it) => {
                shown.pairs =
                    Some(import::pairs(it).into_iter().map(OnePair::of).collect());
            }
            Document::Profile(_) => {}
        }
        shown
    }
}

impl<'d> OneControl<'d> {
    fn of(one: Listed<'d>) -> Self {
        let Listed { id, title, groups, belong } = one;
        Self { id, title, groups, here: belong }
    }
}

impl<'d> OneFinding<'d> {
    fn of(one: Claim<'d>) -> Self {
        Self {
            claimed: one.is_satisfied() && one.day.is_some(),
            target: one.target,
            control: one.control.map(posture::Control::id),
            state: one.state,
            verdict: Some(one.verdict).filter(|it| !it.is_empty()),
            title: one.title,
            why: one.why,
            date: one.day.map(|day| day.to_string()),
            place: one.place.to_string(),
        }
    }
}

impl<'d> OnePoint<'d> {
    fn of(one: Point<'d>) -> Self {
        let Point { title, description, about, states, deadline, accepted } = one;
        let accepted = accepted.into_iter().map(|it| Accepted {
            risk: it.risk,
            approver: it.approver,
            reason: it.reason,
            until: it.until,
        });
        Self { title, description, about, states, deadline, accepted: accepted.collect() }
    }
}

impl<'d> OnePair<'d> {
    fn of(one: Pair<'d>) -> Self {
        let Pair { sources, relationship, targets } = one;
        Self { sources, relationship, targets }
    }
}
