//! Any bytes as a form: what is read reads back from a workbook of ours with the same answers,
//! and the rules say of each finding what it rests on.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mds2::lint::{Facts, lint};
use mds2::{Edition, parse, workbook};

fuzz_target!(|bytes: &[u8]| {
    let Ok(parsed) = parse(bytes) else { return };
    let form = parsed.value;
    let today = terms::date::day("2026-11-26").unwrap();
    for finding in lint(&form, &Facts::default(), today) {
        assert!(!finding.grounds.is_empty(), "{}", finding.rule.id);
    }
    // A cell has room for so much.
    if form.edition == Edition::Of2013 || bytes.len() > 20_000 {
        return;
    }
    let written = workbook::write(Some(&form)).unwrap();
    let again = parse(&written).unwrap().value;
    for question in Edition::Of2019.questions() {
        let said = form.said(question.id);
        // Of lines that differ the first that is not blank is written.
        if let ([one], Some(other)) =
            (said.entries.as_slice(), again.said(question.id).entry())
        {
            assert_eq!(one.answer, other.answer, "{}: {one:?}", question.id);
        }
    }
});
