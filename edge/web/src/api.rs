//! The API for programs that deliver bills of materials and read what is known of them.
//!
//! Source: the REST API v1 of OWASP Dependency-Track 4, as its documentation describes it:
//! paths, parameters, status codes and shapes are its own, so that a build that delivers there
//! delivers here when the address is changed. A project there is a release of a product here.
//! What is ours beside it stands in the member `lazaret`.
//!
//! Not here: acts (`operations::project`, `operations::bills`), and pages.

pub(crate) mod analysis;
pub(crate) mod bom;
pub(crate) mod component;
pub(crate) mod finding;
pub(crate) mod metrics;
pub(crate) mod project;
mod sent;
mod slice;
mod tag;
mod uuid;
pub(crate) mod version;

use axum::http::StatusCode;
use operations::bills::{Content, content};
use operations::fleet::{OfRelease, holdings};
use operations::{Actor, Permission};
use store::{Project, Wanted};

use crate::House;
use crate::problem::Problem;
use uuid::Kind;

/// The project with a UUID, if the actor may see it.
async fn project_of(house: &House, by: &Actor, uuid: &str) -> Result<Project, Problem> {
    let absent = || Problem::not_found("project", uuid);
    let release = uuid::read(Kind::Project, by.head, uuid)?.ok_or_else(absent)?.id;
    let scope = by.scope(Permission::ViewDevices);
    let found = house.app.store.projects(&scope, Wanted::Release(release)).await?;
    found.into_iter().next().ok_or_else(absent)
}

/// Asks what was found out about the components of a project.
async fn of_release<T>(
    house: &House,
    by: &Actor,
    project: &Project,
    ask: impl FnOnce(&OfRelease<'_>) -> T,
) -> Result<T, Problem> {
    let scope = by.scope(Permission::ViewDevices);
    let release = &project.release;
    let builds = house.app.store.builds_of_release(&scope, release.id).await?;
    let held = holdings(&house.app, by.head).await?;
    Ok(ask(&held.analyses_of_release(&project.product, release, &builds)))
}

/// What the bills of a project in force list, read and judged.
async fn contents(
    house: &House,
    by: &Actor,
    project: &Project,
) -> Result<Vec<Content>, Problem> {
    let scope = by.scope(Permission::ViewDevices);
    let mut contents = Vec::new();
    for bill in house.app.store.bills(&scope, project.release.id).await? {
        if bill.replaced.is_none() {
            contents.push(content(&house.app, by, bill.id).await?);
        }
    }
    Ok(contents)
}

/// As [`contents`], where an index is in use: without one nothing is known, and an empty list
/// would say that all is well.
async fn judged(
    house: &House,
    by: &Actor,
    project: &Project,
) -> Result<Vec<Content>, Problem> {
    let contents = contents(house, by, project).await?;
    match contents.iter().any(|content| content.found.is_none()) {
        false => Ok(contents),
        true => Err(Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "No index of advisories is in use, so nothing is known of these components.",
        )
        .next("Put an index in use, then ask again.")),
    }
}
