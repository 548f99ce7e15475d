//! A file that is sent with a form, read as it comes.

use std::collections::BTreeMap;

use axum::extract::Multipart;
use axum::extract::multipart::{Field as Part, MultipartError, MultipartRejection};
use axum::http::StatusCode;
use operations::inventory::Arriving;
use reading::{Rejected, limits};
use store::Parcel;

use crate::field::Fault;
use crate::problem::{Problem, sentence};
use crate::words;

/// How long a text beside the file may be.
const TEXT_MAX: usize = 1024;
/// How many texts may stand beside the file.
const FIELDS: usize = 16;

/// What is said where something is missing or too large.
pub(crate) struct Asked {
    /// Nobody said whose it is.
    pub(crate) organisation: &'static str,
    /// There is no file.
    pub(crate) file: &'static str,
    /// How a file is made smaller.
    pub(crate) smaller: &'static str,
}

/// A file that arrived.
pub(crate) struct Arrived {
    /// Whose it is.
    pub(crate) place: i64,
    pub(crate) name: String,
    pub(crate) parcel: Parcel,
}

/// Reads the parts of a form: whose the file is stands before it.
pub(crate) async fn arrive(
    parts: Result<Multipart, MultipartRejection>,
    asked: &Asked,
    organisation: &mut String,
) -> Result<Arrived, Problem> {
    let mut typed = BTreeMap::new();
    let arrived = arrive_with(parts, asked, &mut typed).await;
    *organisation = typed.remove("organisation").unwrap_or_default();
    arrived
}

/// As [`arrive`], with what was typed beside the file.
pub(crate) async fn arrive_with(
    parts: Result<Multipart, MultipartRejection>,
    asked: &Asked,
    typed: &mut BTreeMap<String, String>,
) -> Result<Arrived, Problem> {
    let mut parts = parts.map_err(|refused| {
        Problem::new(refused.status(), sentence(&refused.body_text()))
            .next("Send the file as a form with parts (multipart/form-data).")
    })?;
    let broken = |error| broken(&error, asked);
    let (mut name, mut arriving) = (String::new(), Arriving::default());
    let mut files = 0;
    while let Some(mut part) = parts.next_field().await.map_err(broken)? {
        match part.name() {
            Some("file") if files > 0 => {
                let fault = "Choose one file: several came at once.";
                return Err(Problem::wrong_fields(vec![Fault::new("file", fault)]));
            }
            Some("file") => {
                files += 1;
                name = part.file_name().unwrap_or_default().to_owned();
                while let Some(piece) = part.chunk().await.map_err(broken)? {
                    arriving.push(&piece).await?;
                }
            }
            Some(field) if typed.len() < FIELDS => {
                let field = field.to_owned();
                typed.insert(field, text(&mut part, asked).await?);
            }
            _ => {}
        }
    }
    let organisation = typed.get("organisation").map_or("", String::as_str);
    let place: i64 = organisation.parse().map_err(|_| {
        Problem::wrong_fields(vec![Fault::new("organisation", asked.organisation)])
    })?;
    let parcel = arriving.whole().await?;
    if parcel.size() == 0 {
        let fault = match name.is_empty() {
            true => asked.file.to_owned(),
            false => format!("{name} is empty: choose another."),
        };
        return Err(Problem::wrong_fields(vec![Fault::new("file", fault)]));
    }
    Ok(Arrived { place, name, parcel })
}

async fn text(part: &mut Part<'_>, asked: &Asked) -> Result<String, Problem> {
    let mut bytes = Vec::new();
    while let Some(piece) = part.chunk().await.map_err(|error| broken(&error, asked))? {
        bytes.extend_from_slice(&piece);
        if bytes.len() > TEXT_MAX {
            return Err(Problem::of_status(StatusCode::PAYLOAD_TOO_LARGE));
        }
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn broken(error: &MultipartError, asked: &Asked) -> Problem {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            let largest = words::size(limits::DOCUMENT_BYTES_MAX as i64);
            let fault = format!("The file is larger than {largest}. {}", asked.smaller);
            Problem {
                faults: vec![Fault::new("file", fault)],
                ..Problem::new(error.status(), "The file is too large.")
            }
        }
        status => {
            Problem::new(status, "The file did not arrive whole.").next("Send it again.")
        }
    }
}

/// A file that cannot be read is a fault of its field: where, what, and what to do.
pub(crate) fn refused(name: &str, rejected: &Rejected) -> Problem {
    let at = match &rejected.place {
        reading::Place::Document => String::new(),
        place => format!(", at {place}"),
    };
    let fault = format!(
        "{name}{at}: {} {}",
        sentence(&rejected.message),
        sentence(&rejected.hint)
    );
    Problem::wrong_fields(vec![Fault::new("file", fault.trim())])
}
