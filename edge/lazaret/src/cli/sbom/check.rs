//! `lazaret sbom check`: what a document leaves out, measured against profiles.
//!
//! As JSON, one file gives one object; several files give a list of such objects, each with
//! a member `file` besides. A file that is refused gives none, and its name, the place and a
//! hint on stderr. Findings are worked out while they are written: a document of 200,000
//! components can miss two million facts.

mod json;
mod table;

use std::io::{self, Write};
use std::path::PathBuf;

use reading::Parsed;
use sbom::Bom;
use sbom::quality::{self, Assessment, Profile};

use crate::cli::{Failure, Outcome};
use crate::input::Input;
use crate::render;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// SBOMs to check: CycloneDX or SPDX, recognised by content; `-` reads stdin
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The profile to check against; all where none is named
    #[arg(long, value_enum, value_name = "PROFILE")]
    profile: Vec<Choice>,
    /// How to print
    #[arg(long, value_enum, default_value_t = Form::Table)]
    format: Form,
    /// Print every note of reading, not only the first few
    #[arg(long = "notes")]
    all_notes: bool,
}

impl Arguments {
    const fn shown(&self) -> super::Shown {
        if self.all_notes { super::Shown::All } else { super::Shown::FirstFew }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Choice {
    /// NTIA, minimum elements, July 2021
    #[value(name = "ntia-2021")]
    Ntia2021,
    /// FDA, section 524B: NTIA and support of each component
    #[value(name = "fda-524b")]
    Fda524b,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Form {
    /// For a person at a terminal
    Table,
    /// One JSON object a document
    Json,
}

/// Checks each file; a file that cannot be read does not keep the others from being checked.
pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let profiles = profiles(&arguments.profile);
    let mut refused = Vec::new();
    let mut outcome = Outcome::Nothing;
    render::stream(|out| {
        let mut printer = Printer::new(out, arguments);
        for file in &arguments.files {
            let input = Input::from(file.clone());
            match super::read(&input) {
                Ok(parsed) => {
                    let checked = Checked::new(&input, parsed, &profiles);
                    if checked.has_findings() {
                        outcome = Outcome::Found;
                    }
                    printer.print(&checked)?;
                    let notes = &checked.parsed.notes;
                    super::tell_notes(&checked.file, notes, arguments.shown());
                }
                Err(why) => refused.push(input.refusal(&why)),
            }
        }
        printer.end()
    })?;
    match refused.as_slice() {
        [] => Ok(outcome),
        [one] if arguments.files.len() == 1 => anyhow::bail!(one.clone()),
        several => {
            for one in several {
                render::talk(&format!("error: {one}"));
            }
            anyhow::bail!(
                "{} of {} files are refused",
                several.len(),
                arguments.files.len()
            )
        }
    }
}

fn profiles(chosen: &[Choice]) -> Vec<Profile> {
    let is_chosen = |profile: &Profile| {
        let choice = match profile {
            Profile::Ntia2021 => Choice::Ntia2021,
            Profile::Fda524b => Choice::Fda524b,
        };
        chosen.is_empty() || chosen.contains(&choice)
    };
    Profile::ALL.into_iter().filter(is_chosen).collect()
}

/// One file that was read and measured.
struct Checked {
    file: String,
    parsed: Parsed<Bom>,
    assessments: Vec<Assessment>,
}

impl Checked {
    fn new(input: &Input, parsed: Parsed<Bom>, profiles: &[Profile]) -> Self {
        let assessments = profiles
            .iter()
            .map(|profile| quality::assess(&parsed.value, *profile))
            .collect();
        Self { file: input.name(), parsed, assessments }
    }

    fn has_findings(&self) -> bool {
        self.assessments.iter().any(|assessment| !assessment.findings.is_empty())
    }

    fn with_purl(&self) -> usize {
        self.parsed
            .value
            .components
            .iter()
            .filter(|component| component.has_purl())
            .count()
    }

    fn with_cpe(&self) -> usize {
        self.parsed
            .value
            .components
            .iter()
            .filter(|component| component.has_cpe())
            .count()
    }
}

/// Writes each file as soon as it is checked, so that only one is in memory.
struct Printer<'o> {
    out: &'o mut dyn Write,
    form: Form,
    is_list: bool,
    printed: usize,
    width: usize,
}

impl<'o> Printer<'o> {
    fn new(out: &'o mut dyn Write, arguments: &Arguments) -> Self {
        let is_list = arguments.files.len() > 1;
        Self { out, form: arguments.format, is_list, printed: 0, width: render::width() }
    }

    fn print(&mut self, checked: &Checked) -> io::Result<()> {
        match self.form {
            Form::Table => {
                if self.printed > 0 {
                    writeln!(self.out)?;
                }
                table::write(self.out, checked, self.width)?;
            }
            Form::Json => {
                if self.is_list {
                    self.out.write_all(if self.printed == 0 {
                        b"[\n"
                    } else {
                        b",\n"
                    })?;
                }
                let file = self.is_list.then_some(checked.file.as_str());
                let object = json::Object { checked, file };
                serde_json::to_writer(&mut *self.out, &object)?;
            }
        }
        self.printed += 1;
        Ok(())
    }

    /// Ends the output; where every file is refused, nothing is printed at all.
    fn end(self) -> io::Result<()> {
        match (self.form, self.printed, self.is_list) {
            (_, 0, _) | (Form::Table, ..) => Ok(()),
            (Form::Json, _, true) => self.out.write_all(b"\n]\n"),
            (Form::Json, _, false) => self.out.write_all(b"\n"),
        }
    }
}
