//! Components of SBOMs: searched for, listed, found in the tree, and counted in devices; and what
//! a device's page says of its SBOM and of what people did.

use axum::http::StatusCode;
use operations::work_off;
use serde_json::Value;
use store::Role;

use super::devices::{take_in, use_demo};
use super::products::{place, place_pump};
use super::{Browser, Fixture};

/// A house with three devices, of which two are of the pump's release; the SBOM is placed.
async fn house() -> (Fixture, operations::Actor, Browser, String) {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let inventory = "Asset Tag,Maker,Model,Version\n1,Aldermoor Medical,Meridian 400,2.1\n\
        2,Aldermoor Medical,Meridian 400,2.1\n3,Aldermoor Medical,Meridian 400,2.3\n";
    take_in(&fixture.app, &ada, ada.head, "AIMS", inventory).await;
    let release = place_pump(&fixture, &browser, ada.head).await;
    assert!(work_off(&fixture.app, "test").await.unwrap().is_empty());
    (fixture, ada, browser, release)
}

/// The group of components among the answers of a search.
fn group(answer: &Value) -> Option<&Value> {
    let groups = answer["groups"].as_array().unwrap();
    groups.iter().find(|one| one["what"].as_str().unwrap().contains("of SBOMs"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_component_is_searched_for_by_name_version_purl_and_cpe() {
    let (fixture, _, browser, release) = house().await;
    for text in [
        "openssl",
        "OpenSSL 1.0.1",
        "openssl@1.0.1e",
        "cpe:2.3:a:openssl:openssl:1.0.1e:*:*:*:*:*:*:*",
        "cpe:2.3:a:openssl:openssl:*:*:*:*:*:*:*:*",
    ] {
        let address = format!("/search?q={}", fleet::encoded(text));
        let answer = fixture.value(&browser, &address).await;
        let hits = &group(&answer).unwrap_or_else(|| panic!("{text}: {answer}"))["hits"];
        assert_eq!(hits.as_array().unwrap().len(), 1, "{answer}");
        assert_eq!(hits[0]["text"], "openssl 1.0.1e");
        assert_eq!(hits[0]["detail"], "in Aldermoor Medical Meridian 400 2.1");
        assert_eq!(hits[0]["links"][0]["text"], "2 devices");
        let page = fixture.page(&browser, &address).await;
        let place =
            format!("{release}?component=openssl%3Aopenssl&#38;version=1.0.1e#made-of");
        assert!(page.contains(&place), "{page}");
    }
    let purl = "/search?q=pkg%3Adeb%2Fdebian%2Fbusybox";
    let answer = fixture.value(&browser, purl).await;
    assert_eq!(group(&answer).unwrap()["hits"][0]["text"], "busybox 1:1.30.1-6+b3");
    for text in
        ["openssl 3", "pkg:npm/openssl", "cpe:2.3:a:openssl:openssl:1.1.0:*:*:*:*:*:*:*"]
    {
        let address = format!("/search?q={}", fleet::encoded(text));
        let answer = fixture.value(&browser, &address).await;
        assert!(group(&answer).is_none(), "{text}: {answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_devices_of_a_component_are_those_that_the_number_counts() {
    let (fixture, _, browser, release) = house().await;
    let list = fixture.value(&browser, "/components?q=busybox").await;
    assert_eq!(
        (&list["total"], &list["components"][0]["devices"]),
        (&1.into(), &2.into())
    );
    let page = fixture.page(&browser, "/components?q=busybox").await;
    let set = "among=component%3A1%253A1.30.1-6%2Bb3%3Apkg%3Adeb%2Fdebian%2Fbusybox";
    assert!(page.contains(set), "{page}");
    let devices = fixture.value(&browser, &format!("/devices?{set}")).await;
    assert_eq!(devices["total"], 2, "{devices}");
    let text = "/devices?among=components%3Aopenssl";
    assert_eq!(fixture.value(&browser, text).await["total"], 2);
    assert!(fixture.page(&browser, text).await.contains("with a component “openssl”"));
    let none = fixture.value(&browser, "/devices?among=components%3Anothing").await;
    assert_eq!(none["total"], 0);

    // In the tree: the component and what leads there, and nothing else.
    let one = "?component=openssl%3Aopenssl&version=1.0.1e";
    let shown = fixture.value(&browser, &format!("{release}{one}")).await;
    let names: Vec<&str> = shown["tree"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["name"].as_str().unwrap())
        .collect();
    assert_eq!(names.last(), Some(&"openssl"), "{names:?}");
    assert!(!names.contains(&"zlib"), "{names:?}");
    assert_eq!(shown["sought"]["places"], 1);
    let gone = fixture.page(&browser, &format!("{release}?component=x&version=1")).await;
    assert!(gone.contains("No SBOM in force of this release lists x 1."), "{gone}");

    // All releases that carry it.
    let one = fixture
        .value(&browser, "/components/one?key=openssl%3Aopenssl&version=1.0.1e")
        .await;
    assert_eq!(one["releases"][0]["name"], "Meridian 400", "{one}");
    let none = fixture.ask(browser.get("/components/one?key=x&version=1")).await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_finds_a_component_of_a_document_of_another_organisation() {
    let (fixture, ada, browser, release) = house().await;
    let north = fixture.site(&ada, "North").await;
    let (_, stranger) = fixture.invited(&ada, Role::Biomed, north).await;
    let answer = fixture.value(&stranger, "/search?q=openssl").await;
    assert!(group(&answer).is_none(), "{answer}");
    let list = fixture.value(&stranger, "/components?q=openssl").await;
    assert_eq!(list["total"], 0, "{list}");
    let one = "/components/one?key=openssl%3Aopenssl&version=1.0.1e";
    assert_eq!(fixture.ask(stranger.get(one)).await.status, StatusCode::NOT_FOUND);
    let set = "/devices?among=components%3Aopenssl";
    assert_eq!(fixture.value(&stranger, set).await["total"], 0);

    // Taken out of force it is found no more, and put back it is.
    let shown = fixture.value(&browser, &release).await;
    let bill = shown["bills"][0]["id"].as_i64().unwrap();
    fixture.ask(browser.post(&format!("/products/documents/{bill}/withdrawn"), "")).await;
    assert_eq!(fixture.value(&browser, "/components?q=openssl").await["total"], 0);
    place_pump(&fixture, &browser, ada.head).await;
    work_off(&fixture.app, "test").await.unwrap();
    assert_eq!(fixture.value(&browser, "/components?q=openssl").await["total"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_read_yet_is_said_and_is_read_again() {
    let (fixture, ada, browser, _) = house().await;
    let mut write = fixture.app.store.write(ada.head, (fixture.app.now)()).await.unwrap();
    write.list_bills_anew().await.unwrap();
    let act = store::Act {
        by: 0,
        what: "test",
        noun: store::Noun::House,
        id: 0,
        facts: Vec::new(),
    };
    write.commit(act).await.unwrap();
    // Another node, which holds nothing yet.
    let app = operations::App::new(
        fixture.app.store.clone(),
        &fixture.app.data,
        fixture.app.now,
    );
    let seen = operations::fleet::scope(&ada);
    let sought = sbom::listing::Sought::read("openssl").unwrap();
    let wanted = operations::fleet::Wanted { most: 9, ..Default::default() };
    let held = operations::fleet::holdings(&app, ada.head).await.unwrap();
    let listed = held.components(&seen, &sought, &wanted);
    assert_eq!((listed.total, listed.unread), (0, 1));
    drop(held);
    operations::bills::list_all(&app).await.unwrap();
    let held = operations::fleet::holdings(&app, ada.head).await.unwrap();
    let listed = held.components(&seen, &sought, &wanted);
    assert_eq!((listed.total, listed.unread, listed.devices), (1, 0, 2));
    drop(held);
    assert_eq!(fixture.value(&browser, "/components?q=openssl").await["total"], 1);
}

/// A device by its asset tag.
async fn device(fixture: &Fixture, browser: &Browser, tag: &str) -> String {
    let list = fixture.value(browser, &format!("/devices?asset_tag={tag}")).await;
    format!("/devices/{}", list["rows"][0]["id"])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_says_what_is_in_it_or_what_would_tell() {
    let (fixture, ada, browser, release) = house().await;
    let own = device(&fixture, &browser, "1").await;
    let shown = fixture.value(&browser, &own).await;
    let sbom = &shown["made_of"]["sboms"][0];
    assert_eq!(sbom["release"]["text"], "Aldermoor Medical Meridian 400 2.1", "{shown}");
    assert_eq!(
        (&sbom["components"], &sbom["label"]),
        (&5.into(), &"TLP:AMBER+STRICT".into())
    );
    assert_eq!(sbom["by"], "Ada");
    assert_eq!(sbom["quality"].as_array().unwrap().len(), 2);
    let page = fixture.page(&browser, &own).await;
    assert!(page.contains(&format!("href=\"{release}#made-of\"")), "{page}");

    // Of the other release there is none, and that of this one is offered.
    let other = device(&fixture, &browser, "3").await;
    let shown = fixture.value(&browser, &other).await;
    assert_eq!(shown["made_of"]["sboms"].as_array().unwrap().len(), 0);
    let sentence = shown["made_of"]["sentence"].as_str().unwrap();
    assert!(sentence.starts_with("No SBOM describes this release"), "{sentence}");
    let page = fixture.page(&browser, &other).await;
    assert!(page.contains(&format!("href=\"{release}/builds\"")), "{page}");
    assert!(page.contains("/suppliers?q=Aldermoor%20Medical"), "{page}");

    // Who does not see the document does not hear of it.
    let north = fixture.site(&ada, "North").await;
    let inventory =
        "Asset Tag,Maker,Model,Version\n9,Aldermoor Medical,Meridian 400,2.1\n";
    take_in(&fixture.app, &ada, north, "North", inventory).await;
    let (_, stranger) = fixture.invited(&ada, Role::Biomed, north).await;
    let far = device(&fixture, &stranger, "9").await;
    let shown = fixture.value(&stranger, &far).await;
    assert_eq!(shown["made_of"]["sboms"].as_array().unwrap().len(), 0, "{shown}");
    let page = fixture.page(&stranger, &far).await;
    assert!(page.contains("No SBOM describes it"), "{page}");
    assert!(!page.contains(&release), "{page}");

    // Who sees both is told whose it is, that it counts for nobody there, and what to do.
    let uncounted = async |path: &str| {
        let shown = fixture.value(&browser, path).await;
        shown["made_of"]["sboms"][0]["uncounted"].as_str().unwrap().to_owned()
    };
    assert_eq!(uncounted(&own).await, "");
    let told = uncounted(&far).await;
    for text in
        ["for Invented <System> alone", "work of North counts", "everything below"]
    {
        assert!(told.contains(text), "{text}: {told}");
    }
    assert!(fixture.page(&browser, &far).await.contains("work of North counts"));
    let product = fixture.value(&browser, &release).await["product"].to_string();
    let audience = format!("/products/{product}/audience");
    fixture.ask(browser.post(&audience, "audience=below")).await;
    assert_eq!(uncounted(&far).await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_sbom_lists_and_nobody_can_look_up_is_said_first() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    use_demo(&fixture.app).await;
    // No advisory names it.
    let inventory = "Asset Tag,Maker,Model,Version\n1,Aldermoor Medical,Lamp,1.0\n";
    take_in(&fixture.app, &ada, ada.head, "AIMS", inventory).await;
    let dark = br#"{"bomFormat":"CycloneDX","specVersion":"1.6","metadata":{"component":
        {"type":"firmware","bom-ref":"l","name":"Lamp","version":"1.0",
        "supplier":{"name":"Aldermoor Medical"}}},"components":[
        {"type":"library","bom-ref":"a","name":"network stack"},
        {"type":"library","bom-ref":"b","name":"scheduler"}]}"#;
    let release = place(&fixture, &browser, ada.head, dark).await;
    assert!(work_off(&fixture.app, "test").await.unwrap().is_empty());
    let own = device(&fixture, &browser, "1").await;
    let shown = fixture.value(&browser, &own).await;
    let sentence = shown["sentence"].as_str().unwrap();
    let told = "Of everything that its SBOM lists nobody can tell.";
    assert!(sentence.ends_with(told), "{release}: {shown}");
    let page = fixture.page(&browser, &own).await;
    let list =
        format!("Of <a href=\"{release}#made-of\">everything that its SBOM lists</a>");
    assert!(page.contains(&list), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_counts_the_builds_that_are_written_alike() {
    let (fixture, ada, browser, release) = house().await;
    let devices = async || -> i64 {
        let shown = fixture.value(&browser, &release).await;
        let builds = shown["builds"].as_array().unwrap().clone();
        builds.iter().map(|build| build["devices"].as_i64().unwrap()).sum()
    };
    let before = devices().await;
    let inventory =
        "Asset Tag,Maker,Model,Version\n9,ALDERMOOR  MEDICAL,meridian 400,2.1\n";
    take_in(&fixture.app, &ada, ada.head, "Other", inventory).await;
    assert_eq!(devices().await, before + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_was_known_of_a_device_before_it_came() {
    let (fixture, ada, browser, _) = house().await;
    super::devices::use_demo(&fixture.app).await;
    assert!(operations::work_off(&fixture.app, "test").await.unwrap().is_empty());
    let north = fixture.site(&ada, "North").await;
    let inventory =
        "Asset Tag,Maker,Model,Version\n9,Aldermoor Medical,Meridian 400,2.1\n";
    take_in(&fixture.app, &ada, north, "North", inventory).await;
    let far = device(&fixture, &browser, "9").await;
    let shown = fixture.value(&browser, &far).await;
    let history = shown["history"].as_array().unwrap();
    let came = history.iter().find(|event| {
        event["what"].as_str().unwrap().starts_with("first named by an export")
    });
    let came = came.unwrap()["at"].as_str().unwrap();
    let is_early = |at: &serde_json::Value| at.as_str().unwrap() < came;
    let verdicts: Vec<_> = history
        .iter()
        .filter(|event| event["what"] == "affected")
        .map(|event| &event["at"])
        .collect();
    assert!(!verdicts.is_empty(), "{shown}");
    assert!(!verdicts.into_iter().any(is_early), "{shown}");
    for list in ["affected", "cannot_tell", "others"] {
        let rows = shown[list].as_array().unwrap();
        assert!(!rows.iter().any(|row| is_early(&row["since"])), "{shown}");
    }
}

/// What a history says, the oldest first: what, and why.
fn told(shown: &Value) -> Vec<String> {
    let events = shown["history"].as_array().unwrap().iter().rev();
    events
        .map(|one| {
            let text = |key: &str| one[key].as_str().unwrap().to_owned();
            format!("{} | {}", text("what"), text("why"))
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_tells_what_became_of_its_sbom_by_whom() {
    let (fixture, ada, browser, release) = house().await;
    let own = device(&fixture, &browser, "1").await;
    let has = |shown: &Value, text: &str| {
        let told = told(shown);
        assert!(told.iter().any(|one| one == text), "{text}: {told:#?}");
    };
    let shown = fixture.value(&browser, &own).await;
    has(&shown, "SBOM in force | by Ada");
    has(&shown, "said to be of a release | by Ada");
    let bill =
        fixture.value(&browser, &release).await["bills"][0]["id"].as_i64().unwrap();
    fixture.ask(browser.post(&format!("/products/documents/{bill}/withdrawn"), "")).await;
    fixture.ask(browser.post(&format!("{release}/builds"), "")).await;
    let shown = fixture.value(&browser, &own).await;
    has(&shown, "SBOM taken out of force | by Ada");
    has(&shown, "said not to be of a release any more | by Ada");

    // Not on a device of another release, nor to whoever may not see the document.
    let other = device(&fixture, &browser, "3").await;
    let shown = fixture.value(&browser, &other).await;
    assert!(told(&shown).iter().all(|one| !one.contains("SBOM")), "{:#?}", told(&shown));
    let north = fixture.site(&ada, "North").await;
    let inventory =
        "Asset Tag,Maker,Model,Version\n9,Aldermoor Medical,Meridian 400,2.1\n";
    take_in(&fixture.app, &ada, north, "North", inventory).await;
    let (_, stranger) = fixture.invited(&ada, Role::Biomed, north).await;
    let far = device(&fixture, &stranger, "9").await;
    let shown = fixture.value(&stranger, &far).await;
    assert!(told(&shown).iter().all(|one| !one.contains("SBOM")), "{:#?}", told(&shown));
}
