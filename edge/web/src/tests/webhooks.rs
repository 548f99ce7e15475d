//! Webhooks in a browser: made, shown once, tested, paused, and seen by whoever runs the place.

use axum::http::StatusCode;
use courier::{Post, Reach};
use operations::work_off;
use serde_json::Value;
use store::Role;

use super::{Browser, Fixture};

const HOME: &str = "/settings/webhooks";

fn fields(organisation: i64, url: &str) -> String {
    let url = url.replace(':', "%3A").replace('/', "%2F");
    format!(
        "name=SIEM&url={url}&organisation={organisation}&event-import.finished=on&event-work.sent=on"
    )
}

/// A house that may send to this machine, where nobody listens.
async fn house() -> (Fixture, operations::Actor, Browser) {
    let reach = Reach::new(vec!["127.0.0.0/8".parse().unwrap()]);
    let fixture = Fixture::sending(Post::new(reach, Vec::new())).await;
    let (ada, browser) = fixture.founded().await;
    (fixture, ada, browser)
}

async fn json(fixture: &Fixture, browser: &Browser, path: &str) -> Value {
    let answer = fixture.ask(browser.json(path)).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
    answer.json()
}

#[tokio::test]
async fn a_webhook_is_made_its_secret_shown_once_and_a_test_seen_to_fail() {
    let (fixture, ada, browser) = house().await;
    let empty = fixture.ask(browser.get(HOME)).await;
    assert!(empty.body.contains("Nobody else is told"), "{}", empty.body);
    let url = "http://127.0.0.1:9/in?key=hush";
    let path = "/settings/webhooks/new";
    let made = fixture.ask(browser.post(path, &fields(ada.head, url))).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.body);
    assert_eq!(made.body.matches("whsec_").count(), 1);
    let secret = made.body.split("value=\"whsec_").nth(1).unwrap();
    let secret = secret.split('"').next().unwrap().to_owned();
    let all = json(&fixture, &browser, HOME).await;
    let id = all["webhooks"][0]["id"].as_i64().unwrap();
    let one = format!("{HOME}/{id}");
    let page = fixture.ask(browser.get(&one)).await;
    assert!(!page.body.contains(&secret) && page.body.contains("key=hush"));
    assert!(page.body.contains("Nothing has happened yet"), "{}", page.body);

    let tested = fixture.ask(browser.post(&format!("{one}/test"), "")).await;
    let message = tested.header("location").to_owned();
    assert!(message.starts_with(&format!("{one}/messages/")), "{message}");
    assert_eq!(work_off(&fixture.app, "test").await.unwrap(), Vec::<String>::new());
    let shown = json(&fixture, &browser, &message).await;
    assert_eq!(
        (&shown["event"], &shown["fate"]),
        (&"webhook.test".into(), &"waiting".into())
    );
    assert_eq!(shown["attempts"][0]["status"], Value::Null);
    let said = shown["attempts"][0]["said"].as_str().unwrap();
    assert!(!said.is_empty() && !said.contains("hush"), "{said}");
    for page in [HOME, &one, &message] {
        let page = fixture.ask(browser.get(page)).await;
        assert!(page.body.contains("not taken; tried again"), "{}", page.body);
        for inline in ["<style", " style=", " onclick", "<script>"] {
            assert!(!page.body.contains(inline), "{inline}");
        }
    }
    // Work orders are sent from their list, now that somebody wants them.
    let work = fixture.ask(browser.post("/work/sent", "query=")).await;
    assert_eq!(work.status, StatusCode::SEE_OTHER, "{}", work.body);
    let odd = fixture.ask(browser.post("/work/sent", "query=what%3Dis-this")).await;
    assert_eq!(odd.status, StatusCode::BAD_REQUEST, "{}", odd.body);

    for (act, state) in
        [("paused", "Nothing is sent since"), ("resumed", "No message was taken")]
    {
        let done = fixture.ask(browser.post(&format!("{one}/{act}"), "")).await;
        assert_eq!(
            (done.status, done.header("location")),
            (StatusCode::SEE_OTHER, one.as_str())
        );
        let page = fixture.ask(browser.get(&one)).await;
        assert!(page.body.contains(state), "{act}: {}", page.body);
    }
    let exchanged = fixture.ask(browser.post(&format!("{one}/secret"), "")).await;
    assert!(exchanged.body.contains("whsec_") && !exchanged.body.contains(&secret));
    let removed = fixture.ask(browser.post(&format!("{one}/removed"), "")).await;
    assert_eq!(removed.header("location"), HOME);
    assert_eq!(fixture.ask(browser.get(&one)).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_wrong_with_a_webhook_is_said_at_its_field_and_what_was_typed_stays() {
    let (fixture, ada, browser) = house().await;
    let path = "/settings/webhooks/new";
    for (fields, field, said) in [
        (fields(ada.head, "https://10.0.0.1/x"), "url", "webhooks-to 10.0.0.1"),
        (fields(ada.head, "http://hooks.example/x"), "url", "must begin with `https://`"),
        (fields(ada.head, "nowhere"), "url", "no address of the web"),
        (
            fields(ada.head, "https://h.example/").replace("SIEM", "+"),
            "name",
            "Say what the webhook is for",
        ),
        (
            format!("name=SIEM&url=https%3A%2F%2Fh.example%2F&organisation={}", ada.head),
            "events",
            "at least one thing",
        ),
        (
            "name=SIEM&url=https%3A%2F%2Fh.example%2F&organisation=x".to_owned(),
            "organisation",
            "Choose of which",
        ),
    ] {
        let again = fixture.ask(browser.post(path, &fields)).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{fields}");
        for wanted in [format!("href=\"#{field}\""), said.to_owned()] {
            assert!(again.body.contains(&wanted), "{wanted} in {}", again.body);
        }
    }
    let elsewhere =
        fixture.ask(browser.post(path, &fields(999, "https://h.example/"))).await;
    assert_eq!(elsewhere.status, StatusCode::NOT_FOUND, "{}", elsewhere.body);
}

#[tokio::test]
async fn whoever_runs_one_hospital_sees_its_webhooks_and_no_others() {
    let (fixture, ada, browser) = house().await;
    let (north, south) =
        (fixture.site(&ada, "North").await, fixture.site(&ada, "South").await);
    let (_, local) = fixture.invited(&ada, Role::Administrator, north).await;
    let path = "/settings/webhooks/new";
    let beyond =
        fixture.ask(local.post(path, &fields(south, "https://h.example/"))).await;
    assert_eq!(beyond.status, StatusCode::NOT_FOUND, "{}", beyond.body);
    for place in [north, south] {
        let made =
            fixture.ask(browser.post(path, &fields(place, "https://h.example/"))).await;
        assert_eq!(made.status, StatusCode::OK, "{}", made.body);
    }
    let all = json(&fixture, &browser, HOME).await;
    let id = |at: usize| all["webhooks"][at]["id"].as_i64().unwrap();
    let own = json(&fixture, &local, HOME).await;
    assert_eq!(own["webhooks"].as_array().unwrap().len(), 1);
    assert_eq!(own["webhooks"][0]["organisation"], north);
    let foreign = format!("{HOME}/{}", id(1));
    assert_eq!(fixture.ask(local.get(&foreign)).await.status, StatusCode::NOT_FOUND);
    for act in ["test", "paused", "resumed", "removed", "secret"] {
        let refused = fixture.ask(local.post(&format!("{foreign}/{act}"), "")).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{act}: {}", refused.body);
    }
    // A message of one is no message of another.
    let tested = fixture.ask(browser.post(&format!("{foreign}/test"), "")).await;
    let message = tested.header("location").rsplit('/').next().unwrap().to_owned();
    let mixed = format!("{HOME}/{}/messages/{message}", id(0));
    assert_eq!(fixture.ask(browser.get(&mixed)).await.status, StatusCode::NOT_FOUND);
}
