//! That another device hangs under the tag of one: somebody at the bedside sees it before the
//! inventory says so.
//!
//! It ends what was answered about the device before, as another serial number in an export does
//! (see `fleet/since.rs`). What the inventory says of it stays until an export tells of another
//! one, and until then nobody can tell what of it holds: nothing is made up of the other one, and
//! no verdict of the old one is taken for its own.

use store::{Act, Fact, NewDeviceReplacement, Noun, StoreError};

use crate::fleet::{FleetError, holdings};
use crate::{Actor, App, Permission};

/// The longest reason.
const REASON_MAX: usize = 2000;

/// The longest serial number.
const SERIAL_MAX: usize = 200;

/// Why it is not said.
#[derive(Debug, thiserror::Error)]
pub enum ReplacementError {
    /// No reason was given.
    #[error("the reason is missing")]
    NoReason,
    /// The reason is too long.
    #[error("the reason is longer than {REASON_MAX} characters")]
    Reason,
    /// The serial number is too long.
    #[error("the serial number is longer than {SERIAL_MAX} characters")]
    Serial,
    /// It is the serial number by which the device is known.
    #[error("the device is known by that serial number already")]
    Same,
    /// Somebody said so already, and the inventory does not tell yet which one it is.
    #[error("it was said at {0} that another device hangs here")]
    Said(String),
    /// Nobody said that it is another one, or the inventory has told of it since.
    #[error("nobody doubts which device hangs here")]
    NotDoubted,
    /// What the house has could not be read.
    #[error(transparent)]
    Fleet(#[from] FleetError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What somebody says.
#[derive(Clone, Copy, Debug)]
pub struct Said<'s> {
    /// The serial number of the other device, as far as it is known: once the inventory tells of
    /// it, nothing is ended again.
    pub serial: &'s str,
    /// How it is known.
    pub reason: &'s str,
    /// Which device it is.
    pub which: Which,
}

/// Which device hangs under a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Another one than the inventory tells of.
    Another,
    /// The one that the inventory tells of, after it was said that it is another one.
    Same,
}

/// Keeps that another device hangs under the tag of one, or that it is the one that its inventory
/// tells of after all.
///
/// # Errors
/// When the actor may not answer questions about that device or there is none, the reason is
/// missing or too long, the serial number is too long or the known one, it was said already (or
/// never, where it is the same after all), or the database fails.
pub async fn replace(
    app: &App,
    by: &Actor,
    device: i64,
    said: Said<'_>,
) -> Result<(), ReplacementError> {
    let [serial, reason] = [said.serial, said.reason].map(str::trim);
    if reason.is_empty() {
        return Err(ReplacementError::NoReason);
    }
    if reason.chars().count() > REASON_MAX {
        return Err(ReplacementError::Reason);
    }
    if serial.chars().count() > SERIAL_MAX || serial.chars().any(char::is_control) {
        return Err(ReplacementError::Serial);
    }
    let scope = by.scope(Permission::AnswerQuestions);
    let device = app.store.device(&scope, device).await?;
    let bare = |text: &str| -> String {
        let kept = text.chars().filter(|one| one.is_alphanumeric());
        kept.flat_map(char::to_lowercase).collect()
    };
    let is_same = said.which == Which::Same;
    if !is_same && !serial.is_empty() && bare(serial) == bare(&device.told.serial) {
        return Err(ReplacementError::Same);
    }
    let doubted = holdings(app, scope.head()).await?.situated(&device).doubted;
    match (said.which, doubted) {
        (Which::Another, Some(since)) => return Err(ReplacementError::Said(since)),
        (Which::Same, None) => return Err(ReplacementError::NotDoubted),
        (Which::Another, None) | (Which::Same, Some(_)) => {}
    }
    let mut write = app.store.write(scope.head(), (app.now)()).await?;
    let serial = if is_same { "" } else { serial };
    let new = NewDeviceReplacement { serial, is_same, reason, by: by.person };
    write.replace_device(&device, new).await?;
    let facts = vec![("organisation", Fact::Number(device.organisation))];
    let what = match said.which {
        Which::Another => "say that another device hangs here",
        Which::Same => "say that the known device hangs here",
    };
    let noun = Noun::Device;
    write.commit(Act { by: by.person, what, noun, id: device.id, facts }).await?;
    Ok(())
}
