//! What every act works with.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use advisory::Source;
use courier::Post;
use jiff::{SignedDuration, Timestamp};
use oidc::Provider;
use store::Store;
use tokio::sync::{Mutex, Semaphore};

use crate::aside::aside;
use crate::bills::Spelt;
use crate::customer::Carriages;
use crate::digest::Mailing;
use crate::export::Exports;
use crate::feed::Subscription;
use crate::fleet::Fleets;
use crate::groups::GroupRole;
use crate::judging::{Advisories, Compared, JudgingError};
use crate::knowledge::OLD_AFTER;
use crate::life_cycle::LifeCycles;
use crate::log::Log;
use crate::maker::KnownFlaws;
use crate::meters::Meters;
use crate::posture::{Awards, Postures};
use crate::purchase::{Comparisons, Watches};
use crate::setting::Setting;
use crate::statement::Stating;
use crate::supplier::Assessments;

/// A generation of the index, and the newest change that it states of each source.
type Newest = (i64, Option<Vec<(Source, String)>>);

/// The house: its memory, where its files lie, and what time it is. Cheap to clone.
#[derive(Clone, Debug)]
pub struct App {
    /// What the house remembers.
    pub store: Store,
    /// Where the index of advisories lies.
    pub data: PathBuf,
    /// What time it is; a test may say it.
    pub now: fn() -> Timestamp,
    /// The advisories of the index in use, as last read.
    advisories: Arc<Mutex<Option<Arc<Advisories>>>>,
    /// The newest change of each source that an index states, by its generation, as last read.
    pub(crate) newest: Arc<Mutex<Option<Newest>>>,
    /// After how long what is known of advisories is old.
    pub old_after: SignedDuration,
    /// Held by whoever brings in or removes copies of indexes.
    pub(crate) indexes: Arc<Mutex<()>>,
    /// What differs between the generations that were last compared.
    pub(crate) compared: Arc<Mutex<Compared>>,
    /// Whoever reads a delivered file holds one of these.
    pub(crate) readers: Arc<Semaphore>,
    /// The feeds that this node follows.
    pub subscription: Option<Arc<Subscription>>,
    /// The identity provider by which people may sign in.
    pub provider: Option<Arc<Provider>>,
    /// Which groups of that provider give which roles.
    pub group_roles: Arc<[GroupRole]>,
    /// What this node was told to run with.
    pub settings: Arc<[Setting]>,
    /// The devices of each top organisation, as last read.
    pub(crate) fleets: Fleets,
    /// What sends messages to others.
    pub post: Arc<Post>,
    /// How mail is written and sent; `None` where none is.
    pub mailing: Option<Arc<Mailing>>,
    /// The builds of each top organisation by how its inventories write them.
    pub(crate) spelt: Spelt,
    /// Known flaws of SBOMs, as makers see them.
    pub(crate) flaws: Arc<Mutex<KnownFlaws>>,
    /// What the SBOMs of a maker's own releases carry.
    pub(crate) carriages: Arc<Mutex<Carriages>>,
    /// What documents with statements say, as last read.
    pub(crate) stating: Arc<Mutex<Stating>>,
    /// What this node exports at this moment.
    pub(crate) exports: Arc<Exports>,
    /// What the evidence says of suppliers, by top organisation.
    pub(crate) suppliers: Assessments,
    /// Where organisations stand, by top organisation.
    pub(crate) postures: Postures,
    /// What records of awards say, as read once.
    pub(crate) awards: Awards,
    /// How long software is supported, by top organisation.
    pub(crate) life_cycles: LifeCycles,
    /// Purchases with their bidders side by side, as last worked out.
    pub(crate) comparisons: Comparisons,
    /// What is new about what was bought.
    pub(crate) watches: Watches,
    /// What this node says of itself.
    pub log: Log,
    /// What this node has counted since it began.
    pub meters: Arc<Meters>,
    /// Under which address people reach the house, without a slash at its end; empty where
    /// nobody has said.
    address: Arc<str>,
}

/// How many delivered files are read at the same time: each is held in memory whole.
pub(crate) const READERS: usize = 2;

impl App {
    /// A house around its memory.
    #[must_use]
    pub fn new(store: Store, data: &Path, now: fn() -> Timestamp) -> Self {
        let readers = Arc::new(Semaphore::new(READERS));
        let data = data.to_owned();
        let fleets = Fleets::default();
        Self {
            store,
            data,
            now,
            advisories: Arc::default(),
            newest: Arc::default(),
            old_after: OLD_AFTER,
            indexes: Arc::default(),
            compared: Arc::default(),
            readers,
            subscription: None,
            provider: None,
            group_roles: Arc::default(),
            settings: Arc::default(),
            fleets,
            post: Arc::default(),
            mailing: None,
            spelt: Spelt::default(),
            flaws: Arc::default(),
            carriages: Arc::default(),
            stating: Arc::default(),
            exports: Arc::default(),
            suppliers: Assessments::default(),
            postures: Postures::default(),
            awards: Awards::default(),
            life_cycles: LifeCycles::default(),
            comparisons: Comparisons::default(),
            watches: Watches::default(),
            log: Log::default(),
            meters: Arc::default(),
            address: Arc::default(),
        }
    }

    /// The same, saying of itself what happens to `log`.
    #[must_use]
    pub fn logging(self, log: Log) -> Self {
        Self { log, ..self }
    }

    /// The same, sending messages with `post`.
    #[must_use]
    pub fn sending(self, post: Post) -> Self {
        Self { post: Arc::new(post), ..self }
    }

    /// The same, sending mail.
    #[must_use]
    pub fn mailing(self, mailing: Mailing) -> Self {
        Self { mailing: Some(Arc::new(mailing)), ..self }
    }

    /// The same, reached by people under an address.
    #[must_use]
    pub fn reached_at(self, address: &str) -> Self {
        Self { address: address.trim_end_matches('/').into(), ..self }
    }

    /// A page as somebody outside opens it; where nobody has said under which address the house
    /// is reached, the path alone.
    #[must_use]
    pub fn link(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }

    /// The same, following feeds.
    #[must_use]
    pub fn following(self, subscription: Subscription) -> Self {
        Self { subscription: Some(Arc::new(subscription)), ..self }
    }

    /// The same, calling what is known of advisories old after another time.
    #[must_use]
    pub fn old_after(self, old_after: SignedDuration) -> Self {
        Self { old_after, ..self }
    }

    /// The same, letting people in by an identity provider.
    #[must_use]
    pub fn trusting(self, provider: Provider) -> Self {
        Self { provider: Some(Arc::new(provider)), ..self }
    }

    /// The same, with roles that groups of the provider give.
    #[must_use]
    pub fn granting(self, group_roles: Vec<GroupRole>) -> Self {
        Self { group_roles: group_roles.into(), ..self }
    }

    /// The same, telling what it was told to run with.
    #[must_use]
    pub fn running_with(self, settings: Vec<Setting>) -> Self {
        Self { settings: settings.into(), ..self }
    }

    /// The day, in UTC: `2026-11-26`.
    #[must_use]
    pub fn today(&self) -> String {
        (self.now)().strftime("%Y-%m-%d").to_string()
    }

    /// The generation of the index that this node judges and answers with, as last read; `None`
    /// before the first, and while another is read.
    #[must_use]
    pub fn generation_read(&self) -> Option<i64> {
        let held = self.advisories.try_lock().ok()?;
        held.as_ref().map(|read| read.generation)
    }

    /// The device advisories of the index that is in use; `None` when none is.
    ///
    /// # Errors
    /// When this node has not fetched the index yet, it cannot be opened, or the database fails.
    pub async fn advisories(&self) -> Result<Option<Arc<Advisories>>, JudgingError> {
        let Some(newest) = self.store.generation().await? else { return Ok(None) };
        // Held while reading: two who ask at the same time read once.
        let mut held = self.advisories.lock().await;
        if let Some(read) = held.as_ref().filter(|read| read.generation == newest.number)
        {
            return Ok(Some(Arc::clone(read)));
        }
        let newest = self.at_hand(newest)?;
        let before = held.clone();
        let read = aside(move || {
            Advisories::read(&newest.path, newest.number, before.as_deref())
        })
        .await??;
        Ok(Some(Arc::clone(held.insert(Arc::new(read)))))
    }
}
