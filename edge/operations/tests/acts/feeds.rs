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
use operations::feed::{Subscription, Whom, pass, standings};
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
    house.publish("one.json", "hbsa-2025-07.json");
    fs::remove_file(house.served.path().join("two.json")).unwrap();
    house.pass(Whom::All, &mut tried).await;
    let second = house.app.store.generation().await.unwrap().unwrap().number;
    assert!(second > first);
    // But an index that somebody named stays until each has answered once: less would be
    // known without it.
    house.use_advisories(|_| true, &[]).await;
    let named = house.app.store.generation().await.unwrap().unwrap().number;
    house.publish("one.json", "amsa-2025-01.json");
    let told = house.pass(Whom::All, &mut tried).await;
    assert!(told.iter().any(|line| line.contains("stays until every feed")), "{told:?}");
    assert_eq!(house.app.store.generation().await.unwrap().unwrap().number, named);
    house.publish("two.json", "hbsa-2025-07.json");
    // Somebody wants it now.
    assert_eq!(house.pass(Whom::All, &mut tried).await, Vec::<String>::new());
    assert!(house.app.store.generation().await.unwrap().unwrap().number > named);
    assert!(house.open().await > before);
    // Nothing new: the index in use stays the one that it is.
    let newest = house.app.store.generation().await.unwrap().unwrap().number;
    house.pass(Whom::All, &mut tried).await;
    assert_eq!(house.app.store.generation().await.unwrap().unwrap().number, newest);
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
