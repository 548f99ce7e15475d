//! Bills of materials, delivered by a build; and whether they are still being judged.

use std::borrow::Cow;

use axum::extract::multipart::{Field, MultipartError, MultipartRejection};
use axum::extract::{Multipart, Path, State};
use axum::http::StatusCode;
use data_encoding::BASE64;
use operations::Actor;
use operations::inventory::Arriving;
use operations::project::{Naming, Otherwise, Submission, is_processing, submit};
use serde::{Deserialize, Serialize};
use store::{Latest, Parcel};

use super::project::{release_of, uuid_of};
use super::sent::{Sent, truth, truth_of};
use super::tag::{self, Written};
use super::uuid::{self, Kind, Row};
use crate::House;
use crate::access::By;
use crate::problem::{Problem, sentence};

/// How long a text beside the file may be; tags are the longest.
const TEXT_MAX: usize = 8 * 1024;

/// What a program says, and the file where it sends JSON. What we do not know is passed over
/// as it is read, however large it is.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Words<'b> {
    /// In base64.
    #[serde(borrow)]
    bom: Cow<'b, str>,
    project: Option<String>,
    project_name: Option<String>,
    project_version: Option<String>,
    #[serde(rename = "parentUUID")]
    parent_uuid: Option<String>,
    parent_name: Option<String>,
    parent_version: Option<String>,
    #[serde(deserialize_with = "truth")]
    auto_create: Option<bool>,
    project_tags: Option<Vec<Written>>,
    /// As editions from 4.14 on write it.
    #[serde(deserialize_with = "truth")]
    is_latest: Option<bool>,
    /// As editions 4.12 and 4.13 write it in JSON.
    #[serde(deserialize_with = "truth")]
    is_latest_project_version: Option<bool>,
}

/// Under what a program asks whether the delivery is judged.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Receipt {
    token: String,
    project_uuid: String,
}

/// `PUT /api/v1/bom`: the file is a member, in base64.
pub(crate) async fn put(
    State(house): State<House>,
    By(by): By,
    sent: Sent,
) -> Result<axum::Json<Receipt>, Problem> {
    let words: Words<'_> = sent.read()?;
    if words.bom.is_empty() {
        return Err(no_bom());
    }
    let bytes = BASE64.decode(words.bom.as_bytes()).map_err(|error| {
        Problem::new(StatusCode::BAD_REQUEST, format!("`bom` is no base64: {error}."))
            .next("Send the bytes of the file in base64 (RFC 4648 §4), in one line.")
    })?;
    let mut arriving = Arriving::default();
    arriving.push(&bytes).await?;
    drop(bytes);
    take(&house, &by, &words, "bom", arriving.whole().await?).await
}

/// `POST /api/v1/bom`: the file is a part of a form.
pub(crate) async fn post(
    State(house): State<House>,
    By(by): By,
    parts: Result<Multipart, MultipartRejection>,
) -> Result<axum::Json<Receipt>, Problem> {
    let mut parts = parts.map_err(|refused| {
        Problem::new(refused.status(), sentence(&refused.body_text()))
            .next("Send the file as a form with parts (multipart/form-data).")
    })?;
    let (mut words, mut file) = (Words::default(), String::new());
    let mut arriving = None;
    while let Some(mut part) = parts.next_field().await.map_err(|error| broken(&error))? {
        let name = part.name().unwrap_or_default().to_owned();
        if name == "bom" {
            file = part.file_name().unwrap_or("bom").to_owned();
            let mut pieces = Arriving::default();
            while let Some(piece) = part.chunk().await.map_err(|error| broken(&error))? {
                pieces.push(&piece).await?;
            }
            arriving = Some(pieces);
            continue;
        }
        let text = text(&mut part).await?;
        words.set(&name, text)?;
    }
    let parcel = arriving.ok_or_else(no_bom)?.whole().await?;
    if parcel.size() == 0 {
        return Err(no_bom());
    }
    take(&house, &by, &words, &file, parcel).await
}

impl Words<'_> {
    /// A part of a form. What we do not know is passed over.
    fn set(&mut self, name: &str, text: String) -> Result<(), Problem> {
        match name {
            "project" => self.project = Some(text),
            "projectName" => self.project_name = Some(text),
            "projectVersion" => self.project_version = Some(text),
            "parentUUID" => self.parent_uuid = Some(text),
            "parentName" => self.parent_name = Some(text),
            "parentVersion" => self.parent_version = Some(text),
            "projectTags" if text.trim().is_empty() => {}
            "projectTags" => self.project_tags = Some(tag::of_text(&text)),
            "autoCreate" => self.auto_create = Some(truth_in(name, &text)?),
            "isLatest" => self.is_latest = Some(truth_in(name, &text)?),
            "isLatestProjectVersion" => {
                self.is_latest_project_version = Some(truth_in(name, &text)?);
            }
            _ => {}
        }
        Ok(())
    }

    /// Whether the project is said to be the newest of its product.
    fn latest(&self) -> Latest {
        let said = [self.is_latest, self.is_latest_project_version];
        match said.contains(&Some(true)) {
            true => Latest::This,
            false => Latest::Another,
        }
    }

    /// The project that is named, by UUID or by name.
    fn project(&self, by: &Actor) -> Result<Naming<'_>, Problem> {
        let stated = |text: &'_ Option<String>| {
            text.as_deref().map(str::trim).is_some_and(|text| !text.is_empty())
        };
        if stated(&self.project) {
            let uuid = self.project.as_deref().unwrap_or_default().trim();
            return Ok(Naming::Release(release_of(by, uuid)?));
        }
        if !stated(&self.project_name) {
            return Err(Problem::new(
                StatusCode::BAD_REQUEST,
                "Nothing says which project it is for.",
            )
            .next("State `project` (its UUID), or `projectName` and `projectVersion`."));
        }
        Ok(Naming::Words {
            name: self.project_name.as_deref().unwrap_or_default(),
            version: self.project_version.as_deref().unwrap_or_default(),
        })
    }

    fn parent(&self, by: &Actor) -> Result<Option<Naming<'_>>, Problem> {
        match (self.parent_uuid.as_deref(), self.parent_name.as_deref()) {
            (Some(uuid), _) if !uuid.trim().is_empty() => {
                Ok(Some(Naming::Release(release_of(by, uuid.trim())?)))
            }
            (_, Some(name)) if !name.trim().is_empty() => Ok(Some(Naming::Words {
                name,
                version: self.parent_version.as_deref().unwrap_or_default(),
            })),
            _ => Ok(None),
        }
    }
}

async fn take(
    house: &House,
    by: &Actor,
    words: &Words<'_>,
    file: &str,
    parcel: Parcel,
) -> Result<axum::Json<Receipt>, Problem> {
    let otherwise = match words.auto_create {
        Some(true) => Otherwise::Make,
        Some(false) | None => Otherwise::Refuse,
    };
    let (project, parent) = (words.project(by)?, words.parent(by)?);
    let tags = tag::of_list(words.project_tags.as_deref())?;
    let latest = words.latest();
    let submission =
        Submission { project, parent, tags, latest, otherwise, file, parcel };
    let taken = submit(&house.app, by, submission).await?;
    Ok(axum::Json(Receipt {
        token: uuid::of(Kind::Delivery, by.head, Row { id: taken.job, position: 0 }),
        project_uuid: uuid_of(by.head, taken.release),
    }))
}

/// A truth in a part of a form.
fn truth_in(name: &str, text: &str) -> Result<bool, Problem> {
    truth_of(text)
        .map_err(|why| Problem::new(StatusCode::BAD_REQUEST, format!("`{name}`: {why}.")))
}

/// Whether something is still being done.
#[derive(Serialize)]
pub(crate) struct Processing {
    processing: bool,
}

/// `GET /api/v1/bom/token/{uuid}` and `GET /api/v1/event/token/{uuid}`. That it is `false`
/// does not say that there was a delivery.
pub(crate) async fn processing(
    State(house): State<House>,
    By(by): By,
    Path(uuid): Path<String>,
) -> Result<axum::Json<Processing>, Problem> {
    let processing = match uuid::read(Kind::Delivery, by.head, &uuid)? {
        None => false,
        Some(job) => is_processing(&house.app, &by, job.id).await?,
    };
    Ok(axum::Json(Processing { processing }))
}

async fn text(part: &mut Field<'_>) -> Result<String, Problem> {
    let mut bytes = Vec::new();
    while let Some(piece) = part.chunk().await.map_err(|error| broken(&error))? {
        bytes.extend_from_slice(&piece);
        if bytes.len() > TEXT_MAX {
            return Err(Problem::of_status(StatusCode::PAYLOAD_TOO_LARGE));
        }
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn broken(error: &MultipartError) -> Problem {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::of_status(error.status()),
        status => {
            Problem::new(status, "The file did not arrive whole.").next("Send it again.")
        }
    }
}

fn no_bom() -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "There is no bill of materials in the request.")
        .next("Send the file as `bom`.")
}

#[cfg(test)]
mod tests {
    use axum::body::Bytes;
    use proptest::prelude::*;

    use super::*;

    /// What both ways of sending say in common.
    fn said<'w>(words: &'w Words<'_>) -> ([Option<&'w str>; 4], Option<bool>, Latest) {
        let texts = [
            &words.project_name,
            &words.project_version,
            &words.parent_uuid,
            &words.parent_name,
        ];
        (texts.map(Option::as_deref), words.auto_create, words.latest())
    }

    proptest! {
        #[test]
        fn a_form_says_what_the_same_words_say_as_json(
            words in prop::collection::btree_map(
                "projectName|projectVersion|parentUUID|parentName|autoCreate|isLatest\
                 |isLatestProjectVersion|[a-z]{1,8}",
                "true|False||\\PC{0,12}",
                0..8,
            ),
        ) {
            let mut form = Words::default();
            let set = words.iter().try_for_each(|(name, text)| form.set(name, text.clone()));
            let body = Bytes::from(serde_json::to_vec(&words).unwrap());
            let sent = Sent::of(body);
            let json: Result<Words<'_>, Problem> = sent.read();
            match (set, json) {
                (Ok(()), Ok(json)) => prop_assert_eq!(said(&form), said(&json)),
                (Err(_), Err(problem)) => {
                    prop_assert_eq!(problem.status, StatusCode::BAD_REQUEST);
                }
                (form, json) => {
                    prop_assert!(false, "{:?} {:?}", form.is_ok(), json.is_ok());
                }
            }
        }
    }
}
