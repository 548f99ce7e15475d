//! The job that sends a message: once, and again later where it was not taken.

use std::time::Duration;

use courier::{Answer, Letter, NotASecret, PostError, Secret};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use store::{After, Attempt, Fate, Job, Message, Scope, StoreError, Write, stored};
use url::Url;
use zeroize::Zeroize as _;

use crate::App;
use crate::meters::Sent;

/// After how many attempts a message is given up: after about three days.
const ATTEMPTS: i64 = 16;
/// How long the first pause is; each is four times as long as the last.
const FIRST: Duration = Duration::from_secs(5);
/// How long a pause is at most.
const LONGEST: Duration = Duration::from_secs(8 * 60 * 60);
/// What is said of a receiver that is gone for good.
const GONE: &str = "the receiver answered 410: it is gone";

/// Why a message could not be sent by a fault of ours. That nobody takes it is none.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SendError {
    /// What was remembered for the job cannot be read.
    #[error("the job cannot be read: {0}")]
    Job(#[from] serde_json::Error),
    /// The secret that is kept is none.
    #[error(transparent)]
    Secret(#[from] NotASecret),
    /// The address that is kept is none.
    #[error("the address that is kept cannot be read")]
    Address,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[derive(Debug, Serialize, Deserialize)]
struct Sending {
    message: i64,
}

/// Sends the message of a job.
pub(crate) async fn send(app: &App, job: &Job) -> Result<(), SendError> {
    let Sending { message } = serde_json::from_str(&job.payload)?;
    let message = match app.store.webhook_message(job.head, message).await {
        Err(StoreError::Absent { .. }) => return dropped(app, job).await,
        found => found?,
    };
    // Somebody had it sent again, by another job.
    if message.job != job.id || message.fate != Fate::Waiting {
        return dropped(app, job).await;
    }
    let webhook = match app.store.webhook(&Scope::whole(job.head), message.webhook).await
    {
        Err(StoreError::Absent { .. }) => return dropped(app, job).await,
        found => found?,
    };
    // What waits is sent when somebody goes on.
    if webhook.paused.is_some() {
        return dropped(app, job).await;
    }
    let url: Url = webhook.url.parse().map_err(|_| SendError::Address)?;
    let at = (app.now)();
    let secrets = secrets(app, job.head, webhook.id, at).await?;
    let id = format!("msg_{}_{}", job.head, message.id);
    let letter =
        Letter { url: &url, id: &id, at, secrets: &secrets, body: &message.payload };
    let (outcome, took) = app.post.send(letter).await;
    app.meters.sent(match &outcome {
        Ok(answer) if answer.is_taken() => Sent::Taken,
        Ok(_) => Sent::Refused,
        Err(_) => Sent::Unreachable,
    });
    let now = (app.now)();
    let attempt = attempt(&outcome, at, took);
    let after = after(&outcome, &message, now);
    app.store.note_attempt(job, &message, &attempt, &after, now).await?;
    Ok(())
}

/// Gives the message of a job up that is given up.
pub(crate) async fn give_up(write: &mut Write<'_>, job: &Job) -> Result<(), StoreError> {
    match serde_json::from_str::<Sending>(&job.payload) {
        Ok(Sending { message }) => write.give_message_up(message).await,
        Err(_) => Ok(()),
    }
}

async fn dropped(app: &App, job: &Job) -> Result<(), SendError> {
    Ok(app.store.drop_sending(job, (app.now)()).await?)
}

async fn secrets(
    app: &App,
    head: i64,
    webhook: i64,
    now: Timestamp,
) -> Result<Vec<Secret>, SendError> {
    let mut kept = app.store.webhook_secrets(head, webhook, now).await?;
    let secrets: Result<Vec<Secret>, NotASecret> =
        kept.iter().map(|bytes| Secret::from_bytes(bytes)).collect();
    kept.zeroize();
    Ok(secrets?)
}

fn attempt(
    outcome: &Result<Answer, PostError>,
    at: Timestamp,
    took: Duration,
) -> Attempt {
    let (status, said) = match outcome {
        Ok(answer) => (Some(i64::from(answer.status)), answer.beginning.clone()),
        Err(fault) => (None, fault.to_string()),
    };
    let milliseconds = i64::try_from(took.as_millis()).unwrap_or(i64::MAX);
    Attempt { at: stored(at), milliseconds, status, said }
}

fn after(
    outcome: &Result<Answer, PostError>,
    message: &Message,
    now: Timestamp,
) -> After {
    let attempts = message.attempts + 1;
    match outcome {
        Ok(answer) if answer.is_taken() => After::Taken,
        Ok(Answer { status: 410, .. }) => After::Over(GONE),
        _ if attempts >= ATTEMPTS => After::GivenUp,
        outcome => {
            let asked = outcome.as_ref().ok().and_then(|answer| answer.wait);
            let pause = pause(attempts, chance()).max(asked.unwrap_or_default());
            let pause = SignedDuration::try_from(pause).unwrap_or(SignedDuration::ZERO);
            After::Again(now.saturating_add(pause).unwrap_or(now))
        }
    }
}

/// How long to wait after so many attempts: longer each time, and a fifth more or less by
/// chance, so that what failed at the same time is not tried again at the same time.
fn pause(attempts: i64, chance: u8) -> Duration {
    let power = u32::try_from(attempts.saturating_sub(1)).unwrap_or(u32::MAX);
    let plain = FIRST.saturating_mul(4_u32.saturating_pow(power)).min(LONGEST);
    plain.mul_f64(0.8 + 0.4 * f64::from(chance) / 255.0)
}

/// Something by chance; without randomness the middle.
fn chance() -> u8 {
    let mut byte = [128];
    getrandom::fill(&mut byte).ok();
    let [chance] = byte;
    chance
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, wait: Option<u64>) -> Result<Answer, PostError> {
        let wait = wait.map(Duration::from_secs);
        Ok(Answer { status, wait, beginning: String::new() })
    }

    fn message(attempts: i64) -> Message {
        Message {
            id: 1,
            webhook: 1,
            event: "x".to_owned(),
            payload: "{}".to_owned(),
            made: String::new(),
            fate: Fate::Waiting,
            attempts,
            again: None,
            job: 1,
            status: None,
            said: String::new(),
        }
    }

    #[test]
    fn it_is_tried_for_about_three_days_ever_more_seldom() {
        let all =
            |chance| (1..ATTEMPTS).map(|n| pause(n, chance).as_secs_f64()).sum::<f64>();
        let days = |seconds: f64| seconds / 86_400.0;
        assert!((2.3..3.0).contains(&days(all(0))), "{}", days(all(0)));
        assert!((3.0..3.7).contains(&days(all(255))), "{}", days(all(255)));
        for n in 1..40 {
            assert!(pause(n, 0) <= pause(n, 255) && pause(n, 7) <= pause(n + 1, 7));
        }
        assert_eq!(pause(1, 0), Duration::from_secs(4));
        assert!(pause(i64::MAX, 255) < Duration::from_secs(10 * 60 * 60));
    }

    #[test]
    fn what_was_taken_is_over_and_the_rest_is_tried_again() {
        let now = Timestamp::from_second(1_790_000_000).unwrap();
        for taken in [200, 201, 202, 204, 299] {
            assert_eq!(after(&answer(taken, None), &message(0), now), After::Taken);
        }
        for not in [100, 301, 302, 400, 401, 404, 429, 500, 503] {
            let again = after(&answer(not, None), &message(0), now);
            assert!(matches!(again, After::Again(at) if at > now), "{not}: {again:?}");
        }
        let nobody = Err(PostError::Unreachable("refused".to_owned()));
        assert!(matches!(after(&nobody, &message(3), now), After::Again(_)));
        assert_eq!(after(&nobody, &message(ATTEMPTS - 1), now), After::GivenUp);
        assert_eq!(after(&answer(410, None), &message(0), now), After::Over(GONE));
        // Sent once more by somebody after it was given up.
        assert_eq!(after(&answer(500, None), &message(ATTEMPTS), now), After::GivenUp);
        assert_eq!(after(&answer(200, None), &message(ATTEMPTS), now), After::Taken);
        let later = after(&answer(429, Some(7200)), &message(0), now);
        assert!(
            matches!(later, After::Again(at) if at.as_second() - now.as_second() >= 7200),
            "{later:?}"
        );
    }
}
