//! On what a verdict rests: which document, which place in it, which rule.

use advisory::Source;
use reading::Place;
use terms::version::Scheme;
use terms::vex;

use crate::Verdict;
use crate::statement::Stated;

/// One document's word on one component and one vulnerability.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ground {
    /// What it says of this component.
    pub says: Verdict,
    /// The document and the place in it.
    pub origin: Origin,
    /// The rule by which the component meets it.
    pub rule: Rule,
    /// The name that met: a package, a CPE name, a product of a statement.
    pub name: Name,
    /// The component's version as it was compared; empty where there is none.
    pub version: String,
    /// The scheme that compared it.
    pub scheme: Option<Scheme>,
    /// The versions that the document names, as text: `>=1.0, <2.0`; empty where it names
    /// none.
    pub range: String,
    /// The first versions that hold the fix, where it states them.
    pub fixed: Vec<String>,
    /// Further limits that only a person can judge: platforms, modules, a stream.
    pub limits: Vec<String>,
    /// Why it is not affected, where a statement says so.
    pub justification: Option<vex::Justification>,
    /// Free text: of a statement, or what the rule leaves to say.
    pub detail: String,
    /// Who speaks and what came of it, where the word is a statement (VEX).
    pub stated: Option<Stated>,
}

impl Ground {
    /// Whether it asks something of a person. That a record which names its versions does
    /// not name this one is told where somebody asks for the vulnerability, and not of
    /// every component: most records of the CVE list leave it so.
    pub(crate) fn asks(&self) -> bool {
        self.says <= Verdict::CannotTell && self.rule != Rule::NothingSaid
    }

    /// Whether it says that there is nothing to do, and of this very component.
    pub(crate) fn settles(&self) -> bool {
        let of_another = [
            Rule::NameAbsent,
            Rule::NameDiffers,
            Rule::NameInWords,
            Rule::ReleaseDiffers,
            Rule::ProductDiffers,
            Rule::RecordWithdrawn,
            Rule::CveRejected,
            Rule::NotAnalysed,
            Rule::StatementsAlone,
            Rule::ProductsInWords,
            Rule::RecommendsAlone,
            Rule::StatementClaimed,
        ];
        matches!(self.says, Verdict::Fixed | Verdict::NotAffected)
            && !of_another.contains(&self.rule)
    }
}

/// A document, and a place in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// What kind of document it is.
    pub document: Document,
    /// Its id at its source, or the name of the file that an operator gave.
    pub id: String,
    /// Who published it; empty where it does not say.
    pub publisher: String,
    /// The last change that it states; empty where it states none.
    pub modified: String,
    /// Where in it.
    pub place: Place,
}

/// The kind of a document that says something about a component.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Document {
    /// An advisory or a VEX document.
    Record(Source),
    /// A statement inside the bill of materials itself.
    Bom,
}

impl Document {
    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Record(Source::Osv) => "osv",
            Self::Record(Source::Cve) => "cve",
            Self::Record(Source::Nvd) => "nvd",
            Self::Record(Source::Csaf) => "csaf",
            Self::Record(Source::OpenVex) => "openvex",
            Self::Record(Source::CycloneDxVex) => "cyclonedx_vex",
            Self::Record(Source::Kev) => "kev",
            Self::Record(Source::Epss) => "epss",
            Self::Bom => "bom",
        }
    }
}

/// The name by which a component met a document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Name {
    /// A package that the component is.
    Package(String),
    /// The source package that the component was built from.
    SourcePackage(String),
    /// A CPE name of the component.
    Cpe(String),
    /// A product as a statement names it.
    Product(String),
}

impl Name {
    /// The name itself.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Package(text)
            | Self::SourcePackage(text)
            | Self::Cpe(text)
            | Self::Product(text) => text,
        }
    }

    /// The word on the wire for the kind of name.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Package(_) => "package",
            Self::SourcePackage(_) => "source_package",
            Self::Cpe(_) => "cpe",
            Self::Product(_) => "product",
        }
    }
}

/// The rule by which a document reaches a component, or does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// The document lists this version.
    VersionListed,
    /// The version lies between two bounds.
    VersionInRange,
    /// The document speaks of every version.
    EveryVersion,
    /// The document speaks of every version that it does not name.
    OtherVersions,
    /// The version lies outside everything that the document names as touched, and it
    /// says that all others are not.
    VersionOutside,
    /// The document says nothing of this version.
    NothingSaid,
    /// The document names the product, and no version of it that is touched.
    NoVersions,
    /// The document says that its issuer does not know.
    StatusUnknown,
    /// The scheme cannot order this version against the document's.
    VersionIncomparable,
    /// The component states no version.
    VersionUnstated,
    /// The component states two versions, of which the document says different things.
    VersionContradicted,
    /// The document names versions in a way that no rule can read.
    RangeUnreadable,
    /// The document speaks of another release of the distribution.
    ReleaseDiffers,
    /// The component does not say of which release it is, and the releases differ.
    ReleaseUnstated,
    /// An applicability statement is true of the whole system.
    ConfigurationHolds,
    /// An applicability statement is false of the system.
    ConfigurationFails,
    /// An applicability statement can be neither.
    ConfigurationUndecided,
    /// An applicability statement asks for a platform that the system does not name.
    PlatformUnstated,
    /// The document speaks of it as a part of another product.
    ProductDiffers,
    /// The document speaks of it as a part of a product that may be another.
    ProductUnsure,
    /// The distribution has put the fix into this version of its package.
    FixBackported,
    /// A statement that somebody has accepted.
    StatementAccepted,
    /// A statement that nobody has accepted.
    StatementClaimed,
    /// The document holds nothing of the name that the record gives.
    NameAbsent,
    /// The document holds something of another kind under the same last name.
    NameDiffers,
    /// The record names its product in words alone, on which no finding can rest.
    NameInWords,
    /// The record has been withdrawn.
    RecordWithdrawn,
    /// The CVE has been rejected, and with it what CVE and NVD said.
    CveRejected,
    /// The record speaks of it in statements alone.
    StatementsAlone,
    /// The record names products, and none by which a component can be known.
    ProductsInWords,
    /// The record recommends releases, and says nothing of the flaw.
    RecommendsAlone,
    /// The record does not say what is touched.
    NotAnalysed,
}

impl Rule {
    /// Every rule.
    pub const ALL: [Self; 32] = [
        Self::VersionListed,
        Self::VersionInRange,
        Self::EveryVersion,
        Self::OtherVersions,
        Self::VersionOutside,
        Self::NothingSaid,
        Self::NoVersions,
        Self::StatusUnknown,
        Self::VersionIncomparable,
        Self::VersionUnstated,
        Self::VersionContradicted,
        Self::RangeUnreadable,
        Self::ReleaseDiffers,
        Self::ReleaseUnstated,
        Self::ConfigurationHolds,
        Self::ConfigurationFails,
        Self::ConfigurationUndecided,
        Self::PlatformUnstated,
        Self::ProductDiffers,
        Self::ProductUnsure,
        Self::FixBackported,
        Self::StatementAccepted,
        Self::StatementClaimed,
        Self::NameAbsent,
        Self::NameDiffers,
        Self::NameInWords,
        Self::RecordWithdrawn,
        Self::CveRejected,
        Self::StatementsAlone,
        Self::ProductsInWords,
        Self::RecommendsAlone,
        Self::NotAnalysed,
    ];

    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::VersionListed => "version_listed",
            Self::VersionInRange => "version_in_range",
            Self::EveryVersion => "every_version",
            Self::OtherVersions => "other_versions",
            Self::VersionOutside => "version_outside",
            Self::NothingSaid => "nothing_said",
            Self::NoVersions => "no_versions",
            Self::StatusUnknown => "status_unknown",
            Self::VersionIncomparable => "version_incomparable",
            Self::VersionUnstated => "version_unstated",
            Self::VersionContradicted => "version_contradicted",
            Self::RangeUnreadable => "range_unreadable",
            Self::ReleaseDiffers => "release_differs",
            Self::ReleaseUnstated => "release_unstated",
            Self::ConfigurationHolds => "configuration_holds",
            Self::ConfigurationFails => "configuration_fails",
            Self::ConfigurationUndecided => "configuration_undecided",
            Self::PlatformUnstated => "platform_unstated",
            Self::ProductDiffers => "product_differs",
            Self::ProductUnsure => "product_unsure",
            Self::FixBackported => "fix_backported",
            Self::StatementAccepted => "statement_accepted",
            Self::StatementClaimed => "statement_claimed",
            Self::NameAbsent => "name_absent",
            Self::NameDiffers => "name_differs",
            Self::NameInWords => "name_in_words",
            Self::RecordWithdrawn => "record_withdrawn",
            Self::CveRejected => "cve_rejected",
            Self::StatementsAlone => "statements_alone",
            Self::ProductsInWords => "products_in_words",
            Self::RecommendsAlone => "recommends_alone",
            Self::NotAnalysed => "not_analysed",
        }
    }

    /// What it means, in a sentence for a person.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::VersionListed => "the record lists this version",
            Self::VersionInRange => "the version lies inside the range",
            Self::EveryVersion => "the record speaks of every version",
            Self::OtherVersions => {
                "the record speaks of every version that it does not name"
            }
            Self::VersionOutside => "the version lies outside the range",
            Self::NothingSaid => "the record says nothing of this version",
            Self::NoVersions => {
                "the record names it, and no version of it that is affected"
            }
            Self::StatusUnknown => {
                "the issuer does not know yet whether this version is affected"
            }
            Self::VersionIncomparable => {
                "the version cannot be ordered against the range"
            }
            Self::VersionUnstated => "the component states no version",
            Self::VersionContradicted => {
                "the component states two versions, and the record says different things of \
                 them"
            }
            Self::RangeUnreadable => "the record names versions in words",
            Self::ReleaseDiffers => "the record speaks of another release",
            Self::ReleaseUnstated => "the component does not say of which release it is",
            Self::ConfigurationHolds => "the configuration is true of this system",
            Self::ConfigurationFails => "the configuration is not true of this system",
            Self::ConfigurationUndecided => {
                "the configuration can be neither confirmed nor ruled out"
            }
            Self::PlatformUnstated => {
                "the version fits, but the document does not name the platform that the \
                 record asks for"
            }
            Self::ProductDiffers => {
                "the record speaks of it as a part of another product"
            }
            Self::ProductUnsure => {
                "the record speaks of it as a part of one product, and the document does \
                 not say whether it is about that one"
            }
            Self::FixBackported => "the distribution has put the fix into this version",
            Self::StatementAccepted => "a statement that the operator accepts",
            Self::StatementClaimed => "a statement that nobody has accepted",
            Self::NameAbsent => "the document holds nothing of this name",
            Self::NameDiffers => "the same last name, but another thing",
            Self::NameInWords => "the record names its product in words alone",
            Self::RecordWithdrawn => "the record has been withdrawn",
            Self::CveRejected => "the CVE has been rejected",
            Self::StatementsAlone => "the record speaks of it in statements (VEX) alone",
            Self::ProductsInWords => {
                "the record names its products by nothing that a component can be known by"
            }
            Self::RecommendsAlone => {
                "the record recommends releases, and says nothing of what is affected"
            }
            Self::NotAnalysed => "the record does not say what is touched",
        }
    }
}
