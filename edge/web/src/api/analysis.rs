//! What somebody found out about a finding, read and written by programs. Words are those of
//! CycloneDX in capitals.

use std::collections::BTreeMap;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use operations::analysis::{About, Change, Said, analyse};
use operations::{Actor, Permission};
use serde::{Deserialize, Serialize};
use store::{FoundOut, Project, Wanted};
use terms::Malformed;
use terms::vex::cyclonedx::{Justification, Response, State as Stance};

use super::project::milliseconds;
use super::sent::{Sent, truth};
use super::uuid::{self, Kind};
use super::{judged, of_release};
use crate::House;
use crate::access::By;
use crate::problem::Problem;

/// An analysis as programs read it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Shown {
    analysis_state: String,
    analysis_justification: String,
    analysis_response: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    analysis_details: String,
    analysis_comments: Vec<Comment>,
    is_suppressed: bool,
    lazaret: Ours,
}

/// What is ours beside it: the revision of the analysis, sent back with a change of it.
#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
struct Ours {
    revision: Option<i64>,
}

#[derive(Serialize)]
struct Comment {
    #[serde(skip_serializing_if = "Option::is_none")]
    timestamp: Option<i64>,
    comment: String,
    commenter: String,
}

/// Which finding is asked about.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    component: String,
    vulnerability: String,
}

/// `GET /api/v1/analysis`.
pub(crate) async fn show(
    State(house): State<House>,
    By(by): By,
    Query(asked): Query<Asked>,
) -> Result<axum::Json<Shown>, Problem> {
    let subject = subject(&house, &by, &asked.component, &asked.vulnerability).await?;
    let found = of_release(&house, &by, &subject.project, |all| {
        all.newest(&subject.component, &subject.vulnerability).cloned()
    });
    let found = found.await?.ok_or_else(|| {
        Problem::new(StatusCode::NOT_FOUND, "Nobody has analysed this finding yet.")
    })?;
    // What was taken back is said by nobody any more; its remarks tell that it was.
    let said = match found.withdrawn {
        Some(_) => FoundOut::default(),
        None => found.found,
    };
    let revision = found.at.seq;
    Ok(axum::Json(shown(&house, &by, (found.id, revision), said).await?))
}

/// A change as a program writes it. What is not there stays as it is.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Written {
    component: String,
    vulnerability: String,
    analysis_state: Option<String>,
    analysis_justification: Option<String>,
    analysis_response: Option<String>,
    analysis_details: Option<String>,
    comment: Option<String>,
    #[serde(deserialize_with = "truth")]
    is_suppressed: Option<bool>,
    #[serde(deserialize_with = "truth")]
    suppressed: Option<bool>,
    lazaret: Ours,
}

/// `PUT /api/v1/analysis`.
pub(crate) async fn put(
    State(house): State<House>,
    By(by): By,
    sent: Sent,
) -> Result<axum::Json<Shown>, Problem> {
    let written: Written = sent.read()?;
    let change = Change {
        state: word(written.analysis_state.as_deref(), Stance::from_word)?,
        justification: word(
            written.analysis_justification.as_deref(),
            Justification::from_word,
        )?,
        response: word(written.analysis_response.as_deref(), Response::from_word)?,
        details: written.analysis_details,
        comment: written.comment.unwrap_or_default(),
        is_suppressed: written.is_suppressed.or(written.suppressed),
    };
    let subject =
        subject(&house, &by, &written.component, &written.vulnerability).await?;
    let about = About {
        release: subject.project.release.id,
        component: &subject.component,
        vulnerability: &subject.vulnerability,
    };
    let as_shown = written.lazaret.revision;
    let kept = analyse(&house.app, &by, about, as_shown, &change).await?;
    Ok(axum::Json(shown(&house, &by, (kept.id, kept.revision), kept.said).await?))
}

fn word<T>(
    text: Option<&str>,
    read: fn(&str) -> Result<T, Malformed>,
) -> Result<Said<T>, Problem> {
    match text.map(str::to_lowercase).as_deref() {
        None => Ok(Said::Nothing),
        Some("not_set" | "") => Ok(Said::NotSet),
        Some(text) => read(text).map(Said::This).map_err(|error| {
            Problem::new(
                StatusCode::BAD_REQUEST,
                crate::problem::sentence(&error.to_string()),
            )
            .next("Use the words of CycloneDX's `analysis`, in capitals.")
        }),
    }
}

/// A finding that somebody may see, by what is kept of it.
struct Subject {
    project: Project,
    component: String,
    vulnerability: String,
}

async fn subject(
    house: &House,
    by: &Actor,
    component: &str,
    vulnerability: &str,
) -> Result<Subject, Problem> {
    let absent = || Problem::not_found("component", component);
    let row = uuid::read(Kind::Component, by.head, component)?.ok_or_else(absent)?;
    let scope = by.scope(Permission::ViewDevices);
    let bill = house.app.store.bill(&scope, row.id).await?;
    let wanted = Wanted::Release(bill.release);
    let projects = house.app.store.projects(&scope, wanted).await?;
    let project: Project = projects.into_iter().next().ok_or_else(absent)?;
    let at = usize::try_from(row.position).unwrap_or(usize::MAX);
    let contents = judged(house, by, &project).await?;
    let content = contents.iter().find(|content| content.bill.id == bill.id);
    let content = content.ok_or_else(absent)?;
    let part = content.parts.get(at).ok_or_else(absent)?;
    let found = content.found.iter().flatten().find(|found| {
        found.place == part.place
            && uuid::of_name(&found.vulnerability).eq_ignore_ascii_case(vulnerability)
    });
    let found =
        found.ok_or_else(|| Problem::not_found("vulnerability", vulnerability))?;
    Ok(Subject {
        component: part.key.clone(),
        vulnerability: found.vulnerability.clone(),
        project,
    })
}

async fn shown(
    house: &House,
    by: &Actor,
    (analysis, revision): (i64, i64),
    said: FoundOut,
) -> Result<Shown, Problem> {
    let (store, scope) = (&house.app.store, by.scope(Permission::ViewDevices));
    let mut names: BTreeMap<i64, String> = BTreeMap::new();
    let mut comments = Vec::new();
    for remark in store.remarks(&scope, analysis).await? {
        let commenter = match names.get(&remark.by) {
            Some(name) => name.clone(),
            None => {
                let name = store.person(by.head, remark.by).await?.name;
                names.entry(remark.by).or_insert(name).clone()
            }
        };
        let timestamp = milliseconds(&remark.at);
        comments.push(Comment { timestamp, comment: remark.remark, commenter });
    }
    let loud = |word: &str| match word {
        "" => "NOT_SET".to_owned(),
        word => word.to_uppercase(),
    };
    Ok(Shown {
        analysis_state: loud(&said.state),
        analysis_justification: loud(cyclonedx(&said.justification)),
        analysis_response: loud(&said.responses),
        analysis_details: said.details,
        analysis_comments: comments,
        is_suppressed: said.is_suppressed,
        lazaret: Ours { revision: Some(revision) },
    })
}

/// A justification in a word of CycloneDX: what a person says at work is one of OpenVEX.
fn cyclonedx(word: &str) -> &str {
    match terms::vex::Justification::from_openvex(word) {
        Ok(why) => terms::vex::Carried::<Justification>::from(why).word.word(),
        Err(_) => word,
    }
}
