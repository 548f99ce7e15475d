//! The house of these tests, and what the demo has for it: the inventory of a hospital,
//! advisories about its devices, and the bill of materials of a pump.

use std::ops::Deref;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use operations::bills::{Placed, Placing, arrive, look, place};
use operations::fleet::{Holdings, holdings};
use operations::judging::use_index;
use operations::people::{Invitation, invite};
use operations::{Actor, App};
use store::{Act, Import, Noun, Parcel, Role, Scope};

use crate::databases::Fresh;
use crate::house::{House, built, deliver};

/// The folder of the demo.
pub(crate) fn demo() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/demo")
}

/// A file of it.
pub(crate) fn file(name: &str) -> Vec<u8> {
    std::fs::read(demo().join(name)).unwrap()
}

/// The inventory: sixteen devices.
pub(crate) fn inventory() -> String {
    String::from_utf8(file("inventory.csv")).unwrap()
}

/// The bill of a pump of which the inventory has some.
pub(crate) fn pump() -> Vec<u8> {
    file("sboms/meridian-400-2.1.cdx.json")
}

/// The files of advisories whose names are wanted.
pub(crate) fn advisories(wanted: impl Fn(&str) -> bool) -> Vec<PathBuf> {
    let all = std::fs::read_dir(demo().join("advisories")).unwrap();
    let mut all: Vec<PathBuf> = all.map(|entry| entry.unwrap().path()).collect();
    all.retain(|path| {
        path.file_name().and_then(|name| name.to_str()).is_some_and(&wanted)
    });
    all
}

impl House {
    /// A house on that database, which looks at that clock.
    pub(crate) async fn at(fresh: Fresh, now: fn() -> Timestamp) -> Self {
        Self::made(fresh, |store, data| App::new(store, data, now)).await
    }

    /// A house in a file of its own, with the clock of this machine.
    pub(crate) async fn new() -> Self {
        Self::at(Fresh::sqlite().await, Timestamp::now).await
    }

    pub(crate) fn scope(&self) -> Scope {
        Scope::whole(self.ada.head)
    }

    /// Takes in an export of the hospital's one asset system.
    pub(crate) async fn take_in(&self, bytes: impl Into<Vec<u8>>) -> Import {
        self.take_in_at(self.ada.head, "AIMS", bytes).await
    }

    /// Takes in an export of an organisation's asset system.
    pub(crate) async fn take_in_at(
        &self,
        organisation: i64,
        source: &str,
        bytes: impl Into<Vec<u8>>,
    ) -> Import {
        let by = (&self.app, &self.ada);
        let import = deliver(by, organisation, source, bytes).await;
        self.work().await;
        self.app.store.import(&self.scope(), import).await.unwrap()
    }

    /// Puts an index of some files and folders in use, and judges with it.
    pub(crate) async fn use_sources(&self, sources: &[PathBuf]) {
        let index = built(self.folder.path(), "built.index", sources);
        use_index(&self.app, &index).await.unwrap();
        self.work().await;
    }

    /// Puts an index of the demo's advisories in use, but for some, and with others.
    pub(crate) async fn use_advisories(
        &self,
        wanted: impl Fn(&str) -> bool,
        more: &[(&str, String)],
    ) {
        let folder = tempfile::tempdir().unwrap();
        for path in advisories(wanted) {
            std::fs::copy(&path, folder.path().join(path.file_name().unwrap())).unwrap();
        }
        for (name, text) in more {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        self.use_sources(&[folder.path().to_owned()]).await;
    }

    /// Delivers a bill under the name of a file, and places it as it is proposed.
    pub(crate) async fn place_at(
        &self,
        organisation: i64,
        (name, bytes): (&str, &[u8]),
        version: &str,
    ) -> Placed {
        let (app, ada) = (&self.app, &self.ada);
        let parcel = Parcel::of(bytes).unwrap();
        let original = arrive(app, ada, organisation, name, parcel).await.unwrap();
        let seen = look(app, ada, original).await.unwrap();
        let builds = seen.proposed.iter().filter(|build| build.agrees);
        let placing = Placing {
            maker: seen.subject.maker.clone(),
            product: seen.subject.name.clone(),
            version: version.to_owned(),
            builds: builds.map(|build| build.configuration).collect(),
        };
        self.place_as(original, &placing).await
    }

    /// The same for the hospital.
    pub(crate) async fn place(&self, bytes: &[u8], version: &str) -> Placed {
        self.place_at(self.ada.head, ("pump.cdx.json", bytes), version).await
    }

    /// Places a bill that arrived, and judges it.
    pub(crate) async fn place_as(&self, original: i64, placing: &Placing) -> Placed {
        let placed = place(&self.app, &self.ada, original, placing).await.unwrap();
        self.work().await;
        placed
    }

    /// What the hospital has in memory.
    pub(crate) async fn held(&self) -> impl Deref<Target = Holdings> {
        holdings(&self.app, self.ada.head).await.unwrap()
    }

    /// Somebody with one role, signed in.
    pub(crate) async fn somebody(&self, role: Role, organisation: i64) -> Actor {
        let invitation = Invitation {
            name: role.word(),
            address: &format!("{}-{organisation}@hospital.example", role.word()),
            zone: "UTC",
            role,
            organisation,
        };
        let link = invite(&self.app, &self.ada, invitation).await.unwrap();
        let (store, now) = (&self.app.store, self.app.now);
        let link = store.link(&link, now()).await.unwrap().unwrap();
        let mut write = store.write(link.head, now()).await.unwrap();
        let new = write.begin_session(link.person).await.unwrap();
        let (noun, facts) = (Noun::Person, Vec::new());
        let act = Act { by: link.person, what: "sign in", noun, id: link.person, facts };
        write.commit(act).await.unwrap();
        let session = store.session(&new.secret, now()).await.unwrap().unwrap();
        Actor::of_session(&self.app, session).await.unwrap()
    }
}
