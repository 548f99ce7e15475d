//! A form is read from its document whenever somebody looks at it.

use ::mds2::{Edition, Form};
use reading::{Parsed, Rejected};
use store::{Mds2Form, Mds2Said, Parcel, Scope};

use super::Mds2Error;
use crate::App;
use crate::aside::{CutShort, aside};

/// A form as its document says it.
pub type FormRead = Parsed<Form>;

/// Letters of a text of the head that are listed; all of it stands in the form.
const LISTED_MAX: usize = 200;

/// Whether a document is a form, surely enough to lead it where forms are delivered.
pub(crate) fn is_form(bytes: &[u8]) -> bool {
    ::mds2::is_form(bytes)
}

/// What a document is, in words, where it is a form of which nothing is read.
pub(crate) fn unread_form(bytes: &[u8]) -> Option<&'static str> {
    ::mds2::unread(&::mds2::parse(bytes).err()?)
}

/// What is listed of a form.
pub(crate) fn said(form: &Form) -> Mds2Said {
    let text = |stated: Option<(&str, &reading::Place)>| -> String {
        let text = stated.map_or("", |(text, _)| text).trim();
        text.chars().filter(|c| !c.is_control()).take(LISTED_MAX).collect()
    };
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    Mds2Said {
        edition: match form.edition {
            Edition::Of2019 => "2019".to_owned(),
            Edition::Of2013 => "2013".to_owned(),
        },
        medium: form.medium.words().to_owned(),
        made_by: text(form.maker()),
        model: text(form.model()),
        document: text(form.document()),
        released: text(form.released()),
        release_day: form.release_day().map(|day| day.to_string()),
        questions: count(form.edition.questions().len()),
        answered: count(form.answered()),
    }
}

/// Why a file is no form; of an SBOM, where it is delivered.
fn sbom_instead(bytes: &[u8], why: Rejected) -> Rejected {
    match sbom::parse(bytes) {
        Err(_) => why,
        Ok(_) => Rejected::new(
            reading::Place::Document,
            "the file is an SBOM and no MDS2 form",
            "deliver it as an SBOM, under Products",
        ),
    }
}

/// What is listed of a form that arrives.
pub(super) async fn arrived(
    app: &App,
    parcel: Parcel,
) -> Result<(Parcel, Mds2Said), Mds2Error> {
    let reader = app.readers.acquire().await.map_err(|_| CutShort)?;
    let (parcel, read) = aside(move || {
        let about = |bytes: Vec<u8>| -> Result<Mds2Said, Rejected> {
            ::mds2::parse(&bytes)
                .map(|parsed| said(&parsed.value))
                .map_err(|why| sbom_instead(&bytes, why))
        };
        let read = parcel.bytes().map(about);
        (parcel, read)
    })
    .await?;
    drop(reader);
    Ok((parcel, read??))
}

/// Reads a form that somebody was shown to be theirs to see.
///
/// # Errors
/// When the database fails, or its document cannot be read any more.
pub async fn read(app: &App, head: i64, form: &Mds2Form) -> Result<FormRead, Mds2Error> {
    let bytes = app.store.bytes_of(&Scope::whole(head), form.original).await?;
    let reader = app.readers.acquire().await.map_err(|_| CutShort)?;
    let parsed = aside(move || ::mds2::parse(&bytes)).await?;
    drop(reader);
    Ok(parsed?)
}
