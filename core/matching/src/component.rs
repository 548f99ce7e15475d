//! Which known vulnerabilities touch the components of a system.
//!
//! There is one comparison and there are two ways to it: [`judge`] goes from each component
//! to what is said of it, [`judge_vulnerability`] from a vulnerability to the components
//! that it names. Both fill the same `Pairs`, so they cannot disagree about a verdict;
//! tests hold that they do not disagree about who is asked either.
//!
//! What meets nothing allocates nothing: a word is written down only for a pair that asks
//! something of a person.

pub(crate) mod pairs;

use std::collections::{BTreeMap, BTreeSet};

use advisory::index::{IdentityRef, Index, VulnerabilityRef};

use crate::cpe_names;
use crate::finding::{self, Finding, Judgement};
use crate::statement::Voices;
use crate::system::{Position, Share, System};
use crate::unknown::{Unknown, Why};

pub(crate) use pairs::Pairs;

/// Judges every component of a system.
#[must_use]
pub fn judge<'s>(
    system: &'s System<'s>,
    index: &'s Index<'s>,
    voices: &Voices<'_>,
) -> Judgement<'s> {
    judge_share(system, index, voices, Share::whole(system))
}

/// Judges some components of a system amid all the others, so that shares of one system
/// can be judged at the same time. Their findings and unknowns, one share behind the other,
/// are those of the whole.
#[must_use]
pub fn judge_share<'s>(
    system: &'s System<'s>,
    index: &'s Index<'s>,
    voices: &Voices<'_>,
    share: Share,
) -> Judgement<'s> {
    let mut pairs = Pairs::of(system, share);
    for (number, candidate) in share.candidates(system) {
        for package in &candidate.packages {
            let key = &package.key;
            for affected in index.package(&key.ecosystem, &key.name) {
                pairs.package(number, package, &affected);
            }
        }
        pairs.settle_quiet(number);
    }
    pairs.settle_releases(index);
    for (vendor, product) in cpe_names::keys(system) {
        for affected in index.cpe(&vendor, &product) {
            pairs.cpe(&affected);
        }
        for configuration in index.configurations(&vendor, &product) {
            pairs.configuration(&configuration);
        }
    }
    conclude(pairs, index, voices, Claims::All)
}

/// Judges a system against everything that an id leads to.
///
/// Notices of distributions that fix a CVE are among it: whoever asks for the CVE must hear
/// of them. What nobody has analysed is asked of the document as a whole. An id of which the index
/// knows nothing may still be one of which a statement speaks.
#[must_use]
pub fn judge_id<'s>(
    system: &'s System<'s>,
    index: &'s Index<'s>,
    voices: &Voices<'_>,
    id: &'s str,
) -> Judgement<'s> {
    let vulnerabilities = led_to(index, id);
    if vulnerabilities.is_empty() {
        return conclude(Pairs::new(system), index, voices, Claims::Named(id));
    }
    let mut whole = Judgement::default();
    for vulnerability in vulnerabilities {
        let one = judge_vulnerability(system, index, voices, vulnerability);
        whole.findings.extend(one.findings);
        for unknown in one.unknowns {
            if !whole.unknowns.contains(&unknown) {
                whole.unknowns.push(unknown);
            }
        }
        whole.heard.extend(one.heard);
    }
    whole
}

/// The vulnerabilities to which an id leads, and after them those of the notices that name
/// it among what they fix.
#[must_use]
pub fn led_to<'s>(index: &'s Index<'s>, id: &str) -> Vec<VulnerabilityRef<'s>> {
    let mut all = index.vulnerabilities(id);
    for notice in index.related_to(id) {
        if !all.contains(&notice) {
            all.push(notice);
        }
    }
    all
}

/// Judges a system against one vulnerability.
#[must_use]
pub fn judge_vulnerability<'s>(
    system: &'s System<'s>,
    index: &'s Index<'s>,
    voices: &Voices<'_>,
    vulnerability: VulnerabilityRef<'s>,
) -> Judgement<'s> {
    let mut pairs = Pairs::new(system);
    let packages = packages_by_key(system);
    for affected in vulnerability.affected() {
        match affected.identity() {
            IdentityRef::Package { ecosystem, name, .. } => {
                for (number, package) in
                    packages.get(&(ecosystem, name)).into_iter().flatten()
                {
                    if let Some(package) = system
                        .candidates
                        .get(*number)
                        .and_then(|candidate| candidate.packages.get(*package))
                    {
                        pairs.package(*number, package, &affected);
                    }
                }
            }
            IdentityRef::Cpe(_) => pairs.cpe(&affected),
            IdentityRef::Name { .. } => {}
        }
    }
    pairs.settle_releases(index);
    for configuration in vulnerability.configurations() {
        pairs.configuration(&configuration);
    }
    conclude(pairs, index, voices, Claims::Of(vulnerability))
}

/// Which claims of documents may make findings of their own.
#[derive(Clone, Copy)]
pub(crate) enum Claims<'s> {
    /// Every one.
    All,
    /// Those on one vulnerability.
    Of(VulnerabilityRef<'s>),
    /// Those on an id that the index does not know.
    Named(&'s str),
}

pub(crate) type Packages<'s> = BTreeMap<(&'s str, &'s str), Vec<(usize, usize)>>;

/// Where each package is: candidate and position among its packages.
pub(crate) fn packages_by_key<'s>(system: &'s System<'_>) -> Packages<'s> {
    let mut packages = Packages::new();
    for (number, candidate) in system.candidates.iter().enumerate() {
        for (at, package) in candidate.packages.iter().enumerate() {
            let key = (package.key.ecosystem.as_str(), package.key.name.as_str());
            packages.entry(key).or_default().push((number, at));
        }
    }
    packages
}

/// Hears the statements, and makes findings and unknowns of what was met.
fn conclude<'s>(
    pairs: Pairs<'s>,
    index: &'s Index<'s>,
    voices: &Voices<'_>,
    claims: Claims<'s>,
) -> Judgement<'s> {
    let system = pairs.system();
    let share = pairs.share();
    let (findings, heard) = finding::of(pairs, index, voices, claims);
    let mut unknowns = of_components(system, share, index);
    if let Claims::Of(vulnerability) = claims
        && vulnerability.is_not_analysed()
    {
        let why = match vulnerability.is_taken_back() {
            true => Why::TakenBack,
            false => Why::NotAnalysed,
        };
        let document = (Position::Subject, why);
        unknowns.entry(document).or_default().insert(vulnerability.id().to_owned());
    }
    of_findings(system, &findings, &mut unknowns);
    same_names(system, share, index, claims, &mut unknowns);
    let unknowns = unknowns
        .into_iter()
        .map(|((component, why), vulnerabilities)| Unknown {
            component,
            why,
            vulnerabilities,
        })
        .collect();
    Judgement { findings, unknowns, heard }
}

type Unknowns = BTreeMap<(Position, Why), BTreeSet<String>>;

/// One unknown for each component and reason.
fn of_components(system: &System<'_>, share: Share, index: &Index<'_>) -> Unknowns {
    let coverage = index.coverage();
    let mut unknowns = Unknowns::new();
    for (_, candidate) in share.candidates(system) {
        let uncovered = candidate.uncovered(coverage);
        let unsourced = candidate.unsourced(index);
        let whys = candidate.whys.iter().cloned();
        for why in whys.chain(uncovered).chain(unsourced) {
            unknowns.entry((candidate.position, why)).or_default();
        }
    }
    unknowns
}

/// What a finding cannot tell is also asked, once for each component and reason.
fn of_findings(system: &System<'_>, findings: &[Finding<'_>], unknowns: &mut Unknowns) {
    for finding in findings {
        for why in finding.whys(system) {
            let entry = unknowns.entry((finding.component, why)).or_default();
            entry.insert(finding.id.clone());
        }
    }
}

/// Components whose name and supplier a record gives in words: a question, never a
/// finding. Where another record settles it nothing is asked.
fn same_names<'s>(
    system: &System<'_>,
    share: Share,
    index: &'s Index<'s>,
    claims: Claims<'s>,
    unknowns: &mut Unknowns,
) {
    for (_, candidate) in share.candidates(system) {
        let name = candidate.component.name.trim();
        if name.is_empty() {
            continue;
        }
        for affected in index.named(name) {
            let IdentityRef::Name { vendor, product } = affected.identity() else {
                continue;
            };
            let vulnerability = affected.vulnerability();
            let asked = match claims {
                Claims::All => true,
                Claims::Of(one) => one == vulnerability,
                Claims::Named(_) => false,
            };
            if asked
                && is_same_vendor(candidate.component, vendor)
                && !pairs::quiet(candidate, vulnerability.affected())
                    .iter()
                    .any(crate::Ground::settles)
            {
                let why = Why::SameName { name: format!("{vendor} {product}") };
                let entry = unknowns.entry((candidate.position, why)).or_default();
                entry.insert(vulnerability.id().to_owned());
            }
        }
    }
}

/// Whether a vendor in words is that of the component: one of the words in which the
/// document names supplier, originator or group. Equality, not likeness.
fn is_same_vendor(component: &sbom::Component, vendor: &str) -> bool {
    let vendor = vendor.trim().to_lowercase();
    vendors(component).any(|own| own.to_lowercase() == vendor)
}

/// Whether a vendor in words may be that of the component: it is, or one of the two states
/// none. Whoever asks for the vulnerability is asked that much.
pub(crate) fn may_be_vendor(component: &sbom::Component, vendor: &str) -> bool {
    vendor.trim().is_empty()
        || vendors(component).next().is_none()
        || is_same_vendor(component, vendor)
}

fn vendors(component: &sbom::Component) -> impl Iterator<Item = &str> {
    [
        component.supplier.as_deref(),
        component.originator.as_deref(),
        Some(component.group.as_str()),
    ]
    .into_iter()
    .flatten()
    .map(str::trim)
    .filter(|own| !own.is_empty())
}

#[cfg(test)]
mod tests;
