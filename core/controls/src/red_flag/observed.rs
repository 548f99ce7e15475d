//! Flag 25: the SBOM held against what a scanner saw of a device, and against the form.
//!
//! One contradiction raises it, whoever shows it. What clears it is a scan by whoever buys, in
//! which something that could be compared is as the SBOM says: the form, and a scan that the
//! supplier made, are its word.

use mds2::lint::{self, Facts, Severity};
use sbom::Bom;

use crate::case::{Case, GROUNDS_MAX};
use crate::evidence::{Held, ProductEvidence};
use crate::finding::{Class, Ground, Ruling, Verdict};
use crate::fit::Fit;
use crate::observation::{self, Observation};
use crate::red_flag::Of;
use crate::red_flag::form::own_forms;
use crate::red_flag::product::{nothing, product};

const CHANGE: &str = "a scan of a device of this version, made after the SBOM";

/// 25: the SBOM contradicts what a scan or the form shows. One SBOM that is contradicted raises
/// it, whatever another one says; of another version, or of one that it does not say, an SBOM
/// clears nothing, since the device that was seen runs one of them.
pub(super) fn sbom_contradicted(case: &Case<'_>, of: Of<'_>) -> Ruling {
    let Some(product) = product(of) else { return nothing() };
    let version = product.kept.as_ref().map_or("", |kept| kept.version.trim());
    let rulings = product.sboms.iter().filter_map(|held| {
        let fitted = product.fit_of_sbom(case.supplier, held);
        let (is_sure, doubt) = match fitted.fit {
            Fit::Other => return None,
            // Any of several SBOMs would be that of the device that was seen.
            Fit::Same if version.is_empty() => {
                (false, "nobody says which version is offered".to_owned())
            }
            Fit::Same => (true, String::new()),
            Fit::Version | Fit::Unsaid => (false, fitted.why),
        };
        let ruling = beside_scans(case, product, held);
        // What a scan shows beside an SBOM of another version, or of nobody knows which, is no
        // ground for anything: neither that it agrees nor that it differs.
        let of_sbom = |grounds: Vec<Ground>| {
            let is_apart = fitted.fit != Fit::Same;
            grounds
                .into_iter()
                .filter(|it| !is_apart || it.document == held.file)
                .collect()
        };
        Some(match (is_sure, fitted.fit, ruling.verdict) {
            (false, _, Verdict::Clear) | (_, Fit::Version, Verdict::Raised) => {
                let why = format!("{}, but {doubt}", ruling.why);
                Ruling::cannot_tell(why, of_sbom(ruling.grounds), CHANGE)
            }
            (_, Fit::Version | Fit::Unsaid, Verdict::CannotTell) => {
                Ruling { grounds: of_sbom(ruling.grounds), ..ruling }
            }
            _ => ruling,
        })
    });
    let rank = |ruling: &Ruling| match ruling.verdict {
        Verdict::Raised => 0,
        Verdict::Clear => 1,
        Verdict::CannotTell => 2,
        Verdict::NotApplicable => 3,
    };
    rulings.min_by_key(rank).unwrap_or_else(|| {
        let why = product.why_no_sbom_of_it(case.supplier);
        let why = why.map(|(_, why)| why).unwrap_or_default();
        Ruling::cannot_tell(why, Vec::new(), CHANGE)
    })
}

/// What scans and forms show beside one SBOM.
#[derive(Default)]
struct Beside {
    differs: Vec<Ground>,
    agrees: Vec<Ground>,
    /// Why a scan does not count, or shows nothing.
    why: Vec<String>,
}

impl Beside {
    fn of(case: &Case<'_>, product: &ProductEvidence, held: &Held<Bom>) -> Self {
        let mut beside =
            Self { differs: by_forms(case, product, held), ..Self::default() };
        for seen in &product.observations {
            if let Err(doubt) = counts(case, seen, &held.value) {
                beside.why.push(format!("{}: {doubt}", seen.file));
                continue;
            }
            let compared = observation::compare(&held.file, &held.value, seen);
            if compared.differs.is_empty() && compared.agrees.is_empty() {
                let nothing = "it shows nothing that could be compared with the SBOM";
                beside.why.push(format!("{}: {nothing}", seen.file));
            }
            beside.differs.extend(compared.differs);
            if is_of_its_time(seen, &held.value) {
                beside.agrees.extend(compared.agrees);
            } else if !compared.agrees.is_empty() {
                let undated = "nobody can tell whether it is newer than the SBOM";
                beside.why.push(format!("{}: {undated}", seen.file));
            }
        }
        beside
    }
}

fn beside_scans(case: &Case<'_>, product: &ProductEvidence, held: &Held<Bom>) -> Ruling {
    let Beside { mut differs, mut agrees, why } = Beside::of(case, product, held);
    if !differs.is_empty() {
        differs.truncate(GROUNDS_MAX);
        let why = "what the SBOM says and what is seen or answered cannot both be right";
        return Ruling::raised(why, differs, CHANGE);
    }
    let is_seen = product.observations.iter().any(|seen| {
        seen.class == Class::Observed && agrees.iter().any(|it| it.document == seen.file)
    });
    // Who buys and looked comes first: of many grounds some are shown.
    agrees.sort_by_key(|it| it.class != Class::Observed);
    agrees.truncate(GROUNDS_MAX);
    match (is_seen, agrees.is_empty()) {
        (true, _) => Ruling::clear(
            "what a scan shows of a device is as the SBOM says",
            agrees,
            "a newer scan",
        ),
        (false, false) => {
            let why = "only claimed: a scan that the supplier gives, or of which only its \
                       name or whoever brought it says that it is of this product, is as \
                       the SBOM says";
            Ruling::cannot_tell(why, agrees, "a scan by whoever buys, of this product")
        }
        (false, true) if why.is_empty() => Ruling::cannot_tell(
            "no scan of a device was given to compare the SBOM with",
            Vec::new(),
            CHANGE,
        ),
        (false, true) => Ruling::cannot_tell(why.join("; "), Vec::new(), CHANGE),
    }
}

/// Why a scan does not count beside an SBOM.
fn counts(case: &Case<'_>, seen: &Observation, bom: &Bom) -> Result<(), String> {
    match seen.hosts {
        0 => return Err("it shows no device".to_owned()),
        1 => {}
        many if seen.host.is_none() => {
            return Err(format!(
                "it shows {many} hosts, and nobody says which is the device"
            ));
        }
        _ => {}
    }
    let Some(day) = seen.day else { return Ok(()) };
    if day > case.today {
        return Err(format!("it is of {day}, which is to come"));
    }
    if case.age(day) > case.thresholds.observation_days {
        return Err(format!("it is of {day}, {} days ago", case.age(day)));
    }
    match observation::made(bom) {
        Some(made) if made > day => {
            Err(format!("it is of {day}, and the SBOM is newer, of {made}"))
        }
        _ => Ok(()),
    }
}

/// Whether both days are known, so that the scan is known to be the newer one.
fn is_of_its_time(seen: &Observation, bom: &Bom) -> bool {
    seen.day.zip(observation::made(bom)).is_some_and(|(day, made)| made <= day)
}

/// What a form answers that the SBOM does not bear out.
fn by_forms(case: &Case<'_>, product: &ProductEvidence, held: &Held<Bom>) -> Vec<Ground> {
    let bills = vec![observation::bill(&held.file, &held.value)];
    let facts = Facts { bills, ..Facts::default() };
    let (forms, _) = own_forms(case, product);
    let mut grounds = Vec::new();
    for form in forms {
        for finding in lint::lint(&form.value, &facts, case.today) {
            let is_beside = finding.grounds.iter().any(|it| !it.document.is_empty());
            if !is_beside || finding.rule.severity == Severity::Low {
                continue;
            }
            grounds.extend(finding.grounds.into_iter().map(|it| {
                match it.document.as_str() {
                    "" => Ground::of(Class::Attested, &form.file, it.place, it.text)
                        .dated(form.value.release_day()),
                    document => Ground::observed(document, it.place, it.text),
                }
            }));
        }
    }
    grounds
}
