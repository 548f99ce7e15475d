//! Parts, and the products that hold them: what is said of the two together.

use advisory::{Product, ProductBranch, Record};
use terms::vex::Status;

use super::{check_record, record};

fn product(id: &str, branches: &[(&str, &str)], name: &str) -> Product {
    let mut product = record("", "", "", name).products.remove(0);
    product.id = id.to_owned();
    product.statuses.clear();
    let branches = branches.iter();
    product.branches = branches
        .map(|(category, name)| ProductBranch {
            category: (*category).to_owned(),
            name: (*name).to_owned(),
        })
        .collect();
    product
}

/// `part` in a pump, by what its relation is called.
fn held(category: &str, part: (&str, &str, &str), status: Status) -> Record {
    let (vendor, name, version) = part;
    let mut record = record("", "", "", "");
    let mut together = record.products.remove(0);
    let full = format!("{name} {version}");
    let part = [("vendor", vendor), ("product_name", name), ("product_version", version)];
    let pump = [
        ("vendor", "Acme"),
        ("product_name", "Zetaline Pump"),
        ("product_version", "2.1"),
    ];
    record.products.push(product("part", &part, &full));
    record.products.push(product("pump", &pump, "Acme Zetaline Pump 2.1"));
    together.name = format!("{full} in Acme Zetaline Pump 2.1");
    together.branches.clear();
    together.relationship = Some((category.to_owned(), "part".into(), "pump".into()));
    together.statuses.iter_mut().for_each(|said| said.status = status);
    record.products.push(together);
    record
}

const LIBRARY: (&str, &str, &str) = ("OpenSSL", "OpenSSL", "1.0.2a");

#[test]
fn a_product_is_touched_by_what_is_always_in_it() {
    for category in ["default_component_of", "external_component_of"] {
        let record = held(category, LIBRARY, Status::Affected);
        check_record(&record, "Acme | Zetaline Pump | | 2.1", "affected");
        check_record(&record, "Acme | Zetaline Pump | | 2.2", "not_affected");
        check_record(&record, "Acme | Zetaline Pump | | ", "cannot_tell");
        check_record(&record, "Acme | Segura Bed | | 2.1", "-");
    }
}

#[test]
fn what_may_be_in_it_is_asked() {
    for category in ["optional_component_of", "installed_on", "installed_with"] {
        let record = held(category, LIBRARY, Status::Affected);
        check_record(&record, "Acme | Zetaline Pump | | 2.1", "cannot_tell");
        check_record(&record, "Acme | Zetaline Pump | | 2.2", "not_affected");
        let shown = "Acme | Zetaline Pump | with OpenSSL 1.0.2a | 2.1";
        check_record(&record, shown, "affected");
    }
}

#[test]
fn what_is_found_out_of_a_part_waits_for_the_whole() {
    let record = held("default_component_of", LIBRARY, Status::UnderInvestigation);
    check_record(&record, "Acme | Zetaline Pump | | 2.1", "cannot_tell");
}

#[test]
fn what_is_well_of_a_part_says_nothing_of_the_whole() {
    for status in [Status::NotAffected, Status::Fixed] {
        let record = held("default_component_of", LIBRARY, status);
        check_record(&record, "Acme | Zetaline Pump | | 2.1", "-");
    }
}

#[test]
fn firmware_on_a_device_of_its_maker_tells_the_release() {
    let firmware = ("Acme", "Zetaline Firmware", "4.7");
    let mut record = held("installed_on", firmware, Status::Affected);
    // The device itself has no release.
    record.products.get_mut(1).unwrap().branches.pop();
    record.products.get_mut(1).unwrap().name = "Acme Zetaline Pump".to_owned();
    check_record(&record, "Acme | Zetaline Pump | | 4.7", "affected");
    check_record(&record, "Acme | Zetaline Pump | | 4.8", "not_affected");
    check_record(&record, "Acme | Zetaline Pump | | ", "cannot_tell");
}
