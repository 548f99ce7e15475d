//! Flags 6 to 13 and 41 to 43: what its advisories tell of a supplier.
//!
//! Where the question is how often, the supplier's share is compared with that of all makers
//! in the baseline, and the flag is raised above it. Where it is whether at all, once is
//! enough. Advisories of a name that may be the supplier's are never counted; they stand
//! among what would change a verdict.

use std::cmp::Ordering;

use reading::Place;
use supplier::Answer;
use supplier::dossier::Sought;

use crate::case::Case;
use crate::finding::{Ground, Ruling};
use crate::red_flag::Of;
use crate::supplier_history::{Cited, Share};

/// The supplier has no advisory among those that are at hand.
fn none(case: &Case<'_>) -> Ruling {
    let why = match case.history.archive {
        0 => "no advisories were given".to_owned(),
        archive => format!("none of {archive} advisories bears its name"),
    };
    Ruling::cannot_tell(why, Vec::new(), case.more_advisories())
}

/// A share against the same share of all makers.
fn compared(
    case: &Case<'_>,
    what: &str,
    own: Share,
    usual: Share,
    cited: Vec<Ground>,
) -> Ruling {
    let made = case.baseline.made;
    let why = format!("{what}: {own}; all makers: {usual}, measured on {made}");
    let change = case.more_advisories();
    let grounds = || cited.iter().cloned().chain(case.archive()).collect();
    match own.compare(usual) {
        Some(Ordering::Greater) => Ruling::raised(why, grounds(), change),
        Some(Ordering::Equal | Ordering::Less) => Ruling::clear(why, grounds(), change),
        None if own.count > 0 => Ruling::raised(why, grounds(), change),
        None => Ruling::cannot_tell(why, grounds(), change),
    }
}

/// 6: advisories come long after the CVE.
pub(super) fn late(case: &Case<'_>, _: Of<'_>) -> Ruling {
    let own = &case.history.own;
    if own.advisories.is_empty() {
        return none(case);
    }
    if own.delays.is_empty() {
        return Ruling::cannot_tell(
            "nothing tells when the CVEs were published",
            case.archive(),
            "records of the CVEs, in an index or a folder of the CVE list or NVD",
        );
    }
    let late: Vec<&Cited> = own.late(case.thresholds).map(|delay| &delay.cited).collect();
    let what = format!("CVEs told {} days late or more", case.thresholds.late_days);
    let cited = case.cited(late);
    compared(case, &what, case.figures.late, case.baseline.figures.late, cited)
}

/// 7: flaws of components are told years late.
pub(super) fn years_late(case: &Case<'_>, _: Of<'_>) -> Ruling {
    let own = &case.history.own;
    if own.advisories.is_empty() {
        return none(case);
    }
    let what =
        format!("advisories with a CVE {} years old or more", case.thresholds.years_late);
    let cited = case.cited(&own.years_late);
    let usual = case.baseline.figures.years_late;
    compared(case, &what, case.figures.years_late, usual, cited)
}

/// 8: no fix for what is told.
pub(super) fn no_fix(case: &Case<'_>, _: Of<'_>) -> Ruling {
    let own = &case.history.own;
    if own.advisories.is_empty() {
        return none(case);
    }
    let cited = case.cited(&own.without_fix);
    let usual = case.baseline.figures.without_fix;
    compared(case, "advisories without a fix", case.figures.without_fix, usual, cited)
}

/// 9: neither mitigation nor a fixed version.
pub(super) fn no_guidance(case: &Case<'_>, _: Of<'_>) -> Ruling {
    let own = &case.history.own;
    if own.advisories.is_empty() {
        return none(case);
    }
    let cited = case.cited(&own.without_guidance);
    let usual = case.baseline.figures.without_guidance;
    let what = "advisories that leave a flaw without fix and guidance";
    compared(case, what, case.figures.without_guidance, usual, cited)
}

/// 10: it never finds its flaws itself.
pub(super) fn never_self_reported(case: &Case<'_>, _: Of<'_>) -> Ruling {
    let own = &case.history.own;
    if own.advisories.is_empty() {
        return none(case);
    }
    let share = case.figures.self_credited;
    let usual = case.baseline.figures.self_credited;
    let why = format!(
        "advisories that thank the supplier itself: {share}; all makers: {usual}"
    );
    let change = case.more_advisories();
    if !own.self_credited.is_empty() {
        return Ruling::clear(why, case.cited(&own.self_credited), change);
    }
    match own.credited >= case.thresholds.sample_min {
        true => Ruling::raised(why, case.archive(), change),
        false => Ruling::cannot_tell(
            format!("too few advisories thank somebody: {}", own.credited),
            case.archive(),
            change,
        ),
    }
}

/// 11: a promised fix, and no revision since.
pub(super) fn not_followed_up(case: &Case<'_>, _: Of<'_>) -> Ruling {
    let own = &case.history.own;
    if own.advisories.is_empty() {
        return none(case);
    }
    let change = case.more_advisories();
    if !own.overdue.is_empty() {
        let why = format!(
            "{} of {} advisories that promise a fix were not revised in {} days",
            own.overdue.len(),
            own.planned,
            case.thresholds.planned_days
        );
        return Ruling::raised(why, case.cited(&own.overdue), change);
    }
    if own.with_history == 0 {
        let why = "nothing tells how often the advisories were revised";
        return Ruling::cannot_tell(why, case.archive(), "the advisories as documents");
    }
    let revised = case.figures.revised;
    let why =
        format!("{} promise a fix, none is overdue; revised: {revised}", own.planned);
    Ruling::clear(why, case.archive(), change)
}

/// 12: no identifiers of products.
pub(super) fn no_identifiers(case: &Case<'_>, _: Of<'_>) -> Ruling {
    let own = &case.history.own;
    if own.advisories.is_empty() {
        return none(case);
    }
    let share = case.figures.identified;
    let publishers: Vec<String> = (own.publishers.iter())
        .map(|(category, count)| format!("{count} by a {category}"))
        .collect();
    let published = match publishers.is_empty() {
        true => String::new(),
        false => format!("; published {}", publishers.join(", ")),
    };
    let why = format!(
        "advisories with a package URL, a CPE name or a model number: {share}{published}"
    );
    match own.identified {
        0 => Ruling::raised(why, case.archive(), case.more_advisories()),
        _ => Ruling::clear(why, case.archive(), case.more_advisories()),
    }
}

/// 13: not one advisory, though products stand in networks.
pub(super) fn silence(case: &Case<'_>, _: Of<'_>) -> Ruling {
    let own = &case.history.own;
    if !own.advisories.is_empty() {
        return Ruling::clear("there are advisories", case.archive(), "");
    }
    let change = case.more_advisories();
    let absence = case.absence(Sought::Advisories, "");
    let is_archive = case.history.archive >= case.thresholds.archive_min;
    if !is_archive && absence.is_none() {
        let why = format!("{} advisories are no archive", case.history.archive);
        return Ruling::cannot_tell(why, Vec::new(), change);
    }
    let products = &case.evidence.products;
    let mut grounds: Vec<Ground> = absence.into_iter().collect();
    let networked = products.iter().filter(|product| {
        product.kept.as_ref().is_some_and(|kept| kept.networked == Answer::Yes)
    });
    let networked = networked.count();
    let affected: usize = products
        .iter()
        .flat_map(|product| &product.exposures)
        .map(|it| it.affected)
        .sum();
    for exposure in products.iter().flat_map(|product| &product.exposures) {
        if exposure.affected > 0 {
            let text = format!("{} known flaws in its components", exposure.affected);
            grounds.push(Ground::observed(&exposure.file, Place::Document, text));
        }
    }
    let why = format!(
        "none of {} advisories bears its name; {networked} products can be connected",
        case.history.archive
    );
    match affected > 0 || networked >= case.thresholds.sample_min {
        true => Ruling::raised(why, grounds, change),
        false => Ruling::cannot_tell(why, grounds, change),
    }
}

/// 41: hard-coded credentials.
pub(super) fn hard_coded(case: &Case<'_>, _: Of<'_>) -> Ruling {
    let own = &case.history.own;
    if own.advisories.is_empty() {
        return none(case);
    }
    let (share, usual) = (case.figures.hard_coded, case.baseline.figures.hard_coded);
    let why =
        format!("advisories with CWE-798, 259 or 321: {share}; all makers: {usual}");
    match own.hard_coded.is_empty() {
        false => Ruling::raised(why, case.cited(&own.hard_coded), case.more_advisories()),
        true => Ruling::clear(why, case.archive(), case.more_advisories()),
    }
}

/// 42: the same class of weakness again and again.
pub(super) fn recurs(case: &Case<'_>, _: Of<'_>) -> Ruling {
    let own = &case.history.own;
    let least = case.thresholds.recurrence;
    if own.advisories.len() < least {
        let why = match own.advisories.len() {
            1 => "1 advisory is too few to tell".to_owned(),
            count => format!("{count} advisories are too few to tell"),
        };
        return Ruling::cannot_tell(why, case.archive(), case.more_advisories());
    }
    let mut recurring: Vec<(&String, &Vec<Cited>)> =
        own.weaknesses.iter().filter(|(_, cited)| cited.len() >= least).collect();
    recurring.sort_by_key(|(_, cited)| usize::MAX - cited.len());
    let named: Vec<String> = recurring
        .iter()
        .map(|(cwe, cited)| format!("{cwe} in {} advisories", cited.len()))
        .collect();
    match recurring.first() {
        Some((_, cited)) => {
            Ruling::raised(named.join(", "), case.cited(*cited), case.more_advisories())
        }
        None => Ruling::clear(
            format!("no weakness stands in {least} advisories"),
            case.archive(),
            case.more_advisories(),
        ),
    }
}

/// 43: an advisory names a flaw that is exploited.
pub(super) fn exploited(case: &Case<'_>, _: Of<'_>) -> Ruling {
    let own = &case.history.own;
    if own.advisories.is_empty() {
        return none(case);
    }
    let (share, usual) = (case.figures.exploited, case.baseline.figures.exploited);
    match &own.exploited {
        Some(cited) if !cited.is_empty() => {
            let why = format!(
                "advisories with an exploited flaw: {share}; all makers: {usual}"
            );
            Ruling::raised(why, case.cited(cited), case.more_advisories())
        }
        _ => match &case.evidence.known_exploited {
            Some(catalog) => {
                let entries = catalog.value.entries;
                let text = format!("none of its CVEs is among {entries} entries");
                let ground = Ground::documented(&catalog.file, Place::Document, text);
                let mut grounds = case.archive();
                grounds.push(ground.dated(catalog.value.newest));
                let why = "no advisory names a flaw that is exploited";
                Ruling::clear(why, grounds, "a newer catalog, or more advisories")
            }
            None => Ruling::cannot_tell(
                "nothing tells what is exploited",
                case.archive(),
                "CISA's catalog (KEV)",
            ),
        },
    }
}
