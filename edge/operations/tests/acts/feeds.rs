//! A server follows feeds: what is new is fetched, built, and judged with.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::ops::Deref;
use std::path::Path;
use std::sync::Arc;

use courier::{Post, Reach};
use feeds::{Connection, read_feeds};
use jiff::Timestamp;
use operations::App;
use operations::feed::{Subscription, Whom, earlier, pass, standings};
use operations::webhook::{self, Event, Wish};

use crate::databases::Fresh;
use crate::demo::{demo, inventory};
use crate::house::House;
use crate::receivers::Receiver;

/// Serves the files of a folder until the test ends; its address.
fn serve(folder: &Path) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let folder = folder.to_owned();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            answer(stream, &folder);
        }
    });
    address
}

fn answer(mut stream: TcpStream, folder: &Path) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    let first = lines.next().unwrap().unwrap();
    while lines.next().is_some_and(|line| !line.unwrap_or_default().is_empty()) {}
    let path = first.split(' ').nth(1).unwrap().trim_start_matches('/').to_owned();
    let (status, bytes) = match fs::read(folder.join(path)) {
        Ok(bytes) => ("200 OK", bytes),
        Err(_) => ("404 Not Found", Vec::new()),
    };
    let length = bytes.len();
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    // A client that goes away is no fault of the test.
    let _ = stream.write_all(&[head.as_bytes(), &bytes].concat());
}

/// A house that follows feeds.
struct Following {
    house: House,
    subscription: Arc<Subscription>,
    served: tempfile::TempDir,
}

impl Deref for Following {
    type Target = House;

    fn deref(&self) -> &House {
        &self.house
    }
}

/// A hospital with the inventory of the demo that follows two feeds of one file each.
async fn house() -> Following {
    let served = tempfile::tempdir().unwrap();
    let address = serve(served.path());
    let list = format!(
        "[[feed]]\nname = \"one\"\nkind = \"file\"\naddress = \"{address}/one.json\"\nevery = \"1h\"\n\
         [[feed]]\nname = \"two\"\nkind = \"file\"\naddress = \"{address}/two.json\"\nevery = \"1h\"\n"
    );
    let feeds = read_feeds(&list).unwrap();
    let connection = Connection {
        patience: std::time::Duration::from_millis(1),
        ..Connection::default()
    };
    let reach = Reach::new(vec!["127.0.0.0/8".parse().unwrap()]);
    let house = House::made(Fresh::sqlite().await, |store, data| {
        App::new(store, data, Timestamp::now)
            .sending(Post::new(reach, Vec::new()))
            .following(Subscription::new(feeds, connection))
    });
    let house = house.await;
    house.take_in(inventory()).await;
    let subscription = house.app.subscription.clone().unwrap();
    Following { house, subscription, served }
}

impl Following {
    fn publish(&self, name: &str, advisory: &str) {
        let from = demo().join("advisories").join(advisory);
        fs::copy(from, self.served.path().join(name)).unwrap();
    }

    /// Changes an advisory that is served: when it was revised, and what it says of products.
    fn revise(
        &self,
        name: &str,
        when: &str,
        change: impl Fn(&mut serde_json::Map<String, serde_json::Value>),
    ) {
        let path = self.served.path().join(name);
        let mut advisory: serde_json::Value =
            serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        advisory["document"]["tracking"]["current_release_date"] = when.into();
        for vulnerability in advisory["vulnerabilities"].as_array_mut().unwrap() {
            change(vulnerability["product_status"].as_object_mut().unwrap());
        }
        fs::write(&path, serde_json::to_vec(&advisory).unwrap()).unwrap();
    }

    async fn generation(&self) -> i64 {
        self.app.store.generation().await.unwrap().unwrap().number
    }

    async fn pass(
        &self,
        whom: Whom,
        tried: &mut BTreeMap<String, Timestamp>,
    ) -> Vec<String> {
        let told = pass(&self.app, &self.subscription, whom, tried).await.unwrap();
        self.work().await;
        told
    }

    async fn open(&self) -> usize {
        let all = self.app.store.judgements_since(self.ada.head, 0).await.unwrap();
        all.iter().filter(|one| one.closed.is_none()).count()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_feed_gives_is_judged_with_and_a_new_advisory_takes_effect() {
    let house = house().await;
    let mut tried = BTreeMap::new();
    house.publish("one.json", "amsa-2025-01.json");
    let told = house.pass(Whom::Due, &mut tried).await;
    assert!(
        told.iter().any(|line| line.contains("feed two") && line.contains("404")),
        "{told:?}"
    );
    let first = house.app.store.generation().await.unwrap().unwrap().number;
    let before = house.open().await;
    assert!(before > 0);
    // Nothing is due, so nobody is asked.
    house.publish("two.json", "hbsa-2025-07.json");
    assert_eq!(house.pass(Whom::Due, &mut tried).await, Vec::<String>::new());
    assert_eq!(house.app.store.generation().await.unwrap().unwrap().number, first);
    // One that never answers keeps nobody from what the others give.
    house.revise("one.json", "2099-01-01T00:00:00Z", |_| ());
    fs::remove_file(house.served.path().join("two.json")).unwrap();
    house.pass(Whom::All, &mut tried).await;
    let second = house.app.store.generation().await.unwrap().unwrap().number;
    assert!(second > first);
    // An older revision, or another advisory in the place of one, takes nothing away.
    for behind in ["amsa-2025-01.json", "hbsa-2025-07.json"] {
        house.publish("one.json", behind);
        let told = house.pass(Whom::All, &mut tried).await;
        assert!(told.iter().any(|line| line.contains("feed one")), "{told:?}");
        assert_eq!(house.app.store.generation().await.unwrap().unwrap().number, second);
        assert_eq!(house.open().await, before);
    }
    house.publish("one.json", "amsa-2025-01.json");
    house.revise("one.json", "2099-01-01T00:00:00Z", |_| ());
    house.publish("two.json", "hbsa-2025-07.json");
    // Somebody wants it now.
    assert_eq!(house.pass(Whom::All, &mut tried).await, Vec::<String>::new());
    assert!(house.open().await > before);
    // Nothing new: the index in use stays the one that it is.
    let newest = house.app.store.generation().await.unwrap().unwrap().number;
    house.pass(Whom::All, &mut tried).await;
    assert_eq!(house.app.store.generation().await.unwrap().unwrap().number, newest);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_index_alone_knows_stays_when_feeds_are_followed() {
    let house = house().await;
    let mut tried = BTreeMap::new();
    // An operator named an index first, with everything that the sample has.
    house.use_advisories(|_| true, &[]).await;
    house.work().await;
    let all = house.open().await;
    // One feed holds one of these advisories, the other never answers: nothing goes.
    house.publish("one.json", "amsa-2025-01.json");
    house.pass(Whom::All, &mut tried).await;
    assert_eq!(house.open().await, all);
    let kept = earlier(&house.app).unwrap();
    assert_eq!(kept.alone, Some(kept.records - 1), "{kept:?}");
    assert!(!kept.newest.is_empty() && kept.fault.is_none(), "{kept:?}");
    // A feed takes its own advisory back, and no other.
    house.revise("one.json", "2099-01-01T00:00:00Z", |product_status| {
        product_status.clear()
    });
    house.pass(Whom::All, &mut tried).await;
    let fewer = house.open().await;
    assert!(fewer < all && fewer > 0, "{fewer} of {all}");
    // A copy that is behind what the index knows takes nothing from it.
    house.publish("two.json", "hbsa-2025-07.json");
    house.revise("two.json", "2001-01-01T00:00:00Z", |product_status| {
        product_status.clear()
    });
    house.pass(Whom::All, &mut tried).await;
    assert_eq!(house.open().await, fewer);
    // Nothing new: what feeds made is theirs, and is not kept as somebody's.
    let (newest, kept) = (house.generation().await, earlier(&house.app).unwrap());
    house.pass(Whom::All, &mut tried).await;
    assert_eq!(house.generation().await, newest);
    assert_eq!(earlier(&house.app).unwrap(), kept);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_that_is_named_again_takes_the_place_of_the_one_before() {
    let house = house().await;
    let mut tried = BTreeMap::new();
    house.publish("one.json", "amsa-2025-01.json");
    house.use_advisories(|_| true, &[]).await;
    house.pass(Whom::All, &mut tried).await;
    let first = earlier(&house.app).unwrap();
    // Without a feed that gives anything new, it is judged with what both hold all the same.
    house.use_advisories(|id| id.contains("hbsa"), &[]).await;
    house.pass(Whom::All, &mut tried).await;
    let second = earlier(&house.app).unwrap();
    assert!(second.records < first.records, "{first:?} {second:?}");
    assert_eq!(second.alone, Some(second.records));
    // A library that is lost, as after a restore, loses nothing of what is known.
    let open = house.open().await;
    assert!(open > 0);
    fs::remove_dir_all(house.app.data.join("feeds")).unwrap();
    fs::remove_file(house.app.data.join("feeds.index")).unwrap();
    house.publish("one.json", "hbsa-2025-07.json");
    house.pass(Whom::All, &mut BTreeMap::new()).await;
    assert_eq!(house.open().await, open);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_that_fails_keeps_its_age_and_what_it_gave() {
    let house = house().await;
    house.publish("one.json", "amsa-2025-01.json");
    house.publish("two.json", "hbsa-2025-07.json");
    house.pass(Whom::All, &mut BTreeMap::new()).await;
    let before = (house.open().await, standings(&house.app));
    fs::remove_file(house.served.path().join("one.json")).unwrap();
    let told = house.pass(Whom::All, &mut BTreeMap::new()).await;
    assert_eq!(told.len(), 1, "{told:?}");
    let after = standings(&house.app);
    assert_eq!(house.open().await, before.0);
    assert_eq!(after[0].1.asked, before.1[0].1.asked);
    assert!(after[0].1.fault.is_some() && after[1].1.fault.is_none());
    assert!(after[1].1.asked > before.1[1].1.asked);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_that_fails_and_one_that_answers_again_are_told_once_each() {
    let house = house().await;
    let receiver = Receiver::listen();
    let events = [Event::FeedFailing, Event::FeedRecovered];
    let wish = Wish { name: "SIEM", url: &receiver.url, events: &events };
    webhook::make(&house.app, &house.ada, house.ada.head, wish).await.unwrap();
    let told = || -> Vec<(String, String)> {
        let all = receiver.take().into_iter().map(|(_, body)| {
            let body: serde_json::Value = serde_json::from_str(&body).unwrap();
            let word = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
            (word(&body["type"]), word(&body["data"]["feed"]))
        });
        let mut all: Vec<_> = all.collect();
        all.sort();
        all
    };
    let event = |what: &str, feed: &str| (what.to_owned(), feed.to_owned());
    let all = async || {
        house.pass(Whom::All, &mut BTreeMap::new()).await;
        told()
    };
    house.publish("one.json", "amsa-2025-01.json");
    house.publish("two.json", "hbsa-2025-07.json");
    assert_eq!(all().await, []);
    // One fails, and goes on failing; then the other fails too.
    fs::remove_file(house.served.path().join("one.json")).unwrap();
    assert_eq!(all().await, [event("feed.failing", "one")]);
    assert_eq!(all().await, []);
    fs::remove_file(house.served.path().join("two.json")).unwrap();
    assert_eq!(all().await, [event("feed.failing", "two")]);
    // They answer again, one after the other; then one fails a second time.
    house.publish("one.json", "amsa-2025-01.json");
    assert_eq!(all().await, [event("feed.recovered", "one")]);
    house.publish("two.json", "hbsa-2025-07.json");
    assert_eq!(all().await, [event("feed.recovered", "two")]);
    assert_eq!(all().await, []);
    fs::remove_file(house.served.path().join("one.json")).unwrap();
    assert_eq!(all().await, [event("feed.failing", "one")]);
}
