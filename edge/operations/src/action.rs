//! Acts about what is to be done: who sees to it, when, whether it was done, and why not.
//!
//! Whoever acts does so in an organisation where the role allows it; each act is a person, a
//! time, a reason, a turn in the history of the action, and a leaf of the audit log.

mod note;

use std::collections::BTreeSet;

use fleet::OrganisationId;
use jiff::ToSpan as _;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use store::{
    Act, AnalysisSubject, DecidedAction, Fact, FoundOut, Noun, SeenAction, StoreError,
    WorkPolicy, WorkTurn, Write, stored,
};
use terms::vex::Justification;
use terms::vex::cyclonedx::State;
use worklist::{Action, Deadlines, Priority, Step, Weight};

use crate::fleet::{
    Approval, Covered, Entry, FleetError, Holdings, Subject, holdings, scope,
};
use crate::{Actor, App, Permission, webhook};

pub(crate) use note::{NOTE, note, queue, queue_alone};

/// The longest time for which a risk is accepted: afterwards somebody looks again.
pub const ACCEPTED_DAYS_MAX: i64 = 366;
/// The longest reason.
pub const REASON_MAX: usize = 2000;

/// Why an act about an action was not done.
#[derive(Debug, thiserror::Error)]
pub enum ActionError {
    /// There is none of that name, or whoever asks may not see it.
    #[error("there is no action `{0}`")]
    Absent(String),
    /// Whoever asks may see it, and not act on it there.
    #[error("the role does not allow it in that organisation")]
    NotThere,
    /// Nothing is to be done about it any more.
    #[error("nothing is to be done about it any more")]
    Over,
    /// It was given no reason.
    #[error("the reason is missing")]
    Reasonless,
    /// The reason is too long.
    #[error("the reason is longer than {REASON_MAX} characters")]
    LongReason,
    /// The window ends before it begins, or has passed.
    #[error("the window ends before it begins, or has passed")]
    Window,
    /// The day has passed, or is more than a year away.
    #[error("the day has passed, or is more than a year away")]
    Until,
    /// Nobody has proposed to accept the risk.
    #[error("nobody has proposed to accept the risk")]
    Unproposed,
    /// Whoever proposed it cannot approve it.
    #[error("whoever proposed it cannot approve it")]
    SamePerson,
    /// The person may not act on it.
    #[error("person {0} may not act on it")]
    Owner(i64),
    /// None of the chosen vulnerabilities is one of the action's.
    #[error("none of the vulnerabilities is one of the action's")]
    Nothing,
    /// The maker itself says otherwise, and its word counts before one's own.
    #[error("the maker says otherwise, and its word counts before one's own")]
    Outweighed,
    /// Others have acted since it was shown: what they did, the oldest first.
    #[error("others have acted on it since it was shown")]
    Changed(Vec<WorkTurn>),
    /// The fleet is not at hand.
    #[error(transparent)]
    Fleet(#[from] FleetError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why deadlines were not set.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// Somebody has set others since they were shown.
    #[error("the deadlines were changed since they were shown")]
    Changed(WorkPolicy),
    /// The database failed, or there is no such organisation for whoever asks.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An action as somebody was shown it.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'n> {
    /// How its address names it.
    pub name: &'n str,
    /// Its revision then; none where whoever acts did not say, so that nothing is compared.
    pub revision: Option<i64>,
}

impl<'n> From<&'n str> for Shown<'n> {
    fn from(name: &'n str) -> Self {
        Self { name, revision: None }
    }
}

impl<'n> From<&'n String> for Shown<'n> {
    fn from(name: &'n String) -> Self {
        Self { name, revision: None }
    }
}

/// What somebody finds out by oneself.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The vulnerabilities of the action that do not affect the product.
    pub vulnerabilities: Vec<String>,
    /// The release that this is about, as the inventory writes it; empty for every one.
    pub version: String,
    /// Why.
    pub justification: Justification,
    /// What was found out.
    pub reason: String,
}

/// Says who sees to an action; nobody where it is `None`. Somebody whose role lies above every
/// role by which the actor acts is no colleague of theirs, and cannot be said.
///
/// # Errors
/// When whoever asks or that person may not act on it, or the database fails.
pub async fn own<'n>(
    app: &App,
    by: &Actor,
    shown: impl Into<Shown<'n>>,
    owner: Option<i64>,
) -> Result<(), ActionError> {
    let found = Found::of(app, by, shown, Permission::ActOnWork).await?;
    if let Some(person) = owner {
        let bindings = app.store.bindings(by.head, person).await?;
        let within = by.scope(Permission::ActOnWork);
        let may = bindings.iter().any(|binding| {
            Permission::ActOnWork.is_of(binding.role)
                && within.admits(&binding.path)
                && found.path.as_ref().is_some_and(|path| binding.path.holds(path))
        });
        let blocked = app.store.blocked_among(by.head, &[person]).await?;
        if !may || blocked.contains(&person) {
            return Err(ActionError::Owner(person));
        }
    }
    let (mut write, id) = found.begin(app, by).await?;
    write.own_action(id, owner).await?;
    let detail =
        format!("{{\"owner\":{}}}", owner.map_or("null".into(), |it| it.to_string()));
    let facts = vec![("owner", Fact::Number(owner.unwrap_or(0)))];
    end(write, by, id, Turned { what: "assigned", detail, reason: "" }, facts).await
}

/// Plans an action for a window.
///
/// # Errors
/// When the window is none, whoever asks may not, or the database fails.
pub async fn plan<'n>(
    app: &App,
    by: &Actor,
    shown: impl Into<Shown<'n>>,
    window: (Date, Date),
    note: &str,
) -> Result<(), ActionError> {
    let (from, to) = window;
    if to < from || to < today(app, by) {
        return Err(ActionError::Window);
    }
    let found = Found::of(app, by, shown, Permission::ActOnWork).await?;
    let decided = DecidedAction {
        first_day: Some(from.to_string()),
        last_day: Some(to.to_string()),
        ..decided(app, by, "planned", fits(note)?)
    };
    let detail = format!("{{\"from\":\"{from}\",\"to\":\"{to}\"}}");
    decide(app, by, &found, decided, Turned { what: "planned", detail, reason: note })
        .await
}

/// Reports an action done. It is done when the inventory shows it.
///
/// # Errors
/// When whoever asks may not, or the database fails.
pub async fn report<'n>(
    app: &App,
    by: &Actor,
    shown: impl Into<Shown<'n>>,
    note: &str,
) -> Result<(), ActionError> {
    let found = Found::of(app, by, shown, Permission::ActOnWork).await?;
    let decided = decided(app, by, "reported", fits(note)?);
    let detail = "{}".to_owned();
    decide(app, by, &found, decided, Turned { what: "reported", detail, reason: note })
        .await
}

/// What became of a wish to accept a risk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acceptance {
    /// It is accepted.
    Accepted,
    /// Somebody else who may has to approve.
    Proposed,
}

/// Accepts the risk up to a day, or proposes it where that takes somebody else.
///
/// # Errors
/// When there is no reason, the day is none, whoever asks may not, or the database fails.
pub async fn accept<'n>(
    app: &App,
    by: &Actor,
    shown: impl Into<Shown<'n>>,
    until: Date,
    reason: &str,
) -> Result<Acceptance, ActionError> {
    let today = today(app, by);
    if until < today || until > today.saturating_add(ACCEPTED_DAYS_MAX.days()) {
        return Err(ActionError::Until);
    }
    let reason = needed(reason)?;
    let found = Found::of(app, by, shown, Permission::ActOnWork).await?;
    let may = found.admits(by, Permission::AcceptRisk);
    let acceptance = match (may, found.approval) {
        (true, Approval::One) => Acceptance::Accepted,
        (true | false, _) => Acceptance::Proposed,
    };
    let (word, what) = match acceptance {
        Acceptance::Accepted => ("accepted", "accepted"),
        Acceptance::Proposed => ("proposed", "acceptance proposed"),
    };
    let decided = DecidedAction {
        last_day: Some(until.to_string()),
        proposed_by: Some(by.person),
        ..decided(app, by, word, reason)
    };
    let detail = format!("{{\"until\":\"{until}\"}}");
    decide(app, by, &found, decided, Turned { what, detail, reason }).await?;
    Ok(acceptance)
}

/// Approves what somebody proposed.
///
/// # Errors
/// When nothing was proposed, it takes somebody else, or the database fails.
pub async fn approve<'n>(
    app: &App,
    by: &Actor,
    shown: impl Into<Shown<'n>>,
) -> Result<(), ActionError> {
    let found = Found::of(app, by, shown, Permission::AcceptRisk).await?;
    let Some(proposed) = found.decided.clone().filter(|it| it.decision == "proposed")
    else {
        return Err(ActionError::Unproposed);
    };
    if found.approval == Approval::Two && proposed.proposed_by == Some(by.person) {
        return Err(ActionError::SamePerson);
    }
    let until = proposed.last_day.clone().unwrap_or_default();
    let until: Date = until.parse().map_err(|_| ActionError::Until)?;
    if until < today(app, by) {
        return Err(ActionError::Until);
    }
    let reason = proposed.reason.clone();
    let decided = DecidedAction {
        last_day: proposed.last_day,
        proposed_by: proposed.proposed_by,
        covers: proposed.covers,
        ..decided(app, by, "accepted", &reason)
    };
    let detail = format!("{{\"until\":\"{until}\"}}");
    decide(app, by, &found, decided, Turned { what: "accepted", detail, reason: &reason })
        .await
}

/// Takes back what was decided: the action is open again.
///
/// # Errors
/// When there is no reason, whoever asks may not, or the database fails.
pub async fn reopen<'n>(
    app: &App,
    by: &Actor,
    shown: impl Into<Shown<'n>>,
    reason: &str,
) -> Result<(), ActionError> {
    let reason = needed(reason)?;
    let found = Found::of(app, by, shown, Permission::ActOnWork).await?;
    let decided = decided(app, by, "open", reason);
    let detail = "{}".to_owned();
    decide(app, by, &found, decided, Turned { what: "opened again", detail, reason })
        .await
}

/// Keeps that some vulnerabilities do not affect the product, by the organisation's own
/// analysis. It counts for that organisation alone.
///
/// # Errors
/// When there is no reason, a maker says otherwise, whoever asks may not, or the database
/// fails.
pub async fn analyse<'n>(
    app: &App,
    by: &Actor,
    shown: impl Into<Shown<'n>>,
    finding: &Finding,
) -> Result<(), ActionError> {
    let reason = needed(&finding.reason)?;
    let found = Found::of(app, by, shown, Permission::Analyse).await?;
    let chosen: Vec<&Subject> = found
        .subjects
        .iter()
        .filter(|subject| {
            let named = [&subject.vulnerability, &subject.flaw];
            named.into_iter().any(|id| finding.vulnerabilities.contains(id))
        })
        .collect();
    if chosen.is_empty() {
        return Err(ActionError::Nothing);
    }
    if chosen.iter().any(|subject| subject.weight == Weight::Outweighed) {
        return Err(ActionError::Outweighed);
    }
    let (mut write, id) = found.begin(app, by).await?;
    let word = finding.justification.word();
    let said = FoundOut {
        state: State::NotAffected.word().to_owned(),
        justification: word.to_owned(),
        details: reason.to_owned(),
        ..FoundOut::default()
    };
    for subject in &chosen {
        let about = AnalysisSubject {
            maker: found.seen.maker.clone(),
            model: found.seen.model.clone(),
            version: finding.version.clone(),
            component: subject.component.clone(),
            vulnerability: subject.vulnerability.clone(),
        };
        let organisation = found.seen.organisation;
        crate::analysis::keep(&mut write, organisation, &about, &said, by.person).await?;
    }
    let detail = serde_json::json!({
        "justification": word,
        "vulnerabilities": finding.vulnerabilities,
        "version": finding.version,
    });
    queue(&mut write).await?;
    let facts = vec![
        ("justification", Fact::word(word)),
        ("vulnerabilities", Fact::Number(chosen.len() as i64)),
    ];
    let detail = detail.to_string();
    end(write, by, id, Turned { what: "not affected", detail, reason }, facts).await
}

/// Takes an analysis back.
///
/// # Errors
/// When there is no reason, whoever asks may not, or the database fails.
pub async fn take_back<'n>(
    app: &App,
    by: &Actor,
    shown: impl Into<Shown<'n>>,
    analysis: i64,
    reason: &str,
) -> Result<(), ActionError> {
    let reason = needed(reason)?;
    let found = Found::of_any(app, by, shown, Permission::Analyse).await?;
    let (mut write, id) = found.begin(app, by).await?;
    let remark = format!("Taken back: {reason}");
    let organisation = found.seen.organisation;
    write.withdraw_analysis(organisation, analysis, by.person, &remark).await?;
    queue(&mut write).await?;
    let detail = format!("{{\"analysis\":{analysis}}}");
    let facts = vec![("analysis", Fact::Number(analysis))];
    end(write, by, id, Turned { what: "analysis taken back", detail, reason }, facts)
        .await
}

/// Sets by when an organisation wants things done, and how many people accept a risk.
///
/// # Errors
/// When whoever asks does not run the organisation, somebody has changed what it says after
/// the instant `shown`, or the database fails.
pub async fn set_policy(
    app: &App,
    by: &Actor,
    organisation: i64,
    shown: Option<&str>,
    deadlines: Deadlines,
    approval: Approval,
) -> Result<(), PolicyError> {
    let scope = by.scope(Permission::Administer);
    let organisation = app.store.organisation(&scope, organisation).await?;
    let mut write = app.store.write(by.head, (app.now)()).await?;
    let newest = write.work_policy(organisation.id).await?;
    if let (Some(shown), Some(newest)) = (shown, newest)
        && newest.changed.as_str() > shown
    {
        return Err(PolicyError::Changed(newest));
    }
    let text = deadlines.to_string();
    write.set_work_policy(organisation.id, &text, approval.word(), by.person).await?;
    queue(&mut write).await?;
    let days = |priority| i64::from(deadlines.days(priority).map_or(-1, i32::from));
    let facts = vec![
        ("act_now_days", Fact::Number(days(Priority::ActNow))),
        ("this_week_days", Fact::Number(days(Priority::ThisWeek))),
        ("next_window_days", Fact::Number(days(Priority::NextWindow))),
        ("watch_days", Fact::Number(days(Priority::Watch))),
        ("approval", Fact::word(approval.word())),
    ];
    let noun = Noun::Organisation;
    let act =
        Act { by: by.person, what: "set deadlines", noun, id: organisation.id, facts };
    write.commit(act).await?;
    Ok(())
}

/// An action that somebody acts on.
struct Found {
    seen: SeenAction,
    /// Its revision when whoever acts was shown it.
    revision: Option<i64>,
    /// What it is about now.
    covers: Option<String>,
    /// Its number, where nothing is to be done about it any more.
    over: Option<i64>,
    path: Option<store::Path>,
    decided: Option<DecidedAction>,
    approval: Approval,
    subjects: Vec<Subject>,
}

impl Found {
    /// An action about which something is to be done.
    async fn of<'n>(
        app: &App,
        by: &Actor,
        shown: impl Into<Shown<'n>>,
        permission: Permission,
    ) -> Result<Self, ActionError> {
        Self::looked_up(app, by, shown.into(), permission, Wants::Open).await
    }

    /// An action, whether or not something is to be done about it still.
    async fn of_any<'n>(
        app: &App,
        by: &Actor,
        shown: impl Into<Shown<'n>>,
        permission: Permission,
    ) -> Result<Self, ActionError> {
        Self::looked_up(app, by, shown.into(), permission, Wants::Any).await
    }

    async fn looked_up(
        app: &App,
        by: &Actor,
        Shown { name, revision }: Shown<'_>,
        permission: Permission,
        wants: Wants,
    ) -> Result<Self, ActionError> {
        let held = holdings(app, by.head).await?;
        let today = today(app, by);
        let absent = || ActionError::Absent(name.to_owned());
        let entry = held.entry(&scope(by), name, today).ok_or_else(absent)?;
        let (seen, over) = match (entry.action, entry.kept) {
            (Some(action), _) => (seen(action, &entry), None),
            (None, Some(kept)) if wants == Wants::Any => {
                (kept.seen.clone(), Some(kept.id))
            }
            (None, _) => return Err(ActionError::Over),
        };
        let covers = entry.action.map(|action| Covered::of(action).text());
        let decided = entry.kept.map(|kept| kept.decided.clone());
        let approval = held.policy(entry.organisation).approval;
        let subjects = entry.action.map(|it| held.subjects(it)).unwrap_or_default();
        drop(held);
        let admitted = by.scope(permission);
        let place = app.store.organisation(&admitted, seen.organisation).await;
        let path = match place {
            Ok(place) => Some(place.path),
            Err(StoreError::Absent { .. }) => return Err(ActionError::NotThere),
            Err(error) => return Err(error.into()),
        };
        Ok(Self { seen, revision, covers, over, path, decided, approval, subjects })
    }

    fn admits(&self, by: &Actor, permission: Permission) -> bool {
        let scope = by.scope(permission);
        self.path.as_ref().is_some_and(|path| scope.admits(path))
    }

    /// Begins to change it; one that nobody has noted yet gets its number. What happened to it
    /// and no job has noted yet is noted, and told, before.
    async fn begin<'a>(
        &self,
        app: &'a App,
        by: &Actor,
    ) -> Result<(Write<'a>, i64), ActionError> {
        let mut write = app.store.write(by.head, (app.now)()).await?;
        let kept = write.kept_actions(&[self.seen.digest]).await?.into_iter();
        let mut kept =
            kept.filter(|kept| kept.seen.organisation == self.seen.organisation);
        let (id, now) = kept.next().map_or((0, 0), |kept| (kept.id, kept.revision));
        if let Some(shown) = self.revision.filter(|shown| *shown != now) {
            return Err(ActionError::Changed(write.turns_after(id, shown).await?));
        }
        if let Some(id) = self.over {
            return Ok((write, id));
        }
        let noted = note::keep(app, &mut write, std::slice::from_ref(&self.seen)).await?;
        let id = noted.ids.first().copied();
        let id = id.ok_or_else(|| StoreError::absent("action", &self.seen.what))?;
        Ok((write, id))
    }
}

/// Which actions are looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wants {
    Open,
    Any,
}

/// What happened, as the history says it.
struct Turned<'a> {
    what: &'static str,
    detail: String,
    reason: &'a str,
}

async fn decide(
    app: &App,
    by: &Actor,
    found: &Found,
    decided: DecidedAction,
    turned: Turned<'_>,
) -> Result<(), ActionError> {
    let (mut write, id) = found.begin(app, by).await?;
    // Who approves what was proposed approves what it was about then.
    let covers = decided.covers.or_else(|| found.covers.clone());
    write.decide_action(id, &DecidedAction { covers, ..decided }).await?;
    end(write, by, id, turned, Vec::new()).await
}

async fn end(
    mut write: Write<'_>,
    by: &Actor,
    id: i64,
    turned: Turned<'_>,
    facts: Vec<(&'static str, Fact)>,
) -> Result<(), ActionError> {
    let turn = store::NewTurn {
        action: id,
        by: by.person,
        what: turned.what,
        detail: &turned.detail,
        reason: turned.reason.trim(),
    };
    write.turn_actions(&[turn]).await?;
    write.revise_action(id).await?;
    // What a person typed is in the history; the log holds its digest.
    let digest = *blake3::hash(turned.reason.trim().as_bytes()).as_bytes();
    let facts = facts.into_iter().chain([("reason", Fact::digest(&digest))]).collect();
    write
        .commit(Act { by: by.person, what: turned.what, noun: Noun::Action, id, facts })
        .await?;
    Ok(())
}

fn decided(app: &App, by: &Actor, word: &str, reason: &str) -> DecidedAction {
    DecidedAction {
        decision: word.to_owned(),
        at: Some(stored((app.now)())),
        by: Some(by.person),
        reason: reason.trim().to_owned(),
        ..DecidedAction::default()
    }
}

fn fits(reason: &str) -> Result<&str, ActionError> {
    match reason.chars().nth(REASON_MAX) {
        Some(_) => Err(ActionError::LongReason),
        None => Ok(reason.trim()),
    }
}

fn needed(reason: &str) -> Result<&str, ActionError> {
    match fits(reason)? {
        "" => Err(ActionError::Reasonless),
        reason => Ok(reason),
    }
}

/// An action as it is seen now, with the day since which it is so urgent.
fn seen(action: &Action, entry: &Entry<'_>) -> SeenAction {
    let key = &action.key;
    let OrganisationId(organisation) = key.organisation;
    let builds: BTreeSet<i64> = action.builds.keys().map(|(build, _)| build.0).collect();
    SeenAction {
        organisation,
        digest: *blake3::hash(key.line().as_bytes()).as_bytes(),
        kind: key.kind.word().to_owned(),
        maker: key.maker.to_string(),
        model: key.model.to_string(),
        target: key.target.to_string(),
        product: product(action),
        what: what(&action.step, action),
        priority: action.priority.word().to_owned(),
        since: entry.since.to_string(),
        builds: serde_json::to_string(&builds).unwrap_or_default(),
        returned: entry.returned_after(),
    }
}

/// Notes in the audit log that somebody took work orders away.
///
/// # Errors
/// When the database fails.
pub async fn log_export(app: &App, by: &Actor, actions: usize) -> Result<(), StoreError> {
    let mut write = app.store.write(by.head, (app.now)()).await?;
    webhook::tell_export(app, &mut write, by, actions).await?;
    let facts = vec![("actions", Fact::Number(actions as i64))];
    let noun = Noun::Action;
    let act = Act { by: by.person, what: "export work orders", noun, id: 0, facts };
    write.commit(act).await?;
    Ok(())
}

/// The product as it is shown.
#[must_use]
pub fn product(action: &Action) -> String {
    let words = [&*action.product.maker_shown, &*action.product.model_shown];
    let words = words.into_iter().filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// What a step is about, without the verb: the release, the advisory, the question.
fn what(step: &Step, action: &Action) -> String {
    match step {
        Step::Update(release) => release.clone(),
        Step::Mitigate => {
            action.advisories.first().map(ToString::to_string).unwrap_or_default()
        }
        Step::Maker(_) => {
            let asked = action.asks.keys().map(|wanted| wanted.word());
            asked.collect::<Vec<_>>().join(" ")
        }
        Step::Decide(question) => question.clone(),
    }
}

/// The vulnerabilities of an action about which an own analysis would decide.
///
/// # Errors
/// When there is no such action, or the database fails.
pub async fn flaws(
    app: &App,
    by: &Actor,
    name: &str,
) -> Result<Vec<String>, ActionError> {
    let found = Found::of(app, by, name, Permission::Analyse).await?;
    let mut subjects = found.subjects;
    let is_any = !subjects.is_empty();
    subjects.retain(|subject| subject.weight == Weight::Decides);
    if is_any && subjects.is_empty() {
        return Err(ActionError::Outweighed);
    }
    let all: BTreeSet<String> =
        subjects.into_iter().map(|subject| subject.vulnerability).collect();
    Ok(all.into_iter().collect())
}

/// The day that it is for somebody, in the zone in which times are shown.
fn today(app: &App, by: &Actor) -> Date {
    let zone = TimeZone::get(&by.zone).unwrap_or(TimeZone::UTC);
    (app.now)().to_zoned_datetime(zone).date()
}
