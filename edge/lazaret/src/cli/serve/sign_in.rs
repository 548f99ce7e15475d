//! Signing in by an identity provider.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use oidc::{GroupsClaim, Provider, Settings};
use operations::App;
use operations::groups::{self, GroupRole};

use crate::cli::Failure;
use crate::render;

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
    /// The claim of the ID token that holds the groups in which somebody is, such as `groups`;
    /// without it groups give nothing
    #[arg(long, value_name = "NAME")]
    oidc_groups_claim: Option<String>,
    /// The scope that is asked for beside `openid`, where the provider sends groups only then
    #[arg(long, value_name = "NAME")]
    oidc_groups_scope: Option<String>,
    /// Which group gives which role, in which organisation with everything below it:
    /// `biomedical engineering = biomed @ North Hospital`. Set at each sign-in by the provider
    /// to what it says then; roles that were given by hand stay
    #[arg(long, value_name = "GROUP = ROLE @ ORGANISATION")]
    oidc_group: Vec<GroupRole>,
}

impl SignIn {
    /// The provider, if one is named. `home` is where people reach this house.
    pub(super) fn provider(
        &self,
        home: &str,
        authorities: Vec<u8>,
    ) -> Result<Option<Provider>, Failure> {
        let Some(issuer) = &self.oidc_issuer else {
            if self.oidc_client.is_some()
                || self.oidc_secret.is_some()
                || self.oidc_groups_claim.is_some()
                || !self.oidc_group.is_empty()
            {
                bail!(
                    "`--oidc-client`, `--oidc-secret`, `--oidc-groups-claim` and `--oidc-group` need \
                     `--oidc-issuer` beside them"
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
            groups: self.groups()?,
            authorities,
        })?))
    }

    /// Which claim holds groups; each of claim and groups needs the other.
    fn groups(&self) -> Result<Option<GroupsClaim>, Failure> {
        let claim = match (&self.oidc_groups_claim, self.oidc_group.is_empty()) {
            (None, true) if self.oidc_groups_scope.is_none() => return Ok(None),
            (Some(claim), false) => claim,
            (Some(_), true) => bail!(
                "`--oidc-groups-claim` needs `--oidc-group` beside it: which group gives which role"
            ),
            (None, _) => bail!(
                "`--oidc-group` and `--oidc-groups-scope` need `--oidc-groups-claim` beside them: where groups stand in the \
                 ID token"
            ),
        };
        let is_scope = |scope: &str| {
            !scope.is_empty() && scope.bytes().all(|byte| byte.is_ascii_graphic())
        };
        if claim.is_empty() || !self.oidc_groups_scope.as_deref().is_none_or(is_scope) {
            bail!("the name of a claim, or of a scope, is a word");
        }
        let scope = self.oidc_groups_scope.clone();
        Ok(Some(GroupsClaim { claim: claim.clone(), scope }))
    }

    /// The house with the roles that groups give; what they gave and give no more is gone.
    pub(super) async fn grant(&self, app: App) -> Result<App, Failure> {
        let app = app.granting(self.oidc_group.clone());
        groups::retire(&app).await?;
        for row in groups::without_place(&app).await? {
            render::talk(&format!(
                "warning: the group `{}` gives nothing: there is no organisation `{}`, or several",
                row.group, row.organisation
            ));
        }
        Ok(app)
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
