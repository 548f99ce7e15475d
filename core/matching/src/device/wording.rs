//! Phrases of leaves: conditions, acronyms, models in the place of versions, repairs.

use std::collections::BTreeSet;
use std::sync::Arc;

use advisory::Record;
use naming::text::{Text, Unit};
use terms::version::firmware::{Shape, Version};

use super::extent::{self, Reading, Span};
use super::product::{self, Brands, Product};

/// Where a condition begins, and how long the words are that say so.
pub(super) fn condition_at(text: &str) -> Option<(usize, usize)> {
    let lower = text.to_ascii_lowercase();
    let marks = [
        "running on ",
        "running ",
        "used with ",
        "when used with ",
        "enabled with ",
        "equipped with ",
        "fitted with ",
        "if used with ",
        "installed on ",
        "in combination with ",
        "with the optional ",
        "configured with ",
        "only with ",
        "operating on ",
        "if ",
        "without ",
    ];
    // `running firmware: 1.0 to 1.32` says only that versions follow.
    let versions = ["firmware", "software", "version", "any version", "all version"];
    marks
        .iter()
        .filter(|mark| {
            !mark.starts_with("running")
                || !lower.split_once(**mark).is_some_and(|(_, rest)| {
                    versions.iter().any(|it| rest.starts_with(it))
                })
        })
        .filter_map(|mark| {
            // What must be missing is told by a row only with that word.
            let length = if *mark == "without " { 0 } else { mark.len() };
            let at = lower.find(mark)?;
            // `if` begins a word.
            let begins = at == 0 || lower.get(..at)?.ends_with([' ', '(', '-']);
            begins.then_some((at, length))
        })
        .min_by_key(|(at, _)| *at)
}

/// Words that end a condition without being one.
pub(super) const NO_CONDITION: [&str; 31] = [
    "microsoft",
    "is",
    "are",
    "installed",
    "was",
    "were",
    "manually",
    "machine",
    "machines",
    "with",
    "computer",
    "computers",
    "system",
    "systems",
    "operating",
    "os",
    "the",
    "a",
    "an",
    "old",
    "unsupported",
    "only",
    "software",
    "and",
    "devices",
    "device",
    "used",
    "use",
    "function",
    "functions",
    "for",
];

/// Words of parts that have versions of their own.
pub(super) const COMPONENT_WORDS: [&str; 5] = [
    "battery module",
    "wireless module",
    "communication module",
    "network module",
    "wifi module",
];

/// What a bracket says without limiting the leaf.
pub(super) fn silent(lower: &str) -> bool {
    [
        "united states",
        "u.s.",
        "sold",
        "distributed",
        "end-of-life",
        "end of life",
        "impacted by",
        "cve-",
        "replaced by",
        "discontinued",
        "formerly",
        "legacy",
        "eol",
        "all ",
        "versions are affected",
        "regardless of",
    ]
    .iter()
    .any(|word| lower.contains(word))
}

pub(super) fn named(unit: Unit) -> Product {
    let kind = if unit.is_code() { product::Kind::Code } else { product::Kind::Name };
    Product {
        groups: vec![product::Group {
            any: vec![product::Alternative::Word(unit)],
            kind,
        }],
        makers: Arc::default(),
    }
}

/// Numbers in brackets are other names of the number before them.
pub(super) fn joined(
    head: Vec<product::Group>,
    tail: Vec<product::Group>,
) -> Vec<product::Group> {
    let mut groups = head;
    let mut tail = tail.into_iter();
    if let Some(first) = tail.next() {
        let code =
            groups.iter_mut().rev().find(|group| group.kind == product::Kind::Code);
        match code {
            Some(code) => code.any.extend(first.any),
            None => groups.push(first),
        }
    }
    groups.extend(tail);
    groups
}

/// The name with the run of words replaced by the acronym that stands for it: the run whose
/// first letters it is, else the shortest in which its letters stand in order.
pub(super) fn abbreviated(product: &Product, acronym: &Unit) -> Option<Product> {
    let words: Vec<String> = product
        .groups
        .iter()
        .map(|group| match group.any.first() {
            Some(product::Alternative::Word(unit)) => unit.spelt().to_owned(),
            _ => String::new(),
        })
        .collect();
    let lengths = (1..=words.len())
        .flat_map(|length| (0..=words.len() - length).map(move |from| (from, length)));
    let initials = |(from, length): &(usize, usize)| {
        let run = words.get(*from..from + length).unwrap_or_default();
        run.iter().all(|word| !word.is_empty())
            && run
                .iter()
                .filter_map(|word| word.chars().next())
                .eq(acronym.spelt().chars())
    };
    let runs = lengths.clone().filter(initials).chain(lengths);
    for (from, length) in runs {
        {
            let run = words.get(from..from + length)?;
            if !stands_for(acronym.spelt(), run) {
                continue;
            }
            let mut groups: Vec<product::Group> = product.groups.clone();
            let replaced = product::Group {
                any: vec![product::Alternative::Word(acronym.clone())],
                kind: product::Kind::Name,
            };
            groups.splice(from..from + length, [replaced]);
            let lonely =
                groups.iter().filter(|group| group.kind >= product::Kind::Name).count()
                    == 1;
            if lonely && acronym.spelt().len() < 3 {
                return None;
            }
            return Some(Product { groups, makers: product.makers.clone() });
        }
    }
    None
}

/// `A 4400 Device / A 4400 Extended Care Device`: names between which a slash with blanks
/// stands, where each is a name by itself.
pub(super) fn alternatives(text: &str, brands: &Brands) -> Vec<String> {
    if let Some(two) = again(text) {
        return two.iter().flat_map(|part| alternatives(part, brands)).collect();
    }
    if let Some(parts) = slashed(text, brands) {
        return parts;
    }
    let parts: Vec<&str> = text.split(" / ").collect();
    let whole = |part: &&str| {
        let groups = product::groups(part, brands);
        let count = |kind| groups.iter().filter(|group| group.kind == kind).count();
        count(product::Kind::Code) > 0 || count(product::Kind::Name) > 1
    };
    if parts.len() > 1 && parts.iter().all(whole) {
        return parts.into_iter().map(str::to_owned).collect();
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    let short = |word: &&str| {
        (2..=5).contains(&word.len())
            && word.bytes().all(|byte| byte.is_ascii_uppercase())
    };
    // `RSP RSPE RSPL MSP`: families in a row.
    if words.len() > 3 && words.iter().all(short) {
        return words.into_iter().map(str::to_owned).collect();
    }
    listed_names(text)
        .or_else(|| last_of_two(text, brands))
        .unwrap_or_else(|| vec![text.to_owned()])
}

/// `Vista monitors MX100, MX800 and Vista X2`: a list that begins anew with its first word.
fn again(text: &str) -> Option<[String; 2]> {
    let first = text.split_whitespace().next().filter(|word| word.len() > 3)?;
    [", and ", ", ", " and ", " & ", " or "].iter().find_map(|glue| {
        let mark = format!("{glue}{first} ");
        let at = text.find(&mark)?;
        let (head, tail) = (text.get(..at)?, text.get(at + glue.len()..)?);
        Some([head.to_owned(), tail.to_owned()])
    })
}

/// `Coronary Tools/Dynamic Roadmap/Boost Live`: names of several words, parted by slashes.
fn slashed(text: &str, brands: &Brands) -> Option<Vec<String>> {
    if is_code(text) || text.contains(" / ") || !text.contains('/') {
        return None;
    }
    let parts: Vec<&str> = text.split('/').map(str::trim).collect();
    let names = |part: &&str| {
        let groups = product::groups(part, brands);
        groups.iter().filter(|group| group.kind == product::Kind::Name).count()
    };
    let several =
        parts.iter().filter(|part| part.contains(' ') && names(part) > 0).count();
    let long = |part: &&str| {
        let word = part.split_whitespace().next().unwrap_or_default();
        word.len() >= 4 && word.starts_with(char::is_uppercase) && names(part) > 0
    };
    (several >= 2 && parts.iter().all(long))
        .then(|| parts.into_iter().map(str::to_owned).collect())
}

/// `Vija and Citra Floating License Manager`: the product of the second name alone too.
fn last_of_two(text: &str, brands: &Brands) -> Option<Vec<String>> {
    let (_, last) = text.split_once(" and ").filter(|(head, _)| !head.is_empty())?;
    let groups = product::groups(last, brands);
    let names = groups.iter().filter(|group| group.kind == product::Kind::Name).count();
    (names >= 3).then(|| vec![last.to_owned(), text.to_owned()])
}

/// `Diabecare RS, AnyDana-i, and AnyDana-A`, `Aestiva and Aespire 7100`: brand names in a
/// list, which begin alike or hold a capital or a hyphen inside.
fn listed_names(text: &str) -> Option<Vec<String>> {
    let parts: Vec<String> = text
        .replace(", and ", ", ")
        .replace(" and ", ", ")
        .split(", ")
        .map(|part| part.trim().to_owned())
        .filter(|part| !part.is_empty())
        .collect();
    let beginning = |part: &String| part.get(..2).map(str::to_owned);
    let first = beginning(parts.first()?)?;
    let brand = |part: &String| {
        let word = part.split(' ').next().unwrap_or_default();
        let inner = word.chars().skip(1).any(|c| c.is_uppercase() || c == '-')
            && word.chars().any(char::is_lowercase);
        word.len() >= 5
            && word.starts_with(char::is_uppercase)
            && (inner || beginning(part).as_ref() == Some(&first))
    };
    let names =
        parts.iter().filter(|part| !part.starts_with(|c: char| c.is_ascii_digit()));
    let names: Vec<String> = names.cloned().collect();
    (names.len() > 1 && names.iter().skip(1).all(brand)).then_some(names)
}

/// First letters of three words or more that stand side by side behind another word:
/// `CMS` of BeneVision Central Monitoring System; with the place of the first of them.
pub(super) fn initials(product: &Product) -> impl Iterator<Item = (usize, Unit)> {
    let letters: Vec<Option<char>> = product
        .groups
        .iter()
        .map(|group| match group.any.as_slice() {
            [product::Alternative::Word(unit)]
                if !unit.is_code() && group.kind != product::Kind::Maker =>
            {
                unit.spelt().chars().next()
            }
            _ => None,
        })
        .collect();
    let end = letters.len();
    let from = (end.saturating_sub(5).max(1)..end.saturating_sub(2)).collect::<Vec<_>>();
    from.into_iter().filter_map(move |from| {
        let run: Option<String> = letters.get(from..end)?.iter().copied().collect();
        let run = run.filter(|run| (3..=5).contains(&run.len()))?;
        // `III` of Inform II Instrument is a numeral.
        let numeral = run.chars().all(|letter| matches!(letter, 'i' | 'v' | 'x'));
        let run = Some(run).filter(|_| !numeral)?;
        Some((from, Unit::read(&run)?))
    })
}

/// `DoseWise (DWP)` for DoseWise Portal: the first word and the first letters of all the
/// words, where a capital inside a word begins one.
pub(super) fn first_and_initials(name: &str, product: &Product) -> Option<Product> {
    let maker = |word: &str| {
        let unit = Unit::read(word);
        product.groups.iter().any(|group| {
            group.kind == product::Kind::Maker
                && matches!((group.any.as_slice(), &unit),
                    ([product::Alternative::Word(own)], Some(unit)) if own == unit)
        })
    };
    let words: Vec<&str> = name.split_whitespace().filter(|word| !maker(word)).collect();
    let text = Text::read(&words);
    let lettered = |atom: &naming::text::Atom| {
        atom.text.len() > 2 && atom.text.bytes().all(|byte| byte.is_ascii_alphabetic())
    };
    let plain = words.len() > 1 && text.atoms().iter().all(lettered);
    let initials: String =
        text.atoms().iter().filter_map(|atom| atom.text.chars().next()).collect();
    let numeral = initials.chars().all(|letter| matches!(letter, 'i' | 'v' | 'x'));
    let first = product.groups.iter().find(|it| it.kind > product::Kind::Maker)?;
    let alone = |any: &product::Alternative| match any {
        product::Alternative::Word(unit) => unit.spelt().len() >= 5,
        product::Alternative::Range(..) => false,
    };
    let sure = first.kind == product::Kind::Name && first.any.iter().all(alone);
    if !plain || numeral || !sure || !(3..=5).contains(&initials.len()) {
        return None;
    }
    let any = vec![product::Alternative::Word(Unit::read(&initials)?)];
    let short = product::Group { any, kind: product::Kind::Name };
    let groups = vec![first.clone(), short];
    Some(Product { groups, makers: product.makers.clone() })
}

/// `Machine Edition` is written `ME` too.
pub(super) fn edition(product: &Product) -> Option<Product> {
    let (last, rest) = product.groups.split_last()?;
    let (which, rest) = rest.split_last().filter(|(_, rest)| !rest.is_empty())?;
    let spelt = |group: &product::Group| match group.any.as_slice() {
        [product::Alternative::Word(unit)] => Some(unit.spelt().to_owned()),
        _ => None,
    };
    if spelt(last)? != "edition" || which.kind == product::Kind::Code {
        return None;
    }
    let letters = format!("{}e", spelt(which)?.get(..1)?);
    let mut groups = rest.to_vec();
    groups.push(product::Group {
        any: vec![product::Alternative::Word(Unit::read(&letters)?)],
        kind: product::Kind::Name,
    });
    Some(Product { groups, makers: product.makers.clone() })
}

/// `CR-IR 357 FCR Carbon X`: a number with letters and a name of several words are two
/// names of one thing, and an inventory shows either.
pub(super) fn halves(product: &Product) -> Vec<Product> {
    let keys: Vec<product::Kind> =
        product.groups.iter().map(|group| group.kind).collect();
    let code = keys.iter().position(|kind| *kind == product::Kind::Code);
    let Some((head, tail)) = code.and_then(|at| product.groups.split_at_checked(at + 1))
    else {
        return Vec::new();
    };
    let names = |groups: &[product::Group]| {
        groups.iter().filter(|group| group.kind == product::Kind::Name).count()
    };
    let plain = tail.iter().all(|group| group.kind == product::Kind::Name);
    if names(head) == 0 || names(tail) < 2 || !plain {
        return Vec::new();
    }
    let half = |groups: &[product::Group]| Product {
        groups: groups.to_vec(),
        makers: product.makers.clone(),
    };
    vec![half(head), half(tail)]
}

/// Words in capitals of the title, the notes and the remedies.
pub(super) fn told_acronyms(record: &Record) -> Vec<String> {
    let texts = std::iter::once(record.title.as_str())
        .chain(record.notes.iter().map(|note| note.text.as_str()))
        .chain(record.remediations.iter().map(|remedy| remedy.text.as_str()));
    let mut acronyms: Vec<String> = Vec::new();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for word in texts.flat_map(|text| text.split(|c: char| !c.is_alphanumeric())) {
        let capitals =
            (3..=6).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_uppercase());
        if capitals && seen.insert(word) {
            acronyms.push(word.to_owned());
        }
    }
    acronyms
}

/// Whether capitals are the first letters of the last words of a name, but for one letter:
/// `ISCV` of IntelliSpace Cardiovascular, `PCU` of PC Unit.
pub(super) fn shortens(acronym: &str, name: &Text) -> bool {
    let atoms = name.atoms();
    // The acronym has a letter for each word, or one more.
    let from = (atoms.len() + 1).saturating_sub(acronym.len() + 1);
    let until = (atoms.len() + 2).saturating_sub(acronym.len()).min(atoms.len());
    let until = until.min(atoms.len().saturating_sub(1));
    (from.min(until)..until).any(|from| {
        let Some(run) = atoms.get(from..) else { return false };
        if acronym.len() < run.len() || acronym.len() > run.len() + 1 {
            return false;
        }
        let acronym = acronym.to_lowercase();
        let run: Vec<String> = run.iter().map(|atom| atom.text.clone()).collect();
        let initials: Vec<char> =
            run.iter().filter_map(|word| word.chars().next()).collect();
        let mut letters = acronym.chars();
        let all = initials.iter().all(|initial| letters.any(|letter| letter == *initial));
        all && initials.first() == acronym.chars().next().as_ref()
            && stands_for(&acronym, &run)
    })
}

/// Whether the letters stand in the words in order, beginning with the first.
pub(super) fn stands_for(acronym: &str, words: &[String]) -> bool {
    let joined = words.concat();
    if !acronym.starts_with(|c| joined.starts_with(c)) || joined.len() <= acronym.len() {
        return false;
    }
    let mut letters = joined.chars();
    acronym.chars().all(|wanted| letters.any(|letter| letter == wanted))
}

/// `Accessory - Product` and `Family Accessory Family Model`: the last is the product.
pub(super) fn last_product(text: &str) -> String {
    if let Some((_, last)) = text.rsplit_once(" - ") {
        let names = product::groups(last, &Brands::default());
        let name = names.iter().any(|group| group.kind == product::Kind::Name);
        if name {
            return last.trim().to_owned();
        }
        return text.replace(" - ", " ");
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    let Some(first) = words.first().filter(|word| word.len() > 3) else {
        return text.to_owned();
    };
    let again = words.iter().skip(1).position(|word| word == first);
    // In a list each is a product.
    let listed = again.and_then(|at| words.get(at)).is_some_and(|before| {
        before.ends_with(',') || matches!(*before, "and" | "or" | "&")
    });
    let again = again.filter(|_| !listed && !text.contains('/'));
    match again.and_then(|at| words.get(at + 1..)) {
        Some(rest) if rest.len() > 1 => rest.join(" "),
        _ => text.to_owned(),
    }
}

/// The letters and digits of a text, small and written together: `brillianceict`. A plus sign
/// belongs to the word that it is glued to.
pub(super) fn together(text: &str) -> String {
    let kept = text.chars().filter(|it| it.is_alphanumeric() || *it == '+');
    kept.flat_map(char::to_lowercase).collect()
}

/// The first bracket of a text: what stands before, in and behind it.
pub(super) fn bracketed(text: &str) -> Option<(String, String, String)> {
    let (before, rest) = text.split_once('(')?;
    let (inside, after) = rest.split_once(')').unwrap_or((rest, ""));
    let inside = inside.trim_start_matches('(');
    Some((before.to_owned(), inside.trim().to_owned(), after.to_owned()))
}

/// The texts that pipes, double blanks and *and* part.
pub(super) fn items(text: &str) -> Vec<String> {
    text.split(['|', ';', '\n'])
        .flat_map(|part| part.split("  "))
        .flat_map(|part| part.split(" and "))
        .flat_map(|part| part.split(", "))
        .map(|part| part.trim().to_owned())
        .filter(|part| !part.is_empty())
        .collect()
}

/// Whether a text in the place of the version is a model.
pub(super) fn is_model(item: &str) -> bool {
    let item = item.trim();
    let letters = item.chars().filter(|c| c.is_alphabetic()).count();
    let digits = item.chars().filter(char::is_ascii_digit).count();
    if item.contains('.') && digits > 0 || item.contains('*') {
        return false;
    }
    if letters == 0 && digits == 4 && item.len() == 4 && item.starts_with("20") {
        // `2023` is a release.
        return false;
    }
    if letters == 0 {
        // `01-03` is a version, `453564-001` a stock number.
        return item.split(|c: char| !c.is_ascii_digit()).any(|run| run.len() >= 3);
    }
    if item.parse::<Version>().is_ok_and(|version| *version.shape() == Shape::Date) {
        return false;
    }
    let lower = item.to_lowercase();
    if ["rev ", "rev.", "revision ", "version "].iter().any(|it| lower.starts_with(it)) {
        return false;
    }
    // `2019 R1`, `2017 Update 3` are releases.
    let year = item.split(' ').next().unwrap_or_default();
    let year = year.len() == 4 && (year.starts_with("19") || year.starts_with("20"));
    if year && item.contains(' ') && item.parse::<Version>().is_ok() {
        return false;
    }
    // `BT06`, `HD 16`, `K`, `SR1` are versions; `CR-IR 357`, `650c`, `Accu-Chek` are models.
    digits >= 3 || letters >= 3
}

pub(super) fn is_code(word: &str) -> bool {
    word.contains(|c: char| c.is_ascii_digit())
}

/// A long number of letters and digits, as makers give their articles: `NZ2MHG-TSNT4`.
pub(super) fn is_article(word: &str) -> bool {
    let letters = word.bytes().filter(u8::is_ascii_alphabetic).count();
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let one = word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    one && letters >= 3 && digits >= 2 && letters + digits >= 8
}

pub(super) fn is_name(word: &str) -> bool {
    word.len() > 1 && word.contains(char::is_alphabetic)
}

pub(super) fn is_date(span: &Span) -> bool {
    let date = |version: &Version| *version.shape() == Shape::Date;
    match span {
        Span::Listed(version, _) => date(version),
        Span::Between { lower, upper } => {
            [lower, upper].into_iter().flatten().all(|bound| date(&bound.version))
        }
    }
}

/// `R1-3`, `R4-5`: revisions from … to …; `R7`: one.
pub(super) fn revisions(word: &str) -> Option<Vec<Span>> {
    let digits = word.strip_prefix(['R', 'r', 'v', 'V'])?;
    let (low, high) = digits.split_once('-').unwrap_or((digits, digits));
    let bound = |text: &str| -> Option<extent::Bound> {
        let plain =
            !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        let version = plain.then(|| text.parse().ok())??;
        Some(extent::Bound {
            version,
            text: text.to_owned(),
            end: extent::End::In,
            also: None,
        })
    };
    Some(vec![Span::Between { lower: Some(bound(low)?), upper: Some(bound(high)?) }])
}

/// `2.20` became the number 2.2 in a branch.
pub(super) fn shortened(branch: &Reading, prose: &Reading) -> bool {
    let [Span::Listed(_, short)] = branch.spans.as_slice() else { return false };
    let [Span::Listed(_, long)] = prose.spans.as_slice() else { return false };
    long.len() > short.len() && long.trim_end_matches('0') == short
}

/// A bound that swallowed the end of the product's name: `S4 A.07.107` of `VS4 A.07.107`.
pub(super) fn swallowed(branch: &Reading, prose: &Reading) -> bool {
    let upper = |reading: &Reading| match reading.spans.as_slice() {
        [Span::Between { upper: Some(bound), .. }] => Some(bound.text.clone()),
        _ => None,
    };
    let (Some(long), Some(short)) = (upper(branch), upper(prose)) else { return false };
    !prose.lead.is_empty() && long.len() > short.len() && long.ends_with(&short)
}

/// Whether two readings name different bounds, where both name as many.
pub(super) fn differ(branch: &[Span], prose: &[Span]) -> bool {
    if branch.len() != prose.len() {
        return false;
    }
    branch.iter().zip(prose).any(|(a, b)| match (a, b) {
        (Span::Between { upper: Some(a), .. }, Span::Between { upper: Some(b), .. }) => {
            a.end != b.end
                || a.version.compare(&b.version).is_some_and(std::cmp::Ordering::is_ne)
        }
        _ => false,
    })
}
