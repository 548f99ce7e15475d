//! Makers in the house of others: for which maker a guest answers, what came through its
//! account, and what it was asked.
//!
//! What is kept here is the house's: each question takes a scope, or the one organisation to
//! which a guest is bound.

use crate::database::{Row, Value};
use crate::sealed_note::{Noted, keep_said, sealed};
use crate::typed::{Opener, WHY_DECLINED};
use crate::write::{Happened, Noun};
use crate::{Path, Scope, Store, StoreError, Write, stored};

/// A guest, and for which maker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guest {
    /// The number of the person.
    pub person: i64,
    /// The organisation of the role.
    pub organisation: i64,
    /// Where it stands.
    pub path: Path,
    /// The maker, as the house writes it.
    pub maker: String,
}

/// What kind of document came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Delivered {
    /// A bill of materials.
    Bill,
    /// A document with statements.
    Vex,
}

impl Delivered {
    const fn word(self) -> &'static str {
        match self {
            Self::Bill => "bill",
            Self::Vex => "vex",
        }
    }
}

/// What became of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Somebody of the house took it.
    Taken,
    /// Somebody of the house did not, and said why.
    Declined,
}

impl Outcome {
    /// The word as stored and on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Taken => "taken",
            Self::Declined => "declined",
        }
    }
}

/// A document that came through a maker's account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MakerDelivery {
    /// The number.
    pub id: i64,
    /// To which organisation.
    pub organisation: i64,
    /// For which maker.
    pub maker: String,
    /// What it is.
    pub noun: Delivered,
    /// The number of the bill, or of the document with statements.
    pub document: i64,
    /// The product.
    pub product: i64,
    /// The release.
    pub release: i64,
    /// What the maker called it.
    pub title: String,
    /// When, as stored.
    pub delivered: String,
    /// By whom.
    pub delivered_by: i64,
    /// What became of it; none while it waits.
    pub outcome: Option<Outcome>,
    /// Why it was declined.
    pub reason: String,
    /// Since when that is so, as stored.
    pub settled: Option<String>,
}

/// A document that comes now.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names are those of `MakerDelivery`")]
pub struct NewDelivery<'a> {
    pub organisation: i64,
    pub maker: &'a str,
    pub noun: Delivered,
    pub document: i64,
    pub product: i64,
    pub release: i64,
    pub title: &'a str,
    pub by: i64,
}

/// What a maker says to what it is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MakerSaid {
    /// It is so.
    Yes,
    /// It is not so.
    No,
    /// It does not know yet.
    NotKnown,
    /// What the text says.
    Told,
}

impl MakerSaid {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::Told, Self::Yes, Self::No, Self::NotKnown];

    /// The word as stored and on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::NotKnown => "not_known",
            Self::Told => "told",
        }
    }

    /// The one of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|said| said.word() == word)
    }
}

/// What the house asked of a maker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MakerQuestion {
    /// The number.
    pub id: i64,
    /// Which organisation asked.
    pub organisation: i64,
    /// Where that stands.
    pub path: Path,
    /// Of which maker, as the house writes it.
    pub maker: String,
    /// About which product.
    pub product: String,
    /// What it was put from: an action or a question.
    pub about: String,
    /// What is asked.
    pub asked: String,
    /// When it was put, as stored.
    pub put: String,
    /// Whether nobody asked, and the maker answered all the same.
    pub offered: bool,
    /// What the maker said; none while it waits.
    pub said: Option<MakerSaid>,
    /// In which words.
    pub note: String,
    /// When, as stored.
    pub answered: Option<String>,
}

/// Something to be asked.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names are those of `MakerQuestion`")]
pub struct NewMakerQuestion<'a> {
    pub organisation: i64,
    pub maker: &'a str,
    pub product: &'a str,
    pub about: &'a str,
    pub asked: &'a str,
    pub by: i64,
}

/// How a question came to be kept.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Put {
    Asked,
    Offered,
}

impl Store {
    /// The guests of a top organisation, and for which makers they answer.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn guests(&self, head: i64) -> Result<Vec<Guest>, StoreError> {
        // Whoever has lost the role is no guest any more.
        self.database
            .rows(
                "SELECT g.person, g.organisation, g.maker, o.path
                   FROM guest g
                   JOIN organisation o ON o.head = g.head AND o.id = g.organisation
                   JOIN binding b
                     ON b.head = g.head AND b.person = g.person
                    AND b.organisation = g.organisation AND b.role = 'supplier_guest'
                  WHERE g.head = $1
                  ORDER BY o.path, g.person",
                &[head.into()],
                |row| {
                    Ok(Guest {
                        person: row.integer("person")?,
                        organisation: row.integer("organisation")?,
                        path: Path::from_stored(row.text("path")?),
                        maker: row.text("maker")?,
                    })
                },
            )
            .await
    }

    /// What came through makers' accounts to organisations within a scope, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn maker_deliveries(
        &self,
        scope: &Scope,
    ) -> Result<Vec<MakerDelivery>, StoreError> {
        let opener = self.opener(scope.head()).await?;
        let found = self
            .database
            .rows(
                "SELECT d.id, d.organisation, d.maker, d.noun, d.document, d.product,
                        d.product_release, d.title, d.delivered, d.delivered_by, d.outcome,
                        d.reason, d.sealed_reason, d.settled, o.path
                   FROM maker_delivery d
                   JOIN organisation o ON o.head = d.head AND o.id = d.organisation
                  WHERE d.head = $1
                  ORDER BY d.delivered DESC, d.id DESC",
                &[scope.head().into()],
                |row| {
                    let delivery = read_delivery(row, &opener)?;
                    Ok((delivery, Path::from_stored(row.text("path")?)))
                },
            )
            .await?;
        let seen = found.into_iter().filter(|(_, path)| scope.admits(path));
        Ok(seen.map(|(delivery, _)| delivery).collect())
    }

    /// What was asked of makers by organisations within a scope, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn maker_questions(
        &self,
        scope: &Scope,
    ) -> Result<Vec<MakerQuestion>, StoreError> {
        let found = self
            .database
            .rows(
                "SELECT q.id, q.organisation, q.maker, q.product, q.about, q.asked, q.put,
                        q.offered, q.said, q.sealed_note, q.answered, o.path, h.sealed_key
                   FROM maker_question q
                   JOIN organisation o ON o.head = q.head AND o.id = q.organisation
                   JOIN head h ON h.id = q.head
                  WHERE q.head = $1
                  ORDER BY q.id DESC",
                &[scope.head().into()],
                |row| sealed(row, read_question),
            )
            .await?;
        self.with_notes(scope.head(), found, |path| scope.admits(path))
    }
}

impl Write<'_> {
    /// Says for which maker a guest answers in an organisation, in the place of what was said.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_guest(
        &mut self,
        person: i64,
        organisation: i64,
        maker: &str,
    ) -> Result<(), StoreError> {
        self.changing
            .run(
                "INSERT INTO guest (head, person, organisation, maker)
                 VALUES ($1, $2, $3, $4)
                     ON CONFLICT (head, person, organisation) DO UPDATE
                    SET maker = excluded.maker",
                &[
                    self.head.into(),
                    person.into(),
                    organisation.into(),
                    maker.trim().into(),
                ],
            )
            .await?;
        self.note(Noun::Person, person, Happened::Changed);
        Ok(())
    }

    /// Notes that a document came through a maker's account. One that was declined waits again.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_delivery(
        &mut self,
        new: NewDelivery<'_>,
    ) -> Result<i64, StoreError> {
        let fresh = self.id();
        let row: [Value; 11] = [
            self.head.into(),
            fresh.into(),
            new.organisation.into(),
            new.maker.into(),
            new.noun.word().into(),
            new.document.into(),
            new.product.into(),
            new.release.into(),
            new.title.into(),
            stored(self.now).into(),
            new.by.into(),
        ];
        let id = self
            .changing
            .row(
                "INSERT INTO maker_delivery (head, id, organisation, maker, noun, document,
                                             product, product_release, title, delivered,
                                             delivered_by)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
                     ON CONFLICT (head, noun, document) DO UPDATE
                    SET delivered = excluded.delivered, delivered_by = excluded.delivered_by,
                        outcome = CASE WHEN maker_delivery.outcome = 'declined' THEN NULL
                                       ELSE maker_delivery.outcome END,
                        reason = '', sealed_reason = NULL
              RETURNING id",
                &row,
                |row| row.integer("id"),
            )
            .await?
            .ok_or_else(|| StoreError::absent("delivery", new.document))?;
        self.note(Noun::MakerDelivery, id, Happened::Made);
        Ok(id)
    }

    /// Says what becomes of a document that came through a maker's account.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn settle_delivery(
        &mut self,
        id: i64,
        outcome: Outcome,
        reason: &str,
        by: i64,
    ) -> Result<(), StoreError> {
        let reason = self.seal_typed(&WHY_DECLINED, (id, 0), reason)?;
        self.changing
            .run(
                "UPDATE maker_delivery
                    SET outcome = $3, reason = '', sealed_reason = $4, settled = $5,
                        settled_by = $6
                  WHERE head = $1 AND id = $2",
                &[
                    self.head.into(),
                    id.into(),
                    outcome.word().into(),
                    reason,
                    stored(self.now).into(),
                    by.into(),
                ],
            )
            .await?;
        self.note(Noun::MakerDelivery, id, Happened::Changed);
        Ok(())
    }

    /// Asks a maker something.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn ask_maker(
        &mut self,
        new: NewMakerQuestion<'_>,
    ) -> Result<i64, StoreError> {
        self.put_question(new, Put::Asked).await
    }

    /// Keeps a question that nobody asked and that a maker answers all the same.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn offer_as_maker(
        &mut self,
        new: NewMakerQuestion<'_>,
    ) -> Result<i64, StoreError> {
        self.put_question(new, Put::Offered).await
    }

    /// Notes that an organisation asks what a maker had answered unasked.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn ask_offered(&mut self, question: i64) -> Result<(), StoreError> {
        self.changing
            .run(
                "UPDATE maker_question SET offered = 0 WHERE head = $1 AND id = $2",
                &[self.head.into(), question.into()],
            )
            .await?;
        self.note(Noun::MakerQuestion, question, Happened::Changed);
        Ok(())
    }

    /// Takes back what a maker answered: for that organisation it is as if it had not.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_answer_back(&mut self, question: i64) -> Result<(), StoreError> {
        self.changing
            .run(
                "UPDATE maker_question
                    SET said = NULL, sealed_note = NULL, answered = NULL, answered_by = NULL
                  WHERE head = $1 AND id = $2",
                &[self.head.into(), question.into()],
            )
            .await?;
        self.note(Noun::MakerQuestion, question, Happened::Changed);
        Ok(())
    }

    async fn put_question(
        &mut self,
        new: NewMakerQuestion<'_>,
        put: Put,
    ) -> Result<i64, StoreError> {
        let id = self.id();
        self.changing
            .run(
                "INSERT INTO maker_question (head, id, organisation, maker, product, about,
                                             asked, put, put_by, offered)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                &[
                    self.head.into(),
                    id.into(),
                    new.organisation.into(),
                    new.maker.into(),
                    new.product.into(),
                    new.about.into(),
                    new.asked.into(),
                    stored(self.now).into(),
                    new.by.into(),
                    i64::from(put == Put::Offered).into(),
                ],
            )
            .await?;
        self.note(Noun::MakerQuestion, id, Happened::Made);
        Ok(id)
    }

    /// Keeps what a maker says to what it was asked.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn answer_as_maker(
        &mut self,
        question: i64,
        said: MakerSaid,
        note: &str,
        by: i64,
    ) -> Result<(), StoreError> {
        let sql = keep_said!("maker_question");
        self.keep_said(sql, question, said.word(), note, by).await?;
        self.note(Noun::MakerQuestion, question, Happened::Changed);
        Ok(())
    }
}

impl Noted for MakerQuestion {
    fn id(&self) -> i64 {
        self.id
    }

    fn path(&self) -> &Path {
        &self.path
    }

    fn set_note(&mut self, note: String) {
        self.note = note;
    }
}

fn read_delivery(row: &Row<'_>, opener: &Opener) -> Result<MakerDelivery, StoreError> {
    let id = row.integer("id")?;
    Ok(MakerDelivery {
        id,
        organisation: row.integer("organisation")?,
        maker: row.text("maker")?,
        noun: match row.text("noun")?.as_str() {
            "bill" => Delivered::Bill,
            _ => Delivered::Vex,
        },
        document: row.integer("document")?,
        product: row.integer("product")?,
        release: row.integer("product_release")?,
        title: row.text("title")?,
        delivered: row.text("delivered")?,
        delivered_by: row.integer("delivered_by")?,
        outcome: match row.text_if_any("outcome")?.as_deref() {
            Some("taken") => Some(Outcome::Taken),
            Some(_) => Some(Outcome::Declined),
            None => None,
        },
        reason: WHY_DECLINED.read(row, opener, (id, 0))?,
        settled: row.text_if_any("settled")?,
    })
}

fn read_question(row: &Row<'_>) -> Result<MakerQuestion, StoreError> {
    Ok(MakerQuestion {
        id: row.integer("id")?,
        organisation: row.integer("organisation")?,
        path: Path::from_stored(row.text("path")?),
        maker: row.text("maker")?,
        product: row.text("product")?,
        about: row.text("about")?,
        asked: row.text("asked")?,
        put: row.text("put")?,
        offered: row.integer("offered")? == 1,
        said: row.text_if_any("said")?.as_deref().and_then(MakerSaid::from_word),
        note: String::new(),
        answered: row.text_if_any("answered")?,
    })
}
