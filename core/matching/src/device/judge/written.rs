//! The versions in the fields of a row.

use naming::text::Text;
use terms::version::firmware::{Shape, Version};

use super::super::extent::{self, Span, Standing};
use super::super::leaf::{Leaf, Versions};
use super::super::product::{Alternative, Product};
use super::super::wording::{bracketed, is_code};

/// The versions that a field of versions holds: one, or several in prose.
pub(super) fn listed(text: &str) -> Vec<Version> {
    // `3.3 SP6 (3.3.6)`: the same in two notations.
    let bracket = text.split_once('(').and_then(|(head, rest)| {
        let inside = rest.strip_suffix(')').filter(|inside| inside.contains('.'))?;
        Some(vec![head.parse().ok()?, inside.parse().ok()?])
    });
    if let Some(both) = bracket {
        return both;
    }
    let spaced = dotted(&extent::spaced(text));
    let text = spaced.as_str();
    if let Ok(version) = text.parse::<Version>() {
        return vec![version];
    }
    let reading = extent::read(text, &[], None);
    reading
        .spans
        .into_iter()
        .filter_map(|span| match span {
            Span::Listed(version, _) => Some(version),
            Span::Between { .. } => None,
        })
        .collect()
}

/// With points for commas that stand in a version, `3,36` and `1,1,6`; where there are points
/// too, commas part a list.
pub(super) fn dotted(text: &str) -> String {
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    let mut dotted = String::with_capacity(text.len());
    // The point of `Rev. 1,1,6` is none of a version.
    let pointed =
        text.split('.').skip(1).any(|it| it.starts_with(|c: char| c.is_ascii_digit()));
    if pointed {
        return text.to_owned();
    }
    while let Some(character) = rest.next() {
        let digit = rest.peek().is_some_and(char::is_ascii_digit);
        let inside = character == ',' && before.is_ascii_alphanumeric() && digit;
        dotted.push(if inside { '.' } else { character });
        before = character;
    }
    dotted
}

/// A version of which the field holds only the end and the model the beginning: `Upd 10` of
/// a `WinCC V7.4 SP1`.
pub(super) fn joined_to_model(version: &str, model: &str) -> Option<Version> {
    let lower = version.trim().to_lowercase();
    let first = lower.split(|c: char| c.is_whitespace() || c.is_ascii_digit()).next()?;
    let marks =
        ["upd", "update", "sp", "hf", "hotfix", "patch", "bld", "build", "release"];
    let second = first == "r"
        && model.split_whitespace().next_back().is_some_and(is_year)
        && lower.get(1..2).is_some_and(|it| it.starts_with(|c: char| c.is_ascii_digit()));
    if !marks.contains(&first) && !second
        || lower.contains('.') && first.starts_with(['u', 's', 'h'])
    {
        return None;
    }
    let begins = |word: &str| {
        let digits = word.trim_start_matches(['v', 'V']);
        digits.starts_with(|c: char| c.is_ascii_digit()) && digits.contains('.')
            || is_year(word)
    };
    let words: Vec<&str> = model.split_whitespace().collect();
    let at = words.iter().position(|word| begins(word))?;
    let rest = lower.replace("bld", "build").replace("release", "build");
    format!("{} {rest}", words.get(at..)?.join(" ")).parse().ok()
}

/// The version behind a mark that none of a leaf's versions has: `SV 2.70`, `FRN 21.003`,
/// `aw4.3_06` of the product AW.
pub(super) fn unmarked(written: &str, leaf: &Leaf) -> Option<Version> {
    let marks = ["sv", "frn", "fw", "sw", "runtime", "rel"];
    let lower = written.trim().to_lowercase();
    let letters = lower.find(|c: char| !c.is_ascii_alphabetic())?;
    let (mark, rest) = lower.split_at_checked(letters)?;
    let own = |mark: &str| {
        // `NCS 4.0` of the NextSeq Control Software.
        let initials = |name: &Product| mark.len() > 2 && name.initials().ends_with(mark);
        leaf.names.iter().any(initials)
            || leaf.names.iter().any(|name| {
                let mut keys = name.keys();
                let first = keys.next();
                keys.next().is_none()
                    && first.is_some_and(|group| {
                        group.any.iter().any(|any| {
                    matches!(any, Alternative::Word(unit) if unit.spelt() == mark)
                })
                    })
            })
    };
    let Versions::Some(spans, _) = &leaf.versions else { return None };
    let plain = |bound: &Version| !matches!(bound.shape(), Shape::Family(_));
    let known = mark.len() >= 2 && (marks.contains(&mark) || own(mark));
    if !known || !spans.iter().flat_map(extent::bounds).all(plain) {
        return None;
    }
    let rest = rest.trim_start_matches([' ', ':', '.', '-', '_']).replace('_', ".");
    rest.parse().ok()
}

/// A model without brackets that hold only the number of a catalog, and those: `MiSeqDx
/// (DX-410-1001)`, `TC20 (REF 860332)`.
pub(super) fn without_catalog(model: &str) -> (String, String) {
    let Some((before, inside, after)) = bracketed(model) else {
        return (model.to_owned(), String::new());
    };
    let lower = inside.to_lowercase();
    let marks = ["ref ", "pn ", "p/n", "cat ", "cat#", "ref:", "sku "];
    let marked = marks.iter().any(|mark| lower.starts_with(mark));
    let number = inside.matches('-').count() >= 2 && !inside.contains(' ');
    if !is_code(&inside) || !(marked || number) {
        return (model.to_owned(), String::new());
    }
    (format!("{before}{after}"), inside)
}

/// The day of manufacture that a description tells: `MFD 2018-06-12`.
pub(super) fn made_on(description: &str) -> Option<Version> {
    let words: Vec<String> = description
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | ')'))
        .map(|word| word.trim_matches(':').to_lowercase())
        .filter(|word| !word.is_empty())
        .collect();
    let marks = ["mfd", "mfg", "mfr", "dom", "manufactured", "made", "built", "produced"];
    let date = |text: &str| {
        let version = text.parse::<Version>().ok()?;
        (*version.shape() == Shape::Date).then_some(version)
    };
    words.iter().enumerate().find_map(|(at, word)| {
        if !marks.contains(&word.as_str()) {
            return None;
        }
        let behind = words.get(at + 1..).unwrap_or_default();
        let skip =
            behind.iter().take_while(|it| matches!(it.as_str(), "date" | "on" | "in"));
        let behind = behind.get(skip.count()..).unwrap_or_default();
        (1..=3).rev().find_map(|length| date(&behind.get(..length)?.join(" ")))
    })
}

/// Words of a model that are small numbers or dotted ones, with or without a `V`, and
/// releases named by a year.
pub(super) fn numbers(model: &str) -> Vec<Version> {
    let words = model.split(|c: char| c.is_whitespace() || matches!(c, ',' | '(' | ')'));
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let mut years = of_years(&words);
    let numbers = words
        .into_iter()
        .map(|word| match word {
            // `Pulse III`
            "II" => "2",
            "III" => "3",
            "IV" => "4",
            word => word.trim_start_matches(['v', 'V']),
        })
        .filter(|digits| {
            digits.starts_with(|c: char| c.is_ascii_digit())
                && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
                && (digits.len() <= 2 || digits.contains('.') || is_year(digits))
        })
        .filter_map(|digits| digits.parse().ok());
    years.extend(numbers);
    years
}

fn is_year(word: &str) -> bool {
    word.len() == 4 && word.starts_with("20")
}

/// `2014 R2 SP1`, `2010 SP3`: releases named by a year and what is behind it.
fn of_years(words: &[&str]) -> Vec<Version> {
    let goes_on = |word: &str| {
        let lower = word.to_lowercase();
        let rest = ["r", "sp", "update", "upd", "hf", "patch"]
            .iter()
            .find_map(|mark| lower.strip_prefix(mark));
        rest.is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit() || b == b'.'))
            || lower.bytes().all(|byte| byte.is_ascii_digit()) && lower.len() < 3
    };
    let release = |(at, word): (usize, &&str)| -> Option<Version> {
        let behind = words.get(at + 1..).unwrap_or_default();
        let more = behind.iter().take(4).take_while(|word| goes_on(word)).count();
        if !is_year(word) || more == 0 {
            return None;
        }
        (1..=more)
            .rev()
            .find_map(|more| words.get(at..=at + more)?.join(" ").parse().ok())
    };
    words.iter().enumerate().filter_map(release).collect()
}

/// Whether a field of versions holds the number of a build without the release that it is of:
/// `Build 11`, `MR Build 11`, `bld 2005`. A number with two points is that of a release.
pub(super) fn is_bare_build(text: &str) -> bool {
    let lower = text.to_lowercase();
    let Some(at) = lower.find(|c: char| c.is_ascii_digit()) else { return false };
    let (before, number) = lower.split_at_checked(at).unwrap_or_default();
    let marks = ["build", "bld", "builds"];
    let mut words = before.split(|c: char| !c.is_ascii_alphabetic());
    words.any(|word| marks.contains(&word)) && number.matches('.').count() < 2
}

/// Numbers behind the word *build*: `2015 R2 build 77.5882`.
pub(super) fn builds(text: &str) -> Vec<Version> {
    let lower = text.to_lowercase();
    let spaced = lower.replace("build", " build ").replace('_', " ");
    let words: Vec<&str> = spaced
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | '(' | ')' | ':'))
        .filter(|word| !word.is_empty())
        .collect();
    let behind = words.windows(2).filter_map(|pair| match pair {
        ["build" | "bld", number] => number.parse().ok(),
        _ => None,
    });
    behind.collect()
}

/// Names in the field of a version, which may tell whose version it is: `ALEOS 4.16.0`.
pub(super) fn names_in(version: &str) -> String {
    let common = [
        "version",
        "versions",
        "release",
        "build",
        "patch",
        "hotfix",
        "update",
        "service",
        "pack",
        "beta",
        "alpha",
        "firmware",
        "software",
        "revision",
        "prior",
        "unknown",
        "none",
        "various",
        "feature",
        "cumulative",
        "dated",
    ];
    let words = version.split(|c: char| !c.is_alphanumeric()).filter(|word| {
        word.len() >= 4
            && word.bytes().all(|byte| byte.is_ascii_alphabetic())
            && !common.contains(&word.to_lowercase().as_str())
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Where a version that no order knows stands in a text that no rule can read: it is the
/// very word of it, or the bound.
pub(super) fn same_text(text: &str, version: &str) -> Option<Standing> {
    let wanted = version.trim().to_lowercase();
    let long = wanted.len() >= 5 && wanted.bytes().any(|byte| byte.is_ascii_digit());
    let lower = text.to_lowercase();
    let (operator, bound) = match lower.trim() {
        text if text.starts_with("<=") => ("<=", text.trim_start_matches("<=")),
        text if text.starts_with('<') => ("<", text.trim_start_matches('<')),
        text => ("", text),
    };
    (long && bound.trim() == wanted).then_some(match operator {
        "<" => Standing::Outside,
        _ => Standing::Named,
    })
}

/// Whether a listed version is told in two fields, `Vx7 SR540` by the model `VxWorks 7` and the
/// version `SR540`: its end is the version, and the number in front stands in the model, with
/// no letters but those that a word of the model begins with.
pub(super) fn ends_listed(
    listed: &str,
    version: &str,
    model: &Text,
    numbers: &[Version],
) -> bool {
    let Some((head, end)) = listed.trim().rsplit_once(' ') else { return false };
    let lettered = end.starts_with(|c: char| c.is_ascii_alphabetic())
        && end.bytes().filter(u8::is_ascii_digit).count() >= 2;
    let digits = head.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let letters =
        head.get(..head.len() - digits.len()).unwrap_or_default().to_lowercase();
    let begins = letters.is_empty()
        || letters.len() > 1
            && model.atoms().iter().any(|atom| atom.text.starts_with(&letters));
    let number = digits.parse::<Version>().is_ok_and(|number| numbers.contains(&number));
    lettered && end.eq_ignore_ascii_case(version.trim()) && begins && number
}

/// The version behind a word all of whose letters the model has.
pub(super) fn behind_letters(version: &str, model: &str) -> Option<Version> {
    let (word, rest) = version.trim().rsplit_once(' ')?;
    let (word, model) = (Text::read(&[word]), Text::read(&[model]));
    let known = |piece: &naming::text::Atom| {
        model.atoms().iter().any(|atom| atom.text == piece.text)
    };
    let all = !word.atoms().is_empty() && word.atoms().iter().all(known);
    all.then(|| rest.parse().ok())?
}

/// A version and the service packs behind it: `V6.0 SP9 Update 2`.
fn with_packs(words: &[&str]) -> Option<Version> {
    let marks = ["sp", "update", "upd", "hotfix", "hf", "patch", "sr", "build", "bld"];
    let mut of_mark = false;
    let packs = words.iter().skip(1).take(4).take_while(|word| {
        let lower = word.to_lowercase();
        let letters = lower.trim_end_matches(|c: char| c.is_ascii_digit());
        let number = letters.is_empty() && of_mark;
        of_mark = marks.contains(&letters) && letters == lower;
        marks.contains(&letters) || number
    });
    let most = packs.count() + 1;
    let whole = |length: usize| words.get(..length)?.join(" ").parse().ok();
    (1..=most).rev().find_map(whole)
}

/// Versions that a text announces: `SW 3.0.2`, `FW A.01.09`, `VERSION B`, `v2.1`.
pub(super) fn announced(text: &str) -> Vec<Version> {
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | ')'))
        .filter(|word| !word.is_empty())
        .collect();
    let marks = [
        "sw", "fw", "software", "firmware", "version", "ver", "ver.", "v", "v.", "rev",
        "rev.", "release", "rel", "s/w", "f/w", "vers.", "build", "sw:", "fw:",
    ];
    let mut found: Vec<Version> = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let before = at
            .checked_sub(1)
            .and_then(|at| words.get(at))
            .map(|word| word.to_lowercase());
        let marked = before.as_ref().is_some_and(|word| marks.contains(&word.as_str()));
        // `SW JAN 2018`
        if marked && let Some(year) = words.get(at + 1) {
            let date = format!("{word} {year}").parse::<Version>().ok();
            found.extend(date.filter(|date| *date.shape() == Shape::Date));
        }
        let digits = word.contains(|c: char| c.is_ascii_digit());
        let dotted = word
            .split('.')
            .filter(|part| part.contains(|c: char| c.is_ascii_digit()))
            .count()
            > 1;
        // `build 11` is of a release that is not told.
        let build = marked && before.is_some_and(|word| word == "build");
        if build && word.matches('.').count() < 2 {
            continue;
        }
        let lettered = word.to_lowercase().starts_with('v')
            && word
                .get(1..)
                .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        if !(marked && (digits || word.len() == 1) || dotted || lettered) {
            continue;
        }
        found.extend(with_packs(words.get(at..).unwrap_or_default()));
    }
    found.extend(of_years(&words));
    // A dotted number says more than a letter.
    found.sort_by_key(|version| std::cmp::Reverse(version.parts().len()));
    found
}
