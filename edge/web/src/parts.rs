//! A file that is sent with a form: what every such form has, and the file, read as it comes.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::Multipart;
use axum::extract::multipart::{Field as Part, MultipartError, MultipartRejection};
use axum::http::StatusCode;
use operations::Actor;
use operations::inventory::Arriving;
use reading::{Rejected, limits};
use serde::Serialize;
use store::{Organisation, Parcel};

use crate::field::{Fault, Faults};
use crate::length;
use crate::problem::{Problem, sentence};
use crate::words;

/// How many bytes a text beside the file may have, whatever it holds.
pub(crate) const TEXT_MAX: usize = 8 * 1024;
/// How many files may come at once.
const SEVERAL: usize = 200;
/// How many texts may stand beside the file.
const FIELDS: usize = 64;

/// What kind of file a form takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Takes {
    /// An export of an asset system.
    Inventory,
    /// A bill of materials.
    Bill,
    /// A document with statements.
    Statements,
    /// A form MDS2.
    Form,
    /// A list of questions.
    Questions,
    /// What a supplier shows, or others keep about it.
    Evidence,
    /// The files of a bid, one or several.
    Bid,
    /// How long software is supported.
    LifeCycles,
}

impl Takes {
    /// How many bytes a file may have.
    pub(crate) const fn bytes_max(self) -> usize {
        match self {
            Self::Inventory
            | Self::Bill
            | Self::Statements
            | Self::Form
            | Self::Evidence
            | Self::Bid => limits::DOCUMENT_BYTES_MAX,
            // Five thousand questions, with the builds of each.
            Self::Questions => 16 * 1024 * 1024,
            // All products have two.
            Self::LifeCycles => 32 * 1024 * 1024,
        }
    }

    fn largest(self) -> String {
        words::size(self.bytes_max() as i64)
    }

    const fn formats(self) -> &'static str {
        match self {
            Self::Inventory => "CSV or workbook (.xlsx)",
            Self::Bill => "CycloneDX (JSON or XML) or SPDX (JSON, JSON-LD or tag-value)",
            Self::Statements => "VEX as CSAF, OpenVEX or CycloneDX",
            Self::Form => "Workbook (.xlsx), PDF with or without fields, CSV or text",
            Self::Questions => "CSV or JSON as Lazaret gives it away",
            Self::Evidence => "Any file: what it is, its content tells",
            Self::Bid => "Any files, or one archive: what each is, its content tells",
            Self::LifeCycles => {
                "JSON of endoflife.date, or an archive of it (.zip, .tar.zst)"
            }
        }
    }

    /// What a browser offers to choose from.
    const fn accept(self) -> &'static str {
        match self {
            Self::Inventory => {
                ".csv,.tsv,.txt,.xlsx,.xlsm,text/csv,\
                 application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            }
            Self::Bill => {
                ".json,.xml,.spdx,.jsonld,application/json,application/xml,text/xml"
            }
            Self::Statements => ".json,.xml,application/json,application/xml,text/xml",
            Self::Form => {
                ".xlsx,.xlsm,.pdf,.csv,.tsv,.txt,text/csv,text/plain,application/pdf,\
                 application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            }
            Self::Questions => ".csv,.tsv,.txt,.json,text/csv,application/json",
            Self::LifeCycles => ".json,.zip,.tar,.gz,.zst,application/json",
            Self::Evidence | Self::Bid => "*/*",
        }
    }
}

/// What every form has that takes a file.
pub(crate) struct Form {
    pub(crate) token: String,
    pub(crate) faults: Faults,
    pub(crate) file: File,
}

/// The field of the file.
#[derive(Template)]
#[template(path = "file.html")]
pub(crate) struct File {
    hint: String,
    accept: &'static str,
    /// Whether several may be chosen.
    takes_several: bool,
    fault: String,
}

impl askama::filters::HtmlSafe for File {}

impl Form {
    pub(crate) fn new(takes: Takes, by: &Actor, problem: Option<&Problem>) -> Self {
        let fault = faults(problem).iter().find(|fault| fault.field == "file");
        Self {
            token: by.form_token.clone(),
            faults: problem.map_or_else(Faults::none, Faults::of),
            file: File {
                hint: format!(
                    "{}, up to {}. Drop it here, or choose it.",
                    takes.formats(),
                    takes.largest()
                ),
                accept: takes.accept(),
                takes_several: takes == Takes::Bid,
                fault: fault.map(|fault| fault.detail.clone()).unwrap_or_default(),
            },
        }
    }
}

/// What is wrong with fields.
pub(crate) fn faults(problem: Option<&Problem>) -> &[Fault] {
    problem.map(|problem| problem.faults.as_slice()).unwrap_or_default()
}

/// An organisation whose a file may be.
#[derive(Serialize)]
pub(crate) struct Place {
    id: i64,
    name: String,
}

impl Place {
    /// Each of them, for programs.
    pub(crate) fn all(seen: &[Organisation]) -> Vec<Self> {
        let place = |one: &Organisation| Self { id: one.id, name: one.name.clone() };
        seen.iter().map(place).collect()
    }

    /// Each of them, to be chosen from; with the name of the one above, where that is seen too.
    pub(crate) fn options(
        seen: &[Organisation],
    ) -> impl Iterator<Item = (String, String)> {
        let names: BTreeMap<i64, &str> =
            seen.iter().map(|one| (one.id, one.name.as_str())).collect();
        seen.iter().map(move |one| {
            let above = one.parent.and_then(|parent| names.get(&parent));
            let words = match above {
                None => one.name.clone(),
                Some(above) => format!("{} (below {above})", one.name),
            };
            (one.id.to_string(), words)
        })
    }
}

/// What is said where something is missing or too large.
pub(crate) struct Asked {
    /// What the form takes.
    pub(crate) takes: Takes,
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
    let (name, parcel) = arrive_if_any(parts, asked, typed).await?;
    let organisation = typed.get("organisation").map_or("", String::as_str);
    let place: i64 = organisation.parse().map_err(|_| {
        Problem::wrong_fields(vec![Fault::new("organisation", asked.organisation)])
    })?;
    let parcel = there(&name, parcel, asked)?;
    Ok(Arrived { place, name, parcel })
}

/// A file that must be there.
pub(crate) fn there(
    name: &str,
    parcel: Parcel,
    asked: &Asked,
) -> Result<Parcel, Problem> {
    if parcel.size() > 0 {
        return Ok(parcel);
    }
    let fault = match name.is_empty() {
        true => asked.file.to_owned(),
        false => format!("{name} is empty: choose another."),
    };
    Err(Problem::wrong_fields(vec![Fault::new("file", fault)]))
}

/// A file that may be left out, with what was typed beside it: without one there is neither a
/// name nor a byte.
pub(crate) async fn arrive_if_any(
    parts: Result<Multipart, MultipartRejection>,
    asked: &Asked,
    typed: &mut BTreeMap<String, String>,
) -> Result<(String, Parcel), Problem> {
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
                let text = text(&mut part, asked).await?;
                let faults = length::too_long([(field.as_str(), text.as_str())]);
                if !faults.is_empty() {
                    return Err(Problem::wrong_fields(faults));
                }
                typed.insert(field, text);
            }
            _ => {}
        }
    }
    Ok((name, arriving.whole().await?))
}

/// Files of which there may be several, each with its name, and what was typed beside them. One
/// that is empty is among them: that somebody sent nothing is told where the files are read.
pub(crate) async fn arrive_several(
    parts: Result<Multipart, MultipartRejection>,
    asked: &Asked,
    typed: &mut BTreeMap<String, String>,
) -> Result<Vec<(String, Parcel)>, Problem> {
    let mut parts = parts.map_err(|refused| {
        Problem::new(refused.status(), sentence(&refused.body_text()))
            .next("Send the files as a form with parts (multipart/form-data).")
    })?;
    let broken = |error| broken(&error, asked);
    let mut files = Vec::new();
    while let Some(mut part) = parts.next_field().await.map_err(broken)? {
        match part.name() {
            Some("file") if files.len() >= SEVERAL => {
                let fault = format!("Choose at most {SEVERAL} files, or one archive.");
                return Err(Problem::wrong_fields(vec![Fault::new("file", fault)]));
            }
            Some("file") => {
                let name = part.file_name().unwrap_or_default().to_owned();
                let mut arriving = Arriving::default();
                while let Some(piece) = part.chunk().await.map_err(broken)? {
                    arriving.push(&piece).await?;
                }
                let parcel = arriving.whole().await?;
                // A browser sends a part without a name where nothing was chosen.
                if !name.is_empty() || parcel.size() > 0 {
                    files.push((name, parcel));
                }
            }
            Some(field) if typed.len() < FIELDS => {
                let field = field.to_owned();
                typed.insert(field, text(&mut part, asked).await?);
            }
            _ => {}
        }
    }
    match files.is_empty() {
        true => Err(Problem::wrong_fields(vec![Fault::new("file", asked.file)])),
        false => Ok(files),
    }
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
            let largest = asked.takes.largest();
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

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::extract::{FromRequest as _, Request};
    use axum::http::header;
    use proptest::prelude::*;

    use super::*;

    const ASKED: Asked = Asked {
        takes: Takes::Questions,
        organisation: "Choose who is asked.",
        file: "Choose the file.",
        smaller: "Ask for less.",
    };

    /// Sends a body under a boundary; gives what arrived, and what was typed beside it.
    fn send(
        boundary: &str,
        body: Vec<u8>,
    ) -> (Result<Arrived, Problem>, BTreeMap<String, String>) {
        let kind = format!("multipart/form-data; boundary={boundary}");
        let request = Request::post("/").header(header::CONTENT_TYPE, kind);
        let request = request.body(Body::from(body)).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let mut typed = BTreeMap::new();
        let arrived = runtime.block_on(async {
            let parts = Multipart::from_request(request, &()).await;
            arrive_with(parts, &ASKED, &mut typed).await
        });
        (arrived, typed)
    }

    fn part(boundary: &str, name: &str, content: &[u8]) -> Vec<u8> {
        let file = if name == "file" { "; filename=\"list.csv\"" } else { "" };
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n"
        );
        [head.as_bytes(), content, b"\r\n"].concat()
    }

    fn ended(boundary: &str, parts: Vec<Vec<u8>>) -> Vec<u8> {
        [parts.concat(), format!("--{boundary}--\r\n").into_bytes()].concat()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn what_is_sent_is_what_arrives(
            boundary in "[-_A-Za-z0-9]{8,40}",
            place: i64,
            texts in prop::collection::btree_map("[a-d]{1,4}", "\\PC{0,40}", 0..4),
            content in prop::collection::vec(any::<u8>(), 1..400),
        ) {
            // A boundary is what stands nowhere else.
            let boundary = format!("edge{boundary}edge");
            let is_within = |bytes: &[u8]| {
                bytes.windows(boundary.len()).any(|window| window == boundary.as_bytes())
            };
            prop_assume!(!is_within(&content));
            let whose = place.to_string();
            let mut parts = vec![part(&boundary, "organisation", whose.as_bytes())];
            parts.extend(texts.iter().map(|(name, text)| part(&boundary, name, text.as_bytes())));
            parts.push(part(&boundary, "file", &content));
            let (arrived, typed) = send(&boundary, ended(&boundary, parts));
            let arrived = arrived.unwrap_or_else(|problem| panic!("{problem:?}"));
            prop_assert_eq!((arrived.place, arrived.name.as_str()), (place, "list.csv"));
            prop_assert_eq!(arrived.parcel.bytes().unwrap(), content);
            let mut expected = texts;
            expected.insert("organisation".to_owned(), whose);
            prop_assert_eq!(typed, expected);
        }

        #[test]
        fn whatever_is_cut_or_damaged_arrives_or_is_refused_for_what_it_is(
            content in prop::collection::vec(any::<u8>(), 0..80),
            cut: prop::sample::Index,
            changed in prop::option::of((any::<prop::sample::Index>(), any::<u8>())),
        ) {
            let parts = vec![part("b", "organisation", b"1"), part("b", "file", &content)];
            let mut body = ended("b", parts);
            if let Some((at, byte)) = changed {
                let at = at.index(body.len());
                body[at] = byte;
            }
            body.truncate(cut.index(body.len() + 1));
            let (arrived, typed) = send("b", body);
            if let Err(problem) = arrived {
                prop_assert!(problem.status.is_client_error(), "{problem:?}");
                prop_assert!(problem.cause.is_none());
            }
            prop_assert!(typed.len() <= FIELDS);
        }

        #[test]
        fn any_bytes_are_no_form_that_is_our_fault(
            bytes in prop::collection::vec(any::<u8>(), 0..200),
        ) {
            if let (Err(problem), _) = send("b", bytes) {
                prop_assert!(problem.status.is_client_error(), "{problem:?}");
            }
        }
    }

    #[test]
    fn more_texts_than_a_form_has_are_passed_over_and_a_long_one_is_refused() {
        let many = (0..FIELDS + 5).map(|at| part("b", &format!("f{at}"), b"x"));
        let mut parts = vec![part("b", "organisation", b"1")];
        parts.extend(many);
        parts.push(part("b", "file", b"content"));
        let (arrived, typed) = send("b", ended("b", parts));
        assert!(arrived.is_ok());
        assert_eq!(typed.len(), FIELDS);
        for (field, length, is_taken) in [
            ("list", TEXT_MAX, true),
            ("list", TEXT_MAX + 1, false),
            ("note", 2000, true),
            ("note", 2001, false),
        ] {
            let long = vec![b'x'; length];
            let parts = vec![
                part("b", "organisation", b"1"),
                part("b", field, &long),
                part("b", "file", b"content"),
            ];
            let (arrived, _) = send("b", ended("b", parts));
            assert_eq!(arrived.is_ok(), is_taken, "{field} {length}");
        }
    }
}
