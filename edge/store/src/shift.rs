//! What verdicts changed and whose devices they are about: for those who are told of it.

use std::collections::{BTreeMap, BTreeSet};

use crate::database::Value;
use crate::{StoreError, Write};

/// A verdict that is another one than it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shifted {
    /// 0 for what rests on public documents alone, else the organisation whose documents it
    /// rests on too.
    pub view: i64,
    /// The number of the build.
    pub configuration: i64,
    /// The vulnerability, or the advisory where that names none.
    pub vulnerability: String,
    /// The verdict before; none where there was none, or it did not hold.
    pub before: Option<String>,
    /// The verdict now; none where none holds.
    pub now: Option<String>,
}

/// How many devices of a build an organisation has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owned {
    /// Whose.
    pub organisation: i64,
    /// The number of the build.
    pub configuration: i64,
    /// How many are there.
    pub devices: i64,
}

impl Write<'_> {
    /// The verdicts that are others now than they were at a change.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn shifted_since(&mut self, seq: i64) -> Result<Vec<Shifted>, StoreError> {
        let found = self
            .changing
            .rows(
                "SELECT j.view, j.configuration, j.vulnerability, j.verdict, j.closed,
                        (SELECT h.verdict
                           FROM judgement_history h
                          WHERE h.head = j.head AND h.judgement = j.id AND h.seq <= $2
                          ORDER BY h.seq DESC
                          LIMIT 1) AS before
                   FROM judgement j
                  WHERE j.head = $1 AND j.seq > $2
                  ORDER BY j.id",
                &[self.head.into(), seq.into()],
                |row| {
                    let closed = row.text_if_any("closed")?;
                    let before = row.text_if_any("before")?;
                    Ok(Shifted {
                        view: row.integer("view")?,
                        configuration: row.integer("configuration")?,
                        vulnerability: row.text("vulnerability")?,
                        before: before.filter(|before| before != "closed"),
                        now: match closed {
                            None => Some(row.text("verdict")?),
                            Some(_) => None,
                        },
                    })
                },
            )
            .await?;
        Ok(found.into_iter().filter(|one| one.before != one.now).collect())
    }

    /// The views and builds of which some vulnerabilities are said to affect them now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn affected_by(
        &mut self,
        vulnerabilities: &BTreeSet<String>,
    ) -> Result<Vec<Shifted>, StoreError> {
        let list: Vec<Value> =
            vulnerabilities.iter().map(|id| id.as_str().into()).collect();
        self.changing
            .rows_among(
                "SELECT view, configuration, vulnerability, verdict
                   FROM judgement
                  WHERE head = $1 AND verdict = 'affected' AND closed IS NULL
                    AND vulnerability",
                &[self.head.into()],
                &list,
                "ORDER BY vulnerability, id",
                |row| {
                    Ok(Shifted {
                        view: row.integer("view")?,
                        configuration: row.integer("configuration")?,
                        vulnerability: row.text("vulnerability")?,
                        before: None,
                        now: Some(row.text("verdict")?),
                    })
                },
            )
            .await
    }

    /// How many devices of some builds each organisation has.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn owned(
        &mut self,
        builds: &BTreeSet<i64>,
    ) -> Result<Vec<Owned>, StoreError> {
        let list: Vec<Value> = builds.iter().map(|build| (*build).into()).collect();
        self.changing
            .rows_among(
                "SELECT organisation, configuration, COUNT(*) AS devices
                   FROM device
                  WHERE head = $1 AND missing_since IS NULL AND configuration",
                &[self.head.into()],
                &list,
                "GROUP BY organisation, configuration ORDER BY organisation, configuration",
                |row| {
                    Ok(Owned {
                        organisation: row.integer("organisation")?,
                        configuration: row.integer("configuration")?,
                        devices: row.integer("devices")?,
                    })
                },
            )
            .await
    }

    /// Where all organisations stand.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn paths(&mut self) -> Result<BTreeMap<i64, crate::Path>, StoreError> {
        let found = self
            .changing
            .rows(
                "SELECT id, path FROM organisation WHERE head = $1 ORDER BY id",
                &[self.head.into()],
                |row| {
                    let path = crate::Path::from_stored(row.text("path")?);
                    Ok((row.integer("id")?, path))
                },
            )
            .await?;
        Ok(found.into_iter().collect())
    }
}
