//! What could not be judged, why, and the question that would settle it.

use std::collections::BTreeSet;

use terms::version::{Placeholder, Scheme};

use crate::Position;

/// One component and one reason why something about it cannot be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// The component.
    pub component: Position,
    /// Why.
    pub why: Why,
    /// The vulnerabilities that hang on it; empty where the component cannot be looked up
    /// at all.
    pub vulnerabilities: BTreeSet<String>,
}

/// Why something about a component cannot be told.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// It carries neither a package URL nor a CPE name.
    NoIdentifier,
    /// It carries no version.
    NoVersion,
    /// Its package URL is malformed.
    MalformedPurl {
        /// The purl as written.
        purl: String,
        /// What should have stood there, and where.
        fault: String,
    },
    /// Its CPE name is malformed.
    MalformedCpe {
        /// The name as written.
        cpe: String,
        /// What should have stood there, and where.
        fault: String,
    },
    /// No source of advisories speaks of packages of this type.
    UnknownEcosystem {
        /// The purl type, with the distribution where it has one.
        ecosystem: String,
    },
    /// The index speaks of no package of this ecosystem, or of this release of it.
    NotCovered {
        /// The registry or distribution, with the release where it has one.
        of: String,
        /// What the feed is called that speaks of it.
        feed: String,
    },
    /// The index holds no record with CPE names, and the component has nothing else.
    NoCpeRecords,
    /// A version that cannot be ordered against those of a record.
    Incomparable {
        /// The version.
        version: String,
        /// The scheme that was asked.
        scheme: Scheme,
    },
    /// Two versions that contradict each other, of which a record says different things.
    VersionContradicted {
        /// Both, with what the record says of each.
        versions: String,
    },
    /// A record that names versions in words.
    UnreadableRange,
    /// A package of a distribution that does not say of which release, where releases
    /// differ.
    NoRelease {
        /// The distribution.
        ecosystem: String,
    },
    /// A package of a distribution whose advisories name sources, where neither the
    /// document tells the source nor the index knows one of that name.
    NoSource {
        /// The distribution.
        of: String,
        /// The name of the package.
        name: String,
    },
    /// An applicability statement that is neither true nor false of the system.
    UndecidedConfiguration,
    /// An applicability statement that asks for a platform which the system does not name.
    PlatformUnstated {
        /// The platform, or the platforms of which one will do.
        platform: String,
    },
    /// A record that speaks of it as a part of a product, where the document does not say
    /// whether it is about that product.
    ProductUnsure {
        /// The product.
        product: String,
    },
    /// A record that names it without saying which versions are touched, or says nothing
    /// of this one.
    NothingSaid,
    /// A record whose issuer does not know whether it is touched.
    StatusUnknown,
    /// A bound of a record that cannot be read as a version.
    BoundUnreadable {
        /// The versions as the record gives them.
        range: String,
        /// The scheme that was asked.
        scheme: Scheme,
    },
    /// The document itself names the vulnerability without saying what follows.
    NoState,
    /// A record names something of the same vendor and product, in words alone.
    SameName {
        /// Vendor and product as the record writes them.
        name: String,
    },
    /// The vulnerability is known, but nobody has said which products it touches.
    NotAnalysed,
    /// Everybody who named the vulnerability has withdrawn or rejected it.
    TakenBack,
}

impl Why {
    /// The word on the wire.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::NoIdentifier => "no_identifier",
            Self::NoVersion => "no_version",
            Self::MalformedPurl { .. } => "malformed_purl",
            Self::MalformedCpe { .. } => "malformed_cpe",
            Self::UnknownEcosystem { .. } => "unknown_ecosystem",
            Self::NotCovered { .. } | Self::NoCpeRecords => "not_covered",
            Self::Incomparable { .. } => "incomparable_version",
            Self::VersionContradicted { .. } => "version_contradicted",
            Self::UnreadableRange => "unreadable_range",
            Self::NoRelease { .. } => "no_release",
            Self::NoSource { .. } => "no_source",
            Self::UndecidedConfiguration => "undecided_configuration",
            Self::PlatformUnstated { .. } => "platform_unstated",
            Self::ProductUnsure { .. } => "product_unsure",
            Self::NothingSaid => "nothing_said",
            Self::StatusUnknown => "status_unknown",
            Self::BoundUnreadable { .. } => "unreadable_range",
            Self::NoState => "no_state",
            Self::SameName { .. } => "same_name",
            Self::NotAnalysed => "not_analysed",
            Self::TakenBack => "taken_back",
        }
    }

    /// The reason, in a sentence without a full stop.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::NoIdentifier => {
                "it carries neither a package URL nor a CPE name".to_owned()
            }
            Self::NoVersion => "it carries no version".to_owned(),
            Self::MalformedPurl { purl, fault } => {
                format!("its package URL `{purl}` is malformed: {fault}")
            }
            Self::MalformedCpe { cpe, fault } => {
                format!("its CPE name `{cpe}` is malformed: {fault}")
            }
            Self::UnknownEcosystem { ecosystem } => {
                format!(
                    "no source of advisories names packages of the type `{ecosystem}`"
                )
            }
            Self::NotCovered { of, .. } => {
                format!("the index holds no advisories for {of}")
            }
            Self::NoCpeRecords => {
                "the index holds no records with CPE names, neither NVD's nor those of \
                 the CVE list"
                    .to_owned()
            }
            Self::Incomparable { version, scheme } => incomparable(version, *scheme),
            Self::VersionContradicted { versions } => {
                format!("it states two versions: {versions}")
            }
            Self::UnreadableRange => "a record names versions in words alone".to_owned(),
            Self::NoRelease { ecosystem } => {
                format!("it does not say of which release of `{ecosystem}` it is")
            }
            Self::NoSource { of, name } => format!(
                "advisories for {of} name source packages; the document does not tell its \
                 source, and the index knows none that is called `{name}`"
            ),
            Self::UndecidedConfiguration => {
                "a configuration can be neither confirmed nor ruled out".to_owned()
            }
            Self::PlatformUnstated { .. }
            | Self::ProductUnsure { .. }
            | Self::NothingSaid
            | Self::StatusUnknown
            | Self::BoundUnreadable { .. }
            | Self::TakenBack => self.unsaid(),
            Self::NoState => {
                "the document lists a vulnerability for it without a state".to_owned()
            }
            Self::SameName { name } => {
                format!("a record names `{name}` in words, without an identifier")
            }
            Self::NotAnalysed => {
                "nobody has said yet which products the vulnerability touches".to_owned()
            }
        }
    }

    /// What a record leaves unsaid.
    fn unsaid(&self) -> String {
        match self {
            Self::PlatformUnstated { platform } => format!(
                "a record that fits its version asks for the platform {platform}, which \
                 the document does not name"
            ),
            Self::ProductUnsure { product } => format!(
                "a record speaks of it as a part of `{product}`, and the document does \
                 not say whether it is about that"
            ),
            Self::NothingSaid => {
                "a record names it, but does not say whether this version is affected"
                    .to_owned()
            }
            Self::StatusUnknown => {
                "the issuer of a record does not know yet whether it is affected"
                    .to_owned()
            }
            Self::BoundUnreadable { range, scheme: Scheme::Git } => {
                format!("a record names commits alone: `{range}`")
            }
            Self::BoundUnreadable { range, scheme } => {
                format!("a record's `{range}` cannot be read as versions of `{scheme}`")
            }
            Self::TakenBack => {
                "the vulnerability has been rejected or withdrawn by all who named it"
                    .to_owned()
            }
            _ => String::new(),
        }
    }

    /// The question that would settle it, about a component that is called `component`.
    #[must_use]
    pub fn question(&self, component: &str) -> String {
        match self {
            Self::NoIdentifier => {
                format!("Which package URL or CPE name does {component} have?")
            }
            Self::NoVersion => format!("Which version of {component} is it?"),
            Self::MalformedPurl { .. } => {
                format!("What is the right package URL of {component}?")
            }
            Self::MalformedCpe { .. } => {
                format!("What is the right CPE name of {component}?")
            }
            Self::UnknownEcosystem { .. } => format!(
                "Which package of a public registry or distribution, or which CPE name, is {component}?"
            ),
            Self::NotCovered { feed, .. } => format!(
                "Can a feed of {feed} be added to those that are read, so that {component} can be judged?"
            ),
            Self::NoCpeRecords => format!(
                "Can NVD or the CVE list be added to the feeds that are read, so that {component} can be judged?"
            ),
            Self::Incomparable { .. } => format!(
                "Which released version of {component} is it, as its registry writes it?"
            ),
            Self::VersionContradicted { versions } => {
                format!("Which version of {component} is the right one: {versions}?")
            }
            Self::UnreadableRange => {
                format!("Does what the record says in words hold of {component}?")
            }
            Self::NoRelease { ecosystem } => {
                format!("Which release of `{ecosystem}` is {component} from?")
            }
            Self::NoSource { .. } => {
                format!("From which source package is {component} built?")
            }
            Self::UndecidedConfiguration => format!(
                "Which exact CPE name, with version, update and platform, does {component} have?"
            ),
            Self::PlatformUnstated { platform } => {
                format!("Does {component} run on {platform}?")
            }
            Self::ProductUnsure { product } => {
                format!("Is this {component} a part of {product}?")
            }
            Self::BoundUnreadable { .. } => format!(
                "Does what the record says of versions hold of {component}, as its maker sees it?"
            ),
            Self::NothingSaid | Self::StatusUnknown => {
                format!(
                    "Does the maker say whether this version of {component} is affected?"
                )
            }
            Self::NoState => {
                format!("Does the maker say whether {component} is affected?")
            }
            Self::SameName { name } => {
                format!("Is {component} the same thing as {name}?")
            }
            Self::NotAnalysed => {
                format!("Does the maker of {component} say whether it is affected?")
            }
            Self::TakenBack => {
                format!("Does the maker of {component} speak of it all the same?")
            }
        }
    }

    /// What *yes* and *no* to the question say of the vulnerabilities that hang on it.
    #[must_use]
    pub const fn settles(&self) -> Settles {
        match self {
            Self::PlatformUnstated { .. } => Settles::Both,
            Self::ProductUnsure { .. } | Self::SameName { .. } => Settles::No,
            Self::NoIdentifier
            | Self::NoVersion
            | Self::MalformedPurl { .. }
            | Self::MalformedCpe { .. }
            | Self::UnknownEcosystem { .. }
            | Self::NotCovered { .. }
            | Self::NoCpeRecords
            | Self::Incomparable { .. }
            | Self::VersionContradicted { .. }
            | Self::UnreadableRange
            | Self::NoRelease { .. }
            | Self::NoSource { .. }
            | Self::UndecidedConfiguration
            | Self::NothingSaid
            | Self::StatusUnknown
            | Self::BoundUnreadable { .. }
            | Self::NoState
            | Self::NotAnalysed
            | Self::TakenBack => Settles::Neither,
        }
    }

    /// Whether the component cannot be judged at all, whatever the vulnerability.
    #[must_use]
    pub const fn scope(&self) -> Scope {
        match self {
            Self::NoIdentifier
            | Self::NoVersion
            | Self::MalformedPurl { .. }
            | Self::MalformedCpe { .. }
            | Self::UnknownEcosystem { .. }
            | Self::NotCovered { .. }
            | Self::NoSource { .. }
            | Self::NoCpeRecords => Scope::Component,
            Self::Incomparable { .. }
            | Self::VersionContradicted { .. }
            | Self::UnreadableRange
            | Self::NoRelease { .. }
            | Self::UndecidedConfiguration
            | Self::PlatformUnstated { .. }
            | Self::ProductUnsure { .. }
            | Self::NothingSaid
            | Self::StatusUnknown
            | Self::BoundUnreadable { .. }
            | Self::NoState
            | Self::SameName { .. }
            | Self::NotAnalysed
            | Self::TakenBack => Scope::Vulnerabilities,
        }
    }
}

/// Why a version cannot be ordered.
fn incomparable(version: &str, scheme: Scheme) -> String {
    if Placeholder::of(scheme, version) != Placeholder::No {
        return format!(
            "its version `{version}` is none, or what tools write where they know none"
        );
    }
    match scheme {
        Scheme::Unknown => {
            format!("nothing is known of the order of versions such as `{version}`")
        }
        scheme => format!("its version `{version}` cannot be ordered as `{scheme}`"),
    }
}

/// What *yes* and *no* say of the vulnerabilities that hang on a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Settles {
    /// *No* that what asks does not touch the component, *yes* that it does.
    Both,
    /// *No* that what asks does not touch the component; *yes* leads to what else is unknown.
    No,
    /// Neither says anything: something has to be stated.
    Neither,
}

impl Settles {
    /// The word by which it is kept.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Both => "both",
            Self::No => "no",
            Self::Neither => "neither",
        }
    }

    /// What that word means; an unknown word settles nothing.
    #[must_use]
    pub fn of_word(word: &str) -> Self {
        match word {
            "both" => Self::Both,
            "no" => Self::No,
            _ => Self::Neither,
        }
    }
}

/// How far an unknown reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// It is about the component, whatever the vulnerability.
    Component,
    /// It is about certain vulnerabilities.
    Vulnerabilities,
}
