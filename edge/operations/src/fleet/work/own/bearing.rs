//! What each own analysis of a flaw does about one device, and where it does nothing, why.
//!
//! An analysis counts for what it was written about and for nothing more. Where the flaw
//! touches a device by another component or in another release, whoever wrote it would
//! believe the flaw settled, so that is said beside the verdict.

use std::collections::{BTreeMap, BTreeSet};

use store::{Analysis, Device};
use terms::Purl;
use worklist::{Product, Weight};

use super::{Kept, is_spared};
use crate::build::Finding;
use crate::fleet::Holdings;

/// What an own analysis does about a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bearing {
    /// It decides about everything that it is about here.
    Decides,
    /// Somebody answered that this device is affected, which says more.
    Answered,
    /// A maker says otherwise.
    Outweighed,
    /// The organisation itself says something more specific, or said something later.
    Overtaken,
    /// It says nothing that would clear a verdict, or not why.
    Marks,
    /// It is about another component, or about the device itself and the flaw is in a component.
    OtherComponent,
    /// It is about another release of the product.
    OtherRelease,
    /// The verdict rests on a document about which it says nothing, too.
    OtherDocument,
    /// It is about another product.
    OtherProduct,
    /// There is no verdict that it could change.
    NothingOpen,
    /// Somebody took it back.
    TakenBack,
}

impl Bearing {
    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Decides => "decides",
            Self::Answered => "answered",
            Self::Outweighed => "outweighed",
            Self::Overtaken => "overtaken",
            Self::Marks => "marks",
            Self::OtherComponent => "other_component",
            Self::OtherRelease => "other_release",
            Self::OtherDocument => "other_document",
            Self::OtherProduct => "other_product",
            Self::NothingOpen => "nothing_open",
            Self::TakenBack => "taken_back",
        }
    }

    const fn of(weight: Weight) -> Self {
        match weight {
            Weight::Decides => Self::Decides,
            Weight::Outweighed => Self::Outweighed,
            Weight::Overtaken => Self::Overtaken,
            Weight::Marks => Self::Marks,
        }
    }
}

/// An own analysis beside verdicts about a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beside {
    /// The analysis.
    pub analysis: Analysis,
    /// What it does about them.
    pub bearing: Bearing,
    /// Who says what counts before it, where a maker does.
    pub outweighed_by: String,
    /// The components in which the flaw is and of which it says nothing, in words; an empty
    /// one is the device itself.
    pub left: BTreeSet<String>,
}

/// What an organisation found out by itself, as it is held beside the verdicts about one of its
/// devices.
#[derive(Clone, Debug, Default)]
pub struct OwnWord {
    all: Vec<Met>,
}

/// An analysis, and what it meets.
#[derive(Clone, Debug)]
struct Met {
    analysis: Analysis,
    /// The ids of the vulnerability.
    names: BTreeSet<String>,
    reach: Reach,
    /// What it weighs, by the number of the judgement.
    weights: BTreeMap<i64, Weight>,
}

/// How near an analysis comes to a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    Release,
    Product,
    Nothing,
}

/// Whether two keys mean one component: they are the same, or one package by the rules of package
/// URLs.
pub(super) fn is_same_component(one: &str, other: &str) -> bool {
    let package =
        |key: &str| Purl::parse(key).ok().map(|purl| purl.package().to_string());
    one == other || package(one).is_some_and(|own| package(other) == Some(own))
}

impl Holdings {
    /// What the organisation of a device found out by itself about the product of the device,
    /// and about other products as far as it is about a vulnerability of these names; what was
    /// taken back too.
    #[must_use]
    pub fn own_word(&self, device: &Device, names: &BTreeSet<String>) -> OwnWord {
        let products = self.products_of(device);
        let weights = &self.heeded().weights;
        let own = self.work.own.analyses.values().filter(|kept| {
            kept.analysis.organisation == device.organisation
                && !kept.analysis.found.state.is_empty()
        });
        let all = own.filter_map(|kept| {
            let id = &kept.analysis.about.vulnerability;
            let known = self.advisories.as_deref();
            let joined = known.map(|known| [known.main_name(id), known.flaw(id)]);
            let called: BTreeSet<String> =
                joined.into_iter().flatten().chain([id.clone()]).collect();
            let reach = reach(kept, &products);
            let is_meant = reach != Reach::Nothing || !called.is_disjoint(names);
            let range = (kept.analysis.id, i64::MIN)..=(kept.analysis.id, i64::MAX);
            is_meant.then(|| Met {
                analysis: kept.analysis.clone(),
                names: called,
                reach,
                weights: weights.range(range).map(|((_, id), it)| (*id, *it)).collect(),
            })
        });
        OwnWord { all: all.collect() }
    }

    /// What a device is: by its inventory, and by the documents of its organisation that verdicts
    /// about it rest on.
    fn products_of(&self, device: &Device) -> Vec<(&Product, &str)> {
        let build = self.work.products.get(&device.configuration);
        let build = build.map(|(product, version)| (product, version.as_str()));
        let ids = self.work.by_build.get(&device.configuration).into_iter().flatten();
        let held = ids.filter_map(|id| self.work.findings.get(id));
        let bills: BTreeSet<i64> =
            held.flat_map(|held| held.bills.iter().copied()).collect();
        let bills = bills.iter().filter_map(|bill| self.work.own.bills.get(bill));
        let described = bills.filter(|of| of.organisation == device.organisation);
        let described = described.map(|of| (&of.product, of.version.as_str()));
        build.into_iter().chain(described).collect()
    }
}

fn reach(kept: &Kept, products: &[(&Product, &str)]) -> Reach {
    let mut of_product =
        products.iter().filter(|(product, _)| kept.is_of_product(product));
    if of_product.clone().any(|(_, version)| kept.is_of_version(version)) {
        return Reach::Release;
    }
    match of_product.next() {
        Some(_) => Reach::Product,
        None => Reach::Nothing,
    }
}

impl OwnWord {
    /// What was found out about a vulnerability of these names beside verdicts about it, what
    /// counts first, else the newest first.
    #[must_use]
    pub fn about(&self, names: &BTreeSet<String>, findings: &[&Finding]) -> Vec<Beside> {
        let meant = self.all.iter().filter(|met| !met.names.is_disjoint(names));
        let mut all: Vec<Beside> = meant.map(|met| met.beside(findings)).collect();
        all.sort_by(|one, other| {
            let newest = other.analysis.said.cmp(&one.analysis.said);
            one.bearing.cmp(&other.bearing).then(newest)
        });
        all
    }

    /// Who found out what is held.
    pub fn people(&self) -> impl Iterator<Item = i64> {
        self.all.iter().map(|met| met.analysis.said_by)
    }
}

impl Met {
    fn beside(&self, findings: &[&Finding]) -> Beside {
        let about = self.analysis.about.component.as_str();
        let is_it = |finding: &&&Finding| {
            is_same_component(&finding.judgement.subject.component, about)
        };
        let own: Vec<&Finding> = findings.iter().filter(is_it).copied().collect();
        let weighed = own.iter().filter_map(|finding| {
            let weight = self.weights.get(&finding.judgement.id)?;
            let settled = *weight == Weight::Decides && finding.is_settled();
            Some((
                if settled { Bearing::Answered } else { Bearing::of(*weight) },
                *finding,
            ))
        });
        // Of several documents that say so, the one that it does not clear is told.
        let strongest = weighed.max_by_key(|(bearing, _)| *bearing);
        let bearing = match &strongest {
            _ if self.analysis.withdrawn.is_some() => Bearing::TakenBack,
            Some((bearing, _)) => *bearing,
            None => self.without_weight(&own, findings),
        };
        let outweighs = strongest.filter(|_| bearing == Bearing::Outweighed);
        let outweighs = outweighs.and_then(|(_, finding)| finding.said.first());
        let left = findings.iter().filter(|finding| {
            !own.iter().any(|one| one.judgement.id == finding.judgement.id)
                && !is_spared(finding.verdict)
        });
        Beside {
            analysis: self.analysis.clone(),
            bearing,
            outweighed_by: outweighs
                .map(|said| said.advisory.clone())
                .unwrap_or_default(),
            left: left.map(|finding| finding.component()).collect(),
        }
    }

    /// Why it decides about none of these.
    fn without_weight(&self, own: &[&Finding], findings: &[&Finding]) -> Bearing {
        let is_open = own.iter().any(|finding| !is_spared(finding.verdict));
        match self.reach {
            Reach::Nothing => Bearing::OtherProduct,
            Reach::Product => Bearing::OtherRelease,
            Reach::Release if is_open => Bearing::OtherDocument,
            Reach::Release if own.is_empty() && !findings.is_empty() => {
                Bearing::OtherComponent
            }
            Reach::Release => Bearing::NothingOpen,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_keys_are_one_component_only_where_package_urls_say_so() {
        let same = [
            ("pkg:pypi/Django", "pkg:pypi/django"),
            ("pkg:npm/%40angular/core", "pkg:npm/@angular/core"),
            ("", ""),
        ];
        let others = [
            ("pkg:deb/debian/openssl", "pkg:deb/debian/libssl1.1"),
            ("pkg:deb/debian/openssl", "pkg:deb/ubuntu/openssl"),
            ("openssl:openssl", "pkg:generic/openssl"),
            ("/openssl", "/OpenSSL"),
            ("", "pkg:generic/openssl"),
        ];
        let is_either_way =
            |(one, other)| (is_same_component(one, other), is_same_component(other, one));
        for pair in same {
            assert_eq!(is_either_way(pair), (true, true), "{pair:?}");
        }
        for pair in others {
            assert_eq!(is_either_way(pair), (false, false), "{pair:?}");
        }
    }
}
