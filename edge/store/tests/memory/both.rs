//! One body, two databases: a fresh SQLite file, and a fresh database on the PostgreSQL
//! server that `LAZARET_TEST_POSTGRES` names.

use std::future::Future;

use jiff::Timestamp;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};
use store::{Act, Fact, Kind, NewOrganisation, Noun, Organisation, RootKey, Store};

/// A store that nobody else uses, and how to look at it from outside.
pub(crate) struct Fresh {
    pub(crate) store: Store,
    pub(crate) url: String,
    pub(crate) root: RootKey,
}

impl Fresh {
    async fn at(url: String) -> Self {
        let root = RootKey::make().unwrap();
        let store = Store::open(&url, &root).await.unwrap();
        Self { store, url, root }
    }

    /// Runs a statement behind the store's back.
    pub(crate) async fn behind_its_back(&self, sql: &str) {
        let mut connection = sqlx::AnyConnection::connect(&self.url).await.unwrap();
        connection.execute(AssertSqlSafe(sql.to_owned())).await.unwrap();
        connection.close().await.unwrap();
    }
}

pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + second).unwrap()
}

/// An act that a test does.
pub(crate) fn act(noun: Noun, id: i64) -> Act {
    Act { by: 0, what: "test", noun, id, facts: vec![("cases", Fact::Number(1))] }
}

/// A hospital with two sites.
pub(crate) async fn hospital(
    store: &Store,
) -> (Organisation, Organisation, Organisation) {
    let head = store.make_head().await.unwrap();
    let mut write = store.write(head, at(0)).await.unwrap();
    let new = |kind, name| NewOrganisation { kind, name };
    let top = write.make_organisation(None, new(Kind::Hospital, "Top")).await.unwrap();
    let north =
        write.make_organisation(Some(&top), new(Kind::Site, "North")).await.unwrap();
    let south =
        write.make_organisation(Some(&top), new(Kind::Site, "South")).await.unwrap();
    write.commit(act(Noun::Organisation, top.id)).await.unwrap();
    (top, north, south)
}

pub(crate) fn on_sqlite<F: Future<Output = ()>>(body: impl FnOnce(Fresh) -> F) {
    run(async {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("lazaret.db");
        body(Fresh::at(format!("sqlite:{}", file.display())).await).await;
    });
}

pub(crate) fn on_postgres<F: Future<Output = ()>>(body: impl FnOnce(Fresh) -> F) {
    let Ok(server) = std::env::var("LAZARET_TEST_POSTGRES") else {
        assert!(
            std::env::var_os("CI").is_none(),
            "`LAZARET_TEST_POSTGRES` names no PostgreSQL server"
        );
        eprintln!("skipped: `LAZARET_TEST_POSTGRES` names no PostgreSQL server");
        return;
    };
    run(async {
        sqlx::any::install_default_drivers();
        let name = format!("lazaret_{}", &RootKey::make().unwrap().to_text()[..16]);
        let mut admin =
            sqlx::AnyConnection::connect(&format!("{server}/postgres")).await.unwrap();
        let make = format!("CREATE DATABASE {name}");
        admin.execute(AssertSqlSafe(make)).await.unwrap();
        let fresh = Fresh::at(format!("{server}/{name}")).await;
        let store = fresh.store.clone();
        body(fresh).await;
        store.close().await;
        let drop = format!("DROP DATABASE {name} WITH (FORCE)");
        admin.execute(AssertSqlSafe(drop)).await.unwrap();
    });
}

fn run(body: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
        .block_on(body);
}

/// Makes one test for each database out of one body.
macro_rules! on_both {
    ($name:ident, $body:expr) => {
        mod $name {
            use super::*;

            #[test]
            fn on_sqlite() {
                crate::both::on_sqlite($body);
            }

            #[test]
            fn on_postgres() {
                crate::both::on_postgres($body);
            }
        }
    };
}
