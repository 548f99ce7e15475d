//! Packages of distributions and libraries are components and no devices.

use super::{check_record, record};

const ROW: &str = "Acme | Zetaline Motion | | 1.0";

#[test]
fn a_package_by_its_purl_is_no_device() {
    #[track_caller]
    fn check(purl: &str, expected: &str) {
        let mut record = record("Acme", "Zetaline Motion", "*", "");
        record.products.first_mut().unwrap().purls = vec![purl.to_owned()];
        check_record(&record, ROW, expected);
    }

    check("pkg:rpm/redhat/zetaline-motion@1.0?arch=x86_64", "-");
    check("pkg:deb/debian/zetaline-motion@1.0", "-");
    check("pkg:oci/zetaline-motion@sha256:00", "-");
    check("pkg:MAVEN/acme/zetaline-motion@1.0", "-");
    check("pkg:generic/zetaline-motion@1.0", "affected");
    check("", "affected");
}

#[test]
fn a_package_file_that_is_a_component_of_a_system_is_no_device() {
    #[track_caller]
    fn check(component: &str, expected: &str) {
        let mut record = record("Acme", "Zetaline Motion", "*", "");
        let mut part = record.products.first().unwrap().clone();
        part.id = component.to_owned();
        part.statuses.clear();
        record.products.push(part);
        let category = "default_component_of".to_owned();
        let relation = (category, component.to_owned(), "p".to_owned());
        record.products.first_mut().unwrap().relationship = Some(relation);
        check_record(&record, ROW, expected);
    }

    check("zetaline-9.9.4-0.6.1.i586", "-");
    check("zetaline-9.9.4-0.6.1.noarch", "-");
    check("zetaline-9.9.4", "affected");
}
