//! A form for each entry of a dossier: by hand, with the document that proves it; one entry, put
//! right, withdrawn, or confirmed where a guest brought it.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, Path, Query, State};
use axum::response::Response;
use operations::supplier::{
    Brought, EntryKind, add, confirm, one, origin_of_word, replace, withdraw,
};
use operations::{Actor, Permission};
use serde::{Deserialize, Serialize};
use store::{Parcel, SupplierEntry};
use supplier::dossier::Origin;

use super::{HOME, Input, about, kind, number, origin, origin_named, said};
use crate::House;
use crate::access::By;
use crate::clock::{Clock, Shown};
use crate::face::{Face, Show};
use crate::field::{Choice, Faults, Field, Holds};
use crate::form::Typed;
use crate::parts::{self, Asked, Form, Takes};
use crate::problem::Problem;

/// What is typed.
type Typing = BTreeMap<String, String>;

const ASKED: Asked = Asked {
    takes: Takes::Evidence,
    organisation: "",
    file: "Choose the file.",
    smaller: "Keep a smaller copy of it.",
};

#[derive(Template, Serialize)]
#[template(path = "supplier/entry_new.html")]
struct New {
    supplier: String,
    kind: &'static str,
    #[serde(skip)]
    title: &'static str,
    #[serde(skip)]
    about: &'static str,
    fields: Vec<&'static str>,
    #[serde(skip)]
    address: String,
    #[serde(skip)]
    back: String,
    #[serde(skip)]
    entering: Entering,
}

/// The form of an entry.
struct Entering {
    form: Form,
    inputs: Vec<Input>,
    origin: Option<Choice>,
    has_proof: bool,
}

#[derive(Template, Serialize)]
#[template(path = "supplier/entry.html")]
struct One {
    id: i64,
    supplier: String,
    kind: &'static str,
    #[serde(skip)]
    title: &'static str,
    says: Vec<(&'static str, String)>,
    origin: &'static str,
    brought: Shown,
    /// Through the guest of which maker it came.
    through: String,
    waits: bool,
    document: Option<(i64, String)>,
    #[serde(skip)]
    address: String,
    #[serde(skip)]
    back: String,
    #[serde(skip)]
    acts: Option<Acts>,
}

/// What whoever keeps the dossier may do about it.
struct Acts {
    token: String,
    faults: Faults,
    entering: Option<Entering>,
    reason: Field,
    confirming: Option<Choice>,
}

impl Show for New {
    fn title(&self) -> String {
        format!("{}: {}", self.title, self.supplier)
    }
}

impl Show for One {
    fn title(&self) -> String {
        format!("{}: {}", self.title, self.supplier)
    }
}

/// Of which kind.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    kind: String,
    product: String,
}

impl Entering {
    fn new(
        by: &Actor,
        kind: EntryKind,
        typed: &Typing,
        problem: Option<&Problem>,
    ) -> Self {
        let faults = parts::faults(problem);
        let fields = kind.fields().iter();
        let chosen = typed.get("origin").map_or("", String::as_str);
        let options = [Origin::ThirdParty, Origin::House, Origin::Supplier]
            .map(|it| (it.word().to_owned(), origin(it).to_owned()));
        let choice = Choice::new("origin", "From whom do you know it?", options, chosen)
            .hint("What the supplier alone says is a claim, and clears nothing.")
            .judged(faults);
        Self {
            form: Form::new(Takes::Evidence, by, problem),
            inputs: fields.map(|spec| Input::of(spec, typed, faults)).collect(),
            origin: kind.has_origin().then_some(choice),
            has_proof: kind.has_proof(),
        }
    }
}

/// `GET /suppliers/{supplier}/entries/new`.
pub(crate) async fn show_new(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(supplier): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let typed = Typing::from([
        ("kind".to_owned(), wanted.kind),
        ("product".to_owned(), wanted.product),
    ]);
    face.show(&new(&house, &by, &supplier, &typed, None).await?)
}

/// `POST /suppliers/{supplier}/entries/new`: keeps an entry.
pub(crate) async fn send(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(supplier): Path<String>,
    parts: Result<Multipart, MultipartRejection>,
) -> Result<Response, Problem> {
    let mut typed = Typing::new();
    let id = number("supplier", &supplier)?;
    match brought(&house, &by, (id, None), parts, &mut typed).await {
        Ok(entry) => Ok(face.done(&format!("{HOME}/{id}#entry-{entry}"))),
        Err(problem) if problem.faults.is_empty() => Err(problem),
        Err(problem) => {
            let page = new(&house, &by, &supplier, &typed, Some(&problem)).await?;
            face.again(&page, problem)
        }
    }
}

/// Keeps what was typed, in the place of another entry where that is named.
async fn brought(
    house: &House,
    by: &Actor,
    (supplier, entry): (i64, Option<i64>),
    parts: Result<Multipart, MultipartRejection>,
    typed: &mut Typing,
) -> Result<i64, Problem> {
    let (name, parcel) = parts::arrive_if_any(parts, &ASKED, typed).await?;
    let kind = kind_of(typed)?;
    let origin = typed.get("origin").and_then(|word| origin_of_word(word));
    let file: Option<(&str, &Parcel)> = match parcel.size() {
        0 => None,
        _ => kind.has_proof().then_some((name.as_str(), &parcel)),
    };
    let brought =
        Brought { kind, origin: origin.unwrap_or_default(), fields: &*typed, file };
    Ok(match entry {
        None => add(&house.app, by, supplier, brought).await?,
        Some(entry) => replace(&house.app, by, (supplier, entry), brought).await?,
    })
}

fn kind_of(typed: &Typing) -> Result<EntryKind, Problem> {
    let word = typed.get("kind").map_or("", String::as_str);
    let kind = EntryKind::from_word(word).filter(|it| *it != EntryKind::Document);
    kind.ok_or_else(|| Problem::not_found("kind of entry", word))
}

async fn new(
    house: &House,
    by: &Actor,
    supplier: &str,
    typed: &Typing,
    problem: Option<&Problem>,
) -> Result<New, Problem> {
    let found = keepable(house, by, supplier).await?;
    let of = kind_of(typed)?;
    let back = format!("{HOME}/{supplier}");
    Ok(New {
        supplier: found.name,
        kind: of.word(),
        title: kind(of),
        about: about(of),
        fields: of.fields().iter().map(|spec| spec.name).collect(),
        address: format!("{back}/entries/new"),
        back,
        entering: Entering::new(by, of, typed, problem),
    })
}

/// A supplier whose dossier the actor keeps.
pub(super) async fn keepable(
    house: &House,
    by: &Actor,
    supplier: &str,
) -> Result<store::Supplier, Problem> {
    let id = number("supplier", supplier)?;
    let scope = by.scope(Permission::KeepSuppliers);
    Ok(house.app.store.supplier(&scope, id).await?)
}

/// `GET /suppliers/{supplier}/entries/{entry}`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path((supplier, entry)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let page = shown(&house, &by, (&supplier, &entry), None, face.clock()).await?;
    face.show(&page)
}

/// `POST /suppliers/{supplier}/entries/{entry}`: puts another in its place.
pub(crate) async fn change(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path((supplier, entry)): Path<(String, String)>,
    parts: Result<Multipart, MultipartRejection>,
) -> Result<Response, Problem> {
    let mut typed = Typing::new();
    let ids = (number("supplier", &supplier)?, Some(number("entry", &entry)?));
    match brought(&house, &by, ids, parts, &mut typed).await {
        Ok(new) => Ok(face.done(&format!("{HOME}/{supplier}#entry-{new}"))),
        Err(problem) if problem.faults.is_empty() => Err(problem),
        Err(problem) => {
            let again = Some((&typed, &problem));
            let ids = (supplier.as_str(), entry.as_str());
            let page = shown(&house, &by, ids, again, face.clock()).await?;
            face.again(&page, problem)
        }
    }
}

/// `POST /suppliers/{supplier}/entries/{entry}/withdrawn`: withdraws it, with the reason.
pub(crate) async fn withdrawn(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path((supplier, entry)): Path<(String, String)>,
    Typed(typed): Typed<Typing>,
) -> Result<Response, Problem> {
    let ids = (number("supplier", &supplier)?, number("entry", &entry)?);
    let reason = typed.get("reason").map_or("", String::as_str);
    let done = withdraw(&house.app, &by, ids, reason).await.map_err(Problem::from);
    finish(face, (&house, &by), (&supplier, &entry), &typed, done).await
}

/// `POST /suppliers/{supplier}/entries/{entry}/confirmed`: confirms what a guest brought.
pub(crate) async fn confirmed(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path((supplier, entry)): Path<(String, String)>,
    Typed(typed): Typed<Typing>,
) -> Result<Response, Problem> {
    let ids = (number("supplier", &supplier)?, number("entry", &entry)?);
    let word = typed.get("origin").map_or("", String::as_str);
    let origin = origin_of_word(word).unwrap_or_default();
    let done = confirm(&house.app, &by, ids, origin).await.map_err(Problem::from);
    finish(face, (&house, &by), (&supplier, &entry), &typed, done).await
}

async fn finish(
    face: Face,
    (house, by): (&House, &Actor),
    (supplier, entry): (&str, &str),
    typed: &Typing,
    done: Result<(), Problem>,
) -> Result<Response, Problem> {
    match done {
        Ok(()) => Ok(face.done(&format!("{HOME}/{supplier}#dossier"))),
        Err(problem) if problem.faults.is_empty() => Err(problem),
        Err(problem) => {
            let again = Some((typed, &problem));
            let ids = (supplier, entry);
            let page = shown(house, by, ids, again, face.clock()).await?;
            face.again(&page, problem)
        }
    }
}

async fn shown(
    house: &House,
    by: &Actor,
    (supplier, entry): (&str, &str),
    again: Option<(&Typing, &Problem)>,
    clock: &Clock,
) -> Result<One, Problem> {
    let (found, _) = one(&house.app, by, number("supplier", supplier)?).await?;
    let id = number("entry", entry)?;
    let known = found.entries.iter().find(|it| it.id == id);
    let known = known.ok_or_else(|| Problem::not_found("entry", entry))?;
    let of = EntryKind::from_word(&known.kind).unwrap_or(EntryKind::Document);
    let back = format!("{HOME}/{supplier}");
    let may_keep = by.scope(Permission::KeepSuppliers).admits(&found.supplier.path);
    Ok(One {
        id,
        supplier: found.supplier.name.clone(),
        kind: of.word(),
        title: kind(of),
        says: said(known),
        origin: origin_named(&known.origin),
        brought: clock.show_day(&known.brought),
        through: known.maker.clone(),
        waits: known.waits(),
        document: known.document.as_ref().map(|one| (one.original, one.name.clone())),
        address: format!("{back}/entries/{id}"),
        back,
        acts: may_keep.then(|| Acts::new(by, known, again)),
    })
}

impl Acts {
    fn new(
        by: &Actor,
        entry: &SupplierEntry,
        again: Option<(&Typing, &Problem)>,
    ) -> Self {
        let of = EntryKind::from_word(&entry.kind).unwrap_or(EntryKind::Document);
        let problem = again.map(|(_, problem)| problem);
        let faults = parts::faults(problem);
        let typed = match again {
            Some((typed, _)) if typed.contains_key("kind") => typed.clone(),
            _ => {
                let mut typed = entry.fields.clone();
                typed.insert("origin".to_owned(), entry.origin.clone());
                typed
            }
        };
        let reason = again.and_then(|(typed, _)| typed.get("reason"));
        let options = [Origin::ThirdParty, Origin::House]
            .map(|it| (it.word().to_owned(), origin(it).to_owned()));
        let confirming = Choice::new("origin", "How do you know it?", options, "");
        // One form has the field of that name.
        let can_change = of != EntryKind::Document && !entry.waits();
        Self {
            token: by.form_token.clone(),
            faults: problem.map_or_else(Faults::none, Faults::of),
            entering: can_change.then(|| Entering::new(by, of, &typed, problem)),
            reason: Field::new("reason", "Why?", Holds::Text)
                .hint(match entry.maker.is_empty() {
                    true => "It stays to be read among what was withdrawn.",
                    false => "The supplier reads it.",
                })
                .typed(reason.map_or("", String::as_str))
                .judged(faults),
            confirming: entry.waits().then(|| confirming.judged(faults)),
        }
    }
}
