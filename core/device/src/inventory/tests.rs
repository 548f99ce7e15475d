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
        "Nº Inventario,Marca,Modelo,Descripción",
        "A1,Acme,X,BOMBA",
        "A1|Acme|X|BOMBA||",
    );
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
        assert_eq!(parsed.notes.first().unwrap().to_string(), expected, "{rows}");
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
        "A1,Acme,X\nA0,Acme,Y\n",
        "the same device stands in row 2; the row is left out (at line 4, column asset tag)",
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
    assert!(parsed.notes[0].message.contains("no asset tag"), "{:?}", parsed.notes);
}

#[test]
fn doubled_headings_and_references_are_told() {
    let parsed = read("tag,company,model,model,maker\nA1,C,X,Y,0123\n");
    let notes: Vec<_> = parsed.notes.iter().map(ToString::to_string).collect();
    assert!(notes[0].contains("stands more than once"), "{notes:?}");
    assert!(notes[1].contains("references"), "{notes:?}");
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
