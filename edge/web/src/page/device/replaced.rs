//! Another device under the same tag: as it is said on the page of the device.

use axum::extract::{Path, State};
use axum::response::Response;
use operations::replacement::{ReplacementError, Said, Which, replace};
use operations::{Actor, Permission};
use serde::Deserialize;
use store::Device;

use super::show::{Typing, page};
use crate::House;
use crate::access::By;
use crate::clock::Clock;
use crate::face::Face;
use crate::field::{Fault, Faults, Field, Holds};
use crate::form::Kept;
use crate::problem::Problem;
use crate::words::counted;

/// What somebody types.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    serial: String,
    reason: String,
    /// `yes` where it is the device that the inventory tells of after all.
    same: String,
}

/// The form.
pub(super) struct Replacing {
    pub(super) faults: Faults,
    pub(super) token: String,
    /// What is known of the device by its serial number.
    pub(super) known: String,
    /// What ends with it, in words.
    pub(super) ends: String,
    /// What is asked: whether it is another one, and once somebody said so, whether it is the
    /// same after all.
    pub(super) which: Which,
    pub(super) serial: Field,
    pub(super) reason: Field,
}

impl Replacing {
    /// Whether it was said that it is another one.
    pub(super) fn is_doubted(&self) -> bool {
        self.which == Which::Same
    }

    /// Whether it is shown again with what is wrong.
    pub(super) fn is_sent_back(&self) -> bool {
        !self.faults.is_empty()
    }

    /// The form for whoever may say it of a device; `answers` hold about it now.
    pub(super) async fn of(
        house: &House,
        by: &Actor,
        (device, answers, which): (&Device, usize, Which),
        typed: Typing<'_, Typed>,
    ) -> Result<Option<Self>, Problem> {
        let may = by.scope(Permission::AnswerQuestions);
        if house.app.store.devices(&may, &[device.id]).await?.is_empty() {
            return Ok(None);
        }
        let none = Typed::default();
        let (typing, problem) = match typed {
            Some((typing, problem)) => (typing, Some(problem)),
            None => (&none, None),
        };
        let faults = problem.map(|problem| problem.faults.as_slice()).unwrap_or_default();
        Ok(Some(Self {
            faults: problem.map_or_else(Faults::none, Faults::of),
            token: by.form_token.clone(),
            known: device.told.serial.clone(),
            ends: ends(answers),
            which,
            serial: Field::new("serial", "Serial number of the other device", Holds::Text)
                .hint(
                    "As its label says it, if you can read it: then nothing ends once more when \
                     the inventory tells of it.",
                )
                .typed(&typing.serial)
                .judged(faults),
            reason: Field::new("reason", "How you know", Holds::Text)
                .hint("It is kept sealed, and stands in the history of the device.")
                .typed(&typing.reason)
                .judged(faults),
        }))
    }
}

fn ends(answers: usize) -> String {
    match answers {
        0 => "Nothing that was answered holds about this one alone.".to_owned(),
        count => format!(
            "{} about it {} looked at again: those about this very device end, and their \
             questions are open again.",
            counted(count, "answer", "answers"),
            if count == 1 { "is" } else { "are" }
        ),
    }
}

/// `POST /devices/{device}/replaced`.
pub(crate) async fn act(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(id): Path<String>,
    Kept(typed): Kept<Typed>,
) -> Result<Response, Problem> {
    let number = id.parse().map_err(|_| Problem::not_found("device", &id))?;
    let which = match typed.same.as_str() {
        "yes" => Which::Same,
        _ => Which::Another,
    };
    let said = Said { serial: &typed.serial, reason: &typed.reason, which };
    match replace(&house.app, &by, number, said)
        .await
        .map_err(|it| at_field(it, face.clock()))
    {
        Ok(()) => Ok(face.done(&format!("/devices/{number}#history"))),
        Err(problem) if problem.faults.is_empty() => Err(problem),
        Err(problem) => {
            let again = (Some((&typed, &problem)), None);
            let page = page(&house, &by, number, again, face.clock()).await?;
            face.again(&page, problem)
        }
    }
}

fn at_field(error: ReplacementError, clock: &Clock) -> Problem {
    let (field, mend) = match error {
        ReplacementError::NoReason => ("reason", "Say how you know."),
        ReplacementError::Reason => ("reason", "Shorten it to 2,000 characters."),
        ReplacementError::Serial => {
            ("serial", "Write the serial number as its label says it, in 200 characters.")
        }
        ReplacementError::Same => (
            "serial",
            "The device is known by this serial number: then it is the same one. Leave this \
             empty where it has none.",
        ),
        ReplacementError::Said(at) => {
            let mend = format!(
                "That was said on {} already, and its inventory has not told of the other \
                 device since. Mend the inventory and take in its export.",
                clock.show(&at).text
            );
            return Problem::wrong_fields(vec![Fault::new("reason", mend)]);
        }
        ReplacementError::NotDoubted => (
            "reason",
            "Nobody doubts it: nobody said that it is another device, or its inventory has told \
             of it since.",
        ),
        ReplacementError::Fleet(error) => return error.into(),
        ReplacementError::Store(error) => return error.into(),
    };
    Problem::wrong_fields(vec![Fault::new(field, mend)])
}
