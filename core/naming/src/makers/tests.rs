use super::*;

#[track_caller]
fn check(a: &str, b: &str, expected: &str) {
    let makers = Makers::built_in();
    let word = |a: &str, b: &str| {
        let (a, b) = (makers.read(a), makers.read(b));
        makers.compare(&a, &b).map_or("-", MakerMatch::word)
    };
    assert_eq!(word(a, b), expected, "{a} | {b}");
    assert_eq!(word(b, a), expected, "{b} | {a}");
}

fn empty() -> Makers {
    let (groups, names, whole) = (Vec::new(), BTreeMap::new(), BTreeSet::new());
    Makers { groups, names, whole, longest: 0 }
}

#[test]
fn the_data_is_read_and_broad() {
    let mut makers = empty();
    makers.extend(BUILT_IN).unwrap();
    assert!(makers.len() > 600, "{}", makers.len());
    assert!(makers.groups.len() > 150, "{}", makers.groups.len());
    for group in &makers.groups {
        assert!(!group.name.is_empty());
    }
}

#[test]
fn legal_form_case_and_punctuation_do_not_count() {
    check("B.Braun", "B. BRAUN MEDICAL INC", "exact");
    check("Dräger", "DRAEGER", "exact");
    check("DrÃ¤ger Medical", "Draegerwerk AG & Co. KGaA", "alias");
    check("Getinge AB", "GETINGE", "exact");
    check("Illumina, Inc.", "illumina", "exact");
    check("ST. JUDE MEDICAL, INC.", "St Jude Medical", "exact");
}

#[test]
fn names_of_one_company_are_known_from_the_data() {
    check("BD", "Becton, Dickinson and Company (BD)", "alias");
    check("GE Healthcare", "General Electric (GE)", "alias");
    check("GE MEDICAL SYSTEMS INFORMATION TECHNOLOGIES", "GE Healthcare", "alias");
    check("J&J", "Johnson & Johnson", "alias");
}

#[test]
fn what_was_bought_belongs_to_the_buyer_and_siblings_stay_apart() {
    check("Datex-Ohmeda", "General Electric (GE)", "family");
    check("Mortara", "Hillrom", "family");
    check("Welch Allyn", "Baxter", "family");
    check("Covidien LP", "Medtronic", "family");
    check("ATL / Philips", "Philips", "alias");
    check("Hospira (ICU Medical)", "Pfizer", "family");
    check("Gambro", "Welch Allyn", "-");
    check("Fresenius Medical Care", "Fresenius Kabi", "-");
    check("Philips", "GE Healthcare", "-");
}

#[test]
fn joint_makers_brackets_and_former_names_are_parts() {
    check("Silex Technology and GE Healthcare", "GE", "alias");
    check("Silex Technology and GE Healthcare", "silex technology america", "alias");
    check("Zymed / Philips", "Philips", "alias");
    check("Hill-Rom (formerly Mortara)", "Hillrom", "alias");
    check(
        "ENEA, Green Hills Software, ITRON, IP Infusion, and Wind River",
        "Wind River Systems",
        "alias",
    );
}

#[test]
fn slips_are_forgiven_in_long_names_only() {
    check("Medtroinc", "Medtronic", "spelling");
    check("Boston Scietific", "Boston Scientific", "spelling");
    check("BD", "BB", "-");
    check("Zoll", "Zolk", "-");
}

#[test]
fn makers_that_nobody_listed_are_compared_by_spelling() {
    check("Acme Imaging", "ACME Imaging Systems GmbH", "exact");
    check("Acme", "Acme Imaging", "spelling");
    check("Acme Imaging", "Apex Imaging", "-");
    check("", "Acme", "-");
    check("---", "Acme", "-");
}

#[test]
fn a_hospital_adds_its_own_names_and_a_broken_file_is_refused() {
    let mut makers = Makers::built_in();
    makers
        .extend("[[maker]]\nname = \"Acme\"\nsame = [\"Road Runner Supplies\"]\n")
        .unwrap();
    let (a, b) = (makers.read("acme"), makers.read("Road Runner Supplies"));
    assert_eq!(makers.compare(&a, &b), Some(MakerMatch::Alias));
    assert!(makers.extend("[[maker]]\nnam = 1").is_err());
    assert!(makers.extend("{").is_err());
}

#[test]
fn a_name_of_many_words_is_looked_up_no_longer_than_known_names_are() {
    let more = "x ".repeat(30_000);
    check(&format!("Philips {more}"), "Philips", "alias");
    check(&format!("{more} Philips"), "Philips", "-");
}

#[test]
fn parts_of_a_joint_vendor_go_on_and_short_names_slip_with_their_general_words() {
    check("Innovat", "ACME CONTACT, Innovat Security Technologies", "spelling");
    check("Innovat", "ACME CONTACT, Novat Security Technologies", "-");
    check("Wexel Electronics", "Wxeel Electronics", "spelling");
    check("Wexel", "Wxeel", "-");
}

#[test]
fn a_text_begins_with_a_maker_only_where_its_whole_name_stands_there() {
    let makers = Makers::built_in();
    let leading = |text: &str| makers.leading(text).unwrap_or_default();
    assert_eq!(leading("Siemens SIMATIC WinCC"), "Siemens");
    assert_eq!(leading("InTouch Access Anywhere"), "");
    assert_eq!(leading("Siemens"), "");
    assert_eq!(leading(""), "");
}

#[test]
fn a_name_alone_is_a_known_maker_or_none() {
    let mut makers = empty();
    let data = "[[maker]]\nname = \"Acme Medical\"\nsame = [\"Acme\"]\n\
        related = [\"Pumpworks\", \"Roadrunner\"]\n[[maker]]\nname = \"Roadrunner\"\n";
    makers.extend(data).unwrap();
    #[track_caller]
    fn check(makers: &Makers, text: &str, expected: &str) {
        assert_eq!(makers.known(text).unwrap_or_default(), expected, "{text}");
    }

    check(&makers, "ACME GmbH", "Acme Medical");
    check(&makers, "Coyote (formerly Acme)", "Acme Medical");
    check(&makers, "Pumpworks", "Acme Medical");
    check(&makers, "Roadrunner", "Roadrunner");
    check(&makers, "Acme Pumpline 900", "");
    check(&makers, "Pumpwroks", "");
    check(&makers, "", "");
    check(&makers, "GmbH", "");
}

#[test]
fn a_name_that_is_known_only_as_the_beginning_of_longer_ones_may_be_any_of_them() {
    let mut makers = empty();
    let data = "[[maker]]\nname = \"Acme Medical Care\"\n[[maker]]\nname = \"Acme Kobi\"\n\
        [[maker]]\nname = \"Roadrunner\"\n[[maker]]\nname = \"Roadrunner Pumps\"\n";
    makers.extend(data).unwrap();
    #[track_caller]
    fn check(makers: &Makers, a: &str, b: &str, expected: &str) {
        for (a, b) in [(a, b), (b, a)] {
            let (a, b) = (makers.read(a), makers.read(b));
            let word = makers.compare(&a, &b).map_or("-", MakerMatch::word);
            assert_eq!(word, expected, "{a:?} | {b:?}");
        }
    }

    check(&makers, "ACME", "Acme Kobi", "spelling");
    check(&makers, "ACME", "Acme Kobi GmbH", "spelling");
    check(&makers, "ACME", "Acme Medical Care", "exact");
    check(&makers, "Acme Medical Care", "Acme Kobi", "-");
    check(&makers, "Acme Medical", "Acme Kobi", "-");
    check(&makers, "Acmes", "Acme Kobi", "-");
    check(&makers, "Kobi", "Acme Kobi", "-");
    check(&makers, "Roadrunner", "Roadrunner Pumps", "-");
}

#[test]
fn a_company_group_s_name_alone_is_either_of_its_companies() {
    check("FRESENIUS", "Fresenius Kabi", "alias");
    check("FRESENIUS", "Fresenius Medical Care", "exact");
    check("Fresenius Medical Care", "Fresenius Kabi", "-");
    check("Fresco", "Fresenius Kabi", "-");
}

#[test]
fn general_words_make_no_name_the_longer_one() {
    check("Acmedt vvvv", "acmedt Med", "spelling");
    check("Acmedt\0vvvv", "\0acmedt\0Med;ronic, I o.", "spelling");
    check("Acmedt Imaging", "Acmedt Medical Systems", "spelling");
    check("Acmedt Imaging Systems", "Acmedt Optics", "-");
}

proptest::proptest! {
    #[test]
    fn two_names_are_one_maker_in_both_directions(
        a in "(acme|medt|ab|med|medical|systems|gmbh|philips|ge|medtronci|and|by| |,|;|/|\\(|\0){0,9}",
        b in "(acme|medt|ab|med|medical|systems|gmbh|philips|ge|medtronci|and|by| |,|;|/|\\(|\0){0,9}",
    ) {
        let makers = std::sync::LazyLock::force(&MAKERS);
        let (a, b) = (makers.read(&a), makers.read(&b));
        proptest::prop_assert_eq!(makers.compare(&a, &b), makers.compare(&b, &a));
    }
}

static MAKERS: std::sync::LazyLock<Makers> = std::sync::LazyLock::new(Makers::built_in);
