//! What is their own, asked for by everybody: whoever has a permission is let in to things that
//! are there, and whoever has not is refused before anything is looked up.

use axum::http::StatusCode;
use store::Role;

use super::known::{Form, Known, Places, beginnings, with};
use super::town::{Somebody, Town};
use super::{OF_MAKERS, brief, differing, may, sent, told};
use crate::access::{Address, Asked};
use crate::tests::Browser;
use crate::tests::databases::Fresh;
use crate::tests::walk::led;

/// How many things of a kind are tried: what one role has ended, another still has.
const TRIED: usize = 5;

/// Of another house, or of the whole house, and tried elsewhere.
const ELSEWHERE: [&str; 4] = [
    "/audit",
    "/audit/verification",
    "/audit/{number}",
    "/life-cycles/{table}/withdrawn",
];

/// What a page is asked about.
const ABOUT: [(&str, &str); 3] = [
    ("/components/one", "key=openssl%3Aopenssl&version=1.0.1e"),
    ("/suppliers/{supplier}/entries/new", "kind=certificate"),
    ("/api/v1/project/lookup", "name=Qnorth-build&version=1"),
];

/// What is answered otherwise to whoever may, since the hospital has nothing of it.
const NOT_HERE: [(&str, &str, &str); 10] = [
    ("GET", "/api/v1/analysis", "is no UUID"),
    ("GET", "/api/v1/project/latest/{name}", "There is no project"),
    ("GET", "/mds2/compare", "forms are compared"),
    // Of whoever is named alone.
    ("POST", "/designations/{designation}/accepted", "There is no designation"),
    // Of whoever keeps it alone.
    ("POST", "/devices/views/forgotten", "There is no saved view"),
    ("POST", "/work/views/forgotten", "There is no saved view"),
    // A page has the form of another person's.
    ("POST", "/people/{person}/tokens/taken-back", "There is no token"),
    ("POST", "/work/{action}/analysis/taken-back", "There is no analysis"),
    ("POST", "/people/{person}/identity", "There is no identity provider"),
    ("PUT", "/api/v1/analysis", "is no UUID"),
];

/// Where a secret lets somebody in, whoever it is; or what asks a provider, which nobody has.
fn is_of_a_secret(address: &Address) -> bool {
    let is_of_a_provider = ["/provider", "/account/identity"];
    address.asked == Asked::Nothing
        || address.path.contains("{secret}")
        || is_of_a_provider.iter().any(|end| address.path.ends_with(end))
}

/// What takes something away is done last, and what concerns people after that.
fn turn(address: &Address) -> usize {
    const ENDS: [&str; 16] = [
        "taken-back",
        "withdrawn",
        "taken-away",
        "thrown-away",
        "taken-out",
        "taken",
        "declined",
        "set-aside",
        "left-out",
        "ended",
        "cancelled",
        "forgotten",
        "awarded",
        "moved",
        "removed",
        "erased",
    ];
    let last = address.path.rsplit('/').next().unwrap();
    let first = address.path.split('/').nth(1).unwrap();
    match (address.method, ENDS.iter().position(|end| *end == last)) {
        ("GET", _) => 0,
        _ if address.path == "/sign-out" => 99,
        _ if ["people", "account"].contains(&first) => 50,
        (_, None) => 1,
        (_, Some(at)) => 2 + at,
    }
}

/// Whether somebody was let in to what is there, though it may be that nothing is to be done
/// about it, or what was sent does not do.
fn is_let_in(address: &Address, (status, body): &(StatusCode, String)) -> bool {
    const DONE: [StatusCode; 2] = [StatusCode::SEE_OTHER, StatusCode::NOT_MODIFIED];
    const FOUND: [StatusCode; 3] =
        [StatusCode::BAD_REQUEST, StatusCode::CONFLICT, StatusCode::UNPROCESSABLE_ENTITY];
    let is_act = address.method != "GET";
    let without_pdf = !cfg!(feature = "pdf") && address.path.ends_with("/pdf");
    let mut not_here = NOT_HERE.iter();
    status.is_success()
        || DONE.contains(status)
        || is_act && FOUND.contains(status)
        || without_pdf && body.contains("built without PDF")
        || not_here.any(|(method, path, why)| {
            (*method, *path) == (address.method, address.path) && body.contains(why)
        })
}

/// What a form sends, and nothing where no page has one.
fn form(own: &Known, address: &Address) -> Form {
    sent(own, address).unwrap_or_else(|| Form::of(""))
}

/// What is asked for about one thing.
async fn asked(
    town: &Town,
    one: &Somebody,
    address: &Address,
    (places, form): (&Places, &Form),
) -> (StatusCode, String) {
    let mut path = with(address.path, places);
    if let Some((_, query)) = ABOUT.iter().find(|(about, _)| *about == address.path) {
        path = format!("{path}?{query}");
    }
    let request = one.asks(address, &path, form, "application/json");
    told(&town.fixture.answered(request).await)
}

/// The things of a route that are there, the newest first.
fn things(own: &Known, address: &Address) -> Vec<Places> {
    let mut all = match beginnings(address.path).is_empty() {
        true => vec![Places::new()],
        false => own.all(address.path),
    };
    let number = |one: &Places| one.iter().map(|it| (it.len(), it.clone())).collect();
    all.sort_by_cached_key(|one| std::cmp::Reverse::<Vec<(usize, String)>>(number(one)));
    all.truncate(TRIED);
    all
}

/// Whoever may not is refused, whatever is there, and changes nothing.
async fn refuses_whoever_may_not(
    town: &Town,
    people: &[Somebody],
    (address, all, form): (&Address, &[Places], &Form),
) -> Vec<String> {
    let mut faults = Vec::new();
    let before = town.counts().await;
    for one in people.iter().filter(|one| !may(address, one.role)) {
        let answer = asked(town, one, address, (all.first().unwrap(), form)).await;
        if answer.0 != StatusCode::FORBIDDEN {
            faults.push(format!(
                "{} is not refused: {}",
                one.role.word(),
                brief(&answer)
            ));
        }
    }
    let changed = differing(&before, &town.counts().await);
    if !changed.is_empty() {
        faults.push(format!("changed {changed:?} while refused"));
    }
    faults
}

/// Whoever may is let in to something; after somebody did it, there may be nothing left.
async fn lets_in_whoever_may(
    town: &Town,
    people: &[Somebody],
    (address, all, form): (&Address, &[Places], &Form),
) -> Vec<String> {
    let mut faults = Vec::new();
    let mut is_done = false;
    let mut met: Vec<Role> = Vec::new();
    let mut waiting: Vec<&Somebody> =
        people.iter().filter(|one| may(address, one.role)).collect();
    // Of two guests the second is asked where the first has nothing.
    waiting.sort_by_key(|one| one.role);
    for one in waiting {
        let mut last = None;
        for places in all {
            let answer = asked(town, one, address, (places, form)).await;
            let is_over = is_let_in(address, &answer);
            last = Some(answer);
            if is_over {
                break;
            }
        }
        let answer = last.unwrap();
        let is_late = is_done && answer.0 == StatusCode::NOT_FOUND;
        match is_let_in(address, &answer) {
            true => met.push(one.role),
            false if is_late && address.method != "GET" => met.push(one.role),
            false => faults.push((one.role, brief(&answer))),
        }
        is_done |= is_let_in(address, &answer);
    }
    faults.retain(|(role, _)| !met.contains(role));
    faults.into_iter().map(|(role, told)| format!("{} {told}", role.word())).collect()
}

/// More that is there: what waits for somebody, entries that may be replaced, and accounts that
/// may end.
async fn prepared(town: &Town, place: i64, boss: &Browser) -> Known {
    let (fixture, list) = (&town.fixture, town.list());
    let mut spare = Known::default();
    let named = format!("name=Spare&organisation={place}");
    let dossier = led(&fixture.ask(boss.post("/suppliers/new", &named)).await);
    for _ in 0..4 {
        let fields = [("kind", "membership"), ("origin", "third-party"), ("isao", "One")];
        let new = format!("{dossier}/entries/new");
        let kept = led(&fixture.deliver(boss, &new, place, &fields, b"a letter").await);
        let entry = format!("{dossier}/entries/{}", kept.rsplit('-').next().unwrap());
        let of_entries = "/suppliers/{supplier}/entries/{entry}";
        for one in list.iter().filter(|one| one.path.starts_with(of_entries)) {
            spare.keep(one.path, &entry);
        }
    }
    let roster = b"Employee ID,Role,Email,Start Date\n3,Nurse,r@x.example,soon\n";
    let waiting = fixture.deliver(boss, "/evidence/new", place, &[], roster).await;
    assert_eq!(waiting.status, StatusCode::SEE_OTHER, "{}", waiting.body);
    for one in &list {
        if one.path.starts_with("/evidence/{evidence}") {
            spare.keep(one.path, waiting.header("location"));
        }
    }
    town.people(place, "Spare").await;
    spare
}

#[tokio::test(flavor = "multi_thread")]
async fn each_role_is_let_in_to_what_is_its_own_as_the_permissions_say() {
    let fresh = Fresh::sqlite().await;
    let town = Town::on(&fresh).await;
    let mut north = town.hospital("North").await;
    let mut own = town.happens(&mut north, "Qnorth").await;
    let boss = north.of(Role::Administrator).browser.clone();
    let more = prepared(&town, north.place, &boss).await;
    own.goes(&town.fixture, &town.list(), &boss, &["/people".to_owned()]).await;
    own.add(&more);
    let people: Vec<Somebody> = north.people.into_iter().chain(north.other).collect();
    for role in Role::ALL {
        assert!(people.iter().any(|one| one.role == role), "{}", role.word());
    }
    let mut faults = Vec::new();
    let mut list = town.list();
    list.sort_by_key(turn);
    list.retain(|one| {
        let is_elsewhere = ELSEWHERE.contains(&one.path) || OF_MAKERS.contains(&one.path);
        !is_of_a_secret(one) && !is_elsewhere
    });
    let mut ready = Vec::new();
    for address in &list {
        let name = format!("{} {}", address.method, address.path);
        let (all, form) = (things(&own, address), form(&own, address));
        if all.is_empty() {
            faults.push(format!("{name}: there is nothing of the kind"));
            continue;
        }
        let about = (address, all.as_slice(), &form);
        let found = refuses_whoever_may_not(&town, &people, about).await;
        faults.extend(found.into_iter().map(|fault| format!("{name}: {fault}")));
        ready.push((address, name, all, form));
    }
    for (address, name, all, form) in &ready {
        let about = (*address, all.as_slice(), form);
        let found = lets_in_whoever_may(&town, &people, about).await;
        faults.extend(found.into_iter().map(|fault| format!("{name}: {fault}")));
    }
    assert!(ready.len() > 200, "{}", ready.len());
    assert!(faults.is_empty(), "{}\n{}", faults.len(), faults.join("\n"));
}
