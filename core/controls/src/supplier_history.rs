//! What a maker's advisories tell of its conduct, in numbers.
//!
//! Sources of the measures: FDA, "Postmarket Management of Cybersecurity in Medical Devices"
//! (2016), for days between knowing and telling; CSAF 2.0 for what an advisory says; CWE 4
//! for classes of weakness. An advisory counts as a maker's where a `vendor` branch of its
//! product tree bears the maker's name; withdrawn ones and VEX documents do not count.
//!
//! Everything is counted once for each advisory, or once for each vulnerability in one, and
//! keeps the places of what was counted.

mod figures;
mod fix;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use advisory::csaf::Publication;
use advisory::{Record, RemediationKind, Source, State, Vulnerability};
use naming::MakerMatch;
use reading::Place;
use terms::vex::Status;
use terms::{CveId, CweId, Day};

use crate::evidence::{Evidence, Likeness, Supplier};
use crate::finding::days_between;
use crate::red_flag::Thresholds;

pub use figures::{Figures, Share};
pub(crate) use fix::fix_for;

/// One advisory, and how it was made known where its document tells.
#[derive(Clone, Debug, PartialEq)]
pub struct Advisory {
    /// The file.
    pub file: String,
    /// What it says. A house that judges many suppliers shares one copy.
    pub record: Arc<Record>,
    /// How it was made known; `None` where only the record is at hand.
    pub publication: Option<Publication>,
}

impl Advisory {
    /// Whether it counts: a CSAF advisory about products of makers that still stands.
    #[must_use]
    pub fn counts(&self) -> bool {
        let is_vex =
            self.publication.as_ref().is_some_and(|it| it.category == "csaf_vex");
        self.record.source == Source::Csaf
            && self.record.state == State::Live
            && !is_vex
            && !self.vendors().is_empty()
    }

    /// The makers that its product tree names, each once.
    #[must_use]
    pub fn vendors(&self) -> BTreeSet<&str> {
        let branches = self.record.products.iter().flat_map(|product| &product.branches);
        let vendors = branches.filter(|branch| branch.category == "vendor");
        vendors
            .map(|branch| branch.name.as_str())
            .filter(|name| !name.is_empty())
            .collect()
    }

    /// The day of its first release.
    #[must_use]
    pub fn released(&self) -> Option<Day> {
        Some(terms::date::instant(&self.record.published).ok()?.day())
    }
}

/// What was counted, where it stands, and of which advisory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cited {
    /// Position among the advisories.
    pub advisory: usize,
    /// Where in it.
    pub place: Place,
    /// What stands there.
    pub text: String,
}

/// The days between a CVE's publication and the advisory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delay {
    /// The CVE and the advisory.
    pub cited: Cited,
    /// Days; none or less where the advisory came first.
    pub days: i32,
}

/// What the advisories of one maker tell, or of all makers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Measures {
    /// Positions of the advisories that were measured.
    pub advisories: Vec<usize>,
    /// The first and the last day of a release.
    pub span: Option<(Day, Day)>,
    /// How many vulnerabilities they name, each as often as it is named.
    pub vulnerabilities: usize,
    /// How many different CVEs.
    pub cves: usize,
    /// Advisories that offer no fix for any flaw.
    pub without_fix: Vec<Cited>,
    /// Vulnerabilities without a fix.
    pub vulnerabilities_without_fix: usize,
    /// Vulnerabilities for which nothing is said that one could do, one for each advisory.
    pub without_guidance: Vec<Cited>,
    /// CVEs of whose publication a record tells.
    pub delays: Vec<Delay>,
    /// Advisories with a CVE of a year that lies far back, one for each advisory.
    pub years_late: Vec<Cited>,
    /// Vulnerabilities of such years.
    pub vulnerabilities_years_late: usize,
    /// Hard-coded credentials, one for each advisory.
    pub hard_coded: Vec<Cited>,
    /// Flaws that are exploited in the wild, one for each advisory; `None` where nothing
    /// says what is.
    pub exploited: Option<Vec<Cited>>,
    /// Advisories that thank somebody.
    pub credited: usize,
    /// Advisories that thank the maker itself.
    pub self_credited: Vec<Cited>,
    /// Advisories whose revisions are told.
    pub with_history: usize,
    /// Advisories with more than one revision.
    pub revised: usize,
    /// Advisories that promise a fix, have one revision, and are old.
    pub overdue: Vec<Cited>,
    /// Advisories that promise a fix.
    pub planned: usize,
    /// Advisories with an identifier of a product.
    pub identified: usize,
    /// Weaknesses with the advisories that name them, each once.
    pub weaknesses: BTreeMap<String, Vec<Cited>>,
    /// Advisories by the category of their publisher.
    pub publishers: BTreeMap<String, usize>,
}

/// What is known beside the advisories.
#[derive(Clone, Copy)]
pub struct Beside<'e> {
    /// When CVEs were published, and what is exploited.
    pub evidence: &'e Evidence,
    /// From when on something is late.
    pub thresholds: &'e Thresholds,
    /// The day on which it is asked.
    pub today: Day,
}

/// The advisories that may be the supplier's, under another name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubtful {
    /// The name that they bear.
    pub name: String,
    /// How it is like the supplier's.
    pub by: MakerMatch,
    /// Positions of the advisories.
    pub advisories: Vec<usize>,
}

/// The history of one supplier.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// What its own advisories tell.
    pub own: Measures,
    /// Advisories that may be its own; they are told, and never counted.
    pub doubtful: Vec<Doubtful>,
    /// How many advisories were looked at.
    pub archive: usize,
}

impl History {
    /// The history of a supplier among the advisories of everybody.
    #[must_use]
    pub fn of(supplier: &Supplier<'_>, beside: Beside<'_>) -> Self {
        let mut own = Vec::new();
        let mut doubtful: BTreeMap<&str, Doubtful> = BTreeMap::new();
        let mut archive = 0;
        for (at, advisory) in beside.evidence.advisories.iter().enumerate() {
            if !advisory.counts() {
                continue;
            }
            archive += 1;
            let vendors = advisory.vendors();
            if vendors.iter().any(|vendor| supplier.is(vendor)) {
                own.push(at);
                continue;
            }
            for vendor in vendors {
                let Likeness::Perhaps(by) = supplier.likeness(vendor) else { continue };
                let entry = doubtful.entry(vendor).or_insert_with(|| Doubtful {
                    name: vendor.to_owned(),
                    by,
                    advisories: Vec::new(),
                });
                entry.advisories.push(at);
            }
        }
        let is_self = |_: &Advisory, name: &str| {
            matches!(
                supplier.likeness(name),
                Likeness::Own(_) | Likeness::Perhaps(MakerMatch::Family)
            )
        };
        Self {
            own: Measures::of(&own, &is_self, beside),
            doubtful: doubtful.into_values().collect(),
            archive,
        }
    }
}

impl Measures {
    /// Measures advisories. `is_self` says whether a name that is thanked is the maker's.
    #[must_use]
    pub fn of(
        positions: &[usize],
        is_self: &dyn Fn(&Advisory, &str) -> bool,
        beside: Beside<'_>,
    ) -> Self {
        let mut measures = Self {
            exploited: beside.evidence.known_exploited.as_ref().map(|_| Vec::new()),
            ..Self::default()
        };
        let mut cves = BTreeSet::new();
        for at in positions {
            let Some(advisory) = beside.evidence.advisories.get(*at) else { continue };
            let reader = Reader { at: *at, advisory, beside };
            measures.advisories.push(*at);
            measures.extend_span(advisory.released());
            measures.vulnerabilities += advisory.record.vulnerabilities.len();
            let ids = advisory.record.vulnerabilities.iter().flat_map(|one| &one.ids);
            cves.extend(ids.filter(|id| CveId::parse(id).is_ok()));
            reader.remedies(&mut measures);
            reader.dates(&mut measures);
            reader.weaknesses(&mut measures);
            reader.exploits(&mut measures);
            reader.conduct(is_self, &mut measures);
        }
        measures.cves = cves.len();
        measures
    }

    fn extend_span(&mut self, day: Option<Day>) {
        let Some(day) = day else { return };
        self.span = Some(match self.span {
            None => (day, day),
            Some((first, last)) => (first.min(day), last.max(day)),
        });
    }
}

/// Weaknesses by which a password or a key stands in the product itself.
const HARD_CODED: [u32; 3] = [798, 259, 321];

/// One advisory while it is measured.
struct Reader<'e> {
    at: usize,
    advisory: &'e Advisory,
    beside: Beside<'e>,
}

impl Reader<'_> {
    fn cite(&self, pointer: String, text: impl Into<String>) -> Cited {
        Cited { advisory: self.at, place: Place::Pointer(pointer), text: text.into() }
    }

    fn vulnerabilities(&self) -> impl Iterator<Item = (usize, &Vulnerability)> {
        self.advisory.record.vulnerabilities.iter().enumerate()
    }

    /// Fixes, and whatever else is said that one could do.
    fn remedies(&self, measures: &mut Measures) {
        let mut fixes = 0;
        let mut silent = None;
        for (number, vulnerability) in self.vulnerabilities() {
            let is_fixed = self.has_fix(number);
            fixes += usize::from(is_fixed);
            if !is_fixed && !self.has_guidance(number) && silent.is_none() {
                let id = vulnerability.ids.first().map_or("a flaw", String::as_str);
                let text = format!("{id}: nothing is said that one could do");
                silent = Some(self.cite(format!("/vulnerabilities/{number}"), text));
            }
        }
        let all = self.advisory.record.vulnerabilities.len();
        measures.vulnerabilities_without_fix += all - fixes;
        if fixes == 0 && all > 0 {
            let text = format!("no fix is offered for any of its {all}");
            measures.without_fix.push(self.cite("/vulnerabilities".to_owned(), text));
        }
        measures.without_guidance.extend(silent);
    }

    fn has_fix(&self, number: usize) -> bool {
        let record = &self.advisory.record;
        let offered = record.remediations.iter().any(|remediation| {
            remediation.vulnerability.is_none_or(|of| of == number)
                && matches!(
                    remediation.kind,
                    RemediationKind::VendorFix | RemediationKind::OptionalPatch
                )
        });
        let statuses = record.products.iter().flat_map(|product| &product.statuses);
        offered
            || statuses
                .filter(|status| status.vulnerability == number)
                .any(|status| status.status == Status::Fixed)
    }

    fn has_guidance(&self, number: usize) -> bool {
        self.advisory.record.remediations.iter().any(|remediation| {
            remediation.vulnerability.is_none_or(|of| of == number)
                && (!remediation.text.is_empty() || !remediation.url.is_empty())
        })
    }

    /// How long after the CVE the advisory came.
    fn dates(&self, measures: &mut Measures) {
        let Some(released) = self.advisory.released() else { return };
        let mut oldest: Option<(i32, Cited)> = None;
        for (number, vulnerability) in self.vulnerabilities() {
            let cves = vulnerability.ids.iter().filter_map(|id| CveId::parse(id).ok());
            for cve in cves {
                let pointer = format!("/vulnerabilities/{number}/cve");
                let years = i32::from(released.date().year()) - i32::from(cve.year());
                if years >= self.beside.thresholds.years_late {
                    measures.vulnerabilities_years_late += 1;
                    if oldest.as_ref().is_none_or(|(most, _)| years > *most) {
                        let text = format!("{cve}, told in {}", released.date().year());
                        oldest = Some((years, self.cite(pointer.clone(), text)));
                    }
                }
                let id = cve.to_string();
                let Some(published) = self.beside.evidence.published.get(&id) else {
                    continue;
                };
                let days = days_between(published.day, released);
                let text =
                    format!("{id}, published on {}, told on {released}", published.day);
                measures.delays.push(Delay { cited: self.cite(pointer, text), days });
            }
        }
        measures.years_late.extend(oldest.map(|(_, cited)| cited));
    }

    fn weaknesses(&self, measures: &mut Measures) {
        let mut own: BTreeMap<String, Cited> = BTreeMap::new();
        let mut hard_coded = None;
        for (number, vulnerability) in self.vulnerabilities() {
            for cwe in vulnerability.cwes.iter().filter_map(|id| CweId::parse(id).ok()) {
                let pointer = format!("/vulnerabilities/{number}/cwe");
                let id = vulnerability.ids.first().map_or("a flaw", String::as_str);
                let cited = self.cite(pointer, format!("{id}: {cwe}"));
                if HARD_CODED.contains(&cwe.number()) && hard_coded.is_none() {
                    hard_coded = Some(cited.clone());
                }
                own.entry(cwe.to_string()).or_insert(cited);
            }
        }
        measures.hard_coded.extend(hard_coded);
        for (cwe, cited) in own {
            measures.weaknesses.entry(cwe).or_default().push(cited);
        }
    }

    fn exploits(&self, measures: &mut Measures) {
        let catalog = self.beside.evidence.known_exploited.as_ref();
        for (number, vulnerability) in self.vulnerabilities() {
            let listed = vulnerability.ids.iter().find_map(|id| {
                let since = catalog?.value.listed.get(id)?;
                Some((id, *since))
            });
            let (place, text) = match (listed, &vulnerability.exploited) {
                (Some((id, Some(since))), _) => (
                    format!("/vulnerabilities/{number}/cve"),
                    format!("{id}, in KEV since {since}"),
                ),
                (Some((id, None)), _) => {
                    (format!("/vulnerabilities/{number}/cve"), format!("{id}, in KEV"))
                }
                (None, Some(place)) => {
                    let id = vulnerability.ids.first().map_or("a flaw", String::as_str);
                    (place.to_string(), format!("{id}, exploited as the advisory says"))
                }
                (None, None) => continue,
            };
            let cited = self.cite(place, text);
            measures.exploited.get_or_insert_default().push(cited);
            return;
        }
    }

    /// Who found it, how often it was revised, what was promised.
    fn conduct(
        &self,
        is_self: &dyn Fn(&Advisory, &str) -> bool,
        measures: &mut Measures,
    ) {
        let products = &self.advisory.record.products;
        let is_identified = products.iter().any(|product| {
            !(product.purls.is_empty()
                && product.cpes.is_empty()
                && product.models.is_empty())
        });
        measures.identified += usize::from(is_identified);
        let promise = self.promise();
        measures.planned += usize::from(promise.is_some());
        let Some(publication) = &self.advisory.publication else { return };
        let category = publication.publisher_category.clone();
        *measures.publishers.entry(category).or_default() += 1;
        let thanks = &publication.acknowledgments;
        measures.credited += usize::from(!thanks.is_empty());
        let own = thanks.iter().find_map(|thank| {
            let names = std::iter::once(&thank.organization).chain(&thank.names);
            let name = names
                .filter(|name| !name.is_empty())
                .find(|name| is_self(self.advisory, name))?;
            let text = format!("{name} is thanked");
            Some(Cited { advisory: self.at, place: thank.place.clone(), text })
        });
        measures.self_credited.extend(own);
        let revisions = publication.revisions.len();
        measures.with_history += usize::from(revisions > 0);
        measures.revised += usize::from(revisions > 1);
        let age =
            self.advisory.released().map(|day| days_between(day, self.beside.today));
        let is_old = age.is_some_and(|age| age >= self.beside.thresholds.planned_days);
        if let (Some(promise), 1, true) = (promise, revisions, is_old) {
            measures.overdue.push(promise);
        }
    }

    /// Where a fix is promised: by its category, or in words.
    fn promise(&self) -> Option<Cited> {
        let remediations = &self.advisory.record.remediations;
        remediations.iter().enumerate().find_map(|(number, remediation)| {
            let sentence = match remediation.kind {
                RemediationKind::FixPlanned => Some(remediation.text.as_str()),
                _ => promised(&remediation.text),
            }?;
            // A record does not tell its remediations' own places: the flaw's must do.
            let pointer = match remediation.vulnerability {
                Some(of) => format!("/vulnerabilities/{of}/remediations"),
                None => format!("/remediations/{number}"),
            };
            Some(self.cite(pointer, format!("promised: {}", clip(sentence))))
        })
    }
}

/// Words by which makers promise a fix.
const PROMISES: [&str; 13] = [
    "plans to",
    "is planning",
    "planned for",
    "is planned",
    "planned to be",
    "will release",
    "will be released",
    "will be made available",
    "is developing",
    "scheduled for release",
    "scheduled to be released",
    "expected to be released",
    "anticipates the release",
];

/// The sentence that promises a fix.
fn promised(text: &str) -> Option<&str> {
    // `2.3` is one version, not two sentences.
    let lines = text.split(['\n', ';']).flat_map(|line| line.split(". "));
    let mut sentences = lines.map(|sentence| sentence.trim().trim_end_matches('.'));
    sentences.find(|sentence| {
        let lower = sentence.to_lowercase();
        PROMISES.iter().any(|words| lower.contains(words))
    })
}

/// Characters of a sentence of others that are shown.
const CHARACTERS: usize = 120;

fn clip(text: &str) -> String {
    match text.char_indices().nth(CHARACTERS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default().trim_end()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests;
