//! `lazaret term udi`.

use serde::Serialize;
use terms::Udi;
use terms::udi::{Check, Kind};

use super::answer_objects;
use crate::cli::{Failure, Outcome};

/// A unique device identifier as it is shown; a part that is absent is `null`.
#[derive(Serialize)]
struct Shown<'a> {
    agency: &'a str,
    device_identifier: Option<&'a str>,
    lot: Option<&'a str>,
    serial: Option<&'a str>,
    expiry: Option<String>,
    manufactured: Option<String>,
    software_version: Option<&'a str>,
    quantity: Option<u32>,
    donation: Option<&'a str>,
    other: Vec<Other<'a>>,
    check: &'a str,
    /// The character that should stand there; only where the check is wrong.
    computed: Option<char>,
}

#[derive(Serialize)]
struct Other<'a> {
    identifier: &'a str,
    value: &'a str,
}

/// Unique device identifiers in, their parts and what their check character says out.
pub(super) fn read() -> Result<Outcome, Failure> {
    answer_objects(|line, answer| {
        let udi = Udi::parse(line)?;
        let others = udi.parts().filter(|(kind, ..)| *kind == Kind::Other);
        answer.object(&Shown {
            agency: udi.agency().word(),
            device_identifier: udi.device_identifier().as_deref(),
            lot: udi.lot(),
            serial: udi.serial(),
            expiry: udi.expiry().map(|date| date.to_string()),
            manufactured: udi.manufactured().map(|date| date.to_string()),
            software_version: udi.software_version(),
            quantity: udi.quantity(),
            donation: udi.donation(),
            other: others
                .map(|(_, identifier, value)| Other { identifier, value })
                .collect(),
            check: udi.check().word(),
            computed: match udi.check() {
                Check::Wrong { computed, .. } => Some(computed),
                Check::Right | Check::None => None,
            },
        });
        Ok(())
    })
}
