//! The open questions as a file, to be filled in by hand or sent to a maker.

use std::collections::BTreeMap;

use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Response};
use device::inventory::harmless;
use operations::fleet::{holdings, scope_of};
use operations::maker::from_question;
use operations::question::{Question, log_export};
use operations::{Actor, App, Permission};

use super::list::Asked;
use crate::House;
use crate::access::By;
use crate::page::import::file_headers;
use crate::page::written::{Format, Written};
use crate::problem::Problem;
use crate::words;

/// The columns: those that are filled in last.
const HEADINGS: [&str; 13] = [
    "question key",
    "kind",
    "about",
    "question",
    "devices",
    "verdicts",
    "builds",
    "asked by",
    "vulnerabilities",
    "earlier keys",
    "notes for the maker",
    "answer",
    "note",
];

/// `GET /questions/export`: every question that the list shows under the same conditions.
pub(crate) async fn separated(
    State(house): State<House>,
    By(by): By,
    Query(asked): Query<Asked>,
    Query(written): Query<Written>,
) -> Result<Response, Problem> {
    let format = written.format()?;
    let noted = noted(&house.app, &by).await?;
    let held = holdings(&house.app, by.head).await?;
    let all = held.open_questions(&scope_of(&by, Permission::ExportDevices));
    let found: Vec<&Question> = all.iter().filter(|one| asked.admits(one)).collect();
    let build = |id: &i64| {
        let build = held.fleet.configuration(fleet::ConfigurationId(*id));
        build.map(fleet::Configuration::label).unwrap_or_default()
    };
    let rows: Vec<[String; 13]> =
        found.iter().map(|question| row(question, &build, &noted)).collect();
    drop(held);
    log_export(&house.app, &by, rows.len()).await?;
    if format == Format::Json {
        let rows: Vec<BTreeMap<&str, &String>> =
            rows.iter().map(|row| HEADINGS.into_iter().zip(row).collect()).collect();
        let name = file_headers("application/json", "questions.json");
        return Ok((name, axum::Json(&rows)).into_response());
    }
    let bytes = csv(&rows).map_err(|error| Problem::ours(error.to_string()))?;
    Ok((file_headers("text/csv; charset=utf-8", "questions.csv"), bytes).into_response())
}

/// What is noted for makers, by what it is noted on, the newest first.
async fn noted(app: &App, by: &Actor) -> Result<BTreeMap<String, Vec<String>>, Problem> {
    let scope = by.scope(Permission::ExportDevices);
    let mut noted: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for note in app.store.notes_for_makers(&scope).await? {
        noted.entry(note.about).or_default().push(note.note);
    }
    Ok(noted)
}

fn row(
    question: &Question,
    build: &impl Fn(&i64) -> String,
    noted: &BTreeMap<String, Vec<String>>,
) -> [String; 13] {
    let joined = |texts: Vec<String>| texts.join("; ");
    let builds = question.builds.keys().map(build).collect();
    let asked = question.asked_by.iter();
    let asked = asked.map(|by| format!("{} at {}", by.advisory, by.place)).collect();
    let names = question.earlier.keys().chain([&question.key]).map(from_question);
    let notes = names.filter_map(|name| noted.get(&name)).flatten().cloned().collect();
    let ids = question.vulnerabilities.iter().map(|id| id.to_string()).collect();
    [
        question.key.to_string(),
        words::question_kind(question.kind).to_owned(),
        question.subject(),
        question.asked.clone(),
        question.devices.to_string(),
        question.verdicts.to_string(),
        joined(builds),
        joined(asked),
        joined(ids),
        joined(question.earlier.keys().map(ToString::to_string).collect()),
        joined(notes),
        String::new(),
        String::new(),
    ]
}

fn csv(rows: &[[String; 13]]) -> Result<Vec<u8>, csv::Error> {
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(HEADINGS)?;
    for row in rows {
        out.write_record(row.iter().map(|text| harmless(text).into_owned()))?;
    }
    out.into_inner().map_err(|error| error.into_error().into())
}
