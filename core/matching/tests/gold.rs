//! The labelled inventories against their advisories: the scores are gates that fail when
//! they fall below `quality/device_match.toml`. One set is shared test material, the others,
//! in `quality/blind*`, were written without sight of the rules.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a test reads files and fails loudly"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use advisory::Record;
use matching::device::{Answer, Configuration, Matcher, Replies, Reply, Verdict};
use naming::Makers;

/// The sets that were written without sight of the rules.
const SETS: [&str; 6] = ["blind", "blind2", "blind3", "blind4", "blind5", "blind6"];

/// The folder of shared test material; `None` where there is none and none is demanded.
fn shared() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let shared = std::env::var_os("LAZARET_SHARED")
        .map_or_else(|| root.join("../shared"), PathBuf::from);
    if shared.is_dir() {
        return Some(shared);
    }
    assert!(std::env::var_os("CI").is_none(), "no {}", shared.display());
    eprintln!("skipped: no {}", shared.display());
    None
}

fn rows(path: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.deserialize().map(Result::unwrap).collect()
}

fn records(folder: &Path) -> Vec<Record> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
        .iter()
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .map(|path| advisory::csaf::parse(&fs::read(path).unwrap()).unwrap().value)
        .collect()
}

type Pair = (String, String);

fn pairs(path: &Path) -> BTreeMap<Pair, String> {
    let key = |row: &BTreeMap<String, String>| {
        (row["asset_tag"].trim().to_owned(), row["advisory_id"].trim().to_uppercase())
    };
    let word =
        |row: &BTreeMap<String, String>| row.get("verdict").cloned().unwrap_or_default();
    rows(path).iter().map(|row| (key(row), word(row))).collect()
}

/// The date of a column, in either of its two spellings, as `2018-06-20`.
fn date(text: &str) -> String {
    match text.split('/').collect::<Vec<_>>().as_slice() {
        [month, day, year] => format!("{year}-{month}-{day}"),
        _ => text.to_owned(),
    }
}

fn configuration(row: &BTreeMap<String, String>) -> Configuration {
    Configuration {
        maker: row["manufacturer"].clone(),
        model: row["model"].clone(),
        description: row["description"].clone(),
        version: row["software_version"].clone(),
        received: date(&row["install_date"]),
    }
}

struct Said {
    word: &'static str,
    grounds: String,
}

fn said(gold: &Path, matcher: &Matcher) -> BTreeMap<Pair, Said> {
    let mut said = BTreeMap::new();
    for row in rows(&gold.join("inventory.csv")) {
        for answer in matcher.judge(&configuration(&row)) {
            let pair =
                (row["asset_tag"].clone(), matcher.id(answer.record).to_uppercase());
            let grounds = format!("{}; {}", answer.grounds.join("; "), answer.question);
            let told = Said { word: answer.verdict.word(), grounds };
            assert!(said.insert(pair, told).is_none(), "a pair is told twice");
        }
    }
    said
}

/// Figures of `checks/device_match.py`.
#[derive(Debug, Default)]
struct Score {
    precision: f64,
    recall: f64,
    lost: f64,
    doubt: f64,
}

#[expect(clippy::cast_precision_loss, reason = "a few hundred pairs")]
fn score(said: &BTreeMap<Pair, Said>, gold: &Path) -> Score {
    let (truth, skip) =
        (pairs(&gold.join("truth.csv")), pairs(&gold.join("unscored.csv")));
    let all: BTreeSet<&Pair> = said.keys().chain(truth.keys()).collect();
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for pair in all.into_iter().filter(|pair| !skip.contains_key(*pair)) {
        let ours = said.get(pair).map_or("not_affected", |said| said.word);
        let theirs = truth.get(pair).map_or("not_affected", String::as_str);
        *counts.entry((ours, theirs)).or_default() += 1;
        if ours != theirs {
            let grounds = said.get(pair).map_or("", |said| &said.grounds);
            eprintln!("{} × {}: said {ours}, truth {theirs}: {grounds}", pair.0, pair.1);
        }
    }
    let count = |ours: Option<&str>, theirs: Option<&str>| -> f64 {
        let wanted = counts.iter().filter(|((o, t), _)| {
            ours.is_none_or(|ours| ours == *o) && theirs.is_none_or(|theirs| theirs == *t)
        });
        wanted.map(|(_, count)| *count).sum::<usize>() as f64
    };
    let (affected, doubt) = (Some("affected"), Some("cannot_tell"));
    Score {
        precision: count(affected, affected) / count(affected, None),
        recall: count(affected, affected) / count(None, affected),
        lost: count(Some("not_affected"), doubt) / count(None, doubt),
        doubt: count(doubt, doubt) / count(doubt, None),
    }
}

/// The advisories of a list that stand in a packed folder.
fn packed(archive: &Path, wanted: &BTreeSet<String>) -> Vec<Record> {
    let bytes = fs::read(archive).unwrap();
    let decoder = zstd::Decoder::new(bytes.as_slice()).unwrap();
    let mut records = Vec::new();
    for entry in tar::Archive::new(decoder).entries().unwrap() {
        let mut entry = entry.unwrap();
        let path = entry.path().unwrap().into_owned();
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().to_uppercase();
        if path.extension().is_some_and(|it| it == "json") && wanted.contains(&stem) {
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            records.push(advisory::csaf::parse(&bytes).unwrap().value);
        }
    }
    records
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn the_score_on_the_labelled_inventory_does_not_fall() {
    let Some(shared) = shared() else { return };
    let records = records(&shared.join("corpus/csaf-icsma"));
    let fallen = falls("gold", &records, &shared.join("gold"));
    assert!(fallen.is_empty(), "{fallen:?}");
}

#[test]
fn the_scores_on_the_inventories_written_without_sight_of_the_rules_do_not_fall() {
    let Some(shared) = shared() else { return };
    let medical = records(&shared.join("corpus/csaf-icsma"));
    let mut fallen: Vec<String> = Vec::new();
    for set in SETS {
        let folder = root().join("quality").join(set);
        let list = fs::read_to_string(folder.join("advisories.txt")).unwrap();
        let wanted: BTreeSet<String> =
            list.lines().filter(|line| !line.is_empty()).map(str::to_uppercase).collect();
        let invented = folder.join("advisories");
        let mut records = if invented.is_dir() { records(&invented) } else { Vec::new() };
        records.extend(packed(&shared.join("corpus/csaf/cisa-icsa.tar.zst"), &wanted));
        records.extend(medical.iter().filter(|it| wanted.contains(&it.id)).cloned());
        assert_eq!(records.len(), wanted.len(), "an advisory of {set} is missing");
        fallen.extend(falls(set, &records, &folder));
    }
    assert!(fallen.is_empty(), "{fallen:?}");
}

/// What fell below the gates of a set.
fn falls(set: &str, records: &[Record], folder: &Path) -> Vec<String> {
    let kept = fs::read_to_string(root().join("quality/device_match.toml")).unwrap();
    let kept: BTreeMap<String, BTreeMap<String, f64>> = toml::from_str(&kept).unwrap();
    let kept = &kept[set];
    let matcher = Matcher::new(records, Makers::built_in());
    let score = score(&said(folder, &matcher), folder);
    eprintln!(
        "{score:?}, {} leaves, {} unreadable",
        matcher.leaves(),
        matcher.unreadable()
    );
    let gates = [
        ("precision", score.precision >= kept["precision"]),
        ("recall", score.recall >= kept["recall"]),
        ("lost", score.lost <= kept["lost"]),
        ("doubt", score.doubt >= kept["doubt"]),
    ];
    let fallen = gates.iter().filter(|(_, holds)| !holds);
    fallen.map(|(gate, _)| format!("{set}: {gate} of {score:?}")).collect()
}

/// Sets of rows and advisories: the shared one, and those in `quality`.
fn sets() -> Vec<(PathBuf, PathBuf)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../quality");
    let quality = SETS.map(|set| (root.join(set), root.join(set).join("advisories")));
    let shared = shared().map(|shared| {
        let (gold, corpus) = (shared.join("gold"), shared.join("corpus/csaf-icsma"));
        (gold, corpus)
    });
    let all = quality.into_iter().chain(shared);
    all.filter(|(rows, advisories)| {
        rows.join("inventory.csv").is_file() && advisories.is_dir()
    })
    .collect()
}

/// Answers all that is asked with the same word, question after question; what is said then.
#[track_caller]
fn answered(matcher: &Matcher, row: &Configuration, reply: Reply) -> Vec<Answer> {
    let mut replies = Replies::default();
    for _ in 0..40 {
        let answers = matcher.judge_answered(row, &replies);
        let asked: Vec<String> = answers
            .iter()
            .flat_map(|answer| &answer.asked)
            .map(|asked| asked.ask.key())
            .collect();
        if asked.is_empty() {
            return answers;
        }
        for key in asked {
            replies.add(key, reply);
        }
    }
    unreachable!("the questions about {row:?} have no end")
}

#[test]
fn every_question_about_a_real_device_is_settled_by_answers() {
    let mut asked = 0;
    for (folder, advisories) in sets() {
        let records = records(&advisories);
        let matcher = Matcher::new(&records, Makers::built_in());
        for row in rows(&folder.join("inventory.csv")) {
            let row = configuration(&row);
            let public = matcher.judge(&row);
            let open: Vec<&Answer> = public
                .iter()
                .filter(|answer| answer.verdict == Verdict::CannotTell)
                .collect();
            for answer in &public {
                // What cannot be told asks, and its own question stands first.
                let first = answer.asked.first().map(|asked| asked.ask.text.as_str());
                if answer.verdict == Verdict::CannotTell {
                    assert_eq!(first, Some(answer.question.as_str()), "{row:?}");
                }
            }
            if open.is_empty() {
                continue;
            }
            asked += open.len();
            for reply in [Reply::Yes, Reply::No] {
                let settled = answered(&matcher, &row, reply);
                for one in &settled {
                    assert_ne!(one.verdict, Verdict::CannotTell, "{row:?}: {one:?}");
                }
                // What could be told before is told as before.
                for old in public.iter().filter(|one| one.verdict == Verdict::NotAffected)
                {
                    let new = settled.iter().find(|new| new.record == old.record);
                    let new = new.map(|new| new.verdict);
                    assert_eq!(new, Some(Verdict::NotAffected), "{row:?}: {old:?}");
                }
            }
            let strange: Replies =
                [("condition\nx".to_owned(), Reply::No)].into_iter().collect();
            assert_eq!(matcher.judge_answered(&row, &strange), public, "{row:?}");
        }
    }
    assert!(asked > 20 || sets().is_empty(), "{asked}");
}
