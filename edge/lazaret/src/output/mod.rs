//! What the commands on bills of materials print.
//!
//! [`Report`] is the value; a format is a way to write it. Facts of `core/` do not know
//! their spelling on the wire: it is written down here, once.

pub(crate) mod explanation;

mod cyclonedx;
mod json;
mod report;
mod sarif;
mod table;

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
    /// By component
    Component,
    /// By what a person does about them
    Action,
}

/// Writes `report` in `format`.
pub(crate) fn write(
    report: &Report,
    format: Format,
    group: Group,
    width: usize,
) -> String {
    match format {
        Format::Table => table::write(report, group, width),
        Format::Json => json::write(report),
        Format::Sarif => sarif::write(report),
        Format::Cyclonedx => cyclonedx::write(report),
    }
}
