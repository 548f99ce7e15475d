//! Flags whose evidence comes with later capabilities: the MDS2 form, the contract, what is
//! observed of a device. They say so, and ask.

use supplier::dossier::Sought;

use crate::case::Case;
use crate::finding::Ruling;
use crate::red_flag::Of;

/// What of a contract alone can tell.
pub(super) fn contract(_: &Case<'_>, _: Of<'_>) -> Ruling {
    Ruling::cannot_tell(
        "contracts are not read yet: a person reads the clause",
        Vec::new(),
        "the clause",
    )
}

/// What the answers of the MDS2 form alone can tell.
pub(super) fn mds2(_: &Case<'_>, _: Of<'_>) -> Ruling {
    Ruling::cannot_tell(
        "MDS2 forms are not read yet: a person reads the answers",
        Vec::new(),
        "the answers of the form",
    )
}

/// What only a comparison with a real device can tell.
pub(super) fn observation(_: &Case<'_>, _: Of<'_>) -> Ruling {
    Ruling::cannot_tell(
        "neither scans nor MDS2 forms are read yet, so nothing is compared with the SBOM",
        Vec::new(),
        "the result of a scan, or the form",
    )
}

/// 27: no MDS2 form. That one was looked for and not found counts already.
pub(super) fn no_mds2(case: &Case<'_>, of: Of<'_>) -> Ruling {
    let name = match of {
        Of::Product(product) => product.name.as_str(),
        Of::Supplier => "",
    };
    match case.absence(Sought::Mds2, name) {
        Some(absence) => Ruling::raised("none was found", vec![absence], "the form"),
        None => mds2(case, of),
    }
}
