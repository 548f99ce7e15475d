//! Where an organisation stands, on one page.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::{Query, State};
use axum::response::Response;
use fleet::Priority;
use jiff::civil::Date;
use operations::fleet::{Entry, Holdings, holdings};
use operations::posture::{judged, past};
use operations::{Actor, Permission, fleet as held_fleet, report as kept, supplier};
use report::{Board, Doing, Frame, Held, Report};
use store::Organisation;

use super::posture::{members, named, noted};
use super::{Form, Home, Page, file, knowledge};
use crate::House;
use crate::access::By;
use crate::face::Face;
use crate::mark::Mark;
use crate::page::posture::Wanted;
use crate::page::work::Row;
use crate::page::work::row::counted_devices;
use crate::problem::Problem;

/// What comes first: as many as the page has room for.
const FIRST: usize = 5;

/// `GET /reports/board`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let (id, report) = made(&house, &by, &wanted).await?;
    face.show(&Page::of(report, Home::of_organisation("board", id)))
}

/// `GET /reports/board/file`.
pub(crate) async fn take(
    State(house): State<House>,
    By(by): By,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let (id, report) = made(&house, &by, &wanted).await?;
    let of = (kept::Subject::Organisation(id), "board");
    file(&house, &by, of, (Form::Json, &report)).await
}

/// `GET /reports/board/pdf`.
pub(crate) async fn print(
    State(house): State<House>,
    By(by): By,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let (id, report) = made(&house, &by, &wanted).await?;
    let of = (kept::Subject::Organisation(id), "board");
    file(&house, &by, of, (Form::Pdf, &report)).await
}

async fn made(
    house: &House,
    by: &Actor,
    wanted: &Wanted,
) -> Result<(i64, Report), Problem> {
    let one = judged(&house.app, by, wanted.number()?).await?;
    let place = &one.organisation;
    let (_, days) = past(&house.app, by, place.id).await?;
    let board = Board {
        assessed: &one.assessed,
        noted: noted(&days),
        held: held(house, by, place).await?,
        suppliers: suppliers(house, by, place).await?,
        members: members(house, by, place).await?,
    };
    let knowledge = knowledge(house, by).await?;
    let named = |name: &str| named(name, by);
    let frame = Frame {
        organisation: &place.name,
        day: one.day,
        knowledge: &knowledge,
        named: &named,
    };
    Ok((place.id, report::board(&frame, &board)))
}

/// What is to be done about the devices of an organisation and those below it, as far as whoever
/// asks sees them.
async fn held(
    house: &House,
    by: &Actor,
    place: &Organisation,
) -> Result<Option<Held>, Problem> {
    if !by.may(Permission::ViewDevices) {
        return Ok(None);
    }
    let seen = house.app.store.organisations(&by.scope(Permission::ViewDevices)).await?;
    let within: BTreeSet<i64> =
        seen.iter().filter(|one| place.path.holds(&one.path)).map(|one| one.id).collect();
    if within.is_empty() || house.app.store.generation().await?.is_none() {
        return Ok(None);
    }
    let known = holdings(&house.app, by.head).await?;
    let (scope, today) =
        (held_fleet::scope(by), Date::strptime("%Y-%m-%d", house.app.today()));
    let today =
        today.map_err(|_| Problem::ours("the clock of the house shows no day"))?;
    let told = tokio::task::spawn_blocking(move || {
        let mut entries = known.entries(&scope, today);
        entries.retain(|one| !one.state.is_over() && within.contains(&one.organisation));
        told(&known, entries, today)
    });
    Ok(Some(told.await.map_err(|_| Problem::ours("a count was cut short"))?))
}

fn told(known: &Holdings, mut entries: Vec<Entry<'_>>, today: Date) -> Held {
    let open = Priority::ALL.map(|priority| {
        let of = entries.iter().filter(|one| one.priority == Some(priority));
        (Mark::priority(Some(priority)).label(), of.count())
    });
    entries.sort_by_key(|one| {
        let devices = one.action.map_or(0, |action| action.devices);
        (one.priority.is_none(), one.priority, u64::MAX - devices)
    });
    let row = |one: &Entry<'_>| {
        let row = Row::new(one, known, &BTreeMap::new(), today);
        let soon = row.priority.label();
        let devices = counted_devices(row.devices);
        Doing {
            beside: format!("{soon}, {devices}: {}", row.clears()),
            text: row.shown.title,
        }
    };
    Held {
        open: open.into(),
        overdue: entries.iter().filter(|one| one.is_overdue(today)).count(),
        first: entries.iter().take(FIRST).map(row).collect(),
    }
}

/// How many suppliers an organisation and those below it keep, and from how many of them nothing
/// may be bought.
async fn suppliers(
    house: &House,
    by: &Actor,
    place: &Organisation,
) -> Result<Option<(usize, usize)>, Problem> {
    if !by.may(Permission::ViewSuppliers) {
        return Ok(None);
    }
    let (all, _) = supplier::assessed(&house.app, by).await?;
    let own = all.iter().filter(|one| place.path.holds(&one.supplier.path));
    let blocked = own.clone().filter(|one| one.vetted.gate.standing.is_blocked());
    Ok(Some((own.count(), blocked.count())))
}
