//! The builds of which somebody sees devices.

use std::collections::BTreeMap;

use fleet::{Filter, OrganisationId, Presence, Sets};

use super::{FleetError, holdings, scope};
use crate::{Actor, App};

/// The builds of the devices that are there and that the actor sees, with how many devices
/// are of each.
///
/// # Errors
/// When the database fails or the index cannot be read.
pub async fn builds_seen(
    app: &App,
    by: &Actor,
) -> Result<BTreeMap<i64, i64>, FleetError> {
    counted(app, by, Filter::default()).await
}

/// The same of the devices of an organisation and of those below it.
///
/// # Errors
/// As [`builds_seen`].
pub(crate) async fn builds_within(
    app: &App,
    by: &Actor,
    organisation: i64,
) -> Result<BTreeMap<i64, i64>, FleetError> {
    counted(app, by, Filter::default().within(OrganisationId(organisation))).await
}

async fn counted(
    app: &App,
    by: &Actor,
    filter: Filter,
) -> Result<BTreeMap<i64, i64>, FleetError> {
    let all = holdings(app, by.head).await?;
    let listed = filter.presence(Presence::Listed);
    let view = all.fleet.view(&scope(by), &listed, &Sets::new());
    let builds = view.map(|view| view.configurations()).unwrap_or_default();
    Ok(builds
        .into_iter()
        .map(|(build, devices)| (build.0, devices.cast_signed()))
        .collect())
}
