//! Versions that an inventory states as the device's and that are those of a part.
//!
//! `20D30` of a pump whose releases are 8.x is a release of its battery module: the number
//! says nothing of the pump's own release.

use terms::version::firmware::{Part as Piece, Version};

use super::super::ask::{Ask, Put, Topic};
use super::super::extent;
use super::super::leaf::{Leaf, Part, Versions};
use super::{Row, Says, called, limit};

/// What is asked of a row whose version may be that of a part which another leaf of the
/// advisory limits; `None` where it is none of those.
pub(super) fn mistaken(leaf: &Leaf, row: &Row) -> Option<Says> {
    let part = leaf.parts_beside.iter().find(|part| is_of_part(leaf, part, row))?;
    Some(row.settled(own_version(leaf, part, row)))
}

/// Whether the row's version is numbered as those of the part are, and as none of the
/// leaf's own.
pub(super) fn is_of_part(leaf: &Leaf, part: &Part, row: &Row) -> bool {
    let bounds = || part.spans.iter().flat_map(extent::bounds);
    let own: Vec<&Version> = match &leaf.versions {
        Versions::Some(spans, _) => spans.iter().flat_map(extent::bounds).collect(),
        Versions::All | Versions::Unreadable(_) => Vec::new(),
    };
    row.versions(&leaf.prefixes).iter().any(|version| {
        let same = |bound: &&Version| {
            bound.parts().len() == version.parts().len()
                && bound.compare(version).is_some_and(std::cmp::Ordering::is_eq)
        };
        let lettered = lettered(version)
            && bounds().any(|bound| alike(bound, version))
            && !own.iter().any(|bound| alike(bound, version));
        lettered || bounds().any(|bound| same(&bound))
    })
}

fn own_version(leaf: &Leaf, part: &Part, row: &Row) -> Ask {
    let (stated, limit) = (row.stated(), limit(leaf));
    let text = format!(
        "{stated} may be the version of its {}: which version is the device itself? \
         Affected: {limit}",
        part.text
    );
    let put = Put { topic: Topic::Version, of: &called(leaf), words: &limit, text };
    row.ask(leaf, put)
}

/// Whether letters stand between numbers: `20D29`.
fn lettered(version: &Version) -> bool {
    matches!(version.parts(), [Piece::Number(_), Piece::Letters(_), Piece::Number(_), ..])
}

/// Whether two versions are made of the same kinds of pieces.
fn alike(a: &Version, b: &Version) -> bool {
    let kinds = |version: &Version| -> Vec<_> {
        version.parts().iter().map(std::mem::discriminant).collect()
    };
    a.shape() == b.shape() && kinds(a) == kinds(b)
}
