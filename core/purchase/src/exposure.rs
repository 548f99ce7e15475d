//! What the house has beside the bids, and what an index of advisories says of an SBOM.
//!
//! A bidder's statements (VEX) are claims: they suppress nothing until whoever buys accepts
//! them. What is accepted then is the word of the maker of what is offered, by the name that
//! each document gives as its author; what another says of the product, in whosoever's bid it
//! lies, stays a claim.

use std::collections::BTreeMap;

use advisory::Record;
use advisory::index::Index;
use controls::supplier_history::Advisory;
use controls::{
    Exposure, Held, KnownExploited, Likeness, Listed, Published, Supplier, exposed,
};
use matching::statement::{self, Speaker, Standing, Statements, Voices};
use matching::{System, component};
use naming::Makers;
use sbom::{Bom, Component, ContactKind, Subject};

/// What the house has beside the bids.
#[derive(Clone, Copy, Default)]
pub struct Beside<'b> {
    /// An index of advisories, and its name.
    pub index: Option<(&'b Index<'b>, &'b str)>,
    /// A catalog of what is exploited, where it is not in the index.
    pub exploited: Option<&'b Held<KnownExploited>>,
    /// What makers are called; where nobody says, as the program knows them.
    pub makers: Option<&'b Makers>,
    /// Advisories of all makers.
    pub advisories: &'b [Advisory],
    /// When CVEs were published.
    pub published: Option<&'b BTreeMap<String, Published>>,
}

/// Whether a bidder's statements about flaws are accepted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Hearing {
    /// They are claims: shown, and they suppress nothing.
    #[default]
    Claims,
    /// Whoever buys accepts those of the maker.
    Accepted,
}

/// Judges one SBOM; nothing without an index.
pub(crate) fn exposure(
    sbom: &Held<Bom>,
    vex: &[Held<Record>],
    beside: Beside<'_>,
    (hearing, maker): (Hearing, &Supplier<'_>),
) -> Option<Exposure> {
    let (index, _) = beside.index?;
    let standing = |speaks: Result<(), String>| match (hearing, speaks) {
        (Hearing::Accepted, Ok(())) => Standing::Accepted(Speaker::DeviceMaker),
        (Hearing::Accepted, Err(_)) | (Hearing::Claims, _) => Standing::Claimed,
    };
    let own = standing(speaks_in_bom(&sbom.value, maker));
    let mut heard = statement::of_bom(&sbom.value, &sbom.file, own);
    heard.extend(vex.iter().flat_map(|held| {
        statement::of_record(&held.value, standing(speaks(&held.value.publisher, maker)))
    }));
    let is_accepted = |it: &statement::Statement| it.standing != Standing::Claimed;
    let (accepted, claimed): (Vec<_>, Vec<_>) = heard.into_iter().partition(is_accepted);
    let (accepted, claimed) = (Statements::from(accepted), Statements::from(claimed));
    let voices = Voices { accepted: &accepted, claimed: &claimed };
    let system = System::new(&sbom.value, &sbom.file);
    let judgement = component::judge(&system, index, &voices);
    let known = beside.exploited;
    let listed = |id: &str| known.and_then(|known| known.value.listed.get(id).copied());
    let listed: Option<Listed<'_>> = known.is_some().then_some(&listed);
    Some(exposed(sbom, &system, &judgement, (index, listed)))
}

/// Whether an author is the maker of what is offered; else who speaks, in words. A name that is
/// only like the maker's is another's.
pub(crate) fn speaks(author: &str, maker: &Supplier<'_>) -> Result<(), String> {
    match (author.trim(), maker.likeness(author)) {
        ("", _) => Err("somebody who is not named".to_owned()),
        (_, Likeness::Own(_)) => Ok(()),
        (author, Likeness::Perhaps(_) | Likeness::Other) => Err(author.to_owned()),
    }
}

/// The same of the statements that an SBOM carries: they are of whoever wrote it, else of
/// whoever supplies what it describes.
pub(crate) fn speaks_in_bom(bom: &Bom, maker: &Supplier<'_>) -> Result<(), String> {
    let writes = |kind| matches!(kind, ContactKind::Organization | ContactKind::Person);
    let authors = bom.authors.iter().filter(|author| writes(author.kind));
    let mut names: Vec<&str> = authors.map(|author| author.name.as_str()).collect();
    let subject: Option<&Component> = match &bom.subject {
        Subject::Apart(subject) => Some(subject),
        Subject::Within(positions) => {
            positions.first().and_then(|at| bom.components.get(*at))
        }
        Subject::Unstated => None,
    };
    if names.iter().all(|name| name.trim().is_empty()) {
        let supplier = subject.and_then(|it| it.supplier.as_deref());
        names = supplier.into_iter().collect();
    }
    let said: Vec<Result<(), String>> =
        names.iter().map(|name| speaks(name, maker)).collect();
    if said.iter().any(Result::is_ok) {
        return Ok(());
    }
    said.into_iter().next().unwrap_or_else(|| speaks("", maker))
}
