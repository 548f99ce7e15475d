use crate::inventory::{Field, Inventory, Mapping, Table, parse};
use reading::Parsed;

/// `field=heading` of each column that is a field.
#[track_caller]
fn columns(text: &str) -> Vec<String> {
    let mut table = Table::open(text.as_bytes()).unwrap();
    let mapping = table.read(&Mapping::default()).unwrap().mapping();
    let columns = mapping.columns().iter();
    columns.map(|column| format!("{}={}", column.field, column.heading)).collect()
}

fn read(text: &str) -> Parsed<Inventory> {
    parse(text.as_bytes(), &Mapping::default()).unwrap()
}

const ROWS: &str = "A1,Philips,IntelliVue MX450,patient monitor,J.10\n\
    A2,Baxter,Sigma Spectrum,pump,v6.05\n\
    A3,Hospira,Plum A+,pump,13.4\n\
    A4,Medtronic,MyCareLink 24950,monitor,\n\
    A5,BD,Alaris PC Unit 8015,pump,9.19\n";

const OF_ROWS: [&str; 5] = [
    "asset_tag=column 1",
    "manufacturer=column 2",
    "model=column 3",
    "description=column 4",
    "software_version=column 5",
];

#[test]
fn a_table_without_headings_is_read_by_its_cells() {
    assert_eq!(columns(ROWS), OF_ROWS);
    assert_eq!(columns(&format!("Inventory of today,,,,\n\n{ROWS}")), OF_ROWS);
    let parsed = read(ROWS);
    assert_eq!(parsed.value.devices.len(), 5);
    assert_eq!(
        (parsed.value.devices[0].asset_tag.as_str(), parsed.value.devices[0].line),
        ("A1", 1)
    );
    let notes: Vec<String> = parsed.notes.iter().map(ToString::to_string).collect();
    assert!(
        notes[0].contains("manufacturer is `column 2` by content (5 of 5 cells)"),
        "{notes:?}"
    );
    assert!(notes.iter().any(|note| note.contains("no row of headings")), "{notes:?}");
}

#[test]
fn a_slip_in_a_column_does_not_hide_what_it_is() {
    let rows = "A6,M\u{fc}ller,Ger\u{e4}t X,,\n,Philips,IntelliVue,,\n\
        A1,Philips,IntelliVue MX450,dup tag,J.10\nA7,GE Healthcare,CARESCAPE B650,,2.0\n";
    let dirty = format!("{ROWS}{rows}");
    assert_eq!(columns(&dirty), OF_ROWS);
    let parsed = read(&dirty);
    assert_eq!((parsed.value.devices.len(), parsed.value.rows_left_out), (7, 2));
    let headed = read(&format!("c1,c2,c3,c4,c5\n{dirty}"));
    assert_eq!((headed.value.devices.len(), headed.value.rows_left_out), (7, 2));
}

#[test]
fn headings_that_nobody_knows_are_headings_and_no_device() {
    #[track_caller]
    fn check(headings: &str) {
        let text = format!("{headings}\n{ROWS}");
        let parsed = read(&text);
        assert_eq!(parsed.value.devices.len(), 5, "{headings}");
        let names: Vec<&str> = headings.split(',').collect();
        let fields =
            ["asset_tag", "manufacturer", "model", "description", "software_version"];
        let expected: Vec<String> = fields
            .iter()
            .zip(&names)
            .map(|(field, name)| format!("{field}={name}"))
            .collect();
        assert_eq!(columns(&text), expected);
    }

    check("c1,c2,c3,c4,c5");
    check("Nr ew.,Wytwórca,Nazwa handlowa,Rodzaj,Wersja");
    check("Lp,Výrobce,Zařízení,Popis,Verze");
    check("Registro,Valmistaja,Laite,Kuvaus,Ohjelmisto");
}

#[test]
fn the_languages_of_the_neighbours_are_data() {
    #[track_caller]
    fn check(headings: &str) {
        let text = format!("{headings}\nA1,S-1,Acme,X,POMPE,2.0,ICU\n");
        let expected = [
            "asset_tag",
            "serial",
            "manufacturer",
            "model",
            "description",
            "software_version",
            "department",
        ];
        let found = columns(&text);
        let fields: Vec<&str> =
            found.iter().filter_map(|pair| pair.split('=').next()).collect();
        assert_eq!(fields, expected, "{found:?}");
    }

    check(
        "Inventarnummer,Seriennummer,Hersteller,Modell,Gerätebezeichnung,Softwareversion,Abteilung",
    );
    check(
        "N° d'inventaire,N° de série,Fabricant,Modèle,Désignation,Version du logiciel,Service",
    );
    check(
        "Nº de inventario,Nº de serie,Fabricante,Modelo,Descripción,Versión de software,Servicio",
    );
    check(
        "Codice inventario,Matricola,Produttore,Modello,Descrizione,Versione software,Reparto",
    );
    check(
        "Inventarisnummer,Serienummer,Fabrikant,Modelnummer,Omschrijving,Softwareversie,Afdeling",
    );
}

#[test]
fn whether_a_first_row_is_a_device_is_never_guessed() {
    #[track_caller]
    fn check(text: &str, message: &str) {
        let refused = parse(text.as_bytes(), &Mapping::default()).unwrap_err();
        assert!(refused.message.contains(message), "{}", refused.message);
        assert!(refused.hint.contains("--mapping"), "{}", refused.hint);
    }

    // The maker and the model of the first row are of no known kind, and nothing is again.
    let rows = "A2,Baxter,Sigma Spectrum\nA3,Hospira,Plum A+\nA4,Medtronic,MyCareLink 24950\n\
        A5,BD,Alaris 8015\n";
    check(&format!("X7-b,Acme,Roadrunner\n{rows}"), "may be headings or a device");
    // Too little to know anything by.
    check("A1,Philips,MX450\nA2,Baxter,Spectrum\n", "no column holds");
    // Two columns of makers, or none that is known.
    check(
        "A1,Acme,X 1\nA2,Brand,X 2\nA3,Brand,X 3\nA4,Acme,X 1\n",
        "by their cells: asset_tag is `column 1` by content",
    );
    check(
        "A1,Philips,Baxter,X 1\nA2,BD,Philips,X 2\nA3,Hospira,BD,X 3\nA4,Philips,BD,X 1\n",
        "no column holds",
    );
}

#[test]
fn prices_rooms_and_weights_are_no_versions() {
    #[track_caller]
    fn check(cells: [&str; 4], expected: &str) {
        let rows =
            cells.iter().zip(1..).map(|(cell, at)| format!("A{at},Acme,X,{cell}\n"));
        let text: String =
            std::iter::once("tag,maker,model,Wersja\n".to_owned()).chain(rows).collect();
        let found = columns(&text);
        let found = found.iter().find(|pair| pair.ends_with("=Wersja"));
        assert_eq!(found.map_or("", |pair| pair), expected, "{cells:?}");
    }

    let version = "software_version=Wersja";
    check(["2.0.1", "2.0.2", "", "1.9"], version);
    check(["v2", "v3", "2.5", "v2"], version);
    check(["Rev. K", "J.10", "B.12", "A.01"], version);
    check(["2266.13", "1292.94", "310.00", "99.10"], "");
    check(["2.5 kg", "12.5 kg", "1.5 kg", "3.5 kg"], "");
    check(["OR 1", "OR 2", "ICU 2", "Lab"], "department=Wersja");
    check(["12", "13", "14", "12"], "");
    check(["2018-06-20", "2019-01-02", "2018-06-20", ""], "received_date=Wersja");
    check(["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"], "ip=Wersja");
    check(["v1.0", "v1.0", "v1.0", "v1.0"], "");
}

#[test]
fn two_columns_that_could_be_one_field_are_neither() {
    let rows: String =
        (1..9).map(|at| format!("A{at},Acme,X,v1.{at},v2.{at}\n")).collect();
    let found = columns(&format!("tag,maker,model,Wersja,Stand\n{rows}"));
    assert!(!found.iter().any(|pair| pair.starts_with("software_version")), "{found:?}");
    let rows: String =
        (1..9).map(|at| format!("A{at},Acme,X,2018-06-0{at},2026-06-0{at}\n")).collect();
    let found = columns(&format!("tag,maker,model,Od,Do\n{rows}"));
    assert!(!found.iter().any(|pair| pair.contains("date")), "{found:?}");
}

#[test]
fn numbers_of_the_hospital_and_of_the_maker_are_told_apart() {
    let rows: String = (1..9)
        .map(|at| format!("DE40{at}33{at}A,{at},Philips,MX{}00,ward-{at}\n", at % 3))
        .collect();
    let found = columns(&rows);
    assert_eq!(
        found,
        [
            "asset_tag=column 2",
            "serial=column 1",
            "manufacturer=column 3",
            "model=column 4",
            "department=column 5"
        ]
    );
    // Names in a network are there once each as well.
    let rows: String = (1..9).map(|at| format!("A{at},Acme,X,PUMP-00{at}\n")).collect();
    let found = columns(&format!("tag,maker,model,Sieć\n{rows}"));
    assert_eq!(found, ["asset_tag=tag", "manufacturer=maker", "model=model"]);
}

#[test]
fn columns_by_their_number_read_the_next_export_in_the_same_way() {
    let mut table = Table::open(ROWS.as_bytes()).unwrap();
    let mapping = table.read(&Mapping::default()).unwrap().mapping();
    let next = "A9,Acme,Roadrunner,trap,2\n";
    let parsed = parse(next.as_bytes(), &mapping).unwrap();
    assert_eq!(parsed.value.devices[0].asset_tag, "A9");
    assert_eq!(parsed.value.builds[0].maker, "Acme");
    // Headings since: they are no device.
    let headed = format!("Asset Tag,Manufacturer,Model,Description,Version\n{next}");
    let parsed = parse(headed.as_bytes(), &mapping).unwrap();
    assert_eq!(parsed.value.devices.len(), 1);

    let mut given = Mapping::default();
    for column in ["asset_tag=column 1", "manufacturer=column 2", "model=column 3"] {
        given.add(column).unwrap();
    }
    let parsed = parse(next.as_bytes(), &given).unwrap();
    assert_eq!(parsed.value.devices.len(), 1);
    let mut vain = Mapping::default();
    vain.add("asset_tag=column 9").unwrap();
    let refused = parse(next.as_bytes(), &vain).unwrap_err();
    assert!(refused.message.contains("no heading is `column 9`"), "{refused}");
    assert!(given.columns().iter().all(|column| column.field != Field::Version));
}
