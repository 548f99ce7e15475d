//! Ways of writing that advisories and inventories use.

use super::{check, check_record, record};
use advisory::Record;

/// An advisory with several leaves, each `name, version`.
fn several(vendor: &str, leaves: &[(&str, &str)]) -> Record {
    let mut first: Option<Record> = None;
    for (name, version) in leaves {
        let one = record(vendor, name, version, "");
        match &mut first {
            Some(first) => first.products.extend(one.products),
            None => first = Some(one),
        }
    }
    first.unwrap()
}

#[test]
fn a_short_name_in_the_bracket_behind_the_name_is_a_name_by_itself() {
    let leaf = ["Acme", "911 Emergency Gateway (EGW)", "*", ""];
    check(leaf, "Acme | EGW | E911 |", "affected");
    check(leaf, "Acme | Emergency Gateway 911 | |", "affected");
    check(leaf, "Acme | EGX | E911 |", "-");
    check(leaf, "Other | EGW | E911 |", "-");
    let name = "Intelligent Power Manager Infrastructure (IPM Infrastructure)";
    let leaf = ["Acme", name, "*", ""];
    check(leaf, "Acme | IPM Infrastructure | UPS |", "affected");
    check(leaf, "Acme | IPM Visualizer | UPS |", "-");
    let middle = ["Acme", "Pyxa Anesthesia Station (PAS) ES", "1.6.1", ""];
    check(middle, "Acme | PAS ES | CABINET | 1.6.1", "affected");
    check(middle, "Acme | PAS | CABINET | 1.6.1", "-");
}

#[test]
fn letters_that_stand_for_any_and_series_have_their_members() {
    let open = ["Acme", "DZ-K1T804AXX", "<= 1.4.0", ""];
    check(open, "Acme | DZ-K1T804AMF | TERMINAL | 1.3", "affected");
    check(open, "Acme | DZ-K1T804B | TERMINAL | 1.3", "-");
    let numbers = ["Acme", "DZ-K1T343XXX", "<= 3.14", ""];
    check(numbers, "Acme | DZ-K1T343MWX | TERMINAL | 3.13", "affected");
    check(numbers, "Acme | DZ-K1T344MWX | TERMINAL | 3.13", "-");
    let series = ["Acme", "DZ-KH85 Series", "<= 2.2.8", ""];
    check(series, "Acme | DZ-KH8520-WTE1 | STATION | 2.2.3", "affected");
    check(series, "Acme | DZ-KH6320 | STATION | 2.2.3", "-");
    let hundreds = ["Acme", "MiniLine 600 Series", "*", ""];
    check(hundreds, "Acme | MiniLine 640G | INSULIN PUMP |", "affected");
    check(hundreds, "Acme | MiniLine 740G | INSULIN PUMP |", "-");
    let glued = ["Acme", "Linea E3-Series", "<= 1.00-06", ""];
    check(glued, "Acme | Linea E3 | DOOR | 1.00-05", "affected");
    check(glued, "Acme | Linea E4 | DOOR | 1.00-05", "-");
}

#[test]
fn a_letter_behind_the_slash_of_a_model_number_is_its_series() {
    let leaf = ["Acme", "9732E-OB8M8SR/A", "1.013", ""];
    check(leaf, "Acme | 9732E-OB8M8SR/A | I/O | 1.013", "affected");
    check(leaf, "Acme | 9732E-OB8M8SR | I/O | 1.013", "cannot_tell");
    check(leaf, "Acme | 9732E-8CFGM8R/A | I/O | 1.013", "-");
    let both = ["Acme", "FX9U(C)", "*", ""];
    check(both, "Acme | FX9U-32MT | PLC |", "affected");
    check(both, "Acme | FX9UC-32MT | PLC |", "affected");
    check(both, "Acme | FX9S-32MT | PLC |", "-");
}

#[test]
fn editions_are_told_apart_and_asked_where_the_row_tells_none() {
    let machine = ["Acme", "FactoryLine View Machine Edition", "<= 12.0", ""];
    check(machine, "Acme | FactoryLine View Machine Edition | HMI | 12.0", "affected");
    check(machine, "Acme | FactoryLine View ME | HMI | 12.0", "affected");
    check(machine, "Acme | FLView Machine Edition | HMI | 12.0", "affected");
    check(machine, "Acme | FactoryLine View Site Edition | HMI | 12.0", "-");
    check(machine, "Acme | FactoryLine View SE | HMI | 12.0", "-");
    check(machine, "Acme | FactoryLine View | HMI | 12.0", "cannot_tell");
    check(machine, "Acme | FactoryLine View | HMI | 12.1", "not_affected");
    let short = ["Acme", "FactoryLine View SE", "13.0", ""];
    check(short, "Acme | FactoryLine View Site Edition | HMI | 13.0", "affected");
    check(short, "Acme | FactoryLine View Machine Edition | HMI | 13.0", "-");
    check(short, "Acme | FactoryLine View | HMI | 13.0", "cannot_tell");
}

#[test]
fn first_letters_numerals_and_joined_letters_stand_for_words() {
    let rest = ["Acme", "Zeta Infina Empowered", "< 2.0", ""];
    check(rest, "Acme | Zeta IE | WORKSTATION | 1.0", "affected");
    check(rest, "Acme | Zeta EI | WORKSTATION | 1.0", "-");
    let builder = ["Acme", "EasyMaker Pro", "<= 6.07", ""];
    check(builder, "Acme | EMPro | HMI TOOL | 6.06", "affected");
    check(builder, "Acme | ZQPro | HMI TOOL | 6.06", "-");
    let three = ["Acme", "Pulsar III", "< 2.0", ""];
    check(three, "Acme | Pulsar 3 | MONITOR | 1.0", "affected");
    check(three, "Acme | Pulsar 2 | MONITOR | 1.0", "-");
    check(three, "Acme | Pulsar | MONITOR 3 | 1.0", "-");
    let two = ["Acme", "Pulsar II Monitor", "< 2.0", ""];
    check(two, "Acme | Pulsar 2 | MONITOR | 1.0", "affected");
    let central = ["Acme", "Vista CIC", "< 2.0", ""];
    check(central, "Acme | Vista Clinical Information Center | | 1.0", "affected");
    check(central, "Acme | Vista Clinical Education Center | | 1.0", "-");
}

#[test]
fn british_spelling_shortened_kinds_and_a_slip_in_a_short_word_are_forgiven() {
    let license = ["Acme", "Automaton License Manager", "< 6.0.8", ""];
    check(license, "Acme | Automaton Licence Manager | | 6.0", "affected");
    check(license, "Acme | Automaton Lic Mgr | | 6.0", "-");
    let centre = ["Acme", "Vista Information Center", "< 2", ""];
    check(centre, "Acme | Vista Information Centre | | 1", "affected");
    let server = ["Acme", "CareLine Telemetry Server", "<= 4.2", ""];
    check(server, "Acme | CareLine Telem Svr | | 4.1", "affected");
    check(server, "Acme | CareLine B650 Mon | | 4.1", "-");
    let slip = ["Acme", "HeartView Prima", "<= 2.0", ""];
    check(slip, "Acme | HeartView Pirma | | 1.0", "affected");
    check(slip, "Acme | HeartView Optima | | 1.0", "-");
    check(slip, "Acme | Pirma | | 1.0", "-");
}

#[test]
fn a_year_in_the_name_is_the_release_that_service_packs_are_of() {
    let client = ["Acme", "Histo Client 2014 R2", "<= SP1", "Histo Client 2014 R2: SP1"];
    check(client, "Acme | Histo Client 2014 R2 SP1 | |", "affected");
    check(client, "Acme | Histo Client | | 2014 R2", "affected");
    check(client, "Acme | Histo Client | | 2014 R2 SP2", "not_affected");
    check(client, "Acme | Histo Client 2017 | |", "not_affected");
    check(client, "Acme | Histo Client | |", "cannot_tell");
    let year = ["Acme", "RunLine RTX 2010", "All versions < SP3 Update 1", ""];
    check(year, "Acme | RunLine RTX 2010 SP3 | |", "affected");
    check(year, "Acme | RunLine RTX 2010 | |", "cannot_tell");
    let number = ["Acme", "Innova 2010", "< 3.0", ""];
    check(number, "Acme | Innova 2010 | | 2.0", "affected");
    check(number, "Acme | Innova | | 2.0", "-");
}

#[test]
fn a_bound_that_is_a_build_is_compared_with_builds() {
    let full = "ClearLine 2015 R2: (build 77.5882) and prior";
    let leaf = ["Acme", "ClearLine 2015 R2", "<= 77.5882", full];
    check(leaf, "Acme | ClearLine | | 2015 R2 build 77.5882", "affected");
    check(leaf, "Acme | ClearLine | | 2015 R2 build 77.6000", "not_affected");
    check(leaf, "Acme | Clear Line 2015 R2 | |", "cannot_tell");
    check(leaf, "Acme | ClearLine | | 2013 R2 build 70.1", "not_affected");
}

#[test]
fn a_number_of_the_name_is_no_generation() {
    let leaf = ["Acme", "SIMA PCX 7 V8.1", "< V8.1 SP1", ""];
    check(leaf, "Acme | SIMA PCX 7 | DCS | V8.1", "affected");
    check(leaf, "Acme | SIMA PCX7 V8.1 | DCS | V8.1 SP1", "not_affected");
    check(leaf, "Acme | SIMA PCX 7 | DCS | V8.2", "not_affected");
    check(leaf, "Acme | SIMA PCX 7 | DCS |", "cannot_tell");
}

#[test]
fn the_brand_may_stand_in_the_field_of_the_maker() {
    let leaf =
        ["Inibrand Solutions GmbH", "WeaverControl SCADE Web Server", "<= 2.09", ""];
    check(leaf, "WeaverControl | SCADE WebServer | HMI | 2.09", "affected");
    check(leaf, "Weaver Control | SCADE Web Server | HMI | 2.10", "not_affected");
    check(leaf, "OtherControl | SCADE Web Server | HMI | 2.09", "-");
    // Two companies that are known apart stay apart.
    let wrong = ["GE Healthcare", "Alaris PC Unit", "*", ""];
    check(wrong, "Alaris | PC Unit | PUMP |", "-");
    let station = ["Baxter", "Sigma Station Software", "*", ""];
    check(station, "Baxter | Sigma Station | |", "affected");
    check(station, "Baxter | Sigma | INFUSION PUMP |", "-");
    check(station, "Baxter | Sigma Spectrum | INFUSION PUMP |", "-");
}

#[test]
fn the_makers_short_name_may_stand_in_the_model_of_a_row_without_a_maker() {
    let leaf = ["GE Healthcare", "MAC 5500", "*", ""];
    check(leaf, " | GE MAC 5500 | CARDIOGRAPH |", "affected");
    check(leaf, " | GE MAC 3500 | CARDIOGRAPH |", "-");
    let short = ["GE Healthcare", "AW", "*", ""];
    check(short, " | GE AW | WORKSTATION |", "affected");
    check(short, " | AW | WORKSTATION |", "-");
}

#[test]
fn a_name_in_the_field_of_the_version_is_one_of_the_product() {
    let leaf = ["Sierra Wireless", "AirLine ALEOZ firmware", "< 4.17.0", ""];
    check(leaf, "Sierra Wireless | AirLine MP70 | ROUTER | ALEOZ 4.16.0", "affected");
    check(leaf, "Sierra Wireless | AirLine MP70 | ROUTER | ALEOZ 4.17.0", "not_affected");
    check(leaf, "Sierra Wireless | AirLine MP70 | ROUTER | 4.16.0", "-");
}

#[test]
fn a_number_that_several_products_have_tells_them_apart_only_with_their_words() {
    let leaves = [("FC8A Smart All-in-One", "<= 2.32"), ("FC8A Smart Plus", "<= 1.91")];
    let record = several("Acme", &leaves);
    check_record(&record, "Acme | FC8A | PLC | 2.10", "cannot_tell");
    check_record(&record, "Acme | FC8A | PLC | 1.90", "affected");
    check_record(&record, "Acme | FC8A Plus | PLC | 2.10", "not_affected");
    check_record(&record, "Acme | FC8A Smart Plus | PLC | 1.91", "affected");
    let with = [("AP8xxx with NMC2", "<= 6.9.6"), ("AP8xxx with NMC3", "<= 1.1.0.3")];
    let record = several("Acme", &with);
    check_record(&record, "Acme | AP8858 | PDU, NMC3 | 1.2.0.2", "not_affected");
    check_record(&record, "Acme | AP8858 | PDU, NMC2 | 1.2.0.2", "affected");
}

#[test]
fn a_row_that_names_only_the_family_is_asked_for_the_model() {
    let zeta = several("Acme", &[("Zeta 100", "*"), ("Zeta 200", "< 2.0")]);
    check_record(&zeta, "Acme | Zeta | MONITOR |", "cannot_tell");
    check_record(&zeta, "Acme | Zeta 300 | MONITOR |", "-");
    check_record(&zeta, "Acme | Zeta Central | MONITOR |", "-");
    check_record(&zeta, "Other | Zeta | MONITOR |", "-");
    let link =
        several("Acme", &[("24950 MyLink Monitor", "*"), ("24952 MyLink Monitor", "*")]);
    check_record(&link, "Acme | MyLink | HOME MONITOR |", "cannot_tell");
    check_record(&link, "Acme | 24950 MyLink | HOME MONITOR |", "affected");
    check_record(&link, "Acme | 24955 MyLink | HOME MONITOR |", "-");
    let dial = several(
        "Acme",
        &[("EcoPower Design - Ecodia NL", "*"), ("EcoPower Design - Ecodia FR", "*")],
    );
    check_record(&dial, "Acme | EcoPower Design Ecodia | |", "cannot_tell");
}

#[test]
fn what_stands_behind_a_condition_in_a_bracket_is_read_too() {
    let range = ">= R4.01 | <= R4.03 (only if the CAMZ function is used) R5.01 - R5.04";
    let leaf = ["Acme", "Centro VP", range, ""];
    check(leaf, "Acme | Centro VP | DCS | R5.02", "cannot_tell");
    let full = "Centro CS: Versions R3.08 through R3.09. These affect this product if LHX48 (CAMZ) is installed";
    let leaf = ["Acme", "Centro CS", ">= R3.08 | <= R3.09", full];
    check(leaf, "Acme | Centro CS | DCS, LHX48 INSTALLED | R3.08", "affected");
    check(leaf, "Acme | Centro CS | DCS | R3.08", "cannot_tell");
    check(leaf, "Acme | Centro CS | DCS | R3.10", "not_affected");
}

#[test]
fn an_example_an_order_number_and_a_list_of_systems_are_no_versions() {
    let full = "PowerLine: All versions including v1.5.0 plus205";
    let example = ["Acme", "PowerLine", "* | 1.5.0 plus205", full];
    check(example, "Acme | PowerLine | |", "affected");
    check(example, "Acme | PowerLine | | 1.4.0", "affected");
    let until = "PowerLine: all versions up to and including v1.5.0";
    check(
        ["Acme", "PowerLine", "<= 1.5.0", until],
        "Acme | PowerLine | | 1.6",
        "not_affected",
    );
    let order = ["Acme", "FL NET SMN 8TX-M", "2702443", "FL NET SMN 8TX-M: (2702443)"];
    check(order, "Acme | FL NET SMN 8TX-M | SWITCH | 4.63", "affected");
    check(order, "Acme | FL NET SMN 6TX | SWITCH | 4.63", "-");
    let name = "Easy Online Software (Windows 10, 11, Windows Server 2016, 2019)";
    let systems = ["Acme", name, "<= 2.6", ""];
    check(systems, "Acme | Easy Online | ON WINDOWS SERVER 2019 | 2.6", "affected");
    check(systems, "Acme | Easy Online | ON WINDOWS 7 | 2.6", "not_affected");
    check(systems, "Acme | Easy Online | | 2.6", "cannot_tell");
}

#[test]
fn a_version_that_no_order_knows_is_the_bound_or_is_asked() {
    let leaf = ["Acme", "Illustro Gen 4", "<=Illustro.Ess4.01.02.10.5982", ""];
    check(leaf, "Acme | Illustro Gen 4 | | Illustro.Ess4.01.02.10.5982", "affected");
    check(leaf, "Acme | Illustro Gen 4 | | Illustro.Ess4.01.02.10.6000", "cannot_tell");
    let open = ["Acme", "Illustro Gen 4", "<Illustro.Ess4.01.02.10.5982", ""];
    check(open, "Acme | Illustro Gen 4 | | Illustro.Ess4.01.02.10.5982", "not_affected");
}

#[test]
fn a_model_number_that_a_branch_beheaded_is_read_with_the_full_name() {
    let full = "Camera: VZC-HD5600P version 2.03-06";
    let leaf = ["Acme", "ZC-HD5600P", "2.03-06", full];
    check(leaf, "Acme | VZC-HD5600P | CAMERA | 2.03-06", "affected");
    check(leaf, "Acme | VZC-HD5800P | CAMERA | 2.03-06", "-");
}

#[test]
fn a_number_of_the_catalog_in_the_model_leaves_the_name_to_the_description() {
    let leaf = ["Acme", "MicroLine 1100", "*", ""];
    check(leaf, "Acme | 9763-L16BWA | MICROLINE 1100 PLC |", "affected");
    check(leaf, "Acme | Nano Box | MICROLINE 1100 PLC |", "-");
    check(leaf, "Acme | 9763-L16BWA | MICROLINE 1400 PLC |", "-");
}
