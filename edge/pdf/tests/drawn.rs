//! What a PDF of a report is: tagged, the same bytes each time, and its data text and nothing
//! else. `cargo test --package pdf --features typst`; in CI the release build draws the reports
//! of a house (`xtask/judges/pdf.py`).

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

use reading::pdf::{Piece, parse};
use serde_json::{Value, json};

fn report(sections: Value) -> Value {
    json!({
        "kind": "board",
        "title": "Where it stands",
        "organisation": "Größe & Söhne",
        "as_of": "2026-11-26",
        "knowledge": "Advisories of 2 h ago",
        "label": "TLP:AMBER+STRICT",
        "lead": "The lead.",
        "note": "The note.",
        "sections": sections,
    })
}

fn section(blocks: Value) -> Value {
    json!([{ "heading": "A heading", "blocks": blocks }])
}

fn drawn(report: &Value) -> Vec<u8> {
    pdf::draw(&serde_json::to_vec(report).unwrap()).unwrap()
}

fn has(bytes: &[u8], word: &str) -> bool {
    bytes.windows(word.len()).any(|window| window == word.as_bytes())
}

/// The text of each page, without what is between letters.
fn pages(bytes: &[u8]) -> Vec<String> {
    let told = parse(bytes).unwrap().value;
    let letters = |piece: &Piece| {
        piece.text.chars().filter(|it| !it.is_whitespace() && *it != '\u{200b}').collect()
    };
    told.pages
        .iter()
        .map(|page| page.pieces.iter().map(letters).collect::<Vec<String>>().concat())
        .collect()
}

fn table(rows: usize) -> Value {
    let rows: Vec<[String; 3]> = (0..rows)
        .map(|at| [format!("Row {at}"), "text ".repeat(9), at.to_string()])
        .collect();
    json!({
        "block": "table",
        "caption": "A table",
        "columns": [
            { "name": "Namehead", "align": "text" },
            { "name": "Texthead", "align": "text" },
            { "name": "Counthead", "align": "number" },
        ],
        "rows": rows,
    })
}

fn every_block(text: &str) -> Value {
    section(json!([
        { "block": "paragraph", "text": text },
        { "block": "steps", "steps": [{ "text": text, "beside": text }] },
        {
            "block": "table", "caption": text,
            "columns": [{ "name": text, "align": "text" }], "rows": [[text]],
        },
        {
            "block": "plot", "title": text, "alt": text, "bars": "beside", "series": [text, text],
            "whole": 0, "unit": "percent", "rows": [{ "label": text, "values": [40, null] }],
        },
        {
            "block": "plot", "title": text, "alt": text, "bars": "stacked", "series": [text, text],
            "whole": 9, "unit": "controls", "rows": [{ "label": text, "values": [0, 9] }],
        },
        {
            "block": "finding", "name": text, "verdict": { "word": "met", "label": text },
            "why": text, "lines": [{ "name": text, "text": text }],
            "facts": [{
                "text": text, "class": text, "source": text, "date": null, "age": text,
            }],
        },
    ]))
}

#[test]
fn it_is_tagged_and_says_which_standard_it_keeps() {
    let bytes = drawn(&report(every_block("word")));
    for word in ["/MarkInfo", "/Marked true", "/StructTreeRoot", "/Lang", "pdfuaid:part"]
    {
        assert!(has(&bytes, word), "{word}");
    }
    for tag in ["/H1", "/H2", "/H3", "/TH", "/Figure", "/Caption", "/Alt", "/L"] {
        assert!(has(&bytes, tag), "{tag}");
    }
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    let one = report(every_block("Größe"));
    let first = drawn(&one);
    drawn(&report(json!([])));
    assert!(first == drawn(&one), "another drawing in between changes nothing");
}

#[test]
fn whatever_stands_in_a_report_is_text() {
    for text in [
        "#eval(\"1\")",
        "#panic()",
        "#read(\"/report.json\")",
        "#include \"/main.typ\"",
        "*x* _y_ `z` $a^2$",
        "= No heading",
        "\\ // /* ] } ) @label <label> ~ --- \"",
        "Größe, Łódź, naïve, 100 % ✓",
    ] {
        let mut told = report(every_block(text));
        told["title"] = text.into();
        told["organisation"] = text.into();
        told["lead"] = text.into();
        let text: String = text.chars().filter(|it| !it.is_whitespace()).collect();
        let shown = pages(&drawn(&told)).concat();
        assert!(shown.matches(&text).count() >= 20, "{text}: {shown}");
    }
}

#[test]
fn what_no_font_can_show_stands_as_its_number() {
    let shown = pages(&drawn(&report(every_block("医療 🩺 한 \u{202e}gpj"))));
    for number in ["⟨U+533B⟩", "⟨U+1FA7A⟩", "⟨U+D55C⟩", "⟨U+202E⟩gpj"] {
        assert!(shown.concat().contains(number), "{number}: {shown:?}");
    }
}

#[test]
fn each_page_says_whose_it_is_and_a_long_table_repeats_its_heads() {
    let shown = pages(&drawn(&report(section(json!([table(200)])))));
    assert!(shown.len() > 3, "{}", shown.len());
    for (at, page) in shown.iter().enumerate() {
        for word in [
            "Größe&Söhne·Whereitstands",
            "TLP:AMBER+STRICT",
            "Asof2026-11-26",
            "Counthead",
        ] {
            assert!(page.contains(word), "{word}: {page}");
        }
        assert!(page.contains(&format!("{}/{}", at + 1, shown.len())), "{page}");
    }
    for row in [0, 100, 199] {
        assert!(shown.concat().contains(&format!("Row{row}")), "{row}");
    }
}

#[test]
fn long_names_and_nothing_at_all_are_drawn() {
    assert_eq!(pages(&drawn(&report(json!([])))).len(), 1);
    let long = "pkg:npm/%40scope/".to_owned() + &"x".repeat(600);
    let shown = pages(&drawn(&report(every_block(&long)))).concat();
    assert!(shown.matches(&long).count() >= 10);
    for no_report in ["", "{}", "null", "{\"title\":1}"] {
        let refused = pdf::draw(no_report.as_bytes());
        assert!(matches!(refused, Err(pdf::PdfError::NotReport(_))), "{no_report}");
    }
    let mut strange = report(section(json!([{ "block": "table" }])));
    strange["sections"][0]["blocks"][0]["columns"] = "x".into();
    let refused = pdf::draw(&serde_json::to_vec(&strange).unwrap());
    assert!(matches!(refused, Err(pdf::PdfError::Drawing(_))), "{refused:?}");
}
