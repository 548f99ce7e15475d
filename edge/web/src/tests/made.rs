//! A program goes on from what it made: its number, and where it is.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::tokens::{asked, token_of};
use super::{Answer, Browser, Fixture};

async fn send(fixture: &Fixture, token: &str, path: &str, body: &Value) -> Answer {
    fixture.ask(asked("POST", path, token, &body.to_string())).await
}

#[tokio::test]
async fn what_is_made_is_told_with_its_number_and_where_it_is() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let token = token_of(&fixture, &ada).await;
    // A number is taken where a text is, and `null` is nothing.
    for (parent, name) in
        [(json!(ada.head), "North"), (json!(ada.head.to_string()), "South")]
    {
        let new =
            json!({ "parent": parent, "kind": "hospital", "name": name, "x": null });
        let made = send(&fixture, &token, "/organisations", &new).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
        let id = made.json()["id"].as_i64().unwrap();
        let at = format!("/organisations/{id}");
        assert_eq!((made.header("location"), &made.json()["see"]), (&*at, &json!(at)));
        let seen = fixture.ask(asked("GET", &at, &token, "")).await;
        assert_eq!(seen.json()["name"], name, "{}", seen.body);
    }
    for (path, query) in [("/devices/views", "q=pump"), ("/work/views", "kind=update")] {
        let view = json!({ "name": "Mine", "query": query });
        let made = send(&fixture, &token, path, &view).await;
        assert_eq!(made.status, StatusCode::CREATED, "{path}: {}", made.body);
        let forgotten = json!({ "view": made.json()["id"] });
        let path = format!("{path}/forgotten");
        let forgotten = send(&fixture, &token, &path, &forgotten).await;
        assert_eq!(forgotten.status, StatusCode::OK, "{path}: {}", forgotten.body);
    }
    // In a browser one is led on, as ever.
    let fields = format!("parent={}&kind=hospital&name=East", ada.head);
    let page = fixture.ask(browser.post("/organisations", &fields)).await;
    assert_eq!((page.status.as_u16(), page.header("location")), (303, "/organisations"));
}

#[tokio::test]
async fn what_was_made_is_told_again_with_where_it_is() {
    let fixture = Fixture::new().await;
    let (ada, _) = fixture.founded().await;
    let token = token_of(&fixture, &ada).await;
    let new = json!({ "parent": ada.head, "kind": "site", "name": "North" });
    let mut answers = Vec::new();
    for _ in 0..2 {
        let mut request = asked("POST", "/organisations", &token, &new.to_string());
        request.headers_mut().insert("idempotency-key", "k".parse().unwrap());
        answers.push(fixture.ask(request).await);
    }
    let [first, again] = &answers[..] else { panic!("two answers") };
    assert_eq!(first.status, StatusCode::CREATED, "{}", first.body);
    assert_eq!((again.status, &again.body), (first.status, &first.body));
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert!(again.header("location").starts_with("/organisations/"));
    assert_eq!(again.header("location"), first.header("location"));
}

#[tokio::test]
async fn a_program_is_told_what_is_wrong_in_its_own_words() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let token = token_of(&fixture, &ada).await;
    for wrong in ["[]", "\"x\"", "{\"name\": {}}", "{\"name\": true}", "{", ""] {
        let refused = fixture.ask(asked("POST", "/organisations", &token, wrong)).await;
        assert!(refused.status.is_client_error(), "{wrong}: {}", refused.status);
        assert!(!refused.body.contains("the page"), "{wrong}: {}", refused.body);
        assert!(refused.json()["next"].as_str().unwrap().contains("/api"), "{wrong}");
    }
    let mut request = browser.post("/devices/views/forgotten", "view=x");
    request.headers_mut().remove("accept");
    let refused = fixture.ask(request).await;
    assert!(refused.body.contains("pen the page again"), "{}", refused.body);
}

#[tokio::test]
async fn what_takes_nothing_needs_no_content() {
    let fixture = Fixture::new().await;
    let (ada, _) = fixture.founded().await;
    let token = token_of(&fixture, &ada).await;
    for path in ["/feeds/asked", "/work/none/approval", "/work/none/maker"] {
        let mut request = asked("POST", path, &token, "");
        request.headers_mut().remove("content-type");
        let answer = fixture.ask(request).await;
        assert_ne!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{path}");
        assert!(!answer.status.is_server_error(), "{path}: {}", answer.body);
    }
}

#[tokio::test]
async fn no_act_is_described_with_a_content_of_nothing() {
    let fixture = Fixture::new().await;
    let document = fixture.ask(Browser::default().get("/api/openapi.json")).await.json();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, told) in methods.as_object().unwrap() {
            let Some(content) = told["requestBody"]["content"].as_object() else {
                continue;
            };
            for taken in content.values() {
                let fields = taken["schema"]["properties"].as_object();
                let is_empty = fields.is_some_and(serde_json::Map::is_empty);
                assert!(!is_empty, "{method} {path}");
            }
        }
    }
    let upload = &document["paths"]["/imports/uploads/{upload}"]["post"];
    let fields = &upload["requestBody"]["content"]["application/json"]["schema"];
    assert!(fields["patternProperties"]["^heading-[0-9]+$"].is_object(), "{fields}");
    assert!(upload["responses"]["201"]["headers"]["Location"].is_object(), "{upload}");
}
