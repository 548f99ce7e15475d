//! From an export and an index to verdicts that are remembered.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

mod founded;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use founded::founded;
use operations::inventory::{Delivery, InventoryError, deliver, preview};
use operations::judging::use_index;
use operations::{Actor, App, work_off};
use store::{Judgement, Progress, RootKey, Scope, Store};

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/demo")
}

fn index(folder: &Path, name: &str, leave_out: &[&str]) -> PathBuf {
    let sources: Vec<PathBuf> = std::fs::read_dir(fixtures().join("advisories"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            !leave_out.contains(&name.as_str())
        })
        .collect();
    let file = folder.join(name);
    let order =
        feeds::Order { index: &file, sources: &sources, cache: feeds::Cache::Ignore };
    feeds::build(&order, &mut |_| {}).unwrap();
    file
}

struct House {
    app: App,
    ada: Actor,
    _folder: tempfile::TempDir,
    folder: PathBuf,
}

async fn house() -> House {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("lazaret.db").display());
    let store = Store::open(&url, &RootKey::make().unwrap()).await.unwrap();
    let app = App::new(store, folder.path(), jiff::Timestamp::now);
    let ada = founded(&app).await;
    let path = folder.path().to_owned();
    House { app, ada, _folder: folder, folder: path }
}

impl House {
    fn delivery(&self, bytes: Vec<u8>) -> Delivery {
        Delivery {
            organisation: self.ada.head,
            source: "asset system".to_owned(),
            name: "inventory.csv".to_owned(),
            bytes,
            mapping: device::inventory::Mapping::default(),
        }
    }

    async fn take_in(&self, bytes: Vec<u8>) -> store::Import {
        let import = deliver(&self.app, &self.ada, self.delivery(bytes)).await.unwrap();
        assert_eq!(work_off(&self.app, "test").await.unwrap(), Vec::<String>::new());
        self.app.store.import(&Scope::whole(self.ada.head), import).await.unwrap()
    }

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

fn inventory() -> Vec<u8> {
    std::fs::read(fixtures().join("inventory.csv")).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_and_an_index_become_verdicts_in_either_order() {
    let first = house().await;
    let import = first.take_in(inventory()).await;
    assert_eq!(
        (import.progress, import.done, import.counts.added),
        (Progress::Done, 16, 16)
    );
    assert!(first.verdicts().await.is_empty());
    use_index(&first.app, &index(&first.folder, "one.index", &[])).await.unwrap();
    work_off(&first.app, "test").await.unwrap();

    let second = house().await;
    use_index(&second.app, &index(&second.folder, "one.index", &[])).await.unwrap();
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
    let house = house().await;
    let whole = index(&house.folder, "one.index", &[]);
    use_index(&house.app, &whole).await.unwrap();
    house.take_in(inventory()).await;
    let before = house.verdicts().await;
    // An index that is in use already is not put in use again.
    let again = use_index(&house.app, &whole).await.unwrap();
    assert_eq!(house.app.store.generation().await.unwrap().unwrap().number, again);

    let less = index(&house.folder, "two.index", &["amsa-2025-01.json"]);
    use_index(&house.app, &less).await.unwrap();
    work_off(&house.app, "test").await.unwrap();
    let without = house.verdicts().await;
    assert!(without.len() < before.len());

    std::fs::copy(&whole, house.folder.join("three.index")).unwrap();
    use_index(&house.app, &house.folder.join("three.index")).await.unwrap();
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
    let house = house().await;
    for bytes in [b"{}".to_vec(), Vec::new(), b"Asset Tag,Manufacturer,Model\n".to_vec()]
    {
        let refused = deliver(&house.app, &house.ada, house.delivery(bytes)).await;
        assert!(matches!(
            refused,
            Err(InventoryError::Rejected(_) | InventoryError::Empty)
        ));
    }
    let elsewhere = Delivery { organisation: 4711, ..house.delivery(inventory()) };
    let refused = deliver(&house.app, &house.ada, elsewhere).await;
    assert!(matches!(refused, Err(InventoryError::NotAllowed)));
    let scope = Scope::whole(house.ada.head);
    assert!(house.app.store.imports(&scope, 10).await.unwrap().is_empty());
}

#[test]
fn a_preview_shows_the_mapping_its_reasons_and_the_first_rows() {
    let mut bytes = inventory();
    bytes.extend_from_slice(b",,nameless,,,,,,,,,\n");
    let shown = preview(&bytes, &device::inventory::Mapping::default()).unwrap();
    assert_eq!((shown.devices, shown.left_out, shown.rows.len()), (16, 1, 10));
    assert_eq!(shown.rows[0]["asset_tag"], "IH-10001");
    assert!(shown.mapping.columns().iter().any(|column| column.heading == "SW Version"));
    assert_eq!(shown.complaint_count, 1);
    assert!(shown.complaints[0].message.contains("neither asset tag nor serial number"));
}
