//! What people do with an action: each in a form where the action is shown.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::civil::Date;
use operations::Actor;
use operations::action::{
    ActionError, Finding, Shown, accept, analyse, approve, own, plan, reopen, report,
    take_back,
};
use operations::maker::put_action;
use operations::question::take_work_note_back;
use serde::Deserialize;
use store::WorkTurn;
use terms::vex::Justification;
use worklist::{State as Standing, Weight};

use super::show::{Accepting, Analysing, Shape, happened, name_of, shown};
use crate::House;
use crate::access::By;
use crate::clock::Clock;
use crate::face::Face;
use crate::field::{Choice, Fault, Faults, Field, Holds};
use crate::form::Kept;
use crate::page::meanwhile;
use crate::page::question::note::Beside;
use crate::problem::Problem;

/// What is typed, in any of the forms.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Form {
    owner: String,
    from: String,
    to: String,
    plan_note: String,
    done_note: String,
    until: String,
    risk_reason: String,
    justification: String,
    version: String,
    /// Vulnerabilities, parted by blanks: none is all of them.
    vulnerabilities: String,
    found: String,
    analysis: String,
    back_reason: String,
    again_reason: String,
    /// The revision of the action that was shown; without it nothing is compared.
    revision: String,
}

/// Which form was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    Own,
    Plan,
    Report,
    Accept,
    Approve,
    Analyse,
    TakeBack,
    Reopen,
}

/// The forms of a page.
pub(super) struct Acts {
    pub(super) token: String,
    pub(super) revision: String,
    pub(super) faults: Faults,
    pub(super) address: String,
    /// What may be done while something is to be done.
    pub(super) decide: Option<Decide>,
    pub(super) take_back: Option<(Choice, Field)>,
    /// The form that was sent back.
    open: Option<What>,
}

/// The forms about something that is to be done.
pub(super) struct Decide {
    /// The number of whoever looks, where it is nobody's or somebody else's.
    pub(super) mine: Option<i64>,
    pub(super) owner: Choice,
    pub(super) plan: [Field; 3],
    pub(super) report: Field,
    pub(super) accept: [Field; 2],
    pub(super) accepts: &'static str,
    /// Where what was proposed is approved.
    pub(super) approve: Option<String>,
    pub(super) analyse: Option<Analyse>,
    pub(super) reopen: Option<Field>,
}

/// The form of an own analysis.
pub(super) struct Analyse {
    /// None where of every flaw the maker says otherwise.
    pub(super) fields: Option<(Choice, Choice, Field, Field)>,
    pub(super) note: String,
}

impl Shape<'_> {
    fn may_take_back(&self) -> bool {
        self.analysing == Analysing::Here && !self.known.analyses.is_empty()
    }
}

/// A line to type into, as it was typed.
fn text(
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    value: &str,
    wrong: &[Fault],
) -> Field {
    Field::new(name, label, Holds::Text).hint(hint).typed(value).judged(wrong)
}

impl Acts {
    pub(super) fn new(
        by: &Actor,
        shape: &Shape<'_>,
        form: &Form,
        problem: Option<(What, &Problem)>,
    ) -> Self {
        let known = shape.known;
        let wrong =
            problem.map(|(_, problem)| problem.faults.as_slice()).unwrap_or_default();
        Self {
            token: by.form_token.clone(),
            // What somebody was told about has been shown; else it is what was shown first.
            revision: match problem {
                Some((_, problem))
                    if problem.status != StatusCode::CONFLICT
                        && !form.revision.is_empty() =>
                {
                    form.revision.clone()
                }
                _ => known.revision.to_string(),
            },
            faults: problem.map_or_else(Faults::none, |(_, problem)| Faults::of(problem)),
            address: format!("/work/{}", known.name),
            decide: (!known.state.is_over()).then(|| Decide::new(by, shape, form, wrong)),
            take_back: shape.may_take_back().then(|| {
                let analyses = known.analyses.iter();
                let analyses =
                    analyses.map(|(id, about)| (id.to_string(), about.clone()));
                let choice = Choice::new("analysis", "Which", analyses, &form.analysis);
                let label = "Why it does not hold any more";
                let why = text("back_reason", label, "", &form.back_reason, wrong);
                (choice.judged(wrong), why)
            }),
            open: problem.map(|(what, _)| what),
        }
    }

    /// Whether a form stands open: the one that was sent back.
    pub(super) fn is_open(&self, what: &str) -> bool {
        let word = match self.open {
            None => return false,
            Some(What::Own) => "own",
            Some(What::Plan) => "plan",
            Some(What::Report) => "report",
            Some(What::Accept | What::Approve) => "accept",
            Some(What::Analyse) => "analyse",
            Some(What::TakeBack) => "take_back",
            Some(What::Reopen) => "reopen",
        };
        word == what
    }
}

impl Decide {
    fn new(by: &Actor, shape: &Shape<'_>, form: &Form, wrong: &[Fault]) -> Self {
        let known = shape.known;
        let chosen = match form.owner.is_empty() {
            true => known.owner.map(|owner| owner.to_string()).unwrap_or_default(),
            false => form.owner.clone(),
        };
        let nobody = (String::new(), "nobody yet".to_owned());
        let able = shape.able.iter().map(|(id, name)| (id.to_string(), name.clone()));
        let people = [nobody].into_iter().chain(able);
        let day = |name, label, value: &str| {
            Field::new(name, label, Holds::Day).typed(value).judged(wrong)
        };
        let order = "Such as the number of the work order.";
        let why = "What protects patients and data until then. Auditors read this.";
        let can_approve =
            shape.accepting == Accepting::Alone && known.state == Standing::Proposed;
        Self {
            mine: (known.owner != Some(by.person)).then_some(by.person),
            owner: Choice::new("owner", "Who sees to it", people, &chosen).judged(wrong),
            plan: [
                day("from", "From", &form.from),
                day("to", "Up to", &form.to),
                text("plan_note", "Note", order, &form.plan_note, wrong),
            ],
            report: text("done_note", "What was done", order, &form.done_note, wrong),
            accept: [
                day("until", "Up to", &form.until),
                text(
                    "risk_reason",
                    "Why it can stay as it is",
                    why,
                    &form.risk_reason,
                    wrong,
                ),
            ],
            accepts: match shape.accepting {
                Accepting::Alone => "Accept the risk for a time",
                Accepting::Proposing => "Propose to accept the risk for a time",
            },
            approve: can_approve.then(|| format!("/work/{}/approval", known.name)),
            analyse: match shape.analysing {
                Analysing::Here => Analyse::new(shape, form, wrong),
                Analysing::Elsewhere => None,
            },
            reopen: (known.state != Standing::Open)
                .then(|| text("again_reason", "Why", "", &form.again_reason, wrong)),
        }
    }
}

impl Analyse {
    fn new(shape: &Shape<'_>, form: &Form, wrong: &[Fault]) -> Option<Self> {
        let known = shape.known;
        let all = known.subjects.iter();
        let (decided, outweighed): (Vec<_>, Vec<_>) =
            all.partition(|(_, _, weight)| *weight == Weight::Decides);
        if decided.is_empty() && outweighed.is_empty() {
            return None;
        }
        let reasons = Justification::ALL
            .map(|one| (one.word().to_owned(), one.word().replace('_', " ")));
        let choose = (String::new(), "choose".to_owned());
        let every = (String::new(), "every release".to_owned());
        let versions = known.versions.iter().filter(|version| !version.is_empty());
        let versions = versions.map(|version| (version.clone(), version.clone()));
        let justification = Choice::new(
            "justification",
            "Why it is not affected",
            [choose].into_iter().chain(reasons),
            &form.justification,
        );
        // Devices come later with releases that nobody has looked at: the widest is chosen by
        // hand.
        let is_typed = !form.found.is_empty() || !form.justification.is_empty();
        let first = known.versions.iter().find(|version| !version.is_empty());
        let first = first.filter(|_| !is_typed && form.version.is_empty());
        let version = Choice::new(
            "version",
            "Which release this is about",
            [every].into_iter().chain(versions),
            first.unwrap_or(&form.version),
        );
        let which = Field::new("vulnerabilities", "Which flaws", Holds::Text)
            .hint("Their numbers, with blanks between; leave it empty for all of them.")
            .typed(&form.vulnerabilities);
        let found = Field::new("found", "What was found out, and how", Holds::Text)
            .typed(&form.found);
        // What was typed is kept, whatever becomes of it.
        let is_typed = [&form.justification, &form.vulnerabilities, &form.found]
            .iter()
            .any(|text| !text.is_empty());
        let note = match outweighed.len() {
            0 => String::new(),
            count => format!(
                "Of {} the maker itself says that the device is affected. Its word counts before \
                 yours: ask it, or accept the risk for a time.",
                crate::words::counted(count, "flaw", "flaws")
            ),
        };
        Some(Self {
            fields: (!decided.is_empty() || is_typed).then(|| {
                (
                    justification.judged(wrong),
                    version.judged(wrong),
                    which.judged(wrong),
                    found.judged(wrong),
                )
            }),
            note,
        })
    }
}

macro_rules! handlers {
    ($($(#[$about:meta])* $name:ident => $what:expr;)*) => {
        $(
            $(#[$about])*
            pub(crate) async fn $name(
                face: Face,
                State(house): State<House>,
                By(by): By,
                Path(name): Path<String>,
                Kept(form): Kept<Form>,
            ) -> Result<Response, Problem> {
                answer(face, &house, &by, &name, $what, &form).await
            }
        )*
    };
}

handlers! {
    /// `POST /work/{action}/owner`: somebody sees to it.
    assign => What::Own;
    /// `POST /work/{action}/window`: it is done in a window.
    schedule => What::Plan;
    /// `POST /work/{action}/report`: it was done, somebody says.
    done => What::Report;
    /// `POST /work/{action}/acceptance`: the risk is accepted for a time, or that is proposed.
    bear => What::Accept;
    /// `POST /work/{action}/approval`: what was proposed is accepted.
    agree => What::Approve;
    /// `POST /work/{action}/analysis`: the organisation found out that it is not affected.
    analysed => What::Analyse;
    /// `POST /work/{action}/analysis/taken-back`: it does not hold any more.
    forgotten => What::TakeBack;
    /// `POST /work/{action}/opened`: what was decided is taken back.
    opened => What::Reopen;
}

async fn answer(
    face: Face,
    house: &House,
    by: &Actor,
    name: &str,
    what: What,
    form: &Form,
) -> Result<Response, Problem> {
    let problem = match act(house, by, name, what, form).await {
        Ok(()) => return Ok(face.done(&format!("/work/{name}"))),
        Err(problem) => problem,
    };
    if problem.faults.is_empty() {
        return Err(problem);
    }
    let shown = shown(&face, house, by, name, form, Some((what, &problem))).await?;
    face.again(&shown, problem)
}

async fn act(
    house: &House,
    by: &Actor,
    name: &str,
    what: What,
    form: &Form,
) -> Result<(), Problem> {
    let app = &house.app;
    let revision = meanwhile::shown(&form.revision)?;
    let name = Shown { name, revision };
    let done = match what {
        What::Own => own(app, by, name, owner(form)?).await,
        What::Plan => {
            let window = (day("from", &form.from)?, day("to", &form.to)?);
            plan(app, by, name, window, &form.plan_note).await
        }
        What::Report => report(app, by, name, &form.done_note).await,
        What::Accept => {
            let until = day("until", &form.until)?;
            accept(app, by, name, until, &form.risk_reason).await.map(|_| ())
        }
        What::Approve => approve(app, by, name).await,
        What::Reopen => reopen(app, by, name, &form.again_reason).await,
        What::TakeBack => {
            let analysis = form.analysis.parse().map_err(|_| {
                let fault = Fault::new("analysis", "Choose which analysis it is.");
                Problem::wrong_fields(vec![fault])
            })?;
            take_back(app, by, name, analysis, &form.back_reason).await
        }
        What::Analyse => {
            let finding = finding(house, by, name.name, form).await?;
            analyse(app, by, name, &finding).await
        }
    };
    match done {
        Err(ActionError::Changed(turns)) => Err(others(house, by, &turns).await?),
        done => done.map_err(|error| said(error, what)),
    }
}

/// What others did since the action was shown.
async fn others(
    house: &House,
    by: &Actor,
    turns: &[WorkTurn],
) -> Result<Problem, Problem> {
    let clock = Clock::new((house.app.now)(), &by.zone);
    let owner = |turn: &WorkTurn| {
        let detail: serde_json::Value = serde_json::from_str(&turn.detail).ok()?;
        detail.get("owner")?.as_i64()
    };
    let people: Vec<i64> =
        turns.iter().flat_map(|turn| [Some(turn.by), owner(turn)]).flatten().collect();
    let names = house.app.store.names_of(by.head, &people).await?;
    let done = turns.iter().map(|turn| {
        let (who, what) =
            (name_of(&names, turn.by), happened(&turn.what, &turn.detail, &names));
        format!("{who}: {what} ({})", clock.show(&turn.at).text)
    });
    Ok(meanwhile::changed(&done.collect::<Vec<_>>()))
}

fn owner(form: &Form) -> Result<Option<i64>, Problem> {
    match form.owner.trim() {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| {
            Problem::wrong_fields(vec![Fault::new(
                "owner",
                "Choose somebody from the list.",
            )])
        }),
    }
}

fn day(field: &'static str, text: &str) -> Result<Date, Problem> {
    text.trim().parse().map_err(|_| {
        let mend = "Enter a day, as 2026-12-03.";
        Problem::wrong_fields(vec![Fault::new(field, mend)])
    })
}

/// What was found out; without numbers it is about every flaw of the action.
async fn finding(
    house: &House,
    by: &Actor,
    name: &str,
    form: &Form,
) -> Result<Finding, Problem> {
    let Ok(justification) = Justification::from_openvex(form.justification.trim()) else {
        let fault = Fault::new("justification", "Choose why it is not affected.");
        return Err(Problem::wrong_fields(vec![fault]));
    };
    let parts = form.vulnerabilities.split([' ', ',', ';', '\n']);
    let mut vulnerabilities: Vec<String> =
        parts.map(str::trim).filter(|it| !it.is_empty()).map(str::to_owned).collect();
    if vulnerabilities.is_empty() {
        vulnerabilities = operations::action::flaws(&house.app, by, name)
            .await
            .map_err(|error| said(error, What::Analyse))?;
    }
    Ok(Finding {
        vulnerabilities,
        version: form.version.clone(),
        justification,
        reason: form.found.clone(),
    })
}

/// What is wrong, at the field where it is mended.
fn said(error: ActionError, what: What) -> Problem {
    let reason = match what {
        What::Own => "owner",
        What::Plan => "plan_note",
        What::Report => "done_note",
        What::Accept | What::Approve => "risk_reason",
        What::Analyse => "found",
        What::TakeBack => "back_reason",
        What::Reopen => "again_reason",
    };
    let wrong = |field, mend: &str| Problem::wrong_fields(vec![Fault::new(field, mend)]);
    match error {
        ActionError::Reasonless => wrong(
            reason,
            "Enter why: whoever looks at this in a year has to understand it.",
        ),
        ActionError::LongReason => wrong(reason, "Enter at most 2,000 characters."),
        ActionError::Window => wrong(
            "to",
            "Enter a last day that is not before the first one, and not in the past.",
        ),
        ActionError::Until => {
            wrong("until", "Enter today or a later day, within a year.")
        }
        ActionError::Owner(_) => wrong("owner", "Choose somebody who may act on it."),
        ActionError::Nothing => {
            wrong("vulnerabilities", "Enter numbers of flaws that this page names.")
        }
        ActionError::Outweighed => wrong(
            "vulnerabilities",
            "Of one of these the maker itself says that the device is affected, and its word \
             counts before yours. Leave it out, ask the maker, or accept the risk for a time.",
        ),
        other => Problem::from(other),
    }
}

/// `POST /work/{action}/maker`: puts to the maker what is asked of it.
pub(crate) async fn ask_maker(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(name): Path<String>,
    Kept(typed): Kept<Beside>,
) -> Result<Response, Problem> {
    let today = face.clock().today();
    let asked = put_action(&house.app, &by, &name, today, &typed.note).await?;
    Ok(face.made(asked, &format!("/work/{name}")))
}

/// `POST /work/{action}/notes/{note}/taken-back`.
pub(crate) async fn withdraw_note(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path((name, id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let id = id.parse().map_err(|_| Problem::not_found("note", &id))?;
    take_work_note_back(&house.app, &by, &name, id).await?;
    Ok(face.done(&format!("/work/{name}")))
}
