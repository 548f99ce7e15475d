//! Flag 45: what section 524B of the FD&C Act asks for, of a product that was cleared since.
//!
//! Its three parts are the plan for flaws (b)(1), the process for updates (b)(2) and the SBOM
//! (b)(3). That there is a process is shown by what came of it: advisories that offer a fix for
//! this product, and a release of it with its day, beside an SBOM of another version. The day of an
//! SBOM is none of a release: any may be made again. What a form answers about it is a claim.

use jiff::civil::Date;
use sbom::Subject;
use supplier::dossier::Sought;
use terms::Day;

use crate::case::{Case, GROUNDS_MAX};
use crate::evidence::ProductEvidence;
use crate::finding::{Class, Ground, Ruling, Verdict};
use crate::observation::made;
use crate::red_flag::product::{alone, no_sbom, nothing, product};
use crate::red_flag::{Of, disclosure, form};
use crate::supplier_history::fix_for;

/// Section 524B is in force since that day.
const IN_FORCE: Date = Date::constant(2023, 3, 29);

/// 45: cleared under section 524B without what it asks for.
pub(super) fn no_524b_evidence(case: &Case<'_>, of: Of<'_>) -> Ruling {
    let Some(product) = product(of) else { return nothing() };
    if let Some(ruling) = alone(case, product) {
        return ruling;
    }
    let Some(cleared) = cleared(case, product) else {
        let why = "nobody says when it was cleared";
        return Ruling::cannot_tell(why, Vec::new(), "the day of the clearance");
    };
    if cleared.date.is_some_and(|day| day.date() < IN_FORCE) {
        return Ruling::not_applicable("it was cleared before 2023-03-29", vec![cleared]);
    }
    let mut grounds = vec![cleared];
    let sbom = no_sbom(case, of);
    let policies = disclosure::policies(case);
    let missing: Vec<Ground> = [
        case.absence(Sought::Sbom, &product.name).filter(|_| product.sboms.is_empty()),
        case.absence(Sought::DisclosurePolicy, "").filter(|_| policies.is_empty()),
    ]
    .into_iter()
    .flatten()
    .collect();
    let change = "the SBOM, the plan for flaws, and the process for updates: an advisory \
                  with a fix, or a release with its day beside an SBOM of another version";
    if !missing.is_empty() {
        grounds.extend(missing);
        let why = "part of what section 524B asks for was not to be had";
        return Ruling::raised(why, grounds, change);
    }
    let updates = updates(case, product);
    let is_claimed =
        |grounds: &[Ground]| grounds.iter().all(|it| it.class == Class::Attested);
    let mut open = Vec::new();
    for (is_open, what) in [
        (sbom.verdict != Verdict::Clear, "the SBOM"),
        (is_claimed(&policies), "the plan for flaws"),
        (updates.is_empty(), "the process for updates"),
    ] {
        if is_open {
            open.push(what);
        }
    }
    grounds.extend(sbom.grounds);
    grounds.extend(policies);
    if updates.is_empty() {
        grounds.extend(form::said_of_updates(case, product));
    }
    grounds.extend(updates);
    if open.is_empty() {
        let why = "an SBOM, a plan for flaws and updates of late are shown";
        return Ruling::clear(why, grounds, "no update for two years");
    }
    let why = format!("not shown by what is at hand: {}", open.join(", "));
    Ruling::cannot_tell(why, grounds, change)
}

/// What shows that updates of a product are made: the newest first.
fn updates(case: &Case<'_>, product: &ProductEvidence) -> Vec<Ground> {
    let mut grounds = fixes(case, product);
    grounds.extend(releases(case, product));
    grounds
}

/// Whether a day lies behind, and not too far.
fn is_of_late(case: &Case<'_>, day: Day) -> bool {
    day <= case.today && case.age(day) <= case.thresholds.update_days
}

/// Advisories of the supplier that offer a fix for the product.
fn fixes(case: &Case<'_>, product: &ProductEvidence) -> Vec<Ground> {
    let own = case.history.own.advisories.iter();
    let own = own.filter_map(|at| case.evidence.advisories.get(*at));
    let mut found: Vec<(Day, Ground)> = own
        .filter_map(|advisory| {
            // Not the day of a revision, which a mended word makes too.
            let day = advisory.released()?;
            let (place, text) =
                fix_for(&advisory.record, &|name| product.is_named_in(name))?;
            let text = format!("{}: {text}", advisory.record.id);
            let ground = Ground::documented(&advisory.file, place, text);
            is_of_late(case, day).then(|| (day, ground.dated(Some(day))))
        })
        .collect();
    found.sort_by(|(one, a), (other, b)| (other, &a.text).cmp(&(one, &b.text)));
    found.into_iter().take(GROUNDS_MAX).map(|(_, ground)| ground).collect()
}

/// A release of the product of late of which the house tells version and day, and an older SBOM
/// of an earlier version, of which it is then an update. Of two SBOMs nobody can tell when either
/// was released: that of an old release may be made again today, and that of a build that is
/// only planned too.
fn releases(case: &Case<'_>, product: &ProductEvidence) -> Vec<Ground> {
    let Some((released, version, ground)) = release(case, product) else {
        return Vec::new();
    };
    let own = product.sboms.iter();
    let own = own.filter(|held| product.fit_of_sbom(case.supplier, held).counts());
    let beside = own.filter_map(|held| {
        let Subject::Apart(subject) = &held.value.subject else { return None };
        let other = subject.version.as_deref()?.trim();
        let made = made(&held.value).filter(|made| *made <= case.today)?;
        let is_before = made < released && is_later(version, other);
        let text = format!("version {other}, its SBOM made on {made}");
        let ground = Ground::observed(&held.file, subject.place.clone(), text);
        is_before.then(|| ground.dated(Some(made)))
    });
    let newest = beside.max_by(|one, other| {
        (one.date, &other.document).cmp(&(other.date, &one.document))
    });
    newest.map_or_else(Vec::new, |newest| vec![ground, newest])
}

/// The release of late of which the house tells the day, with its version.
fn release<'p>(
    case: &Case<'_>,
    product: &'p ProductEvidence,
) -> Option<(Day, &'p str, Ground)> {
    let kept = product.kept.as_ref()?;
    let (file, _) = case.dossier()?;
    let version = kept.version.trim();
    let day = kept.released.filter(|day| is_of_late(case, *day))?;
    let text = format!("version {version} was released on {day}");
    let ground = Ground::documented(file, kept.place.clone(), text);
    (!version.is_empty()).then(|| (day, version, ground.dated(Some(day))))
}

/// Whether a version comes after another one, as far as both are numbers: nothing else tells
/// which of two is the update.
#[must_use]
pub fn is_later(new: &str, old: &str) -> bool {
    let numbers = |text: &str| -> Option<Vec<u64>> {
        text.trim_start_matches(['v', 'V']).split('.').map(|it| it.parse().ok()).collect()
    };
    let is_end = |long: &[u64], short: &[u64]| {
        long.strip_prefix(short).is_some_and(|rest| rest.iter().all(|it| *it == 0))
    };
    numbers(new)
        .zip(numbers(old))
        .is_some_and(|(new, old)| new > old && !is_end(&new, &old))
}

/// When the product was cleared: by openFDA under the number of the dossier, else by the
/// dossier itself.
fn cleared(case: &Case<'_>, product: &ProductEvidence) -> Option<Ground> {
    let kept = product.kept.as_ref();
    let number = kept.map_or("", |kept| kept.clearance.trim());
    let records = case.evidence.fda.iter().flat_map(|held| {
        held.value.clearances.iter().map(|clearance| (&held.file, clearance))
    });
    let record = records
        .filter(|(_, clearance)| !number.is_empty() && clearance.number == number)
        .find_map(|(file, clearance)| Some((file, clearance, clearance.decided?)));
    if let Some((file, clearance, decided)) = record {
        let text = format!("{} of {decided}: {}", clearance.number, clearance.device);
        let ground = Ground::documented(file, clearance.place.clone(), text);
        return Some(ground.dated(Some(decided)));
    }
    let (file, _) = case.dossier()?;
    let (kept, day) = (kept?, kept?.cleared?);
    let text = format!("cleared on {day} {number}");
    let ground = Ground::documented(file, kept.place.clone(), text.trim_end());
    Some(ground.dated(Some(day)))
}
