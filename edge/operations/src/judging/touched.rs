//! What a newer index touches, against the one with which everything was judged.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use advisory::index::{Changed, Difference};
use feeds::{IndexFile, OpenError};
use matching::device::{self, Matcher};
use naming::Makers;
use rayon::prelude::*;
use store::{Build, Configuration};

use crate::App;
use crate::aside::aside;

use super::JudgingError;

/// Records that one reason names; the rest is counted.
const NAMED_MAX: usize = 3;

/// How much is to be judged again.
#[derive(Clone, Debug)]
pub(crate) enum Again {
    /// What the difference reaches.
    Touched(Arc<Touched>),
    /// Everything.
    All(Whole),
}

/// Why everything is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whole {
    /// Nothing was judged before.
    First,
    /// The index with which it was judged is kept nowhere any more.
    Lost,
    /// It is of another edition of the format, or damaged.
    Edition,
    /// More differs than is worth telling apart.
    Much,
}

impl Whole {
    /// In the words of the audit log.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::First => "first index",
            Self::Lost => "earlier index is not at hand",
            Self::Edition => "earlier index cannot be compared",
            Self::Much => "too much differs",
        }
    }
}

/// What differs between two generations of the index.
#[derive(Debug)]
pub(crate) struct Touched {
    pub(crate) difference: Difference,
    /// The advisories that differ, old and new, ready to be asked.
    matcher: OnceLock<Matcher>,
}

/// Comparisons that were made lately: the organisations of a house need the same.
pub(crate) type Compared = Option<([i64; 2], Again)>;

impl App {
    /// What is to be judged again where everything was judged with the index of generation
    /// `old`, and `new` lies at `file`.
    pub(crate) async fn again(
        &self,
        old: i64,
        new: i64,
        file: &Path,
    ) -> Result<Again, JudgingError> {
        if old == 0 {
            return Ok(Again::All(Whole::First));
        }
        // Held while comparing: two who ask at the same time compare once.
        let mut held = self.compared.lock().await;
        if let Some((generations, again)) = held.as_ref()
            && *generations == [old, new]
        {
            return Ok(again.clone());
        }
        let Some(before) = self.store.index_file(old).await? else {
            return Ok(Again::All(Whole::Lost));
        };
        let (before, after) = (self.earlier_index(&before).await?, file.to_owned());
        let again = aside(move || compare(&before, &after)).await??;
        *held = Some(([old, new], again.clone()));
        Ok(again)
    }
}

fn compare(before: &Path, after: &Path) -> Result<Again, OpenError> {
    let after = IndexFile::open(after)?;
    let after = after.index()?;
    let before = match IndexFile::open(before) {
        Ok(file) => file,
        Err(OpenError::Refused { .. }) => return Ok(Again::All(Whole::Edition)),
        Err(OpenError::Missing { .. } | OpenError::File { .. }) => {
            return Ok(Again::All(Whole::Lost));
        }
    };
    let Ok(before) = before.index() else { return Ok(Again::All(Whole::Edition)) };
    let difference = Difference::between(&before, &after);
    if before.is_damaged() {
        return Ok(Again::All(Whole::Edition));
    }
    Ok(match difference {
        Some(difference) => {
            Again::Touched(Arc::new(Touched { difference, matcher: OnceLock::new() }))
        }
        None => Again::All(Whole::Much),
    })
}

impl Touched {
    /// The builds of which an advisory that differs speaks, in its old or its new version,
    /// and which advisories those are.
    pub(crate) fn builds(
        &self,
        builds: &[Configuration],
    ) -> BTreeMap<i64, Vec<&Changed>> {
        if self.difference.devices.is_empty() {
            return BTreeMap::new();
        }
        let matcher = self
            .matcher
            .get_or_init(|| Matcher::new(&self.difference.devices, Makers::built_in()));
        builds
            .par_iter()
            .filter_map(|build| {
                let answers = matcher.judge(&asked(&build.build));
                let speaking = answers.iter().filter_map(|answer| {
                    let record = self.difference.devices.get(answer.record)?;
                    self.changed(&record.id)
                });
                let mut speaking: Vec<&Changed> = speaking.collect();
                speaking.dedup_by_key(|one| &one.id);
                (!answers.is_empty()).then_some((build.id, speaking))
            })
            .collect()
    }

    fn changed(&self, id: &str) -> Option<&Changed> {
        let mut changed = self.difference.changed.iter();
        changed.find(|one| one.source == advisory::Source::Csaf && one.id == id)
    }

    /// Whether anything that is looked up under one of these keys may be judged otherwise.
    pub(crate) fn reaches(&self, keys: &[u32]) -> bool {
        let reach = &self.difference.reach;
        let mut keys =
            keys.iter().map(|number| advisory::index::LookUpKey::from_number(*number));
        keys.any(|key| reach.contains(&key))
    }

    /// For each vulnerability what became of the records that speak of it.
    pub(crate) fn reasons(&self) -> BTreeMap<String, String> {
        let mut all: BTreeMap<&str, Vec<&Changed>> = BTreeMap::new();
        for one in &self.difference.changed {
            for vulnerability in &one.vulnerabilities {
                all.entry(vulnerability).or_default().push(one);
            }
        }
        all.into_iter().map(|(id, changed)| (id.to_owned(), reason(&changed))).collect()
    }
}

/// What became of records, in words.
pub(crate) fn reason(changed: &[&Changed]) -> String {
    let told = changed.iter().take(NAMED_MAX);
    let told = told.map(|one| format!("{} {}", one.id, one.change.words()));
    let mut told: Vec<String> = told.collect();
    if let Some(more) = changed.len().checked_sub(NAMED_MAX).filter(|more| *more > 0) {
        told.push(format!("{more} more records changed"));
    }
    told.join(", ")
}

/// A build as device advisories are asked about it.
pub(super) fn asked(build: &Build) -> device::Configuration {
    device::Configuration {
        maker: build.maker.clone(),
        model: build.model.clone(),
        description: build.description.clone(),
        version: build.version.clone(),
        received: String::new(),
    }
}
