//! Slow arithmetic, away from the threads that answer.

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
