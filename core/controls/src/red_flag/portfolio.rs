//! Flags 26 and 58: statements about flaws, and what all products have in common.

use std::collections::{BTreeMap, BTreeSet};

use advisory::Record;
use reading::Place;
use sbom::{Bom, Component};
use terms::vex::{Justification, Status};

use crate::case::{Case, GROUNDS_MAX};
use crate::evidence::Held;
use crate::finding::{Ground, Ruling};
use crate::red_flag::Of;

/// Statements of one document that say *not affected*.
#[derive(Default)]
struct Said {
    reasoned: usize,
    bare: Vec<Ground>,
}

/// Whether a statement says why.
enum Reason {
    Given,
    Missing,
}

impl Reason {
    /// A justification, or an impact statement in words.
    fn of(justification: Option<Justification>, words: &str) -> Self {
        match justification.is_none() && words.trim().is_empty() {
            true => Self::Missing,
            false => Self::Given,
        }
    }
}

/// 26: not affected, without a reason.
pub(super) fn vex_unreasoned(case: &Case<'_>, _: Of<'_>) -> Ruling {
    let mut said = Said::default();
    let mut grounds = Vec::new();
    for held in &case.evidence.vex {
        let before = said.reasoned;
        said.record(held);
        grounds.extend(counted(&held.file, said.reasoned - before));
    }
    for held in case.evidence.products.iter().flat_map(|product| &product.sboms) {
        let before = said.reasoned;
        said.bom(held);
        grounds.extend(counted(&held.file, said.reasoned - before));
    }
    let change = "a justification, or an impact statement, for each";
    if !said.bare.is_empty() {
        let why = format!(
            "{} statements say not affected without a reason, {} with one",
            said.bare.len(),
            said.reasoned
        );
        said.bare.truncate(GROUNDS_MAX);
        return Ruling::raised(why, said.bare, change);
    }
    match said.reasoned {
        0 => Ruling::cannot_tell(
            "no statement says not affected",
            Vec::new(),
            "VEX documents",
        ),
        count => {
            let why =
                format!("all {count} statements that say not affected give a reason");
            Ruling::clear(why, grounds, "a statement without a reason")
        }
    }
}

fn counted(file: &str, count: usize) -> Option<Ground> {
    let text = format!("{count} statements with a reason");
    (count > 0).then(|| Ground::observed(file, Place::Document, text))
}

impl Said {
    /// OpenVEX and CycloneDX make statements; CSAF says it of products of its tree.
    fn record(&mut self, held: &Held<Record>) {
        let record = &held.value;
        for statement in &record.statements {
            if statement.status == Status::NotAffected {
                let reason = Reason::of(statement.justification, &statement.impact);
                let ids = record.vulnerabilities.get(statement.vulnerability);
                let id =
                    ids.and_then(|it| it.ids.first()).map_or("a flaw", String::as_str);
                self.count(reason, &held.file, &statement.place, id);
            }
        }
        for (at, product) in record.products.iter().enumerate() {
            for status in &product.statuses {
                if status.status != Status::NotAffected {
                    continue;
                }
                let impact = record.impacts.iter().find(|impact| {
                    impact.vulnerability == status.vulnerability
                        && impact.products.contains(&at)
                });
                let impact = impact.map_or("", |impact| impact.text.as_str());
                let ids = record.vulnerabilities.get(status.vulnerability);
                let id =
                    ids.and_then(|it| it.ids.first()).map_or("a flaw", String::as_str);
                let reason = Reason::of(status.justification, impact);
                self.count(reason, &held.file, &product.place, id);
            }
        }
    }

    fn bom(&mut self, held: &Held<Bom>) {
        for statement in &held.value.statements {
            if statement.status == Some(Status::NotAffected) {
                let reason = Reason::of(statement.justification, &statement.detail);
                self.count(reason, &held.file, &statement.place, &statement.id);
            }
        }
    }

    fn count(&mut self, reason: Reason, file: &str, place: &Place, id: &str) {
        match reason {
            Reason::Given => self.reasoned += 1,
            Reason::Missing => {
                let text = format!("{id}: not affected, without a reason");
                self.bare.push(Ground::observed(file, place.clone(), text));
            }
        }
    }
}

/// 58: what all products have in common.
pub(super) fn shared_components(case: &Case<'_>, _: Of<'_>) -> Ruling {
    let products = case.evidence.products.iter().filter(|it| !it.sboms.is_empty());
    let parts: Vec<BTreeMap<String, (&Held<Bom>, &Component)>> = products
        .map(|product| {
            let of = product.sboms.iter().flat_map(|held| {
                held.value.components.iter().map(move |component| (held, component))
            });
            of.filter_map(|(held, it)| Some((key(it)?, (held, it)))).collect()
        })
        .collect();
    let least = case.thresholds.portfolio_min;
    if parts.len() < least {
        let why = format!("SBOMs of {} products; {least} are needed", parts.len());
        return Ruling::cannot_tell(why, Vec::new(), "SBOMs of further products");
    }
    let all: BTreeSet<&String> = parts.iter().flat_map(BTreeMap::keys).collect();
    let mut common: BTreeSet<&String> = all.clone();
    for part in &parts {
        common.retain(|key| part.contains_key(*key));
    }
    let percent = common.len().saturating_mul(100).checked_div(all.len()).unwrap_or(0);
    let why = format!(
        "{} of {} components, of one version, are in all {} products",
        common.len(),
        all.len(),
        parts.len()
    );
    let first = parts.first().into_iter();
    let shown = first.flat_map(|part| common.iter().filter_map(|key| part.get(*key)));
    let mut grounds: Vec<Ground> = shown
        .take(GROUNDS_MAX)
        .map(|(held, it)| {
            let version = it.version.as_deref().unwrap_or_default();
            let text = format!("{} {version}, in every product", it.name);
            Ground::observed(&held.file, it.place.clone(), text)
        })
        .collect();
    match percent > case.thresholds.shared_percent {
        true => Ruling::raised(
            why,
            grounds,
            "other components, or ways to update all at once",
        ),
        false => {
            let boms = case.evidence.products.iter().flat_map(|product| &product.sboms);
            grounds.extend(boms.take(1).map(|held| {
                Ground::observed(&held.file, Place::Document, "compared with the others")
            }));
            Ruling::clear(why, grounds, "SBOMs of further products")
        }
    }
}

/// By what a component is the same in two documents: its package URL, else name and version.
fn key(component: &Component) -> Option<String> {
    if let Some(purl) = component.purl.as_deref().filter(|purl| !purl.trim().is_empty()) {
        return Some(purl.trim().to_owned());
    }
    let version = component.version.as_deref()?;
    (!component.name.trim().is_empty()).then(|| format!("{} {version}", component.name))
}
