//! Slow arithmetic, away from the threads that answer.

use reading::{Rejected, legible};
use store::{Parcel, StoreError};

use crate::App;

/// The work was cut short: the program ends, or it panicked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the work was cut short")]
pub struct CutShort;

/// Runs slow arithmetic on a thread that answers nobody.
pub(crate) async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, CutShort> {
    tokio::task::spawn_blocking(work).await.map_err(|_| CutShort)
}

/// Refuses a proof that nobody can open.
pub(crate) async fn expect_legible<E>(app: &App, proof: &Parcel) -> Result<(), E>
where
    E: From<CutShort> + From<StoreError> + From<Rejected>,
{
    let bytes = proof.bytes()?;
    let reader = app.readers.acquire().await.map_err(|_| CutShort)?;
    let found = aside(move || legible(&bytes)).await?;
    drop(reader);
    found?;
    Ok(())
}
