//! The settings of a house: a file (TOML) and the environment.
//!
//! What a setting is called, what it takes and what it means stands in one place, the
//! definition of its flag of `lazaret serve`. A file and the environment give defaults to
//! that definition before the words are read: the command line wins, then `LAZARET_…`, then
//! the file, then what is built in. The other commands that open the house take the same
//! file and what of it is theirs.

mod file;

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use clap::builder::Resettable;
use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{
    Arg, ArgAction, ArgMatches, Command, CommandFactory as _, FromArgMatches as _,
};
use operations::setting::Setting;

use super::{Arguments, Failure};

/// Why the words were not read.
pub(super) enum Refused {
    /// They are wrong, or ask for help.
    Words(clap::Error),
    /// A setting of the file or of the environment is wrong.
    Setting(Failure),
}

impl From<clap::Error> for Refused {
    fn from(error: clap::Error) -> Self {
        Self::Words(error)
    }
}

impl From<Failure> for Refused {
    fn from(error: Failure) -> Self {
        Self::Setting(error)
    }
}

/// What looks up the environment.
type Environment<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// Reads the words, with what the file and the environment say where the words are silent.
pub(super) fn parse(
    words: impl IntoIterator<Item = OsString>,
    environment: Environment<'_>,
) -> Result<Arguments, Refused> {
    let words: Vec<OsString> = words.into_iter().collect();
    let program = Arguments::command();
    let matches = program.clone().try_get_matches_from(&words)?;
    let (path, own) = leaf(&matches);
    let Ok(stated) = own.try_get_one::<PathBuf>(CONFIG) else {
        // A command that opens no house has no settings.
        return Ok(Arguments::from_arg_matches(&matches)?);
    };
    let settings = definitions();
    let from_environment = environment(&variable(CONFIG)).filter(|file| !file.is_empty());
    let file = stated.cloned().or_else(|| from_environment.map(PathBuf::from));
    let mut given = match &file {
        Some(file) => file::read(file, &settings)?,
        None => Given::new(),
    };
    given.extend(of_environment(&settings, environment)?);
    settle(&settings, own, &mut given)?;
    let matches =
        with_defaults(program, &path, &given).try_get_matches_from_mut(&words)?;
    let mut arguments = Arguments::from_arg_matches(&matches)?;
    if let super::Command::Serve(serve) = &mut arguments.command {
        serve.settings = found(&settings, leaf(&matches).1, &given);
    }
    Ok(arguments)
}

/// The flag that names the file.
const CONFIG: &str = "config";
/// Flags of `serve` that are about the file, and no settings.
const ABOUT_THE_FILE: [&str; 2] = [CONFIG, "print-config"];

/// What was said beside the command line, by setting.
type Given = BTreeMap<String, Said>;

/// What was said of one setting, and where.
#[derive(Clone, Debug)]
struct Said {
    values: Vec<OsString>,
    origin: Origin,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Origin {
    File(PathBuf, usize),
    Environment(String),
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(file, line) => write!(f, "{}, line {line}", file.display()),
            Self::Environment(variable) => write!(f, "{variable} in the environment"),
        }
    }
}

/// What a setting takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Takes {
    Switch,
    Number,
    Text,
    Texts,
}

impl Takes {
    fn of(setting: &Arg) -> Self {
        let kind = setting.get_value_parser().type_id();
        let is = |number: std::any::TypeId| kind == number;
        match setting.get_action() {
            ArgAction::SetTrue => Self::Switch,
            ArgAction::Append => Self::Texts,
            _ if is(std::any::TypeId::of::<u16>())
                || is(std::any::TypeId::of::<u32>())
                || is(std::any::TypeId::of::<u64>())
                || is(std::any::TypeId::of::<usize>()) =>
            {
                Self::Number
            }
            _ => Self::Text,
        }
    }
}

/// `serve`, which has every setting.
fn definitions() -> Command {
    let mut program = Arguments::command();
    program.build();
    let serve = program.get_subcommands().find(|command| command.get_name() == "serve");
    serve.cloned().unwrap_or_default()
}

/// The flags that are settings, with their names.
fn each(settings: &Command) -> impl Iterator<Item = (&str, &Arg)> {
    settings.get_arguments().filter_map(|arg| {
        let name = arg.get_long()?;
        let is_setting = !arg.is_global_set()
            && !ABOUT_THE_FILE.contains(&name)
            && !matches!(
                arg.get_action(),
                ArgAction::Help
                    | ArgAction::HelpShort
                    | ArgAction::HelpLong
                    | ArgAction::Version
            );
        is_setting.then_some((name, arg))
    })
}

/// The names of the commands that were said, and what the last of them was told.
fn leaf(matches: &ArgMatches) -> (Vec<String>, &ArgMatches) {
    let (mut path, mut own) = (Vec::new(), matches);
    while let Some((name, below)) = own.subcommand() {
        path.push(name.to_owned());
        own = below;
    }
    (path, own)
}

/// `root-key` is `LAZARET_ROOT_KEY` in the environment.
fn variable(name: &str) -> String {
    format!("LAZARET_{}", name.replace('-', "_").to_ascii_uppercase())
}

/// What the environment says. A variable that is empty says nothing.
fn of_environment(
    settings: &Command,
    environment: Environment<'_>,
) -> Result<Given, Failure> {
    let mut given = Given::new();
    for (name, setting) in each(settings) {
        let variable = variable(name);
        let Some(value) = environment(&variable).filter(|value| !value.is_empty()) else {
            continue;
        };
        let values = match Takes::of(setting) {
            Takes::Switch => vec![switch(&value).with_context(|| {
                format!("{variable} in the environment is `true` or `false`")
            })?],
            Takes::Texts => {
                let text = value.to_string_lossy();
                text.split(',').map(|one| one.trim().into()).collect()
            }
            Takes::Number | Takes::Text => vec![value],
        };
        judge(settings, name, setting, &values)
            .with_context(|| format!("{variable} in the environment"))?;
        given.insert(
            name.to_owned(),
            Said { values, origin: Origin::Environment(variable) },
        );
    }
    Ok(given)
}

fn switch(value: &OsStr) -> Option<OsString> {
    match value.to_str()?.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" => Some("true".into()),
        "false" | "0" | "no" => Some("false".into()),
        _ => None,
    }
}

/// Whether the flag's own definition takes the values.
fn judge(
    settings: &Command,
    name: &str,
    setting: &Arg,
    values: &[OsString],
) -> Result<(), Failure> {
    if Takes::of(setting) == Takes::Switch {
        return Ok(());
    }
    let mut words = vec![OsString::from("serve")];
    for value in values {
        let mut word = OsString::from(format!("--{name}="));
        word.push(value);
        words.push(word);
    }
    match settings.clone().try_get_matches_from(words) {
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::ValueValidation
                    | ErrorKind::InvalidValue
                    | ErrorKind::InvalidUtf8
            ) =>
        {
            let said = error.to_string();
            let said = said.split("\n\nFor more information").next().unwrap_or(&said);
            bail!("{}", said.trim_start_matches("error: ").trim())
        }
        _ => Ok(()),
    }
}

/// Of settings that exclude each other, the one that was said closer to the command wins;
/// two that were said in one place are refused.
fn settle(
    settings: &Command,
    own: &ArgMatches,
    given: &mut Given,
) -> Result<(), Failure> {
    let on_command_line = |arg: &Arg| {
        let source = own.try_contains_id(arg.get_id().as_str()).unwrap_or(false);
        source
            && own.value_source(arg.get_id().as_str()) == Some(ValueSource::CommandLine)
    };
    let mut pairs: Vec<(&str, &str)> = Vec::new();
    for (name, setting) in each(settings) {
        for other in settings.get_arg_conflicts_with(setting) {
            let Some(other_name) = other.get_long() else { continue };
            if on_command_line(setting) {
                given.remove(other_name);
            }
            if on_command_line(other) {
                given.remove(name);
            }
            pairs.push((name, other_name));
        }
    }
    for (one, other) in pairs {
        let (Some(here), Some(there)) = (given.get(one), given.get(other)) else {
            continue;
        };
        // A switch that is off excludes nothing.
        let is_off = |said: &Said| said.values.iter().all(|value| value == "false");
        match (&here.origin, &there.origin) {
            _ if is_off(here) || is_off(there) => {}
            (Origin::File(..), Origin::Environment(_)) => drop(given.remove(one)),
            (Origin::Environment(_), Origin::File(..)) => drop(given.remove(other)),
            (here, _) => bail!("{here}: `{one}` and `{other}` exclude each other"),
        }
    }
    Ok(())
}

/// The same command line, whose defaults are what was given.
fn with_defaults(command: Command, path: &[String], given: &Given) -> Command {
    match path {
        [] => command.mut_args(|arg| {
            let said = arg.get_long().and_then(|name| given.get(name));
            match said.map(|said| said.values.as_slice()) {
                None => arg,
                Some([one]) => arg.default_value(one.clone()),
                Some(several) => arg
                    .default_value(Resettable::Reset)
                    .default_values(several.iter().cloned()),
            }
        }),
        [name, below @ ..] => {
            command.mut_subcommand(name, |command| with_defaults(command, below, given))
        }
    }
}

/// Every setting with its value and where that came from.
fn found(settings: &Command, own: &ArgMatches, given: &Given) -> Vec<Setting> {
    each(settings)
        .map(|(name, setting)| {
            let id = setting.get_id().as_str();
            let values: Vec<String> = own
                .get_raw(id)
                .map(|raw| {
                    raw.map(|one| shown(setting, &one.to_string_lossy())).collect()
                })
                .unwrap_or_default();
            let origin = match (own.value_source(id), given.get(name)) {
                (Some(ValueSource::CommandLine), _) => "the command line".to_owned(),
                (Some(_), Some(said)) => said.origin.to_string(),
                (Some(_), None) => "built in".to_owned(),
                (None, _) => "not set".to_owned(),
            };
            Setting {
                name: name.to_owned(),
                about: about(setting),
                written: written(setting, &values),
                value: (!values.is_empty()).then(|| values.join(", ")),
                origin,
            }
        })
        .collect()
}

/// A value for a person to read. What may be a secret is hidden where its flag says so; of
/// an address the rest is shown.
fn shown(setting: &Arg, value: &str) -> String {
    if !setting.is_hide_default_value_set() || value.starts_with("sqlite:") {
        return value.to_owned();
    }
    let Some((scheme, rest)) = value.split_once("://") else {
        return "(hidden)".to_owned();
    };
    let rest = rest.split('?').next().unwrap_or_default();
    match rest.rsplit_once('@') {
        Some((_, place)) => format!("{scheme}://(hidden)@{place}"),
        None => format!("{scheme}://{rest}"),
    }
}

fn about(setting: &Arg) -> String {
    let help = setting.get_long_help().or_else(|| setting.get_help());
    help.map(ToString::to_string).unwrap_or_default()
}

/// The values as the file writes them; without any, the form of one.
fn written(setting: &Arg, values: &[String]) -> String {
    let form = || {
        let names = setting.get_value_names().and_then(|names| names.first());
        vec![names.map(ToString::to_string).unwrap_or_else(|| "…".to_owned())]
    };
    let form = if values.is_empty() { form() } else { Vec::new() };
    let values = if values.is_empty() { form.as_slice() } else { values };
    let first = values.first().map(String::as_str).unwrap_or_default();
    match Takes::of(setting) {
        Takes::Switch if first == "true" => "true".to_owned(),
        Takes::Switch => "false".to_owned(),
        Takes::Number => first.to_owned(),
        Takes::Text => quoted(first),
        Takes::Texts => {
            let each: Vec<String> = values.iter().map(|value| quoted(value)).collect();
            format!("[{}]", each.join(", "))
        }
    }
}

/// A text as TOML takes it.
fn quoted(text: &str) -> String {
    match text.contains(['\\', '"']) && !text.contains('\'') {
        true => format!("'{text}'"),
        false => format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
    }
}

/// Every setting as a file would hold it, and where its value came from.
pub(super) fn printed(settings: &[Setting]) -> String {
    let mut text = String::new();
    for Setting { name, value, written, origin, .. } in settings {
        let mark = if value.is_some() { "" } else { "# " };
        text.push_str(&format!("{mark}{name} = {written}  # {origin}\n"));
    }
    text
}

/// A file to begin with: every setting, what it means, and what holds without it.
pub(super) fn example(set: &[(&str, &str)]) -> String {
    let mut text = EXAMPLE_HEAD.to_owned();
    for (name, setting) in each(&definitions()) {
        text.push('\n');
        for line in folded(&about(setting)) {
            text.push_str(&format!("# {line}\n"));
        }
        let chosen = set.iter().find(|(set, _)| *set == name);
        let values: Vec<String> = match chosen {
            Some((_, value)) => vec![(*value).to_owned()],
            None => setting
                .get_default_values()
                .iter()
                .map(|value| value.to_string_lossy().into_owned())
                .collect(),
        };
        let mark = if chosen.is_some() { "" } else { "#" };
        text.push_str(&format!("{mark}{name} = {}\n", written(setting, &values)));
    }
    text
}

const EXAMPLE_HEAD: &str = "\
# Settings of Lazaret, for `lazaret serve --config FILE` and every other command that opens the
# house. Each is a flag of `lazaret serve` too, which wins, and a variable of the environment
# (`root-key` is LAZARET_ROOT_KEY), which comes second. What is commented out is built in.
# `lazaret serve --print-config` tells what holds, and why.
";

/// Text in lines that a file has room for.
fn folded(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let Some(line) = lines.last_mut() else { break };
        if line.is_empty() {
            line.push_str(word);
        } else if line.chars().count() + word.chars().count() < 92 {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

#[cfg(test)]
mod tests;
