//! What webhooks are told of, and how it looks.
//!
//! Source: Standard Webhooks 1.0.0, "Payload structure": type, timestamp, data.

use jiff::Timestamp;
use serde::Serialize;
use store::stored;

/// Something of which a webhook can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Event {
    /// A vulnerability affects devices that it did not affect before.
    Affects,
    /// A vulnerability is no longer said to affect devices.
    Retracted,
    /// A vulnerability that affects devices is exploited since now.
    Exploited,
    /// Something that was over, reported done, planned or accepted is to be done all the same.
    Returned,
    /// Somebody took work orders away.
    Exported,
    /// Somebody sends work orders.
    Sent,
    /// An export of an asset system was taken in.
    ImportFinished,
    /// An export of an asset system could not be taken in.
    ImportFailed,
    /// A feed of advisories does not answer.
    FeedFailing,
    /// A feed of advisories answers again.
    FeedRecovered,
    /// A purchase was awarded.
    Awarded,
    /// Something is new about what was bought.
    News,
    /// Somebody asks that a gate keep nobody from buying.
    OverrideAsked,
}

/// The word of a message that tells of nothing.
pub(super) const TEST: &str = "webhook.test";

impl Event {
    /// Every event.
    pub const ALL: [Self; 13] = [
        Self::Affects,
        Self::Retracted,
        Self::Exploited,
        Self::Returned,
        Self::Exported,
        Self::Sent,
        Self::ImportFinished,
        Self::ImportFailed,
        Self::FeedFailing,
        Self::FeedRecovered,
        Self::Awarded,
        Self::News,
        Self::OverrideAsked,
    ];

    /// The word as stored and on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Affects => "vulnerability.affects",
            Self::Retracted => "vulnerability.retracted",
            Self::Exploited => "vulnerability.exploited",
            Self::Returned => "action.returned",
            Self::Exported => "work.exported",
            Self::Sent => "work.sent",
            Self::ImportFinished => "import.finished",
            Self::ImportFailed => "import.failed",
            Self::FeedFailing => "feed.failing",
            Self::FeedRecovered => "feed.recovered",
            Self::Awarded => "purchase.awarded",
            Self::News => "purchase.news",
            Self::OverrideAsked => "purchase.override_asked",
        }
    }

    /// The event that is written with `word`.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.word() == word)
    }
}

/// A message as it is signed.
#[derive(Serialize)]
pub(super) struct Payload<'a, T> {
    #[serde(rename = "type")]
    event: &'static str,
    timestamp: String,
    data: &'a T,
}

impl<'a, T: Serialize> Payload<'a, T> {
    pub(super) fn new(event: &'static str, at: Timestamp, data: &'a T) -> Self {
        Self { event, timestamp: stored(at), data }
    }

    pub(super) fn text(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }
}

/// What is told of a vulnerability: the builds that it touches, and how many devices of the
/// organisation, with everything below it, are of them.
#[derive(Debug, Serialize)]
pub(super) struct Touching {
    pub(super) organisation: i64,
    pub(super) vulnerability: String,
    pub(super) builds: Vec<i64>,
    pub(super) devices: i64,
    /// Whether it is listed as exploited, or a record says so.
    pub(super) exploited: bool,
    pub(super) link: String,
}

/// So much more at once that each alone would be told to nobody's use.
#[derive(Debug, Serialize)]
pub(super) struct More {
    pub(super) organisation: i64,
    pub(super) more: usize,
    pub(super) link: String,
}

/// What is told of an action.
#[derive(Debug, Serialize)]
pub(super) struct OfAction<'a> {
    pub(super) organisation: i64,
    pub(super) action: &'a str,
    pub(super) kind: &'a str,
    pub(super) priority: &'a str,
    pub(super) link: String,
}

/// What is told of work orders that were taken away.
#[derive(Debug, Serialize)]
pub(super) struct Export {
    pub(super) organisation: i64,
    pub(super) actions: usize,
    pub(super) link: String,
}

/// What is told of an import.
#[derive(Debug, Serialize)]
pub(super) struct OfImport {
    pub(super) organisation: i64,
    pub(super) import: i64,
    pub(super) source: i64,
    pub(super) devices: i64,
    pub(super) added: i64,
    pub(super) changed: i64,
    pub(super) missing: i64,
    pub(super) returned: i64,
    pub(super) complaints: i64,
    pub(super) link: String,
}

/// What is told of a feed.
#[derive(Debug, Serialize)]
pub(super) struct OfFeed<'a> {
    pub(super) feed: &'a str,
    pub(super) link: String,
}

/// What is told of a purchase; never who bids.
#[derive(Debug, Serialize)]
pub(super) struct OfPurchase {
    pub(super) organisation: i64,
    pub(super) purchase: i64,
    /// How much is new about what was bought, where that is told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) news: Option<usize>,
    pub(super) link: String,
}

/// A message that tells of nothing.
#[derive(Debug, Serialize)]
pub(super) struct Test {
    pub(super) organisation: i64,
    pub(super) webhook: i64,
    pub(super) link: String,
}
