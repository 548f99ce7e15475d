//! Answers about devices that went from one organisation to another.

use operations::inventory::{Destination, move_to};

use super::*;

impl House {
    async fn goes(&self, tag: &str, to: i64) {
        let device = self.device(&self.ada, tag).await;
        let to = Destination { organisation: to, source: "", reason: "lent" };
        move_to(&self.app, &self.ada, device.id, to).await.unwrap();
        self.work().await;
    }
}

on_both!(
    an_answer_holds_about_a_device_that_went_only_where_it_was_given_above_both_ends,
    async |fresh: Fresh| {
        let house = House::at(fresh, Timestamp::now).await;
        let ada = &house.ada;
        let (north, south) = (house.site("North").await, house.site("South").await);
        let rows = |tag: &str| {
            format!(
                "Asset Tag,Serial Number,Manufacturer,Model,Description,SW Version\n\
                     {tag}-1,{tag}1,Invented,IM-400,PUMP,2.1\n\
                     {tag}-2,{tag}2,Invented,IM-400,PUMP,2.1\n"
            )
        };
        house.take_in_at(north.id, "AIMS", rows("N")).await;
        house.take_in_at(south.id, "AIMS", rows("S")).await;
        house.publish(&[&PUMP]).await;
        let key = house.asked(ada).await.key;
        for site in [&north, &south] {
            answer(&house.app, ada, &key, all(site.id, Said::No)).await.unwrap();
        }
        let none: [&str; 0] = [];
        assert_eq!(house.with(ada, "verdict=cannot_tell").await, none);

        // What either of them said of its own pumps was said of no stranger.
        house.goes("N-1", south.id).await;
        assert_eq!(house.with(ada, "verdict=cannot_tell").await, ["N-1"]);
        // Nor does it hold again when it is back: who knows what was done to it.
        house.goes("N-1", north.id).await;
        assert_eq!(house.with(ada, "verdict=cannot_tell").await, ["N-1"]);
        // Another look settles it, and for a node that starts now as well.
        answer(&house.app, ada, &key, all(north.id, Said::No)).await.unwrap();
        assert_eq!(house.with(ada, "verdict=cannot_tell").await, none);

        // Who stands above both answered for both.
        answer(&house.app, ada, &key, all(ada.head, Said::No)).await.unwrap();
        house.goes("N-2", south.id).await;
        assert_eq!(house.with(ada, "verdict=cannot_tell").await, none);
        let app = App::new(house.app.store.clone(), house.folder.path(), Timestamp::now);
        let house = House { app, ..house };
        assert_eq!(house.with(&house.ada, "verdict=cannot_tell").await, none);
    }
);
