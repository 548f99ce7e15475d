//! From which side somebody looks at devices: which rail they have, and what Today shows.

use operations::maker::is_guest;
use operations::{Actor, App, Permission};
use store::{Kind, Organisation, Path, Scope, StoreError};

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
        Ok(match widest(app, by).await?.map(|place| place.kind) {
            Some(Kind::PurchasingGroup) => Self::Group,
            Some(Kind::Maker) => Self::Maker,
            Some(Kind::System | Kind::Hospital | Kind::Site) => Self::Hospital,
            None if is_guest(by) => Self::Guest,
            None => Self::Hospital,
        })
    }
}

/// The widest place where somebody sees devices; none for whoever sees none.
async fn widest(app: &App, by: &Actor) -> Result<Option<Organisation>, StoreError> {
    let scope = by.scope(Permission::ViewDevices);
    let Some(widest) = scope.roots().iter().min_by_key(|path| path.depth()) else {
        return Ok(None);
    };
    let whole = Scope::whole(by.head);
    Ok(Some(app.store.organisation(&whole, Path::organisation(widest)).await?))
}

/// Whose pages somebody reads: the one place where they see devices, with everything below it.
/// For a supplier's guest it is who invited them: under whom that one stands is no guest's
/// business. For whoever else sees several, or none, it is the top organisation.
pub(crate) async fn whose(app: &App, by: &Actor) -> Result<Organisation, StoreError> {
    let scope = by.scope(Permission::ViewDevices);
    if let ([_], Some(place)) = (scope.roots(), widest(app, by).await?) {
        return Ok(place);
    }
    if is_guest(by)
        && let Some(binding) = by.bindings().first()
    {
        let whole = Scope::whole(by.head);
        return app.store.organisation(&whole, binding.organisation).await;
    }
    app.store.organisation(&Scope::whole(by.head), by.head).await
}
