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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of `Device` and `Told`")]
pub struct Listed<'p> {
    pub at: Since,
    pub id: i64,
    pub organisation: i64,
    pub source: i64,
    pub configuration: i64,
    pub asset_tag: &'p str,
    pub serial: &'p str,
    pub udi: &'p str,
    pub mac: &'p str,
    pub ip: &'p str,
    pub department: &'p str,
    pub status: &'p str,
    pub received: &'p str,
    pub life_sustaining: Option<bool>,
    pub holds_phi: Option<bool>,
    pub reachable: Option<bool>,
    pub missing_since: Option<&'p str>,
    pub is_withdrawn: bool,
}

/// Devices that changed, some thousand at a time.
///
/// The driver of the database takes more time to hand over a row and each of its columns
/// than the database to find them; a million devices are at hand three times as soon when a
/// page of them is one text.
#[derive(Debug)]
pub struct ListedPage {
    /// The fields of all devices one behind the other, [`MARK`] between them.
    text: String,
    last: Option<Since>,
}

/// What stands between two fields of a page. In a field it is read as a blank.
const MARK: char = '\u{1f}';

/// How many fields of a page are one device.
const FIELDS: usize = 18;

impl ListedPage {
    fn of(text: String) -> Result<Self, StoreError> {
        let mut page = Self { text, last: None };
        let mut last = None;
        for device in page.devices() {
            last = last.max(Some(device?.at));
        }
        page.last = last;
        Ok(page)
    }

    /// Where the next page begins; none when this one is empty, and the last.
    #[must_use]
    pub const fn last(&self) -> Option<Since> {
        self.last
    }

    /// The devices, in no order.
    pub fn devices(&self) -> impl Iterator<Item = Result<Listed<'_>, StoreError>> {
        let mut fields = self.text.split(MARK);
        let is_empty = self.text.is_empty();
        std::iter::from_fn(move || {
            let first = fields.next().filter(|_| !is_empty)?;
            let mut device = [first; FIELDS];
            for field in device.iter_mut().skip(1) {
                *field = fields.next()?;
            }
            Some(read_listed(device))
        })
    }
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

    /// A page of the devices that changed; an empty one is the end.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn listed_since(
        &self,
        head: i64,
        since: Since,
    ) -> Result<ListedPage, StoreError> {
        let values = [head.into(), since.seq.into(), since.id.into(), PAGE.into()];
        let text = self.database.row(LISTED, &values, |row| row.text("page")).await?;
        ListedPage::of(text.unwrap_or_default())
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

/// A page of devices as one text; the mark stands between the quotes.
const LISTED: &str = "
    SELECT COALESCE(STRING_AGG(device, '\u{1f}'), '') AS page FROM (
        SELECT CAST(seq AS TEXT) || '\u{1f}' || CAST(id AS TEXT)
            || '\u{1f}' || CAST(organisation AS TEXT)
            || '\u{1f}' || CAST(source AS TEXT)
            || '\u{1f}' || CAST(configuration AS TEXT)
            || '\u{1f}' || REPLACE(asset_tag, '\u{1f}', ' ')
            || '\u{1f}' || REPLACE(serial, '\u{1f}', ' ')
            || '\u{1f}' || REPLACE(udi, '\u{1f}', ' ')
            || '\u{1f}' || REPLACE(mac, '\u{1f}', ' ')
            || '\u{1f}' || REPLACE(ip, '\u{1f}', ' ')
            || '\u{1f}' || REPLACE(department, '\u{1f}', ' ')
            || '\u{1f}' || REPLACE(status, '\u{1f}', ' ')
            || '\u{1f}' || REPLACE(received, '\u{1f}', ' ')
            || '\u{1f}' || COALESCE(CAST(life_sustaining AS TEXT), '')
            || '\u{1f}' || COALESCE(CAST(holds_phi AS TEXT), '')
            || '\u{1f}' || COALESCE(CAST(reachable AS TEXT), '')
            || '\u{1f}' || COALESCE(missing_since, '')
            || '\u{1f}' || CASE WHEN withdrawn IS NULL THEN '' ELSE '1' END AS device
          FROM device
         WHERE head = $1 AND seq >= $2 AND (seq > $2 OR id > $3)
         ORDER BY seq, id
         LIMIT $4) AS devices";

fn read_listed(fields: [&str; FIELDS]) -> Result<Listed<'_>, StoreError> {
    let [
        seq,
        id,
        organisation,
        source,
        configuration,
        asset_tag,
        serial,
        udi,
        mac,
        ip,
        department,
        status,
        received,
        life_sustaining,
        holds_phi,
        reachable,
        missing_since,
        is_withdrawn,
    ] = fields;
    let id = number(id)?;
    Ok(Listed {
        at: Since { seq: number(seq)?, id },
        id,
        organisation: number(organisation)?,
        source: number(source)?,
        configuration: number(configuration)?,
        asset_tag,
        serial,
        udi,
        mac,
        ip,
        department,
        status,
        received,
        life_sustaining: fact(life_sustaining),
        holds_phi: fact(holds_phi),
        reachable: fact(reachable),
        missing_since: Some(missing_since).filter(|since| !since.is_empty()),
        is_withdrawn: fact(is_withdrawn) == Some(true),
    })
}

fn number(text: &str) -> Result<i64, StoreError> {
    let unreadable =
        |_| StoreError::Unreadable { what: "a page of devices", held: text.to_owned() };
    text.parse().map_err(unreadable)
}

fn fact(text: &str) -> Option<bool> {
    (!text.is_empty()).then_some(text == "1")
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
