//! The file: TOML 1.1, one key for each setting.

use std::path::Path;

use anyhow::{Context as _, anyhow, bail};
use clap::Command;
use toml::de::{DeTable, DeValue};

use super::{Failure, Given, Origin, Said, Takes, each, judge};

/// How large it may be: it names a few dozen settings.
const BYTES_MAX: u64 = 1024 * 1024;

/// Reads the file and holds each of its keys to the definition of its flag.
pub(super) fn read(file: &Path, settings: &Command) -> Result<Given, Failure> {
    let named = || format!("the settings in {}", file.display());
    let length = std::fs::metadata(file).with_context(named)?.len();
    if length > BYTES_MAX {
        bail!("{}: {length} bytes are more than settings need", file.display());
    }
    let text = std::fs::read_to_string(file).with_context(named)?;
    settings_of(&text, file, settings)
}

pub(super) fn settings_of(
    text: &str,
    file: &Path,
    settings: &Command,
) -> Result<Given, Failure> {
    let at = |offset: usize| {
        let before = text.as_bytes().get(..offset).unwrap_or_default();
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        Origin::File(file.to_owned(), line)
    };
    let table = DeTable::parse(text).map_err(|error| {
        let offset = error.span().map_or(0, |span| span.start);
        anyhow!("{}: {}", at(offset), error.message())
    })?;
    let mut given = Given::new();
    for (key, value) in table.get_ref() {
        let origin = at(key.span().start);
        let name = key.get_ref().as_ref();
        let Some((_, setting)) = each(settings).find(|(known, _)| *known == name) else {
            return Err(unknown(name, &origin, settings));
        };
        let values = words(value.get_ref(), Takes::of(setting))
            .map_err(|expected| anyhow!("{origin}: `{name}` is {expected}"))?;
        let values = values.into_iter().map(Into::into).collect::<Vec<_>>();
        judge(settings, name, setting, &values).with_context(|| origin.to_string())?;
        given.insert(name.to_owned(), Said { values, origin });
    }
    Ok(given)
}

/// A value as words of a command line, or what was expected instead.
fn words(value: &DeValue<'_>, takes: Takes) -> Result<Vec<String>, &'static str> {
    let one = |text: &str| Ok(vec![text.to_owned()]);
    match (takes, value) {
        (Takes::Switch, DeValue::Boolean(on)) => one(if *on { "true" } else { "false" }),
        (Takes::Switch, _) => Err("`true` or `false`, without quotes"),
        (Takes::Number, DeValue::Integer(number)) if number.radix() == 10 => {
            one(number.as_str())
        }
        (Takes::Number, _) => Err("a whole number, without quotes"),
        (Takes::Text, DeValue::String(text)) => one(text),
        (Takes::Text, _) => Err("a text, in quotes"),
        (Takes::Texts, DeValue::String(text)) => one(text),
        (Takes::Texts, DeValue::Array(several)) => {
            let texts = several.iter().map(|one| one.get_ref().as_str());
            let texts = texts.map(|text| text.map(str::to_owned));
            texts.collect::<Option<_>>().ok_or("a list of texts, each in quotes")
        }
        (Takes::Texts, _) => Err("a text in quotes, or a list of them"),
    }
}

fn unknown(name: &str, origin: &Origin, settings: &Command) -> Failure {
    let near = each(settings)
        .map(|(known, _)| (distance(name, known), known))
        .min()
        .filter(|(steps, known)| *steps <= 1 + known.len() / 4);
    let help = match near {
        Some((_, known)) => format!("did you mean `{known}`?"),
        None => "`lazaret serve --print-config=example` shows all of them".to_owned(),
    };
    anyhow!("{origin}: `{name}` is no setting\nhelp: {help}")
}

/// How many letters have to be put in, taken out, changed or (`_` for `-`) read alike.
fn distance(one: &str, other: &str) -> usize {
    let letters = |text: &str| -> Vec<char> {
        let known = text.chars().take(64);
        known.map(|c| if c == '_' { '-' } else { c.to_ascii_lowercase() }).collect()
    };
    let (one, other) = (letters(one), letters(other));
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (above, a) in one.iter().enumerate() {
        let mut next = vec![above + 1];
        for (at, b) in other.iter().enumerate() {
            let from = |row: &[usize], at: usize| row.get(at).copied().unwrap_or(64);
            let changed = from(&row, at) + usize::from(a != b);
            let step = changed.min(from(&row, at + 1) + 1).min(from(&next, at) + 1);
            next.push(step);
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}
