//! An invented health system: what its three hospitals export from their asset systems, and what
//! the invented makers have published. The products are data (`fixtures/demo/products.tsv`);
//! devices are drawn from them, the same ones each time. The vulnerabilities are real, with the
//! vectors of their records.

use serde_json::{Value, json};

/// A product of an invented maker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Product {
    maker: &'static str,
    model: &'static str,
    description: &'static str,
    releases: Vec<&'static str>,
    life_sustaining: &'static str,
    holds_phi: &'static str,
    cves: Vec<&'static str>,
    /// The release that holds the fix; `-` where none is planned.
    fixed: &'static str,
}

const PRODUCTS: &str = include_str!("../../../../../fixtures/demo/products.tsv");

/// Every product, in the order of the file.
pub(super) fn products() -> Vec<Product> {
    PRODUCTS.lines().skip(1).filter_map(product).collect()
}

fn product(line: &'static str) -> Option<Product> {
    let mut fields = line.split('\t');
    let mut next = || fields.next();
    Some(Product {
        maker: next()?,
        model: next()?,
        description: next()?,
        releases: next()?.split(' ').collect(),
        life_sustaining: next()?,
        holds_phi: next()?,
        cves: next()?.split(' ').filter(|cve| !cve.is_empty()).collect(),
        fixed: next()?,
    })
}

/// A hospital and the shape of its asset system's export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hospital {
    /// What it is called.
    pub(super) name: &'static str,
    /// What its asset system calls its exports.
    pub(super) file: &'static str,
    devices: usize,
    separator: char,
    headings: [&'static str; 12],
}

/// The three of them: 5,000 devices.
pub(super) const HOSPITALS: [Hospital; 3] = [
    Hospital {
        name: "Harrow Vale General",
        file: "harrow-vale-assets.csv",
        devices: 2_600,
        separator: ',',
        headings: [
            "Asset Tag",
            "Manufacturer",
            "Model",
            "Description",
            "SW Version",
            "Serial No",
            "Department",
            "Status",
            "In Service Date",
            "Life Sustaining",
            "Holds PHI",
            "Reachable",
        ],
    },
    Hospital {
        name: "Saltmarsh Infirmary",
        file: "saltmarsh-devices.csv",
        devices: 1_500,
        separator: ';',
        headings: [
            "Inventarnummer",
            "Hersteller",
            "Modell",
            "Bezeichnung",
            "Softwareversion",
            "Seriennummer",
            "Abteilung",
            "Status",
            "Inbetriebnahme",
            "Life Sustaining",
            "Holds PHI",
            "Reachable",
        ],
    },
    Hospital {
        name: "Thornbury Children's",
        file: "thornbury-inventory.csv",
        devices: 900,
        separator: ',',
        headings: [
            "Equipment No",
            "Mfr",
            "Model Name",
            "Device Description",
            "Firmware Version",
            "Serial Number",
            "Location",
            "Condition",
            "Install Date",
            "Life Support",
            "Holds PHI",
            "Reachable",
        ],
    },
];

/// One more member of the purchasing group, whose inventory is two months old.
pub(super) const MEMBER: Hospital = Hospital {
    name: "Wrenfield Community",
    file: "wrenfield-assets.csv",
    devices: 120,
    separator: ',',
    headings: [
        "Tag",
        "Make",
        "Model",
        "Description",
        "Software",
        "Serial",
        "Ward",
        "Status",
        "In Use Since",
        "Life Sustaining",
        "Holds PHI",
        "Reachable",
    ],
};

/// And one that has sent no inventory yet.
pub(super) const CLINIC: &str = "Oakhanger Day Clinic";

const WARDS: [&str; 12] = [
    "Ward 2A",
    "Ward 3C",
    "Ward 4B",
    "ICU",
    "NICU",
    "Emergency",
    "Theatre 1",
    "Theatre 4",
    "Radiology",
    "Laboratory",
    "Dialysis",
    "Pharmacy",
];

/// Numbers that look like chance and are the same each time (SplitMix64).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let range = end.max(1) as u64;
        usize::try_from((mixed ^ (mixed >> 31)) % range).unwrap_or_default()
    }

    fn of<'l, T>(&mut self, list: &'l [T]) -> Option<&'l T> {
        list.get(self.below(list.len()))
    }
}

/// What the asset system of a hospital exports.
pub(super) fn inventory(hospital: &Hospital, products: &[Product]) -> String {
    let mut chance = Chance(hospital.devices as u64);
    let prefix: String =
        hospital.name.split(' ').filter_map(|word| word.chars().next()).collect();
    // Serial numbers end as no other hospital's do: a piece stands in one of them.
    let end = prefix.bytes().next().map_or(0, usize::from) % 8;
    let mut text = row(&hospital.headings, hospital.separator);
    for number in 0..hospital.devices {
        let Some(product) = chance.of(products) else { break };
        let release = chance.of(&product.releases).copied().unwrap_or_default();
        let ward = chance.of(&WARDS).copied().unwrap_or_default();
        // Some registers do not say.
        let mut told = |word: &'static str| if chance.below(5) == 0 { "" } else { word };
        let (life, phi) = (told(product.life_sustaining), told(product.holds_phi));
        let reachable = match ward {
            "Laboratory" | "Radiology" | "Pharmacy" => told("yes"),
            "Theatre 1" | "Theatre 4" | "NICU" => told("no"),
            _ => "",
        };
        let status = if chance.below(14) == 0 { "In Repair" } else { "In Service" };
        let maker = written(product.maker, chance.below(6));
        let cells = [
            format!("{prefix}-{:05}", 10_001 + number),
            maker,
            product.model.to_owned(),
            product.description.to_owned(),
            release.to_owned(),
            format!(
                "{}{:06}",
                initials(product.model),
                chance.below(112_500) * 8 + 100_000 + end
            ),
            ward.to_owned(),
            status.to_owned(),
            format!(
                "20{}-{:02}-{:02}",
                15 + chance.below(10),
                1 + chance.below(12),
                1 + chance.below(28)
            ),
            life.to_owned(),
            phi.to_owned(),
            reachable.to_owned(),
        ];
        text.push_str(&row(&cells, hospital.separator));
    }
    text
}

fn initials(model: &str) -> String {
    model
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(3)
        .collect::<String>()
        .to_uppercase()
}

/// A maker's name as registers write it.
fn written(maker: &str, way: usize) -> String {
    match way {
        0 => maker.to_uppercase(),
        1 => format!("{maker} Ltd"),
        2 => format!("{maker} Inc."),
        _ => maker.to_owned(),
    }
}

/// One row; no cell of ours holds a separator, a quote or a line end.
fn row<T: AsRef<str>>(cells: &[T], separator: char) -> String {
    let cells: Vec<&str> = cells.iter().map(AsRef::as_ref).collect();
    cells.join(&separator.to_string()) + "\n"
}

/// What the records of a real vulnerability say of it.
struct Facts {
    /// What it is, in a line: the vulnerability's own, whatever product carries it.
    title: &'static str,
    vector: &'static str,
    score: f64,
    severity: &'static str,
    /// The id and the name of the weakness.
    weakness: (&'static str, &'static str),
}

fn facts(cve: &str) -> Option<Facts> {
    let heap = ("CWE-787", "Out-of-bounds Write");
    let (title, vector, score, severity, weakness) = match cve {
        "CVE-2014-0160" => (
            "Heartbleed: OpenSSL answers with memory that nobody asked for",
            "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N",
            7.5,
            "HIGH",
            ("CWE-125", "Out-of-bounds Read"),
        ),
        "CVE-2016-5195" => (
            "Dirty COW: a race in the Linux kernel lets local users write to files",
            "CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H",
            7.8,
            "HIGH",
            ("CWE-362", "Race Condition"),
        ),
        "CVE-2017-0144" => (
            "EternalBlue: Windows file sharing (SMBv1) runs code from the network",
            "CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H",
            8.8,
            "HIGH",
            ("CWE-20", "Improper Input Validation"),
        ),
        "CVE-2018-25032" => (
            "zlib writes out of bounds while it packs certain texts",
            "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H",
            7.5,
            "HIGH",
            heap,
        ),
        "CVE-2020-11896" => (
            "Ripple20: the Treck TCP/IP stack runs code from the network",
            "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H",
            10.0,
            "CRITICAL",
            ("CWE-130", "Improper Handling of Length Parameter Inconsistency"),
        ),
        "CVE-2021-23337" => (
            "lodash runs commands that stand in a template",
            "CVSS:3.1/AV:N/AC:L/PR:H/UI:N/S:U/C:H/I:H/A:H",
            7.2,
            "HIGH",
            ("CWE-94", "Improper Control of Generation of Code"),
        ),
        "CVE-2021-44228" => (
            "Log4Shell: Apache Log4j loads and runs code that a message names",
            "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H",
            10.0,
            "CRITICAL",
            ("CWE-917", "Expression Language Injection"),
        ),
        "CVE-2022-37434" => (
            "zlib writes out of bounds while it unpacks a long header",
            "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
            9.8,
            "CRITICAL",
            heap,
        ),
        _ => return None,
    };
    Some(Facts { title, vector, score, severity, weakness })
}

/// The advisories of the makers, one for each product that has one: CSAF 2.0, by id.
pub(super) fn advisories(products: &[Product]) -> Vec<(String, Value)> {
    let with = products.iter().filter(|product| !product.cves.is_empty());
    with.enumerate()
        .map(|(number, product)| {
            let id = format!("{}-2025-{:02}", initials(product.maker), number + 10);
            let document = advisory(&id, product);
            (id, document)
        })
        .collect()
}

fn advisory(id: &str, product: &Product) -> Value {
    let date = "2025-06-03T00:00:00.000Z";
    let (maker, model) = (product.maker, product.model);
    let (range, text) = match product.fixed {
        "-" => ("vers:all/*".to_owned(), "All versions".to_owned()),
        fixed => (format!("<{fixed}"), format!("Versions prior to {fixed}")),
    };
    let vulnerabilities: Vec<Value> =
        product.cves.iter().filter_map(|cve| vulnerability(cve, product)).collect();
    json!({
        "document": {
            "category": "csaf_security_advisory",
            "csaf_version": "2.0",
            "distribution": {"text": "Invented, may be passed on", "tlp": {"label": "WHITE"}},
            "lang": "en",
            "publisher": {
                "category": "vendor",
                "name": maker,
                "namespace": format!("https://{}.example", maker.to_lowercase().replace(' ', "-")),
            },
            "title": format!("{maker} {model}"),
            "tracking": {
                "current_release_date": date,
                "id": id,
                "initial_release_date": date,
                "revision_history": [{"date": date, "number": "1", "summary": "First version"}],
                "status": "final",
                "version": "1",
            },
        },
        "product_tree": {"branches": [{
            "category": "vendor",
            "name": maker,
            "branches": [{
                "category": "product_name",
                "name": model,
                "branches": [{
                    "category": "product_version_range",
                    "name": range,
                    "product": {
                        "name": format!("{maker} {model}: {text}"),
                        "product_id": "CSAFPID-0001",
                    },
                }],
            }],
        }]},
        "vulnerabilities": vulnerabilities,
    })
}

fn vulnerability(cve: &str, product: &Product) -> Option<Value> {
    let Facts { title, vector, score, severity, weakness: (weakness, name) } =
        facts(cve)?;
    let remediation = match product.fixed {
        "-" => json!({
            "category": "mitigation",
            "details": "No update is planned. Keep the device in a network of its own and allow only the connections that its use needs.",
            "product_ids": ["CSAFPID-0001"],
        }),
        fixed => json!({
            "category": "vendor_fix",
            "details": format!("Update to version {fixed}. The update is approved for clinical use."),
            "product_ids": ["CSAFPID-0001"],
        }),
    };
    Some(json!({
        "cve": cve,
        "title": title,
        "cwe": {"id": weakness, "name": name},
        "product_status": {"known_affected": ["CSAFPID-0001"]},
        "scores": [{
            "products": ["CSAFPID-0001"],
            "cvss_v3": {
                "version": "3.1",
                "vectorString": vector,
                "baseScore": score,
                "baseSeverity": severity,
            },
        }],
        "remediations": [remediation],
        "notes": [{"category": "summary", "text": format!("See the record of {cve}.")}],
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixty_products_of_twelve_makers_and_five_thousand_devices() {
        let products = products();
        assert_eq!(products.len(), 60);
        let mut makers: Vec<_> = products.iter().map(|product| product.maker).collect();
        makers.dedup();
        assert_eq!(makers.len(), 12);
        let rows: usize = HOSPITALS
            .iter()
            .map(|hospital| inventory(hospital, &products).lines().count() - 1)
            .sum();
        assert_eq!(rows, 5_000);
        assert!(advisories(&products).len() > 20);
        for product in &products {
            assert!(!product.releases.is_empty(), "{product:?}");
            assert!(product.cves.iter().all(|cve| facts(cve).is_some()), "{product:?}");
        }
    }

    #[test]
    fn every_advisory_is_read_and_every_export_is_an_inventory() {
        let products = products();
        for (id, document) in advisories(&products) {
            let parsed = advisory::parse(document.to_string().as_bytes()).unwrap();
            assert!(parsed.notes.is_empty(), "{id}: {:?}", parsed.notes);
        }
        for hospital in HOSPITALS.iter().chain([&MEMBER]) {
            let text = inventory(hospital, &products);
            let mapping = device::inventory::Mapping::default();
            let parsed = device::inventory::parse(text.as_bytes(), &mapping).unwrap();
            assert_eq!(parsed.value.devices.len(), hospital.devices, "{}", hospital.name);
            assert_eq!(parsed.value.rows_left_out, 0);
        }
    }
}
