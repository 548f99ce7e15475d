//! The verdict on a supplier, to be read on paper.

use axum::extract::{Path, State};
use axum::response::Response;
use operations::supplier::{Assessed, DOCUMENTS, DOSSIER, EntryKind, FORMS, SBOMS, one};
use operations::{Actor, Permission, report as kept};
use report::{Dossier, Frame, Product, Report, Vetting};
use store::SupplierEntry;

use super::{Form, Home, Page, file, knowledge};
use crate::House;
use crate::access::By;
use crate::face::Face;
use crate::page::supplier::{kind, number, origin_named, said};
use crate::problem::Problem;

/// `GET /reports/suppliers/{supplier}`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(supplier): Path<String>,
) -> Result<Response, Problem> {
    let id = number("supplier", &supplier)?;
    let report = made(&house, &by, id).await?;
    face.show(&Page::of(report, Home::numbered("suppliers", id)))
}

/// `GET /reports/suppliers/{supplier}/file`.
pub(crate) async fn take(
    State(house): State<House>,
    By(by): By,
    Path(supplier): Path<String>,
) -> Result<Response, Problem> {
    let id = number("supplier", &supplier)?;
    let report = made(&house, &by, id).await?;
    let of = (kept::Subject::Supplier(id), "supplier");
    file(&house, &by, of, (Form::Json, &report)).await
}

/// `GET /reports/suppliers/{supplier}/pdf`.
pub(crate) async fn print(
    State(house): State<House>,
    By(by): By,
    Path(supplier): Path<String>,
) -> Result<Response, Problem> {
    let id = number("supplier", &supplier)?;
    let report = made(&house, &by, id).await?;
    let of = (kept::Subject::Supplier(id), "supplier");
    file(&house, &by, of, (Form::Pdf, &report)).await
}

async fn made(house: &House, by: &Actor, id: i64) -> Result<Report, Problem> {
    let (found, _) = one(&house.app, by, id).await?;
    let scope = by.scope(Permission::ViewSuppliers);
    let place = house.app.store.organisation(&scope, found.supplier.organisation).await?;
    let day = terms::date::day(&found.day)
        .map_err(|_| Problem::ours("the clock of the house shows no day"))?;
    let knowledge = knowledge(house, by).await?;
    let frame =
        Frame { organisation: &place.name, day, knowledge: &knowledge, named: &named };
    Ok(report::supplier(&frame, &vetting(&found)))
}

fn vetting(found: &Assessed) -> Vetting<'_> {
    let product = |one: &operations::supplier::Seen| Product {
        name: one.name.clone(),
        sboms: one.sboms,
        components: one.components,
        affected: one.affected,
        exploited: one.exploited,
    };
    let kept = found.entries.iter().filter(|one| !one.waits());
    Vetting {
        name: &found.supplier.name,
        vetted: &found.vetted,
        baseline: &found.baseline,
        products: found.products.iter().map(product).collect(),
        dossier: kept.map(entry).collect(),
    }
}

fn entry(one: &SupplierEntry) -> Dossier {
    let says: Vec<String> =
        said(one).into_iter().map(|(name, text)| format!("{name}: {text}")).collect();
    let document = one.document.as_ref().map(|document| document.name.clone());
    Dossier {
        kind: EntryKind::from_word(&one.kind).map_or("", kind).to_owned(),
        says: says.join("; "),
        origin: origin_named(&one.origin).to_owned(),
        document: document.unwrap_or_default(),
    }
}

/// What a document is called for people: without the number under which it is kept.
fn named(name: &str) -> String {
    if name == DOSSIER {
        return "the dossier".to_owned();
    }
    if let Some((_, version)) = name.strip_prefix(SBOMS).and_then(|it| it.split_once('/'))
    {
        return format!("SBOM of {version}");
    }
    let numbered = [DOCUMENTS, FORMS, "statements/"];
    let rest = numbered.into_iter().find_map(|start| name.strip_prefix(start));
    match rest.and_then(|rest| rest.split_once('/')) {
        Some((_, file)) => file.to_owned(),
        None => name.strip_prefix("advisories/").unwrap_or(name).to_owned(),
    }
}
