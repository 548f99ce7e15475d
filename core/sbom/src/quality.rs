//! What a bill of materials leaves out, measured against a profile.
//!
//! Sources: NTIA, "The Minimum Elements For a Software Bill of Materials (SBOM)", July
//! 2021, section IV, data fields; FDA, "Cybersecurity in Medical Devices: Quality System
//! Considerations and Content of Premarket Submissions", June 2025 (September 2023 reads
//! alike), section V.A.4: the elements of NTIA, and for each component the level of support
//! and the end-of-support date.
//!
//! Not judged here: NTIA's practices and processes (frequency, depth, access), which are no
//! part of a document, and whether what is stated is true.

use std::collections::BTreeSet;

use foldhash::HashSet;
use reading::Place;

use crate::{Bom, Component, ContactKind, RelationshipKind, Subject};

/// A list of facts that a bill of materials must state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Profile {
    /// The minimum elements of NTIA, July 2021.
    Ntia2021,
    /// What FDA asks of a device under section 524B of the FD&C Act.
    Fda524b,
}

impl Profile {
    /// Every profile.
    pub const ALL: [Self; 2] = [Self::Ntia2021, Self::Fda524b];

    /// The name on the command line and in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ntia2021 => "ntia-2021",
            Self::Fda524b => "fda-524b",
        }
    }

    /// The rules, in the order of the guidance.
    #[must_use]
    pub fn rules(self) -> &'static [Rule] {
        const RULES: [Rule; 9] = [
            Rule::SupplierName,
            Rule::ComponentName,
            Rule::ComponentVersion,
            Rule::UniqueIdentifier,
            Rule::DependencyRelationship,
            Rule::SbomAuthor,
            Rule::Timestamp,
            Rule::SupportLevel,
            Rule::EndOfSupport,
        ];
        let count = match self {
            Self::Ntia2021 => 7,
            Self::Fda524b => 9,
        };
        RULES.get(..count).unwrap_or(&RULES)
    }
}

/// One fact that must be stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// Each component has a supplier (NTIA, "Supplier Name").
    SupplierName,
    /// Each component has a name (NTIA, "Component Name").
    ComponentName,
    /// Each component has a version (NTIA, "Version of the Component").
    ComponentVersion,
    /// Each component has a purl or a CPE name (NTIA, "Other Unique Identifiers"). The
    /// identifiers that the document itself hands out (`bom-ref`, `SPDXID`) mean nothing
    /// outside it and do not count.
    UniqueIdentifier,
    /// Each component stands in a relation of inclusion: it depends on another, contains
    /// or provides it, is depended on, contained or provided, is nested, or is the subject
    /// (NTIA, "Dependency Relationship").
    DependencyRelationship,
    /// A person or an organisation made the document (NTIA, "Author of SBOM Data"). A tool
    /// is no author.
    SbomAuthor,
    /// The document says when it was made, to the second (NTIA, "Timestamp").
    Timestamp,
    /// Each component has a level of support (FDA V.A.4).
    SupportLevel,
    /// Each component has an end-of-support date (FDA V.A.4).
    EndOfSupport,
}

impl Rule {
    /// The id in JSON.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::SupplierName => "supplier-name",
            Self::ComponentName => "component-name",
            Self::ComponentVersion => "component-version",
            Self::UniqueIdentifier => "unique-identifier",
            Self::DependencyRelationship => "dependency-relationship",
            Self::SbomAuthor => "sbom-author",
            Self::Timestamp => "timestamp",
            Self::SupportLevel => "support-level",
            Self::EndOfSupport => "end-of-support",
        }
    }

    /// Whether the rule asks the document and not each component.
    #[must_use]
    pub const fn is_about_document(self) -> bool {
        matches!(self, Self::SbomAuthor | Self::Timestamp)
    }
}

/// How a document stands against a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assessment {
    /// The profile.
    pub profile: Profile,
    /// The share of required facts that are present, in hundredths, rounded down, so that
    /// 100 means that nothing is missing. Required are the facts about the document, and
    /// those about each component, the subject of the document included; each counts the
    /// same.
    pub score: u8,
    /// One for each fact that is missing, by rule, then in document order.
    pub findings: Vec<Finding>,
    /// How many facts each rule of the profile asks for, in the order of the rules.
    pub required: Vec<(Rule, usize)>,
}

/// One fact that is missing. It is a few bytes, and its place and message are worked out
/// when they are asked for: a document of 200,000 components can have two million findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule that it misses.
    pub rule: Rule,
    about: About,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum About {
    Document,
    /// The subject that stands outside the list.
    Subject,
    /// A part that stands inside that subject, by position.
    SubjectPart(usize),
    Component(usize),
}

impl Finding {
    /// Where the fact should stand: the component, or the document as a whole.
    #[must_use]
    pub fn place(self, bom: &Bom) -> Place {
        self.component(bom).map_or(Place::Document, |component| component.place.clone())
    }

    /// The component that lacks the fact; `None` where it is the document.
    #[must_use]
    pub fn component(self, bom: &Bom) -> Option<&Component> {
        match (self.about, &bom.subject) {
            (About::Component(at), _) => bom.components.get(at),
            (About::SubjectPart(at), _) => bom.subject_parts.get(at),
            (About::Subject, Subject::Apart(component)) => Some(component),
            _ => None,
        }
    }

    /// What is missing, in a sentence without a full stop.
    #[must_use]
    pub fn message(self, bom: &Bom) -> String {
        let what = match self.rule {
            Rule::SupplierName => "names no supplier",
            Rule::ComponentName => "has no name",
            Rule::ComponentVersion => "has no version",
            Rule::UniqueIdentifier => "has neither a purl nor a CPE name",
            Rule::DependencyRelationship => {
                "stands in no relationship: nothing says what includes it"
            }
            Rule::SbomAuthor => {
                return "no person or organisation is named as author".to_owned();
            }
            Rule::Timestamp => return timestamp_message(bom),
            Rule::SupportLevel => "states no level of support",
            Rule::EndOfSupport => match self.end_of_support(bom) {
                None => "states no end-of-support date",
                Some(text) => {
                    let name = self.component(bom).map(label).unwrap_or_default();
                    let text = clip(text);
                    return format!(
                        "{name} ends its support on `{text}`, which is no date"
                    );
                }
            },
        };
        match self.component(bom) {
            Some(component) => format!("{} {what}", label(component)),
            None => what.to_owned(),
        }
    }
}

impl Finding {
    /// The end of support that a component states and that is no date.
    fn end_of_support(self, bom: &Bom) -> Option<&str> {
        self.component(bom)?.support.end.as_deref().filter(|text| is_stated(text))
    }
}

fn timestamp_message(bom: &Bom) -> String {
    match &bom.created {
        None => "the document does not say when it was made".to_owned(),
        Some(text) => format!("`{}` is no date and time", clip(text)),
    }
}

/// Name and version of a component, for a sentence.
fn label(component: &Component) -> String {
    let name = match component.name.trim() {
        "" => return "a component".to_owned(),
        name => clip(name),
    };
    match &component.version {
        Some(version) => format!("`{name}` {}", clip(version)),
        None => format!("`{name}`"),
    }
}

fn clip(text: &str) -> String {
    const CHARACTERS: usize = 60;
    match text.char_indices().nth(CHARACTERS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// Measures `bom` against `profile`.
#[must_use]
pub fn assess(bom: &Bom, profile: Profile) -> Assessment {
    let related = related(bom);
    let mut findings = Vec::new();
    let mut required = Vec::new();
    for rule in profile.rules().iter().copied() {
        let before = findings.len();
        let asked = if rule.is_about_document() {
            if !document_states(bom, rule) {
                findings.push(Finding { rule, about: About::Document });
            }
            1
        } else {
            let missing = components(bom)
                .filter(|(about, component)| !states(component, *about, rule, &related))
                .map(|(about, _)| Finding { rule, about });
            findings.extend(missing);
            components(bom).count()
        };
        debug_assert!(findings.len() - before <= asked, "a fact is missing at most once");
        required.push((rule, asked));
    }
    let asked: usize = required.iter().map(|(_, asked)| asked).sum();
    let score = share(asked.saturating_sub(findings.len()), asked);
    Assessment { profile, score, findings, required }
}

/// `part` of `whole` in hundredths, rounded down.
fn share(part: usize, whole: usize) -> u8 {
    let hundredths = part.saturating_mul(100).checked_div(whole).unwrap_or(100);
    u8::try_from(hundredths.min(100)).unwrap_or(100)
}

/// Everything that must be described: the subject where it stands apart, its parts, and
/// the list.
fn components(bom: &Bom) -> impl Iterator<Item = (About, &Component)> {
    let subject = match &bom.subject {
        Subject::Apart(component) => Some((About::Subject, component.as_ref())),
        _ => None,
    };
    let parts = bom.subject_parts.iter().enumerate();
    let list = bom.components.iter().enumerate();
    subject
        .into_iter()
        .chain(parts.map(|(at, component)| (About::SubjectPart(at), component)))
        .chain(list.map(|(at, component)| (About::Component(at), component)))
}

fn document_states(bom: &Bom, rule: Rule) -> bool {
    match rule {
        Rule::SbomAuthor => bom.authors.iter().any(|author| {
            author.kind != ContactKind::Tool && !author.name.trim().is_empty()
        }),
        _ => bom.created.as_deref().is_some_and(is_timestamp),
    }
}

fn states(
    component: &Component,
    about: About,
    rule: Rule,
    related: &Related<'_>,
) -> bool {
    let has = |text: &Option<String>| text.as_deref().is_some_and(is_stated);
    match rule {
        Rule::SupplierName => has(&component.supplier),
        Rule::ComponentName => is_stated(&component.name),
        Rule::ComponentVersion => has(&component.version),
        Rule::UniqueIdentifier => component.has_purl() || component.has_cpe(),
        Rule::DependencyRelationship => related.holds(component, about),
        Rule::SupportLevel => has(&component.support.level),
        Rule::EndOfSupport => component.support.end.as_deref().is_some_and(is_day),
        Rule::SbomAuthor | Rule::Timestamp => true,
    }
}

/// Whether a text says something: not one of the words by which tools and people say that
/// they know nothing (`NOASSERTION` and `NONE` are SPDX's own).
fn is_stated(text: &str) -> bool {
    const NOTHING: [&str; 8] =
        ["", "-", "noassertion", "none", "unknown", "n/a", "na", "not available"];
    let text = text.trim();
    !NOTHING.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Whether `text` is a day of the calendar, with or without a time, or a month.
fn is_day(text: &str) -> bool {
    let text = text.trim();
    let month = || terms::date::day(&format!("{text}-01"));
    terms::date::instant(text).is_ok() || month().is_ok()
}

/// What stands in a relation of inclusion. Nothing iterates the references, so their order
/// reaches no output.
struct Related<'b> {
    references: HashSet<&'b str>,
    /// Components that are the subject or in which others are nested.
    positions: BTreeSet<usize>,
}

impl Related<'_> {
    fn holds(&self, component: &Component, about: About) -> bool {
        match about {
            // Parts that stand inside the subject are nested in it.
            About::Document | About::Subject | About::SubjectPart(_) => true,
            About::Component(at) => {
                component.parent.is_some()
                    || self.positions.contains(&at)
                    || self.references.contains(component.reference.as_str())
            }
        }
    }
}

fn related(bom: &Bom) -> Related<'_> {
    let includes = |kind| {
        matches!(
            kind,
            RelationshipKind::DependsOn
                | RelationshipKind::Contains
                | RelationshipKind::Provides
        )
    };
    let references = bom
        .relationships
        .iter()
        .filter(|relationship| includes(relationship.kind))
        .flat_map(|relationship| [relationship.from.as_str(), relationship.to.as_str()])
        .filter(|reference| !reference.is_empty())
        .collect();
    let mut positions: BTreeSet<usize> =
        bom.components.iter().filter_map(|component| component.parent).collect();
    if let Subject::Within(subject) = &bom.subject {
        positions.extend(subject);
    }
    Related { references, positions }
}

/// Whether `text` is a date and a time with its offset (RFC 3339), as both standards ask.
fn is_timestamp(text: &str) -> bool {
    let text = text.trim();
    let Some((date, time)) = text.split_once(['T', 't', ' ']) else { return false };
    let Some(end) = time.find(['Z', 'z', '+', '-']) else { return false };
    let (clock, offset) = time.split_at(end);
    is_date(date) && is_clock(clock) && is_offset(offset)
}

fn is_date(text: &str) -> bool {
    let mut parts = text.splitn(3, '-').map(number);
    matches!(
        (parts.next(), parts.next(), parts.next()),
        (Some(Some((_, 4))), Some(Some((1..=12, 2))), Some(Some((1..=31, 2))))
    )
}

fn is_clock(text: &str) -> bool {
    let whole = match text.split_once('.') {
        Some((whole, fraction)) if number(fraction).is_some() => whole,
        Some(_) => return false,
        None => text,
    };
    let mut parts = whole.splitn(3, ':').map(number);
    matches!(
        (parts.next(), parts.next(), parts.next()),
        (Some(Some((0..=23, 2))), Some(Some((0..=59, 2))), Some(Some((0..=60, 2))))
    )
}

fn is_offset(text: &str) -> bool {
    if text.eq_ignore_ascii_case("z") {
        return true;
    }
    let digits = text.trim_start_matches(['+', '-']);
    let mut parts = digits.splitn(2, ':').map(number);
    matches!(
        (parts.next(), parts.next()),
        (Some(Some((0..=23, 2))), Some(Some((0..=59, 2))))
    )
}

/// A number of digits alone, and how many they are. A fraction may have more digits than
/// its value matters.
fn number(text: &str) -> Option<(u64, usize)> {
    let is_digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_digits.then(|| (text.parse().unwrap_or(u64::MAX), text.len()))
}

#[cfg(test)]
mod tests;
