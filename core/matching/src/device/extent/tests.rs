use super::*;
use crate::device::judge::span;

#[track_caller]
fn check(text: &str, expected: &str) {
    let reading = read(text, &[], Some("2017"));
    let spans: Vec<_> = reading.spans.iter().map(span).collect();
    let all = if reading.all == All::Yes { "all " } else { "" };
    assert_eq!(format!("{all}{}", spans.join("; ")), expected, "{text}: {reading:?}");
}

#[test]
fn operators_are_read_with_and_without_blanks() {
    check("<= 2.6A", "<= 2.6A");
    check("<=2.3.5", "<= 2.3.5");
    check("< V7.58", "< V7.58");
    check("≥ 4.0", ">= 4.0");
    check("2.0+", ">= 2.0");
    check(">= 1.3.4 | < 1.5.3", ">= 1.3.4 and < 1.5.3");
    check("vers:all/>=1.0|<2.0", ">= 1.0 and < 2.0");
    check("> V1.1 and < V1.3.2", "> V1.1 and < V1.3.2");
    check("<=2023.3_Build_9342", "<= 2023.3 Build 9342");
    check("<=3.8.0_Something_1", "<= 3.8.0");
    check("<= U61 |<= L81", "<= U61; <= L81");
    check("<=FB", "<= FB");
    check("<= 12.2.x.x", "<= 12.2.x.x");
}

#[test]
fn prose_is_read_as_operators_are() {
    check("Versions 9.33 and prior", "<= 9.33");
    check("2.3.6 and  below", "<= 2.3.6");
    check("Version 3.1 or prior", "<= 3.1");
    check("All versions prior to 7.2.5.7", "all < 7.2.5.7");
    check("All Versions 2.0 and later", "all >= 2.0");
    check("Versions 1.0.0 through 1.1.1", ">= 1.0.0 and <= 1.1.1");
    check("versions 1.1 to 1.3.2, which are not sold in the U.S.", ">= 1.1 and <= 1.3.2");
    check("12.6.1-12.6.7", ">= 12.6.1 and <= 12.6.7");
    check("up to and including 4.2", "<= 4.2");
    check("from 2.0 through 2.5", ">= 2.0 and <= 2.5");
    check("K and prior", "<= K");
    check("Software 04.00.00 or newer", ">= 04.00.00");
    check("SW 3.36 and 3.40", "3.36; 3.40");
}

#[test]
fn lists_wildcards_and_everything_are_read() {
    check("9.13 | 9.19 | 9.33 | 12.1", "9.13; 9.19; 9.33; 12.1");
    check("4.20 | 4.20 SR1 | 4.30", "4.20; 4.20 SR1; 4.30");
    check("1.1.3 MR Build 11", "1.1.3 MR Build 11");
    check("4.X | 5.X", "4.X; 5.X");
    check("5.0|5.1", "5.0; 5.1");
    check("16 | 16D38 | >= 20D29 | <= v20D32", "16; 16D38; >= 20D29 and <= v20D32");
    check("vers:all/*", "all ");
    check("* (end-of-life 2011)", "all ");
    check("<= 1.54 (integrated into GE MobileLink)", "<= 1.54");
}

#[test]
fn dates_are_read_and_take_the_year_of_the_advisory() {
    check("<May 2018", "< May 2018");
    check("< august 28", "< august 28 2017");
    check("<  november 29 2017", "< november 29 2017");
    check("distributed  < april 1, 2018", "< april 1 2018");
    check("<April/13/2023", "< April 13 2023");
}

#[test]
fn what_is_no_version_stays_a_word() {
    check("Accu-Chek Inform II", "");
    check("", "");
    check("to be determined", "");
    assert_eq!(read("A10 < A11", &[], None).damage, Damage::Yes);
    assert_eq!(read("9.13 | 9.19", &[], None).damage, Damage::No);
}

#[test]
fn a_version_stands_where_the_rules_of_judgement_put_it() {
    #[track_caller]
    fn check(version: &str, text: &str, expected: Standing) {
        let spans = read(text, &[], None).spans;
        let version: Version = version.parse().unwrap();
        assert_eq!(standing(&version, &spans), expected, "{text}");
    }

    check("9.5", "<= 9.33", Standing::Inside);
    check("9.33", "<= 9.33", Standing::Named);
    check("9.34", "<= 9.33", Standing::Outside);
    check("K.21", "<= K", Standing::Inside);
    check("L", "<= K", Standing::Outside);
    check("3.1.4", "<= 3.1", Standing::Inside);
    check("4.20 SR2", "<= 4.20", Standing::Outside);
    check("4.1L1", "<= 4.1", Standing::Outside);
    check("R4.1L1 SP2", "<= 4.1", Standing::Partial);
    check("R4.2L1 SP2", "<= 4.1", Standing::Outside);
    check("4.2.7", "4.2 | 4.3", Standing::Inside);
    check("4.4", "4.2 | 4.3", Standing::Outside);
    check("2.1.1", "2.1.1.3069", Standing::Partial);
    check("1.3.1", "1.3.1 Build 13", Standing::Partial);
    check("1.3.1 Build 14", "1.3.1 Build 13", Standing::Outside);
    check("12.2.8.100", "<= 12.2.x.x", Standing::Inside);
    check("12.1.5", "<= 12.2.x.x", Standing::Inside);
    check("4.5.3", ">= 4.0 | < 4.5.x", Standing::Partial);
    check("4.4.3", ">= 4.0 | < 4.5.x", Standing::Inside);
    check("4.6", ">= 4.0 | < 4.5.x", Standing::Outside);
    check("3.1", "< 3.x", Standing::Outside);
    check("6.05.13", "6.x", Standing::Inside);
    check("2024.2", "< 2024.2", Standing::Outside);
    check("U62", "<= U61 | <= L81", Standing::Outside);
    check("VM6.0", "<= VM5.0", Standing::Outside);
    check("May 2016", "<= 5.0", Standing::Incomparable);
}

proptest::proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text: String) {
        let _ = read(&text, &[], Some("2020"));
    }

    #[test]
    fn a_listed_version_is_always_among_the_listed(a in 0_u32..40, b in 0_u32..40, c in 0_u32..40) {
        let text = format!("{a}.{b} | {b}.{c}");
        let spans = read(&text, &[], None).spans;
        let version: Version = format!("{b}.{c}").parse().unwrap();
        proptest::prop_assert_eq!(standing(&version, &spans), Standing::Named);
    }

    #[test]
    fn below_a_bound_everything_lower_is_inside(a in 0_u32..40, b in 1_u32..40) {
        let spans = read(&format!("<= {a}.{b}"), &[], None).spans;
        let version: Version = format!("{a}.{}", b - 1).parse().unwrap();
        proptest::prop_assert!(standing(&version, &spans) <= Standing::Named);
    }
}

#[test]
fn trains_revisions_and_plain_ranges() {
    check("20-33", ">= 20 and <= 33");
    check("V191-V195", ">= V191 and <= V195");
    check("01-03 | 01-04", "01-03; 01-04");
    check("9.40083.00.05 (Rev T) and earlier", "<= 9.40083.00.05 Rev T");
    check("3.3 SP1 and earlier 3.x versions", ">= 3.x and <= 3.3 SP1");
    check("all V05.xx versions", "all V05.xx");
    check("2.11 R3 2259 or prior", "<= 2.11 R3");
}
