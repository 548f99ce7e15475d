//! Nodes that share a database and no disk: the index in use comes to each of them whole, or
//! it does neither work nor answer.

use std::path::PathBuf;

use jiff::Timestamp;
use operations::backup::{back_up, restore};
use operations::doctor::{Health, examine};
use operations::judging::{JudgingError, fetch_index, share_index, use_index};
use operations::{Actor, App, fleet, work_off};
use sqlx::{AnyConnection, Connection as _, Executor as _};
use store::{Progress, Scope, Store};

use crate::databases::{Fresh, on_both, on_postgres};
use crate::demo::{advisories, demo, inventory};
use crate::house::{built, deliver, founded};

/// A node with a data folder of its own.
struct Node {
    app: App,
    folder: tempfile::TempDir,
}

impl Node {
    async fn of(fresh: &Fresh) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&fresh.url, &fresh.root).await.unwrap();
        let app = App::new(store, folder.path(), Timestamp::now);
        Self { app, folder }
    }

    /// What lies in its folder of indexes.
    fn files(&self) -> Vec<String> {
        let Ok(folder) = std::fs::read_dir(self.folder.path().join("index")) else {
            return Vec::new();
        };
        let name = |entry: std::io::Result<std::fs::DirEntry>| {
            entry.unwrap().file_name().into_string().unwrap()
        };
        let mut names: Vec<String> = folder.map(name).collect();
        names.sort();
        names
    }

    fn bytes(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.folder.path().join(name)).unwrap()
    }

    /// An index of the demo's advisories but for one.
    fn built(&self, name: &str, leave_out: &str) -> PathBuf {
        let sources = advisories(|name| name != leave_out);
        built(self.folder.path(), name, &sources)
    }

    async fn use_built(&self, name: &str, leave_out: &str) -> String {
        let index = self.built(name, leave_out);
        use_index(&self.app, &index).await.unwrap();
        self.app.store.generation().await.unwrap().unwrap().file
    }

    async fn work(&self) {
        assert_eq!(work_off(&self.app, "test").await.unwrap(), Vec::<String>::new());
    }
}

async fn deliver_demo(app: &App, ada: &Actor) -> i64 {
    deliver((app, ada), ada.head, "AIMS", inventory()).await
}

/// How many chunks of indexes the database keeps.
async fn chunks(fresh: &Fresh) -> i64 {
    let mut connection = AnyConnection::connect(&fresh.url).await.unwrap();
    let counted = sqlx::query_scalar("SELECT COUNT(*) FROM index_chunk");
    counted.fetch_one(&mut connection).await.unwrap()
}

#[test]
fn a_node_fetches_the_index_before_it_works_or_answers() {
    on_postgres(async |fresh: Fresh| {
        let (one, other) = (Node::of(&fresh).await, Node::of(&fresh).await);
        let ada = founded(&one.app).await;
        let file = one.use_built("one.index", "").await;
        let import = deliver_demo(&one.app, &ada).await;

        let asked = other.app.advisories().await;
        assert!(matches!(asked, Err(JudgingError::Away(_))), "{asked:?}");
        assert!(fleet::holdings(&other.app, ada.head).await.is_err());
        assert_eq!(other.files(), Vec::<String>::new());

        other.work().await;
        assert_eq!(other.bytes(&file), one.bytes(&file));
        assert_eq!(other.files().len(), 1);
        let scope = Scope::whole(ada.head);
        let found = other.app.store.import(&scope, import).await.unwrap();
        assert_eq!((found.progress, found.done), (Progress::Done, 16));
        let judged = other.app.store.judgements_since(ada.head, 0).await.unwrap();
        assert!(judged.len() > 4, "{}", judged.len());
        // The first node answers with what the other one judged.
        for node in [&one, &other] {
            let held = fleet::holdings(&node.app, ada.head).await.unwrap();
            assert_eq!(held.fleet.len(), 16);
        }
    });
}

#[test]
fn an_overlay_comes_along_and_what_is_kept_already_is_not_kept_twice() {
    on_postgres(async |fresh: Fresh| {
        let (one, other) = (Node::of(&fresh).await, Node::of(&fresh).await);
        let ada = founded(&one.app).await;
        let plain = one.use_built("one.index", "amsa-2025-01.json").await;
        let before = chunks(&fresh).await;
        let index = one.folder.path().join("one.index");
        let added = demo().join("advisories/amsa-2025-01.json");
        feeds::add(&index, &[added]).unwrap();
        use_index(&one.app, &index).await.unwrap();
        let laid = one.app.store.generation().await.unwrap().unwrap().file;
        assert_ne!(plain, laid);
        assert_eq!(chunks(&fresh).await, before + 1, "the overlay alone is new");
        assert_eq!(one.app.store.index_parts(&laid).await.unwrap().len(), 2);

        fetch_index(&other.app).await.unwrap();
        for part in [laid.clone(), format!("{laid}.overlay")] {
            assert_eq!(other.bytes(&part), one.bytes(&part), "{part}");
        }
        let read = other.app.advisories().await.unwrap().unwrap();
        assert!(read.record("AMSA-2025-01").is_some(), "what was added is read");
        // Nothing is judged with the first any more: nobody keeps it.
        deliver_demo(&other.app, &ada).await;
        other.work().await;
        assert_eq!(one.app.store.index_parts(&plain).await.unwrap(), []);
        assert_eq!(chunks(&fresh).await, before + 1);
    });
}

#[test]
fn what_differs_between_two_indexes_alone_is_judged_on_a_node_that_had_neither() {
    on_postgres(async |fresh: Fresh| {
        let one = Node::of(&fresh).await;
        let ada = founded(&one.app).await;
        one.use_built("one.index", "amsa-2025-01.json").await;
        deliver_demo(&one.app, &ada).await;
        one.work().await;
        one.use_built("two.index", "").await;
        let other = Node::of(&fresh).await;
        other.work().await;
        let leaves =
            other.app.store.leaves(&Scope::whole(ada.head), i64::MAX, 1000).await;
        let told = format!("{:?}", leaves.unwrap());
        assert!(told.contains("changed advisories"), "{told}");
        assert!(!told.contains("earlier index is not at hand"), "{told}");
        // The earlier one is needed no more, neither there nor here.
        assert_eq!(other.files().len(), 1, "{:?}", other.files());
    });
}

#[test]
fn a_damaged_index_is_never_taken_for_one() {
    on_postgres(async |fresh: Fresh| {
        let (one, other) = (Node::of(&fresh).await, Node::of(&fresh).await);
        let ada = founded(&one.app).await;
        one.use_built("one.index", "").await;
        let import = deliver_demo(&one.app, &ada).await;
        let mut connection = AnyConnection::connect(&fresh.url).await.unwrap();
        for damage in [
            "UPDATE index_part SET size = size + 1",
            "UPDATE index_part SET size = size - 1, digest = '\\x00'",
            "UPDATE index_chunk SET bytes = '\\x0001' WHERE number = 0",
            "DELETE FROM index_chunk",
        ] {
            connection.execute(sqlx::AssertSqlSafe(damage.to_owned())).await.unwrap();
            assert!(fetch_index(&other.app).await.is_err(), "{damage}");
            assert_eq!(other.files(), Vec::<String>::new(), "{damage}");
            assert!(other.app.advisories().await.is_err(), "{damage}");
            assert!(work_off(&other.app, "test").await.is_err(), "{damage}");
        }
        // The job waits for a node that has what it needs.
        one.work().await;
        let scope = Scope::whole(ada.head);
        let found = one.app.store.import(&scope, import).await.unwrap();
        assert_eq!(found.progress, Progress::Done);
    });
}

#[test]
fn two_who_fetch_into_one_folder_at_once_harm_nobody() {
    on_postgres(async |fresh: Fresh| {
        let one = Node::of(&fresh).await;
        founded(&one.app).await;
        let file = one.use_built("one.index", "").await;
        let shared = Node::of(&fresh).await;
        let mut all = Vec::new();
        for _ in 0..6 {
            let store = Store::open(&fresh.url, &fresh.root).await.unwrap();
            let app = App::new(store, shared.folder.path(), Timestamp::now);
            all.push(tokio::spawn(async move { fetch_index(&app).await }));
        }
        for each in all {
            each.await.unwrap().unwrap();
        }
        assert_eq!(shared.files().len(), 1, "{:?}", shared.files());
        assert_eq!(shared.bytes(&file), one.bytes(&file));
    });
}

#[test]
fn two_who_put_the_same_index_in_use_at_once_name_one_generation() {
    on_postgres(async |fresh: Fresh| {
        let (one, other) = (Node::of(&fresh).await, Node::of(&fresh).await);
        founded(&one.app).await;
        let index = one.built("one.index", "");
        let (first, second) =
            tokio::join!(use_index(&one.app, &index), use_index(&other.app, &index));
        assert_eq!(first.unwrap(), second.unwrap());
        assert_eq!(one.app.store.generations(10).await.unwrap().len(), 1);
    });
}

on_both!(
    a_house_from_one_machine_shares_its_index_when_it_is_served,
    async |fresh: Fresh| {
        // Kept on one machine, taken back into the database of this test.
        let small = Fresh::sqlite().await;
        let one = Node::of(&small).await;
        let ada = founded(&one.app).await;
        let file = one.use_built("one.index", "").await;
        deliver_demo(&one.app, &ada).await;
        one.work().await;
        assert_eq!(one.app.store.index_parts(&file).await.unwrap(), []);
        let copy = one.folder.path().join("copy");
        back_up(&one.app, &copy, &mut |_| {}).await.unwrap();

        let folder = tempfile::tempdir().unwrap();
        let (url, keeper) = match fresh.url.strip_prefix("sqlite:") {
            Some(_) => (format!("sqlite:{}/new.db", folder.path().display()), false),
            None => (emptied(&fresh).await, true),
        };
        restore(&copy, &url, folder.path(), &small.root).await.unwrap();
        let store = Store::open(&url, &small.root).await.unwrap();
        let app = App::new(store, folder.path(), Timestamp::now);
        assert!(app.advisories().await.unwrap().is_some(), "the file came along");
        share_index(&app).await.unwrap();
        share_index(&app).await.unwrap();
        assert_eq!(!app.store.index_parts(&file).await.unwrap().is_empty(), keeper);
        if keeper {
            // A second node, and a copy of its house, which has the index from the table.
            let beside = tempfile::tempdir().unwrap();
            let other = App::new(app.store.clone(), beside.path(), Timestamp::now);
            let second = beside.path().join("copy");
            let kept = back_up(&other, &second, &mut |_| {}).await.unwrap();
            assert_eq!(kept.files, Vec::<String>::new());
            let back = tempfile::tempdir().unwrap();
            let url = format!("sqlite:{}/back.db", back.path().display());
            restore(&second, &url, back.path(), &small.root).await.unwrap();
            let store = Store::open(&url, &small.root).await.unwrap();
            let again = App::new(store, back.path(), Timestamp::now);
            fetch_index(&again).await.unwrap();
            assert!(again.advisories().await.unwrap().is_some());
        }
        app.store.close().await;
    }
);

/// A database of that server in which nobody lives.
async fn emptied(fresh: &Fresh) -> String {
    fresh.store.close().await;
    let mut connection = AnyConnection::connect(&fresh.url).await.unwrap();
    for sql in ["DROP SCHEMA public CASCADE", "CREATE SCHEMA public"] {
        connection.execute(sql).await.unwrap();
    }
    fresh.url.clone()
}

#[test]
fn the_doctor_tells_what_this_node_has_beside_what_is_in_use() {
    on_postgres(async |fresh: Fresh| {
        let (one, other) = (Node::of(&fresh).await, Node::of(&fresh).await);
        founded(&one.app).await;
        let check = async |node: &Node, health: Health, words: &[&str]| {
            let found = examine(&node.app).await.unwrap();
            let told = found.iter().filter(|one| one.part == "advisories");
            let told: Vec<_> = told.collect();
            assert!(told.iter().any(|one| one.health == health), "{told:?}");
            for word in words {
                assert!(told.iter().any(|one| one.seen.contains(word)), "{told:?}");
            }
        };
        one.use_built("one.index", "").await;
        let first = one.app.store.generation().await.unwrap().unwrap().number;
        let first = format!("generation {first}");
        check(&other, Health::Warning, &[&first, "no generation at all"]).await;
        fetch_index(&other.app).await.unwrap();
        one.use_built("two.index", "amsa-2025-01.json").await;
        check(&other, Health::Warning, &["is in use, and this node has", &first]).await;
        let mut connection = AnyConnection::connect(&fresh.url).await.unwrap();
        connection.execute("DELETE FROM index_part").await.unwrap();
        check(&one, Health::Warning, &["on this node alone"]).await;
        check(&other, Health::Broken, &[]).await;
    });
}

on_both!(a_node_on_one_machine_needs_its_own_folder, async |fresh: Fresh| {
    let one = Node::of(&fresh).await;
    founded(&one.app).await;
    let file = one.use_built("one.index", "").await;
    let other = Node::of(&fresh).await;
    let fetched = fetch_index(&other.app).await;
    match one.app.store.spread() {
        store::Spread::OneMachine => {
            assert!(matches!(fetched, Err(JudgingError::Nowhere(_))), "{fetched:?}");
            let shared = App::new(fresh.store.clone(), one.folder.path(), Timestamp::now);
            fetch_index(&shared).await.unwrap();
            assert!(shared.advisories().await.unwrap().is_some());
            assert_eq!(one.app.store.index_parts(&file).await.unwrap(), []);
        }
        store::Spread::ManyMachines => fetched.unwrap(),
    }
});
