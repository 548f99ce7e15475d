//! What imports changed about a device: of which build it is, where it stands, what is
//! known of it.

use crate::database::{Row, Value};
use crate::{Import, Scope, Store, StoreError, Told, Write, stored};

/// One change of a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceTurn {
    /// When.
    pub at: String,
    /// The import that told it.
    pub import: i64,
    /// What: `build`, `serial`, `udi`, `department`, `status`, `ip`, `life_sustaining`,
    /// `holds_phi`, `reachable`, `missing`, `withdrawn`.
    pub what: String,
    /// As it was: for a build its number, for a fact `yes`, `no` or nothing.
    pub before: String,
    /// As it is since.
    pub after: String,
}

impl Store {
    /// What imports changed about a device that whoever asks may see, the oldest first.
    ///
    /// # Errors
    /// When the database fails, or there is no such device.
    pub async fn device_turns(
        &self,
        scope: &Scope,
        device: i64,
    ) -> Result<Vec<DeviceTurn>, StoreError> {
        let device = self.device(scope, device).await?;
        self.database
            .rows(
                "SELECT at, import, what, before, after
                   FROM device_history
                  WHERE head = $1 AND device = $2
                  ORDER BY seq, what",
                &[scope.head().into(), device.id.into()],
                |row| {
                    Ok(DeviceTurn {
                        at: row.text("at")?,
                        import: row.integer("import")?,
                        what: row.text("what")?,
                        before: row.text("before")?,
                        after: row.text("after")?,
                    })
                },
            )
            .await
    }
}

impl Store {
    /// What devices were and became in changes after `seq`: pairs of builds, each once. What an
    /// import that takes others back brought back is no such thing: what went before it never
    /// was.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn builds_turned(
        &self,
        head: i64,
        seq: i64,
    ) -> Result<Vec<(i64, i64)>, StoreError> {
        let found = self
            .database
            .rows(
                "SELECT DISTINCT before, after
                   FROM device_history
                  WHERE head = $1 AND what = 'build' AND seq > $2
                  ORDER BY before, after",
                &[head.into(), seq.into()],
                |row| Ok((row.text("before")?, row.text("after")?)),
            )
            .await?;
        let pairs = found.iter().filter_map(|(before, after)| {
            Some((before.parse().ok()?, after.parse().ok()?))
        });
        Ok(pairs.collect())
    }

    /// The devices that were of one build and became another one in changes after `seq`, each
    /// with when it last did.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn devices_turned(
        &self,
        head: i64,
        seq: i64,
        (before, after): (i64, i64),
    ) -> Result<Vec<(i64, String)>, StoreError> {
        self.database
            .rows(
                "SELECT h.device, MAX(h.at) AS at
                   FROM device_history h
                   JOIN import i ON i.head = h.head AND i.id = h.import
                  WHERE h.head = $1 AND h.what = 'build' AND h.seq > $2
                    AND h.before = $3 AND h.after = $4 AND i.takes_back IS NULL
                  GROUP BY h.device
                  ORDER BY h.device",
                &[
                    head.into(),
                    seq.into(),
                    before.to_string().into(),
                    after.to_string().into(),
                ],
                |row| Ok((row.integer("device")?, row.text("at")?)),
            )
            .await
    }

    /// The serial numbers and UDIs that imports changed after `seq`, in the order of the changes;
    /// also those of imports that take others back.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn pieces_turned(
        &self,
        head: i64,
        seq: i64,
    ) -> Result<Vec<PieceTurn>, StoreError> {
        let rows: Vec<(i64, PieceTurn, bool)> = self
            .database
            .rows(
                "SELECT seq, device, at, what, before, after
                   FROM device_history
                  WHERE head = $1 AND seq > $2 AND what IN ('serial', 'udi')
                  ORDER BY seq, device, what",
                &[head.into(), seq.into()],
                |row| {
                    let (before, after) = (row.text("before")?, row.text("after")?);
                    let is_serial = row.text("what")? == "serial";
                    let [before, after] = [before, after].map(|text| match is_serial {
                        true => [text, String::new()],
                        false => [String::new(), text],
                    });
                    let (device, at) = (row.integer("device")?, row.text("at")?);
                    let turn = PieceTurn { device, at, before, after };
                    Ok((row.integer("seq")?, turn, is_serial))
                },
            )
            .await?;
        let mut turns: Vec<(i64, PieceTurn)> = Vec::new();
        for (seq, turn, is_serial) in rows {
            match turns.last_mut() {
                // The UDI that changed together with a serial number.
                Some((of, last))
                    if !is_serial && (*of, last.device) == (seq, turn.device) =>
                {
                    let ([_, before], [_, after]) = (turn.before, turn.after);
                    let ([_, was], [_, is]) = (&mut last.before, &mut last.after);
                    (*was, *is) = (before, after);
                }
                _ => turns.push((seq, turn)),
            }
        }
        Ok(turns.into_iter().map(|(_, turn)| turn).collect())
    }

    /// The number of the last device that imports had brought which ended until each of some
    /// times, 0 where there was none, in the order of the times. Devices are numbered as they come.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn last_devices(
        &self,
        head: i64,
        times: &[&str],
    ) -> Result<Vec<i64>, StoreError> {
        if times.is_empty() {
            return Ok(Vec::new());
        }
        let brought: Vec<(String, i64)> = self
            .database
            .rows(
                "SELECT i.ended, MAX(d.id) AS last
                   FROM device d
                   JOIN import i ON i.head = d.head AND i.id = d.first_import
                  WHERE d.head = $1 AND i.ended IS NOT NULL
                  GROUP BY i.ended",
                &[head.into()],
                |row| Ok((row.text("ended")?, row.integer("last")?)),
            )
            .await?;
        let last = |time: &&str| {
            let until = brought.iter().filter(|(ended, _)| ended.as_str() <= *time);
            until.map(|(_, last)| *last).max().unwrap_or(0)
        };
        Ok(times.iter().map(last).collect())
    }
}

/// Another serial number or UDI of a device than was told before; empty where it did not change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PieceTurn {
    /// The number of the device.
    pub device: i64,
    /// When.
    pub at: String,
    /// Serial number and UDI as they were.
    pub before: [String; 2],
    /// As they are since.
    pub after: [String; 2],
}

/// Whether a device is there, as far as the exports of its source tell.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presence {
    There,
    /// The newest export did not name it.
    Missing,
    /// Every import that named it was taken back.
    Withdrawn,
}

impl Presence {
    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        let withdrawn = row.integer_if_any("withdrawn")?;
        let missing = row.text_if_any("missing_since")?;
        Ok(match (withdrawn, missing) {
            (Some(_), _) => Self::Withdrawn,
            (None, Some(_)) => Self::Missing,
            (None, None) => Self::There,
        })
    }
}

/// What is known of a device before a batch of an import.
pub(crate) struct Known {
    pub(crate) id: i64,
    pub(crate) digest: Vec<u8>,
    pub(crate) presence: Presence,
    configuration: i64,
    department: String,
    status: String,
    ip: String,
    serial: String,
    udi: String,
    facts: [Option<i64>; 3],
}

/// The facts of a device whose changes are told.
const FACTS: [&str; 3] = ["life_sustaining", "holds_phi", "reachable"];

/// A change to be kept.
pub(crate) struct Turned {
    device: i64,
    what: &'static str,
    before: String,
    after: String,
}

impl Known {
    pub(crate) fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        let [sustains, holds, reaches] = FACTS;
        Ok(Self {
            id: row.integer("id")?,
            digest: row.bytes("row_digest")?,
            presence: Presence::read(row)?,
            configuration: row.integer("configuration")?,
            department: row.text("department")?,
            status: row.text("status")?,
            ip: row.text("ip")?,
            serial: row.text("serial")?,
            udi: row.text("udi")?,
            facts: [
                row.integer_if_any(sustains)?,
                row.integer_if_any(holds)?,
                row.integer_if_any(reaches)?,
            ],
        })
    }

    /// What a row of an export changes, where its build has that number.
    pub(crate) fn turns(&self, told: &Told, build: i64) -> Vec<Turned> {
        let facts = [told.life_sustaining, told.holds_phi, told.reachable];
        let facts = FACTS.into_iter().zip(self.facts.into_iter().zip(facts));
        let facts = facts.map(|(what, (before, after))| {
            (what, word(before).to_owned(), word(after.map(i64::from)).to_owned())
        });
        let is = |presence, word| if self.presence == presence { word } else { "" };
        let missing = is(Presence::Missing, "missing");
        let withdrawn = is(Presence::Withdrawn, "withdrawn");
        let texts = [
            ("build", self.configuration.to_string(), build.to_string()),
            ("serial", self.serial.clone(), told.serial.clone()),
            ("udi", self.udi.clone(), told.udi.clone()),
            ("department", self.department.clone(), told.department.clone()),
            ("status", self.status.clone(), told.status.clone()),
            ("ip", self.ip.clone(), told.ip.clone()),
            ("missing", missing.to_owned(), String::new()),
            ("withdrawn", withdrawn.to_owned(), String::new()),
        ];
        texts
            .into_iter()
            .chain(facts)
            .filter(|(_, before, after)| before != after)
            .map(|(what, before, after)| Turned { device: self.id, what, before, after })
            .collect()
    }
}

const fn word(fact: Option<i64>) -> &'static str {
    match fact {
        Some(1) => "yes",
        Some(_) => "no",
        None => "",
    }
}

impl Write<'_> {
    pub(crate) async fn write_device_turns(
        &mut self,
        import: &Import,
        turns: &[Turned],
    ) -> Result<(), StoreError> {
        let rows: Vec<Vec<Value>> = turns
            .iter()
            .map(|turn| {
                vec![
                    self.head.into(),
                    turn.device.into(),
                    self.seq.into(),
                    turn.what.into(),
                    stored(self.now).into(),
                    import.id.into(),
                    turn.before.as_str().into(),
                    turn.after.as_str().into(),
                ]
            })
            .collect();
        self.changing
            .insert_many(
                "INSERT INTO device_history (head, device, seq, what, at, import, before, after)",
                8,
                "",
                &rows,
            )
            .await
    }

    /// Notes which devices an import did not name that were there before.
    pub(crate) async fn write_missing(
        &mut self,
        import: &Import,
    ) -> Result<(), StoreError> {
        self.changing
            .run(
                "INSERT INTO device_history (head, device, seq, what, at, import, before, after)
                 SELECT head, id, CAST($5 AS BIGINT), 'missing', CAST($4 AS TEXT),
                        CAST($3 AS BIGINT), '', 'missing'
                   FROM device
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
        Ok(())
    }
}
