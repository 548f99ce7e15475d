//! Feeds, followed by a server: each asked when it is due, and what is new put in use.
//!
//! One node follows feeds: the library lies in its data folder, and other nodes fetch the index.
//! What a feed answers is checked where it is fetched; a fault leaves what was kept.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use advisory::Source;
use feeds::{
    Asked, BuildError, Cache, Connection, Earlier, EarlierError, Fault, Feed, Kind,
    Library, Order, Standing,
};
use jiff::{SignedDuration, Timestamp};
use store::{Act, FeedStanding, Noun, StoreError, stored};
use tokio::runtime::Handle;
use tokio::sync::Notify;

use crate::aside::{CutShort, aside};
use crate::judging::{JudgingError, fetch_index, use_index};
use crate::{Actor, App, webhook};

/// The folder of the library, below the data folder.
const LIBRARY: &str = "feeds";
/// The index that is built of it, below the data folder.
const INDEX: &str = "feeds.index";
/// How often it is asked whether a feed is due.
const ROUND: Duration = Duration::from_secs(30);
/// How long a feed that could not be asked is left alone.
const LEFT_ALONE: SignedDuration = SignedDuration::from_mins(10);

/// Why no feed could be followed.
#[derive(Debug, thiserror::Error)]
pub enum FollowError {
    /// The library cannot be used.
    #[error(transparent)]
    Library(#[from] Fault),
    /// What the index in use says cannot be kept beside what feeds give, so none is built.
    #[error(
        "the index in use stays, since what it says cannot be kept beside what feeds give"
    )]
    Earlier(#[from] EarlierError),
    /// The index cannot be built.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// The index cannot be put in use.
    #[error(transparent)]
    Judging(#[from] JudgingError),
    /// The work was cut short.
    #[error(transparent)]
    CutShort(#[from] CutShort),
}

/// The feeds that a server follows.
#[derive(Debug)]
pub struct Subscription {
    feeds: Vec<Feed>,
    connection: Connection,
    /// Somebody wants all of them to be asked now.
    asked: Notify,
}

impl Subscription {
    /// Follows these feeds.
    #[must_use]
    pub fn new(feeds: Vec<Feed>, connection: Connection) -> Self {
        Self { feeds, connection, asked: Notify::new() }
    }

    /// The feeds.
    #[must_use]
    pub fn feeds(&self) -> &[Feed] {
        &self.feeds
    }
}

/// How each feed is that this node follows; nothing where it follows none.
#[must_use]
pub fn standings(app: &App) -> Vec<(Feed, Standing)> {
    let Some(subscription) = &app.subscription else { return Vec::new() };
    let Ok(library) = Library::open(&app.data.join(LIBRARY)) else { return Vec::new() };
    let feeds = subscription.feeds.iter();
    feeds.map(|feed| (feed.clone(), library.standing(&feed.name))).collect()
}

/// The index that was in use on this node before it followed feeds, if there was one: what it
/// says stays until a feed says it as new.
#[must_use]
pub fn earlier(app: &App) -> Option<Earlier> {
    let library = Library::open(&app.data.join(LIBRARY)).ok()?;
    app.subscription.as_ref()?;
    library.earlier().map(|(_, earlier)| earlier)
}

/// Asks every feed soon, because somebody wants it.
///
/// # Errors
/// When the database fails.
pub async fn ask_now(app: &App, by: &Actor) -> Result<(), StoreError> {
    let write = app.store.write(by.head, (app.now)()).await?;
    let what = "ask feeds";
    write
        .commit(Act { by: by.person, what, noun: Noun::Index, id: 0, facts: Vec::new() })
        .await?;
    if let Some(subscription) = &app.subscription {
        subscription.asked.notify_one();
    }
    Ok(())
}

/// Follows the feeds of this node until `stop` is over. Faults are told to `tell`, and stand
/// with the feed.
pub async fn follow(app: App, tell: impl Fn(&str), stop: impl Future<Output = ()>) {
    let Some(subscription) = app.subscription.clone() else { return };
    let mut stop = pin!(stop);
    let mut tried = BTreeMap::new();
    let mut whom = Whom::Due;
    loop {
        let round = pass(&app, &subscription, whom, &mut tried);
        let outcome = tokio::select! {
            outcome = round => outcome,
            () = &mut stop => return,
        };
        match outcome {
            Ok(told) => told.iter().for_each(|line| tell(line)),
            Err(error) => tell(&format!("the feeds: {}", crate::causes(&error))),
        }
        whom = tokio::select! {
            () = tokio::time::sleep(ROUND) => Whom::Due,
            () = subscription.asked.notified() => Whom::All,
            () = &mut stop => return,
        };
    }
}

/// Which feeds are asked in a pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whom {
    /// Those whose time has come.
    Due,
    /// Every one.
    All,
}

/// Asks feeds once; what is new is built into the index, which is put in use. Gives what a
/// person who runs the node should read.
///
/// `tried` says when each feed was last tried: one with a fault is left alone for a while.
///
/// # Errors
/// When the library or the index cannot be used. A feed that cannot be asked is no error.
pub async fn pass(
    app: &App,
    subscription: &Arc<Subscription>,
    whom: Whom,
    tried: &mut BTreeMap<String, Timestamp>,
) -> Result<Vec<String>, FollowError> {
    let now = (app.now)();
    let library = Library::open(&app.data.join(LIBRARY))?;
    let is_wanted = |feed: &&Feed| {
        whom == Whom::All || is_due(feed, &library.standing(&feed.name), tried, now)
    };
    let wanted: Vec<Feed> =
        subscription.feeds.iter().filter(is_wanted).cloned().collect();
    let index = app.data.join(INDEX);
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let held = library.hold()?;
    let mut told = Vec::new();
    let names = || subscription.feeds.iter().map(|feed| feed.name.as_str());
    let in_use = origin(app, &library, &index).await?;
    let mut has_changed =
        in_use != Origin::Feeds || library.is_newer_than(&index, names());
    for feed in wanted {
        tried.insert(feed.name.clone(), now);
        let (library, connection) = (library.clone(), subscription.connection.clone());
        let handle = Handle::current();
        // It unpacks archives between two answers: away from the threads that answer.
        let asked =
            aside(move || handle.block_on(library.ask(&feed, &connection, now))).await?;
        has_changed |= asked.changed > 0;
        tell_asked(&asked, &mut told);
    }
    let sources = library.sources(names());
    if has_changed && !sources.is_empty() {
        if let Origin::Elsewhere { path, since } = in_use {
            let library = library.clone();
            match aside(move || library.keep_earlier(&path, since)).await? {
                // This version of the program cannot judge with it either.
                Err(EarlierError::Open(error)) => told.push(format!(
                    "what the index in use says is not kept beside what feeds give: {error}"
                )),
                kept => drop(kept?),
            }
        }
        told.extend(build_and_use(app, &library, sources).await?);
    }
    note_standings(app, subscription, &library).await?;
    let fails = |name: &&str| library.standing(name).fault.is_some();
    let failing = names().filter(fails).map(str::to_owned).collect();
    webhook::tell_faults(app, &failing).await.map_err(JudgingError::Store)?;
    drop(held);
    Ok(told)
}

/// Tells every node how the feeds stand that this one follows.
async fn note_standings(
    app: &App,
    subscription: &Subscription,
    library: &Library,
) -> Result<(), FollowError> {
    let mut all: Vec<FeedStanding> = subscription
        .feeds
        .iter()
        .map(|feed| {
            let standing = library.standing(&feed.name);
            FeedStanding {
                name: feed.name.clone(),
                every: i64::try_from(feed.every.as_secs()).unwrap_or(i64::MAX),
                asked: standing.asked.map(stored),
                is_failing: standing.fault.is_some(),
                gives: gives(&feed.kind, &standing),
                alone: None,
            }
        })
        .collect();
    let earlier = library.earlier().map(|(_, earlier)| earlier).unwrap_or_default();
    all.extend(earlier.newest_alone.into_iter().map(|(source, newest)| FeedStanding {
        // No feed has such a name.
        name: format!(".earlier {source}"),
        every: 0,
        asked: None,
        is_failing: false,
        gives: source,
        alone: Some(newest),
    }));
    let noted = app.store.set_feed_standings(&all).await;
    Ok(noted.map_err(JudgingError::Store)?)
}

/// The words of the sources that a feed renews.
fn gives(kind: &Kind, standing: &Standing) -> String {
    let source = match kind {
        Kind::Csaf(_) => Source::Csaf,
        Kind::Osv(_) => Source::Osv,
        Kind::Cve(_) => Source::Cve,
        Kind::Nvd(_) => Source::Nvd,
        Kind::File(_) => {
            let words: Vec<&str> = standing.holds.iter().map(String::as_str).collect();
            return words.join(" ");
        }
    };
    source.word().to_owned()
}

/// Forgets the feeds that were followed: from now on an index is put in use by name.
///
/// # Errors
/// When the database fails.
pub async fn follow_none(app: &App) -> Result<(), StoreError> {
    app.store.set_feed_standings(&[]).await
}

/// What a person who runs the node should read of a feed that was asked.
fn tell_asked(asked: &Asked, told: &mut Vec<String>) {
    if let Some(fault) = &asked.fault {
        told.push(format!("feed {}: {fault}", asked.feed));
    }
    for one in &asked.set_aside {
        told.push(format!(
            "feed {}: set aside: {}: {}",
            asked.feed, one.address, one.reason
        ));
    }
}

/// Of what the index in use was made, before feeds make a new one.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Origin {
    /// None is in use.
    Nothing,
    /// What these feeds gave.
    Feeds,
    /// Something else: a file that somebody named, or feeds of another library. What it says
    /// stays.
    Elsewhere {
        /// Where it lies on this node.
        path: PathBuf,
        /// Since when it is in use.
        since: Timestamp,
    },
}

/// Finds out whether the index in use was made of this library.
async fn origin(
    app: &App,
    library: &Library,
    index: &Path,
) -> Result<Origin, FollowError> {
    let in_use = app.store.generation().await.map_err(JudgingError::Store)?;
    let Some(in_use) = in_use else { return Ok(Origin::Nothing) };
    if library.has_made(&in_use.digest) {
        return Ok(Origin::Feeds);
    }
    // Earlier versions did not note what they made.
    let index = index.to_path_buf();
    let own = aside(move || {
        let mut digest = blake3::Hasher::new();
        let file = std::fs::File::open(index).ok()?;
        digest.update_reader(file).ok()?;
        Some(digest.finalize())
    })
    .await?;
    if own.is_some_and(|own| own.as_bytes()[..] == in_use.digest[..]) {
        return Ok(Origin::Feeds);
    }
    let since = in_use.made.parse().unwrap_or_default();
    match fetch_index(app).await {
        // It is lost, whatever is done: feeds are what puts one in use again.
        Err(JudgingError::Nowhere(_)) => Ok(Origin::Nothing),
        fetched => {
            fetched?;
            Ok(Origin::Elsewhere { path: app.at_hand(in_use)?.path, since })
        }
    }
}

/// Builds an index of what feeds gave, onto the one that was there before them, and puts it in
/// use.
async fn build_and_use(
    app: &App,
    library: &Library,
    sources: Vec<PathBuf>,
) -> Result<Vec<String>, FollowError> {
    let index = app.data.join(INDEX);
    let (of, built) = (library.clone(), index.clone());
    match aside(move || build(&of, &built, &sources)).await? {
        // A feed that gave nothing that can be read is told, and what is in use stays.
        Err(BuildFault::Build(error @ BuildError::Nothing { .. })) => {
            Ok(vec![format!("the feeds: {error}")])
        }
        outcome => {
            let told = outcome?;
            use_index(app, &index).await?;
            Ok(told)
        }
    }
}

/// Why an index of feeds could not be made.
#[derive(Debug, thiserror::Error)]
enum BuildFault {
    #[error(transparent)]
    Build(#[from] BuildError),
    #[error(transparent)]
    Library(#[from] Fault),
}

impl From<BuildFault> for FollowError {
    fn from(fault: BuildFault) -> Self {
        match fault {
            BuildFault::Build(error) => Self::Build(error),
            BuildFault::Library(error) => Self::Library(error),
        }
    }
}

fn build(
    library: &Library,
    index: &Path,
    sources: &[PathBuf],
) -> Result<Vec<String>, BuildFault> {
    let order = Order { index, sources, cache: Cache::Use };
    let mut told = Vec::new();
    let mut gone = match library.earlier() {
        None => feeds::build(&order, &mut |_| {})?.gone,
        Some((path, mut earlier)) => {
            let built = feeds::build_onto(&order, &path, &mut |_| {});
            let (built, alone, fault) = match built {
                Ok(built) => (built.gone, Some(built.earlier), None),
                // It was written by another version of the program, or the disk failed.
                Err(error @ (BuildError::Open(_) | BuildError::Damaged { .. })) => {
                    told.push(format!(
                        "the index that was in use before feeds is judged with no more: {error}"
                    ));
                    let built = feeds::build(&order, &mut |_| {})?;
                    (built.gone, None, Some(error.to_string()))
                }
                Err(error) => return Err(error.into()),
            };
            match alone {
                Some(alone) => earlier.stands(&alone),
                None => (earlier.alone, earlier.newest_alone) = (None, BTreeMap::new()),
            }
            earlier.fault = fault;
            library.tell_earlier(&earlier)?;
            built
        }
    };
    library.note_made(index)?;
    if !gone.is_nothing() {
        gone.examples.truncate(GONE_NAMED);
        told.push(format!(
            "the feeds: {} records of the index before are in none of them any more: {}",
            gone.records,
            gone.examples.iter().map(|id| format!("{id}, ")).collect::<String>() + "…"
        ));
    }
    Ok(told)
}

/// Ids that are named of records that are gone.
const GONE_NAMED: usize = 5;

fn is_due(
    feed: &Feed,
    standing: &Standing,
    tried: &BTreeMap<String, Timestamp>,
    now: Timestamp,
) -> bool {
    let passed =
        |since: Timestamp, span: SignedDuration| now.duration_since(since) >= span;
    let every = SignedDuration::try_from(feed.every).unwrap_or(SignedDuration::MAX);
    let is_old = standing.asked.is_none_or(|asked| passed(asked, every));
    let left_alone = LEFT_ALONE.min(every);
    is_old && tried.get(&feed.name).is_none_or(|last| passed(*last, left_alone))
}
