//! Gates that two people override, an award, and what is new after it, over HTTP.

use axum::http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use operations::purchase::watch_all;
use serde_json::Value;
use store::Role;

use super::{day_in, fixture_files, is_told_nothing_elsewhere};
use crate::tests::{Browser, Fixture, devices, openapi, tell};
use crate::{House, Transport, router};

/// The same house, when whoever acts has not shown for eleven minutes who they are.
fn later(fixture: &Fixture) -> Fixture {
    let mut app = fixture.app.clone();
    app.now = || Timestamp::now() + SignedDuration::from_mins(11);
    let house = House::new(app.clone(), Transport::Loopback, tell);
    let router = router(house.clone());
    Fixture { _folder: tempfile::tempdir().unwrap(), app, house, router }
}

/// Fails unless a grave act asks first who it is, and does nothing before.
async fn is_grave(fixture: &Fixture, who: &Browser, path: &str, fields: &str) {
    let later = later(fixture);
    let asked = later.ask(who.post(path, fields)).await;
    assert_eq!(asked.status, StatusCode::OK, "{}", asked.body);
    assert!(asked.body.contains(&format!("name=\"to\" value=\"{path}\"")), "{path}");
    let mut request = who.post(path, fields);
    request.headers_mut().insert("accept", "application/json".parse().unwrap());
    assert_eq!(later.ask(request).await.status, StatusCode::FORBIDDEN);
}

/// A form with a fault is shown again, with what was typed and where the fault is.
async fn faults_are_shown(fixture: &Fixture, who: &Browser, purchase: &str, bid: &str) {
    let overrides = format!("{bid}/overrides");
    let day = day_in(30);
    for (fields, fault, kept) in [
        (format!("gate=isao&reason=&last_day={day}"), "#reason", day.as_str()),
        (
            "gate=isao&reason=the+letter+comes&last_day=2020-01-01".to_owned(),
            "#last_day",
            "the letter comes",
        ),
        (
            format!("gate=isao&reason=the+letter+comes&last_day={}", day_in(400)),
            "#last_day",
            "the letter comes",
        ),
    ] {
        let wrong = fixture.ask(who.post(&overrides, &fields)).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.body.contains(&format!("href=\"{fault}\"")), "{}", wrong.body);
        assert!(wrong.body.contains(&format!("value=\"{kept}\"")), "{}", wrong.body);
        assert!(wrong.body.contains("name=\"gate\" value=\"isao\""));
    }
    let empty = fixture.ask(who.post(&format!("{purchase}/cancelled"), "reason=")).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.body.contains("href=\"#reason\""), "{}", empty.body);
}

/// Two people override every gate that keeps from buying.
async fn overridden(
    fixture: &Fixture,
    [asks, approves]: [&Browser; 2],
    purchase: &str,
    bid: &str,
) {
    let gates = fixture.ask(asks.json(bid)).await.json()["gates"].clone();
    for gate in gates.as_array().unwrap() {
        if gate["blocks"] == false {
            continue;
        }
        let (id, day) = (gate["id"].as_str().unwrap(), day_in(30));
        let fields = format!("gate={id}&reason=the+letter+comes&last_day={day}");
        let asked = fixture.ask(asks.post(&format!("{bid}/overrides"), &fields)).await;
        assert_eq!(
            asked.header("location"),
            format!("{bid}#gate-{id}"),
            "{}",
            asked.body
        );
    }
    let gates = fixture.ask(asks.json(bid)).await.json()["gates"].clone();
    let asked = gates.as_array().unwrap().iter();
    let asked = asked.flat_map(|it| it["overrides"].as_array().unwrap());
    let numbers: Vec<String> = asked.map(|it| it["id"].to_string()).collect();
    assert!(numbers.len() > 2, "{numbers:?}");
    for number in numbers {
        let approve = format!("{purchase}/overrides/{number}/approved");
        // Who asked may accept no risks.
        let own = fixture.ask(asks.post(&approve, "")).await;
        assert_eq!(own.status, StatusCode::FORBIDDEN, "{}", own.body);
        is_grave(fixture, approves, &approve, "").await;
        let done = fixture.ask(approves.post(&approve, "")).await;
        assert_eq!(done.header("location"), bid, "{}", done.body);
    }
}

/// An award names what was looked at, asks who it is, and keeps what was known.
async fn awarded(fixture: &Fixture, who: &Browser, purchase: &str, bid: &str) {
    let award = format!("{purchase}/awarded");
    let bidder = bid.rsplit('/').next().unwrap();
    let shown = fixture.ask(who.json(purchase)).await.json()["shown"].clone();
    let shown = shown.as_str().unwrap();
    let day = day_in(365);
    let fields = format!("bidder={bidder}&conditions=a+trial+first&last_day={day}");
    let unseen = fixture.ask(who.post(&award, &fields)).await;
    assert_eq!(unseen.status, StatusCode::UNPROCESSABLE_ENTITY);
    let stale = format!("{fields}&shown=0000");
    let stale = fixture.ask(who.post(&award, &stale)).await;
    assert_eq!(stale.status, StatusCode::CONFLICT, "{}", stale.body);
    let over =
        format!("bidder={bidder}&conditions=a+trial&last_day=2020-01-01&shown={shown}");
    let over = fixture.ask(who.post(&award, &over)).await;
    assert_eq!(over.status, StatusCode::UNPROCESSABLE_ENTITY);
    for kept in ["value=\"a trial\"", shown, "href=\"#last_day\""] {
        assert!(over.body.contains(kept), "{kept}: {}", over.body);
    }
    let fields = format!("{fields}&shown={shown}");
    is_grave(fixture, who, &award, &fields).await;
    let goes_on = fixture.ask(who.json(purchase)).await.json();
    assert_eq!(
        (&goes_on["ended"], &goes_on["since_award"]),
        (&Value::Null, &Value::Null)
    );
    let done = fixture.ask(who.post(&award, &fields)).await;
    assert_eq!(done.header("location"), purchase, "{}", done.body);
    let ended = fixture.ask(who.json(purchase)).await.json();
    assert_eq!(ended["ended"]["awarded"], "Eastgate");
    assert_eq!(ended["ended"]["reason"], "a trial first");
    assert_eq!(ended["since_award"]["news"], Value::Array(Vec::new()));
    let record = fixture.ask(who.get(&format!("{purchase}/record"))).await;
    assert!(!record.body.contains("Brackwater"), "of nobody else");
    let record = record.json();
    assert_eq!(record["bidder"]["name"], "Eastgate");
    assert!(record["exceptions"].as_array().unwrap().len() > 2);
    let again = fixture.ask(who.post(&award, &fields)).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
}

/// A purchase with three bids that was awarded to the last: its address and that of the bid.
pub(in crate::tests) async fn bought(
    fixture: &Fixture,
    [cora, boss]: [&Browser; 2],
    place: i64,
) -> [String; 2] {
    let [purchase, ..] = fixture.purchase(cora, place, &[]).await;
    let new = format!("{purchase}/bidders/new");
    let added = fixture.ask(cora.post(&new, "name=Eastgate&product=Drift")).await;
    let bid = added.header("location").to_owned();
    fixture.drop_files(cora, &bid, &fixture_files("eastgate")).await;
    overridden(fixture, [cora, boss], &purchase, &bid).await;
    awarded(fixture, cora, &purchase, &bid).await;
    [purchase, bid]
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_override_gates_one_awards_and_buyers_alone_are_told_what_is_new() {
    let fixture = Fixture::new().await;
    let (ada, boss) = fixture.founded().await;
    let (north, south) =
        (fixture.site(&ada, "North").await, fixture.site(&ada, "South").await);
    let (_, cora) = fixture.invited(&ada, Role::Contracting, ada.head).await;
    let [purchase, _, other] = fixture.purchase(&cora, ada.head, &[north]).await;
    let new = format!("{purchase}/bidders/new");
    let added = fixture.ask(cora.post(&new, "name=Eastgate&product=Drift")).await;
    let bid = added.header("location").to_owned();
    fixture.drop_files(&cora, &bid, &fixture_files("eastgate")).await;
    faults_are_shown(&fixture, &cora, &purchase, &bid).await;
    let award =
        fixture.ask(cora.post(&format!("{purchase}/awarded"), "bidder=1&shown=x"));
    assert!(award.await.status.is_client_error());
    overridden(&fixture, [&cora, &boss], &purchase, &bid).await;
    let other = fixture.ask(cora.json(&other)).await.json();
    assert_eq!(other["blocked"], true, "of another bidder");
    awarded(&fixture, &cora, &purchase, &bid).await;

    // Advisories come in, and a flaw of what was bought is exploited.
    devices::use_demo(&fixture.app).await;
    watch_all(&fixture.app).await.unwrap();
    let (_, member) = fixture.invited(&ada, Role::Contracting, north).await;
    for who in [&cora, &boss, &member] {
        let told = fixture.ask(who.json(&purchase)).await.json();
        let news = told["since_award"]["news"].as_array().unwrap().clone();
        assert_eq!(news[0]["kind"], "gate", "{told}");
        let has = |kind: &str, what: &str| {
            news.iter().any(|it| it["kind"] == kind && it["what"] == what)
        };
        assert!(has("exploited", "CVE-2014-0160"), "{news:?}");
        let page = fixture.ask(who.get(&purchase)).await;
        assert!(page.body.contains(&format!("href=\"{bid}#flaws\"")), "{}", page.body);
        let today = fixture.ask(who.get("/today")).await;
        assert!(today.body.contains(&format!("{purchase}#since")), "{}", today.body);
        assert!(today.body.contains("Infusion pumps"));
    }
    let document = openapi::document(&fixture).await;
    let told = fixture.ask(member.json(&purchase)).await.json();
    openapi::holds(&document, "/purchases/{purchase}", "get", 200, &told);
    let told = fixture.ask(member.json(&bid)).await.json();
    let at = "/purchases/{purchase}/bidders/{bidder}";
    openapi::holds(&document, at, "get", 200, &told);
    let page = fixture.ask(member.get(&bid)).await;
    assert!(page.body.contains("id=\"flaws\"") && page.body.contains("CVE-2014-0160"));

    let (_, stranger) = fixture.invited(&ada, Role::Administrator, south).await;
    let (_, viewer) = fixture.invited(&ada, Role::Viewer, ada.head).await;
    let guest = fixture.guest_of(&ada, ada.head, "Eastgate", "gus").await;
    for who in [&stranger, &viewer, &guest] {
        for path in [purchase.clone(), format!("{purchase}/record"), bid.clone()] {
            let told = fixture.ask(who.json(&path)).await;
            assert!(told.status.is_client_error(), "{path}: {}", told.status);
        }
        for path in ["/today", "/today.json"] {
            let today = fixture.ask(who.get(path)).await;
            assert!(!today.body.contains("Infusion pumps"), "{}", today.body);
            assert!(!today.body.contains(&purchase));
        }
    }
    is_told_nothing_elsewhere(&fixture, &guest).await;
}
