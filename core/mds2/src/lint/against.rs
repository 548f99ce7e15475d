//! Rules that compare the form with what else is known: SBOMs, what the house keeps about the
//! product, devices of the inventory.

use reading::Place;
use terms::Day;

use crate::answer::Answer;
use crate::lint::software::{Found as Component, Software};
use crate::lint::{Case, Ground, Judge, shown};

/// What an SBOM says, as far as a form asks about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bill {
    /// The document.
    pub document: String,
    /// How many components it has.
    pub components: usize,
    /// How many of them have a version.
    pub with_version: usize,
    /// How many of them have somebody who made them.
    pub with_maker: usize,
    /// When it was made.
    pub made: Option<Day>,
    /// Components of which it is known what they are for.
    pub found: Vec<Component>,
}

/// An SBOM of another product or maker than the form's: it is not compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Foreign {
    /// The document.
    pub document: String,
    /// What it is about, in a sentence.
    pub about: String,
}

/// What the house keeps about a product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Support {
    /// The document.
    pub document: String,
    /// Where in it.
    pub place: Place,
    /// The product.
    pub product: String,
    /// When support ends.
    pub ends: Option<Day>,
    /// Whether it can be connected.
    pub connected: Connected,
}

/// A component of an SBOM that nobody supports any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsupported {
    /// The SBOM.
    pub document: String,
    /// Where in it.
    pub place: Place,
    /// The component with its version.
    pub component: String,
    /// When its support ended, where a day is told.
    pub ended: Option<Day>,
}

/// Whether a device is connected or can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connected {
    /// It is.
    Yes,
    /// It is not.
    No,
    /// Nobody says.
    Unstated,
}

/// A device of the inventory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owned {
    /// The inventory.
    pub document: String,
    /// Its row.
    pub place: Place,
    /// What it is called.
    pub name: String,
    /// The version of its software; empty where nobody says.
    pub version: String,
    /// Its address in the network; empty where none is known.
    pub address: String,
    /// Whether it holds personal data.
    pub holds_data: Connected,
}

/// One function for each rule, in the order of the data.
pub(super) const JUDGES: &[(&str, Judge)] = &[
    ("sbom-of-something-else", of_something_else),
    ("sbom-delivered", delivered),
    ("sbom-below-claim", below_claim),
    ("sbom-newer", newer),
    ("sbom-operating-system", |case| named(case, &["CSUP-2"], Software::OperatingSystem)),
    ("sbom-no-operating-system", |case| {
        unnamed(case, "CSUP-2", Software::OperatingSystem)
    }),
    ("sbom-database", |case| named(case, &["STCF-3", "MPII-2.4"], Software::Database)),
    ("sbom-anti-malware", |case| {
        named(case, &["CSUP-4", "MLDP-2.1"], Software::AntiMalware)
    }),
    ("sbom-no-anti-malware", |case| unnamed(case, "MLDP-2.1", Software::AntiMalware)),
    ("sbom-remote-access", |case| named(case, &["RMOT-1"], Software::RemoteAccess)),
    ("sbom-wireless", |case| named(case, &["CONN-1.1"], Software::Wireless)),
    ("sbom-tls", |case| named(case, &["CONN-7"], Software::Tls)),
    ("support-ended", support_ended),
    ("support-not-told", support_not_told),
    ("component-unsupported", component_unsupported),
    ("connected-by-house", connected_by_house),
    ("connected-in-inventory", connected_in_inventory),
    ("data-in-inventory", data_in_inventory),
    ("version-not-named", version_not_named),
];

type Found = Vec<(Vec<Ground>, String)>;

/// Facts of one kind that are shown.
const SHOWN: usize = 6;
/// Hundredths of components that must have what the form says that they have.
const CLAIMED_PERCENT: usize = 90;

/// The answer to a question where it is that one.
fn said(case: Case<'_>, id: &str, answer: Answer) -> Option<Ground> {
    let said = case.form.said_2019(id);
    let entry = said.entry().filter(|_| said.answer() == answer)?;
    let text = format!("{}: {}", entry.question.id, shown(entry));
    Some(Ground::of_form(&entry.place, text))
}

fn of(document: &str, place: &Place, text: impl Into<String>) -> Ground {
    Ground { document: document.to_owned(), place: place.clone(), text: text.into() }
}

fn of_something_else(case: Case<'_>) -> Found {
    let Some((model, place)) = case.form.model().or_else(|| case.form.maker()) else {
        return Vec::new();
    };
    let foreign = case.facts.foreign.iter().map(|it| {
        let form = Ground::of_form(place, model.to_owned());
        let own = of(&it.document, &Place::Document, it.about.clone());
        (vec![form, own], String::new())
    });
    foreign.collect()
}

fn delivered(case: Case<'_>) -> Found {
    let Some(no) = said(case, "SBOM-1", Answer::No) else { return Vec::new() };
    let bills = case.facts.bills.iter().filter(|bill| bill.components > 0);
    let mut grounds: Vec<Ground> = bills
        .take(SHOWN)
        .map(|bill| {
            let text = format!("an SBOM of {} components", bill.components);
            of(&bill.document, &Place::Document, text)
        })
        .collect();
    if grounds.is_empty() {
        return Vec::new();
    }
    grounds.insert(0, no);
    vec![(grounds, String::new())]
}

fn below_claim(case: Case<'_>) -> Found {
    let mut found = Vec::new();
    for bill in case.facts.bills.iter().filter(|bill| bill.components > 0) {
        let claims = [
            ("SBOM-2.2", bill.with_maker, "name who made them"),
            ("SBOM-2.3", bill.with_version, "have a version"),
        ];
        for (id, count, words) in claims {
            if count * 100 >= bill.components * CLAIMED_PERCENT {
                continue;
            }
            if let Some(yes) = said(case, id, Answer::Yes) {
                let text = format!("{count} of {} components {words}", bill.components);
                let grounds = vec![yes, of(&bill.document, &Place::Document, text)];
                found.push((grounds, String::new()));
            }
        }
    }
    found
}

fn newer(case: Case<'_>) -> Found {
    let Some(released) = case.form.release_day() else { return Vec::new() };
    let Some((_, place)) = case.form.released() else { return Vec::new() };
    let newer = case.facts.bills.iter().filter_map(|bill| {
        let made = bill.made.filter(|made| *made > released)?;
        let form = Ground::of_form(place, format!("released on {released}"));
        let bill = of(&bill.document, &Place::Document, format!("made on {made}"));
        Some((vec![form, bill], String::new()))
    });
    newer.collect()
}

/// The form says no, and an SBOM names some.
fn named(case: Case<'_>, ids: &[&str], what: Software) -> Found {
    let denied: Vec<Ground> =
        ids.iter().filter_map(|id| said(case, id, Answer::No)).collect();
    if denied.is_empty() {
        return Vec::new();
    }
    let found: Vec<Ground> = case
        .facts
        .bills
        .iter()
        .flat_map(|bill| bill.found.iter().map(move |it| (bill, it)))
        .filter(|(_, it)| it.what == what)
        .take(SHOWN)
        .map(|(bill, it)| of(&bill.document, &it.place, it.name.clone()))
        .collect();
    match found.is_empty() {
        true => Vec::new(),
        false => vec![([denied, found].concat(), String::new())],
    }
}

/// The form says yes, and no SBOM names any.
fn unnamed(case: Case<'_>, id: &str, what: Software) -> Found {
    let Some(yes) = said(case, id, Answer::Yes) else { return Vec::new() };
    let mut bills = case.facts.bills.iter().filter(|bill| bill.components > 0).peekable();
    let Some(first) = bills.peek() else { return Vec::new() };
    let text =
        format!("{} components, none of them an {}", first.components, what.words())
            .replace("an software", "software")
            .replace("an database", "a database");
    let first = of(&first.document, &Place::Document, text);
    let any = bills.any(|bill| bill.found.iter().any(|it| it.what == what));
    if any { Vec::new() } else { vec![(vec![yes, first], String::new())] }
}

fn support_ended(case: Case<'_>) -> Found {
    let ended = case.facts.support.iter().filter_map(|it| {
        let ends = it.ends.filter(|ends| *ends < case.today)?;
        let text = format!("support of {} ended on {ends}", it.product);
        let mut grounds = vec![of(&it.document, &it.place, text)];
        for id in ["CSUP-7", "CSUP-11", "CSUP-11.2", "RDMP-4"] {
            grounds.extend(said(case, id, Answer::Yes));
        }
        Some((grounds, String::new()))
    });
    ended.collect()
}

fn support_not_told(case: Case<'_>) -> Found {
    let Some(yes) = said(case, "RDMP-3", Answer::Yes) else { return Vec::new() };
    let unknown = case.facts.support.iter().filter(|it| it.ends.is_none());
    unknown
        .map(|it| {
            let text = format!("no day on which support of {} ends", it.product);
            (vec![yes.clone(), of(&it.document, &it.place, text)], String::new())
        })
        .collect()
}

/// Where nobody answers that there is a plan for them, the components stand alone.
fn component_unsupported(case: Case<'_>) -> Found {
    let unsupported = &case.facts.unsupported;
    if unsupported.is_empty() {
        return Vec::new();
    }
    let mut grounds: Vec<Ground> = said(case, "RDMP-4", Answer::Yes)
        .or_else(|| said(case, "RDMP-4", Answer::No))
        .into_iter()
        .collect();
    grounds.extend(unsupported.iter().take(SHOWN).map(|it| {
        let text = match it.ended {
            Some(day) => format!("support of {} ended on {day}", it.component),
            None => format!("support of {} has ended", it.component),
        };
        of(&it.document, &it.place, text)
    }));
    let why = match unsupported.len() {
        0..=SHOWN => String::new(),
        many => format!("{many} components, of which {SHOWN} are shown"),
    };
    vec![(grounds, why)]
}

fn connected_by_house(case: Case<'_>) -> Found {
    let Some(no) = said(case, "CONN-1", Answer::No) else { return Vec::new() };
    let known = case.facts.support.iter().filter(|it| it.connected == Connected::Yes);
    known
        .map(|it| {
            let text = format!("{} can be connected", it.product);
            (vec![no.clone(), of(&it.document, &it.place, text)], String::new())
        })
        .collect()
}

/// Devices of the inventory, the first few of them, behind an answer.
fn with_devices(answer: Option<Ground>, devices: Vec<Ground>) -> Found {
    let Some(answer) = answer.filter(|_| !devices.is_empty()) else { return Vec::new() };
    let count = devices.len();
    let why = match count {
        0..=SHOWN => String::new(),
        _ => format!("{count} devices of the inventory, of which {SHOWN} are shown"),
    };
    let mut grounds = vec![answer];
    grounds.extend(devices.into_iter().take(SHOWN));
    vec![(grounds, why)]
}

fn connected_in_inventory(case: Case<'_>) -> Found {
    let owned = case.facts.owned.iter().filter(|it| !it.address.is_empty());
    let devices = owned.map(|it| {
        of(&it.document, &it.place, format!("{} has the address {}", it.name, it.address))
    });
    with_devices(said(case, "CONN-1", Answer::No), devices.collect())
}

fn data_in_inventory(case: Case<'_>) -> Found {
    let owned = case.facts.owned.iter().filter(|it| it.holds_data == Connected::Yes);
    let devices = owned.map(|it| {
        of(&it.document, &it.place, format!("{} holds personal data", it.name))
    });
    let no =
        said(case, "MPII-2", Answer::No).or_else(|| said(case, "MPII-1", Answer::No));
    with_devices(no, devices.collect())
}

fn version_not_named(case: Case<'_>) -> Found {
    let Some((model, place)) = case.form.model() else { return Vec::new() };
    let software = case.form.head.get("software").map_or("", |(text, _)| text.as_str());
    let description = case.form.description().map_or("", |it| it.0);
    let all = format!("{model} {software} {description}").to_lowercase();
    // A form that names no version holds for all.
    if !all.chars().any(|c| c.is_ascii_digit()) || !all.contains('.') {
        return Vec::new();
    }
    let owned = case.facts.owned.iter().filter(|it| {
        let version = it.version.to_lowercase();
        !version.is_empty() && !all.contains(&version)
    });
    let devices = owned
        .map(|it| of(&it.document, &it.place, format!("{} has {}", it.name, it.version)));
    let form = Ground::of_form(place, format!("{model} {software}").trim().to_owned());
    with_devices(Some(form), devices.collect())
}
