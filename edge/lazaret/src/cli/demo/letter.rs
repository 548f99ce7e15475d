//! Letters and certificates of the sample: a page of a PDF that anybody can open.

use std::fmt::Write as _;

/// A page with one sentence, which has neither brackets nor letters beyond ASCII.
pub(super) fn page(sentence: &str) -> String {
    let drawn = format!("BT /F1 11 Tf 40 120 Td ({sentence}) Tj ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 420 200] /Contents 5 0 R \
         /Resources << /Font << /F1 4 0 R >> >> >>"
            .to_owned(),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{drawn}\nendstream", drawn.len()),
    ];
    let mut page = "%PDF-1.4\n".to_owned();
    let mut table = format!("0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (number, object) in (1..).zip(&objects) {
        let _ = writeln!(table, "{:010} 00000 n ", page.len());
        let _ = writeln!(page, "{number} 0 obj\n{object}\nendobj");
    }
    let (start, size) = (page.len(), objects.len() + 1);
    let _ = write!(
        page,
        "xref\n{table}trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    );
    page
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_page_can_be_opened_and_says_its_sentence() {
        let page = super::page("An invented plan.");
        let read = reading::pdf::parse(page.as_bytes()).unwrap();
        assert!(read.notes.is_empty(), "{:?}", read.notes);
        assert_eq!(reading::legible(page.as_bytes()), Ok(reading::Legible::Yes));
        let texts: Vec<&str> =
            read.value.pages[0].pieces.iter().map(|piece| piece.text.as_str()).collect();
        assert_eq!(texts.concat(), "An invented plan.");
    }
}
