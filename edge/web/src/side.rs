//! From which side somebody looks at devices: which rail they have, and what Today shows.

use operations::maker::is_guest;
use operations::{Actor, App, Permission};
use store::{Kind, Path, Scope, StoreError};

/// From which side somebody looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Side {
    /// A hospital, a site, or a system of hospitals.
    Hospital,
    /// Somebody who buys for members.
    Group,
    /// Somebody who makes devices, in a house of their own.
    Maker,
    /// Somebody who answers for a supplier, in the house of others.
    Guest,
}

impl Side {
    /// The side of somebody: what the widest place is where they see devices.
    pub(crate) async fn of(app: &App, by: &Actor) -> Result<Self, StoreError> {
        let scope = by.scope(Permission::ViewDevices);
        let Some(widest) = scope.roots().iter().min_by_key(|path| path.depth()) else {
            return Ok(match is_guest(by) {
                true => Self::Guest,
                false => Self::Hospital,
            });
        };
        let whole = Scope::whole(by.head);
        let place = app.store.organisation(&whole, Path::organisation(widest));
        Ok(match place.await?.kind {
            Kind::PurchasingGroup => Self::Group,
            Kind::Maker => Self::Maker,
            Kind::System | Kind::Hospital | Kind::Site => Self::Hospital,
        })
    }
}
