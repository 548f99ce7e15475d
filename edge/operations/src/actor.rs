//! Who asks, and what they may do where.

use jiff::Timestamp;
use store::{
    Binding, Given, Path, Person, Role, Scope, Session, StoreError, Token, Voucher,
};

use crate::App;

/// Something that may be allowed or not. The list is the whole of it: a route names one of
/// these, and nothing else decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permission {
    /// See devices, builds, verdicts, and the advisories that touch them.
    ViewDevices,
    /// Take whole lists of devices away, as a file.
    ExportDevices,
    /// Take in exports of asset systems.
    ImportInventory,
    /// Deliver documents about products, and say what they describe.
    DeliverDocuments,
    /// Accept what makers state about vulnerabilities, and take that back.
    AcceptStatements,
    /// Say by one's own analysis how a vulnerability stands to a product: it may clear what is
    /// to be done.
    Analyse,
    /// Deliver and answer for a maker, in the house of others: of its own products alone.
    AnswerAsMaker,
    /// See dossiers of suppliers, and what the evidence says of them.
    ViewSuppliers,
    /// Keep dossiers of suppliers, and ask these.
    KeepSuppliers,
    /// See purchases, and what bidders delivered: of whose organisation it is, or buys along.
    ViewPurchases,
    /// Make purchases, take in what bidders deliver, award.
    KeepPurchases,
    /// See the register of evidence, and where an organisation stands.
    ViewEvidence,
    /// Keep the register of evidence: what names people may be in it.
    KeepEvidence,
    /// Answer questions about devices, products and zones.
    AnswerQuestions,
    /// Say who does what about devices, and when it is done.
    ActOnWork,
    /// Accept for a time that a device stays as it is.
    AcceptRisk,
    /// See who has which role.
    ViewPeople,
    /// Give and take roles, invite, erase.
    ManagePeople,
    /// See and prove what was done.
    ViewAudit,
    /// Make organisations, change settings.
    Administer,
}

impl Permission {
    /// Every permission.
    pub const ALL: [Self; 20] = [
        Self::ViewDevices,
        Self::ExportDevices,
        Self::ImportInventory,
        Self::DeliverDocuments,
        Self::AcceptStatements,
        Self::Analyse,
        Self::AnswerAsMaker,
        Self::ViewSuppliers,
        Self::KeepSuppliers,
        Self::ViewPurchases,
        Self::KeepPurchases,
        Self::ViewEvidence,
        Self::KeepEvidence,
        Self::AnswerQuestions,
        Self::ActOnWork,
        Self::AcceptRisk,
        Self::ViewPeople,
        Self::ManagePeople,
        Self::ViewAudit,
        Self::Administer,
    ];

    /// The word as stored and on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::ViewDevices => "view_devices",
            Self::ExportDevices => "export_devices",
            Self::ImportInventory => "import_inventory",
            Self::DeliverDocuments => "deliver_documents",
            Self::AcceptStatements => "accept_statements",
            Self::Analyse => "analyse",
            Self::AnswerAsMaker => "answer_as_maker",
            Self::ViewSuppliers => "view_suppliers",
            Self::KeepSuppliers => "keep_suppliers",
            Self::ViewPurchases => "view_purchases",
            Self::KeepPurchases => "keep_purchases",
            Self::ViewEvidence => "view_evidence",
            Self::KeepEvidence => "keep_evidence",
            Self::AnswerQuestions => "answer_questions",
            Self::ActOnWork => "act_on_work",
            Self::AcceptRisk => "accept_risk",
            Self::ViewPeople => "view_people",
            Self::ManagePeople => "manage_people",
            Self::ViewAudit => "view_audit",
            Self::Administer => "administer",
        }
    }

    /// The permission that is written with `word`.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|permission| permission.word() == word)
    }

    /// Whether a token may lend it. Who gives and takes roles does so in person, and so does
    /// who lets a statement hide a flaw.
    #[must_use]
    pub const fn is_lent(self) -> bool {
        !matches!(self, Self::ManagePeople | Self::AcceptStatements)
    }

    /// Whether a role brings it.
    #[must_use]
    pub const fn is_of(self, role: Role) -> bool {
        match self {
            Self::ViewDevices => !matches!(role, Role::SupplierGuest),
            Self::ExportDevices => !matches!(role, Role::SupplierGuest | Role::Viewer),
            Self::ImportInventory | Self::AnswerQuestions | Self::ActOnWork => {
                matches!(role, Role::Biomed | Role::Security | Role::Administrator)
            }
            Self::Analyse | Self::AcceptRisk => {
                matches!(role, Role::Security | Role::Administrator)
            }
            Self::DeliverDocuments => matches!(
                role,
                Role::Biomed | Role::Security | Role::Contracting | Role::Administrator
            ),
            Self::AcceptStatements => {
                matches!(role, Role::Security | Role::Administrator)
            }
            Self::ViewPeople => {
                matches!(role, Role::Privacy | Role::Auditor | Role::Administrator)
            }
            Self::ViewAudit => {
                matches!(role, Role::Privacy | Role::Auditor | Role::Administrator)
            }
            Self::AnswerAsMaker => matches!(role, Role::SupplierGuest),
            Self::KeepPurchases => {
                matches!(role, Role::Contracting | Role::Administrator)
            }
            Self::ViewSuppliers | Self::ViewPurchases => matches!(
                role,
                Role::Security | Role::Contracting | Role::Auditor | Role::Administrator
            ),
            Self::KeepSuppliers => {
                matches!(role, Role::Security | Role::Contracting | Role::Administrator)
            }
            Self::ViewEvidence => matches!(
                role,
                Role::Security
                    | Role::Contracting
                    | Role::Privacy
                    | Role::Auditor
                    | Role::Administrator
            ),
            Self::KeepEvidence => {
                matches!(role, Role::Security | Role::Privacy | Role::Administrator)
            }
            Self::ManagePeople | Self::Administer => matches!(role, Role::Administrator),
        }
    }
}

/// Somebody who is signed in.
#[derive(Clone, Debug)]
pub struct Actor {
    /// The top organisation.
    pub head: i64,
    /// The number of the person.
    pub person: i64,
    /// The name, for the corner of the page.
    pub name: String,
    /// The time zone in which times are shown, by its IANA name.
    pub zone: String,
    /// What every form must send back.
    pub form_token: String,
    /// When the password was last given.
    pub confirmed: Timestamp,
    /// Whether an organisation asks for a second factor that is not set up: until it is,
    /// nothing else is done.
    pub owes_second_factor: bool,
    bindings: Vec<Binding>,
    /// What a token lends to the program that asks; `None` for somebody in person.
    lent: Option<Lent>,
}

/// What a token lends of what its holder may do.
#[derive(Clone, Debug)]
struct Lent {
    token: i64,
    permissions: Vec<Permission>,
    root: Path,
}

impl Lent {
    /// The part of a subtree to which the token is held.
    fn within(&self, path: &Path) -> Option<Path> {
        match (path.holds(&self.root), self.root.holds(path)) {
            (true, _) => Some(self.root.clone()),
            (false, true) => Some(path.clone()),
            (false, false) => None,
        }
    }
}

impl Actor {
    /// Whoever holds a session, with the roles of this moment: a right that was taken away
    /// is gone at the next request, on every node. Roles of groups hold where the provider
    /// vouches for whoever it is.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of_session(app: &App, session: Session) -> Result<Self, StoreError> {
        let person = app.store.person(session.head, session.person).await?;
        let mut bindings = app.store.bindings(session.head, session.person).await?;
        if session.voucher == Voucher::House {
            bindings.retain(is_by_hand);
        }
        let owes_second_factor = owes(app, &person, &bindings).await?;
        Ok(Self {
            head: session.head,
            person: session.person,
            name: person.name,
            zone: person.zone,
            form_token: session.form_token,
            confirmed: session.confirmed,
            owes_second_factor,
            bindings,
            lent: None,
        })
    }

    /// A program with a token of somebody: what they may do at this moment, as far as the
    /// token lends it. Roles of groups are lent to nobody: a program does not sign in, so
    /// nothing would take them away again.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of_token(app: &App, token: Token) -> Result<Self, StoreError> {
        let person = app.store.person(token.head, token.person).await?;
        let mut bindings = app.store.bindings(token.head, token.person).await?;
        bindings.retain(is_by_hand);
        let owes_second_factor = owes(app, &person, &bindings).await?;
        let words = token.permissions.iter();
        // A word that this version does not know lends nothing.
        let permissions = words.filter_map(|word| Permission::from_word(word)).collect();
        Ok(Self {
            head: token.head,
            person: token.person,
            name: person.name,
            zone: person.zone,
            form_token: String::new(),
            confirmed: Timestamp::UNIX_EPOCH,
            owes_second_factor,
            bindings,
            lent: Some(Lent { token: token.id, permissions, root: token.path }),
        })
    }

    /// Somebody for whom something is written while they are not here: with their roles of this
    /// moment, and no session.
    ///
    /// # Errors
    /// When the database fails or there is nobody.
    pub async fn in_absence(
        app: &App,
        head: i64,
        person: i64,
    ) -> Result<Self, StoreError> {
        let person = app.store.person(head, person).await?;
        let bindings = app.store.bindings(head, person.id).await?;
        let owes_second_factor = owes(app, &person, &bindings).await?;
        Ok(Self {
            head,
            person: person.id,
            name: person.name,
            zone: person.zone,
            form_token: String::new(),
            confirmed: Timestamp::UNIX_EPOCH,
            owes_second_factor,
            bindings,
            lent: None,
        })
    }

    /// The number of the token with which a program asks; `None` for somebody in person.
    #[must_use]
    pub fn token(&self) -> Option<i64> {
        self.lent.as_ref().map(|lent| lent.token)
    }

    /// The same, with what a token may lend: the roles that were given by hand.
    #[must_use]
    pub fn lending(&self) -> Self {
        let mut lending = self.clone();
        lending.bindings.retain(is_by_hand);
        lending
    }

    /// Whether the actor has the permission anywhere.
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        !self.scope(permission).roots().is_empty()
    }

    /// Where the actor has the permission.
    #[must_use]
    pub fn scope(&self, permission: Permission) -> Scope {
        let held = self.bindings.iter().filter(|binding| permission.is_of(binding.role));
        let held = held.map(|binding| &binding.path);
        let roots = match &self.lent {
            None => held.cloned().collect(),
            Some(lent)
                if permission.is_lent() && lent.permissions.contains(&permission) =>
            {
                held.filter_map(|path| lent.within(path)).collect()
            }
            Some(_) => Vec::new(),
        };
        Scope::of(self.head, roots)
    }

    /// Whether the actor may read the audit log: there is one for the whole house.
    #[must_use]
    pub fn sees_audit(&self) -> bool {
        self.scope(Permission::ViewAudit) == Scope::whole(self.head)
    }

    /// The same, to read with: what organisations above let everything below them read too.
    #[must_use]
    pub fn reading(&self, permission: Permission) -> Scope {
        self.scope(permission).reading()
    }

    /// The roles, the widest place first.
    #[must_use]
    pub fn bindings(&self) -> &[Binding] {
        &self.bindings
    }
}

fn is_by_hand(binding: &Binding) -> bool {
    binding.given == Given::ByHand
}

/// Whether somebody has no second factor and a role where one is asked for: in that
/// organisation, below, or above.
async fn owes(
    app: &App,
    person: &Person,
    bindings: &[Binding],
) -> Result<bool, StoreError> {
    if person.totp.is_some() {
        return Ok(false);
    }
    let rules = app.store.second_factor_rules(person.head).await?;
    let meets = |rule: &Path| {
        bindings.iter().any(|one| rule.holds(&one.path) || one.path.holds(rule))
    };
    Ok(rules.iter().any(meets))
}
