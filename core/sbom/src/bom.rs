//! The bill of materials, in the words that CycloneDX and SPDX have in common.

use reading::Place;
use terms::vex;

/// The family of the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// CycloneDX, JSON or XML.
    CycloneDx,
    /// SPDX 2 or 3.
    Spdx,
}

impl Format {
    /// The name as the standard writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CycloneDx => "CycloneDX",
            Self::Spdx => "SPDX",
        }
    }
}

/// One software bill of materials, as delivered.
#[derive(Clone, Debug, PartialEq)]
pub struct Bom {
    /// The family of the document.
    pub format: Format,
    /// The specification version that the document claims: `1.6`, `2.3`, `3.0.1`.
    pub spec: String,
    /// The document's own identity: CycloneDX serial number with its version
    /// (`urn:uuid:…/1`), SPDX document namespace or SPDX id.
    pub identity: Option<String>,
    /// The name of what the document describes: CycloneDX `metadata.component.name`, SPDX
    /// document name.
    pub name: Option<String>,
    /// When the document was made, as written.
    pub created: Option<String>,
    /// Who or what made the document (persons, organisations, tools).
    pub authors: Vec<Contact>,
    /// From what it was made, as far as the document says so in a field of its own: CycloneDX
    /// `metadata.lifecycles`, SPDX 3 `software_sbomType`. SPDX 2 has no such field.
    pub contexts: Vec<Context>,
    /// What the document is about: CycloneDX `metadata.component`; the packages that an
    /// SPDX document describes are in [`Bom::components`] and named here by position.
    pub subject: Subject,
    /// What stands inside the subject itself (CycloneDX `metadata.component.components`).
    /// It counts for nothing in `sbom check`, since only parts of the list are counted, but
    /// it is judged like the others: see [`Bom::parts`]. A part without a parent is nested
    /// in the subject directly; otherwise the parent is a position in this list.
    pub subject_parts: Vec<Component>,
    /// Everything the subject is made of, nested ones included, in document order.
    pub components: Vec<Component>,
    /// How components relate; duplicates and dangling ones are kept.
    pub relationships: Vec<Relationship>,
    /// What the author says about completeness.
    pub compositions: Vec<Composition>,
    /// Statements about vulnerabilities that the document carries (embedded VEX).
    pub statements: Vec<Statement>,
}

impl Bom {
    /// A document of which only the family is known.
    #[must_use]
    pub const fn new(format: Format) -> Self {
        Self {
            format,
            spec: String::new(),
            identity: None,
            name: None,
            created: None,
            authors: Vec::new(),
            contexts: Vec::new(),
            subject: Subject::Unstated,
            subject_parts: Vec::new(),
            components: Vec::new(),
            relationships: Vec::new(),
            compositions: Vec::new(),
            statements: Vec::new(),
        }
    }

    /// Everything that must be judged besides the subject: the components, and before them
    /// the parts that stand inside the subject.
    pub fn parts(&self) -> impl Iterator<Item = &Component> {
        self.subject_parts.iter().chain(&self.components)
    }

    /// Whether it lists anything besides what it describes.
    #[must_use]
    pub fn lists_components(&self) -> bool {
        let subject = match &self.subject {
            Subject::Within(positions) => positions.as_slice(),
            Subject::Apart(_) | Subject::Unstated => &[],
        };
        !self.subject_parts.is_empty()
            || (0..self.components.len()).any(|at| !subject.contains(&at))
    }
}

/// What a document is about.
#[derive(Clone, Debug, PartialEq)]
pub enum Subject {
    /// The document does not say.
    Unstated,
    /// A component that stands outside the list (CycloneDX).
    Apart(Box<Component>),
    /// Components of the list, by position (SPDX).
    Within(Vec<usize>),
}

/// A person, an organisation or a tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// Its name.
    pub name: String,
    /// Whether it is a tool, which is no author in the sense of NTIA 2021.
    pub kind: ContactKind,
}

/// What a [`Contact`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContactKind {
    /// A person.
    Person,
    /// An organisation.
    Organization,
    /// A program.
    Tool,
}

impl ContactKind {
    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Organization => "organization",
            Self::Tool => "tool",
        }
    }
}

/// From what a document was made, which CISA calls its generation context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context {
    /// In which phase of the life of what it describes.
    pub phase: Phase,
    /// The word or the name, as written.
    pub written: String,
    /// Where it stands.
    pub place: Place,
}

impl Context {
    /// A context of a phase, as the document writes it.
    #[must_use]
    pub const fn new(phase: Phase, written: String, place: Place) -> Self {
        Self { phase, written, place }
    }
}

/// A phase in the life of software, in the words that the standards have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// It is planned: `design` of both.
    Design,
    /// From sources, before they are built: `pre-build`, `source`.
    Source,
    /// While it is built: `build` of both.
    Build,
    /// From what was built, taken apart: `post-build`, `analyzed`.
    Built,
    /// From what is installed or runs: `operations`, `deployed`, `runtime`.
    Operations,
    /// From what was found in a network: `discovery`.
    Discovery,
    /// From what goes out of use: `decommission`.
    Decommission,
    /// A name of the maker's own, or a word that is none of the standard's.
    Other,
}

impl Phase {
    /// In words, for a page.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Design => "design",
            Self::Source => "source",
            Self::Build => "build",
            Self::Built => "binary",
            Self::Operations => "operation",
            Self::Discovery => "discovery",
            Self::Decommission => "decommissioning",
            Self::Other => "other",
        }
    }
}

/// What kind of thing a component is; CycloneDX `type`, SPDX `primaryPackagePurpose`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names are those of the standards")]
pub enum Kind {
    Application,
    Framework,
    Library,
    Container,
    Platform,
    OperatingSystem,
    Device,
    DeviceDriver,
    Firmware,
    File,
    MachineLearningModel,
    Data,
    CryptographicAsset,
    Other,
    /// The document does not say.
    Unstated,
}

impl Kind {
    /// The word of CycloneDX; `None` where the document does not say, or says a word that
    /// is none.
    #[must_use]
    pub const fn word(self) -> Option<&'static str> {
        Some(match self {
            Self::Application => "application",
            Self::Framework => "framework",
            Self::Library => "library",
            Self::Container => "container",
            Self::Platform => "platform",
            Self::OperatingSystem => "operating-system",
            Self::Device => "device",
            Self::DeviceDriver => "device-driver",
            Self::Firmware => "firmware",
            Self::File => "file",
            Self::MachineLearningModel => "machine-learning-model",
            Self::Data => "data",
            Self::CryptographicAsset => "cryptographic-asset",
            Self::Other | Self::Unstated => return None,
        })
    }
}

/// One thing that the subject is made of.
#[derive(Clone, Debug, PartialEq)]
pub struct Component {
    /// The reference by which relationships name it: `bom-ref`, SPDX id; empty where the
    /// document gives none.
    pub reference: String,
    /// The kind of thing.
    pub kind: Kind,
    /// The group or namespace in front of the name (CycloneDX `group`); empty if none.
    pub group: String,
    /// The name; empty where the document gives none.
    pub name: String,
    /// The version as written; `None` where there is none or SPDX says `NOASSERTION`.
    pub version: Option<String>,
    /// Who supplied it (CycloneDX `supplier`, else `manufacturer`; SPDX `supplier`).
    pub supplier: Option<String>,
    /// Who made it (CycloneDX `author`, `authors`, `publisher`; SPDX `originator`).
    pub originator: Option<String>,
    /// The package URL as written, well formed or not. The first, where there are several.
    pub purl: Option<String>,
    /// Further package URLs as written.
    pub purls_other: Vec<String>,
    /// CPE names as written, 2.2 or 2.3, well formed or not.
    pub cpes: Vec<String>,
    /// SPDX licence expressions, ids or names, as written.
    pub licences: Vec<String>,
    /// Digests of the component.
    pub hashes: Vec<Hash>,
    /// What the maker says about support.
    pub support: Support,
    /// The source package that it was built from, where a tool says so beside the purl.
    pub source_package: SourcePackage,
    /// Patches on it that are said to resolve something.
    pub patches: Vec<Patch>,
    /// The component in which this one is nested, by position.
    pub parent: Option<usize>,
    /// Where it stands in the document.
    pub place: Place,
}

impl Component {
    /// A component of which only the place is known.
    #[must_use]
    pub fn at(place: Place) -> Self {
        Self {
            reference: String::new(),
            kind: Kind::Unstated,
            group: String::new(),
            name: String::new(),
            version: None,
            supplier: None,
            originator: None,
            purl: None,
            purls_other: Vec::new(),
            cpes: Vec::new(),
            licences: Vec::new(),
            hashes: Vec::new(),
            support: Support::default(),
            source_package: SourcePackage::default(),
            patches: Vec::new(),
            parent: None,
            place,
        }
    }

    /// Whether it states a package URL, well formed or not.
    #[must_use]
    pub fn has_purl(&self) -> bool {
        self.purl.iter().chain(&self.purls_other).any(|purl| !purl.trim().is_empty())
    }

    /// Whether it states a CPE name, well formed or not.
    #[must_use]
    pub fn has_cpe(&self) -> bool {
        self.cpes.iter().any(|cpe| !cpe.trim().is_empty())
    }
}

/// A patch on a component, and what it is said to resolve (CycloneDX `pedigree.patches`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patch {
    /// `backport`, `cherry-pick`, `monkey`, `unofficial`, as written; empty where it is not
    /// said.
    pub kind: String,
    /// The ids of what it resolves, as written; enhancements left out.
    pub resolves: Vec<String>,
    /// Where it stands.
    pub place: Place,
}

/// The source package of a distribution's package, in the parts in which tools write it;
/// empty where they say nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourcePackage {
    /// Its name.
    pub name: String,
    /// Its version, with or without release and epoch.
    pub version: String,
    /// What follows the version after a hyphen.
    pub release: String,
    /// What stands before the version and a colon.
    pub epoch: String,
}

impl SourcePackage {
    /// The version as the distribution writes it: `1:1.1.1n-0+deb11u3`; `None` where none
    /// is stated.
    #[must_use]
    pub fn full_version(&self) -> Option<String> {
        if self.version.is_empty() {
            return None;
        }
        let mut full = String::new();
        if !matches!(self.epoch.as_str(), "" | "0") {
            full.push_str(&self.epoch);
            full.push(':');
        }
        full.push_str(&self.version);
        if !self.release.is_empty() {
            full.push('-');
            full.push_str(&self.release);
        }
        Some(full)
    }
}

/// A digest as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hash {
    /// The algorithm's name as written: `SHA-256`, `SHA256`.
    pub algorithm: String,
    /// The digest as written.
    pub value: String,
}

/// What the maker says about support of a component (FD&C Act 524B guidance, V.A.4:
/// level of support and end-of-support date).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Support {
    /// The level of support: `actively maintained`, `no longer maintained`, `abandoned`.
    pub level: Option<String>,
    /// The date of the end of support, as written.
    pub end: Option<String>,
}

/// One relation between two references.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relationship {
    /// The reference it starts from.
    pub from: String,
    /// What kind of relation it is.
    pub kind: RelationshipKind,
    /// The reference it leads to.
    pub to: String,
    /// Where it stands in the document.
    pub place: Place,
}

/// The relations that Lazaret tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RelationshipKind {
    /// `from` depends on `to` (also SPDX `DEPENDENCY_OF`, turned round).
    DependsOn,
    /// `from` provides `to` (CycloneDX 1.6 `provides`).
    Provides,
    /// `from` contains `to` (also SPDX `CONTAINED_BY`, turned round).
    Contains,
    /// `from` describes `to` (also SPDX `DESCRIBED_BY`, turned round).
    Describes,
    /// Any other relation.
    Other,
}

impl RelationshipKind {
    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::DependsOn => "depends_on",
            Self::Provides => "provides",
            Self::Contains => "contains",
            Self::Describes => "describes",
            Self::Other => "other",
        }
    }
}

/// What the author says about the completeness of a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Composition {
    /// The claim.
    pub aggregate: Aggregate,
    /// References of assemblies or dependencies to which the claim applies; empty means
    /// the whole document.
    pub references: Vec<String>,
}

/// How complete a part is (CycloneDX `aggregate`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aggregate {
    /// Nothing is missing.
    Complete,
    /// Something is missing, or may be.
    Incomplete,
    /// The author does not know or does not say.
    Unknown,
}

impl Aggregate {
    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Incomplete => "incomplete",
            Self::Unknown => "unknown",
        }
    }
}

/// A statement about a vulnerability that stands in the document itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// The vulnerability's id as written.
    pub id: String,
    /// Further ids of it.
    pub aliases: Vec<String>,
    /// What is said; `None` where the document names the vulnerability without a state.
    pub status: Option<vex::Status>,
    /// Why it is not affected, where that is said.
    pub justification: Option<vex::Justification>,
    /// What the maker does or advises (CycloneDX `analysis.response`), as written.
    pub responses: Vec<String>,
    /// Free text of the statement: the impact, and how the status was found.
    pub detail: String,
    /// What to do, in words (CycloneDX `recommendation` and `workaround`, SPDX 3
    /// `actionStatement`).
    pub action: String,
    /// When it was made or last changed, as written; `None` where only the document has a
    /// time.
    pub timestamp: Option<String>,
    /// References of the components it is about; empty means the subject.
    pub references: Vec<String>,
    /// Versions to which it applies, with their state, where the document lists them.
    pub versions: Vec<StatementVersion>,
    /// Where it stands.
    pub place: Place,
}

/// A version or `vers` range in a statement of CycloneDX.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementVersion {
    /// One version or a `vers` range, as written.
    pub text: String,
    /// `affected`, `unaffected` or `unknown`, as written; `None` where the document leaves
    /// it to the analysis.
    pub status: Option<String>,
}
