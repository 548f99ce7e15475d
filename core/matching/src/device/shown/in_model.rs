//! What the field of the model must show of a name, and what must not stand in it.

use naming::text::{Found, Text};

use super::super::product::{Alternative, Group, Kind, Product, says_nothing};
use super::super::wording::is_article;
use super::{Finder, Shown, ends_with};

/// Words that make another product of a name.
const TIERS: [&str; 11] = [
    "plus",
    "lite",
    "light",
    "mini",
    "max",
    "ultra",
    "premium",
    "nano",
    "express",
    "visualization",
    "simulator",
];

impl Product {
    /// Every name and number letter by letter, and nothing foreign in the model:
    /// `DoseWise` of a row whose description has the first letters of DoseWise Portal.
    #[must_use]
    pub fn shown_alone(&self, text: &Text, model: usize) -> Option<Shown> {
        let mut finder = Finder::new(self, text);
        let shown = finder.whole(model).filter(|shown| shown.found == Found::Exactly)?;
        let alone = !finder.foreign(model);
        alone.then_some(Shown { found: Found::Shortened, ..shown })
    }
}

impl Finder<'_> {
    /// Where the row has a model, some of the name must stand in it, or the model is a bare
    /// number that the maker uses for the product of the description.
    pub(super) fn in_model(&self, model: usize) -> bool {
        let atoms = self.text.atoms();
        let in_model =
            |at: &usize| atoms.get(*at).is_some_and(|atom| atom.field == model);
        // `1763-L16BWA` is a number of the catalog and no name.
        let numbered = |word: usize| {
            let pieces = atoms.iter().filter(|atom| atom.word == word);
            is_article(&pieces.map(|atom| atom.text.as_str()).collect::<String>())
        };
        let editions = self.editions_of_brand(model);
        let mut letters = atoms
            .iter()
            .enumerate()
            .filter(|(_, atom)| atom.field == model && !numbered(atom.word));
        let named = letters.any(|(at, atom)| {
            atom.text.len() > 2
                && !editions.contains(&at)
                && atom.text.bytes().all(|b| b.is_ascii_alphabetic())
                && !self
                    .product
                    .makers
                    .iter()
                    .any(|maker| maker.contains(atom.text.as_str()))
                && !says_nothing(&atom.text)
        });
        let keys: Vec<&Group> = self.product.keys().collect();
        let merged = || {
            let found = keys.windows(2).filter_map(|pair| match pair {
                [a, b] => self.merged_at(a, b),
                _ => None,
            });
            found.into_iter().any(|at| in_model(&at))
        };
        !named || self.atoms.iter().any(in_model) || self.initials_in(model) || merged()
    }

    /// `Tasy HTML5` in the model, where the name is Tasy EMR HTML5 and Tasy the maker's brand:
    /// beside the brand the edition of the name tells of no other product.
    fn editions_of_brand(&self, model: usize) -> Vec<usize> {
        let hits = |kind: Kind| {
            let groups = self.product.groups.iter().filter(move |it| it.kind == kind);
            let hits = groups.flat_map(|it| &it.any).flat_map(|any| any.hits(self.text));
            let atoms = hits.flat_map(|hit| hit.from..hit.to);
            atoms.filter(|at| {
                self.text.atoms().get(*at).is_some_and(|atom| atom.field == model)
            })
        };
        let brand = hits(Kind::Maker).next().is_some();
        hits(Kind::Edition).filter(|_| brand).collect()
    }

    /// `ALM` in the model, where the description has the name with those first letters, and
    /// `PCU` for PC Unit: a word of two letters is short already.
    fn initials_in(&self, model: usize) -> bool {
        let words = |whole: usize| {
            let words =
                self.product.groups.iter().map(move |group| match group.any.first() {
                    Some(Alternative::Word(unit)) if !unit.is_code() => {
                        let spelt = unit.spelt();
                        if spelt.len() <= whole { Some(spelt) } else { spelt.get(..1) }
                    }
                    _ => None,
                });
            words.flatten().collect::<String>()
        };
        let (letters, short) = (words(1), words(2));
        let mut atoms = self.text.atoms().iter().filter(|atom| atom.field == model);
        atoms.any(|atom| {
            let text = atom.text.as_str();
            text.len() >= 3 && (letters.contains(text) || short.contains(text))
        })
    }

    /// `Quark Pro Plus` is no `Quark Pro`: a word for another tier in the model, which the name
    /// does not have. A plus sign belongs to the word that it is glued to: `Inoq+ Reader` is
    /// no higher tier of the Reader.
    pub(super) fn tier(&self, model: usize) -> bool {
        let atoms = self.text.atoms();
        let other = |at: usize| {
            let glued = at.checked_sub(1).filter(|before| {
                atoms.get(*before).map(|atom| (atom.field, atom.word))
                    == atoms.get(at).map(|atom| (atom.field, atom.word))
            });
            glued.is_some_and(|before| !self.atoms.contains(&before))
        };
        self.unclaimed_at(model).any(|(at, atom)| {
            TIERS.contains(&atom.text.as_str())
                && !other(at)
                && !self.product.groups.iter().any(|group| ends_with(group, &atom.text))
        })
    }
}
