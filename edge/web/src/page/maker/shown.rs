//! What a guest shows of its maker to buyers: proofs of membership, certificates, contacts,
//! documents.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use operations::Actor;
use operations::maker::{self, MakerError, NewShown, may_show, show as keep_shown};
use operations::supplier::{EntryKind, SupplierError};
use serde::{Deserialize, Serialize};

use super::flag::{Buyer, chosen};
use crate::House;
use crate::access::By;
use crate::clock::{Clock, Shown};
use crate::face::{Face, Show};
use crate::page::supplier::{Input, about, kind, said};
use crate::parts::{self, Asked, Form, Takes};
use crate::problem::Problem;
use crate::words::counted;

/// Where it lies.
pub(crate) const HOME: &str = "/maker/shown";

#[derive(Template, Serialize)]
#[template(path = "maker/shown.html")]
struct List {
    sentence: String,
    shown: Vec<Row>,
    #[serde(skip)]
    kinds: Vec<(&'static str, &'static str)>,
    #[serde(skip)]
    token: String,
    /// Nobody has said for which maker whoever looks answers.
    #[serde(skip)]
    is_unbound: bool,
}

#[derive(Serialize)]
struct Row {
    id: i64,
    kind: &'static str,
    says: Vec<(&'static str, String)>,
    document: String,
    buyer: String,
    brought: Shown,
    state: &'static str,
    /// Why it was declined.
    reason: String,
    can_take_back: bool,
}

impl Row {
    fn of(one: maker::Shown, clock: &Clock) -> Self {
        let entry = one.entry;
        let of = EntryKind::from_word(&entry.kind);
        let state = match (&entry.withdrawn, &entry.confirmed) {
            (Some(_), _) => "not in force",
            (None, Some(_)) => "confirmed",
            (None, None) => "waits for the buyer",
        };
        Self {
            id: entry.id,
            kind: of.map_or("", kind),
            says: said(&entry),
            document: entry.document.map(|one| one.name).unwrap_or_default(),
            buyer: one.buyer.name,
            brought: clock.show(&entry.brought),
            state,
            can_take_back: entry.withdrawn.is_none(),
            reason: entry.reason,
        }
    }

    fn first(&self) -> &str {
        match self.document.as_str() {
            "" => self.says.first().map_or("", |(_, value)| value),
            document => document,
        }
    }
}

#[derive(Template, Serialize)]
#[template(path = "maker/shown_new.html")]
struct New {
    kind: &'static str,
    fields: Vec<&'static str>,
    buyers: Vec<Buyer>,
    bytes_max: usize,
    #[serde(skip)]
    title: &'static str,
    #[serde(skip)]
    about: &'static str,
    #[serde(skip)]
    form: Form,
    #[serde(skip)]
    inputs: Vec<Input>,
    #[serde(skip)]
    takes_file: bool,
    #[serde(skip)]
    fault: String,
}

impl Show for List {
    fn title(&self) -> String {
        "What buyers see of you".to_owned()
    }
}

impl Show for New {
    fn title(&self) -> String {
        format!("Show buyers: {}", self.title)
    }
}

/// `GET /maker/shown`.
pub(crate) async fn list(
    face: Face,
    State(house): State<House>,
    By(by): By,
) -> Result<Response, Problem> {
    let clock = face.clock().clone();
    let all = maker::shown(&house.app, &by).await?.into_iter();
    let shown: Vec<Row> = all.map(|one| Row::of(one, &clock)).collect();
    let waiting = shown.iter().filter(|one| one.state.starts_with("waits")).count();
    let sentence = match (shown.len(), waiting) {
        (0, _) => "You have shown nothing to a buyer yet.".to_owned(),
        (_, 0) => "Nothing that you have shown waits for a buyer.".to_owned(),
        (_, count) => format!(
            "{} for a buyer to look at.",
            counted(count, "thing waits", "things wait")
        ),
    };
    let is_unbound = maker::desks(&house.app, &by).await?.is_empty();
    let kinds = EntryKind::OF_GUESTS.map(|it| (it.word(), kind(it))).into();
    let token = by.form_token.clone();
    face.show(&List { sentence, shown, kinds, token, is_unbound })
}

/// Of which kind.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    kind: String,
}

/// `GET /maker/shown/new`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let typed = BTreeMap::from([("kind".to_owned(), wanted.kind)]);
    face.show(&page(&house, &by, &typed, None).await?)
}

/// `POST /maker/shown/new`: shows it to the buyers that are chosen.
pub(crate) async fn send(
    face: Face,
    State(house): State<House>,
    By(by): By,
    parts: Result<Multipart, MultipartRejection>,
) -> Result<Response, Problem> {
    let mut typed = BTreeMap::new();
    match keep(&house, &by, parts, &mut typed).await {
        Ok(()) => Ok(face.done(HOME)),
        Err(problem) if problem.faults.is_empty() => Err(problem),
        Err(problem) => {
            let shown = page(&house, &by, &typed, Some(&problem)).await?;
            face.again(&shown, problem)
        }
    }
}

async fn keep(
    house: &House,
    by: &Actor,
    parts: Result<Multipart, MultipartRejection>,
    typed: &mut BTreeMap<String, String>,
) -> Result<(), Problem> {
    const ASKED: Asked = Asked {
        takes: Takes::Evidence,
        organisation: "",
        file: "Choose the file.",
        smaller: "Send a smaller copy of it.",
    };
    let (name, parcel) = parts::arrive_if_any(parts, &ASKED, typed).await?;
    let of = kind_of(typed)?;
    let buyers = chosen(typed);
    let new = NewShown { kind: of, fields: typed, buyers: &buyers, name: &name };
    let file = (parcel.size() > 0).then_some(parcel);
    keep_shown(&house.app, by, new, file).await.map_err(|error| match error {
        MakerError::Supplier(error) => match *error {
            SupplierError::Rejected(rejected) => parts::refused(&name, &rejected),
            other => other.into(),
        },
        other => other.into(),
    })
}

fn kind_of(typed: &BTreeMap<String, String>) -> Result<EntryKind, Problem> {
    let word = typed.get("kind").map_or("", String::as_str);
    let word = if word.is_empty() { EntryKind::Membership.word() } else { word };
    let kind = EntryKind::OF_GUESTS.into_iter().find(|kind| kind.word() == word);
    kind.ok_or_else(|| Problem::not_found("kind of entry", word))
}

async fn page(
    house: &House,
    by: &Actor,
    typed: &BTreeMap<String, String>,
    problem: Option<&Problem>,
) -> Result<New, Problem> {
    let buyers = may_show(&house.app, by).await?;
    if buyers.is_empty() {
        let unbound = "The house has not said yet for which maker you answer.";
        return Err(Problem::new(StatusCode::NOT_FOUND, unbound)
            .next("Ask the administrator who invited you to say it."));
    }
    let of = kind_of(typed)?;
    let wanted = chosen(typed);
    let faults = parts::faults(problem);
    let fault = faults.iter().find(|fault| fault.field == "buyers");
    let is_only = buyers.len() == 1;
    let buyers = buyers.into_iter().map(|(_, place)| {
        let is_chosen = wanted.contains(&place.id) || (is_only && problem.is_none());
        Buyer { organisation: place.id, name: place.name, asking: "", is_chosen }
    });
    let fields = of.fields().iter().filter(|_| of != EntryKind::Document);
    Ok(New {
        kind: of.word(),
        fields: fields.clone().map(|spec| spec.name).collect(),
        buyers: buyers.collect(),
        bytes_max: Takes::Evidence.bytes_max(),
        title: kind(of),
        about: match of {
            EntryKind::Document => {
                "Your security.txt, the metadata of your CSAF provider, or a document that a \
                 person reads."
            }
            other => about(other),
        },
        form: Form::new(Takes::Evidence, by, problem),
        inputs: fields.map(|spec| Input::of(spec, typed, faults)).collect(),
        takes_file: of.has_proof() || of == EntryKind::Document,
        fault: fault.map(|fault| fault.detail.clone()).unwrap_or_default(),
    })
}

/// `POST /maker/shown/{entry}/taken-back`: takes it back.
pub(crate) async fn take_back(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(entry): Path<String>,
) -> Result<Response, Problem> {
    let id = entry.parse().map_err(|_| Problem::not_found("entry", &entry))?;
    maker::take_back(&house.app, &by, id).await?;
    Ok(face.done(HOME))
}
