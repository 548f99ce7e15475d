//! How long the components of what is offered are supported, by what others say.

use evidence::{Class, Ground};
use lifecycle::{Catalog, End, Support};
use mds2::lint::Unsupported;
use reading::Place;
use sbom::Bom;
use terms::Day;

use crate::cell::{Found, Part, Weight};

pub use lifecycle::Standing;

/// A component of which something is known of its support.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Supported {
    /// How it stands.
    pub standing: Standing,
    /// The component with its version.
    pub component: String,
    /// The SBOM.
    pub document: String,
    /// Where in it.
    pub place: Place,
    /// The product and its cycle.
    pub product: String,
    /// The day on which support ends, where one is told.
    pub ends: Option<Day>,
    /// The day on which support that is paid for besides ends.
    pub extended: Option<Day>,
    /// What would have to be known; empty where it is.
    pub unknown: String,
    /// Who says so.
    pub source: String,
}

/// Components of SBOMs, each with the name of its document, of which something is known, what asks most first; those of which
/// nothing is known are not among them, and are not supported by that.
#[must_use]
pub fn supported<'b>(
    sboms: impl IntoIterator<Item = (&'b str, &'b Bom)>,
    catalog: &Catalog,
    used_until: Option<Day>,
    today: Day,
) -> Vec<Supported> {
    let mut found = Vec::new();
    for (document, bom) in sboms {
        for component in bom.parts() {
            let version = component.version.as_deref().unwrap_or_default();
            let named = format!("{} {version}", component.name).trim_end().to_owned();
            let row = |standing, product: &str, source: &str| Supported {
                standing,
                component: named.clone(),
                document: document.to_owned(),
                place: component.place.clone(),
                product: product.to_owned(),
                ends: None,
                extended: None,
                unknown: String::new(),
                source: source.to_owned(),
            };
            match catalog.support(component) {
                Support::Nothing => {}
                Support::NoCycle(product) => {
                    let row = row(Standing::CannotTell, &product.name, &product.source);
                    let unknown = "of which cycle the version is".to_owned();
                    found.push(Supported { unknown, ..row });
                }
                Support::Known(known) => {
                    let name = format!("{} {}", known.product.name, known.cycle.name);
                    let row = row(
                        known.cycle.standing(used_until, today),
                        name.trim_end(),
                        &known.product.source,
                    );
                    found.push(Supported {
                        ends: known.cycle.ends.day(),
                        extended: known.cycle.paid_until(),
                        unknown: match &known.cycle.ends {
                            End::Unknown(what) => what.clone(),
                            End::On(_) | End::Over | End::GoesOn => String::new(),
                        },
                        ..row
                    });
                }
            }
        }
    }
    found.sort_by(|a, b| {
        (a.standing, a.ends, &a.component, &a.document, &a.place).cmp(&(
            b.standing,
            b.ends,
            &b.component,
            &b.document,
            &b.place,
        ))
    });
    found
}

/// Those whose support has ended, as a form is held against them.
#[must_use]
pub fn unsupported(found: &[Supported]) -> Vec<Unsupported> {
    let ended = found.iter().filter(|it| it.standing == Standing::Ended);
    let unsupported = ended.map(|it| Unsupported {
        document: it.document.clone(),
        place: it.place.clone(),
        component: it.component.clone(),
        ended: it.ends,
    });
    unsupported.collect()
}

/// Facts that are shown.
const SHOWN: usize = 6;

/// What support makes of a requirement. That nothing is known to end shows nothing: most
/// components are in no table.
pub(crate) fn part(found: &[Supported]) -> Part {
    let of = |standing: Standing| -> Vec<&Supported> {
        found.iter().filter(|it| it.standing == standing).collect()
    };
    let (ended, ends) = (of(Standing::Ended), of(Standing::EndsInUse));
    let grounds =
        |rows: &[&Supported]| rows.iter().take(SHOWN).map(|it| ground(it)).collect();
    if !ended.is_empty() {
        let why = format!("support of {} has ended", count(ended.len()));
        return Part::new(Weight::Proof, Found::Not, why, grounds(&ended));
    }
    if !ends.is_empty() {
        let why = format!("support of {} ends while it is used", count(ends.len()));
        return Part::new(Weight::Proof, Found::Partly, why, grounds(&ends));
    }
    let open = of(Standing::CannotTell);
    let why = match open.len() {
        0 => "no table tells how long the components are supported".to_owned(),
        many => format!("of {} nobody can tell the end of support", count(many)),
    };
    Part { grounds: grounds(&open), ..Part::nothing(Weight::Proof, why) }
}

fn count(many: usize) -> String {
    match many {
        1 => "1 component".to_owned(),
        many => format!("{many} components"),
    }
}

fn ground(it: &Supported) -> Ground {
    let when = match (it.ends, it.unknown.as_str()) {
        (Some(day), _) => format!("support ends on {day}"),
        (None, "") => "support has ended".to_owned(),
        (None, unknown) => format!("to be known: {unknown}"),
    };
    let paid = match it.extended {
        Some(day) => format!(", paid for until {day}"),
        None => String::new(),
    };
    let text =
        format!("{} is {}: {when}{paid} ({})", it.component, it.product, it.source);
    Ground::of(Class::Documented, &it.document, it.place.clone(), text)
}
