//! Judging builds against device advisories, in jobs that survive a kill.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use advisory::Record;
use feeds::{IndexFile, OpenError};
use matching::device::leaf::Leaf;
use matching::device::{self, Answer, Matcher, Replies};
use naming::Makers;
use rayon::prelude::*;
use serde::Serialize;
use store::{
    Act, Build, Configuration, Fact, Job, Judged, Noun, StoreError, Subject, Write,
};

use crate::aside::{CutShort, aside};
use crate::index_copy::{bring_in, forget_others};
use crate::{App, bills};

/// The kind of a job that judges what changed.
pub(crate) const JUDGE: &str = "judge builds";
/// How many builds are one transaction.
const BATCH: usize = 200;

/// Why nothing was judged.
#[derive(Debug, thiserror::Error)]
pub enum JudgingError {
    /// The index cannot be opened.
    #[error("the index of advisories cannot be opened")]
    Index(#[from] OpenError),
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
    pub records: Vec<Record>,
    /// The index itself, for what belongs to vulnerabilities.
    pub file: IndexFile,
    matcher: Matcher,
}

impl Advisories {
    /// Reads the device advisories of an index. Slow: it belongs on a thread of its own.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub fn read(file: &Path, generation: i64) -> Result<Self, OpenError> {
        let opened = IndexFile::open(file)?;
        let records: Vec<Record> =
            opened.index()?.device_records().map(|record| record.decode()).collect();
        let matcher = Matcher::new(&records, Makers::built_in());
        Ok(Self { generation, records, file: opened, matcher })
    }

    /// What each advisory says of a build, those that speak of other products left out.
    #[must_use]
    pub fn answers(&self, build: &Build) -> Vec<Answer> {
        self.answered(build, &Replies::default())
    }

    /// The same of devices about which somebody has answered what advisories ask.
    #[must_use]
    pub fn answered(&self, build: &Build, replies: &Replies) -> Vec<Answer> {
        let configuration = device::Configuration {
            maker: build.maker.clone(),
            model: build.model.clone(),
            description: build.description.clone(),
            version: build.version.clone(),
            received: String::new(),
        };
        self.matcher.judge_answered(&configuration, replies)
    }

    /// The advisory of that id.
    #[must_use]
    pub fn record(&self, id: &str) -> Option<&Record> {
        self.records.iter().find(|record| record.id == id)
    }

    /// What a vulnerability or an advisory is called; empty where nobody says.
    #[must_use]
    pub fn title(&self, id: &str) -> String {
        if let Some(record) = self.record(id) {
            return record.title.clone();
        }
        let Ok(index) = self.file.index() else { return String::new() };
        let vulnerability = index.vulnerability(id);
        vulnerability.map_or_else(String::new, |found| found.title().to_owned())
    }

    /// The leaves of the advisory at a position, as they were read.
    pub fn leaves(&self, record: usize) -> impl Iterator<Item = &Leaf> {
        let leaves = self.matcher.read().filter(move |(of, _)| *of == record);
        leaves.map(|(_, leaf)| leaf)
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
        let found = index.as_ref().ok().and_then(|index| index.vulnerability(id));
        found.map_or_else(|| id.to_owned(), |found| found.id().to_owned())
    }

    /// The ids of the advisories that speak about a vulnerability.
    #[must_use]
    pub fn about(&self, vulnerability: &str) -> BTreeSet<&str> {
        let speaks = |record: &&Record| {
            let mut entries = record.vulnerabilities.iter();
            entries.any(|entry| entry.ids.iter().any(|id| id == vulnerability))
        };
        self.records.iter().filter(speaks).map(|record| record.id.as_str()).collect()
    }

    /// What the advisories say of a build: one verdict for each vulnerability.
    fn judge(&self, configuration: &Configuration) -> BTreeMap<Subject, Judged> {
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
                Some((subject(vulnerability), judged(&said)?))
            })
            .collect()
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
    #[serde(skip_serializing_if = "str::is_empty")]
    question: &'a str,
    /// The day on which a device was made or received may settle it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    hangs_on_day: bool,
}

/// Of several advisories about one vulnerability the word that asks most wins; the others
/// stand in the grounds.
fn judged(said: &[(&Record, &Answer)]) -> Option<Judged> {
    let (_, first) = said.iter().min_by_key(|(_, answer)| answer.verdict)?;
    let grounds: Vec<Ground<'_>> = said
        .iter()
        .map(|(record, answer)| Ground {
            advisory: &record.id,
            verdict: answer.verdict.word(),
            confidence: answer.confidence.word(),
            rules: &answer.grounds,
            fixed_in: &answer.fixed_version,
            question: &answer.question,
            hangs_on_day: answer.hangs_on_day,
        })
        .collect();
    Some(Judged {
        verdict: first.verdict.word(),
        confidence: first.confidence.word().to_owned(),
        fixed_in: first.fixed_version.clone(),
        question: first.question.clone(),
        grounds: serde_json::to_string(&grounds).ok()?,
    })
}

/// Queues a job that judges every build of the organisation with the index in use.
pub(crate) async fn queue(write: &mut Write<'_>) -> Result<(), StoreError> {
    write.queue(JUDGE, "{}").await?;
    Ok(())
}

/// Puts an index in use: a copy of it below the data folder, which nobody else touches; and
/// queues the judging of all that is known.
///
/// An index that is in use already is not put in use again.
///
/// # Errors
/// When it cannot be read or copied, or the database fails.
pub async fn use_index(app: &App, file: &Path) -> Result<i64, JudgingError> {
    let (path, data) = (file.to_owned(), app.data.clone());
    let copy = aside(move || bring_in(&path, &data)).await??;
    if let Some(newest) = app.store.generation().await?
        && newest.digest == copy.digest
        && newest.file == copy.file
    {
        return Ok(newest.number);
    }
    let now = (app.now)();
    let mut write = app.store.write(0, now).await?;
    let number = write.set_index(&copy.file, &copy.digest).await?;
    let facts = vec![("digest", Fact::digest(&copy.digest))];
    write
        .commit(Act { by: 0, what: "use index", noun: Noun::Index, id: number, facts })
        .await?;
    for head in app.store.heads().await? {
        let mut write = app.store.write(head, now).await?;
        queue(&mut write).await?;
        bills::queue(&mut write).await?;
        let facts = vec![("generation", Fact::Number(number))];
        let act =
            Act { by: 0, what: "judge again", noun: Noun::Index, id: number, facts };
        write.commit(act).await?;
    }
    let data = app.data.clone();
    // What stays lies there until the next index is put in use, and harms nobody.
    aside(move || forget_others(&data, &copy).ok()).await?;
    Ok(number)
}

/// Judges every build of an organisation, some at a time.
pub(crate) async fn judge(app: &App, job: &Job) -> Result<(), JudgingError> {
    // Without an index there is nothing to judge with: when it comes, it queues its own job.
    let advisories = app.advisories().await?;
    let builds = match &advisories {
        Some(_) => app.store.configurations_since(job.head, 0).await?,
        None => Vec::new(),
    };
    let mut batches = builds.chunks(BATCH);
    if let Some(advisories) = advisories {
        while let Some(batch) = batches.next() {
            let then = if batches.len() == 0 { Then::EndJob } else { Then::GoOn };
            judge_some(app, job, &advisories, batch, then).await?;
        }
    }
    if builds.is_empty() {
        let mut write = app.store.write(job.head, (app.now)()).await?;
        write.end_job(job).await?;
        write.commit(act(job, 0, 0)).await?;
    }
    Ok(())
}

/// What follows a batch.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Then {
    GoOn,
    EndJob,
}

async fn judge_some(
    app: &App,
    job: &Job,
    advisories: &Arc<Advisories>,
    batch: &[Configuration],
    then: Then,
) -> Result<(), JudgingError> {
    let (known, owned) = (Arc::clone(advisories), batch.to_vec());
    let found = aside(move || {
        owned.par_iter().map(|build| known.judge(build)).reduce(
            BTreeMap::new,
            |mut all, some| {
                all.extend(some);
                all
            },
        )
    })
    .await?;
    let ids: Vec<i64> = batch.iter().map(|build| build.id).collect();
    let mut write = app.store.write(job.head, (app.now)()).await?;
    write.hold(job).await?;
    let why = "judged with the advisories in use";
    let counts =
        write.update_judgements(0, &ids, advisories.generation, &found, why).await?;
    if then == Then::EndJob {
        write.end_job(job).await?;
    }
    let changed = counts.opened + counts.turned + counts.closed;
    write.commit(act(job, batch.len() as i64, changed)).await?;
    Ok(())
}

fn act(job: &Job, builds: i64, changed: i64) -> Act {
    let facts =
        vec![("builds", Fact::Number(builds)), ("changed", Fact::Number(changed))];
    Act { by: 0, what: "judge builds", noun: Noun::Job, id: job.id, facts }
}
