//! `lazaret control`: the sixty-four controls, judged by a folder of evidence.

mod delivery;
mod json;
mod listing;
mod table;

use std::path::{Path, PathBuf};

use anyhow::Context;
use posture::{Assessed, Control, Group, Verdict, What, catalog};
use terms::Day;

use super::{Failure, Outcome};
use crate::output::text::counted;
use crate::{index, render};
use delivery::{Delivery, Organisation};

#[derive(clap::Subcommand)]
pub(crate) enum Verb {
    /// List the controls; or what evidence is read, and files to begin with
    List(List),
    /// Judge every control by the evidence in folders, and say what to do first
    #[command(after_help = ASSESS_HELP)]
    Assess(Box<Assess>),
    /// Say why a control is met or not: the facts, their age, what would change it
    Explain(Box<Explain>),
}

const ASSESS_HELP: &str = "\
Documents are recognised by content, in files, folders and archives (tables also as .xlsx):
rosters, accounts (Entra, Google, SCIM), completed courses, results of simulated phishing
(GoPhish, KnowBe4), protection and patches of computers, log sources, sessions of suppliers,
logs of advisories, inventories, SBOMs, firewalls (OPNsense, pfSense, PAN-OS, ASA, iptables,
nftables), scanners (nmap, testssl, SARIF, Nessus), security.txt, provider-metadata.json,
dossiers, and the register that is kept by hand (`lazaret control list register`).
Whatever else is there can be the proof of an entry of the register.

A folder with an `organisation.toml` (`lazaret control list tailoring`) is an organisation;
folders below it that have one are organisations below it.

What no evidence shows is cannot tell, never met; what somebody only says is partly met at
most; what is too old counts no longer. People are counted and never named.

Exit codes: 0 nothing found, 1 what `--fail-on` names, 2 could not be done.";

#[derive(clap::Args)]
pub(crate) struct List {
    /// What is printed
    #[arg(value_enum, default_value_t = Printed::Controls)]
    what: Printed,
    /// How the controls are written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// What `list` prints.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Printed {
    /// The controls; as JSON with the crosswalks to other catalogs
    Controls,
    /// Which tables are read, and by which headings they are known
    Tables,
    /// A register to begin with, every entry explained
    Register,
    /// An `organisation.toml` to begin with
    Tailoring,
}

#[derive(clap::Args)]
struct Given {
    /// The evidence: files, folders, archives
    #[arg(required = true, value_name = "FOLDER")]
    folders: Vec<PathBuf>,
    /// An index of advisories: how old its feeds are is evidence too
    #[arg(long, value_name = "FILE")]
    index: Option<PathBuf>,
    /// The day of which it is asked, `2026-11-26`; today, where it is not said
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(clap::Args)]
pub(crate) struct Assess {
    #[command(flatten)]
    given: Given,
    /// Say what changed since a day, judged by what is at hand now
    #[arg(long, value_name = "DATE")]
    since: Option<String>,
    /// How many actions are shown
    #[arg(long, value_name = "COUNT", default_value_t = 7)]
    actions: usize,
    /// What counts as something found, by comma
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [FailOn::NotMet])]
    fail_on: Vec<FailOn>,
}

#[derive(clap::Args)]
pub(crate) struct Explain {
    /// The control: `A-01`
    #[arg(value_name = "CONTROL")]
    control: String,
    #[command(flatten)]
    given: Given,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// A page for a person
    Text,
    /// One JSON object, for a program
    Json,
}

/// What counts as something found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum FailOn {
    /// A control without an exception is not met
    NotMet,
    /// A control without an exception is partly met
    PartlyMet,
    /// Something cannot be told
    Unknown,
    /// An exception has ended
    Expired,
}

pub(crate) fn run(verb: &Verb) -> Result<Outcome, Failure> {
    match verb {
        Verb::List(arguments) => list(arguments),
        Verb::Assess(arguments) => assess(arguments),
        Verb::Explain(arguments) => explain(arguments),
    }
}

fn list(arguments: &List) -> Result<Outcome, Failure> {
    match (arguments.what, arguments.format) {
        (Printed::Controls, Format::Text) => render::page(listing::page())?,
        (Printed::Controls, Format::Json) => render::stream(|out| listing::write(out))?,
        (Printed::Tables, _) => render::page(listing::tables())?,
        (Printed::Register, _) => render::data(evidence::register::EXAMPLE)?,
        (Printed::Tailoring, _) => render::data(posture::TAILORING_EXAMPLE)?,
    }
    Ok(Outcome::Nothing)
}

/// Everything that is printed.
pub(crate) struct Answer {
    group: Group,
    organisations: Vec<Organisation>,
    today: Day,
    before: Option<(Day, Group)>,
    actions: usize,
    delivery: Delivery,
}

fn assess(arguments: &Assess) -> Result<Outcome, Failure> {
    let mut answer = arguments.given.judged()?;
    if let Some(since) = &arguments.since {
        let since = day(Some(since))?;
        anyhow::ensure!(since <= answer.today, "{since} lies behind {}", answer.today);
        let members = answer.group.members().to_vec();
        answer.before = Some((since, Group::of(members, since)));
    }
    answer.actions = arguments.actions;
    match arguments.given.format {
        Format::Text => render::page(table::page(&answer))?,
        Format::Json => render::stream(|out| json::write(&answer, None, out))?,
    }
    answer.finish(&arguments.fail_on)
}

fn explain(arguments: &Explain) -> Result<Outcome, Failure> {
    let Some(control) = catalog().control(&arguments.control) else {
        anyhow::bail!(
            "there is no control `{}`\nhelp: `lazaret control list` names them",
            arguments.control
        );
    };
    let answer = arguments.given.judged()?;
    match arguments.given.format {
        Format::Text => render::page(table::explained(&answer, control))?,
        Format::Json => render::stream(|out| json::write(&answer, Some(control), out))?,
    }
    answer.finish(&[])
}

impl Given {
    fn judged(&self) -> Result<Answer, Failure> {
        judged(&self.folders, self.index.as_deref(), self.as_of.as_deref())
    }
}

/// Judges every organisation of the folders, as of a day.
pub(super) fn judged(
    folders: &[PathBuf],
    advisories: Option<&Path>,
    as_of: Option<&str>,
) -> Result<Answer, Failure> {
    let today = day(as_of)?;
    let mut delivery = Delivery::default();
    delivery.read(folders)?;
    delivery.vet(today);
    if let Some(path) = advisories {
        let opened = index::open(Some(path))?;
        delivery.ask(&opened.index()?, &path.display().to_string());
    }
    let (organisations, members) = delivery.organisations(folders);
    let group = Group::of(members, today);
    Ok(Answer { group, organisations, today, before: None, actions: 0, delivery })
}

impl Answer {
    /// The organisations, judged.
    pub(super) const fn group(&self) -> &Group {
        &self.group
    }

    /// What they are called, in the same order.
    pub(super) fn names(&self) -> Vec<&str> {
        self.organisations.iter().map(|it| it.name.as_str()).collect()
    }

    /// The day of which they are judged.
    pub(super) const fn today(&self) -> Day {
        self.today
    }

    /// Says what is to be said beside the answer, and how it ended.
    pub(super) fn finish(&self, fail_on: &[FailOn]) -> Result<Outcome, Failure> {
        for (file, note) in self.delivery.notes() {
            render::talk(&format!("note: {note}\n  --> {file}"));
        }
        let proofs = self.proofs();
        let is_proof = |file: &str| proofs.iter().any(|proof| file.ends_with(proof));
        let unread = self.delivery.unread().iter();
        for (file, why) in unread.filter(|(file, _)| !is_proof(file)) {
            render::talk(&format!("note: {file} is not read: {why}"));
        }
        let refused = self.delivery.refused();
        for (file, why) in refused {
            render::talk(&format!("error: {why}\n  --> {file}"));
        }
        if !refused.is_empty() {
            anyhow::bail!(
                "{} could not be read; what they would say is missing above",
                counted(refused.len(), "document")
            );
        }
        let found =
            fail_on.iter().any(|on| self.all().any(|one| self.is_found(*on, one)));
        Ok(if found { Outcome::Found } else { Outcome::Nothing })
    }

    /// The files that entries name as their proofs.
    fn proofs(&self) -> Vec<&str> {
        let held = self.group.members().iter().flat_map(|member| &member.holdings.held);
        let records = held.filter_map(|held| match &held.what {
            What::Records(records) => Some(records),
            What::Firewall(_) | What::Scan(_) => None,
        });
        let named = records.flatten().map(|record| record.text(evidence::Field::Proof));
        named
            .map(|proof| proof.trim_start_matches("./"))
            .filter(|it| !it.is_empty())
            .collect()
    }

    fn all(&self) -> impl Iterator<Item = &Assessed> {
        (0..self.organisations.len()).flat_map(|at| self.group.assessed(at))
    }

    fn is_found(&self, on: FailOn, one: &Assessed) -> bool {
        let verdict = one.ruling.verdict;
        let is_excepted = one.is_excepted(self.today);
        match on {
            FailOn::NotMet => verdict == Verdict::NotMet && !is_excepted,
            FailOn::PartlyMet => verdict == Verdict::PartlyMet && !is_excepted,
            FailOn::Unknown => verdict == Verdict::CannotTell,
            FailOn::Expired => one.exception.is_some() && !is_excepted,
        }
    }

    /// The verdict of a control in an organisation.
    fn one(&self, organisation: usize, control: Control) -> Option<&Assessed> {
        self.group.assessed(organisation).iter().find(|one| one.control == control)
    }
}

fn day(text: Option<&str>) -> Result<Day, Failure> {
    let today = || jiff::Timestamp::now().to_string();
    let text = text.map_or_else(today, str::to_owned);
    let day = text.get(..10).unwrap_or(&text);
    terms::date::day(day)
        .with_context(|| format!("`{text}` is no day, such as 2026-11-26"))
}
