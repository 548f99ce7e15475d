//! Where an organisation stands, to be read on paper.

use axum::extract::{Query, State};
use axum::response::Response;
use operations::posture::{judged, overview, past};
use operations::{Actor, report as kept};
use report::{Frame, Member, Noted, Report, Standing, Turned};
use store::{Organisation, PostureDay, TurnedVerdict};

use super::{Form, Home, Page, file, knowledge};
use crate::House;
use crate::access::By;
use crate::clock::Clock;
use crate::face::Face;
use crate::page::posture::{Wanted, document};
use crate::problem::Problem;

/// `GET /reports/posture`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let (id, report) = made(&house, &by, &wanted).await?;
    face.show(&Page::of(report, Home::of_organisation("posture", id)))
}

/// `GET /reports/posture/file`.
pub(crate) async fn take(
    State(house): State<House>,
    By(by): By,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let (id, report) = made(&house, &by, &wanted).await?;
    let of = (kept::Subject::Organisation(id), "posture");
    file(&house, &by, of, (Form::Json, &report)).await
}

/// `GET /reports/posture/pdf`.
pub(crate) async fn print(
    State(house): State<House>,
    By(by): By,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let (id, report) = made(&house, &by, &wanted).await?;
    let of = (kept::Subject::Organisation(id), "posture");
    file(&house, &by, of, (Form::Pdf, &report)).await
}

async fn made(
    house: &House,
    by: &Actor,
    wanted: &Wanted,
) -> Result<(i64, Report), Problem> {
    let one = judged(&house.app, by, wanted.number()?).await?;
    let id = one.organisation.id;
    let (turned, days) = past(&house.app, by, id).await?;
    let knowledge = knowledge(house, by).await?;
    let clock = Clock::new((house.app.now)(), &by.zone);
    let turned = turned.iter().map(|one| turned_of(one, &clock)).collect();
    let standing = Standing {
        assessed: &one.assessed,
        turned,
        noted: noted(&days),
        members: members(house, by, &one.organisation).await?,
    };
    let named = |name: &str| named(name, by);
    let frame = Frame {
        organisation: &one.organisation.name,
        day: one.day,
        knowledge: &knowledge,
        named: &named,
    };
    Ok((id, report::posture(&frame, &standing)))
}

/// An organisation and those below it.
pub(super) async fn members(
    house: &House,
    by: &Actor,
    place: &Organisation,
) -> Result<Vec<Member>, Problem> {
    let all = overview(&house.app, by).await?;
    let mut below: Vec<_> = all
        .standings
        .into_iter()
        .filter(|one| place.path.holds(&one.organisation.path))
        .collect();
    below.sort_by(|one, other| one.organisation.path.cmp(&other.organisation.path));
    let member = |one: operations::posture::Standing| Member {
        depth: one.organisation.path.depth().saturating_sub(place.path.depth()),
        name: one.organisation.name,
        organisations: one.rolled.organisations,
        posture: one.rolled.posture,
    };
    Ok(below.into_iter().map(member).collect())
}

/// What a document is called for people.
pub(super) fn named(name: &str, by: &Actor) -> String {
    document(name, by).0
}

fn turned_of(one: &TurnedVerdict, clock: &Clock) -> Turned {
    Turned {
        control: one.control.clone(),
        before: one.before.clone(),
        after: one.after.clone(),
        day: clock.show(&one.at).text,
    }
}

/// What was noted, as numbers; a day that is none is left out, which the database rules out.
pub(crate) fn noted(days: &[PostureDay]) -> Vec<Noted> {
    let count = |count: i64| usize::try_from(count).unwrap_or_default();
    let noted = |one: &PostureDay| {
        Some(Noted {
            day: terms::date::day(&one.day).ok()?,
            met: count(one.met),
            partly_met: count(one.partly_met),
            not_met: count(one.not_met),
            cannot_tell: count(one.cannot_tell),
        })
    };
    days.iter().filter_map(noted).collect()
}
