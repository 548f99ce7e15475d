//! Whether the server works, for whoever watches over it.

use axum::Json;
use axum::extract::State;
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
