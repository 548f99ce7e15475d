//! What a bill lists and what is known of it, worked out when somebody looks: with the index in
//! use, whether a device is of its release or not.

use std::collections::{BTreeMap, BTreeSet};

use advisory::index::{Index, VulnerabilityRef};
use feeds::IndexFile;
use matching::statement::Speaker;
use matching::{Finding, Ground, System, Verdict};
use sbom::quality::{Profile, assess};
use sbom::{Component, listing};
use serde::Serialize;
use store::{Bill, Scope};

use super::BillError;
use super::ask::{Asked, DOCUMENT, Hearing};
use super::found::{compared, rule};
use super::look::{Counted, Quality, Subject, counted, quality, subject};
use super::tree::{Branch, branches};
use crate::aside::{CutShort, aside};
use crate::fleet::of_component;
use crate::judging::JudgingError;
use crate::statement::{Accepted, accepted};
use crate::vulnerability::Urgency;
use crate::{Actor, App, Permission};

/// A bill, read and judged.
#[derive(Debug)]
pub struct Content {
    /// As it is kept.
    pub bill: Bill,
    /// What it is about.
    pub subject: Subject,
    /// What it lists.
    pub counted: Counted,
    /// How good it is, by profile.
    pub quality: Vec<Quality>,
    /// Its components, in the order of the document.
    pub parts: Vec<Part>,
    /// The same from the subject downwards, as far as it is told.
    pub tree: Vec<Branch>,
    /// What it leaves out, by profile: the first facts of each.
    pub missing: Vec<Missing>,
    /// What is known of them, what asks most first; `None` where no index is in use.
    pub found: Option<Vec<Found>>,
    /// What cannot be told, with the question that would settle it.
    pub asked: Vec<Asked>,
}

/// A component.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Part {
    /// Its name, with its group in front.
    pub name: String,
    /// Its group; empty where there is none.
    pub group: String,
    /// By what it is known again: its purl without version, or what stands for it.
    pub key: String,
    /// The version as written; empty where there is none.
    pub version: String,
    /// The purl as written; empty where there is none.
    pub purl: String,
    /// The first CPE as written; empty where there is none.
    pub cpe: String,
    /// Who supplies it.
    pub supplier: String,
    /// Licences as written.
    pub licences: String,
    /// Where it stands in the document.
    pub place: String,
    /// How deep it is nested.
    pub depth: usize,
    /// How many known flaws touch it.
    pub affected: usize,
}

/// A fact that a profile asks for and the document does not state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Missing {
    /// The profile.
    pub profile: &'static str,
    /// Its rule.
    pub rule: &'static str,
    /// Where it should stand.
    pub place: String,
    /// What is missing.
    pub message: String,
}

/// Facts of one profile that are named one by one; how many there are stands with its score.
const MISSING_MAX: usize = 500;

fn missing(bom: &sbom::Bom) -> Vec<Missing> {
    let all = Profile::ALL.into_iter().flat_map(|profile| {
        let findings = assess(bom, profile).findings.into_iter().take(MISSING_MAX);
        findings.map(move |finding| Missing {
            profile: profile.name(),
            rule: finding.rule.id(),
            place: finding.place(bom).to_string(),
            message: finding.message(bom),
        })
    });
    all.collect()
}

/// One component and one vulnerability.
#[derive(Clone, Debug, Serialize)]
pub struct Found {
    /// The CVE where there is one.
    pub vulnerability: String,
    /// What it is, in a line.
    pub title: String,
    /// The verdict, as a word on the wire.
    pub verdict: &'static str,
    /// The component's name.
    pub component: String,
    /// Its version.
    pub version: String,
    /// Where it stands in the document.
    pub place: String,
    /// The versions of the component that hold the fix.
    pub fixed_in: String,
    /// CVSS, if there is a score.
    pub score: Option<f64>,
    /// Whether it is exploited.
    pub exploited: bool,
    /// Document, rule, and what was compared.
    pub grounds: Vec<String>,
    /// The acceptances of statements on which the verdict rests.
    pub acceptances: BTreeSet<i64>,
    /// On whose word it rests.
    #[serde(skip)]
    pub speaker: Speaker,
    /// By which other names the vulnerability goes.
    #[serde(skip)]
    pub aliases: Vec<String>,
    /// When it was first published, RFC 3339 in UTC; empty where no document says.
    #[serde(skip)]
    pub published: String,
    #[serde(skip)]
    pub(super) rank: (Verdict, bool, i64),
}

/// Reads and judges a bill that the actor may see.
///
/// # Errors
/// When there is none, the index cannot be opened, or the database fails.
pub async fn content(app: &App, by: &Actor, bill: i64) -> Result<Content, BillError> {
    let scope = by.reading(Permission::ViewDevices);
    let bill = app.store.bill(&scope, bill).await?;
    content_heard(app, &scope, bill).await
}

/// Reads and judges a bill within a scope with the statements that somebody has accepted about
/// its release.
///
/// # Errors
/// When its document lies beyond the scope, the index cannot be opened, or the database fails.
pub(crate) async fn content_heard(
    app: &App,
    scope: &Scope,
    bill: Bill,
) -> Result<Content, BillError> {
    let accepted = accepted(app, scope.head(), bill.release).await?;
    heard(app, scope, bill, accepted).await
}

/// Reads and judges a bill within a scope as if nobody had accepted any statement.
///
/// # Errors
/// When its document lies beyond the scope, the index cannot be opened, or the database fails.
pub async fn content_of(
    app: &App,
    scope: &Scope,
    bill: Bill,
) -> Result<Content, BillError> {
    heard(app, scope, bill, Accepted::default()).await
}

async fn heard(
    app: &App,
    scope: &Scope,
    bill: Bill,
    accepted: Accepted,
) -> Result<Content, BillError> {
    let bytes = app.store.bytes_of(scope, bill.original).await?;
    let index = app.index_in_use().await?.map(|in_use| in_use.path);
    let reader = app.readers.acquire().await.map_err(|_| CutShort)?;
    let content = aside(move || {
        let index = match index {
            None => None,
            Some(file) => Some(IndexFile::open(&file).map_err(JudgingError::Index)?),
        };
        read(bill, &bytes, index.as_ref(), accepted)
    })
    .await?;
    drop(reader);
    content
}

fn read(
    bill: Bill,
    bytes: &[u8],
    index: Option<&IndexFile>,
    accepted: Accepted,
) -> Result<Content, BillError> {
    let bom = sbom::parse(bytes)?.value;
    let mut parts = parts(&bom);
    let (mut found, mut asked) = (None, Vec::new());
    if let Some(file) = index {
        let index = file.index().map_err(JudgingError::Index)?;
        let system = System::new(&bom, DOCUMENT);
        let hearing = Hearing::of(&bom, accepted);
        let judgement = hearing.ask(&system, &index);
        let findings = judgement.findings.iter();
        let mut all: Vec<Found> = findings
            .filter_map(|finding| Found::of(finding, &system, &index, &hearing))
            .collect();
        count_affected(&mut parts, &all);
        all.sort_by(|one, other| {
            (one.rank, &one.component, &one.vulnerability).cmp(&(
                other.rank,
                &other.component,
                &other.vulnerability,
            ))
        });
        found = Some(all);
        let unknowns = judgement.unknowns.iter();
        asked = unknowns.map(|unknown| Asked::of(unknown, &system)).collect();
    }
    Ok(Content {
        bill,
        subject: subject(&bom),
        counted: counted(&bom),
        quality: quality(&bom),
        tree: branches(&bom, found.as_deref().unwrap_or_default(), &asked),
        missing: missing(&bom),
        parts,
        found,
        asked,
    })
}

impl Found {
    fn of(
        finding: &Finding<'_>,
        system: &System<'_>,
        index: &Index<'_>,
        hearing: &Hearing,
    ) -> Option<Self> {
        let component = system.at(finding.component)?.component;
        let urgency = Urgency::of(&finding.id, index);
        let exploited = urgency.exploited == worklist::Known::Yes;
        let score = urgency.cvss();
        #[expect(clippy::cast_possible_truncation, reason = "a score is at most 10")]
        let tenths = -(score.unwrap_or(0.0) * 10.0) as i64;
        let title = finding.vulnerability.as_ref().map_or("", |one| one.title());
        Some(Self {
            vulnerability: finding.id.clone(),
            title: title.to_owned(),
            verdict: finding.verdict.word(),
            component: component.name.clone(),
            version: component.version.clone().unwrap_or_default(),
            place: component.place.to_string(),
            fixed_in: finding.fixed_in.join(", "),
            score,
            exploited,
            grounds: finding
                .grounds
                .iter()
                .map(|ground| told(ground, hearing.acceptance(ground, finding)))
                .collect(),
            acceptances: finding
                .grounds
                .iter()
                .filter_map(|ground| hearing.acceptance(ground, finding))
                .collect(),
            speaker: speaker(finding),
            aliases: finding.aliases.iter().map(ToString::to_string).collect(),
            published: finding
                .vulnerability
                .iter()
                .flat_map(VulnerabilityRef::records)
                .map(|record| record.published())
                .filter(|day| !day.is_empty())
                .min()
                .unwrap_or_default()
                .to_owned(),
            rank: (finding.verdict, !exploited, tenths),
        })
    }
}

/// On whose word a verdict rests: that of the first who says so.
fn speaker(finding: &Finding<'_>) -> Speaker {
    let mut grounds = finding.grounds.iter().chain(&finding.also);
    let said = grounds.find(|ground| ground.says == finding.verdict);
    of_component(said.map_or("", |ground| ground.origin.document.word()))
}

/// Counts at each component the known flaws that touch it.
fn count_affected(parts: &mut [Part], found: &[Found]) {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for one in found.iter().filter(|one| one.verdict == Verdict::Affected.word()) {
        *counts.entry(&one.place).or_default() += 1;
    }
    for part in parts {
        part.affected = counts.get(part.place.as_str()).copied().unwrap_or(0);
    }
}

/// One document's word in a line.
fn told(ground: &Ground, acceptance: Option<i64>) -> String {
    let mut text = format!(
        "{} {}: {} ({})",
        ground.origin.document.word(),
        ground.origin.id,
        rule(ground, acceptance),
        ground.name.text()
    );
    if !ground.range.is_empty() {
        text.push_str(&format!("; {}", compared(ground)));
    }
    text
}

fn parts(bom: &sbom::Bom) -> Vec<Part> {
    let part = |component: &Component, depth: usize| Part {
        name: match component.group.as_str() {
            "" => component.name.clone(),
            group => format!("{group}/{}", component.name),
        },
        group: component.group.clone(),
        key: listing::key(component),
        version: component.version.clone().unwrap_or_default(),
        purl: component.purl.clone().unwrap_or_default(),
        cpe: component.cpes.first().cloned().unwrap_or_default(),
        supplier: component.supplier.clone().unwrap_or_default(),
        licences: component.licences.join(", "),
        place: component.place.to_string(),
        depth,
        affected: 0,
    };
    let within = |list: &[Component]| -> Vec<Part> {
        let mut depths: Vec<usize> = Vec::with_capacity(list.len());
        list.iter()
            .map(|component| {
                // What it is nested in stands in front of it.
                let above = component.parent.and_then(|parent| depths.get(parent));
                let depth = above.map_or(0, |depth| depth + 1);
                depths.push(depth);
                part(component, depth)
            })
            .collect()
    };
    let mut all = within(&bom.subject_parts);
    all.extend(within(&bom.components));
    all
}
