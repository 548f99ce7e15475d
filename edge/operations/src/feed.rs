//! Feeds, followed by a server: each asked when it is due, and what is new put in use.
//!
//! One node follows feeds: the library lies in its data folder, and other nodes fetch the index.
//! What a feed answers is checked where it is fetched; a fault leaves what was kept.

use std::collections::BTreeMap;
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use feeds::{BuildError, Cache, Connection, Fault, Feed, Library, Order, Standing};
use jiff::{SignedDuration, Timestamp};
use store::{Act, Noun, StoreError};
use tokio::runtime::Handle;
use tokio::sync::Notify;

use crate::aside::{CutShort, aside};
use crate::judging::{JudgingError, use_index};
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
            Err(error) => tell(&format!("the feeds: {error}")),
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
    let mut has_changed = library.is_newer_than(&index, names());
    for feed in wanted {
        tried.insert(feed.name.clone(), now);
        let (library, connection) = (library.clone(), subscription.connection.clone());
        let handle = Handle::current();
        // It unpacks archives between two answers: away from the threads that answer.
        let asked =
            aside(move || handle.block_on(library.ask(&feed, &connection, now))).await?;
        has_changed |= asked.changed > 0;
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
    let sources = library.sources(names());
    if has_changed && !sources.is_empty() {
        let before = origin(app, &index).await?;
        let built = index.clone();
        let outcome = aside(move || {
            let order = Order { index: &built, sources: &sources, cache: Cache::Use };
            feeds::build(&order, &mut |_| {}).map(drop)
        })
        .await?;
        match outcome {
            // A feed that gave nothing that can be read is told, and what is in use stays.
            Err(error @ BuildError::Nothing { .. }) => {
                told.push(format!("the feeds: {error}"))
            }
            outcome => {
                outcome?;
                told.extend(put_in_use(app, subscription, &library, before).await?);
            }
        }
    }
    let fails = |name: &&str| library.standing(name).fault.is_some();
    let failing = names().filter(fails).map(str::to_owned).collect();
    webhook::tell_faults(app, &failing).await.map_err(JudgingError::Store)?;
    drop(held);
    Ok(told)
}

/// Of what the index in use was made, before feeds make a new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    /// None is in use.
    Nothing,
    /// What these feeds gave.
    Feeds,
    /// Something else: a file that somebody named.
    Elsewhere,
}

/// Compares the index in use with the one that feeds made last.
async fn origin(app: &App, index: &Path) -> Result<Origin, FollowError> {
    let in_use = app.store.generation().await.map_err(JudgingError::Store)?;
    let Some(in_use) = in_use else { return Ok(Origin::Nothing) };
    let index = index.to_path_buf();
    let own = aside(move || {
        let mut digest = blake3::Hasher::new();
        let file = std::fs::File::open(index).ok()?;
        digest.update_reader(file).ok()?;
        Some(digest.finalize())
    })
    .await?;
    Ok(match own.is_some_and(|own| own.as_bytes()[..] == in_use.digest[..]) {
        true => Origin::Feeds,
        false => Origin::Elsewhere,
    })
}

/// Puts the index in use, unless it takes the place of one that came from elsewhere and a feed
/// has never answered: less would be known then than is now, and silence read as *not
/// affected*. What feeds made takes the place of what they made before, whichever is dead.
async fn put_in_use(
    app: &App,
    subscription: &Subscription,
    library: &Library,
    before: Origin,
) -> Result<Option<String>, FollowError> {
    let is_silent = |feed: &&Feed| library.standing(&feed.name).asked.is_none();
    let silent: Vec<&str> = subscription
        .feeds
        .iter()
        .filter(is_silent)
        .map(|feed| feed.name.as_str())
        .collect();
    if before == Origin::Elsewhere && !silent.is_empty() {
        return Ok(Some(format!(
            "the index in use, which no feed made, stays until every feed has answered \
             once: {}",
            silent.join(", ")
        )));
    }
    use_index(app, &app.data.join(INDEX)).await?;
    Ok(None)
}

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
