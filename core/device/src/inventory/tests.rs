use super::*;

#[track_caller]
fn read(text: &str) -> Parsed<Inventory> {
    parse(text.as_bytes(), &Mapping::default()).unwrap()
}

fn shown(parsed: &Parsed<Inventory>) -> Vec<String> {
    let inventory = &parsed.value;
    inventory
        .devices
        .iter()
        .map(|device| {
            let build = &inventory.builds[device.build];
            [
                &device.asset_tag,
                &build.maker,
                &build.model,
                &build.description,
                &build.version,
                &device.received,
            ]
            .map(String::as_str)
            .join("|")
        })
        .collect()
}

#[test]
fn columns_are_recognised_in_the_words_of_many_systems() {
    #[track_caller]
    fn check(head: &str, row: &str, expected: &str) {
        assert_eq!(shown(&read(&format!("{head}\n{row}\n"))), [expected], "{head}");
    }

    check(
        "asset_tag,manufacturer,model,description,software_version,install_date",
        "A1,Acme,X,PUMP,1.0,2018-06-20",
        "A1|Acme|X|PUMP|1.0|2018-06-20",
    );
    check("Asset Tag,Mfr,Model No.,Equipment Name", "A1,Acme,X,PUMP", "A1|Acme|X|PUMP||");
    check(
        "Control No;Hersteller;Modell;Bezeichnung",
        "A1;Acme;X;PUMPE",
        "A1|Acme|X|PUMPE||",
    );
    check(
        "Tag Number\tManufacturer\tModel Name\tModel Number",
        "A1\tAcme\tX\t77",
        "A1|Acme|X 77|||",
    );
    check("sys_id,manufacturer,model_id.name,firmware", "A1,Acme,X,2", "A1|Acme|X||2|");
    check(
        "Inventar;Hersteller;Gerät;Typ;SW-Stand",
        "A1;Acme;Zetaline;X 5;2.1",
        "A1|Acme|X 5 Zetaline||2.1|",
    );
    check("Inventar;Hersteller;Gerät;FW-Stand", "A1;Acme;X;2.1", "A1|Acme|X||2.1|");
    check(
        "Inventarnummer;Hersteller;Modell;Programmversion",
        "A1;Acme;X;2.1",
        "A1|Acme|X||2.1|",
    );
    check(
        "Numéro d'inventaire;Fabricant;Modèle;Version du micrologiciel",
        "A1;Acme;X;2.1",
        "A1|Acme|X||2.1|",
    );
    check(
        "Numéro d'inventaire;Fabricant;Modèle;Révision logicielle",
        "A1;Acme;X;2.1",
        "A1|Acme|X||2.1|",
    );
    check(
        "Nº Inventario;Marca;Modelo;Versión del firmware",
        "A1;Acme;X;2.1",
        "A1|Acme|X||2.1|",
    );
    check(
        "Nº Inventario,Marca,Modelo,Descripción",
        "A1,Acme,X,BOMBA",
        "A1|Acme|X|BOMBA||",
    );
    check(
        "Numéro d'inventaire;Fabricant;Modèle;Désignation;Version logicielle",
        "A1;Acme;X;POMPE;2",
        "A1|Acme|X|POMPE|2|",
    );
    check("ASSET TAG,MFR,MODEL NO.,DESC,FW REV", "A1,Acme,X,PUMP,2", "A1|Acme|X|PUMP|2|");
    check(
        "ENTRY NUMBER^MANUFACTURER^MODEL^EQUIPMENT CATEGORY",
        "7^Acme^X^PUMP",
        "7|Acme|X|PUMP||",
    );
    check(
        "name,vendor,model_number,purchase_date",
        "A1,Acme,X,06/20/2018",
        "A1|Acme|X|||2018-06-20",
    );
}

#[test]
fn title_lines_marks_quotes_and_line_ends_do_not_matter() {
    #[track_caller]
    fn check(text: &str) {
        assert_eq!(
            shown(&read(text)),
            ["A1|Acme, Inc.|X|||", "A2|Acme|Y|||"],
            "{text:?}"
        );
    }

    check("asset tag,maker,model\nA1,\"Acme, Inc.\",X\nA2,Acme,Y\n");
    check("\u{FEFF}asset tag,maker,model\r\nA1,\"Acme, Inc.\",X\r\nA2,Acme,Y");
    check("asset tag,maker,model\rA1,\"Acme, Inc.\",X\rA2,Acme,Y\r");
    check(
        "Inventory of today,,\n\nasset tag,maker,model\nA1,\"Acme, Inc.\",X\n\nA2 , Acme ,Y,\n",
    );
    check("asset tag,maker,model\nA1,\"Acme,  Inc.\",X\nA2,Acme,\"=\"\"Y\"\"\"\n");
}

#[test]
fn rows_that_cannot_be_used_are_named_by_line() {
    #[track_caller]
    fn check(rows: &str, expected: &str) {
        let parsed = read(&format!("asset tag,maker,model\nA0,Acme,Z\n{rows}"));
        assert!(parsed.notes.iter().any(|note| note.to_string() == expected), "{rows}");
    }

    check(
        ",Acme,X\n",
        "the row has neither asset tag nor serial number; the row is left out (at line 3)",
    );
    check(
        "A1,Acme,X,1,2\n",
        "5 cells where the headings are 3; the row is left out (at line 3)",
    );
    check(
        "A1,Acme,X\nA0,Acme,Z\n",
        "the same device stands in row 2; the row is left out (at line 4, column asset tag)",
    );
    check(
        "A1,Acme,X\nA0,Acme,Y\n",
        "row 4 says something else of the same device (model), and nobody can tell which is \
         right; the row is left out (at line 2)",
    );
    let neither = "A1 has neither model nor description (at line 3, column asset tag)";
    check("A1,Acme,\n", neither);
    check("A1,Acme,N/A\n", neither);
    let long = format!("A1,Acme,{}\n", "x".repeat(70_000));
    check(&long, "a cell is too long; the row is left out (at line 3)");
}

#[test]
fn the_serial_number_stands_in_where_there_is_no_column_of_tags() {
    let parsed = read("serial no,maker,model\nS1,Acme,X\n");
    assert_eq!(shown(&parsed), ["S1|Acme|X|||"]);
    let parsed = read("tag,serial no,maker,model\n,S1,Acme,X\nA2,S2,Acme,X\n");
    assert_eq!(shown(&parsed), ["A2|Acme|X|||"]);
    let notes: Vec<_> = parsed.notes.iter().map(ToString::to_string).collect();
    assert!(notes.iter().any(|note| note.contains("no asset tag")), "{notes:?}");
    assert_eq!(parsed.value.rows_left_out, 1);
}

#[test]
fn doubled_headings_and_references_are_told() {
    let parsed = read("tag,company,model,model,maker\nA1,C,X,Y,0123\n");
    let notes: Vec<_> = parsed.notes.iter().map(ToString::to_string).collect();
    for message in ["stands more than once", "references"] {
        assert!(notes.iter().any(|note| note.contains(message)), "{notes:?}");
    }
}

#[test]
fn a_table_without_a_needed_column_is_refused_with_what_to_do() {
    #[track_caller]
    fn check(text: &str, message: &str) {
        let refused = parse(text.as_bytes(), &Mapping::default()).unwrap_err();
        assert!(refused.message.contains(message), "{}", refused.message);
    }

    check("maker,model,colour\nAcme,X,red\n", "asset_tag");
    check("asset tag,colour,weight\nA1,red,3\n", "what the device is");
    check("", "empty");
    check("\n\n\n", "empty");
}

#[test]
fn lines_are_those_that_an_editor_counts() {
    #[track_caller]
    fn check(text: &str, expected: &[usize]) {
        let lines =
            read(text).value.devices.iter().map(|device| device.line).collect::<Vec<_>>();
        assert_eq!(lines, expected, "{text:?}");
    }

    check("tag,maker,model\nA1,B,X\nA2,B,X\n", &[2, 3]);
    check("tag,maker,model\r\nA1,B,X\r\nA2,B,X", &[2, 3]);
    check("tag,maker,model\rA1,B,X\rA2,B,X\r", &[2, 3]);
    check("\n\ntag,maker,model\n\n\nA1,B,X\r\n\r\nA2,B,X\n", &[6, 8]);
    check("tag,maker,model\nA1,B,\"X\nY\r\nZ\"\nA2,B,X\n", &[2, 5]);
}

#[test]
fn a_dealer_is_no_maker_and_the_version_of_something_else_no_release() {
    for heading in ["Supplier", "Lieferant", "OS Version", "App Version", "Revision"] {
        let head = format!("Asset Tag,Make,Model,{heading}");
        let parsed = read(&format!("{head}\nA1,Acme,X,10.0\n"));
        assert_eq!(shown(&parsed), ["A1|Acme|X|||"], "{heading}");
        let notes = parsed.notes.iter().map(ToString::to_string);
        let told = notes.collect::<Vec<_>>().join("\n");
        assert!(told.contains(&format!("headings not used: `{heading}`")), "{told}");
    }
    // Whoever means that the dealer is the maker says so.
    let only = b"Asset Tag,Supplier,Model\nA1,Acme,X\n";
    let refused = parse(only, &Mapping::default()).unwrap_err();
    assert!(refused.message.contains("and a maker"), "{refused}");
}

#[test]
fn a_number_that_a_spreadsheet_worked_out_is_no_release() {
    let head = "Asset Tag,Make,Model,Version";
    for version in ["2.09999999999999", "2.9999999999999996", "2.100000000000"] {
        let parsed = read(&format!("{head}\nA1,Acme,X,{version}\n"));
        assert_eq!(shown(&parsed), ["A1|Acme|X|||"], "{version}");
        let notes = parsed.notes.iter().map(ToString::to_string);
        let told = notes.collect::<Vec<_>>().join("\n");
        assert!(told.contains("as a spreadsheet works it out"), "{told}");
    }
    for version in ["2.20261128", "2.09999999999999.1"] {
        let parsed = read(&format!("{head}\nA1,Acme,X,{version}\n"));
        assert_eq!(shown(&parsed), [format!("A1|Acme|X||{version}|")]);
    }
}

#[test]
fn a_long_number_that_a_spreadsheet_rounded_is_complained_about_and_kept() {
    let read = read(
        "Asset tag,Serial number,Manufacturer,Model,Version\n\
         1,6.37702E+15,Meridian,6.3E+12,2.1\n2,SN-9E+12,Meridian,Pump,1\n",
    );
    // The first says how the columns are read.
    let told: Vec<String> = read.notes.iter().skip(1).map(ToString::to_string).collect();
    assert_eq!(told.len(), 2, "{told:?}");
    for (told, column) in told.iter().zip(["Serial number", "Model"]) {
        assert!(told.contains(column), "{told}");
        assert!(
            told.contains("without its last digits; it is kept as written"),
            "{told}"
        );
    }
    assert_eq!(read.value.devices.len(), 2);
}

#[test]
fn a_release_that_holds_from_some_day_on_is_none_of_today() {
    let head = "Asset Tag,Make,Model,Version";
    for version in ["4.2 ab 01.02.2027", "2.3 (valid from 2026-01-01)", "4.2 from 2027"] {
        let parsed = read(&format!("{head}\nA1,Acme,X,{version}\nA2,Acme,X,2.1\n"));
        assert_eq!(shown(&parsed), ["A1|Acme|X|||", "A2|Acme|X||2.1|"], "{version}");
        let notes = parsed.notes.iter().map(ToString::to_string);
        let told = notes.collect::<Vec<_>>().join("\n");
        assert!(told.contains("says from when a version holds"), "{told}");
    }
    // Since when a release runs, and from which one it came, leave it what it is.
    for version in ["4.2 installed 2026-01-01", "4.2 upgraded from 4.1"] {
        let parsed = read(&format!("{head}\nA1,Acme,X,{version}\n"));
        assert_eq!(shown(&parsed), [format!("A1|Acme|X||{version}|")]);
    }
}

#[test]
fn what_each_column_is_taken_for_is_told_and_what_is_not_used() {
    let parsed = read("tag,model,maker,colour\nA1,X,Acme,red\n");
    let notes: Vec<_> = parsed.notes.iter().map(ToString::to_string).collect();
    assert_eq!(
        notes,
        [
            "asset_tag is `tag`, manufacturer is `maker`, model is `model`; \
             headings not used: `colour` (at line 1)",
            "no column holds the software version: what hangs on it is in doubt (at line 1)",
        ]
    );
}

#[test]
fn a_quote_that_does_not_close_is_named_and_swallowed_rows_are() {
    #[track_caller]
    fn check(text: &str, line: usize) {
        let refused = parse(text.as_bytes(), &Mapping::default()).unwrap_err();
        assert!(refused.message.contains("does not close"), "{refused}");
        assert_eq!(refused.place, Place::Line { line, column: 0 }, "{text:?}");
    }

    check("tag,maker,model\nA1,B,X\nA2,B,\"24 X\nA3,B,Y\n", 3);
    check("tag,maker,model\r\n\r\nA2,B,\"24\"\" X\r\nA3,B,Y\r\n", 3);
    check("\"tag,maker,model\nA1,B,X\n", 1);
    let inch = read("tag,maker,model\nA1,B,24\" X\nA2,B,\"24\"\" X\"\nA3,B,\"Y\"");
    assert_eq!(inch.value.devices.len(), 3);
    let swallowed = read("tag,maker,model\nA1,B,\"24 X\nA2,B,X\nA3,B\",\nA4,B,X\n");
    let notes: Vec<_> = swallowed.notes.iter().map(ToString::to_string).collect();
    assert!(
        notes.iter().any(|note| note.contains("lines that look like rows")),
        "{notes:?}"
    );
    let prose = read("tag,maker,model,notes\nA1,B,X,\"one, two\nthree\"\n");
    let notes: Vec<_> = prose.notes.iter().map(ToString::to_string).collect();
    assert!(!notes.iter().any(|note| note.contains("look like rows")), "{notes:?}");
}

#[test]
fn an_inventory_of_which_nothing_was_read_is_refused() {
    #[track_caller]
    fn check(text: &str, message: &str) {
        let refused = parse(text.as_bytes(), &Mapping::default()).unwrap_err();
        assert!(refused.message.contains(message), "{refused}");
    }

    check("tag,maker,model\n", "headings and no rows");
    check(
        "tag,maker,model\n,Acme,X\n,Acme,Y\n",
        "none of the 2 rows can be used; the first",
    );
}

#[test]
fn other_formats_are_refused_by_name() {
    #[track_caller]
    fn check(bytes: &[u8], name: &str) {
        let refused = parse(bytes, &Mapping::default()).unwrap_err();
        assert!(refused.message.contains(name), "{refused}");
        assert!(refused.message.len() < 2_000);
    }

    check(&[0x1F, 0x8B, 8, 0], "gzip");
    check(&[0xFD, b'7', b'z', b'X', b'Z', 0], "xz");
    check(&[0x28, 0xB5, 0x2F, 0xFD, 1], "zstd");
    check(b"%PDF-1.7", "PDF");
    check(b"\xEF\xBB\xBF {\"devices\":[]}", "JSON");
    check("[".repeat(10_000).as_bytes(), "JSON");
    check(b"<?xml version='1.0'?><a/>", "XML");
    check(b"t\0a\0g\0", "UTF-16");
    check("x,".repeat(10_000).as_bytes(), "no column holds");
}

#[test]
fn a_person_may_name_the_columns() {
    let mut mapping = Mapping::default();
    mapping.add("asset_tag=Kennung").unwrap();
    mapping.add("model = Ding").unwrap();
    let text = "Kennung,maker,Ding\nA1,Acme,X\n";
    assert_eq!(shown(&parse(text.as_bytes(), &mapping).unwrap()), ["A1|Acme|X|||"]);
    assert!(mapping.add("colour=X").is_err());
    assert!(mapping.add("model").is_err());
    let mut wrong = Mapping::default();
    wrong.add("asset_tag=Nowhere").unwrap();
    assert!(parse(text.as_bytes(), &wrong).is_err());
    let mut wrong = Mapping::default();
    wrong.add("software_version=Nope").unwrap();
    let refused = parse(b"tag,maker,model\nA1,Acme,X\n", &wrong).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "no heading is `Nope`, which should be the software_version; \
         the headings are: tag, maker, model (at line 1)"
    );
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(bytes: Vec<u8>) {
        let _ = parse(&bytes, &Mapping::default());
    }

    #[test]
    fn every_tag_comes_out_once(tags in proptest::collection::vec("[a-c]{1,2}", 0..20)) {
        let rows: String = tags.iter().map(|tag| format!("{tag},Acme,X\n")).collect();
        let parsed = parse(format!("asset tag,maker,model\n{rows}").as_bytes(), &Mapping::default());
        let distinct: std::collections::BTreeSet<_> = tags.iter().collect();
        if let Ok(parsed) = parsed {
            proptest::prop_assert_eq!(parsed.value.devices.len(), distinct.len());
        }
    }
}
