//! Exports of asset systems, taken in one after the other.

use crate::database::{Row, Value};
use crate::device::{Counts, Told};
use crate::write::{Happened, Noun};
use crate::{
    Organisation, Path, Receipt, Scope, Store, StoreError, Write, sealing, stored,
};

/// An asset system whose exports come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The number.
    pub id: i64,
    /// Whose devices it tells of.
    pub organisation: i64,
    /// What the hospital calls it.
    pub name: String,
    /// The mapping of columns as last confirmed, as text.
    pub mapping: String,
}

/// How far an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Not all rows are in.
    Running,
    /// All rows are in, and the missing are marked.
    Done,
    /// It could not go on.
    Failed,
}

impl Progress {
    /// The word as stored and on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }

    fn from_word(word: String) -> Result<Self, StoreError> {
        [Self::Running, Self::Done, Self::Failed]
            .into_iter()
            .find(|progress| progress.word() == word)
            .ok_or(StoreError::Unreadable { what: "import.state", held: word })
    }
}

/// One export that is or was taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The number.
    pub id: i64,
    /// Whose devices it tells of.
    pub organisation: i64,
    /// The asset system.
    pub source: i64,
    /// The asset system's name.
    pub source_name: String,
    /// The delivered file.
    pub original: i64,
    /// The mapping it is read with, as text.
    pub mapping: String,
    /// How far it is.
    pub progress: Progress,
    /// Why it could not go on.
    pub fault: Option<String>,
    /// How many devices the file tells of.
    pub total: i64,
    /// How many of them are in.
    pub done: i64,
    /// What became of those.
    pub counts: Counts,
    /// How many are newly missing.
    pub missing: i64,
    /// How many went, because it took back all that named them.
    pub withdrawn: i64,
    /// How many complaints there are.
    pub complaints: i64,
    /// When it began.
    pub started: String,
    /// When it ended.
    pub ended: Option<String>,
    /// Who began it.
    pub started_by: i64,
    /// The act in the audit log.
    pub leaf: i64,
    /// What it takes back, where it brings nothing of its own.
    pub takes_back: Option<TakesBack>,
    /// The import that took it back.
    pub taken_back_by: Option<i64>,
}

/// What an import takes back: those of its asset system from behind one on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TakesBack {
    /// The newest of them.
    pub import: i64,
    /// The import at which the asset system stands then; none where the system is to be as if
    /// it had never been.
    pub back_to: Option<i64>,
}

/// An import to be begun.
#[derive(Clone, Copy, Debug)]
pub struct NewImport<'a> {
    /// The asset system's name; one that is not known is made.
    pub source: &'a str,
    /// The delivered file.
    pub original: i64,
    /// The mapping of columns, as text.
    pub mapping: &'a str,
    /// How many devices the file tells of.
    pub total: i64,
    /// What was wrong with it: where, and what; the first of them.
    pub complaints: &'a [Complaint],
    /// How many complaints there are in all.
    pub complaint_count: i64,
    /// Who begins it.
    pub by: i64,
    /// What it takes back, where it brings nothing of its own.
    pub takes_back: Option<TakesBack>,
}

/// Something that was wrong with a row.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Complaint {
    /// The cell or line.
    pub place: String,
    /// The line or row, from 1; 0 where it is not known.
    pub row: i64,
    /// The heading of the column; empty for a whole row.
    pub heading: String,
    /// The text of the cell; empty where it is not about the text of one.
    pub cell: String,
    /// What was wrong, and what was done.
    pub message: String,
    /// What to do about it.
    pub mend: String,
}

/// The statement that reads imports within a scope, and which of them.
macro_rules! import_columns {
    () => {
        "i.id, i.organisation, i.source, s.name AS source_name, i.original, i.mapping, i.state,
         i.fault, i.total, i.done, i.added, i.changed, i.unchanged, i.missing, i.returned,
         i.complaints, i.started, i.ended, i.started_by, i.leaf, i.takes_back, i.back_to,
         i.taken_back_by, i.withdrawn"
    };
}

macro_rules! imports {
    ($which:literal) => {
        concat!(
            "SELECT ",
            import_columns!(),
            " FROM import i
               JOIN inventory_source s ON s.head = i.head AND s.id = i.source
               JOIN organisation o ON o.head = i.head AND o.id = i.organisation
              WHERE i.head = $1 AND o.path LIKE $2 ",
            $which
        )
    };
}

impl Store {
    /// The asset systems of which whoever asks may see the devices.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sources(&self, scope: &Scope) -> Result<Vec<Source>, StoreError> {
        let mut found = Vec::new();
        for pattern in scope.patterns() {
            found.extend(
                self.database
                    .rows(
                        "SELECT s.id, s.organisation, s.name, s.mapping
                           FROM inventory_source s
                           JOIN organisation o
                             ON o.head = s.head AND o.id = s.organisation
                          WHERE s.head = $1 AND o.path LIKE $2 AND s.withdrawn IS NULL
                          ORDER BY s.name, s.id",
                        &[scope.head().into(), pattern.into()],
                        read_source,
                    )
                    .await?,
            );
        }
        Ok(found)
    }

    /// One asset system of which whoever asks may see the devices.
    ///
    /// # Errors
    /// When the database fails, or there is none that may be seen.
    pub async fn inventory_source(
        &self,
        scope: &Scope,
        id: i64,
    ) -> Result<Source, StoreError> {
        let all = self.sources(scope).await?;
        let found = all.into_iter().find(|source| source.id == id);
        found.ok_or_else(|| StoreError::absent("asset system", id))
    }

    /// The imports that whoever asks may see, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn imports(
        &self,
        scope: &Scope,
        count: i64,
    ) -> Result<Vec<Import>, StoreError> {
        self.imports_where(
            scope,
            imports!("ORDER BY i.id DESC LIMIT $3"),
            &[count.into()],
        )
        .await
    }

    /// Those with a number below one, the newest first, at most `count` of them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn imports_below(
        &self,
        scope: &Scope,
        below: i64,
        count: i64,
    ) -> Result<Vec<Import>, StoreError> {
        let statement = imports!("AND i.id < $3 ORDER BY i.id DESC LIMIT $4");
        let values = [below.into(), count.into()];
        let mut found = self.imports_where(scope, statement, &values).await?;
        // Each of several roots gave so many, and what two of them gave stands twice.
        found.dedup_by_key(|import| import.id);
        found.truncate(usize::try_from(count).unwrap_or(usize::MAX));
        Ok(found)
    }

    /// The imports of an asset system that ended and stand, the newest first: neither taken
    /// back, nor taking others back.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn standing_imports(
        &self,
        scope: &Scope,
        source: i64,
    ) -> Result<Vec<Import>, StoreError> {
        let statement = imports!(
            "AND i.source = $3 AND i.state <> 'running' AND i.takes_back IS NULL
             AND i.taken_back_by IS NULL"
        );
        let mut found = self.imports_where(scope, statement, &[source.into()]).await?;
        found.dedup_by_key(|import| import.id);
        Ok(found)
    }

    /// Those that began since a time, as stored, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn imports_since(
        &self,
        scope: &Scope,
        since: &str,
    ) -> Result<Vec<Import>, StoreError> {
        self.imports_where(scope, imports!("AND i.started >= $3"), &[since.into()]).await
    }

    async fn imports_where(
        &self,
        scope: &Scope,
        statement: &'static str,
        values: &[Value],
    ) -> Result<Vec<Import>, StoreError> {
        let mut found = Vec::new();
        for pattern in scope.patterns() {
            let own = [scope.head().into(), pattern.into()];
            let values: Vec<Value> =
                own.into_iter().chain(values.iter().cloned()).collect();
            found.extend(self.database.rows(statement, &values, read_import).await?);
        }
        found.sort_by_key(|import| std::cmp::Reverse(import.id));
        Ok(found)
    }

    /// One import that whoever asks may see.
    ///
    /// # Errors
    /// When the database fails, or there is none that may be seen.
    pub async fn import(&self, scope: &Scope, id: i64) -> Result<Import, StoreError> {
        self.database
            .row(
                concat!(
                    "SELECT ",
                    import_columns!(),
                    ", o.path FROM import i
                       JOIN inventory_source s ON s.head = i.head AND s.id = i.source
                       JOIN organisation o ON o.head = i.head AND o.id = i.organisation
                      WHERE i.head = $1 AND i.id = $2"
                ),
                &[scope.head().into(), id.into()],
                |row| Ok((read_import(row)?, Path::from_stored(row.text("path")?))),
            )
            .await?
            .filter(|(_, path)| scope.admits(path))
            .map(|(import, _)| import)
            .ok_or_else(|| StoreError::absent("import", id))
    }

    /// What was wrong with the rows of an import that whoever asks may see: at most `count`
    /// behind the first `after`.
    ///
    /// # Errors
    /// When the database fails, or there is no such import.
    pub async fn complaints(
        &self,
        scope: &Scope,
        import: i64,
        after: i64,
        count: i64,
    ) -> Result<Vec<Complaint>, StoreError> {
        let import = self.import(scope, import).await?;
        let head = scope.head();
        let key = self.key_of_head(head).await?;
        self.database
            .rows(
                "SELECT number, row_place, row_number, heading, cell, message, mend,
                        sealed_cell, sealed_message
                   FROM import_complaint
                  WHERE head = $1 AND import = $2 AND number > $3
                  ORDER BY number
                  LIMIT $4",
                &[head.into(), import.id.into(), after.into(), count.into()],
                |row| {
                    let number = row.integer("number")?;
                    let cell = sealing::of_cell(head, import.id, number);
                    let message = sealing::of_message(head, import.id, number);
                    let opened = |whose, sealed, clear| {
                        let sealed = row.bytes_if_any(sealed)?;
                        sealing::opened(&key, whose, sealed.as_deref(), row.text(clear)?)
                    };
                    Ok(Complaint {
                        place: row.text("row_place")?,
                        row: row.integer("row_number")?,
                        heading: row.text("heading")?,
                        cell: opened(cell, "sealed_cell", "cell")?,
                        message: opened(message, "sealed_message", "message")?,
                        mend: row.text("mend")?,
                    })
                },
            )
            .await
    }

    /// The newest import of each asset system that was taken in whole and stands: system,
    /// import, and when it began.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn newest_imports(
        &self,
        head: i64,
    ) -> Result<Vec<(i64, i64, String)>, StoreError> {
        self.database
            .rows(
                // A list of the newest, and no join with it: a planner that does not know how
                // many there are looks through all of them for each import.
                "SELECT source, id, started
                   FROM import
                  WHERE head = $1
                    AND id IN (SELECT MAX(id)
                                 FROM import
                                WHERE head = $1 AND state = 'done'
                                  AND takes_back IS NULL AND taken_back_by IS NULL
                                GROUP BY source)
                  ORDER BY source",
                &[head.into()],
                |row| {
                    Ok((row.integer("source")?, row.integer("id")?, row.text("started")?))
                },
            )
            .await
    }

    /// The imports of a top organisation that were begun and not ended: after a kill they go
    /// on from where they are.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn unfinished_imports(&self, head: i64) -> Result<Vec<Import>, StoreError> {
        self.database
            .rows(
                concat!(
                    "SELECT ",
                    import_columns!(),
                    " FROM import i
                       JOIN inventory_source s ON s.head = i.head AND s.id = i.source
                      WHERE i.head = $1 AND i.state = 'running'
                      ORDER BY i.id"
                ),
                &[head.into()],
                read_import,
            )
            .await
    }
}

impl Write<'_> {
    /// Begins an import; its rows follow in batches.
    ///
    /// # Errors
    /// When the database fails, or an export of the same source is being taken in: two at the
    /// same time would take each other's devices for missing.
    pub async fn begin_import(
        &mut self,
        organisation: &Organisation,
        new: NewImport<'_>,
    ) -> Result<i64, StoreError> {
        let source = self.source(organisation, new.source, new.mapping).await?;
        self.is_idle(source).await?;
        let id = self.id();
        let leaf = self.next_leaf().await?;
        self.changing
            .run(
                "INSERT INTO import (head, id, organisation, source, original, mapping, state,
                                     total, complaints, started, started_by, leaf,
                                     takes_back, back_to)
                 VALUES ($1, $2, $3, $4, $5, $6, 'running', $7, $8, $9, $10, $11, $12, $13)",
                &[
                    self.head.into(),
                    id.into(),
                    organisation.id.into(),
                    source.into(),
                    new.original.into(),
                    new.mapping.into(),
                    new.total.into(),
                    new.complaint_count.into(),
                    stored(self.now).into(),
                    new.by.into(),
                    leaf.into(),
                    new.takes_back.map(|taken| taken.import).into(),
                    new.takes_back.map(|taken| taken.back_to.unwrap_or(0)).into(),
                ],
            )
            .await?;
        self.keep_complaints(id, new.complaints).await?;
        self.note(Noun::Import, id, Happened::Made);
        Ok(id)
    }

    pub(crate) async fn is_idle(&mut self, source: i64) -> Result<(), StoreError> {
        let running = self
            .changing
            .row(
                "SELECT id
                   FROM import
                  WHERE head = $1 AND source = $2 AND state = 'running'
                  LIMIT 1",
                &[self.head.into(), source.into()],
                |row| row.integer("id"),
            )
            .await?;
        match running {
            None => Ok(()),
            Some(_) => Err(StoreError::Taken(
                "an export of the same asset system is being taken in; wait until it is done",
            )),
        }
    }

    /// The number of an asset system, made when it is not known; its mapping is remembered.
    async fn source(
        &mut self,
        organisation: &Organisation,
        name: &str,
        mapping: &str,
    ) -> Result<i64, StoreError> {
        let fresh = self.id();
        let row: Vec<Value> = vec![
            self.head.into(),
            fresh.into(),
            organisation.id.into(),
            name.trim().into(),
            mapping.into(),
            stored(self.now).into(),
        ];
        let id = self
            .changing
            .row(
                "INSERT INTO inventory_source (head, id, organisation, name, mapping, made)
                 VALUES ($1, $2, $3, $4, $5, $6)
                     ON CONFLICT (head, organisation, name)
                     DO UPDATE SET mapping = excluded.mapping, withdrawn = NULL
              RETURNING id",
                &row,
                |row| row.integer("id"),
            )
            .await?
            .ok_or_else(|| StoreError::absent("asset system", name))?;
        self.note(Noun::Source, id, Happened::Changed);
        Ok(id)
    }

    /// The number of an asset system, made when it is not known; how its exports are read stays.
    pub(crate) async fn source_named(
        &mut self,
        organisation: &Organisation,
        name: &str,
    ) -> Result<i64, StoreError> {
        let known = self
            .changing
            .row(
                "SELECT id
                   FROM inventory_source
                  WHERE head = $1 AND organisation = $2 AND name = $3 AND withdrawn IS NULL",
                &[self.head.into(), organisation.id.into(), name.trim().into()],
                |row| row.integer("id"),
            )
            .await?;
        match known {
            Some(known) => Ok(known),
            None => self.source(organisation, name, "").await,
        }
    }

    /// The asset system of an import.
    pub(crate) async fn source_of(&mut self, import: i64) -> Result<i64, StoreError> {
        self.changing
            .row(
                "SELECT source FROM import WHERE head = $1 AND id = $2",
                &[self.head.into(), import.into()],
                |row| row.integer("source"),
            )
            .await?
            .ok_or_else(|| StoreError::absent("import", import))
    }

    /// The place that the leaf of this write will have.
    async fn next_leaf(&mut self) -> Result<i64, StoreError> {
        self.changing
            .row(
                "SELECT audit_size FROM head WHERE id = $1",
                &[self.head.into()],
                |row| row.integer("audit_size"),
            )
            .await?
            .ok_or_else(|| StoreError::absent("organisation", self.head))
    }

    async fn keep_complaints(
        &mut self,
        import: i64,
        complaints: &[Complaint],
    ) -> Result<(), StoreError> {
        let (key, head) = (self.key()?, self.head);
        let rows: Vec<Vec<Value>> = (1i64..)
            .zip(complaints)
            .map(|(number, complaint)| {
                let cell = sealing::of_cell(head, import, number);
                let message = sealing::of_message(head, import, number);
                Ok(vec![
                    head.into(),
                    import.into(),
                    number.into(),
                    complaint.place.as_str().into(),
                    complaint.row.into(),
                    complaint.heading.as_str().into(),
                    "".into(),
                    "".into(),
                    complaint.mend.as_str().into(),
                    sealing::sealed(&key, cell, &complaint.cell, "")?,
                    sealing::sealed(&key, message, &complaint.message, "")?,
                ])
            })
            .collect::<Result<_, StoreError>>()?;
        self.changing
            .insert_many(
                "INSERT INTO import_complaint (head, import, number, row_place, row_number,
                                               heading, cell, message, mend,
                                               sealed_cell, sealed_message)",
                11,
                "",
                &rows,
            )
            .await
    }

    /// Takes in the next rows of an import, and notes how far it is.
    ///
    /// `import.done` must be what the database holds: a second node that goes on with the
    /// same import is refused.
    ///
    /// # Errors
    /// When the database fails or somebody else went on with it.
    pub async fn take_in(
        &mut self,
        import: &Import,
        rows: &[Told],
    ) -> Result<Counts, StoreError> {
        let counts = self.put_devices(import, rows).await?;
        let touched = self
            .changing
            .run(
                "UPDATE import
                    SET done = done + $4, added = added + $5, changed = changed + $6,
                        unchanged = unchanged + $7, returned = returned + $8
                  WHERE head = $1 AND id = $2 AND done = $3 AND state = 'running'",
                &[
                    self.head.into(),
                    import.id.into(),
                    import.done.into(),
                    (rows.len() as i64).into(),
                    counts.added.into(),
                    counts.changed.into(),
                    counts.unchanged.into(),
                    counts.returned.into(),
                ],
            )
            .await?;
        if touched != 1 {
            return Err(StoreError::Taken("somebody else goes on with this import"));
        }
        self.note(Noun::Import, import.id, Happened::Changed);
        Ok(counts)
    }

    /// Ends an import: what it did not name is missing from now on.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_import(&mut self, import: &Import) -> Result<i64, StoreError> {
        let missing = self.mark_missing(import).await?;
        self.changing
            .run(
                "UPDATE import
                    SET state = 'done', missing = $3, ended = $4
                  WHERE head = $1 AND id = $2 AND state = 'running'",
                &[
                    self.head.into(),
                    import.id.into(),
                    missing.into(),
                    stored(self.now).into(),
                ],
            )
            .await?;
        self.count_devices(import.id).await?;
        self.note(Noun::Import, import.id, Happened::Changed);
        Ok(missing)
    }

    /// Gives an import up; what is in stays in, and nothing is marked missing.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn fail_import(
        &mut self,
        import: i64,
        fault: &str,
    ) -> Result<(), StoreError> {
        self.changing
            .run(
                "UPDATE import
                    SET state = 'failed', fault = $3, ended = $4
                  WHERE head = $1 AND id = $2 AND state = 'running'",
                &[self.head.into(), import.into(), fault.into(), stored(self.now).into()],
            )
            .await?;
        self.count_devices(import).await?;
        self.note(Noun::Import, import, Happened::Changed);
        Ok(())
    }

    /// Counts the devices of the source of an import that ends.
    pub(crate) async fn count_devices(&mut self, import: i64) -> Result<(), StoreError> {
        let source = self.source_of(import).await?;
        self.count_devices_of(source).await
    }

    /// Counts the devices of a source.
    pub(crate) async fn count_devices_of(
        &mut self,
        source: i64,
    ) -> Result<(), StoreError> {
        let sql = "UPDATE inventory_source
                      SET present = (SELECT COUNT(*) - COUNT(d.missing_since)
                                       FROM device d
                                      WHERE d.head = inventory_source.head
                                        AND d.source = inventory_source.id),
                          missing = (SELECT COUNT(d.missing_since)
                                       FROM device d
                                      WHERE d.head = inventory_source.head
                                        AND d.source = inventory_source.id
                                        AND d.withdrawn IS NULL)
                    WHERE head = $1 AND id = $2";
        self.changing.run(sql, &[self.head.into(), source.into()]).await?;
        Ok(())
    }
}

impl Import {
    /// The act that its batches belong to.
    #[must_use]
    pub fn receipt(&self) -> Receipt {
        Receipt { seq: 0, leaf: self.leaf }
    }
}

fn read_source(row: &Row<'_>) -> Result<Source, StoreError> {
    Ok(Source {
        id: row.integer("id")?,
        organisation: row.integer("organisation")?,
        name: row.text("name")?,
        mapping: row.text("mapping")?,
    })
}

fn read_import(row: &Row<'_>) -> Result<Import, StoreError> {
    Ok(Import {
        id: row.integer("id")?,
        organisation: row.integer("organisation")?,
        source: row.integer("source")?,
        source_name: row.text("source_name")?,
        original: row.integer("original")?,
        mapping: row.text("mapping")?,
        progress: Progress::from_word(row.text("state")?)?,
        fault: row.text_if_any("fault")?,
        total: row.integer("total")?,
        done: row.integer("done")?,
        counts: Counts {
            added: row.integer("added")?,
            changed: row.integer("changed")?,
            unchanged: row.integer("unchanged")?,
            returned: row.integer("returned")?,
        },
        missing: row.integer("missing")?,
        withdrawn: row.integer("withdrawn")?,
        complaints: row.integer("complaints")?,
        started: row.text("started")?,
        ended: row.text_if_any("ended")?,
        started_by: row.integer("started_by")?,
        leaf: row.integer("leaf")?,
        takes_back: takes_back(row)?,
        taken_back_by: row.integer_if_any("taken_back_by")?,
    })
}

fn takes_back(row: &Row<'_>) -> Result<Option<TakesBack>, StoreError> {
    let back_to = row.integer_if_any("back_to")?.filter(|import| *import != 0);
    let import = row.integer_if_any("takes_back")?;
    Ok(import.map(|import| TakesBack { import, back_to }))
}
