//! Phrases that limit a leaf: operating systems, serial numbers, labelled model numbers and
//! release trains in a product's name.

use naming::text::Unit;
use terms::version::firmware::Version;

use super::extent::Span;
use super::wording::{NO_CONDITION, is_code};

/// The ways in which a condition may be met: `Server 2003/Windows XP`, `A or B`.
pub(super) fn ways(text: &str) -> Vec<Vec<Unit>> {
    let text = text.replace(" or ", "/");
    let mut parts: Vec<String> = Vec::new();
    for part in text.split('/') {
        match parts.last_mut() {
            // `IIS/7.5` is one thing.
            Some(last) if part.starts_with(|c: char| c.is_ascii_digit()) => {
                last.push(' ');
                last.push_str(part);
            }
            _ => parts.push(part.to_owned()),
        }
    }
    let words = |part: &String| -> Vec<Unit> {
        part.split(|c: char| c.is_whitespace() || c == ',')
            .filter_map(Unit::read)
            .filter(|unit| !NO_CONDITION.contains(&unit.spelt()))
            .collect()
    };
    parts.iter().map(words).filter(|words| !words.is_empty()).collect()
}

/// Model numbers in the bracket right behind a product's name, nothing but which stands in
/// it: `(model numbers 2100, 2110)`.
pub(super) fn bracketed_models(tail: &str) -> Vec<Unit> {
    let inside = tail.strip_prefix('(').and_then(|rest| rest.split_once(')'));
    let Some((inside, _)) = inside else { return Vec::new() };
    let words = inside
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '/' | '&'))
        .filter(|word| !word.is_empty());
    let lead = ["model", "models", "number", "numbers", "no.", "nos.", "and", "or"];
    let codes: Vec<&str> =
        words.filter(|word| !lead.contains(&word.to_lowercase().as_str())).collect();
    let is_number = |word: &&str| {
        word.len() >= 4
            && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            && word.bytes().filter(u8::is_ascii_digit).count() >= 3
    };
    if !codes.iter().all(is_number) {
        return Vec::new();
    }
    codes.into_iter().filter_map(Unit::read).collect()
}

/// Where a bracket at the end of an accessory's name says with which devices it is used;
/// an operating system in it is a condition.
pub(super) fn names_host(name: &str) -> Option<usize> {
    let (at, inside) = name.rsplit_once('(').map(|(head, rest)| (head.len(), rest))?;
    let lower = inside.to_ascii_lowercase();
    let hosts = lower.strip_prefix("used with ")?.strip_suffix(')')?;
    let systems = ["windows", "linux", "android", "macos", "ios"];
    let system = hosts.split(' ').any(|word| systems.contains(&word));
    (!system).then_some(at)
}

/// Whether a condition speaks of an operating system; only such a one counts where it
/// stands in the full name alone.
pub(super) fn of_a_system(condition: &str) -> bool {
    let lower = condition.to_lowercase();
    lower.starts_with("running") || lower.starts_with("operating on")
}

/// `All Windows XP-based versions`.
pub(super) fn based_on(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let end = lower.find("-based")?;
    let from = lower
        .get(..end)?
        .rfind("windows")
        .or_else(|| lower.get(..end)?.rfind("linux"))?;
    text.get(from..end).map(str::to_owned)
}

/// `serial number above KQ0400000`, `S/N < 30001`: a limit that an inventory row, which
/// has serial numbers of many kinds, does not settle.
pub(super) fn serial(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let at = ["serial number", "serial no", "serial #"]
        .iter()
        .find_map(|mark| lower.find(mark))?;
    let rest = text.get(at..)?.split(')').next()?.trim();
    is_code(rest).then(|| rest.to_owned())
}

/// `Product ID/Reorder number: 18181`, `Part number 453564-001 (10-pack)`: the numbers
/// behind a label that says that they are no versions.
pub(super) fn labelled(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let labels = [
        "product id",
        "reorder",
        "order number",
        "order code",
        "part number",
        "part no",
        "catalog",
        "catalogue",
        "model number",
        "item number",
        "ndc",
        "udi",
        "stock number",
        "p/n",
    ];
    if text.contains(['<', '>']) || !labels.iter().any(|label| lower.starts_with(label)) {
        return None;
    }
    let bare: Vec<&str> = text
        .split('(')
        .map(|part| part.split_once(')').map_or(part, |(_, rest)| rest))
        .collect();
    let bare = bare.join(" ");
    let behind = bare.rsplit_once(':').map_or(bare.as_str(), |(_, rest)| rest);
    let codes: Vec<&str> = behind
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | '|' | ';'))
        .filter(|word| is_code(word))
        .collect();
    (!codes.is_empty()).then(|| codes.join(" | "))
}

/// `Model 3120`, `Models 8042 and 8043`, and nothing else.
pub(super) fn lone_model(text: &str) -> Option<String> {
    let lower = text.trim().to_ascii_lowercase();
    let rest = lower.strip_prefix("models ").or_else(|| lower.strip_prefix("model "))?;
    let rest = rest.trim_start_matches("number ").trim_start_matches("numbers ");
    let words: Vec<&str> = rest
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | '|' | ';'))
        .filter(|word| !word.is_empty() && !matches!(*word, "and" | "or" | "only"))
        .collect();
    let codes = !words.is_empty()
        && words.iter().all(|word| is_code(word) && !word.contains(['<', '>', '.']));
    codes.then(|| words.join(" | "))
}

/// `Cardiology 12.x`, `Codebeamer 22.04.X`: trains in a product's name.
pub(super) fn trains(name: &str) -> Vec<Span> {
    let train = |word: &str| {
        let word = word.trim_matches([',', '(', ')', ':']);
        let lower = word.to_ascii_lowercase();
        let digits = lower.trim_start_matches('v');
        let plain = digits.starts_with(|c: char| c.is_ascii_digit())
            && digits.ends_with(".x")
            && digits.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'x'));
        let version = plain.then(|| digits.parse::<Version>().ok())??;
        Some(Span::Listed(version, word.to_owned()))
    };
    name.split_whitespace().filter_map(train).collect()
}

/// A word in front of the number of a listed version: the `T4APP` of `T4APP 2.21`.
pub(super) fn marked(span: &Span) -> Option<String> {
    let Span::Listed(_, text) = span else { return None };
    let (mark, rest) = text.trim().split_once(' ')?;
    let dotted = rest.contains('.') && rest.starts_with(|c: char| c.is_ascii_digit());
    let word = mark.len() >= 4 && mark.starts_with(|c: char| c.is_ascii_alphabetic());
    (dotted && word && mark.bytes().all(|b| b.is_ascii_alphanumeric()))
        .then(|| mark.to_lowercase())
}

/// `Windows 10, 11, Windows Server 2016, 2019`: operating systems, any of which it may be.
pub(super) fn systems(text: &str) -> Option<Vec<Vec<Unit>>> {
    let known = ["windows", "linux", "android", "macos", "ios", "microsoft"];
    let first = text.split_whitespace().next()?.to_lowercase();
    if !known.contains(&first.as_str()) || !is_code(text) {
        return None;
    }
    let text = text.replace(" and ", ", ").replace(" or ", ", ");
    let mut head = String::new();
    let mut ways = Vec::new();
    for item in text.split([',', '/']).map(str::trim).filter(|item| !item.is_empty()) {
        let item = if item.starts_with(|c: char| c.is_ascii_digit()) {
            format!("{head} {item}")
        } else {
            let names: Vec<&str> =
                item.split_whitespace().take_while(|word| !is_code(word)).collect();
            head = names.join(" ");
            item.to_owned()
        };
        let words: Vec<Unit> = item
            .split_whitespace()
            .filter_map(Unit::read)
            .filter(|unit| !NO_CONDITION.contains(&unit.spelt()))
            .collect();
        ways.push(words);
    }
    Some(ways)
}

/// The release at the end of a product's name: `2014 R2` of `Historian Client 2014 R2`.
pub(super) fn release_of(name: &str) -> Option<String> {
    let words: Vec<&str> = name.split_whitespace().collect();
    let at = words.iter().rposition(|word| is_year(word))?;
    let [release] = words.get(at + 1..)? else { return None };
    let number = release.strip_prefix(['R', 'r'])?;
    let plain = number.starts_with(|c: char| c.is_ascii_digit())
        && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    (plain && at > 0).then(|| words.get(at..).unwrap_or_default().join(" "))
}

/// The year at the end of a name whose versions are service packs: `RTX 2010`, `< SP3`.
pub(super) fn year_of(name: &str) -> Option<String> {
    let last = name.split_whitespace().next_back().filter(|word| is_year(word))?;
    Some(last.to_owned())
}

fn is_year(word: &str) -> bool {
    word.len() == 4 && word.parse::<u16>().is_ok_and(|year| (2001..=2050).contains(&year))
}

/// `SP1 and prior` of the release 2014 R2 is `2014 R2 SP1 and prior`.
pub(super) fn of_release(text: &str, release: &str) -> String {
    let marks = ["sp", "update", "upd", "hf", "hotfix", "patch", "service"];
    let mut words: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let bare = word.trim_start_matches(['<', '>', '=', '(']);
        let lower = bare.trim_end_matches([',', ')']).to_lowercase();
        let letters = lower.trim_end_matches(|c: char| c.is_ascii_digit());
        let behind_number = words.last().is_some_and(|last| is_code(last));
        // `R2 SP1` of a release named by a year alone.
        let second = letters == "r" && lower.len() > 1 && !release.contains(' ');
        if (marks.contains(&letters) || second) && !behind_number {
            let operator = word.strip_suffix(bare).unwrap_or_default();
            words.push(format!("{operator}{release}"));
            words.push(bare.to_owned());
        } else {
            words.push(word.to_owned());
        }
    }
    words.join(" ")
}

#[cfg(test)]
mod tests;
