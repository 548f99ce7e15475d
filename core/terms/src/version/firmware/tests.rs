use super::*;

fn read(text: &str) -> Version {
    text.parse().unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn noise_case_and_spelling_do_not_count() {
    #[track_caller]
    fn check(a: &str, b: &str) {
        assert_eq!(read(a).compare(&read(b)), Some(Ordering::Equal), "{a} and {b}");
    }

    check("v9.02.00", "9.2");
    check("SW 9.5", "9.5");
    check("R3.2", "V3.2");
    check("Rev. K", "K");
    check("Version A", "a");
    check("vD25", "D25");
    check("HD 16", "HD16");
    check("1.3.0 bld 14", "1.3.0 Build 14");
    check("2023.3_Build_9342", "2023.3 (Build 9342)");
    check("012U000061", "U61");
    check("028U000061", "012U000061");
    check("SW rel 2016-11-02", "November 2, 2016");
    check("07-August 2018", "20180807");
    check("v.2.1", "2.1");
    check("Windows7 SP1".get(7..).unwrap(), "7 Service Pack 1");
    check("3.0D15", "3.0 D15");
}

#[test]
fn a_text_that_is_not_one_version_is_refused() {
    #[track_caller]
    fn check(text: &str) {
        assert!(
            text.parse::<Version>().is_err(),
            "{text}: {:?}",
            text.parse::<Version>()
        );
    }

    check("");
    check("*");
    check("x.x");
    check("9.13 | 9.19 | 9.33");
    check("4.1 4.2");
    check("4.1/4.2");
    check("2868 v3.04");
    check("653 MCE 3.x");
    check("7900 MRI");
    check("vers:all/*");
    check("2131 and 2141");
    check("2.3.6 and below");
    check("<= 2.6A");
    check("8.x model 35700BAX2");
    check("Accu-Chek Inform II");
    check("CS2  Avance");
    check("1.54 (integrated into GE MobileLink)");
    check("Version A, Firmware A.03.09");
    check("august 28");
    check("* running on old systems");
    check("version");
    check("SP1");
    check("β.1");
    check(&"1.".repeat(200));
}

#[test]
fn a_version_covers_what_begins_with_it() {
    #[track_caller]
    fn check(prefix: &str, finer: &str) {
        assert!(read(prefix).covers(&read(finer)), "{prefix}, {finer}");
    }

    check("4.2", "4.2.7");
    check("4.2.0", "4.2");
    check("K", "K.21.42");
    check("C.00", "C.00.04");
    check("6.x", "6.05.13");
    check("6.x", "6");
    check("12.2.x.x", "12.2.8.100");
    check("4.20", "4.20 SR1");
    check("1.3.1", "1.3.1 Build 13");
    check("16", "16D38");
    check("May 2018", "2018-05-07");
}

#[test]
fn a_version_does_not_cover_what_only_looks_like_it() {
    #[track_caller]
    fn check(prefix: &str, other: &str) {
        assert!(!read(prefix).covers(&read(other)), "{prefix}, {other}");
    }

    check("4.2", "4.20");
    check("4.2.7", "4.2");
    check("K", "L.00");
    check("6.x", "7.1");
    check("12.2.x.x", "12.1.5");
    check("1.3.1 Build 13", "1.3.1");
    check("2.1.1.3069", "2.1.1");
    check("May 2018", "2018-06-07");
    check("U61", "L61");
    check("4", "VM4.1");
}

#[test]
fn what_is_read_can_be_looked_at() {
    let version = read("2023.3_Build_9342");
    assert_eq!(version.shape(), &Shape::Numbers);
    assert!(version.names_build());
    assert!(!version.is_pattern());
    assert!(read("12.2.x.x").is_pattern());
    assert_eq!(read("BT06").shape(), &Shape::Family("bt".into()));
    assert_eq!(read("C.00.04").shape(), &Shape::Revision);
    assert_eq!(read("SW dated 2016-03").shape(), &Shape::Date);
    assert_eq!(read("gmp_vct.42").shape(), &Shape::Family("gmp_vct".into()));
    assert_eq!(read("1.4.2.0-9d9eff4").parts().len(), 5);
    assert!(read("1.4.2.0-9d9eff4").names_build());
}

#[test]
fn a_refusal_says_where() {
    let error = "9.13 | 9.19".parse::<Version>().unwrap_err();
    assert_eq!(error.at, 5);
    let error = "8.x model 3".parse::<Version>().unwrap_err();
    assert_eq!(error.at, 4);
}
