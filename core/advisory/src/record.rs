//! What one source says in one document.

use reading::Place;
use terms::version::Scheme;
use terms::vex;

/// Who issues documents of a kind, which decides what a withdrawal takes back and whose
/// severity is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
#[expect(missing_docs, reason = "the names are those of the formats")]
pub enum Source {
    Osv = 0,
    Cve = 1,
    Nvd = 2,
    Csaf = 3,
    OpenVex = 4,
    CycloneDxVex = 5,
    Kev = 6,
    Epss = 7,
}

/// What one source says in one document: the fact that every advisory format is read into.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// The kind of document.
    pub source: Source,
    /// The document's id at its source: OSV id, CVE id, CSAF tracking id, VEX document id.
    pub id: String,
    /// Who published it: CSAF publisher name, OSV database (the id's prefix), CNA short
    /// name; empty where the document does not say.
    pub publisher: String,
    /// The title or summary; empty where there is none.
    pub title: String,
    /// First published, RFC 3339 in UTC as `2024-10-22T00:00:00Z`; empty if unstated.
    pub published: String,
    /// Last changed, likewise.
    pub modified: String,
    /// Whether the source still stands by it.
    pub state: State,
    /// TLP label as written; empty where there is none.
    pub tlp: String,
    /// The vulnerabilities that the document speaks of. OSV, CVE and NVD: one.
    pub vulnerabilities: Vec<Vulnerability>,
    /// Ids that are connected but name something else; never joined.
    pub related: Vec<String>,
    /// Which versions of which packages are touched.
    pub affected: Vec<Affected>,
    /// CPE applicability statements, each true or false of a whole configuration.
    pub configurations: Vec<(usize, terms::cpe::Configuration)>,
    /// Products of makers as the document names them (CSAF product tree).
    pub products: Vec<Product>,
    /// What to do about it.
    pub remediations: Vec<Remediation>,
    /// Notes of the document and of its vulnerabilities, for conditions and exclusions.
    pub notes: Vec<Note>,
    /// VEX statements about products that are named by identifiers.
    pub statements: Vec<Statement>,
    /// Why products of the tree are not affected, in words (CSAF threats of the category
    /// `impact`).
    pub impacts: Vec<Impact>,
}

impl Record {
    /// What the source says of its own analysis where it has none, in its own word
    /// (`Awaiting Analysis`): nothing is known of what is touched. Silence of such a
    /// record is *not analysed*, never *not affected*.
    #[must_use]
    pub fn not_analysed(&self) -> Option<&str> {
        let note = self.notes.iter().find(|note| note.category == Note::NOT_ANALYSED)?;
        Some(&note.text)
    }
}

/// Whether the source still stands by a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It does.
    Live,
    /// Withdrawn at that time: it takes back its own statements and nothing else.
    Withdrawn(String),
    /// A rejected CVE: takes back what CVE and NVD said; other sources stand, marked.
    Rejected,
}

/// One vulnerability as a record names it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Vulnerability {
    /// Ids that name this single vulnerability, the record's own first (OSV id and its
    /// `aliases`; for CSAF the CVE, else the first of `ids`). Empty in a CSAF entry without
    /// any id.
    pub ids: Vec<String>,
    /// Title or summary; empty where there is none.
    pub title: String,
    /// Scores with their vectors and who gave them, in document order.
    pub severities: Vec<Severity>,
    /// Weakness ids as written (`CWE-79`).
    pub cwes: Vec<String>,
    /// Whether the record itself says that it is exploited (SSVC `active`, CSAF exploit
    /// status, CISA's KEV note in a CVE record), and where it says so.
    pub exploited: Option<Place>,
}

/// A severity and who gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Severity {
    /// Who gave it.
    pub scorer: Scorer,
    /// The CVSS vector as written, with its prefix (2.0 has none).
    pub vector: String,
}

/// Who gave a score; the order is the precedence of DESIGN 4.3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Scorer {
    /// The issuer of a device advisory (CSAF).
    Issuer = 0,
    /// The CVE's own numbering authority.
    Cna = 1,
    /// CISA's additional container of a CVE record.
    CisaAdp = 2,
    /// NVD.
    Nvd = 3,
    /// An aggregator (OSV databases and others).
    Other = 4,
}

/// Which versions of one thing are touched by one vulnerability of the record.
#[derive(Clone, Debug, PartialEq)]
pub struct Affected {
    /// Position in [`Record::vulnerabilities`].
    pub vulnerability: usize,
    /// The thing.
    pub identity: Identity,
    /// Extents with what is said of the versions inside. A version that lies in several
    /// takes the word of the narrowest: one exact version before an interval.
    pub extents: Vec<(Extent, vex::Status)>,
    /// What is said of versions outside every extent; `None` is *nothing is said*.
    pub otherwise: Option<vex::Status>,
    /// Further limits that a person reads: platforms, modules, architectures, a stream.
    pub limits: Vec<String>,
    /// Where it stands.
    pub place: Place,
}

/// How a thing is named.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Identity {
    /// A package.
    Package(crate::package::Key),
    /// A CPE name; version and update attributes are not used where extents are given.
    Cpe(String),
    /// Vendor and product in words: never a finding, at most a question.
    Name {
        /// The vendor as written.
        vendor: String,
        /// The product as written.
        product: String,
    },
}

/// Some versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Extent {
    /// Every version.
    All,
    /// Exactly these versions. OSV enumerates so.
    Exact {
        /// The scheme by which a version equals one of them.
        scheme: Scheme,
        /// The versions as written.
        versions: Vec<String>,
    },
    /// The versions between two bounds.
    Interval(Interval),
    /// A text that no rule can read; a version is neither inside nor outside.
    Unreadable(String),
}

/// The versions between two bounds; without a bound it is open on that side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interval {
    /// The scheme that orders versions and bounds.
    pub scheme: Scheme,
    /// The lower bound.
    pub lower: Option<Bound>,
    /// The upper bound.
    pub upper: Option<Bound>,
    /// The first version that holds the fix, where it is stated; for display.
    pub fixed: Option<String>,
}

/// One end of an interval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bound {
    /// The version itself belongs to the interval.
    Included(String),
    /// It does not.
    Excluded(String),
}

/// A product of a maker as a CSAF product tree names it: one leaf, or one relationship.
#[derive(Clone, Debug, PartialEq)]
pub struct Product {
    /// `product_id`.
    pub id: String,
    /// The branches from the root to the leaf, in order.
    pub branches: Vec<ProductBranch>,
    /// The full product name.
    pub name: String,
    /// Identification helpers: package URLs as written.
    pub purls: Vec<String>,
    /// Identification helpers: CPE names as written.
    pub cpes: Vec<String>,
    /// Identification helpers: model numbers, SKUs and serial numbers as written.
    pub models: Vec<String>,
    /// For a relationship: category and the product ids of component and platform.
    pub relationship: Option<(String, String, String)>,
    /// What is said of it, vulnerability by vulnerability.
    pub statuses: Vec<ProductStatus>,
    /// Where it stands.
    pub place: Place,
}

/// One branch of a product tree on the way to a leaf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductBranch {
    /// CSAF `category`: `vendor`, `product_family`, `product_name`, `product_version`, ….
    pub category: String,
    /// CSAF `name`.
    pub name: String,
}

/// What is said of a product and one vulnerability.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductStatus {
    /// Position in [`Record::vulnerabilities`].
    pub vulnerability: usize,
    /// The status; CSAF's groups folded as the specification's profiles do
    /// (`first_affected` and `last_affected` are affected, `first_fixed` is fixed).
    /// `recommended` and `unknown` say nothing of the flaw and are under investigation
    /// here; [`ProductStatus::group`] tells them apart.
    pub status: vex::Status,
    /// The group as written: `known_affected`, `recommended`, ….
    pub group: String,
    /// Why it is not affected (CSAF `flags`).
    pub justification: Option<vex::Justification>,
}

/// What to do, for whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remediation {
    /// What it is.
    pub kind: RemediationKind,
    /// The text.
    pub text: String,
    /// A link; empty where there is none.
    pub url: String,
    /// Positions in [`Record::products`]; empty means all.
    pub products: Vec<usize>,
    /// Position in [`Record::vulnerabilities`]; `None` means all.
    pub vulnerability: Option<usize>,
}

/// An impact statement: why products of the tree are not affected, in words.
///
/// Source: CSAF 2.0 §4.5, which wants one, or a flag, for each product that is known not to
/// be affected. What a threat says of other products is a rating and not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Impact {
    /// Position in [`Record::vulnerabilities`].
    pub vulnerability: usize,
    /// Positions in [`Record::products`], in ascending order.
    pub products: Vec<usize>,
    /// The text.
    pub text: String,
}

/// CSAF remediation categories (2.0 §3.2.3.12.1; 2.1 adds two).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
#[expect(missing_docs, reason = "the names are the standard's")]
pub enum RemediationKind {
    VendorFix = 0,
    Mitigation = 1,
    Workaround = 2,
    NoFixPlanned = 3,
    NoneAvailable = 4,
    FixPlanned = 5,
    OptionalPatch = 6,
}

/// A note of the document or of one of its vulnerabilities.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Position in [`Record::vulnerabilities`]; `None` is the document's.
    pub vulnerability: Option<usize>,
    /// CSAF note category.
    pub category: String,
    /// Title; empty where there is none.
    pub title: String,
    /// The text.
    pub text: String,
}

impl RemediationKind {
    /// The word of CSAF.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::VendorFix => "vendor_fix",
            Self::Mitigation => "mitigation",
            Self::Workaround => "workaround",
            Self::NoFixPlanned => "no_fix_planned",
            Self::NoneAvailable => "none_available",
            Self::FixPlanned => "fix_planned",
            Self::OptionalPatch => "optional_patch",
        }
    }
}

impl Note {
    /// The category of the note by which a reader says that the source has not analysed a
    /// vulnerability; its text is the source's own word. No format has such a category.
    pub const NOT_ANALYSED: &'static str = "not analysed";
}

/// A VEX statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// Position in [`Record::vulnerabilities`].
    pub vulnerability: usize,
    /// What is said.
    pub status: vex::Status,
    /// Why it is not affected.
    pub justification: Option<vex::Justification>,
    /// About which products; empty where the document names none.
    pub products: Vec<StatementProduct>,
    /// When it was made, RFC 3339 in UTC; empty where unstated.
    pub timestamp: String,
    /// Impact statement, and how the status was found: free text.
    pub impact: String,
    /// Action statement: what to do, free text.
    pub action: String,
    /// Where it stands.
    pub place: Place,
}

/// A product that a statement is about, and components inside it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StatementProduct {
    /// Identifiers of the product as written: purl, CPE, IRI, BOM-Link or reference.
    pub identifiers: Vec<String>,
    /// Identifiers of subcomponents; empty means the product itself.
    pub subcomponents: Vec<String>,
    /// Versions to which it applies, as written (`vers:` or one version); empty means all.
    pub versions: Vec<String>,
}
