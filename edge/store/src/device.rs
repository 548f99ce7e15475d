//! Devices: what stands where.

use std::collections::BTreeMap;

use crate::configuration::Build;
use crate::database::{Row, Value};
use crate::device_history::{Known, Presence};
use crate::keys::Key;
use crate::{Import, Path, Scope, Store, StoreError, Write, sealing, stored};

/// A device as one row of an export tells it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// What names it within its source: the asset tag, else maker, model and serial.
    pub key: String,
    /// What it is.
    pub build: Build,
    /// The number that the hospital put on it.
    pub asset_tag: String,
    /// The maker's serial number.
    pub serial: String,
    /// The unique device identifier as written.
    pub udi: String,
    /// The addresses of its network cards.
    pub mac: String,
    /// Its network address.
    pub ip: String,
    /// The ward or department.
    pub department: String,
    /// The status in the asset system's words.
    pub status: String,
    /// The day it was received, `2018-06-20`, if known.
    pub received: String,
    /// Whether it sustains life.
    pub life_sustaining: Option<bool>,
    /// Whether it holds protected health information.
    pub holds_phi: Option<bool>,
    /// Whether it can be reached from other zones of the network.
    pub reachable: Option<bool>,
    /// What else the register says, by field or heading: JSON of texts. It may name people,
    /// and is sealed where it is kept.
    pub rest: String,
}

/// By what a row of an export is known again.
pub(crate) struct RowDigest {
    /// As versions kept it that sealed nothing.
    open: [u8; 32],
    sealed: [u8; 32],
}

impl RowDigest {
    /// Whether the row that was kept with that digest says the same.
    pub(crate) fn is(&self, kept: &[u8]) -> bool {
        kept == self.sealed || kept == self.open
    }
}

impl Told {
    /// Differs whenever anything that is kept differs.
    pub(crate) fn digest(&self, key: &Key) -> RowDigest {
        let open = self.open_digest();
        RowDigest { open, sealed: sealing::row_digest(key, &open) }
    }

    fn open_digest(&self) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new();
        let build = &self.build;
        for text in [
            &self.key,
            &build.maker,
            &build.model,
            &build.description,
            &build.version,
            &self.asset_tag,
            &self.serial,
            &self.udi,
            &self.mac,
            &self.ip,
            &self.department,
            &self.status,
            &self.received,
            &self.rest,
        ] {
            hasher.update(&(text.len() as u64).to_le_bytes());
            hasher.update(text.as_bytes());
        }
        for fact in [self.life_sustaining, self.holds_phi, self.reachable] {
            hasher.update(&[fact.map_or(2, u8::from)]);
        }
        *hasher.finalize().as_bytes()
    }
}

/// A device as kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// The number; never used again.
    pub id: i64,
    /// Whose it is.
    pub organisation: i64,
    /// The asset system that tells of it.
    pub source: i64,
    /// The number of its build.
    pub configuration: i64,
    /// What the export said.
    pub told: Told,
    /// Since when the exports of its source do not name it any more.
    pub missing_since: Option<String>,
    /// The import that named it first.
    pub first_import: i64,
    /// The newest import that named it; 0 where it came from another organisation, and none has
    /// since.
    pub last_import: i64,
    /// The import that took back everything that named it: it is in no list.
    pub withdrawn: Option<i64>,
}

/// What became of the rows of a batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Not known before.
    pub added: i64,
    /// Known, and something is different.
    pub changed: i64,
    /// Known, and all is the same.
    pub unchanged: i64,
    /// Among the changed and unchanged: were missing, and are back.
    pub returned: i64,
}

/// How many devices are read in one statement when all are read.
const PAGE: i64 = 5000;

impl Store {
    /// One device that whoever asks may see.
    ///
    /// # Errors
    /// When the database fails, or there is none that may be seen.
    pub async fn device(&self, scope: &Scope, id: i64) -> Result<Device, StoreError> {
        let found = self.devices(scope, &[id]).await?;
        found.into_iter().next().ok_or_else(|| StoreError::absent("device", id))
    }

    /// The devices with these numbers that whoever asks may see, by number.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn devices(
        &self,
        scope: &Scope,
        ids: &[i64],
    ) -> Result<Vec<Device>, StoreError> {
        let list: Vec<Value> = ids.iter().map(|id| (*id).into()).collect();
        let head = scope.head();
        let key = self.key_of_head(head).await?;
        let found = self
            .database
            .rows_among(
                "SELECT d.id, d.organisation, d.source, d.device_key, d.configuration,
                        d.asset_tag, d.serial, d.udi, d.mac, d.ip, d.department, d.status,
                        d.received, d.rest, d.sealed_rest, d.life_sustaining, d.holds_phi, d.reachable,
                        d.missing_since, d.first_import, d.last_import, d.withdrawn, c.maker, c.model, c.description, c.version, o.path
                   FROM device d
                   JOIN configuration c ON c.head = d.head AND c.id = d.configuration
                   JOIN organisation o ON o.head = d.head AND o.id = d.organisation
                  WHERE d.head = $1 AND d.id",
                &[head.into()],
                &list,
                "ORDER BY d.id",
                |row| Ok((read_device(row, head, &key)?, Path::from_stored(row.text("path")?))),
            )
            .await?;
        let seen = found.into_iter().filter(|(_, path)| scope.admits(path));
        Ok(seen.map(|(device, _)| device).collect())
    }

    /// The devices of a top organisation that changed after `seq`, from number `after` on, at
    /// most a page of them, by number: for those who keep a copy of all in memory, and show
    /// nothing of it without a scope of their own.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn devices_since(
        &self,
        head: i64,
        seq: i64,
        after: i64,
    ) -> Result<Vec<Device>, StoreError> {
        let key = self.key_of_head(head).await?;
        self.database
            .rows(
                "SELECT d.id, d.organisation, d.source, d.device_key, d.configuration,
                        d.asset_tag, d.serial, d.udi, d.mac, d.ip, d.department, d.status,
                        d.received, d.rest, d.sealed_rest, d.life_sustaining, d.holds_phi, d.reachable,
                        d.missing_since, d.first_import, d.last_import, d.withdrawn, c.maker, c.model, c.description, c.version
                   FROM device d
                   JOIN configuration c ON c.head = d.head AND c.id = d.configuration
                  WHERE d.head = $1 AND d.seq > $2 AND d.id > $3
                  ORDER BY d.id
                  LIMIT $4",
                &[head.into(), seq.into(), after.into(), PAGE.into()],
                |row| read_device(row, head, &key),
            )
            .await
    }
}

impl Write<'_> {
    /// Takes in a batch of an import: some thousands of rows at most, each key once.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_devices(
        &mut self,
        import: &Import,
        rows: &[Told],
    ) -> Result<Counts, StoreError> {
        let known = self.known_devices(import, rows).await?;
        let builds = self.number_builds(rows.iter().map(|row| &row.build)).await?;
        let key = self.key()?;
        let mut counts = Counts::default();
        let (mut write, mut seen, mut turns) = (Vec::new(), Vec::new(), Vec::new());
        for row in rows {
            let digest = row.digest(&key);
            let before = known.get(row.key.as_str());
            let is_back = before.is_some_and(|one| one.presence == Presence::Missing);
            counts.returned += i64::from(is_back);
            match before {
                Some(before)
                    if digest.is(&before.digest)
                        && before.presence == Presence::There =>
                {
                    counts.unchanged += 1;
                    seen.push(before.id.into());
                }
                Some(before) => {
                    // One that only came back is the same device as before.
                    let same = digest.is(&before.digest);
                    *(match before.presence {
                        // As good as new.
                        Presence::Withdrawn => &mut counts.added,
                        _ if same => &mut counts.unchanged,
                        Presence::There | Presence::Missing => &mut counts.changed,
                    }) += 1;
                    let sealed = self.sealed(&key, before.id, row, &digest)?;
                    let after =
                        self.device_row(import, row, before.id, sealed, &builds)?;
                    let build = builds.get(&row.build).copied().unwrap_or(0);
                    turns.extend(before.turns(row, build));
                    write.push(after);
                }
                None => {
                    counts.added += 1;
                    let id = self.id();
                    let sealed = self.sealed(&key, id, row, &digest)?;
                    write.push(self.device_row(import, row, id, sealed, &builds)?);
                }
            }
        }
        self.write_devices(&write).await?;
        self.write_device_turns(import, &turns).await?;
        self.changing
            .run_among(
                "UPDATE device SET last_import = $2 WHERE head = $1 AND id",
                &[self.head.into(), import.id.into()],
                &seen,
                "",
            )
            .await?;
        Ok(counts)
    }

    async fn known_devices(
        &mut self,
        import: &Import,
        rows: &[Told],
    ) -> Result<BTreeMap<String, Known>, StoreError> {
        let keys: Vec<Value> = rows.iter().map(|row| row.key.as_str().into()).collect();
        let found = self
            .changing
            .rows_among(
                "SELECT id, device_key, row_digest, missing_since, withdrawn, configuration, department,
                        status, ip, serial, udi, life_sustaining, holds_phi, reachable
                   FROM device
                  WHERE head = $1 AND source = $2 AND device_key",
                &[self.head.into(), import.source.into()],
                &keys,
                // By the index that finds them: by number SQLite would read every device.
                "ORDER BY device_key",
                |row| {
                    Ok((row.text("device_key")?, Known::read(row)?))
                },
            )
            .await?;
        Ok(found.into_iter().collect())
    }

    /// What is kept of a row that nobody reads without the key: what else it says, and by
    /// what it is known again.
    fn sealed(
        &self,
        key: &Key,
        id: i64,
        told: &Told,
        digest: &RowDigest,
    ) -> Result<[Value; 2], StoreError> {
        let whose = sealing::of_rest(self.head, id);
        let rest = sealing::sealed(key, whose, &told.rest, "{}")?;
        Ok([rest, digest.sealed.as_slice().into()])
    }

    fn device_row(
        &self,
        import: &Import,
        told: &Told,
        id: i64,
        [rest, digest]: [Value; 2],
        builds: &BTreeMap<&Build, i64>,
    ) -> Result<Vec<Value>, StoreError> {
        let fact = |fact: Option<bool>| Value::from(fact.map(i64::from));
        let configuration = builds
            .get(&told.build)
            .ok_or_else(|| StoreError::absent("device build", id))?;
        Ok(vec![
            self.head.into(),
            id.into(),
            import.organisation.into(),
            import.source.into(),
            told.key.as_str().into(),
            (*configuration).into(),
            told.asset_tag.as_str().into(),
            told.serial.as_str().into(),
            told.udi.as_str().into(),
            told.mac.as_str().into(),
            told.ip.as_str().into(),
            told.department.as_str().into(),
            told.status.as_str().into(),
            told.received.as_str().into(),
            fact(told.life_sustaining),
            fact(told.holds_phi),
            fact(told.reachable),
            rest,
            digest,
            import.id.into(),
            import.id.into(),
            self.seq.into(),
        ])
    }

    async fn write_devices(&mut self, rows: &[Vec<Value>]) -> Result<(), StoreError> {
        self.changing
            .insert_many(
                "INSERT INTO device (head, id, organisation, source, device_key, configuration,
                                     asset_tag, serial, udi, mac, ip, department, status,
                                     received, life_sustaining, holds_phi, reachable,
                                     sealed_rest, row_digest, first_import, last_import, seq)",
                22,
                "ON CONFLICT (head, source, device_key) DO UPDATE
                    SET configuration = excluded.configuration,
                        asset_tag = excluded.asset_tag,
                        serial = excluded.serial,
                        udi = excluded.udi,
                        mac = excluded.mac,
                        ip = excluded.ip,
                        department = excluded.department,
                        status = excluded.status,
                        received = excluded.received,
                        life_sustaining = excluded.life_sustaining,
                        holds_phi = excluded.holds_phi,
                        reachable = excluded.reachable,
                        sealed_rest = excluded.sealed_rest,
                        rest = '{}',
                        row_digest = excluded.row_digest,
                        last_import = excluded.last_import,
                        missing_since = NULL,
                        first_import = CASE WHEN device.withdrawn IS NULL
                                            THEN device.first_import
                                            ELSE excluded.first_import END,
                        withdrawn = NULL,
                        seq = excluded.seq",
                rows,
            )
            .await
    }

    /// Marks the devices of an import's source that it did not name; says how many are newly
    /// missing.
    pub(crate) async fn mark_missing(
        &mut self,
        import: &Import,
    ) -> Result<i64, StoreError> {
        self.write_missing(import).await?;
        let touched = self
            .changing
            .run(
                "UPDATE device
                    SET missing_since = $4, seq = $5
                  WHERE head = $1 AND source = $2 AND last_import NOT IN ($3, 0)
                    AND missing_since IS NULL",
                &[
                    self.head.into(),
                    import.source.into(),
                    import.id.into(),
                    stored(self.now).into(),
                    self.seq.into(),
                ],
            )
            .await?;
        Ok(touched.cast_signed())
    }
}

fn read_device(row: &Row<'_>, head: i64, key: &Key) -> Result<Device, StoreError> {
    let id = row.integer("id")?;
    let sealed = row.bytes_if_any("sealed_rest")?;
    let whose = sealing::of_rest(head, id);
    let rest = sealing::opened(key, whose, sealed.as_deref(), row.text("rest")?)?;
    let fact =
        |column| Ok::<_, StoreError>(row.integer_if_any(column)?.map(|fact| fact == 1));
    Ok(Device {
        id,
        organisation: row.integer("organisation")?,
        source: row.integer("source")?,
        configuration: row.integer("configuration")?,
        told: Told {
            key: row.text("device_key")?,
            build: Build {
                maker: row.text("maker")?,
                model: row.text("model")?,
                description: row.text("description")?,
                version: row.text("version")?,
            },
            asset_tag: row.text("asset_tag")?,
            serial: row.text("serial")?,
            udi: row.text("udi")?,
            mac: row.text("mac")?,
            ip: row.text("ip")?,
            department: row.text("department")?,
            status: row.text("status")?,
            received: row.text("received")?,
            life_sustaining: fact("life_sustaining")?,
            holds_phi: fact("holds_phi")?,
            reachable: fact("reachable")?,
            rest,
        },
        missing_since: row.text_if_any("missing_since")?,
        first_import: row.integer("first_import")?,
        last_import: row.integer("last_import")?,
        withdrawn: row.integer_if_any("withdrawn")?,
    })
}
