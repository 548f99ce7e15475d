//! The job that judges device builds: those that are new, and those that a newer index
//! touches.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;
use store::{Act, Configuration, Fact, Job, Judging, Noun, Reached, Reasons};

use super::far::Far;
use super::touched::{Again, reason};
use super::{Advisories, JudgingError, in_use, weigh};
use crate::aside::aside;
use crate::{App, action, webhook};

/// The kind of a job that judges what changed.
pub(crate) const JUDGE: &str = "judge builds";
/// How many builds are one transaction.
const BATCH: usize = 200;

/// What a job has to do.
struct Plan {
    builds: Vec<Configuration>,
    /// How many builds there are.
    of: usize,
    /// In the words of the audit log.
    why: &'static str,
    reasons: Reasons,
}

/// Judges the builds of an organisation that are new or touched, some at a time.
pub(crate) async fn judge(app: &App, job: &Job) -> Result<(), JudgingError> {
    let now = (app.now)();
    let newest = app.store.newest_change(job.head).await?;
    let reached = app.store.begin_judging(job, Judging::Builds, now).await?;
    // Without an index there is nothing to judge with: when it comes, it queues its own job.
    let Some(advisories) = app.advisories().await? else {
        app.store.end_idle_job(job, Judging::Builds, reached, now).await?;
        return Ok(());
    };
    let plan = plan(app, job, reached, &advisories).await?;
    let then =
        Reached { generation: advisories.generation, seq: newest, cut_short: false };
    if plan.builds.is_empty() {
        if reached.generation != then.generation {
            weigh::queue_alone(app, job.head).await?;
        }
        // Devices may have changed, though no build is new to anybody.
        action::queue_alone(app, job.head).await?;
        app.store.end_idle_job(job, Judging::Builds, then, now).await?;
        return in_use::tidy(app).await;
    }
    let mut batches = plan.builds.chunks(BATCH);
    let mut far = Far::of(app, job, plan.builds.len());
    while let Some(batch) = batches.next() {
        let end = (batches.len() == 0).then_some(then);
        judge_some(app, job, &advisories, &plan, batch, end).await?;
        far.on(batch.len()).await?;
    }
    in_use::tidy(app).await
}

/// Which builds are judged, and why.
async fn plan(
    app: &App,
    job: &Job,
    reached: Reached,
    advisories: &Arc<Advisories>,
) -> Result<Plan, JudgingError> {
    let all = app.store.builds(job.head).await?;
    let of = all.len();
    let whole = |builds, why: &'static str| {
        let reasons = Reasons::from("judged with the advisories in use");
        Plan { builds, of, why, reasons }
    };
    let again = match reached.generation == advisories.generation {
        true => None,
        false => {
            let (old, new) = (reached.generation, advisories.generation);
            Some(app.again(old, new, &advisories.path).await?)
        }
    };
    let touched = match again {
        Some(Again::All(why)) => return Ok(whole(all.to_vec(), why.word())),
        Some(Again::Touched(touched)) => Some(touched),
        None => None,
    };
    let known = app.store.configurations_since(job.head, reached.seq).await?;
    let mut chosen: BTreeSet<i64> = known.into_iter().map(|build| build.id).collect();
    let mut reasons = Reasons::from("judged with the advisories in use");
    for build in &chosen {
        reasons.builds.insert(*build, "first named by an inventory".to_owned());
    }
    let is_new = !chosen.is_empty();
    if reached.cut_short {
        chosen.extend(app.store.judged_after(job.head, reached.generation).await?);
    }
    let mut is_touched = false;
    let (all, found) = match touched {
        None => (all, BTreeMap::new()),
        Some(touched) => {
            aside(move || {
                let found = touched.builds(&all);
                let owned = found.into_iter().map(|(build, changed)| {
                    (build, changed.into_iter().cloned().collect::<Vec<_>>())
                });
                let owned: BTreeMap<i64, Vec<_>> = owned.collect();
                (all, owned)
            })
            .await?
        }
    };
    for (build, changed) in found {
        is_touched = true;
        let mut by: BTreeMap<&str, Vec<_>> = BTreeMap::new();
        for one in &changed {
            by.entry(&one.id).or_default().push(one);
            for vulnerability in &one.vulnerabilities {
                by.entry(vulnerability).or_default().push(one);
            }
        }
        if chosen.insert(build) {
            let told =
                by.into_iter().map(|(id, of)| ((build, id.to_owned()), reason(&of)));
            reasons.of.extend(told);
        }
    }
    let why = match (is_new, is_touched) {
        (true, true) => "new builds and changed advisories",
        (true, false) => "new builds",
        (false, true) => "changed advisories",
        (false, false) => "a job was cut short",
    };
    let builds = all.iter().filter(|build| chosen.contains(&build.id)).cloned().collect();
    Ok(Plan { builds, of, why, reasons })
}

async fn judge_some(
    app: &App,
    job: &Job,
    advisories: &Arc<Advisories>,
    plan: &Plan,
    batch: &[Configuration],
    end: Option<Reached>,
) -> Result<(), JudgingError> {
    let (known, owned) = (Arc::clone(advisories), batch.to_vec());
    let found = aside(move || {
        owned.par_iter().map(|build| known.judge(build)).reduce(
            BTreeMap::new,
            |mut all, some| {
                all.extend(some);
                all
            },
        )
    })
    .await?;
    let ids: Vec<i64> = batch.iter().map(|build| build.id).collect();
    let mut write = app.store.write(job.head, (app.now)()).await?;
    write.hold_judging(job, Judging::Builds).await?;
    let counts = write
        .update_judgements(0, &ids, advisories.generation, &found, &plan.reasons)
        .await?;
    if let Some(end) = end {
        write.end_judging(job, Judging::Builds, end).await?;
        weigh::queue(&mut write).await?;
        action::queue(&mut write).await?;
        webhook::queue(&mut write).await?;
    }
    let changed = counts.opened + counts.turned + counts.closed;
    let facts = vec![
        ("builds", Fact::Number(batch.len() as i64)),
        ("of", Fact::Number(plan.of as i64)),
        ("changed", Fact::Number(changed)),
        ("generation", Fact::Number(advisories.generation)),
        ("why", Fact::word(plan.why)),
    ];
    write.commit(Act { by: 0, what: JUDGE, noun: Noun::Job, id: job.id, facts }).await?;
    Ok(())
}
