//! Suppliers over HTTP: the list and one supplier with its forms, what a guest sees and says, and
//! that neither tells one organisation of another.

use axum::http::StatusCode;
use operations::organisation::make_below;
use operations::supplier::{EntryKind, open};
use serde_json::Value;
use store::{Kind, NewOrganisation, Role};

use super::{Answer, Browser, Fixture};

const MAKER: &str = "Aldermoor Medical";
const LETTER: &[u8] = b"a confirmation";

/// What a form led to.
#[track_caller]
fn led(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    answer.header("location").to_owned()
}

#[track_caller]
fn wrong(answer: &Answer, told: &str) {
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.body);
    assert!(answer.body.contains(told), "{told} in {}", answer.body);
}

/// The number of the flag of a supplier, as JSON tells it.
fn flag(shown: &Value, number: u64) -> (String, Value) {
    let groups = shown["flags"].as_array().unwrap();
    let found = groups.iter().find_map(|group| {
        let flags = group["flags"].as_array().unwrap();
        let flag = flags.iter().find(|one| one["number"] == number)?;
        Some((group["verdict"].as_str().unwrap().to_owned(), flag.clone()))
    });
    found.unwrap_or_else(|| panic!("no flag {number} in {shown}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dossier_is_opened_filled_put_right_and_withdrawn_on_pages() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.judged().await;
    let empty = fixture.page(&browser, "/suppliers").await;
    assert!(empty.contains("Nobody keeps a dossier"), "{empty}");
    assert!(empty.contains("/suppliers/new?name=Aldermoor"), "{empty}");

    let none = fixture.ask(browser.post("/suppliers/new", "name=&organisation=")).await;
    wrong(&none, "Choose whose dossier it is.");
    let fields = format!("name=&organisation={}", ada.head);
    wrong(&fixture.ask(browser.post("/suppliers/new", &fields)).await, "href=\"#name\"");
    let fields = format!("name=Aldermoor+Medical&organisation={}", ada.head);
    let home = led(&fixture.ask(browser.post("/suppliers/new", &fields)).await);
    let shown = fixture.value(&browser, &home).await;
    assert_eq!(shown["gate"]["standing"], "unknown", "{shown}");
    assert_eq!(shown["has_index"], true);
    assert!(shown["history"]["advisories"].as_u64().unwrap() > 0, "{}", shown["history"]);
    let page = fixture.page(&browser, &home).await;
    assert!(page.contains("Nothing is bought from Aldermoor Medical yet"), "{page}");
    assert!(page.contains("class=\"plot measured\""), "{page}");

    let new = format!("{home}/entries/new");
    for kind in EntryKind::ALL {
        let path = format!("{new}?kind={}", kind.word());
        let status = fixture.ask(browser.get(&path)).await.status;
        let is_form = kind != EntryKind::Document;
        assert_eq!(status == StatusCode::OK, is_form, "{path}");
    }
    let membership = async |fields: &[(&str, &str)], bytes: &[u8]| {
        let mut all = vec![("kind", "membership"), ("origin", "third-party")];
        all.extend(fields);
        fixture.deliver(&browser, &new, ada.head, &all, bytes).await
    };
    wrong(&membership(&[], LETTER).await, "isao or isac");
    let bad = [("isao", "Health-ISAC"), ("until", "tomorrow")];
    let again = membership(&bad, LETTER).await;
    wrong(&again, "This is no day");
    assert!(again.body.contains("value=\"Health-ISAC\""), "what was typed stays");
    led(&membership(&[("isao", "Health-ISAC"), ("until", "2199-01-01")], b"").await);
    assert_eq!(fixture.value(&browser, &home).await["gate"]["standing"], "claimed");
    led(&membership(&[("isao", "Health-ISAC"), ("until", "2199-01-01")], LETTER).await);
    let shown = fixture.value(&browser, &home).await;
    assert_eq!(shown["gate"]["standing"], "passed");
    let (verdict, first) = flag(&shown, 1);
    assert_eq!(verdict, "clear");
    assert_eq!(first["grounds"][0]["class"], "documented", "{first}");
    let entry =
        first["grounds"][0]["place"].as_str().unwrap().rsplit('/').next().unwrap();

    let one = format!("{home}/entries/{entry}");
    let page = fixture.page(&browser, &one).await;
    assert!(page.contains("made.json") && page.contains("third party"), "{page}");
    let document = page.split("/documents/").nth(1).unwrap();
    let document = format!("{home}/documents/{}", document.split('"').next().unwrap());
    let file = fixture.ask(browser.get(&document)).await;
    assert_eq!(file.body.as_bytes(), LETTER);
    assert!(file.header("content-disposition").starts_with("attachment"));
    let silent = browser.post(&format!("{one}/withdrawn"), "reason=");
    wrong(&fixture.ask(silent).await, "Enter why.");
    let done = browser.post(&format!("{one}/withdrawn"), "reason=of+another+company");
    led(&fixture.ask(done).await);
    let shown = fixture.value(&browser, &home).await;
    assert_eq!(shown["gate"]["standing"], "claimed");
    assert_eq!(shown["withdrawn"][0]["reason"], "of another company");
    assert_eq!(fixture.ask(browser.get(&one)).await.status, StatusCode::NOT_FOUND);
    for path in ["/suppliers/999999", "/suppliers/x", &format!("{home}/entries/999999")] {
        assert_eq!(fixture.ask(browser.json(path)).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_is_dropped_with_the_product_of_which_it_is() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.judged().await;
    let id = open(&fixture.app, &ada, ada.head, "Quiet Pumps").await.unwrap();
    let home = format!("/suppliers/{id}");
    let new = format!("{home}/documents/new");
    assert_eq!(fixture.value(&browser, &new).await["products"], serde_json::json!([]));
    let page = fixture.page(&browser, &new).await;
    assert!(!page.contains("name=\"product\""), "nothing is to be chosen: {page}");

    let entry = [("kind", "product"), ("product", "Hush 1"), ("origin", "house")];
    let entries = format!("{home}/entries/new");
    led(&fixture.deliver(&browser, &entries, ada.head, &entry, b"").await);
    let told = fixture.value(&browser, &new).await;
    assert_eq!(told["products"], serde_json::json!(["Hush 1"]));
    let page = fixture.page(&browser, &new).await;
    assert!(page.contains("<option value=\"Hush 1\">"), "{page}");

    let scan = br#"<nmaprun version="7.9" start="1794000000"><host><status state="up"/>
        <address addr="192.0.2.10" addrtype="ipv4"/></host></nmaprun>"#;
    let drop = async |product: &str, bytes: &[u8]| {
        fixture.deliver(&browser, &new, ada.head, &[("product", product)], bytes).await
    };
    wrong(&drop("Hush 2", scan).await, "This is no product of this dossier.");
    let again = drop("Hush 1", LETTER).await;
    wrong(&again, "This is asked of scans alone.");
    assert!(again.body.contains("<option value=\"Hush 1\" selected>"), "{}", again.body);
    led(&drop("Hush 1", scan).await);
    let kept = fixture.page(&browser, &home).await;
    assert!(kept.contains("<dt>Product</dt><dd>Hush 1</dd>"), "{kept}");
    led(&drop("", scan).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_filtered_sorted_and_counts_what_its_links_lead_to() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.judged().await;
    let names = [MAKER, "Brightwell Devices", "Nobody's Pumps"];
    for name in names {
        open(&fixture.app, &ada, ada.head, name).await.unwrap();
    }
    let all = fixture.value(&browser, "/suppliers").await;
    let rows = all["suppliers"].as_array().unwrap();
    assert_eq!(rows.len(), 3);
    assert_eq!(all["sentence"].as_str().unwrap().matches("may not be bought").count(), 1);
    for row in rows {
        let home = format!("/suppliers/{}", row["id"]);
        for severity in ["block", "high", "medium", "low"] {
            let query = format!("{home}?verdict=raised&severity={severity}");
            let shown = fixture.value(&browser, &query).await;
            let flags = shown["flags"][0]["flags"].as_array();
            let count = flags.map_or(0, Vec::len) as u64;
            assert_eq!(row["raised"][severity]["count"], count, "{query}");
        }
        let shown = fixture.value(&browser, &format!("{home}?verdict=cannot_tell")).await;
        let count = shown["flags"][0]["flags"].as_array().unwrap().len() as u64;
        assert_eq!(row["cannot_tell"]["count"], count);
    }
    let named = async |query: &str| -> Vec<String> {
        let list = fixture.value(&browser, &format!("/suppliers?{query}")).await;
        let rows = list["suppliers"].as_array().unwrap();
        rows.iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(named("gate=passed").await, Vec::<String>::new());
    assert_eq!(named("gate=blocked").await.len(), 3);
    assert_eq!(named("q=bright").await, ["Brightwell Devices"]);
    assert_eq!(named("sort=-name").await, [names[2], names[1], names[0]]);
    assert_eq!(named("from=2").await, [names[2]]);
    let (_, viewer) = fixture.invited(&ada, Role::Viewer, ada.head).await;
    let refused = fixture.ask(viewer.get("/suppliers")).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(!fixture.page(&viewer, "/today").await.contains("href=\"/suppliers\""));
    let (_, auditor) = fixture.invited(&ada, Role::Auditor, ada.head).await;
    let page = fixture.page(&auditor, "/suppliers").await;
    assert!(!page.contains("Open a dossier"), "an auditor looks on: {page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_index_the_pages_say_so() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let id = open(&fixture.app, &ada, ada.head, MAKER).await.unwrap();
    for path in ["/suppliers".to_owned(), format!("/suppliers/{id}")] {
        let page = fixture.page(&browser, &path).await;
        assert!(page.contains("No index of advisories is in use"), "{page}");
    }
    let shown = fixture.value(&browser, &format!("/suppliers/{id}")).await;
    assert_eq!(shown["has_index"], false);
    let (verdict, late) = flag(&shown, 6);
    assert_eq!(verdict, "cannot_tell");
    assert_eq!(late["why"], "no advisories were given");
}

/// A hospital with a site that keeps a dossier too, and guests of two makers.
struct Buyers {
    fixture: Fixture,
    browser: Browser,
    norths: Browser,
    pavel: Browser,
    rosa: Browser,
    top: String,
    north: String,
    place: i64,
}

async fn buyers() -> Buyers {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.judged().await;
    let new = NewOrganisation { kind: Kind::Site, name: "Northfold" };
    let place = make_below(&fixture.app, &ada, ada.head, new).await.unwrap().id;
    let top = open(&fixture.app, &ada, ada.head, MAKER).await.unwrap();
    let north = open(&fixture.app, &ada, place, MAKER).await.unwrap();
    let (_, norths) = fixture.invited(&ada, Role::Contracting, place).await;
    let pavel = fixture.guest_of(&ada, ada.head, MAKER, "pavel").await;
    let rosa = fixture.guest_of(&ada, ada.head, "Brightwell", "rosa").await;
    let home = |id: i64| format!("/suppliers/{id}");
    let (top, north) = (home(top), home(north));
    Buyers { fixture, browser, norths, pavel, rosa, top, north, place }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_buyer_who_was_not_chosen_reads_no_answer_anywhere() {
    let Buyers { fixture, browser, norths, pavel, rosa, top, north, place } =
        buyers().await;
    let asked = format!("{north}/asked");
    let refused = fixture.ask(norths.post(&format!("{top}/asked"), "")).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND, "another's dossier");
    led(&fixture.ask(norths.post(&asked, "flag=no-isao")).await);
    let twice = fixture.ask(norths.post(&asked, "flag=no-isao")).await;
    assert_eq!(twice.status, StatusCode::CONFLICT, "it waits already");
    let today = fixture.page(&pavel, "/today").await;
    assert!(today.contains("/maker/red-flags/no-isao"), "{today}");
    let one = "/maker/red-flags/no-isao";
    let page = fixture.page(&pavel, one).await;
    assert!(page.contains("Northfold") && page.contains(&format!("buyer_{place}")));
    let page = fixture.page(&rosa, one).await;
    assert!(!page.contains("Northfold"), "{page}");

    wrong(
        &fixture.ask(pavel.post(one, "said=yes&answer=secret-of-ours")).await,
        "Choose at least one who may read it.",
    );
    let fields = format!("said=yes&answer=secret-of-ours&buyer_{place}=on");
    wrong(
        &fixture.ask(pavel.post(one, &fields.replace("yes", ""))).await,
        "Choose an answer.",
    );
    let strange = fixture.ask(rosa.post(one, &fields)).await;
    assert_eq!(strange.status, StatusCode::NOT_FOUND, "{}", strange.body);
    led(&fixture.ask(pavel.post(one, &fields)).await);

    let told = fixture.page(&norths, &north).await;
    assert!(told.contains("secret-of-ours"), "{told}");
    let shown = fixture.value(&norths, &north).await;
    let (verdict, isao) = flag(&shown, 1);
    assert_eq!(verdict, "cannot_tell", "its word clears nothing");
    assert!(isao["asked"].as_str().unwrap().starts_with("the supplier answered"));
    // The hospital above sees the site's dossier, as everything below it, and its own has none.
    assert!(!fixture.page(&browser, &top).await.contains("secret-of-ours"));
    for path in ["/suppliers", "/search?q=secret-of-ours", "/questions", "/today"] {
        for request in [browser.get(path), browser.json(path), norths.get(path)] {
            let body = fixture.ask(request).await.body;
            assert!(!body.contains("member of secret-of-ours"), "{path}");
        }
    }
    // Another guest, and what a guest sees: no verdict, no dossier, no other maker.
    for path in ["/today", "/maker/questions", "/maker/shown", "/maker/shown/new", one] {
        for request in [rosa.get(path), rosa.json(path)] {
            let body = fixture.ask(request).await.body;
            for word in ["secret-of-ours", "Northfold", MAKER] {
                assert!(!body.contains(word), "{path} tells of {word}: {body}");
            }
        }
        for request in [pavel.get(path), pavel.json(path)] {
            let body = fixture.ask(request).await.body;
            for word in ["raised", "cannot tell", "cannot_tell", "blocked", "Brightwell"]
            {
                assert!(!body.contains(word), "{path} tells of {word}: {body}");
            }
        }
    }
    for path in ["/suppliers", &top, &north, "/suppliers/new"] {
        let refused = fixture.ask(pavel.json(path)).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_guest_shows_waits_in_the_dossier_of_whom_it_chose() {
    let Buyers { fixture, browser, norths, pavel, rosa, top, north, place } =
        buyers().await;
    let new = "/maker/shown/new";
    for kind in EntryKind::OF_GUESTS {
        fixture.page(&pavel, &format!("{new}?kind={}", kind.word())).await;
    }
    let refused = fixture.ask(pavel.get("/maker/shown/new?kind=alias")).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    let fields =
        [("kind", "membership"), ("isao", "Health-ISAC"), ("until", "2199-01-01")];
    wrong(
        &fixture.deliver(&pavel, new, place, &fields, LETTER).await,
        "Choose at least one who may read it.",
    );
    led(&fixture.ask(norths.post(&format!("{north}/asked"), "flag=no-isao")).await);
    let buyer = format!("buyer_{place}");
    let mut chosen = fields.to_vec();
    chosen.push((&buyer, "on"));
    let strange = fixture.deliver(&rosa, new, place, &chosen, LETTER).await;
    assert_eq!(strange.status, StatusCode::NOT_FOUND, "{}", strange.body);
    led(&fixture.deliver(&pavel, new, place, &chosen, LETTER).await);
    let broken = [("kind", "document"), (buyer.as_str(), "on")];
    wrong(
        &fixture.deliver(&pavel, new, place, &broken, b"dossier = 1\nname = 3").await,
        "made.json",
    );

    let shown = fixture.value(&norths, &north).await;
    assert_eq!(shown["gate"]["standing"], "claimed");
    let waiting = shown["waiting"].as_array().unwrap();
    assert_eq!(waiting.len(), 1, "{shown}");
    let own = fixture.value(&browser, &top).await;
    assert_eq!(own["waiting"].as_array().unwrap().len(), 0, "{own}");
    let entry = format!("{north}/entries/{}", waiting[0]["id"]);
    let page = fixture.page(&norths, &entry).await;
    assert!(page.contains("It is a claim"), "{page}");
    let confirmed = format!("{entry}/confirmed");
    wrong(&fixture.ask(norths.post(&confirmed, "origin=supplier")).await, "from whom");
    led(&fixture.ask(norths.post(&confirmed, "origin=third-party")).await);
    assert_eq!(fixture.value(&norths, &north).await["gate"]["standing"], "passed");
    let list = fixture.value(&pavel, "/maker/shown").await;
    assert_eq!(list["shown"][0]["state"], "confirmed", "{list}");
    assert_eq!(fixture.value(&rosa, "/maker/shown").await["shown"][0], Value::Null);
    let back = format!("/maker/shown/{}/taken-back", list["shown"][0]["id"]);
    let refused = fixture.ask(rosa.post(&back, "")).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    led(&fixture.ask(pavel.post(&back, "")).await);
    assert_eq!(fixture.value(&norths, &north).await["gate"]["standing"], "unknown");
}
