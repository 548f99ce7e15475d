//! Evidence of the tables of cases, read like delivered files.

use evidence::Pseudonyms;
use posture::{Held, Holdings, Tailoring, Verdict, derive};
use terms::Day;

pub(crate) fn day(text: &str) -> Day {
    terms::date::day(text).unwrap()
}

pub(crate) fn today() -> Day {
    day("2026-11-26")
}

/// One case: the control, what is expected, the documents.
pub(crate) struct Case {
    pub(crate) control: String,
    pub(crate) verdict: Verdict,
    pub(crate) documents: Vec<(String, String)>,
    pub(crate) line: String,
}

pub(crate) fn cases() -> Vec<Case> {
    let files = [
        ("a.txt", include_str!("../cases/a.txt")),
        ("b.txt", include_str!("../cases/b.txt")),
        ("c.txt", include_str!("../cases/c.txt")),
        ("d.txt", include_str!("../cases/d.txt")),
    ];
    files.into_iter().flat_map(|(name, text)| read(name, text)).collect()
}

fn read(name: &str, text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut control = String::new();
    for (number, line) in (1..).zip(text.lines()) {
        if let Some(id) = line.strip_prefix("## ") {
            control = id.trim().to_owned();
        } else if let Some(word) = line.strip_prefix("> ") {
            let verdict = Verdict::ALL.into_iter().find(|it| it.word() == word.trim());
            cases.push(Case {
                control: control.clone(),
                verdict: verdict.unwrap_or_else(|| panic!("{name}:{number}: {word}")),
                documents: Vec::new(),
                line: format!("{name}:{number}"),
            });
        } else if let Some(case) = cases.last_mut() {
            match line.strip_prefix("@ ") {
                Some(file) => case.documents.push((file.to_owned(), String::new())),
                None => {
                    if case.documents.is_empty() {
                        case.documents
                            .push(("register.toml".into(), "evidence = 1\n".into()));
                    }
                    let document = &mut case.documents.last_mut().unwrap().1;
                    document.push_str(line);
                    document.push('\n');
                }
            }
        }
    }
    cases
}

/// Documents as holdings, as the command takes them in.
pub(crate) fn holdings(documents: &[(String, String)]) -> Holdings {
    let names = Pseudonyms::new([7; 32]);
    let mut holdings = Holdings::default();
    holdings.delivered.insert("p.pdf".to_owned());
    for (file, text) in documents {
        let bytes = text.as_bytes();
        match evidence::format(bytes) {
            Some(format) => {
                let read = evidence::parse(format, bytes, &names)
                    .unwrap_or_else(|why| panic!("{file}: {why}\n{text}"));
                if let evidence::Read::Scan(scan) = &read.value {
                    holdings.held.extend(derive::network(file, scan));
                }
                let what = read.value.into();
                holdings.add(Held::new(file.clone(), None, what));
            }
            None => {
                let records = derive::inventory(bytes)
                    .unwrap_or_else(|why| panic!("{file}: {why}"));
                let what = posture::What::Records(records.value);
                holdings.add(Held::new(file.clone(), None, what));
            }
        }
    }
    holdings
}

pub(crate) fn tailoring() -> Tailoring {
    Tailoring::named("St. Example")
}
