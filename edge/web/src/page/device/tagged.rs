//! A device that hangs under another tag now: as it is said on its page, and taken back.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use operations::inventory::{NewTag, TagError, tag_anew, untag};
use operations::{Actor, Permission};
use serde::{Deserialize, Serialize};
use store::Device;

use super::show::{Typing, page};
use crate::House;
use crate::access::By;
use crate::clock::{Clock, Shown};
use crate::face::Face;
use crate::field::{Fault, Faults, Field, Holds};
use crate::form::Kept;
use crate::problem::{Problem, sentence};

/// What somebody types.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    tag: String,
    how: String,
    /// The number of what is taken back; empty where something is said.
    taken_back: String,
}

/// That it hangs under another tag than before.
#[derive(Serialize)]
pub(super) struct OtherTag {
    pub(super) id: i64,
    /// The tag since; empty where the export that named it so gave none.
    pub(super) tag: String,
    /// The tag before; empty where it had none.
    pub(super) before: String,
    pub(super) at: Shown,
}

/// Under which tags it came to hang that it hangs under still, the oldest first.
pub(super) async fn other_tags(
    house: &House,
    by: &Actor,
    device: &Device,
    clock: &Clock,
) -> Result<Vec<OtherTag>, Problem> {
    let scope = by.scope(Permission::ViewDevices);
    let all = house.app.store.tags_of(&scope, device.id).await?.into_iter();
    let stands = all.filter(|one| one.ended.is_none());
    let shown = stands.map(|one| OtherTag {
        id: one.id,
        tag: one.tag,
        before: one.before,
        at: clock.show(&one.at),
    });
    Ok(shown.collect())
}

/// The form.
pub(super) struct Tagging {
    pub(super) faults: Faults,
    pub(super) token: String,
    pub(super) tag: Field,
    pub(super) how: Field,
}

impl Tagging {
    /// Whether it is shown again with what is wrong.
    pub(super) fn is_sent_back(&self) -> bool {
        !self.faults.is_empty()
    }

    /// The form for whoever may say it of a device.
    pub(super) async fn of(
        house: &House,
        by: &Actor,
        device: &Device,
        typed: Typing<'_, Typed>,
    ) -> Result<Option<Self>, Problem> {
        let may = by.scope(Permission::ImportInventory);
        let is_own = !house.app.store.devices(&may, &[device.id]).await?.is_empty();
        if !is_own || device.withdrawn.is_some() {
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
            tag: Field::new("tag", "Asset tag now", Holds::Text)
                .hint("As the asset system writes it in its exports.")
                .typed(&typing.tag)
                .judged(faults),
            how: Field::new("how", "How you know", Holds::Text)
                .hint("It is kept sealed, and stands in the history of the device.")
                .typed(&typing.how)
                .judged(faults),
        }))
    }
}

/// `POST /devices/{device}/tagged`.
pub(crate) async fn act(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(id): Path<String>,
    Kept(typed): Kept<Typed>,
) -> Result<Response, Problem> {
    let number = id.parse().map_err(|_| Problem::not_found("device", &id))?;
    let said = match typed.taken_back.trim() {
        "" => {
            let new = NewTag { tag: &typed.tag, reason: &typed.how };
            tag_anew(&house.app, &by, number, new).await
        }
        taken_back => {
            let tag = taken_back
                .parse()
                .map_err(|_| Problem::not_found("tag of a device", taken_back))?;
            untag(&house.app, &by, number, tag).await.map_err(TagError::Store)
        }
    };
    match said.map_err(at_field) {
        Ok(()) => Ok(face.done(&format!("/devices/{number}#history"))),
        Err(problem) if problem.faults.is_empty() => Err(problem),
        Err(problem) => {
            let again = (None, None, Some((&typed, &problem)));
            let page = page(&house, &by, number, again, face.clock()).await?;
            face.again(&page, problem)
        }
    }
}

fn at_field(error: TagError) -> Problem {
    let (field, mend) = match error {
        TagError::Tag => {
            ("tag", "Write the asset tag that it has now, in 200 characters.".to_owned())
        }
        TagError::NoReason => ("how", "Say how you know.".to_owned()),
        TagError::Reason => ("how", "Shorten it to 2,000 characters.".to_owned()),
        TagError::Same => ("tag", "It is known under this asset tag already.".to_owned()),
        TagError::Twice(tag) => (
            "tag",
            format!(
                "Another device of the same asset system is known under {tag}. If an import \
                 brought this one as a new device, take that import back and say there that \
                 they are the same."
            ),
        ),
        TagError::Withdrawn => {
            return Problem::new(StatusCode::CONFLICT, sentence(&error.to_string()))
                .next("Look at its page.");
        }
        TagError::Store(error) => return error.into(),
    };
    Problem::wrong_fields(vec![Fault::new(field, mend)])
}
