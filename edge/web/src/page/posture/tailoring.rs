//! What an organisation makes of a control, and its exceptions: the forms of a control's page.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use operations::posture::{
    TailoringError, approve_exception, ask_exception, end_exception, exceptions, judged,
    tailor,
};
use operations::{Actor, Permission};
use posture::{Control, Tailoring};
use serde::Serialize;
use store::{ControlException, Organisation, TailoredControl};

use super::control::{named, page};
use super::{HOME, Wanted};
use crate::House;
use crate::access::By;
use crate::clock::{Clock, Shown};
use crate::face::Face;
use crate::field::{Fault, Field, Holds};
use crate::form::Typed;
use crate::page::supplier::day;
use crate::problem::{Problem, sentence};

pub(super) type Typing = BTreeMap<String, String>;

impl From<TailoringError> for Problem {
    fn from(error: TailoringError) -> Self {
        let wrong = |field: &'static str, detail: String| {
            Self::wrong_fields(vec![Fault::new(field, detail)])
        };
        match error {
            TailoringError::Missing("reason") => wrong("reason", "Enter why.".to_owned()),
            TailoringError::Missing(field) => wrong(field, "Enter this.".to_owned()),
            TailoringError::Wrong(field, what) => {
                wrong(field, format!("This is {what}."))
            }
            TailoringError::NotAllowed => {
                Self::new(StatusCode::FORBIDDEN, sentence(&error.to_string()))
                    .next("Choose another organisation.")
            }
            TailoringError::Own => {
                Self::new(StatusCode::CONFLICT, sentence(&error.to_string()))
                    .next("Ask somebody else who may accept risks.")
            }
            TailoringError::Store(error) => error.into(),
        }
    }
}

/// An exception that is asked for or holds.
#[derive(Serialize)]
pub(super) struct Asked {
    id: i64,
    pub(super) reason: String,
    pub(super) expires: String,
    pub(super) asked: Shown,
    pub(super) asked_by: String,
    /// When it was approved, by somebody else.
    pub(super) approved: Option<Shown>,
    #[serde(skip)]
    pub(super) expires_shown: String,
    #[serde(skip)]
    pub(super) acts: Vec<(&'static str, String)>,
}

/// The forms of whoever may say something of a control.
#[derive(Default)]
pub(super) struct Tailor {
    pub(super) saying: Option<[Field; 3]>,
    pub(super) asking: Option<[Field; 2]>,
}

impl Tailor {
    pub(super) fn of(
        by: &Actor,
        (place, control): (&Organisation, Control),
        tailoring: &Tailoring,
        (typed, faults): (&Typing, &[Fault]),
    ) -> Self {
        let text = |name: &str, current: &str| {
            typed.get(name).cloned().unwrap_or_else(|| current.to_owned())
        };
        let line = |name: &'static str, label, holds, hint, current: &str| {
            Field::new(name, label, holds)
                .hint(hint)
                .typed(&text(name, current))
                .judged(faults)
        };
        let reason = tailoring.not_applicable(control).unwrap_or_default();
        let parameters = control.parameters().iter().map(|(name, usual)| {
            let value = tailoring.parameter(control.id(), name).unwrap_or(*usual);
            format!("{name}={value}")
        });
        let parameters = parameters.collect::<Vec<_>>().join(", ");
        let may = |permission| by.scope(permission).admits(&place.path);
        Self {
            saying: may(Permission::AcceptRisk).then(|| {
                [
                    line(
                        "owner",
                        "Who sees to it",
                        Holds::Text,
                        "A role, not a name.",
                        tailoring.owner(control),
                    ),
                    line(
                        "parameters",
                        "From when on it is met",
                        Holds::Text,
                        "As `name=number` with the names above, by comma; empty for what is usual.",
                        &parameters,
                    ),
                    line(
                        "not_applicable",
                        "Why it does not apply",
                        Holds::Text,
                        "Empty where it does.",
                        &reason,
                    ),
                ]
            }),
            asking: may(Permission::KeepEvidence).then(|| {
                [
                    line(
                        "reason",
                        "Why it may stay as it is",
                        Holds::Text,
                        "It changes no verdict and no number.",
                        "",
                    ),
                    line(
                        "last_day",
                        "Until",
                        Holds::Day,
                        "A year away at most. Somebody else approves it.",
                        "",
                    ),
                ]
            }),
        }
    }
}

/// The exceptions to a control that are not over.
pub(super) async fn asked(
    house: &House,
    by: &Actor,
    (place, control): (&Organisation, Control),
    clock: &Clock,
) -> Result<Vec<Asked>, Problem> {
    let all = exceptions(&house.app, by, place.id, control.id()).await?;
    let people: Vec<i64> = all.iter().map(|one| one.asked_by).collect();
    let names = house.app.store.names_of(by.head, &people).await?;
    let may = |permission| by.scope(permission).admits(&place.path);
    let (approves, ends) = (may(Permission::AcceptRisk), may(Permission::KeepEvidence));
    let of = |one: ControlException| {
        let address = |act: &str| format!("{HOME}/exceptions/{}/{act}", one.id);
        let mut acts = Vec::new();
        if approves && one.approved.is_none() && one.asked_by != by.person {
            acts.push(("Approve it", address("approved")));
        }
        if ends {
            acts.push(("End it", address("ended")));
        }
        Asked {
            id: one.id,
            expires_shown: day(&one.last_day),
            asked: clock.show(&one.asked),
            asked_by: names.get(&one.asked_by).cloned().unwrap_or_default(),
            approved: one.approved.as_deref().map(|at| clock.show(at)),
            expires: one.last_day,
            reason: one.reason,
            acts,
        }
    };
    Ok(all.into_iter().map(of).collect())
}

/// Parameters as they are typed: `percent=90, days=30`.
fn parameters(text: &str) -> Result<BTreeMap<String, i64>, Problem> {
    let wrong = || {
        let detail = "Write each as `name=number`, by comma.";
        Problem::wrong_fields(vec![Fault::new("parameters", detail)])
    };
    let pairs = text.split(',').map(str::trim).filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').ok_or_else(wrong)?;
            let value = value.trim().parse().map_err(|_| wrong())?;
            Ok((name.trim().to_owned(), value))
        })
        .collect()
}

/// `POST /posture/{control}/tailoring`: says what the organisation makes of it.
pub(crate) async fn say(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(id): Path<String>,
    Typed(typed): Typed<Typing>,
) -> Result<Response, Problem> {
    let control = named(&id)?;
    let place = whose(&house, &by, &typed).await?;
    let text = |name: &str| typed.get(name).cloned().unwrap_or_default();
    let done = match parameters(&text("parameters")) {
        Err(problem) => Err(problem),
        Ok(parameters) => {
            let said = TailoredControl {
                not_applicable: text("not_applicable"),
                owner: text("owner"),
                parameters,
            };
            tailor(&house.app, &by, (place, control), said).await.map_err(Problem::from)
        }
    };
    finish(face, (&house, &by), (control, place), &typed, done.map(|()| None)).await
}

/// `POST /posture/{control}/exceptions`: asks for one.
pub(crate) async fn ask(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(id): Path<String>,
    Typed(typed): Typed<Typing>,
) -> Result<Response, Problem> {
    let control = named(&id)?;
    let place = whose(&house, &by, &typed).await?;
    let text = |name: &str| typed.get(name).map_or("", String::as_str);
    let said = (text("reason"), text("last_day"));
    let done = ask_exception(&house.app, &by, (place, control), said).await;
    let done = done.map(Some).map_err(Problem::from);
    finish(face, (&house, &by), (control, place), &typed, done).await
}

/// `POST /posture/exceptions/{exception}/approved`: somebody else approves.
pub(crate) async fn approved(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    approve_exception(&house.app, &by, number(&id)?).await?;
    Ok(face.done(HOME))
}

/// `POST /posture/exceptions/{exception}/ended`: it holds no more, or is declined.
pub(crate) async fn ended(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    end_exception(&house.app, &by, number(&id)?).await?;
    Ok(face.done(HOME))
}

fn number(id: &str) -> Result<i64, Problem> {
    id.parse().map_err(|_| Problem::not_found("exception", id))
}

/// The organisation that a form names; the widest that whoever asks sees, where it names none.
async fn whose(house: &House, by: &Actor, typed: &Typing) -> Result<i64, Problem> {
    let organisation = typed.get("organisation").cloned().unwrap_or_default();
    let wanted = Wanted { organisation }.number()?;
    Ok(judged(&house.app, by, wanted).await?.organisation.id)
}

async fn finish(
    face: Face,
    (house, by): (&House, &Actor),
    (control, place): (Control, i64),
    typed: &Typing,
    done: Result<Option<i64>, Problem>,
) -> Result<Response, Problem> {
    let back = format!("{HOME}/{}?organisation={place}", control.id());
    match done {
        Ok(None) => Ok(face.done(&back)),
        Ok(Some(made)) => Ok(face.made(made, &back)),
        Err(problem) if problem.faults.is_empty() => Err(problem),
        Err(problem) => {
            let again = Some((typed, &problem));
            let of = (control.id(), Some(place));
            let page = page(house, by, of, again, face.clock()).await?;
            face.again(&page, problem)
        }
    }
}
