//! How inventories write versions, numbers of the catalog and days of manufacture, and what
//! names of leaves hold besides.

use super::{check, check_record, record};

#[test]
fn a_mark_in_front_of_a_version_that_the_leaf_has_not_is_left_out() {
    let leaf = ["Acme", "Modica M340", "< 3.01", ""];
    check(leaf, "Acme | Modica M340 | PLC | SV 2.70", "affected");
    check(leaf, "Acme | Modica M340 | PLC | SV 3.10", "not_affected");
    check(leaf, "Acme | Modica M340 | PLC | FW:2.70", "affected");
    check(leaf, "Acme | Modica M340 | PLC | ZQ 2.70", "cannot_tell");
    check(leaf, "Acme | Modica M340 | PLC | OS 5.70", "cannot_tell");
    let marked = ["Acme", "Brivex MR355", "SV20.1 | SV23.0", ""];
    check(marked, "Acme | Brivex MR355 | | SV20.1", "affected");
    check(marked, "Acme | Brivex MR355 | | SV21.0", "not_affected");
    let initials = ["Acme", "NextSaq 500/550 Control Software", "4.0", ""];
    check(initials, "Acme | NextSaq 550 | SEQUENCER | NCS 4.0", "affected");
    check(initials, "Acme | NextSaq 550 | SEQUENCER | NCS 4.1", "not_affected");
    check(initials, "Acme | NextSaq 550 | SEQUENCER | RTA 4.1", "cannot_tell");
    let own = ["Acme", "AWX", ">= 4.0 | <= 4.6", ""];
    check(own, "Acme | AWX VOLUME | | awx4.3_06", "affected");
    check(own, "Acme | AWX VOLUME | | awx4.7_01", "not_affected");
}

#[test]
fn the_end_of_a_version_is_joined_to_its_beginning_in_the_model() {
    let leaf = ["Acme", "WinLine V7.4", "< V7.4 SP1 Upd 11", ""];
    check(leaf, "Acme | WinLine V7.4 SP1 | SCADA | Upd 10", "affected");
    check(leaf, "Acme | WinLine V7.4 SP1 | SCADA | Upd 11", "not_affected");
    let edge = ["Acme", "EdgeLine 2020", "R2 SP1", ""];
    check(edge, "Acme | EdgeLine 2020 | HMI | R2 SP1", "affected");
    check(edge, "Acme | EdgeLine 2020 | HMI | R3", "not_affected");
    let build = ["Acme", "Crimsa", "<= 3.0", ""];
    check(build, "Acme | Crimsa 3.0 | HMI | bld 707.000", "affected");
    check(build, "Acme | Crimsa 3.1 | HMI | bld 707.000", "not_affected");
}

#[test]
fn a_decimal_comma_a_month_and_a_build_are_read() {
    let listed = ["Acme", "Phoenita Delivery System", "3.36 | 3.40", ""];
    check(listed, "Acme | Phoenita Delivery | | SW 3,36", "affected");
    check(listed, "Acme | Phoenita Delivery | | SW 3,38", "not_affected");
    let month =
        ["Acme", "PageLine TC20", "< May 2018", "PageLine TC20: prior to May 2018"];
    check(month, "Acme | PageLine TC20 (REF 860332) | SW JAN 2018 |", "affected");
    check(month, "Acme | PageLine TC20 | SW JUN 2018 |", "not_affected");
    check(month, "Acme | PageLine TC20 | CART |", "cannot_tell");
    let builds = ["Acme", "GateLine", "1.1.3 Build 10", ""];
    check(builds, "Acme | GateLine, 1.1.3 Bld | AGW 1.1.3 Build 10 |", "affected");
    check(builds, "Acme | GateLine | AGW 1.1.3 Build 11 |", "not_affected");
}

#[test]
fn a_day_of_manufacture_in_the_description_decides() {
    let full = "Pacera: manufactured prior to April 1 2018";
    let leaf = ["Acme", "Pacera", "< april 1, 2018", full];
    check(leaf, "Acme | Pacera | CRT-D, MFD 2018-06-12 | | 2018-08-30", "not_affected");
    check(leaf, "Acme | Pacera | CRT-D, MFG DATE 2017-06-12 | | 2018-08-30", "affected");
    check(leaf, "Acme | Pacera | CRT-D, EXP 2017-06-12 | | 2018-08-30", "cannot_tell");
}

#[test]
fn numbers_of_the_catalog_in_brackets_make_no_other_model() {
    let leaf = ["Acme", "MiSaqDx Operating Software", ">= 4.0.1", ""];
    check(leaf, "Acme | MISAQDX (DX-410-1001) | SEQUENCER |", "cannot_tell");
    check(leaf, "Acme | MISAQDX (REF 41010) | SEQUENCER | 4.1", "affected");
    check(leaf, "Acme | MISAQDX Plus | SEQUENCER | 4.1", "-");
    let number = ["Acme", "8015 PC unit", "<= 9.33", ""];
    check(number, "Acme | 8015LS PC Unit | | 9.13", "affected");
    check(number, "Acme | 8000 PC Unit | | 9.13", "-");
    let model = ["Acme", "FCX XC-2", "XR-IR 357", "FCX XC-2: XR-IR 357"];
    check(model, "Acme | XR-IR357 | READER |", "affected");
    check(model, "Acme | XR-IR391 | READER |", "-");
}

#[test]
fn numbers_with_common_letters_and_ranges_are_expanded() {
    let last = ["Acme", "R08/16/32/120SFCPU", "<= 22", ""];
    check(last, "Acme | R16SFCPU | PLC | 21", "affected");
    check(last, "Acme | R120SFCPU | PLC | 23", "not_affected");
    check(last, "Acme | R16CPU | PLC | 21", "-");
    let optional = ["Acme", "R04/120(EN)CPU", "<= 51", ""];
    check(optional, "Acme | R04ENCPU | PLC | 39", "affected");
    check(optional, "Acme | R120CPU | PLC | 39", "affected");
    check(optional, "Acme | R08CPU | PLC | 39", "-");
    let range = ["Acme", "HeartVue MX400-550", "*", ""];
    check(range, "Acme | HeartVue MX450 | |", "affected");
    check(range, "Acme | MX450 | |", "affected");
    check(range, "Acme | HeartVue MX600 | |", "-");
    let members = ["Acme", "HeartVue MP Series (including MP2/MX700/800)", "*", ""];
    check(members, "Acme | HeartVue MX800 | |", "affected");
    check(members, "Acme | HeartVue MP70 | |", "affected");
    check(members, "Acme | HeartVue MX450 | |", "-");
    let family = [
        "Acme",
        "SCALEX X-300 switch family (incl.\u{a0}X408 and NET variants)",
        "*",
        "",
    ];
    check(family, "Acme | SCALEX X308-2 | SWITCH |", "affected");
    check(family, "Acme | SCALEX X408-2 | SWITCH |", "affected");
    check(family, "Acme | SCALEX X414 | SWITCH |", "-");
}

#[test]
fn lists_in_names_are_products_and_words_behind_a_number_describe() {
    let again = ["Acme", "HeartVue monitors MX100, MX800 and HeartVue X2", "<= N", ""];
    check(again, "Acme | HeartVue MX800 | | M", "affected");
    check(again, "Acme | HeartVue X2 | | M", "affected");
    check(again, "Acme | HeartVue X3 | | M", "-");
    let slashed =
        ["Acme", "Coronia Tools/Dynamic Coronia Roadmap/Stentline Live", "1.0", ""];
    check(slashed, "Acme | Stentline Live | | 1.0", "affected");
    check(slashed, "Acme | Dynamic Coronia Roadmap | | 1.0", "affected");
    check(slashed, "Acme | Stentline Pro | | 1.0", "-");
    let words = "ArmorLine 5700 Ethernet Switches for extreme environments";
    check(["Acme", words, "< 2", ""], "Acme | ArmorLine 5700 | SWITCH | 1.0", "affected");
    check(["Acme", words, "< 2", ""], "Acme | ArmorLine 5710 | SWITCH | 1.0", "-");
    let mut titled = record("Acme", "WebLine iVuex SiteScan", "<= 6.5", "");
    titled.title = "Acme WebLine, iVuex, SiteScan".to_owned();
    check_record(&titled, "Acme | SiteScan | | 6.1", "affected");
    check_record(&titled, "Acme | iVuex | |", "cannot_tell");
    check_record(&titled, "Acme | Scan | | 6.1", "-");
    let several = ["Acme", "Xelera 1.0, 2.1, 3.1", "*", "Xelera 1.0, 2.1, 3.1"];
    check(several, "Acme | Xelera | | 2.1", "affected");
    check(several, "Acme | Xelera | | 2.2", "not_affected");
}

#[test]
fn other_names_words_left_out_and_longer_words_are_names_too() {
    let former = ["Acme", "EdgeLine (formerly known as Indu Web Studio)", "<= 4", ""];
    check(former, "Acme | Indu Web Studio | | 3", "affected");
    check(former, "Acme | Indu Web Server | | 3", "-");
    let first = ["Acme", "Lexell Gamma Knife Icon", "*", ""];
    check(first, "Acme | Gamma Knife Icon | |", "affected");
    check(first, "Acme | Gamma Knife Perfexion | |", "-");
    check(first, "Acme | Knife Icon | |", "-");
    let model = ["Acme", "Handheld devices", "Accura-Chak Inform II", "Models"];
    check(model, "Acme | Inform II | METER |", "affected");
    check(model, "Acme | Inform III | METER |", "-");
    let longer = ["Acme", "Sena DS", "*", ""];
    check(longer, "Acme | Senagraphe DS | MAMMO |", "affected");
    check(longer, "Acme | Senagraphe 2000 | MAMMO |", "-");
    let whole = "Zeta Controllers and Software - Zeta Studio: Versions 1.4 and prior";
    let specific = ["Acme", "Zeta Controllers and Software", "<= 1.4", whole];
    check(specific, "Acme | Zeta Studio | | 1.3", "affected");
    check(specific, "Acme | Zeta NJ501 | PLC | 1.3", "-");
    let around = ["Acme", "BigLab TLA InoLine processor - Data Manager", "3.0", ""];
    check(around, "Acme | InoLine TLA | PROCESSOR, DATA MANAGER SW | 3.0", "affected");
    check(around, "Acme | InoLine TLA | PROCESSOR | 3.0", "-");
}

#[test]
fn a_plus_sign_is_the_word_and_a_beginning_beside_a_number_is_no_other_name() {
    let plus = ["Acme", "CoaguLine XS Plus", "*", ""];
    check(plus, "Acme | CoaguLine XS+ | METER |", "affected");
    check(plus, "Acme | CoaguLine XS | METER |", "-");
    let number = ["Acme", "Discoverix CT750HD", "*", ""];
    check(number, "Acme | Disc CT750 HD | CT |", "affected");
    check(number, "Acme | Thing CT750 HD | CT |", "-");
}

#[test]
fn what_a_name_says_besides_is_a_limit_of_the_leaf() {
    let bound = ["Acme", "WinLine V7.2 and earlier", "All versions", ""];
    check(bound, "Acme | WinLine | | V7.0 SP3", "affected");
    check(bound, "Acme | WinLine | | V7.4", "not_affected");
    let model = ["Acme", "Xhiba Receiver (XTR), Model number 96280", "1.0.2", ""];
    check(model, "Acme | Xhiba XTR 96280 | | 1.0.2", "affected");
    check(model, "Acme | Xhiba XTR | | 1.0.2", "cannot_tell");
    check(model, "Acme | Xhiba XTR 96300 | | 1.0.2", "-");
    let fitted = ["Acme", "GEMINA TF 64 w/ TOF Performance (882471)", "*", ""];
    check(fitted, "Acme | Gemina TF 64 | PET/CT, TOF PERFORMANCE |", "affected");
    check(fitted, "Acme | Gemina TF 64 | PET/CT |", "cannot_tell");
    let region = ["Acme", "EncoraAnywhere APAC", "<= 2.36", ""];
    check(region, "Acme | EncoraAnywhere APAC | | 2.35", "affected");
    check(region, "Acme | EncoraAnywhere | | 2.35", "cannot_tell");
    check(region, "Acme | EncoraAnywhere | | 2.37", "not_affected");
    let letters = ["Acme", "MAX 5500 HD", "*", ""];
    check(letters, "Acme | MAX 5500 HD | ECG |", "affected");
    check(letters, "Acme | MAX 5500 | ECG |", "cannot_tell");
    let both = ["Acme", "Acme SPECT/CT Systems", "All Windows 7-based versions", ""];
    check(both, "Acme | Symbion T | SPECT/CT, WINDOWS 7 |", "affected");
    check(both, "Acme | Definia AS | CT, WINDOWS 7 |", "-");
    let models = [
        "Acme",
        "MyLink Monitor",
        "24950 | 24952",
        "MyLink Monitor: Versions 24950 and 24952",
    ];
    check(models, "Acme | MyLink 24952 | MONITOR |", "affected");
    check(models, "Acme | MyLink | MONITOR | 24950", "affected");
    check(models, "Acme | MyLink | MONITOR |", "cannot_tell");
    let all = ["Acme", "Everia ICD", "*", "Everia ICD (all models)"];
    check(all, "Acme | Everia MRI XT DR | ICD |", "affected");
    check(all, "Acme | Azura XT | ICD |", "-");
}

#[test]
fn ranges_of_letters_and_between_two_versions_are_read() {
    let letters = ["Acme", "HeartVue MX", "Rev J-M", "HeartVue MX: Rev J-M"];
    check(letters, "Acme | HeartVue MX | | K", "affected");
    check(letters, "Acme | HeartVue MX | | N", "not_affected");
    let between = ["Acme", "HeartVue MX", "between 2.0 and 3.0", ""];
    check(between, "Acme | HeartVue MX | | 2.5", "affected");
    check(between, "Acme | HeartVue MX | | 3.1", "not_affected");
    let literal = ["Acme", "CMX8000 Monitor", "smart3250-2.6.27-wlan2.1.7.cramfs", ""];
    check(literal, "Acme | CMX8000 | | smart3250-2.6.27-wlan2.1.7.cramfs", "affected");
    check(literal, "Acme | CMX8000 | | smart3250-2.6.28", "cannot_tell");
    let pack = ["Acme", "PI Serva", "<=2018_SP3_P05", ""];
    check(pack, "Acme | PI Serva | | 2018 SP3 Patch 5", "affected");
    check(pack, "Acme | PI Serva | | 2018 SP3 Patch 6", "not_affected");
}
