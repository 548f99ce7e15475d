//! Any bytes, as they are and as the page of a sound document: places are numbers that can be
//! told, and pieces of text stand from the top down.

#![no_main]

use libfuzzer_sys::fuzz_target;
use reading::pdf;

fuzz_target!(|bytes: &[u8]| {
    read(bytes);
    read(&[b"%PDF-1.7\n", bytes].concat());
    // What a page writes, and what its font says that letters mean.
    let cut = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    let (page, map) = bytes.split_at(cut);
    let mut file = b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[7 0 R]>>>>endobj\n2 0 obj<</Kids[3 0 R]>>endobj\n3 0 obj<</Type/Page/Contents 4 0 R/Annots[7 0 R]/Resources<</Font<</F 5 0 R>>/XObject<</X 4 0 R>>>>>>endobj\n5 0 obj<</Subtype/Type0/ToUnicode 6 0 R>>endobj\n7 0 obj<</T(a)/FT/Tx/V(b)/Rect[0 0 9 9]>>endobj\n".to_vec();
    for (number, body) in [(4, page), (6, map)] {
        file.extend(
            format!("{number} 0 obj<</Subtype/Form/Length {}>>stream\n", body.len())
                .into_bytes(),
        );
        file.extend(body);
        file.extend(b"\nendstream endobj\n");
    }
    read(&file);
});

fn read(bytes: &[u8]) {
    let Ok(parsed) = pdf::parse(bytes) else { return };
    for (at, page) in parsed.value.pages.iter().enumerate() {
        assert_eq!(page.number, at + 1);
        assert!(page.pieces.iter().all(|it| it.left.is_finite() && it.line.is_finite()));
        assert!(page.pieces.is_sorted_by(|one, other| one.line <= other.line));
        for piece in &page.pieces {
            assert!(page.place(piece).to_string().starts_with("page "));
        }
    }
}
