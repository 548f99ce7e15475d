//! Flags 16 to 19 and 24: what the SBOM of a product leaves out.
//!
//! Of several SBOMs of one product the one that stands best is believed, and one that fails
//! raises a flag only where none passes: so no verdict gets better when a document is taken
//! away.

use std::collections::BTreeSet;

use reading::Place;
use sbom::quality::{self, Profile, Rule};
use sbom::{Aggregate, Bom, ContactKind, Phase, RelationshipKind, Subject};

use crate::case::{Case, GROUNDS_MAX};
use crate::evidence::{Held, ProductEvidence};
use crate::finding::{Ground, Ruling, Verdict};
use crate::fit::{self, Fit};
use crate::red_flag::Of;
use crate::red_flag::product::{nothing, product};

/// Asks each SBOM of a product, and follows the best word: clear, else raised, else in
/// doubt. One that is about something else is not asked, and one of which nobody can tell
/// what it is about clears nothing.
pub(super) fn best(
    case: &Case<'_>,
    of: Of<'_>,
    what: &'static str,
    ask: impl Fn(&ProductEvidence, &Held<Bom>) -> Ruling,
) -> Ruling {
    let Some(product) = product(of) else { return nothing() };
    let rulings = product.sboms.iter().filter_map(|held| {
        let fitted = product.fit_of_sbom(case.supplier, held);
        let ruling = match fitted.fit {
            Fit::Other => return None,
            Fit::Same | Fit::Version | Fit::Unsaid => ask(product, held),
        };
        // Of which version it is another flag tells.
        Some(match (fitted.fit, ruling.verdict) {
            (Fit::Unsaid, Verdict::Clear) => Ruling::cannot_tell(
                format!("{}, but {}", ruling.why, fitted.why),
                ruling.grounds,
                what,
            ),
            _ => ruling,
        })
    });
    let rank = |ruling: &Ruling| match ruling.verdict {
        Verdict::Clear => 0,
        Verdict::Raised => 1,
        Verdict::CannotTell => 2,
        Verdict::NotApplicable => 3,
    };
    let best = rulings.min_by_key(rank);
    best.unwrap_or_else(|| {
        let why = product.why_no_sbom_of_it(case.supplier);
        let why = why.map(|(_, why)| why).unwrap_or_default();
        Ruling::cannot_tell(why, Vec::new(), what)
    })
}

/// 16: the minimum elements of NTIA.
pub(super) fn below_minimum(case: &Case<'_>, of: Of<'_>) -> Ruling {
    best(case, of, "the SBOM", |_, held| {
        let least = case.thresholds.fields_percent;
        let assessment = quality::assess(&held.value, Profile::Ntia2021);
        let mut missing = Vec::new();
        let mut grounds = Vec::new();
        for (rule, asked) in &assessment.required {
            let lacking = assessment.findings.iter().filter(|it| it.rule == *rule);
            let count = lacking.clone().count();
            let stated = asked.saturating_sub(count);
            let percent = stated.saturating_mul(100).checked_div(*asked).unwrap_or(100);
            if percent >= least {
                continue;
            }
            missing.push(format!("{} {percent} %", words(*rule)));
            for finding in lacking.take(1) {
                let text =
                    format!("{}; {count} of {asked}", finding.message(&held.value));
                let place = finding.place(&held.value);
                grounds.push(Ground::observed(&held.file, place, text));
            }
        }
        let change = "a complete SBOM";
        if held.value.components.is_empty() {
            let ground = Ground::observed(&held.file, Place::Document, "no component");
            return Ruling::raised("it lists no component", vec![ground], change);
        }
        match missing.is_empty() {
            false => Ruling::raised(missing.join(", "), grounds, change),
            true => {
                let text = format!("score {} of 100 by NTIA 2021", assessment.score);
                let ground = Ground::observed(&held.file, Place::Document, text);
                Ruling::clear(
                    format!("each field is at {least} % or more"),
                    vec![ground],
                    "",
                )
            }
        }
    })
}

const fn words(rule: Rule) -> &'static str {
    match rule {
        Rule::SupplierName => "supplier",
        Rule::ComponentName => "name",
        Rule::ComponentVersion => "version",
        Rule::UniqueIdentifier => "identifier",
        Rule::DependencyRelationship => "relationship",
        Rule::SbomAuthor => "author",
        Rule::Timestamp => "time",
        Rule::SupportLevel => "level of support",
        Rule::EndOfSupport => "end of support",
    }
}

/// How many hundredths of the components something holds of.
pub(super) fn percent_of(bom: &Bom, holds: impl Fn(&sbom::Component) -> bool) -> usize {
    let all = bom.components.len();
    let count = bom.components.iter().filter(|component| holds(component)).count();
    count.saturating_mul(100).checked_div(all).unwrap_or(0)
}

/// 17: what CISA's draft of August 2025 adds. Only a field that is there for it says in which
/// context an SBOM was made; a comment does not. A name of the maker's own says that there is
/// one, and nobody can tell which.
pub(super) fn below_draft_2025(case: &Case<'_>, of: Of<'_>) -> Ruling {
    best(case, of, "the SBOM", |_, held| {
        let bom = &held.value;
        let least = case.thresholds.extras_percent;
        let hashes = percent_of(bom, |component| !component.hashes.is_empty());
        let licences = percent_of(bom, |component| !component.licences.is_empty());
        let is_tool = |kind| kind == ContactKind::Tool;
        let has_tool = bom.authors.iter().any(|author| is_tool(author.kind));
        let mut missing = Vec::new();
        for (what, percent) in [("hashes", hashes), ("licences", licences)] {
            if percent < least {
                missing.push(format!("{what} {percent} %"));
            }
        }
        if !has_tool {
            missing.push("no tool".to_owned());
        }
        if bom.contexts.is_empty() {
            missing.push("no context".to_owned());
        }
        let text = format!("hashes {hashes} %, licences {licences} % of the components");
        let mut grounds = vec![Ground::observed(&held.file, Place::Document, text)];
        grounds.extend(bom.contexts.iter().take(GROUNDS_MAX).map(|context| {
            let text =
                format!("made from: {} ({})", context.written, context.phase.words());
            Ground::observed(&held.file, context.place.clone(), text)
        }));
        let is_told = bom.contexts.iter().any(|context| context.phase != Phase::Other);
        match (missing.is_empty(), is_told) {
            (false, _) => Ruling::raised(missing.join(", "), grounds, "a complete SBOM"),
            (true, true) => {
                Ruling::clear("hashes, licences, tool and context are there", grounds, "")
            }
            (true, false) => Ruling::cannot_tell(
                "hashes, licences and tool are there; its context has a name of its own",
                grounds,
                "what it was made from: source, build or binary",
            ),
        }
    })
}

/// 18: top-level components alone.
pub(super) fn flat(case: &Case<'_>, of: Of<'_>) -> Ruling {
    best(case, of, "the SBOM", |_, held| {
        let bom = &held.value;
        let says_whole = |aggregate| aggregate == Aggregate::Complete;
        let complete = bom.compositions.iter().any(|it| says_whole(it.aggregate));
        let depth = depth(bom);
        let count = bom.components.len();
        let text =
            format!("{count} components, {} relationships", bom.relationships.len());
        let ground = Ground::observed(&held.file, Place::Document, text);
        if count == 0 {
            return Ruling::raised("it lists no component", vec![ground], "the SBOM");
        }
        match (depth, complete) {
            (Depth::Deep, _) => {
                Ruling::clear("components depend on others in turn", vec![ground], "")
            }
            (Depth::Flat, true) => Ruling::clear(
                "it is flat, and says that nothing is missing",
                vec![ground],
                "a component that it leaves out",
            ),
            (Depth::Flat, false) => Ruling::raised(
                "no component depends on another, and nothing says that none is missing",
                vec![ground],
                "the components of components, or a statement that there are none",
            ),
        }
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Depth {
    Flat,
    Deep,
}

/// Whether any listed component has components of its own: nested, or by a relationship that
/// does not begin at the subject.
fn depth(bom: &Bom) -> Depth {
    let nested = bom.components.iter().any(|component| component.parent.is_some());
    let subject: Vec<&str> = match &bom.subject {
        Subject::Apart(subject) => vec![subject.reference.as_str()],
        Subject::Within(positions) => positions
            .iter()
            .filter_map(|at| bom.components.get(*at))
            .map(|component| component.reference.as_str())
            .collect(),
        Subject::Unstated => Vec::new(),
    };
    let listed: BTreeSet<&str> =
        bom.components.iter().map(|component| component.reference.as_str()).collect();
    let between = bom.relationships.iter().any(|relationship| {
        let includes = matches!(
            relationship.kind,
            RelationshipKind::DependsOn
                | RelationshipKind::Contains
                | RelationshipKind::Provides
        );
        includes
            && !subject.contains(&relationship.from.as_str())
            && relationship.from != relationship.to
            && !relationship.to.is_empty()
            && listed.contains(relationship.from.as_str())
    });
    if nested || between { Depth::Deep } else { Depth::Flat }
}

/// 19: older than the release, or of another version.
pub(super) fn outdated(case: &Case<'_>, of: Of<'_>) -> Ruling {
    let change = "the SBOM of the version that would be delivered";
    best(case, of, change, |product, held| {
        let bom = &held.value;
        let made =
            bom.created.as_deref().and_then(|text| terms::date::instant(text).ok());
        let made = made.map(terms::Instant::day);
        let kept = product.kept.as_ref();
        let released = kept.and_then(|kept| kept.released);
        let version = kept.map_or("", |kept| kept.version.trim());
        let own = match &bom.subject {
            Subject::Apart(subject) => subject.version.as_deref().unwrap_or_default(),
            Subject::Within(_) | Subject::Unstated => "",
        };
        let mut grounds = vec![
            Ground::observed(
                &held.file,
                Place::Document,
                match (made, own) {
                    (Some(made), "") => format!("made on {made}, of no version"),
                    (Some(made), own) => format!("made on {made}, of version {own}"),
                    (None, _) => "it does not say when it was made".to_owned(),
                },
            )
            .dated(made),
        ];
        if let (Some((file, _)), Some(kept), Some(released)) =
            (case.dossier(), kept, released)
        {
            let text = format!("version {version} was released on {released}");
            let ground = Ground::documented(file, kept.place.clone(), text);
            grounds.push(ground.dated(Some(released)));
        }
        if !fit::is_same_version(version, own) {
            let why = format!("it is of version {own}, delivered would be {version}");
            return Ruling::raised(why, grounds, change);
        }
        match made.zip(released) {
            Some((made, released)) if made < released => {
                Ruling::raised("it is older than the release", grounds, change)
            }
            Some(_) => Ruling::clear("it is not older than the release", grounds, ""),
            None => Ruling::cannot_tell(
                "the day of the release, or that of the SBOM, is not known",
                grounds,
                "both days",
            ),
        }
    })
}

/// 24: components without an identifier.
pub(super) fn unidentifiable(case: &Case<'_>, of: Of<'_>) -> Ruling {
    best(case, of, "the SBOM", |_, held| {
        let bom = &held.value;
        let is_bare = |it: &&sbom::Component| !it.has_purl() && !it.has_cpe();
        let bare: Vec<&sbom::Component> = bom.components.iter().filter(is_bare).collect();
        let all = bom.components.len();
        let percent = bare.len().saturating_mul(100).checked_div(all).unwrap_or(0);
        let why =
            format!("{} of {all} components have neither purl nor CPE name", bare.len());
        if all == 0 {
            return Ruling::cannot_tell("it lists no component", Vec::new(), "the SBOM");
        }
        let first = bare.first().map(|component| {
            let text = format!("{}: neither purl nor CPE name", component.name);
            Ground::observed(&held.file, component.place.clone(), text)
        });
        let ground = first.unwrap_or_else(|| {
            Ground::observed(&held.file, Place::Document, why.clone())
        });
        match percent > case.thresholds.unidentified_percent {
            true => Ruling::raised(why, vec![ground], "identifiers in the SBOM"),
            false => Ruling::clear(why, vec![ground], ""),
        }
    })
}
