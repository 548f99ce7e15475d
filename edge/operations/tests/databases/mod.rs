//! One body, two databases: a fresh SQLite file, and a fresh database on the PostgreSQL server
//! that `LAZARET_TEST_POSTGRES` names.

use std::future::Future;
use std::io::Write as _;

use sqlx::{AssertSqlSafe, Connection as _, Executor as _};
use store::{RootKey, Store};

/// A store that nobody else uses.
pub(crate) struct Fresh {
    pub(crate) store: Store,
    pub(crate) url: String,
    pub(crate) root: RootKey,
    _folder: Option<tempfile::TempDir>,
}

impl Fresh {
    pub(crate) async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("lazaret.db").display());
        let root = RootKey::make().unwrap();
        let store = Store::open(&url, &root).await.unwrap();
        Self { store, url, root, _folder: Some(folder) }
    }

    /// The same database for a body, which ends before it is taken away.
    fn lent(&self) -> Self {
        let root = RootKey::from_text(&self.root.to_text()).unwrap();
        Self { store: self.store.clone(), url: self.url.clone(), root, _folder: None }
    }
}

fn skip(why: &str) {
    let _ = writeln!(std::io::stderr(), "skipped: {why}");
}

pub(crate) fn on_sqlite<F: Future<Output = ()>>(body: impl FnOnce(Fresh) -> F) {
    run(async {
        let fresh = Fresh::sqlite().await;
        body(fresh.lent()).await;
    });
}

pub(crate) fn on_postgres<F: Future<Output = ()>>(body: impl FnOnce(Fresh) -> F) {
    let Ok(server) = std::env::var("LAZARET_TEST_POSTGRES") else {
        let why = "`LAZARET_TEST_POSTGRES` names no PostgreSQL server";
        assert!(std::env::var_os("CI").is_none(), "{why}");
        return skip(why);
    };
    run(async {
        sqlx::any::install_default_drivers();
        let name = format!("lazaret_{}", &RootKey::make().unwrap().to_text()[..16]);
        let mut admin =
            sqlx::AnyConnection::connect(&format!("{server}/postgres")).await.unwrap();
        let make = format!("CREATE DATABASE {name}");
        admin.execute(AssertSqlSafe(make)).await.unwrap();
        let root = RootKey::make().unwrap();
        let url = format!("{server}/{name}");
        let store = Store::open(&url, &root).await.unwrap();
        let fresh = Fresh { store, url, root, _folder: None };
        body(fresh.lent()).await;
        fresh.store.close().await;
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
                crate::databases::on_sqlite($body);
            }

            #[test]
            fn on_postgres() {
                crate::databases::on_postgres($body);
            }
        }
    };
}

pub(crate) use on_both;
