//! The jobs of this node, one after the other.

use std::pin::pin;
use std::time::Duration;

use jiff::Timestamp;
use store::{ATTEMPTS, Act, Fact, Job, LEASE, Noun, StoreError};

use crate::{App, action, bills, inventory, judging};

/// How long a node waits before it asks again when there is nothing to do.
const PAUSE: Duration = Duration::from_millis(500);

/// Does jobs until `stop` is over. What is being done then is undone as far as it was not
/// kept, and laid down, so that this node or another goes on with it at once. Dropped instead
/// (or killed), the job is taken again when its lease is over.
///
/// Faults are told to `tell`, and the job is tried again later.
pub async fn work(
    app: App,
    owner: String,
    tell: impl Fn(&str),
    stop: impl Future<Output = ()>,
) {
    let mut stop = pin!(stop);
    loop {
        let taken = app.store.take_job(&owner, (app.now)()).await;
        let job = match taken {
            Ok(Some(job)) => job,
            idle => {
                if let Err(error) = idle {
                    tell(&format!("the queue of jobs: {}", causes(&error)));
                }
                tokio::select! {
                    () = &mut stop => return,
                    () = tokio::time::sleep(PAUSE) => continue,
                }
            }
        };
        let fault = tokio::select! {
            fault = attend(&app, &job) => fault,
            () = &mut stop => {
                if let Err(error) = app.store.lay_down_job(&job).await {
                    tell(&format!("the queue of jobs: {}", causes(&error)));
                }
                return;
            }
        };
        match settle(&app, &job, fault).await {
            Ok(Some(fault)) => tell(&fault),
            Ok(None) => {}
            Err(error) => tell(&format!("the queue of jobs: {}", causes(&error))),
        }
    }
}

/// Does every job that waits; for tests and for programs that do one thing.
///
/// # Errors
/// When the database fails. A job that fails is an answer: its fault.
pub async fn work_off(app: &App, owner: &str) -> Result<Vec<String>, StoreError> {
    let mut faults = Vec::new();
    while let Some(job) = app.store.take_job(owner, (app.now)()).await? {
        let fault = attend(app, &job).await;
        faults.extend(settle(app, &job, fault).await?);
    }
    Ok(faults)
}

/// Does a job, and says again and again that this node is at it.
async fn attend(app: &App, job: &Job) -> Option<String> {
    if job.attempts > ATTEMPTS {
        // Whatever it is, it took the node with it each time.
        return Some(format!("it was begun {ATTEMPTS} times and never ended"));
    }
    tokio::select! {
        fault = do_one(app, job) => fault,
        () = lost(app, job) => Some("another node has taken this job".to_owned()),
    }
}

/// Ends when the node has lost the job.
async fn lost(app: &App, job: &Job) {
    let third = Duration::try_from(LEASE / 3).unwrap_or(PAUSE);
    loop {
        tokio::time::sleep(third).await;
        // Where the database does not answer, the work itself will find out.
        if let Ok(false) = app.store.keep_job(job, (app.now)()).await {
            return;
        }
    }
}

async fn do_one(app: &App, job: &Job) -> Option<String> {
    match job.kind.as_str() {
        inventory::TAKE_IN => {
            inventory::take_in(app, job).await.err().map(|error| causes(&error))
        }
        judging::JUDGE => {
            judging::judge(app, job).await.err().map(|error| causes(&error))
        }
        judging::weigh::WEIGH => {
            judging::weigh::weigh(app, job).await.err().map(|error| causes(&error))
        }
        bills::JUDGE => bills::judge(app, job).await.err().map(|error| causes(&error)),
        action::NOTE => action::note(app, job).await.err().map(|error| causes(&error)),
        other => Some(format!("no version of Lazaret has a job `{other}`")),
    }
}

/// Gives a job with a fault back, or up; what whoever runs the node is told.
async fn settle(
    app: &App,
    job: &Job,
    fault: Option<String>,
) -> Result<Option<String>, StoreError> {
    let Some(fault) = fault else { return Ok(None) };
    let now = (app.now)();
    let told = format!("job {} of {} ({}): {fault}", job.id, job.head, job.kind);
    if job.attempts < ATTEMPTS {
        app.store.give_back_job(job, &fault, now).await?;
        return Ok(Some(told));
    }
    match give_up(app, job, &fault, now).await {
        // It is another node's now, and so is what becomes of it.
        Err(StoreError::Taken(_)) => Ok(Some(told)),
        outcome => outcome.map(|()| Some(format!("{told}; it is given up"))),
    }
}

async fn give_up(
    app: &App,
    job: &Job,
    fault: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut write = app.store.write(job.head, now).await?;
    write.give_up_job(job, fault).await?;
    let mut facts = vec![("attempts", Fact::Number(job.attempts))];
    if job.kind == inventory::TAKE_IN {
        facts.extend(inventory::give_up(&mut write, job, fault).await?);
    }
    let act = Act { by: 0, what: "give up job", noun: Noun::Job, id: job.id, facts };
    write.commit(act).await?;
    Ok(())
}

/// An error with what caused it.
fn causes(error: &dyn std::error::Error) -> String {
    let mut told = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let words = error.to_string();
        // An error that shows another's words as its own says nothing new.
        if !told.ends_with(&words) {
            told.push_str(": ");
            told.push_str(&words);
        }
        cause = error.source();
    }
    told
}
