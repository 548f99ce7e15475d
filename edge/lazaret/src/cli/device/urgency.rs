//! How urgent an answer is for one device: what is known of the vulnerabilities, joined
//! with what the inventory says of the device, by the priority table.

use std::collections::BTreeMap;

use advisory::Record;
use advisory::index::Index;
use device::inventory::{Device, Said};
use matching::device::Answer;
use worklist::{Assessment, Policy};

use crate::judging::{self, Joined};

/// What is known of every vulnerability of the device advisories.
pub(super) struct Urgency {
    policy: Policy,
    /// Record by record, vulnerability by vulnerability.
    joined: Vec<Vec<Joined>>,
}

/// What decides a priority besides the vulnerability; few of them occur in a fleet.
pub(super) type Standing = (Said, Said, Said);

/// The priorities that were worked out, by record, vulnerabilities and standing.
pub(super) type Assessments<'a> =
    BTreeMap<(usize, &'a [usize], Standing), Option<Assessment>>;

impl Urgency {
    /// Joins KEV, EPSS and severities to the vulnerabilities of `records`.
    pub(super) fn new(records: &[Record], index: &Index<'_>) -> Self {
        let joined = |record: &Record| {
            let of = |id: &String| index.vulnerability(id);
            record
                .vulnerabilities
                .iter()
                .map(|entry| {
                    let found = entry.ids.first().and_then(of);
                    Joined::of(found.as_ref(), index)
                })
                .collect()
        };
        Self { policy: Policy::standard(), joined: records.iter().map(joined).collect() }
    }

    /// The priority of an answer for a device: that of its most urgent vulnerability.
    pub(super) fn of<'a>(
        &self,
        answer: &'a Answer,
        device: &Device,
        known: &mut Assessments<'a>,
    ) -> Option<Assessment> {
        let standing = (device.life_sustaining, device.reachable, device.holds_phi);
        let key = (answer.record, answer.vulnerabilities.as_slice(), standing);
        known.entry(key).or_insert_with(|| self.worst(answer, standing)).clone()
    }

    /// Whether a vulnerability of a record is exploited.
    pub(super) fn is_exploited(&self, record: usize, vulnerability: usize) -> bool {
        let entries = self.joined.get(record);
        let joined = entries.and_then(|entries| entries.get(vulnerability));
        joined.is_some_and(Joined::is_exploited)
    }

    fn worst(&self, answer: &Answer, standing: Standing) -> Option<Assessment> {
        let facts = judging::Facts {
            life_sustaining: known(standing.0),
            reachable: known(standing.1),
            holds_phi: known(standing.2),
        };
        let entries = self.joined.get(answer.record)?;
        let touched = answer.vulnerabilities.iter().filter_map(|at| entries.get(*at));
        touched
            .map(|joined| worklist::priority(&self.policy, &joined.facts(facts)))
            .min_by_key(|assessment| assessment.priority)
    }
}

fn known(said: Said) -> worklist::Known {
    match said {
        Said::Yes => worklist::Known::Yes,
        Said::No => worklist::Known::No,
        Said::Nothing => worklist::Known::Unknown,
    }
}
