//! One's own account: the password.

use axum::http::{StatusCode, header};
use store::Role;

use super::tokens::{asked, token_of};
use super::{ADDRESS, Browser, Fixture, PASSWORD};

const NEW: &str = "another long sentence";

fn fields(old: &str, new: &str) -> String {
    format!("old_password={}&password={}", old.replace(' ', "+"), new.replace(' ', "+"))
}

#[tokio::test]
async fn a_password_is_changed_on_a_page_by_whoever_knows_the_old_one() {
    let fixture = Fixture::new().await;
    let (_, browser) = fixture.founded().await;
    let path = "/account/password";
    let account = fixture.ask(browser.get("/account")).await.body;
    assert!(account.contains("href=\"/account/password\""), "{account}");
    let page = fixture.ask(browser.get(path)).await;
    assert!(page.body.contains("current-password"), "{}", page.body);
    for (old, new, field) in [
        ("", NEW, "old_password"),
        (PASSWORD, "", "password"),
        ("a wrong sentence of words", NEW, "old_password"),
        (PASSWORD, "short", "password"),
        (PASSWORD, PASSWORD, "password"),
    ] {
        let refused = fixture.ask(browser.post(path, &fields(old, new))).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{old} {new}");
        let link = format!("href=\"#{field}\"");
        assert!(refused.body.contains(&link), "{old} {new}: {}", refused.body);
        assert!(!refused.body.contains(&format!("value=\"{PASSWORD}\"")));
    }
    let done = fixture.ask(browser.post(path, &fields(PASSWORD, NEW))).await;
    assert_eq!((done.status.as_u16(), done.header("location")), (303, "/account"));
    let gone = fixture.ask(browser.json("/account")).await;
    assert_eq!(gone.status, StatusCode::UNAUTHORIZED, "the session before is over");
    let fresh = Browser { cookie: done.header("set-cookie").to_owned(), ..browser };
    assert_eq!(fixture.ask(fresh.json("/account")).await.status, StatusCode::OK);

    let address = ADDRESS.replace('@', "%40");
    for (password, status) in [(PASSWORD, 422), (NEW, 303)] {
        let typed = format!("address={address}&password={}", password.replace(' ', "+"));
        let entered = fixture.ask(Browser::default().post("/sign-in", &typed)).await;
        assert_eq!(entered.status.as_u16(), status, "{password}");
    }
}

#[tokio::test]
async fn the_old_password_is_guessed_no_faster_than_at_the_sign_in() {
    let fixture = Fixture::new().await;
    let (_, browser) = fixture.founded().await;
    for _ in 0..8 {
        let wrong = browser.post("/account/password", &fields("a guess", NEW));
        assert_eq!(fixture.ask(wrong).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let right = browser.post("/account/password", &fields(PASSWORD, NEW));
    let wait = fixture.ask(right).await;
    assert_eq!(wait.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(!wait.header("retry-after").is_empty());
    let confirm = format!("password={}", PASSWORD.replace(' ', "+"));
    let confirm = fixture.ask(browser.post("/confirm", &confirm)).await;
    assert_eq!(confirm.status, StatusCode::TOO_MANY_REQUESTS, "it is the same password");
}

#[tokio::test]
async fn no_token_changes_a_password_and_json_does() {
    let fixture = Fixture::new().await;
    let (ada, _) = fixture.founded().await;
    let (bob, browser) = fixture.invited(&ada, Role::Viewer, ada.head).await;
    let token = token_of(&fixture, &bob).await;
    let by_token = fixture.ask(asked("POST", "/account/password", &token, "{}")).await;
    assert_eq!(by_token.status, StatusCode::FORBIDDEN, "{}", by_token.body);
    let mut request = browser.post("/account/password", "");
    let typed = serde_json::json!({ "old_password": PASSWORD, "password": NEW });
    *request.body_mut() = typed.to_string().into();
    for (name, value) in [
        (header::CONTENT_TYPE.as_str(), "application/json"),
        (header::ACCEPT.as_str(), "application/json"),
        ("x-form-token", browser.token.as_str()),
    ] {
        let name = header::HeaderName::try_from(name).unwrap();
        request.headers_mut().insert(name, value.parse().unwrap());
    }
    let done = fixture.ask(request).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.body);
    assert_eq!(done.json()["see"], "/account");
}
