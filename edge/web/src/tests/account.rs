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

#[tokio::test]
async fn a_guest_of_a_supplier_is_offered_no_place_that_it_does_not_see() {
    let fixture = Fixture::new().await;
    let (ada, admin) = fixture.founded().await;
    fixture.site(&ada, "North Hospital").await;
    let (_, guest) = fixture.invited(&ada, Role::SupplierGuest, ada.head).await;
    let page = fixture.ask(guest.get("/account")).await.body;
    assert!(page.contains("Invented &#60;System&#62;"), "{page}");
    assert!(!page.contains("North Hospital"), "{page}");
    let (_, viewer) = fixture.invited(&ada, Role::Viewer, ada.head).await;
    for browser in [&admin, &viewer] {
        let page = fixture.ask(browser.get("/account")).await.body;
        assert!(page.contains("North Hospital"), "{page}");
    }
}

#[tokio::test]
async fn who_runs_one_hospital_learns_of_no_account_elsewhere() {
    let fixture = Fixture::new().await;
    let (ada, admin) = fixture.founded().await;
    let north = fixture.site(&ada, "North").await;
    let south = fixture.site(&ada, "South").await;
    let (_, bob) = fixture.invited(&ada, Role::Administrator, north).await;
    fixture.invited(&ada, Role::Viewer, north).await;
    fixture.invited(&ada, Role::Viewer, south).await;
    let invite = async |who: &Browser, address: &str, place: i64| {
        let address = address.replace('@', "%40");
        let fields =
            format!("name=X&address={address}&zone=UTC&role=viewer&organisation={place}");
        fixture.ask(who.post("/people/invitation", &fields)).await
    };
    for unseen in [ADDRESS.to_owned(), format!("viewer-{south}@hospital.example")] {
        let refused = invite(&bob, &unseen, north).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.body);
        assert!(!refused.body.contains("has an account"), "{}", refused.body);
        assert!(refused.body.contains("Nobody can be invited under"), "{}", refused.body);
    }
    // Of whom they see they are told.
    let own = invite(&bob, &format!("viewer-{north}@hospital.example"), north).await;
    assert!(own.body.contains("has an account already"), "{}", own.body);
    let whole = invite(&admin, &format!("viewer-{south}@hospital.example"), north).await;
    assert!(whole.body.contains("has an account already"), "{}", whole.body);
    let new = invite(&bob, "new@hospital.example", north).await;
    assert_eq!(new.status, StatusCode::OK, "{}", new.body);
    let scope = store::Scope::whole(ada.head);
    let leaves = fixture.app.store.leaves(&scope, i64::MAX, 40).await.unwrap();
    let refused = leaves.iter().filter(|leaf| leaf.act == "refuse invitation");
    assert_eq!(refused.count(), 2);
}

#[tokio::test]
async fn whoever_looks_on_is_shown_no_link_that_is_refused() {
    let fixture = Fixture::new().await;
    let (ada, admin) = fixture.founded().await;
    let (_, viewer) = fixture.invited(&ada, Role::Viewer, ada.head).await;
    let csv = "Asset,Manufacturer,Model\n1,Acme,Pump\n";
    super::devices::take_in(&fixture.app, &ada, ada.head, "assets", csv).await;
    let own = fixture.ask(admin.get("/imports")).await.body;
    assert!(own.contains("devices.csv"), "{own}");
    let looked = fixture.ask(viewer.get("/imports")).await.body;
    assert!(looked.contains("Asset systems"), "{looked}");
    assert!(!looked.contains("devices.csv"), "{looked}");
}
