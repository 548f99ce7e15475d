//! Signing in by an identity provider.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use oidc::{Provider, Settings};

use crate::cli::Failure;

#[derive(clap::Args)]
pub(super) struct SignIn {
    /// The identity provider by which people may sign in (OpenID Connect): its issuer, exactly
    /// as it calls itself. Passwords go on working
    #[arg(long, value_name = "URL")]
    oidc_issuer: Option<String>,
    /// What this house is called at the provider; its address of return is
    /// `ADDRESS/sign-in/provider/return`
    #[arg(long, value_name = "NAME")]
    oidc_client: Option<String>,
    /// The file of the client's secret, where it has one
    #[arg(long, value_name = "FILE")]
    oidc_secret: Option<PathBuf>,
    /// What the provider is called on the page
    #[arg(long, value_name = "NAME", default_value = "your organisation's account")]
    oidc_name: String,
}

impl SignIn {
    /// The provider, if one is named. `home` is where people reach this house.
    pub(super) fn provider(
        &self,
        home: &str,
        authorities: Vec<u8>,
    ) -> Result<Option<Provider>, Failure> {
        let Some(issuer) = &self.oidc_issuer else {
            if self.oidc_client.is_some() || self.oidc_secret.is_some() {
                bail!(
                    "`--oidc-client` and `--oidc-secret` need `--oidc-issuer` beside them"
                );
            }
            return Ok(None);
        };
        let Some(client) = &self.oidc_client else {
            bail!("`--oidc-issuer` needs `--oidc-client` beside it");
        };
        let secret = self.oidc_secret.as_deref().map(secret).transpose()?;
        Ok(Some(Provider::new(Settings {
            issuer: issuer.clone(),
            client: client.clone(),
            secret,
            name: self.oidc_name.clone(),
            home: home.to_owned(),
            authorities,
        })?))
    }
}

/// A secret is the first line of its file.
fn secret(file: &Path) -> Result<String, Failure> {
    let text =
        std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    match text.lines().next().map(str::trim).filter(|line| !line.is_empty()) {
        Some(line) => Ok(line.to_owned()),
        None => bail!("{} holds no secret", file.display()),
    }
}
