use super::*;

/// A document of one page that writes this.
fn document(content: &str, more: &str) -> Vec<u8> {
    format!(
        "%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R{}>>\nendobj\n\
         2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 600 800]\
         /Resources<</Font<</F 5 0 R>>>>>>\nendobj\n\
         3 0 obj\n<</Type/Page/Parent 2 0 R/Contents 4 0 R/Annots[7 0 R 8 0 R 9 0 R]>>\nendobj\n\
         4 0 obj\n<</Length {}>>\nstream\n{content}\nendstream\nendobj\n\
         5 0 obj\n<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>\nendobj\n\
         {more}\ntrailer\n<</Root 1 0 R>>\n%%EOF\n",
        if more.contains("/T") { "/AcroForm<</Fields[7 0 R 8 0 R]>>" } else { "" },
        content.len()
    )
    .into_bytes()
}

/// The pieces of all pages: text, then points from the left and from the top.
#[track_caller]
fn pieces(bytes: &[u8]) -> Vec<String> {
    let parsed = parse(bytes).unwrap_or_else(|why| panic!("{why}"));
    let pages = parsed.value.pages.iter();
    let pieces = pages.flat_map(|page| &page.pieces);
    pieces
        .map(|it| format!("{} {} {}", it.text, it.left.round(), it.line.round()))
        .collect()
}

#[test]
fn text_stands_where_the_page_puts_it() {
    #[track_caller]
    fn check(content: &str, expected: &[&str]) {
        assert_eq!(pieces(&document(content, "")), expected, "{content}");
    }

    check("BT /F 10 Tf 50 700 Td (MPII-1) Tj ET", &["MPII-1 50 100"]);
    check(
        "BT /F 10 Tf 1 0 0 1 50 700 Tm (a) Tj 0 -20 Td (b) Tj T* (c) Tj ET",
        &["a 50 100", "b 50 120", "c 50 120"],
    );
    check(
        "BT /F 10 Tf 12 TL 50 700 Td (a) Tj (b) ' T* (c) Tj ET",
        &["a 50 100", "b 50 112", "c 50 124"],
    );
    check("q 2 0 0 2 10 20 cm BT /F 10 Tf 20 340 Td (a) Tj ET Q", &["a 50 100"]);
    check(
        "BT /F 10 Tf 50 700 Td [(Y) 20 (es) -2000 (No)] TJ ET",
        &["Yes 50 100", "No 87 100"],
    );
    check("BT /F 10 Tf 50 700 Td [(a) -250 (b)] TJ ET", &["a b 50 100"]);
    check(
        "BT /F 10 Tf 50 700 Td (caf\\351 \\(x\\)) Tj <4142> Tj ET",
        &["café (x) 50 100", "AB 83 100"],
    );
    // What stands on its side is no line.
    check("BT /F 10 Tf 0 1 -1 0 50 700 Tm (side) Tj ET", &[]);
    check(
        "BT /F 10 Tf 50 700 Td (a) Tj ET BI /W 1 ID \0(x) EI BT /F 10 Tf 50 680 Td (b) Tj ET",
        &["a 50 100", "b 50 120"],
    );
    check("BT /G 10 Tf 50 700 Td (no font) Tj ET ) ] > } garbage", &[]);
}

#[test]
fn pages_may_be_turned() {
    #[track_caller]
    fn check(turn: u16, matrix: &str, expected: &str) {
        let content = format!("BT /F 10 Tf {matrix} Tm (a) Tj ET");
        let text = String::from_utf8(document(&content, "")).unwrap();
        let text = text.replace("/MediaBox", &format!("/Rotate {turn}/MediaBox"));
        assert_eq!(pieces(text.as_bytes()), [expected], "{turn}");
    }

    check(0, "1 0 0 1 50 700", "a 50 100");
    check(90, "0 1 -1 0 100 50", "a 50 100");
    check(180, "-1 0 0 -1 550 100", "a 50 100");
    check(270, "0 -1 1 0 500 750", "a 50 100");
}

#[test]
fn level_lines_are_kept_where_they_are_drawn() {
    #[track_caller]
    fn check(content: &str, expected: &[[f64; 3]]) {
        let parsed = parse(&document(content, "")).unwrap().value;
        let rules: Vec<_> =
            parsed.pages[0].rules.iter().map(|it| [it.left, it.right, it.line]).collect();
        assert_eq!(rules, expected, "{content}");
    }

    check("50 700 m 150 700 l S", &[[50.0, 150.0, 100.0]]);
    check("150 700 m 50 700 l 50 600 l S", &[[50.0, 150.0, 100.0]]);
    check("50 600 100 100 re S", &[[50.0, 150.0, 100.0], [50.0, 150.0, 200.0]]);
    check("50 600 100 100 re W n", &[]);
    check("50 700 m 53 700 l S", &[]);
    check("50 700 m 150 600 l S", &[]);
}

#[test]
fn fields_and_typed_text_come_in_at_their_places() {
    let more = "7 0 obj<</T(a)/FT/Tx/V(Yes)/Subtype/Widget/Rect[100 695 160 709]>>endobj \
        8 0 obj<</T(b)/FT/Btn/AS/On/Subtype/Widget/Rect[200 695 210 705]>>endobj \
        9 0 obj<</Subtype/FreeText/Contents<FEFF004E006F>/Rect[300 695 360 709]>>endobj";
    let bytes = document("BT /F 10 Tf 50 695 Td (MPII-1) Tj ET", more);
    let parsed = parse(&bytes).unwrap().value;
    let all: Vec<_> = parsed.pages[0]
        .pieces
        .iter()
        .map(|it| (it.text.as_str(), it.source.clone()))
        .collect();
    let field = |name: &str| Source::Field(name.to_owned());
    for piece in [
        ("MPII-1", Source::Printed),
        ("Yes", field("a")),
        ("☒", field("b")),
        ("No", Source::Typed),
    ] {
        assert!(all.contains(&piece), "{piece:?} {all:?}");
    }
}

#[test]
fn the_last_object_of_a_number_counts_and_broken_tables_are_no_fault() {
    let mut bytes = document("BT /F 10 Tf 50 700 Td (old) Tj ET", "");
    let newer = "BT /F 10 Tf 50 700 Td (new) Tj ET";
    bytes.extend(
        format!(
            "4 0 obj<</Length 5 0 R>>stream\n{newer}\nendstream endobj\nstartxref\n9999\n"
        )
        .bytes(),
    );
    assert_eq!(pieces(&bytes), ["new 50 100"]);
}

#[test]
fn what_cannot_be_read_is_refused_with_what_to_do() {
    #[track_caller]
    fn check(bytes: &[u8], message: &str) {
        let refused = parse(bytes).unwrap_err();
        assert!(refused.message.contains(message), "{refused}");
        assert!(!refused.hint.is_empty());
    }

    check(b"", "no PDF");
    check(b"%PDF-1.4", "no catalog");
    check(b"%PDF-1.4 1 0 obj<</Type/Catalog>>endobj", "no page");
    let text = String::from_utf8(document("", "")).unwrap();
    check(
        text.replace("/Root 1 0 R", "/Root 1 0 R/Encrypt 9 0 R").as_bytes(),
        "encrypted",
    );
    check(
        "%PDF-1.4"
            .bytes()
            .chain(b"1 0 obj(".repeat(60_000))
            .collect::<Vec<_>>()
            .as_slice(),
        "damaged",
    );
}

#[test]
fn limits_hold_and_are_told() {
    // A stream that unpacks to more than is read.
    use std::io::Write as _;
    let mut packed =
        flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    let blanks = vec![b' '; 1 << 20];
    for _ in 0..=(limits::PDF_UNPACKED_MAX >> 20) {
        packed.write_all(&blanks).unwrap();
    }
    let packed = packed.finish().unwrap();
    let mut bytes = document("", "");
    bytes.extend(
        format!("4 0 obj<</Filter/FlateDecode/Length {}>>stream\n", packed.len()).bytes(),
    );
    bytes.extend(packed);
    bytes.extend(b"\nendstream endobj");
    let parsed = parse(&bytes).unwrap();
    assert!(parsed.notes.iter().any(|note| note.message.contains("unpack to more")));
    // A form that draws itself, arrays within arrays, kids that are their own parents.
    let nested = format!("4 0 obj{}endobj", "[".repeat(100_000));
    let mut bytes = document("/X Do", "");
    bytes.extend(nested.bytes());
    bytes.extend(b"2 0 obj<</Kids[2 0 R 3 0 R]/Resources<</XObject<</X 6 0 R>>>>>>endobj 6 0 obj<</Subtype/Form/Length 5>>stream\n/X Do\nendstream endobj");
    assert_eq!(pieces(&bytes), Vec::<String>::new());
}

#[test]
fn letters_that_no_font_explains_are_counted() {
    let more =
        "5 0 obj<</Subtype/Type0/DescendantFonts[6 0 R]>>endobj 6 0 obj<</DW 500>>endobj";
    let parsed =
        parse(&document("BT /F 10 Tf 50 700 Td <00410042> Tj ET", more)).unwrap();
    assert_eq!(parsed.value.pages[0].pieces[0].text, "\u{FFFD}\u{FFFD}");
    assert!(parsed.notes[0].message.starts_with("2 letters are of fonts"));
    let map = "1 begincodespacerange <0000> <FFFF> endcodespacerange 1 beginbfrange <0041> <0042> <0059> endbfrange 1 beginbfchar <0043> <00660069> endbfchar";
    let more = format!(
        "5 0 obj<</Subtype/Type0/ToUnicode 6 0 R>>endobj 6 0 obj<</Length {}>>stream\n{map}\nendstream endobj",
        map.len()
    );
    assert_eq!(
        pieces(&document("BT /F 10 Tf 50 700 Td <004100420043> Tj ET", &more)),
        ["YZfi 50 100"]
    );
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(bytes: Vec<u8>, cut in 0_usize..1200, flip: u8, content in "\\PC{0,80}") {
        let _ = parse(&bytes);
        let _ = parse(&[b"%PDF-1.7\n", &bytes[..]].concat());
        let _ = parse(&document(&content, ""));
        let mut real = document("BT /F 10 Tf 50 700 Td [(a) -250 (b)] TJ ET", "");
        let at = cut % real.len();
        real[at] ^= flip;
        let _ = parse(&real);
    }

    #[test]
    fn what_is_packed_in_any_usual_way_comes_out(text in "[a-zA-Z0-9 ]{1,60}") {
        let content = format!("BT /F 10 Tf 50 700 Td ({text}) Tj ET");
        let hex: String = content.bytes().map(|byte| format!("{byte:02x}")).collect();
        let mut bytes = document("", "");
        bytes.extend(format!("4 0 obj<</Filter[/ASCIIHexDecode]/Length {}>>stream\n{hex}>\nendstream endobj", hex.len() + 1).bytes());
        let expected = if text.trim().is_empty() { vec![] } else { vec![format!("{text} 50 100")] };
        proptest::prop_assert_eq!(pieces(&bytes), expected);
    }
}
