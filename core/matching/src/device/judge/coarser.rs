//! A row that names a family of which the leaf's product is a member.
//!
//! `CardioMessenger II-S` may be the `CardioMessenger II-S GSM` of a leaf or another one of
//! its kind; silence would say that it is not.

use naming::MakerMatch;
use naming::text::{Found, Hit};

use super::super::extent::Standing;
use super::super::leaf::Leaf;
use super::super::product::{Group, Kind, Product, says_nothing};
use super::super::shown::{Shown, Shows, Told};
use super::{Judgement, MODEL, Row, Rule, Says, by_version, spelt, stands};

/// Asks which model it is, where all that the row's model says is the beginning of the
/// leaf's name.
pub(super) fn coarser(
    leaf: &Leaf,
    row: &Row,
    maker: Option<MakerMatch>,
) -> Option<Judgement> {
    maker?;
    if !leaf.models.is_empty() {
        return None;
    }
    let (name, atoms, keys) = leaf.names.iter().find_map(|name| {
        let (atoms, keys) = beginning(name, row)?;
        Some((name, atoms, keys))
    })?;
    let (standing, _) = stands(leaf, row);
    let says = match by_version(leaf, row, standing).0 {
        Says::Outside(why) => Says::Outside(why),
        Says::Affected if standing == Some(Standing::Named) && leaf.is_plain() => {
            Says::Affected
        }
        _ => asked(name),
    };
    let shown = Shown {
        found: Found::Exactly,
        extent: Shows::Whole,
        edition: Told::NotAsked,
        component: Told::NotAsked,
        letter: Told::NotAsked,
        atoms,
    };
    let rule =
        if goes_on_with_system(name, keys) { Rule::Unknown } else { Rule::Coarser };
    Some(Judgement { says, shown, maker, rule })
}

/// The question which member of the family a device is.
pub(in super::super) fn asked(name: &Product) -> Says {
    Says::Ask(format!("Is it the model {}?", spelt(name)))
}

/// Whether what the row leaves out begins with an operating system or another edition,
/// which makes no other product: `FACSLyric IVD Windows 10 Professional`.
fn goes_on_with_system(name: &Product, keys: usize) -> bool {
    let mut seen = 0;
    let mut rest = name.groups.iter().skip_while(|group| {
        seen += usize::from(group.kind >= Kind::Name);
        seen <= keys && group.kind != Kind::Edition
    });
    rest.next().is_some_and(|group| group.kind == Kind::Edition)
}

/// The atoms of the row's model where they are the first names of the product, but not all
/// of them, and where the row has no number of its own; and how many names they are.
fn beginning(name: &Product, row: &Row) -> Option<(Vec<usize>, usize)> {
    let atoms = row.text.atoms();
    let in_model = |hit: &Hit| {
        (hit.from..hit.to).all(|at| atoms.get(at).is_some_and(|atom| atom.field == MODEL))
    };
    let hit = |group: &Group| {
        group.any.iter().flat_map(|any| any.hits(&row.text)).find(&in_model)
    };
    // `24950 MyCare Monitor`: a number in front of the name may be what the row leaves out.
    let number = |group: &&Group| group.kind == Kind::Code && hit(group).is_none();
    let left_out = name.keys().take_while(number).count();
    let all = name.keys().count();
    let keys: Vec<&Group> = name.keys().skip(left_out).collect();
    let hits: Vec<Hit> = keys.iter().map_while(|group| hit(group)).collect();
    let letters = hits
        .iter()
        .flat_map(|hit| hit.from..hit.to)
        .filter_map(|at| atoms.get(at))
        .map(|atom| atom.text.bytes().filter(u8::is_ascii_alphabetic).count())
        .sum::<usize>();
    let distinctive = letters >= 7;
    if !distinctive || hits.len() >= all {
        return None;
    }
    let claimed: Vec<usize> = hits.iter().flat_map(|hit| hit.from..hit.to).collect();
    let foreign = atoms.iter().enumerate().any(|(at, atom)| {
        let number = atom.text.bytes().any(|byte| byte.is_ascii_digit());
        let maker = atom.text.len() > 2
            && name.makers.iter().any(|maker| maker.contains(atom.text.as_str()));
        let model = atom.field == MODEL && !says_nothing(&atom.text) && !maker;
        !claimed.contains(&at) && (model || number && atom.field > MODEL)
    });
    (!foreign).then_some((claimed, hits.len()))
}
