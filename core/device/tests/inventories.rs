//! Real inventories.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "a test reads files and fails by panicking"
)]

mod corpus;

use std::collections::BTreeSet;

use device::inventory::{
    Done, Field, Kind, Mapping, Output, Report, Row, Table, write_csv, write_workbook,
};
use reading::Rejected;

fn read(
    bytes: &[u8],
    mapping: &Mapping,
) -> Result<(Vec<Row>, Report, Mapping), Rejected> {
    let mut table = Table::open(bytes)?;
    let mut reader = table.read(mapping)?;
    let mapping = reader.mapping();
    let (mut rows, mut row) = (Vec::new(), Row::default());
    while reader.read(&mut row)? {
        rows.push(row.clone());
    }
    Ok((rows, reader.finish(), mapping))
}

fn file(name: &str) -> Option<Vec<u8>> {
    corpus::path(name).map(|path| std::fs::read(path).unwrap())
}

/// `field=heading` of each column that is a field.
fn shown(mapping: &Mapping) -> Vec<String> {
    let columns = mapping.columns().iter();
    columns.map(|column| format!("{}={}", column.field, column.heading)).collect()
}

#[test]
fn an_export_of_snipe_it_is_read() {
    let Some(bytes) = file("corpus/inventories/snipe-it__assets-sample.csv") else {
        return;
    };
    let (rows, report, mapping) = read(&bytes, &Mapping::default()).unwrap();
    assert_eq!(rows.len(), 22);
    assert_eq!(
        shown(&mapping),
        [
            "asset_tag=Asset Tag",
            "manufacturer=Manufacturer",
            "model=Model",
            "model=Model Number",
            "description=Category",
            "site=Location",
            "owner=Checked Out To: Username",
            "received_date=Purchase Date",
            "end_of_support=Asset EOL Date",
        ]
    );
    let first = &rows[0];
    assert_eq!(first.text(Field::AssetTag), "ICC-2065556");
    assert_eq!(first.text(Field::Model), "Macbook Pro 13\" 1786VM80X07");
    assert_eq!(first.text(Field::Received), "2023-01-23");
    assert_eq!(first.text(Field::EndOfSupport), "2028-10-27");
    assert_eq!(first.other("Purchase Cost"), "2266.13");
    assert_eq!(report.complaints.total(), 0, "{:?}", report.complaints.kept().first());
}

#[test]
fn a_ruined_export_is_read_with_what_is_wrong_in_it() {
    let Some(bytes) = file("corpus/inventories/snipe-it__assets-sample-BAD.csv") else {
        return;
    };
    let (rows, report, mapping) = read(&bytes, &Mapping::default()).unwrap();
    assert_eq!(rows.len(), 200);
    assert!(shown(&mapping).contains(&"serial=Serial".to_owned()));
    assert_eq!(rows.iter().filter(|row| row.text(Field::Serial).is_empty()).count(), 17);
    assert!(rows.iter().all(|row| row.text(Field::Model).contains("E+")));
    let notes: Vec<String> = report.notes.iter().map(ToString::to_string).collect();
    assert!(notes.iter().any(|note| note.contains("Mac Roman")), "{notes:?}");
    assert!(notes.iter().any(|note| note.contains("`Category` stands more than once")));
    // The second company is kept under a heading of its own.
    assert!(rows[0].others().any(|(heading, _)| heading == "Company (2)"));
    // A spreadsheet rounded every number of a model.
    let counts: Vec<_> = report.complaints.counts().collect();
    assert_eq!(counts, [(Kind::Rounded, "Model Number", Done::Kept, 200)]);
}

#[test]
fn a_list_of_places_is_no_inventory() {
    let Some(bytes) = file("corpus/inventories/snipe-it__locations-sample.csv") else {
        return;
    };
    let refused = read(&bytes, &Mapping::default()).unwrap_err();
    assert!(refused.message.contains("no column holds what the device is"), "{refused}");
}

/// The fields of the labelled inventory that its cells show by themselves.
const SHOWN: [(&str, usize); 9] = [
    ("asset_tag", 1),
    ("serial", 6),
    ("mac", 9),
    ("ip", 10),
    ("manufacturer", 2),
    ("model", 3),
    ("software_version", 5),
    ("department", 7),
    ("received_date", 12),
];

#[test]
fn the_labelled_inventory_without_its_headings_is_read_by_its_cells() {
    let Some(bytes) = file("gold/inventory.csv") else { return };
    let text = String::from_utf8(bytes).unwrap();
    let (_, rows) = text.split_once('\n').unwrap();
    let (read_rows, _, mapping) = read(rows.as_bytes(), &Mapping::default()).unwrap();
    let (headed, ..) = read(text.as_bytes(), &Mapping::default()).unwrap();
    assert_eq!(read_rows.len(), headed.len());
    let shown = shown(&mapping);
    for (field, column) in SHOWN {
        assert!(
            shown.contains(&format!("{field}=column {column}")),
            "{field}: {shown:?}"
        );
    }
    for field in [Field::AssetTag, Field::Maker, Field::Model, Field::Version] {
        let of = |row: &Row| row.text(field).to_owned();
        assert!(read_rows.iter().map(of).eq(headed.iter().map(of)), "{field}");
    }
}

#[test]
fn the_labelled_inventory_under_headings_that_nobody_knows_is_read_by_its_cells() {
    let Some(bytes) = file("gold/inventory.csv") else { return };
    let text = String::from_utf8(bytes).unwrap();
    let (_, rows) = text.split_once('\n').unwrap();
    let polish = "Nr ewidencyjny,Wytwórca,Nazwa handlowa,Rodzaj,Wersja,Nr fabryczny,\
        Oddział,Kod,Adres karty,Adres sieciowy,Stan,Od kiedy";
    let headed = format!("{polish}\n{rows}");
    let (read_rows, _, mapping) = read(headed.as_bytes(), &Mapping::default()).unwrap();
    let names: Vec<&str> = polish.split(',').collect();
    let shown = shown(&mapping);
    for (field, column) in SHOWN {
        let name = names[column - 1];
        assert!(shown.contains(&format!("{field}={name}")), "{field}: {shown:?}");
    }
    assert!(read_rows.iter().all(|row| row.text(Field::AssetTag).starts_with("BME-")));
}

#[test]
fn the_labelled_inventory_is_read_and_survives_both_ways_of_writing_it() {
    let Some(bytes) = file("gold/inventory.csv") else { return };
    let (rows, report, mapping) = read(&bytes, &Mapping::default()).unwrap();
    let lines = String::from_utf8_lossy(&bytes).lines().count() - 1;
    let left_out =
        report.complaints.counts().filter(|(kind, ..)| *kind == Kind::Duplicate);
    assert_eq!(rows.len(), lines - left_out.map(|(.., count)| count).sum::<usize>());
    assert_eq!(
        shown(&mapping),
        [
            "asset_tag=asset_tag",
            "serial=serial",
            "udi=udi_di",
            "mac=mac",
            "ip=ip",
            "manufacturer=manufacturer",
            "model=model",
            "description=description",
            "software_version=software_version",
            "department=department",
            "status=status",
            "install_date=install_date",
        ]
    );
    let keys: BTreeSet<_> = rows.iter().filter_map(Row::device_key).collect();
    assert_eq!(keys.len(), rows.len());

    let outputs = Output::all(&[]);
    let mapping = Mapping::of_outputs(&outputs);
    let mut csv = Vec::new();
    write_csv(&mut csv, &outputs, &rows).unwrap();
    let workbook = write_workbook(&outputs, &rows).unwrap();
    assert_eq!(workbook, write_workbook(&outputs, &rows).unwrap(), "the same bytes");
    for bytes in [csv, workbook] {
        let (again, ..) = read(&bytes, &mapping).unwrap();
        assert!(rows.iter().map(Row::digest).eq(again.iter().map(Row::digest)));
    }
}
