use std::sync::LazyLock;

use advisory::{
    Product, ProductBranch, ProductStatus, Record, Source, State, Vulnerability,
};
use naming::Makers;

mod answered;
mod basis;
mod beside;
mod bounded;
mod certain;
mod clauses;
mod contradicted;
mod doubt;
mod forms;
mod held;
mod maker;
mod models;
mod packages;
mod remedied;
mod unnamed;
mod unsaid;
mod updates;
mod whole_names;
mod written;

use crate::device::{Configuration, Matcher, Verdict};

/// An advisory with one leaf.
fn record(vendor: &str, name: &str, version: &str, full: &str) -> Record {
    let branch = |category: &str, name: &str| ProductBranch {
        category: category.to_owned(),
        name: name.to_owned(),
    };
    Record {
        source: Source::Csaf,
        id: "X-1".to_owned(),
        publisher: String::new(),
        title: String::new(),
        published: "2018-01-01T00:00:00Z".to_owned(),
        modified: String::new(),
        state: State::Live,
        tlp: String::new(),
        vulnerabilities: vec![Vulnerability::default()],
        related: Vec::new(),
        affected: Vec::new(),
        configurations: Vec::new(),
        products: vec![Product {
            id: "p".to_owned(),
            branches: vec![
                branch("vendor", vendor),
                branch("product_name", name),
                branch("product_version_range", version),
            ],
            name: full.to_owned(),
            purls: Vec::new(),
            cpes: Vec::new(),
            models: Vec::new(),
            relationship: None,
            statuses: vec![ProductStatus {
                vulnerability: 0,
                status: terms::vex::Status::Affected,
                group: "known_affected".to_owned(),
                justification: None,
            }],
            place: reading::Place::Document,
        }],
        remediations: Vec::new(),
        notes: Vec::new(),
        statements: Vec::new(),
        impacts: Vec::new(),
    }
}

/// `maker | model | description | version | received`.
#[track_caller]
fn check(leaf: [&str; 4], row: &str, expected: &str) {
    let [vendor, name, version, full] = leaf;
    check_record(&record(vendor, name, version, full), row, expected);
}

#[track_caller]
fn check_record(record: &Record, row: &str, expected: &str) {
    static MAKERS: LazyLock<Makers> = LazyLock::new(Makers::built_in);
    let matcher = Matcher::new([record], MAKERS.clone());
    let mut fields = row.split('|').map(|field| field.trim().to_owned());
    let mut next = || fields.next().unwrap_or_default();
    let configuration = Configuration {
        maker: next(),
        model: next(),
        description: next(),
        version: next(),
        received: next(),
    };
    let answers = matcher.judge(&configuration);
    let word = answers.first().map_or("-", |answer| answer.verdict.word());
    assert_eq!(word, expected, "{row}: {answers:?}");
    for answer in &answers {
        assert_eq!(answer.question.is_empty(), answer.verdict != Verdict::CannotTell);
        assert_eq!(answer.grounds.len(), 4);
    }
}

#[test]
fn a_condition_of_the_full_name_counts() {
    let full =
        "SupplyBox system: Versions 8.0 and 9.0, running on Server 2003/Windows XP";
    let leaf = ["Acme", "SupplyBox system", "8.0 | 9.0", full];
    check(leaf, "Acme | SupplyBox | CABINET | 9.0", "cannot_tell");
    check(leaf, "Acme | SupplyBox | CABINET, WINDOWS XP | 9.0", "affected");
    check(leaf, "Acme | SupplyBox | CABINET, WINDOWS 7 | 9.0", "not_affected");
    check(leaf, "Acme | SupplyBox | CABINET, LINUX | 9.0", "not_affected");
    check(leaf, "Acme | SupplyBox | CABINET, WINDOWS XP | 9.1", "not_affected");
    let based = ["Acme", "Acme PET Systems", "All Windows XP-based versions", ""];
    check(based, "Acme | Ring 5 | PET/CT, WINDOWS XP |", "affected");
    check(based, "Acme | Ring 5 | PET/CT |", "cannot_tell");
    check(based, "Acme | Ring 5 | MRI, WINDOWS XP |", "-");
    let serial = "Glucoline: All versions before 4.0 (serial number above KQ04)";
    let leaf = ["Acme", "Glucoline", "< 4.0", serial];
    check(leaf, "Acme | Glucoline | METER | 3.9", "cannot_tell");
    check(leaf, "Acme | Glucoline | METER | 4.0", "not_affected");
}

#[test]
fn brand_names_in_a_list_are_alternatives_and_kinds_need_not_be_shown() {
    let leaf = ["Acme", "Diabline RS, AnyLine-i, and AnyLine-A", "< 3.1", ""];
    check(leaf, "Acme | Diabline RS | PUMP | 3.0", "affected");
    check(leaf, "Acme | AnyLine-A | APP | 3.1", "not_affected");
    check(leaf, "Acme | AnyLine-B | APP | 3.0", "-");
    let leaf = ["Acme", "Aestline and Aespline 7100, 7900", "*", ""];
    check(leaf, "Acme | Aestline 7900 | |", "affected");
    check(leaf, "Acme | Aisline 7900 | |", "-");
    let leaf = ["Acme", "PharmLine Medication Safety Software", "< 4", ""];
    check(leaf, "Acme | PharmLine | | 3.2", "affected");
    check(leaf, "Acme | OtherLine | MEDICATION SAFETY | 3.2", "-");
}

#[test]
fn a_bound_or_a_day_that_only_the_full_name_has_counts() {
    let leaf =
        ["Acme", "Rootline", "*", "Rootline: all versions prior to and including V2.1"];
    check(leaf, "Acme | Rootline | | 2.0", "affected");
    check(leaf, "Acme | Rootline | | 2.2", "not_affected");
    check(leaf, "Acme | Rootline | |", "cannot_tell");
    let full = "Slimline: pumps with software 7.6 manufactured prior to January 2021";
    let leaf = ["Acme", "Slimline", "7.6", full];
    check(leaf, "Acme | Slimline | | 7.6 | 2020-05-05", "affected");
    check(leaf, "Acme | Slimline | | 7.6 | 2022-05-05", "cannot_tell");
    check(leaf, "Acme | Slimline | | 7.7 | 2020-05-05", "not_affected");
    let leaf = ["Acme", "Evitline", "2.n", "Evitline: Software 2.n, all versions"];
    check(leaf, "Acme | Evitline | | 2.51", "affected");
    check(leaf, "Acme | Evitline | | 3.0", "not_affected");
}

#[test]
fn a_labelled_number_in_the_place_of_the_version_is_a_model() {
    let leaf = ["Acme", "Podline System", "Product ID/Reorder number: 18181", ""];
    check(leaf, "Acme | Podline | PUMP, PN 18181 |", "affected");
    check(leaf, "Acme | Podline System | PUMP |", "cannot_tell");
    check(leaf, "Acme | Podline DASH | PUMP |", "-");
    let leaf = ["Acme", "Zoomline Programmer", "Model 3120", ""];
    check(leaf, "Acme | Zoomline 3120 | |", "affected");
    check(leaf, "Acme | 3120 | PROGRAMMER |", "affected");
    check(leaf, "Acme | Zoomline 3300 | |", "-");
}

#[test]
fn a_name_may_be_shown_by_half() {
    let leaf = ["Acme", "XR-IR 357 FCR Carbon X", "*", ""];
    check(leaf, "Acme | FCR Carbon X | READER |", "affected");
    check(leaf, "Acme | XR-IR 357 | READER |", "affected");
    check(leaf, "Acme | FCR Prospect | READER |", "-");
    check(leaf, "Acme | XR-IR 359 | READER |", "-");
    let leaf = ["Acme", "Spot 4400 Device / Spot 4400 Extended Care", "< 2", ""];
    check(leaf, "Acme | Spot 4400 | MONITOR | 1.5", "affected");
    check(leaf, "Acme | Spot 4200 | MONITOR | 1.5", "-");
    let leaf = ["Acme", "BeneLine Central Monitoring System", "<= 5.2", ""];
    check(leaf, "Acme | BeneLine CMS | | 5.1", "affected");
    check(leaf, "Acme | BeneLine DMS | | 5.1", "-");
    let leaf = ["Acme", "Connline Vital Signs Monitor", "< 2", ""];
    check(leaf, "Acme | Connline Vital Signs Monitor | | 1.5", "affected");
    check(leaf, "Acme | Connline Spot Monitor | | 1.5", "-");
    let leaf = ["Acme", "9056-EN2T Series D", "<= 11.002", ""];
    check(leaf, "Acme | 9056-EN2T Series D | | 11.001", "affected");
    check(leaf, "Acme | 9056-EN2T Series A | | 11.001", "-");
}

#[test]
fn a_maker_may_stand_in_the_product_alone() {
    let leaf = ["Hamilton Medical AG", "HAMILTON-T1", "<= 2.2.3", ""];
    check(leaf, "Hamilton Medical | T1 | VENTILATOR | 2.2.3", "affected");
    check(leaf, "Hamilton | Hamilton T1 | VENTILATOR | 2.2.4", "not_affected");
    check(leaf, "Hamilton | Hamilton-C1 | VENTILATOR | 2.2.1", "-");
    let leaf = ["MicroDicom", "DICOM Viewer", "< 2024.1", ""];
    check(leaf, " | MicroDicom | DICOM VIEWER | 2023.2", "affected");
    check(leaf, " | OtherDicom | DICOM VIEWER | 2023.2", "-");
    let leaf = ["Medtronic", "2090 CareLink Programmer", "*", ""];
    check(leaf, "Medtronic | 2090 | PROGRAMMER |", "affected");
    check(leaf, "Medtronic | Thing 2090 | PROGRAMMER |", "-");
}

#[test]
fn the_version_may_be_marked_or_stand_in_the_model() {
    let leaf = ["Acme", "CardioLine II-S", "T4APP 2.21", ""];
    check(leaf, "Acme | CardioLine II-S | | T4APP 2.21", "affected");
    check(leaf, "Acme | CardioLine II-S | | 2.21", "affected");
    check(leaf, "Acme | CardioLine II-S | | 2.30", "not_affected");
    let leaf = ["Acme", "NeuroLine", "8", ""];
    check(leaf, "Acme | NeuroLine 8 | EEG |", "affected");
    check(leaf, "Acme | NeuroLine 9 | EEG |", "cannot_tell");
    let leaf = ["Acme", "CT60 running Android OS", "7.1", ""];
    check(leaf, "Acme | CT60 | HANDHELD | Android 7.1", "affected");
    check(leaf, "Acme | CT60 | HANDHELD | Android 8.1", "not_affected");
    let leaf = ["Acme", "CodeLine 22.04.X", "<= 22.04-SP2", ""];
    check(leaf, "Acme | CodeLine | | 22.04-SP2", "affected");
    check(leaf, "Acme | CodeLine | | 21.09-SP1", "not_affected");
    let leaf = ["Acme", "GuideLine", "<= 9.4.5 (Rev T)", ""];
    check(leaf, "Acme | GuideLine | | 9.4.5 Rev T", "affected");
    check(leaf, "Acme | GuideLine | | 9.4.5 Rev U", "not_affected");
}

#[test]
fn a_product_is_recognised_however_it_is_spelt() {
    let leaf = [
        "Acme Medical",
        "HeartView MX800",
        "<= 2.0",
        "HeartView MX800: Versions 2.0 and prior",
    ];
    check(leaf, "ACME | HeartView MX800 | MONITOR | 1.0", "affected");
    check(leaf, "Acme, Inc. | Heart View MX-800 | | v2.0", "affected");
    check(leaf, "Acme | HEARTVIEW mx 800 | | 2.1", "not_affected");
    check(leaf, "Acme | MX800 | MONITOR | 1.0", "affected");
    check(leaf, "Acme | | HEARTVIEW MX800 MONITOR |", "cannot_tell");
    check(leaf, " | HeartView MX800 | | 1.0", "affected");
    check(leaf, "Acme | HeartVeiw MX800 | | 1.0", "affected");
}

#[test]
fn a_text_too_long_to_be_read_to_its_end_is_no_answer() {
    let listed = |count: usize| vec!["1.0"; count].join(" | ");
    let row = "Acme | HeartView MX800 | | 2.0";
    check(["Acme", "HeartView MX800", &listed(100), ""], row, "not_affected");
    check(["Acme", "HeartView MX800", &listed(1000), ""], row, "cannot_tell");
    let full = format!("HeartView MX800: {}", "1.0, ".repeat(1000));
    check(["Acme", "HeartView MX800", "<= 1.0", &full], row, "cannot_tell");
    let words = "prior to 8 ".repeat(5000);
    check([&words, &words, &words, &words], row, "-");
}

#[test]
fn sisters_other_makers_and_look_alikes_are_not_meant() {
    let leaf = [
        "Acme Medical",
        "HeartView MX800",
        "vers:all/*",
        "HeartView MX800: all versions",
    ];
    check(leaf, "Acme | HeartView MX700 | | 1.0", "-");
    check(leaf, "Acme | HeartView MX8000 | | 1.0", "-");
    check(leaf, "Acme | HeartView MX800RT | | 1.0", "-");
    // Who sold it may stand in the place of who made it.
    check(leaf, "Other | HeartView MX800 | | 1.0", "cannot_tell");
    check(leaf, "Other | HeartView MX800 Plus | | 1.0", "-");
    check(leaf, "Acme | LungView 800 | | 1.0", "-");
    check(leaf, "Acme | | | 1.0", "-");
    let server = [
        "Acme",
        "CareLine Telemetry Server",
        "<= 4.2",
        "CareLine Telemetry Server: 4.2 and prior",
    ];
    check(server, "Acme | CareLine B650 | PATIENT MONITOR | 1.0", "-");
    check(server, "Acme | CareLine | TELEMETRY SERVER | 4.1", "affected");
}

#[test]
fn models_and_families_are_expanded() {
    let list = ["Acme", "Cart TC10 TC20 TC70", "vers:all/*", ""];
    check(list, "Acme | Cart TC-20 | |", "affected");
    check(list, "Acme | TC70 | CART |", "affected");
    check(list, "Acme | Cart TC30 | |", "-");
    let short = ["Acme", "Monitors MX800/700 (865240/41)", "vers:all/*", ""];
    check(short, "Acme | MX700 865241 | |", "affected");
    check(short, "Acme | MX500 865242 | |", "-");
    let range = ["Acme", "Vital MP20-MP90", "vers:all/*", ""];
    check(range, "Acme | Vital MP50 | |", "affected");
    check(range, "Acme | Vital MP95 | |", "-");
    let wild = ["Acme", "Nova IGS 5x0", "vers:all/*", ""];
    check(wild, "Acme | Nova IGS 530 | |", "affected");
    check(wild, "Acme | Nova IGS 630 | |", "-");
    let place = ["Acme", "Rest Bed", "3002 | 3005", "Rest Bed: Models 3002 and 3005"];
    check(place, "Acme | Rest 3005 | BED |", "affected");
    check(place, "Acme | Rest 3009 | BED |", "-");
    check(place, "Acme | Rest | BED |", "cannot_tell");
}

#[test]
fn conditions_and_editions_are_met_denied_or_asked() {
    let option = ["Acme", "Rest Bed (enabled with iNet Wireless)", "vers:all/*", ""];
    check(option, "Acme | Rest | BED, INET WIRELESS |", "affected");
    check(option, "Acme | Rest | BED, NO INET WIRELESS |", "not_affected");
    check(option, "Acme | Rest | BED |", "cannot_tell");
    let system = ["Acme", "Update Utility used with Windows XP systems", "<= 2.0", ""];
    check(system, "Acme | Update Utility | WIN XP SP3 | 1.0", "affected");
    check(system, "Acme | Update Utility | LAPTOP, WINDOWS 10 | 1.0", "not_affected");
    check(system, "Acme | Update Utility | LAPTOP | 1.0", "cannot_tell");
    check(system, "Acme | Update Utility | LAPTOP | 3.0", "not_affected");
    let edition = ["Acme", "Chart EMR HTML5", "<= 3.0", ""];
    check(edition, "Acme | Chart EMR HTML5 | | 2.0", "affected");
    check(edition, "Acme | Chart EMR | | 2.0", "cannot_tell");
    check(edition, "Acme | Chart EMR (Java) | | 2.0", "not_affected");
}

#[test]
fn exclusions_and_dates_limit_a_leaf() {
    let but = [
        "Acme",
        "Sono products, not including SonoVault and Sono 50 R4-5",
        "vers:all/*",
        "",
    ];
    check(but, "Acme | Sono 90 | ULTRASOUND |", "affected");
    check(but, "Acme | Sono 50 | ULTRASOUND | R4", "not_affected");
    check(but, "Acme | Sono 50 | ULTRASOUND | R3", "affected");
    check(but, "Acme | Sono 50 | ULTRASOUND |", "cannot_tell");
    let made = ["Acme", "Pacer", "< august 28", "Pacer: manufactured prior to August 28"];
    check(made, "Acme | Pacer | | | 2016-05-01", "affected");
    check(made, "Acme | Pacer | | | 2019-05-01", "cannot_tell");
    check(made, "Acme | Pacer | | |", "cannot_tell");
    let released = ["Acme", "Cart", "<May 2018", "Cart: All versions prior to May 2018"];
    check(released, "Acme | Cart | | SW dated 2016-03", "affected");
    check(released, "Acme | Cart | | SW dated 2020-11", "not_affected");
    check(released, "Acme | Cart | | A.07.05 | 2016-05-01", "cannot_tell");
}

#[test]
fn damaged_branches_are_read_with_the_full_name() {
    let order = [
        "Acme",
        "Data module",
        "A10 < A11",
        "Data module: All software Versions A10 and A11 that have been installed",
    ];
    check(order, "Acme | Data module | | A10", "affected");
    check(order, "Acme | Data module | | A12", "not_affected");
    let zero = ["Acme", "Messenger", "2.2", "Messenger: 2.20"];
    check(zero, "Acme | Messenger | | 2.20", "affected");
    check(zero, "Acme | Messenger | | 2.2", "cannot_tell");
    let apart = ["Acme", "Chart", "<= 3.01.1744", "Chart: Versions 3.02.1744 and prior"];
    check(apart, "Acme | Chart | | 3.01.1700", "affected");
    check(apart, "Acme | Chart | | 3.02.1000", "cannot_tell");
    check(apart, "Acme | Chart | | 3.03.0000", "not_affected");
}

#[test]
fn a_version_in_the_name_of_the_product_is_a_version() {
    let leaf = ["Acme", "Image PACS 7.0", "vers:all/*", "Image PACS 7.0: all versions"];
    check(leaf, "Acme | Image PACS | PACS SERVER | 7.0.1", "affected");
    check(leaf, "Acme | Image PACS | PACS SERVER | 8.0", "not_affected");
    check(leaf, "Acme | Image PACS | PACS SERVER |", "cannot_tell");
    let known = ["Acme", "Image PACS (also known as Picture Box)", "<= 2.0", ""];
    check(known, "Acme | Image PACS | | 1.0", "affected");
}

#[test]
fn a_family_of_several_leaves_is_asked_for_its_member() {
    let family = |version: &str, other: &str| {
        let mut family = record("Acme", "CardioTeller II-S GSM", version, "");
        let other = record("Acme", "CardioTeller II-S T-Line", other, "").products;
        family.products.extend(other);
        family
    };
    let below = family("< 2.21", "< 2.30");
    let check = |row: &str, expected: &str| check_record(&below, row, expected);
    check("Acme | CardioTeller II-S | HOME MONITOR | 2.20", "cannot_tell");
    check("Acme | CardioTeller II-S | HOME MONITOR | 2.25", "cannot_tell");
    check("Acme | CardioTeller II-S | HOME MONITOR |", "cannot_tell");
    check("Acme | CardioTeller II-S | HOME MONITOR | 2.31", "not_affected");
    check("Acme | CardioTeller II-S GSM | HOME MONITOR | 2.20", "affected");
    check("Acme | CardioTeller II-S GSM | HOME MONITOR | 2.25", "not_affected");
    check("Acme | CardioTeller II-S LTE | HOME MONITOR | 2.20", "-");
    check("Acme | CardioTeller II-S | HOME MONITOR LT9 | 2.20", "-");
    check("Other | CardioTeller II-S | HOME MONITOR | 2.20", "-");
    check("Acme | Cardio | HOME MONITOR | 2.20", "-");
    let row = "Acme | CardioTeller II-S | HOME MONITOR | 2.21";
    check_record(&family("2.21", "2.21"), row, "affected");
    check_record(&family("2.21", "2.22"), row, "cannot_tell");
}

#[test]
fn a_single_longer_name_is_another_product_unless_a_system_makes_it_longer() {
    let longer = ["Acme", "MightyLine Rx", "< 2", ""];
    check(longer, "Acme | MightyLine | OXIMETER | 1.0", "-");
    let name = "FlowLyric IVD Windows 10 Professional";
    let full = "FlowLyric IVD Windows 10 Professional US release";
    let system = ["Acme", name, "U.S. Release", full];
    check(system, "Acme | FlowLyric IVD | FLOW CYTOMETER |", "cannot_tell");
    check(system, "Acme | FlowLyric RUO | FLOW CYTOMETER |", "-");
}

#[test]
fn a_model_number_in_the_bracket_behind_the_name_is_one_of_the_product() {
    let full = "CADE-Sol Ambulatory Pumps (model numbers 2110, 2120): versions <= 4.2";
    let leaf = ["Acme", "CADE-Sol Ambulatory Pumps", "<= 4.2", full];
    check(leaf, "Acme | CADE Sol 2110 | PUMP | 4.1", "affected");
    check(leaf, "Acme | CADE-Sol | PUMP | 4.1", "affected");
    check(leaf, "Acme | CADE Sol 2120 | PUMP | 4.3", "not_affected");
    check(leaf, "Acme | CADE Sol 2310 | PUMP | 4.1", "-");
    check(leaf, "Other | 2110 | PUMP | 4.1", "-");
    let note = "CADE-Sol Ambulatory Pumps (build 2110 only): versions <= 4.2";
    let leaf = ["Acme", "CADE-Sol Ambulatory Pumps", "<= 4.2", note];
    check(leaf, "Acme | CADE Sol 2110 | PUMP | 4.1", "-");
}

#[test]
fn the_host_in_the_bracket_of_an_accessory_is_no_condition() {
    let leaf = ["Acme", "iRoom Wireless (used with Secure II, S3)", "1.2.4", ""];
    check(leaf, "Acme | iRoom Wireless | BED WIRELESS MODULE | 1.2.4", "affected");
    check(leaf, "Acme | iRoom Wireless | BED WIRELESS MODULE | 1.2.5", "not_affected");
    let system = ["Acme", "iRoom Wireless (used with Windows XP)", "1.2.4", ""];
    check(system, "Acme | iRoom Wireless | BED WIRELESS MODULE | 1.2.4", "cannot_tell");
}

#[test]
fn a_series_of_hundreds_has_its_members_and_what_must_be_missing_is_asked() {
    let leaf = ["Acme", "RAPIDLine 1200 Series", "All versions < V3.3", ""];
    check(leaf, "Acme | RAPIDLine 1265 | BLOOD GAS | 3.2", "affected");
    check(leaf, "Acme | RAPIDLine 1265 | BLOOD GAS | 3.3", "not_affected");
    check(leaf, "Acme | RAPIDLine 1365 | BLOOD GAS | 3.2", "-");
    check(leaf, "Acme | 1265 | BLOOD GAS | 3.2", "-");
    let single = ["Acme", "RAPIDLine 1200", "All versions < V3.3", ""];
    check(single, "Acme | RAPIDLine 1265 | BLOOD GAS | 3.2", "-");
    let range = "All versions < V3.3 without Windows 7 upgrade";
    let leaf = ["Acme", "RAPIDLine 1200", range, ""];
    check(leaf, "Acme | RAPIDLine 1200 | BLOOD GAS | 3.2", "cannot_tell");
    check(leaf, "Acme | RAPIDLine 1200 | GAS, WINDOWS 7 UPGRADE | 3.2", "cannot_tell");
    check(leaf, "Acme | RAPIDLine 1200 | BLOOD GAS | 3.3", "not_affected");
}

#[test]
fn a_generation_in_the_name_is_asked_of_the_model_or_the_version() {
    let ten = ["Acme", "SIMULAT V10", "vers:all/*", "SIMULAT V10"];
    check(ten, "Acme | SIMULAT | | 10.3 |", "affected");
    check(ten, "Acme | SIMULAT V10 | | |", "affected");
    check(ten, "Acme | SIMULAT | | 11.0 |", "not_affected");
    check(ten, "Acme | SIMULAT V9 | | |", "not_affected");
    check(ten, "Acme | SIMULAT | | |", "cannot_tell");
    let eight = ["Acme", "Ignitor 8 Gateway", "< 8.0.10", "Ignitor 8 Gateway"];
    check(eight, "Acme | Ignitor Gateway | | 8.0.7 |", "affected");
    check(eight, "Acme | Ignitor Gateway | | 7.9.1 |", "not_affected");
    let own = ["Acme", "Vivendo 7", "< 3.0", "Vivendo 7"];
    check(own, "Acme | Vivendo 7 | | 2.0 |", "affected");
    check(own, "Acme | Vivendo | | 2.0 |", "-");
}

#[test]
fn a_version_that_is_too_coarse_for_the_bound_is_asked() {
    let leaf = |range: &'static str| ["Acme", "Qualitor", range, "Qualitor"];
    check(leaf("< V13.1.20220624"), "Acme | Qualitor | | 13.1 |", "cannot_tell");
    check(leaf("< 1.6.284.0"), "Acme | Qualitor | | 1.6 |", "cannot_tell");
    check(leaf("< 3.0.2"), "Acme | Qualitor | | 3.0 |", "affected");
    check(leaf("<= 2017"), "Acme | Qualitor | | 3.4.405 |", "cannot_tell");
    check(leaf("<= 2017"), "Acme | Qualitor | | 2016 R2 |", "affected");
    check(leaf("< V3.X.16"), "Acme | Qualitor | | 3.2.14 |", "affected");
    check(leaf("< V3.X.16"), "Acme | Qualitor | | 3.2.17 |", "not_affected");
    check(leaf("All versions < CPCI85"), "Acme | Qualitor | | 2.0 |", "cannot_tell");
}

#[test]
fn a_version_in_two_notations_is_compared_in_the_one_of_the_row() {
    let both = ["Acme", "Works", "<= 4.02C (10.95.208.31)", "Works"];
    check(both, "Acme | Works | | 10.95.208.31 |", "affected");
    check(both, "Acme | Works | | 10.96.1.2 |", "not_affected");
    check(both, "Acme | Works | | 4.02B |", "affected");
    let number = ["Acme", "Superviser", "<= 3.5 (12)", "Superviser"];
    check(number, "Acme | Superviser | | 3.5 (12) |", "affected");
    check(number, "Acme | Superviser | | 3.5 (13) |", "not_affected");
}

#[test]
fn series_conditions_in_brackets_and_doubtful_versions_are_read() {
    let series = ["Acme", "FL SWITCH 3xxx 4xxx and 48xx Series", "< 2.0", ""];
    check(series, "Acme | FL SWITCH 3012E | | 1.3 |", "affected");
    check(series, "Acme | FL SWITCH 5012 | | 1.3 |", "-");
    let letter = ["Acme", "MicroLog 1400 B/C", "<= 21.007", "MicroLog 1400 B/C"];
    check(letter, "Acme | MicroLog 1400 | | 21.006 |", "cannot_tell");
    check(letter, "Acme | MicroLog 1400 Series B | | 21.006 |", "affected");
    let only = ["Acme", "Sentinal Runner", "< 7.1 (only Microsoft Windows versions)", ""];
    check(only, "Acme | Sentinal Runner | | 7.0 |", "cannot_tell");
    check(only, "Acme | Sentinal Runner | ON WINDOWS 10 | 7.0 |", "affected");
    check(only, "Acme | Sentinal Runner | UBUNTU LINUX | 7.0 |", "not_affected");
    let maybe = ["Acme", "Zenor", "<= 7.20 (7.50 may also be affected)", "Zenor"];
    check(maybe, "Acme | Zenor | | 7.20 |", "affected");
    check(maybe, "Acme | Zenor | | 7.50 |", "cannot_tell");
    check(maybe, "Acme | Zenor | | 7.60 |", "not_affected");
    let fitted = ["Acme", "Centro VP", "<= 6.7 (if VP6E5100 is installed)", "Centro VP"];
    check(fitted, "Acme | Centro VP | | 6.5 |", "cannot_tell");
    check(fitted, "Acme | Centro VP | VP6E5100 INSTALLED | 6.5 |", "affected");
}

#[test]
fn an_acronym_is_the_first_letters_before_it_is_letters_in_order() {
    let name = "Lumina Asset Performance Manager (APM)";
    check(["Acme", name, "<= 6", name], "Acme | Lumina APM | | 5 |", "affected");
    check(["Acme", name, "<= 6", name], "Acme | Lumina ABC | | 5 |", "-");
}
