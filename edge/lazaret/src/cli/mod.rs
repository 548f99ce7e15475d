//! The command line: `lazaret <noun> <verb>`, one file per noun.

mod affected;
mod audit;
mod backup;
mod configuration;
mod control;
mod demo;
mod device;
mod doctor;
mod end_of_life;
mod explain;
mod export;
mod feed;
mod house;
mod manual;
mod mds2;
mod oscal;
mod people;
mod purchase;
mod reindex;
mod report;
mod sbom;
mod scan;
mod serve;
mod supplier;
mod term;
mod under_way;

use std::process::ExitCode;

use anstream::ColorChoice;
use clap::{Parser, Subcommand};
use configuration::Refused;

use crate::render::{self, Talk};

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Done, and nothing was found: exit code 0.
    Nothing,
    /// Done, and something was found: exit code 1.
    Found,
}

/// What a command that could not be done says: exit code 2.
pub(crate) type Failure = anyhow::Error;

#[derive(Parser)]
#[command(
    name = "lazaret",
    version,
    about = "Judges connected medical devices and their software against what is known to be wrong",
    after_help = AFTER_HELP,
    disable_help_subcommand = true
)]
struct Arguments {
    /// When to use colour; `auto` is on a terminal unless NO_COLOR is set, and in a pipe if
    /// CLICOLOR_FORCE is
    #[arg(
        long,
        global = true,
        value_enum,
        value_name = "WHEN",
        default_value_t = Color::Auto,
        help_heading = "Output"
    )]
    color: Color,
    /// Say nothing beside the answer but warnings and errors
    #[arg(short, long, global = true, help_heading = "Output")]
    quiet: bool,
    #[command(subcommand)]
    command: Command,
}

const AFTER_HELP: &str = "\
Start with `lazaret demo`. With your own documents:
  lazaret feed build --index my.index FOLDER-OF-ADVISORIES
  lazaret device match INVENTORY.csv --index my.index
  lazaret scan SBOM.json --index my.index

Answers go to standard output, everything else to standard error.
Exit codes: 0 nothing found, 1 something found, 2 could not be done.";

/// When output is painted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Color {
    Auto,
    Always,
    Never,
}

impl From<Color> for ColorChoice {
    fn from(color: Color) -> Self {
        match color {
            Color::Auto => Self::Auto,
            Color::Always => Self::Always,
            Color::Never => Self::Never,
        }
    }
}

#[derive(Subcommand)]
enum Command {
    /// Judge an invented hospital, and say what to do first and why
    Demo(demo::Arguments),
    /// Build the index of advisories, and say what is in it
    #[command(subcommand)]
    Feed(feed::Verb),
    /// Find the known vulnerabilities in the components of SBOMs
    Scan(scan::Arguments),
    /// Say why an SBOM is affected by a vulnerability or not, step by step
    Explain(explain::Arguments),
    /// Say which SBOMs and components a vulnerability touches
    Affected(affected::Arguments),
    /// Check, show and compare SBOMs
    #[command(subcommand)]
    Sbom(sbom::Verb),
    /// Find the devices of an inventory that need something done
    #[command(subcommand)]
    Device(device::Verb),
    /// Read, check and compare what makers disclose of their devices (MDS2 forms)
    #[command(subcommand)]
    Mds2(mds2::Verb),
    /// Judge a supplier before anything is bought, by what it delivers and what is known of it
    #[command(subcommand)]
    Supplier(supplier::Verb),
    /// Hold bidders side by side before a purchase, and write what each is to be asked
    #[command(subcommand)]
    Purchase(purchase::Verb),
    /// Judge the controls of the guidance by evidence, and say what to do first
    #[command(subcommand)]
    Control(control::Verb),
    /// Give and take controls, assessments and open points as OSCAL
    #[command(subcommand)]
    Oscal(oscal::Verb),
    /// Check what the house gave away as evidence, without it
    #[command(subcommand)]
    Report(report::Verb),
    /// Run the server: the house's memory, in a browser
    Serve(Box<serve::Arguments>),
    /// Copy the whole house into one file, while the server runs
    Backup(backup::Backup),
    /// Take such a copy back
    Restore(backup::Restore),
    /// Write all that one organisation owns into one file, in open formats
    Export(export::Export),
    /// Make everything that is derived again, from what is kept
    Reindex(reindex::Arguments),
    /// Say whether the house is well: database, audit logs, jobs, advisories
    Doctor(doctor::Arguments),
    /// Prove that nothing in the audit logs was changed
    #[command(subcommand)]
    Audit(audit::Verb),
    /// Let somebody back in who has lost the password or the second factor
    #[command(subcommand)]
    People(people::Verb),
    /// Read terms line by line: versions, ranges, purl, CPE, CVSS
    #[command(subcommand)]
    Term(term::Verb),
    /// Print completions for a shell
    Completions(manual::Completions),
    /// Print the manual page
    Man,
}

/// Reads the command line and does what it says.
pub(crate) fn run() -> ExitCode {
    let environment = |name: &str| std::env::var_os(name);
    let arguments = match configuration::parse(std::env::args_os(), &environment) {
        Ok(arguments) => arguments,
        Err(Refused::Words(error)) => {
            let code = if error.use_stderr() { 2 } else { 0 };
            let _ = error.print();
            return ExitCode::from(code);
        }
        Err(Refused::Setting(error)) => {
            render::talk(&format!("error: {error:#}"));
            return ExitCode::from(2);
        }
    };
    let talk = if arguments.quiet { Talk::Faults } else { Talk::Full };
    render::set(arguments.color.into(), talk);
    match act(arguments.command) {
        Ok(Outcome::Nothing) => ExitCode::SUCCESS,
        Ok(Outcome::Found) => ExitCode::from(1),
        Err(error) => {
            render::talk(&format!("error: {}", told(&error)));
            ExitCode::from(2)
        }
    }
}

/// A fault with what it comes of, each thing once; and what to do where the machine is at fault.
fn told(error: &Failure) -> String {
    let mut told = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if !told.contains(&cause) {
            let joint = if told.is_empty() { "" } else { ": " };
            told = format!("{told}{joint}{cause}");
        }
    }
    let is_any = |signs: &[&str]| signs.iter().any(|sign| told.contains(sign));
    let help = if is_any(&["(os error 28)", "disk is full"]) {
        "\nhelp: the disk is full: make room, or name a place on another one"
    } else if is_any(&["is not a database", "is malformed"]) {
        "\nhelp: keep the file as it is, and take the newest backup back into an empty folder"
    } else {
        ""
    };
    format!("{told}{help}")
}

/// Does what a command says.
fn act(command: Command) -> Result<Outcome, Failure> {
    match command {
        Command::Demo(arguments) => demo::run(&arguments),
        Command::Feed(verb) => feed::run(&verb),
        Command::Scan(arguments) => scan::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Affected(arguments) => affected::run(&arguments),
        Command::Sbom(verb) => sbom::run(&verb),
        Command::Device(verb) => device::run(&verb),
        Command::Mds2(verb) => mds2::run(&verb),
        Command::Supplier(verb) => supplier::run(&verb),
        Command::Purchase(verb) => purchase::run(&verb),
        Command::Control(verb) => control::run(&verb),
        Command::Oscal(verb) => oscal::run(&verb),
        Command::Report(verb) => report::run(&verb),
        Command::Serve(arguments) => serve::run(&arguments),
        Command::Doctor(arguments) => doctor::run(&arguments),
        Command::Backup(arguments) => backup::back_up(&arguments),
        Command::Restore(arguments) => backup::restore(&arguments),
        Command::Export(arguments) => export::run(&arguments),
        Command::Reindex(arguments) => reindex::run(&arguments),
        Command::Audit(verb) => audit::run(&verb),
        Command::People(verb) => people::run(&verb),
        Command::Term(verb) => term::run(&verb),
        Command::Completions(arguments) => manual::completions(&arguments),
        Command::Man => manual::man(),
    }
}

#[cfg(test)]
mod tests {
    use anyhow::Context as _;

    use super::{Failure, told};

    #[test]
    fn each_cause_is_told_once_and_a_full_disk_says_what_to_do() {
        let full = || std::io::Error::from_raw_os_error(28);
        let twice: Result<(), Failure> =
            Err(anyhow::anyhow!("the copy: {}", full())).context("nothing was written");
        let said = told(&twice.unwrap_err());
        assert_eq!(said.matches("os error 28").count(), 1, "{said}");
        assert!(said.ends_with("make room, or name a place on another one"), "{said}");
        let plain = anyhow::anyhow!("a").context("b");
        assert_eq!(told(&plain), "b: a");
        let repeated = anyhow::anyhow!("a").context("b: a");
        assert_eq!(told(&repeated), "b: a");
    }
}
