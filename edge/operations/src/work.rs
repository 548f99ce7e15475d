//! The jobs of this node, one after the other.

use std::pin::pin;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use store::{ATTEMPTS, Act, Fact, Job, LEASE, Noun, SEND, SEND_DIGEST, StoreError};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::meters::JobEnd;
use crate::{App, action, bills, digest, inventory, judging, webhook};

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
        let begin = Instant::now();
        let fault = tokio::select! {
            fault = attend(&app, &job) => fault,
            () = &mut stop => {
                if let Err(error) = app.store.lay_down_job(&job).await {
                    tell(&format!("the queue of jobs: {}", causes(&error)));
                }
                return;
            }
        };
        match settle(&app, &job, fault, begin.elapsed()).await {
            Ok(Some(fault)) => tell(&fault),
            Ok(None) => {}
            Err(error) => tell(&format!("the queue of jobs: {}", causes(&error))),
        }
    }
}

/// How many messages are on their way at the same time: one receiver that is slow holds up
/// nobody else.
const ON_THEIR_WAY: usize = 8;

/// Sends what is told to others until `stop` is over, beside everything else that the node does.
/// What is on its way then is laid down, and sent again by this node or another.
///
/// Faults of ours are told to `tell`; that a receiver takes nothing is none.
pub async fn send(
    app: App,
    owner: String,
    tell: impl Fn(&str),
    stop: impl Future<Output = ()>,
) {
    let mut stop = pin!(stop);
    let (ending, ended) = watch::channel(());
    let mut on_their_way: JoinSet<Option<String>> = JoinSet::new();
    loop {
        while on_their_way.len() < ON_THEIR_WAY {
            match app.store.take_sending(&owner, (app.now)()).await {
                Ok(Some(job)) => {
                    on_their_way.spawn(send_one(app.clone(), job, ended.clone()));
                }
                Ok(None) => break,
                Err(error) => {
                    tell(&format!("the queue of jobs: {}", causes(&error)));
                    break;
                }
            }
        }
        tokio::select! {
            () = &mut stop => break,
            () = tokio::time::sleep(PAUSE) => {}
            Some(done) = on_their_way.join_next() => {
                if let Ok(Some(fault)) = done {
                    tell(&fault);
                }
            }
        }
    }
    drop(ending);
    while on_their_way.join_next().await.is_some() {}
}

async fn send_one(app: App, job: Job, mut ended: watch::Receiver<()>) -> Option<String> {
    let told = |error: &StoreError| Some(format!("the queue of jobs: {}", causes(error)));
    let begin = Instant::now();
    tokio::select! {
        fault = attend(&app, &job) => match settle(&app, &job, fault, begin.elapsed()).await {
            Ok(fault) => fault,
            Err(error) => told(&error),
        },
        // Nobody ever sends: it is over when the other side is gone.
        _ = ended.changed() => {
            app.store.lay_down_job(&job).await.err().and_then(|error| told(&error))
        }
    }
}

/// Does every job that waits; for tests and for programs that do one thing.
///
/// # Errors
/// When the database fails. A job that fails is an answer: its fault.
pub async fn work_off(app: &App, owner: &str) -> Result<Vec<String>, StoreError> {
    let mut faults = Vec::new();
    loop {
        let now = (app.now)();
        let job = match app.store.take_job(owner, now).await? {
            Some(job) => Some(job),
            None => app.store.take_sending(owner, now).await?,
        };
        let Some(job) = job else { return Ok(faults) };
        let begin = Instant::now();
        let fault = attend(app, &job).await;
        faults.extend(settle(app, &job, fault, begin.elapsed()).await?);
    }
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
    let Some(fault) = fault else {
        app.meters.worked(&job.kind, JobEnd::Done, took);
        return Ok(None);
    };
    let now = (app.now)();
    let told = format!("job {} of {} ({}): {fault}", job.id, job.head, job.kind);
    if job.attempts < ATTEMPTS {
        app.meters.worked(&job.kind, JobEnd::Failed, took);
        app.store.give_back_job(job, &fault, now).await?;
        return Ok(Some(told));
    }
    app.meters.worked(&job.kind, JobEnd::GivenUp, took);
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
