//! The kinds of records, and by which headings a table of each is known.
//!
//! Headings are those of Microsoft Entra ID, Google Workspace, Snipe-IT, GoPhish and the usual
//! words of personnel, learning and endpoint systems; the word of a field is always one.

use crate::Field;

/// How far a record of a kind carries by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nature {
    /// An export of a system, or a result: the file is the record.
    Export,
    /// Kept by hand: a claim, until a proof is delivered with it.
    Kept,
    /// What the house that judges keeps of itself: no file says it, and nobody enters it.
    House,
}

/// A column of a table.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// The field that it gives.
    pub field: Field,
    /// Headings, parted by `|`, the surest first; a table without one of those of a column
    /// that is needed is none of this kind.
    pub headings: &'static str,
    /// Whether it is needed.
    pub is_needed: bool,
}

const fn need(field: Field, headings: &'static str) -> Column {
    Column { field, headings, is_needed: true }
}

const fn may(field: Field, headings: &'static str) -> Column {
    Column { field, headings, is_needed: false }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $nature:ident, [$($need:expr),* $(,)?];)*) => {
        /// What a record is about.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind { $($(#[$doc])* $name,)* }

        impl Kind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Its word: a table of the register, and on the wire.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }

            /// How far it carries by itself.
            #[must_use]
            pub const fn nature(self) -> Nature {
                match self { $(Self::$name => Nature::$nature,)* }
            }

            /// Its columns.
            #[must_use]
            pub const fn columns(self) -> &'static [Column] {
                match self { $(Self::$name => const { &[$($need),*] },)* }
            }
        }
    };
}

use Field::{
    Accepted, Active, Advisory, Amount, Announced, Approved, Audience, Audit, Blocking,
    Campaign, Cap, Choice, Clicked, Closed, Complete, Completed, Conformity, Connectable,
    Contact, Control, Count, Course, Cyber, Data, Department, Devices, Disabled,
    Disposal, Employee, Enabled, Encrypted, ExcludesDependent, ExcludesInjury,
    ExcludesUnpatched, Exempt, File, FirstPurchase, FlowDown, From, Happened, Holder,
    Host, InUse, Indemnity, Independent, Isao, Keys, Lacking, LastEvent, LastSignIn,
    Late, Legacy, Limit, Login, Mail, Method, Mfa, Missing, Name, NoticeHours,
    OldestMissing, On, Ours, P95, PassMark, Passed, PatchDays, Patched, Patients,
    Privileged, Product, Proof, Published, Recorded, Released, Reported, Review, Role,
    Roles, ScanBan, Scope, Score, SecurityWarranty, Sharing, Signatures, Signer, Sought,
    Stage, Statement, Submitted, Supplier, SupportEnds, Theirs, Tier, Tlp, Topics,
    Triaged, Uncapped, Unsupported, Until, Upgrade, UsedUntil, Valid, Version,
    WarrantyUntil, Where,
};

kinds! {
    /// Somebody who works there, as personnel keeps it.
    Person = "person", Export, [
        need(Employee, "employee id|employee number|employee no|personnel number|staff id|person id|worker id"),
        may(Login, "username|user name|login|samaccountname"),
        may(Mail, "email|e mail|email address|work email|mail"),
        need(Role, "job title|role|position|title|job|occupation|employee title"),
        may(Department, "department|unit|cost center"),
        may(Active, "active|employment status|status"),
        may(From, "start date|hire date|date of hire|joined|hired"),
        may(Until, "end date|termination date|leave date|last day|left|date of leaving"),
    ];
    /// An account, as the identity system exports it.
    Account = "account", Export, [
        need(Login, "userprincipalname|user principal name|username|user name|login|samaccountname|account|email address"),
        may(Mail, "mail|email|email address|primary email"),
        may(Employee, "employee id|employeeid|employee number"),
        need(Enabled, "accountenabled|account enabled|enabled|account status|activated|suspended|status"),
        may(Privileged, "privileged|is admin|admin|administrator|super admin"),
        may(Roles, "roles|groups|memberof|member of|directory roles|assigned roles|admin roles"),
        may(Mfa, "mfa|mfa enabled|mfa registered|2sv enrolled|2sv enforced|multi factor|strong authentication|ismfaregistered"),
        may(From, "created|createddatetime|creation time|when created|start date"),
        may(LastSignIn, "last sign in|lastsignindatetime|last logon|last login|last signin|lastlogondate"),
        may(Disabled, "disabled on|disabled date|deactivated"),
        may(Until, "end date|termination date|account expires"),
        may(Role, "jobtitle|job title|employee title|title"),
        may(Department, "department"),
    ];
    /// Somebody's course, as the learning system exports it.
    Completion = "completion", Export, [
        may(Employee, "employee id|employee number|personnel number|id number|staff id"),
        may(Login, "username|user name|login|user id"),
        may(Mail, "email|email address|e mail|learner email|user email"),
        need(Course, "course|course name|course title|module|training|activity|curriculum"),
        may(Completed, "completion status|status|completed|state|result|outcome"),
        need(On, "completion date|date completed|completed on|completed at|completion time|time completed|completed date|finished"),
        may(Score, "score|grade|score percent|final grade|quiz score|percent"),
    ];
    /// What somebody did with a simulated phishing mail.
    Phish = "phish", Export, [
        may(Mail, "email|email address|recipient|user email"),
        may(Login, "id|recipient id|username"),
        may(Campaign, "campaign|campaign name|pst id|phishing test|test name"),
        need(On, "send date|sent|send date utc|delivered at|date sent|delivered|modified date"),
        need(Clicked, "status|clicked|clicked at|click|link clicked"),
        may(Submitted, "submitted|submitted data|data entered|data entered at|compromised"),
        need(Reported, "reported|reported at|reported phish"),
    ];
    /// Protection and patches of a computer, as its management exports it.
    Endpoint = "endpoint", Export, [
        need(Host, "host|hostname|host name|computer|computer name|device name|devicename|machine|endpoint"),
        may(Product, "product|antivirus|anti virus|av product|agent"),
        may(Version, "version|agent version|engine version|os version"),
        may(Enabled, "enabled|protection enabled|real time protection|realtime protection|av enabled|antivirus enabled|av status|health"),
        may(Signatures, "signatures|signature date|definitions date|definition date|av signature date|signature last updated|antivirussignaturelastupdated|last update"),
        may(Patched, "patched|last patched|last patch date|last installed|patch date"),
        may(Missing, "missing|missing patches|missing updates|patches missing|needed updates"),
        may(OldestMissing, "oldest missing|oldest missing patch|missing since"),
        may(Exempt, "exempt|exception|exemption|reason"),
        may(On, "last seen|lastseen|seen|reported at|last contact|last check in"),
    ];
    /// A source of logs, as the log system exports it.
    LogSource = "log_source", Export, [
        need(Name, "log source|source|source name|log source name|sender"),
        need(LastEvent, "last event|last seen|last event time|last received|last heard"),
        may(Scope, "scope|zone|group|type|covers"),
    ];
    /// A session of a supplier from outside, as the system that lets it in exports it.
    RemoteSession = "remote_session", Export, [
        need(Supplier, "supplier|vendor|vendor name|company"),
        need(On, "session start|start time|started|session date|date"),
        need(Mfa, "mfa|mfa used|second factor|multi factor"),
        may(Approved, "approved|approval|ticket approved"),
        may(Recorded, "recorded|session recorded|recording|logged"),
        may(Host, "host|target|device|asset"),
    ];
    /// An advisory, and when it was looked at and done with.
    AdvisoryLog = "advisory_log", Export, [
        need(Advisory, "advisory|advisory id|notice|bulletin"),
        need(Published, "published|publication date|received|date received"),
        need(Triaged, "triaged|triaged on|reviewed|assessed on|acknowledged"),
        may(Closed, "closed|closed on|completed|resolved"),
    ];
    /// Software whose data a network shows.
    Flow = "flow", Kept, [
        need(Name, "flow|data flow|name|connection|system"),
        need(Data, "data|data class|classification|data type"),
        need(Where, "where|state|location|at"),
        need(Encrypted, "encrypted|encryption|is encrypted"),
        may(Method, "method|algorithm|protocol|cipher"),
        may(Keys, "keys|keys managed|key management"),
        may(Host, "host|endpoint"), may(Supplier, "supplier|vendor"), may(Product, "product"),
        may(On, "on|checked on|verified on|last checked"),
        may(Proof, "proof|evidence"), may(Signer, "signer"), may(Until, "until"),
    ];
    /// A risk assessment.
    Assessment = "assessment", Kept, [
        need(Method, "method|framework|methodology"),
        need(On, "on|assessed on|assessment date|date of assessment|last assessed"),
        need(Scope, "scope|in scope|subject"),
        may(Supplier, "supplier|vendor|manufacturer"), may(Product, "product|device|model"),
        may(InUse, "in use|go live|go live date|installed"),
        may(Until, "until|valid until|next assessment"),
        may(Proof, "proof|report|evidence"), may(Signer, "signer|assessor"),
    ];
    /// Somebody who answers for security.
    Designation = "designation", Kept, [
        need(Role, ""), may(Holder, ""), need(From, ""), may(Until, ""), may(Accepted, ""),
        may(Proof, ""), may(Signer, ""),
    ];
    /// A course, for whom it is, and what it teaches.
    Course = "course", Kept, [
        need(Course, ""), may(Roles, ""), may(Topics, ""), may(PassMark, ""), may(Proof, ""),
    ];
    /// That somebody went through the rights of accounts.
    AccessReview = "access_review", Kept, [
        need(On, ""), need(Scope, ""), may(Count, ""), may(Until, ""), may(Proof, ""), may(Signer, ""),
    ];
    /// That somebody tried whether zones are apart.
    ZoneTest = "zone_test", Kept, [
        need(On, ""), need(Passed, ""), may(Scope, ""), may(Proof, ""), may(Signer, ""),
    ];
    /// Credentials of a device as they came, and as they are.
    Credentials = "credentials", Kept, [
        need(Product, ""), may(Supplier, ""), need(Passed, ""), may(On, ""), may(Proof, ""),
    ];
    /// A rehearsal.
    Exercise = "exercise", Kept, [
        need(On, ""), need(Scope, ""), need(Devices, ""), may(Proof, ""), may(Signer, ""),
    ];
    /// That something was brought back from a backup.
    RestoreTest = "restore_test", Kept, [
        need(On, ""), need(Passed, ""), may(Scope, ""), may(Proof, ""), may(Signer, ""),
    ];
    /// What a contract says, as a person of the house read it.
    Contract = "contract", Kept, [
        need(Supplier, "supplier|vendor"), may(Product, "product"), need(From, "from|signed|effective"),
        may(Until, "until|ends|expires"),
        may(Conformity, "conformity"), may(SecurityWarranty, "security warranty"),
        may(WarrantyUntil, "warranty until"), may(UsedUntil, "used until"), may(Cap, "cap|liability cap"),
        may(Uncapped, "uncapped"), may(Indemnity, "indemnity"), may(PatchDays, "patch days"),
        may(Audit, "audit|audit right"), may(ScanBan, "scan ban"), may(NoticeHours, "notice hours"),
        may(FlowDown, "flow down"), may(Sharing, "sharing"), may(Disposal, "disposal"),
        may(On, "on|reviewed on"), may(Proof, "proof"), may(Signer, "signer"),
    ];
    /// Something bought, and whether the gate was passed.
    Purchase = "purchase", Kept, [
        need(Supplier, ""), may(Product, ""), need(On, ""), need(Passed, ""), may(Isao, ""), may(Proof, ""), may(Signer, ""),
    ];
    /// An insurance policy, or its certificate.
    Policy = "policy", Kept, [
        may(Supplier, "supplier|insured"), need(Name, "policy|policy number|insurer"), need(Cyber, "cyber"),
        may(Limit, "limit|sum insured"), may(From, "from|effective"), need(Until, "until|expires|expiry"),
        may(ExcludesUnpatched, "excludes unpatched"), may(ExcludesInjury, "excludes injury"),
        may(ExcludesDependent, "excludes dependent"), may(Proof, "proof"), may(Signer, "signer"),
    ];
    /// What a loss may cost by a model.
    Loss = "loss", Kept, [
        need(P95, ""), need(On, ""), may(Method, ""), may(Supplier, ""), may(Proof, ""), may(Signer, ""),
    ];
    /// That a device was tested against what its maker claims.
    DeviceTest = "device_test", Kept, [
        need(Product, "product|device|model"), may(Supplier, "supplier|manufacturer"), need(On, "on|tested on"),
        need(Passed, "passed|as claimed"), may(Count, "count|differences"), may(Proof, "proof|report"),
        may(Signer, "signer|tester"),
    ];
    /// Money set aside for devices whose software nobody supports.
    Budget = "budget", Kept, [
        need(Amount, ""), need(On, ""), may(Count, ""), may(Until, ""), may(Proof, ""), may(Signer, ""),
    ];
    /// A product in the house.
    Product = "product", Kept, [
        need(Product, ""), may(Supplier, ""), may(Version, ""),
        may(Connectable, ""), may(Legacy, ""), may(Released, ""),
        may(Unsupported, ""), may(Tier, ""), may(On, ""), may(Proof, ""),
    ];
    /// An SBOM, as it was read.
    Sbom = "sbom", Kept, [
        need(Product, ""), may(Supplier, ""), may(Version, ""), may(On, ""), may(Complete, ""),
        may(Lacking, ""), may(Proof, ""),
    ];
    /// How long a product is supported.
    Support = "support", Kept, [
        need(Product, "product|model"), may(Supplier, "supplier|manufacturer"), may(Stage, "stage"),
        may(SupportEnds, "support ends|end of support|eos"), may(Announced, "announced"),
        may(Upgrade, "upgrade|upgrade path"), need(On, "on|stated on"), may(Proof, "proof"), may(Signer, "signer"),
    ];
    /// What was decided about a legacy device.
    Decision = "decision", Kept, [
        need(Product, "product|model|device"), need(Choice, "choice|decision"), may(Holder, "holder|owner"),
        need(On, "on|decided on"), may(Review, "review|review on"), may(Proof, "proof"), may(Signer, "signer"),
    ];
    /// A risk that somebody took for a time.
    Acceptance = "acceptance", Kept, [
        need(Name, ""), may(Product, ""), may(Holder, ""), need(On, ""), may(Until, ""), may(Proof, ""),
    ];
    /// A supplier, and to what it is held.
    Supplier = "supplier", Kept, [
        need(Supplier, "supplier|vendor"), need(Tier, "tier"), may(Scope, "profile|scope"),
        may(Passed, "passed"), may(On, "on|reviewed on"), may(Proof, "proof"),
    ];
    /// That somebody looked for red flags of a supplier.
    Vetting = "vetting", Kept, [
        need(Supplier, ""), need(On, ""), need(Blocking, ""), may(FirstPurchase, ""), may(Proof, ""), may(Signer, ""),
    ];
    /// A disclosure statement (MDS2).
    Mds2 = "mds2", Kept, [
        need(Product, ""), may(Supplier, ""), may(Version, ""), need(Released, ""), need(Complete, ""), may(Proof, ""),
    ];
    /// That somebody tested the security of a product.
    SecurityTest = "security_test", Kept, [
        need(Product, ""), may(Supplier, ""), need(On, ""), need(Independent, ""), may(Passed, ""),
        may(Proof, ""), may(Signer, ""),
    ];
    /// That data were destroyed before something left.
    Disposal = "disposal", Kept, [
        need(Product, "product|device|asset"), need(On, "on|disposed on"), need(Passed, "passed|wiped"),
        may(Method, "method"), may(Proof, "proof|certificate"), may(Signer, "signer"),
    ];
    /// A membership in an organisation for sharing.
    Membership = "membership", Kept, [
        need(Isao, "isao|isac|organisation|organization"), may(Supplier, "supplier|vendor|member"),
        may(From, "from|since"), need(Until, "until|valid until|expires"), may(Proof, "proof"), may(Signer, "signer"),
    ];
    /// A feed of advisories, and when it last brought something.
    Feed = "feed", Export, [
        need(Name, ""), need(LastEvent, ""), may(Count, ""),
    ];
    /// What a supplier's advisories tell, counted.
    History = "history", Kept, [
        need(Supplier, ""), need(Count, ""), need(Late, ""), need(Lacking, ""), may(On, ""), may(Proof, ""),
    ];
    /// A case that house and supplier worked on together.
    Case = "case", Kept, [
        need(Supplier, ""), need(On, ""), may(Ours, ""), may(Theirs, ""), may(Patients, ""), may(Proof, ""),
    ];
    /// Who does what, house or supplier.
    Responsibility = "responsibility", Kept, [
        may(Supplier, ""), may(Product, ""), need(Complete, ""), need(On, ""), may(Proof, ""), may(Signer, ""),
    ];
    /// A standard with which practice is aligned.
    Alignment = "alignment", Kept, [
        need(Method, ""), need(Complete, ""), need(On, ""), may(Proof, ""), may(Signer, ""),
    ];
    /// Something that was shared.
    Shared = "shared", Kept, [
        need(On, ""), need(Tlp, ""), need(Audience, ""), may(Count, ""), may(Proof, ""),
    ];
    /// A channel for reports of flaws (`security.txt` or a page).
    Channel = "channel", Kept, [
        need(Supplier, ""), need(Contact, ""), may(Until, ""), may(On, ""), may(Proof, ""),
    ];
    /// A provider of advisories that machines read.
    Provider = "provider", Kept, [
        need(Supplier, ""), need(Valid, ""), may(On, ""), may(Proof, ""),
    ];
    /// An incident, and when it was told.
    Incident = "incident", Kept, [
        need(Happened, ""), need(On, ""), may(Proof, ""),
    ];
    /// What somebody signed about a control.
    Attestation = "attestation", Kept, [
        need(Control, ""), need(Statement, ""), need(Signer, ""), need(On, ""), may(Until, ""),
    ];
    /// That somebody looked for evidence of a kind, and there is none.
    Absence = "absent", Kept, [
        need(Sought, ""), may(Supplier, ""), may(Product, ""), need(On, ""),
    ];
    /// What is said of a file that is delivered too: of which day it is, and who signed it.
    Document = "document", Kept, [
        need(File, ""), need(On, ""), may(Signer, ""), may(Until, ""),
    ];
    /// A device that the network shows, or the inventory keeps.
    Device = "device", Export, [
        need(Name, ""), may(Product, ""), may(Supplier, ""), may(Where, ""), may(On, ""), may(Legacy, ""),
    ];
    /// An account of the house itself; or how many there are elsewhere that reach here.
    HouseAccess = "house_access", House, [
        need(On, ""), may(Holder, ""), may(Mail, ""), may(Enabled, ""), may(Privileged, ""), may(Mfa, ""),
        may(Active, ""), may(From, ""), may(LastSignIn, ""), may(Disabled, ""), may(Count, ""),
    ];
    /// A token with which a program asks the house for somebody.
    HouseToken = "house_token", House, [
        need(On, ""), need(From, ""), may(LastEvent, ""), need(Until, ""),
    ];
}

impl Kind {
    /// The kind that a table of the register names.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.word() == word)
    }

    /// Its column of a field.
    #[must_use]
    pub fn column(self, field: Field) -> Option<&'static Column> {
        self.columns().iter().find(|column| column.field == field)
    }

    /// Fields of which a table has to have one, beside those that are needed: a list of hosts
    /// alone says nothing of their protection.
    pub(crate) const fn one_of(self) -> &'static [Field] {
        match self {
            Self::Endpoint => &[
                Field::Enabled,
                Field::Signatures,
                Field::Patched,
                Field::Missing,
                Field::OldestMissing,
            ],
            Self::Completion | Self::Phish => {
                &[Field::Employee, Field::Login, Field::Mail]
            }
            _ => &[],
        }
    }

    /// Whether a table of rows may be of this kind: it has headings of its own.
    pub(crate) fn has_headings(self) -> bool {
        self.columns().iter().any(|column| !column.headings.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn words_are_told_apart_and_name_their_kinds_and_fields() {
        let words: BTreeSet<&str> = Kind::ALL.iter().map(|kind| kind.word()).collect();
        assert_eq!(words.len(), Kind::ALL.len());
        let fields: BTreeSet<&str> =
            Field::ALL.iter().map(|field| field.word()).collect();
        assert_eq!(fields.len(), Field::ALL.len());
        for kind in Kind::ALL {
            assert_eq!(Kind::named(kind.word()), Some(*kind));
            let columns: BTreeSet<Field> =
                kind.columns().iter().map(|column| column.field).collect();
            assert_eq!(columns.len(), kind.columns().len(), "{kind:?} has a field twice");
        }
        for field in Field::ALL {
            assert_eq!(Field::named(field.word()), Some(*field));
            let is_used = Kind::ALL.iter().any(|kind| kind.column(*field).is_some());
            assert!(is_used, "nothing says {field:?}");
        }
    }
}
