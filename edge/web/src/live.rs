//! What goes on is told as it goes on: server-sent events (HTML §9.2), one piece for whatever a
//! page shows the progress of.
//!
//! An answer lasts some seconds; a browser asks again by itself. So whoever lost the right to
//! look sees nothing soon, and a server that ends waits for nobody.

use std::convert::Infallible;
use std::time::Duration;

use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream::{Stream, unfold};
use serde::Serialize;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, sleep};

use crate::House;
use crate::problem::Problem;

/// How long one answer lasts.
const LASTS: Duration = Duration::from_secs(12);
/// How often it is looked whether something changed.
const PAUSE: Duration = Duration::from_millis(500);

/// How far something is.
pub(crate) trait GoesOn: PartialEq + Serialize {
    /// Whether nothing more will change.
    fn is_over(&self) -> bool;
}

/// Tells an event `progress` at first and at each change of what `look` sees, and `end` when
/// nothing more will change.
///
/// # Errors
/// When too many are told of something already.
pub(crate) fn told<T, L, F>(house: &House, look: L) -> Result<Response, Problem>
where
    T: GoesOn + Send + 'static,
    L: Fn() -> F + Send + 'static,
    F: Future<Output = Result<T, Problem>> + Send + 'static,
{
    let place =
        house.listeners.clone().try_acquire_owned().map_err(|_| Problem::busy())?;
    let until = Instant::now() + LASTS;
    let telling = Telling { look, until, last: None, _place: place };
    Ok(Sse::new(events(telling)).into_response())
}

/// What is told, and since when nothing changed.
struct Telling<T, L> {
    look: L,
    until: Instant,
    last: Option<T>,
    _place: OwnedSemaphorePermit,
}

fn events<T, L, F>(
    telling: Telling<T, L>,
) -> impl Stream<Item = Result<Event, Infallible>>
where
    T: GoesOn,
    L: Fn() -> F,
    F: Future<Output = Result<T, Problem>>,
{
    unfold(Some(telling), |telling| async move {
        let mut telling = telling?;
        while Instant::now() < telling.until {
            let looked = (telling.look)();
            // Where the database does not answer, the browser asks again later.
            let far = looked.await.ok()?;
            if telling.last.as_ref() == Some(&far) {
                sleep(PAUSE).await;
                continue;
            }
            let is_over = far.is_over();
            let name = if is_over { "end" } else { "progress" };
            let event = Event::default().event(name).retry(PAUSE).json_data(&far).ok()?;
            telling.last = Some(far);
            let rest = (!is_over).then_some(telling);
            return Some((Ok(event), rest));
        }
        None
    })
}
