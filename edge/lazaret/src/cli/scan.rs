//! `lazaret scan`: verdicts for the components of bills of materials.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::thread;

use advisory::index::Index;
use matching::statement::{Standing, Statements, Voices, of_bom};
use matching::{Judgement, Position, Share, System, Verdict, component};
use worklist::Policy;

use super::{Failure, Outcome};
use crate::judging::{self, Deliveries, Facts};
use crate::output::text::counted;
use crate::output::{self, Bom, Finding, Format, Group, Report, Unknown};
use crate::{index, render};

#[derive(clap::Args)]
#[command(after_help = "\
Exit codes: 0 nothing found, 1 something found, 2 could not be done.
Unknowns alone are nothing found, and are counted on stderr; `--fail-on any,unknown` makes
them something. A statement in an SBOM is a claim of its maker and suppresses nothing:
`--vex BOM` accepts it.")]
pub(crate) struct Arguments {
    #[command(flatten)]
    sources: judging::Sources,
    #[command(flatten)]
    known: judging::Known,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// How a table is put together
    #[arg(long, value_enum, default_value_t = Group::Action)]
    group: Group,
    /// What counts as something found, by comma
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [FailOn::Any])]
    fail_on: Vec<FailOn>,
    /// Bills of materials: CycloneDX or SPDX, `-` is standard input
    #[arg(required = true, value_name = "BOM")]
    boms: Vec<PathBuf>,
}

/// What counts as something found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum FailOn {
    /// A component is affected by something that is exploited in the wild
    KnownExploited,
    /// A component is affected by something whose CVSS score is critical
    Critical,
    /// A component is affected
    Any,
    /// Something could not be judged
    Unknown,
}

/// CVSS scores from here on are critical (CVSS 3.1 §5).
const CRITICAL: f64 = 9.0;

pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let opened = index::open(arguments.sources.index.as_deref())?;
    let index = opened.index()?;
    let accepted = Statements::from(judging::accepted(&arguments.sources.vex)?);
    let deliveries = judging::read_boms(&arguments.boms)?;
    let asked = Asked {
        sources: &arguments.sources,
        index: &index,
        known: arguments.known.into(),
        direction: Direction::FromComponents,
    };
    let report = asked.report(&deliveries, &accepted)?;
    output::print(&report, arguments.format, arguments.group)?;
    judging::warn(&index);
    if arguments.format == Format::Table {
        next(&report, arguments.sources.index.as_deref());
    }
    finish(&report, &deliveries, &arguments.fail_on)
}

/// Says how the grounds of a verdict are shown, with the most urgent one as the example.
fn next(report: &Report, index: Option<&std::path::Path>) {
    let affected = report.findings.iter().filter(|it| it.rank.0 == Verdict::Affected);
    let first = affected.min_by_key(|it| (it.rank.1, !it.known_exploited));
    let Some(finding) = first else { return };
    let index = index.map(|it| format!(" --index {}", it.display())).unwrap_or_default();
    render::talk(&format!(
        "help: why, step by step: lazaret explain{index} {} {}",
        finding.bom, finding.id
    ));
}

/// Says what is to be said beside the answer, and how it ended.
pub(crate) fn finish(
    report: &Report,
    deliveries: &Deliveries,
    fail_on: &[FailOn],
) -> Result<Outcome, Failure> {
    let unjudged: BTreeSet<_> = report
        .unknowns
        .iter()
        .map(|unknown| unknown.at)
        .filter(|(_, position)| matches!(position, Position::Listed(_)))
        .collect();
    if !unjudged.is_empty() {
        render::talk(&format!(
            "{} of {} could not be judged",
            unjudged.len(),
            counted(report.components, "component")
        ));
    }
    if deliveries.refused > 0 {
        anyhow::bail!(
            "{} of {} could not be read",
            deliveries.refused,
            counted(deliveries.refused + deliveries.documents.len(), "document")
        );
    }
    let found = fail_on.iter().any(|on| is_found(report, *on));
    Ok(if found { Outcome::Found } else { Outcome::Nothing })
}

fn is_found(report: &Report, on: FailOn) -> bool {
    let mut affected =
        report.findings.iter().filter(|finding| finding.rank.0 == Verdict::Affected);
    match on {
        FailOn::Any => affected.next().is_some(),
        FailOn::KnownExploited => affected.any(|finding| finding.known_exploited),
        FailOn::Critical => affected.any(|finding| {
            let score = finding.severity.as_ref().and_then(|severity| severity.score);
            score.is_some_and(|score| score >= CRITICAL)
        }),
        FailOn::Unknown => !report.unknowns.is_empty(),
    }
}

/// An index, and what is known of the device.
pub(crate) struct Asked<'i> {
    pub(crate) sources: &'i judging::Sources,
    pub(crate) index: &'i Index<'i>,
    pub(crate) known: Facts,
    pub(crate) direction: Direction<'i>,
}

/// From which end the question is asked. The answers are the same.
#[derive(Clone, Copy)]
pub(crate) enum Direction<'i> {
    /// Which vulnerabilities touch the components?
    FromComponents,
    /// Which components does this vulnerability touch?
    FromVulnerability(&'i str),
}

impl Asked<'_> {
    /// Judges documents one after the other and puts together what was found.
    ///
    /// # Errors
    /// When the index was found damaged on the way.
    pub(crate) fn report(
        &self,
        deliveries: &Deliveries,
        accepted: &Statements,
    ) -> Result<Report, Failure> {
        let policy = Policy::standard();
        let file = index::path(self.sources.index.as_deref())?;
        let mut report = Report {
            findings: Vec::new(),
            unknowns: Vec::new(),
            components: 0,
            index: judging::ages(self.index, &file.display().to_string()),
            boms: Vec::new(),
        };
        let mut heard = BTreeSet::new();
        for (number, delivered) in deliveries.documents.iter().enumerate() {
            let at = (number, delivered.file.as_str());
            let system = System::new(&delivered.bom, &delivered.file);
            let claimed = of_bom(&delivered.bom, &delivered.file, Standing::Claimed);
            let claimed = Statements::from(claimed);
            let voices = Voices { accepted, claimed: &claimed };
            let shares = self.judge(&system, &voices, at, &policy);
            report
                .findings
                .reserve(shares.iter().map(|share| share.findings.len()).sum());
            for share in shares {
                heard.extend(share.heard);
                report.findings.extend(share.findings);
                report.unknowns.extend(share.unknowns);
            }
            report.components += delivered.bom.components.len();
            report.boms.push(bom(delivered));
        }
        judging::check(self.index)?;
        judging::tell_unheard(accepted, &heard);
        Ok(report)
    }

    /// Judges one document, on every core where it is long: shares of it, in order.
    fn judge(
        &self,
        system: &System<'_>,
        voices: &Voices<'_>,
        at: (usize, &str),
        policy: &Policy,
    ) -> Vec<Shown> {
        let shown = |judgement: Judgement<'_>| {
            let mut findings = Vec::with_capacity(judgement.findings.len());
            findings.extend(judgement.findings.into_iter().filter_map(|finding| {
                judging::finding(finding, system, self.index, at, policy, self.known)
            }));
            let unknowns = judgement.unknowns.iter();
            let unknowns = unknowns.map(|unknown| judging::unknown(unknown, system, at));
            Shown { findings, unknowns: unknowns.collect(), heard: judgement.heard }
        };
        match self.direction {
            Direction::FromComponents => side_by_side(system, |share| {
                shown(component::judge_share(system, self.index, voices, share))
            }),
            Direction::FromVulnerability(id) => {
                vec![shown(component::judge_id(system, self.index, voices, id))]
            }
        }
    }
}

/// What was found in a share of a document, as it is printed.
struct Shown {
    findings: Vec<Finding>,
    unknowns: Vec<Unknown>,
    heard: BTreeSet<usize>,
}

/// With fewer components a second thread takes longer to start than it saves.
const SHARE_MIN: usize = 128;

/// Does the work of each share of a system on a thread of its own, the last one on this.
fn side_by_side<T: Send>(
    system: &System<'_>,
    work: impl Fn(Share) -> T + Sync,
) -> Vec<T> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let shares = cores.min(system.candidates.len() / SHARE_MIN);
    let mut shares: Vec<Share> = Share::split(system, shares).collect();
    let own = shares.pop();
    thread::scope(|scope| {
        let work = &work;
        let others: Vec<_> = shares
            .into_iter()
            .map(|share| {
                (share, thread::Builder::new().spawn_scoped(scope, move || work(share)))
            })
            .collect();
        let own = own.map(work);
        let mut done: Vec<T> = others
            .into_iter()
            .map(|(share, other)| match other.map(thread::ScopedJoinHandle::join) {
                Ok(Ok(done)) => done,
                Ok(Err(panic)) => std::panic::resume_unwind(panic),
                // A machine that has no thread to give still has this one.
                Err(_) => work(share),
            })
            .collect();
        done.extend(own);
        done
    })
}

fn bom(delivered: &judging::Delivered) -> Bom {
    let bom = &delivered.bom;
    Bom {
        file: delivered.file.clone(),
        name: bom.name.clone(),
        identity: bom.identity.clone(),
        subject: match &bom.subject {
            sbom::Subject::Apart(subject) => Some(judging::component(subject)),
            sbom::Subject::Unstated | sbom::Subject::Within(_) => None,
        },
        parts: bom.subject_parts.iter().map(judging::component).collect(),
        components: bom.components.iter().map(judging::component).collect(),
    }
}
