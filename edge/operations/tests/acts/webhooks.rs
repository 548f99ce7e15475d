//! Webhooks are told of what happens, each thing once, signed, and no less when a node dies or a
//! receiver does: on both databases.

mod returned;

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use courier::{Post, Reach, Secret, signed};
use jiff::Timestamp;
use operations::webhook::{self, Event, WebhookError, Wish};
use operations::{App, organisation};
use serde_json::Value;
use store::{Fate, Kind, NewOrganisation, Sends};

use crate::databases::{Fresh, on_both};
use crate::demo::{demo, inventory};
use crate::house::House;

/// Milliseconds since the beginning: each look at the clock is one later than the last.
static MILLISECOND: AtomicI64 = AtomicI64::new(0);
/// Held by whoever turns the clock, which all tests share.
static TURNED: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

fn now() -> Timestamp {
    let millisecond = MILLISECOND.fetch_add(1, Ordering::SeqCst);
    Timestamp::from_millisecond(1_795_651_200_000 + millisecond).unwrap()
}

/// What a receiver was sent: headers in lower case, and the body.
#[derive(Clone, Debug)]
struct Got {
    headers: String,
    body: String,
}

impl Got {
    fn header(&self, name: &str) -> &str {
        let start = format!("{name}: ");
        self.headers.lines().find_map(|line| line.strip_prefix(&start)).unwrap()
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// A receiver on loopback that answers with the statuses it is told, then 204.
#[derive(Clone, Default)]
struct Receiver {
    got: Arc<Mutex<Vec<Got>>>,
    answers: Arc<Mutex<Vec<u16>>>,
}

impl Receiver {
    fn listen(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/in", listener.local_addr().unwrap());
        let own = self.clone();
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let mut bytes = Vec::new();
                let mut piece = [0; 65_536];
                let whole = |bytes: &[u8]| {
                    let text = String::from_utf8_lossy(bytes).into_owned();
                    let (headers, body) = text.split_once("\r\n\r\n")?;
                    let headers = headers.to_ascii_lowercase();
                    let length = headers.split("content-length: ").nth(1)?;
                    let length: usize = length.lines().next()?.trim().parse().ok()?;
                    let (headers, body) = (headers.clone(), body.to_owned());
                    (body.len() >= length).then_some(Got { headers, body })
                };
                let got = loop {
                    if let Some(got) = whole(&bytes) {
                        break got;
                    }
                    match stream.read(&mut piece) {
                        Ok(read @ 1..) => bytes.extend(piece.iter().take(read)),
                        _ => return,
                    }
                };
                own.got.lock().unwrap().push(got);
                let status = own.answers.lock().unwrap().pop().unwrap_or(204);
                let answer = format!(
                    "HTTP/1.1 {status} So\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                );
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        address
    }

    fn take(&self) -> Vec<Got> {
        std::mem::take(&mut *self.got.lock().unwrap())
    }

    /// The words of the events since the last look, each once.
    fn events(&self) -> BTreeSet<String> {
        let all = self.take();
        all.iter().map(|got| got.json()["type"].as_str().unwrap().to_owned()).collect()
    }
}

impl House {
    /// A house that sends to this machine.
    async fn sending(fresh: Fresh) -> Self {
        Self::sending_at(fresh, now).await
    }

    /// The same, by a clock.
    async fn sending_at(fresh: Fresh, now: fn() -> Timestamp) -> Self {
        let reach = Reach::new(vec!["127.0.0.0/8".parse().unwrap()]);
        let make = |store, data: &std::path::Path| {
            App::new(store, data, now)
                .sending(Post::new(reach, Vec::new()))
                .reached_at("https://lazaret.example/")
        };
        Self::made(fresh, make).await
    }

    async fn webhook(
        &self,
        organisation: i64,
        url: &str,
        events: &[Event],
    ) -> (i64, Secret) {
        let wish = Wish { name: "SIEM", url, events };
        let made = webhook::make(&self.app, &self.ada, organisation, wish).await.unwrap();
        (made.0, Secret::from_text(&made.1).unwrap())
    }
}

on_both!(
    what_happens_is_told_once_signed_and_within_the_organisation,
    async |fresh: Fresh| {
        let house = House::sending(fresh).await;
        let (top, beside) = (Receiver::default(), Receiver::default());
        let (_, secret) = house.webhook(house.ada.head, &top.listen(), &Event::ALL).await;
        let new = NewOrganisation { kind: Kind::Site, name: "North" };
        let north = organisation::make_below(&house.app, &house.ada, house.ada.head, new)
            .await
            .unwrap();
        house.webhook(north.id, &beside.listen(), &Event::ALL).await;

        house.use_advisories(|name| !name.contains("known_exploited"), &[]).await;
        house.take_in(inventory()).await;
        let got = top.take();
        let mut told = BTreeSet::new();
        for one in &got {
            let at = one.header("webhook-timestamp").parse().unwrap();
            let at = Timestamp::from_second(at).unwrap();
            let own = std::slice::from_ref(&secret);
            let expected = signed(own, one.header("webhook-id"), at, one.body.as_bytes());
            // Headers were read in lower case; a signature is not.
            assert_eq!(one.header("webhook-signature"), expected.to_ascii_lowercase());
            let json = one.json();
            let link = json["data"]["link"].as_str().unwrap();
            assert!(link.starts_with("https://lazaret.example/"), "{link}");
            let vulnerability =
                json["data"]["vulnerability"].as_str().unwrap_or_default();
            let key =
                (json["type"].as_str().unwrap().to_owned(), vulnerability.to_owned());
            assert!(told.insert(key), "told twice: {json}");
            // Ids and counts, nothing that a document or an inventory says.
            for word in ["Meridian", "Aldermoor", "Invented", "serial", "10023", "Ada"] {
                assert!(!one.body.contains(word), "{word} in {}", one.body);
            }
        }
        let of = |event: &str| told.iter().filter(|(own, _)| own == event).count();
        assert_eq!(of("import.finished"), 1);
        assert!(of("vulnerability.affects") > 2, "{told:?}");
        assert_eq!(of("vulnerability.affects") + of("import.finished"), got.len());
        let devices: i64 =
            got.iter().filter_map(|one| one.json()["data"]["devices"].as_i64()).sum();
        assert!(devices > 0);
        let import =
            got.iter().map(Got::json).find(|one| one["type"] == "import.finished");
        let counts = &import.unwrap()["data"];
        assert_eq!(counts["added"], counts["devices"], "{counts}");
        // What is judged again without a change is told to nobody, and nobody beside hears anything.
        house.take_in(inventory()).await;
        assert_eq!(top.events(), BTreeSet::from(["import.finished".to_owned()]));
        assert!(beside.take().is_empty());

        // An advisory is withdrawn, and comes back; another is listed as exploited.
        house
            .use_advisories(
                |name| !name.contains("known_exploited") && !name.contains("amsa"),
                &[],
            )
            .await;
        let gone = top.take();
        assert!(!gone.is_empty());
        assert!(
            gone.iter().all(|one| one.json()["type"] == "vulnerability.retracted"),
            "{gone:?}"
        );
        house.use_advisories(|name| !name.contains("known_exploited"), &[]).await;
        let back = top.events();
        assert!(
            back.contains("vulnerability.affects") && back.contains("action.returned"),
            "{back:?}"
        );
        let catalog = demo().join("advisories/known_exploited_vulnerabilities.json");
        let catalog = std::fs::read_to_string(catalog).unwrap();
        let catalog = catalog.replace("CVE-2014-0160", "CVE-2020-11896");
        let more = [("kev.json", catalog)];
        house.use_advisories(|name| !name.contains("known_exploited"), &more).await;
        let listed = top.take();
        assert_eq!(listed.len(), 1, "{listed:?}");
        for one in &listed {
            let json = one.json();
            assert_eq!(json["type"], "vulnerability.exploited", "{json}");
            assert_eq!(json["data"]["vulnerability"], "CVE-2020-11896");
            assert_eq!(json["data"]["exploited"], true);
        }
        assert!(beside.take().is_empty());
    }
);

on_both!(a_receiver_that_fails_is_asked_again_under_the_same_id, async |fresh: Fresh| {
    let _turned = TURNED.lock().await;
    let house = House::sending(fresh).await;
    let receiver = Receiver::default();
    let (id, _) =
        house.webhook(house.ada.head, &receiver.listen(), &[Event::ImportFinished]).await;
    receiver.answers.lock().unwrap().extend([503, 500]);
    let message = webhook::test(&house.app, &house.ada, id).await.unwrap();
    let fate = async || {
        let kept =
            house.app.store.webhook_message(house.ada.head, message).await.unwrap();
        (kept.fate, kept.attempts)
    };
    house.work().await;
    assert_eq!(fate().await, (Fate::Waiting, 1));
    house.work().await;
    assert_eq!(fate().await, (Fate::Waiting, 1), "not at once");
    MILLISECOND.fetch_add(60_000, Ordering::SeqCst);
    house.work().await;
    assert_eq!(fate().await, (Fate::Waiting, 2));
    MILLISECOND.fetch_add(60_000, Ordering::SeqCst);
    // A node takes it and dies before it can say how it went.
    house
        .app
        .store
        .take_sending("dead", Sends::WebhooksAndMail, now())
        .await
        .unwrap()
        .unwrap();
    house.work().await;
    assert_eq!(fate().await, (Fate::Waiting, 2));
    MILLISECOND.fetch_add(60_000, Ordering::SeqCst);
    house.work().await;
    assert_eq!(fate().await, (Fate::Taken, 3));
    let got = receiver.take();
    let ids: BTreeSet<&str> = got.iter().map(|one| one.header("webhook-id")).collect();
    assert_eq!((got.len(), ids.len()), (3, 1), "{got:?}");
    let bodies: BTreeSet<&str> = got.iter().map(|one| one.body.as_str()).collect();
    assert_eq!(bodies.len(), 1);

    // Somebody has it sent again; its id is still the same.
    webhook::again(&house.app, &house.ada, id, message).await.unwrap();
    house.work().await;
    assert_eq!(receiver.take()[0].header("webhook-id"), got[0].header("webhook-id"));
    // It says that it is gone for good.
    receiver.answers.lock().unwrap().push(410);
    webhook::test(&house.app, &house.ada, id).await.unwrap();
    house.work().await;
    let seen = webhook::seen(&house.app, &house.ada, id).await.unwrap();
    assert!(seen.paused.is_some() && seen.paused_why.contains("410"));
    let refused = webhook::test(&house.app, &house.ada, id).await;
    assert!(matches!(refused, Err(WebhookError::Paused)), "{refused:?}");
});

on_both!(a_secret_is_exchanged_and_a_pause_loses_nothing, async |fresh: Fresh| {
    let house = House::sending(fresh).await;
    let receiver = Receiver::default();
    let url = receiver.listen();
    let (id, old) = house.webhook(house.ada.head, &url, &[Event::ImportFinished]).await;
    let new = webhook::exchange(&house.app, &house.ada, id).await.unwrap();
    let new = Secret::from_text(&new).unwrap();
    webhook::test(&house.app, &house.ada, id).await.unwrap();
    house.work().await;
    let got = receiver.take().remove(0);
    let at =
        Timestamp::from_second(got.header("webhook-timestamp").parse().unwrap()).unwrap();
    let both = signed(&[new, old], got.header("webhook-id"), at, got.body.as_bytes());
    assert_eq!(got.header("webhook-signature"), both.to_ascii_lowercase());

    webhook::pause(&house.app, &house.ada, id).await.unwrap();
    house.take_in(inventory()).await;
    assert!(receiver.take().is_empty());
    webhook::resume(&house.app, &house.ada, id).await.unwrap();
    house.work().await;
    assert_eq!(receiver.events(), BTreeSet::from(["import.finished".to_owned()]));
    webhook::remove(&house.app, &house.ada, id).await.unwrap();
    house.take_in(inventory()).await;
    assert!(receiver.take().is_empty());
    assert!(house.app.store.verify_log(house.ada.head).await.unwrap().is_ok());
});

on_both!(nothing_is_made_that_may_not_be_reached, async |fresh: Fresh| {
    let house = House::sending(fresh).await;
    let make = async |name: &str, url: &str, events: &[Event]| {
        let wish = Wish { name, url, events };
        webhook::make(&house.app, &house.ada, house.ada.head, wish).await
    };
    let all = &Event::ALL;
    for url in [
        "",
        "hooks",
        "http://hooks.example/",
        "https://10.0.0.1/",
        "https://intranet/",
        "ftp://x.example/",
    ] {
        let refused = make("SIEM", url, all).await;
        assert!(matches!(refused, Err(WebhookError::Address(_))), "{url}: {refused:?}");
    }
    let url = "https://hooks.example/";
    assert!(matches!(make(" ", url, all).await, Err(WebhookError::Nameless)));
    assert!(matches!(
        make(&"x".repeat(101), url, all).await,
        Err(WebhookError::LongName)
    ));
    assert!(matches!(make("SIEM", url, &[]).await, Err(WebhookError::Nothing)));
    assert!(webhook::all(&house.app, &house.ada).await.unwrap().is_empty());
    let (id, _) = make("SIEM", url, &[Event::Sent, Event::Sent]).await.unwrap();
    assert_eq!(
        webhook::seen(&house.app, &house.ada, id).await.unwrap().events,
        ["work.sent"]
    );
    let elsewhere = make("SIEM", url, all).await.unwrap().0;
    let wish = Wish { name: "SIEM", url: "https://10.0.0.1/", events: all };
    let refused = webhook::change(&house.app, &house.ada, elsewhere, wish).await;
    assert!(matches!(refused, Err(WebhookError::Address(_))), "{refused:?}");
});
