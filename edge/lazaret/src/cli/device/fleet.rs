//! The devices of an inventory with what the advisories say of them.
//!
//! Builds are judged, not devices. Where an answer hangs on the day a device was received,
//! the build is judged again for each day.

use std::collections::BTreeMap;

use advisory::index::{Index, RecordRef};
use advisory::{Record, RemediationKind};
use device::inventory::{Build, Device, Inventory};
use matching::device::{Advice, Answer, Configuration, Matcher, Vendors, Verdict};
use naming::Makers;
use rayon::prelude::*;
use worklist::{Found, Part, Step, step};

use super::urgency::Urgency;
use crate::output::text::counted;
use crate::render;

/// Advisories that one thread reads at least, since it looks their vendors up once.
const RECORDS_AT_ONCE: usize = 16;

/// An inventory, judged.
pub(super) struct Fleet {
    pub(super) inventory: Inventory,
    pub(super) records: Vec<Record>,
    pub(super) leaves: usize,
    pub(super) urgency: Urgency,
    /// The answers of each build, without a day.
    builds: Vec<Vec<Answer>>,
    /// The answers of builds that hang on the day.
    days: BTreeMap<usize, BTreeMap<String, Vec<Answer>>>,
}

impl Fleet {
    /// Reads the advisories and judges the inventory. Of advisories that speak of packages
    /// alone, as those of a distribution do, nothing is kept.
    pub(super) fn judge(inventory: Inventory, makers: Makers, index: &Index<'_>) -> Self {
        let read = |vendors: &mut Vendors<'_>, found: RecordRef<'_>| {
            let record = found.decode();
            let advice = Advice::read(&record, vendors);
            advice.is_of_devices().then_some((record, advice))
        };
        let found: Vec<RecordRef<'_>> = index.device_records().collect();
        let (records, advice): (Vec<Record>, Vec<Advice>) = found
            .into_par_iter()
            .with_min_len(RECORDS_AT_ONCE)
            .map_init(|| Vendors::new(&makers), read)
            .flatten()
            .unzip();
        let urgency = Urgency::new(&records, index);
        let matcher = Matcher::join(advice, makers.clone());
        let judged = |build: &Build| matcher.judge(&configuration(build, ""));
        let builds: Vec<Vec<Answer>> = inventory.builds.par_iter().map(judged).collect();
        let dated = |device: &&Device| {
            let answers = builds.get(device.build);
            !device.received.is_empty()
                && answers.is_some_and(|answers| {
                    answers.iter().any(|answer| answer.hangs_on_day)
                })
        };
        let keys = inventory.devices.iter().filter(dated);
        let keys: std::collections::BTreeSet<(usize, &str)> =
            keys.map(|device| (device.build, device.received.as_str())).collect();
        let judged: Vec<(usize, String, Vec<Answer>)> = keys
            .into_par_iter()
            .filter_map(|(at, day)| {
                let build = inventory.builds.get(at)?;
                let answers = matcher.judge(&configuration(build, day));
                Some((at, day.to_owned(), answers))
            })
            .collect();
        let mut days: BTreeMap<usize, BTreeMap<String, Vec<Answer>>> = BTreeMap::new();
        for (at, day, answers) in judged {
            days.entry(at).or_default().insert(day, answers);
        }
        let leaves = matcher.leaves();
        Self { leaves, urgency, inventory, records, builds, days }
    }

    /// What the advisories say of a device.
    pub(super) fn answers(&self, device: &Device) -> &[Answer] {
        let days = self.days.get(&device.build);
        if let Some(answers) = days.and_then(|days| days.get(&device.received)) {
            return answers;
        }
        self.builds.get(device.build).map_or(&[], Vec::as_slice)
    }

    /// The day on which the answers for a device hang; empty where they hang on none.
    pub(super) fn day<'d>(&self, device: &'d Device) -> &'d str {
        if self.days.contains_key(&device.build) { &device.received } else { "" }
    }

    pub(super) fn record(&self, answer: &Answer) -> Option<&Record> {
        self.records.get(answer.record)
    }

    /// Maker and product of an answer, as its advisory names them.
    pub(super) fn product(&self, answer: &Answer) -> (&str, &str) {
        let record = self.record(answer);
        let product = record.and_then(|record| record.products.get(answer.leaf));
        let named = |category: &str| {
            let branches = product.map_or(&[][..], |product| &product.branches);
            let branch = branches.iter().find(|branch| branch.category == category);
            branch.map_or("", |branch| branch.name.as_str())
        };
        (named("vendor"), named("product_name"))
    }

    /// The CVEs of an answer, in the order of the advisory.
    pub(super) fn cves(&self, answer: &Answer) -> Vec<&str> {
        let Some(record) = self.record(answer) else { return Vec::new() };
        let vulnerabilities = answer.vulnerabilities.iter();
        let vulnerabilities =
            vulnerabilities.filter_map(|at| record.vulnerabilities.get(*at));
        vulnerabilities
            .filter_map(|entry| entry.ids.first())
            .map(String::as_str)
            .collect()
    }

    pub(super) fn has_affected(&self) -> bool {
        let affected = |device: &Device| {
            self.answers(device).iter().any(|answer| answer.verdict == Verdict::Affected)
        };
        self.inventory.devices.iter().any(affected)
    }

    /// What a person does about an answer.
    pub(super) fn step(&self, answer: &Answer) -> Option<Step> {
        let remediations = self.record(answer).map(|record| &record.remediations);
        let offered: Vec<RemediationKind> = answer
            .remediations
            .iter()
            .filter_map(|at| remediations?.get(*at))
            .map(|remedy| remedy.kind)
            .collect();
        step(&Found {
            verdict: matching::Verdict::Affected,
            part: Part::Device,
            fixed_in: &answer.fixed_version,
            offered: &offered,
            question: &answer.question,
        })
    }

    /// Says what was judged.
    pub(super) fn tell(&self) {
        render::talk(&format!(
            "{} ({}) compared with {} of {}",
            counted(self.inventory.devices.len(), "device"),
            counted(self.inventory.builds.len(), "different one"),
            counted(self.leaves, "product"),
            counted(self.records.len(), "device advisory"),
        ));
        if self.inventory.rows_left_out > 0 {
            render::talk(&format!(
                "warning: {} left out, and not judged",
                counted(self.inventory.rows_left_out, "row")
            ));
        }
    }
}

fn configuration(build: &Build, received: &str) -> Configuration {
    Configuration {
        maker: build.maker.clone(),
        model: build.model.clone(),
        description: build.description.clone(),
        version: build.version.clone(),
        received: received.to_owned(),
    }
}
