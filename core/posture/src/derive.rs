//! Facts that other nouns' documents give: an SBOM, an inventory, what a supplier shows of
//! itself, a scan of the network.
//!
//! They become [`Record`]s like any other evidence, so that a control needs one way to look.
//! What comes from a document that was read here is observed or documented; of a dossier it is
//! what its entry is.

use device::inventory::{Field as Column, Mapping, Row, Table};
use evidence::scan::Tool;
use evidence::{Class, Field, Kind, Record, Scan, Value};
use reading::{Parsed, Place, Rejected};
use sbom::quality::{Profile, assess};
use sbom::{Bom, Subject};
use supplier::Answer;
use supplier::dossier::{Dossier, Origin};
use supplier::provider::ProviderMetadata;
use supplier::security_txt::SecurityTxt;
use terms::Day;

use crate::holdings::{Held, What};

/// Whether a table is an inventory of devices: maker and model have columns of their own.
#[must_use]
pub fn is_inventory(bytes: &[u8]) -> bool {
    let Ok(mut table) = Table::open(bytes) else { return false };
    let Ok(reader) = table.read(&Mapping::default()) else { return false };
    reader.has(Column::Maker) && reader.has(Column::Model)
}

/// Devices of an inventory, and the products that they are. What has an address can join a
/// network.
///
/// # Errors
/// When it is no inventory.
pub fn inventory(bytes: &[u8]) -> Result<Parsed<Vec<Record>>, Rejected> {
    let mut table = Table::open(bytes)?;
    let mut reader = table.read(&Mapping::default())?;
    let mut row = Row::default();
    let mut records = Vec::new();
    let mut products: std::collections::BTreeMap<String, Record> = Default::default();
    while reader.read(&mut row)? {
        let place = reader.place(row.number(), Column::Model);
        let mut keys: Vec<String> = row.macs().map(|mac| mac.to_string()).collect();
        keys.extend(row.ips().map(|ip| ip.to_string()));
        let (maker, model) = (row.text(Column::Maker), row.text(Column::Model));
        if !model.is_empty() {
            let product = products.entry(model.to_lowercase()).or_insert_with(|| {
                let mut product = Record::new(Kind::Product, place.clone());
                put(&mut product, Field::Product, model);
                put(&mut product, Field::Supplier, maker);
                put(&mut product, Field::Version, row.text(Column::Version));
                product
            });
            if !keys.is_empty() {
                product.put(Field::Connectable, Value::Yes);
            }
        }
        let mut device = Record::new(Kind::Device, place);
        device.put(Field::Name, Value::Text(keys.join(" ")));
        put(&mut device, Field::Product, model);
        put(&mut device, Field::Supplier, maker);
        put(&mut device, Field::Where, "inventory");
        for column in [Column::Received, Column::Installed] {
            if let Some(day) = row.day(column) {
                device.put(Field::On, Value::Day(day));
            }
        }
        records.push(device);
    }
    records.extend(products.into_values());
    Ok(Parsed { value: records, notes: reader.finish().notes })
}

fn put(record: &mut Record, field: Field, text: &str) {
    let text = text.trim();
    if !text.is_empty() {
        record.put(field, Value::Text(text.to_owned()));
    }
}

/// Devices that a scan saw.
#[must_use]
pub fn network(file: &str, scan: &Scan) -> Option<Held> {
    // The others look at hosts that somebody named.
    if !matches!(scan.tool, Tool::Nmap | Tool::Nessus) {
        return None;
    }
    let records: Vec<Record> = (scan.hosts.iter())
        .filter(|host| !host.address.is_empty())
        .map(|host| {
            let mac = terms::Mac::parse(&host.mac).map(|mac| mac.to_string());
            let mut device = Record::new(Kind::Device, host.place.clone());
            let name = format!("{} {}", host.address, mac.unwrap_or_default());
            put(&mut device, Field::Name, &name);
            put(&mut device, Field::Where, "network");
            if let Some(day) = scan.day {
                device.put(Field::On, Value::Day(day));
            }
            device
        })
        .collect();
    held(file, Some(Class::Observed), records)
}

fn held(file: &str, class: Option<Class>, records: Vec<Record>) -> Option<Held> {
    let file = file.to_owned();
    (!records.is_empty()).then_some(Held::new(file, class, What::Records(records)))
}

/// What an SBOM says of its product, measured here.
#[must_use]
pub fn sbom(file: &str, bom: &Bom) -> Option<Held> {
    let subject = match &bom.subject {
        Subject::Apart(component) => Some(component.as_ref()),
        Subject::Within(positions) => {
            positions.first().and_then(|position| bom.components.get(*position))
        }
        Subject::Unstated => None,
    };
    let named = [subject.map(|it| it.name.as_str()), bom.name.as_deref()];
    let name = named.into_iter().flatten().find(|name| !name.trim().is_empty())?;
    let quality = assess(bom, Profile::Ntia2021);
    let mut record = Record::new(Kind::Sbom, Place::Document);
    put(&mut record, Field::Product, name);
    if let Some(subject) = subject {
        put(&mut record, Field::Version, subject.version.as_deref().unwrap_or_default());
        put(
            &mut record,
            Field::Supplier,
            subject.supplier.as_deref().unwrap_or_default(),
        );
    }
    let score = match bom.components.is_empty() {
        true => 0,
        false => i64::from(quality.score),
    };
    record.put(Field::Complete, Value::Number(score));
    let made = bom.created.as_deref().and_then(|it| terms::date::instant(it).ok());
    if let Some(made) = made {
        record.put(Field::On, Value::Day(made.day()));
    }
    held(file, Some(Class::Observed), vec![record])
}

/// Whether a supplier can be reached, by its `security.txt`. Whose it is the file does not say
/// by name, so the caller does.
#[must_use]
pub fn channel(file: &str, supplier: &str, read: &SecurityTxt) -> Option<Held> {
    let mut record = Record::new(Kind::Channel, Place::Document);
    put(&mut record, Field::Supplier, supplier);
    let answer = if read.contacts.is_empty() { Value::No } else { Value::Yes };
    record.put(Field::Contact, answer);
    if let Some((until, _)) = &read.expires {
        record.put(Field::Until, Value::Day(until.day()));
    }
    held(file, Some(Class::Observed), vec![record])
}

/// Whether a provider's metadata are valid.
#[must_use]
pub fn provider(file: &str, read: &ProviderMetadata) -> Option<Held> {
    let mut record = Record::new(Kind::Provider, Place::Document);
    put(&mut record, Field::Supplier, &read.publisher.name);
    let answer = if read.faults.is_empty() { Value::Yes } else { Value::No };
    record.put(Field::Valid, answer);
    if let Some(updated) = read.updated {
        record.put(Field::On, Value::Day(updated.day()));
    }
    held(file, Some(Class::Observed), vec![record])
}

/// What a dossier keeps about a supplier. An entry of the house is a record; one of a third
/// party is where its proof was delivered, as in the register; one of the supplier is a claim.
#[must_use]
pub fn dossier(file: &str, read: &Dossier) -> Vec<Held> {
    let mut by: [Vec<Record>; 2] = [Vec::new(), Vec::new()];
    let [house, others] = &mut by;
    let mut keep = |origin: Origin, mut record: Record, proof: &str| {
        put(&mut record, Field::Supplier, &read.name);
        match origin {
            Origin::House => house.push(record),
            Origin::ThirdParty => {
                put(&mut record, Field::Proof, proof);
                others.push(record);
            }
            Origin::Supplier => others.push(record),
        }
    };
    for membership in &read.memberships {
        let mut record = Record::new(Kind::Membership, membership.place.clone());
        put(&mut record, Field::Isao, &membership.isao);
        put_day(&mut record, Field::From, membership.since);
        put_day(&mut record, Field::Until, membership.until);
        keep(membership.origin, record, &membership.proof);
    }
    for cover in &read.covers {
        let mut record = Record::new(Kind::Policy, cover.place.clone());
        put(&mut record, Field::Name, &cover.insurer);
        let kind = cover.kind.to_lowercase();
        let is_cyber = kind.contains("cyber") || kind.contains("technology");
        record.put(Field::Cyber, if is_cyber { Value::Yes } else { Value::No });
        if let Some(limit) = cover.limit.and_then(|limit| i64::try_from(limit).ok()) {
            record.put(Field::Limit, Value::Number(limit));
        }
        put_day(&mut record, Field::Until, cover.expires);
        keep(cover.origin, record, &cover.proof);
    }
    for product in &read.products {
        let mut record = Record::new(Kind::Product, product.place.clone());
        put(&mut record, Field::Product, &product.name);
        put(&mut record, Field::Version, &product.version);
        match product.networked {
            Answer::Yes => record.put(Field::Connectable, Value::Yes),
            Answer::No => record.put(Field::Connectable, Value::No),
            Answer::Unstated => {}
        }
        put_day(&mut record, Field::Released, product.released);
        keep(Origin::House, record, "");
        if let Some(ends) = product.support_ends {
            let mut record = Record::new(Kind::Support, product.place.clone());
            put(&mut record, Field::Product, &product.name);
            put_day(&mut record, Field::SupportEnds, Some(ends));
            put_day(&mut record, Field::Announced, product.announced);
            put_day(&mut record, Field::On, product.announced.or(read.reviewed));
            keep(Origin::House, record, "");
        }
    }
    let [house, others] = by;
    let documented = held(file, Some(Class::Documented), house);
    documented.into_iter().chain(held(file, None, others)).collect()
}

fn put_day(record: &mut Record, field: Field, day: Option<Day>) {
    if let Some(day) = day {
        record.put(field, Value::Day(day));
    }
}

/// What was found about a supplier by its documents, counted here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Red flags that block and are raised.
    pub blocking: usize,
    /// CVEs of its advisories whose publication is known, and those that it told late.
    pub dated: usize,
    /// See above.
    pub late: usize,
    /// Its advisories, and those in which a flaw has neither fix nor guidance.
    pub advisories: usize,
    /// See above.
    pub lacking: usize,
}

/// Red flags and history of a supplier, as of the day on which they were looked for.
#[must_use]
pub fn found(file: &str, supplier: &str, found: Found, today: Day) -> Option<Held> {
    let record = |kind: Kind, numbers: &[(Field, usize)]| {
        let mut record = Record::new(kind, Place::Document);
        put(&mut record, Field::Supplier, supplier);
        record.put(Field::On, Value::Day(today));
        for (field, number) in numbers {
            let number = i64::try_from(*number).unwrap_or(i64::MAX);
            record.put(*field, Value::Number(number));
        }
        record
    };
    let mut records = vec![record(Kind::Vetting, &[(Field::Blocking, found.blocking)])];
    if found.dated > 0 {
        let counts = [(Field::Count, found.dated), (Field::Late, found.late)];
        records.push(record(Kind::History, &counts));
    }
    if found.advisories > 0 {
        let counts = [(Field::Count, found.advisories), (Field::Lacking, found.lacking)];
        records.push(record(Kind::History, &counts));
    }
    held(file, Some(Class::Observed), records)
}

/// How old feeds of advisories are: the newest day of each.
#[must_use]
pub fn feeds(file: &str, newest: &[(String, Day)]) -> Option<Held> {
    let feed = |(name, day): &(String, Day)| {
        let mut record = Record::new(Kind::Feed, Place::Document);
        put(&mut record, Field::Name, name);
        record.put(Field::LastEvent, Value::Day(*day));
        record
    };
    held(file, Some(Class::Observed), newest.iter().map(feed).collect())
}
