//! Names of which the model has a part and the description the rest, and words in the model
//! beside a name.

use super::{check, check_record, record};

#[test]
fn a_plus_sign_that_is_glued_to_another_word_makes_no_higher_tier() {
    let leaf = ["Acme", "PerformLine", "<= 3.0", ""];
    check(leaf, "Acme | PerformLine | PROCESSOR | 2.1", "affected");
    check(leaf, "Acme | Inolab+ PerformLine | PROCESSOR | 2.1", "affected");
    check(leaf, "Acme | Inolab+ PerformLine | PROCESSOR | 3.1", "not_affected");
    check(leaf, "Acme | PerformLine+ | PROCESSOR | 2.1", "-");
    check(leaf, "Acme | PerformLine Plus | PROCESSOR | 2.1", "-");
    check(leaf, "Acme | PerformLine + | PROCESSOR | 2.1", "-");
    check(leaf, "Acme | Inolab PerformLine Plus | PROCESSOR | 2.1", "-");
    let plus = ["Acme", "Agelia Link+", "<= 3.0 D15", "Agelia Link+: v3.0 D15 and prior"];
    check(plus, "Acme | Agelia Link+ | PUMP RACK |", "cannot_tell");
    check(plus, "Acme | Agelia Link Plus | PUMP RACK |", "cannot_tell");
    check(plus, "Acme | Agelia Link+ | PUMP RACK | 3.0 D14", "affected");
    check(plus, "Acme | Agelia Link+ | PUMP RACK | 3.0 D16", "not_affected");
    // Whoever leaves the sign out may mean it.
    check(plus, "Acme | Agelia Link | PUMP RACK |", "cannot_tell");
    check(plus, "Acme | Agelia Partner+ | SOFTWARE |", "-");
}

#[test]
fn an_edition_beside_the_brand_leaves_the_name_to_the_description() {
    let full = "Tasy EMR HTML5: 3.06.1803 and prior";
    let leaf = ["Philips", "Tasy EMR HTML5", "<= 3.06.1803", full];
    check(leaf, "Philips | Tasy HTML5 | EMR | 3.06.1790", "affected");
    check(leaf, "Philips | Tasy HTML5 | EMR | 3.06.1804", "not_affected");
    check(leaf, "Philips | Tasy HTML5 | EMR |", "cannot_tell");
    check(leaf, "Philips | Tasy Java | EMR | 3.06.1790", "-");
    check(leaf, "Philips | HTML5 | EMR | 3.06.1790", "-");
    check(leaf, "Philips | Tasy HTML5 | BILLING | 3.06.1790", "-");
    check(leaf, "Philips | Xper HTML5 | EMR | 3.06.1790", "-");
}

#[test]
fn a_short_word_and_first_letters_in_the_model_are_the_name() {
    let leaf = ["BD", "Alaris 8015 PC unit", "<= 9.33", ""];
    check(leaf, "CareFusion | Alaris PCU | CONTROLLER, MODEL 8015 |", "cannot_tell");
    check(leaf, "CareFusion | Alaris PCU | CONTROLLER, MODEL 8015 | 9.5", "affected");
    check(
        leaf,
        "CareFusion | Alaris PCU | CONTROLLER, MODEL 8015 | 9.34",
        "not_affected",
    );
    check(leaf, "CareFusion | Alaris PCU | CONTROLLER, MODEL 8000 | 9.5", "-");
    check(leaf, "CareFusion | Alaris PCA | SYRINGE, FOR MODEL 8015 | 9.5", "-");
}

#[test]
fn the_first_word_and_the_letters_of_all_words_are_the_name() {
    let full = "DoserWise Portal: Versions 1.1.7.333 and 2.1.1.3069";
    let leaf = ["Acme", "DoserWise Portal", "1.1.7.333 | 2.1.1.3069", full];
    check(leaf, "Acme | DoserWise | MONITORING (DWP) | V1.1.7.333", "affected");
    check(leaf, "Acme | DoserWise DWP | MONITORING | 2.1.1.3069", "affected");
    check(leaf, "Acme | DoserWise | MONITORING (DWP) | 1.1.7.334", "not_affected");
    check(leaf, "Acme | DoserWise | MONITORING (DWP) |", "cannot_tell");
    check(leaf, "Acme | DoserWise | MONITORING (DWX) | V1.1.7.333", "-");
    check(leaf, "Acme | DoserWise | MONITORING | V1.1.7.333", "-");
    check(leaf, "Acme | DoserWise Planner | MONITORING (DWP) | V1.1.7.333", "-");
    check(leaf, "Acme | DoserWise Dosing Web Pages | MONITORING | V1.1.7.333", "-");
    check(leaf, "Acme | Reader | MONITORING (DWP) | V1.1.7.333", "-");
    check(leaf, "Other | DoserWise | MONITORING (DWP) | V1.1.7.333", "-");
    check(leaf, " | DoserWise | MONITORING (DWP) | V1.1.7.333", "-");
    // A class of its own and another name with the first letters are no such name.
    let class = ["Acme", "InteliSpace PACS", "*", ""];
    check(class, "Acme | InteliSpace Perinatal | SURVEILLANCE |", "-");
    check(class, "Acme | InteliSpace | ARCHIVE (ISP) |", "affected");
}

#[test]
fn a_listed_version_may_stand_in_the_model_and_the_field_of_the_version() {
    let name = "VuWorks under CURRENT support (6.9.4.11, Vu7 SR540, Vu7 SR610)";
    let leaf = record("Acme", name, "*", &format!("All versions of {name}"));
    check_record(&leaf, "Acme | VuWorks 7 | RTOS | SR540", "affected");
    check_record(&leaf, "Acme | VuWorks 7 | RTOS | sr610", "affected");
    check_record(&leaf, "Acme | VuWorks 7 | RTOS | SR600", "cannot_tell");
    check_record(&leaf, "Acme | VuWorks 6 | RTOS | SR540", "cannot_tell");
    check_record(&leaf, "Acme | VuWorks | RTOS | SR540", "cannot_tell");
    check_record(&leaf, "Acme | VuWorks 7 | RTOS |", "cannot_tell");
}
