//! A document that is dropped on a dossier, and one that is opened.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, Path, State};
use axum::response::{IntoResponse as _, Response};
use operations::supplier::{SupplierError, drop_document, one};
use operations::{Actor, Permission};
use serde::Serialize;

use super::entry::keepable;
use super::{HOME, number};
use crate::House;
use crate::access::By;
use crate::face::{Face, Show};
use crate::field::Choice;
use crate::page::import::file_headers;
use crate::parts::{self, Asked, Form, Takes};
use crate::problem::Problem;

#[derive(Template, Serialize)]
#[template(path = "supplier/document_new.html")]
struct New {
    supplier: String,
    bytes_max: usize,
    /// The products of the dossier, of one of which a scan may be.
    products: Vec<String>,
    /// They, to be chosen from; none where there are none.
    #[serde(skip)]
    product: Option<Choice>,
    #[serde(skip)]
    form: Form,
    #[serde(skip)]
    back: String,
}

impl Show for New {
    fn title(&self) -> String {
        format!("Drop a document: {}", self.supplier)
    }
}

/// `GET /suppliers/{supplier}/documents/new`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(supplier): Path<String>,
) -> Result<Response, Problem> {
    face.show(&page(&house, &by, &supplier, "", None).await?)
}

/// `POST /suppliers/{supplier}/documents/new`: keeps the document.
pub(crate) async fn send(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(supplier): Path<String>,
    parts: Result<Multipart, MultipartRejection>,
) -> Result<Response, Problem> {
    let mut typed = BTreeMap::new();
    match keep(&house, &by, &supplier, parts, &mut typed).await {
        Ok(()) => Ok(face.done(&format!("{HOME}/{supplier}#dossier"))),
        Err(problem) if problem.faults.is_empty() => Err(problem),
        Err(problem) => {
            let product = typed.get("product").map_or("", String::as_str);
            let page = page(&house, &by, &supplier, product, Some(&problem)).await?;
            face.again(&page, problem)
        }
    }
}

async fn keep(
    house: &House,
    by: &Actor,
    supplier: &str,
    parts: Result<Multipart, MultipartRejection>,
    typed: &mut BTreeMap<String, String>,
) -> Result<(), Problem> {
    const ASKED: Asked = Asked {
        takes: Takes::Evidence,
        organisation: "",
        file: "Choose the file.",
        smaller: "Keep a smaller copy of it.",
    };
    let id = number("supplier", supplier)?;
    let (name, parcel) = parts::arrive_if_any(parts, &ASKED, typed).await?;
    let parcel = parts::there(&name, parcel, &ASKED)?;
    let product = typed.get("product").map_or("", String::as_str);
    let dropped = drop_document(&house.app, by, id, (&name, product), parcel).await;
    dropped.map(drop).map_err(|error| match error {
        SupplierError::Rejected(rejected) => parts::refused(&name, &rejected),
        other => other.into(),
    })
}

async fn page(
    house: &House,
    by: &Actor,
    supplier: &str,
    product: &str,
    problem: Option<&Problem>,
) -> Result<New, Problem> {
    let found = keepable(house, by, supplier).await?;
    let (known, _) = one(&house.app, by, found.id).await?;
    let products = known.products.iter().map(|it| it.name.clone());
    let products: Vec<String> = products.filter(|name| !name.is_empty()).collect();
    let options = products.iter().map(|name| (name.clone(), name.clone()));
    let unsaid = (String::new(), "It is no scan, or its name says it".to_owned());
    let options = std::iter::once(unsaid).chain(options);
    let choice = Choice::new("product", "Of which product a scan is", options, product)
        .hint("It stays a claim: it can raise a flag, and clears none.")
        .judged(parts::faults(problem));
    Ok(New {
        supplier: found.name,
        bytes_max: Takes::Evidence.bytes_max(),
        product: (!products.is_empty()).then_some(choice),
        products,
        form: Form::new(Takes::Evidence, by, problem),
        back: format!("{HOME}/{supplier}"),
    })
}

/// `GET /suppliers/{supplier}/documents/{original}`: the bytes, as they came.
pub(crate) async fn file(
    State(house): State<House>,
    By(by): By,
    Path((supplier, original)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let (found, _) = one(&house.app, &by, number("supplier", &supplier)?).await?;
    let id = number("document", &original)?;
    let mut documents = found.entries.iter().filter_map(|entry| entry.document.as_ref());
    let absent = || Problem::not_found("document", &original);
    let document = documents.find(|one| one.original == id).ok_or_else(absent)?;
    let scope = by.scope(Permission::ViewSuppliers);
    let bytes = house.app.store.bytes_of(&scope, id).await?;
    let headers = file_headers("application/octet-stream", &document.name);
    Ok((headers, bytes).into_response())
}
