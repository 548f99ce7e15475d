//! Flags 20, 22 and 23: for how long the components of a product are supported.
//!
//! Read from the SBOM itself, where its maker says it (that support has ended is an admission),
//! and from tables of life cycles: endoflife.date as somebody gives it, and the supplement of
//! ours. Of two ends the earlier counts, and an end that a table tells is none for whoever pays
//! for more. What neither says is not known, and never supported.

use lifecycle::{End, Standing, Support};
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
    best(case, of, "the SBOM", |_, held| {
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

/// How long a component is supported, and who says so.
enum Life {
    /// Nobody supports it any longer.
    Over(Ground),
    /// Until a day.
    Until(Day, Ground),
    /// It is supported, and no end is told.
    GoesOn(Ground),
    /// Its support has ended but for those who pay for it, until a day.
    PaidFor(Day, Ground),
    /// Nobody says; with what a table says that would have to be known.
    Unknown(Option<Ground>),
}

impl Life {
    fn of(case: &Case<'_>, held: &Held<Bom>, component: &Component) -> Self {
        let stated = end(component);
        let own = || maker(held, component);
        if is_abandoned(component) || stated.is_some_and(|end| case.is_over(end)) {
            return Self::Over(own());
        }
        let known = match case.life_cycles.support(component) {
            Support::Known(known) => known,
            Support::NoCycle(product) => {
                let what = "to be known: of which cycle the version is";
                let ground = table(held, component, &product.name, what, &product.source);
                return match stated {
                    Some(end) => Self::Until(end, own()),
                    None => Self::Unknown(Some(ground)),
                };
            }
            Support::Nothing => {
                return match stated {
                    Some(end) => Self::Until(end, own()),
                    None => Self::Unknown(None),
                };
            }
        };
        let name = format!("{} {}", known.product.name, known.cycle.name);
        let paid = known.cycle.paid_until();
        let what = match (&known.cycle.ends, paid) {
            (End::On(day), Some(paid)) => {
                format!("support ends on {day}, paid for until {paid}")
            }
            (End::On(day), None) => format!("support ends on {day}"),
            (End::Over, _) => "support has ended".to_owned(),
            (End::GoesOn, _) => "it is supported, and no end is told".to_owned(),
            (End::Unknown(what), _) => format!("to be known: {what}"),
        };
        let source = &known.product.source;
        let told = table(held, component, name.trim_end(), &what, source);
        let standing = known.cycle.standing(None, case.today);
        match (standing, &known.cycle.ends, stated) {
            (Standing::Ended, ..) => Self::Over(told),
            (Standing::EndsInUse, _, Some(end)) => Self::Until(end, own()),
            (Standing::EndsInUse, _, None) => match paid {
                Some(paid) => Self::PaidFor(paid, told),
                None => Self::Unknown(Some(told)),
            },
            (_, End::On(day), Some(end)) if end < *day => Self::Until(end, own()),
            (_, End::On(day), _) => Self::Until(*day, told),
            (_, _, Some(end)) => Self::Until(end, own()),
            (Standing::GoesOn, _, None) => Self::GoesOn(told),
            (Standing::CannotTell, _, None) => Self::Unknown(Some(told)),
        }
    }
}

/// What a table says of a component.
fn table(
    held: &Held<Bom>,
    component: &Component,
    product: &str,
    what: &str,
    source: &str,
) -> Ground {
    let version = component.version.as_deref().unwrap_or_default();
    let named = format!("{} {version}", component.name);
    let text = format!("{} is {product}: {what} ({source})", named.trim_end());
    Ground::of(Class::Documented, &held.file, component.place.clone(), text)
}

/// 22: software that nobody supports any longer.
pub(super) fn unsupported(case: &Case<'_>, of: Of<'_>) -> Ruling {
    best_or_raised(case, of, |held| {
        let (mut over, mut fine, mut open) = (Vec::new(), Vec::new(), Vec::new());
        let (mut all, mut unknown) = (0_usize, 0_usize);
        for component in held.value.parts() {
            all += 1;
            match Life::of(case, held, component) {
                Life::Over(ground) => over.push(ground),
                Life::Until(_, ground) | Life::GoesOn(ground) => fine.push(ground),
                Life::PaidFor(_, ground) => {
                    unknown += 1;
                    open.push(ground);
                }
                Life::Unknown(ground) => {
                    unknown += 1;
                    open.extend(ground);
                }
            }
        }
        if !over.is_empty() {
            over.truncate(GROUNDS_MAX);
            let why = "components are in it whose support has ended";
            return Ruling::raised(why, over, "releases that are supported");
        }
        if unknown == 0 && all > 0 {
            let change = "the first day on which support ends";
            let why = "every component is supported today";
            return Ruling::clear(why, weakest(fine), change);
        }
        open.truncate(GROUNDS_MAX);
        let why = format!(
            "of {unknown} of {all} components neither the SBOM nor a table of life cycles \
             says that they are supported"
        );
        Ruling::cannot_tell(why, open, CHANGE)
    })
}

/// 23: support of the operating system ends while the product is meant to be used.
pub(super) fn ends_in_use(case: &Case<'_>, of: Of<'_>) -> Ruling {
    let until = match of {
        Of::Product(product) => product.kept.as_ref().and_then(|kept| kept.used_until),
        Of::Supplier => None,
    };
    let Some(until) = until else {
        let why = "nobody says until when it is meant to be used";
        return Ruling::cannot_tell(why, Vec::new(), "`used_until` in the dossier");
    };
    best_or_raised(case, of, |held| {
        let systems = held.value.parts().filter(|it| it.kind == Kind::OperatingSystem);
        let (mut early, mut long, mut open) = (Vec::new(), Vec::new(), Vec::new());
        let mut unknown = 0_usize;
        for system in systems {
            match Life::of(case, held, system) {
                Life::Over(ground) => early.push(ground),
                Life::Until(end, ground) | Life::PaidFor(end, ground) if end < until => {
                    early.push(ground);
                }
                Life::Until(_, ground) => long.push(ground),
                Life::PaidFor(_, ground) | Life::GoesOn(ground) => {
                    unknown += 1;
                    open.push(ground);
                }
                Life::Unknown(ground) => {
                    unknown += 1;
                    open.extend(ground);
                }
            }
        }
        if !early.is_empty() {
            early.truncate(GROUNDS_MAX);
            let why = format!("support ends before {until}");
            return Ruling::raised(why, early, "an upgrade that is part of the price");
        }
        if unknown == 0 && !long.is_empty() {
            let why =
                format!("its operating systems are supported until {until} and longer");
            return Ruling::clear(why, weakest(long), "a longer use");
        }
        open.truncate(GROUNDS_MAX);
        Ruling::cannot_tell(
            "neither the SBOM nor a table of life cycles says until when the operating system \
             is supported",
            open,
            CHANGE,
        )
    })
}

/// As [`best`], but one SBOM in which support has ended raises the flag whatever the others
/// say.
fn best_or_raised(
    case: &Case<'_>,
    of: Of<'_>,
    ask: impl Fn(&Held<Bom>) -> Ruling,
) -> Ruling {
    if let Of::Product(product) = of {
        let fit = |held: &Held<Bom>| product.fit_of_sbom(case.supplier, held);
        let own = product.sboms.iter().filter(|held| !fit(held).is_other());
        let raised = own.map(&ask);
        let mut raised =
            raised.filter(|ruling| ruling.verdict == crate::finding::Verdict::Raised);
        if let Some(ruling) = raised.next() {
            return ruling;
        }
    }
    best(case, of, "the SBOM", |_, held| ask(held))
}

/// The grounds on which "all are supported" stands: where some are only claimed, those alone,
/// since a table that tells of others proves nothing of these.
fn weakest(mut grounds: Vec<Ground>) -> Vec<Ground> {
    if grounds.iter().any(|ground| ground.class == Class::Attested) {
        grounds.retain(|ground| ground.class == Class::Attested);
    }
    grounds.truncate(GROUNDS_MAX);
    grounds
}

/// What the SBOM says of a component.
fn maker(held: &Held<Bom>, component: &Component) -> Ground {
    let name = component.name.as_str();
    let version = component.version.as_deref().unwrap_or_default();
    let support = match (end(component), &component.support.level) {
        (Some(end), _) => format!("support ends on {end}"),
        (None, Some(level)) => level.clone(),
        (None, None) => "nothing is said of support".to_owned(),
    };
    let text = format!("{name} {version}: {support}");
    Ground::of(Class::Attested, &held.file, component.place.clone(), text)
}
