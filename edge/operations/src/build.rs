//! What is known about one device build: verdicts with their grounds, and what to do.
//!
//! Verdicts are the remembered ones. What an advisory offers is read from the advisories in
//! use, so that a page never shows a remedy that its issuer has taken back.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use advisory::{Record, Remediation, RemediationKind};
use matching::device::{Answer, Replies};
use matching::{Rule, Verdict};
use serde::Deserialize;
use store::{Build, Judgement, StoreError, view};
use worklist::{Assessment, Found, Kind, Known, Part, Step, Weight, step};

use crate::analysis::Counted;
use crate::fleet::{Situated, doubted};
use crate::judging::Advisories;
use crate::judging::mend::{Mending, Spoken, mending};
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
    /// How soon somebody has to act, where something is to be done.
    pub assessment: Option<Assessment>,
    /// What somebody answered about this device that decided it; where there is any, the
    /// verdict is that of the organisation alone.
    pub answers: Vec<store::Answer>,
    /// The questions that are open about it.
    pub asked: Vec<OpenQuestion>,
    /// What the organisation found out by itself.
    pub own: Option<Counted>,
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
#[derive(Clone, Debug, Default, Deserialize)]
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
    /// The releases that others offer and that mend it too, as it says of them, as a list;
    /// nothing where it is about a component.
    #[serde(default)]
    pub also_fixed_in: Option<String>,
    /// What would settle it, or empty.
    #[serde(default)]
    pub question: String,
    /// The kinds of remedies that it offers, in CSAF's words.
    #[serde(default)]
    pub offers: Vec<String>,
    /// Vendor and product as it names them.
    #[serde(default)]
    pub vendor: String,
    /// See there.
    #[serde(default)]
    pub product: String,
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

impl Said {
    /// Whether a document speaks of others alone: its *not affected* is what follows from a
    /// comparison, and nobody's word.
    #[must_use]
    pub fn is_compared_alone(&self) -> bool {
        const COMPARED: [Rule; 6] = [
            Rule::VersionOutside,
            Rule::NothingSaid,
            Rule::ReleaseDiffers,
            Rule::ConfigurationFails,
            Rule::ProductDiffers,
            Rule::NameDiffers,
        ];
        let rule = self.rules.first().map_or("", String::as_str);
        self.acceptance.is_none()
            && self.verdict == Verdict::NotAffected.word()
            && COMPARED.iter().any(|one| rule.starts_with(one.sentence()))
    }
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
    fn turn(&mut self, verdict: Verdict, situated: &Situated) {
        self.verdict = verdict;
        self.judgement.question.clear();
        let open = self.urgency.as_ref().filter(|_| is_open(verdict));
        let Situated { policy, standing, .. } = situated;
        self.assessment = open.map(|urgency| urgency.on(policy, *standing));
    }

    /// Whether it rests on a statement that was accepted here.
    #[must_use]
    pub fn is_stated(&self) -> bool {
        self.said.iter().any(|said| said.acceptance.is_some())
    }

    /// Whether the organisation's own analysis has cleared it.
    #[must_use]
    pub fn is_cleared(&self) -> bool {
        let own = self.own.as_ref();
        let decides = own.filter(|counted| counted.weight == Weight::Decides);
        decides.is_some_and(|counted| counted.verdict == Some(self.verdict))
    }

    /// Whether an answer settled that the device is affected: that says more than an analysis
    /// of all devices of the product.
    pub(crate) fn is_settled(&self) -> bool {
        self.verdict == Verdict::Affected && self.judgement.verdict != self.verdict.word()
    }

    /// The id under which the vulnerability is counted: one flaw has one.
    #[must_use]
    pub fn flaw(&self) -> &str {
        let known = self.urgency.as_ref().map(|urgency| urgency.flaw.as_str());
        known.unwrap_or(&self.judgement.subject.vulnerability)
    }

    /// Whether the vulnerability is exploited.
    #[must_use]
    pub fn is_exploited(&self) -> bool {
        self.urgency.as_ref().is_some_and(|urgency| urgency.exploited == Known::Yes)
    }
}

/// The views that an actor sees: what rests on public documents, on those of each organisation
/// of which the actor may see the devices, and on those that the ones above let these count.
pub(crate) async fn views(app: &App, by: &Actor) -> Result<BTreeSet<i64>, StoreError> {
    let seen = app.store.organisations(&by.scope(Permission::ViewDevices)).await?;
    let heard = seen.iter().flat_map(|one| view::heard(&one.path));
    Ok(heard.chain([view::PUBLIC]).collect())
}

/// The open verdicts about a build on a device, the most urgent first: those that rest on
/// what the actor may see, whatever was answered.
async fn findings(
    app: &App,
    by: &Actor,
    configuration: i64,
    situated: &Situated,
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
            let open = urgency.as_ref().filter(|_| is_open(verdict));
            let Situated { policy, standing, .. } = situated;
            let assessment = open.map(|urgency| urgency.on(policy, *standing));
            let (answers, asked) = (Vec::new(), Vec::new());
            Some(Finding {
                judgement,
                verdict,
                said,
                urgency,
                assessment,
                answers,
                asked,
                own: None,
            })
        })
        .collect();
    findings.sort_by(|one, other| rank(one).cmp(&rank(other)));
    Ok(findings)
}

/// The open verdicts about one device, the most urgent first, with what was answered about
/// it: those that rest on what the actor may see.
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
    let mut findings = findings(app, by, configuration, situated, advisories).await?;
    only_effective(&mut findings, situated.organisation);
    let open = |finding: &&mut Finding| finding.verdict == Verdict::CannotTell;
    for finding in findings.iter_mut().filter(open) {
        if finding.is_of_component() {
            let settled = situated.of_part(&finding.judgement.subject);
            (finding.answers, finding.asked) = (settled.answers, settled.asked);
            if let Some(verdict) = settled.verdict {
                finding.turn(verdict, situated);
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
        finding.turn(verdict, situated);
    }
    findings.sort_by(|one, other| rank(one).cmp(&rank(other)));
    Ok(findings)
}

/// Of what is said of the device itself keeps what holds for its organisation: what rests on
/// its own documents takes the place of what is public, and what rests on those of another
/// organisation says nothing of it.
fn only_effective(findings: &mut Vec<Finding>, organisation: i64) {
    let of_device = |finding: &Finding| !finding.is_of_component();
    let own: BTreeSet<String> = findings
        .iter()
        .filter(|one| of_device(one) && one.judgement.subject.view == organisation)
        .map(|one| one.judgement.subject.vulnerability.clone())
        .collect();
    findings.retain(|one| {
        let subject = &one.judgement.subject;
        !of_device(one)
            || subject.view == organisation
            || subject.view == 0 && !own.contains(&subject.vulnerability)
    });
}

/// Whether something is to be done about it.
const fn is_open(verdict: Verdict) -> bool {
    match verdict {
        Verdict::Affected | Verdict::UnderInvestigation | Verdict::CannotTell => true,
        Verdict::Fixed | Verdict::NotAffected => false,
    }
}

/// Joins what an organisation found out by itself: what it clears is no longer open, and what
/// a maker outweighs stays as it is, with the analysis beside it.
pub fn heed(findings: &mut [Finding], own: &BTreeMap<i64, Counted>) {
    for finding in &mut *findings {
        let Some(counted) = own.get(&finding.judgement.id) else { continue };
        let clears = counted.verdict.filter(|_| counted.weight == Weight::Decides);
        if let (Some(verdict), false) = (clears, finding.is_settled()) {
            finding.verdict = verdict;
            finding.assessment = None;
        }
        finding.own = Some(counted.clone());
    }
    findings.sort_by(|one, other| rank(one).cmp(&rank(other)));
}

/// Of a device of which nobody knows which it is nobody can tell: what was open stays so until its
/// inventory tells which device hangs there, and nothing that was cleared is told of it.
pub fn doubt(findings: &mut Vec<Finding>, situated: &Situated) {
    if situated.doubted.is_none() {
        return;
    }
    findings.retain_mut(|finding| {
        let Some(verdict) = doubted(finding.verdict) else { return false };
        finding.turn(verdict, situated);
        finding.judgement.question = WHICH_DEVICE.to_owned();
        finding.answers.clear();
        finding.asked.clear();
        for said in &mut finding.said {
            WHICH_DEVICE.clone_into(&mut said.question);
        }
        true
    });
    findings.sort_by(|one, other| rank(one).cmp(&rank(other)));
}

/// What settles what holds of a device that may be another one.
const WHICH_DEVICE: &str =
    "Which device hangs under this tag now? Its inventory does not tell of it yet.";

/// Verdict, priority, the higher score first, id.
fn rank(finding: &Finding) -> (Verdict, Option<worklist::Priority>, i64, &str) {
    let score = finding.urgency.as_ref().and_then(Urgency::cvss).unwrap_or(0.0);
    let priority = finding.assessment.as_ref().map(|assessment| assessment.priority);
    #[expect(clippy::cast_possible_truncation, reason = "a score is at most 10")]
    let score = -(score * 10.0) as i64;
    (finding.verdict, priority, score, &finding.judgement.subject.vulnerability)
}

/// One thing to do, and what it is good for.
#[derive(Clone, Debug)]
pub struct Task {
    /// What.
    pub step: Step,
    /// How soon.
    pub priority: Option<worklist::Priority>,
    /// The vulnerabilities that it is about.
    pub vulnerabilities: BTreeSet<String>,
    /// How many of them are exploited.
    pub exploited: usize,
    /// The advisories that say so.
    pub advisories: BTreeSet<String>,
    /// What they offer, each text once.
    pub remedies: Vec<Offer>,
    /// What the answer to a question is compared with, and which release of a component
    /// holds the fix.
    pub hints: BTreeSet<String>,
    /// The question, by what it is known, where it can be answered.
    pub question: Option<Key>,
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
    let open: Vec<(&Finding, worklist::Finding)> =
        findings.iter().filter_map(|one| Some((one, one.to_do()?))).collect();
    let weighed: Vec<worklist::Finding> =
        open.iter().map(|(_, weighed)| weighed.clone()).collect();
    let mut tasks: Vec<Task> = worklist::tasks(&weighed)
        .into_iter()
        .map(|task| {
            let about = task.findings.iter().filter_map(|at| open.get(*at));
            let about: Vec<&Finding> = about.map(|(finding, _)| *finding).collect();
            gathered(task, &about, &answers, advisories)
        })
        .collect();
    tasks.sort_by_key(|task| {
        let clears = std::cmp::Reverse(task.vulnerabilities.len());
        (task.step.kind() == Kind::Decide, task.priority, clears)
    });
    tasks
}

fn gathered(
    task: worklist::Task,
    about: &[&Finding],
    answers: &[Answer],
    advisories: Option<&Advisories>,
) -> Task {
    let texts =
        |names: &BTreeSet<Arc<str>>| names.iter().map(ToString::to_string).collect();
    let mut remedies: Vec<Offer> = Vec::new();
    for finding in about.iter().filter(|finding| finding.verdict == Verdict::Affected) {
        let said = finding.said.first();
        let spoken = said.zip(advisories);
        let spoken = spoken.and_then(|(said, known)| spoken_of(known, answers, said));
        for offer in
            spoken.map(|(record, answer)| offers(record, answer)).into_iter().flatten()
        {
            if !remedies.contains(&offer) {
                remedies.push(offer);
            }
        }
    }
    let priorities = about.iter().filter_map(|finding| finding.assessment.as_ref());
    Task {
        priority: priorities.map(|assessment| assessment.priority).min(),
        vulnerabilities: texts(&task.vulnerabilities),
        exploited: task.exploited.len(),
        advisories: texts(&task.advisories),
        remedies,
        hints: about.iter().filter_map(|finding| finding.hint()).collect(),
        question: about
            .iter()
            .filter(|finding| finding.verdict == Verdict::CannotTell)
            .find_map(|finding| Some(finding.asked.first()?.key.clone())),
        step: task.step,
    }
}

impl Finding {
    /// The releases that mend it.
    fn mended(&self) -> Mending {
        let spoken = self.said.iter().map(|said| Spoken {
            verdict: &said.verdict,
            fixed_in: &said.fixed_in,
            also: said.also_fixed_in.as_deref(),
        });
        mending(spoken, &self.judgement.verdict, &self.judgement.fixed_in)
    }

    /// What is done about it, where something is.
    fn to_do(&self) -> Option<worklist::Finding> {
        let silent = Said::default();
        let said = self.said.first().unwrap_or(&silent);
        let either = |first: &'_ str, second: &'_ str| -> String {
            if first.is_empty() { second.to_owned() } else { first.to_owned() }
        };
        let part = match self.is_of_component() {
            true => Part::Component,
            false => Part::Device,
        };
        let offered: Vec<RemediationKind> =
            said.offers.iter().filter_map(|word| remedy_of(word)).collect();
        let question = either(&said.question, &self.judgement.question);
        let mended = self.mended();
        let step = step(&Found {
            verdict: self.verdict,
            part,
            fixed_in: &mended.fixed_in,
            offered: &offered,
            question: match self.asked.first() {
                Some(open) => &open.asked,
                None => &question,
            },
        })?;
        let exploited = self.urgency.as_ref().map_or(Known::Unknown, |it| it.exploited);
        Some(worklist::Finding {
            vulnerability: self.flaw().into(),
            step,
            // What speaks of a component is no device advisory, and has no page of its own.
            advisory: match part {
                Part::Device => said.advisory.as_str().into(),
                Part::Component => "".into(),
            },
            named: (said.vendor.as_str().into(), said.product.as_str().into()),
            also_fixed_in: mended.also.as_str().into(),
            exploited,
            priorities: fleet::Priorities::default(),
            since: self.judgement.opened.as_str().into(),
        })
    }

    /// What the answer to its question is compared with, or which release of the component
    /// holds the fix.
    fn hint(&self) -> Option<String> {
        if self.verdict == Verdict::Affected {
            return replacement(self);
        }
        let said = self.said.first().map(|said| said.question.as_str());
        let question = said.filter(|said| !said.is_empty());
        let question = question.unwrap_or(&self.judgement.question);
        let (_, hint) = question.split_once("? ")?;
        Some(hint.trim().to_owned()).filter(|hint| !hint.is_empty())
    }
}

/// The kind of remedy that is written with a word of CSAF.
pub(crate) fn remedy_of(word: &str) -> Option<RemediationKind> {
    use RemediationKind::{
        FixPlanned, Mitigation, NoFixPlanned, NoneAvailable, OptionalPatch, VendorFix,
        Workaround,
    };

    let all = [
        VendorFix,
        Mitigation,
        Workaround,
        NoFixPlanned,
        NoneAvailable,
        FixPlanned,
        OptionalPatch,
    ];
    all.into_iter().find(|kind| kind.word() == word)
}

/// The advisory that spoke, and what it says of the build today.
fn spoken_of<'a>(
    advisories: &'a Advisories,
    answers: &'a [Answer],
    said: &Said,
) -> Option<(&'a Record, &'a Answer)> {
    answers.iter().find_map(|answer| {
        let record = advisories.records.get(answer.record)?;
        (record.id == said.advisory).then_some((&**record, answer))
    })
}

/// Which release of a component holds the fix.
fn replacement(finding: &Finding) -> Option<String> {
    let component = Some(finding.component()).filter(|text| !text.is_empty())?;
    Some(match finding.judgement.fixed_in.as_str() {
        "" => format!("{component}: no fixed release is stated"),
        fixed => format!("{component}: fixed in {fixed}"),
    })
}

/// What an advisory offers to whoever has the product of an answer.
#[must_use]
pub fn offers(record: &Record, answer: &Answer) -> Vec<Offer> {
    remedies(record, answer).map(|remedy| offer(record, remedy)).collect()
}

pub(crate) fn remedies<'a>(
    record: &'a Record,
    answer: &'a Answer,
) -> impl Iterator<Item = &'a Remediation> {
    answer.remediations.iter().filter_map(|at| record.remediations.get(*at))
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

/// Vendor and product of an answer, as its advisory names them.
pub(crate) fn named<'a>(record: &'a Record, answer: &Answer) -> (&'a str, &'a str) {
    let product = record.products.get(answer.leaf);
    let named = |category: &str| {
        let branches = product.map_or(&[][..], |product| &product.branches);
        let branch = branches.iter().find(|branch| branch.category == category);
        branch.map_or("", |branch| branch.name.as_str())
    };
    (named("vendor"), named("product_name"))
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
    told: &store::Told,
    ids: &BTreeSet<String>,
) -> Vec<Heard<'a>> {
    let mut answers: BTreeMap<usize, Answer> = BTreeMap::new();
    let none = Replies::default();
    for answer in advisories.dated(&told.build, &told.received, &none) {
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
