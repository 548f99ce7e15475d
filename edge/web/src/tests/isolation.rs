//! Who is told what of whose: every route, asked by every role, about what is its own and about
//! what a sister hospital has, the purchasing group above, or a rival. Numbers and forms are
//! those that pages lead to, so that a route which no page leads to must be named here.

mod known;
mod own;
mod rivals;
mod town;

use std::collections::BTreeMap;

use axum::http::StatusCode;
use operations::work_off;
use store::Role;

use self::known::{Form, Known, Places, beginnings, with};
use self::town::{Somebody, Town};
use super::Answer;
use super::databases::{self, Fresh};
use super::tokens::token_of;
use crate::access::{Address, Asked, Gravity, Way};

/// Places in routes that stand for what everybody may know, or for a secret that itself opens.
const OF_NOBODY: [&str; 14] = [
    "/advisories/{advisory}",
    "/vulnerabilities/{vulnerability}",
    "/devices/{device}/vulnerabilities/{vulnerability}",
    "/posture/{control}",
    "/posture/oscal/{model}",
    "/maker/red-flags/{flag}",
    "/assets/{name}",
    "/digest/stop/{secret}",
    "/first-run/{secret}",
    "/welcome/{secret}",
    "/password/{secret}",
    "/confirm/form/{secret}",
    // Of the whole house, and for those alone who run it.
    "/audit/{number}",
    "/life-cycles/{table}",
];

/// What tells of the asking itself: a secret that is new each time, a token that was used, and
/// the proofs of what people took away.
const OF_THE_ASKING: [&str; 4] =
    ["/account/second-factor", "/people/{person}", "/reports/pack", "/reports/pack/file"];

/// Files without a word of anybody's in them.
const OF_NOBODY_FILES: [&str; 2] = ["/mds2/empty.xlsx", "/purchases/profile.toml"];

/// What is a maker's, of which this town has none: `telling` and `customers` try it.
const OF_MAKERS: [&str; 4] = [
    "/customers/questions/{question}",
    "/customers/{customer}/removed",
    "/customers/flaws/{product}/{vulnerability}",
    "/customers/flaws/{product}/{vulnerability}/taken-back",
];

/// A token may be held to the whole house: it reaches as far as its holder.
const HELD_TO_THE_WHOLE: &str = "/account/tokens";

/// What answers programs that ask for nothing as if there were nothing yet.
const EMPTY: [&str; 3] = [
    "/api/v1/bom/token/{uuid}",
    "/api/v1/event/token/{uuid}",
    "/api/v1/project/tag/{tag}",
];

/// Forms that no page shows as the hospital stands: what they would send.
const FORMS: [(&str, &str); 26] = [
    ("/customers", "organisation=1&customers=Harrow+Vale"),
    ("/products/{product}/audience", "audience=below"),
    ("/suppliers/{supplier}/names", "name=Aldermoor&same=yes"),
    ("/purchases/{purchase}/awarded", "bidder=1&shown=0&conditions=none"),
    ("/purchases/{purchase}/overrides/{override}/approved", ""),
    ("/purchases/{purchase}/overrides/{override}/ended", "reason=as+said"),
    ("/posture/exceptions/{exception}/approved", ""),
    ("/posture/exceptions/{exception}/ended", "reason=as+said"),
    ("/evidence/{evidence}/taken", "source=Personnel&audience=owner&replaces="),
    ("/evidence/{evidence}/thrown-away", ""),
    ("/designations/{designation}/accepted", ""),
    ("/questions/{question}/maker", "note=as+said"),
    ("/organisations/{organisation}/sboms", "audience=below"),
    ("/organisations/{organisation}/removed", ""),
    ("/work/{action}/approval", "until=2026-12-24&version=1"),
    ("/work/{action}/analysis/taken-back", "analysis=1&back_reason=as+said"),
    ("/work/{action}/maker", "note=as+said"),
    ("/settings/webhooks/{webhook}/resumed", ""),
    ("/people/{person}/unblocked", ""),
    ("/people/{person}/second-factor/taken-away", ""),
    ("/people/{person}/identity", "subject=as+said"),
    ("/people/{person}/identity/taken-away", ""),
    ("/people/{person}/tokens/taken-back", "token=1"),
    ("/devices/{device}/moved", "organisation=1&source=AIMS&why=as+said"),
    ("/api/v1/project/{uuid}", "description=as+said"),
    ("/questions/{question}/notes/{note}/taken-back", ""),
];

fn may(address: &Address, role: Role) -> bool {
    match address.asked {
        Asked::Permission(permission) => {
            permission.is_of(role)
                && (address.way != Way::ByToken || permission.is_lent())
        }
        Asked::Account | Asked::Nothing => true,
    }
}

/// Of the same shape, and nowhere in the house.
fn absent(one: &str) -> String {
    match one {
        _ if one.bytes().all(|byte| byte.is_ascii_digit()) => "987654321".to_owned(),
        _ if one.len() == 36 && one.matches('-').count() == 4 => {
            "a66c6686-3ed8-4102-b96d-e0c57b110898".to_owned()
        }
        _ if one.bytes().all(|byte| byte.is_ascii_hexdigit()) => "e".repeat(one.len()),
        _ => "nowhere-at-all".to_owned(),
    }
}

/// What stands in a route when some of it is another's; which of it.
fn theirs(
    path: &str,
    known: &Known,
    [own, others]: [&Places; 2],
) -> Vec<(Places, Vec<usize>)> {
    let all = beginnings(path);
    let owned: Vec<usize> = (0..all.len())
        .filter(|at| {
            let beginning = all.get(*at).unwrap().as_str();
            !OF_NOBODY.contains(&beginning)
                && !known.has(beginning, others.get(*at).unwrap())
        })
        .collect();
    let mixed = |foreign: &[usize]| {
        let pick = |at: usize| match foreign.contains(&at) {
            true => others.get(at).unwrap().clone(),
            false => own.get(at).unwrap().clone(),
        };
        ((0..all.len()).map(pick).collect(), foreign.to_vec())
    };
    let mut combined = vec![mixed(&owned)];
    if owned.len() > 1 && own != others {
        combined.extend(owned.iter().map(|at| mixed(&[*at])));
    }
    combined
}

/// An answer without what is another each time.
fn told(answer: &Answer) -> (StatusCode, String) {
    let id = answer.header("x-request-id");
    let body = match id.is_empty() {
        true => answer.body.clone(),
        false => answer.body.replace(id, "ID"),
    };
    (answer.status, body)
}

/// The beginning of what was told.
fn brief((status, body): &(StatusCode, String)) -> String {
    let text = body.split("<main").last().unwrap();
    let text: String = text.chars().take(200).collect();
    format!("{status} {}", text.replace('\n', " "))
}

/// The tables that have another number of rows than before, with both numbers.
fn differing<'b>(
    before: &'b BTreeMap<String, i64>,
    after: &BTreeMap<String, i64>,
) -> Vec<(&'b str, i64, i64)> {
    let both = before.iter().map(|(name, was)| {
        (name.as_str(), *was, after.get(name).copied().unwrap_or_default())
    });
    both.filter(|(_, was, is)| was != is).collect()
}

/// What a form of a route sends: as a page shows it, or as it is told here.
fn sent(own: &Known, address: &Address) -> Option<Form> {
    if address.method == "GET" {
        return Some(Form { fields: Vec::new(), has_file: false });
    }
    let told = FORMS.iter().find(|(path, _)| *path == address.path);
    let told = told.map(|(_, fields)| Form::of(fields));
    own.form(address.path).cloned().or(told)
}

/// Places of a route, those of whoever asks first. A guest comes to few: what it asks for
/// otherwise has nothing of its own in it.
fn both(
    path: &str,
    people: &[Somebody],
    [own, theirs]: [&Known; 2],
) -> Option<[Places; 2]> {
    let others = theirs.places(path, Some(own));
    let is_of_guests = people.iter().all(|one| one.role == Role::SupplierGuest);
    let mine = own.places(path, None);
    let mine = if is_of_guests { mine.or_else(|| others.clone()) } else { mine };
    Some([mine?, others?])
}

/// Fails if anything that another has is answered otherwise than what nobody has.
async fn refuses_what_is_anothers(
    town: &Town,
    people: &[Somebody],
    [own, other]: [&Known; 2],
) -> Vec<String> {
    let mut faults = Vec::new();
    let mut asked = 0;
    for address in town.list() {
        let owned = beginnings(address.path);
        let is_nobodys = |one: &String| OF_NOBODY.contains(&one.as_str());
        if owned.iter().all(is_nobodys) || OF_MAKERS.contains(&address.path) {
            continue;
        }
        let name = format!("{} {}", address.method, address.path);
        let found = both(address.path, people, [own, other]);
        let form = sent(own, &address).or_else(|| sent(other, &address));
        let (Some([mine, others]), Some(form)) = (&found, &form) else {
            faults.push(format!("{name}: {found:?}, {form:?}"));
            continue;
        };
        let before = town.counts().await;
        for (places, foreign) in theirs(address.path, own, [mine, others]) {
            let mut nowhere = places.clone();
            for at in foreign {
                *nowhere.get_mut(at).unwrap() = absent(places.get(at).unwrap());
            }
            let path = with(address.path, &places);
            let nobodys = with(address.path, &nowhere);
            for one in people {
                for kind in ["text/html", "application/json"] {
                    let ask = |path: &str| one.asks(&address, path, form, kind);
                    let met = town.fixture.answered(ask(&path)).await;
                    let missed = town.fixture.answered(ask(&nobodys)).await;
                    asked += 1;
                    let wanted = match may(&address, one.role) {
                        true if EMPTY.contains(&address.path) => StatusCode::OK,
                        true => StatusCode::NOT_FOUND,
                        false => StatusCode::FORBIDDEN,
                    };
                    let [met, mut missed] = [told(&met), told(&missed)];
                    for (nobodys, others) in nowhere.iter().zip(&places) {
                        missed.1 = missed.1.replace(nobodys, others);
                    }
                    if met != missed || met.0 != wanted {
                        let role = one.role.word();
                        faults.push(format!(
                            "{name} {role} {path}: {} / {}",
                            brief(&met),
                            brief(&missed)
                        ));
                    }
                }
            }
        }
        let changed = differing(&before, &town.counts().await);
        if !changed.is_empty() {
            faults.push(format!("{name} changed {changed:?}"));
        }
    }
    assert!(asked > 200 * people.len(), "{asked}");
    faults
}

/// Fails if a form or an address that names an organisation beside its own places tells a sister
/// from what nobody has.
async fn refuses_to_act_for_another(
    town: &Town,
    own: &Known,
    (people, mine): (&[Somebody], i64),
    other: i64,
) -> Vec<String> {
    let mut faults = Vec::new();
    let (mine, place) = (mine.to_string(), other.to_string());
    let mut acts = 0;
    for address in town.list() {
        let places = own.places(address.path, None).unwrap_or_default();
        // What tells as long as something is being done has no end here.
        let is_told_on = address.path.ends_with("/events");
        let is_held = address.path == HELD_TO_THE_WHOLE && other == town.ada.head;
        if is_told_on || is_held || places.len() != beginnings(address.path).len() {
            continue;
        }
        let path = with(address.path, &places);
        let form = match address.method {
            "GET" => Form::of(""),
            _ => match own.form(address.path) {
                Some(form) => form.clone(),
                None => continue,
            },
        };
        let named = |place: &str| {
            let mut form = form.clone();
            let fields = form.fields.iter_mut();
            fields.for_each(|(name, value)| {
                if ["organisation", "parent"].contains(&&**name) && *value == mine {
                    place.clone_into(value);
                }
                if name.ends_with(&format!("_{mine}")) {
                    *name = name.replace(&mine, place);
                }
            });
            form
        };
        if address.method != "GET" && named(&place) == form {
            continue;
        }
        let before = town.counts().await;
        for one in people {
            let ask = |place: &str| {
                let path = match address.method {
                    "GET" => format!("{path}?organisation={place}"),
                    _ => path.clone(),
                };
                one.asks(&address, &path, &named(place), "application/json")
            };
            let met = told(&town.fixture.answered(ask(&place)).await);
            let mut missed = told(&town.fixture.answered(ask("987654321")).await);
            missed.1 = missed.1.replace("987654321", &place);
            let is_act = address.method != "GET" && may(&address, one.role);
            acts += usize::from(is_act);
            if met != missed || is_act && !met.0.is_client_error() {
                let name = format!("{} {}", address.method, address.path);
                faults.push(format!(
                    "{name} {} names another: {} {} / {} {}",
                    one.role.word(),
                    met.0,
                    met.1.chars().take(200).collect::<String>(),
                    missed.0,
                    missed.1.chars().take(200).collect::<String>()
                ));
            }
        }
        let changed = differing(&before, &town.counts().await);
        if address.method != "GET" && !changed.is_empty() {
            faults.push(format!("{} changed {changed:?} for another", address.path));
        }
    }
    assert!(acts > 2 * people.len(), "{acts}");
    faults
}

/// What was answered, by who asked for what.
type Telling = BTreeMap<String, (StatusCode, String)>;

/// Everything that people are told of what is their own, in every face of it.
async fn all_that_is_told(town: &Town, people: &[Somebody], own: &Known) -> Telling {
    let words = ["Qsouth", "Qnorth", "Aldermoor", "Meridian", "CardioView", "pavel"];
    // What tells as long as something is being done has an end.
    assert_eq!(work_off(&town.fixture.app, "test").await.unwrap(), Vec::<String>::new());
    let mut all = BTreeMap::new();
    for address in town.list().iter().filter(|one| one.method == "GET") {
        let is_of_the_asking =
            OF_THE_ASKING.contains(&address.path) || address.path.starts_with("/confirm");
        if address.asked == Asked::Nothing || is_of_the_asking {
            continue;
        }
        let places = own.places(address.path, None).unwrap_or_default();
        if places.len() != beginnings(address.path).len() {
            continue;
        }
        let path = with(address.path, &places);
        let mut paths = vec![path.clone()];
        if address.path == "/search" {
            paths = words.iter().map(|word| format!("/search?q={word}")).collect();
        }
        if ["/devices/export", "/work/export", "/questions/export"]
            .contains(&address.path)
        {
            paths =
                ["csv", "json", "xlsx"].map(|it| format!("{path}?format={it}")).into();
        }
        for (path, one) in
            paths.iter().flat_map(|path| people.iter().map(move |it| (path, it)))
        {
            for kind in ["text/html", "application/json"] {
                let asked = one.asks(address, path, &Form::of(""), kind);
                let answer = town.fixture.answered(asked).await;
                let leaves =
                    answer.header("content-disposition").starts_with("attachment");
                let is_grave = address.gravity == Gravity::Grave;
                assert!(
                    !leaves || is_grave || OF_NOBODY_FILES.contains(&address.path),
                    "{path} leaves the house, and does not ask who takes it"
                );
                let key = format!("{} {kind} {path}", one.role.word());
                all.insert(key, told(&answer));
            }
        }
    }
    all
}

/// What two tellings differ in, each with the place of the first difference.
fn differences(before: &Telling, after: &Telling) -> Vec<String> {
    let mut all = Vec::new();
    for (key, was) in before {
        let is = after.get(key).unwrap();
        if is == was {
            continue;
        }
        let same = was.1.bytes().zip(is.1.bytes()).take_while(|(a, b)| a == b).count();
        let piece = |text: &str| {
            let bytes = text.as_bytes();
            let from = same.saturating_sub(60);
            let to = bytes.len().min(same + 100);
            String::from_utf8_lossy(bytes.get(from..to).unwrap_or_default()).into_owned()
        };
        all.push(format!(
            "{key}: {} {} / {} {}",
            was.0,
            piece(&was.1),
            is.0,
            piece(&is.1)
        ));
    }
    all
}

/// What was told, but for how many accounts above reach whoever asks, of which that much is told;
/// and how many these are.
fn reached(told: Telling) -> (Telling, u64) {
    const WORDS: &str = " accounts of organisations above reach here";
    let text = told.values().find_map(|(_, body)| body.split_once(WORDS)).unwrap().0;
    let rest = text.trim_end_matches(|it: char| it.is_ascii_digit());
    let count = text.trim_start_matches(rest).to_owned();
    let text = format!("{count}{WORDS}");
    let without = |(asked, (status, body)): (String, (StatusCode, String))| {
        (asked, (status, body.replace(&text, WORDS)))
    };
    let number = count.parse().unwrap();
    (told.into_iter().map(without).collect(), number)
}

/// Everything that is told, found, counted or changed of a sister and of the group above, when
/// these are the roles that ask.
async fn nothing_of_a_sister_or_of_the_group_above(fresh: Fresh, roles: &[Role]) {
    let town = Town::on(&fresh).await;
    let mut group = town.people(town.ada.head, "Group").await;
    let groups = town.happens(&mut group, "Qgroup").await;
    // Of a maker that nobody below asks: asking tells who asks.
    let (ada, fixture) = (&town.ada, &town.fixture);
    let guest = fixture.guest_of(ada, ada.head, "Qgroup Works", "gus").await;
    let guest = [town.guest(guest).await];
    let mut north = town.hospital("North").await;
    let mut south = town.hospital("South").await;
    let own = town.happens(&mut north, "Qnorth").await;
    north.people.retain(|one| roles.contains(&one.role));
    let above = [Somebody {
        role: Role::Administrator,
        browser: town.above.clone(),
        token: token_of(&town.fixture, &town.ada).await,
    }];
    let before = all_that_is_told(&town, &north.people, &own).await;
    let seen_before = all_that_is_told(&town, &above, &own).await;
    let guests_before = all_that_is_told(&town, &guest, &Known::default()).await;
    let sister = town.happens(&mut south, "Qsouth").await;
    // A guest of the group answers there, and nowhere below.
    let guests = all_that_is_told(&town, &guest, &Known::default()).await;
    let mut faults = differences(&guests_before, &guests);
    town.happens_again(&group, "Qagain").await;
    // While a job of the sister waits, which a program may ask about.
    let people = &north.people;
    faults.extend(refuses_what_is_anothers(&town, people, [&own, &sister]).await);
    faults.extend(refuses_what_is_anothers(&town, people, [&own, &groups]).await);
    for other in [south.place, group.place] {
        let asking = (people.as_slice(), north.place);
        faults.extend(refuses_to_act_for_another(&town, &own, asking, other).await);
    }
    let after = all_that_is_told(&town, people, &own).await;
    let seen = all_that_is_told(&town, &above, &own).await;
    let seen = differences(&seen_before, &seen);
    assert!(seen.len() > 40, "whoever runs both sees what happens: {}", seen.join("\n"));
    assert!(sister.told.contains("Qsouth") && groups.told.contains("Qgroup"));
    for (asked, (_, body)) in &after {
        let told = ["Qsouth", "Qgroup", "Qagain"];
        let told = told.iter().filter(|word| !asked.contains(*word));
        let told = told.filter(|word| body.contains(**word));
        faults.extend(told.map(|word| format!("{asked} tells of {word}")));
    }
    let [(before, above), (after, later)] = [before, after].map(reached);
    assert_eq!(above + 1, later, "who came to the group reaches whoever is below");
    faults.extend(differences(&before, &after));
    assert!(faults.is_empty(), "{}\n{}", faults.len(), faults.join("\n"));
}

mod a_sister_and_the_group_above_tell_nothing {
    use super::*;

    #[test]
    fn on_sqlite() {
        databases::on_sqlite(async |fresh| {
            nothing_of_a_sister_or_of_the_group_above(fresh, &Role::ALL).await;
        });
    }

    #[test]
    fn on_postgres() {
        databases::on_postgres(async |fresh| {
            // Guests are walked there too, beside their rivals.
            nothing_of_a_sister_or_of_the_group_above(fresh, &[Role::Administrator])
                .await;
        });
    }
}
