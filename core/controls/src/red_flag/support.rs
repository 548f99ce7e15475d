//! Flags 20, 22 and 23: for how long the components of a product are supported.
//!
//! Read from the SBOM itself, where its maker says it: that support has ended is an admission,
//! that it goes on is a claim, which clears nothing. Dates of others (endoflife.date) are not
//! joined yet.

use sbom::{Bom, Component, Kind};
use terms::Day;

use crate::case::{Case, GROUNDS_MAX};
use crate::evidence::Held;
use crate::finding::{Class, Ground, Ruling};
use crate::red_flag::Of;
use crate::red_flag::sbom::{best, percent_of};

const CHANGE: &str = "the end of support of every component";

/// The day on which support ends, where the SBOM states one; a month ends with its last day.
fn end(component: &Component) -> Option<Day> {
    let text = component.support.end.as_deref()?.trim();
    if let Ok(instant) = terms::date::instant(text) {
        return Some(instant.day());
    }
    let first = terms::date::day(&format!("{text}-01")).ok()?;
    terms::date::day(&first.date().last_of_month().to_string()).ok()
}

/// Levels by which a maker says that nobody supports it any longer (FDA V.A.4).
fn is_abandoned(component: &Component) -> bool {
    let level = component.support.level.as_deref().unwrap_or_default().to_lowercase();
    ["no longer maintained", "abandoned", "unsupported", "end of life", "end-of-life"]
        .iter()
        .any(|words| level.contains(words))
}

/// 20: components without an end of support.
pub(super) fn no_dates(case: &Case<'_>, of: Of<'_>) -> Ruling {
    best(of, "the SBOM", |_, held| {
        let bom = &held.value;
        let least = case.thresholds.support_percent;
        let percent =
            percent_of(bom, |it| end(it).is_some() || it.support.level.is_some());
        let all = bom.components.len();
        if all == 0 {
            return Ruling::cannot_tell("it lists no component", Vec::new(), "the SBOM");
        }
        let why = format!("{percent} % of {all} components state their support");
        let ground = Ground::observed(&held.file, reading::Place::Document, why.clone());
        match percent < least {
            true => Ruling::raised(why, vec![ground], CHANGE),
            false => Ruling::clear(why, vec![ground], ""),
        }
    })
}

/// 22: software that nobody supports any longer.
pub(super) fn unsupported(case: &Case<'_>, of: Of<'_>) -> Ruling {
    best_or_raised(of, |held| {
        let bom = &held.value;
        let over = |it: &&Component| {
            is_abandoned(it) || end(it).is_some_and(|end| case.is_over(end))
        };
        let grounds = told(held, bom.parts().filter(over));
        if !grounds.is_empty() {
            let why = "the SBOM names components whose support has ended";
            return Ruling::raised(why, grounds, "releases that are supported");
        }
        let open = bom.parts().filter(|it| end(it).is_none()).count();
        let all = bom.parts().count();
        match (open, all) {
            (0, 1..) => Ruling::clear(
                "every component is supported today, as the SBOM says",
                told(held, bom.parts().take(1)),
                "the first day on which support ends",
            ),
            _ => Ruling::cannot_tell(
                format!(
                    "{open} of {all} components do not say; dates of others are not joined yet"
                ),
                Vec::new(),
                CHANGE,
            ),
        }
    })
}

/// 23: support of the operating system ends while the product is meant to be used.
pub(super) fn ends_in_use(_: &Case<'_>, of: Of<'_>) -> Ruling {
    let until = match of {
        Of::Product(product) => product.kept.as_ref().and_then(|kept| kept.used_until),
        Of::Supplier => None,
    };
    let Some(until) = until else {
        let why = "nobody says until when it is meant to be used";
        return Ruling::cannot_tell(why, Vec::new(), "`used_until` in the dossier");
    };
    best_or_raised(of, |held| {
        let bom = &held.value;
        let systems: Vec<&Component> =
            bom.parts().filter(|it| it.kind == Kind::OperatingSystem).collect();
        let early =
            systems.iter().copied().filter(|it| end(it).is_some_and(|end| end < until));
        let grounds = told(held, early);
        if !grounds.is_empty() {
            let why = format!("support ends before {until}");
            return Ruling::raised(why, grounds, "an upgrade that is part of the price");
        }
        let stated = systems.iter().filter(|it| end(it).is_some()).count();
        match stated == systems.len() && stated > 0 {
            true => Ruling::clear(
                format!("its operating systems are supported until {until} and longer"),
                told(held, systems.into_iter()),
                "a longer use",
            ),
            false => Ruling::cannot_tell(
                "the SBOM does not say until when the operating system is supported; dates of \
                 others are not joined yet",
                Vec::new(),
                CHANGE,
            ),
        }
    })
}

/// As [`best`], but one SBOM in which support has ended raises the flag whatever the others
/// say.
fn best_or_raised(of: Of<'_>, ask: impl Fn(&Held<Bom>) -> Ruling) -> Ruling {
    if let Of::Product(product) = of {
        let raised = product.sboms.iter().map(&ask);
        let mut raised =
            raised.filter(|ruling| ruling.verdict == crate::finding::Verdict::Raised);
        if let Some(ruling) = raised.next() {
            return ruling;
        }
    }
    best(of, "the SBOM", |_, held| ask(held))
}

fn told<'b>(
    held: &Held<Bom>,
    components: impl Iterator<Item = &'b Component>,
) -> Vec<Ground> {
    let ground = |component: &Component| {
        let name = component.name.as_str();
        let version = component.version.as_deref().unwrap_or_default();
        let support = match (end(component), &component.support.level) {
            (Some(end), _) => format!("support ends on {end}"),
            (None, Some(level)) => level.clone(),
            (None, None) => "nothing is said of support".to_owned(),
        };
        let text = format!("{name} {version}: {support}");
        Ground::of(Class::Attested, &held.file, component.place.clone(), text)
    };
    components.take(GROUNDS_MAX).map(ground).collect()
}
