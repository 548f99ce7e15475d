//! What the index in use says of an SBOM, as the evidence about a supplier takes it: what was
//! accepted is heard, what the document says of itself is a claim.

use advisory::index::Index;
use controls::{Exposure, Held};
use matching::System;
use sbom::Bom;

use super::ask::{DOCUMENT, Hearing};
use crate::statement::Accepted;

/// Judges one SBOM.
pub(crate) fn exposed(
    sbom: &Held<Bom>,
    accepted: Accepted,
    index: &Index<'_>,
) -> Exposure {
    let system = System::new(&sbom.value, DOCUMENT);
    let hearing = Hearing::of(&sbom.value, accepted);
    let judgement = hearing.ask(&system, index);
    controls::exposed(sbom, &system, &judgement, (index, None))
}
