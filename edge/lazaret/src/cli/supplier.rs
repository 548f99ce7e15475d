//! `lazaret supplier`: what the evidence says of a supplier, before anything is bought.

mod delivery;
mod json;
mod table;

use std::path::PathBuf;

use anyhow::Context;
use controls::baseline::Baseline;
use controls::red_flag::{Severity, catalog};
use controls::supplier_history::{Advisory, Beside};
use controls::{Likeness, Measures, Subject, Supplier, Verdict, Vetted, vet};
use lifecycle::Catalog;
use naming::{MakerMatch, Makers};
use terms::Day;

use super::{Failure, Outcome, end_of_life};
use crate::input::Input;
use crate::output::text::counted;
use crate::{index, judging, render};
use delivery::Delivery;

#[derive(clap::Subcommand)]
pub(crate) enum Verb {
    /// Judge a supplier by documents: red flags, the ISAO gate, and what to ask
    #[command(after_help = VET_HELP)]
    Vet(Box<Vet>),
    /// Measure the advisories of all makers, as the file with which one is compared
    Baseline(Measure),
    /// Print a dossier to begin with, every entry explained
    Dossier,
}

const VET_HELP: &str = "\
Documents are recognised by content, in files, folders and archives: SBOMs (CycloneDX, SPDX),
VEX, CSAF advisories, security.txt, provider-metadata.json, the export of the HHS breach
portal, the list of CVE numbering authorities, answers of openFDA about recalls and
clearances, KEV, records of CVEs, a dossier; MDS2 forms as workbook, PDF, CSV or text; results of
scanners (nmap, testssl.sh, SARIF, Nessus), which are the supplier's word unless `--scan` gives
them. What is not read (contracts, other PDFs) is named, and can be the proof of what a dossier says.

What no document tells is cannot tell and asked, never a pass; what the supplier alone says
is a claim and clears nothing. Without a proven membership in an ISAO that has not ended the
gate is closed.

Exit codes: 0 nothing found, 1 a flag that `--fail-on` names, 2 could not be done.";

#[derive(clap::Args)]
pub(crate) struct Vet {
    /// What the supplier delivered: files, folders, archives
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// What the house keeps about the supplier (`lazaret supplier dossier` prints one)
    #[arg(long, value_name = "FILE")]
    dossier: Option<PathBuf>,
    /// What a scanner of the house saw of one device of a product, `PRODUCT=FILE`; the product
    /// may be left out where the name of the file tells it (repeatable)
    #[arg(long, value_name = "PRODUCT=FILE")]
    scan: Vec<String>,
    /// The supplier's name, where no dossier says it
    #[arg(long, value_name = "NAME")]
    supplier: Option<String>,
    /// Advisories of all makers, and records of CVEs (repeatable); the supplier's are found
    #[arg(long, value_name = "FOLDER")]
    advisories: Vec<PathBuf>,
    /// Products of endoflife.date as JSON, beside the supplement of ours (repeatable)
    #[arg(long, value_name = "FOLDER")]
    end_of_life: Vec<PathBuf>,
    /// CISA's catalog of what is exploited, JSON or CSV
    #[arg(long, value_name = "FILE")]
    kev: Option<PathBuf>,
    /// An index of advisories: judges SBOMs, and knows CVEs and KEV
    #[arg(long, value_name = "FILE")]
    index: Option<PathBuf>,
    /// What is usual among makers, in the place of the figures that come with the program
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Further names of makers, as for `device match` (repeatable)
    #[arg(long, value_name = "FILE")]
    aliases: Vec<PathBuf>,
    /// The day of which it is asked, `2026-11-26`; today, where it is not said
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// What counts as something found, by comma
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [FailOn::Any])]
    fail_on: Vec<FailOn>,
}

#[derive(clap::Args)]
pub(crate) struct Measure {
    /// Advisories, records of CVEs, KEV: files, folders, archives
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// What is said of the documents in the file: which they are, and of which day
    #[arg(long, value_name = "TEXT", default_value = "the advisories that were given")]
    source: String,
    /// The day of which it is measured; today, where it is not said
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// A page for a person
    Text,
    /// One JSON object, for a program
    Json,
    /// The questions to the supplier alone, each once
    Questions,
}

/// What counts as something found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum FailOn {
    /// Any flag is raised, or the gate is closed
    Any,
    /// The gate is closed
    Gate,
    /// A flag that blocks is raised
    Block,
    /// A flag that weighs heavily, or blocks, is raised
    High,
    /// Something cannot be told
    Unknown,
}

pub(crate) fn run(verb: &Verb) -> Result<Outcome, Failure> {
    match verb {
        Verb::Vet(arguments) => vet_supplier(arguments),
        Verb::Baseline(arguments) => measure(arguments),
        Verb::Dossier => {
            render::data(supplier::dossier::EXAMPLE)?;
            Ok(Outcome::Nothing)
        }
    }
}

fn vet_supplier(arguments: &Vet) -> Result<Outcome, Failure> {
    let today = day(arguments.as_of.as_deref())?;
    let makers = super::device::makers(&arguments.aliases)?;
    let baseline = baseline(arguments.baseline.as_ref())?;
    let mut delivery = Delivery::default();
    if let Some(path) = &arguments.dossier {
        delivery.dossier(path)?;
    }
    delivery.read(&arguments.files)?;
    delivery.read_advisories(&arguments.advisories)?;
    for given in &arguments.scan {
        delivery.scan(given)?;
    }
    if let Some(path) = &arguments.kev {
        delivery.kev(path)?;
    }
    let (name, aliases) = delivery.names(arguments.supplier.as_deref())?;
    let opened = match &arguments.index {
        Some(path) => Some(index::open(Some(path))?),
        None => None,
    };
    match &opened {
        Some(opened) => {
            let index = opened.index()?;
            delivery.ask(&index, arguments.index.as_deref())?;
            judging::warn(&index);
            judging::check(&index)?;
        }
        None => delivery.place_products(),
    }
    let supplier = Supplier::new(&name, &aliases, &makers);
    let life_cycles = end_of_life::catalog(&arguments.end_of_life)?;
    let measures = Measures { baseline: &baseline, life_cycles: &life_cycles };
    let vetted = vet(&supplier, delivery.evidence(), measures, today);
    let answer =
        Answer { supplier: &supplier, aliases, vetted, baseline, today, delivery };
    match arguments.format {
        Format::Text => render::page(table::page(&answer))?,
        Format::Json => render::stream(|out| json::write(&answer, out))?,
        Format::Questions => render::data(&table::questions(&answer.vetted))?,
    }
    answer.finish(&arguments.fail_on)
}

/// What the documents beside a dossier say of its supplier, for whoever asks it of many.
pub(crate) fn look(
    dossier: &std::path::Path,
    today: Day,
) -> Result<(String, Vetted), Failure> {
    let makers = super::device::makers(&[])?;
    let baseline = baseline(None)?;
    let mut delivery = Delivery::default();
    delivery.dossier(dossier)?;
    delivery.read(&[dossier.parent().unwrap_or(dossier).to_owned()])?;
    let (name, aliases) = delivery.names(None)?;
    delivery.place_products();
    let supplier = Supplier::new(&name, &aliases, &makers);
    let life_cycles = Catalog::built_in();
    let measures = Measures { baseline: &baseline, life_cycles: &life_cycles };
    let vetted = vet(&supplier, delivery.evidence(), measures, today);
    Ok((name, vetted))
}

/// Everything that is printed.
pub(crate) struct Answer<'a> {
    supplier: &'a Supplier<'a>,
    aliases: Vec<String>,
    vetted: Vetted,
    baseline: Baseline,
    today: Day,
    delivery: Delivery,
}

impl Answer<'_> {
    /// Says what is to be said beside the answer, and how it ended.
    fn finish(&self, fail_on: &[FailOn]) -> Result<Outcome, Failure> {
        for (file, why) in self.delivery.unread() {
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
        let found = fail_on.iter().any(|on| self.is_found(*on));
        Ok(if found { Outcome::Found } else { Outcome::Nothing })
    }

    fn is_found(&self, on: FailOn) -> bool {
        let raised = |severity| self.vetted.count(Verdict::Raised, severity) > 0;
        let is_closed = self.vetted.gate.standing.is_blocked();
        match on {
            FailOn::Any => is_closed || Severity::ALL.into_iter().any(raised),
            FailOn::Gate => is_closed,
            FailOn::Block => raised(Severity::Block),
            FailOn::High => raised(Severity::Block) || raised(Severity::High),
            FailOn::Unknown => {
                let unknown = |severity| self.vetted.count(Verdict::CannotTell, severity);
                Severity::ALL.into_iter().any(|severity| unknown(severity) > 0)
            }
        }
    }
}

/// Whom a finding is about, where that is one of several products.
fn product(subject: &Subject) -> Option<&str> {
    match subject {
        Subject::Product(name) if !name.is_empty() => Some(name),
        Subject::Product(_) | Subject::Supplier => None,
    }
}

fn measure(arguments: &Measure) -> Result<Outcome, Failure> {
    let today = day(arguments.as_of.as_deref())?;
    let mut delivery = Delivery::default();
    delivery.read_advisories(&arguments.files)?;
    delivery.place_products();
    let makers = Makers::built_in();
    // Whom an advisory thanks is compared with the makers that it names.
    let is_self = |advisory: &Advisory, name: &str| {
        advisory.vendors().iter().any(|vendor| {
            matches!(
                Supplier::new(vendor, &[], &makers).likeness(name),
                Likeness::Own(_) | Likeness::Perhaps(MakerMatch::Family)
            )
        })
    };
    let thresholds = &catalog().thresholds;
    let beside = Beside { evidence: delivery.evidence(), thresholds, today };
    let baseline = Baseline::measure(&arguments.source, &is_self, beside);
    if baseline.figures.advisories == 0 {
        anyhow::bail!(
            "no advisory about products of makers was given\n\
             help: CSAF documents are measured, as CISA and makers publish them"
        );
    }
    render::data(&baseline.to_string())?;
    for (file, why) in delivery.refused() {
        render::talk(&format!("warning: {why}; left out\n  --> {file}"));
    }
    Ok(Outcome::Nothing)
}

pub(super) fn day(text: Option<&str>) -> Result<Day, Failure> {
    let today = || jiff::Timestamp::now().to_string();
    let text = text.map_or_else(today, str::to_owned);
    let day = text.get(..10).unwrap_or(&text);
    terms::date::day(day)
        .with_context(|| format!("`{text}` is no day, such as 2026-11-26"))
}

fn baseline(path: Option<&PathBuf>) -> Result<Baseline, Failure> {
    let Some(path) = path else {
        return Baseline::built_in().context("the figures of all makers cannot be read");
    };
    let input = Input::from(path.clone());
    let refused = |why| anyhow::anyhow!(input.refusal(&why));
    let bytes = input.read().map_err(refused)?;
    let text = reading::text::decode(&bytes).map_err(|why| refused(why.into()))?;
    Baseline::read(&text).map_err(|why| refused(why.into()))
}
