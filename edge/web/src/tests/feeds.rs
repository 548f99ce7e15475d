//! Feeds over HTTP: how old each is, and who may have them asked.

use axum::http::StatusCode;
use feeds::{Connection, read_feeds};
use operations::feed::Subscription;
use store::Role;

use super::Fixture;

#[tokio::test]
async fn feeds_are_shown_with_their_age_and_asked_by_who_runs_the_house() {
    let mut fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let none = fixture.ask(browser.get("/feeds")).await;
    assert!(none.body.contains("follows no feed"), "{}", none.body);

    let list = "[[feed]]\nname = \"kev\"\nkind = \"file\"\naddress = \"http://127.0.0.1:9/kev.json\"";
    let subscription =
        Subscription::new(read_feeds(list).unwrap(), Connection::default());
    fixture.house.app = fixture.app.clone().following(subscription);
    fixture.router = crate::router(fixture.house.clone());
    let shown = fixture.ask(browser.json("/feeds")).await.json();
    assert_eq!(
        (&shown["feeds"][0]["name"], &shown["feeds"][0]["asked"]),
        (&"kev".into(), &serde_json::Value::Null)
    );
    let page = fixture.ask(browser.get("/feeds")).await;
    assert!(
        page.body.contains("not asked yet") && page.body.contains("Ask all feeds now"),
        "{}",
        page.body
    );
    let asked = fixture.ask(browser.post("/feeds/asked", "")).await;
    assert_eq!(asked.header("location"), "/feeds");
    let (_, viewer) = fixture.invited(&ada, Role::Viewer, ada.head).await;
    assert_eq!(
        fixture.ask(viewer.post("/feeds/asked", "")).await.status,
        StatusCode::FORBIDDEN
    );
    assert!(!fixture.ask(viewer.get("/feeds")).await.body.contains("Ask all feeds now"));
}
