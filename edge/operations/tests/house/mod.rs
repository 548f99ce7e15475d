//! An invented hospital on a database of its own: with it every test begins.

mod founded;

use std::path::{Path, PathBuf};

use feeds::{Cache, Order};
pub(crate) use founded::founded;
use operations::inventory::Delivery;
use operations::{Actor, App, inventory, work_off};
use store::Store;

use crate::databases::Fresh;

/// A hospital that was set up, and into which nothing came yet.
pub(crate) struct House {
    pub(crate) app: App,
    /// Who set it up.
    pub(crate) ada: Actor,
    /// Where its data are.
    pub(crate) folder: tempfile::TempDir,
    pub(crate) fresh: Fresh,
}

impl House {
    /// A house on that database, made of it and of a folder for its data.
    pub(crate) async fn made(
        fresh: Fresh,
        make: impl FnOnce(Store, &Path) -> App,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let app = make(fresh.store.clone(), folder.path());
        let ada = founded(&app).await;
        Self { app, ada, folder, fresh }
    }

    /// Does everything that waits, without a fault.
    pub(crate) async fn work(&self) {
        assert_eq!(work_off(&self.app, "test").await.unwrap(), Vec::<String>::new());
    }
}

/// Delivers an export of an asset system; gives the number of its import, which waits.
pub(crate) async fn deliver(
    (app, by): (&App, &Actor),
    organisation: i64,
    source: &str,
    bytes: impl Into<Vec<u8>>,
) -> i64 {
    let delivery = delivery(organisation, source, bytes);
    inventory::deliver(app, by, delivery).await.unwrap()
}

/// An export of an asset system as it is delivered.
pub(crate) fn delivery(
    organisation: i64,
    source: &str,
    bytes: impl Into<Vec<u8>>,
) -> Delivery {
    Delivery {
        organisation,
        source: source.to_owned(),
        name: "inventory.csv".to_owned(),
        bytes: bytes.into(),
        mapping: device::inventory::Mapping::default(),
    }
}

/// Builds an index of some files and folders.
pub(crate) fn built(folder: &Path, name: &str, sources: &[PathBuf]) -> PathBuf {
    let index = folder.join(name);
    let order = Order { index: &index, sources, cache: Cache::Ignore };
    feeds::build(&order, &mut |_| {}).unwrap();
    index
}
