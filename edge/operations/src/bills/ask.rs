//! The matcher, asked about a document: in one way for what is kept and for what is shown.

use advisory::index::{Index, LookUpKey};
use matching::statement::{Standing, Statements, Voices, of_bom};
use matching::{Finding, Ground, Judgement, System, Unknown, component};
use sbom::{Bom, Component};
use serde::Serialize;

use crate::statement::Accepted;

/// What a document is called among its own grounds.
pub(super) const DOCUMENT: &str = "sbom";

/// A component of which something cannot be told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Asked {
    /// The component.
    pub name: String,
    /// Its version; empty where none is stated.
    pub version: String,
    /// Its package URL as written; empty where there is none.
    pub purl: String,
    /// Where it stands.
    pub place: String,
    /// Why.
    pub why: String,
    /// What would settle it.
    pub question: String,
}

/// Who is heard about a document. What it says of itself is a claim, and suppresses nothing.
pub(super) struct Hearing {
    claimed: Statements,
    accepted: Statements,
    by: Accepted,
}

impl Hearing {
    /// The document itself, and statements that somebody has accepted.
    pub(super) fn of(bom: &Bom, mut by: Accepted) -> Self {
        let claimed = Statements::from(of_bom(bom, DOCUMENT, Standing::Claimed));
        let accepted = Statements::from(std::mem::take(&mut by.statements));
        Self { claimed, accepted, by }
    }

    /// The acceptance on which a ground rests.
    pub(super) fn acceptance(
        &self,
        ground: &Ground,
        finding: &Finding<'_>,
    ) -> Option<i64> {
        self.by.of(ground, finding)
    }

    /// What is known of the components of the document.
    pub(super) fn ask<'s>(
        &self,
        system: &'s System<'s>,
        index: &'s Index<'s>,
    ) -> Judgement<'s> {
        component::judge(system, index, &self.voices())
    }

    /// Under which keys it is looked up, the lowest first.
    pub(super) fn keys(&self, system: &System<'_>) -> Vec<u32> {
        let mut keys: Vec<u32> =
            system.keys(&self.voices()).into_iter().map(LookUpKey::number).collect();
        keys.sort_unstable();
        keys
    }

    const fn voices(&self) -> Voices<'_> {
        Voices { accepted: &self.accepted, claimed: &self.claimed }
    }
}

impl Asked {
    /// What a person is asked about one component.
    pub(super) fn of(unknown: &Unknown, system: &System<'_>) -> Self {
        let component = system.at(unknown.component).map(|candidate| candidate.component);
        let text = |take: fn(&Component) -> Option<&str>| {
            component.and_then(take).unwrap_or_default().to_owned()
        };
        let name = component.map_or("the document", |component| component.name.as_str());
        Self {
            name: name.to_owned(),
            version: text(|component| component.version.as_deref()),
            purl: text(|component| component.purl.as_deref()),
            place: component
                .map(|component| component.place.to_string())
                .unwrap_or_default(),
            why: unknown.why.sentence(),
            question: unknown.why.question(&format!("`{name}`")),
        }
    }
}
