//! Tables of life cycles: the newest that nobody took back stands first, and one is taken back
//! once, in its own organisation alone.

use store::{NewLifeCycleTable, NewOriginal, Noun, Organisation, Parcel};
use terms::Tlp;

use crate::both::{Fresh, act, at, hospital};

async fn bring(fresh: &Fresh, top: &Organisation, second: i64, name: &str) -> i64 {
    let parcel = Parcel::of(name.as_bytes()).unwrap();
    let mut write = fresh.store.write(top.head, at(second)).await.unwrap();
    let original = write
        .keep_original(NewOriginal {
            organisation: top.id,
            name,
            kind: "life cycles",
            label: Tlp::Clear,
            by: 8,
            parcel: &parcel,
        })
        .await
        .unwrap();
    let new = NewLifeCycleTable {
        organisation: top.id,
        original,
        as_of: (second > 1).then_some("2026-08-22"),
        products: 2,
        cycles: 5,
        set_aside: 1,
        by: 8,
    };
    let id = write.keep_life_cycle_table(new).await.unwrap();
    write.commit(act(Noun::LifeCycleTable, id)).await.unwrap();
    id
}

on_both!(the_newest_table_counts_until_it_is_taken_back_once, async |fresh: Fresh| {
    let (top, _, _) = hospital(&fresh.store).await;
    let (other, _, _) = hospital(&fresh.store).await;
    let older = bring(&fresh, &top, 1, "older.json").await;
    let newer = bring(&fresh, &top, 2, "newer.tar.zst").await;
    let tables = fresh.store.life_cycle_tables(top.head).await.unwrap();
    let told: Vec<_> = tables
        .iter()
        .map(|one| (one.id, one.name.as_str(), one.as_of.as_deref()))
        .collect();
    let expected =
        [(newer, "newer.tar.zst", Some("2026-08-22")), (older, "older.json", None)];
    assert_eq!(told, expected);
    assert_eq!((tables[0].products, tables[0].cycles, tables[0].set_aside), (2, 5, 1));
    let elsewhere = fresh.store.life_cycle_tables(other.head).await.unwrap();
    assert_eq!(elsewhere, [], "another house has its own");
    let mut write = fresh.store.write(other.head, at(3)).await.unwrap();
    assert!(write.withdraw_life_cycle_table(newer, 8).await.is_err());
    drop(write);
    let mut write = fresh.store.write(top.head, at(3)).await.unwrap();
    write.withdraw_life_cycle_table(newer, 8).await.unwrap();
    assert!(write.withdraw_life_cycle_table(newer, 8).await.is_err(), "once");
    write.commit(act(Noun::LifeCycleTable, newer)).await.unwrap();
    let tables = fresh.store.life_cycle_tables(top.head).await.unwrap();
    assert!(tables[0].withdrawn.is_some() && tables[1].withdrawn.is_none());
});
