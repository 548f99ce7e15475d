//! All that one organisation owns, with everything below it: for whoever leaves, or must hand it
//! over. Told from one snapshot, table by table, then the delivered documents byte by byte.
//!
//! Each table stands in one of two lists: [`OWNED`], with the rule by which a row is an
//! organisation's, or [`KEPT_BACK`], with the reason. A test knows which tables there are.

use std::io;

use crate::database::{Table, Value};
use crate::keys::{Key, Whose, of_person};
use crate::original::unpack;
use crate::typed::Typed;
use crate::{Path, Scope, Store, StoreError, sealing};

/// A part of what is told.
#[derive(Debug)]
pub enum Piece<'p> {
    /// A table begins.
    Table {
        /// What it is called.
        name: &'static str,
        /// What its rows are.
        about: &'static str,
        /// What its columns are called.
        columns: &'p [String],
    },
    /// A row of it; what is not there is empty.
    Row(&'p [String]),
    /// A document begins.
    Document {
        /// The number of the document.
        id: i64,
        /// What it was called when it came.
        name: &'p str,
    },
    /// The next bytes of it.
    Bytes(&'p [u8]),
}

/// Why it could not be told.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What is told could not be written.
    #[error("what is told could not be written: {0}")]
    Written(#[from] io::Error),
    /// A document is not what was delivered.
    #[error("document {0} is not what was delivered: its digest is another one")]
    Damaged(i64),
}

/// Takes what is told, piece by piece.
pub type Take<'t> = &'t mut (dyn FnMut(Piece<'_>) -> io::Result<()> + Send);

/// A table, and which of its rows are an organisation's: `$1` is the top organisation, `$2` the
/// pattern of paths.
struct Owned {
    table: &'static str,
    about: &'static str,
    rows: &'static str,
    /// Columns that are not told: digests of secrets, and what is worked out again.
    without: &'static [&'static str],
}

macro_rules! places {
    () => {
        "(SELECT o.id FROM organisation o WHERE o.head = $1 AND o.path LIKE $2)"
    };
}

macro_rules! owned {
    ($table:literal, $about:literal) => {
        owned!($table, $about, ["organisation IN ", places!()], [])
    };
    ($table:literal, $about:literal, [$($rule:tt)*]) => {
        owned!($table, $about, [$($rule)*], [])
    };
    ($table:literal, $about:literal, [$($rule:tt)*], [$($without:literal),*]) => {
        Owned {
            table: $table,
            about: $about,
            rows: concat!($($rule)*),
            without: &[$($without),*],
        }
    };
}

macro_rules! of_own {
    ($column:literal, $table:literal) => {
        concat!(
            $column,
            " IN (SELECT x.id FROM ",
            $table,
            " x WHERE x.head = $1 AND x.organisation IN ",
            places!(),
            ")"
        )
    };
}

macro_rules! of_release {
    () => {
        concat!(
            "product_release IN (SELECT r.id FROM product_release r
                JOIN product p ON p.head = r.head AND p.id = r.product
               WHERE r.head = $1 AND p.organisation IN ",
            places!(),
            ")"
        )
    };
}

macro_rules! of_bidder {
    () => {
        concat!(
            "bidder IN (SELECT b.id FROM purchase_bidder b
                JOIN purchase p ON p.head = b.head AND p.id = b.purchase
               WHERE b.head = $1 AND p.organisation IN ",
            places!(),
            ")"
        )
    };
}

macro_rules! own_judgements {
    ($column:literal) => {
        concat!(
            "SELECT j.",
            $column,
            " FROM judgement j WHERE j.head = $1 AND (ABS(j.view) IN ",
            places!(),
            " OR (j.view = 0 AND j.configuration IN (SELECT d.configuration FROM device d
                  WHERE d.head = $1 AND d.organisation IN ",
            places!(),
            ")))"
        )
    };
}

macro_rules! whole {
    () => {
        "$2 = (SELECT o.path || '%' FROM organisation o WHERE o.head = $1 AND o.parent IS NULL)"
    };
}

#[rustfmt::skip]
const OWNED: [Owned; 69] = [
    owned!("organisation", "the organisation and those below it", ["path LIKE $2"]),
    owned!("person", "people with a role in them",
        ["id IN (SELECT b.person FROM binding b WHERE b.head = $1 AND b.organisation IN ", places!(), ")"],
        ["address_digest", "password", "sealed_totp", "totp_used"]),
    owned!("binding", "who has which role where"),
    owned!("guest", "for which maker a supplier's guest answers"),
    owned!("second_factor_rule", "where a second factor is asked for"),
    owned!("api_token", "tokens of programs, without what opens anything",
        ["organisation IN ", places!()], ["digest"]),
    owned!("webhook", "who else is told, without addresses and secrets",
        ["organisation IN ", places!()], ["sealed_url", "sealed_secret", "sealed_before"]),
    owned!("webhook_message", "what others were told", [of_own!("webhook", "webhook")]),
    owned!("webhook_attempt", "how each attempt to tell them went",
        ["message IN (SELECT m.id FROM webhook_message m
                        JOIN webhook w ON w.head = m.head AND w.id = m.webhook
                       WHERE m.head = $1 AND w.organisation IN ", places!(), ")"]),
    owned!("original", "the documents that were delivered; their bytes lie in documents/"),
    owned!("original_audience", "who else may see them", [of_own!("original", "original")]),
    owned!("inventory_source", "asset systems whose exports come in, and how they are read"),
    owned!("upload", "exports that somebody looks at before taking them in"),
    owned!("import", "exports that were taken in"),
    owned!("import_complaint", "what was wrong with their rows", [of_own!("import", "import")]),
    owned!("device", "the devices, as the newest export says them",
        ["organisation IN ", places!()], ["row_digest"]),
    owned!("device_history", "what changed about them, and when", [of_own!("device", "device")]),
    owned!("device_move", "that devices came from another organisation, and why"),
    owned!("device_replacement", "that another device hangs under the tag of one, and why"),
    owned!("configuration", "the builds that they are: maker, model, description, version",
        ["id IN (SELECT d.configuration FROM device d WHERE d.head = $1 AND d.organisation IN ", places!(), ")"],
        ["digest"]),
    owned!("product", "products"),
    owned!("product_release", "their releases", [of_own!("product", "product")]),
    owned!("product_release_build", "which builds a person said are of a release", [of_release!()]),
    owned!("product_release_delivery", "which release is part of another", [of_release!()]),
    owned!("bill", "SBOMs and what was read of them", [of_release!()], ["keys"]),
    owned!("release_turn", "what became of SBOMs and builds of releases", [of_release!()]),
    owned!("waiting_bill", "SBOMs of which nobody has said yet which release they describe"),
    owned!("vex", "documents with statements about vulnerabilities", [of_own!("product", "product")]),
    owned!("acceptance", "which statements somebody accepted, and why", [of_own!("product", "product")]),
    owned!("maker_delivery", "what came through makers' own accounts, and what became of it"),
    owned!("maker_question", "what was asked of makers, and what they answered"),
    owned!("supplier", "suppliers of whom a dossier is kept"),
    owned!("supplier_entry", "what is kept about them"),
    owned!("evidence", "what an organisation shows for itself; its documents lie in documents/"),
    owned!("designation", "who answers for security, by the number of an account"),
    owned!("posture_tailoring", "what is made of a control: whether it applies, its owner, its parameters"),
    owned!("posture_exception", "what may stay as it is until a day, and why"),
    owned!("posture_verdict", "the verdict on each control, as it was last noted"),
    owned!("posture_turn", "which of these changed, and when"),
    owned!("posture_day", "how many controls had which verdict on which day"),
    owned!("signing_key", "the public keys with which packs of evidence were signed",
        ["organisation IN ", places!()], ["sealed_secret"]),
    owned!("mds2_form", "forms MDS2, and what is listed of them; their answers lie in documents/"),
    owned!("mds2_form_release", "the releases of which they are; of all where none is named",
        [of_own!("form", "mds2_form")]),
    owned!("purchase", "purchases, and how they ended; what was known then lies in documents/"),
    owned!("purchase_member", "which organisations buy along", [of_own!("purchase", "purchase")]),
    owned!("purchase_bidder", "who bids", [of_own!("purchase", "purchase")]),
    owned!("purchase_file", "the files of their bids; the bytes lie in documents/", [of_bidder!()]),
    owned!("purchase_news", "what was told as new about what was bought, by digests", [of_own!("purchase", "purchase")]),
    owned!("purchase_override", "which gates were overridden, by whom and why", [of_bidder!()]),
    owned!("life_cycle_table", "tables of how long software is supported; their bytes lie in documents/"),
    owned!("customer_question", "what customers asked, and what was answered"),
    owned!("customer", "the customers of a maker"),
    owned!("customer_product", "which products each of them has", [of_own!("customer", "customer")]),
    owned!("customer_told", "what each of them was told of flaws of releases"),
    owned!("question_note", "what was noted on questions, and for whom"),
    owned!("analysis", "what was found out by oneself about a vulnerability"),
    owned!("analysis_remark", "how each of these came about", [of_own!("analysis", "analysis")]),
    owned!("answer", "what was answered to questions"),
    owned!("answer_device", "the devices that an answer is about", [of_own!("answer", "answer")]),
    owned!("judgement", "verdicts about own builds, and those that rest on own documents",
        ["id IN (", own_judgements!("id"), ")"]),
    owned!("judgement_history", "how these verdicts came about",
        ["judgement IN (", own_judgements!("id"), ")"]),
    owned!("priority_history", "how urgent their vulnerabilities were, and when",
        ["vulnerability IN (", own_judgements!("vulnerability"), ")"]),
    owned!("work_action", "what is to be done, and what was decided about it"),
    owned!("work_turn", "how each of these went", [of_own!("action", "work_action")]),
    owned!("work_policy", "by when things are to be done, and who approves"),
    owned!("priority_table", "the tables by which priorities were given, and since when"),
    owned!("work_day", "how much was open on which day"),
    owned!("audit_leaf", "every act, as the audit log holds it; of a top organisation alone", [whole!()]),
    owned!("audit_node", "the hashes of that log (RFC 6962)", [whole!()]),
];

/// Tables of which nothing is told, and why.
pub const KEPT_BACK: [(&str, &str); 21] = [
    ("instance", "the keys of the house"),
    ("head", "the key of the organisation; what it seals is told in the clear"),
    ("session", "who is signed in now; it opens the house"),
    ("link", "links that work once; they open the house"),
    ("recovery_code", "digests of codes that let somebody in"),
    ("identity", "digests by which people of an identity provider are found"),
    (
        "interrupted_form",
        "what somebody has typed and not sent; it is gone within the hour",
    ),
    ("repeatable", "answers to programs, kept for a day"),
    ("sign_in_try", "how often sign-ins were tried, by digests that name nobody"),
    ("saved_view", "lists that people keep for themselves, who may have roles elsewhere"),
    (
        "digest_choice",
        "which mails people chose for themselves, who may have roles elsewhere",
    ),
    ("digest", "which of these mails were sent"),
    ("original_chunk", "the documents themselves, which lie in documents/"),
    ("job", "work that goes on"),
    ("judged", "how far everything has been judged"),
    ("judged_bill", "on which SBOMs a verdict rests; it is worked out again"),
    ("bill_listing", "what SBOMs list, to be looked for; it is read again"),
    ("change", "by which nodes find what changed; acts stand in the audit log"),
    ("webhook_mark", "up to which change others were told"),
    ("feed_fault", "feeds are the house's, and public"),
    ("feed_standing", "feeds are the house's, and public"),
];

impl Store {
    /// Tells all that an organisation and those below it own.
    ///
    /// # Errors
    /// When the database fails, a document is damaged, or `take` fails.
    pub async fn export(
        &self,
        head: i64,
        root: &Path,
        take: Take<'_>,
    ) -> Result<(), ExportError> {
        let pattern = format!("{}%", root.as_str());
        let key = self.key_of_head(head).await?;
        let mut snapshot = self.database.snapshot().await?;
        let tables = snapshot.tables().await?;
        for owned in &OWNED {
            let Some(table) = tables.iter().find(|table| table.name == owned.table)
            else {
                continue;
            };
            let read = owned.read(table);
            let told = told(&read);
            take(Piece::Table { name: owned.table, about: owned.about, columns: &told })?;
            let mut rows = snapshot.rows_where(&read, owned.rows, head, &pattern);
            while let Some(row) = rows.next().await? {
                take(Piece::Row(&opened(&read, row, head, &key)?))?;
            }
        }
        for (id, name, digest) in snapshot.originals(head, &pattern, places!()).await? {
            take(Piece::Document { id, name: &name })?;
            let mut hasher = blake3::Hasher::new();
            for chunk in snapshot.chunks(head, id).await? {
                let bytes = unpack(&chunk.opened(&key, head, id)?)?;
                hasher.update(&bytes);
                take(Piece::Bytes(&bytes))?;
            }
            if hasher.finalize().as_bytes().as_slice() != digest {
                return Err(ExportError::Damaged(id));
            }
        }
        Ok(())
    }
}

/// Takes the bytes of a document, piece by piece.
pub type TakeBytes<'t> = &'t mut (dyn FnMut(&[u8]) -> io::Result<()> + Send);

impl Store {
    /// Tells the bytes of a document that whoever asks may see, as they came, a piece at a time.
    ///
    /// # Errors
    /// When the database fails, there is none that may be seen, it is damaged, or `take` fails.
    pub async fn tell_original(
        &self,
        scope: &Scope,
        id: i64,
        take: TakeBytes<'_>,
    ) -> Result<(), ExportError> {
        let original = self.original(scope, id).await?;
        let (head, key) = (scope.head(), self.key_of_head(scope.head()).await?);
        let numbers =
            "SELECT number FROM original_chunk WHERE head = $1 AND original = $2
                        ORDER BY number";
        let values = [head.into(), id.into()];
        let numbers =
            self.database.rows(numbers, &values, |row| row.integer("number")).await?;
        let mut hasher = blake3::Hasher::new();
        for number in numbers {
            let chunk = self.chunk(head, id, number).await?;
            let bytes = unpack(&chunk.opened(&key, head, id)?)?;
            hasher.update(&bytes);
            take(&bytes)?;
        }
        match *hasher.finalize().as_bytes() == original.digest {
            true => Ok(()),
            false => Err(ExportError::Damaged(id)),
        }
    }

    async fn chunk(
        &self,
        head: i64,
        id: i64,
        number: i64,
    ) -> Result<sealing::Piece, StoreError> {
        self.database
            .row(
                "SELECT bytes, sealed_bytes
                   FROM original_chunk
                  WHERE head = $1 AND original = $2 AND number = $3",
                &[head.into(), id.into(), number.into()],
                |row| {
                    let sealed = row.bytes_if_any("sealed_bytes")?;
                    Ok(sealing::Piece { number, clear: row.bytes("bytes")?, sealed })
                },
            )
            .await?
            .ok_or_else(|| StoreError::absent("document", id))
    }
}

impl Owned {
    /// The table with the columns that are read.
    fn read(&self, table: &Table) -> Table {
        let columns = table.columns.iter();
        let columns = columns.filter(|(name, _)| !self.without.contains(&name.as_str()));
        Table { name: table.name.clone(), columns: columns.cloned().collect() }
    }
}

/// The key of a person's fields: it opens them, and is not told.
const SEALED_KEY: &str = "sealed_key";

/// What the columns are called: a field that lay sealed is told in the clear.
fn told(read: &Table) -> Vec<String> {
    let names = read.columns.iter().map(|(name, _)| name.as_str());
    let names = names.filter(|name| is_told(read, name));
    names.map(|name| name.strip_prefix("sealed_").unwrap_or(name).to_owned()).collect()
}

/// Whether a column is told by itself: one that older versions filled is told with the sealed
/// one that took its place.
fn is_told(read: &Table, name: &str) -> bool {
    let is_sealed =
        |(other, _): &(String, _)| other.strip_prefix("sealed_") == Some(name);
    name != SEALED_KEY && !read.columns.iter().any(is_sealed)
}

/// A row as it is told.
fn opened(
    read: &Table,
    row: Vec<Value>,
    head: i64,
    key: &Key,
) -> Result<Vec<String>, StoreError> {
    let names = || read.columns.iter().map(|(name, _)| name.as_str());
    let value = |wanted: &str| names().zip(&row).find(|(name, _)| *name == wanted);
    let number = |wanted: &str| match value(wanted) {
        Some((_, Value::Integer(number))) => *number,
        _ => 0,
    };
    let id = number("id");
    // Whoever was erased has no key any more: there is nothing left to open.
    let own = match value(SEALED_KEY) {
        Some((_, Value::Bytes(sealed))) => Some(key.unwrap(of_person(head, id), sealed)?),
        _ => None,
    };
    let opened = |key: Option<&Key>, what, sealed: &[u8]| match key {
        Some(key) => key.open_text(Whose { what, head, id }, sealed),
        None => Ok(String::new()),
    };
    let (import, complaint) = (number("import"), number("number"));
    let replaced = |name, sealed: &Value, whose| {
        let clear = value(name).map_or_else(String::new, |(_, clear)| plain(clear));
        sealing::opened(key, whose, bytes(sealed), clear)
    };
    let mut told = Vec::with_capacity(row.len());
    for (name, value) in names().zip(&row).filter(|(name, _)| is_told(read, name)) {
        if let Some(typed) = Typed::sealed_in(&read.name, name) {
            let whose = typed.whose(head, typed.at(number));
            told.push(replaced(typed.column, value, whose)?);
            continue;
        }
        told.push(match (name, value) {
            ("sealed_rest", sealed) => {
                replaced("rest", sealed, sealing::of_rest(head, id))?
            }
            ("sealed_cell", sealed) => {
                replaced("cell", sealed, sealing::of_cell(head, import, complaint))?
            }
            ("sealed_message", sealed) => {
                let whose = sealing::of_message(head, import, complaint);
                replaced("message", sealed, whose)?
            }
            ("sealed_name", Value::Bytes(sealed)) => {
                opened(own.as_ref(), "a name", sealed)?
            }
            ("sealed_address", Value::Bytes(sealed)) => {
                opened(own.as_ref(), "an address", sealed)?
            }
            ("sealed_note", Value::Bytes(sealed)) => {
                opened(Some(key), "a note to an answer", sealed)?
            }
            ("sealed_entry", Value::Bytes(sealed)) => {
                opened(Some(key), "an entry of a dossier", sealed)?
            }
            ("sealed_tailoring", Value::Bytes(sealed)) => key.open_text(
                Whose {
                    what: crate::tailoring::TAILORING,
                    head,
                    id: number("organisation"),
                },
                sealed,
            )?,
            ("sealed_exception", Value::Bytes(sealed)) => {
                opened(Some(key), crate::tailoring::EXCEPTION, sealed)?
            }
            ("sealed_evidence", Value::Bytes(sealed)) => {
                opened(Some(key), crate::evidence::WHAT, sealed)?
            }
            (_, value) => plain(value),
        });
    }
    Ok(told)
}

/// The bytes of a value; none where it has none.
fn bytes(value: &Value) -> Option<&[u8]> {
    match value {
        Value::Bytes(bytes) => Some(bytes),
        _ => None,
    }
}

/// A value as text.
fn plain(value: &Value) -> String {
    match value {
        Value::Integer(value) => value.to_string(),
        Value::Real(value) => value.to_string(),
        Value::Text(value) => value.clone(),
        Value::Bytes(value) => value.iter().map(|byte| format!("{byte:02x}")).collect(),
        Value::NoInteger | Value::NoReal | Value::NoText | Value::NoBytes => {
            String::new()
        }
    }
}

/// Every table of which something is told.
#[must_use]
pub fn told_tables() -> Vec<&'static str> {
    OWNED.iter().map(|owned| owned.table).collect()
}
