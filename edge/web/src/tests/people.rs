//! People on pages: what cannot be undone asks for a word.

use axum::http::StatusCode;
use store::Role;

use super::Fixture;

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
