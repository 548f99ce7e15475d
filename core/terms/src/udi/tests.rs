use proptest::prelude::*;

use super::*;

/// Device identifier, lot, serial, expiry, manufactured; `-` where there is none.
#[track_caller]
fn shown(text: &str) -> String {
    let udi = Udi::parse(text).unwrap();
    let date = |date: Option<Date>| date.map_or("-".to_owned(), |date| date.to_string());
    format!(
        "{} {} {} {} {} {} {}",
        udi.agency(),
        udi.device_identifier().as_deref().unwrap_or("-"),
        udi.lot().unwrap_or("-"),
        udi.serial().unwrap_or("-"),
        date(udi.expiry()),
        date(udi.manufactured()),
        udi.check().word()
    )
}

#[test]
fn gs1_is_read_as_printed_and_as_scanned() {
    #[track_caller]
    fn check(text: &str) {
        let expected = "GS1 00844588003288 7654321D 10987654d321 2014-11-20 - right";
        assert_eq!(shown(text), expected, "{text:?}");
    }

    check("(01)00844588003288(17)141120(10)7654321D(21)10987654d321");
    check("[01]00844588003288[17]141120[10]7654321D[21]10987654d321");
    check("{01}00844588003288{17}141120{10}7654321D{21}10987654d321");
    check("(01) 00844588003288 (17) 141120\n(10) 7654321D (21) 10987654d321 ");
    for mark in SEPARATORS_WRITTEN {
        check(&format!("010084458800328817141120107654321D{mark}2110987654d321"));
        check(&format!(
            "]d20100844588003288{mark}17141120107654321D{mark}2110987654d321{mark}"
        ));
        check(&format!(
            "{mark}0100844588003288107654321D{mark}2110987654d321{mark}{mark}17141120"
        ));
    }
    for symbology in ["]C1", "]e0", "]d2", "]Q3", "]J1"] {
        check(&format!(
            "{symbology}0100844588003288171411202110987654d321\u{1D}107654321D"
        ));
    }
}

const SEPARATORS_WRITTEN: [&str; 9] =
    ["\u{1D}", "\u{241D}", "<GS>", "{GS}", "[GS]", "<FNC1>", "^]", "\\x1d", "\\u001D"];

#[test]
fn a_digital_link_says_what_element_strings_say() {
    #[track_caller]
    fn check(link: &str, expected: &str) {
        let udi = Udi::of_link(link).unwrap();
        assert_eq!(shown(udi.as_str()), format!("GS1 {expected}"), "{link}");
        assert_eq!(Udi::in_hand(&format!(" {link}\n")), Ok(udi), "{link}");
    }

    check(
        "https://id.gs1.org/01/00844588003288/21/S-100",
        "00844588003288 - S-100 - - right",
    );
    check("id.gs1.org/01/844588003288/21/S-100", "00844588003288 - S-100 - - right");
    check(
        "HTTPS://maker.example/de/gtin/00844588003288/lot/7654321D/ser/1%2F0?exp=141120#top",
        "00844588003288 7654321D 1/0 2014-11-20 - right",
    );
    check(
        "http://maker.example/01/00844588003288/10/A1/21/B(21)?17=141100&linkType=all;11=131120",
        "00844588003288 A1 B(21) 2014-11 2013-11-20 right",
    );

    for other in [
        "https://maker.example/pumps/01",
        "https://maker.example/01/12345",
        "https://maker.example/01/00844588003288/21/%20",
        "https://maker.example/01/00844588003288/21/%C3%A9",
        "https://maker.example/01/00844588003288/21/100%",
        "https://maker.example/01/00844588003288?17=99",
        "https://maker.example/01/00844588003288/21/123456789012345678901",
        "maker.example/01/00844588003288",
        "(01)00844588003288",
        "",
    ] {
        let refusal = Udi::of_link(other).unwrap_err();
        assert_eq!(refusal.at, 0, "{other}");
    }
}

#[test]
fn what_is_in_hand_is_read_in_small_letters_and_with_blanks_around_it() {
    let read = |text: &str| Udi::in_hand(text).unwrap();
    assert_eq!(read("+a999xyz10012").device_identifier().as_deref(), Some("A999XYZ1001"));
    assert_eq!(read(" (01)00844588003288(21)s-1 ").serial(), Some("s-1"));
    assert!(Udi::in_hand("n/a").is_err());
}

#[test]
fn hibcc_is_read_in_one_symbol_and_in_two() {
    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(shown(text), format!("HIBCC {expected}"), "{text}");
    }

    check("+A123BJC5D6E71G", "A123BJC5D6E71 - - - - right");
    check("*+A123BJC5D6E71G*", "A123BJC5D6E71 - - - - right");
    check("]C0+A123BJC5D6E71G", "A123BJC5D6E71 - - - - right");
    check("A123BJC5D6E71", "A123BJC5D6E71 - - - - none");
    check("+$$52001510X3GD", "- 10X3 - 2020-01-15 - right");
    check("+$$52001510X3+ ", "- 10X3 - 2020-01-15 - right");
    check("+2001510X3GB", "- 10X3 - 2020-01-15 - wrong");
    check(
        "+A99912349/$10X3/16D20111231/14D20200131/Q500Z",
        "A99912349 10X3 - 2020-01-31 2011-12-31 right",
    );
    check("+A99912349/$10X3/16D20111231", "A99912349 10X3 - - 2011-12-31 none");
    check("+A999ABC123DE0/$+1234567Y", "A999ABC123DE0 - 1234567 - - right");
    check("+A99912345/$$2033121ABCX", "A99912345 ABC - 2021-03-31 - wrong");
    check("+A99912345/$$421033112ABCX", "A99912345 ABC - 2021-03-31 - wrong");
    check("+A99912345/$$62109012ABCX", "A99912345 ABC - 2021-03-31 - wrong");
    check("+A99912345/$$+1125SX", "A99912345 - S 2025-11 - wrong");
    check("+A99912345/$$+7SX", "A99912345 - S - - wrong");
}

#[test]
fn iccbba_is_read() {
    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(shown(text), format!("ICCBBA {expected} none"), "{text}");
    }

    check(
        "=/A9999XYZ100T0944=,000025=A99971312345600=>014032=}013032&,1000000000000XYZ123",
        "A9999XYZ100T0944 000000000000XYZ123 000025 2014-02-01 2013-02-01",
    );
    check("A9999XYZ100T0944", "A9999XYZ100T0944 - - - -");
    check("=)1TE123456A&)RZ12345678", "1TE123456A RZ12345678 - - -");
    check("=/A9999XYZ100T0944&>0200602359", "A9999XYZ100T0944 - - 2020-02-29 -");
    check("=/A9999XYZ100T0944=>999365", "A9999XYZ100T0944 - - 1999-12-31 -");
    let udi = Udi::parse("=A99971312345600=/A9999XYZ100T0944").unwrap();
    assert_eq!(udi.donation(), Some("A99971312345600"));
}

#[test]
fn a_device_identifier_alone_has_fourteen_digits() {
    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(shown(text), format!("GS1 {expected}"), "{text}");
    }

    check("09504000059118", "09504000059118 - - - - right");
    check("9504000059118", "09504000059118 - - - - right");
    check("614141000036", "00614141000036 - - - - right");
    check("40170725", "00000040170725 - - - - right");
    check("]E09504000059118", "09504000059118 - - - - right");
}

#[test]
fn a_wrong_check_character_is_told_and_no_refusal() {
    #[track_caller]
    fn check(text: &str, written: char, computed: char) {
        let udi = Udi::parse(text).unwrap();
        assert_eq!(udi.check(), Check::Wrong { written, computed }, "{text}");
        assert!(udi.device_identifier().is_some());
    }

    check("(01)00208851107345(17)150331", '5', '7');
    check("00208851107345", '5', '7');
    check("(01)987979879879(11)191015(17)220101(10)M320(21)AC221", '9', '8');
    check("+A123BJC5D6E71H", 'H', 'G');
    check("+A99912345/$$52001510X3/16D20111212/S77DEFG45/", '/', '7');
}

#[test]
fn software_versions_quantities_and_other_parts_are_kept() {
    let udi = Udi::parse("(01)00844588003288(8012)2.1.0(30)24(240)X-1").unwrap();
    assert_eq!(udi.software_version(), Some("2.1.0"));
    assert_eq!(udi.quantity(), Some(24));
    let parts: Vec<_> = udi.parts().collect();
    assert_eq!(parts[3], (Kind::Other, "240", "X-1"));
    assert_eq!(Udi::parse("+EHWD3551419/$$900100F").unwrap().quantity(), Some(100));
    let lot = Udi::parse("(01)00844588003288(10)A(B)C(1)(21)7").unwrap();
    assert_eq!(lot.lot(), Some("A(B)C(1)"), "brackets may stand in a value");
}

#[test]
fn years_of_two_digits_are_those_of_2026() {
    #[track_caller]
    fn check(date: &str, expected: &str) {
        let udi = Udi::parse(&format!("(01)00844588003288(17){date}")).unwrap();
        assert_eq!(udi.expiry().unwrap().to_string(), expected);
    }

    check("141120", "2014-11-20");
    check("761231", "2076-12-31");
    check("770101", "1977-01-01");
    check("251100", "2025-11");
    check("240229", "2024-02-29");
}

#[test]
fn says_where_it_stopped_reading() {
    #[track_caller]
    fn check(text: &str, at: usize, expected: &str) {
        let refusal = Udi::parse(text).unwrap_err();
        assert_eq!((refusal.at, &*refusal.expected), (at, expected), "{text}");
    }

    let start = "`(`, `+`, `=`, an application identifier or a device identifier";
    check("", 0, start);
    check(" 09504000059118", 0, start);
    check("é", 0, start);
    let unknown = "an application identifier of GS1";
    check("1234567", 7, "6 digits");
    check("(01)00844588003288(99", 18, "a digit");
    check("(01)008445880032881", 18, "a separator: 14 characters are allowed");
    check("(05)1", 1, unknown);
    check("0100844588003288 17", 16, unknown);
    check("0100844588003288068", 16, unknown);
    check("01911972534034\u{1D}103456789", 14, "a digit");
    check("010084458800328", 15, "14 digits");
    check("(01)00844588003", 15, "14 digits");
    check("(01)00844588003288x", 18, "a digit");
    check("0191197253403428110BOGUS", 19, "a digit");
    check("010084458800328817141320", 20, "a month");
    check("010084458800328817140230", 22, "a day of that month, or 00");
    let long = "0191197253403428213456789-012\u{1D}10001189998819991197253";
    check(long, 52, "a separator: 20 characters are allowed");
    check("(01)00844588003288(10)Lós", 23, "a character of GS1's set 82");
    check("(10)A(10)B", 9, "the value that stood there before");
    check("]d2", 3, "an application identifier");
    check("\u{1D}", 1, "an application identifier");

    check("+", 1, "a labeler, `$` or a date");
    check("*A*", 1, "`+`");
    check("+a123", 1, "a character of HIBC");
    check("+A1231", 5, "6 to 23 characters of labeler, product and unit");
    check("+A123BJC5D6EXG", 12, "the digit of the unit of measure");
    check("A123B", 5, "6 to 23 characters of labeler, product and unit");
    check("A123-X1", 4, "a capital letter or digit");
    check("Radical-7", 1, "a capital letter or digit");
    check("+A99912345/$$3130231X", 14, "a date");
    check("+A99912345/$$X", 13, "a month, or a flag from 2 to 9");
    check("+A99912345/$$420020224LX", 20, "an hour");
    check("+A99912345/$$520400X", 16, "a day of the year");
    check("+A99912345/$1234567890123456789X", 30, "at most 18 characters");
    check("+A99912345/16D201112128X", 22, "the end of the date");
    check("+A99912345//X", 11, "a data identifier such as `S`, `16D` or `14D`");
    check("+A99912345/16D2011", 17, "a digit");

    check("=", 0, "a data identifier of ISBT 128");
    check("=/A9999XYZ100T094", 17, "16 characters");
    check("=/A9999XYZ100T0944=>014400", 23, "a day of the year");
    check("=/A9999XYZ100T0944=>01403x", 25, "a digit");
    check("=/A9999XYZ100T0944?", 18, "a data identifier of ISBT 128");
    check(&"1".repeat(3000), 2335, "at most 2335 bytes");
}

proptest! {
    #[test]
    fn what_is_read_prints_as_it_was(
        text in "(\\(01\\)[0-9]{14})?(\\((10|21|17|11)\\)[0-9A-Z]{1,8}){0,3}\
                |[0-9]{14,40}|\\+[A-Z0-9$/]{1,30}|[=&][/),>}&A-Z0-9]{1,40}|\\PC{0,20}",
    ) {
        match Udi::parse(&text) {
            Ok(udi) => {
                prop_assert_eq!(udi.to_string(), &*text);
                for (_, name, value) in udi.parts() {
                    prop_assert!(text.contains(name) && text.contains(value));
                    prop_assert!(!value.is_empty());
                }
                prop_assert!(udi.parts().next().is_some());
            }
            Err(refusal) => prop_assert!(refusal.at <= text.chars().count()),
        }
    }

    #[test]
    fn scanned_and_printed_forms_say_the_same(
        device in "[0-9]{14}",
        lot in "[0-9A-Za-z-]{1,20}",
        serial in "[0-9A-Za-z.]{1,20}",
    ) {
        let printed = Udi::parse(&format!("(01){device}(10){lot}(21){serial}")).unwrap();
        let scanned = Udi::parse(&format!("]d201{device}10{lot}\u{1D}21{serial}")).unwrap();
        prop_assert_eq!(printed.device_identifier(), scanned.device_identifier());
        prop_assert_eq!(printed.lot(), scanned.lot());
        prop_assert_eq!(printed.serial(), Some(serial.as_str()));
        prop_assert_eq!(printed.check(), scanned.check());
    }

    #[test]
    fn one_wrong_digit_is_always_seen(device in "[0-9]{13}", at in 0_usize..14) {
        let check = (0..10).map(|digit| format!("{device}{digit}"));
        let right: Vec<String> = check
            .filter(|text| Udi::parse(text).unwrap().check() == Check::Right)
            .collect();
        prop_assert_eq!(right.len(), 1);
        let mut digits = right[0].clone().into_bytes();
        digits[at] = b'0' + (digits[at] - b'0' + 1) % 10;
        let changed = String::from_utf8(digits).unwrap();
        prop_assert_ne!(Udi::parse(&changed).unwrap().check(), Check::Right);
    }
}
