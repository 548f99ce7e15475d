//! Which index is in use, and which earlier ones are still needed.

use std::path::Path;

use store::{Act, Fact, Judging, Noun};

use super::{JUDGE, JudgingError};
use crate::aside::aside;
use crate::index_copy::{bring_in, forget_others};
use crate::{App, bills};

/// Puts an index in use: a copy of it below the data folder, which nobody else touches; and
/// queues the judging of what it touches.
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
    let number = match app.store.generation().await? {
        Some(newest) if newest.digest == copy.digest && newest.file == copy.file => {
            newest.number
        }
        _ => {
            let mut write = app.store.write(0, (app.now)()).await?;
            let number = write.set_index(&copy.file, &copy.digest).await?;
            let facts = vec![("digest", Fact::digest(&copy.digest))];
            let act =
                Act { by: 0, what: "use index", noun: Noun::Index, id: number, facts };
            write.commit(act).await?;
            number
        }
    };
    drop(folder);
    for (of, kind) in [(Judging::Builds, JUDGE), (Judging::Bills, bills::JUDGE)] {
        for head in app.store.behind(of, number).await? {
            app.store.queue_job(head, kind, (app.now)()).await?;
        }
    }
    tidy(app).await?;
    Ok(number)
}

/// Removes the copies of indexes with which nothing is compared any more.
pub(crate) async fn tidy(app: &App) -> Result<(), JudgingError> {
    let folder = app.indexes.lock().await;
    let needed = app.store.index_files_in_need().await?;
    let data = app.data.clone();
    // What stays lies there until the next time, and harms nobody.
    aside(move || forget_others(&data, &needed).ok()).await?;
    drop(folder);
    Ok(())
}
