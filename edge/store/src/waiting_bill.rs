//! Bills of materials that were delivered and of which nobody has said yet which release they
//! describe.

use crate::write::{Happened, Noun};
use crate::{Path, Scope, Store, StoreError, Write, stored};

/// A bill that waits to be placed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingBill {
    /// The document as delivered.
    pub original: i64,
    /// Whose it is.
    pub organisation: i64,
    /// What the file was called.
    pub name: String,
    /// How many bytes it has.
    pub size: i64,
    /// When it came last, as stored.
    pub arrived: String,
    /// Who brought it.
    pub arrived_by: i64,
}

impl Store {
    /// The bills that wait within a scope, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn waiting_bills(
        &self,
        scope: &Scope,
    ) -> Result<Vec<WaitingBill>, StoreError> {
        let found = self
            .database
            .rows(
                "SELECT w.original, w.organisation, d.name, d.size, w.arrived, w.arrived_by,
                        o.path
                   FROM waiting_bill w
                   JOIN original d ON d.head = w.head AND d.id = w.original
                   JOIN organisation o ON o.head = w.head AND o.id = w.organisation
                  WHERE w.head = $1
                  ORDER BY w.arrived DESC, w.original DESC",
                &[scope.head().into()],
                |row| {
                    let bill = WaitingBill {
                        original: row.integer("original")?,
                        organisation: row.integer("organisation")?,
                        name: row.text("name")?,
                        size: row.integer("size")?,
                        arrived: row.text("arrived")?,
                        arrived_by: row.integer("arrived_by")?,
                    };
                    Ok((bill, Path::from_stored(row.text("path")?)))
                },
            )
            .await?;
        let seen = found.into_iter().filter(|(_, path)| scope.admits(path));
        Ok(seen.map(|(bill, _)| bill).collect())
    }
}

impl Write<'_> {
    /// Notes that a bill arrived and waits to be placed; one that describes a release already
    /// waits for nothing.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn await_placing(
        &mut self,
        original: i64,
        organisation: i64,
        by: i64,
    ) -> Result<(), StoreError> {
        let in_force = self
            .changing
            .row(
                "SELECT id
                   FROM bill
                  WHERE head = $1 AND original = $2 AND replaced IS NULL
                  ORDER BY id",
                &[self.head.into(), original.into()],
                |row| row.integer("id"),
            )
            .await?;
        if in_force.is_some() {
            return Ok(());
        }
        self.changing
            .run(
                "INSERT INTO waiting_bill (head, original, organisation, arrived, arrived_by)
                 VALUES ($1, $2, $3, $4, $5)
                     ON CONFLICT (head, original) DO UPDATE
                    SET arrived = excluded.arrived, arrived_by = excluded.arrived_by",
                &[
                    self.head.into(),
                    original.into(),
                    organisation.into(),
                    stored(self.now).into(),
                    by.into(),
                ],
            )
            .await?;
        Ok(())
    }

    /// Notes that a bill waits no more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn await_no_placing(&mut self, original: i64) -> Result<(), StoreError> {
        self.changing
            .run(
                "DELETE FROM waiting_bill WHERE head = $1 AND original = $2",
                &[self.head.into(), original.into()],
            )
            .await?;
        self.note(Noun::Original, original, Happened::Changed);
        Ok(())
    }
}
