//! A certificate that the house makes for itself, for first use: no authority vouches for it,
//! so people compare its fingerprint with the one that the program prints.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::ToSpan as _;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, KeyPair};
use serde::{Deserialize, Serialize};

use super::{Tls, TlsError};

/// How long it holds: some systems take none for longer than 825 days.
const DAYS: i64 = 820;
/// How many days before its end another one is made.
const DAYS_LEFT: i64 = 30;

/// Whether the certificate was there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Made {
    /// It was there.
    Before,
    /// It was made now: nobody has compared it yet.
    Now,
}

/// For whom the certificate was made, and until when it holds.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Note {
    names: Vec<String>,
    until: Date,
}

/// The certificate that was made for `names`, below `folder`. One is made where there is
/// none, where it is for other names, and shortly before it ends.
///
/// # Errors
/// When a name is none, or a file cannot be read or written.
pub fn open(
    folder: &Path,
    names: &[String],
    now: Timestamp,
) -> Result<(Tls, Made), TlsError> {
    let files = Files::below(folder);
    let today = TimeZone::UTC.to_datetime(now).date();
    let noted = fs::read(&files.note).ok();
    let noted = noted.and_then(|note| serde_json::from_slice::<Note>(&note).ok());
    let is_good = noted.is_some_and(|note| {
        note.names == names && today.saturating_add(DAYS_LEFT.days()) < note.until
    });
    if is_good && let Ok(tls) = Tls::open(&files.certificate, &files.key) {
        return Ok((tls, Made::Before));
    }
    files.make(folder, names, today)?;
    Ok((Tls::open(&files.certificate, &files.key)?, Made::Now))
}

struct Files {
    certificate: PathBuf,
    key: PathBuf,
    note: PathBuf,
}

impl Files {
    fn below(folder: &Path) -> Self {
        let at = |name: &str| folder.join(name);
        Self {
            certificate: at("self-made.certificate.pem"),
            key: at("self-made.key.pem"),
            note: at("self-made.json"),
        }
    }

    fn make(&self, folder: &Path, names: &[String], today: Date) -> Result<(), TlsError> {
        let until = today.saturating_add(DAYS.days());
        let (certificate, key) = made(names, today, until)
            .map_err(|cause| TlsError::Making { names: names.join(", "), cause })?;
        let failed = |file: &Path| {
            let file = file.to_owned();
            move |cause| TlsError::File { file, cause }
        };
        fs::create_dir_all(folder).map_err(failed(folder))?;
        let note = Note { names: names.to_vec(), until };
        let note = serde_json::to_vec(&note).unwrap_or_default();
        // The note goes first and comes last: half of a change is no certificate.
        fs::remove_file(&self.note).ok();
        for (file, bytes) in [
            (&self.key, key.as_bytes()),
            (&self.certificate, certificate.as_bytes()),
            (&self.note, note.as_slice()),
        ] {
            write(file, bytes).map_err(failed(file))?;
        }
        Ok(())
    }
}

/// Certificate and key, as PEM. A day before today, because clocks differ.
fn made(
    names: &[String],
    today: Date,
    until: Date,
) -> Result<(String, String), rcgen::Error> {
    let key = KeyPair::generate()?;
    let mut asked = CertificateParams::new(names)?;
    let first = names.first().map(String::as_str).unwrap_or_default();
    asked.distinguished_name = rcgen::DistinguishedName::new();
    asked.distinguished_name.push(DnType::CommonName, first);
    asked.distinguished_name.push(DnType::OrganizationName, "Lazaret, self-made");
    asked.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let part = |number: i8| u8::try_from(number).unwrap_or(1);
    let midnight = |day: Date| {
        let (month, date) = (part(day.month()), part(day.day()));
        rcgen::date_time_ymd(i32::from(day.year()), month, date)
    };
    asked.not_before = midnight(today.saturating_sub(1.day()));
    asked.not_after = midnight(until);
    Ok((asked.self_signed(&key)?.pem(), key.serialize_pem()))
}

/// Writes a file for its owner alone, in the place of the one before.
fn write(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let aside = file.with_extension("new");
    fs::remove_file(&aside).ok();
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut written = options.open(&aside)?;
    written.write_all(bytes)?;
    written.sync_all()?;
    fs::rename(&aside, file)
}
