//! What could not be judged, by reason.

use std::collections::BTreeMap;

use crate::output::page::{Page, Style};
use crate::output::text::{clip, counted, listed};
use crate::output::{Report, Unknown};

/// Names of components shown for one reason on a page of 80 columns.
const NAMES: usize = 6;

/// Columns of one name, and of one reason.
const NAME_COLUMNS: usize = 40;
const REASON_COLUMNS: usize = 240;

/// One paragraph for each reason, with the question that settles it; what concerns most
/// comes first.
pub(super) fn write(report: &Report, page: &mut Page) {
    if report.unknowns.is_empty() {
        return;
    }
    page.heading("CANNOT TELL");
    page.gap();
    let mut reasons: BTreeMap<(&str, &str), Vec<&Unknown>> = BTreeMap::new();
    let mut sourceless: BTreeMap<&str, Vec<&Unknown>> = BTreeMap::new();
    for unknown in &report.unknowns {
        if unknown.reason == "no_source" {
            sourceless.entry(&unknown.bom).or_default().push(unknown);
            continue;
        }
        reasons.entry((unknown.reason, lack(unknown))).or_default().push(unknown);
    }
    let mut reasons: Vec<_> = reasons.into_iter().collect();
    reasons.sort_by_key(|(_, unknowns)| usize::MAX - unknowns.len());
    for ((reason, lack), unknowns) in reasons {
        paragraph(reason, lack, &unknowns, page);
    }
    for (bom, unknowns) in sourceless {
        without_source(bom, &unknowns, page);
    }
    page.gap();
}

fn paragraph(reason: &str, lack: &str, unknowns: &[&Unknown], page: &mut Page) {
    let Some(first) = unknowns.first() else { return };
    let why = if lack.is_empty() { in_words(reason) } else { lack.to_owned() };
    let count = counted(unknowns.len(), "component");
    page.marked(("▨ ", Style::Question), &format!("{count}: {why}"), 0, 2);
    let names = names(unknowns, page);
    page.line(&names, 2, 4);
    // What is wrong with one component in particular; the reason says the rest.
    if let ([only], false) = (unknowns, matches!(reason, "no_identifier" | "no_version"))
        && lack.is_empty()
    {
        page.line(&clip(&only.why, REASON_COLUMNS), 2, 4);
    }
    page.line(&format!("to settle it: {}", clip(&first.question, REASON_COLUMNS)), 2, 4);
}

/// Packages that tell no source are one thing to ask of whoever made the document: most are
/// called like their source, and small ones have never been in an advisory.
fn without_source(bom: &str, unknowns: &[&Unknown], page: &mut Page) {
    let tell = if unknowns.len() == 1 { "tells" } else { "tell" };
    let count = counted(unknowns.len(), "binary package");
    let line = format!("{}: {count} {tell} no source", clip(bom, NAME_COLUMNS));
    page.marked(("▨ ", Style::Question), &line, 0, 2);
    page.line(&names(unknowns, page), 2, 4);
    let how = "to settle it: an SBOM whose package URLs name the source (`upstream=`)";
    page.line(how, 2, 4);
}

/// A reason of the wire for a person.
fn in_words(reason: &str) -> String {
    let words = match reason {
        "no_identifier" => "the document gives no package URL and no CPE name",
        "no_version" => "the document gives no version",
        "malformed_purl" => "the package URL cannot be read",
        "malformed_cpe" => "the CPE name cannot be read",
        "unknown_ecosystem" => "no source of advisories speaks of this kind of package",
        "incomparable_version" => "the version cannot be compared with the affected ones",
        "version_contradicted" => {
            "the document states two versions that an advisory tells apart"
        }
        "unreadable_range" => "an advisory names the affected versions in words only",
        "no_release" => "the document does not say which release of the distribution",
        "undecided_configuration" => {
            "it is affected only together with something that the document does not show"
        }
        "platform_unstated" => {
            "its version fits an advisory that asks for a platform beside it, which the \
             document does not name"
        }
        "product_unsure" => {
            "an advisory speaks of it as a part of one product, which may be another"
        }
        "nothing_said" => {
            "an advisory names it without saying whether this version is affected"
        }
        "status_unknown" => "whoever wrote an advisory does not know yet",
        "taken_back" => "all who named the vulnerability have taken it back",
        "no_state" => "the document names a vulnerability and not whether it is affected",
        "same_name" => "an advisory names something of the same maker and name",
        "not_analysed" => "nobody has said yet which products the vulnerability touches",
        other => return other.replace('_', " "),
    };
    words.to_owned()
}

/// What the index lacks is one thing for many components, and each lack a thing of its own.
fn lack(unknown: &Unknown) -> &str {
    match unknown.reason {
        "not_covered" => &unknown.why,
        _ => "",
    }
}

fn names(unknowns: &[&Unknown], page: &Page) -> String {
    let mut names: Vec<String> = unknowns
        .iter()
        .map(|unknown| match unknown.component.name.as_str() {
            "" => clip(&unknown.place, NAME_COLUMNS),
            name => clip(name, NAME_COLUMNS),
        })
        .collect();
    names.dedup();
    listed(&names, page.roomy(NAMES))
}
