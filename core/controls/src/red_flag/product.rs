//! Flags 15, 21, 53 and 56: one product, by its SBOM, its dossier and an index.

use matching::Verdict as Matched;
use reading::Place;
use sbom::Bom;
use supplier::Answer;
use supplier::dossier::{Certificate, Product, Sought};

use crate::case::{Case, GROUNDS_MAX};
use crate::evidence::{Held, ProductEvidence};
use crate::exposure::{Exposure, Listing};
use crate::finding::{Ground, Ruling, days_between};
use crate::fit::{Fit, Fitted};
use crate::red_flag::Of;

/// The product that is asked about; nothing where it is the supplier.
pub(super) fn product(of: Of<'_>) -> Option<&ProductEvidence> {
    match of {
        Of::Product(product) => Some(product),
        Of::Supplier => None,
    }
}

pub(super) fn nothing() -> Ruling {
    Ruling::cannot_tell("no product is known", Vec::new(), "the name of a product")
}

/// That the product cannot be connected, by the dossier.
pub(super) fn alone(case: &Case<'_>, product: &ProductEvidence) -> Option<Ruling> {
    let (file, _) = case.dossier()?;
    let kept = product.kept.as_ref()?;
    if kept.networked != Answer::No {
        return None;
    }
    let ground = Ground::documented(
        file,
        kept.place.clone(),
        "it cannot be connected to a network",
    );
    Some(Ruling::not_applicable("it cannot be connected", vec![ground]))
}

/// 15: no SBOM.
pub(super) fn no_sbom(case: &Case<'_>, of: Of<'_>) -> Ruling {
    let Some(product) = product(of) else { return nothing() };
    if let Some(ruling) = alone(case, product) {
        return ruling;
    }
    let (foreign, why) = match product.why_no_sbom_of_it(case.supplier) {
        None => {
            let fit = |held: &Held<Bom>| product.fit_of_sbom(case.supplier, held);
            let fits = |held: &&Held<Bom>| fit(held).counts();
            let own: Vec<&Held<Bom>> = product.sboms.iter().filter(fits).collect();
            let said = own.iter().map(|held| fit(held).why).find(|why| !why.is_empty());
            let why = match said {
                None => "an SBOM is at hand".to_owned(),
                Some(said) => format!("an SBOM is at hand; {said}"),
            };
            return Ruling::clear(why, at_hand(own.into_iter()), "");
        }
        Some((_, why)) => (at_hand(product.sboms.iter()), why),
    };
    let networked =
        product.kept.as_ref().is_some_and(|kept| kept.networked == Answer::Yes);
    match (networked, case.absence(Sought::Sbom, &product.name)) {
        (true, Some(absence)) => {
            let why = "it can be connected, and no SBOM was to be had";
            Ruling::raised(why, vec![absence], "the SBOM")
        }
        (false, Some(absence)) => Ruling::cannot_tell(
            "no SBOM was to be had; nobody says whether it can be connected",
            vec![absence],
            "whether it can be connected",
        ),
        (_, None) => Ruling::cannot_tell(why, foreign, "the SBOM"),
    }
}

fn at_hand<'h>(sboms: impl Iterator<Item = &'h Held<Bom>>) -> Vec<Ground> {
    let grounds = sboms.map(|held| {
        let bom = &held.value;
        let count = counted(bom.components.len(), "component");
        let text = format!("{} {}, {count}", bom.format.name(), bom.spec);
        Ground::observed(&held.file, Place::Document, text)
    });
    grounds.collect()
}

/// How many, with the noun in its number.
pub(super) fn counted(count: usize, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        many => format!("{many} {noun}s"),
    }
}

/// 21: a flaw that is exploited is open.
pub(super) fn exploited_flaw_open(case: &Case<'_>, of: Of<'_>) -> Ruling {
    let Some(product) = product(of) else { return nothing() };
    let change =
        "a VEX statement of the maker with its reason, or a release with the fix";
    let fit = |exposure: &Exposure| product.fit_of_file(case.supplier, &exposure.file);
    let (foreign, own): (Vec<&Exposure>, Vec<&Exposure>) =
        product.exposures.iter().partition(|exposure| fit(exposure).is_other());
    let open: Vec<Ground> =
        own.iter().flat_map(|it| opened(it, Matched::Affected)).collect();
    if !open.is_empty() {
        let why = match open.len() {
            1 => "1 exploited flaw is open in its components".to_owned(),
            count => format!("{count} exploited flaws are open in its components"),
        };
        let shown = open.into_iter().take(GROUNDS_MAX).collect();
        return Ruling::raised(why, shown, change);
    }
    if let Some(ruling) = open_elsewhere(&foreign, &fit) {
        return ruling;
    }
    if let Some(ruling) = by_all(&own, &fit) {
        return ruling;
    }
    if let (Some(exposure), true) = (foreign.first(), own.is_empty()) {
        let why = fit(exposure).why;
        return Ruling::cannot_tell(why, Vec::new(), "the SBOM of what is offered");
    }
    let Some(exposure) = own.first() else {
        let why = product
            .why_no_sbom()
            .unwrap_or_else(|| "no index was given to judge the SBOM with".to_owned());
        return Ruling::cannot_tell(why, Vec::new(), "the SBOM, and an index with KEV");
    };
    let why = match exposure.listed {
        Listing::Missing => "nothing tells what is exploited".to_owned(),
        Listing::AtHand if exposure.components == 0 => {
            product.why_no_sbom().unwrap_or_else(|| "the SBOM is empty".to_owned())
        }
        Listing::AtHand => format!(
            "{} of {} components could not be judged",
            exposure.unjudged, exposure.components
        ),
    };
    let change = "identifiers and versions of all components";
    Ruling::cannot_tell(why, in_doubt(exposure), change)
}

/// What is said where every SBOM can be judged whole, or one at least: it is clear where all of
/// the version that is offered are, with those of which nobody can tell what they are about.
/// What one of them shows says nothing of what another one lists.
fn by_all(own: &[&Exposure], fit: &impl Fn(&Exposure) -> Fitted) -> Option<Ruling> {
    let listing = own.iter().filter(|it| it.components > 0);
    let (aged, needed): (Vec<&Exposure>, Vec<&Exposure>) =
        listing.copied().partition(|it| fit(it).fit == Fit::Version);
    let is_whole = |exposure: &&&Exposure| exposure.doubt().is_none();
    let whole: Vec<&Exposure> = needed.iter().filter(is_whole).copied().collect();
    let doubt = needed.iter().find_map(|exposure| Some((exposure, exposure.doubt()?)));
    if let (Some((exposure, doubt)), false) = (&doubt, whole.is_empty()) {
        let why = format!("no exploited flaw is open in one SBOM, but {doubt}");
        let change = "identifiers and versions of all components of each SBOM";
        return Some(Ruling::cannot_tell(why, in_doubt(exposure), change));
    }
    if let Some((exposure, doubt)) = doubt {
        let change = "identifiers and versions of all components";
        return Some(Ruling::cannot_tell(doubt, in_doubt(exposure), change));
    }
    let fitting = whole.iter().filter(|exposure| fit(exposure).fit == Fit::Same);
    let fitting: Vec<Ground> = fitting.map(|exposure| none_open(exposure)).collect();
    if !fitting.is_empty() {
        return Some(Ruling::clear(
            "no exploited flaw is open",
            fitting,
            "a newer index",
        ));
    }
    let aside = whole.first().or_else(|| aged.iter().find(is_whole))?;
    let why = format!("no exploited flaw is open, but {}", fit(aside).why);
    Some(Ruling::cannot_tell(why, Vec::new(), "the SBOM of what is offered"))
}

fn none_open(exposure: &Exposure) -> Ground {
    let text = format!(
        "none of {} components has an open flaw that is exploited; {} are answered",
        exposure.components, exposure.answered
    );
    Ground::observed(&exposure.file, Place::Document, text)
}

/// The exploited flaws of which nobody can tell.
fn in_doubt(exposure: &Exposure) -> Vec<Ground> {
    let of = |verdict| opened(exposure, verdict);
    let all = of(Matched::CannotTell).chain(of(Matched::UnderInvestigation));
    all.take(GROUNDS_MAX).collect()
}

/// Exploited flaws that are open in an SBOM of another product. It may be a part of this one, and
/// was handed in with it: that it is none, somebody has to say.
fn open_elsewhere(
    foreign: &[&Exposure],
    fit: &impl Fn(&Exposure) -> Fitted,
) -> Option<Ruling> {
    let first =
        foreign.iter().find(|it| opened(it, Matched::Affected).next().is_some())?;
    let open = foreign.iter().flat_map(|it| opened(it, Matched::Affected));
    let open: Vec<Ground> = open.take(GROUNDS_MAX).collect();
    let why = format!(
        "exploited flaws are open in an SBOM that came with it: {}",
        fit(first).why
    );
    let change = "whether that is a part of what is offered";
    Some(Ruling::raised(why, open, change))
}

/// The exploited flaws of a verdict.
fn opened(exposure: &Exposure, verdict: Matched) -> impl Iterator<Item = Ground> {
    let of = exposure.exploited.iter().filter(move |open| open.verdict == verdict);
    of.map(move |open| {
        let since = match open.since {
            Some(since) => format!(", in KEV since {since}"),
            None => String::new(),
        };
        let text =
            format!("{} in {}{since}: {}", open.id, open.component, verdict.label());
        Ground::observed(&exposure.file, open.place.clone(), text)
    })
}

/// 53: the end of support is announced late.
pub(super) fn announced_late(case: &Case<'_>, of: Of<'_>) -> Ruling {
    let Some(product) = product(of) else { return nothing() };
    let change = "the clause on the end of sale and of support";
    let kept = product.kept.as_ref().zip(case.dossier());
    let known = kept.and_then(|(kept, (file, _))| {
        let days = days_between(kept.announced?, kept.support_ends?);
        Some((days, notice(kept, file, days)))
    });
    match known {
        Some((days, ground)) if days < case.thresholds.notice_days => Ruling::raised(
            format!("{days} days are less than {}", case.thresholds.notice_days),
            vec![ground],
            change,
        ),
        Some((_, ground)) => Ruling::cannot_tell(
            "it is announced in time; contracts, which may outlive it, are not read yet",
            vec![ground],
            change,
        ),
        None => Ruling::cannot_tell(
            "nobody says when support ends, and contracts are not read yet",
            Vec::new(),
            change,
        ),
    }
}

fn notice(kept: &Product, file: &str, days: i32) -> Ground {
    let text = format!("the end of support is announced {days} days ahead");
    Ground::documented(file, kept.place.clone(), text).dated(kept.announced)
}

/// How a certificate stands to a product.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scope {
    Held,
    Left,
    Unread,
    Over,
    /// It begins later.
    Later,
    /// It ends before it begins.
    Never,
}

/// 56: no certificate holds the product in its scope.
pub(super) fn certificate_scope(case: &Case<'_>, of: Of<'_>) -> Ruling {
    let Some(product) = product(of) else { return nothing() };
    let Some((file, dossier)) = case.dossier() else {
        let why = "no certificate is known";
        return Ruling::cannot_tell(why, Vec::new(), "a certificate with its scope");
    };
    let judged: Vec<(Scope, Ground)> = dossier
        .certificates
        .iter()
        .map(|certificate| {
            let scope = scope(case, certificate, product);
            (scope, scope_ground(case, file, certificate, scope))
        })
        .collect();
    let of = |wanted: &[Scope]| -> Vec<Ground> {
        let fits = judged.iter().filter(|(scope, _)| wanted.contains(scope));
        fits.map(|(_, ground)| ground.clone()).collect()
    };
    let change = "a certificate that holds the product and has not ended";
    let (held, left) = (of(&[Scope::Held]), of(&[Scope::Left, Scope::Over]));
    let vague = of(&[Scope::Unread, Scope::Later, Scope::Never]);
    if !held.is_empty() {
        return Ruling::clear(
            "a certificate holds it",
            held,
            "the end of the certificate",
        );
    }
    if !left.is_empty() {
        return Ruling::raised("no certificate holds it today", left, change);
    }
    match judged.is_empty() {
        true => Ruling::cannot_tell("no certificate is known", Vec::new(), change),
        false if judged.iter().all(|(scope, _)| *scope != Scope::Unread) => {
            let why =
                "no certificate counts today: it begins later, or ends before it begins";
            Ruling::cannot_tell(why, vague, change)
        }
        false => Ruling::cannot_tell(
            "nobody has compared the scope with the product",
            vague,
            "a person who reads the scope: `covers` in the dossier",
        ),
    }
}

fn scope(case: &Case<'_>, certificate: &Certificate, product: &ProductEvidence) -> Scope {
    let (issued, expires) = (certificate.issued, certificate.expires);
    if issued.zip(expires).is_some_and(|(issued, expires)| expires < issued) {
        return Scope::Never;
    }
    if expires.is_some_and(|day| case.is_over(day)) {
        return Scope::Over;
    }
    if issued.is_some_and(|day| day > case.today) {
        return Scope::Later;
    }
    match &certificate.covers {
        Some(covers) if covers.contains(&product.name) => Scope::Held,
        Some(_) => Scope::Left,
        None if !product.name.is_empty() && product.is_named_in(&certificate.scope) => {
            Scope::Held
        }
        None => Scope::Unread,
    }
}

fn scope_ground(
    case: &Case<'_>,
    file: &str,
    certificate: &Certificate,
    scope: Scope,
) -> Ground {
    let class = case.class(certificate.origin, &certificate.proof);
    let what = match scope {
        Scope::Held => "holds the product",
        Scope::Left => "does not hold the product",
        Scope::Unread => "names no product that is known here",
        Scope::Over => "has ended",
        Scope::Later => "begins later",
        Scope::Never => "ends before it begins",
    };
    let until = match certificate.expires {
        Some(day) => format!(", until {day}"),
        None => String::new(),
    };
    let text = format!("{}{until}, {what}: {}", certificate.scheme, certificate.scope);
    Ground::of(class, file, certificate.place.clone(), text).dated(certificate.issued)
}
