//! What makers state about vulnerabilities (VEX): delivered, looked at, accepted, taken back.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, Path, Query, State};
use axum::response::Response;
use operations::statement::{self, For, Stated, StatementError};
use operations::{Actor, Permission, maker};
use serde::{Deserialize, Serialize};
use store::Delivered;

use super::release::{ByMaker, delivered};
use super::{number, overtaken};
use crate::House;
use crate::access::By;
use crate::clock::{Clock, Shown};
use crate::face::{Face, Show};
use crate::field::Fault;
use crate::form::Typed;
use crate::mark::Mark;
use crate::parts::{self, Asked, Form, Takes};
use crate::problem::Problem;
use crate::sentence::Sentence;
use crate::words::{self, counted};

/// Statements that are shown; JSON has them all.
const ROWS_MAX: usize = 500;

#[derive(Template, Serialize)]
#[template(path = "product/statement_new.html")]
struct New {
    release: i64,
    organisation: i64,
    name: String,
    version: String,
    #[serde(skip)]
    form: Form,
}

impl Show for New {
    fn title(&self) -> String {
        "Deliver statements (VEX)".to_owned()
    }
}

/// For what a document is delivered.
#[derive(Deserialize)]
pub(crate) struct Wanted {
    #[serde(default, rename = "for")]
    reach: String,
}

/// `GET /products/releases/{release}/statements/new`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(release): Path<String>,
) -> Result<Response, Problem> {
    let release = number("release", &release)?;
    face.show(&page(&house, &by, release, None).await?)
}

/// `POST /products/releases/{release}/statements/new`: keeps the document, and leads to what
/// it states.
pub(crate) async fn send(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(release): Path<String>,
    Query(wanted): Query<Wanted>,
    parts: Result<Multipart, MultipartRejection>,
) -> Result<Response, Problem> {
    let release = number("release", &release)?;
    let reach = if wanted.reach == "product" { For::Product } else { For::Release };
    match keep(&house, &by, release, reach, parts).await {
        Ok(document) => {
            Ok(face.made(document, &format!("/products/statements/{document}")))
        }
        Err(problem) => {
            let shown = page(&house, &by, release, Some(&problem)).await?;
            face.again(&shown, problem)
        }
    }
}

async fn keep(
    house: &House,
    by: &Actor,
    release: i64,
    reach: For,
    parts: Result<Multipart, MultipartRejection>,
) -> Result<i64, Problem> {
    const ASKED: Asked = Asked {
        takes: Takes::Statements,
        organisation: "Open the page again.",
        file: "Choose the file with the statements.",
        smaller: "Ask the maker for a document about this product alone.",
    };
    let file = parts::arrive(parts, &ASKED, &mut String::new()).await?;
    let kept =
        statement::deliver(&house.app, by, release, reach, &file.name, file.parcel);
    kept.await.map_err(|error| untaken(&file.name, error))
}

/// Why a document with statements is not kept, beside the field of the form where that is so.
pub(crate) fn untaken(name: &str, error: StatementError) -> Problem {
    match error {
        StatementError::Rejected(rejected) => parts::refused(name, &rejected),
        silent @ StatementError::Silent => {
            let told = crate::problem::sentence(&silent.to_string());
            Problem::wrong_fields(vec![Fault::new("file", told)])
        }
        other => other.into(),
    }
}

async fn page(
    house: &House,
    by: &Actor,
    release: i64,
    problem: Option<&Problem>,
) -> Result<New, Problem> {
    let scope = by.scope(Permission::DeliverDocuments);
    let (product, release) = house.app.store.release(&scope, release).await?;
    Ok(New {
        release: release.id,
        organisation: product.organisation,
        name: format!("{} {}", product.maker, product.name),
        version: release.version,
        form: Form::new(Takes::Statements, by, problem),
    })
}

#[derive(Template, Serialize)]
#[template(path = "product/statement.html")]
struct Document {
    id: i64,
    title: String,
    format: String,
    sentence: String,
    /// What a newer revision says otherwise, or what was accepted of an older one.
    revised: Vec<Sentence>,
    product: i64,
    product_name: String,
    /// The release for which it was delivered, and one that leads back.
    release: Option<i64>,
    version: String,
    received: Shown,
    stated: Vec<Row>,
    /// How it came, where it came through the maker's own account.
    by_maker: Option<ByMaker>,
    #[serde(skip)]
    token: String,
    #[serde(skip)]
    may_accept: bool,
}

#[derive(Serialize)]
struct Row {
    number: usize,
    ids: Vec<String>,
    says: Option<Mark>,
    justification: String,
    impact: String,
    action: String,
    component: String,
    versions: Vec<String>,
    place: String,
    made: Shown,
    reaches: usize,
    /// The releases of this product that it names as a whole.
    devices: BTreeSet<String>,
    /// Why it is joined to nothing here.
    unjoined: String,
    /// What its acceptance does, or would do, now; empty where it reaches something.
    without_effect: &'static str,
    accepted: Option<Accepted>,
}

#[derive(Serialize)]
struct Accepted {
    id: i64,
    by: String,
    at: Shown,
    reason: String,
}

impl Show for Document {
    fn title(&self) -> String {
        format!("Statements: {}", self.title)
    }
}

impl Document {
    /// The rows that the page shows.
    fn first(&self) -> &[Row] {
        self.stated.get(..ROWS_MAX).unwrap_or(&self.stated)
    }

    /// How many rows the page leaves out, in words; empty where it shows them all.
    fn more(&self) -> String {
        match self.stated.len() > ROWS_MAX {
            true => {
                format!("{} in all; the first {ROWS_MAX} are shown.", self.stated.len())
            }
            false => String::new(),
        }
    }

    /// Whether anything can be accepted by whoever looks.
    fn is_open(&self) -> bool {
        let open = |row: &Row| row.says.is_some() && row.accepted.is_none();
        self.may_accept && self.first().iter().any(open)
    }
}

impl Row {
    fn of(stated: Stated, people: &BTreeMap<i64, String>, clock: &Clock) -> Self {
        let without_effect = without_effect(&stated);
        Self {
            number: stated.number,
            ids: stated.ids,
            says: stated.verdict.map(|verdict| Mark::verdict(Some(verdict))),
            justification: stated.justification.replace('_', " "),
            impact: stated.impact,
            action: stated.action,
            component: stated.component,
            versions: stated.versions,
            place: stated.place,
            made: clock.show(&stated.made),
            without_effect,
            reaches: stated.reaches,
            devices: stated.devices,
            unjoined: stated.unjoined,
            accepted: stated.accepted.map(|one| Accepted {
                id: one.id,
                by: words::who(people.get(&one.accepted_by)),
                at: clock.show(&one.accepted),
                reason: one.reason,
            }),
        }
    }

    /// What it reaches, in words.
    fn reach(&self) -> String {
        let components = match self.reaches {
            0 => None,
            count => Some(counted(count, "component", "components")),
        };
        let devices = match self.devices.is_empty() {
            true => None,
            false => {
                let all = self.devices.iter().map(|version| match version.as_str() {
                    "" => "of no release that is known",
                    version => version,
                });
                let all = all.collect::<Vec<_>>().join(", ");
                let releases = counted(self.devices.len(), "release", "releases");
                Some(format!("the device itself in {releases}: {all}"))
            }
        };
        match (devices, components) {
            (Some(devices), Some(components)) => format!("{devices}; {components} in it"),
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) if self.unjoined.is_empty() => {
                "nothing in the SBOMs in force".to_owned()
            }
            (None, None) => "nothing here".to_owned(),
        }
    }
}

/// `GET /products/statements/{document}`.
pub(crate) async fn look(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(document): Path<String>,
) -> Result<Response, Problem> {
    let id = number("document with statements", &document)?;
    let look = statement::look(&house.app, &by, id).await?;
    let accepted = look.stated.iter().filter_map(|one| one.accepted.as_ref());
    let numbers: BTreeSet<i64> = accepted.map(|one| one.accepted_by).collect();
    let mut people = BTreeMap::new();
    for person in numbers {
        people.insert(person, house.app.store.person(by.head, person).await?.name);
    }
    let clock = face.clock().clone();
    let seen = by.scope(Permission::ViewDevices);
    let by_maker = maker::origin(&house.app, &seen, Delivered::Vex, id).await?;
    let by_maker = by_maker.map(|one| ByMaker::of(&one, &clock));
    let may_accept = by
        .scope(Permission::AcceptStatements)
        .admits(&home(&house, &by, look.product.organisation).await?);
    let release = look.release.as_ref();
    face.show(&Document {
        id: look.vex.id,
        sentence: sentence(&look.stated),
        revised: overtaken::of_document(&house, &by, id).await?,
        title: look.vex.title,
        format: look.vex.format,
        product: look.product.id,
        product_name: format!("{} {}", look.product.maker, look.product.name),
        release: release.map(|release| release.id),
        version: release.map(|release| release.version.clone()).unwrap_or_default(),
        received: clock.show(&look.vex.received),
        stated: look
            .stated
            .into_iter()
            .map(|one| Row::of(one, &people, &clock))
            .collect(),
        by_maker,
        token: by.form_token.clone(),
        may_accept,
    })
}

/// Whether nothing that this house holds is reached.
fn reaches_nothing(stated: &Stated) -> bool {
    stated.reaches == 0 && stated.devices.is_empty()
}

/// What is said of a statement that reaches nothing, before and after somebody accepts it.
fn without_effect(stated: &Stated) -> &'static str {
    match (reaches_nothing(stated), stated.verdict, &stated.accepted) {
        (false, ..) | (true, None, None) => "",
        (true, _, Some(_)) => {
            "Accepted, and without effect now: no verdict rests on it until an SBOM or a \
             device comes that it names."
        }
        (true, Some(_), None) => {
            "Accepted now, it has no effect: no verdict rests on it until an SBOM or a \
             device comes that it names."
        }
    }
}

async fn home(
    house: &House,
    by: &Actor,
    organisation: i64,
) -> Result<store::Path, Problem> {
    let scope = by.scope(Permission::ViewDevices);
    Ok(house.app.store.organisation(&scope, organisation).await?.path)
}

fn sentence(stated: &[Stated]) -> String {
    let accepted = stated.iter().filter(|one| one.accepted.is_some()).count();
    let hiding = stated.iter().filter(|one| {
        let hides = [matching::Verdict::NotAffected, matching::Verdict::Fixed];
        one.verdict.is_some_and(|verdict| hides.contains(&verdict))
    });
    let count = counted(stated.len(), "statement", "statements");
    let unjoined = stated.iter().filter(|one| !one.unjoined.is_empty()).count();
    let unjoined = match unjoined {
        0 => String::new(),
        1 => " 1 names no product or component that this house holds; why stands beside it."
            .to_owned(),
        count => format!(
            " {count} name no product or component that this house holds; why stands beside \
             each."
        ),
    };
    match accepted {
        0 => format!(
            "{count}, {} of which would take a flaw off the list. Nobody has accepted any, so \
             they are claims and change nothing.{unjoined}",
            hiding.count()
        ),
        accepted => {
            let idle = stated.iter();
            let idle = idle.filter(|one| one.accepted.is_some() && reaches_nothing(one));
            let idle = match idle.count() {
                0 => String::new(),
                1 => " 1 of these reaches nothing now, and no verdict rests on it."
                    .to_owned(),
                idle => {
                    format!(
                        " {idle} of these reach nothing now, and no verdict rests on them."
                    )
                }
            };
            format!("{count}, {accepted} of which somebody has accepted.{idle}{unjoined}")
        }
    }
}

/// `GET /products/statements/{document}/file`: as it was delivered.
pub(crate) async fn file(
    State(house): State<House>,
    By(by): By,
    Path(document): Path<String>,
) -> Result<Response, Problem> {
    let scope = by.scope(Permission::ViewDevices);
    let id = number("document with statements", &document)?;
    let vex = house.app.store.vex(&scope, id).await?;
    delivered(&house, &scope, vex.original).await
}

/// `POST /products/statements/{document}/accepted`: those that are ticked, with the reason.
pub(crate) async fn accept(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(document): Path<String>,
    Typed(fields): Typed<BTreeMap<String, String>>,
) -> Result<Response, Problem> {
    let id = number("document with statements", &document)?;
    let chosen: BTreeSet<usize> = fields
        .keys()
        .filter_map(|key| key.strip_prefix("statement-")?.parse().ok())
        .collect();
    let reason = fields.get("reason").map_or("", String::as_str);
    statement::accept(&house.app, &by, id, &chosen, reason).await?;
    Ok(face.done(&format!("/products/statements/{id}")))
}

/// `POST /products/statements/{document}/declined`: what a maker stated, with the reason.
pub(crate) async fn decline(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(document): Path<String>,
    Typed(fields): Typed<BTreeMap<String, String>>,
) -> Result<Response, Problem> {
    let id = number("document with statements", &document)?;
    let reason = fields.get("reason").map_or("", String::as_str);
    maker::decline(&house.app, &by, Delivered::Vex, id, reason).await?;
    Ok(face.done(&format!("/products/statements/{id}")))
}

/// `POST /products/acceptances/{acceptance}/taken-back`: with the reason.
pub(crate) async fn take_back(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(acceptance): Path<String>,
    Typed(fields): Typed<BTreeMap<String, String>>,
) -> Result<Response, Problem> {
    let id = number("acceptance", &acceptance)?;
    let reason = fields.get("reason").map_or("", String::as_str);
    let ended = statement::take_back(&house.app, &by, id, reason).await?;
    Ok(face.done(&format!("/products/{}", ended.product)))
}
