//! Feeds over HTTP: how old each is, and who may have them asked.

use axum::http::StatusCode;
use feeds::{Connection, read_feeds};
use operations::feed::Subscription;
use operations::work_off;
use store::Role;

use super::Fixture;
use super::import::check_page;

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

#[tokio::test]
async fn what_is_judged_anew_is_told_as_it_goes_on() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let events = async || fixture.ask(browser.get("/judging/events")).await;
    let inventory =
        "Asset Tag,Maker,Model,Version\n1,Aldermoor Medical,Meridian 400,2.1\n";
    super::devices::take_in(&fixture.app, &ada, ada.head, "AIMS", inventory).await;
    let nothing = events().await;
    assert_eq!(nothing.header("content-type"), "text/event-stream");
    assert!(nothing.body.starts_with("event: end\n"), "{}", nothing.body);

    super::devices::use_demo(&fixture.app).await;
    let page = fixture.ask(browser.get("/feeds")).await;
    check_page(&page);
    for told in
        ["data-live data-events=\"/judging/events\"", "What advisories say of devices"]
    {
        assert!(page.body.contains(told), "{told}: {}", page.body);
    }
    let shown = fixture.ask(browser.json("/feeds")).await.json();
    assert_eq!(
        shown["judging"][0],
        serde_json::json!({ "what": "builds", "percent": 0, "is_tried_again": false })
    );
    let (told, faults) = tokio::join!(events(), async {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        work_off(&fixture.app, "test").await.unwrap()
    });
    assert!(faults.is_empty(), "{faults:?}");
    assert!(told.body.starts_with("event: progress\n"), "{}", told.body);
    assert!(told.body.contains("\"what\":\"builds\""), "{}", told.body);
    let (_, end) = told.body.split_once("event: end\n").unwrap();
    assert!(end.contains("data: []"), "{end}");
    let page = fixture.ask(browser.get("/feeds")).await;
    assert!(!page.body.contains("data-live"), "{}", page.body);

    // A guest sees no device, and is told nothing of what is judged.
    let (_, guest) = fixture.invited(&ada, Role::SupplierGuest, ada.head).await;
    let refused = fixture.ask(guest.get("/judging/events")).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}
