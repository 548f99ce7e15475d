//! Who asks, and what they may do where.

use jiff::Timestamp;
use store::{Binding, Role, Scope, Session, StoreError};

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
    pub const ALL: [Self; 8] = [
        Self::ViewDevices,
        Self::ExportDevices,
        Self::ImportInventory,
        Self::DeliverDocuments,
        Self::ViewPeople,
        Self::ManagePeople,
        Self::ViewAudit,
        Self::Administer,
    ];

    /// Whether a role brings it.
    #[must_use]
    pub const fn is_of(self, role: Role) -> bool {
        match self {
            Self::ViewDevices => !matches!(role, Role::SupplierGuest),
            Self::ExportDevices => !matches!(role, Role::SupplierGuest | Role::Viewer),
            Self::ImportInventory => {
                matches!(role, Role::Biomed | Role::Security | Role::Administrator)
            }
            Self::DeliverDocuments => matches!(
                role,
                Role::Biomed | Role::Security | Role::Contracting | Role::Administrator
            ),
            Self::ViewPeople => {
                matches!(role, Role::Privacy | Role::Auditor | Role::Administrator)
            }
            Self::ViewAudit => {
                matches!(role, Role::Privacy | Role::Auditor | Role::Administrator)
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
    bindings: Vec<Binding>,
}

impl Actor {
    /// Whoever holds a session, with the roles of this moment: a right that was taken away
    /// is gone at the next request, on every node.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of_session(app: &App, session: Session) -> Result<Self, StoreError> {
        let person = app.store.person(session.head, session.person).await?;
        let bindings = app.store.bindings(session.head, session.person).await?;
        Ok(Self {
            head: session.head,
            person: session.person,
            name: person.name,
            zone: person.zone,
            form_token: session.form_token,
            confirmed: session.confirmed,
            bindings,
        })
    }

    /// Whether the actor has the permission anywhere.
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        self.bindings.iter().any(|binding| permission.is_of(binding.role))
    }

    /// Where the actor has the permission.
    #[must_use]
    pub fn scope(&self, permission: Permission) -> Scope {
        let roots = self.bindings.iter().filter(|binding| permission.is_of(binding.role));
        Scope::of(self.head, roots.map(|binding| binding.path.clone()).collect())
    }

    /// The roles, the widest place first.
    #[must_use]
    pub fn bindings(&self) -> &[Binding] {
        &self.bindings
    }
}
