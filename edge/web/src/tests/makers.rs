//! A supplier's guest: what it sees of its own maker, and that nothing tells it of anything else.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use operations::bills::{self, Placing};
use operations::people::{Invitation, invite_guest, make_guest, take_role};
use operations::{Actor, work_off};
use serde_json::Value;
use store::{Kind, NewOrganisation, Parcel, Role};

use super::devices::{demo, links};
use super::{Browser, Fixture, quick_session};

const MAKER: &str = "Aldermoor Medical";

impl Fixture {
    pub(super) async fn guest_of(
        &self,
        by: &Actor,
        place: i64,
        maker: &str,
        name: &str,
    ) -> Browser {
        let address = format!("{name}@maker.example");
        let invitation = Invitation {
            name,
            address: &address,
            zone: "UTC",
            role: Role::SupplierGuest,
            organisation: place,
        };
        let link = invite_guest(&self.app, by, invitation, maker).await.unwrap();
        Browser::with(&quick_session(self, &link).await)
    }

    /// Keeps an SBOM as the house itself does; gives the number of the release.
    async fn keeps(&self, by: &Actor, maker: &str, product: &str, bytes: &[u8]) -> i64 {
        let parcel = Parcel::of(bytes).unwrap();
        let arrived = bills::arrive(&self.app, by, by.head, "own.cdx.json", parcel).await;
        let placing = Placing {
            maker: maker.to_owned(),
            product: product.to_owned(),
            version: "2.1".to_owned(),
            builds: Vec::new(),
        };
        let placed =
            bills::place(&self.app, by, arrived.unwrap(), &placing).await.unwrap();
        work_off(&self.app, "test").await.unwrap();
        placed.release
    }

    /// Sends a form of parts.
    pub(super) async fn deliver(
        &self,
        who: &Browser,
        path: &str,
        place: i64,
        fields: &[(&str, &str)],
        bytes: &[u8],
    ) -> super::Answer {
        self.ask(who.parcel(path, place, fields, bytes)).await
    }
}

impl Browser {
    /// A form of parts with a file in it, of an organisation.
    pub(super) fn parcel(
        &self,
        path: &str,
        place: i64,
        fields: &[(&str, &str)],
        bytes: &[u8],
    ) -> Request<Body> {
        let place = place.to_string();
        let fields: Vec<(&str, &str)> =
            [("organisation", place.as_str())].iter().chain(fields).copied().collect();
        self.parcel_of(path, &fields, bytes)
    }

    /// The same, with these fields alone.
    pub(super) fn parcel_of(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        bytes: &[u8],
    ) -> Request<Body> {
        let edge = "----b";
        let mut body = Vec::new();
        let token = [("form_token", self.token.as_str())];
        for (name, text) in token.iter().chain(fields) {
            body.extend(
                format!("--{edge}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n")
                    .into_bytes(),
            );
        }
        body.extend(
            format!("--{edge}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"made.json\"\r\n\r\n")
                .into_bytes(),
        );
        body.extend(bytes);
        body.extend(format!("\r\n--{edge}--\r\n").into_bytes());
        Request::post(path)
            .header(header::COOKIE, &self.cookie)
            .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={edge}"))
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(body))
            .unwrap()
    }
}

fn sbom() -> Vec<u8> {
    std::fs::read(demo().join("sboms/meridian-400-2.1.cdx.json")).unwrap()
}

/// An SBOM like the sample's, of another release.
fn sbom_of(version: &str) -> Vec<u8> {
    let mut document: Value = serde_json::from_slice(&sbom()).unwrap();
    document["metadata"]["component"]["version"] = version.into();
    document.to_string().into_bytes()
}

/// What a maker states about the release 2.1: not affected by Heartbleed.
fn vex() -> Vec<u8> {
    serde_json::json!({
        "@context": "https://openvex.dev/ns/v0.2.0",
        "@id": "https://aldermoor.example/vex/1",
        "author": "Aldermoor Medical",
        "timestamp": "2026-11-01T08:00:00Z",
        "version": 1,
        "statements": [{
            "vulnerability": { "name": "CVE-2014-0160" },
            "products": [{ "identifiers": {
                "cpe23": "cpe:2.3:a:openssl:openssl:1.0.1e:*:*:*:*:*:*:*",
            } }],
            "status": "not_affected",
            "justification": "vulnerable_code_not_in_execute_path",
            "impact_statement": "the pump opens no TLS server",
        }],
    })
    .to_string()
    .into_bytes()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_whom_nobody_bound_to_a_maker_sees_nothing() {
    let fixture = Fixture::new().await;
    let (ada, _) = fixture.judged().await;
    fixture.keeps(&ada, MAKER, "Meridian 400", &sbom()).await;
    let (unbound, guest) = fixture.invited(&ada, Role::SupplierGuest, ada.head).await;
    let today = fixture.value(&guest, "/today").await;
    assert!(today["sentence"].as_str().unwrap().contains("not said yet"), "{today}");
    let products = fixture.value(&guest, "/maker/products").await;
    assert_eq!(products["releases"].as_array().unwrap().len(), 0);
    let refused = fixture.ask(guest.get("/maker/sboms/new")).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    // It is said, and is taken away again with the role.
    make_guest(&fixture.app, &ada, unbound.person, ada.head, MAKER).await.unwrap();
    let products = fixture.value(&guest, "/maker/products").await;
    assert_eq!(products["releases"].as_array().unwrap().len(), 1);
    let role = Role::SupplierGuest;
    let other = Role::Privacy;
    super::give_role(&fixture.app, &ada, unbound.person, other, ada.head).await.unwrap();
    take_role(&fixture.app, &ada, unbound.person, role, ada.head).await.unwrap();
    let gone = fixture.ask(guest.json("/maker/products")).await;
    assert_eq!(gone.status, StatusCode::UNAUTHORIZED);
    super::give_role(&fixture.app, &ada, unbound.person, role, ada.head).await.unwrap();
    assert!(fixture.app.store.guests(ada.head).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_invites_a_guest_says_for_which_maker() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let fields = format!(
        "name=Pavel&address=pavel%40maker.example&zone=UTC&role=supplier_guest&organisation={}",
        ada.head
    );
    let again = fixture.ask(browser.post("/people/invitation", &fields)).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.body.contains("href=\"#maker\""), "{}", again.body);
    let fields = format!("{fields}&maker=Aldermoor+Medical");
    let done = fixture.ask(browser.post("/people/invitation", &fields)).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.body);
    let guests = fixture.app.store.guests(ada.head).await.unwrap();
    assert_eq!(guests.len(), 1);
    let shown = fixture.page(&browser, &format!("/people/{}", guests[0].person)).await;
    assert!(shown.contains("for Aldermoor Medical"), "{shown}");
    let path = format!("/people/{}/roles", guests[0].person);
    let role = format!("role=supplier_guest&organisation={}", ada.head);
    let again = fixture.ask(browser.post(&path, &role)).await;
    assert!(again.body.contains("href=\"#maker\""), "{}", again.body);
    let other = format!("{role}&maker=Brightwell");
    let done = fixture.ask(browser.post(&path, &other)).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let guests = fixture.app.store.guests(ada.head).await.unwrap();
    assert_eq!((guests.len(), guests[0].maker.as_str()), (1, "Brightwell"));
}

/// A house with guests of two makers, each of which has delivered something.
struct Rivals {
    fixture: Fixture,
    top: i64,
    north: i64,
    browser: Browser,
    /// Guests of two makers, and one of the first in a hospital below.
    pavel: Browser,
    rosa: Browser,
    below: Browser,
    /// Releases of which the house itself keeps an SBOM: of the first maker, and of the other.
    own: i64,
    strange: i64,
    /// Where what they delivered is shown.
    pavels: String,
    rosas: String,
    rosas_vex: String,
}

async fn rivals() -> Rivals {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.judged().await;
    let top = ada.head;
    let north = fixture.below(&ada, top, Kind::Hospital, "North").await;
    let own = fixture.keeps(&ada, MAKER, "Meridian 400", &sbom()).await;
    let strange = fixture.keeps(&ada, "Brightwell", "EchoLine", &sbom_of("9")).await;
    let pavel = fixture.guest_of(&ada, top, MAKER, "pavel").await;
    let rosa = fixture.guest_of(&ada, top, "Brightwell", "rosa").await;
    let below = fixture.guest_of(&ada, north, MAKER, "below").await;
    let led = |answer: super::Answer| {
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        answer.header("location").to_owned()
    };
    let (path, newer) = ("/maker/sboms/new", sbom_of("2.2"));
    let pavels = led(fixture.deliver(&pavel, path, top, &[], &newer).await);
    let named = [("product", "EchoLine"), ("version", "3")];
    let other = String::from_utf8(sbom_of("3")).unwrap().replace(MAKER, "Brightwell");
    let rosas = led(fixture.deliver(&rosa, path, top, &named, other.as_bytes()).await);
    let path = format!("{rosas}/statements/new");
    let rosas_vex = led(fixture.deliver(&rosa, &path, top, &[], &vex()).await);
    Rivals {
        fixture,
        top,
        north,
        browser,
        pavel,
        rosa,
        below,
        own,
        strange,
        pavels,
        rosas,
        rosas_vex,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_sees_its_products_but_no_document_of_the_house() {
    let Rivals { fixture, browser, pavel, below, own, rosa, rosas, .. } = rivals().await;
    let products = fixture.value(&pavel, "/maker/products").await;
    let rows = products["releases"].as_array().unwrap();
    assert_eq!(rows.len(), 2, "{products}");
    for (list, least) in [
        (("/maker/products", "releases", "release"), 2),
        (("/maker/questions", "questions", "id"), 0),
    ] {
        let gone = super::lists::is_gone_through(&fixture, &pavel, list).await;
        assert!(gone >= least, "{list:?}: {gone}");
    }
    let is_own = |row: &&Value| row["release"] == own;
    let row = rows.iter().find(is_own).unwrap();
    assert_eq!(
        (&row["product"], &row["version"]),
        (&"Meridian 400".into(), &"2.1".into())
    );
    assert_eq!((&row["has_sbom"], &row["affected"]), (&false.into(), &0.into()));
    let release = fixture.value(&pavel, &format!("/maker/releases/{own}")).await;
    assert_eq!(release["sboms"].as_array().unwrap().len(), 0, "{release}");
    assert_eq!(release["flaws"].as_array().unwrap().len(), 0, "{release}");
    let others = fixture.value(&rosa, &rosas).await;
    assert_eq!(others["sboms"].as_array().unwrap().len(), 1, "{others}");
    // A guest below sees nothing of what stands above.
    let products = fixture.value(&below, "/maker/products").await;
    assert_eq!(products["releases"].as_array().unwrap().len(), 0, "{products}");
    // The house sees what waits.
    let products = fixture.value(&browser, "/products").await;
    assert_eq!(products["waiting"].as_array().unwrap().len(), 3, "{products}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_another_makers_is_not_found_by_any_number_or_act() {
    let Rivals { fixture, top, north, pavel, below, strange, rosas, rosas_vex, .. } =
        rivals().await;
    for path in [
        rosas.as_str(),
        rosas_vex.as_str(),
        &format!("{rosas}/statements/new"),
        &format!("/maker/releases/{strange}"),
        "/maker/releases/999999",
        "/maker/statements/999999",
        "/maker/questions/999999",
    ] {
        for request in [pavel.get(path), pavel.json(path)] {
            let answer = fixture.ask(request).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        }
    }
    let stating = format!("{rosas}/statements/new");
    let delivering = "/maker/sboms/new";
    // Also in an organisation where the guest has no role, above its own or below.
    for (who, path, place, bytes) in [
        (&pavel, stating.as_str(), top, vex()),
        (&pavel, delivering, north, sbom()),
        (&below, delivering, top, sbom()),
    ] {
        let refused = fixture.deliver(who, path, place, &[], &bytes).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{path}: {}", refused.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_tells_a_guest_of_another_maker_or_of_what_the_house_has() {
    let Rivals { fixture, pavel, own, pavels, .. } = rivals().await;
    // No page or JSON of a guest names the other, a ward, a device or a count of devices.
    for path in
        ["/today", "/maker/products", "/maker/questions", "/maker/sboms/new", &pavels]
    {
        for request in [pavel.get(path), pavel.json(path)] {
            let body = fixture.ask(request).await.body;
            for word in
                ["Brightwell", "EchoLine", "North", "Ward", "ICU", "IH-10", "device\""]
            {
                assert!(!body.contains(word), "{path} tells of {word}: {body}");
            }
        }
    }
    // And nothing that the house has opens: pages, search, exports, facets.
    for path in [
        "/devices",
        "/devices/export?format=csv",
        "/search?q=EchoLine",
        "/products",
        &format!("/products/releases/{own}"),
        "/products/bills/new",
        "/advisories",
        "/vulnerabilities/CVE-2014-0160",
        "/work",
        "/work/export?format=json",
        "/questions",
        "/questions/export",
        "/imports",
        "/organisations",
        "/people",
        "/audit",
        "/feeds",
    ] {
        let refused = fixture.ask(pavel.json(path)).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_sbom_of_a_maker_is_a_claim_until_somebody_puts_it_in_force() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.judged().await;
    let (_, viewer) = fixture.invited(&ada, Role::Viewer, ada.head).await;
    let release = fixture.keeps(&ada, MAKER, "Meridian 400", &sbom()).await;
    let pavel = fixture.guest_of(&ada, ada.head, MAKER, "pavel").await;

    // A document without openssl would clear the flaw: it does nothing by itself.
    let mut lean: Value = serde_json::from_slice(&sbom()).unwrap();
    lean["components"] = serde_json::json!([{
        "type": "library", "name": "own-menu", "version": "1.0",
    }]);
    let lean = lean.to_string().into_bytes();
    let flaws = async || {
        let path = format!("/products/releases/{release}");
        let shown = fixture.value(&browser, &path).await;
        shown["found"].as_array().unwrap().len()
    };
    let before = flaws().await;
    assert!(before > 0);
    let done = fixture.deliver(&pavel, "/maker/sboms/new", ada.head, &[], &lean).await;
    assert_eq!(done.header("location"), format!("/maker/releases/{release}"));
    work_off(&fixture.app, "test").await.unwrap();
    assert_eq!(flaws().await, before, "the claim changed nothing");

    let page = fixture.page(&browser, &format!("/products/releases/{release}")).await;
    assert!(page.contains("through its own account; waits for you"), "{page}");
    let bill = page.split("/in-force\"").next().unwrap();
    let bill = bill.rsplit('/').next().unwrap().to_owned();
    let path = |act: &str| format!("/products/documents/{bill}/{act}");
    for (who, act) in [(&viewer, "in-force"), (&pavel, "in-force"), (&pavel, "declined")]
    {
        let refused = fixture.ask(who.post(&path(act), "reason=x")).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
    }
    let why = fixture.ask(browser.post(&path("declined"), "reason=")).await;
    assert_eq!(why.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done =
        fixture.ask(browser.post(&path("declined"), "reason=It+lists+too+little")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let own = fixture.page(&pavel, &format!("/maker/releases/{release}")).await;
    assert!(own.contains("declined: It lists too little"), "{own}");

    // Delivered again it waits again, and is put in force by the house.
    fixture.deliver(&pavel, "/maker/sboms/new", ada.head, &[], &lean).await;
    let done = fixture.ask(browser.post(&path("in-force"), "")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    work_off(&fixture.app, "test").await.unwrap();
    // It lists so much less that the one before holds beside it, until somebody takes that out.
    assert_eq!(flaws().await, before);
    let page = fixture.page(&browser, &format!("/products/releases/{release}")).await;
    assert!(page.contains("so both hold"), "{page}");
    let list = fixture.page(&browser, "/products").await;
    assert!(list.contains("id=\"beside\""), "{list}");
    let older = page.split("/withdrawn\"").nth(1).unwrap().rsplit('/').next().unwrap();
    let withdrawn = format!("/products/documents/{older}/withdrawn");
    assert_eq!(
        fixture.ask(browser.post(&withdrawn, "")).await.status,
        StatusCode::SEE_OTHER
    );
    work_off(&fixture.app, "test").await.unwrap();
    assert_eq!(flaws().await, 0);
    // What the house itself keeps is no delivery of a maker.
    let strange =
        fixture.ask(browser.post("/products/documents/999999/in-force", "")).await;
    assert_eq!(strange.status, StatusCode::NOT_FOUND);

    // What says that it is of another maker, and what is no SBOM, is not taken.
    let other = String::from_utf8(sbom()).unwrap().replace(MAKER, "Brightwell Devices");
    for (bytes, told) in [
        (other.as_bytes(), "product of Brightwell Devices"),
        (b"no SBOM".as_slice(), "made.json"),
        (b"".as_slice(), "is empty"),
    ] {
        let refused =
            fixture.deliver(&pavel, "/maker/sboms/new", ada.head, &[], bytes).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.body);
        assert!(refused.body.contains(told), "{told} in {}", refused.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_maker_states_waits_is_accepted_as_its_word_or_is_declined() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.judged().await;
    let release = fixture.keeps(&ada, MAKER, "Meridian 400", &sbom()).await;
    let pavel = fixture.guest_of(&ada, ada.head, MAKER, "pavel").await;
    let path = format!("/maker/releases/{release}/statements/new");
    let stated = fixture.deliver(&pavel, &path, ada.head, &[], &vex()).await;
    assert_eq!(stated.status, StatusCode::SEE_OTHER, "{}", stated.body);
    let own = stated.header("location").to_owned();
    let document = own.rsplit('/').next().unwrap().to_owned();
    let theirs = format!("/products/statements/{document}");

    let today = fixture.value(&pavel, "/today").await;
    assert_eq!(today["statements"][0]["accepted"], 0, "{today}");
    let shown = fixture.page(&browser, &theirs).await;
    assert!(shown.contains("through its own account"), "{shown}");
    let heartbleed = async || {
        let shown =
            fixture.value(&browser, &format!("/products/releases/{release}")).await;
        let found = shown["found"].as_array().unwrap().clone();
        let is_it = |one: &&Value| one["vulnerability"] == "CVE-2014-0160";
        found.iter().find(is_it).unwrap()["verdict"].as_str().unwrap().to_owned()
    };
    assert_eq!(heartbleed().await, "affected", "a claim suppresses nothing");

    let accept =
        browser.post(&format!("{theirs}/accepted"), "statement-0=on&reason=asked+them");
    let done = fixture.ask(accept).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    work_off(&fixture.app, "test").await.unwrap();
    assert_eq!(heartbleed().await, "not_affected");
    let seen = fixture.page(&pavel, &own).await;
    assert!(seen.contains("accepted on"), "{seen}");
    assert!(!seen.contains("asked them") && !seen.contains("Ada"), "{seen}");
    let today = fixture.value(&pavel, "/today").await;
    assert_eq!(today["statements"].as_array().unwrap().len(), 0, "{today}");

    let path = format!("{theirs}/declined");
    let refused = fixture.ask(pavel.post(&path, "reason=x")).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let done = fixture.ask(browser.post(&path, "reason=not+of+this+release")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let seen = fixture.page(&pavel, &own).await;
    assert!(seen.contains("not of this release"), "{seen}");
    // Statements that the house brought itself are nobody's to decline.
    let strange =
        fixture.ask(browser.post("/products/statements/999999/declined", "reason=x"));
    assert_eq!(strange.await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_put_to_a_maker_is_answered_once_and_tells_nothing_of_the_house() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.judged().await;
    let work = fixture.value(&browser, "/work?kind=ask_maker").await;
    let row =
        work["rows"].as_array().unwrap().first().unwrap_or_else(|| panic!("{work}"));
    let path = format!("/work/{}", row["action"].as_str().unwrap());
    let maker = row["product"].as_str().unwrap().to_owned();
    // Nobody answers for the maker yet.
    let page = fixture.page(&browser, &path).await;
    assert!(page.contains("Nobody answers for"), "{page}");
    let refused = fixture.ask(browser.post(&format!("{path}/maker"), "")).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.body);

    let name = page.split("Nobody answers for ").nth(1).unwrap();
    let name = name.split(" here.").next().unwrap().to_owned();
    assert!(maker.starts_with(&name), "{maker} is of {name}");
    let pavel = fixture.guest_of(&ada, ada.head, &name, "pavel").await;
    let rosa = fixture.guest_of(&ada, ada.head, "Another Maker", "rosa").await;
    let (_, viewer) = fixture.invited(&ada, Role::Viewer, ada.head).await;
    let refused = fixture.ask(viewer.post(&format!("{path}/maker"), "")).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    for _ in 0..2 {
        let done = fixture.ask(browser.post(&format!("{path}/maker"), "")).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    }
    let asked = fixture.value(&pavel, "/maker/questions").await;
    let questions = asked["questions"].as_array().unwrap();
    assert_eq!(questions.len(), 1, "what waits is not put twice: {asked}");
    let text = asked.to_string();
    for word in ["organisation", "ward", "Ward", "device"] {
        assert!(!text.contains(word), "{word} in {text}");
    }
    let none = fixture.value(&rosa, "/maker/questions").await;
    assert_eq!(none["questions"].as_array().unwrap().len(), 0);
    let own = format!("/maker/questions/{}", questions[0]["id"]);
    assert_eq!(fixture.ask(rosa.json(&own)).await.status, StatusCode::NOT_FOUND);
    let refused = fixture.ask(rosa.post(&own, "said=told&answer=x")).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);

    let page = fixture.page(&pavel, "/today").await;
    assert!(links(&page).iter().any(|(address, _)| *address == own), "{page}");
    for (fields, mend) in [
        ("said=told&answer=", "Enter your answer."),
        ("said=&answer=x", "Choose an answer."),
        (&format!("said=yes&answer={}", "x".repeat(2001)) as &str, "2000 characters"),
    ] {
        let again = fixture.ask(pavel.post(&own, fields)).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", again.body);
        assert!(again.body.contains(mend), "{mend} in {}", again.body);
    }
    let open = |count: &str| format!("<a href=\"/maker/questions\">{count} open</a>");
    assert!(page.contains(&open("1 question")), "{page}");
    let others = fixture.page(&rosa, "/today").await;
    assert!(others.contains(&open("0 questions")), "{others}");
    let done =
        fixture.ask(pavel.post(&own, "said=yes&answer=Release+2.4+in+March")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let page = fixture.page(&browser, &path).await;
    assert!(
        page.contains("Release 2.4 in March") && page.contains("own account"),
        "{page}"
    );
    let state = fixture.value(&browser, &path).await;
    assert_eq!(state["state"], row["state"], "an answer changes nothing by itself");
    // Sealed where it lies, and read again after an act of another.
    let asked = fixture.value(&pavel, "/maker/questions").await;
    assert_eq!(asked["questions"][0]["note"], "Release 2.4 in March");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_noted_for_a_maker_is_read_by_it_alone_and_without_a_name() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.judged().await;
    let work = fixture.value(&browser, "/work?kind=ask_maker").await;
    let row = &work["rows"][0];
    let path = format!("/work/{}", row["action"].as_str().unwrap());
    let page = fixture.page(&browser, &path).await;
    let name = page.split("Nobody answers for ").nth(1).unwrap();
    let name = name.split(" here.").next().unwrap().to_owned();
    let pavel = fixture.guest_of(&ada, ada.head, &name, "pavel").await;
    let rosa = fixture.guest_of(&ada, ada.head, "Another Maker", "rosa").await;
    let offered = fixture.page(&browser, &path).await;
    assert!(offered.contains("A note for "), "{offered}");

    let long = format!("note={}", "x".repeat(2001));
    let long = fixture.ask(browser.post(&format!("{path}/maker"), &long)).await;
    assert_eq!(long.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", long.body);
    let none = fixture.value(&pavel, "/maker/questions").await;
    assert_eq!(none["questions"].as_array().unwrap().len(), 0, "nothing was put: {none}");
    // With the question, and beside one that waits.
    for note in ["note=We+can+wait+until+June", "note=Seen+again+today"] {
        let done = fixture.ask(browser.post(&format!("{path}/maker"), note)).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    }
    let asked = fixture.value(&pavel, "/maker/questions").await;
    let questions = asked["questions"].as_array().unwrap();
    assert_eq!(questions.len(), 1, "{asked}");
    let notes = questions[0]["notes"].as_array().unwrap();
    assert_eq!(notes[0]["note"], "Seen again today", "{asked}");
    assert_eq!(notes[1]["note"], "We can wait until June", "{asked}");
    assert!(!asked.to_string().contains("Ada"), "{asked}");
    let own = format!("/maker/questions/{}", questions[0]["id"]);
    let page = fixture.page(&pavel, &own).await;
    assert!(page.contains("What who asks adds") && page.contains("until June"), "{page}");
    let theirs = fixture.ask(rosa.json("/maker/questions")).await.body;
    assert!(!theirs.contains("June"), "{theirs}");

    // The house sees who wrote it, and takes it back.
    let shown = fixture.value(&browser, &path).await;
    let noted = &shown["notes"][0];
    assert_eq!((&noted["by"], &noted["reader"]), (&"Ada".into(), &"maker".into()));
    let gone = format!("{path}/notes/{}/taken-back", noted["id"]);
    let (_, viewer) = fixture.invited(&ada, Role::Viewer, ada.head).await;
    for who in [&viewer, &pavel] {
        let refused = fixture.ask(who.post(&gone, "")).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.body);
    }
    for odd in [
        format!("{path}/notes/999999/taken-back"),
        "/work/none/notes/x/taken-back".into(),
    ] {
        assert_eq!(
            fixture.ask(browser.post(&odd, "")).await.status,
            StatusCode::NOT_FOUND
        );
    }
    let done = fixture.ask(browser.post(&gone, "")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let asked = fixture.value(&pavel, "/maker/questions").await;
    let notes = asked["questions"][0]["notes"].as_array().unwrap();
    assert_eq!(notes.len(), 1, "{asked}");
    assert_eq!(notes[0]["note"], "We can wait until June");
}

#[tokio::test]
async fn what_a_colleague_shows_below_names_no_buyer_to_a_guest_above_unless_it_asks() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let north = fixture.below(&ada, ada.head, Kind::Hospital, "North").await;
    let pavel = fixture.guest_of(&ada, ada.head, MAKER, "pavel").await;
    let below = fixture.guest_of(&ada, north, MAKER, "below").await;
    let buyer = format!("buyer_{north}");
    let shown = [("kind", "membership"), ("isao", "Qbelow"), (&buyer, "on")];
    let path = "/maker/shown/new";
    let done = fixture.deliver(&below, path, north, &shown, b"a letter").await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let own = fixture.value(&below, "/maker/shown").await;
    let back = format!("/maker/shown/{}/taken-back", own["shown"][0]["id"]);
    for path in ["/maker/shown", "/today", "/maker/questions", path] {
        let told = fixture.page(&pavel, path).await;
        assert!(!told.contains("North") && !told.contains("Qbelow"), "{path}: {told}");
    }
    assert_eq!(fixture.ask(pavel.post(&back, "")).await.status, StatusCode::NOT_FOUND);

    // Whoever asks tells its name by that.
    let suppliers = fixture.value(&browser, "/suppliers").await;
    let asked = format!("/suppliers/{}/asked", suppliers["suppliers"][0]["id"]);
    let asked = fixture.ask(browser.post(&asked, "flag=no-isao")).await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.body);
    let told = fixture.value(&pavel, "/maker/shown").await;
    assert_eq!(told["shown"][0]["buyer"], "North", "{told}");
    let taken = fixture.ask(pavel.post(&back, "")).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.body);
}

#[tokio::test]
async fn a_guest_reads_who_invited_them_and_not_under_whom_that_one_stands() {
    let fixture = Fixture::new().await;
    let (ada, _) = fixture.founded().await;
    let new = NewOrganisation { kind: Kind::Hospital, name: "North" };
    let north = operations::organisation::make_below(&fixture.app, &ada, ada.head, new)
        .await
        .unwrap()
        .id;
    let guest = fixture.guest_of(&ada, north, "Aldermoor Medical", "gus").await;
    let page = fixture.page(&guest, "/today").await;
    assert!(page.contains("class=\"organisation\">North<"), "{page}");
}
