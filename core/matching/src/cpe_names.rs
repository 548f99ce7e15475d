//! CPE names of a system against records and configurations.
//!
//! The names of a whole bill of materials meet a configuration together: it is one system,
//! and a platform is never affected alone.

use std::collections::BTreeSet;

use advisory::index::{AffectedRef, ConfigurationRef, IdentityRef, Sought};
use terms::cpe::{
    Attribute, Bounds, Configuration, Criterion, Doubt, Evaluation, Name as CpeName,
    Node, Role, Truth, Value, Why,
};
use terms::version::{Placeholder, Scheme};

use crate::Verdict;
use crate::component::pairs;
use crate::explain::Step;
use crate::extent;
use crate::grounds::{Ground, Name, Rule};
use crate::part_of::part_of;
use crate::system::System;

/// Platforms that are named in one question; the rest is counted.
const PLATFORMS_MAX: usize = 3;

/// Criteria that nothing of the system meets, listed in one step; the rest is counted.
const CRITERIA_MAX: usize = 4;

/// A component that a record or a configuration meets by one of its names.
pub(crate) struct Met {
    /// Its position in [`System::candidates`].
    pub(crate) owner: usize,
    /// What is said of it.
    pub(crate) ground: Ground,
}

/// Vendor and product of every name of a system, each pair once.
pub(crate) fn keys(system: &System<'_>) -> BTreeSet<(String, String)> {
    system
        .names
        .iter()
        .filter_map(|name| {
            let vendor = name.get(Attribute::Vendor).plain()?;
            Some((vendor, name.get(Attribute::Product).plain()?))
        })
        .collect()
}

/// Under which names lie that leave their product open.
pub(crate) const OPEN: &str = "*";

/// The product of a name without quoting, in lower case; [`OPEN`] where it is none.
pub(crate) fn product(name: &CpeName) -> String {
    match name.get(Attribute::Product) {
        Value::Text(text) if !text.contains(['*', '?']) => {
            name.get(Attribute::Product).plain().unwrap_or_default().to_lowercase()
        }
        _ => OPEN.to_owned(),
    }
}

/// Whether a name states a version. Hardware has none, and says so with `-`.
pub(crate) fn has_version(name: &CpeName) -> bool {
    name.get(Attribute::Version) != Value::Any
}

/// A name that leaves the version open, with this one in its place.
pub(crate) fn with_version(name: CpeName, version: &str) -> CpeName {
    if name.get(Attribute::Version) != Value::Any {
        return name;
    }
    let spelt: Vec<String> = Attribute::ALL
        .into_iter()
        .map(|attribute| match attribute {
            Attribute::Version => quoted(version),
            _ => name.spelt(attribute).to_owned(),
        })
        .collect();
    CpeName::parse(&format!("cpe:2.3:{}", spelt.join(":"))).unwrap_or(name)
}

/// A version as a formatted string spells it.
fn quoted(version: &str) -> String {
    let mut spelt = String::with_capacity(version.len());
    for character in version.chars() {
        if !character.is_ascii_alphanumeric() && !matches!(character, '.' | '-' | '_') {
            spelt.push('\\');
        }
        spelt.push(character.to_ascii_lowercase());
    }
    spelt
}

/// Whether a name names all that another does; the versions of both count.
pub(crate) fn covers(stated: &CpeName, own: &CpeName) -> bool {
    use terms::cpe::Relation;

    matches!(stated.relation(own), Relation::Equal | Relation::Superset)
}

/// What a record says of the names of a system, of all versions between its bounds.
pub(crate) fn meet(system: &System<'_>, affected: &AffectedRef<'_>) -> Vec<Met> {
    let met = names_met(system, affected).into_iter();
    met.filter(|met| met.ground.asks()).collect()
}

/// The same, with what says that there is nothing to do.
fn names_met(system: &System<'_>, affected: &AffectedRef<'_>) -> Vec<Met> {
    let IdentityRef::Cpe(text) = affected.identity() else { return Vec::new() };
    let bounded = affected.extents().next().is_some();
    let criterion = Criterion {
        criteria: if bounded { without_version(text) } else { text.to_owned() },
        role: Role::Vulnerable,
        bounds: Bounds::default(),
    };
    let product = CpeName::parse(text).ok().map(|name| product(&name));
    let mut whole = None;
    system
        .names_of(product.as_deref().filter(|product| *product != OPEN))
        .filter_map(|(name, owner)| {
            let (truth, _) = criterion.matches(name);
            if truth == Truth::False {
                return None;
            }
            let version = version(name);
            let mut sought = version.as_deref().map(|version| {
                Sought::read(version, Placeholder::of(Scheme::Semver, version))
            });
            let said =
                extent::say(affected.extents(), affected.otherwise(), sought.as_mut());
            let named = Name::Cpe(name.formatted().to_owned());
            let mut ground = pairs::ground(named, version.as_deref(), affected, &said);
            let asks = ground.asks();
            if !bounded && affected.otherwise().is_none() && names_version(text) {
                // The name alone says which versions it means.
                ground.says = Verdict::Affected;
                ground.rule = Rule::ConfigurationHolds;
            }
            if truth == Truth::Unknown && (asks || !bounded) {
                ground.says = Verdict::CannotTell;
                ground.rule = Rule::ConfigurationUndecided;
            }
            if ground.asks() {
                ground = whole
                    .get_or_insert_with(|| part_of(system, affected))
                    .clone()
                    .weigh(ground);
            }
            Some(Met { owner, ground })
        })
        .collect()
}

/// Whether a record's name says of itself which version it means.
fn names_version(text: &str) -> bool {
    let name = CpeName::parse(text);
    name.is_ok_and(|name| matches!(name.get(Attribute::Version), Value::Text(_)))
}

/// A name of a record whose versions are given elsewhere.
fn without_version(text: &str) -> String {
    let Ok(name) = CpeName::parse(text) else { return text.to_owned() };
    let spelt: Vec<&str> = Attribute::ALL
        .into_iter()
        .map(|attribute| match attribute {
            Attribute::Version | Attribute::Update => "*",
            _ => name.spelt(attribute),
        })
        .collect();
    format!("cpe:2.3:{}", spelt.join(":"))
}

/// The version of a name, with the update behind it as records write it.
fn version(name: &CpeName) -> Option<String> {
    let version = match name.get(Attribute::Version) {
        Value::Text(_) => name.get(Attribute::Version).plain()?,
        Value::Any | Value::Na => return None,
    };
    Some(match name.get(Attribute::Update).plain() {
        Some(update) => format!("{version}-{update}"),
        None => version,
    })
}

/// What a configuration says of the whole system.
pub(crate) fn hold(
    system: &System<'_>,
    configuration: &ConfigurationRef<'_>,
) -> Vec<Met> {
    let decoded = configuration.decode();
    met_by(system, configuration, &decoded, &evaluate(system, &decoded))
}

/// What a configuration says of a system. Where it is false, platforms that the document
/// does not name are asked for: an SBOM seldom names what it runs on.
fn evaluate<'c>(system: &System<'_>, configuration: &'c Configuration) -> Evaluation<'c> {
    let evaluation = configuration.evaluate(&system.reported);
    match evaluation.verdict() {
        Truth::False => {
            let presumed = configuration.presume(&system.reported);
            if presumed.possible.is_empty() { evaluation } else { presumed }
        }
        Truth::Unknown | Truth::True => evaluation,
    }
}

fn met_by(
    system: &System<'_>,
    of: &ConfigurationRef<'_>,
    decoded: &Configuration,
    evaluation: &Evaluation<'_>,
) -> Vec<Met> {
    let affected = evaluation.affected.iter().map(|at| (*at, Truth::True));
    let possible = evaluation.possible.iter().map(|at| (*at, Truth::Unknown));
    affected
        .chain(possible)
        .filter_map(|(at, truth)| {
            let name = system.names.get(at)?;
            let owner = *system.owners.get(at)?;
            let met = Meeting { name, truth, evaluation, at };
            Some(Met { owner, ground: met.ground(system, of, decoded) })
        })
        .collect()
}

/// A name that is, or may be, the vulnerable part of a configuration.
struct Meeting<'m> {
    name: &'m CpeName,
    at: usize,
    truth: Truth,
    evaluation: &'m Evaluation<'m>,
}

impl Meeting<'_> {
    fn ground(
        &self,
        system: &System<'_>,
        of: &ConfigurationRef<'_>,
        decoded: &Configuration,
    ) -> Ground {
        let criterion = self.criterion(decoded);
        let doubts = self.doubts();
        let (says, rule, detail) = match self.truth {
            Truth::True => (Verdict::Affected, Rule::ConfigurationHolds, doubts),
            Truth::Unknown | Truth::False => match self.unnamed() {
                Some(platforms) if doubts.is_empty() => {
                    (Verdict::CannotTell, Rule::PlatformUnstated, platforms)
                }
                _ => (Verdict::CannotTell, Rule::ConfigurationUndecided, doubts),
            },
        };
        let platforms = self.evaluation.platforms.iter();
        let platforms = platforms.filter_map(|at| system.names.get(*at));
        let fixed =
            criterion.and_then(|criterion| criterion.bounds.end_excluding.clone());
        Ground {
            says,
            origin: pairs::origin(&of.record(), reading::Place::Document),
            rule,
            name: Name::Cpe(self.name.formatted().to_owned()),
            version: version(self.name).unwrap_or_default(),
            scheme: None,
            range: criterion.map(range).unwrap_or_default(),
            fixed: fixed.into_iter().filter(|fixed| !fixed.is_empty()).collect(),
            limits: platforms.map(|name| format!("on {}", name.formatted())).collect(),
            justification: None,
            detail,
            stated: None,
        }
    }

    /// The criterion that meets the name best.
    fn criterion<'c>(&self, decoded: &'c Configuration) -> Option<&'c Criterion> {
        criteria(decoded)
            .into_iter()
            .filter(|criterion| criterion.role == Role::Vulnerable)
            .map(|criterion| (criterion.matches(self.name).0, criterion))
            .filter(|(truth, _)| *truth != Truth::False)
            .reduce(|best, other| if other.0 > best.0 { other } else { best })
            .map(|(_, criterion)| criterion)
    }

    /// The platforms that the system does not name, of which one would do.
    fn unnamed(&self) -> Option<String> {
        let names = self.evaluation.unnamed.iter();
        let names: BTreeSet<String> =
            names.map(|criterion| in_words(criterion)).collect();
        let mut told: Vec<&str> =
            names.iter().take(PLATFORMS_MAX).map(String::as_str).collect();
        let more = format!("one of {} more", names.len().saturating_sub(PLATFORMS_MAX));
        if names.len() > PLATFORMS_MAX {
            told.push(&more);
        }
        (!told.is_empty()).then(|| told.join(" or "))
    }

    fn doubts(&self) -> String {
        if self.truth == Truth::True {
            return String::new();
        }
        let own = self.evaluation.doubts.iter().filter(|doubt| doubt.name == self.at);
        let own: BTreeSet<String> = own.map(doubt).collect();
        let other = || self.evaluation.doubts.iter().map(doubt).collect::<BTreeSet<_>>();
        let all = if own.is_empty() { other() } else { own };
        all.into_iter().collect::<Vec<_>>().join("; ")
    }
}

fn doubt(doubt: &Doubt<'_>) -> String {
    match doubt.why {
        Why::VersionUnstated => "the name states no version".to_owned(),
        Why::VersionIncomparable => "the versions cannot be compared".to_owned(),
        Why::Unstated(attribute) => format!("the name leaves {} open", attribute.name()),
        Why::CriterionMalformed => {
            format!("the record's `{}` is no CPE name", doubt.criterion.criteria)
        }
    }
}

/// A platform as a person calls it: vendor, product, and the version where one is named.
fn in_words(criterion: &Criterion) -> String {
    let Ok(name) = CpeName::parse(&criterion.criteria) else {
        return criterion.criteria.clone();
    };
    let words = [Attribute::Vendor, Attribute::Product, Attribute::Version]
        .into_iter()
        .filter_map(|attribute| name.get(attribute).plain())
        .map(|word| word.replace('_', " "));
    let mut text = words.collect::<Vec<_>>().join(" ");
    if criterion.bounds != Bounds::default() {
        text.push_str(&format!(" {}", range(criterion)));
    }
    text
}

/// Every criterion of a configuration, in its order.
fn criteria(configuration: &Configuration) -> Vec<&Criterion> {
    // Node after node instead of a call within a call: the depth is the document's.
    let mut nodes: Vec<&Node> = configuration.nodes.iter().rev().collect();
    let mut all = Vec::new();
    while let Some(node) = nodes.pop() {
        all.extend(&node.criteria);
        nodes.extend(node.nodes.iter().rev());
    }
    all
}

/// The versions of a criterion as text.
fn range(criterion: &Criterion) -> String {
    let Bounds { start_including, start_excluding, end_including, end_excluding } =
        &criterion.bounds;
    let bounds = [
        (">=", start_including),
        (">", start_excluding),
        ("<=", end_including),
        ("<", end_excluding),
    ];
    let texts: Vec<String> = bounds
        .into_iter()
        .filter_map(|(sign, bound)| Some(format!("{sign}{}", bound.as_deref()?)))
        .collect();
    if !texts.is_empty() {
        return texts.join(", ");
    }
    match CpeName::parse(&criterion.criteria).ok().and_then(|name| version(&name)) {
        Some(version) => format!("={version}"),
        None => "*".to_owned(),
    }
}

/// How a configuration meets the system, criterion by criterion where it does not.
pub(crate) fn explain(
    system: &System<'_>,
    configuration: &ConfigurationRef<'_>,
) -> Vec<Step> {
    let decoded = configuration.decode();
    let evaluation = evaluate(system, &decoded);
    let position =
        |owner: usize| system.candidates.get(owner).map(|candidate| candidate.position);
    let met = met_by(system, configuration, &decoded, &evaluation);
    if !met.is_empty() {
        return met
            .into_iter()
            .map(|met| Step { component: position(met.owner), ground: met.ground })
            .collect();
    }
    let mut steps = Vec::new();
    let mut absent = Vec::new();
    for criterion in criteria(&decoded) {
        let met =
            system.names.iter().any(|name| criterion.matches(name).0 != Truth::False);
        let open = Criterion {
            criteria: without_version(&criterion.criteria),
            bounds: Bounds::default(),
            role: criterion.role,
        };
        let near = system
            .names
            .iter()
            .zip(&system.owners)
            .find(|(name, _)| open.matches(name).0 != Truth::False);
        match near {
            Some((name, owner)) if !met => steps.push(Step {
                component: position(*owner),
                ground: unmet(configuration, criterion, name, Rule::VersionOutside),
            }),
            Some((name, owner)) => steps.push(Step {
                component: position(*owner),
                ground: unmet(configuration, criterion, name, Rule::ConfigurationFails),
            }),
            None => absent.push(criterion),
        }
    }
    steps.extend(absent_step(configuration, &absent));
    steps
}

/// One step for everything that a configuration asks for and the system does not have.
fn absent_step(of: &ConfigurationRef<'_>, absent: &[&Criterion]) -> Option<Step> {
    let first = absent.first()?;
    let mut texts: Vec<String> = absent
        .iter()
        .take(CRITERIA_MAX)
        .map(|criterion| match criterion.role {
            Role::Vulnerable => criterion.criteria.clone(),
            Role::Platform => format!("the platform {}", criterion.criteria),
        })
        .collect();
    if absent.len() > CRITERIA_MAX {
        texts.push(format!("and {} more", absent.len() - CRITERIA_MAX));
    }
    let ground = Ground {
        name: Name::Cpe(texts.join(", ")),
        rule: Rule::NameAbsent,
        range: String::new(),
        version: String::new(),
        ..ground_of(of, first)
    };
    Some(Step { component: None, ground })
}

fn unmet(
    of: &ConfigurationRef<'_>,
    criterion: &Criterion,
    name: &CpeName,
    rule: Rule,
) -> Ground {
    Ground {
        rule,
        name: Name::Cpe(name.formatted().to_owned()),
        version: version(name).unwrap_or_default(),
        ..ground_of(of, criterion)
    }
}

fn ground_of(of: &ConfigurationRef<'_>, criterion: &Criterion) -> Ground {
    Ground {
        says: Verdict::NotAffected,
        origin: pairs::origin(&of.record(), reading::Place::Document),
        rule: Rule::ConfigurationFails,
        name: Name::Cpe(criterion.criteria.clone()),
        version: String::new(),
        scheme: None,
        range: range(criterion),
        fixed: Vec::new(),
        limits: Vec::new(),
        justification: None,
        detail: String::new(),
        stated: None,
    }
}

/// How a record's name meets the names of the system.
pub(crate) fn explain_name(system: &System<'_>, affected: &AffectedRef<'_>) -> Vec<Step> {
    let met = names_met(system, affected).into_iter();
    met.map(|met| Step {
        component: system.candidates.get(met.owner).map(|candidate| candidate.position),
        ground: met.ground,
    })
    .collect()
}
