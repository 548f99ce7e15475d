//! What a record may say, each with its word and the form of its value.

/// What stands in a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A text as written.
    Text,
    /// A day.
    Day,
    /// A number, an amount of money, hundredths.
    Number,
    /// Yes or no.
    YesNo,
    /// Somebody: kept as a keyed hash alone.
    Person,
}

macro_rules! fields {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $form:ident;)*) => {
        /// A field of a record.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Field { $($(#[$doc])* $name,)* }

        impl Field {
            /// Every field.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Its word in the register, and a heading that every table may use.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }

            /// The form of its value.
            #[must_use]
            pub const fn form(self) -> Form {
                match self { $(Self::$name => Form::$form,)* }
            }
        }
    };
}

fields! {
    /// A proof: the name of a file that is delivered too.
    Proof = "proof", Text;
    /// Who signed it.
    Signer = "signer", Person;
    /// Of which day it is.
    On = "on", Day;
    /// From when on it holds.
    From = "from", Day;
    /// Until when it holds.
    Until = "until", Day;
    /// The supplier that it is about.
    Supplier = "supplier", Text;
    /// The product that it is about.
    Product = "product", Text;
    /// A version.
    Version = "version", Text;
    /// What it covers.
    Scope = "scope", Text;
    /// A name of the thing itself.
    Name = "name", Text;
    /// Number of an employee.
    Employee = "employee", Person;
    /// Login.
    Login = "login", Person;
    /// Address for mail.
    Mail = "mail", Person;
    /// Who holds an office or owns something.
    Holder = "holder", Person;
    /// The work that somebody does.
    Role = "role", Text;
    /// The department.
    Department = "department", Text;
    /// Whether somebody works there.
    Active = "active", YesNo;
    /// Whether an account, or a protection, is switched on.
    Enabled = "enabled", YesNo;
    /// Whether an account may administer.
    Privileged = "privileged", YesNo;
    /// Roles and groups of an account.
    Roles = "roles", Text;
    /// Whether a second factor is in use.
    Mfa = "mfa", YesNo;
    /// When an account last signed in.
    LastSignIn = "last_sign_in", Day;
    /// When an account was switched off.
    Disabled = "disabled", Day;
    /// A course.
    Course = "course", Text;
    /// Whether it was completed.
    Completed = "completed", YesNo;
    /// A score, in hundredths.
    Score = "score", Number;
    /// What a course teaches, words parted by commas.
    Topics = "topics", Text;
    /// From which score on a test is passed.
    PassMark = "pass_mark", Number;
    /// A campaign of simulated phishing.
    Campaign = "campaign", Text;
    /// Whether somebody followed the link.
    Clicked = "clicked", YesNo;
    /// Whether somebody gave something away.
    Submitted = "submitted", YesNo;
    /// Whether somebody reported it.
    Reported = "reported", YesNo;
    /// A computer or device.
    Host = "host", Text;
    /// Of which day the signatures are.
    Signatures = "signatures", Day;
    /// When it was last patched.
    Patched = "patched", Day;
    /// How many patches it lacks.
    Missing = "missing", Number;
    /// Since when the oldest of them is there.
    OldestMissing = "oldest_missing", Day;
    /// Why something is left out of a rule.
    Exempt = "exempt", Text;
    /// When something was last heard of.
    LastEvent = "last_event", Day;
    /// Whether somebody approved it.
    Approved = "approved", YesNo;
    /// Whether it was recorded.
    Recorded = "recorded", YesNo;
    /// An advisory.
    Advisory = "advisory", Text;
    /// When it was published.
    Published = "published", Day;
    /// When it was looked at.
    Triaged = "triaged", Day;
    /// When it was done with.
    Closed = "closed", Day;
    /// When something was accepted or acknowledged.
    Accepted = "accepted", Day;
    /// A method, a standard, an algorithm.
    Method = "method", Text;
    /// When a device went, or goes, into use.
    InUse = "in_use", Day;
    /// Whether it went as it should.
    Passed = "passed", YesNo;
    /// Whether devices were part of it.
    Devices = "devices", YesNo;
    /// How many.
    Count = "count", Number;
    /// An amount of money.
    Amount = "amount", Number;
    /// The modelled loss that one year in twenty passes.
    P95 = "p95", Number;
    /// Whether conformity with guidance and standards is warranted.
    Conformity = "conformity", YesNo;
    /// Whether security is warranted.
    SecurityWarranty = "security_warranty", YesNo;
    /// Until when a warranty holds.
    WarrantyUntil = "warranty_until", Day;
    /// Until when something is to be used.
    UsedUntil = "used_until", Day;
    /// The highest sum for which a party answers.
    Cap = "cap", Number;
    /// Whether the cap does not hold for breaches of security.
    Uncapped = "uncapped", YesNo;
    /// Whether the house is indemnified for what the supplier causes.
    Indemnity = "indemnity", YesNo;
    /// Days within which a patch is promised.
    PatchDays = "patch_days", Number;
    /// Whether the house may audit.
    Audit = "audit", YesNo;
    /// Whether scanning or testing is forbidden.
    ScanBan = "scan_ban", YesNo;
    /// Hours within which an incident is told.
    NoticeHours = "notice_hours", Number;
    /// Whether duties are handed down to subcontractors.
    FlowDown = "flow_down", YesNo;
    /// Whether sharing what is known of flaws is allowed.
    Sharing = "sharing", YesNo;
    /// Whether disposal and destruction of data are settled.
    Disposal = "disposal", YesNo;
    /// Whether cyber risk is covered.
    Cyber = "cyber", YesNo;
    /// The sum insured.
    Limit = "limit", Number;
    /// Whether unpatched or unsupported software is excluded.
    ExcludesUnpatched = "excludes_unpatched", YesNo;
    /// Whether bodily injury is excluded.
    ExcludesInjury = "excludes_injury", YesNo;
    /// Whether interruption at those on whom one depends is excluded.
    ExcludesDependent = "excludes_dependent", YesNo;
    /// Whether it can join a network.
    Connectable = "connectable", YesNo;
    /// Whether it can no longer be reasonably protected.
    Legacy = "legacy", YesNo;
    /// How much depends on it.
    Tier = "tier", Text;
    /// When a product was released, or a form made.
    Released = "released", Day;
    /// Hundredths of what has to be there.
    Complete = "complete", Number;
    /// How many components, or parts, are no longer supported.
    Unsupported = "unsupported", Number;
    /// The stage of a product's life.
    Stage = "stage", Text;
    /// When support ends.
    SupportEnds = "support_ends", Day;
    /// When that was announced.
    Announced = "announced", Day;
    /// The way to something newer.
    Upgrade = "upgrade", Text;
    /// What was decided.
    Choice = "choice", Text;
    /// When it is looked at again.
    Review = "review", Day;
    /// The control that it is about.
    Control = "control", Text;
    /// How many grave faults.
    Blocking = "blocking", Number;
    /// When the first purchase was.
    FirstPurchase = "first_purchase", Day;
    /// Whether whoever tested is independent.
    Independent = "independent", YesNo;
    /// What sort of data.
    Data = "data", Text;
    /// Where data are: at rest, path, backup, media.
    Where = "where", Text;
    /// Whether it is encrypted.
    Encrypted = "encrypted", YesNo;
    /// Whether keys are managed.
    Keys = "keys", YesNo;
    /// An organisation for sharing.
    Isao = "isao", Text;
    /// How many of them are late.
    Late = "late", Number;
    /// How many of them lack something.
    Lacking = "lacking", Number;
    /// When the house acknowledged.
    Ours = "ours", Day;
    /// When the other side acknowledged.
    Theirs = "theirs", Day;
    /// Whether the risk for patients was looked at.
    Patients = "patients", YesNo;
    /// A traffic light.
    Tlp = "tlp", Text;
    /// To whom.
    Audience = "audience", Text;
    /// Whether somebody can be reached.
    Contact = "contact", YesNo;
    /// Whether it is valid by its standard.
    Valid = "valid", YesNo;
    /// When it happened, where another day says when it was told.
    Happened = "happened", Day;
    /// A file of which something is said.
    File = "file", Text;
    /// The kind of evidence that was looked for.
    Sought = "what", Text;
    /// A sentence.
    Statement = "statement", Text;
}

impl Field {
    /// The field that a word of the register names.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|field| field.word() == word)
    }

    /// Whether a day of it lies behind where the record is true: then the record is at least
    /// as young as that day.
    pub(crate) const fn has_happened(self) -> bool {
        matches!(
            self,
            Self::On
                | Self::From
                | Self::LastSignIn
                | Self::Disabled
                | Self::Signatures
                | Self::Patched
                | Self::LastEvent
                | Self::Published
                | Self::Triaged
                | Self::Closed
                | Self::Accepted
                | Self::Released
                | Self::Announced
                | Self::Ours
                | Self::Theirs
                | Self::Happened
        )
    }
}
