//! From an export and an index to verdicts that are remembered.

use std::collections::BTreeMap;
use std::path::PathBuf;

use operations::inventory::{InventoryError, deliver, preview};
use operations::judging::use_index;
use operations::work_off;
use store::{Judgement, Progress};

use crate::demo::{advisories, inventory};
use crate::house::{House, built, delivery};

/// An index of the demo's advisories but for some.
fn index(house: &House, name: &str, leave_out: &[&str]) -> PathBuf {
    let sources = advisories(|name| !leave_out.contains(&name));
    built(house.folder.path(), name, &sources)
}

impl House {
    /// The open verdicts by version of the build and vulnerability.
    async fn verdicts(&self) -> BTreeMap<(String, String), Judgement> {
        let head = self.ada.head;
        let builds = self.app.store.configurations_since(head, 0).await.unwrap();
        let builds: BTreeMap<i64, String> = builds
            .into_iter()
            .map(|found| {
                (found.id, format!("{} {}", found.build.model, found.build.version))
            })
            .collect();
        let judgements = self.app.store.judgements_since(head, 0).await.unwrap();
        judgements
            .into_iter()
            .filter(|judgement| judgement.closed.is_none())
            .map(|judgement| {
                let build = builds[&judgement.subject.configuration].clone();
                ((build, judgement.subject.vulnerability.clone()), judgement)
            })
            .collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_and_an_index_become_verdicts_in_either_order() {
    let first = House::new().await;
    let import = first.take_in(inventory()).await;
    assert_eq!(
        (import.progress, import.done, import.counts.added),
        (Progress::Done, 16, 16)
    );
    assert!(first.verdicts().await.is_empty());
    use_index(&first.app, &index(&first, "one.index", &[])).await.unwrap();
    work_off(&first.app, "test").await.unwrap();

    let second = House::new().await;
    use_index(&second.app, &index(&second, "one.index", &[])).await.unwrap();
    second.take_in(inventory()).await;

    let words = |verdicts: BTreeMap<(String, String), Judgement>| -> Vec<_> {
        verdicts.into_iter().map(|(about, said)| (about, said.verdict)).collect()
    };
    let found = words(first.verdicts().await);
    assert_eq!(found, words(second.verdicts().await));
    let said = |build: &str, word: &str| {
        found.iter().any(|((of, _), verdict)| of == build && verdict == word)
    };
    assert!(said("Meridian 400 2.1", "affected"), "{found:?}");
    assert!(!said("Meridian 400 2.3", "affected"), "{found:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_advisory_that_is_taken_back_and_returns_loses_no_verdict() {
    let house = House::new().await;
    let whole = index(&house, "one.index", &[]);
    use_index(&house.app, &whole).await.unwrap();
    house.take_in(inventory()).await;
    let before = house.verdicts().await;
    // An index that is in use already is not put in use again.
    let again = use_index(&house.app, &whole).await.unwrap();
    assert_eq!(house.app.store.generation().await.unwrap().unwrap().number, again);

    let less = index(&house, "two.index", &["amsa-2025-01.json"]);
    use_index(&house.app, &less).await.unwrap();
    work_off(&house.app, "test").await.unwrap();
    let without = house.verdicts().await;
    assert!(without.len() < before.len());

    std::fs::copy(&whole, house.folder.path().join("three.index")).unwrap();
    use_index(&house.app, &house.folder.path().join("three.index")).await.unwrap();
    work_off(&house.app, "test").await.unwrap();
    let back = house.verdicts().await;
    assert_eq!(back.keys().collect::<Vec<_>>(), before.keys().collect::<Vec<_>>());
    for (about, judgement) in &back {
        assert_eq!(judgement.id, before[about].id, "{about:?}");
        assert_eq!(judgement.opened, before[about].opened);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_inventory_is_refused_and_nothing_is_kept() {
    let house = House::new().await;
    for bytes in [b"{}".to_vec(), Vec::new(), b"Asset Tag,Manufacturer,Model\n".to_vec()]
    {
        let refused =
            deliver(&house.app, &house.ada, delivery(house.ada.head, "AIMS", bytes))
                .await;
        assert!(matches!(
            refused,
            Err(InventoryError::Rejected(_) | InventoryError::Empty)
        ));
    }
    let elsewhere = delivery(4711, "AIMS", inventory());
    let refused = deliver(&house.app, &house.ada, elsewhere).await;
    assert!(matches!(refused, Err(InventoryError::NotAllowed)));
    assert!(house.app.store.imports(&house.scope(), 10).await.unwrap().is_empty());
}

#[test]
fn a_preview_shows_the_mapping_its_reasons_and_the_first_rows() {
    let mut bytes = inventory().into_bytes();
    bytes.extend_from_slice(b",,nameless,,,,,,,,,\n");
    let shown = preview(&bytes, &device::inventory::Mapping::default()).unwrap();
    assert_eq!((shown.devices, shown.left_out, shown.rows.len()), (16, 1, 10));
    assert_eq!(shown.rows[0]["asset_tag"], "IH-10001");
    assert!(shown.mapping.columns().iter().any(|column| column.heading == "SW Version"));
    assert_eq!(shown.complaint_count, 1);
    assert!(shown.complaints[0].message.contains("neither asset tag nor serial number"));
}
