//! Whether the server works, for whoever watches over it: whether it is alive, and whether it is
//! ready to be sent requests.

use axum::Json;
use axum::extract::State;
use operations::judging::JudgingError;
use serde::Serialize;

use crate::House;
use crate::problem::Problem;

#[derive(Serialize)]
pub(crate) struct Health {
    status: &'static str,
}

/// `GET /health`: that we answer, and the database does.
pub(crate) async fn show(State(house): State<House>) -> Result<Json<Health>, Problem> {
    house.app.store.ping().await?;
    Ok(Json(Health { status: "ok" }))
}

/// `GET /ready`: that every page can be answered. A load balancer sends requests elsewhere until
/// it is so; that a node is not ready is no fault, and no line of the log.
pub(crate) async fn ready(State(house): State<House>) -> Result<Json<Health>, Problem> {
    if house.app.store.ping().await.is_err() {
        return Err(Problem::unready("database", "The database does not answer."));
    }
    match house.app.expect_index().await {
        Ok(()) => Ok(Json(Health { status: "ready" })),
        Err(JudgingError::Store(_)) => {
            Err(Problem::unready("database", "The database does not answer."))
        }
        Err(_) => Err(Problem::unready(
            "index",
            "This server has not fetched the index of advisories that is in use.",
        )),
    }
}
