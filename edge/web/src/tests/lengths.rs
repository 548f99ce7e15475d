//! What is typed and sent has a limit: of each field, said at the field in a page and in JSON
//! and told in the description; and of the whole.

use axum::http::StatusCode;
use serde_json::{Value, json};
use store::Role;

use super::tokens::{asked, token_of};
use super::{Browser, Fixture, filled};

/// The fields of what an address takes as JSON, with how long each may be.
fn limits(operation: &Value) -> Vec<(String, usize)> {
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    let members = schema["properties"].as_object().into_iter().flatten();
    let limit = |member: &Value| usize::try_from(member["maxLength"].as_u64()?).ok();
    members.filter_map(|(field, member)| Some((field.clone(), limit(member)?))).collect()
}

#[tokio::test]
async fn every_text_that_a_program_sends_is_refused_at_its_field_beyond_its_limit() {
    let fixture = Fixture::new().await;
    let (ada, _) = fixture.founded().await;
    let (guest, _) = fixture.invited(&ada, Role::SupplierGuest, ada.head).await;
    let tokens = [token_of(&fixture, &ada).await, token_of(&fixture, &guest).await];
    let described = fixture.ask(Browser::default().get("/api/openapi.json")).await.json();
    let (mut walked, mut large) = (0, 0);
    for (path, methods) in described["paths"].as_object().unwrap() {
        for (field, most) in limits(&methods["post"]) {
            let body = json!({ &field: "é".repeat(most + 1) }).to_string();
            let address = filled(path, ada.person);
            let mut answers = Vec::new();
            for token in &tokens {
                answers.push(fixture.ask(asked("POST", &address, token, &body)).await);
            }
            let told = format!("{path} {field}");
            let answer = answers.iter().find(|one| one.status != StatusCode::FORBIDDEN);
            let answer = answer.unwrap_or_else(|| panic!("{told}: nobody may"));
            assert_eq!(answer.header("content-type"), "application/problem+json");
            if answer.status == StatusCode::PAYLOAD_TOO_LARGE {
                assert!(most > 2000, "{told}");
                large += 1;
                continue;
            }
            walked += 1;
            let problem = answer.json();
            assert_eq!(
                answer.status,
                StatusCode::UNPROCESSABLE_ENTITY,
                "{told}: {problem}"
            );
            assert_eq!(problem["errors"][0]["field"], field, "{told}: {problem}");
        }
    }
    assert!(walked > 30 && large > 10, "{walked} {large}");
}

#[tokio::test]
async fn a_page_says_which_text_is_too_long_and_lets_a_browser_type_no_more() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let page = fixture.page(&browser, "/people/invitation").await;
    assert!(page.contains("maxlength=\"200\""), "{page}");
    let invite = |name: &str| {
        format!(
            "name={name}&address=x%40y.example&zone=UTC&role=viewer&organisation={}",
            ada.head
        )
    };
    let long =
        fixture.ask(browser.post("/people/invitation", &invite(&"x".repeat(201)))).await;
    assert_eq!(long.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", long.body);
    assert!(long.body.contains("<code>name</code> has 201 characters"), "{}", long.body);
    let fits =
        fixture.ask(browser.post("/people/invitation", &invite(&"x".repeat(200)))).await;
    assert_eq!(fits.status, StatusCode::OK, "{}", fits.body);
}

#[tokio::test]
async fn a_body_that_is_too_large_is_a_problem_and_no_more() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let token = token_of(&fixture, &ada).await;
    let large = json!({ "name": "x".repeat(1_100_000) }).to_string();
    let mut answers = Vec::new();
    for (method, path) in [("POST", "/organisations"), ("PUT", "/api/v1/project")] {
        answers.push(fixture.ask(asked(method, path, &token, &large)).await);
        // The key of a request that was refused is given back.
        let mut request = asked(method, path, &token, &large);
        request.headers_mut().insert("idempotency-key", "k".parse().unwrap());
        answers.push(fixture.ask(request).await);
    }
    let mut form =
        browser.post("/organisations", &format!("name={}", "x".repeat(1_100_000)));
    form.headers_mut().insert("accept", "application/json".parse().unwrap());
    answers.push(fixture.ask(form).await);
    for answer in answers {
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE, "{}", answer.body);
        assert_eq!(answer.header("content-type"), "application/problem+json");
        let problem = answer.json();
        assert_eq!(problem["status"], 413);
        assert!(!problem["next"].as_str().unwrap().is_empty(), "{problem}");
    }
    let page = browser.post("/organisations", &format!("name={}", "x".repeat(1_100_000)));
    let page = fixture.ask(page).await;
    assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE, "{}", page.body);
    assert!(page.header("content-type").starts_with("text/html"), "{}", page.body);
    let new =
        json!({ "name": "North", "kind": "hospital", "parent": ada.head }).to_string();
    let mut request = asked("POST", "/organisations", &token, &new);
    request.headers_mut().insert("idempotency-key", "k".parse().unwrap());
    let mended = fixture.ask(request).await;
    assert_eq!(mended.status, StatusCode::CREATED, "{}", mended.body);
}

#[tokio::test]
async fn requests_under_one_key_at_the_same_time_are_done_once() {
    let fixture = Fixture::new().await;
    let (ada, _) = fixture.founded().await;
    let token = token_of(&fixture, &ada).await;
    let new = json!({ "name": "Pump", "version": "1" }).to_string();
    let sent = (0..8).map(|_| {
        let mut request = asked("PUT", "/api/v1/project", &token, &new);
        request.headers_mut().insert("idempotency-key", "at once".parse().unwrap());
        fixture.ask(request)
    });
    let answers = futures_util::future::join_all(sent).await;
    let made = answers.iter().filter(|one| one.status == StatusCode::CREATED);
    let (again, first): (Vec<_>, Vec<_>) =
        made.partition(|one| one.header("idempotency-replayed") == "true");
    assert_eq!(first.len(), 1);
    assert!(again.iter().all(|one| one.body == first[0].body));
    let busy = answers.iter().filter(|one| one.status == StatusCode::CONFLICT);
    for one in busy.clone() {
        assert!(one.json()["next"].as_str().unwrap().contains("Wait"), "{}", one.body);
    }
    assert_eq!(busy.count() + again.len() + 1, answers.len());
    let scope = store::Scope::whole(ada.head);
    let leaves = fixture.app.store.leaves(&scope, i64::MAX, 20).await.unwrap();
    assert_eq!(leaves.iter().filter(|leaf| leaf.act == "make release").count(), 1);
}

#[tokio::test]
async fn a_project_is_called_by_what_can_be_printed() {
    let fixture = Fixture::new().await;
    let (ada, _) = fixture.founded().await;
    let token = token_of(&fixture, &ada).await;
    let file = std::fs::read(
        std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../fixtures/demo/sboms/meridian-400-2.1.cdx.json"),
    );
    let bom = data_encoding::BASE64.encode(&file.unwrap());
    for (name, version) in
        [("Pu\0mp", "1"), ("Pump", "1\0"), ("Pu\u{1b}mp", "1"), (&*"x".repeat(256), "1")]
    {
        let body = json!({
            "projectName": name, "projectVersion": version, "autoCreate": true, "bom": bom,
        });
        let new = json!({ "name": name, "version": version });
        for (path, body) in [("/api/v1/bom", &body), ("/api/v1/project", &new)] {
            for _ in 0..2 {
                let refused =
                    fixture.ask(asked("PUT", path, &token, &body.to_string())).await;
                assert_eq!(
                    refused.status,
                    StatusCode::BAD_REQUEST,
                    "{path}: {}",
                    refused.body
                );
                assert!(refused.body.contains("255"), "{path}: {}", refused.body);
            }
        }
    }
}
