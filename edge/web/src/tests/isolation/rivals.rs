//! Guests of two makers in one hospital, whose bids lie in one purchase: neither is told anything
//! of the other, or of what the house makes of it.

use axum::http::StatusCode;
use operations::work_off;
use serde_json::Value;
use store::{Kind, Role};

use super::known::{Form, Known, beginnings, with};
use super::town::{Hospital, Somebody, Town};
use super::{
    OF_THE_ASKING, all_that_is_told, brief, differences, differing, may,
    refuses_to_act_for_another, refuses_what_is_anothers, told,
};
use crate::access::Address;
use crate::tests::Browser;
use crate::tests::databases::{self, Fresh};
use crate::tests::devices::take_in;
use crate::tests::purchases::award::bought;
use crate::tests::walk::{form, led, pump, stated};

/// Who bids last, and wins.
const RIVAL: &str = "Eastgate";
const PRODUCT: &str = "Drift";

/// Words that no guest of another maker reads.
const WORDS: [&str; 6] =
    [RIVAL, PRODUCT, "Brackwater", "Qrival", "Infusion pumps", "a trial first"];

/// The number at the end of the first address in a page that ends so.
fn number(page: &str, before: &str, after: &str) -> String {
    let piece = page.split(before).nth(1).unwrap_or_else(|| panic!("{before}: {page}"));
    let number = piece.split(after).next().unwrap();
    assert!(number.bytes().all(|byte| byte.is_ascii_digit()), "{number}");
    number.to_owned()
}

/// What the rival brings: an SBOM, a statement, a form, and a proof for the buyer.
async fn rival_brings(town: &Town, rival: &Browser, place: i64) -> String {
    let fixture = &town.fixture;
    let bill = String::from_utf8(pump("1.0")).unwrap();
    let bill = bill.replace("Aldermoor Medical", RIVAL);
    let named = [("product", PRODUCT), ("version", "1.0")];
    let sent = fixture.deliver(rival, "/maker/sboms/new", place, &named, bill.as_bytes());
    let release = led(&sent.await);
    let path = format!("{release}/statements/new");
    let stated = stated().to_string();
    led(&fixture.deliver(rival, &path, place, &[], stated.as_bytes()).await);
    let disclosed = form("drip.csv");
    let disclosed =
        String::from_utf8(disclosed).unwrap().replace("Acme Medical, Inc.", RIVAL);
    let path = "/maker/mds2/new";
    let sent = fixture.deliver(rival, path, place, &named, disclosed.as_bytes()).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    let buyer = format!("buyer_{place}");
    let shown = [("kind", "membership"), ("isao", "Qrival-ISAC"), (&buyer, "on")];
    led(&fixture.deliver(rival, "/maker/shown/new", place, &shown, b"a letter").await);
    release
}

/// What the house makes of it: the SBOM in force, the statement accepted, the proof confirmed, a
/// question put, and bids of which the rival's wins.
async fn house_decides(town: &Town, at: &Hospital, release: &str) {
    let fixture = &town.fixture;
    let [boss, cora] =
        [Role::Administrator, Role::Contracting].map(|role| &at.of(role).browser);
    let release = release.replace("/maker/", "/products/");
    let page = fixture.page(boss, &release).await;
    let bill = number(&page, "action=\"/products/documents/", "/in-force");
    let path = format!("/products/documents/{bill}/in-force");
    led(&fixture.ask(boss.post(&path, "")).await);
    let statement = number(&page, "href=\"/products/statements/", "\"");
    let path = format!("/products/statements/{statement}/accepted");
    led(&fixture.ask(boss.post(&path, "statement-0=on&reason=read")).await);
    work_off(&fixture.app, "test").await.unwrap();
    let suppliers = fixture.value(boss, "/suppliers").await;
    let is_rival = |one: &&Value| one["name"] == RIVAL;
    let all = suppliers["suppliers"].as_array().unwrap();
    let dossier = all.iter().find(is_rival).unwrap()["id"].clone();
    let dossier = format!("/suppliers/{dossier}");
    led(&fixture.ask(boss.post(&format!("{dossier}/asked"), "flag=no-isao")).await);
    let page = fixture.page(boss, &dossier).await;
    let entry = number(&page, &format!("href=\"{dossier}/entries/"), "\"");
    let path = format!("{dossier}/entries/{entry}/confirmed");
    let read = "origin=third-party&isao=Qrival-ISAC&until=2199-01-01";
    led(&fixture.ask(boss.post(&path, read)).await);
    is_asked(town, boss, &release).await;
    bought(fixture, [cora, boss], at.place).await;
}

/// A question about what the SBOM lists is put to the rival.
async fn is_asked(town: &Town, boss: &Browser, release: &str) {
    let fixture = &town.fixture;
    let looked = boss.post(&format!("{release}/builds"), "act=look&sought=Drift");
    let page = fixture.answered(looked).await.body;
    let build = number(&page, "name=\"build-", "\"");
    let fields = format!("act=describe&build-{build}=on");
    led(&fixture.ask(boss.post(&format!("{release}/builds"), &fields)).await);
    work_off(&fixture.app, "test").await.unwrap();
    let work = fixture.value(boss, "/work?kind=ask_maker").await;
    let is_rivals = |row: &&Value| row["product"].as_str().unwrap().contains(PRODUCT);
    let rows = work["rows"].as_array().unwrap();
    let row = rows.iter().find(is_rivals).unwrap_or_else(|| panic!("{work}"));
    let action = format!("/work/{}", row["action"].as_str().unwrap());
    led(&fixture.ask(boss.post(&format!("{action}/maker"), "note=Qrival")).await);
}

/// Everything happens between the house and the rival; gives its guest.
async fn rival_comes(town: &Town, at: &Hospital) -> Browser {
    let fixture = &town.fixture;
    let devices = format!(
        "Asset Tag,Maker,Model,Version,Department\nQrival-1,{RIVAL},{PRODUCT},1.0,ICU\n"
    );
    take_in(&fixture.app, &at.admin, at.place, "Qrival", &devices).await;
    let rival = fixture.guest_of(&at.admin, at.place, RIVAL, "rosa").await;
    let release = rival_brings(town, &rival, at.place).await;
    house_decides(town, at, &release).await;
    let buyer = format!("said=told&answer=Qrival+joined&buyer_{}=on", at.place);
    led(&fixture.ask(rival.post("/maker/red-flags/no-isao", &buyer)).await);
    rival
}

/// What some people come to.
async fn come_to(town: &Town, people: &[&Browser]) -> Known {
    let mut known = Known::default();
    for one in people {
        known.goes(&town.fixture, &town.list(), one, &[]).await;
    }
    known
}

/// Asks the same of the rival and of nobody: as a maker, as a product, as both, as a word to
/// look for. A form that names a maker names the rival.
fn naming(
    address: &Address,
    path: &str,
    own: &Known,
    [maker, product]: [&str; 2],
) -> Vec<(String, Form)> {
    if address.method == "GET" {
        let queries = [
            format!("maker={maker}"),
            format!("product={product}"),
            format!("maker={maker}&product={product}"),
            format!("q={maker}"),
        ];
        return queries.map(|query| (format!("{path}?{query}"), Form::of(""))).into();
    }
    let Some(form) = own.form(address.path) else { return Vec::new() };
    let mut form = form.clone();
    for (name, value) in &mut form.fields {
        match name.as_str() {
            "maker" => maker.clone_into(value),
            "product" => product.clone_into(value),
            _ => (),
        }
    }
    let names = form.fields.iter().any(|(name, _)| name == "maker");
    names.then(|| (path.to_owned(), form)).into_iter().collect()
}

/// Fails if a guest who names a rival is answered otherwise than one who names nobody.
async fn tells_no_rival_from_nobody(
    town: &Town,
    people: &[Somebody],
    own: &Known,
) -> Vec<String> {
    const NOBODY: [&str; 2] = ["Nowhereby", "Zilch"];
    let mut faults = Vec::new();
    let mut acts = 0;
    for address in town.list() {
        let is_told_on = address.path.ends_with("/events");
        let places = own.places(address.path, None).unwrap_or_default();
        let is_whole = places.len() == beginnings(address.path).len();
        let is_of_the_asking = OF_THE_ASKING.contains(&address.path);
        if is_told_on
            || is_of_the_asking
            || !is_whole
            || !may(&address, Role::SupplierGuest)
        {
            continue;
        }
        let path = with(address.path, &places);
        let pairs = [[RIVAL, PRODUCT], NOBODY];
        let [rivals, nobodys] = pairs.map(|words| naming(&address, &path, own, words));
        acts += usize::from(address.method != "GET") * rivals.len();
        let before = town.counts().await;
        for ((rivals, form), (nobodys, none)) in rivals.iter().zip(&nobodys) {
            for (one, kind) in people
                .iter()
                .flat_map(|one| ["text/html", "application/json"].map(|it| (one, it)))
            {
                let met = one.asks(&address, rivals, form, kind);
                let met = told(&town.fixture.answered(met).await);
                let missed = one.asks(&address, nobodys, none, kind);
                let mut missed = told(&town.fixture.answered(missed).await);
                for (nobody, rival) in NOBODY.iter().zip([RIVAL, PRODUCT]) {
                    missed.1 = missed.1.replace(nobody, rival);
                }
                let is_act = address.method != "GET";
                if met != missed || is_act && !met.0.is_client_error() {
                    let (met, missed) = (brief(&met), brief(&missed));
                    faults.push(format!("{rivals} {kind}: {met} / {missed}"));
                }
            }
        }
        let changed = differing(&before, &town.counts().await);
        if !changed.is_empty() && address.method != "GET" {
            faults.push(format!("{} changed {changed:?} for a rival", address.path));
        }
    }
    assert!(acts > 0, "a form names a maker");
    faults
}

/// Everything that is told, found, counted or changed of a rival.
async fn nothing_of_a_rival(fresh: Fresh) {
    let town = Town::on(&fresh).await;
    let fixture = &town.fixture;
    let mut north = town.hospital("North").await;
    let south = fixture.below(&town.ada, town.ada.head, Kind::Hospital, "South").await;
    let known = town.happens(&mut north, "Qnorth").await;
    let pavel = north.people.pop().unwrap();
    // Of the name that bids.
    let gus = fixture.guest_of(&north.admin, north.place, "Aldermoor", "gus").await;
    let gus = town.guest(gus).await;
    let own = come_to(&town, &[&pavel.browser, &gus.browser]).await;
    let people = [pavel, gus];
    let boss = &north.of(Role::Administrator).browser.clone();
    let cora = &north.of(Role::Contracting).browser.clone();
    let before = all_that_is_told(&town, &people, &own).await;
    let rival = rival_comes(&town, &north).await;
    // The house is told what its guests are not.
    let told = fixture.page(boss, "/suppliers").await;
    assert!(told.contains(RIVAL));
    let after = all_that_is_told(&town, &people, &own).await;
    let rivals = come_to(&town, &[&rival, boss, cora]).await.since(&known);
    let mut faults = differences(&before, &after);
    for (asked, (_, body)) in &after {
        let told = WORDS.iter().filter(|word| body.contains(**word));
        faults.extend(told.map(|word| format!("{asked} tells of {word}")));
    }
    faults.extend(refuses_what_is_anothers(&town, &people, [&own, &rivals]).await);
    let asking = (people.as_slice(), north.place);
    faults.extend(refuses_to_act_for_another(&town, &own, asking, south).await);
    faults.extend(tells_no_rival_from_nobody(&town, &people, &own).await);
    // And the other way round.
    let theirs = come_to(&town, &[&rival]).await;
    let rival = [town.guest(rival).await];
    faults.extend(refuses_what_is_anothers(&town, &rival, [&theirs, &known]).await);
    let again = all_that_is_told(&town, &people, &own).await;
    faults.extend(differences(&before, &again));
    assert!(faults.is_empty(), "{}\n{}", faults.len(), faults.join("\n"));
}

mod a_rival_tells_nothing {
    use super::*;

    #[test]
    fn on_sqlite() {
        databases::on_sqlite(nothing_of_a_rival);
    }

    #[test]
    fn on_postgres() {
        databases::on_postgres(nothing_of_a_rival);
    }
}
