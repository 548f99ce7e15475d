//! Judging builds against device advisories, in jobs that survive a kill: what is new, and
//! what a newer index touches.

mod builds;
mod far;
mod in_use;
pub(crate) mod mend;
mod touched;
pub(crate) mod weigh;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use advisory::index::RecordRef;
use advisory::{Record, Source, State};
use feeds::{IndexFile, OpenError};
use matching::device::leaf::Leaf;
use matching::device::{Advice, Answer, Matcher, Replies, Vendors, releases};
use naming::Makers;
use rayon::prelude::*;
use serde::Serialize;
use store::{Build, Configuration, Judged, StoreError, Subject, Write};

pub(crate) use builds::{JUDGE, judge};
pub(crate) use far::Far;
pub use far::{UnderWay, WorkedOut, under_way};
pub(crate) use in_use::tidy;
pub use in_use::{fetch_index, keep_current, share_index, use_index};
pub(crate) use touched::{Again, Compared};

use crate::aside::CutShort;
use crate::build;

/// Why nothing was judged.
#[derive(Debug, thiserror::Error)]
pub enum JudgingError {
    /// The index cannot be opened.
    #[error("the index of advisories cannot be opened")]
    Index(#[from] OpenError),
    /// This node lacks the index that is in use.
    #[error("this node has not fetched the index of generation {0} yet")]
    Away(i64),
    /// No node has kept the index that is in use for this one.
    #[error(
        "the index of generation {0} is neither in the data folder nor in the database: put it \
         in use again with `lazaret serve --index FILE`, or by the feeds"
    )]
    Nowhere(i64),
    /// The work was cut short.
    #[error(transparent)]
    CutShort(#[from] CutShort),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The device advisories of one generation of the index, read and ready.
#[derive(Debug)]
pub struct Advisories {
    /// The number of the generation.
    pub generation: i64,
    /// The advisories, as far as they speak of devices.
    pub records: Vec<Arc<Record>>,
    /// Their positions in the order of their ids: pages ask for one by its id a thousand times.
    by_id: Vec<usize>,
    /// The index itself, for what belongs to vulnerabilities.
    pub file: IndexFile,
    /// Where it lies.
    pub(crate) path: PathBuf,
    matcher: Matcher,
    /// For each advisory what was read of it besides.
    read: Vec<Read>,
}

/// An advisory, read. A clone shares it.
#[derive(Clone, Debug)]
struct Read {
    /// Of what the advisory says: what says the same is not read again.
    digest: [u8; 32],
    record: Arc<Record>,
    advice: Advice,
    /// The vendors of its products that its publisher goes by.
    own: Arc<BTreeSet<String>>,
}

/// Advisories that one thread reads at least, since it looks their vendors up once.
const RECORDS_AT_ONCE: usize = 16;

impl Advisories {
    /// Reads the device advisories of an index, but for those that say what they said when
    /// they were read `before`. Slow: it belongs on a thread of its own.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub(crate) fn read(
        file: &Path,
        generation: i64,
        before: Option<&Self>,
    ) -> Result<Self, OpenError> {
        let opened = IndexFile::open(file)?;
        let makers = Makers::built_in();
        let known: HashMap<[u8; 32], &Read> = before
            .iter()
            .flat_map(|before| &before.read)
            .map(|read| (read.digest, read))
            .collect();
        let index = opened.index()?;
        let found: Vec<RecordRef<'_>> = index.device_records().collect();
        let read: Vec<Read> = found
            .into_par_iter()
            .with_min_len(RECORDS_AT_ONCE)
            .map_init(
                || Vendors::new(&makers),
                |vendors, record| match known.get(&record.digest()) {
                    Some(known) => (*known).clone(),
                    None => Read::new(record, &makers, vendors),
                },
            )
            .collect();
        let records: Vec<Arc<Record>> =
            read.iter().map(|read| Arc::clone(&read.record)).collect();
        let mut by_id: Vec<usize> = (0..records.len()).collect();
        by_id.sort_by_key(|at| records.get(*at).map(|record| &record.id));
        let advice = read.iter().map(|read| read.advice.clone()).collect();
        let matcher = Matcher::join(advice, makers);
        let path = file.to_owned();
        drop(index);
        Ok(Self { generation, records, by_id, file: opened, path, matcher, read })
    }

    /// What each advisory says of a build, those that speak of other products left out.
    #[must_use]
    pub fn answers(&self, build: &Build) -> Vec<Answer> {
        self.answered(build, &Replies::default())
    }

    /// The same of devices about which somebody has answered what advisories ask.
    #[must_use]
    pub fn answered(&self, build: &Build, replies: &Replies) -> Vec<Answer> {
        self.matcher.judge_answered(&touched::asked(build), replies)
    }

    /// The same of devices that were received on a day; empty where none is stated.
    #[must_use]
    pub fn dated(&self, build: &Build, day: &str, replies: &Replies) -> Vec<Answer> {
        let mut asked = touched::asked(build);
        day.clone_into(&mut asked.received);
        self.matcher.judge_answered(&asked, replies)
    }

    /// The advisory of that id.
    #[must_use]
    pub fn record(&self, id: &str) -> Option<&Record> {
        let of = |at: &usize| self.records.get(*at).map(Arc::as_ref);
        let first = self
            .by_id
            .partition_point(|at| of(at).is_some_and(|record| record.id.as_str() < id));
        of(self.by_id.get(first)?).filter(|record| record.id == id)
    }

    /// What a vulnerability or an advisory is called; empty where nobody says.
    #[must_use]
    pub fn title(&self, id: &str) -> String {
        if let Some(record) = self.record(id) {
            return record.title.clone();
        }
        let Ok(index) = self.file.index() else { return String::new() };
        match index.vulnerability(id) {
            Some(found) => found.title().to_owned(),
            None => index.kev(id).map(|listing| listing.entry.name).unwrap_or_default(),
        }
    }

    /// What CISA's catalog of exploited vulnerabilities (KEV) says of a CVE that no advisory
    /// mentions: that it is exploited, and not of which products and versions.
    #[must_use]
    pub fn listed_alone(&self, id: &str) -> Option<advisory::kev::Entry> {
        if self.knows(id) {
            return None;
        }
        Some(self.file.index().ok()?.kev(id)?.entry)
    }

    /// Whether anything in use speaks of that id: an advisory, or KEV alone.
    #[must_use]
    pub fn mentions(&self, id: &str) -> bool {
        self.knows(id) || self.listed_alone(id).is_some()
    }

    /// The leaves of the advisory at a position, as they were read.
    pub fn leaves(&self, record: usize) -> impl Iterator<Item = &Leaf> {
        let leaves = self.matcher.read().filter(move |(of, _)| *of == record);
        leaves.map(|(_, leaf)| leaf)
    }

    /// The advisory of that id that its issuer took back, as the index has it.
    #[must_use]
    pub fn taken_back(&self, id: &str) -> Option<Record> {
        let index = self.file.index().ok()?;
        let mut all = index.records_of(Source::Csaf, id);
        all.find(|record| record.state() != State::Live).map(|record| record.decode())
    }

    /// Whether the index knows a vulnerability or an advisory of that id.
    #[must_use]
    pub fn knows(&self, id: &str) -> bool {
        self.record(id).is_some()
            || self.file.index().is_ok_and(|index| index.vulnerability(id).is_some())
    }

    /// Every id of what is called so.
    #[must_use]
    pub fn names(&self, id: &str) -> BTreeSet<String> {
        let mut names = BTreeSet::from([id.to_owned()]);
        if self.record(id).is_none()
            && let Ok(index) = self.file.index()
            && let Some(found) = index.vulnerability(id)
        {
            names.extend(found.ids().map(str::to_owned));
        }
        names
    }

    /// The id under which it is judged: that of an advisory, else the CVE where there is
    /// one.
    #[must_use]
    pub fn main_name(&self, id: &str) -> String {
        if let Some(record) = self.record(id) {
            return record.id.clone();
        }
        let index = self.file.index();
        let Ok(index) = index.as_ref() else { return id.to_owned() };
        match index.vulnerability(id) {
            Some(found) => found.id().to_owned(),
            None => index.kev(id).map_or_else(|| id.to_owned(), |one| one.entry.cve),
        }
    }

    /// The id under which a vulnerability is counted.
    #[must_use]
    pub fn flaw(&self, id: &str) -> String {
        let index = self.file.index();
        index.map_or_else(
            |_| id.to_owned(),
            |index| crate::vulnerability::flaw(id, &index),
        )
    }

    /// The ids of the advisories that speak about a vulnerability.
    #[must_use]
    pub fn about(&self, vulnerability: &str) -> BTreeSet<&str> {
        let speaks = |record: &&Arc<Record>| {
            let mut entries = record.vulnerabilities.iter();
            entries.any(|entry| entry.ids.iter().any(|id| id == vulnerability))
        };
        self.records.iter().filter(speaks).map(|record| record.id.as_str()).collect()
    }

    /// What the advisories say of a build: one verdict for each vulnerability.
    pub(crate) fn judge(
        &self,
        configuration: &Configuration,
    ) -> BTreeMap<Subject, Judged> {
        let answers = self.answers(&configuration.build);
        let mut spoken: BTreeMap<&str, Vec<(&Record, &Answer)>> = BTreeMap::new();
        for answer in &answers {
            let Some(record) = self.records.get(answer.record) else { continue };
            for vulnerability in names(record, answer) {
                spoken.entry(vulnerability).or_default().push((record, answer));
            }
        }
        let subject = |vulnerability: &str| Subject {
            view: 0,
            configuration: configuration.id,
            vulnerability: vulnerability.to_owned(),
            component: String::new(),
        };
        spoken
            .into_iter()
            .filter_map(|(vulnerability, said)| {
                Some((subject(vulnerability), self.judged(vulnerability, &said)?))
            })
            .collect()
    }
}

impl Read {
    fn new(record: RecordRef<'_>, makers: &Makers, vendors: &mut Vendors<'_>) -> Self {
        let digest = record.digest();
        let record = record.decode();
        Self {
            digest,
            advice: Advice::read(&record, vendors),
            own: Arc::new(own_vendors(makers, &record)),
            record: Arc::new(record),
        }
    }
}

/// The vulnerabilities that an answer is about: their CVEs, else the advisory itself.
fn names<'r>(record: &'r Record, answer: &Answer) -> Vec<&'r str> {
    let of =
        |at: &usize| record.vulnerabilities.get(*at)?.ids.first().map(String::as_str);
    let named: BTreeSet<&str> = answer.vulnerabilities.iter().filter_map(of).collect();
    if named.is_empty() { vec![&record.id] } else { named.into_iter().collect() }
}

/// One advisory that a verdict rests on.
#[derive(Debug, Serialize)]
struct Ground<'a> {
    advisory: &'a str,
    verdict: &'static str,
    confidence: &'static str,
    rules: &'a [String],
    #[serde(skip_serializing_if = "str::is_empty")]
    fixed_in: &'a str,
    /// The releases that others offer and that mend it too, as this advisory says of them.
    also_fixed_in: String,
    #[serde(skip_serializing_if = "str::is_empty")]
    question: &'a str,
    /// The day on which a device was made or received may settle it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    hangs_on_day: bool,
    /// The kinds of remedies that it offers for the product.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    offers: BTreeSet<&'static str>,
    /// Vendor and product as it names them.
    #[serde(skip_serializing_if = "str::is_empty")]
    vendor: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    product: &'a str,
    /// `maker` where the maker of the product itself speaks.
    #[serde(skip_serializing_if = "str::is_empty")]
    speaker: &'static str,
}

/// The vendors of an advisory's products that are its publisher: of their products the maker
/// itself speaks.
fn own_vendors(makers: &Makers, record: &Record) -> BTreeSet<String> {
    let publisher = makers.read(&record.publisher);
    let branches = record.products.iter().flat_map(|product| &product.branches);
    let vendors: BTreeSet<&str> = branches
        .filter(|branch| branch.category == "vendor")
        .map(|branch| branch.name.as_str())
        .collect();
    let own = vendors.into_iter().filter(|vendor| {
        let vendor = makers.read(vendor);
        !publisher.is_empty() && makers.compare(&publisher, &vendor).is_some()
    });
    own.map(str::to_owned).collect()
}

impl Advisories {
    /// Of several advisories about one vulnerability the word that asks most wins; the others
    /// stand in the grounds.
    fn judged(&self, of: &str, said: &[(&Record, &Answer)]) -> Option<Judged> {
        let (record, first) = said.iter().min_by_key(|(_, answer)| answer.verdict)?;
        let grounds = said.iter().map(|(record, answer)| self.ground(of, record, answer));
        let grounds: Vec<Ground<'_>> = grounds.collect();
        Some(Judged {
            verdict: first.verdict.word(),
            confidence: first.confidence.word().to_owned(),
            fixed_in: fix_of(|id| id == of, record, first).to_owned(),
            question: first.question.clone(),
            grounds: serde_json::to_string(&grounds).ok()?,
        })
    }

    fn ground<'a>(&self, of: &str, record: &'a Record, answer: &'a Answer) -> Ground<'a> {
        let offers: BTreeSet<&'static str> =
            build::remedies(record, answer).map(|remedy| remedy.kind.word()).collect();
        let (vendor, product) = build::named(record, answer);
        let own = self.read.get(answer.record).map(|read| &read.own);
        Ground {
            advisory: &record.id,
            verdict: answer.verdict.word(),
            confidence: answer.confidence.word(),
            rules: &answer.grounds,
            fixed_in: fix_of(|id| id == of, record, answer),
            also_fixed_in: also_fix_of(of, record, answer),
            question: &answer.question,
            hangs_on_day: answer.hangs_on_day,
            offers,
            speaker: match own.is_some_and(|own| own.contains(vendor)) {
                true => "maker",
                false => "",
            },
            vendor,
            product,
        }
    }
}

/// The release that mends a vulnerability, or nothing: an advisory may state one for some of
/// those that it speaks of, and none for the others.
#[must_use]
pub fn fix_of<'a>(
    is_meant: impl Fn(&str) -> bool,
    record: &Record,
    answer: &'a Answer,
) -> &'a str {
    let positions = positions(is_meant, record, answer);
    if positions.is_empty() {
        // It names no vulnerability, and speaks of itself.
        return &answer.fixed_version;
    }
    let fixes: Vec<&str> = positions.iter().map(|at| answer.fix_of(Some(*at))).collect();
    match fixes.contains(&"") {
        true => "",
        false => fixes.first().copied().unwrap_or_default(),
    }
}

/// The releases that others offer and that mend a vulnerability too: at every place at which
/// the advisory speaks of it.
fn also_fix_of(of: &str, record: &Record, answer: &Answer) -> String {
    let positions = positions(|id| id == of, record, answer);
    let mut lists = positions.iter().map(|at| answer.also_fix_of(Some(*at)));
    let Some(first) = lists.next() else { return answer.also_fix_of(None).to_owned() };
    let rest: Vec<&str> = lists.collect();
    let everywhere =
        |one: &&str| rest.iter().all(|list| releases(list).any(|other| other == *one));
    releases(first).filter(everywhere).collect::<Vec<_>>().join("; ")
}

/// Where among the vulnerabilities of an answer its advisory speaks of one.
fn positions(
    is_meant: impl Fn(&str) -> bool,
    record: &Record,
    answer: &Answer,
) -> Vec<usize> {
    let is_of = |at: &usize| {
        let vulnerability = record.vulnerabilities.get(*at);
        vulnerability.is_some_and(|one| one.ids.iter().any(|id| is_meant(id)))
    };
    answer.vulnerabilities.iter().copied().filter(is_of).collect()
}

/// Queues a job that judges the builds of the organisation that are new or touched.
pub(crate) async fn queue(write: &mut Write<'_>) -> Result<(), StoreError> {
    write.queue(JUDGE, "{}").await?;
    Ok(())
}
