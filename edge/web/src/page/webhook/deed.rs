//! What an administrator does with one webhook by a button: nothing is typed, and it leads back.

use std::collections::BTreeMap;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use axum::response::Response;
use operations::{Actor, App, webhook};

use super::HOME;
use crate::House;
use crate::access::By;
use crate::face::Face;
use crate::problem::Problem;

/// Who does something, and with which webhook.
pub(crate) struct Deed {
    face: Face,
    app: App,
    by: Actor,
    id: i64,
    /// What stands behind the webhook in the address, if anything does.
    message: String,
}

impl FromRequestParts<House> for Deed {
    type Rejection = Problem;

    async fn from_request_parts(
        parts: &mut Parts,
        house: &House,
    ) -> Result<Self, Problem> {
        let By(by) = By::from_request_parts(parts, house).await?;
        let Ok(face) = Face::from_request_parts(parts, house).await;
        let named = Path::<BTreeMap<String, String>>::from_request_parts(parts, house);
        let Path(mut named) =
            named.await.map_err(|_| Problem::not_found("webhook", "here"))?;
        let mut part = |name: &str| named.remove(name).unwrap_or_default();
        let (id, message) = (number("webhook", &part("webhook"))?, part("message"));
        Ok(Self { face, app: house.app.clone(), by, id, message })
    }
}

impl Deed {
    /// It was done: on to what stands behind the page of the webhook.
    fn done(&self, behind: &str) -> Response {
        self.face.done(&format!("{HOME}/{}{behind}", self.id))
    }

    fn done_about(&self, message: i64) -> Response {
        self.done(&format!("/messages/{message}"))
    }
}

/// A number in an address.
pub(super) fn number(noun: &str, text: &str) -> Result<i64, Problem> {
    text.parse().map_err(|_| Problem::not_found(noun, text))
}

/// `POST /settings/webhooks/{webhook}/paused`.
pub(crate) async fn pause(deed: Deed) -> Result<Response, Problem> {
    webhook::pause(&deed.app, &deed.by, deed.id).await?;
    Ok(deed.done(""))
}

/// `POST /settings/webhooks/{webhook}/resumed`.
pub(crate) async fn resume(deed: Deed) -> Result<Response, Problem> {
    webhook::resume(&deed.app, &deed.by, deed.id).await?;
    Ok(deed.done(""))
}

/// `POST /settings/webhooks/{webhook}/test`: sends a message that tells of nothing.
pub(crate) async fn test(deed: Deed) -> Result<Response, Problem> {
    let message = webhook::test(&deed.app, &deed.by, deed.id).await?;
    Ok(deed.done_about(message))
}

/// `POST /settings/webhooks/{webhook}/messages/{message}/sent-again`.
pub(crate) async fn send_again(deed: Deed) -> Result<Response, Problem> {
    let message = number("message", &deed.message)?;
    webhook::again(&deed.app, &deed.by, deed.id, message).await?;
    Ok(deed.done_about(message))
}

/// `POST /settings/webhooks/{webhook}/removed`.
pub(crate) async fn remove(deed: Deed) -> Result<Response, Problem> {
    webhook::remove(&deed.app, &deed.by, deed.id).await?;
    Ok(deed.face.done(HOME))
}
