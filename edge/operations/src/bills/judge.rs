//! Judging what bills list, in jobs that survive a kill: the bills that are new or that
//! something touches, for the builds that they describe.
//!
//! The verdicts rest on an organisation's documents, so they are kept in that organisation's
//! view, for each build that a bill in force describes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use advisory::index::KEYS_EDITION;
use feeds::IndexFile;
use matching::Verdict;
use serde::Deserialize;
use serde_json::value::RawValue;
use store::{
    Act, BillJudged, Configuration, Described, Fact, Job, JudgedBills, Judging, Noun,
    Reached, Reasons, Receipt, Scope, Subject, Write, view,
};

use super::BillError;
use super::alike::Alike;
use super::found::{self, Found, JudgedBill};
use super::stated::Stated;
use crate::App;
use crate::aside::aside;
use crate::judging::{Again, Far, JudgingError, tidy, weigh};
use crate::statement::accepted;

/// The kind of a job that judges bills.
pub(crate) const JUDGE: &str = "judge bills of materials";
/// How many builds are one transaction: each may carry thousands of verdicts.
const BATCH: usize = 10;

/// Queues a job that judges what bills of the organisation are new or touched; gives its
/// number.
pub(crate) async fn queue(write: &mut Write<'_>) -> Result<i64, store::StoreError> {
    write.queue(JUDGE, "{}").await
}

/// What a job keeps that was queued for a bill: who may see that bill may know whether it is
/// still worked on.
#[derive(Deserialize)]
struct ForBill {
    bill: i64,
}

/// As [`queue`], for one bill that was delivered.
pub(crate) async fn queue_for(
    write: &mut Write<'_>,
    bill: i64,
) -> Result<i64, store::StoreError> {
    let payload = serde_json::json!({ "bill": bill }).to_string();
    write.queue(JUDGE, &payload).await
}

/// The bill for which a job was queued.
pub(crate) fn bill_of(payload: &str) -> Option<i64> {
    let told: Option<ForBill> = serde_json::from_str(payload).ok();
    told.map(|told| told.bill)
}

/// What a job has to do.
struct Plan {
    /// Bills whose content is judged for itself, and not only beside another.
    due: BTreeMap<i64, Described>,
    /// Every bill in force.
    all: BTreeMap<i64, Described>,
    /// The views and builds whose verdicts are written, and on which bills they rest.
    builds: JudgedBills,
    reasons: Reasons,
    /// What was accepted about devices themselves.
    stated: Stated,
    /// The builds that it is about.
    told: BTreeMap<i64, Configuration>,
    /// In the words of the audit log.
    why: &'static str,
}

/// Judges the bills of an organisation that are new or touched.
pub(crate) async fn judge(app: &App, job: &Job) -> Result<(), BillError> {
    // What they list is looked for with or without an index.
    super::list::list(app, job.head).await?;
    let now = (app.now)();
    let reached = app.store.begin_judging(job, Judging::Bills, now).await?;
    // Without an index there is nothing to judge with: when it comes, it queues its own job.
    let Some(newest) = app.index_in_use().await? else {
        app.store.end_idle_job(job, Judging::Bills, reached, now).await?;
        return Ok(());
    };
    let file = newest.path;
    let plan = plan(app, job, reached, newest.number, &file).await?;
    let then = Reached { generation: newest.number, seq: 0, cut_short: false };
    if plan.builds.is_empty() && plan.due.is_empty() {
        app.store.end_idle_job(job, Judging::Bills, then, now).await?;
        return Ok(tidy(app).await?);
    }
    let index = aside(move || IndexFile::open(&file)).await?;
    let index = Arc::new(index.map_err(JudgingError::Index)?);
    let work = Work { app, job, index, generation: newest.number, plan: &plan };
    let mut changed = 0;
    let groups = groups(&plan);
    let mut far = Far::of(app, job, groups.len());
    for group in groups {
        changed += work.judge(&group).await?;
        far.on(1).await?;
    }
    let mut write = app.store.write(job.head, (app.now)()).await?;
    write.end_judging(job, Judging::Bills, then).await?;
    weigh::queue(&mut write).await?;
    crate::action::queue(&mut write).await?;
    crate::webhook::queue(&mut write).await?;
    let mut facts = work.facts(plan.due.len(), plan.builds.len(), changed);
    facts.push(("of", Fact::Number(plan.all.len() as i64)));
    write.commit(Act { by: 0, what: JUDGE, noun: Noun::Job, id: job.id, facts }).await?;
    Ok(tidy(app).await?)
}

/// Which bills are asked about, for which builds, and why.
async fn plan(
    app: &App,
    job: &Job,
    reached: Reached,
    generation: i64,
    file: &std::path::Path,
) -> Result<Plan, BillError> {
    let described = app.store.described(job.head).await?;
    let known = app.store.builds(job.head).await?;
    let stated = Stated::of(app, job.head).await?;
    let mut wanted = views(&described, &*Alike::of(app, job.head).await?);
    for (of, rests) in stated.rests() {
        wanted.entry(of).or_default().extend(rests);
    }
    let mut kept = app.store.judged_bills(job.head).await?;
    let again = match reached.generation == generation {
        true => None,
        false => Some(app.again(reached.generation, generation, file).await?),
    };
    let mut why = "bills or builds changed";
    let keys = match &again {
        Some(Again::Touched(_)) => app.store.bill_keys(job.head, KEYS_EDITION).await?,
        Some(Again::All(whole)) => {
            why = whole.word();
            // What was kept before it was noted on which bills it rests.
            for of in app.store.views(job.head).await? {
                kept.entry(of).or_default();
            }
            BTreeMap::new()
        }
        None => BTreeMap::new(),
    };
    let is_due = |one: &Described| match &again {
        Some(Again::All(_)) => true,
        _ if one.generation == 0 || one.generation != reached.generation => true,
        Some(Again::Touched(touched)) => {
            keys.get(&one.bill).is_none_or(|keys| touched.reaches(keys))
        }
        None => false,
    };
    let due: BTreeMap<i64, Described> = described
        .iter()
        .filter(|one| is_due(one))
        .map(|one| (one.bill, one.clone()))
        .collect();
    let mut reasons = Reasons::from("judged with the SBOMs and advisories in force");
    if let Some(Again::Touched(touched)) = &again
        && !due.is_empty()
    {
        why = "changed advisories";
        reasons.vulnerabilities = touched.reasons();
    }
    let builds = judged_again(&wanted, &kept, (&due, again.is_some()), &mut reasons);
    let all = described.into_iter().map(|one| (one.bill, one)).collect();
    let told = told_of(&builds, &known);
    Ok(Plan { due, all, builds, reasons, stated, told, why })
}

/// The builds whose verdicts rest on what was accepted about devices themselves.
fn told_of(
    builds: &JudgedBills,
    known: &[Configuration],
) -> BTreeMap<i64, Configuration> {
    let rests_on_words = |rests: &BTreeSet<i64>| rests.iter().any(|rests| *rests < 0);
    let stated: BTreeSet<i64> = builds
        .iter()
        .filter(|(_, rests)| rests_on_words(rests))
        .map(|((_, build), _)| *build)
        .collect();
    let told = known.iter().filter(|one| stated.contains(&one.id));
    told.map(|one| (one.id, one.clone())).collect()
}

/// Which views and builds are judged: those that rest on other documents than before, on some
/// that are due, or on statements where advisories changed.
fn judged_again(
    wanted: &JudgedBills,
    kept: &JudgedBills,
    (due, is_newer): (&BTreeMap<i64, Described>, bool),
    reasons: &mut Reasons,
) -> JudgedBills {
    let mut builds = JudgedBills::new();
    let none = BTreeSet::new();
    let all_builds: BTreeSet<&(i64, i64)> = wanted.keys().chain(kept.keys()).collect();
    for of in all_builds {
        let (want, have) = (wanted.get(of).unwrap_or(&none), kept.get(of));
        let is_other = have != Some(want) && !(want.is_empty() && have.is_none());
        // What statements stand against is what advisories say now.
        let is_stated = is_newer && want.iter().any(|rests| *rests < 0);
        if !is_other && !is_stated && !want.iter().any(|bill| due.contains_key(bill)) {
            continue;
        }
        builds.insert(*of, want.clone());
        let other = &(view::other(of.0), of.1);
        let moved = Moved {
            from: kept.get(other).unwrap_or(&none),
            to: wanted.get(other).unwrap_or(&none),
        };
        if let Some(told) = own_reason(want, have, due, &moved) {
            reasons.builds.insert(of.1, told);
        }
    }
    builds
}

/// What is said of a build in the other view of an organisation: before, and now.
struct Moved<'m> {
    from: &'m BTreeSet<i64>,
    to: &'m BTreeSet<i64>,
}

impl Moved<'_> {
    /// Whether bills went from one view to the other: for whom they are is another now.
    fn is_so(&self, want: &BTreeSet<i64>, have: Option<&BTreeSet<i64>>) -> bool {
        let left = have.is_some_and(|have| !have.is_disjoint(self.to));
        left || !want.is_disjoint(self.from)
    }
}

/// Why verdicts of a build change, where that is not what advisories say.
fn own_reason(
    want: &BTreeSet<i64>,
    have: Option<&BTreeSet<i64>>,
    due: &BTreeMap<i64, Described>,
    moved: &Moved<'_>,
) -> Option<String> {
    if have != Some(want) && moved.is_so(want, have) {
        return Some("for whom its SBOM is was changed".to_owned());
    }
    let of = |rests: &BTreeSet<i64>| -> (BTreeSet<i64>, BTreeSet<i64>) {
        rests.iter().partition(|rests| **rests < 0)
    };
    let ((stated, bills), (were_stated, had)) =
        (of(want), of(have.unwrap_or(&BTreeSet::new())));
    if stated != were_stated && bills == had {
        return Some(match stated.is_subset(&were_stated) {
            true => "the acceptance of a statement was taken back".to_owned(),
            false => "a statement about the device was accepted".to_owned(),
        });
    }
    if bills.is_empty() && !had.is_empty() {
        return Some("no SBOM describes it any more".to_owned());
    }
    let asked = want.iter().filter_map(|bill| due.get(bill));
    let asked = asked.filter(|one| one.generation == 0).map(|one| one.due_why.as_str());
    let told: BTreeSet<&str> = asked.collect();
    match (told.is_empty(), have == Some(want)) {
        (false, _) => Some(told.into_iter().collect::<Vec<_>>().join(", ")),
        (true, false) => Some("other SBOMs are said to describe it".to_owned()),
        (true, true) => None,
    }
}

/// For each view and build the bills that describe it.
fn views(described: &[Described], all: &Alike) -> JudgedBills {
    let mut views = JudgedBills::new();
    for one in described {
        let alike = one.builds.iter().flat_map(|id| all.like(*id));
        for build in alike.chain(&one.builds) {
            views.entry((one.view, *build)).or_default().insert(one.bill);
        }
    }
    views
}

/// Bills that are judged together, and the builds whose verdicts rest on them.
#[derive(Debug, Default)]
struct Group {
    bills: BTreeSet<i64>,
    builds: JudgedBills,
}

/// Bills of which no other group needs any: they are held in memory together, and no more.
fn groups(plan: &Plan) -> Vec<Group> {
    let mut of_bill: BTreeMap<i64, Vec<&(i64, i64)>> = BTreeMap::new();
    for (of, bills) in &plan.builds {
        bills.iter().for_each(|bill| of_bill.entry(*bill).or_default().push(of));
    }
    let mut left: BTreeSet<i64> =
        of_bill.keys().chain(plan.due.keys()).copied().collect();
    let mut groups = Vec::new();
    while let Some(first) = left.pop_first() {
        let (mut group, mut open) = (Group::default(), vec![first]);
        while let Some(bill) = open.pop() {
            group.bills.insert(bill);
            for of in of_bill.get(&bill).into_iter().flatten() {
                let Some(bills) = plan.builds.get(of) else { continue };
                group.builds.insert(**of, bills.clone());
                open.extend(bills.iter().filter(|bill| left.remove(bill)));
            }
        }
        groups.push(group);
    }
    let bare = plan.builds.iter().filter(|(_, bills)| bills.is_empty());
    let bare: JudgedBills = bare.map(|(of, bills)| (*of, bills.clone())).collect();
    if !bare.is_empty() {
        groups.push(Group { bills: BTreeSet::new(), builds: bare });
    }
    groups
}

/// A job at work.
struct Work<'w> {
    app: &'w App,
    job: &'w Job,
    index: Arc<IndexFile>,
    generation: i64,
    plan: &'w Plan,
}

impl Work<'_> {
    /// Judges a group of bills, and keeps what is found; how many verdicts changed.
    async fn judge(&self, group: &Group) -> Result<i64, BillError> {
        let mut judged = BTreeMap::new();
        for one in group.bills.iter().filter_map(|bill| self.plan.all.get(bill)) {
            judged.insert(one.bill, self.ask(one).await?);
        }
        let mut changed = 0;
        let mut by_view: BTreeMap<i64, Vec<(i64, &BTreeSet<i64>)>> = BTreeMap::new();
        for ((view, build), bills) in &group.builds {
            by_view.entry(*view).or_default().push((*build, bills));
        }
        for (view, of_build) in &by_view {
            for batch in of_build.chunks(BATCH) {
                changed += self.keep(*view, batch, &judged).await?;
            }
        }
        // Last, so that a bill is judged again when it was cut short before.
        let due = group.bills.iter().filter_map(|bill| self.plan.due.get(bill));
        let mut receipt = None;
        for one in due {
            if let Some(bill) = judged.get(&one.bill) {
                receipt = Some(self.note(one, bill, receipt).await?);
            }
        }
        Ok(changed)
    }

    async fn ask(&self, one: &Described) -> Result<JudgedBill, BillError> {
        let scope = Scope::whole(self.job.head);
        let bytes = self.app.store.bytes_of(&scope, one.original).await?;
        let (index, bill) = (Arc::clone(&self.index), one.bill);
        let accepted = accepted(self.app, self.job.head, one.release).await?;
        aside(move || {
            let bom = sbom::parse(&bytes)?.value;
            found::judge(&bom, &index, bill, accepted)
        })
        .await?
    }

    /// Keeps what was found about some builds of one view; how many verdicts changed.
    async fn keep(
        &self,
        view: i64,
        batch: &[(i64, &BTreeSet<i64>)],
        judged: &BTreeMap<i64, JudgedBill>,
    ) -> Result<i64, BillError> {
        let mut found: BTreeMap<Subject, store::Judged> = BTreeMap::new();
        for (build, bills) in batch {
            let of_bills = bills.iter().filter_map(|bill| judged.get(bill));
            for bill in of_bills {
                merge(&mut found, view, *build, &bill.found)?;
            }
        }
        self.add_stated(view, batch, &mut found).await?;
        let ids: Vec<i64> = batch.iter().map(|(build, _)| *build).collect();
        let rest =
            batch.iter().map(|(build, bills)| (*build, (*bills).clone())).collect();
        let mut write = self.app.store.write(self.job.head, (self.app.now)()).await?;
        write.hold_judging(self.job, Judging::Bills).await?;
        let counts = write
            .update_judgements(view, &ids, self.generation, &found, &self.plan.reasons)
            .await?;
        write.set_judged_bills(view, &rest).await?;
        let changed = counts.opened + counts.turned + counts.closed;
        let bills = batch.iter().flat_map(|(_, bills)| *bills);
        let bills: BTreeSet<&i64> = bills.filter(|rests| **rests > 0).collect();
        let facts = self.facts(bills.len(), ids.len(), changed);
        let (noun, id) = (Noun::Job, self.job.id);
        write.commit(Act { by: 0, what: JUDGE, noun, id, facts }).await?;
        Ok(changed)
    }

    /// Adds what accepted statements say of devices themselves.
    async fn add_stated(
        &self,
        view: i64,
        batch: &[(i64, &BTreeSet<i64>)],
        found: &mut BTreeMap<Subject, store::Judged>,
    ) -> Result<(), BillError> {
        let told = batch.iter().filter_map(|(build, _)| self.plan.told.get(build));
        let told: Vec<&Configuration> = told.collect();
        let Some(advisories) = (match told.is_empty() {
            true => None,
            false => self.app.advisories().await?,
        }) else {
            return Ok(());
        };
        for build in told {
            let judged = self.plan.stated.judged(view, build, &advisories)?;
            found.extend(judged.into_iter().map(|(vulnerability, judged)| {
                let component = String::new();
                let configuration = build.id;
                (Subject { view, configuration, vulnerability, component }, judged)
            }));
        }
        Ok(())
    }

    /// Notes what was found out about a bill; with the leaf of the first of its group.
    async fn note(
        &self,
        one: &Described,
        bill: &JudgedBill,
        receipt: Option<Receipt>,
    ) -> Result<Receipt, BillError> {
        let mut write = self.app.store.write(self.job.head, (self.app.now)()).await?;
        write.hold_judging(self.job, Judging::Bills).await?;
        write
            .note_judged(BillJudged {
                bill: one.bill,
                due: one.due,
                generation: self.generation,
                unknowns: &bill.unknowns,
                unknown_count: bill.unknown_count,
                keys: &bill.keys,
                keys_edition: KEYS_EDITION,
            })
            .await?;
        if let Some(receipt) = receipt {
            return Ok(write.commit_part(receipt).await?);
        }
        let facts = vec![("unknown", Fact::Number(bill.unknown_count))];
        let (noun, id) = (Noun::Bill, one.bill);
        Ok(write.commit(Act { by: 0, what: JUDGE, noun, id, facts }).await?)
    }

    fn facts(
        &self,
        bills: usize,
        builds: usize,
        changed: i64,
    ) -> Vec<(&'static str, Fact)> {
        vec![
            ("bills", Fact::Number(bills as i64)),
            ("builds", Fact::Number(builds as i64)),
            ("changed", Fact::Number(changed)),
            ("generation", Fact::Number(self.generation)),
            ("why", Fact::word(self.plan.why)),
        ]
    }
}

/// Where two bills of one device list the same component, the word that asks most wins, and the
/// grounds of both stand: what clears it must clear it in both.
fn merge(
    found: &mut BTreeMap<Subject, store::Judged>,
    view: i64,
    configuration: i64,
    of_bill: &Found,
) -> Result<(), BillError> {
    let rank = |judged: &store::Judged| {
        Verdict::ALL.iter().position(|verdict| verdict.word() == judged.verdict)
    };
    for ((vulnerability, component), judged) in of_bill {
        let subject = Subject {
            view,
            configuration,
            vulnerability: vulnerability.clone(),
            component: component.clone(),
        };
        let Some(old) = found.remove(&subject) else {
            found.insert(subject, judged.clone());
            continue;
        };
        let (mut first, second) = match rank(&old) <= rank(judged) {
            true => (old, judged.clone()),
            false => (judged.clone(), old),
        };
        first.grounds = both(&first.grounds, &second.grounds)?;
        found.insert(subject, first);
    }
    Ok(())
}

/// The grounds of two bills, one after the other.
pub(super) fn both(first: &str, second: &str) -> Result<String, serde_json::Error> {
    let mut all: Vec<Box<RawValue>> = serde_json::from_str(first)?;
    all.extend(serde_json::from_str::<Vec<Box<RawValue>>>(second)?);
    serde_json::to_string(&all)
}
