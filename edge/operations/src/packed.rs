//! A document that is delivered packed, such as `.nessus.gz` or a ZIP of one scan, is read as the
//! command line reads it.

use std::borrow::Cow;

use reading::{Place, Rejected, legible, limits};

/// What is read of a delivered file: the one document that it holds, else the file itself. It
/// may have as many bytes as a document that comes unpacked.
///
/// # Errors
/// When it cannot be unpacked, or passes the limit.
pub(crate) fn unpacked(bytes: &[u8]) -> Result<Cow<'_, [u8]>, Rejected> {
    match feeds::only_document(bytes, limits::DOCUMENT_BYTES_MAX as u64) {
        Ok(inside) => Ok(inside.map_or(Cow::Borrowed(bytes), Cow::Owned)),
        Err(why) => {
            // What is wrong with an archive is better said by who opens it.
            legible(bytes)?;
            Err(Rejected::new(
                Place::Document,
                format!("the file cannot be unpacked: {why}"),
                "deliver what is in it, unpacked, and in parts where it is large",
            ))
        }
    }
}
