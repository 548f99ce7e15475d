//! TLS of our own: which certificate is shown.

use std::path::{Path, PathBuf};

use anyhow::bail;
use web::tls::Tls;
use web::tls::self_made::{self, Made};

use super::place::Host;
use crate::cli::Failure;
use crate::render;

#[derive(clap::Args)]
pub(super) struct OwnTls {
    /// Speak TLS with this certificate (PEM, its chain behind it); it is read again when it
    /// changes
    #[arg(long, value_name = "FILE", conflicts_with_all = ["tls_self_made", "behind_tls"])]
    tls_certificate: Option<PathBuf>,
    /// The key of the certificate (PEM, under no password)
    #[arg(long, value_name = "FILE", conflicts_with_all = ["tls_self_made", "behind_tls"])]
    tls_key: Option<PathBuf>,
    /// Speak TLS with a certificate that the house makes for itself, once, for these hosts;
    /// its fingerprint is printed. For first use: no authority vouches for it
    #[arg(
        long,
        value_name = "HOST",
        value_delimiter = ',',
        conflicts_with = "behind_tls"
    )]
    tls_self_made: Vec<Host>,
}

impl OwnTls {
    /// Whether TLS is spoken here.
    pub(super) fn are_set(&self) -> bool {
        self.tls_certificate.is_some()
            || self.tls_key.is_some()
            || !self.tls_self_made.is_empty()
    }

    /// The host that a link names, where it was said.
    pub(super) fn host(&self) -> Option<&str> {
        self.tls_self_made.first().map(Host::as_str)
    }

    /// The certificate that files hold, where they are named.
    pub(super) fn named(&self) -> Result<Option<Tls>, Failure> {
        match (&self.tls_certificate, &self.tls_key) {
            (Some(certificate), Some(key)) => Ok(Some(Tls::open(certificate, key)?)),
            (Some(_), None) => bail!("`--tls-certificate` needs `--tls-key` beside it"),
            (None, Some(_)) => bail!("`--tls-key` needs `--tls-certificate` beside it"),
            (None, None) => Ok(None),
        }
    }

    /// The certificate that the house makes for itself below the data folder, where it is to.
    pub(super) fn self_made(&self, data: &Path) -> Result<Option<Tls>, Failure> {
        if self.tls_self_made.is_empty() {
            return Ok(None);
        }
        let now = jiff::Timestamp::now();
        let hosts: Vec<String> =
            self.tls_self_made.iter().map(|host| host.as_str().to_owned()).collect();
        let (tls, made) = self_made::open(&data.join("tls"), &hosts, now)?;
        let made = match made {
            Made::Now => "a certificate was made that no authority vouches for",
            Made::Before => "the certificate is self-made",
        };
        render::talk(&format!(
            "{made}; compare what the browser shows with SHA-256\n  {}",
            tls.fingerprint()
        ));
        Ok(Some(tls))
    }
}
