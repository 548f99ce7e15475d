//! `lazaret term cpe`.

use serde::Serialize;
use terms::cpe::{Attribute, Name};

use super::answer_objects;
use crate::cli::{Failure, Outcome};

/// A CPE name as it is shown; values are spelt as in a formatted string, where `*` is *any*
/// and `-` is *not applicable*.
#[derive(Serialize)]
struct Shown<'a> {
    part: &'a str,
    vendor: &'a str,
    product: &'a str,
    version: &'a str,
    update: &'a str,
    edition: &'a str,
    language: &'a str,
    sw_edition: &'a str,
    target_sw: &'a str,
    target_hw: &'a str,
    other: &'a str,
    formatted: &'a str,
    uri: String,
}

/// CPE names of any binding in, their attributes and both bindings out.
pub(super) fn read() -> Result<Outcome, Failure> {
    answer_objects(|line, answer| {
        let name = Name::parse(line)?;
        answer.object(&Shown {
            part: name.spelt(Attribute::Part),
            vendor: name.spelt(Attribute::Vendor),
            product: name.spelt(Attribute::Product),
            version: name.spelt(Attribute::Version),
            update: name.spelt(Attribute::Update),
            edition: name.spelt(Attribute::Edition),
            language: name.spelt(Attribute::Language),
            sw_edition: name.spelt(Attribute::SwEdition),
            target_sw: name.spelt(Attribute::TargetSw),
            target_hw: name.spelt(Attribute::TargetHw),
            other: name.spelt(Attribute::Other),
            formatted: name.formatted(),
            uri: name.uri(),
        });
        Ok(())
    })
}
