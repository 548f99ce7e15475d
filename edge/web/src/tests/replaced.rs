//! Another device under the same tag, as it is said on the page of the device.

use axum::http::{StatusCode, header};
use store::Role;

use super::Fixture;
use super::devices::take_in;
use super::import::check_page;

const INVENTORY: &str = "Asset Tag,Serial,Maker,Model,Version\n\
    IH-1,SN-1,Aldermoor Medical,Meridian 400,2.1\n";

#[tokio::test(flavor = "multi_thread")]
async fn another_device_is_said_with_why_and_stands_in_the_history() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    take_in(&fixture.app, &ada, ada.head, "AIMS", INVENTORY).await;
    let id = fixture.device(&browser, "IH-1").await;
    let (path, act) = (format!("/devices/{id}"), format!("/devices/{id}/replaced"));
    let form = "Another device hangs under this tag";
    let page = fixture.ask(browser.get(&path)).await;
    check_page(&page);
    assert!(page.body.contains(form) && page.body.contains("serial number SN-1"));

    // A form that is sent back keeps what was typed and is open.
    let again = fixture.ask(browser.post(&act, "serial=SN-9&reason=")).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", again.body);
    for expected in ["id=\"replaced\" open", "value=\"SN-9\"", "Say how you know."] {
        assert!(again.body.contains(expected), "{expected} in {}", again.body);
    }
    let mut program = browser.post(&act, "serial=sn1&reason=seen");
    program.headers_mut().insert(header::ACCEPT, "application/json".parse().unwrap());
    let refused = fixture.ask(program).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.json()["errors"][0]["field"], "serial", "{}", refused.body);

    // Who may only look is not asked, and may not say it.
    let viewer = fixture.somebody(&ada, Role::Viewer, ada.head).await;
    assert!(!fixture.page(&viewer, &path).await.contains(form));
    let refused = fixture.ask(viewer.post(&act, "reason=seen")).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.body);

    let biomed = fixture.somebody(&ada, Role::Biomed, ada.head).await;
    let said =
        fixture.ask(biomed.post(&act, "serial=SN-9&reason=Swapped+by+the+lender")).await;
    assert_eq!(said.header("location"), format!("{path}#history"), "{}", said.body);
    let told = fixture.value(&browser, &path).await;
    let events = told["history"].as_array().unwrap();
    let event =
        events.iter().find(|one| one["what"] == "another device hangs under this tag");
    let why = event.unwrap_or_else(|| panic!("{told}"))["why"].as_str().unwrap();
    assert!(why.contains("SN-9") && why.ends_with("Swapped by the lender"), "{why}");
    // Of the other one nobody can tell, on the page, in lists and for a flaw; and it is not
    // asked again whether it is another one.
    assert_eq!(told["verdict"], "cannot_tell", "{told}");
    assert!(told["unconfirmed_since"].is_string(), "{told}");
    let page = fixture.page(&biomed, &path).await;
    assert!(page.contains("is not confirmed since"), "{page}");
    assert!(!page.contains(form), "{page}");
    assert!(page.contains("It is the device that the inventory tells of"), "{page}");
    let list = fixture.value(&browser, "/devices?verdict=cannot_tell").await;
    assert_eq!(list["rows"][0]["id"], id, "{list}");
    let again = fixture.ask(biomed.post(&act, "reason=seen+again")).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", again.body);
    assert!(again.body.contains("already, and its inventory has not told"));
    // It is the same after all.
    let same = fixture.ask(biomed.post(&act, "same=yes&reason=Label+read+again")).await;
    assert_eq!(same.header("location"), format!("{path}#history"), "{}", same.body);
    let told = fixture.value(&browser, &path).await;
    assert!(told["unconfirmed_since"].is_null(), "{told}");
    assert_ne!(told["verdict"], "cannot_tell", "{told}");
    assert!(fixture.page(&biomed, &path).await.contains(form));
    let audit = fixture.page(&browser, "/audit").await;
    assert!(audit.contains("say that another device hangs here"), "{audit}");
}
