//! What is known about one device build: verdicts with their grounds, and what to do.
//!
//! Verdicts are the remembered ones. What an advisory offers is read from the advisories in
//! use, so that a page never shows a remedy that its issuer has taken back.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use advisory::{Record, Remediation, RemediationKind};
use fleet::Standing;
use matching::Verdict;
use matching::device::Answer;
use serde::Deserialize;
use store::{Build, Judgement, StoreError};
use terms::version::{Scheme, compare};
use worklist::{Assessment, Known};

use crate::fleet::Situated;
use crate::judging::Advisories;
use crate::question::Key;
use crate::vulnerability::Urgency;
use crate::{Actor, App, Permission};

/// A verdict about a build.
#[derive(Clone, Debug)]
pub struct Finding {
    /// As it is remembered.
    pub judgement: Judgement,
    /// The verdict.
    pub verdict: Verdict,
    /// What advisories say, the one that decided first.
    pub said: Vec<Said>,
    /// What is known of the vulnerability; none where no index is in use.
    pub urgency: Option<Urgency>,
    /// How soon somebody has to act, where the build is affected.
    pub assessment: Option<Assessment>,
    /// What somebody answered about this device that decided it; where there is any, the
    /// verdict is that of the organisation alone.
    pub answers: Vec<store::Answer>,
    /// The questions that are open about it.
    pub asked: Vec<OpenQuestion>,
}

/// A question that a verdict hangs on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenQuestion {
    /// By what it is known.
    pub key: Key,
    /// The question.
    pub asked: String,
}

/// What one advisory says of a build, as it was judged.
#[derive(Clone, Debug, Deserialize)]
pub struct Said {
    /// The advisory.
    pub advisory: String,
    /// Its verdict in the words of the wire.
    pub verdict: String,
    /// How surely it speaks of this build.
    pub confidence: String,
    /// The rules in words: leaf, maker, product, version.
    pub rules: Vec<String>,
    /// The release that holds the fix, or empty.
    #[serde(default)]
    pub fixed_in: String,
    /// What would settle it, or empty.
    #[serde(default)]
    pub question: String,
    /// The component of the device that it is about; empty for the device itself.
    #[serde(default)]
    pub component: String,
    /// The version of the component.
    #[serde(default)]
    pub version: String,
    /// Where the component stands in its bill of materials.
    #[serde(default)]
    pub place: String,
    /// The bill of materials that lists it.
    #[serde(default)]
    pub bill: Option<i64>,
    /// The acceptance that lets a statement speak.
    #[serde(default)]
    pub acceptance: Option<i64>,
}

impl Finding {
    /// Whether it is about a component that a bill of materials lists, and not about the
    /// device as an advisory names it.
    #[must_use]
    pub fn is_of_component(&self) -> bool {
        !self.judgement.subject.component.is_empty()
    }

    /// The component in words, with each version that is in it; empty for the device itself.
    #[must_use]
    pub fn component(&self) -> String {
        if !self.is_of_component() {
            return String::new();
        }
        let named: BTreeSet<String> = self
            .said
            .iter()
            .map(|said| format!("{} {}", said.component, said.version).trim().to_owned())
            .filter(|text| !text.is_empty())
            .collect();
        match named.is_empty() {
            true => self.judgement.subject.component.clone(),
            false => named.into_iter().collect::<Vec<_>>().join(", "),
        }
    }

    /// Takes the verdict that answers gave.
    fn turn(&mut self, verdict: Verdict, standing: Standing) {
        self.verdict = verdict;
        self.judgement.question.clear();
        let affected = self.urgency.as_ref().filter(|_| verdict == Verdict::Affected);
        self.assessment = affected.map(|urgency| urgency.on(standing));
    }

    /// Whether the vulnerability is exploited.
    #[must_use]
    pub fn is_exploited(&self) -> bool {
        self.urgency.as_ref().is_some_and(|urgency| urgency.exploited == Known::Yes)
    }
}

/// The views that an actor sees: what rests on public documents, and what rests on those of
/// each organisation of which the actor may see the devices.
pub(crate) async fn views(app: &App, by: &Actor) -> Result<BTreeSet<i64>, StoreError> {
    let seen = app.store.organisations(&by.scope(Permission::ViewDevices)).await?;
    Ok(seen.iter().map(|one| one.id).chain([0]).collect())
}

/// The open verdicts about a build on a device that stands so, the most urgent first: those
/// that rest on what the actor may see.
///
/// # Errors
/// When the database fails.
pub async fn findings(
    app: &App,
    by: &Actor,
    configuration: i64,
    standing: Standing,
    advisories: Option<&Advisories>,
) -> Result<Vec<Finding>, StoreError> {
    let views = views(app, by).await?;
    let judgements = app.store.judgements_of(by.head, configuration).await?;
    let index = advisories.and_then(|known| known.file.index().ok());
    let open = judgements.into_iter().filter(|judgement| {
        judgement.closed.is_none() && views.contains(&judgement.subject.view)
    });
    let mut findings: Vec<Finding> = open
        .filter_map(|judgement| {
            let mut all = Verdict::ALL.into_iter();
            let verdict = all.find(|verdict| verdict.word() == judgement.verdict)?;
            let mut said: Vec<Said> =
                serde_json::from_str(&judgement.grounds).unwrap_or_default();
            said.sort_by_key(|said| said.verdict != judgement.verdict);
            let urgency = index
                .as_ref()
                .map(|index| Urgency::of(&judgement.subject.vulnerability, index));
            let affected = urgency.as_ref().filter(|_| verdict == Verdict::Affected);
            let assessment = affected.map(|urgency| urgency.on(standing));
            let (answers, asked) = (Vec::new(), Vec::new());
            Some(Finding {
                judgement,
                verdict,
                said,
                urgency,
                assessment,
                answers,
                asked,
            })
        })
        .collect();
    findings.sort_by(|one, other| rank(one).cmp(&rank(other)));
    Ok(findings)
}

/// The same for one device, with what was answered about it.
///
/// # Errors
/// When the database fails.
pub async fn findings_of_device(
    app: &App,
    by: &Actor,
    configuration: i64,
    situated: &Situated,
    advisories: Option<&Advisories>,
) -> Result<Vec<Finding>, StoreError> {
    let standing = situated.standing;
    let mut findings = findings(app, by, configuration, standing, advisories).await?;
    let open = |finding: &&mut Finding| finding.verdict == Verdict::CannotTell;
    for finding in findings.iter_mut().filter(open) {
        if finding.is_of_component() {
            let settled = situated.of_part(&finding.judgement.subject);
            (finding.answers, finding.asked) = (settled.answers, settled.asked);
            if let Some(verdict) = settled.verdict {
                finding.turn(verdict, standing);
            }
            continue;
        }
        let id = finding.judgement.subject.vulnerability.as_str();
        finding.asked = situated.asked(id);
        if let Some(asked) = finding.asked.first() {
            finding.judgement.question.clone_from(&asked.asked);
        }
        let Some((verdict, answers)) = situated.ruled(id) else { continue };
        finding.answers = answers;
        finding.turn(verdict, standing);
    }
    findings.sort_by(|one, other| rank(one).cmp(&rank(other)));
    Ok(findings)
}

/// Verdict, priority, the higher score first, id.
fn rank(finding: &Finding) -> (Verdict, Option<worklist::Priority>, i64, &str) {
    let score = finding.urgency.as_ref().and_then(Urgency::cvss).unwrap_or(0.0);
    let priority = finding.assessment.as_ref().map(|assessment| assessment.priority);
    #[expect(clippy::cast_possible_truncation, reason = "a score is at most 10")]
    let score = -(score * 10.0) as i64;
    (finding.verdict, priority, score, &finding.judgement.subject.vulnerability)
}

/// What a person does about a build.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// Install that release of the product.
    Update(String),
    /// Ask the maker for a release in which the components are replaced.
    Replace,
    /// Ask the maker for the remedy that it offers without naming a release.
    Maker,
    /// Do what the advisory says until there is a fix.
    Mitigate,
    /// Nothing is offered: decide whether it stays in use.
    Decide,
    /// Answer the question.
    Ask(String),
}

/// One thing to do, and what it is good for.
#[derive(Clone, Debug)]
pub struct Task {
    /// What.
    pub action: Action,
    /// How soon; none for questions.
    pub priority: Option<worklist::Priority>,
    /// The vulnerabilities that it is about.
    pub vulnerabilities: BTreeSet<String>,
    /// How many of them are exploited.
    pub exploited: usize,
    /// The advisories that say so.
    pub advisories: BTreeSet<String>,
    /// What they offer, each text once.
    pub remedies: Vec<Offer>,
    /// What the answer to a question is compared with.
    pub hints: BTreeSet<String>,
    /// The question, by what it is known, where it can be answered.
    pub question: Option<Key>,
    /// Vendor and product as the advisory names them.
    product: (String, String),
}

/// A remedy as an advisory writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The advisory.
    pub advisory: String,
    /// What it is, in CSAF's words.
    pub kind: RemediationKind,
    /// The text.
    pub text: String,
    /// A link, or empty.
    pub url: String,
}

/// What is to be done about a build, the most urgent first, questions last.
#[must_use]
pub fn tasks(
    build: &Build,
    findings: &[Finding],
    advisories: Option<&Advisories>,
) -> Vec<Task> {
    let answers = advisories.map(|known| known.answers(build)).unwrap_or_default();
    let mut tasks: Vec<Task> = Vec::new();
    for finding in findings {
        let Some(said) = finding.said.first() else { continue };
        let spoken = advisories.and_then(|known| spoken(known, &answers, said));
        let task = match finding.verdict {
            Verdict::Affected => to_do(finding, said, spoken),
            Verdict::CannotTell | Verdict::UnderInvestigation => to_ask(finding, said),
            Verdict::Fixed | Verdict::NotAffected => continue,
        };
        match tasks.iter_mut().find(|other| other.is_one_with(&task)) {
            Some(other) => other.join(task),
            None => tasks.push(task),
        }
    }
    tasks.sort_by_key(|task| {
        let clears = std::cmp::Reverse(task.vulnerabilities.len());
        (task.priority.is_none(), task.priority, clears)
    });
    tasks
}

/// The advisory that spoke, and what it says of the build today.
fn spoken<'a>(
    advisories: &'a Advisories,
    answers: &'a [Answer],
    said: &Said,
) -> Option<(&'a Record, &'a Answer)> {
    answers.iter().find_map(|answer| {
        let record = advisories.records.get(answer.record)?;
        (record.id == said.advisory).then_some((record, answer))
    })
}

fn to_do(finding: &Finding, said: &Said, spoken: Option<(&Record, &Answer)>) -> Task {
    let remedies = spoken.map(|(record, answer)| offers(record, answer));
    let remedies = remedies.unwrap_or_default();
    let has = |kind| remedies.iter().any(|remedy| remedy.kind == kind);
    let action = if finding.is_of_component() {
        // A fixed component is of no use to whoever has the device: its maker builds it in.
        Action::Replace
    } else if !said.fixed_in.is_empty() {
        Action::Update(said.fixed_in.clone())
    } else if has(RemediationKind::VendorFix) || has(RemediationKind::OptionalPatch) {
        Action::Maker
    } else if has(RemediationKind::Mitigation) || has(RemediationKind::Workaround) {
        Action::Mitigate
    } else {
        Action::Decide
    };
    Task {
        action,
        priority: finding.assessment.as_ref().map(|it| it.priority),
        hints: replacement(finding).into_iter().collect(),
        product: spoken
            .map(|(record, answer)| product(record, answer))
            .unwrap_or_default(),
        remedies,
        ..about(finding, said)
    }
}

/// Which release of a component holds the fix.
fn replacement(finding: &Finding) -> Option<String> {
    let component = Some(finding.component()).filter(|text| !text.is_empty())?;
    Some(match finding.judgement.fixed_in.as_str() {
        "" => format!("{component}: no fixed release is stated"),
        fixed => format!("{component}: fixed in {fixed}"),
    })
}

fn to_ask(finding: &Finding, said: &Said) -> Task {
    if let Some(OpenQuestion { key, asked }) = finding.asked.first() {
        return Task {
            action: Action::Ask(asked.clone()),
            question: Some(key.clone()),
            ..about(finding, said)
        };
    }
    let question = match said.question.is_empty() {
        true => &finding.judgement.question,
        false => &said.question,
    };
    let (head, hint) = match question.split_once("? ") {
        Some((head, hint)) => (format!("{head}?"), hint.trim()),
        None => (question.clone(), ""),
    };
    let hints = Some(hint.to_owned()).filter(|hint| !hint.is_empty());
    Task {
        action: Action::Ask(head),
        hints: hints.into_iter().collect(),
        ..about(finding, said)
    }
}

fn about(finding: &Finding, said: &Said) -> Task {
    Task {
        action: Action::Decide,
        priority: None,
        vulnerabilities: BTreeSet::from([finding
            .judgement
            .subject
            .vulnerability
            .clone()]),
        exploited: usize::from(finding.is_exploited()),
        // What speaks of a component is no device advisory, and has no page of its own.
        advisories: Some(said.advisory.clone())
            .filter(|_| !finding.is_of_component())
            .into_iter()
            .collect(),
        remedies: Vec::new(),
        hints: BTreeSet::new(),
        question: None,
        product: Default::default(),
    }
}

/// What an advisory offers to whoever has the product of an answer.
#[must_use]
pub fn offers(record: &Record, answer: &Answer) -> Vec<Offer> {
    let remedies = answer.remediations.iter();
    let remedies = remedies.filter_map(|at| record.remediations.get(*at));
    remedies.map(|remedy| offer(record, remedy)).collect()
}

/// A remedy of an advisory.
#[must_use]
pub fn offer(record: &Record, remedy: &Remediation) -> Offer {
    Offer {
        advisory: record.id.clone(),
        kind: remedy.kind,
        text: remedy.text.clone(),
        url: remedy.url.clone(),
    }
}

fn product(record: &Record, answer: &Answer) -> (String, String) {
    let product = record.products.get(answer.leaf);
    let named = |category: &str| {
        let branches = product.map_or(&[][..], |product| &product.branches);
        let branch = branches.iter().find(|branch| branch.category == category);
        branch.map_or_else(String::new, |branch| branch.name.clone())
    };
    (named("vendor"), named("product_name"))
}

impl Task {
    /// Whether one act does for both: the same one, or two releases of one product of which
    /// one is the later.
    fn is_one_with(&self, other: &Self) -> bool {
        match (&self.action, &other.action) {
            // What one advisory asks for is one thing, what another does is another.
            (Action::Maker, Action::Maker) | (Action::Mitigate, Action::Mitigate) => {
                self.advisories == other.advisories
            }
            (one, two) if one == two => true,
            (Action::Update(one), Action::Update(two)) => {
                self.product == other.product && later(one, two).is_some()
            }
            _ => false,
        }
    }

    fn join(&mut self, other: Self) {
        if let (Action::Update(one), Action::Update(two)) = (&self.action, &other.action)
            && let Some(later) = later(one, two)
        {
            self.action = Action::Update(later.to_owned());
        }
        self.priority = match (self.priority, other.priority) {
            (Some(one), Some(two)) => Some(one.min(two)),
            (one, two) => one.or(two),
        };
        self.vulnerabilities.extend(other.vulnerabilities);
        self.exploited += other.exploited;
        self.advisories.extend(other.advisories);
        self.hints.extend(other.hints);
        for remedy in other.remedies {
            if !self.remedies.contains(&remedy) {
                self.remedies.push(remedy);
            }
        }
    }
}

/// Which of two releases is the later. Where one names several, or their order is not
/// known, both stand.
fn later<'a>(one: &'a str, two: &'a str) -> Option<&'a str> {
    if one.contains(';') || two.contains(';') {
        return None;
    }
    match compare(Scheme::Firmware, one, two)? {
        Ordering::Less => Some(two),
        Ordering::Equal | Ordering::Greater => Some(one),
    }
}

/// What advisories in use say of a build and a vulnerability, whether or not a verdict is
/// remembered.
#[derive(Clone, Debug)]
pub struct Heard<'a> {
    /// The advisory.
    pub record: &'a Record,
    /// Its answer; none where it speaks of other products.
    pub answer: Option<Answer>,
}

/// Asks every device advisory in use that speaks about a vulnerability, or the advisory of
/// that id.
#[must_use]
pub fn hear<'a>(
    advisories: &'a Advisories,
    build: &Build,
    ids: &BTreeSet<String>,
) -> Vec<Heard<'a>> {
    let mut answers: BTreeMap<usize, Answer> = BTreeMap::new();
    for answer in advisories.answers(build) {
        answers.insert(answer.record, answer);
    }
    let records = advisories.records.iter().enumerate();
    let speaks = |record: &Record| {
        let mut entries = record.vulnerabilities.iter();
        ids.contains(&record.id)
            || entries.any(|entry| entry.ids.iter().any(|id| ids.contains(id)))
    };
    let mut heard: Vec<Heard<'_>> = records
        .filter(|(_, record)| speaks(record))
        .map(|(at, record)| Heard { record, answer: answers.remove(&at) })
        .collect();
    heard.sort_by_key(|heard| heard.answer.as_ref().map(|answer| answer.verdict));
    heard.sort_by_key(|heard| heard.answer.is_none());
    heard
}
