//! The words by which products are known.

use std::sync::Arc;

use store::Build;
use worklist::{Product, words_of};

use crate::called::maker;

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
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(build: [&str; 3], expected: [&str; 4]) {
        let [maker, model, description] = build.map(str::to_owned);
        let build = Build { maker, model, description, ..Build::default() };
        let Product { maker, model, maker_shown, model_shown } = product(&build);
        assert_eq!([&*maker, &*model, &*maker_shown, &*model_shown], expected);
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
