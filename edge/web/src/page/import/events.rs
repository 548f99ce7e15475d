//! How far an import is, told as it goes on.

use axum::extract::{Path, State};
use axum::response::Response;
use operations::Permission;
use serde::Serialize;
use store::{Progress, Scope};

use super::id;
use crate::House;
use crate::access::By;
use crate::live::{self, GoesOn};
use crate::problem::Problem;

/// How far an import is.
#[derive(PartialEq, Eq, Serialize)]
struct Far {
    state: &'static str,
    total: i64,
    done: i64,
    is_judging: bool,
}

impl GoesOn for Far {
    fn is_over(&self) -> bool {
        self.state != Progress::Running.word() && !self.is_judging
    }
}

/// `GET /imports/{import}/events`.
pub(crate) async fn show(
    State(house): State<House>,
    By(by): By,
    Path(import): Path<String>,
) -> Result<Response, Problem> {
    let scope = by.scope(Permission::ViewDevices);
    let import = house.app.store.import(&scope, id("import", &import)?).await?.id;
    let asked = house.clone();
    live::told(&house, move || look(asked.clone(), scope.clone(), import))
}

async fn look(house: House, scope: Scope, import: i64) -> Result<Far, Problem> {
    let store = &house.app.store;
    let import = store.import(&scope, import).await?;
    let is_judging = store.waiting_jobs(scope.head()).await? > 0
        && store.generation().await?.is_some();
    Ok(Far {
        state: import.progress.word(),
        total: import.total,
        done: import.done,
        is_judging,
    })
}
