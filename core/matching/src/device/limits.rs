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

#[cfg(test)]
mod tests;
