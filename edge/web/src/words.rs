//! The words for what the code calls by short names, one vocabulary each.

use operations::Permission;
use store::{Kind, Role};

/// What somebody may do, after "lets you".
pub(crate) const fn permission(permission: Permission) -> &'static str {
    match permission {
        Permission::ViewDevices => "see devices",
        Permission::ImportInventory => "take in inventories",
        Permission::ViewPeople => "see who has which role",
        Permission::ManagePeople => "manage people",
        Permission::ViewAudit => "see the audit log",
        Permission::Administer => "change organisations",
    }
}

/// A role, and what it is for.
pub(crate) const fn role(role: Role) -> &'static str {
    match role {
        Role::Viewer => "Viewer: looks",
        Role::Biomed => "Biomedical engineer: keeps devices running",
        Role::Security => "Security: keeps devices safe",
        Role::Contracting => "Contracting: buys devices",
        Role::Privacy => "Privacy: watches over personal data",
        Role::Auditor => "Auditor: examines everything, changes nothing",
        Role::Administrator => "Administrator: runs the house",
        Role::SupplierGuest => "Supplier's guest: answers for a supplier",
    }
}

/// A role's name alone.
pub(crate) fn role_name(of: Role) -> &'static str {
    role(of).split(':').next().unwrap_or_default()
}

/// What an organisation is.
pub(crate) const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::PurchasingGroup => "Purchasing group",
        Kind::System => "Hospital system",
        Kind::Hospital => "Hospital",
        Kind::Site => "Site",
        Kind::Maker => "Maker",
    }
}

/// A count with its noun.
pub(crate) fn counted(count: usize, one: &str, many: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        count => format!("{count} {many}"),
    }
}
