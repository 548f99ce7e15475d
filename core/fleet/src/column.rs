//! The columns of a fleet, by name and by the way they are kept.

use crate::texts::Text;

/// What a list can show, sort and filter by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are those of `Entry` and `Configuration`")]
pub enum Column {
    Organisation,
    Configuration,
    Source,
    AssetTag,
    Serial,
    Udi,
    Mac,
    Ip,
    Department,
    Status,
    Received,
    MissingSince,
    LifeSustaining,
    HoldsPhi,
    Reachable,
    Maker,
    Model,
    Description,
    Version,
    Verdict,
    Priority,
    Affected,
    CannotTell,
    Exploited,
    /// Configuration, answers and standing together, on which verdicts and priorities rest.
    /// It is in no list of columns and has no word.
    #[doc(hidden)]
    Situation,
}

/// How a column is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kept {
    /// Few values, each with the bitmap of its devices.
    Repeating,
    /// A text for each device.
    Text(Text),
    /// A value for each configuration.
    ByConfiguration,
}

impl Column {
    /// Every column.
    pub const ALL: [Self; 24] = [
        Self::Organisation,
        Self::Configuration,
        Self::Source,
        Self::AssetTag,
        Self::Serial,
        Self::Udi,
        Self::Mac,
        Self::Ip,
        Self::Department,
        Self::Status,
        Self::Received,
        Self::MissingSince,
        Self::LifeSustaining,
        Self::HoldsPhi,
        Self::Reachable,
        Self::Maker,
        Self::Model,
        Self::Description,
        Self::Version,
        Self::Verdict,
        Self::Priority,
        Self::Affected,
        Self::CannotTell,
        Self::Exploited,
    ];

    /// The word on the wire and in an address.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Organisation => "organisation",
            Self::Configuration => "configuration",
            Self::Source => "source",
            Self::AssetTag => "asset_tag",
            Self::Serial => "serial",
            Self::Udi => "udi",
            Self::Mac => "mac",
            Self::Ip => "ip",
            Self::Department => "department",
            Self::Status => "status",
            Self::Received => "received",
            Self::MissingSince => "missing_since",
            Self::LifeSustaining => "life_sustaining",
            Self::HoldsPhi => "holds_phi",
            Self::Reachable => "reachable",
            Self::Maker => "maker",
            Self::Model => "model",
            Self::Description => "description",
            Self::Version => "version",
            Self::Verdict => "verdict",
            Self::Priority => "priority",
            Self::Affected => "affected",
            Self::CannotTell => "cannot_tell",
            Self::Exploited => "exploited",
            Self::Situation => "",
        }
    }

    /// The column of that word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.word() == word)
    }

    pub(crate) const fn kept(self) -> Kept {
        match self {
            Self::AssetTag => Kept::Text(Text::AssetTag),
            Self::Serial => Kept::Text(Text::Serial),
            Self::Udi => Kept::Text(Text::Udi),
            Self::Mac => Kept::Text(Text::Mac),
            Self::Ip => Kept::Text(Text::Ip),
            Self::Maker
            | Self::Model
            | Self::Description
            | Self::Version
            | Self::Verdict
            | Self::Priority
            | Self::Affected
            | Self::CannotTell
            | Self::Exploited => Kept::ByConfiguration,
            Self::Organisation
            | Self::Configuration
            | Self::Source
            | Self::Department
            | Self::Status
            | Self::Received
            | Self::MissingSince
            | Self::LifeSustaining
            | Self::HoldsPhi
            | Self::Reachable
            | Self::Situation => Kept::Repeating,
        }
    }

    /// The column whose bitmaps tell which devices have a value of this one.
    pub(crate) const fn base(self) -> Self {
        match (self, self.kept()) {
            (
                Self::Verdict
                | Self::Priority
                | Self::Affected
                | Self::CannotTell
                | Self::Exploited,
                _,
            ) => Self::Situation,
            (_, Kept::ByConfiguration) => Self::Configuration,
            (_, Kept::Repeating | Kept::Text(_)) => self,
        }
    }
}
