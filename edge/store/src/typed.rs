//! Texts that people type: why something is done or left, what was found out, what a purchase
//! is about. They name people, so they lie sealed under the key of a top organisation.
//!
//! Each is named here once. It has a column `sealed_…` beside one of the same name, in which
//! older versions kept it in the clear; where that one says something, and nothing lies beside
//! it, an older version wrote it. It is read as it is, and sealed at the next start.

use crate::database::{Row, Value};
use crate::keys::{Key, Whose};
use crate::{Store, StoreError, Write, sealing};

/// How many rows are sealed in one transaction.
const ROWS: i64 = 1000;

/// A text that people type, in a column of a table.
pub(crate) struct Typed {
    pub(crate) table: &'static str,
    pub(crate) column: &'static str,
    /// What it is: a part of what its seal opens for.
    what: &'static str,
    sealed: &'static str,
    /// By which columns a row is known: its own number, or the row that it belongs to and its
    /// number there.
    known_by: [&'static str; 2],
    count: &'static str,
    open: &'static str,
    seal: &'static str,
}

/// Which row of a table: its number and 0, or the row that it belongs to and its number there.
pub(crate) type At = (i64, i64);

macro_rules! typed {
    ($table:literal, $column:literal, $what:literal) => {
        typed!($table, $column, $what, "id", "CAST(0 AS BIGINT)")
    };
    ($table:literal, $column:literal, $what:literal, $of:literal, $number:literal) => {
        Typed {
            table: $table,
            column: $column,
            what: $what,
            sealed: concat!("sealed_", $column),
            known_by: [$of, $number],
            count: concat!(
                "SELECT COUNT(*) AS texts FROM ",
                $table,
                " WHERE head = $1 AND sealed_",
                $column,
                " IS NULL AND ",
                $column,
                " <> ''"
            ),
            open: concat!(
                "SELECT ",
                $of,
                " AS of_row, ",
                $number,
                " AS number_there, ",
                $column,
                " AS clear FROM ",
                $table,
                " WHERE head = $1 AND sealed_",
                $column,
                " IS NULL AND ",
                $column,
                " <> ''
                  ORDER BY 1, 2 LIMIT $2"
            ),
            seal: concat!(
                "UPDATE ",
                $table,
                " SET sealed_",
                $column,
                " = $5, ",
                $column,
                " = ''
                  WHERE head = $1 AND ",
                $of,
                " = $2 AND ",
                $number,
                " = $3 AND ",
                $column,
                " = $4"
            ),
        }
    };
}

pub(crate) static WHY_ACCEPTED: Typed =
    typed!("acceptance", "reason", "why a statement was accepted");
pub(crate) static WHY_NO_LONGER_ACCEPTED: Typed =
    typed!("acceptance", "end_reason", "why an acceptance was taken back");
pub(crate) static WHY_DECIDED: Typed =
    typed!("work_action", "reason", "why something is done, or left");
pub(crate) static WHY_TURNED: Typed = typed!(
    "work_turn",
    "reason",
    "why somebody did something with an action",
    "action",
    "seq"
);
pub(crate) static FOUND_OUT: Typed =
    typed!("analysis", "details", "what was found out about a vulnerability");
pub(crate) static REMARK: Typed =
    typed!("analysis_remark", "remark", "a remark on an analysis", "analysis", "number");
pub(crate) static WHY_DECLINED: Typed =
    typed!("maker_delivery", "reason", "why a delivery was declined");
pub(crate) static WHY_NO_ENTRY: Typed =
    typed!("supplier_entry", "reason", "why an entry of a dossier was withdrawn");
pub(crate) static WHY_NO_EVIDENCE: Typed =
    typed!("evidence", "reason", "why a piece of evidence was withdrawn");
pub(crate) static WHY_NO_FORM: Typed =
    typed!("mds2_form", "reason", "why a form MDS2 does not count");
pub(crate) static PURCHASE_TITLE: Typed =
    typed!("purchase", "title", "what a purchase is called");
pub(crate) static PURCHASE_PROFILE: Typed =
    typed!("purchase", "profile", "what is asked in a purchase");
pub(crate) static WHY_ENDED: Typed =
    typed!("purchase", "reason", "why a purchase ended so");
pub(crate) static WHY_OVERRIDDEN: Typed =
    typed!("purchase_override", "reason", "why a gate is overridden");

static ALL: [&Typed; 14] = [
    &WHY_ACCEPTED,
    &WHY_NO_LONGER_ACCEPTED,
    &WHY_DECIDED,
    &WHY_TURNED,
    &FOUND_OUT,
    &REMARK,
    &WHY_DECLINED,
    &WHY_NO_ENTRY,
    &WHY_NO_EVIDENCE,
    &WHY_NO_FORM,
    &PURCHASE_TITLE,
    &PURCHASE_PROFILE,
    &WHY_ENDED,
    &WHY_OVERRIDDEN,
];

impl Typed {
    /// The text that lies sealed in a column of a table; none where that is something else.
    pub(crate) fn sealed_in(table: &str, column: &str) -> Option<&'static Self> {
        ALL.into_iter().find(|one| one.table == table && one.sealed == column)
    }

    /// What its seal in a row opens for.
    pub(crate) fn whose(&self, head: i64, (of, number): At) -> Whose {
        match number {
            0 => Whose { what: self.what, head, id: of },
            _ => Whose::part(self.what, head, of, number),
        }
    }

    /// Which row it is, by what its columns say.
    pub(crate) fn at(&self, number: impl Fn(&str) -> i64) -> At {
        let [of, there] = self.known_by;
        (number(of), number(there))
    }

    /// What a row says.
    pub(crate) fn read(
        &self,
        row: &Row<'_>,
        opener: &Opener,
        at: At,
    ) -> Result<String, StoreError> {
        let clear = row.text(self.column)?;
        self.opened(opener, row.bytes_if_any(self.sealed)?.as_deref(), clear, at)
    }

    /// What a row says that may say nothing.
    pub(crate) fn read_if_any(
        &self,
        row: &Row<'_>,
        opener: &Opener,
        at: At,
    ) -> Result<Option<String>, StoreError> {
        let Some(clear) = row.text_if_any(self.column)? else { return Ok(None) };
        let sealed = row.bytes_if_any(self.sealed)?;
        self.opened(opener, sealed.as_deref(), clear, at).map(Some)
    }

    fn opened(
        &self,
        opener: &Opener,
        sealed: Option<&[u8]>,
        clear: String,
        at: At,
    ) -> Result<String, StoreError> {
        match sealed {
            None | Some([]) => Ok(clear),
            Some(_) => {
                let key = opener.key()?;
                sealing::opened(key, self.whose(opener.head, at), sealed, clear)
            }
        }
    }
}

/// Opens the texts of a top organisation; one that has no key has nothing sealed.
pub(crate) struct Opener {
    head: i64,
    key: Option<Key>,
}

impl Opener {
    fn key(&self) -> Result<&Key, StoreError> {
        let key = self.key.as_ref();
        key.ok_or_else(|| StoreError::absent("organisation's key", self.head))
    }
}

impl Store {
    /// What opens the texts of a top organisation.
    pub(crate) async fn opener(&self, head: i64) -> Result<Opener, StoreError> {
        let sealed = self
            .database
            .row("SELECT sealed_key FROM head WHERE id = $1", &[head.into()], |row| {
                row.bytes_if_any("sealed_key")
            })
            .await?
            .flatten();
        let key = sealed.map(|sealed| self.keys.of_head(head, &sealed)).transpose()?;
        Ok(Opener { head, key })
    }

    /// How many texts lie in the clear because an older version wrote them.
    pub(crate) async fn texts_in_the_clear(&self, head: i64) -> Result<i64, StoreError> {
        let mut texts = 0;
        for typed in ALL {
            let found = self
                .database
                .row(typed.count, &[head.into()], |row| row.integer("texts"))
                .await?;
            texts += found.unwrap_or_default();
        }
        Ok(texts)
    }
}

impl Write<'_> {
    /// The same for what is read in a change.
    pub(crate) fn opener(&self) -> Result<Opener, StoreError> {
        let key = self.key_if_any()?;
        Ok(Opener { head: self.head, key })
    }

    /// A text as it is kept beside its column, which stays empty; nothing where it says nothing.
    pub(crate) fn seal_typed(
        &self,
        typed: &Typed,
        at: At,
        text: &str,
    ) -> Result<Value, StoreError> {
        match text {
            "" => Ok(Value::NoBytes),
            text => Ok(self.key()?.seal_text(typed.whose(self.head, at), text)?.into()),
        }
    }

    /// Seals some of the texts that older versions kept in the clear; says how many.
    pub(crate) async fn seal_texts(&mut self, key: &Key) -> Result<i64, StoreError> {
        let mut texts = 0;
        for typed in ALL {
            let open = self
                .changing
                .rows(typed.open, &[self.head.into(), ROWS.into()], |row| {
                    let at = (row.integer("of_row")?, row.integer("number_there")?);
                    Ok((at, row.text("clear")?))
                })
                .await?;
            for (at, clear) in &open {
                let seal = key.seal_text(typed.whose(self.head, *at), clear)?;
                let values = [
                    self.head.into(),
                    at.0.into(),
                    at.1.into(),
                    clear.as_str().into(),
                    seal.into(),
                ];
                self.changing.run(typed.seal, &values).await?;
            }
            texts += open.len() as i64;
        }
        Ok(texts)
    }
}
