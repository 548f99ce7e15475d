//! A row that names a family of which the leaf's product is a member.
//!
//! `CardioMessenger II-S` may be the `CardioMessenger II-S GSM` of a leaf or another one of
//! its kind; silence would say that it is not.

use naming::MakerMatch;
use naming::text::{Atom, Found, Hit, Unit};

use super::super::ask::{Put, Topic};
use super::super::extent::Standing;
use super::super::leaf::Leaf;
use super::super::product::{Alternative, Group, Kind, Product, kind_of, says_nothing};
use super::super::shown::{Shown, Shows, Told};
use super::{Judgement, MODEL, Row, Rule, Says, by_version, spelt, stands};

/// How many letters of a family's name a row must show.
const LETTERS_MIN: usize = 4;

/// How many letters make it one whatever kind of thing the row calls it.
const LETTERS_SURE: usize = 7;

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
        let (atoms, keys) = beginning(name, leaf, row)?;
        Some((name, atoms, keys))
    })?;
    let goes_on = goes_on(name, keys);
    let rule = match goes_on {
        GoesOn::Otherwise => Rule::Coarser,
        GoesOn::System | GoesOn::Edition => Rule::Unknown,
    };
    let (standing, _) = stands(leaf, row);
    let versions = by_version(leaf, row, standing).0;
    let says = match versions {
        Says::Outside(why) => Says::Outside(why),
        Says::Affected
            if standing == Some(Standing::Named)
                && leaf.is_plain()
                && goes_on != GoesOn::Edition =>
        {
            Says::Affected
        }
        // Where somebody has answered that it is this one, its version decides.
        versions => match asked(leaf, name, row) {
            Says::Affected => versions,
            says => says,
        },
    };
    let shown = Shown {
        found: Found::Exactly,
        extent: Shows::Whole,
        edition: Told::NotAsked,
        component: Told::NotAsked,
        letter: Told::NotAsked,
        atoms,
    };
    Some(Judgement { says, shown, maker, rule, cleared: Vec::new() })
}

/// The question which member of the family a device is, or what was answered to it.
pub(in super::super) fn asked(leaf: &Leaf, name: &Product, row: &Row) -> Says {
    let model = spelt(name);
    let text = format!("Is it the model {model}?");
    row.settled(row.ask(leaf, Put { topic: Topic::Model, of: "", words: &model, text }))
}

/// What a name goes on with, where the row leaves it out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum GoesOn {
    /// An operating system or a technique, which makes no other product: `FACSLyric IVD
    /// Windows 10 Professional`.
    System,
    /// An edition or a region, which is asked: `View Machine Edition`, `View SE`,
    /// `EncoreAnywhere APAC`.
    Edition,
    /// Something that may make another product.
    Otherwise,
}

fn goes_on(name: &Product, keys: usize) -> GoesOn {
    let mut seen = 0;
    let mut rest = name.groups.iter().skip_while(|group| {
        seen += usize::from(group.kind >= Kind::Name);
        seen <= keys && group.kind != Kind::Edition
    });
    let spelt = |group: &Group| match group.any.as_slice() {
        [Alternative::Word(unit)] => unit.spelt().to_owned(),
        _ => String::new(),
    };
    let Some(next) = rest.next() else { return GoesOn::Otherwise };
    let behind = rest.next().map(spelt);
    let last = spelt(next);
    let region = ["apac", "emea", "us", "eu", "na", "nam", "row", "int", "cn", "jp"];
    let short = behind.is_none()
        && (last.len() == 2 && last.ends_with('e') || region.contains(&last.as_str()));
    match next.kind {
        Kind::Edition => GoesOn::System,
        _ if short || behind.is_some_and(|word| word == "edition") => GoesOn::Edition,
        _ => GoesOn::Otherwise,
    }
}

/// The atoms of the row's model where they are the first names of the product, but not all
/// of them, and where the row has no number of its own; and how many names they are.
fn beginning(name: &Product, leaf: &Leaf, row: &Row) -> Option<(Vec<usize>, usize)> {
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
    if letters < LETTERS_MIN || hits.len() >= all {
        return None;
    }
    // A short word is a family only where nothing else stands beside it.
    let kinds = |atom: &&Atom| {
        atom.field == MODEL
            && Unit::read(&atom.text)
                .is_some_and(|unit| kind_of(&unit) == Kind::Class && !name.holds(&unit))
    };
    if letters < LETTERS_SURE && atoms.iter().any(|atom| kinds(&atom)) {
        return None;
    }
    let claimed: Vec<usize> = hits.iter().flat_map(|hit| hit.from..hit.to).collect();
    let foreign = atoms.iter().enumerate().any(|(at, atom)| {
        let number = atom.text.bytes().any(|byte| byte.is_ascii_digit());
        let maker = atom.text.len() > 2
            && name.makers.iter().any(|maker| maker.contains(atom.text.as_str()));
        let around = leaf.around.contains(&atom.text);
        let model = atom.field == MODEL && !says_nothing(&atom.text) && !maker && !around;
        !claimed.contains(&at) && (model || number && atom.field > MODEL)
    });
    (!foreign).then_some((claimed, hits.len()))
}
