//! What the commands on bills of materials print.
//!
//! [`Report`] is the value; a format is a way to write it. Facts of `core/` do not know
//! their spelling on the wire: it is written down here, once.

pub(crate) mod explanation;

pub(crate) mod log;
pub(crate) mod page;
pub(crate) mod text;
pub(crate) mod work;

mod cyclonedx;
mod json;
mod report;
mod sarif;
mod table;

use std::io;

use crate::render;

pub(crate) use report::{
    Because, Bom, Component, Finding, Ground, IndexAge, Report, Severity, SourceAge,
    Unknown,
};

/// In which format a report is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// For a person at a terminal
    Table,
    /// One JSON object, the same as the web interface gives
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// CycloneDX 1.6 with the vulnerabilities
    Cyclonedx,
}

/// How the findings of a table are put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Group {
    /// By component, each vulnerability on a line
    Component,
    /// By what to do about them, the most urgent first
    Action,
}

/// Prints `report` in `format`.
///
/// # Errors
/// When stdout does not take it.
pub(crate) fn print(report: &Report, format: Format, group: Group) -> io::Result<()> {
    match format {
        Format::Table => {
            let mut page = render::blank();
            table::write(report, group, &mut page);
            render::page(page)
        }
        Format::Json => render::stream(|out| json::write(report, out)),
        Format::Sarif => render::data(&sarif::write(report)),
        Format::Cyclonedx => render::data(&cyclonedx::write(report)),
    }
}
