//! What makers and others state about a vulnerability, whom it reaches, and whose word wins.
//!
//! Who may speak comes from the channel, never from an author field. A statement that an
//! operator gives on the command line is accepted; one that stands in the bill of materials
//! itself or in the index is a claim, which is shown and suppresses nothing. Claims that
//! something *is* affected are taken at their word all the same: they hide nothing.
//!
//! Precedence, DESIGN 4.3: who speaks, then how specific, then how new. At a tie the word
//! that asks more of a person wins.

mod outcome;
mod product;
mod source;

use std::collections::{BTreeMap, BTreeSet};

use terms::version::Placeholder;
use terms::vex::{Justification, Status};

use crate::grounds::{Document, Ground, Name, Origin, Rule};
use crate::system::{Candidate, System};
use crate::{Verdict, Why};

pub use outcome::{Channel, Outcome, Over, Stated};
pub use product::{Device, Identifier};
pub(crate) use product::{is_system, subjects};
pub(crate) use source::of_index;
pub use source::{of_bom, of_bom_and_devices, of_record, of_record_and_devices};

/// A statement, whichever dialect it was written in.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// Ids of the vulnerability as written.
    pub ids: Vec<String>,
    /// What is said; `None` where the vulnerability is named without a state.
    pub status: Option<Status>,
    /// Why it is not affected.
    pub justification: Option<Justification>,
    /// Why, and how it was found: free text.
    pub impact: String,
    /// What to do: free text.
    pub action: String,
    /// When it was made, RFC 3339 in UTC; empty where unstated.
    pub timestamp: String,
    /// About which products.
    pub products: Vec<Product>,
    /// Where it stands.
    pub origin: Origin,
    /// Whether anybody has accepted it.
    pub standing: Standing,
}

/// A product that a statement is about, and the components inside it that it is about.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Product {
    /// How the product is named: any of these.
    pub names: Vec<Identifier>,
    /// How the components are named; empty means the product itself.
    pub components: Vec<Identifier>,
    /// One version or a `vers` range each; empty means every version.
    pub versions: Vec<String>,
}

/// Whether a statement decides anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Somebody has accepted it, as the word of this speaker.
    Accepted(Speaker),
    /// Nobody has: it is shown.
    Claimed,
}

impl Standing {
    const fn is_claimed(self) -> bool {
        matches!(self, Self::Claimed)
    }
}

/// Who speaks; the first stands before the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Speaker {
    /// The maker of the device that is judged.
    DeviceMaker,
    /// The maker of the component.
    ComponentMaker,
    /// The hospital's own analysis, and what an operator gives on the command line.
    Hospital,
    /// Somebody who collects.
    Aggregator,
}

/// How exactly a statement names what it reaches, the most exact first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// This component, of this version, in this product.
    VersionInProduct,
    /// This component, of any version, in this product.
    ComponentInProduct,
    /// This component, of this version, in any product.
    Version,
    /// This component, of any version, in any product.
    Component,
    /// The product as a whole, and all that is in it.
    Product,
}

/// What the statements say of one component and one vulnerability.
#[derive(Debug, Default)]
pub(crate) struct Heard {
    /// The statement that decides, if one does.
    pub(crate) decides: Option<Ground>,
    /// The others, in the order of their precedence.
    pub(crate) others: Vec<Ground>,
    /// The positions of the accepted ones among [`Voices::accepted`].
    pub(crate) positions: Vec<usize>,
}

impl Statement {
    /// Whether the statement is about a vulnerability of any of these ids.
    pub(crate) fn names<'a>(&self, mut ids: impl Iterator<Item = &'a str>) -> bool {
        ids.any(|id| self.ids.iter().any(|own| own.eq_ignore_ascii_case(id)))
    }

    /// How the statement reaches a component; `None` where it does not.
    #[must_use]
    pub fn reaches(
        &self,
        system: &System<'_>,
        candidate: &Candidate<'_>,
    ) -> Option<Reach> {
        self.products
            .iter()
            .filter_map(|product| product::reach(product, system, candidate))
            .min()
    }

    fn says(&self) -> Verdict {
        self.status.map_or(Verdict::CannotTell, Verdict::from)
    }

    /// The statement as a ground.
    pub(crate) fn ground(&self, candidate: &Candidate<'_>, outcome: Outcome) -> Ground {
        let name = self
            .products
            .iter()
            .flat_map(|product| product.components.iter().chain(&product.names))
            .map(Identifier::text)
            .next()
            .unwrap_or_default();
        let versions =
            self.products.iter().flat_map(|product| product.versions.iter().cloned());
        Ground {
            says: self.says(),
            origin: self.origin.clone(),
            rule: match self.standing {
                Standing::Accepted(_) => Rule::StatementAccepted,
                Standing::Claimed => Rule::StatementClaimed,
            },
            name: Name::Product(name.to_owned()),
            version: candidate.version().unwrap_or_default().to_owned(),
            scheme: None,
            range: versions.collect::<Vec<_>>().join(" | "),
            fixed: Vec::new(),
            limits: Vec::new(),
            justification: self.justification,
            detail: lines(&self.impact, &self.action),
            stated: Some(Stated {
                outcome,
                impact: self.impact.clone(),
                action: self.action.clone(),
            }),
        }
    }
}

fn lines(one: &str, other: &str) -> String {
    let both = [one, other].into_iter().filter(|text| !text.is_empty());
    both.collect::<Vec<_>>().join("\n")
}

/// Statements, found by the ids of vulnerabilities.
#[derive(Debug, Default)]
pub struct Statements {
    list: Vec<Statement>,
    /// Positions by id in lower case.
    by_id: BTreeMap<String, Vec<usize>>,
}

impl From<Vec<Statement>> for Statements {
    fn from(list: Vec<Statement>) -> Self {
        let mut by_id: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, statement) in list.iter().enumerate() {
            for id in &statement.ids {
                by_id.entry(id.to_ascii_lowercase()).or_default().push(at);
            }
        }
        Self { list, by_id }
    }
}

/// Everybody who speaks about a system.
#[derive(Clone, Copy, Debug)]
pub struct Voices<'v> {
    /// Statements that somebody has accepted.
    pub accepted: &'v Statements,
    /// What the document claims of itself.
    pub claimed: &'v Statements,
}

impl Voices<'_> {
    /// Those that ask something of a person. A vulnerability that a document lists without
    /// a state asks nothing where the same document gives the state elsewhere: SPDX 3 does
    /// so for every one.
    pub(crate) fn asking(&self) -> impl Iterator<Item = &Statement> {
        let all = self.accepted.asking().chain(self.claimed.asking());
        all.filter(|statement| statement.status.is_some() || !self.is_stated(statement))
    }

    /// Whether a statement with a state speaks of the same product and vulnerability.
    fn is_stated(&self, statement: &Statement) -> bool {
        let ids: Vec<&str> = statement.ids.iter().map(String::as_str).collect();
        self.accepted.about(&ids).chain(self.claimed.about(&ids)).any(|(_, other)| {
            other.status.is_some()
                && other
                    .products
                    .iter()
                    .any(|product| statement.products.contains(product))
        })
    }

    /// What they, and further claims, say of a component and the vulnerability with these
    /// `ids`.
    pub(crate) fn hear(
        &self,
        system: &System<'_>,
        candidate: &Candidate<'_>,
        ids: &[&str],
        claims: &[Statement],
    ) -> Heard {
        let accepted =
            self.accepted.about(ids).map(|(at, statement)| (Some(at), statement));
        let claimed = self.claimed.about(ids).map(|(_, statement)| (None, statement));
        // What was accepted is not told a second time as a claim.
        let claims = claimed.chain(claims.iter().map(|claim| (None, claim)));
        let claims = claims.filter(|(_, claim)| {
            !self.accepted.about(ids).any(|(_, accepted)| {
                accepted.origin.id == claim.origin.id
                    && accepted.origin.place == claim.origin.place
                    && accepted.status == claim.status
            })
        });
        hear(accepted.chain(claims), system, candidate)
    }
}

impl Statements {
    /// The statements, in the order in which they were given.
    pub fn iter(&self) -> impl Iterator<Item = &Statement> {
        self.list.iter()
    }

    /// Those that ask something of a person.
    pub(crate) fn asking(&self) -> impl Iterator<Item = &Statement> {
        self.list.iter().filter(|statement| {
            !matches!(statement.status, Some(Status::NotAffected | Status::Fixed))
        })
    }

    /// Those about the vulnerability with these ids, with their positions.
    fn about(&self, ids: &[&str]) -> impl Iterator<Item = (usize, &Statement)> {
        // Most runs have none, and are asked for every finding.
        let ids = if self.by_id.is_empty() { &[] } else { ids };
        let own: BTreeSet<usize> = ids
            .iter()
            .filter_map(|id| self.by_id.get(&id.to_ascii_lowercase()))
            .flatten()
            .copied()
            .collect();
        own.into_iter().filter_map(|at| Some((at, self.list.get(at)?)))
    }
}

fn hear<'s>(
    statements: impl Iterator<Item = (Option<usize>, &'s Statement)>,
    system: &System<'_>,
    candidate: &Candidate<'_>,
) -> Heard {
    let mut heard: Vec<(Option<usize>, &Statement, Reach)> = statements
        .filter_map(|(at, statement)| {
            Some((at, statement, statement.reaches(system, candidate)?))
        })
        .collect();
    heard.sort_by(|(_, a, reach_a), (_, b, reach_b)| {
        // One without a state decides nothing, so it stands behind those that do.
        a.standing
            .is_claimed()
            .cmp(&b.standing.is_claimed())
            .then(a.status.is_none().cmp(&b.status.is_none()))
            .then(a.standing.cmp(&b.standing))
            .then(reach_a.cmp(reach_b))
            .then_with(|| b.timestamp.cmp(&a.timestamp))
            .then_with(|| a.says().cmp(&b.says()))
            .then_with(|| a.origin.cmp(&b.origin))
    });
    let positions = heard.iter().filter_map(|(at, ..)| *at).collect();
    let first = heard.first().map(|(_, first, reach)| (*first, *reach));
    let mut grounds = heard.iter().map(|(_, statement, reach)| {
        statement.ground(candidate, outcome(statement, *reach, first))
    });
    let decides = match grounds.next() {
        Some(ground) if ground.is_decisive() => Some(ground),
        other => {
            return Heard {
                decides: None,
                others: other.into_iter().chain(grounds).collect(),
                positions,
            };
        }
    };
    Heard { decides, others: grounds.collect(), positions }
}

/// What comes of a statement where `first` stands before all others.
fn outcome(
    statement: &Statement,
    reach: Reach,
    first: Option<(&Statement, Reach)>,
) -> Outcome {
    let speaker = match (statement.standing, statement.origin.document) {
        (Standing::Accepted(speaker), _) => speaker,
        (Standing::Claimed, Document::Bom) => return Outcome::Claimed(Channel::Document),
        (Standing::Claimed, Document::Record(_)) => {
            return Outcome::Claimed(Channel::Index);
        }
    };
    if statement.status.is_none() {
        return Outcome::NoState(speaker);
    }
    match first {
        Some((first, _)) if std::ptr::eq(first, statement) => Outcome::Decides(speaker),
        Some((first, _)) if first.standing != statement.standing => {
            Outcome::Outranked(speaker, Over::Speaker)
        }
        Some((_, best)) if best != reach => Outcome::Outranked(speaker, Over::Reach),
        Some((first, _)) if first.timestamp != statement.timestamp => {
            Outcome::Outranked(speaker, Over::Time)
        }
        Some((first, _)) if first.says() == statement.says() => {
            // It says the same, and is told beside the other.
            Outcome::Decides(speaker)
        }
        _ => Outcome::Outranked(speaker, Over::Caution),
    }
}

impl Why {
    /// The reason for which a ground cannot tell.
    pub(crate) fn of(ground: &Ground, ecosystem: &str) -> Self {
        match ground.rule {
            Rule::VersionUnstated => Self::NoVersion,
            Rule::ReleaseUnstated => Self::NoRelease { ecosystem: ecosystem.to_owned() },
            Rule::VersionContradicted => {
                Self::VersionContradicted { versions: ground.detail.clone() }
            }
            Rule::RangeUnreadable => Self::UnreadableRange,
            Rule::ConfigurationUndecided => Self::UndecidedConfiguration,
            Rule::PlatformUnstated => {
                Self::PlatformUnstated { platform: ground.detail.clone() }
            }
            Rule::ProductUnsure => Self::ProductUnsure { product: ground.detail.clone() },
            Rule::NothingSaid | Rule::NoVersions => Self::NothingSaid,
            Rule::StatusUnknown => Self::StatusUnknown,
            Rule::VersionIncomparable if is_readable(ground) => Self::BoundUnreadable {
                range: ground.range.clone(),
                scheme: ground.scheme.unwrap_or(terms::version::Scheme::Unknown),
            },
            Rule::StatementClaimed | Rule::StatementAccepted => Self::NoState,
            _ => Self::Incomparable {
                version: ground.version.clone(),
                scheme: ground.scheme.unwrap_or(terms::version::Scheme::Unknown),
            },
        }
    }
}

/// Whether the version itself can be ordered, so that it is the record's that cannot.
fn is_readable(ground: &Ground) -> bool {
    let Some(scheme) = ground.scheme else { return false };
    if Placeholder::of(scheme, &ground.version) != Placeholder::No {
        return false;
    }
    scheme == terms::version::Scheme::Git
        || terms::version::sort_key(scheme, &ground.version).is_some()
}
