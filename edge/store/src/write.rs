//! Changing what is remembered: one transaction, one number, one act.

use jiff::Timestamp;

use crate::database::{Changing, Row, Value};
use crate::keys::Key;
use crate::{Act, Store, StoreError, audit};

/// What a row is about, in the words of changes and of the audit log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Noun {
    /// The house itself.
    House,
    /// An organisation.
    Organisation,
    /// A person's account.
    Person,
    /// A one-time link.
    Link,
    /// A delivered document.
    Original,
    /// An asset system whose exports come in.
    Source,
    /// An export that somebody looks at before it is taken in.
    Upload,
    /// One export taken in.
    Import,
    /// A device.
    Device,
    /// A device build.
    Configuration,
    /// A product of a maker.
    Product,
    /// A release of a product.
    Release,
    /// A bill of materials.
    Bill,
    /// A document with statements about vulnerabilities.
    Vex,
    /// That somebody accepts a statement.
    Acceptance,
    /// A verdict about a build.
    Judgement,
    /// A piece of work that outlives the process.
    Job,
    /// The index of advisories.
    Index,
    /// A list that somebody keeps.
    SavedView,
    /// A token of the API.
    Token,
    /// What an organisation found out by itself about a vulnerability.
    Analysis,
    /// What somebody answered to a question.
    Answer,
    /// Something to do about devices.
    Action,
    /// An address at which somebody is told of what happened.
    Webhook,
    /// A document that came through a maker's account.
    MakerDelivery,
    /// What the house asked of a maker.
    MakerQuestion,
    /// What a customer asks a maker, in the maker's own house.
    CustomerQuestion,
    /// A customer of a maker, and what it was told.
    Customer,
    /// What somebody noted on a question.
    QuestionNote,
    /// A supplier of whom a dossier is kept.
    Supplier,
    /// An entry of such a dossier.
    SupplierEntry,
    /// A piece of evidence that an organisation shows for itself.
    Evidence,
    /// That somebody answers for security.
    Designation,
    /// What an organisation makes of a control, and the exceptions that it makes.
    Tailoring,
    /// What a maker discloses of the security of a product.
    Mds2Form,
    /// A purchase, with what bidders delivered.
    Purchase,
    /// A table of how long software is supported.
    LifeCycleTable,
    /// A key with which an organisation signs what it shows.
    SigningKey,
}

impl Noun {
    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::House => "house",
            Self::Organisation => "organisation",
            Self::Person => "person",
            Self::Link => "link",
            Self::Original => "original",
            Self::Source => "source",
            Self::Upload => "upload",
            Self::Import => "import",
            Self::Device => "device",
            Self::Configuration => "configuration",
            Self::Product => "product",
            Self::Release => "release",
            Self::Bill => "bill of materials",
            Self::Vex => "document with statements",
            Self::Acceptance => "acceptance",
            Self::Judgement => "judgement",
            Self::Job => "job",
            Self::Index => "index",
            Self::SavedView => "saved view",
            Self::Token => "token",
            Self::Analysis => "analysis",
            Self::Answer => "answer",
            Self::Action => "action",
            Self::Webhook => "webhook",
            Self::MakerDelivery => "delivery of a maker",
            Self::MakerQuestion => "question to a maker",
            Self::CustomerQuestion => "question of a customer",
            Self::Customer => "customer",
            Self::QuestionNote => "note on a question",
            Self::Supplier => "supplier",
            Self::SupplierEntry => "entry of a dossier",
            Self::Evidence => "piece of evidence",
            Self::Designation => "designation",
            Self::Tailoring => "tailoring",
            Self::Mds2Form => "MDS2 form",
            Self::Purchase => "purchase",
            Self::LifeCycleTable => "table of life cycles",
            Self::SigningKey => "signing key",
        }
    }
}

/// What happened to a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Happened {
    Made,
    Changed,
    Gone,
}

impl Happened {
    const fn word(self) -> &'static str {
        match self {
            Self::Made => "made",
            Self::Changed => "changed",
            Self::Gone => "gone",
        }
    }
}

/// What was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The number of the change among those of the top organisation.
    pub seq: i64,
    /// The place of the act in the audit log.
    pub leaf: i64,
}

/// A transaction of one top organisation. Dropped unfinished, nothing of it is kept.
pub struct Write<'s> {
    pub(crate) store: &'s Store,
    pub(crate) changing: Changing,
    pub(crate) head: i64,
    pub(crate) now: Timestamp,
    pub(crate) seq: i64,
    next_id: i64,
    sealed_key: Option<Vec<u8>>,
    changes: Vec<(Noun, i64, Happened)>,
}

impl Store {
    /// Begins to change what belongs to a top organisation; 0 is the house itself.
    ///
    /// Takes the next number at once, so whoever writes for the same organisation waits.
    ///
    /// # Errors
    /// When the database fails or there is no such organisation.
    pub async fn write(
        &self,
        head: i64,
        now: Timestamp,
    ) -> Result<Write<'_>, StoreError> {
        let mut changing = self.database.begin().await?;
        let (seq, next_id, sealed_key) = changing
            .row(
                "UPDATE head
                    SET seq = seq + 1
                  WHERE id = $1
              RETURNING seq, next_id, sealed_key",
                &[head.into()],
                |row: &Row<'_>| {
                    let key = row.bytes_if_any("sealed_key")?;
                    Ok((row.integer("seq")?, row.integer("next_id")?, key))
                },
            )
            .await?
            .ok_or_else(|| StoreError::absent("organisation", head))?;
        let changes = Vec::new();
        Ok(Write { store: self, changing, head, now, seq, next_id, sealed_key, changes })
    }
}

impl Write<'_> {
    /// The top organisation that is changed.
    #[must_use]
    pub fn head(&self) -> i64 {
        self.head
    }

    /// The number of this change.
    #[must_use]
    pub fn seq(&self) -> i64 {
        self.seq
    }

    /// A number that no row of the organisation has or will have.
    pub(crate) fn id(&mut self) -> i64 {
        let id = self.next_id;
        self.next_id += 1;
        id
    }

    /// Notes what changed, for those who keep a copy in memory.
    pub(crate) fn note(&mut self, noun: Noun, id: i64, happened: Happened) {
        self.changes.push((noun, id, happened));
    }

    /// The key under which the organisation's people's keys lie.
    pub(crate) fn key(&self) -> Result<Key, StoreError> {
        let key = self.key_if_any()?;
        key.ok_or_else(|| StoreError::absent("organisation's key", self.head))
    }

    /// The same; none where the organisation has no key.
    pub(crate) fn key_if_any(&self) -> Result<Option<Key>, StoreError> {
        let sealed = self.sealed_key.as_deref();
        let key = sealed.map(|sealed| self.store.keys.of_head(self.head, sealed));
        Ok(key.transpose()?)
    }

    /// Notes one more act as a leaf of the audit log, of those that are kept together; the last
    /// is told by [`Write::commit`].
    ///
    /// # Errors
    /// When the database fails.
    pub async fn also(&mut self, act: &Act) -> Result<(), StoreError> {
        audit::append(self.store, &mut self.changing, self.head, self.now, act).await?;
        Ok(())
    }

    /// Keeps all of it, with the act as a leaf of the audit log.
    ///
    /// # Errors
    /// When the database fails; then nothing is kept.
    pub async fn commit(mut self, act: Act) -> Result<Receipt, StoreError> {
        let leaf =
            audit::append(self.store, &mut self.changing, self.head, self.now, &act)
                .await?;
        let seq = self.seq;
        self.keep().await?;
        Ok(Receipt { seq, leaf })
    }

    /// Keeps one more part of an act that has its leaf already: a later batch of an import.
    ///
    /// # Errors
    /// When the database fails; then nothing is kept.
    pub async fn commit_part(self, of: Receipt) -> Result<Receipt, StoreError> {
        let seq = self.seq;
        self.keep().await?;
        Ok(Receipt { seq, ..of })
    }

    async fn keep(mut self) -> Result<(), StoreError> {
        let rows: Vec<Vec<Value>> = (1i64..)
            .zip(&self.changes)
            .map(|(position, (noun, id, happened))| {
                vec![
                    self.head.into(),
                    self.seq.into(),
                    position.into(),
                    noun.word().into(),
                    (*id).into(),
                    happened.word().into(),
                ]
            })
            .collect();
        self.changing
            .insert_many(
                "INSERT INTO change (head, seq, position, noun, id, what)",
                6,
                "",
                &rows,
            )
            .await?;
        self.changing
            .run(
                "UPDATE head SET next_id = $2 WHERE id = $1",
                &[self.head.into(), self.next_id.into()],
            )
            .await?;
        self.changing.commit().await
    }
}
