use super::*;
use crate::device::judge::span;

#[track_caller]
fn numbers(text: &str, expected: Option<&str>) {
    let found = labelled(text).or_else(|| lone_model(text));
    assert_eq!(found.as_deref(), expected, "{text}");
}

#[test]
fn a_label_says_that_the_numbers_behind_it_are_no_versions() {
    numbers("Product ID/Reorder number: 18181", Some("18181"));
    numbers("UDI/Model/NDC number: ABC425 (10-pack)", Some("ABC425"));
    numbers("Part number 453564-001, 453564-002", Some("453564-001 | 453564-002"));
    numbers("Model 3120", Some("3120"));
    numbers("Models 8042 and 8043", Some("8042 | 8043"));
    numbers("9.x model 35700", None);
    numbers("Model < 3.2", None);
    numbers("3.2", None);
    numbers("Part number", None);
}

#[track_caller]
fn met_by(text: &str, expected: &[&str]) {
    let found: Vec<String> = ways(text)
        .iter()
        .map(|way| way.iter().map(Unit::spelt).collect::<Vec<_>>().join(" "))
        .collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn a_condition_may_be_met_in_several_ways() {
    met_by("Server 2003/Windows XP", &["server 2003", "windows xp"]);
    met_by("a Windows 8.1 machine with IIS/7.5", &["windows 81 iis 75"]);
    met_by("Windows 7 or Windows 10", &["windows 7", "windows 10"]);
    met_by("the operating system", &[]);
}

#[test]
fn a_system_that_versions_are_based_on_is_a_condition() {
    assert_eq!(based_on("All Windows XP-based versions").as_deref(), Some("Windows XP"));
    assert_eq!(based_on("all Linux-based versions").as_deref(), Some("Linux"));
    assert_eq!(based_on("all cloud-based versions"), None);
    assert_eq!(based_on("3.2"), None);
}

#[test]
fn a_serial_number_is_a_limit_only_where_one_is_named() {
    let text = "All versions before 1.2 (serial number above KQ04)";
    assert_eq!(serial(text).as_deref(), Some("serial number above KQ04"));
    assert_eq!(serial("all serial numbers"), None);
    assert_eq!(serial("1.2"), None);
}

#[test]
fn a_train_stands_in_a_name() {
    let text = |name| trains(name).iter().map(span).collect::<Vec<_>>();
    assert_eq!(text("Horizon Cardiology 12.x"), ["12.x"]);
    assert_eq!(text("Codebeamer 22.04.X"), ["22.04.X"]);
    assert!(text("Vivid S5x").is_empty());
    assert!(text("Tasy 3.06").is_empty());
}
