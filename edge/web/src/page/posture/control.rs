//! One control of an organisation: the verdict, the facts that it rests on with their age, what
//! would change it, what to do next, and to which parts of other catalogs it belongs.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use operations::evidence::{attest, may_be_entered};
use operations::posture::{judged, of_control};
use operations::{Actor, Permission};
use posture::crosswalk::crosswalks;
use posture::{Control, catalog};
use serde::Serialize;

use super::tailoring::{Asked, Tailor, Typing, asked};
use super::{Fact, HOME, Wanted};
use crate::House;
use crate::access::By;
use crate::clock::Clock;
use crate::face::{Face, Show};
use crate::field::{Fault, Faults, Field, Holds, Rendered, coded};
use crate::form::Typed;
use crate::mark::Mark;
use crate::page::evidence::words;
use crate::page::supplier::day;
use crate::parts;
use crate::problem::Problem;

#[derive(Template, Serialize)]
#[template(path = "posture/control.html")]
pub(super) struct Page {
    id: &'static str,
    title: &'static str,
    about: &'static str,
    category: &'static str,
    basis: &'static str,
    organisation: i64,
    name: String,
    as_of: String,
    verdict: Mark,
    why: String,
    owner: String,
    facts: Vec<Fact>,
    would_change: Option<&'static str>,
    next: Vec<String>,
    exception: Option<Exception>,
    parameters: Vec<Parameter>,
    /// The kinds of evidence that it looks at.
    looks_at: Vec<Kind>,
    crosswalk: Vec<Elsewhere>,
    /// The same control of the other organisations that whoever looks sees.
    members: Vec<Member>,
    #[serde(skip)]
    as_of_shown: String,
    #[serde(skip)]
    back: String,
    /// Exceptions that are asked for or hold.
    exceptions: Vec<Asked>,
    #[serde(skip)]
    token: String,
    #[serde(skip)]
    faults: Faults,
    /// Of whoever may sign for it.
    #[serde(skip)]
    signing: Option<Field>,
    #[serde(skip)]
    tailor: Tailor,
}

#[derive(Serialize)]
struct Exception {
    reason: String,
    approver: String,
    expires: String,
    holds: bool,
    #[serde(skip)]
    expires_shown: String,
}

#[derive(Serialize)]
struct Parameter {
    name: &'static str,
    /// What it measures, with its unit.
    measure: &'static str,
    value: i64,
    usual: i64,
}

#[derive(Serialize)]
struct Kind {
    kind: &'static str,
    is_needed: bool,
    #[serde(skip)]
    words: String,
    /// Where evidence of it that is at hand is listed.
    #[serde(skip)]
    listed: String,
    /// Where it is delivered or entered; empty where whoever looks may not.
    #[serde(skip)]
    enter: String,
}

#[derive(Serialize)]
struct Elsewhere {
    catalog: &'static str,
    identifier: &'static str,
    means: &'static str,
    #[serde(skip)]
    name: &'static str,
}

#[derive(Serialize)]
struct Member {
    organisation: i64,
    name: String,
    verdict: Mark,
}

impl Show for Page {
    fn title(&self) -> String {
        format!("{} {}", self.id, self.title)
    }
}

impl Page {
    fn change_words(&self) -> Rendered {
        coded(self.would_change.unwrap_or_default())
    }

    fn next_words(&self) -> impl Iterator<Item = Rendered> + '_ {
        self.next.iter().map(|text| coded(text))
    }
}

/// A control in a path.
pub(super) fn named(id: &str) -> Result<Control, Problem> {
    catalog().control(id).ok_or_else(|| Problem::not_found("control", id))
}

/// `GET /posture/{control}`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(id): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let of = (id.as_str(), wanted.number()?);
    let page = page(&house, &by, of, None, face.clock()).await?;
    face.show(&page)
}

/// `POST /posture/{control}/attested`: whoever is here signs for it.
pub(crate) async fn attested(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(id): Path<String>,
    Typed(typed): Typed<Typing>,
) -> Result<Response, Problem> {
    let control = named(&id)?.id();
    let text = |name: &str| typed.get(name).map_or("", String::as_str);
    let wanted = Wanted { organisation: text("organisation").to_owned() }.number()?;
    let statement = text("statement");
    let place = judged(&house.app, &by, wanted).await?.organisation.id;
    let done = attest(&house.app, &by, place, (control, statement)).await;
    match done.map_err(Problem::from) {
        Ok(made) => {
            let back = format!("{HOME}/{control}?organisation={place}");
            Ok(face.made_and_on(made, &format!("/evidence/{made}"), &back))
        }
        Err(problem) if problem.faults.is_empty() => Err(problem),
        Err(problem) => {
            let of = (control, Some(place));
            let again = Some((&typed, &problem));
            let page = page(&house, &by, of, again, face.clock()).await?;
            face.again(&page, problem)
        }
    }
}

pub(super) async fn page(
    house: &House,
    by: &Actor,
    (id, organisation): (&str, Option<i64>),
    again: Option<(&Typing, &Problem)>,
    clock: &Clock,
) -> Result<Page, Problem> {
    let control = named(id)?;
    let one = judged(&house.app, by, organisation).await?;
    let found = one.assessed.iter().find(|it| it.control == control);
    let found = found.ok_or_else(|| Problem::not_found("control", id))?;
    let ruling = &found.ruling;
    let place = &one.organisation;
    let nothing = Typing::new();
    let typed = again.map_or(&nothing, |(typed, _)| typed);
    let problem = again.map(|(_, problem)| problem);
    let faults = parts::faults(problem);
    let others = of_control(&house.app, by, control).await?.into_iter();
    let others = others.filter(|(other, _)| other.id != place.id);
    let members = others.take(MEMBERS).map(|(other, verdict)| Member {
        organisation: other.id,
        name: other.name,
        verdict: Mark::control(verdict),
    });
    let is_open = !found.steps.is_empty();
    let facts = ruling.grounds.iter().map(|ground| Fact::of(ground, by, one.day));
    let exception = found.exception.as_ref().map(|exception| Exception {
        reason: exception.reason.clone(),
        approver: exception.approver.clone(),
        expires: exception.expires.to_string(),
        expires_shown: day(&exception.expires.to_string()),
        holds: found.is_excepted(one.day),
    });
    let parameters = control.parameters().iter().map(|(name, usual)| Parameter {
        name,
        measure: control.measure(name).unwrap_or(name),
        value: one.tailoring.parameter(control.id(), name).unwrap_or(*usual),
        usual: *usual,
    });
    Ok(Page {
        id: control.id(),
        title: control.title(),
        about: control.about(),
        category: control.category().word(),
        basis: control.basis().word(),
        organisation: place.id,
        name: place.name.clone(),
        as_of: one.day.to_string(),
        as_of_shown: day(&one.day.to_string()),
        verdict: Mark::control(ruling.verdict),
        why: ruling.why.clone(),
        owner: found.owner.clone(),
        facts: facts.collect(),
        would_change: is_open.then(|| control.change()),
        next: found.steps.iter().map(|step| step.text.clone()).collect(),
        exception,
        parameters: parameters.collect(),
        looks_at: kinds(control, by, place.id),
        crosswalk: crosswalk(control),
        members: members.collect(),
        back: format!("{HOME}?organisation={}", place.id),
        exceptions: asked(house, by, (place, control), clock).await?,
        token: by.form_token.clone(),
        faults: problem.map_or_else(Faults::none, Faults::of),
        signing: signing(by, place, typed, faults),
        tailor: Tailor::of(by, (place, control), &one.tailoring, (typed, faults)),
    })
}

/// The form of whoever may sign.
fn signing(
    by: &Actor,
    place: &store::Organisation,
    typed: &Typing,
    faults: &[Fault],
) -> Option<Field> {
    let may = by.scope(Permission::KeepEvidence).admits(&place.path);
    let field = Field::new("statement", "What is so", Holds::Text)
        .hint("In a sentence, in your name. It is a claim, and partly met at most.")
        .typed(typed.get("statement").map_or("", String::as_str))
        .judged(faults);
    may.then_some(field)
}

/// How many other organisations are shown.
const MEMBERS: usize = 50;

fn kinds(control: Control, by: &Actor, organisation: i64) -> Vec<Kind> {
    let can_keep = by.may(Permission::KeepEvidence);
    let needed = control.needs().iter().map(|kind| (kind, true));
    let also = control.also().iter().map(|kind| (kind, false));
    let of = |(kind, is_needed): (&'static String, bool)| {
        let named = evidence::Kind::named(kind);
        let enter = match named.is_some_and(may_be_entered) {
            true => {
                format!("/evidence/entries/new?kind={kind}&organisation={organisation}")
            }
            false => "/evidence/new".to_owned(),
        };
        Kind {
            words: words::capital(words::kind(kind)),
            listed: format!("/evidence?kind={kind}&organisation={organisation}"),
            enter: if can_keep { enter } else { String::new() },
            kind,
            is_needed,
        }
    };
    needed.chain(also).map(of).collect()
}

fn crosswalk(control: Control) -> Vec<Elsewhere> {
    let mut found = Vec::new();
    for one in crosswalks() {
        for identifier in one.of(control.id()) {
            found.push(Elsewhere {
                catalog: &one.catalog,
                identifier,
                means: one.means.get(identifier).map_or("", String::as_str),
                name: &one.name,
            });
        }
    }
    found
}
