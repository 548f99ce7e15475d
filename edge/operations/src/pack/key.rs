//! The key with which an organisation signs its packs. It is made with the first pack, and
//! another takes its place when somebody who runs the organisation says so.

use ::pack::{PublicKey, SigningKey};
use store::{Act, Fact, KeptKey, Noun, Organisation, StoreError};
use zeroize::Zeroizing;

use super::PackError;
use crate::{Actor, App, Permission};

/// The keys of the organisations where the actor has a permission, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn keys(
    app: &App,
    by: &Actor,
    may: Permission,
) -> Result<Vec<KeptKey>, StoreError> {
    app.store.signing_keys(&by.scope(may)).await
}

/// A new key and its public half.
fn grown() -> Result<(Zeroizing<Vec<u8>>, PublicKey), PackError> {
    let mut seed = Zeroizing::new(vec![0; 32]);
    getrandom::fill(&mut seed).map_err(|_| PackError::NoKey)?;
    let key = SigningKey::of_seed(&seed).ok_or(PackError::NoKey)?;
    let public = key.public().ok_or(PackError::NoKey)?;
    Ok((seed, public))
}

/// The key in use of an organisation, made where there is none yet.
pub(super) async fn in_use(
    app: &App,
    by: &Actor,
    place: &Organisation,
) -> Result<(PublicKey, SigningKey), PackError> {
    let kept = match kept(app, by, place).await? {
        Some(kept) => kept,
        None => {
            make(app, by, place, Makes::First).await?;
            kept(app, by, place).await?.ok_or(PackError::NoKey)?
        }
    };
    let secret = app.store.signing_secret(by.head, kept.id).await?;
    let signing = SigningKey::of_seed(&secret).ok_or(PackError::NoKey)?;
    Ok((PublicKey::new(kept.public), signing))
}

async fn kept(
    app: &App,
    by: &Actor,
    place: &Organisation,
) -> Result<Option<KeptKey>, PackError> {
    let keys = keys(app, by, Permission::ViewEvidence).await?;
    let is_used = |key: &KeptKey| key.organisation == place.id && key.replaced.is_none();
    Ok(keys.into_iter().find(is_used))
}

/// Which key is made.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Makes {
    /// One where there is none.
    First,
    /// Another.
    Next,
}

async fn make(
    app: &App,
    by: &Actor,
    place: &Organisation,
    makes: Makes,
) -> Result<(), PackError> {
    let (seed, public) = grown()?;
    let mut write = app.store.write(by.head, (app.now)()).await?;
    let is_there = write.signing_key_in_use(place.id).await?.is_some();
    if makes == Makes::First && is_there {
        // Somebody else was faster; theirs is the one.
        return Ok(());
    }
    let id = write.make_signing_key(place, (&seed, public.bytes()), by.person).await?;
    let facts = vec![
        ("organisation", Fact::Number(place.id)),
        ("key", Fact::digest(public.bytes())),
    ];
    let (what, noun) = ("make signing key", Noun::SigningKey);
    write.commit(Act { by: by.person, what, noun, id, facts }).await?;
    Ok(())
}

/// Makes another key for an organisation that the actor runs. What signed before is destroyed;
/// its public half stays.
///
/// # Errors
/// When the actor does not run it, no key can be made, or the database fails.
pub async fn renew(app: &App, by: &Actor, organisation: i64) -> Result<(), PackError> {
    let scope = by.scope(Permission::Administer);
    let place = app.store.organisation(&scope, organisation).await?;
    make(app, by, &place, Makes::Next).await
}
