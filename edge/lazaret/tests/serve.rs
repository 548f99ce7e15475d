//! `lazaret serve` with settings that do not go together: refused with where each was said, before
//! a key or a folder is made.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails loudly")]

mod program;

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use program::{lazaret, talk};

const HOUSE: [&str; 5] = ["serve", "--data", "house", "--root-key", "root.key"];

/// Refused, with these words, and nothing is left behind.
#[track_caller]
fn refused(words: &[&str], settings: &str, expected: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let mut all = HOUSE.to_vec();
    all.extend(words);
    if !settings.is_empty() {
        fs::write(folder.join("lazaret.toml"), settings).unwrap();
        all.extend(["--config", "lazaret.toml"]);
    }
    let output = lazaret(&all, folder);
    let said = talk(&output);
    assert_eq!(output.status.code(), Some(2), "{words:?} {settings}: {said}");
    for expected in expected {
        assert!(said.contains(expected), "{words:?} {settings}: {expected} in {said}");
    }
    for left in ["house", "root.key", "data"] {
        assert!(!folder.join(left).exists(), "{words:?} {settings} left {left}");
    }
}

#[test]
fn settings_that_do_not_go_together_are_refused_before_anything_is_made() {
    let free = ["--listen", "127.0.0.1:0"];
    let with = |more: &[&'static str]| [&free[..], more].concat();
    refused(&with(&["--tls-self-made", "bad host!"]), "", &["bad host!", "is no host"]);
    refused(
        &free,
        "tls-self-made = [\"bad host!\"]\n",
        &["lazaret.toml, line 1", "is no host"],
    );
    refused(
        &free,
        "# mine\naddress = \"lazaret.example\"\n",
        &["lazaret.toml, line 2", "https://lazaret.hospital.example"],
    );
    refused(
        &with(&["--address", "lazaret.example"]),
        "",
        &["https://lazaret.hospital.example"],
    );
    let issuer = "https://login.example";
    refused(
        &with(&["--oidc-issuer", issuer]),
        "",
        &["`--oidc-issuer` needs `--oidc-client` beside it"],
    );
    refused(
        &free,
        "oidc-issuer = \"https://login.example\"\n",
        &["lazaret.toml, line 1: `oidc-issuer` needs `oidc-client` beside it"],
    );
    refused(
        &free,
        "oidc-client = \"x\"\n",
        &["line 1: `oidc-client` needs `oidc-issuer`"],
    );
    refused(
        &with(&["--behind-tls", "--oidc-issuer", issuer, "--oidc-client", "x"]),
        "",
        &["`--oidc-issuer` needs `--address` beside it"],
    );
    refused(
        &with(&["--tls-certificate", "x.pem"]),
        "",
        &["`--tls-certificate` needs `--tls-key` beside it"],
    );
    refused(
        &free,
        "tls-key = \"x.pem\"\n",
        &["line 1: `tls-key` needs `tls-certificate`"],
    );
    refused(&with(&["--tls-certificate", "x.pem", "--tls-key", "y.pem"]), "", &["x.pem"]);
    refused(&with(&["--feeds", "feeds.toml"]), "", &["feeds.toml"]);
}

#[test]
fn a_port_that_somebody_else_listens_on_is_refused_before_anything_is_made() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let port =
        format!("port {} of 127.0.0.1 is taken", taken.local_addr().unwrap().port());
    let listen = "name another port with `--listen`";
    refused(&["--listen", &address], "", &["`--listen`", &port, listen]);
    let metrics = "name another port with `--metrics-listen`";
    let free = ["--listen", "127.0.0.1:0"];
    refused(
        &[&free[..], &["--metrics-listen", &address]].concat(),
        "",
        &["`--metrics-listen`", &port, metrics],
    );
    let file = format!("\nmetrics-listen = \"{address}\"\n");
    let place = "lazaret.toml, line 2: `metrics-listen`";
    refused(&free, &file, &[place, &port, metrics]);
}

#[test]
fn what_is_wrong_with_mail_is_told_with_the_line_that_says_it() {
    let free = ["--listen", "127.0.0.1:0"];
    let file = |smtp: &str, from: &str| {
        format!(
            "address = \"https://lazaret.example\"\nsmtp = \"{smtp}\"\nmail-from = \"{from}\"\n"
        )
    };
    let (good, sender) = ("smtps://mail.example", "Lazaret <lazaret@hospital.example>");
    let line =
        |number: usize, name: &str| format!("lazaret.toml, line {number}: `{name}`");
    refused(&free, &file(good, "nobody"), &[&line(3, "mail-from"), "is no sender"]);
    refused(&free, &file("mail.example", sender), &[&line(2, "smtp"), "no mail server"]);
    refused(&free, "smtp = \"smtps://mail.example\"\n", &[&line(1, "smtp"), "--address"]);
    let secret = format!("{}smtp-password-file = \"none\"\n", file(good, sender));
    refused(&free, &secret, &[&line(4, "smtp-password-file"), "none"]);
    refused(
        &[
            &free[..],
            &["--address", "https://x.example", "--smtp", "x", "--mail-from", "y"],
        ]
        .concat(),
        "",
        &["`--smtp`", "no mail server"],
    );
}

/// What is said until a line holds the path of the first link.
fn said(folder: &Path, words: &[&str]) -> String {
    let mut child = Command::new(env!("CARGO_BIN_EXE_lazaret"))
        .args(HOUSE)
        .args(words)
        .current_dir(folder)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut said = String::new();
    while !said.contains("/first-run/") {
        let line = lines.next().expect("the server says its link").unwrap();
        said = format!("{said}{line}\n");
    }
    child.kill().unwrap();
    child.wait().unwrap();
    said
}

#[test]
fn behind_a_proxy_the_first_link_is_a_path_until_somebody_says_the_address() {
    let folder = tempfile::tempdir().unwrap();
    let behind = ["--behind-tls", "--listen", "0.0.0.0:0"];
    let path = said(folder.path(), &behind);
    assert!(path.contains("\n  /first-run/"), "{path}");
    assert!(path.contains("--address") && !path.contains("http://"), "{path}");
    let named = [&behind[..], &["--address", "https://lazaret.example/"]].concat();
    let whole = said(folder.path(), &named);
    assert!(whole.contains("\n  https://lazaret.example/first-run/"), "{whole}");
}
