//! Lists and ranges of models, tiers and sisters of a product, generations.

use super::{check, check_record, record};

/// A product's name, a row's model, and what is said.
#[track_caller]
fn said(name: &str, model: &str, expected: &str) {
    let full = format!("{name}: < 3.0");
    let row = format!("Acme Medical | {model} | | 2.0 |");
    check(["Acme Medical", name, "< 3.0", &full], &row, expected);
}

#[test]
fn lists_and_ranges_of_models_are_read() {
    for model in ["Lumenar X1", "Lumenar X2", "Lumenar X3"] {
        said("Lumenar X1, X2, and X3", model, "affected");
        said("Lumenar X1, X2 and X3", model, "affected");
    }
    said("Lumenar X1, X2, and X3", "Lumenar X4", "-");
    said("Novar 1000-1999 series", "Novar 1500", "affected");
    said("Novar 1000-1999 series", "Novar 2000", "-");
    said("Vegar (model 4410)", "Vegar", "cannot_tell");
    said("Vegar (model 4410)", "Vegar 4410", "affected");
    said("Vegar (model 4410)", "Vegar 4411", "-");
}

#[test]
fn another_tier_is_another_product() {
    said("Quarkon Pro", "Quarkon Pro", "affected");
    said("Quarkon Pro", "Quarkon Pro Plus", "-");
    said("Quarkon Plus", "Quarkon Plus", "affected");
    said("Steering Fluxx+ Viewer", "Steering Fluxx+", "-");
    said("Fluxx Centre", "Fluxx Centre Visualization", "-");
}

#[test]
fn a_generation_may_stand_behind_a_bracket_or_in_roman_numbers() {
    let all = ["Acme", "Neopan (Main Console) V4.0", "*", "Neopan (Main Console) V4.0"];
    check(all, "Acme | Neopan V4.1 | | V4.1 Update 2 |", "not_affected");
    check(all, "Acme | Neopan V4.0 | | V4.0 |", "affected");
    said("Pulsar 3", "Pulsar III", "affected");
    said("Pulsar 3", "Pulsar II", "not_affected");
}

#[test]
fn what_a_product_is_fitted_with_is_asked() {
    said("Sinar GL150 (with option X30)", "Sinar GL150", "cannot_tell");
    said("Sinar GL150 (with option X30)", "Sinar GL150 with option X30", "affected");
}

#[test]
fn the_leaf_with_the_longer_name_decides() {
    let mut record = record("Acme", "Fluxx V13.3", "< V13.3.5", "Fluxx V13.3: < V13.3.5");
    let mut longer = record.products[0].clone();
    longer.id = "q".to_owned();
    longer.branches[1].name = "Fluxx Render V13.3".to_owned();
    longer.branches[2].name = "< V13.3.0.3".to_owned();
    longer.name = "Fluxx Render V13.3: < V13.3.0.3".to_owned();
    record.products.push(longer);
    check_record(&record, "Acme | Fluxx Render V13.3 | | 13.3.0.3 |", "not_affected");
    check_record(&record, "Acme | Fluxx Render V13.3 | | 13.3.0.2 |", "affected");
    check_record(&record, "Acme | Fluxx V13.3 | | 13.3.0.3 |", "affected");
}

#[test]
fn a_version_that_only_the_branch_names_is_asked() {
    let leaf = ["Acme", "Messenger T9", "2.2", "Messenger T9: 2.20"];
    check(leaf, "Acme | Messenger T9 | | 2.20 |", "affected");
    check(leaf, "Acme | Messenger T9 | | 2.2 |", "cannot_tell");
    check(leaf, "Acme | Messenger T9 | | 2.3 |", "not_affected");
}

#[test]
fn service_packs_in_the_model_are_of_the_version() {
    let leaf = ["Acme", "Keyring Manager", "< V6.0 SP9 Update 2", "Keyring Manager"];
    check(leaf, "Acme | Keyring Manager V6.0 SP9 Update 2 | | |", "not_affected");
    check(leaf, "Acme | Keyring Manager V6.0 SP9 Update 1 | | |", "affected");
    check(leaf, "Acme | Keyring Manager V6.0 SP8 | | |", "affected");
    check(leaf, "Acme | Keyring Manager V6.1 | | |", "not_affected");
}
