//! How far an import is, told as it goes on: server-sent events (HTML §9.2).
//!
//! An answer lasts some seconds; a browser asks again by itself. So whoever lost the right to
//! look sees nothing soon, and a server that ends waits for nobody.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream::{Stream, unfold};
use operations::Permission;
use serde::Serialize;
use store::{Progress, Scope};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, sleep};

use super::id;
use crate::House;
use crate::access::By;
use crate::problem::Problem;

/// How long one answer lasts.
const LASTS: Duration = Duration::from_secs(12);
/// How often it is looked whether something changed.
const PAUSE: Duration = Duration::from_millis(500);

/// How far an import is.
#[derive(Clone, PartialEq, Eq, Serialize)]
struct Far {
    state: &'static str,
    total: i64,
    done: i64,
    is_judging: bool,
}

/// What is told, and to whom.
struct Telling {
    house: House,
    scope: Scope,
    import: i64,
    until: Instant,
    last: Option<Far>,
    _place: OwnedSemaphorePermit,
}

/// `GET /imports/{import}/events`: an event `progress` at first and at each change, and `end`
/// when nothing more will change.
pub(crate) async fn show(
    State(house): State<House>,
    By(by): By,
    Path(import): Path<String>,
) -> Result<Response, Problem> {
    let scope = by.scope(Permission::ViewDevices);
    let import = house.app.store.import(&scope, id("import", &import)?).await?.id;
    let place =
        house.listeners.clone().try_acquire_owned().map_err(|_| Problem::busy())?;
    let until = Instant::now() + LASTS;
    let telling = Telling { house, scope, import, until, last: None, _place: place };
    Ok(Sse::new(events(telling)).into_response())
}

fn events(telling: Telling) -> impl Stream<Item = Result<Event, Infallible>> {
    unfold(Some(telling), |telling| async move {
        let mut telling = telling?;
        while Instant::now() < telling.until {
            // Where the database does not answer, the browser asks again later.
            let far = telling.look().await.ok()?;
            if telling.last.as_ref() == Some(&far) {
                sleep(PAUSE).await;
                continue;
            }
            let is_over = far.state != Progress::Running.word() && !far.is_judging;
            let name = if is_over { "end" } else { "progress" };
            let event = Event::default().event(name).retry(PAUSE).json_data(&far).ok()?;
            telling.last = Some(far);
            let rest = (!is_over).then_some(telling);
            return Some((Ok(event), rest));
        }
        None
    })
}

impl Telling {
    async fn look(&self) -> Result<Far, Problem> {
        let store = &self.house.app.store;
        let import = store.import(&self.scope, self.import).await?;
        let is_judging = store.waiting_jobs(self.scope.head()).await? > 0
            && store.generation().await?.is_some();
        Ok(Far {
            state: import.progress.word(),
            total: import.total,
            done: import.done,
            is_judging,
        })
    }
}
