//! Projects: releases of products.

use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use operations::project::{
    Change, Changed, Naming, NewProject, UNVERSIONED, change, find, latest, make,
};
use operations::{Actor, Permission};
use serde::{Deserialize, Serialize};
use store::{Latest, Project, Wanted, from_stored};

use super::project_of;
use super::sent::{Sent, truth};
use super::slice::Slice;
use super::tag::{self, Tag, Written};
use super::uuid::{self, Kind, Row};
use crate::House;
use crate::access::By;
use crate::problem::Problem;

/// A project as programs read it.
#[expect(clippy::struct_excessive_bools, reason = "the members are Dependency-Track's")]
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Shown {
    pub(super) uuid: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    publisher: String,
    supplier: Supplier,
    active: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<Parent>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_bom_import: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_bom_import_format: Option<String>,
    properties: [(); 0],
    tags: Vec<Tag>,
    is_latest: bool,
    lazaret: Ours,
}

#[derive(Clone, Serialize)]
struct Supplier {
    name: String,
}

#[derive(Clone, Serialize)]
struct Parent {
    uuid: String,
}

/// Where it is here.
#[derive(Clone, Serialize)]
struct Ours {
    product: i64,
    release: i64,
    organisation: i64,
    see: String,
}

/// The UUID of a release.
pub(super) fn uuid_of(head: i64, release: i64) -> String {
    uuid::of(Kind::Project, head, Row { id: release, position: 0 })
}

/// An instant as stored, in milliseconds since 1970.
pub(super) fn milliseconds(at: &str) -> Option<i64> {
    from_stored(at).ok().map(|at| at.as_millisecond())
}

pub(super) fn shown(head: i64, project: Project) -> Shown {
    let release = project.release.id;
    let version = project.release.version;
    Shown {
        uuid: uuid_of(head, release),
        name: project.product.name,
        version: Some(version).filter(|version| version != UNVERSIONED),
        publisher: project.product.maker.clone(),
        supplier: Supplier { name: project.product.maker },
        active: true,
        parent: project.parent.map(|parent| Parent { uuid: uuid_of(head, parent) }),
        last_bom_import: project.delivered.as_deref().and_then(milliseconds),
        last_bom_import_format: project.format,
        properties: [],
        tags: project.tags.into_iter().map(|name| Tag { name }).collect(),
        is_latest: project.is_latest,
        lazaret: Ours {
            product: project.product.id,
            release,
            organisation: project.product.organisation,
            see: format!("/products/releases/{release}"),
        },
    }
}

/// What narrows a list of projects.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Filter {
    name: String,
    search_text: String,
}

/// `GET /api/v1/project`.
pub(crate) async fn list(
    State(house): State<House>,
    By(by): By,
    Query(slice): Query<Slice>,
    Query(filter): Query<Filter>,
    address: Uri,
) -> Result<Response, Problem> {
    let scope = by.scope(Permission::ViewDevices);
    let wanted = match filter.name.trim() {
        "" => Wanted::All,
        name => Wanted::Named(name),
    };
    let text = filter.search_text.trim().to_lowercase();
    let found = house.app.store.projects(&scope, wanted).await?;
    let found = found.into_iter().filter(|one| {
        let texts = [&one.product.name, &one.product.maker, &one.release.version];
        texts.iter().any(|one| one.to_lowercase().contains(&text))
            || one.tags.contains(&text)
    });
    let all: Vec<Shown> = found.map(|one| shown(by.head, one)).collect();
    slice.of(&address, &all, |one| &one.uuid)
}

/// What a look-up names.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct LookedUp {
    name: String,
    version: String,
}

/// `GET /api/v1/project/lookup`.
pub(crate) async fn look_up(
    State(house): State<House>,
    By(by): By,
    Query(wanted): Query<LookedUp>,
) -> Result<axum::Json<impl Serialize>, Problem> {
    let scope = by.scope(Permission::ViewDevices);
    let naming = Naming::Words { name: &wanted.name, version: &wanted.version };
    let found = find(&house.app, &scope, naming).await?;
    let found = found.ok_or_else(|| Problem::not_found("project", &wanted.name))?;
    Ok(axum::Json(shown(by.head, found)))
}

/// `GET /api/v1/project/latest/{name}`.
pub(crate) async fn newest(
    State(house): State<House>,
    By(by): By,
    Path(name): Path<String>,
) -> Result<axum::Json<impl Serialize>, Problem> {
    let scope = by.scope(Permission::ViewDevices);
    let found = latest(&house.app, &scope, &name).await?;
    let found = found.ok_or_else(|| Problem::not_found("project", &name))?;
    Ok(axum::Json(shown(by.head, found)))
}

/// `GET /api/v1/project/tag/{tag}`.
pub(crate) async fn tagged(
    State(house): State<House>,
    By(by): By,
    Path(tag): Path<String>,
    Query(slice): Query<Slice>,
    address: Uri,
) -> Result<Response, Problem> {
    let scope = by.scope(Permission::ViewDevices);
    let tag = tag.trim().to_lowercase();
    let found = house.app.store.projects(&scope, Wanted::All).await?;
    let found = found.into_iter().filter(|one| one.tags.contains(&tag));
    let all: Vec<Shown> = found.map(|one| shown(by.head, one)).collect();
    slice.of(&address, &all, |one| &one.uuid)
}

/// `GET /api/v1/project/{uuid}/children`: those that were delivered below it.
pub(crate) async fn children(
    State(house): State<House>,
    By(by): By,
    Path(uuid): Path<String>,
    Query(slice): Query<Slice>,
    address: Uri,
) -> Result<Response, Problem> {
    let above = Some(project_of(&house, &by, &uuid).await?.release.id);
    let scope = by.scope(Permission::ViewDevices);
    let found = house.app.store.projects(&scope, Wanted::All).await?;
    let found = found.into_iter().filter(|one| one.parent == above);
    let all: Vec<Shown> = found.map(|one| shown(by.head, one)).collect();
    slice.of(&address, &all, |one| &one.uuid)
}

/// `GET /api/v1/project/{uuid}`.
pub(crate) async fn show(
    State(house): State<House>,
    By(by): By,
    Path(uuid): Path<String>,
) -> Result<axum::Json<impl Serialize>, Problem> {
    Ok(axum::Json(shown(by.head, project_of(&house, &by, &uuid).await?)))
}

/// A project that a program makes.
#[derive(Default, Deserialize)]
#[serde(default)]
struct New {
    name: Option<String>,
    version: Option<String>,
    publisher: Option<String>,
    supplier: Option<Named>,
    parent: Option<Ancestor>,
    tags: Option<Vec<Written>>,
    #[serde(rename = "isLatest", deserialize_with = "truth")]
    is_latest: Option<bool>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Named {
    name: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Ancestor {
    uuid: Option<String>,
}

/// `PUT /api/v1/project`.
pub(crate) async fn put(
    State(house): State<House>,
    By(by): By,
    sent: Sent,
) -> Result<Response, Problem> {
    let new: New = sent.read()?;
    let parent = match new.parent.and_then(|parent| parent.uuid) {
        None => None,
        Some(uuid) => Some(Naming::Release(release_of(&by, &uuid)?)),
    };
    let maker = new.supplier.and_then(|supplier| supplier.name).or(new.publisher);
    let new = NewProject {
        name: new.name.as_deref().unwrap_or_default(),
        version: new.version.as_deref().unwrap_or_default(),
        maker: maker.as_deref().unwrap_or_default(),
        parent,
        tags: tag::of_list(new.tags.as_deref())?,
        latest: said(new.is_latest).unwrap_or(Latest::Another),
    };
    let made = make(&house.app, &by, new).await?;
    let made = axum::Json(shown(by.head, made));
    Ok((StatusCode::CREATED, made).into_response())
}

/// `PATCH /api/v1/project/{uuid}`: what programs say of it anew. Of what is not kept here, such
/// as a description, nothing is changed.
pub(crate) async fn patch(
    State(house): State<House>,
    By(by): By,
    Path(uuid): Path<String>,
    sent: Sent,
) -> Result<Response, Problem> {
    let new: New = sent.read()?;
    let release = release_of(&by, &uuid)?;
    let parent = match new.parent.and_then(|parent| parent.uuid) {
        None => None,
        Some(uuid) => Some(Naming::Release(release_of(&by, &uuid)?)),
    };
    let asked = Change {
        name: new.name.as_deref().filter(|name| !name.trim().is_empty()),
        version: new.version.as_deref(),
        parent,
        tags: tag::of_list(new.tags.as_deref())?,
        latest: said(new.is_latest),
    };
    Ok(match change(&house.app, &by, release, asked).await? {
        Changed::Now(project) => axum::Json(shown(by.head, *project)).into_response(),
        Changed::Before => StatusCode::NOT_MODIFIED.into_response(),
    })
}

fn said(is_latest: Option<bool>) -> Option<Latest> {
    is_latest.map(|is_latest| match is_latest {
        true => Latest::This,
        false => Latest::Another,
    })
}

/// The number of the release that a UUID in a body names; 0 is that of none.
pub(super) fn release_of(by: &Actor, uuid: &str) -> Result<i64, Problem> {
    Ok(uuid::read(Kind::Project, by.head, uuid)?.map_or(0, |row| row.id))
}
