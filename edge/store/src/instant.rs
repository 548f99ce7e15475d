//! Instants as they are stored: RFC 3339 in UTC with milliseconds, of fixed width, so that
//! text sorts as time does.

use jiff::Timestamp;

use crate::StoreError;

/// An instant as text: `2026-11-25T07:40:00.000Z`.
#[must_use]
pub fn stored(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// The instant that [`stored`] wrote.
///
/// # Errors
/// When the text is none.
pub fn from_stored(text: &str) -> Result<Timestamp, StoreError> {
    text.parse()
        .map_err(|_| StoreError::Unreadable { what: "an instant", held: text.to_owned() })
}
