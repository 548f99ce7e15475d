//! Claim against observation: answers of the form, the SBOM, statements about flaws, results
//! of scanners. Where two of them cannot both be right, both places are shown.
//!
//! What contradicts what is data (`data/cross_checks.toml`), and for the form itself and the
//! form beside an SBOM the rules of [`mds2::lint`].

use std::sync::LazyLock;

use advisory::Record;
use controls::observation::{self, bill, called, name};
use controls::{Fit, Held, Observation, Supplier};
use evidence::scan::{About, Level};
use evidence::{Class, Ground, Scan};
use mds2::lint::{self, Facts};
use mds2::{Answer, Edition, Form};
use reading::Place;
use sbom::Bom;
use serde::Deserialize;
use terms::Day;
use terms::vex::Status;

pub use mds2::lint::Severity;

use crate::bid::{Bid, From, Side, statements};

/// Two things that cannot both be right.
#[derive(Clone, Debug, PartialEq)]
pub struct Contradiction {
    /// The rule, which stays.
    pub rule: String,
    /// How grave it is.
    pub severity: Severity,
    /// What contradicts what.
    pub between: Between,
    /// What is found, in a line.
    pub title: String,
    /// What is to be said besides; empty where nothing is.
    pub why: String,
    /// What the bidder is asked.
    pub ask: String,
    /// Each side, with its file and place.
    pub grounds: Vec<Ground>,
}

impl Contradiction {
    /// The key of the question about it.
    pub(crate) fn key(&self) -> String {
        format!("conflict:{}", self.rule)
    }
}

/// What contradicts what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Between {
    /// What is offered, and an SBOM or a form of something else.
    OfferAndDocument,
    /// Answers of one form.
    FormAlone,
    /// A form, and an SBOM or what the house keeps.
    FormAndFacts,
    /// A form and the result of a scanner.
    FormAndScan,
    /// An SBOM and the result of a scanner.
    SbomAndScan,
    /// A statement about a flaw and the result of a scanner.
    StatementAndScan,
}

impl Between {
    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::OfferAndDocument => "offer_and_document",
            Self::FormAlone => "form",
            Self::FormAndFacts => "form_and_sbom",
            Self::FormAndScan => "form_and_scan",
            Self::SbomAndScan => "sbom_and_scan",
            Self::StatementAndScan => "statement_and_scan",
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: String,
    rule: Vec<Rule>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    id: String,
    severity: Severity,
    title: String,
    #[serde(default)]
    form: Vec<String>,
    #[serde(default)]
    ports: Vec<u16>,
    #[serde(default)]
    hosts: bool,
    finds: Option<Finds>,
    ask: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Finds {
    Tls,
    Credentials,
}

const DATA: &str = include_str!("../data/cross_checks.toml");

/// Were the data broken, nothing would be compared; a test reads them.
static FILE: LazyLock<File> = LazyLock::new(|| {
    toml::from_str(DATA).unwrap_or(File { version: String::new(), rule: Vec::new() })
});

/// The version of the rules.
#[must_use]
pub fn version() -> &'static str {
    &FILE.version
}

/// Facts of one kind that are shown.
const SHOWN: usize = 6;

/// Everything in a bid that cannot be right together, the gravest first.
pub(crate) fn contradictions(
    bid: &Bid,
    supplier: &Supplier<'_>,
    today: Day,
) -> Vec<Contradiction> {
    let facts = facts(bid, supplier);
    let mut found = of_something_else(bid, supplier);
    for held in bid.forms_of(supplier) {
        found.extend(of_form(held, &facts, today));
        for scan in &bid.scans {
            let rules = FILE.rule.iter().filter(|rule| !rule.form.is_empty());
            found.extend(rules.filter_map(|rule| compare(rule, held, scan)));
        }
    }
    for scan in &bid.scans {
        found
            .extend(bid.sboms_of(supplier).filter_map(|held| server_differs(held, scan)));
        found
            .extend(bid.sboms_of(supplier).filter_map(|held| system_differs(held, scan)));
        found.extend(statements_contradicted(bid, scan));
    }
    found.sort_by(|a, b| {
        (a.severity, a.between, &a.rule).cmp(&(b.severity, b.between, &b.rule))
    });
    found
}

// --- what is offered, and what a document is about -----------------------------------------

/// SBOMs and forms of another product or maker than is offered, and of another version. Of
/// those of which nobody can tell it the gate and the red flags ask.
fn of_something_else(bid: &Bid, supplier: &Supplier<'_>) -> Vec<Contradiction> {
    let misfits = bid.misfits(supplier).filter_map(|(file, fitted)| {
        let rule = rule(match fitted.fit {
            Fit::Other => "another-product",
            Fit::Version => "another-version",
            Fit::Same | Fit::Unsaid => return None,
        })?;
        let ground = Ground::observed(file, Place::Document, fitted.why);
        Some(found(rule, Between::OfferAndDocument, vec![ground]))
    });
    misfits.collect()
}

// --- the form, alone and beside an SBOM ----------------------------------------------------

fn facts(bid: &Bid, supplier: &Supplier<'_>) -> Facts {
    let bills =
        bid.sboms_of(supplier).map(|held| bill(&held.file, &held.value)).collect();
    Facts { bills, ..Facts::default() }
}

/// What the rules of forms find that is a contradiction, within the form or with an SBOM.
fn of_form(held: &Held<Form>, facts: &Facts, today: Day) -> Vec<Contradiction> {
    let within = lint::contradictions(&held.value);
    let beside = lint::lint(&held.value, facts, today);
    let is_beside =
        |it: &lint::Finding| it.grounds.iter().any(|ground| !ground.document.is_empty());
    let beside = beside.into_iter().filter(is_beside);
    let all = within.into_iter().map(|it| (Between::FormAlone, it));
    let all = all.chain(beside.map(|it| (Between::FormAndFacts, it)));
    all.map(|(between, finding)| Contradiction {
        rule: finding.rule.id.clone(),
        severity: finding.rule.severity,
        between,
        title: finding.rule.title.clone(),
        why: finding.why,
        ask: finding.rule.ask.clone(),
        grounds: finding.grounds.into_iter().map(|it| ground(held, it)).collect(),
    })
    .collect()
}

fn ground(held: &Held<Form>, ground: lint::Ground) -> Ground {
    let lint::Ground { document, place, text } = ground;
    match document.as_str() {
        "" => Ground::of(Class::Attested, &held.file, place, text)
            .dated(held.value.release_day()),
        _ => Ground::of(Class::Observed, &document, place, text),
    }
}

// --- the form beside a scan ----------------------------------------------------------------

pub(crate) const fn class(side: Side) -> Class {
    match side {
        Side::House => Class::Observed,
        Side::Bidder => Class::Attested,
    }
}

fn compare(rule: &Rule, held: &Held<Form>, scan: &From<Scan>) -> Option<Contradiction> {
    let mut grounds: Vec<Ground> =
        rule.form.iter().filter_map(|answer| said(held, answer)).collect();
    if grounds.is_empty() {
        return None;
    }
    let seen = seen(rule, scan);
    if seen.is_empty() {
        return None;
    }
    grounds.extend(seen);
    Some(found(rule, Between::FormAndScan, grounds))
}

fn found(rule: &Rule, between: Between, grounds: Vec<Ground>) -> Contradiction {
    Contradiction {
        rule: rule.id.clone(),
        severity: rule.severity,
        between,
        title: rule.title.clone(),
        why: String::new(),
        ask: rule.ask.clone(),
        grounds,
    }
}

/// The answer of a form, where it is that one.
fn said(held: &Held<Form>, expected: &str) -> Option<Ground> {
    let (id, answer) = read(expected)?;
    let said = held.value.said_2019(id);
    let entry = said.entry().filter(|_| said.answer() == answer)?;
    let text = format!("{}: {}", entry.question.id, entry.written);
    let ground = Ground::of(Class::Attested, &held.file, entry.place.clone(), text);
    Some(ground.dated(held.value.release_day()))
}

fn read(expected: &str) -> Option<(&'static str, Answer)> {
    let (id, word) = expected.split_once(' ')?;
    let answer = match word {
        "yes" => Answer::Yes,
        "no" => Answer::No,
        _ => return None,
    };
    Some((Edition::Of2019.question(id)?.id, answer))
}

/// What a scan shows of a rule.
fn seen(rule: &Rule, scan: &From<Scan>) -> Vec<Ground> {
    let of = |place: &Place, text: String| {
        Ground::of(class(scan.side), &scan.file, place.clone(), text)
            .dated(scan.value.day)
    };
    let hosts = scan.value.hosts.iter();
    if rule.hosts {
        let answers = hosts.filter(|host| !host.ports.is_empty()).take(SHOWN);
        let shown = answers.map(|host| {
            let text = format!("{} answers on {} ports", name(host), host.ports.len());
            of(&host.place, text)
        });
        return shown.collect();
    }
    if let Some(finds) = rule.finds {
        let about = match finds {
            Finds::Tls => About::Tls,
            Finds::Credentials => About::Credentials,
        };
        let grave = scan.value.worst(about).filter(|it| it.level >= Level::Medium);
        let shown = grave
            .map(|it| of(&it.place, format!("{} {}: {}", it.subject, it.id, it.text)));
        return shown.into_iter().collect();
    }
    let open = hosts.flat_map(|host| {
        let ports = host.ports.iter().filter(|port| rule.ports.contains(&port.number));
        ports.map(move |port| (host, port))
    });
    let shown = open.take(SHOWN).map(|(host, port)| {
        let service = match port.service.as_str() {
            "" => String::new(),
            service => format!(" ({service})"),
        };
        let text =
            format!("{}: {}/{} is open{service}", name(host), port.protocol, port.number);
        of(&host.place, text)
    });
    shown.collect()
}

// --- the SBOM, and statements, beside a scan -----------------------------------------------

/// An SBOM that names operating systems, and a scan that sees another.
fn system_differs(held: &Held<Bom>, scan: &From<Scan>) -> Option<Contradiction> {
    let other = scan.value.hosts.iter().find_map(|host| {
        let (is_named, component, seen) = observation::system(&held.value, host)?;
        (!is_named).then_some((host, component, seen))
    });
    let (host, first, seen) = other?;
    let rule = rule("operating-system-differs")?;
    let own = Ground::observed(
        &held.file,
        first.place.clone(),
        format!("the SBOM names {}", called(first)),
    );
    let text = format!("{} is taken for {} ({seen})", name(host), host.system);
    let theirs = Ground::of(class(scan.side), &scan.file, host.place.clone(), text);
    let grounds = vec![own, theirs.dated(scan.value.day)];
    Some(found(rule, Between::SbomAndScan, grounds))
}

/// An SBOM without a server that a device answers with, or with it in another version.
fn server_differs(held: &Held<Bom>, scan: &From<Scan>) -> Option<Contradiction> {
    let seen = Observation::of(scan.file.as_str(), "", class(scan.side), &scan.value);
    let mut grounds = observation::servers(&held.file, &held.value, &seen).differs;
    grounds.truncate(SHOWN);
    let rule = rule("server-differs").filter(|_| !grounds.is_empty())?;
    Some(found(rule, Between::SbomAndScan, grounds))
}

fn rule(id: &str) -> Option<&'static Rule> {
    FILE.rule.iter().find(|rule| rule.id == id)
}

/// Statements that a flaw does not touch the product, and a scanner that finds it there.
fn statements_contradicted(bid: &Bid, scan: &From<Scan>) -> Vec<Contradiction> {
    let Some(rule) = rule("statement-contradicted") else { return Vec::new() };
    let mut contradictions = Vec::new();
    for held in statements(bid) {
        for (number, status, place) in denials(&held.value) {
            let Some(flaw) = held.value.vulnerabilities.get(number) else { continue };
            let names = |text: &str| flaw.ids.iter().any(|id| is_named(text, id));
            let finding = scan.value.findings.iter().find(|it| {
                it.level >= Level::Medium && (names(&it.id) || names(&it.text))
            });
            let (Some(finding), Some(id)) = (finding, flaw.ids.first()) else { continue };
            let own = format!("{id}: {}", status.word().replace('_', " "));
            let text = format!("{} {}: {}", finding.subject, finding.id, finding.text);
            let grounds = vec![
                Ground::of(Class::Attested, &held.file, place, own),
                Ground::of(class(scan.side), &scan.file, finding.place.clone(), text)
                    .dated(scan.value.day),
            ];
            contradictions.push(found(rule, Between::StatementAndScan, grounds));
        }
    }
    contradictions
}

/// The flaws of which a document says that they do not touch the product, by number, each
/// with where it says so.
fn denials(record: &Record) -> Vec<(usize, Status, Place)> {
    let is_denied =
        |status: Status| matches!(status, Status::NotAffected | Status::Fixed);
    let plain = record.statements.iter().filter(|it| is_denied(it.status));
    let mut denials: Vec<(usize, Status, Place)> =
        plain.map(|it| (it.vulnerability, it.status, it.place.clone())).collect();
    let of_products = record.products.iter().flat_map(|product| &product.statuses);
    for status in of_products.filter(|it| is_denied(it.status)) {
        let number = status.vulnerability;
        if !denials.iter().any(|(other, _, _)| *other == number) {
            let pointer = format!("/vulnerabilities/{number}/product_status");
            denials.push((number, status.status, Place::Pointer(pointer)));
        }
    }
    denials
}

/// Whether an id stands in a text, and no longer one that begins with it.
fn is_named(text: &str, id: &str) -> bool {
    let (text, id) = (text.to_lowercase(), id.to_lowercase());
    !id.is_empty()
        && text.match_indices(&id).any(|(at, _)| {
            let rest = text.get(at + id.len()..).unwrap_or_default();
            !rest.starts_with(|c: char| c.is_ascii_alphanumeric())
        })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_rules_are_read_and_each_can_be_told() {
        let file: File = toml::from_str(DATA).unwrap();
        let ids: BTreeSet<&str> = file.rule.iter().map(|rule| rule.id.as_str()).collect();
        assert_eq!(ids.len(), file.rule.len());
        for rule in &file.rule {
            assert!(!rule.title.ends_with('.') && rule.ask.ends_with('?'), "{}", rule.id);
            for answer in &rule.form {
                assert!(read(answer).is_some(), "{}: {answer}", rule.id);
            }
            let by_scan = rule.hosts || rule.finds.is_some() || !rule.ports.is_empty();
            assert_eq!(by_scan, !rule.form.is_empty(), "{}", rule.id);
        }
        for id in [
            "another-product",
            "another-version",
            "operating-system-differs",
            "server-differs",
            "statement-contradicted",
        ] {
            assert!(rule(id).is_some());
        }
        assert_eq!(version(), "2026-11-26");
    }

    #[test]
    fn an_id_is_named_whole() {
        assert!(is_named("CVE-2024-1234 in openssl", "cve-2024-1234"));
        assert!(!is_named("CVE-2024-12345 in openssl", "CVE-2024-1234"));
        assert!(!is_named("anything", ""));
    }
}
