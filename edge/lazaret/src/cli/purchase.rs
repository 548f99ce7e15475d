//! `lazaret purchase`: bidders side by side, before anything is bought.

mod csv;
mod folder;
mod json;
mod matrix;
mod page;

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::Context;
use controls::baseline::Baseline;
use posture::Verdict;
use purchase::cross_check::Severity;
use purchase::{
    Bid, Event, Fate, Hearing, Judged, Profile, Setting, Tier, judge, question,
};
use rayon::prelude::*;
use terms::Day;

use super::{Failure, Outcome, end_of_life, supplier::day};
use crate::input::Input;
use crate::{index, judging, render};
use folder::{Archive, Folder};

#[derive(clap::Subcommand)]
pub(crate) enum Verb {
    /// Hold bidders side by side: gates, considerations, contradictions, what is open
    #[command(after_help = COMPARE_HELP)]
    Compare(Box<Compare>),
    /// Write the list of open points of one bidder, as a workbook or CSV that it fills in
    Questions(Box<Questions>),
    /// Print what is asked of bidders, as a file to change and give with `--profile`
    Profile,
    /// Print a file that says what is bought, every entry explained
    Event,
}

const COMPARE_HELP: &str = "\
FOLDER holds one sub-folder or archive (.zip, .tar, .tar.gz, .tgz, .tar.zst) for each bidder.
What the house itself keeps about a bidder (a dossier, own scans, a register of what it read
in the contract) lies in FOLDER/house/NAME, and what is bought in FOLDER/purchase.toml
(`lazaret purchase event` prints one). Nothing that a bidder delivers takes their place.

Files are recognised by content, and none is lost: MDS2 forms, SBOMs, VEX, advisories,
security.txt, results of scanners, exports and registers, answers to our questions, letters
and certificates. What a bidder says of itself is a claim, and never met alone. A gate is
passed only by what is proven; everything else blocks.

Exit codes: 0 nothing found, 1 something that `--fail-on` names, 2 could not be done.";

#[derive(clap::Args)]
pub(crate) struct Compare {
    #[command(flatten)]
    given: Given,
    /// This bidder alone, by its folder
    #[arg(long, value_name = "NAME")]
    bidder: Option<String>,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// What counts as something found, by comma
    #[arg(long, value_enum, value_delimiter = ',', default_values_t =
        [FailOn::Gate, FailOn::Contradiction, FailOn::Broken])]
    fail_on: Vec<FailOn>,
}

#[derive(clap::Args)]
pub(crate) struct Questions {
    #[command(flatten)]
    given: Given,
    /// The bidder, by its folder
    #[arg(long, value_name = "NAME")]
    bidder: String,
    /// The file to write, `.xlsx` or `.csv`; one that is there already is left alone
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

/// What is compared, and by what.
#[derive(clap::Args)]
struct Given {
    /// The folder of the purchase
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
    /// What is bought, in the place of FOLDER/purchase.toml
    #[arg(long, value_name = "FILE")]
    event: Option<PathBuf>,
    /// How much hangs on the device, in the place of what the purchase says
    #[arg(long, value_enum)]
    tier: Option<WordedTier>,
    /// What is asked, in the place of what comes with the program
    #[arg(long, value_name = "FILE")]
    profile: Option<PathBuf>,
    /// An index of advisories: judges SBOMs, and knows CVEs and KEV
    #[arg(long, value_name = "FILE")]
    index: Option<PathBuf>,
    /// CISA's catalog of what is exploited, where the index does not hold it
    #[arg(long, value_name = "FILE")]
    kev: Option<PathBuf>,
    /// Advisories of all makers, and records of CVEs (repeatable); each maker's are found
    #[arg(long, value_name = "FOLDER")]
    advisories: Vec<PathBuf>,
    /// Products of endoflife.date as JSON, beside the supplement of ours (repeatable)
    #[arg(long, value_name = "FOLDER")]
    end_of_life: Vec<PathBuf>,
    /// Accept what bidders state about flaws (VEX) as the maker's word; else it is a claim
    #[arg(long)]
    accept_vex: bool,
    /// Further names of makers, as for `device match` (repeatable)
    #[arg(long, value_name = "FILE")]
    aliases: Vec<PathBuf>,
    /// The day of which it is asked, `2026-11-26`; today, where it is not said
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum WordedTier {
    /// Keeps a patient alive or treats one, and can join a network
    LifeSustaining,
    /// Keeps or sends patient data, and can join a network
    PatientData,
    /// Can join a network
    Networked,
    /// Cannot join a network
    Standalone,
}

impl From<WordedTier> for Tier {
    fn from(tier: WordedTier) -> Self {
        match tier {
            WordedTier::LifeSustaining => Self::LifeSustaining,
            WordedTier::PatientData => Self::PatientData,
            WordedTier::Networked => Self::Networked,
            WordedTier::Standalone => Self::Standalone,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// A page for a person
    Text,
    /// One JSON object, for a program
    Json,
    /// A line for each bidder and each thing that was judged, for a spreadsheet
    Csv,
}

/// What counts as something found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum FailOn {
    /// A gate of any bidder is not passed
    Gate,
    /// What is claimed gravely contradicts something else
    Contradiction,
    /// A file is broken
    Broken,
    /// A consideration is not met
    NotMet,
    /// A consideration cannot be told
    Unknown,
}

pub(crate) fn run(verb: &Verb) -> Result<Outcome, Failure> {
    match verb {
        Verb::Compare(arguments) => compare(arguments),
        Verb::Questions(arguments) => questions(arguments),
        Verb::Profile => {
            render::data(purchase::profile::STANDARD)?;
            Ok(Outcome::Nothing)
        }
        Verb::Event => {
            render::data(purchase::event::EXAMPLE)?;
            Ok(Outcome::Nothing)
        }
    }
}

/// Everything that is printed.
struct Answer {
    event: Event,
    profile: Profile,
    today: Day,
    bids: Vec<(Bid, Judged)>,
    /// Files of the folder that are of no bidder, with the reason.
    beside: Vec<(String, String)>,
}

fn compare(arguments: &Compare) -> Result<Outcome, Failure> {
    let answer = answer(&arguments.given, arguments.bidder.as_deref())?;
    match arguments.format {
        Format::Text => render::page(page::page(&answer))?,
        Format::Json => render::stream(|out| json::write(&answer, out))?,
        Format::Csv => render::stream(|out| csv::write(&answer, out))?,
    }
    let found = arguments.fail_on.iter().any(|on| answer.is_found(*on));
    Ok(if found { Outcome::Found } else { Outcome::Nothing })
}

fn questions(arguments: &Questions) -> Result<Outcome, Failure> {
    let answer = answer(&arguments.given, Some(&arguments.bidder))?;
    let Some((bid, judged)) = answer.bids.first() else { anyhow::bail!("no bidder") };
    let output = &arguments.output;
    let is = |ending: &str| {
        output.extension().is_some_and(|it| it.eq_ignore_ascii_case(ending))
    };
    let bytes = match (is("xlsx"), is("csv")) {
        (true, _) => question::workbook(&bid.bidder.name, &judged.questions)?,
        (_, true) => question::csv(&bid.bidder.name, &judged.questions)?,
        _ => anyhow::bail!(
            "{} is neither a workbook nor CSV\nhelp: end its name in `.xlsx` or `.csv`",
            output.display()
        ),
    };
    let name = output.display();
    let mut file = std::fs::File::create_new(output)
        .with_context(|| format!("{name} cannot be written"))?;
    file.write_all(&bytes).with_context(|| format!("{name} cannot be written"))?;
    let count = judged.questions.len();
    render::talk(&format!("{count} questions to {}: {name}", bid.bidder.name));
    Ok(Outcome::Nothing)
}

fn answer(given: &Given, only: Option<&str>) -> Result<Answer, Failure> {
    let today = day(given.as_of.as_deref())?;
    let makers = super::device::makers(&given.aliases)?;
    let mut event = event(given)?;
    if let Some(tier) = given.tier {
        event.tier = tier.into();
    }
    let profile = match &given.profile {
        Some(path) => read(path, Profile::parse)?,
        None => Profile::standard().clone(),
    };
    let baseline =
        Baseline::built_in().context("the figures of all makers cannot be read")?;
    let lifecycle = end_of_life::catalog(&given.end_of_life)?;
    let opened = match &given.index {
        Some(path) => Some(index::open(Some(path))?),
        None => None,
    };
    let index = opened.as_ref().map(feeds::IndexFile::index).transpose()?;
    if let Some(index) = &index {
        judging::warn(index);
        judging::check(index)?;
    }
    let name = given.index.as_ref().map(|path| path.display().to_string());
    let mut archive = Archive::default();
    archive.read(&given.advisories)?;
    archive.kev(given.kev.as_deref())?;
    if let (Some(index), Some(name)) = (&index, &name) {
        archive.ask(index, name);
    }
    let beside = archive.beside(index.as_ref().zip(name.as_deref()), &makers);
    let hearing = if given.accept_vex { Hearing::Accepted } else { Hearing::Claims };
    let folder = Folder::open(&given.folder, only)?;
    let (files, left) = folder.take();
    let setting = Setting {
        event: &event,
        profile: &profile,
        makers: &makers,
        baseline: &baseline,
        lifecycle: &lifecycle,
        today,
    };
    let bids = files
        .into_par_iter()
        .map(|of| {
            let bidder = event.bidder(&of.name);
            let laid = (beside, hearing);
            let bid = Bid::gather(bidder, &event, of.delivered, of.house, laid);
            let judged = judge(&bid, setting);
            (bid, judged)
        })
        .collect();
    Ok(Answer { event, profile, today, bids, beside: left })
}

/// What is bought: as the file that was named says, else the one of the folder.
fn event(given: &Given) -> Result<Event, Failure> {
    let own = given.folder.join("purchase.toml");
    match &given.event {
        Some(path) => read(path, Event::parse),
        None if own.is_file() => read(&own, Event::parse),
        None => {
            if given.tier.is_none() {
                render::talk(
                    "note: nobody says how much hangs on the device, so the most is assumed \
                     (`--tier`, or purchase.toml)",
                );
            }
            Ok(Event::default())
        }
    }
}

fn read<T>(
    path: &std::path::Path,
    parse: impl Fn(&[u8]) -> Result<T, reading::Rejected>,
) -> Result<T, Failure> {
    let input = Input::from(path.to_owned());
    let refused = |why| anyhow::anyhow!(input.refusal(&why));
    let bytes = input.read().map_err(refused)?;
    parse(&bytes).map_err(|why| refused(why.into()))
}

impl Answer {
    fn is_found(&self, on: FailOn) -> bool {
        let any = |found: &dyn Fn(&Bid, &Judged) -> bool| {
            self.bids.iter().any(|(bid, judged)| found(bid, judged))
        };
        match on {
            FailOn::Gate => any(&|_, judged| judged.is_blocked()),
            FailOn::Contradiction => any(&|_, judged| {
                judged.contradictions.iter().any(|it| it.severity == Severity::High)
            }),
            FailOn::Broken => any(&|bid, _| {
                bid.files.iter().any(|it| matches!(it.fate, Fate::Refused(_)))
            }),
            FailOn::NotMet => any(&|_, judged| judged.count(Verdict::NotMet) > 0),
            FailOn::Unknown => any(&|_, judged| judged.count(Verdict::CannotTell) > 0),
        }
    }
}
