//! Memory: the only place with SQL.
//! A table holds facts with ids and nothing clever; judgement is `core/`'s.
//!
//! - `Store` opens embedded SQLite or PostgreSQL by URL. `src/database.rs` is the only module that knows that there are two: everywhere else a statement is one literal text that both understand.
//! - `Write` is the only way to change anything. It takes the next number of a top organisation, notes what changed, and can be finished only with an `Act`, which becomes a leaf of the audit log in the same transaction: what cannot be logged does not happen.
//! - `Scope` stands in every query about what organisations own: whose rows the asker may see.
//! - Personal fields and secrets are sealed under a person's key, which is sealed under the organisation's, which is sealed under the root key, which is never in the database. What inventories and documents may say of people is sealed under the organisation's key.

mod access;
mod analysis;
mod answer;
mod audience;
mod audit;
mod backup;
mod bill;
mod bill_listing;
mod configuration;
mod copy;
mod customer;
mod database;
mod designation;
mod device;
mod device_history;
mod device_move;
mod device_replacement;
mod digest;
mod error;
mod evidence;
mod export;
mod feed_standing;
mod foresight;
mod generation;
mod health;
mod identity;
mod import;
mod instant;
mod interrupted_form;
mod job;
mod judged;
mod judgement;
mod keys;
mod life_cycle_table;
mod link;
mod maker;
mod mds2_form;
mod named;
mod organisation;
mod original;
mod person;
mod posture;
mod priority;
mod priority_table;
mod product;
mod project;
mod purchase;
mod question_note;
mod release_turn;
mod repeatable;
mod saved_view;
mod scope;
mod sealed_note;
mod sealing;
mod second_factor;
mod session;
mod shift;
mod sign_in_try;
mod signing_key;
mod statement;
mod stock;
mod supplier;
mod tailoring;
mod taken_back;
mod token;
mod told_customer;
mod typed;
mod upload;
pub mod view;
mod waiting_bill;
mod webhook;
mod work;
mod work_policy;
mod write;

pub use ::backup::Contents;
pub use ::pack::proof::{Inclusion, LogRoot, Proofs};
pub use access::{Access, HeldRole, LivingToken, ShownBy};
pub use analysis::{Analysis, AnalysisSubject, FoundOut, Remark};
pub use answer::{Answer, AskedQuestion, Covers, NewAnswer, Said};
pub use audience::Audience;
pub use audit::{Act, Fact, Leaf, Tampering};
pub use backup::{BackupError, Copying};
pub use bill::{
    Bill, BillFacts, BillJudged, BillOf, Described, HeldBeside, JudgedBills, NewBill,
};
pub use bill_listing::Carrier;
pub use configuration::{Build, Configuration};
pub use copy::{Listed, ListedPage, Ruling, Since};
pub use customer::{CustomerQuestion, NewCustomerQuestion};
pub use designation::{Designation, NewDesignation, Office};
pub use device::{Counts, Device, Told};
pub use device_history::{DeviceTurn, PieceTurn};
pub use device_move::{DeviceMove, Gone, Moved, NewDeviceMove, is_key_of_moved};
pub use device_replacement::{DeviceReplacement, Doubt, NewDeviceReplacement, Replaced};
pub use digest::{Digest, DigestFate, DigestReader, Often, SEND_DIGEST};
pub use error::StoreError;
pub use evidence::{
    Evidence, EvidenceDocument, EvidenceListed, EvidenceWords, NewEvidence, TakenEvidence,
};
pub use export::{ExportError, KEPT_BACK, Piece, Take, TakeBytes, told_tables};
pub use feed_standing::FeedStanding;
pub use foresight::{Held, KnownAs};
pub use generation::{Bytes, Generation, IndexChunk, IndexPart, Part, Spread};
pub use health::{GivenUp, OpenJobs, Pool, Unsent};
pub use import::{Complaint, Import, NewImport, Progress, Source, TakesBack};
pub use instant::{from_stored, stored};
pub use job::{ATTEMPTS, Job, LEASE, Sends, WaitingKind};
pub use judged::{Judging, Reached};
pub use judgement::{Changed, Judged, Judgement, Reasons, Subject, Turn, Turned};
pub use keys::{KeyError, RootKey};
pub use life_cycle_table::{LifeCycleTable, NewLifeCycleTable};
pub use link::{Link, Purpose};
pub use maker::{
    Delivered, Guest, MakerDelivery, MakerQuestion, MakerSaid, NewDelivery,
    NewMakerQuestion, Outcome,
};
pub use mds2_form::{Mds2Form, Mds2Said, Mds2Standing, NewMds2Form};
pub use named::{Named, Naming};
pub use organisation::{
    BELONGINGS, Belonging, Kind, NewOrganisation, Organisation, SETTINGS,
};
pub use original::{NewOriginal, Original, Parcel};
pub use person::{Binding, Blocked, Given, NewPerson, Person, Role};
pub use posture::{NotedVerdict, PostureDay, TurnedVerdict};
pub use priority::{Weighed, Weight};
pub use priority_table::PriorityTable;
pub use product::{Documented, Product, Release};
pub use project::{Latest, Project, Wanted};
pub use purchase::{
    Award, Bidder, GateOverride, NewBidder, NewGateOverride, NewPurchase,
    NewPurchaseFile, Purchase, PurchaseEnd, PurchaseEnded, PurchaseFile, PurchaseSaid,
    ToldNews,
};
pub use question_note::{NewQuestionNote, QuestionNote};
pub use release_turn::{ReleaseTurn, ReleaseTurned};
pub use repeatable::{Repeat, Repeated, Taken};
pub use saved_view::{ListOf, SavedView};
pub use scope::{Path, Scope};
pub use sealing::InTheClear;
pub use session::{NewSession, Session, Voucher};
pub use shift::{Owned, Shifted};
pub use sign_in_try::Bucket;
pub use signing_key::KeptKey;
pub use statement::{Acceptance, NewAcceptance, NewVex, Vex};
pub use stock::{Addresses, Stock};
pub use supplier::{
    NewSupplierEntry, Supplier, SupplierDocument, SupplierEntry, Withdrawn,
};
pub use tailoring::{ControlException, NewControlException, TailoredControl};
pub use taken_back::{Brought, Shared};
pub use token::{NewToken, Token};
pub use told_customer::{Customer, CustomerTold, NewCustomer, NewCustomerTold};
pub use upload::{NewUpload, Upload};
pub use waiting_bill::WaitingBill;
pub use webhook::{
    After, Attempt, Fails, Fate, Listening, Message, NewWebhook, SEND, Secrets, Webhook,
};
pub use work::{DecidedAction, KeptAction, NewTurn, SeenAction, WorkDay, WorkTurn};
pub use work_policy::WorkPolicy;
pub use write::{Noun, Receipt, Write};

use database::Database;
use keys::Keys;

/// What the house remembers: one database and the keys to what is sealed in it.
///
/// Cheap to clone: clones share the connections.
#[derive(Clone, Debug)]
pub struct Store {
    database: Database,
    keys: std::sync::Arc<Keys>,
    builds: configuration::Held,
}

impl Store {
    /// Opens the database at `url` (`sqlite:FILE` or `postgres://…`), brings its tables up
    /// to this version, and unlocks what is sealed with `root`.
    ///
    /// A database without rows takes `root` as its root key from then on.
    ///
    /// # Errors
    /// When it cannot be reached, was written by a newer version, or was sealed under
    /// another root key.
    pub async fn open(url: &str, root: &RootKey) -> Result<Self, StoreError> {
        let database = Database::open(url).await?;
        let keys = Keys::unlock(&database, root).await?;
        let builds = configuration::Held::default();
        Ok(Self { database, keys: std::sync::Arc::new(keys), builds })
    }

    /// The same where there is a house already; makes none.
    ///
    /// # Errors
    /// When there is none, and as [`Store::open`].
    pub async fn open_house(url: &str, root: &RootKey) -> Result<Self, StoreError> {
        match Database::holds_house(url).await? {
            true => Self::open(url, root).await,
            false => Err(StoreError::NoHouse),
        }
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.database
            .rows("SELECT id FROM instance", &[], |row| row.integer("id"))
            .await?;
        Ok(())
    }

    /// Closes every connection, after the work in hand.
    pub async fn close(&self) {
        self.database.close().await;
    }
}
