//! The words by which products are known.
//!
//! A house has tens of thousands of builds of some hundred makers: what a maker is called is
//! worked out once.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use naming::Makers;
use store::Build;
use worklist::{Product, words_of};

/// What makers are called, by how they were written.
#[derive(Debug)]
pub(in crate::fleet) struct Called {
    makers: Makers,
    known: Mutex<BTreeMap<String, Maker>>,
}

/// A maker.
#[derive(Clone, Debug)]
struct Maker {
    words: Arc<str>,
    shown: Arc<str>,
}

impl Default for Called {
    fn default() -> Self {
        Self { makers: Makers::built_in(), known: Mutex::default() }
    }
}

impl Called {
    /// The words by which the product of a build is known.
    pub(super) fn product(&self, build: &Build) -> Product {
        match build.model.trim() {
            "" => self.named(&build.maker, build.description.trim()),
            model => self.named(&build.maker, model),
        }
    }

    /// The words by which a product is known that is written like this.
    pub(super) fn named(&self, maker: &str, model: &str) -> Product {
        let Maker { words, shown } = self.maker(maker);
        let model_shown = model.trim().into();
        Product {
            maker: words,
            model: words_of(model).into(),
            maker_shown: shown,
            model_shown,
        }
    }

    fn maker(&self, written: &str) -> Maker {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(maker) = known.get(written) {
            return maker.clone();
        }
        let name = self.makers.known(written);
        let words = match name {
            Some(name) => words_of(name),
            None => match self.makers.read(written).core() {
                "" => words_of(written),
                core => core.to_owned(),
            },
        };
        let shown = name.unwrap_or(written.trim()).into();
        let maker = Maker { words: words.into(), shown };
        known.insert(written.to_owned(), maker.clone());
        maker
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(build: [&str; 3], expected: [&str; 4]) {
        let [maker, model, description] = build.map(str::to_owned);
        let build = Build { maker, model, description, ..Build::default() };
        let called = Called::default();
        // Asked again it is what it was.
        for _ in 0..2 {
            let Product { maker, model, maker_shown, model_shown } =
                called.product(&build);
            assert_eq!([&*maker, &*model, &*maker_shown, &*model_shown], expected);
        }
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
