//! People on pages: what cannot be undone asks for a word.

use axum::http::StatusCode;
use store::Role;

use super::Fixture;
use crate::Transport;

/// What a link page shows as the link.
fn link_on(page: &str) -> &str {
    let (_, link) = page.split_once("id=\"link\" type=\"text\" value=\"").unwrap();
    link.split('"').next().unwrap()
}

#[tokio::test]
async fn links_begin_with_the_address_of_the_house_and_never_with_that_of_a_request() {
    const HOUSE: &str = "https://lazaret.hospital.example";
    let reached = |app: operations::App| app.reached_at(&format!("{HOUSE}/"));
    let known = Fixture::built(Transport::Loopback, reached).await;
    for (fixture, begins) in [(&known, HOUSE), (&Fixture::new().await, "")] {
        let (ada, browser) = fixture.founded().await;
        let (bob, _) = fixture.invited(&ada, Role::Biomed, ada.head).await;
        let invitation = format!(
            "name=Cy&address=cy%40hospital.example&zone=UTC&role=viewer&organisation={}",
            ada.head
        );
        let renewal = format!("/people/{}/password", bob.person);
        for (path, fields) in
            [("/people/invitation", invitation.as_str()), (&renewal, "")]
        {
            let mut request = browser.post(path, fields);
            for (header, value) in [
                ("host", "evil.example"),
                ("x-forwarded-host", "evil.example"),
                ("forwarded", "host=evil.example"),
            ] {
                request.headers_mut().insert(header, value.parse().unwrap());
            }
            let answer = fixture.ask(request).await;
            assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
            assert!(!answer.body.contains("evil.example"), "{}", answer.body);
            let link = link_on(&answer.body);
            assert!(link.starts_with(&format!("{begins}/password/")), "{path}: {link}");
            let is_told = answer.body.contains("Put the address of this server");
            assert_eq!(is_told, begins.is_empty(), "{path}");
            let opened = link.strip_prefix(begins).unwrap();
            let opened = fixture.ask(super::Browser::default().get(opened)).await;
            assert_eq!(opened.status, StatusCode::OK, "{link}");
        }
    }
}

#[tokio::test]
async fn nobody_is_erased_before_the_word_is_typed() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let (bob, _) = fixture.invited(&ada, Role::Biomed, ada.head).await;
    let path = format!("/people/{}", bob.person);
    let page = fixture.page(&browser, &path).await;
    assert!(page.contains("Type “erase”") && page.contains("cannot be undone"), "{page}");
    let erased = format!("{path}/erased");
    for typed in ["", "word=", "word=erased", "word=biomed", "name=erase"] {
        let refused = fixture.ask(browser.post(&erased, typed)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{typed}");
        assert!(refused.body.contains("Nobody was erased."), "{}", refused.body);
        assert!(fixture.page(&browser, &path).await.contains("biomed"), "{typed}");
    }
    // What was typed stays in its field.
    let refused = fixture.ask(browser.post(&erased, "word=eras")).await;
    assert!(refused.body.contains("value=\"eras\""), "{}", refused.body);
    let done = fixture.ask(browser.post(&erased, "word=+Erase+")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let people = fixture.page(&browser, "/people").await;
    assert!(!people.contains("biomed-"), "{people}");
    // Nobody erases the account that they sign in with.
    let own = fixture.page(&browser, &format!("/people/{}", ada.person)).await;
    assert!(!own.contains("Erase this person"), "{own}");
}

#[tokio::test]
async fn an_account_is_blocked_and_let_in_again_on_the_page_of_the_person() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let (bob, his) = fixture.invited(&ada, Role::Biomed, ada.head).await;
    let path = format!("/people/{}", bob.person);
    let page = fixture.page(&browser, &path).await;
    assert!(page.contains("Block this account"), "{page}");
    let own = fixture.page(&browser, &format!("/people/{}", ada.person)).await;
    assert!(!own.contains("Block this account"), "{own}");
    assert_eq!(fixture.ask(his.get("/devices")).await.status, StatusCode::OK);

    let done = fixture.ask(browser.post(&format!("{path}/blocked"), "")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let out = fixture.ask(his.get("/devices")).await;
    assert_eq!(out.status, StatusCode::SEE_OTHER, "the next request finds no session");
    let page = fixture.page(&browser, &path).await;
    assert!(page.contains("· blocked ·") && page.contains("in again"), "{page}");
    assert!(!page.contains("Block this account"), "{page}");
    let json = fixture.ask(browser.json(&path)).await.json();
    assert_eq!(json["state"], "blocked");
    let people = fixture.page(&browser, "/people").await;
    assert!(people.contains("blocked"), "{people}");
    for (act, status) in [("blocked", 409), ("password", 409)] {
        let refused = fixture.ask(browser.post(&format!("{path}/{act}"), "")).await;
        assert_eq!(refused.status.as_u16(), status, "{act}: {}", refused.body);
    }
    let own = format!("/people/{}/blocked", ada.person);
    let refused = fixture.ask(browser.post(&own, "")).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.body);

    let done = fixture.ask(browser.post(&format!("{path}/unblocked"), "")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let json = fixture.ask(browser.json(&path)).await.json();
    assert_eq!(json["state"], "can sign in");
}
