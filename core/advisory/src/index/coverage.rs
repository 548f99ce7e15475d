//! Of what an index speaks at all: ecosystems with their releases, and CPE names.
//!
//! Where no feed speaks of an ecosystem, or of a release of a distribution, finding nothing
//! is no answer. So an index counts, ecosystem by ecosystem, the records of those sources
//! whose business it is to speak of it: OSV of everything, CSAF of distributions (whose own
//! notices are CSAF). A CVE record or a maker's notice that names a package in passing is
//! no feed of its registry. A record that was withdrawn counts: its feed is there. A
//! record of a malicious package (OSV ids that begin with `MAL-`) does not: whoever collects
//! those says nothing of vulnerabilities.
//!
//! CPE names are those of NVD and the CVE list, which go through all products.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use super::body::{self, Head, IdentityRef, Part};
use super::octets::{Cut, Out};
use crate::Source;
use crate::package::Key;

/// Of what an index speaks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// In the order of their names.
    pub ecosystems: Vec<Ecosystem>,
    /// Records of NVD and the CVE list with CPE names.
    pub cpe_records: u64,
}

/// One ecosystem, by the names of [`Key`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ecosystem {
    /// `npm`, `deb/debian`.
    pub ecosystem: String,
    /// How many records speak of it.
    pub records: u64,
    /// Its releases with their records, in the order of their names; empty is what is said
    /// of every release.
    pub releases: Vec<(String, u64)>,
}

/// Whether a package is among what an index speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Covered {
    /// Records speak of its ecosystem, and of its release where it states one.
    Yes,
    /// No record does.
    No,
}

impl Coverage {
    /// Whether records speak of the ecosystem and release of a package. One that states no
    /// release is covered where any release is.
    #[must_use]
    pub fn of(&self, key: &Key) -> Covered {
        let found = self
            .ecosystems
            .binary_search_by(|own| own.ecosystem.as_str().cmp(&key.ecosystem));
        let Some(own) = found.ok().and_then(|at| self.ecosystems.get(at)) else {
            return Covered::No;
        };
        let mut releases = own.releases.iter();
        let met = key.release.is_empty()
            || releases.any(|(release, _)| release.is_empty() || *release == key.release);
        if met { Covered::Yes } else { Covered::No }
    }
}

/// Counts while an index is written, or over several.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// All records, and those of each release.
    ecosystems: BTreeMap<String, (u64, BTreeMap<String, u64>)>,
    cpe_records: u64,
}

impl Tally {
    /// Counts a record.
    pub(super) fn count(&mut self, body: Cut<'_>) {
        let spoken = Spoken::of(body);
        self.cpe_records += spoken.cpe_records;
        let mut last = "";
        for (ecosystem, release) in spoken.packages {
            if !self.ecosystems.contains_key(ecosystem) {
                self.ecosystems.insert(ecosystem.to_owned(), Default::default());
            }
            let Some((records, releases)) = self.ecosystems.get_mut(ecosystem) else {
                continue;
            };
            *records += u64::from(ecosystem != last);
            last = ecosystem;
            match releases.get_mut(release) {
                Some(count) => *count += 1,
                None => {
                    releases.insert(release.to_owned(), 1);
                }
            }
        }
    }

    /// Takes back a record that was counted, which a newer layer masks.
    pub(super) fn take_back(&mut self, body: Cut<'_>) {
        let spoken = Spoken::of(body);
        self.cpe_records = self.cpe_records.saturating_sub(spoken.cpe_records);
        let mut last = "";
        for (ecosystem, release) in spoken.packages {
            let Some((records, releases)) = self.ecosystems.get_mut(ecosystem) else {
                continue;
            };
            *records = records.saturating_sub(u64::from(ecosystem != last));
            last = ecosystem;
            if let Some(count) = releases.get_mut(release) {
                *count = count.saturating_sub(1);
            }
        }
    }

    /// Adds what another layer counted.
    pub(super) fn add(&mut self, bytes: &[u8], damage: &AtomicBool) {
        let mut cut = Cut::new(bytes, damage);
        self.cpe_records = self.cpe_records.saturating_add(cut.number());
        for mut item in cut.list() {
            let own = self.ecosystems.entry(item.text().to_owned()).or_default();
            own.0 = own.0.saturating_add(item.number());
            for mut item in item.list() {
                let count = own.1.entry(item.text().to_owned()).or_default();
                *count = count.saturating_add(item.number());
            }
        }
    }

    pub(super) fn encode(self) -> Vec<u8> {
        let coverage = Coverage::from(self);
        let mut out = Out::default();
        out.number(coverage.cpe_records);
        out.list(&coverage.ecosystems, |out, own| {
            out.text(&own.ecosystem);
            out.number(own.records);
            out.list(&own.releases, |out, (release, records)| {
                out.text(release);
                out.number(*records);
            });
        });
        out.into_bytes()
    }
}

impl From<Tally> for Coverage {
    /// What nobody speaks of any more is left out.
    fn from(tally: Tally) -> Self {
        let ecosystems = tally.ecosystems.into_iter();
        Self {
            ecosystems: ecosystems
                .filter(|(_, (records, _))| *records > 0)
                .map(|(ecosystem, (records, releases))| Ecosystem {
                    ecosystem,
                    records,
                    releases: releases
                        .into_iter()
                        .filter(|(_, records)| *records > 0)
                        .collect(),
                })
                .collect(),
            cpe_records: tally.cpe_records,
        }
    }
}

/// How the ids of OSV's records of malicious packages begin.
const MALICIOUS: &str = "MAL-";

/// Of what one record speaks.
struct Spoken<'a> {
    /// Ecosystem and release, each pair once, in their order.
    packages: Vec<(&'a str, &'a str)>,
    /// One where it names something by CPE.
    cpe_records: u64,
}

impl<'a> Spoken<'a> {
    fn of(body: Cut<'a>) -> Self {
        let source = Head::standing(body).0;
        let mut spoken = Self { packages: Vec::new(), cpe_records: 0 };
        match source {
            Source::Osv if Head::key(body).1.starts_with(MALICIOUS) => {}
            Source::Osv | Source::Csaf => spoken.read_packages(body, source),
            Source::Cve | Source::Nvd => {
                let named = body::part(body, Part::Configurations).next().is_some()
                    || identities(body).any(|own| matches!(own, IdentityRef::Cpe(_)));
                spoken.cpe_records = u64::from(named);
            }
            Source::OpenVex | Source::CycloneDxVex | Source::Kev | Source::Epss => {}
        }
        spoken
    }

    fn read_packages(&mut self, body: Cut<'a>, source: Source) {
        for identity in identities(body) {
            let IdentityRef::Package { ecosystem, release, .. } = identity else {
                continue;
            };
            let is_own = source == Source::Osv || ecosystem.contains('/');
            if is_own && self.packages.last() != Some(&(ecosystem, release)) {
                self.packages.push((ecosystem, release));
            }
        }
        self.packages.sort_unstable();
        self.packages.dedup();
    }
}

fn identities(body: Cut<'_>) -> impl Iterator<Item = IdentityRef<'_>> {
    body::part(body, Part::Affected).map(|mut item| {
        item.size();
        body::identity_ref(&mut item)
    })
}

#[cfg(test)]
mod tests {
    use reading::Place;

    use super::super::{Entry, Index, compile};
    use super::*;
    use crate::{Affected, Identity, Record, State, Vulnerability};

    fn key(ecosystem: &str, release: &str) -> Key {
        Key {
            ecosystem: ecosystem.to_owned(),
            name: "p".to_owned(),
            release: release.to_owned(),
        }
    }

    fn record(source: Source, state: State, identities: Vec<Identity>) -> Record {
        Record {
            source,
            id: "X-1".to_owned(),
            publisher: String::new(),
            title: String::new(),
            published: String::new(),
            modified: "2026-01-01T00:00:00Z".to_owned(),
            state,
            tlp: String::new(),
            vulnerabilities: vec![Vulnerability::default()],
            related: Vec::new(),
            affected: identities
                .into_iter()
                .map(|identity| Affected {
                    vulnerability: 0,
                    identity,
                    extents: Vec::new(),
                    otherwise: None,
                    limits: Vec::new(),
                    place: Place::Document,
                })
                .collect(),
            configurations: Vec::new(),
            products: Vec::new(),
            remediations: Vec::new(),
            notes: Vec::new(),
            statements: Vec::new(),
            impacts: Vec::new(),
        }
    }

    #[test]
    fn a_feed_covers_what_it_is_about_and_nothing_that_is_named_in_passing() {
        #[track_caller]
        fn check(source: Source, of: Key, sought: Key, expected: Covered) {
            let told = format!("{source:?} {of:?} {sought:?}");
            let record = record(source, State::Live, vec![Identity::Package(of)]);
            let bytes = compile(vec![Entry::record(&record, &[])]).unwrap();
            let index = Index::open(&bytes, &[]).unwrap();
            assert_eq!(index.coverage().of(&sought), expected, "{told}");
            assert!(!index.is_damaged());
        }

        let npm = || key("npm", "");
        let ubuntu = |release| key("deb/ubuntu", release);
        check(Source::Osv, npm(), npm(), Covered::Yes);
        check(Source::Osv, npm(), key("pypi", ""), Covered::No);
        check(Source::Osv, ubuntu("22.04"), ubuntu("22.04"), Covered::Yes);
        check(Source::Osv, ubuntu("22.04"), ubuntu("24.04"), Covered::No);
        check(Source::Osv, ubuntu("22.04"), ubuntu(""), Covered::Yes);
        check(Source::Osv, ubuntu(""), ubuntu("24.04"), Covered::Yes);
        check(Source::Osv, ubuntu("22.04"), key("deb/debian", "12"), Covered::No);
        check(Source::Csaf, key("rpm/redhat", ""), key("rpm/redhat", "9"), Covered::Yes);
        check(Source::Csaf, npm(), npm(), Covered::No);
        check(Source::Cve, npm(), npm(), Covered::No);
        check(Source::OpenVex, npm(), npm(), Covered::No);
    }

    #[test]
    fn a_feed_of_malicious_packages_alone_covers_nothing() {
        #[track_caller]
        fn check(ids: &[&str], expected: Covered) {
            let of = |id: &&str| {
                let npm = vec![Identity::Package(key("npm", ""))];
                Record { id: (*id).to_owned(), ..record(Source::Osv, State::Live, npm) }
            };
            let entries = ids.iter().map(|id| Entry::record(&of(id), &[])).collect();
            let bytes = compile(entries).unwrap();
            let index = Index::open(&bytes, &[]).unwrap();
            assert_eq!(index.coverage().of(&key("npm", "")), expected, "{ids:?}");
        }

        check(&["MAL-2024-1"], Covered::No);
        check(&["MAL-2024-1", "MAL-2024-2"], Covered::No);
        check(&["MAL-2024-1", "GHSA-2222-2222-2222"], Covered::Yes);
        check(&["GHSA-2222-2222-2222"], Covered::Yes);
    }

    #[test]
    fn records_count_once_for_each_ecosystem_and_release_and_withdrawn_ones_too() {
        let package = |ecosystem, release| Identity::Package(key(ecosystem, release));
        let record = record(
            Source::Osv,
            State::Withdrawn("2026-01-01T00:00:00Z".to_owned()),
            vec![
                package("deb/debian", "12"),
                package("npm", ""),
                package("deb/debian", "11"),
                package("deb/debian", "12"),
            ],
        );
        let bytes = compile(vec![Entry::record(&record, &[])]).unwrap();
        let one = |release: &str| (release.to_owned(), 1);
        let debian = Ecosystem {
            ecosystem: "deb/debian".to_owned(),
            records: 1,
            releases: vec![one("11"), one("12")],
        };
        let npm = Ecosystem {
            ecosystem: "npm".to_owned(),
            records: 1,
            releases: vec![one("")],
        };
        let index = Index::open(&bytes, &[]).unwrap();
        let expected = Coverage { ecosystems: vec![debian, npm], cpe_records: 0 };
        assert_eq!(*index.coverage(), expected);
    }

    #[test]
    fn cpe_names_are_those_of_nvd_and_the_cve_list() {
        #[track_caller]
        fn check(source: Source, expected: u64) {
            let name = "cpe:2.3:a:x:y:1:*:*:*:*:*:*:*".to_owned();
            let cpe = vec![Identity::Cpe(name)];
            let record = record(source, State::Live, cpe);
            let bytes = compile(vec![Entry::record(&record, &[])]).unwrap();
            let index = Index::open(&bytes, &[]).unwrap();
            assert_eq!(index.coverage().cpe_records, expected, "{source:?}");
        }

        check(Source::Nvd, 1);
        check(Source::Cve, 1);
        check(Source::Csaf, 0);
        check(Source::Osv, 0);
    }
}
