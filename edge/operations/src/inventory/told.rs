//! A row of an export as it is remembered, and back.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use device::inventory::{Field, Row, Said};
use store::{Build, Device, Told};

/// The fields that have a column of their own.
const COLUMNS: [Field; 15] = [
    Field::AssetTag,
    Field::Serial,
    Field::Udi,
    Field::Mac,
    Field::Ip,
    Field::Maker,
    Field::Model,
    Field::Description,
    Field::Version,
    Field::Department,
    Field::Status,
    Field::Received,
    Field::LifeSustaining,
    Field::HoldsPhi,
    Field::Reachable,
];

/// What a row of an export tells of a device; `None` where it names none.
pub(super) fn told(row: &Row) -> Option<Told> {
    let text = |field: Field| row.text(field).to_owned();
    let fact = |field: Field| match row.said(field) {
        Said::Yes => Some(true),
        Said::No => Some(false),
        Said::Nothing => None,
    };
    let fields = Field::ALL.into_iter().filter(|field| !COLUMNS.contains(field));
    let fields = fields.map(|field| (Cow::Borrowed(field.name()), row.text(field)));
    let others = row.others().map(|(heading, text)| (key_of(heading), text));
    let rest: BTreeMap<Cow<'_, str>, &str> =
        fields.chain(others).filter(|(_, text)| !text.is_empty()).collect();
    Some(Told {
        key: row.device_key()?,
        build: Build {
            maker: text(Field::Maker),
            model: text(Field::Model),
            description: text(Field::Description),
            version: text(Field::Version),
        },
        asset_tag: text(Field::AssetTag),
        serial: text(Field::Serial),
        udi: text(Field::Udi),
        mac: text(Field::Mac),
        ip: text(Field::Ip),
        department: text(Field::Department),
        status: text(Field::Status),
        received: text(Field::Received),
        life_sustaining: fact(Field::LifeSustaining),
        holds_phi: fact(Field::HoldsPhi),
        reachable: fact(Field::Reachable),
        rest: serde_json::to_string(&rest).ok()?,
    })
}

/// Under which key a heading is kept. One that is called as a field is, and is none, must
/// not take the field's place.
fn key_of(heading: &str) -> Cow<'_, str> {
    match Field::named(heading) {
        Some(_) => Cow::Owned(format!("{heading} (2)")),
        None => Cow::Borrowed(heading),
    }
}

/// What is kept of a device beyond its columns: the text by field or heading.
pub(super) fn rest(device: &Device) -> BTreeMap<String, String> {
    serde_json::from_str(&device.told.rest).unwrap_or_default()
}

/// The row that tells what is kept of a device.
pub(super) fn row(device: &Device, other_headings: &Arc<[String]>) -> Row {
    let told = &device.told;
    let build = &told.build;
    let word = |fact: Option<bool>| match fact {
        Some(true) => Said::Yes.word(),
        Some(false) => Said::No.word(),
        None => "",
    };
    let columns = [
        (Field::AssetTag, told.asset_tag.as_str()),
        (Field::Serial, &told.serial),
        (Field::Udi, &told.udi),
        (Field::Mac, &told.mac),
        (Field::Ip, &told.ip),
        (Field::Maker, &build.maker),
        (Field::Model, &build.model),
        (Field::Description, &build.description),
        (Field::Version, &build.version),
        (Field::Department, &told.department),
        (Field::Status, &told.status),
        (Field::Received, &told.received),
        (Field::LifeSustaining, word(told.life_sustaining)),
        (Field::HoldsPhi, word(told.holds_phi)),
        (Field::Reachable, word(told.reachable)),
    ];
    let rest = rest(device);
    let texts = || rest.iter().map(|(key, text)| (key.as_str(), text.as_str()));
    let fields = texts().filter_map(|(key, text)| Some((Field::named(key)?, text)));
    let others = texts().filter(|(key, _)| Field::named(key).is_none());
    Row::kept(columns.into_iter().chain(fields), other_headings, others)
}
