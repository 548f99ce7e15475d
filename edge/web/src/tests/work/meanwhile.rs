//! Two people have the same page open: the second is told what the first did, nothing is
//! overwritten, and what was typed stays.

use axum::http::StatusCode;
use serde_json::Value;
use store::Role;

use super::super::devices::{inventory, take_in};
use super::super::{Browser, Fixture};

impl Fixture {
    async fn revision(&self, browser: &Browser, path: &str) -> String {
        self.value(browser, path).await["revision"].to_string().replace('"', "")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_of_two_who_act_is_told_what_the_first_did() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.judged().await;
    let (_, eve) = fixture.invited(&ada, Role::Security, ada.head).await;
    let update = fixture.action(&browser, "update", "Meridian").await;
    let path = format!("/work/{}", update["action"].as_str().unwrap());
    let state = async || fixture.value(&browser, &path).await["state"].clone();
    let days = "from=2030-01-01&to=2030-01-02&plan_note=";
    let acts = [
        ("owner", format!("owner={}", ada.person)),
        ("window", days.to_owned()),
        ("acceptance", "until=2027-03-01&risk_reason=behind+a+firewall".to_owned()),
        ("opened", "again_reason=it+was+wrong".to_owned()),
        ("report", "done_note=WO+1".to_owned()),
    ];
    for (act, fields) in acts {
        let shown = fixture.revision(&eve, &path).await;
        let page = fixture.page(&eve, &path).await;
        let hidden = format!("name=\"revision\" value=\"{shown}\"");
        assert!(page.contains(&hidden), "{hidden} in {page}");
        let first = format!("{fields}&revision={shown}");
        let done = fixture.ask(browser.post(&format!("{path}/{act}"), &first)).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{act}: {}", done.body);
        let before = state().await;
        // Eve has seen none of it.
        let late = format!("{days}WO+4711&revision={shown}");
        let refused = fixture.ask(eve.post(&format!("{path}/window"), &late)).await;
        assert_eq!(refused.status, StatusCode::CONFLICT, "{act}: {}", refused.body);
        for text in ["Somebody else was faster", "Ada: ", "WO 4711", "<details open>"] {
            assert!(refused.body.contains(text), "{text} in {}", refused.body);
        }
        assert_eq!(state().await, before, "{act}: nothing is overwritten");
        assert!(!refused.body.contains(&hidden), "the page shows what holds now");
    }
    // A program is told the same, and one that sends no revision compares nothing.
    let mut request = eve.post(&format!("{path}/report"), "done_note=WO+2&revision=0");
    request.headers_mut().insert("accept", "application/json".parse().unwrap());
    let refused = fixture.ask(request).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.body);
    assert_eq!(refused.header("content-type"), "application/problem+json");
    assert!(refused.body.contains("reported done"), "{}", refused.body);
    let done = fixture.ask(eve.post(&format!("{path}/report"), "done_note=WO+3")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    let odd = fixture.ask(eve.post(&format!("{path}/report"), "revision=newest")).await;
    assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", odd.body);
    // What the house notes by itself is nobody's act.
    let shown = fixture.revision(&eve, &path).await;
    take_in(&fixture.app, &ada, ada.head, "assets", &inventory()).await;
    assert_eq!(state().await, "came_back");
    let again = format!("done_note=WO+5&revision={shown}");
    let done = fixture.ask(eve.post(&format!("{path}/report"), &again)).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_does_not_silently_take_the_place_of_another() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.judged().await;
    let (_, eve) = fixture.invited(&ada, Role::Biomed, ada.head).await;
    let all = fixture.value(&browser, "/questions").await;
    let path = format!("/questions/{}", all["rows"][0]["key"].as_str().unwrap());
    let shown = fixture.revision(&eve, &path).await;
    let fields = |said: &str, note: &str, shown: &str| {
        format!("said={said}&which=all&note={note}&revision={shown}")
    };
    let first = fixture.ask(browser.post(&path, &fields("no", "seen", &shown))).await;
    assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.body);
    let late =
        fixture.ask(eve.post(&path, &fields("yes", "asked+the+ward", &shown))).await;
    assert_eq!(late.status, StatusCode::CONFLICT, "{}", late.body);
    for text in ["Ada gave the answer “no”", "asked the ward"] {
        assert!(late.body.contains(text), "{text} in {}", late.body);
    }
    let told = fixture.value(&eve, &path).await;
    assert_eq!(told["answers"].as_array().unwrap().len(), 1, "{told}");
    let shown = fixture.revision(&eve, &path).await;
    let again = fixture.ask(eve.post(&path, &fields("yes", "", &shown))).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER, "{}", again.body);
    // That an answer was taken back is a change too.
    let told = fixture.value(&eve, &path).await;
    let shown = fixture.revision(&eve, &path).await;
    let newest = &told["answers"][0]["id"];
    let back = format!("{path}/answers/{newest}/taken-back");
    assert_eq!(fixture.ask(browser.post(&back, "")).await.status, StatusCode::SEE_OTHER);
    let late = fixture.ask(eve.post(&path, &fields("no", "", &shown))).await;
    assert_eq!(late.status, StatusCode::CONFLICT, "{}", late.body);
    assert!(late.body.contains("Ada ended the answer “yes”"), "{}", late.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_and_deadlines_are_not_overwritten_by_who_did_not_see_them() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.judged().await;
    let (_, eve) = fixture.invited(&ada, Role::Administrator, ada.head).await;
    let path = format!("/work/priorities/{}", ada.head);
    let keep = |table: &str, shown: &str| {
        format!("act=keep&priority_1=watch&when_1={table}&revision={shown}")
    };
    for round in 0..2 {
        let shown = fixture.revision(&eve, &path).await;
        let first = fixture.ask(browser.post(&path, &keep("always", &shown))).await;
        assert_eq!(first.status, StatusCode::SEE_OTHER, "{round}: {}", first.body);
        let late = keep("anything+else", &shown);
        let late = fixture.ask(eve.post(&path, &late)).await;
        assert_eq!(late.status, StatusCode::CONFLICT, "{round}: {}", late.body);
        for text in ["Ada put another table in force", "value=\"anything else\""] {
            assert!(late.body.contains(text), "{text} in {}", late.body);
        }
        let back = format!("act=take_back&revision={shown}");
        let back = fixture.ask(eve.post(&path, &back)).await;
        assert_eq!(back.status, StatusCode::CONFLICT, "{}", back.body);
    }
    let shown = fixture.revision(&eve, &path).await;
    let done =
        fixture.ask(eve.post(&path, &format!("act=take_back&revision={shown}"))).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);

    let path = "/work/policy";
    let fields = |days: &str, shown: &str| {
        format!(
            "organisation={}&act_now={days}&this_week=7&next_window=30&watch=&approval=one\
             &revision={shown}",
            ada.head
        )
    };
    for days in ["1", "2"] {
        let shown = fixture.revision(&eve, path).await;
        let first = fixture.ask(browser.post(path, &fields(days, &shown))).await;
        assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.body);
        let late = fixture.ask(eve.post(path, &fields("5", &shown))).await;
        assert_eq!(late.status, StatusCode::CONFLICT, "{}", late.body);
        for text in ["Ada set other deadlines", "value=\"5\""] {
            assert!(late.body.contains(text), "{text} in {}", late.body);
        }
        let told: Value = fixture.value(&eve, path).await;
        assert_eq!(told["rows"][0]["days"][0].to_string(), days);
    }
}
