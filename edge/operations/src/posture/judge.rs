//! Noting where organisations stand: which verdicts changed, and how many there are of each.
//!
//! Verdicts are worked out in memory whenever somebody asks. What is noted is what memory cannot
//! tell any more: what they were.

use std::collections::BTreeMap;
use std::pin::pin;
use std::time::Duration;

use posture::{Posture, Verdict};
use store::{Act, Fact, Job, NotedVerdict, Noun, PostureDay, StoreError};

use super::PostureError;
use super::state::{State, refresh};
use crate::App;

/// The kind of a job that notes which verdicts changed.
pub(crate) const JUDGE: &str = "note where organisations stand";

/// How often it is asked whether something is to be noted.
const ROUND: Duration = Duration::from_secs(10 * 60);

/// Queues what notes verdicts where anything has changed or a day has passed, until `stop` is
/// over: evidence ages by itself, and what the house has changes without anybody's evidence.
pub async fn keep_noted(app: App, tell: impl Fn(&str), stop: impl Future<Output = ()>) {
    let mut stop = pin!(stop);
    let mut seen = BTreeMap::new();
    loop {
        if let Err(error) = queue_due(&app, &mut seen).await {
            tell(&format!("where organisations stand: {error}"));
        }
        tokio::select! {
            () = tokio::time::sleep(ROUND) => {}
            () = &mut stop => return,
        }
    }
}

/// Queues a job for each top organisation of which something was not seen yet.
async fn queue_due(
    app: &App,
    seen: &mut BTreeMap<i64, (i64, String)>,
) -> Result<(), StoreError> {
    for head in app.store.heads().await? {
        let now = (app.store.newest_change(head).await?, app.today());
        if seen.get(&head) != Some(&now) {
            app.store.queue_job(head, JUDGE, (app.now)()).await?;
            seen.insert(head, now);
        }
    }
    Ok(())
}

/// What is to be noted.
#[derive(Default)]
struct Noted {
    verdicts: Vec<NotedVerdict>,
    turned: Vec<(NotedVerdict, &'static str)>,
    days: Vec<PostureDay>,
}

/// Notes which verdicts changed since they were noted last.
pub(crate) async fn judge(app: &App, job: &Job) -> Result<(), PostureError> {
    let before = app.store.noted_verdicts(job.head).await?;
    let today = app.today();
    let days = app.store.posture_days(job.head, &today).await?;
    let (seq, noted) = {
        let state = app.postures.of(job.head);
        let mut state = state.lock().await;
        refresh(app, job.head, &mut state).await?;
        (state.seq().unwrap_or_default(), noted(&state, before, &days))
    };
    if noted.verdicts.is_empty() && noted.days.is_empty() {
        app.store.end_quiet_job(job, (app.now)()).await?;
        // Whoever changed something meanwhile found this job waiting.
        if app.store.newest_change(job.head).await? > seq {
            app.store.queue_job(job.head, JUDGE, (app.now)()).await?;
        }
        return Ok(());
    }
    let mut write = app.store.write(job.head, (app.now)()).await?;
    write.hold(job).await?;
    write.note_verdicts(&noted.verdicts).await?;
    write.turn_verdicts(&noted.turned).await?;
    write.note_posture_days(&noted.days).await?;
    write.end_job(job).await?;
    if write.seq() > seq + 1 {
        write.queue_once(JUDGE).await?;
    }
    let turned = i64::try_from(noted.turned.len()).unwrap_or(i64::MAX);
    let facts = vec![("turned", Fact::Number(turned))];
    write.commit(Act { by: 0, what: JUDGE, noun: Noun::Job, id: job.id, facts }).await?;
    Ok(())
}

fn noted(state: &State, before: Vec<NotedVerdict>, days: &[PostureDay]) -> Noted {
    let mut noted = Noted::default();
    let Some(today) = state.today else { return noted };
    let mut known: BTreeMap<(i64, String), NotedVerdict> = before
        .into_iter()
        .map(|one| ((one.organisation, one.control.clone()), one))
        .collect();
    for (at, place) in state.places.iter().enumerate() {
        let assessed = state.assessed(at);
        for one in assessed {
            let (control, verdict) = (one.control.id(), one.ruling.verdict.word());
            let was = known.remove(&(place.id, control.to_owned()));
            if was.as_ref().is_some_and(|was| was.verdict == verdict) {
                continue;
            }
            noted.verdicts.push(NotedVerdict {
                organisation: place.id,
                control: control.to_owned(),
                verdict: verdict.to_owned(),
            });
            noted.turned.extend(was.map(|was| (was, verdict)));
        }
        let tally = Posture::of(assessed, today).whole();
        let count = |verdict| i64::try_from(tally.count(verdict)).unwrap_or(i64::MAX);
        let day = PostureDay {
            organisation: place.id,
            day: today.to_string(),
            met: count(Verdict::Met),
            partly_met: count(Verdict::PartlyMet),
            not_met: count(Verdict::NotMet),
            cannot_tell: count(Verdict::CannotTell),
            not_applicable: count(Verdict::NotApplicable),
        };
        if !days.contains(&day) {
            noted.days.push(day);
        }
    }
    noted
}
