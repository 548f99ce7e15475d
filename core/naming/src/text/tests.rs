use super::*;

fn atoms(text: &str) -> String {
    let atoms: Vec<_> =
        Text::read(&[text]).atoms.into_iter().map(|atom| atom.text).collect();
    atoms.join(" ")
}

#[test]
fn text_is_cut_where_letters_and_digits_meet() {
    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(atoms(text), expected);
    }

    check("IntelliVue MX-800", "intelli vue mx 800");
    check("DoseWise Portal", "dose wise portal");
    check("Plum A+", "plum a plus");
    check("CR-IR 357", "cr ir 357");
    check("BSM-6501A", "bsm 6501 a");
    check("SIGNA™ HDxt®", "signa hdxt");
    check("Großgerät Ü2", "grossgerat u 2");
    check("", "");
    check("--- ,", "");
}

#[test]
fn a_unit_is_found_however_it_is_joined_but_not_inside_a_longer_number() {
    #[track_caller]
    fn check(unit: &str, text: &str, expected: &str) {
        let (unit, text) = (Unit::read(unit).unwrap(), Text::read(&[text]));
        let found = if unit.occurrences(&text).next().is_some() { "found" } else { "-" };
        assert_eq!(found, expected, "{unit:?} {text:?}");
    }

    check("MR360", "Optima MR 360", "found");
    check("EC-40", "IntelliBridge EC40 Hub", "found");
    check("DoseWise", "DOSEWISE portal", "found");
    check("DoseWise", "Dose Wise Portal", "found");
    check("Q-Stress", "QStress", "found");
    check("5x0", "IGS 530", "found");
    check("Link+", "Agilia Link +", "found");
    check("7", "Vivid 70", "-");
    check("FX8", "FX80", "-");
    check("5x0", "IGS 535", "-");
    check("Link+", "Agilia Link", "-");
    check("M8102A", "M8102", "-");
}

#[test]
fn long_names_forgive_a_slip_and_short_ones_do_not() {
    #[track_caller]
    fn check(unit: &str, text: &str, expected: Option<Found>) {
        let (unit, text) = (Unit::read(unit).unwrap(), Text::read(&[text]));
        assert_eq!(unit.nearly(&text).map(|hit| hit.found), expected, "{unit:?}");
    }

    check("PETrace", "PETtrace 800", Some(Found::Misspelt));
    check("Configuration", "Config Tool", Some(Found::Shortened));
    check("Systems", "system", Some(Found::Exactly));
    check("Cardiovascular", "cardiovasculer", Some(Found::Misspelt));
    check("Delta", "Belta", None);
    check("FX8000X", "FX8001X", None);
}

#[test]
fn fields_are_never_joined() {
    let text = Text::read(&["EC", "40"]);
    assert!(Unit::read("EC40").unwrap().occurrences(&text).next().is_none());
}

proptest::proptest! {
    #[test]
    fn a_word_is_found_in_itself(word in "[A-Za-z0-9+-]{1,12}") {
        if let Some(unit) = Unit::read(&word) {
            let text = Text::read(&[&word]);
            let hit = unit.occurrences(&text).next();
            // An `x` between digits is a pattern, and still finds itself.
            proptest::prop_assert!(hit.is_some() || word.contains(['x', 'X']), "{:?}", unit);
        }
    }

    #[test]
    fn no_text_makes_it_panic(text: String, unit: String) {
        let text = Text::read(&[&text]);
        if let Some(unit) = Unit::read(&unit) {
            let _ = unit.occurrences(&text).count();
            let _ = unit.nearly(&text);
        }
    }
}
