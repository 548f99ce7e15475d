//! What the house has beside the bids, and what an index of advisories says of an SBOM.
//!
//! A bidder's statements (VEX) are claims, whoever they name as author: they suppress nothing
//! until whoever buys accepts them.

use std::collections::BTreeMap;

use advisory::Record;
use advisory::index::Index;
use controls::supplier_history::Advisory;
use controls::{Exposure, Held, KnownExploited, Listed, Published, exposed};
use matching::statement::{self, Speaker, Standing, Statements, Voices};
use matching::{System, component};
use sbom::Bom;

/// What the house has beside the bids.
#[derive(Clone, Copy, Default)]
pub struct Beside<'b> {
    /// An index of advisories, and its name.
    pub index: Option<(&'b Index<'b>, &'b str)>,
    /// A catalog of what is exploited, where it is not in the index.
    pub exploited: Option<&'b Held<KnownExploited>>,
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
    /// Whoever buys accepts them as the maker's.
    Accepted,
}

/// Judges one SBOM; nothing without an index.
pub(crate) fn exposure(
    sbom: &Held<Bom>,
    vex: &[Held<Record>],
    beside: Beside<'_>,
    hearing: Hearing,
) -> Option<Exposure> {
    let (index, _) = beside.index?;
    let standing = match hearing {
        Hearing::Accepted => Standing::Accepted(Speaker::DeviceMaker),
        Hearing::Claims => Standing::Claimed,
    };
    let mut heard = statement::of_bom(&sbom.value, &sbom.file, standing);
    heard.extend(vex.iter().flat_map(|held| statement::of_record(&held.value, standing)));
    let (heard, none) = (Statements::from(heard), Statements::default());
    let voices = match hearing {
        Hearing::Accepted => Voices { accepted: &heard, claimed: &none },
        Hearing::Claims => Voices { accepted: &none, claimed: &heard },
    };
    let system = System::new(&sbom.value, &sbom.file);
    let judgement = component::judge(&system, index, &voices);
    let known = beside.exploited;
    let listed = |id: &str| known.and_then(|known| known.value.listed.get(id).copied());
    let listed: Option<Listed<'_>> = known.is_some().then_some(&listed);
    Some(exposed(sbom, &system, &judgement, (index, listed)))
}
