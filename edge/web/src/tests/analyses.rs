//! What an organisation found out by itself: one thing, whoever said it, and the same on every
//! page.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::api::Program;
use super::products::place_pump;
use super::tokens::token_of;
use super::{Browser, Fixture};

/// The flaws of the pump's release, as programs read them.
async fn findings(program: &Program<'_>) -> (String, Vec<Value>) {
    let known = "/api/v1/project/lookup?name=Meridian%20400&version=2.1";
    let project = program.good(known).await;
    let uuid = project["uuid"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/finding/project/{uuid}");
    (uuid, program.good(&path).await.as_array().unwrap().clone())
}

/// A program says of a finding that the pump is not affected.
async fn clear(program: &Program<'_>, project: &str, finding: &Value) {
    let said = json!({
        "project": project,
        "component": finding["component"]["uuid"],
        "vulnerability": finding["vulnerability"]["uuid"],
        "analysisState": "NOT_AFFECTED",
        "analysisJustification": "CODE_NOT_REACHABLE",
        "analysisDetails": "The shell is <not> started.",
    });
    let (status, answer) = program.put("/api/v1/analysis", &said).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
}

/// A flaw that a component brings, and of which no device advisory speaks.
fn of_component_alone(all: &[Value]) -> &Value {
    let affected = all.iter().filter(|one| one["lazaret"]["verdict"] == "affected");
    let mut alone =
        affected.filter(|one| one["vulnerability"]["vulnId"] != "CVE-2014-0160");
    alone.next().unwrap()
}

/// A device with release 2.1 of the pump.
async fn pump(fixture: &Fixture, browser: &Browser) -> i64 {
    let list = "/devices?model=Meridian%20400&version=2.1";
    fixture.value(browser, list).await["rows"][0]["id"].as_i64().unwrap()
}

/// An analysis of one release says where it does not count, and why.
async fn check_others(fixture: &Fixture, browser: &Browser, id: &str) {
    // A pump of another release, and another product.
    for (tag, bearing, told) in [
        (
            "IH-10004",
            "other_release",
            "It does not count here: this device has release 2.3.",
        ),
        ("IH-10007", "other_product", "It does not count here: this device is known as "),
    ] {
        let other = fixture.device(browser, tag).await;
        let path = format!("/devices/{other}/vulnerabilities/{id}");
        let why = fixture.value(browser, &path).await;
        let beside = &why["analyses"][0];
        assert_eq!(
            (&beside["counts"], &beside["bearing"]),
            (&json!(false), &json!(bearing)),
            "{why}"
        );
        let page = fixture.page(browser, &path).await;
        assert!(page.contains("own analysis by Ada on"), "{page}");
        assert!(page.contains(told), "{page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_says_whose_word_it_is_and_what_others_say() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.judged().await;
    let release = place_pump(&fixture, &browser, ada.head).await;
    operations::work_off(&fixture.app, "test").await.unwrap();
    let program = Program { fixture: &fixture, token: token_of(&fixture, &ada).await };
    let (project, all) = findings(&program).await;
    let affected = of_component_alone(&all);
    let id = affected["vulnerability"]["vulnId"].as_str().unwrap();
    clear(&program, &project, affected).await;

    // The release: what counts, and the judgement beneath it.
    let shown = fixture.value(&browser, &release).await;
    let found = shown["found"].as_array().unwrap();
    let row = found.iter().find(|one| one["vulnerability"] == id).unwrap();
    assert_eq!(
        (&row["verdict"], &row["effective"]),
        (&"affected".into(), &"not_affected".into())
    );
    assert_eq!(row["own"]["by"], "Ada", "{row}");
    let page = fixture.page(&browser, &release).await;
    assert!(page.contains("own analysis by Ada on"), "{page}");
    assert!(page.contains("The shell is &#60;not&#62; started."), "{page}");
    assert!(page.contains("others say: affected."), "{page}");

    // The device, and why.
    let device = pump(&fixture, &browser).await;
    let shown = fixture.value(&browser, &format!("/devices/{device}")).await;
    let rows = |of: &str| shown[of].as_array().unwrap().clone();
    assert!(rows("affected").iter().all(|row| row["vulnerability"] != id), "{shown}");
    let others = rows("others");
    let row = others.iter().find(|row| row["vulnerability"] == id).unwrap();
    assert_eq!(row["own"]["verdict"], "not_affected");
    let path = format!("/devices/{device}/vulnerabilities/{id}");
    let why = fixture.value(&browser, &path).await;
    assert_eq!(why["verdict"], "not_affected", "{why}");
    assert_eq!(why["own"][0]["weight"], "decides");
    assert!(!why["components"][0]["grounds"].as_array().unwrap().is_empty(), "{why}");
    assert!(fixture.page(&browser, &path).await.contains("others say: affected."));
    let beside = &why["analyses"][0];
    assert_eq!(
        (&beside["counts"], &beside["bearing"]),
        (&json!(true), &json!("decides"))
    );

    check_others(&fixture, &browser, id).await;

    // Its history: who, when and why.
    let history = fixture.value(&browser, &format!("/devices/{device}")).await;
    let history = history["history"].as_array().unwrap().clone();
    let own = history.iter().find(|one| one["what"] == "own analysis: not affected");
    let own = own.unwrap_or_else(|| panic!("{history:#?}"));
    let why = own["why"].as_str().unwrap();
    assert!(why.starts_with("by Ada; in "), "{why}");
    assert!(
        why.ends_with("because: code not reachable; The shell is <not> started."),
        "{why}"
    );
    assert_eq!(own["about"][0]["text"], id);
    assert!(own["at"]["stored"].is_string() || own["at"].is_string(), "{own}");

    // The vulnerability.
    let path = format!("/vulnerabilities/{id}");
    let shown = fixture.value(&browser, &path).await;
    assert_eq!(shown["analyses"][0]["state"], "not affected", "{shown}");
    assert!(fixture.page(&browser, &path).await.contains("own analysis by Ada"));
}
