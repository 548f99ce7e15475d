//! `lazaret report`: what the house gave away, checked by whoever got it.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use pack::{Checked, PublicKey, check};
use serde::Serialize;

use super::{Failure, Outcome};
use crate::output::text::{clean, counted};
use crate::render;

#[derive(clap::Subcommand)]
pub(crate) enum Verb {
    /// Check an evidence pack, without a network: every file, the signature, the proofs
    #[command(after_help = VERIFY_HELP)]
    Verify(Verify),
}

const VERIFY_HELP: &str = "\
One line on standard output for each file that was changed, taken away or added, and for a
signature, a proof or a delivery that does not hold; none where all is as it was signed.
On standard error how many of how many files, acts and documents hold, and what was left out.

The key in a pack says only that whoever made it signed it. Give the key that the organisation
shows (Settings, Evidence packs) with --key, or compare the fingerprint.

Exit codes: 0 as it was signed, 1 something is not, 2 no evidence pack.";

#[derive(clap::Args)]
pub(crate) struct Verify {
    /// The pack: the ZIP as it was taken from the house
    #[arg(value_name = "PACK")]
    pack: PathBuf,
    /// The public key of the organisation, in PEM
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// How an answer is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// A line for each fault, for a person
    Text,
    /// One JSON object, for a program
    Json,
}

pub(crate) fn run(verb: &Verb) -> Result<Outcome, Failure> {
    let Verb::Verify(arguments) = verb;
    let given = arguments.key.as_deref().map(public_key).transpose()?;
    let name = arguments.pack.display().to_string();
    let file = File::open(&arguments.pack).with_context(|| name.clone())?;
    let checked = check(BufReader::new(file), given)
        .map_err(|why| refused(&arguments.pack, &why))?;
    match arguments.format {
        Format::Text => text(&name, &checked)?,
        Format::Json => json(&name, &checked)?,
    }
    tell(&checked, given);
    Ok(match checked.faults.is_empty() {
        true => Outcome::Nothing,
        false => Outcome::Found,
    })
}

/// Bytes of a key, and of what is taken for one by mistake.
const KEY_MAX: u64 = 64 * 1024;

fn public_key(path: &Path) -> Result<PublicKey, Failure> {
    use std::io::Read as _;

    let name = path.display().to_string();
    let file = File::open(path).with_context(|| name.clone())?;
    let mut text = Vec::new();
    file.take(KEY_MAX).read_to_end(&mut text).with_context(|| name.clone())?;
    let read = PublicKey::from_pem(&String::from_utf8_lossy(&text));
    read.map_err(|why| refused(path, &why))
}

fn refused(path: &Path, why: &reading::Rejected) -> Failure {
    let told = format!("{}: {}", path.display(), clean(&why.to_string()));
    match why.hint.as_ref() {
        "" => anyhow::anyhow!(told),
        hint => anyhow::anyhow!("{told}\nhelp: {hint}"),
    }
}

fn text(name: &str, checked: &Checked) -> Result<(), Failure> {
    let faults = checked.faults.iter();
    let lines: String = faults.map(|fault| clean(&fault.to_string()) + "\n").collect();
    render::data(&lines)?;
    let found = match checked.faults.len() {
        0 => "all as it was signed".to_owned(),
        faults => counted(faults, "fault"),
    };
    let of =
        |some: usize, all: usize, noun: &str| format!("{some} of {}", counted(all, noun));
    render::talk(&format!(
        "{name}: {found}; {} whole, {} proven to stand in the audit log, {} as delivered",
        of(checked.whole, checked.files, "file"),
        of(checked.proven, checked.leaves, "act"),
        of(checked.delivered, checked.documents, "document")
    ));
    if let Some((size, root)) = &checked.log {
        render::talk(&format!("the audit log had {size} leaves, with the root {root}"));
    }
    for one in &checked.left_out {
        let said = clean(&format!("{}: {}", one.what, one.why));
        render::talk(&format!("left out by whoever made it: {said}"));
    }
    Ok(())
}

/// Whose key it was, on stderr.
fn tell(checked: &Checked, given: Option<PublicKey>) {
    let Some(key) = checked.key else { return };
    let fingerprint = key.fingerprint();
    match given {
        Some(_) => render::talk(&format!("checked with the key {fingerprint}")),
        None => render::talk(&format!(
            "warning: checked with the key in the pack alone, {fingerprint}\n\
             help: compare it with the fingerprint that the organisation shows, or give its \
             key with --key"
        )),
    }
}

/// `docs/schema/report-verify.schema.json`.
#[derive(Serialize)]
struct Shown<'c> {
    file: &'c str,
    files: usize,
    whole: usize,
    key: Option<String>,
    leaves: usize,
    proven: usize,
    documents: usize,
    delivered: usize,
    left_out: Vec<LeftOut<'c>>,
    log: Option<Log<'c>>,
    faults: Vec<Found>,
}

#[derive(Serialize)]
struct Log<'c> {
    size: i64,
    root: &'c str,
}

#[derive(Serialize)]
struct LeftOut<'c> {
    what: &'c str,
    why: &'c str,
}

#[derive(Serialize)]
struct Found {
    fault: &'static str,
    message: String,
}

fn json(name: &str, checked: &Checked) -> Result<(), Failure> {
    let shown = Shown {
        file: name,
        files: checked.files,
        whole: checked.whole,
        key: checked.key.map(|key| key.fingerprint()),
        leaves: checked.leaves,
        proven: checked.proven,
        documents: checked.documents,
        delivered: checked.delivered,
        left_out: (checked.left_out.iter())
            .map(|it| LeftOut { what: &it.what, why: &it.why })
            .collect(),
        log: checked.log.as_ref().map(|(size, root)| Log { size: *size, root }),
        faults: checked
            .faults
            .iter()
            .map(|it| Found { fault: it.word(), message: it.to_string() })
            .collect(),
    };
    render::stream(|out| {
        serde_json::to_writer(&mut *out, &shown)?;
        writeln!(out)
    })?;
    Ok(())
}
