//! What changed since: for those who keep a copy in memory and answer lists from it.
//!
//! Changes of one organisation are gapless and in the order of commit, so a copy reads the
//! newest number first, then everything behind the number that it knows, page by page. A
//! row that changes meanwhile comes again under its newer number. No scope is asked here:
//! whoever keeps a copy shows nothing of it without one.

use crate::database::Row;
use crate::{Store, StoreError};

/// How many rows are one page.
const PAGE: i64 = 5000;

/// Behind which row of the changes a page begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Since {
    /// The number of the change.
    pub seq: i64,
    /// The number of the row.
    pub id: i64,
}

impl Since {
    /// Behind every row of that change.
    #[must_use]
    pub const fn all_of(seq: i64) -> Self {
        Self { seq, id: i64::MAX }
    }
}

/// A device as lists need it: without what only its own page shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of `Device` and `Told`")]
pub struct Listed {
    pub at: Since,
    pub id: i64,
    pub organisation: i64,
    pub source: i64,
    pub configuration: i64,
    pub asset_tag: String,
    pub serial: String,
    pub udi: String,
    pub mac: String,
    pub ip: String,
    pub department: String,
    pub status: String,
    pub received: String,
    pub life_sustaining: Option<bool>,
    pub holds_phi: Option<bool>,
    pub reachable: Option<bool>,
    pub missing_since: Option<String>,
}

/// A judgement as lists need it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ruling {
    /// Where it stands among the changes.
    pub at: Since,
    /// The number of the judgement.
    pub id: i64,
    /// 0 for what rests on public documents alone.
    pub view: i64,
    /// The number of the build.
    pub configuration: i64,
    /// The vulnerability, or the advisory where that names none.
    pub vulnerability: String,
    /// The key of the component, or empty for the device itself.
    pub component: String,
    /// The release that holds the fix, or empty.
    pub fixed_in: String,
    /// What would settle it, or empty.
    pub question: String,
    /// When it was first given, as stored.
    pub opened: String,
    /// When the verdict last changed, as stored.
    pub changed: String,
    /// When it ceased to hold.
    pub closed: Option<String>,
    /// The verdict in the words of the wire, or the last one before it ceased to hold.
    pub said: String,
    /// What it rests on, as JSON.
    pub grounds: String,
}

impl Ruling {
    /// The verdict in the words of the wire; none when it holds no longer.
    #[must_use]
    pub fn verdict(&self) -> Option<&str> {
        self.closed.is_none().then_some(self.said.as_str())
    }
}

impl Store {
    /// The number of the newest change of a top organisation.
    ///
    /// # Errors
    /// When the database fails or there is no such organisation.
    pub async fn newest_change(&self, head: i64) -> Result<i64, StoreError> {
        self.database
            .row("SELECT seq FROM head WHERE id = $1", &[head.into()], |row| {
                row.integer("seq")
            })
            .await?
            .ok_or_else(|| StoreError::absent("organisation", head))
    }

    /// A page of the devices that changed, in the order of change; an empty one is the end.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn listed_since(
        &self,
        head: i64,
        since: Since,
    ) -> Result<Vec<Listed>, StoreError> {
        self.database
            .rows(
                "SELECT seq, id, organisation, source, configuration, asset_tag, serial, udi,
                        mac, ip, department, status, received, life_sustaining, holds_phi,
                        reachable, missing_since
                   FROM device
                  WHERE head = $1 AND seq >= $2 AND (seq > $2 OR id > $3)
                  ORDER BY seq, id
                  LIMIT $4",
                &[head.into(), since.seq.into(), since.id.into(), PAGE.into()],
                read_listed,
            )
            .await
    }

    /// A page of the judgements that changed, in the order of change; an empty one is the
    /// end.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rulings_since(
        &self,
        head: i64,
        since: Since,
    ) -> Result<Vec<Ruling>, StoreError> {
        self.database
            .rows(
                "SELECT seq, id, view, configuration, vulnerability, component, verdict,
                        fixed_in, question, grounds, opened, changed, closed
                   FROM judgement
                  WHERE head = $1 AND seq >= $2 AND (seq > $2 OR id > $3)
                  ORDER BY seq, id
                  LIMIT $4",
                &[head.into(), since.seq.into(), since.id.into(), PAGE.into()],
                read_ruling,
            )
            .await
    }
}

fn read_listed(row: &Row<'_>) -> Result<Listed, StoreError> {
    let fact =
        |column| Ok::<_, StoreError>(row.integer_if_any(column)?.map(|fact| fact == 1));
    let id = row.integer("id")?;
    Ok(Listed {
        at: Since { seq: row.integer("seq")?, id },
        id,
        organisation: row.integer("organisation")?,
        source: row.integer("source")?,
        configuration: row.integer("configuration")?,
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
        missing_since: row.text_if_any("missing_since")?,
    })
}

fn read_ruling(row: &Row<'_>) -> Result<Ruling, StoreError> {
    let id = row.integer("id")?;
    Ok(Ruling {
        at: Since { seq: row.integer("seq")?, id },
        id,
        view: row.integer("view")?,
        configuration: row.integer("configuration")?,
        vulnerability: row.text("vulnerability")?,
        component: row.text("component")?,
        fixed_in: row.text("fixed_in")?,
        question: row.text("question")?,
        opened: row.text("opened")?,
        changed: row.text("changed")?,
        closed: row.text_if_any("closed")?,
        said: row.text("verdict")?,
        grounds: row.text("grounds")?,
    })
}
