//! The jobs of this node, one after the other.

use std::time::Duration;

use jiff::Timestamp;
use store::{Job, StoreError};

use crate::{App, inventory, judging};

/// How long a node waits before it asks again when there is nothing to do.
const PAUSE: Duration = Duration::from_millis(500);

/// Does jobs until `stop` says so. What is being done when it is dropped is undone as far as
/// it was not kept, and done again later, by this node or another.
///
/// Faults are told to `tell`, and the job is tried again later.
pub async fn work(app: App, owner: String, tell: impl Fn(&str)) {
    loop {
        match next(&app, &owner).await {
            Ok(Some(fault)) if !fault.is_empty() => tell(&fault),
            Ok(Some(_)) => {}
            Ok(None) => tokio::time::sleep(PAUSE).await,
            Err(error) => {
                tell(&format!("the queue of jobs: {error}"));
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// Does every job that waits; for tests and for programs that do one thing.
///
/// # Errors
/// When the database fails. A job that fails is an answer: its fault.
pub async fn work_off(app: &App, owner: &str) -> Result<Vec<String>, StoreError> {
    let mut faults = Vec::new();
    while let Some(fault) = next(app, owner).await? {
        if !fault.is_empty() {
            faults.push(fault);
        }
    }
    Ok(faults)
}

/// Does the next job, if one waits; gives its fault, empty when it went well.
async fn next(app: &App, owner: &str) -> Result<Option<String>, StoreError> {
    let now: Timestamp = (app.now)();
    let Some(job) = app.store.take_job(owner, now).await? else { return Ok(None) };
    let fault = do_one(app, &job).await;
    if let Some(fault) = &fault {
        app.store.give_back_job(&job, fault, (app.now)()).await?;
    }
    Ok(Some(fault.unwrap_or_default()))
}

async fn do_one(app: &App, job: &Job) -> Option<String> {
    match job.kind.as_str() {
        inventory::TAKE_IN => {
            inventory::take_in(app, job).await.err().map(|error| error.to_string())
        }
        judging::JUDGE => {
            judging::judge(app, job).await.err().map(|error| error.to_string())
        }
        other => Some(format!("no version of Lazaret has a job `{other}`")),
    }
}
