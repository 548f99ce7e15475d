//! One spelling for the many: case, accents, marks, broken encodings, slips of the finger.

use std::borrow::Cow;

/// Lower case without accents, trade marks, letters as wide as Chinese ones and the damage of a
/// wrong encoding.
///
/// `Dräger®`, `DrÃ¤ger` and `Ｄｒäｇｅｒ` become `drager`. Anything else is kept, so that places of words
/// and punctuation survive.
#[must_use]
pub fn fold(text: &str) -> String {
    let text = repaired(text);
    let mut folded = String::with_capacity(text.len());
    for character in text.chars() {
        push_folded(character, &mut folded);
    }
    folded
}

/// Appends a character as [`fold`] writes it.
pub(crate) fn push_folded(character: char, folded: &mut String) {
    match character {
        '®'
        | '™'
        | '©'
        | '℠'
        | '\u{00AD}'
        | '\u{200B}'..='\u{200D}'
        | '\u{2060}'
        | '\u{FEFF}' => {}
        // An accent that stands by itself, as some systems write it.
        '\u{0300}'..='\u{036F}' => {}
        // As wide as a Chinese character, otherwise the same (Unicode, Halfwidth and Fullwidth Forms).
        '\u{FF01}'..='\u{FF5E}' => {
            let narrow = char::from_u32(u32::from(character) - 0xFEE0);
            push_folded(narrow.unwrap_or(character), folded);
        }
        'ﬀ' => folded.push_str("ff"),
        'ﬁ' => folded.push_str("fi"),
        'ﬂ' => folded.push_str("fl"),
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ą' => folded.push('a'),
        'À' | 'Á' | 'Â' | 'Ã' | 'Ä' | 'Å' | 'Ā' | 'Ą' => folded.push('a'),
        'ç' | 'ć' | 'č' | 'Ç' | 'Ć' | 'Č' => folded.push('c'),
        'è' | 'é' | 'ê' | 'ë' | 'ę' | 'ě' | 'È' | 'É' | 'Ê' | 'Ë' => {
            folded.push('e')
        }
        'ì' | 'í' | 'î' | 'ï' | 'Ì' | 'Í' | 'Î' | 'Ï' => folded.push('i'),
        'ñ' | 'ń' | 'Ñ' | 'Ń' => folded.push('n'),
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'Ò' | 'Ó' | 'Ô' | 'Õ' | 'Ö' | 'Ø' =>
        {
            folded.push('o');
        }
        'ù' | 'ú' | 'û' | 'ü' | 'Ù' | 'Ú' | 'Û' | 'Ü' => folded.push('u'),
        'ý' | 'ÿ' | 'Ý' => folded.push('y'),
        'š' | 'ś' | 'Š' | 'Ś' => folded.push('s'),
        'ž' | 'ź' | 'ż' | 'Ž' => folded.push('z'),
        'ł' | 'Ł' => folded.push('l'),
        'ß' => folded.push_str("ss"),
        'æ' | 'Æ' => folded.push_str("ae"),
        'œ' | 'Œ' => folded.push_str("oe"),
        '\u{2018}' | '\u{2019}' | '\u{02BC}' | '´' => folded.push('\''),
        '\u{2010}'..='\u{2015}' | '\u{2212}' => folded.push('-'),
        '\u{00A0}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{3000}' => {
            folded.push(' ');
        }
        other => folded.extend(other.to_lowercase()),
    }
}

/// British spellings of words of the trade, and the American ones.
const AMERICAN: [(&str, &str); 18] = [
    ("licence", "license"),
    ("centre", "center"),
    ("colour", "color"),
    ("analyse", "analyze"),
    ("anaesth", "anesth"),
    ("haemo", "hemo"),
    ("haemat", "hemat"),
    ("paediatr", "pediatr"),
    ("foetal", "fetal"),
    ("gynaec", "gynec"),
    ("orthopaed", "orthoped"),
    ("oesoph", "esoph"),
    ("catalogue", "catalog"),
    ("fibre", "fiber"),
    ("tumour", "tumor"),
    ("isation", "ization"),
    ("visualise", "visualize"),
    ("programme", "program"),
];

/// A folded word as American advisories spell it: `licence` is `license`.
pub(crate) fn american(word: String) -> String {
    if word.len() < 5 || !word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return word;
    }
    let found = AMERICAN.iter().find(|(british, _)| word.contains(british));
    match found {
        // `programmer` is no `programr`.
        Some(("programme", _)) if word != "programme" => word,
        Some((british, american)) => word.replace(british, american),
        None => word,
    }
}

/// Words of the trade that inventories shorten, and what they are short for.
const SHORT: [(&str, &[&str]); 30] = [
    ("sys", &["system", "systems"]),
    ("syst", &["system", "systems"]),
    ("mon", &["monitor", "monitors", "monitoring"]),
    ("svr", &["server", "servers"]),
    ("srv", &["server", "servers"]),
    ("srvr", &["server", "servers"]),
    ("wkst", &["workstation", "workstations"]),
    ("wks", &["workstation", "workstations"]),
    ("prog", &["programmer", "programmers", "program"]),
    ("stn", &["station", "stations"]),
    ("sta", &["station", "stations"]),
    ("mgr", &["manager"]),
    ("mgmt", &["management"]),
    ("ctrl", &["control", "controller"]),
    ("ctlr", &["controller"]),
    ("telem", &["telemetry"]),
    ("vent", &["ventilator", "ventilators"]),
    ("defib", &["defibrillator", "defibrillators"]),
    ("anes", &["anesthesia"]),
    ("anesth", &["anesthesia"]),
    ("info", &["information"]),
    ("lic", &["license"]),
    ("cv", &["cardiovascular"]),
    ("pt", &["patient"]),
    ("tele", &["telemetry"]),
    ("inf", &["infusion"]),
    ("proc", &["processor"]),
    ("batt", &["battery"]),
    ("gw", &["gateway"]),
    ("med", &["medication", "medical"]),
];

/// Whether an inventory's word is short for a word of the trade: `svr` for `server`.
pub(crate) fn shortens(short: &str, long: &str) -> bool {
    SHORT.iter().any(|(word, longs)| *word == short && longs.contains(&long))
}

/// Whether a word is short for some word of the trade.
#[must_use]
pub fn is_short(word: &str) -> bool {
    SHORT.iter().any(|(short, _)| *short == word)
}

/// Text whose UTF-8 bytes were once read as Windows-1252, put right again.
fn repaired(text: &str) -> Cow<'_, str> {
    if !text.contains(['Ã', 'Â', 'â']) {
        return Cow::Borrowed(text);
    }
    let bytes: Option<Vec<u8>> = text.chars().map(windows_1252).collect();
    match bytes.and_then(|bytes| String::from_utf8(bytes).ok()) {
        Some(right) => Cow::Owned(right),
        None => Cow::Borrowed(text),
    }
}

/// The byte that Windows-1252 writes for a character.
fn windows_1252(character: char) -> Option<u8> {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}',
        'Ž', '\u{8F}', '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›',
        'œ', '\u{9D}', 'ž', 'Ÿ',
    ];
    if let Some(at) = HIGH.iter().position(|high| *high == character) {
        return u8::try_from(0x80 + at).ok();
    }
    u8::try_from(u32::from(character)).ok()
}

/// Whether `a` and `b` differ by at most `most` slips: a letter left out, added, changed, or
/// two neighbours exchanged.
#[must_use]
pub fn within(a: &[u8], b: &[u8], most: usize) -> bool {
    if a.len().abs_diff(b.len()) > most {
        return false;
    }
    let width = b.len() + 1;
    let mut before: Vec<usize> = vec![0; width];
    let mut previous: Vec<usize> = (0..width).collect();
    for (i, x) in a.iter().enumerate() {
        let mut current = vec![i + 1];
        let mut least = i + 1;
        for (j, y) in b.iter().enumerate() {
            let at = |row: &[usize], column: usize| {
                row.get(column).copied().unwrap_or(usize::MAX - 1)
            };
            let mut cost = at(&previous, j) + usize::from(x != y);
            cost = cost.min(at(&previous, j + 1) + 1).min(at(&current, j) + 1);
            let crossed =
                i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            if crossed {
                cost = cost.min(at(&before, j - 1) + 1);
            }
            least = least.min(cost);
            current.push(cost);
        }
        if least > most {
            return false;
        }
        before = std::mem::replace(&mut previous, current);
    }
    previous.last().is_some_and(|cost| *cost <= most)
}

/// How many slips a name of that length is allowed: short names differ on purpose.
#[must_use]
pub const fn slips(length: usize) -> usize {
    match length {
        0..=6 => 0,
        7..=10 => 1,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name_fold_to_one() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(fold(text), expected);
        }

        check("Dräger", "drager");
        check("DrÃ¤ger", "drager");
        check("SIGNA™ HDxt®", "signa hdxt");
        check("N’Vision", "n'vision");
        check("Großmann", "grossmann");
        check("Ã", "a");
        check("", "");
        check("日本光電", "日本光電");
        // As wide as Chinese letters, with accents that stand by themselves, with blanks and
        // hyphens that nobody sees.
        check("Ｑａ９００　Ｐｕｍｐ－２", "qa900 pump-2");
        check("Dra\u{0308}ger", "drager");
        check("In\u{00AD}fu\u{2003}ﬁx\u{200D}", "infu fix");
    }

    #[test]
    fn a_slip_is_a_letter_left_out_added_changed_or_exchanged() {
        #[track_caller]
        fn check(a: &str, b: &str, most: usize, expected: &str) {
            let found =
                if within(a.as_bytes(), b.as_bytes(), most) { "near" } else { "far" };
            assert_eq!(found, expected, "{a} {b}");
        }

        check("medtronic", "medtroinc", 1, "near");
        check("scientific", "scietific", 1, "near");
        check("philips", "phillips", 1, "near");
        check("philips", "pihlisp", 1, "far");
        check("abc", "abc", 0, "near");
        check("abc", "abd", 0, "far");
        check("", "", 0, "near");
        check("", "ab", 1, "far");
    }

    #[test]
    fn british_words_are_spelt_as_american_advisories_do() {
        #[track_caller]
        fn check(word: &str, expected: &str) {
            assert_eq!(american(word.to_owned()), expected);
        }

        check("licence", "license");
        check("centre", "center");
        check("anaesthesia", "anesthesia");
        check("haemodialysis", "hemodialysis");
        check("visualisation", "visualization");
        check("analyser", "analyzer");
        check("programme", "program");
        check("programmer", "programmer");
        check("lic", "lic");
        check("804axx", "804axx");
        check("", "");
    }

    #[test]
    fn a_word_of_the_trade_may_be_shortened() {
        #[track_caller]
        fn check(short: &str, long: &str, expected: &str) {
            let found = if shortens(short, long) { "short" } else { "other" };
            assert_eq!(found, expected, "{short} {long}");
        }

        check("svr", "server", "short");
        check("mgr", "manager", "short");
        check("svr", "service", "other");
        check("server", "server", "other");
        check("", "server", "other");
        assert!(is_short("wks"));
        assert!(!is_short("monitor"));
    }

    proptest::proptest! {
        #[test]
        fn folding_twice_changes_nothing_more(text in "[ -~äöüßÃ¤®]{0,20}") {
            let once = fold(&text);
            let twice = fold(&once);
            proptest::prop_assert_eq!(twice, once);
        }

        #[test]
        fn nearness_is_the_same_both_ways(a in "[a-d]{0,8}", b in "[a-d]{0,8}", most in 0_usize..4) {
            let forth = within(a.as_bytes(), b.as_bytes(), most);
            proptest::prop_assert_eq!(forth, within(b.as_bytes(), a.as_bytes(), most));
        }
    }
}
