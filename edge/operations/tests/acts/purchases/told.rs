//! Who is told of purchases: that one is awarded, that something is new about what was bought,
//! that somebody asks for an override; once, and nobody who does not see the purchase.

use courier::{Post, Reach};
use operations::App;
use operations::purchase::{happened, to_approve};
use operations::webhook::{self, Event, Wish as Webhook};
use serde_json::Value;

use super::*;
use crate::receivers::Receiver;

impl House {
    /// A house that sends to this machine.
    async fn telling(fresh: Fresh) -> Self {
        let reach = Reach::new(vec!["127.0.0.0/8".parse().unwrap()]);
        let make = |store, data: &Path| {
            App::new(store, data, now)
                .sending(Post::new(reach, Vec::new()))
                .reached_at("https://lazaret.example/")
        };
        Self::made(fresh, make).await
    }

    async fn listener(&self, organisation: i64) -> Receiver {
        let receiver = Receiver::listen();
        let events = [Event::Awarded, Event::News, Event::OverrideAsked];
        let wish = Webhook { name: "buyers", url: &receiver.url, events: &events };
        webhook::make(&self.app, &self.ada, organisation, wish).await.unwrap();
        receiver
    }
}

/// The events that came since the last look, in order, each with what it tells.
fn heard(receiver: &Receiver) -> Vec<(String, Value)> {
    let all = receiver.take().into_iter().map(|(_, body)| {
        let json: Value = serde_json::from_str(&body).unwrap();
        (json["type"].as_str().unwrap().to_owned(), json["data"].clone())
    });
    let mut all: Vec<(String, Value)> = all.collect();
    all.sort_by(|(one, _), (other, _)| one.cmp(other));
    all
}

fn words(heard: &[(String, Value)]) -> Vec<&str> {
    heard.iter().map(|(word, _)| word.as_str()).collect()
}

on_both!(whoever_buys_and_whoever_buys_along_is_told_once, async |fresh: Fresh| {
    let house = House::telling(fresh).await;
    let (app, ada) = (&house.app, &house.ada);
    let (north, south) =
        (house.member_named("North").await, house.member_named("South").await);
    let top = house.listener(ada.head).await;
    let of_north = house.listener(north).await;
    let of_south = house.listener(south).await;
    let (id, _, other) = house.bidding(&[north]).await;
    let supplier = Some(house.eastgate().await);
    let eastgate = NewBid { supplier, ..bid("", "Drift", "1.4") };
    let one = add(app, ada, id, &eastgate).await.unwrap();
    deliver(app, ada, (id, one), Side::Bidder, folder("eastgate")).await.unwrap();
    let nina = house.person_of(Role::Contracting, north, "nina").await;
    let norma = house.person_of(Role::Administrator, north, "norma").await;
    let strangers = [
        house.person_of(Role::Administrator, south, "sue").await,
        house.person_of(Role::SupplierGuest, ada.head, "gus").await,
        house.person_of(Role::Biomed, ada.head, "bob").await,
    ];
    let eve = house.person_of(Role::Security, ada.head, "eve").await;
    let wish = Wish {
        bidder: other,
        gate: "isao",
        reason: "the contract is being signed",
        last_day: "2026-12-31",
    };
    let asked = ask_override(app, ada, id, wish).await.unwrap();
    let waits = to_approve(app, &eve).await.unwrap();
    assert_eq!((waits.len(), waits[0].0.id, waits[0].1.id), (1, id, asked));
    // Whoever asks, whoever buys along, and whoever accepts no risk or sees no purchase.
    for nobody in strangers.iter().chain([ada, &nina, &norma]) {
        assert!(to_approve(app, nobody).await.unwrap().is_empty(), "{}", nobody.name);
    }
    house.work().await;
    assert_eq!(words(&heard(&top)), ["purchase.override_asked"]);
    assert!(heard(&of_north).is_empty() && heard(&of_south).is_empty());
    approve(app, &eve, id, asked).await.unwrap();
    assert!(to_approve(app, &eve).await.unwrap().is_empty());

    let begun = now() - jiff::SignedDuration::from_hours(24);
    assert!(happened(app, &nina, begun).await.unwrap().awarded.is_empty());
    house.awarded(id, one).await;
    house.work().await;
    let (told, along) = (heard(&top), heard(&of_north));
    assert!(told.iter().any(|(word, _)| word == "purchase.awarded"), "{told:?}");
    assert_eq!(words(&along), ["purchase.awarded"]);
    let data = &along[0].1;
    assert_eq!(
        (data["organisation"].as_i64(), data["purchase"].as_i64()),
        (Some(north), Some(id))
    );
    assert_eq!(data["link"], format!("https://lazaret.example/purchases/{id}"));
    assert!(heard(&of_south).is_empty(), "who does not buy along");
    for buyer in [ada, &nina] {
        let told = happened(app, buyer, begun).await.unwrap();
        assert_eq!(told.awarded.iter().map(|it| it.id).collect::<Vec<_>>(), [id]);
        assert!(told.news.is_empty());
    }

    // Advisories come in after the award.
    let index = built(house.folder.path(), "one.index", &advisories(|_| true));
    use_index(app, &index).await.unwrap();
    watch_all(app).await.unwrap();
    let count = bought(app, ada).await.unwrap()[0].1.news.len();
    house.work().await;
    for receiver in [&top, &of_north] {
        let told = heard(receiver);
        assert_eq!(words(&told), ["purchase.news"]);
        assert_eq!(told[0].1["news"], count);
        let text = told[0].1.to_string();
        assert!(!text.contains("Eastgate") && !text.contains("Brackwater"), "{text}");
    }
    assert!(heard(&of_south).is_empty());
    let told = happened(app, &nina, begun).await.unwrap().news;
    let counted: usize = told[0].1.values().sum();
    assert_eq!((told.len(), told[0].0.id, counted), (1, id, count));
    for stranger in &strangers {
        let told = happened(app, stranger, begun).await.unwrap();
        let is_silent = told.awarded.is_empty() && told.news.is_empty();
        assert!(is_silent, "{}", stranger.name);
    }
    // Another node that looks, or the same one again, tells nothing more.
    let again = App::new(house.fresh.store.clone(), house.folder.path(), now);
    use_index(&again, &index).await.unwrap();
    watch_all(&again).await.unwrap();
    watch_all(app).await.unwrap();
    house.work().await;
    assert!(heard(&top).is_empty() && heard(&of_north).is_empty());
    let later = now() + jiff::SignedDuration::from_secs(1);
    assert!(happened(app, ada, later).await.unwrap().news.is_empty(), "told before");
});
