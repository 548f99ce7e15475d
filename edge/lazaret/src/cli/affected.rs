//! `lazaret affected`: from a vulnerability to the components that it touches.

use std::path::PathBuf;

use advisory::index::Index;
use matching::statement::Statements;

use super::scan::{Asked, Direction, FailOn, finish};
use super::{Failure, Outcome};
use crate::judging;
use crate::output::{self, Format, Group};
use crate::{index, render};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    sources: judging::Sources,
    #[command(flatten)]
    known: judging::Known,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// How a table is put together
    #[arg(long, value_enum, default_value_t = Group::Component)]
    group: Group,
    /// What counts as something found, by comma
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [FailOn::Any])]
    fail_on: Vec<FailOn>,
    /// The vulnerability: a CVE, an alias, or the id of a record
    #[arg(value_name = "CVE")]
    id: String,
    /// Bills of materials: CycloneDX or SPDX, `-` is standard input
    #[arg(required = true, value_name = "BOM")]
    boms: Vec<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let id = arguments.id.trim();
    let opened = index::open(arguments.sources.index.as_deref())?;
    let index = opened.index()?;
    let accepted = Statements::from(judging::accepted(&arguments.sources.vex)?);
    let deliveries = judging::read_boms(&arguments.boms)?;
    tell_unanalysed(&index, id);
    let asked = Asked {
        sources: &arguments.sources,
        index: &index,
        known: arguments.known.into(),
        direction: Direction::FromVulnerability(id),
    };
    let report = asked.report(&deliveries, &accepted)?;
    if !is_known(&index, &accepted, &deliveries, id) {
        anyhow::bail!(
            "no record in the index and no statement names {id}, so nothing can be said of it\n\
             help: is it written right? `lazaret feed status` shows what the index holds"
        );
    }
    output::print(&report, arguments.format, arguments.group)?;
    judging::warn(&index);
    finish(&report, &deliveries, &arguments.fail_on)
}

/// Whether anybody speaks of an id: a record, an accepted statement, or a document.
fn is_known(
    index: &Index<'_>,
    accepted: &Statements,
    deliveries: &judging::Deliveries,
    id: &str,
) -> bool {
    let is_same = |own: &String| own.eq_ignore_ascii_case(id);
    let mut claimed = deliveries.documents.iter().flat_map(|one| &one.bom.statements);
    !matching::component::led_to(index, id).is_empty()
        || accepted.iter().any(|statement| statement.ids.iter().any(is_same))
        || claimed.any(|one| is_same(&one.id) || one.aliases.iter().any(is_same))
}

/// Says where nobody has said anything: nothing found is then nothing known.
pub(crate) fn tell_unanalysed(index: &Index<'_>, id: &str) {
    let vulnerabilities = matching::component::led_to(index, id);
    if vulnerabilities.is_empty() {
        render::talk(&format!(
            "warning: no record in the index names {id}: nobody has said whom it touches"
        ));
    }
    for vulnerability in vulnerabilities.iter().filter(|one| one.is_not_analysed()) {
        let id = vulnerability.id();
        render::talk(&match vulnerability.is_taken_back() {
            true => format!("warning: {id} has been rejected or withdrawn"),
            false => {
                format!("warning: nobody has said yet which products {id} touches")
            }
        });
    }
}
