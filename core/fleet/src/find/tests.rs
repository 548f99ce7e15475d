use super::*;
use crate::entry::{Configuration, ConfigurationId, Entry, OrganisationId};

/// Three pumps of one model, the third of another release.
fn fleet() -> Fleet {
    let mut fleet = Fleet::new();
    for (id, version) in [(1, "2.3"), (2, "v2.31 build 7")] {
        fleet.configuration_changed(Configuration {
            id: ConfigurationId(id),
            maker: "Invented Medical".into(),
            model: "IM-400".into(),
            version: version.into(),
            ..Configuration::default()
        });
    }
    let texts = [
        (1, "IH-10020", "QB7 0042", "(01)00844588003288(21)S-1", "", ""),
        (1, "IH-10030", "QB7-0043", "00844588003288", "00:00:5e:00:53:01", "10.0.0.1"),
        (
            2,
            "IH‑10040",
            "S-2",
            "",
            "00:00:5e:00:53:02 00:00:5e:00:53:03",
            "10.0.0.2 fe80::1",
        ),
    ];
    for (ordinal, (id, asset_tag, serial, udi, mac, ip)) in (0..).zip(texts) {
        fleet.put(&Entry {
            ordinal,
            configuration: ConfigurationId(id),
            asset_tag,
            serial,
            udi,
            mac,
            ip,
            ..Entry::default()
        });
    }
    fleet
}

/// What a text means: column, how, and the devices.
#[track_caller]
fn check(typed: &str, expected: &[(Column, How, &[u32])]) {
    let scope = Scope::of([OrganisationId::default()]);
    let found = fleet().find(&scope, typed);
    let found: Vec<(Column, How, Vec<u32>)> = found
        .into_iter()
        .map(|met| (met.column, met.how, met.devices.iter().collect()))
        .collect();
    let expected: Vec<(Column, How, Vec<u32>)> = expected
        .iter()
        .map(|(column, how, devices)| (*column, *how, devices.to_vec()))
        .collect();
    assert_eq!(found, expected, "{typed}");
}

#[test]
fn what_is_like_a_number_is_told_from_what_is_the_same() {
    use Column::{AssetTag, Serial};
    use How::{Apart, Beginning, Part, Same};
    check("IH-10020", &[(AssetTag, Same, &[0])]);
    check("10020", &[(AssetTag, Part, &[0])]);
    check("ih10030", &[(AssetTag, Apart, &[1])]);
    check("ih10040", &[(AssetTag, Apart, &[2])]);
    check("QB70042", &[(Serial, Apart, &[0])]);
    check("QB7 004", &[(Serial, Beginning, &[0]), (Serial, Part, &[1])]);
    check("SITE/IH-10020", &[(AssetTag, Part, &[0])]);
    for nothing in ["02", "99999", "ih-10050", "??"] {
        check(nothing, &[]);
    }
}

#[test]
fn a_label_is_its_model_and_its_serial_number_whatever_else_it_says() {
    use Column::{Serial, Udi};
    use How::{Same, Within};
    let other = (Udi, Within, [1].as_slice());
    check("(01)00844588003288(17)270101(21)S-1", &[(Udi, Same, &[0]), other]);
    check("https://id.gs1.org/01/00844588003288/21/S-1", &[(Udi, Same, &[0]), other]);
    // The serial number of one of which the inventory knows the model alone.
    let known = [(Udi, Same, [1].as_slice()), (Udi, Within, &[0])];
    check("(01)00844588003288(21)QB7-0043", &known);
    check("(01)00844588003288(21)S-9", &[(Udi, Within, &[0, 1])]);
    let number = [(Serial, Within, [2].as_slice()), (Udi, Within, &[0, 1])];
    check("(01)00844588003288(21)S-2", &number);
    check("(21)S-2", &[(Serial, Same, &[2])]);
}

#[test]
fn each_address_of_a_device_is_its_own() {
    use How::Same;
    check("0000.5e00.5303", &[(Column::Mac, Same, &[2])]);
    check("0:0:5e:0:53:2", &[(Column::Mac, Same, &[2])]);
    check("[fe80::1]:443", &[(Column::Ip, Same, &[2])]);
    check("00:00:5e:00:53:04", &[]);
}

#[test]
fn words_and_a_release_name_a_build_and_a_release_alone_names_none() {
    let met = |devices: &'static [u32]| [(Column::Configuration, How::Words, devices)];
    check("invented im-400 2.3", &met(&[0, 1]));
    check("IM400 v2.31", &met(&[2]));
    check("IM400 version 2.31", &met(&[2]));
    for nothing in ["IM400 9.9", "2.3", "IM400 2.3 9.9"] {
        check(nothing, &[]);
    }
}
