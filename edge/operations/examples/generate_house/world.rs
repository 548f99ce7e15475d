//! What there is: products with their releases, hospitals, and which device stands where when.
//! Everything is a function of numbers, so nothing has to be remembered from month to month.

use std::fmt::Write as _;

use crate::{Asked, Fault};

/// How many releases a product has.
const RELEASES: usize = 50;
/// How many products a hospital has.
const OF_HOSPITAL: usize = 25;
/// How many of them stand in a hospital at once, of one product.
const AT_ONCE: usize = 4;
const WARDS: [&str; 12] = [
    "Emergency",
    "ICU",
    "NICU",
    "Radiology",
    "Theatre 1",
    "Theatre 2",
    "Ward 3A",
    "Ward 4B",
    "Ward 5C",
    "Dialysis",
    "Laboratory",
    "Biomed workshop",
];
const KINDS: [(&str, &str); 8] = [
    ("IP", "INFUSION PUMP"),
    ("PM", "PATIENT MONITOR"),
    ("VT", "VENTILATOR"),
    ("AN", "ANAESTHESIA WORKSTATION"),
    ("US", "ULTRASOUND SYSTEM"),
    ("BG", "BLOOD GAS ANALYSER"),
    ("CS", "CENTRAL STATION"),
    ("DX", "DIGITAL X-RAY"),
];

/// A product, whoever makes it.
pub(crate) struct Product {
    pub(crate) maker: String,
    pub(crate) model: String,
    description: String,
    /// What the first release is called; the others add a number to it.
    first: String,
    life_sustaining: &'static str,
    holds_phi: &'static str,
}

/// All of it.
pub(crate) struct World {
    pub(crate) products: Vec<Product>,
    pub(crate) hospitals: usize,
    of_hospital: usize,
    months: usize,
}

/// A number that looks like chance and is the same each time.
pub(crate) fn chance(of: &[usize]) -> usize {
    let mut hash = blake3::Hasher::new();
    for part in of {
        hash.update(&part.to_le_bytes());
    }
    let mut first = [0; 8];
    first.copy_from_slice(
        hash.finalize().as_bytes().first_chunk::<8>().unwrap_or(&[0; 8]),
    );
    usize::try_from(u64::from_le_bytes(first) >> 1).unwrap_or_default()
}

fn one_of<T: Copy>(all: &[T], at: usize) -> Option<T> {
    all.get(at % all.len().max(1)).copied()
}

impl World {
    pub(crate) fn read(asked: &Asked) -> Result<Self, Fault> {
        let wanted = (asked.configurations / RELEASES).max(1);
        let mut products = real(&asked.models)?;
        products.truncate(wanted / 2);
        let from = products.len();
        products.extend((from..wanted).map(invented));
        Ok(Self {
            products,
            hospitals: asked.hospitals.max(1),
            of_hospital: asked.devices / asked.hospitals.max(1),
            months: asked.months,
        })
    }

    /// What a release is called.
    pub(crate) fn release(&self, product: &Product, release: usize) -> String {
        match release {
            0 => product.first.clone(),
            release => format!("{}.{release}", product.first),
        }
    }

    /// The product and release that the SBOM of a number is about; all differ while there are
    /// enough releases.
    pub(crate) fn of_bill(&self, number: usize) -> Option<(&Product, usize)> {
        let count = self.products.len();
        let product = self.products.get(number % count)?;
        Some((product, (number / count * 7 + number) % RELEASES))
    }

    /// What the asset system of a hospital exports in a month, as separated values.
    pub(crate) fn export(&self, hospital: usize, month: usize) -> String {
        let mut text = String::from(
            "asset_tag,manufacturer,model,description,software_version,serial,department,\
             mac,ip,status,install_date,life_sustaining,holds_phi,reachable\n",
        );
        for device in 0..self.of_hospital {
            self.row(&mut text, (hospital, device), month);
        }
        text
    }

    /// The row of a device, where it stands there in that month.
    fn row(&self, text: &mut String, (hospital, device): (usize, usize), month: usize) {
        let luck = chance(&[hospital, device]);
        let bought = match luck % 10 {
            0..6 => 0,
            _ => luck / 10 % self.months.max(1),
        };
        let gone = (luck / 7).is_multiple_of(20).then(|| bought + 6 + luck / 11 % 12);
        if month < bought || gone.is_some_and(|gone| gone <= month) {
            return;
        }
        let place = chance(&[hospital, device % OF_HOSPITAL]);
        let Some(product) = self.products.get(place % self.products.len()) else {
            return;
        };
        let pace = 5 + luck / 13 % 14;
        let first = place / 31 % RELEASES + luck / 17 % AT_ONCE;
        let release = (first + month / pace) % RELEASES;
        let version = self.release(product, release);
        let number = hospital * self.of_hospital + device;
        let [_, a, b, c] = u32::try_from(number).unwrap_or_default().to_be_bytes();
        let ward = one_of(&WARDS, luck / 19).unwrap_or_default();
        let status =
            if (luck / 23).is_multiple_of(40) { "In Repair" } else { "In Service" };
        let reachable = one_of(&["yes", "no", ""], luck / 29).unwrap_or_default();
        let Product { maker, model, description, .. } = product;
        let year = 2012 + luck / 31 % 12;
        // A text that is written to has no faults.
        let _ = writeln!(
            text,
            "A{hospital:03}-{device:05},{maker},{model},{description},{version},\
             SN{number:08},{ward} {},02:00:5e:{a:02x}:{b:02x}:{c:02x},10.{a}.{b}.{c},{status},\
             {year}-06-15,{},{},{reachable}",
            hospital % 7 + 1,
            product.life_sustaining,
            product.holds_phi,
        );
    }
}

/// Makers and models of an inventory export, each once. Cells with commas in them would need
/// quotes in ours, and are left out.
fn real(path: &std::path::Path) -> Result<Vec<Product>, Fault> {
    let text = std::fs::read_to_string(path)?;
    let mut lines = text.lines().filter(|line| !line.contains('"'));
    let head: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
    let place = |name: &str| {
        let at = head.iter().position(|one| *one == name);
        at.ok_or(format!("{} has no column `{name}`", path.display()))
    };
    let places = [
        place("manufacturer")?,
        place("model")?,
        place("description")?,
        place("software_version")?,
    ];
    let mut known = std::collections::BTreeSet::new();
    let mut products = Vec::new();
    for line in lines {
        let cells: Vec<&str> = line.split(',').collect();
        let [maker, model, description, first] =
            places.map(|at| cells.get(at).copied().unwrap_or_default().trim().to_owned());
        let is_whole = ![&maker, &model, &first].iter().any(|text| text.is_empty());
        if is_whole && known.insert((maker.clone(), model.clone())) {
            let number = products.len();
            products.push(Product {
                maker,
                model,
                description,
                first,
                life_sustaining: one_of(&["yes", "no", "no", ""], number)
                    .unwrap_or_default(),
                holds_phi: one_of(&["yes", "", "no"], number).unwrap_or_default(),
            });
        }
    }
    Ok(products)
}

fn invented(number: usize) -> Product {
    let (short, description) = one_of(&KINDS, number).unwrap_or_default();
    Product {
        maker: format!("Invented Medical {}", number % 40 + 1),
        model: format!("{short}-{}", 100 + number),
        description: description.to_owned(),
        first: format!("{}.{}", number % 5 + 1, number % 3),
        life_sustaining: one_of(&["yes", "no", "no", ""], number / 3).unwrap_or_default(),
        holds_phi: one_of(&["yes", "", "no"], number / 5).unwrap_or_default(),
    }
}
