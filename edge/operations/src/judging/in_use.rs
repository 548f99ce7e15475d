//! Which index is in use, where it lies on this node, and which earlier ones are still needed.

use std::path::{Path, PathBuf};
use std::pin::pin;
use std::time::Duration;

use store::{Act, Fact, Generation, Judging, Noun};

use super::{JUDGE, JudgingError};
use crate::aside::aside;
use crate::index_copy::{
    Fetched, IndexCopy, Sharing, at_hand, bring_in, fetch, forget_others, share,
};
use crate::log::Level;
use crate::{App, bills};

/// How often a node asks whether another index is in use.
const ROUND: Duration = Duration::from_millis(500);
/// How long it waits where it could not get it.
const PAUSE: Duration = Duration::from_secs(10);

/// The index that is in use, on this node.
#[derive(Clone, Debug)]
pub(crate) struct InUse {
    /// The number of its generation.
    pub(crate) number: i64,
    /// Where it lies.
    pub(crate) path: PathBuf,
}

/// Puts an index in use: a copy of it below the data folder, which nobody else touches, its
/// bytes in the database where other nodes need them; and queues the judging of what it touches.
///
/// An index that is in use already is not put in use again; what was not judged with it yet
/// is queued.
///
/// # Errors
/// When it cannot be read or copied, or the database fails.
pub async fn use_index(app: &App, file: &Path) -> Result<i64, JudgingError> {
    // Nobody tidies up between bringing in and naming.
    let folder = app.indexes.lock().await;
    let (path, data) = (file.to_owned(), app.data.clone());
    let copy = aside(move || bring_in(&path, &data)).await??;
    let number = name(app, &copy).await?;
    drop(folder);
    for (of, kind) in [(Judging::Builds, JUDGE), (Judging::Bills, bills::JUDGE)] {
        for head in app.store.behind(of, number).await? {
            app.store.queue_job(head, kind, (app.now)()).await?;
        }
    }
    tidy(app).await?;
    Ok(number)
}

/// Says that a copy is in use, unless it is; gives the number of its generation. Its bytes are
/// kept with its name, or neither is.
async fn name(app: &App, copy: &IndexCopy) -> Result<i64, JudgingError> {
    let mut write = app.store.write(0, (app.now)()).await?;
    let known = write.generation().await?;
    let known = known
        .filter(|newest| newest.digest == copy.digest && newest.file == copy.file)
        .map(|newest| newest.number);
    let (number, what) = match known {
        Some(number) => (number, "share index"),
        None => (write.set_index(&copy.file, &copy.digest).await?, "use index"),
    };
    let sharing = share(app, &mut write, copy).await?;
    if known.is_some() && sharing == Sharing::NoNeed {
        // Nothing is new: nothing of that transaction is kept.
        return Ok(number);
    }
    let facts = vec![("digest", Fact::digest(&copy.digest))];
    write.commit(Act { by: 0, what, noun: Noun::Index, id: number, facts }).await?;
    Ok(number)
}

/// Keeps the index in use in the database, where other nodes need it there and this one has it:
/// a house that came from one machine, or from an earlier version.
///
/// # Errors
/// When it cannot be read, or the database fails.
pub async fn share_index(app: &App) -> Result<(), JudgingError> {
    let Some(newest) = app.store.generation().await? else { return Ok(()) };
    if !app.data.join(&newest.file).is_file()
        || !app.store.index_parts(&newest.file).await?.is_empty()
    {
        return Ok(());
    }
    let folder = app.indexes.lock().await;
    let data = app.data.clone();
    let copy = aside(move || at_hand(&data, &newest.file).ok().flatten()).await?;
    if let Some(copy) = copy {
        name(app, &copy).await?;
    }
    drop(folder);
    Ok(())
}

/// Fetches the index in use, if this node lacks it.
///
/// # Errors
/// When the database does not keep it, or it cannot be written.
pub async fn fetch_index(app: &App) -> Result<(), JudgingError> {
    let Some(newest) = app.store.generation().await? else { return Ok(()) };
    if app.data.join(&newest.file).is_file() {
        return Ok(());
    }
    // Two of one node who lack it fetch it once.
    let folder = app.indexes.lock().await;
    let fetched = fetch(app, &newest.file).await?;
    drop(folder);
    match fetched {
        Fetched::There => tidy_files(app).await,
        Fetched::Nowhere => Err(JudgingError::Nowhere(newest.number)),
    }
}

/// Fetches each index that comes in use, until `stop` is over, so that this node answers again
/// soon: whatever job it is at. Faults stand in the log.
pub async fn keep_current(app: App, stop: impl Future<Output = ()>) {
    let mut stop = pin!(stop);
    loop {
        let pause = match fetch_index(&app).await {
            Ok(()) => ROUND,
            Err(error) => {
                let cause = crate::causes(&error);
                app.log.say(Level::Error, "index", &[("cause", cause.as_str().into())]);
                PAUSE
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = &mut stop => return,
        }
    }
}

impl App {
    /// Where the index in use lies on this node; `None` where none is in use.
    ///
    /// # Errors
    /// When this node has not fetched it yet, or the database fails.
    pub(crate) async fn index_in_use(&self) -> Result<Option<InUse>, JudgingError> {
        match self.store.generation().await? {
            None => Ok(None),
            Some(newest) => self.at_hand(newest).map(Some),
        }
    }

    /// Whether this node has the index that is in use, or none is: without it, what rests on
    /// advisories is not answered.
    ///
    /// # Errors
    /// When this node lacks it, or the database fails.
    pub async fn expect_index(&self) -> Result<(), JudgingError> {
        self.index_in_use().await.map(|_| ())
    }

    /// Where that generation lies on this node.
    pub(crate) fn at_hand(&self, of: Generation) -> Result<InUse, JudgingError> {
        let (number, path) = (of.number, self.data.join(&of.file));
        match path.is_file() {
            true => Ok(InUse { number, path }),
            false => Err(JudgingError::Away(number)),
        }
    }

    /// Where an earlier index lies, by its name; fetched where this node lacks it and others
    /// keep it still.
    pub(crate) async fn earlier_index(
        &self,
        name: &str,
    ) -> Result<PathBuf, JudgingError> {
        let folder = self.indexes.lock().await;
        // What is lost is found to be by whoever opens it.
        fetch(self, name).await?;
        drop(folder);
        Ok(self.data.join(name))
    }
}

/// Removes the copies of indexes with which nothing is compared any more, here and in the
/// database.
pub(crate) async fn tidy(app: &App) -> Result<(), JudgingError> {
    app.store.forget_indexes().await?;
    tidy_files(app).await
}

async fn tidy_files(app: &App) -> Result<(), JudgingError> {
    let folder = app.indexes.lock().await;
    let needed = app.store.index_files_in_need().await?;
    let data = app.data.clone();
    // What stays lies there until the next time, and harms nobody.
    aside(move || forget_others(&data, &needed).ok()).await?;
    drop(folder);
    Ok(())
}
