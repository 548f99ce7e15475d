//! What the file, the environment and the command line say together.

use std::ffi::OsString;
use std::path::Path;

use super::{Arguments, Refused, example, parse, printed};
use crate::cli::Command;

/// What is read of these words, with that file and that environment.
fn read(
    words: &[&str],
    file: &str,
    environment: &[(&str, &str)],
) -> Result<Arguments, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lazaret.toml");
    std::fs::write(&path, file).unwrap();
    let mut words: Vec<OsString> = words.iter().map(OsString::from).collect();
    words.extend(["--config".into(), path.into_os_string()]);
    let environment = |name: &str| {
        let said = environment.iter().find(|(known, _)| *known == name);
        said.map(|(_, value)| OsString::from(value))
    };
    parse(words, &environment).map_err(|refused| match refused {
        Refused::Words(error) => error.to_string(),
        Refused::Setting(error) => {
            let folder = folder.path().display().to_string();
            format!("{error:#}").replace(&format!("{folder}/"), "")
        }
    })
}

/// One setting as `serve` finds it: its value and where it came from.
#[track_caller]
fn check(
    words: &[&str],
    file: &str,
    environment: &[(&str, &str)],
    setting: &str,
    expected: (&str, &str),
) {
    let words = [&["lazaret", "serve"], words].concat();
    let Ok(Arguments { command: Command::Serve(serve), .. }) =
        read(&words, file, environment)
    else {
        panic!("{words:?} with {file:?} is taken");
    };
    let one = serve.settings.iter().find(|one| one.name == setting).unwrap();
    let origin = Path::new(&one.origin).file_name().unwrap().to_str().unwrap();
    assert_eq!((one.value.as_deref().unwrap_or(""), origin), expected);
}

#[test]
fn the_command_line_wins_then_the_environment_then_the_file() {
    let file = "\n# where\nlisten = \"127.0.0.3:1\"\nbehind-tls = true\n";
    let variable = ("LAZARET_LISTEN", "127.0.0.2:1");
    let here = &["--listen", "127.0.0.1:1"];
    check(here, file, &[variable], "listen", ("127.0.0.1:1", "the command line"));
    let environment = ("127.0.0.2:1", "LAZARET_LISTEN in the environment");
    check(&[], file, &[variable], "listen", environment);
    check(&[], file, &[], "listen", ("127.0.0.3:1", "lazaret.toml, line 3"));
    check(&[], "", &[], "listen", ("127.0.0.1:8080", "built in"));
    check(&[], "", &[("LAZARET_LISTEN", "")], "listen", ("127.0.0.1:8080", "built in"));
    check(&[], file, &[], "behind-tls", ("true", "lazaret.toml, line 4"));
    let off = ("LAZARET_BEHIND_TLS", "no");
    let environment = ("false", "LAZARET_BEHIND_TLS in the environment");
    check(&[], file, &[off], "behind-tls", environment);
    check(&["--behind-tls"], "", &[off], "behind-tls", ("true", "the command line"));
    check(&[], "", &[], "index", ("", "not set"));
}

#[test]
fn what_excludes_each_other_is_settled_by_who_is_closer() {
    let file = "feeds = \"feeds.toml\"";
    check(&["--index", "x"], file, &[], "feeds", ("", "not set"));
    check(&[], file, &[("LAZARET_INDEX", "x")], "feeds", ("", "not set"));
    let both = "feeds = \"feeds.toml\"\nindex = \"x\"";
    refused(both, &[], "exclude each other");
    let variables = [("LAZARET_FEEDS", "f"), ("LAZARET_INDEX", "x")];
    refused("", &variables, "exclude each other");
}

#[track_caller]
fn refused(file: &str, environment: &[(&str, &str)], expected: &str) {
    let words = ["lazaret", "serve"];
    let said = read(&words, file, environment).err().expect("it is refused");
    assert!(said.contains(expected), "{file:?}: {said}");
}

#[test]
fn a_wrong_setting_is_refused_with_its_line_and_a_hint() {
    for (file, expected) in [
        (
            "\ndatbase = \"x\"",
            "lazaret.toml, line 2: `datbase` is no setting\nhelp: did you mean `database`?",
        ),
        ("root_key = \"x\"", "did you mean `root-key`?"),
        ("Listen = \"x\"", "did you mean `listen`?"),
        (
            "zzzzzzzz = 1",
            "help: `lazaret serve --print-config=example` shows all of them",
        ),
        ("config = \"x\"", "`config` is no setting"),
        ("print-config = true", "`print-config` is no setting"),
        ("quiet = true", "`quiet` is no setting"),
        ("help = true", "`help` is no setting"),
        ("listen = 8080", "lazaret.toml, line 1: `listen` is a text, in quotes"),
        (
            "listen = \"8080\"",
            "lazaret.toml, line 1: invalid value '8080' for '--listen <ADDRESS>'",
        ),
        ("behind-tls = \"true\"", "`behind-tls` is `true` or `false`, without quotes"),
        ("data = [\"a\"]", "`data` is a text, in quotes"),
        ("[server]\nlisten = \"127.0.0.1:1\"", "line 1: `server` is no setting"),
        ("data = \"a\"\ndata = \"b\"", "lazaret.toml, line 2: duplicate key"),
        ("data = ", "lazaret.toml, line 1: "),
        ("data", "lazaret.toml, line 1: "),
        ("\u{0}", "lazaret.toml, line 1: "),
    ] {
        refused(file, &[], expected);
    }
    refused("", &[("LAZARET_BEHIND_TLS", "perhaps")], "is `true` or `false`");
    refused("", &[("LAZARET_LISTEN", "here")], "LAZARET_LISTEN in the environment");
}

#[test]
fn a_file_that_is_not_there_is_refused_by_name() {
    let words = ["lazaret", "doctor", "--config", "/nowhere/lazaret.toml"];
    let refused = parse(words.map(OsString::from), &|_| None).err().unwrap();
    let Refused::Setting(error) = refused else { panic!("a setting is refused") };
    assert!(format!("{error:#}").contains("/nowhere/lazaret.toml"), "{error:#}");
}

#[test]
fn every_command_that_opens_the_house_takes_its_part_of_the_same_file() {
    let file = "data = \"there\"\nlisten = \"127.0.0.1:1\"";
    for words in
        [&["backup", "x"][..], &["restore", "x"], &["doctor"], &["audit", "verify"]]
    {
        let words = [&["lazaret"], words].concat();
        assert!(read(&words, file, &[]).is_ok(), "{words:?}");
        assert!(read(&words, "datta = \"x\"", &[]).is_err(), "{words:?}");
    }
    let scan = ["lazaret", "scan", "x"].map(OsString::from);
    assert!(parse(scan, &|_| Some("nonsense".into())).is_ok());
}

#[test]
fn a_password_in_the_address_of_the_database_is_hidden() {
    for (address, expected) in [
        ("postgres://me:secret@db:5432/house", "postgres://(hidden)@db:5432/house"),
        ("postgres://db/house?password=secret", "postgres://db/house"),
        ("sqlite:/srv/house.db", "sqlite:/srv/house.db"),
    ] {
        let file = format!("database = \"{address}\"");
        check(&[], &file, &[], "database", (expected, "lazaret.toml, line 1"));
    }
    // What is none is refused, and a mail server's password is not shown either.
    let none = read(&["lazaret", "serve"], "database = \"secret\"", &[]);
    assert!(none.is_err());
    let file = "smtp = \"smtps://me:secret@mail:465\"\nmail-from = \"a@b.example\"";
    check(&[], file, &[], "smtp", ("smtps://(hidden)@mail:465", "lazaret.toml, line 1"));
    let words = ["lazaret", "serve", "--help"].map(OsString::from);
    let variable = |name: &str| {
        (name == "LAZARET_DATABASE").then(|| "postgres://a:tangerine@b/c".into())
    };
    let Err(Refused::Words(help)) = parse(words, &variable) else { panic!("it is help") };
    assert!(!help.to_string().contains("tangerine"));
}

#[test]
fn what_is_printed_is_a_file_that_says_the_same() {
    let words = ["lazaret", "serve", "--data", "a \"b\" \\c", "--behind-tls"];
    let settings = |file: &str, words: &[&str]| {
        let Arguments { command: Command::Serve(serve), .. } =
            read(words, file, &[]).unwrap()
        else {
            panic!("it is serve");
        };
        serve.settings
    };
    let first = settings("", &words);
    let second = settings(&printed(&first), &words[..2]);
    let values = |settings: &[super::Setting]| -> Vec<_> {
        settings.iter().map(|one| (one.name.clone(), one.value.clone())).collect()
    };
    assert_eq!(values(&first), values(&second));
}

/// What the package sets, where the service runs.
const PACKAGED: [(&str, &str); 2] =
    [("data", "/var/lib/lazaret"), ("root-key", "/var/lib/lazaret-key/root.key")];

#[test]
fn the_file_of_the_package_is_made_from_the_definitions() {
    let packaged = include_str!("../../../../../packaging/lazaret.toml");
    let expected = example(&PACKAGED);
    assert!(packaged == expected, "packaging/lazaret.toml should be:\n{expected}");
    read(&["lazaret", "serve"], packaged, &[]).unwrap();
}

#[test]
fn each_setting_of_the_example_is_taken_when_it_is_uncommented() {
    for line in example(&[]).lines() {
        let Some(line) = line.strip_prefix('#').filter(|line| !line.starts_with(' '))
        else {
            continue;
        };
        match read(&["lazaret", "serve"], line, &[]) {
            Ok(_) => {}
            // A form of an address is no address.
            Err(said) => assert!(said.contains("invalid value"), "{line}: {said}"),
        }
    }
}
