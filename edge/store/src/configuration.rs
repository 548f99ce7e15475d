//! Device builds: what a device is.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::database::{Row, Value};
use crate::{Store, StoreError, Write};

/// What a device is, as the inventory says it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Build {
    /// The maker.
    pub maker: String,
    /// The model.
    pub model: String,
    /// The description.
    pub description: String,
    /// The software version.
    pub version: String,
}

impl Build {
    /// What tells one build from another: the four texts as they are.
    fn digest(&self) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new();
        for text in [&self.maker, &self.model, &self.description, &self.version] {
            hasher.update(&(text.len() as u64).to_le_bytes());
            hasher.update(text.as_bytes());
        }
        *hasher.finalize().as_bytes()
    }
}

/// A build with its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Configuration {
    /// The number.
    pub id: i64,
    /// What it is.
    pub build: Build,
}

/// The builds of each top organisation as far as they were read.
pub(crate) type Held = Arc<Mutex<BTreeMap<i64, Arc<Vec<Configuration>>>>>;

impl Store {
    /// All builds of a top organisation, by number. What a build is never changes, and none
    /// goes: those that were read before are held in memory, and only later ones are read.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn builds(&self, head: i64) -> Result<Arc<Vec<Configuration>>, StoreError> {
        let held = self.held_builds().get(&head).cloned().unwrap_or_default();
        let last = held.last().map_or(0, |one| one.id);
        let later = self
            .database
            .rows(
                "SELECT id, maker, model, description, version
                   FROM configuration
                  WHERE head = $1 AND id > $2
                  ORDER BY id",
                &[head.into(), last.into()],
                read_configuration,
            )
            .await?;
        if later.is_empty() {
            return Ok(held);
        }
        let all = Arc::new(held.iter().cloned().chain(later).collect::<Vec<_>>());
        let mut held = self.held_builds();
        let of_head = held.entry(head).or_default();
        // Whoever read more in the meantime is right too.
        if of_head.len() < all.len() {
            *of_head = Arc::clone(&all);
        }
        Ok(all)
    }

    fn held_builds(&self) -> MutexGuard<'_, BTreeMap<i64, Arc<Vec<Configuration>>>> {
        // Nothing is left half-done by whoever held it and failed.
        self.builds.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The builds that were first seen in a change after `seq`, by number.
    ///
    /// A build tells nothing about who has one; still, only those of one top organisation
    /// are told.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn configurations_since(
        &self,
        head: i64,
        seq: i64,
    ) -> Result<Vec<Configuration>, StoreError> {
        self.database
            .rows(
                "SELECT id, maker, model, description, version
                   FROM configuration
                  WHERE head = $1 AND seq > $2
                  ORDER BY id",
                &[head.into(), seq.into()],
                read_configuration,
            )
            .await
    }

    /// The builds that are not found by their own words any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn misfiled_builds(
        &self,
        head: i64,
    ) -> Result<Vec<Configuration>, StoreError> {
        let all = self
            .database
            .rows(
                "SELECT id, maker, model, description, version, digest
                   FROM configuration
                  WHERE head = $1
                  ORDER BY id",
                &[head.into()],
                |row| Ok((read_configuration(row)?, row.bytes("digest")?)),
            )
            .await?;
        let misfiled =
            all.into_iter().filter(|(one, digest)| one.build.digest() != digest[..]);
        Ok(misfiled.map(|(one, _)| one).collect())
    }

    /// One build.
    ///
    /// # Errors
    /// When the database fails or there is none.
    pub async fn configuration(
        &self,
        head: i64,
        id: i64,
    ) -> Result<Configuration, StoreError> {
        self.database
            .row(
                "SELECT id, maker, model, description, version
                   FROM configuration
                  WHERE head = $1 AND id = $2",
                &[head.into(), id.into()],
                read_configuration,
            )
            .await?
            .ok_or_else(|| StoreError::absent("device build", id))
    }
}

impl Write<'_> {
    /// Has a build found by its own words again.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn file_build(&mut self, one: &Configuration) -> Result<(), StoreError> {
        self.changing
            .run(
                "UPDATE configuration SET digest = $3 WHERE head = $1 AND id = $2",
                &[self.head.into(), one.id.into(), one.build.digest().as_slice().into()],
            )
            .await?;
        Ok(())
    }

    /// The numbers of builds; those not seen before get one.
    pub(crate) async fn number_builds<'b>(
        &mut self,
        builds: impl IntoIterator<Item = &'b Build>,
    ) -> Result<BTreeMap<&'b Build, i64>, StoreError> {
        let digests: BTreeMap<[u8; 32], &Build> =
            builds.into_iter().map(|build| (build.digest(), build)).collect();
        let mut rows: Vec<Vec<Value>> = Vec::with_capacity(digests.len());
        for (digest, build) in &digests {
            let id = self.id();
            rows.push(vec![
                self.head.into(),
                id.into(),
                digest.as_slice().into(),
                build.maker.as_str().into(),
                build.model.as_str().into(),
                build.description.as_str().into(),
                build.version.as_str().into(),
                self.seq.into(),
            ]);
        }
        // A build that is there keeps its number; the update changes nothing and makes the
        // row part of the answer.
        let numbers = self
            .changing
            .insert_many_returning(
                "INSERT INTO configuration (head, id, digest, maker, model, description, version,
                                            seq)",
                8,
                "ON CONFLICT (head, digest) DO UPDATE SET digest = excluded.digest
                 RETURNING id, digest",
                &rows,
                |row| Ok((row.bytes("digest")?, row.integer("id")?)),
            )
            .await?;
        Ok(numbers
            .into_iter()
            .filter_map(|(digest, id)| Some((*digests.get(digest.as_slice())?, id)))
            .collect())
    }
}

fn read_configuration(row: &Row<'_>) -> Result<Configuration, StoreError> {
    Ok(Configuration {
        id: row.integer("id")?,
        build: Build {
            maker: row.text("maker")?,
            model: row.text("model")?,
            description: row.text("description")?,
            version: row.text("version")?,
        },
    })
}
