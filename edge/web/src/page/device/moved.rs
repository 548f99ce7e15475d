//! A device that goes to another organisation: as it is said on its page.

use axum::extract::{Path, State};
use axum::response::Response;
use operations::inventory::{Destination, MoveError, move_to};
use operations::{Actor, Permission};
use serde::Deserialize;
use store::Device;

use super::show::{Typing, page};
use crate::House;
use crate::access::By;
use crate::face::Face;
use crate::field::{Choice, Fault, Faults, Field, Holds};
use crate::form::Kept;
use crate::problem::{Problem, sentence};

/// What somebody types.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    organisation: String,
    source: String,
    why: String,
}

/// The form.
pub(super) struct Moving {
    pub(super) faults: Faults,
    pub(super) token: String,
    pub(super) organisation: Choice,
    pub(super) source: Field,
    pub(super) why: Field,
}

impl Moving {
    /// Whether it is shown again with what is wrong.
    pub(super) fn is_sent_back(&self) -> bool {
        !self.faults.is_empty()
    }

    /// The form for whoever may move a device, and somewhere to.
    pub(super) async fn of(
        house: &House,
        by: &Actor,
        device: &Device,
        typed: Typing<'_, Typed>,
    ) -> Result<Option<Self>, Problem> {
        let may = by.scope(Permission::ImportInventory);
        let mut places = house.app.store.organisations(&may).await?;
        let is_own = places.iter().any(|one| one.id == device.organisation);
        places.retain(|one| one.id != device.organisation);
        if !is_own || places.is_empty() || device.withdrawn.is_some() {
            return Ok(None);
        }
        let none = Typed::default();
        let (typing, problem) = match typed {
            Some((typing, problem)) => (typing, Some(problem)),
            None => (&none, None),
        };
        let faults = problem.map(|problem| problem.faults.as_slice()).unwrap_or_default();
        let none = (String::new(), "Choose one".to_owned());
        let places = places.into_iter().map(|one| (one.id.to_string(), one.name));
        let places = std::iter::once(none).chain(places);
        Ok(Some(Self {
            faults: problem.map_or_else(Faults::none, Faults::of),
            token: by.form_token.clone(),
            organisation: Choice::new(
                "organisation",
                "Where it goes",
                places,
                &typing.organisation,
            )
            .judged(faults),
            source: Field::new("source", "Asset system there", Holds::Text)
                .hint(
                    "The one whose exports are to name it from now on. Leave this empty where \
                     the organisation has one only.",
                )
                .typed(&typing.source)
                .judged(faults),
            why: Field::new("why", "Why it goes", Holds::Text)
                .hint("It is kept sealed, and stands in the history of the device.")
                .typed(&typing.why)
                .judged(faults),
        }))
    }
}

/// `POST /devices/{device}/moved`.
pub(crate) async fn act(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(id): Path<String>,
    Kept(typed): Kept<Typed>,
) -> Result<Response, Problem> {
    let number = id.parse().map_err(|_| Problem::not_found("device", &id))?;
    let moved = match typed.organisation.trim().parse() {
        Err(_) => Err(MoveError::Where),
        Ok(organisation) => {
            let to =
                Destination { organisation, source: &typed.source, reason: &typed.why };
            move_to(&house.app, &by, number, to).await
        }
    };
    match moved.map_err(at_field) {
        Ok(()) => Ok(face.done(&format!("/devices/{number}#history"))),
        Err(problem) if problem.faults.is_empty() => Err(problem),
        Err(problem) => {
            let typing = (None, Some((&typed, &problem)));
            let page = page(&house, &by, number, typing, face.clock()).await?;
            face.again(&page, problem)
        }
    }
}

fn at_field(error: MoveError) -> Problem {
    let (field, mend) = match error {
        MoveError::NoReason => ("why", "Say why it goes.".to_owned()),
        MoveError::Reason => ("why", "Shorten it to 2,000 characters.".to_owned()),
        MoveError::Where => (
            "organisation",
            "Choose an organisation in which you may take in exports.".to_owned(),
        ),
        MoveError::There => (
            "organisation",
            "It is of that organisation already: choose another.".to_owned(),
        ),
        MoveError::Source(known) if known.is_empty() => (
            "source",
            "No asset system is known there: type what it is called, in 200 characters."
                .to_owned(),
        ),
        MoveError::Source(known) => {
            ("source", format!("Type one of these, or a new one: {}.", known.join(", ")))
        }
        MoveError::Twice(_) | MoveError::Withdrawn | MoveError::Busy => {
            return Problem::new(
                axum::http::StatusCode::CONFLICT,
                sentence(&error.to_string()),
            )
            .next(next(&error));
        }
        MoveError::Fleet(error) => return error.into(),
        MoveError::CutShort(_) => return Problem::ours(error.to_string()),
        MoveError::Store(error) => return error.into(),
    };
    Problem::wrong_fields(vec![Fault::new(field, mend)])
}

const fn next(error: &MoveError) -> &'static str {
    match error {
        MoveError::Twice(_) => {
            "It is there already: leave it out of the next export of the organisation that it \
             left, and it will be missing there."
        }
        MoveError::Busy => "Wait until that is done, then move it again.",
        _ => "Look at its page.",
    }
}
