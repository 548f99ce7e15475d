//! The components that the bills of a project list.

use axum::extract::{Path, Query, State};
use axum::http::Uri;
use axum::response::Response;
use operations::bills::{Content, Part};
use serde::Serialize;

use super::slice::Slice;
use super::uuid::{self, Kind, Row};
use super::{contents, project_of};
use crate::House;
use crate::access::By;
use crate::problem::Problem;

/// A component as programs read it.
#[derive(Clone, Serialize)]
pub(super) struct Shown {
    pub(super) uuid: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    purl: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cpe: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    license: Option<String>,
    /// The UUID of the project.
    project: String,
}

/// A component of a bill, by its position there.
pub(super) fn shown(
    head: i64,
    project: &str,
    content: &Content,
    position: usize,
    part: &Part,
) -> Shown {
    let stated = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let row = Row {
        id: content.bill.id,
        position: u32::try_from(position).unwrap_or(u32::MAX),
    };
    // A name has its group in front.
    let (group, name) = match part.name.strip_prefix(part.group.as_str()) {
        Some(rest) if !part.group.is_empty() => {
            (stated(&part.group), rest.trim_start_matches('/'))
        }
        _ => (None, part.name.as_str()),
    };
    Shown {
        uuid: uuid::of(Kind::Component, head, row),
        name: name.to_owned(),
        group,
        version: stated(&part.version),
        purl: stated(&part.purl),
        cpe: stated(&part.cpe),
        license: stated(&part.licences),
        project: project.to_owned(),
    }
}

/// `GET /api/v1/component/project/{uuid}`.
pub(crate) async fn list(
    State(house): State<House>,
    By(by): By,
    Path(uuid): Path<String>,
    Query(slice): Query<Slice>,
    address: Uri,
) -> Result<Response, Problem> {
    let project = project_of(&house, &by, &uuid).await?;
    let contents = contents(&house, &by, &project).await?;
    let all: Vec<Shown> = contents
        .iter()
        .flat_map(|content| {
            let parts = content.parts.iter().enumerate();
            let uuid = uuid.as_str();
            parts.map(move |(at, part)| shown(by.head, uuid, content, at, part))
        })
        .collect();
    slice.of(&address, &all, |one| &one.uuid)
}
