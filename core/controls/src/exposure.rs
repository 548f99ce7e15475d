//! What an index of advisories says of a product's components.

use advisory::index::Index;
use matching::statement::{self, Speaker, Standing, Statements, Voices};
use matching::{Judgement, Position, System, Verdict, component};
use reading::Place;
use sbom::Bom;
use terms::Day;

use crate::Held;

/// What was found when one SBOM was judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exposure {
    /// The SBOM.
    pub file: String,
    /// How many components it has.
    pub components: usize,
    /// How many of them could not be judged.
    pub unjudged: usize,
    /// How many of its components' flaws are open.
    pub affected: usize,
    /// Every flaw that is open or in doubt.
    pub flaws: Vec<Flaw>,
    /// Those that are exploited in the wild, and open or in doubt.
    pub exploited: Vec<Open>,
    /// Exploited ones that a statement of the maker answers.
    pub answered: usize,
    /// Whether anything at hand says what is exploited.
    pub listed: Listing,
}

impl Exposure {
    /// Why nobody can tell of all that it lists that no exploited flaw is open, in a clause;
    /// nothing where that can be told.
    #[must_use]
    pub fn doubt(&self) -> Option<String> {
        let (file, unjudged, all) = (&self.file, self.unjudged, self.components);
        match (self.listed, unjudged, self.exploited.is_empty()) {
            (Listing::Missing, _, _) => {
                Some(format!("of {file} nothing tells what is exploited"))
            }
            (Listing::AtHand, 0, true) => None,
            (Listing::AtHand, 0, false) => Some(format!("of {file} it cannot be told")),
            (Listing::AtHand, 1.., _) => Some(format!(
                "of {file} {unjudged} of {all} components could not be judged"
            )),
        }
    }
}

/// Whether it is known what is exploited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listing {
    /// A catalog was at hand.
    AtHand,
    /// None was.
    Missing,
}

/// A flaw that is open or in doubt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// The CVE where there is one.
    pub id: String,
    /// The other ids.
    pub aliases: Vec<String>,
    /// The component with its version.
    pub component: String,
    /// Where it stands in the SBOM.
    pub place: Place,
    /// Whether the component is affected, or that cannot be told.
    pub verdict: Verdict,
    /// Whether a catalog lists it as exploited in the wild.
    pub is_exploited: bool,
}

/// A flaw that is exploited in the wild.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    /// The CVE.
    pub id: String,
    /// The component with its version.
    pub component: String,
    /// Where it stands in the SBOM.
    pub place: Place,
    /// Since when the flaw is listed.
    pub since: Option<Day>,
    /// Whether the component is affected, or that cannot be told.
    pub verdict: Verdict,
}

/// Since when a catalog lists a CVE; nothing where it does not.
pub type Listed<'c> = &'c dyn Fn(&str) -> Option<Option<Day>>;

/// Judges one SBOM. Statements of VEX documents, and those that it carries itself, are heard
/// as the maker's; `also_listed` says of a CVE whether a catalog beside the index lists it.
#[must_use]
pub fn exposure(
    sbom: &Held<Bom>,
    index: &Index<'_>,
    vex: &[Held<advisory::Record>],
    catalog: Option<Listed<'_>>,
) -> Exposure {
    let system = System::new(&sbom.value, &sbom.file);
    let standing = Standing::Accepted(Speaker::DeviceMaker);
    let mut heard = statement::of_bom(&sbom.value, &sbom.file, standing);
    heard.extend(vex.iter().flat_map(|held| statement::of_record(&held.value, standing)));
    let accepted = Statements::from(heard);
    let claimed = Statements::default();
    let voices = Voices { accepted: &accepted, claimed: &claimed };
    let judgement = component::judge(&system, index, &voices);
    exposed(sbom, &system, &judgement, (index, catalog))
}

/// What a judgement of an SBOM says, whoever was heard for it.
#[must_use]
pub fn exposed(
    sbom: &Held<Bom>,
    system: &System<'_>,
    judgement: &Judgement<'_>,
    (index, catalog): (&Index<'_>, Option<Listed<'_>>),
) -> Exposure {
    let in_index = index.counts().listed.entries > 0;
    let mut found = Exposure {
        file: sbom.file.clone(),
        components: sbom.value.components.len(),
        unjudged: 0,
        affected: 0,
        flaws: Vec::new(),
        exploited: Vec::new(),
        answered: 0,
        listed: match in_index || catalog.is_some() {
            true => Listing::AtHand,
            false => Listing::Missing,
        },
    };
    // The device itself is met by device advisories, not by packages.
    let unknowns = judgement.unknowns.iter().map(|unknown| unknown.component);
    let mut unjudged: Vec<Position> =
        unknowns.filter(|position| *position != Position::Subject).collect();
    unjudged.sort_unstable();
    unjudged.dedup();
    found.unjudged = unjudged.len();
    for finding in &judgement.findings {
        found.affected += usize::from(finding.verdict == Verdict::Affected);
        let ids = || std::iter::once(&finding.id).chain(&finding.aliases);
        let day = |text: &str| terms::date::day(text).ok();
        let listed = ids().find_map(|id| {
            let here = index.kev(id).map(|listing| day(&listing.entry.added));
            here.or_else(|| catalog.and_then(|catalog| catalog(id)))
        });
        if matches!(finding.verdict, Verdict::Fixed | Verdict::NotAffected) {
            found.answered += usize::from(listed.is_some());
            continue;
        }
        let Some(candidate) = system.at(finding.component) else { continue };
        let component = candidate.component;
        let version = component.version.as_deref().unwrap_or_default();
        let name = format!("{} {version}", component.name).trim_end().to_owned();
        let (place, verdict) = (component.place.clone(), finding.verdict);
        found.flaws.push(Flaw {
            id: finding.id.clone(),
            aliases: finding.aliases.clone(),
            component: name.clone(),
            place: place.clone(),
            verdict,
            is_exploited: listed.is_some(),
        });
        if let Some(since) = listed {
            let id = finding.id.clone();
            found.exploited.push(Open { id, component: name, place, since, verdict });
        }
    }
    found
}
