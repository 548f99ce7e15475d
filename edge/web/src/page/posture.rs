//! Where organisations stand: the sixty-four controls by category, what to do first, and each
//! control with the facts that it rests on.

pub(crate) mod control;
pub(crate) mod overview;
pub(crate) mod tailoring;
pub(crate) mod told;

use axum::http::StatusCode;
use evidence::Ground;
use operations::posture::{
    ACCESS, AWARDS, DESIGNATIONS, DEVICES, FEEDS, FORMS, PostureError, SBOMS, SUPPLIERS,
    SUPPORT, WORK,
};
use operations::{Actor, Permission};
use serde::{Deserialize, Serialize};
use terms::Day;

use crate::field::{Rendered, coded};
use crate::page::supplier::day;
use crate::problem::Problem;

/// Where it lies.
pub(crate) const HOME: &str = "/posture";

/// Of which organisation.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    pub(crate) organisation: String,
}

impl Wanted {
    /// The number; none where nothing is asked for.
    pub(crate) fn number(&self) -> Result<Option<i64>, Problem> {
        match self.organisation.trim() {
            "" => Ok(None),
            text => text
                .parse()
                .map(Some)
                .map_err(|_| Problem::not_found("organisation", text)),
        }
    }
}

impl From<PostureError> for Problem {
    fn from(error: PostureError) -> Self {
        match error {
            PostureError::Judging(error) => (*error).into(),
            PostureError::Supplier(error) => (*error).into(),
            PostureError::NoDay => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "The clock of the server shows no day.",
            ),
            PostureError::CutShort(error) => Self::ours(error.to_string()),
            PostureError::Store(error) => error.into(),
        }
    }
}

/// A fact on which a verdict rests.
#[derive(Serialize)]
pub(crate) struct Fact {
    text: String,
    class: &'static str,
    document: String,
    place: String,
    date: Option<String>,
    age_days: Option<i32>,
    #[serde(skip)]
    shown: String,
    #[serde(skip)]
    age: String,
    #[serde(skip)]
    address: String,
}

impl Fact {
    fn of(ground: &Ground, by: &Actor, today: Day) -> Self {
        let age_days = ground.age_days(today);
        let (shown, address) = document(&ground.document, by);
        let place = match &ground.place {
            reading::Place::Document => String::new(),
            place => place.to_string(),
        };
        Self {
            text: ground.text.clone(),
            class: ground.class.word(),
            date: ground.date.map(|day| day.to_string()),
            age: match (age_days, ground.date) {
                (Some(days), Some(on)) => {
                    format!("of {}, {days} days old", day(&on.to_string()))
                }
                _ => "of unknown age".to_owned(),
            },
            shown: match place.as_str() {
                "" => shown,
                place => format!("{shown}, {place}"),
            },
            document: ground.document.clone(),
            age_days,
            place,
            address,
        }
    }

    fn text(&self) -> Rendered {
        coded(&self.text)
    }
}

/// What a document is called on a page, and where it is, as far as whoever looks may go there.
pub(crate) fn document(name: &str, by: &Actor) -> (String, String) {
    let may = |permission, address: String| match by.may(permission) {
        true => address,
        false => String::new(),
    };
    if let Some(rest) = name.strip_prefix("evidence/") {
        let (id, file) = rest.split_once('/').unwrap_or((rest, ""));
        return (file.to_owned(), format!("/evidence/{id}"));
    }
    if let Some(rest) = name.strip_prefix(SUPPLIERS) {
        let id = rest.split('/').next().unwrap_or(rest);
        let address = may(Permission::ViewSuppliers, format!("/suppliers/{id}"));
        return ("dossier of the supplier".to_owned(), address);
    }
    if name.starts_with(DESIGNATIONS) {
        return ("designations".to_owned(), "/designations".to_owned());
    }
    if name.starts_with(ACCESS) {
        let address = may(Permission::ViewPeople, "/people".to_owned());
        return ("accounts of this house".to_owned(), address);
    }
    if let Some(id) = name.strip_prefix(AWARDS) {
        let address = may(Permission::ViewPurchases, format!("/purchases/{id}"));
        return ("record of the award".to_owned(), address);
    }
    let view = Permission::ViewDevices;
    if name.starts_with(DEVICES) {
        return ("inventory".to_owned(), may(view, "/devices".to_owned()));
    }
    let (shown, address) = match name {
        SBOMS => ("SBOMs in force", "/products"),
        SUPPORT => ("SBOMs in force, with tables of life cycles", "/life-cycles"),
        FORMS => ("MDS2 forms in force", "/mds2"),
        FEEDS => ("advisories in use", "/feeds"),
        WORK => ("what was done about flaws", "/work"),
        _ => return (name.to_owned(), String::new()),
    };
    (shown.to_owned(), may(view, address.to_owned()))
}
