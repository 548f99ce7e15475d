//! The gate before a purchase: a proven membership in an ISAO that has not ended.
//!
//! Whatever is not proven blocks. A membership is proven by a document that was delivered
//! and that is not the supplier's own word; until when it holds must be known.

use supplier::dossier::{Membership, Origin, Sought};

use crate::case::Case;
use crate::finding::{Class, Ground};

/// How the gate stands, and the evidence on which that rests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gate {
    /// How it stands.
    pub standing: Standing,
    /// Why, in a sentence without a full stop.
    pub why: String,
    /// The facts that were used.
    pub grounds: Vec<Ground>,
    /// The organisations that share, of which a membership is proven and holds today.
    pub isaos: Vec<String>,
}

/// How the gate stands; what is nearer to passing stands first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// A membership is proven and holds today.
    Passed,
    /// The proven membership has ended.
    Expired,
    /// The proven membership begins later, or ends before it begins.
    NotBegun,
    /// Nobody says until when the proven membership holds.
    Unbounded,
    /// It is claimed, and not proven.
    Claimed,
    /// Somebody looked for one and found none.
    Absent,
    /// Nothing is known.
    Unknown,
}

impl Standing {
    /// Whether nothing is bought.
    #[must_use]
    pub const fn is_blocked(self) -> bool {
        !matches!(self, Self::Passed)
    }

    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Expired => "expired",
            Self::NotBegun => "not_begun",
            Self::Unbounded => "unbounded",
            Self::Claimed => "claimed",
            Self::Absent => "absent",
            Self::Unknown => "unknown",
        }
    }
}

/// The gate of a supplier.
pub(crate) fn isao(case: &Case<'_>) -> Gate {
    let absence = case.absence(Sought::Membership, "");
    let entries = case.dossier().into_iter().flat_map(|(file, dossier)| {
        let entry = |membership: &Membership| {
            let (standing, ground) = standing(case, file, membership);
            (standing, ground, membership.isao.trim().to_owned())
        };
        dossier.memberships.iter().map(entry).collect::<Vec<_>>()
    });
    let mut entries: Vec<(Standing, Ground, String)> = entries.collect();
    entries.sort_by_key(|(standing, ..)| *standing);
    let standing = match (entries.first(), &absence) {
        (Some((best, ..)), None) => *best,
        (Some((best, ..)), Some(_)) => (*best).min(Standing::Absent),
        (None, Some(_)) => Standing::Absent,
        (None, None) => Standing::Unknown,
    };
    let mut isaos: Vec<String> = (entries.iter())
        .filter(|(standing, _, isao)| *standing == Standing::Passed && !isao.is_empty())
        .map(|(.., isao)| isao.clone())
        .collect();
    isaos.dedup();
    let grounds = entries.into_iter().map(|(_, ground, _)| ground).chain(absence);
    let why = why(standing).to_owned();
    Gate { standing, why, grounds: grounds.collect(), isaos }
}

fn standing(case: &Case<'_>, file: &str, membership: &Membership) -> (Standing, Ground) {
    let is_proven =
        membership.origin != Origin::Supplier && case.is_delivered(&membership.proof);
    let standing = match (membership.since, membership.until) {
        _ if !is_proven => Standing::Claimed,
        (Some(since), Some(until)) if until < since => Standing::NotBegun,
        (_, Some(until)) if case.is_over(until) => Standing::Expired,
        (Some(since), _) if since > case.today => Standing::NotBegun,
        (_, None) => Standing::Unbounded,
        (_, Some(_)) => Standing::Passed,
    };
    let class = if is_proven { Class::Documented } else { Class::Attested };
    let is_turned = membership
        .since
        .zip(membership.until)
        .is_some_and(|(since, until)| until < since);
    let until = match membership.until {
        Some(until) if is_turned => format!("until {until}, which is before it begins"),
        Some(until) => format!("until {until}"),
        None => "with no day until which it holds".to_owned(),
    };
    let proof = match (is_proven, membership.proof.as_str()) {
        (true, proof) => format!("proven by {proof}"),
        (false, "") => "without a proof".to_owned(),
        (false, proof) if case.is_delivered(proof) => {
            format!("{proof} is the supplier's own word")
        }
        (false, proof) => format!("{proof} was not delivered"),
    };
    let text = format!("member of {}, {until}; {proof}", membership.isao);
    let ground = Ground::of(class, file, membership.place.clone(), text);
    (standing, ground.dated(membership.since))
}

const fn why(standing: Standing) -> &'static str {
    match standing {
        Standing::Passed => "a membership is proven and holds today",
        Standing::Expired => "the membership that is proven has ended",
        Standing::NotBegun => {
            "the membership that is proven begins later, or ends before it begins"
        }
        Standing::Unbounded => "nobody says until when the membership holds",
        Standing::Claimed => "a membership is claimed, and nothing proves it",
        Standing::Absent => "somebody looked for a membership and found none",
        Standing::Unknown => "nothing is known of a membership",
    }
}
