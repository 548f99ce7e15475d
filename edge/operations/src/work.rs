//! The jobs of this node, one after the other.

use std::pin::pin;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use store::{
    ATTEMPTS, Act, Fact, Job, LEASE, Noun, SEND, SEND_DIGEST, Sends, StoreError,
};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::judging::JudgingError;
use crate::log::{Level, Value};
use crate::meters::JobEnd;
use crate::{App, action, bills, digest, inventory, judging, posture, webhook};

/// How long a node waits before it asks again when there is nothing to do.
const PAUSE: Duration = Duration::from_millis(500);

/// How long it waits where the queue or the index cannot be had.
const LONG_PAUSE: Duration = Duration::from_secs(5);

/// Takes the next job that waits, once this node has the index in use: without it a job would
/// be done with what was known before, or not at all.
async fn take(app: &App, owner: &str) -> Result<Option<Job>, JudgingError> {
    judging::fetch_index(app).await?;
    Ok(app.store.take_job(owner, (app.now)()).await?)
}

/// Does jobs until `stop` is over. What is being done then is undone as far as it was not
/// kept, and laid down, so that this node or another goes on with it at once. Dropped instead
/// (or killed), the job is taken again when its lease is over.
///
/// Faults stand in the log, and the job is tried again later.
pub async fn work(app: App, owner: String, stop: impl Future<Output = ()>) {
    let mut stop = pin!(stop);
    loop {
        let taken = tokio::select! {
            taken = take(&app, &owner) => taken,
            () = &mut stop => return,
        };
        let job = match taken {
            Ok(Some(job)) => job,
            idle => {
                let pause = match idle {
                    Ok(_) => PAUSE,
                    Err(error) => {
                        unqueued(&app, &error);
                        LONG_PAUSE
                    }
                };
                tokio::select! {
                    () = &mut stop => return,
                    () = tokio::time::sleep(pause) => continue,
                }
            }
        };
        let begin = Instant::now();
        let fault = tokio::select! {
            fault = attend(&app, &job) => fault,
            () = &mut stop => {
                if let Err(error) = app.store.lay_down_job(&job).await {
                    unqueued(&app, &error);
                }
                return;
            }
        };
        if let Err(error) = settle(&app, &job, fault, begin.elapsed()).await {
            unqueued(&app, &error);
        }
    }
}

/// How many messages are on their way at the same time: one receiver that is slow holds up
/// nobody else.
const ON_THEIR_WAY: usize = 8;

/// Sends what is told to others until `stop` is over, beside everything else that the node does.
/// What is on its way then is laid down, and sent again by this node or another.
///
/// Faults of ours stand in the log; that a receiver takes nothing is none.
pub async fn send(app: App, owner: String, stop: impl Future<Output = ()>) {
    let mut stop = pin!(stop);
    let (ending, ended) = watch::channel(());
    let mut on_their_way: JoinSet<()> = JoinSet::new();
    loop {
        while on_their_way.len() < ON_THEIR_WAY {
            match take_sending(&app, &owner).await {
                Ok(Some(job)) => {
                    on_their_way.spawn(send_one(app.clone(), job, ended.clone()));
                }
                Ok(None) => break,
                Err(error) => {
                    unqueued(&app, &error);
                    break;
                }
            }
        }
        tokio::select! {
            () = &mut stop => break,
            () = tokio::time::sleep(PAUSE) => {}
            Some(_) = on_their_way.join_next() => {}
        }
    }
    drop(ending);
    while on_their_way.join_next().await.is_some() {}
}

/// Takes the next message that waits. A digest says what *Today* says: it is left to others
/// where this node sends no mail, or does not know yet what is known.
async fn take_sending(app: &App, owner: &str) -> Result<Option<Job>, StoreError> {
    let sends = match app.mailing.is_some() && app.index_in_use().await.is_ok() {
        true => Sends::WebhooksAndMail,
        false => Sends::Webhooks,
    };
    app.store.take_sending(owner, sends, (app.now)()).await
}

async fn send_one(app: App, job: Job, mut ended: watch::Receiver<()>) {
    let begin = Instant::now();
    let done = tokio::select! {
        fault = attend(&app, &job) => {
            settle(&app, &job, fault, begin.elapsed()).await.map(drop)
        }
        // Nobody ever sends: it is over when the other side is gone.
        _ = ended.changed() => app.store.lay_down_job(&job).await,
    };
    if let Err(error) = done {
        unqueued(&app, &error);
    }
}

/// Says that the queue of jobs cannot be asked or written, or that the index cannot be had.
fn unqueued(app: &App, error: &dyn std::error::Error) {
    app.log.say(Level::Error, "queue", &[("cause", causes(error).as_str().into())]);
}

/// Does every job that waits; for tests and for programs that do one thing.
///
/// # Errors
/// When the database fails, or the index in use cannot be had. A job that fails is an answer:
/// its fault.
pub async fn work_off(app: &App, owner: &str) -> Result<Vec<String>, JudgingError> {
    let mut faults = Vec::new();
    loop {
        faults.extend(work_inside(app, owner).await?);
        let Some(job) = take_sending(app, owner).await? else { return Ok(faults) };
        faults.extend(done(app, &job).await?);
    }
}

/// Does every job that waits but what is sent to others: a program that does one thing knows
/// neither where that may go nor by which mail server.
pub(crate) async fn work_inside(
    app: &App,
    owner: &str,
) -> Result<Vec<String>, JudgingError> {
    let mut faults = Vec::new();
    while let Some(job) = take(app, owner).await? {
        faults.extend(done(app, &job).await?);
    }
    Ok(faults)
}

async fn done(app: &App, job: &Job) -> Result<Option<String>, StoreError> {
    let begin = Instant::now();
    let fault = attend(app, job).await;
    settle(app, job, fault, begin.elapsed()).await
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
        posture::JUDGE => {
            posture::judge(app, job).await.err().map(|error| causes(&error))
        }
        webhook::TELL => webhook::tell(app, job).await.err().map(|error| causes(&error)),
        SEND => webhook::send(app, job).await.err().map(|error| causes(&error)),
        SEND_DIGEST => digest::send(app, job).await.err().map(|error| causes(&error)),
        other => Some(format!("no version of Lazaret has a job `{other}`")),
    }
}

/// Gives a job with a fault back, or up; what whoever runs the node is told.
async fn settle(
    app: &App,
    job: &Job,
    fault: Option<String>,
    took: Duration,
) -> Result<Option<String>, StoreError> {
    let end = match &fault {
        None => JobEnd::Done,
        Some(_) if job.attempts < ATTEMPTS => JobEnd::Failed,
        Some(_) => JobEnd::GivenUp,
    };
    app.meters.worked(&job.kind, end, took);
    note(app, job, end, fault.as_deref(), took);
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

/// Says how a job ended. What fails to read a delivered file may repeat what stands in it, so
/// that stands on the page of the import alone.
fn note(app: &App, job: &Job, end: JobEnd, fault: Option<&str>, took: Duration) {
    let level = match end {
        JobEnd::Done => Level::Info,
        JobEnd::Failed => Level::Warn,
        JobEnd::GivenUp => Level::Error,
    };
    let milliseconds = i64::try_from(took.as_millis()).unwrap_or(i64::MAX);
    let mut facts: Vec<(&'static str, Value<'_>)> = vec![
        ("kind", job.kind.as_str().into()),
        ("organisation", job.head.into()),
        ("job", job.id.into()),
        ("attempt", job.attempts.into()),
        ("end", end.word().into()),
        ("ms", milliseconds.into()),
    ];
    if let Some(fault) = fault {
        let is_of_a_file = job.kind == inventory::TAKE_IN;
        let told = if is_of_a_file { "see the page of the import" } else { fault };
        facts.push(("fault", told.into()));
    }
    app.log.say(level, "job", &facts);
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
        facts.extend(inventory::give_up(app, &mut write, job, fault).await?);
    }
    if job.kind == SEND {
        webhook::give_up(&mut write, job).await?;
    }
    let act = Act { by: 0, what: "give up job", noun: Noun::Job, id: job.id, facts };
    write.commit(act).await?;
    Ok(())
}

/// An error with what caused it.
pub(crate) fn causes(error: &dyn std::error::Error) -> String {
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
