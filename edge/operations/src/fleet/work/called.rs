//! The words by which products are known.
//!
//! What is to be done and what was decided about it is known by them, so they must stay where an
//! inventory spells a product otherwise from one export to the next: all spellings of one product
//! are known by the words of the one that came first.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use store::Build;
use worklist::{Key, Product, words_of};

use crate::called::{joined, maker};

/// Which spellings are one product.
#[derive(Debug, Default)]
pub(super) struct Names {
    own: BTreeMap<i64, Product>,
    /// Spellings that some devices had one after the other.
    turned: BTreeSet<(Spelling, Spelling)>,
    known: OnceLock<Known>,
    /// Whether something may be known by other words since that was asked last.
    is_other: bool,
}

/// Maker and model, however the model is cut into words.
type Spelling = (Arc<str>, String);

/// By which words everything is known.
#[derive(Debug, Default)]
struct Known {
    by_build: BTreeMap<i64, Product>,
    by_spelling: BTreeMap<Spelling, (Arc<str>, Arc<str>)>,
}

impl Names {
    /// Takes note of a build.
    pub(super) fn build(&mut self, id: i64, product: Product) {
        self.own.insert(id, product);
        self.forget();
    }

    /// Takes note that a device of one build became one of another: where the model is the same
    /// and the makers may be, it is the same product.
    pub(super) fn turned(&mut self, before: i64, after: i64) {
        let (Some(one), Some(other)) = (self.own.get(&before), self.own.get(&after))
        else {
            return;
        };
        let spellings = (spelling(one), spelling(other));
        let is_one = spellings.0.1 == spellings.1.1
            && spellings.0 != spellings.1
            && maker(&one.maker_shown).may_be(&maker(&other.maker_shown));
        if is_one && self.turned.insert(spellings) {
            self.forget();
        }
    }

    fn forget(&mut self) {
        self.known = OnceLock::new();
        self.is_other = true;
    }

    /// Whether something may be known by other words since this was asked last.
    pub(super) fn take_other(&mut self) -> bool {
        std::mem::take(&mut self.is_other)
    }

    /// The product of a build, known by the words of its first spelling.
    pub(super) fn product(&self, build: i64) -> Option<&Product> {
        self.known().by_build.get(&build)
    }

    /// By what is known today what was known by this before; none where it is the same.
    pub(super) fn today(&self, key: &Key) -> Option<Key> {
        let own = (Arc::clone(&key.maker), joined(key.model.split(' ')));
        let known = self.known().by_spelling.get(&own);
        let Some((maker, model)) =
            known.filter(|(maker, model)| (maker, model) != (&key.maker, &key.model))
        else {
            return key.today();
        };
        let (maker, model) = (Arc::clone(maker), Arc::clone(model));
        let key = Key { maker, model, ..key.clone() };
        Some(key.today().unwrap_or(key))
    }

    fn known(&self) -> &Known {
        self.known.get_or_init(|| self.work_out())
    }

    fn work_out(&self) -> Known {
        let mut first: BTreeMap<Spelling, i64> = BTreeMap::new();
        for (id, product) in &self.own {
            first.entry(spelling(product)).or_insert(*id);
        }
        // Each leads to one that came before it, the first of all to none.
        let mut leads: BTreeMap<&Spelling, &Spelling> = BTreeMap::new();
        for (one, other) in &self.turned {
            let (one, other) = (root(&leads, one), root(&leads, other));
            match first.get(one).cmp(&first.get(other)) {
                std::cmp::Ordering::Less => leads.insert(other, one),
                std::cmp::Ordering::Greater => leads.insert(one, other),
                std::cmp::Ordering::Equal => None,
            };
        }
        let words = |own: &Spelling| {
            let product = self.own.get(first.get(root(&leads, own))?)?;
            Some((Arc::clone(&product.maker), Arc::clone(&product.model)))
        };
        let by_spelling: BTreeMap<Spelling, (Arc<str>, Arc<str>)> =
            first.keys().filter_map(|own| Some((own.clone(), words(own)?))).collect();
        let by_build = self.own.iter().map(|(id, product)| {
            let known = by_spelling.get(&spelling(product));
            (*id, known.map_or_else(|| product.clone(), |words| known_by(product, words)))
        });
        Known { by_build: by_build.collect(), by_spelling }
    }
}

fn root<'l>(
    leads: &BTreeMap<&'l Spelling, &'l Spelling>,
    own: &'l Spelling,
) -> &'l Spelling {
    let mut own = own;
    while let Some(before) = leads.get(own) {
        own = before;
    }
    own
}

fn spelling(product: &Product) -> Spelling {
    (Arc::clone(&product.maker), joined(product.model.split(' ')))
}

fn known_by(product: &Product, (maker, model): &(Arc<str>, Arc<str>)) -> Product {
    if (&product.maker, &product.model) == (maker, model) {
        return product.clone();
    }
    Product {
        maker: Arc::clone(maker),
        model: Arc::clone(model),
        spelt: Some((Arc::clone(&product.maker), Arc::clone(&product.model))),
        ..product.clone()
    }
}

/// The words by which the product of a build is known.
pub(super) fn product(build: &Build) -> Product {
    let [maker, model] = crate::question::called(build);
    named(maker, model)
}

/// The words by which a product is known that is written like this.
pub(super) fn named(written: &str, model: &str) -> Product {
    let maker = maker(written);
    Product {
        maker: Arc::clone(&maker.core),
        model: words_of(model).into(),
        maker_shown: Arc::clone(&maker.shown),
        model_shown: model.trim().into(),
        spelt: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(build: [&str; 3], expected: [&str; 4]) {
        let [maker, model, description] = build.map(str::to_owned);
        let build = Build { maker, model, description, ..Build::default() };
        let Product { maker, model, maker_shown, model_shown, .. } = product(&build);
        assert_eq!([&*maker, &*model, &*maker_shown, &*model_shown], expected);
    }

    #[test]
    fn spellings_of_one_product_are_known_by_the_first() {
        let mut names = Names::default();
        let all = [
            ("Ostrava Sonics", "EchoLine E9"),
            ("OSTRAVA SONICS s.r.o.", "Echo Line E9"),
            ("Ostrava", "Echoline-E9"),
            ("Ostrava Sonics", "EchoLine E8"),
            ("Brightwell Devices", "EchoLine E9"),
        ];
        for (id, (maker, model)) in (1..).zip(all) {
            names.build(id, named(maker, model));
        }
        let words = |names: &Names, id: i64| {
            let product = names.product(id).unwrap();
            format!("{} / {}", product.maker, product.model)
        };
        let first = words(&names, 1);
        assert_eq!(words(&names, 2), first);
        // A shorter name may be another company, until a device had both.
        assert_ne!(words(&names, 3), first);
        names.turned(2, 3);
        assert_eq!(words(&names, 3), first);
        for (before, after) in [(1, 4), (1, 5), (5, 3), (77, 1)] {
            names.turned(before, after);
        }
        assert_eq!(words(&names, 4), "ostravasonics / echoline e8");
        assert_eq!(words(&names, 5), "brightwell / echoline e9");
        let spelt = names.product(3).unwrap().spelt.clone().unwrap();
        assert_eq!((&*spelt.0, &*spelt.1), ("ostrava", "echoline e9"));
        assert_eq!(names.product(1).unwrap().spelt, None);
    }

    #[test]
    fn a_product_is_known_by_the_same_words_however_its_maker_is_written() {
        let mx700 = ["philips", "mx 700", "Philips", "MX-700"];
        check(["PHILIPS", "MX-700", ""], mx700);
        check(["Philips Medical Systems", " MX-700 ", "MONITOR"], mx700);
        check(
            ["Nobody & Sons", "Pump", ""],
            ["nobodysons", "pump", "Nobody & Sons", "Pump"],
        );
        check(["", "", "INFUSION PUMP"], ["", "infusion pump", "", "INFUSION PUMP"]);
        check(["", "", ""], ["", "", "", ""]);
    }
}
