//! Why, or why not: every step from a bill of materials to a verdict on one vulnerability.
//!
//! The steps come from the same comparisons as the findings. They also say what did *not*
//! meet: names that are absent, releases that differ, bounds that shut a version out,
//! records that were withdrawn.

use std::collections::{BTreeMap, BTreeSet};

use advisory::index::{AffectedRef, IdentityRef, Index, RecordRef, VulnerabilityRef};
use advisory::{Source, State};

use crate::component::{self, pairs};
use crate::cpe_names;
use crate::finding::{self, Judgement};
use crate::grounds::{Ground, Name, Origin, Rule};
use crate::part_of::part_of;
use crate::statement::{Statement, Voices};
use crate::system::{Position, System};
use crate::{Unknown, Verdict, Why};

/// Names that were not found, listed in one step; the rest is counted.
const NAMES_MAX: usize = 5;

/// The way to a verdict on one vulnerability.
#[derive(Debug)]
pub struct Explanation<'s> {
    /// The CVE where there is one, else the first id; what was asked for where the index
    /// does not know it.
    pub id: String,
    /// The other ids.
    pub aliases: Vec<String>,
    /// Its title; empty where there is none.
    pub title: String,
    /// What the document gives to look things up by.
    pub identifiers: Identifiers,
    /// The records that name it; empty where the index knows none.
    pub records: Vec<RecordSteps>,
    /// What statements say, component by component.
    pub statements: Vec<Step>,
    /// The findings and unknowns on this vulnerability.
    pub judgement: Judgement<'s>,
    /// The verdict on the system as a whole.
    pub verdict: Verdict,
    /// Accepted statements that reached a component, by their positions.
    pub heard: BTreeSet<usize>,
}

/// What a document gives to look its components up by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identifiers {
    /// Components that are judged, the subject included where it stands apart.
    pub components: usize,
    /// Those with a package URL that leads to a package.
    pub with_package: usize,
    /// Those with a CPE name.
    pub with_cpe: usize,
    /// Those with neither.
    pub with_none: usize,
}

/// One record, and how it meets the system.
#[derive(Debug)]
pub struct RecordSteps {
    /// The record.
    pub origin: Origin,
    /// Its title; empty where there is none.
    pub title: String,
    /// The steps, in the order of the record.
    pub steps: Vec<Step>,
}

/// One comparison.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Step {
    /// The component that met; `None` where none did.
    pub component: Option<Position>,
    /// What was compared, and what came of it. `says` is *not affected* where nothing met.
    pub ground: Ground,
}

/// Explains what an id leads to: a notice may lead to several vulnerabilities.
#[must_use]
pub fn explain<'s>(
    system: &'s System<'s>,
    index: &'s Index<'s>,
    voices: &Voices<'_>,
    id: &'s str,
) -> Vec<Explanation<'s>> {
    let vulnerabilities = component::led_to(index, id);
    if vulnerabilities.is_empty() {
        return vec![unheard_of(system, index, voices, id)];
    }
    vulnerabilities
        .into_iter()
        .map(|vulnerability| one(system, index, voices, vulnerability))
        .collect()
}

/// No record says anything: that is no verdict. A statement may say something all the same.
fn unheard_of<'s>(
    system: &'s System<'s>,
    index: &'s Index<'s>,
    voices: &Voices<'_>,
    id: &'s str,
) -> Explanation<'s> {
    let judgement = component::judge_id(system, index, voices, id);
    let (statements, heard) = stated(system, voices, &judgement, &[id], &[]);
    let found = judgement.findings.iter().map(|finding| finding.verdict).min();
    Explanation {
        id: id.to_owned(),
        aliases: Vec::new(),
        title: String::new(),
        identifiers: identifiers(system),
        records: Vec::new(),
        statements,
        verdict: match found {
            Some(verdict @ (Verdict::Affected | Verdict::UnderInvestigation)) => verdict,
            _ => Verdict::CannotTell,
        },
        judgement,
        heard,
    }
}

fn one<'s>(
    system: &'s System<'s>,
    index: &'s Index<'s>,
    voices: &Voices<'_>,
    vulnerability: VulnerabilityRef<'s>,
) -> Explanation<'s> {
    let mut judgement =
        component::judge_vulnerability(system, index, voices, vulnerability);
    let present = Present::new(system);
    let records: Vec<RecordSteps> = vulnerability
        .records()
        .map(|record| RecordSteps {
            origin: pairs::origin(&record, reading::Place::Document),
            title: record.title().to_owned(),
            steps: of_record(&present, &vulnerability, record),
        })
        .collect();
    let ids: Vec<&str> = vulnerability.ids().collect();
    let claims = finding::claims_of(&vulnerability);
    let (mut statements, heard) = stated(system, voices, &judgement, &ids, &claims);
    let of_trees = records.iter().flat_map(|record| &record.steps);
    statements.extend(of_trees.filter(|step| step.ground.stated.is_some()).cloned());
    let steps = records.iter().flat_map(|record| &record.steps).chain(&statements);
    ask_of_silence(steps, vulnerability.id(), &mut judgement);
    Explanation {
        id: vulnerability.id().to_owned(),
        aliases: vulnerability.ids().skip(1).map(str::to_owned).collect(),
        title: vulnerability.title().to_owned(),
        identifiers: identifiers(system),
        records,
        statements,
        verdict: overall(&judgement, &vulnerability),
        judgement,
        heard,
    }
}

/// The verdict on the whole: the finding that asks most. Without a finding the system is
/// not affected, unless nobody has said what is touched or something could not be looked
/// up that might be.
fn overall(judgement: &Judgement<'_>, vulnerability: &VulnerabilityRef<'_>) -> Verdict {
    let found = judgement.findings.iter().map(|finding| finding.verdict).min();
    let unsure = vulnerability.is_not_analysed() || !judgement.unknowns.is_empty();
    match found {
        Some(verdict @ (Verdict::Affected | Verdict::UnderInvestigation)) => verdict,
        _ if unsure => Verdict::CannotTell,
        Some(verdict) => verdict,
        None => Verdict::NotAffected,
    }
}

/// Adds what a scan does not ask of every component and whoever asks for the vulnerability
/// must hear: a record names the component and says nothing of this version, or names
/// something of its name in words. Where another record settles it there is no question.
fn ask_of_silence<'t>(
    steps: impl Iterator<Item = &'t Step> + Clone,
    id: &str,
    judgement: &mut Judgement<'_>,
) {
    let found = judgement.findings.iter().map(|finding| finding.component);
    let settled = steps.clone().filter(|step| step.ground.settles());
    let settled: BTreeSet<Position> =
        settled.filter_map(|step| step.component).chain(found).collect();
    for step in steps {
        let Some(component) = step.component else { continue };
        let why = match step.ground.rule {
            Rule::NothingSaid | Rule::NoVersions => Why::NothingSaid,
            Rule::NameInWords => {
                Why::SameName { name: step.ground.name.text().to_owned() }
            }
            _ => continue,
        };
        let vulnerabilities = BTreeSet::from([id.to_owned()]);
        let unknown = Unknown { component, why, vulnerabilities };
        if !settled.contains(&component) && !judgement.unknowns.contains(&unknown) {
            judgement.unknowns.push(unknown);
        }
    }
}

fn identifiers(system: &System<'_>) -> Identifiers {
    let count = |met: fn(&crate::Candidate<'_>) -> bool| {
        system.candidates.iter().filter(|candidate| met(candidate)).count()
    };
    Identifiers {
        components: system.candidates.len(),
        with_package: count(|candidate| !candidate.packages.is_empty()),
        with_cpe: count(|candidate| !candidate.names.is_empty()),
        with_none: count(|candidate| {
            candidate.packages.is_empty() && candidate.names.is_empty()
        }),
    }
}

/// Every word of every statement about the vulnerability, whoever wins, and the positions
/// of the accepted ones among them.
fn stated(
    system: &System<'_>,
    voices: &Voices<'_>,
    judgement: &Judgement<'_>,
    ids: &[&str],
    claims: &[Statement],
) -> (Vec<Step>, BTreeSet<usize>) {
    let mut steps = Vec::new();
    let mut positions = BTreeSet::new();
    for candidate in &system.candidates {
        let heard = voices.hear(system, candidate, ids, claims);
        positions.extend(heard.positions);
        let component = candidate.position;
        for ground in heard.decides.into_iter().chain(heard.others) {
            let ground = as_judged(judgement, component, ground);
            steps.push(Step { component: Some(component), ground });
        }
    }
    (steps, positions)
}

/// A statement with what came of it in the finding on that component, where there is one.
fn as_judged(judgement: &Judgement<'_>, component: Position, ground: Ground) -> Ground {
    let findings = judgement.findings.iter().filter(|one| one.component == component);
    let mut told =
        findings.flat_map(|finding| finding.grounds.iter().chain(&finding.also));
    let same = told.find(|told| {
        told.stated.is_some()
            && told.origin == ground.origin
            && (told.says, &told.name) == (ground.says, &ground.name)
    });
    same.cloned().unwrap_or(ground)
}

/// The packages of a system, by key and by last name.
struct Present<'s> {
    system: &'s System<'s>,
    by_key: BTreeMap<(&'s str, &'s str), Vec<(usize, usize)>>,
    by_last_name: BTreeMap<String, Vec<(usize, usize)>>,
}

impl<'s> Present<'s> {
    fn new(system: &'s System<'s>) -> Self {
        let by_key = component::packages_by_key(system);
        let mut by_last_name: BTreeMap<String, Vec<(usize, usize)>> = BTreeMap::new();
        for ((_, name), places) in &by_key {
            by_last_name.entry(last_name(name)).or_default().extend(places);
        }
        Self { system, by_key, by_last_name }
    }
}

fn last_name(name: &str) -> String {
    name.rsplit('/').next().unwrap_or(name).to_ascii_lowercase()
}

fn of_record(
    present: &Present<'_>,
    vulnerability: &VulnerabilityRef<'_>,
    record: RecordRef<'_>,
) -> Vec<Step> {
    if !record.stands_for(vulnerability) {
        let rule = match record.state() {
            State::Withdrawn(_) => Rule::RecordWithdrawn,
            State::Live | State::Rejected => Rule::CveRejected,
        };
        return vec![nothing_met(&record, rule, String::new())];
    }
    let mut steps = Vec::new();
    let mut absent = BTreeSet::new();
    let mut any = false;
    let own = vulnerability.affected().filter(|affected| affected.record() == record);
    for affected in own {
        any = true;
        of_affected(present, &affected, &mut steps, &mut absent);
    }
    for configuration in vulnerability.configurations() {
        if configuration.record() == record {
            any = true;
            steps.extend(cpe_names::explain(present.system, &configuration));
        }
    }
    if !absent.is_empty() {
        steps.push(nothing_met(&record, Rule::NameAbsent, some_of(&absent)));
    }
    if !any {
        let rule = unmet(vulnerability, &record);
        steps.push(nothing_met(&record, rule, String::new()));
    }
    steps
}

/// What a record says that names nothing by which a component can be looked up.
fn unmet(vulnerability: &VulnerabilityRef<'_>, record: &RecordRef<'_>) -> Rule {
    if vulnerability.statements().any(|(of, _)| of == *record) {
        return Rule::StatementsAlone;
    }
    let whole = match record.source() {
        Source::Csaf => record.decode(),
        _ => return Rule::NotAnalysed,
    };
    let ids = |at: usize| whole.vulnerabilities.get(at).map_or(&[][..], |of| &of.ids[..]);
    let own: Vec<_> = whole
        .products
        .iter()
        .flat_map(|product| &product.statuses)
        .filter(|said| {
            ids(said.vulnerability).iter().any(|id| vulnerability.is_named(id))
        })
        .collect();
    match own.as_slice() {
        [] => Rule::NotAnalysed,
        own if own.iter().all(|said| said.group == "recommended") => {
            Rule::RecommendsAlone
        }
        _ => Rule::ProductsInWords,
    }
}

/// What one entry of a record meets.
fn of_affected(
    present: &Present<'_>,
    affected: &AffectedRef<'_>,
    steps: &mut Vec<Step>,
    absent: &mut BTreeSet<String>,
) {
    match affected.identity() {
        IdentityRef::Package { ecosystem, name, .. } => {
            let exact = present.by_key.get(&(ecosystem, name));
            if exact.is_none() {
                absent.insert(format!("{ecosystem}/{name}"));
            }
            let near = match exact {
                Some(_) => None,
                None => present.by_last_name.get(&last_name(name)),
            };
            for (number, at) in exact.into_iter().flatten() {
                steps.extend(of_package(present.system, *number, *at, affected, None));
            }
            for (number, at) in near.into_iter().flatten() {
                let differs = Some(Rule::NameDiffers);
                steps.extend(of_package(present.system, *number, *at, affected, differs));
            }
        }
        IdentityRef::Cpe(text) => {
            let met = cpe_names::explain_name(present.system, affected);
            if met.is_empty() {
                absent.insert(text.to_owned());
            }
            steps.extend(met);
        }
        IdentityRef::Name { vendor, product } => {
            let name = format!("{vendor} {product}").trim().to_owned();
            let step = nothing_met(&affected.record(), Rule::NameInWords, name);
            let same = product.trim().to_lowercase();
            let alike = present.system.candidates.iter().filter(|candidate| {
                candidate.component.name.trim().to_lowercase() == same
                    && component::may_be_vendor(candidate.component, vendor)
            });
            let mut alike = alike.peekable();
            if alike.peek().is_none() {
                steps.push(step.clone());
            }
            steps.extend(alike.map(|candidate| {
                let mut step = step.clone();
                step.component = Some(candidate.position);
                step.ground.says = Verdict::CannotTell;
                step
            }));
        }
    }
}

/// One package against one entry of a record; `rule` where it did not even meet.
fn of_package(
    system: &System<'_>,
    number: usize,
    at: usize,
    affected: &AffectedRef<'_>,
    rule: Option<Rule>,
) -> Option<Step> {
    let candidate = system.candidates.get(number)?;
    let package = candidate.packages.get(at)?;
    let said = pairs::say(package, affected);
    let mut ground = pairs::package_ground(package, affected, &said);
    if ground.asks() {
        ground = part_of(system, affected).weigh(ground);
    }
    let unmet = match (rule, pairs::release(package, affected)) {
        (Some(rule), _) => Some(rule),
        (None, pairs::Release::Other) => Some(Rule::ReleaseDiffers),
        (None, pairs::Release::Same | pairs::Release::Unstated) => None,
    };
    if let Some(rule) = unmet {
        ground.says = Verdict::NotAffected;
        ground.rule = rule;
        ground.fixed.clear();
    }
    if ground.rule == Rule::ReleaseDiffers {
        ground.detail = format!("{} and not {}", package.key.release, affected.release());
    }
    Some(Step { component: Some(candidate.position), ground })
}

fn some_of(names: &BTreeSet<String>) -> String {
    let mut text: Vec<&str> = names.iter().take(NAMES_MAX).map(String::as_str).collect();
    let more = names.len().saturating_sub(NAMES_MAX);
    let more = format!("and {more} more");
    if names.len() > NAMES_MAX {
        text.push(&more);
    }
    text.join(", ")
}

fn nothing_met(record: &RecordRef<'_>, rule: Rule, name: String) -> Step {
    Step {
        component: None,
        ground: Ground {
            says: Verdict::NotAffected,
            origin: pairs::origin(record, reading::Place::Document),
            rule,
            name: Name::Product(name),
            version: String::new(),
            scheme: None,
            range: String::new(),
            fixed: Vec::new(),
            limits: Vec::new(),
            justification: None,
            detail: String::new(),
            stated: None,
        },
    }
}
