//! Asks a provider: where somebody signs in, and what a code is worth.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use data_encoding::{BASE64, BASE64URL_NOPAD};
use jiff::Timestamp;
use reqwest::StatusCode;
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;
use url::Url;
use url::form_urlencoded::{Serializer, byte_serialize};

use crate::discovery::{Discovered, DiscoveryFault, SecretIn, asked};
use crate::groups::GroupsClaim;
use crate::keys::{Keys, KeysFault};
use crate::random;
use crate::token::{Claims, Expected, Refusal, verify};

/// How long what a provider says of itself, and its keys, are taken for true.
const KEPT: Duration = Duration::from_secs(3600);
/// How long a provider may take to answer.
const PATIENCE: Duration = Duration::from_secs(20);
/// How many bytes an answer may have.
const BYTES_MAX: usize = 1024 * 1024;

/// Which provider, and as whom it is asked.
#[derive(Clone)]
pub struct Settings {
    /// The issuer, exactly as it calls itself.
    pub issuer: String,
    /// What the client is called there.
    pub client: String,
    /// The secret of the client, where it has one.
    pub secret: Option<String>,
    /// What it is called on the page.
    pub name: String,
    /// Where we are reached from outside, without a slash at the end.
    pub home: String,
    /// Which claim holds groups, where they give rights.
    pub groups: Option<GroupsClaim>,
    /// Certificates of a house's own authority, as PEM, beside those of the system.
    pub authorities: Vec<u8>,
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

/// Why a provider cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum Setup {
    /// The issuer is no address that may be asked.
    #[error(
        "the issuer `{0}` is no address that may be asked: https, or http on this machine"
    )]
    Issuer(String),
    /// Our own address is none.
    #[error(
        "`{0}` is no address of ours: https, or http on this machine, and without a path"
    )]
    Home(String),
    /// The client of HTTP cannot be made.
    #[error("the certificates of the authority cannot be used: {0}")]
    Authorities(String),
}

/// Why somebody could not be signed in by the provider.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The provider cannot be asked.
    #[error("the provider cannot be asked: {0}")]
    Unreachable(String),
    /// It answered with something else than it should.
    #[error(transparent)]
    Discovery(#[from] DiscoveryFault),
    /// Its keys are none.
    #[error(transparent)]
    Keys(#[from] KeysFault),
    /// It did not take the code.
    #[error("the provider did not take the code: {0}")]
    Code(String),
    /// Its token is not taken.
    #[error("the ID token is not taken: {0}")]
    Token(#[from] Refusal),
    /// Somebody said no, or the provider did.
    #[error("the provider said `{0}`")]
    Refused(String),
    /// The answer is not that to our question.
    #[error("this answer belongs to no question of ours: {0}")]
    Foreign(&'static str),
    /// The operating system gave no random bytes.
    #[error("the operating system gave no random bytes")]
    NoRandomness,
}

/// What is asked of the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Who it is.
    Who,
    /// Who it is, shown anew.
    WhoAnew,
}

/// What has to be remembered until somebody comes back. It is secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Errand {
    state: String,
    nonce: String,
    verifier: String,
    /// Since when somebody must have shown who they are, in seconds.
    shown_since: Option<i64>,
}

/// A provider, with what it last said of itself. Shared by all who sign in.
pub struct Provider {
    settings: Settings,
    http: reqwest::Client,
    known: Mutex<Option<Known>>,
}

impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Provider").field(&self.settings.issuer).finish()
    }
}

#[derive(Clone)]
struct Known {
    discovered: Arc<Discovered>,
    keys: Arc<Keys>,
    since: Instant,
}

/// The path to which a provider sends somebody back.
const RETURN: &str = "/sign-in/provider/return";
/// The path to which a provider sends somebody who has signed out.
const LEFT: &str = "/sign-in";

impl Provider {
    /// A provider that nobody has asked yet.
    ///
    /// # Errors
    /// When an address or the authority's certificates cannot be used.
    pub fn new(settings: Settings) -> Result<Self, Setup> {
        if asked(&settings.issuer).is_none() {
            return Err(Setup::Issuer(settings.issuer));
        }
        let home = asked(&settings.home)
            .filter(|home| home.path() == "/" && home.query().is_none());
        if home.is_none() || settings.home.ends_with('/') {
            return Err(Setup::Home(settings.home));
        }
        // The first who asks sets it; a second time changes nothing.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut http = reqwest::Client::builder()
            .user_agent(concat!("Lazaret/", env!("CARGO_PKG_VERSION")))
            .timeout(PATIENCE)
            .referer(false)
            .redirect(reqwest::redirect::Policy::none());
        let wrong = |error: reqwest::Error| Setup::Authorities(chain(&error));
        if !settings.authorities.is_empty() {
            let bundle = reqwest::Certificate::from_pem_bundle(&settings.authorities);
            let authorities = bundle.map_err(wrong)?;
            if authorities.is_empty() {
                let none = "there is none in the file".to_owned();
                return Err(Setup::Authorities(none));
            }
            for authority in authorities {
                http = http.add_root_certificate(authority);
            }
        }
        let http = http.build().map_err(wrong)?;
        Ok(Self { settings, http, known: Mutex::default() })
    }

    /// The issuer.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.settings.issuer
    }

    /// What it is called on the page.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.settings.name
    }

    /// Where somebody goes to sign in, and what to remember until they come back.
    ///
    /// # Errors
    /// When the provider cannot be asked what it is.
    pub async fn begin(
        &self,
        what: Asked,
        now: Timestamp,
    ) -> Result<(String, Errand), Fault> {
        let known = self.known().await?;
        let errand = Errand {
            state: random()?,
            nonce: random()?,
            verifier: random()?,
            shown_since: (what == Asked::WhoAnew).then(|| now.as_second()),
        };
        let challenge =
            ring::digest::digest(&ring::digest::SHA256, errand.verifier.as_bytes());
        let mut to = known.discovered.authorization.clone();
        to.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("scope", &self.scope())
            .append_pair("client_id", &self.settings.client)
            .append_pair("redirect_uri", &self.returning())
            .append_pair("state", &errand.state)
            .append_pair("nonce", &errand.nonce)
            .append_pair("code_challenge", &BASE64URL_NOPAD.encode(challenge.as_ref()))
            .append_pair("code_challenge_method", "S256");
        if what == Asked::WhoAnew {
            to.query_pairs_mut()
                .append_pair("prompt", "login")
                .append_pair("max_age", "0");
        }
        Ok((to.into(), errand))
    }

    /// Who came back, held to the errand on which they were sent.
    ///
    /// # Errors
    /// When the answer belongs to another question, the provider refuses, or its token is
    /// not taken.
    pub async fn finish(
        &self,
        errand: &Errand,
        answer: &[(String, String)],
        now: Timestamp,
    ) -> Result<Claims, Fault> {
        let known = self.known().await?;
        let code = self.held(errand, answer, &known.discovered)?;
        let token = self.exchanged(errand, code, &known.discovered).await?;
        let since = errand.shown_since.and_then(|at| Timestamp::from_second(at).ok());
        let expected = Expected {
            issuer: &self.settings.issuer,
            client: &self.settings.client,
            nonce: &errand.nonce,
            now,
            shown_since: since,
            groups: self.settings.groups.as_ref().map(|groups| groups.claim.as_str()),
        };
        match verify(&token, &known.keys, &expected) {
            // The provider may have taken new keys since.
            Err(Refusal::Key | Refusal::Signature) => {
                let keys = self.renewed(&known.discovered).await?;
                Ok(verify(&token, &keys, &expected)?)
            }
            verified => Ok(verified?),
        }
    }

    /// Where somebody signs out at the provider too, if it offers that and was asked lately.
    pub async fn leaving(&self) -> Option<String> {
        let known = self.known().await.ok()?;
        let mut to = known.discovered.end_session.clone()?;
        to.query_pairs_mut().append_pair("client_id", &self.settings.client).append_pair(
            "post_logout_redirect_uri",
            &format!("{}{LEFT}", self.settings.home),
        );
        Some(to.into())
    }

    fn scope(&self) -> String {
        let asked =
            self.settings.groups.as_ref().and_then(|groups| groups.scope.as_ref());
        asked.map_or_else(|| "openid".to_owned(), |more| format!("openid {more}"))
    }

    fn returning(&self) -> String {
        format!("{}{RETURN}", self.settings.home)
    }

    /// The code of an answer that is to our question.
    fn held<'a>(
        &self,
        errand: &Errand,
        answer: &'a [(String, String)],
        discovered: &Discovered,
    ) -> Result<&'a str, Fault> {
        let one = |name: &str| -> Result<Option<&'a str>, Fault> {
            let mut found = answer.iter().filter(|(key, _)| key == name);
            let first = found.next().map(|(_, value)| value.as_str());
            match found.next() {
                None => Ok(first),
                Some(_) => Err(Fault::Foreign("it says something twice")),
            }
        };
        // Both are secrets of equal length; the state is used once, so time tells nothing.
        if one("state")? != Some(errand.state.as_str()) {
            return Err(Fault::Foreign("its state is another one"));
        }
        match one("iss")? {
            Some(issuer) if issuer != self.settings.issuer => {
                return Err(Fault::Foreign("it comes from another provider"));
            }
            None if discovered.names_issuer => {
                return Err(Fault::Foreign("it does not say who gives it"));
            }
            _ => {}
        }
        if let Some(error) = one("error")? {
            return Err(Fault::Refused(printable(error)));
        }
        one("code")?
            .filter(|code| !code.is_empty())
            .ok_or(Fault::Foreign("it brings no code"))
    }

    /// The ID token that a code is worth.
    async fn exchanged(
        &self,
        errand: &Errand,
        code: &str,
        discovered: &Discovered,
    ) -> Result<String, Fault> {
        #[derive(Deserialize)]
        struct Answer {
            id_token: Option<String>,
            error: Option<String>,
        }
        let asked = self.exchange(errand, code, discovered);
        let (status, bytes) = self.answer(asked).await?;
        let answer: Answer = serde_json::from_slice(&bytes)
            .map_err(|_| Fault::Code(format!("it answered {status}")))?;
        match (status, answer.id_token) {
            (StatusCode::OK, Some(token)) => Ok(token),
            (StatusCode::OK, None) => Err(Fault::Code("it gave no ID token".to_owned())),
            (status, _) => {
                let said = answer.error.unwrap_or_else(|| status.to_string());
                Err(Fault::Code(printable(&said)))
            }
        }
    }

    /// The request that exchanges a code, with the secret where the provider wants it.
    fn exchange(
        &self,
        errand: &Errand,
        code: &str,
        discovered: &Discovered,
    ) -> reqwest::RequestBuilder {
        let mut form = Serializer::new(String::new());
        form.append_pair("grant_type", "authorization_code")
            .append_pair("code", code)
            .append_pair("redirect_uri", &self.returning())
            .append_pair("code_verifier", &errand.verifier);
        let mut asked = self
            .http
            .post(discovered.token.clone())
            .header("content-type", "application/x-www-form-urlencoded")
            .header("accept", "application/json");
        let client = &self.settings.client;
        match (&self.settings.secret, discovered.secret_in) {
            (Some(secret), SecretIn::Header) => {
                asked = asked.header("authorization", basic(client, secret));
            }
            (Some(secret), SecretIn::Form) => {
                form.append_pair("client_id", client)
                    .append_pair("client_secret", secret);
            }
            (None, _) => {
                form.append_pair("client_id", client);
            }
        }
        asked.body(form.finish())
    }

    /// What the provider says of itself, asked once an hour.
    async fn known(&self) -> Result<Known, Fault> {
        // Held while asking: two who sign in at the same time ask once.
        let mut held = self.known.lock().await;
        if let Some(known) = held.as_ref().filter(|known| known.since.elapsed() < KEPT) {
            return Ok(known.clone());
        }
        let issuer = &self.settings.issuer;
        let place = format!(
            "{}/.well-known/openid-configuration",
            issuer.strip_suffix('/').unwrap_or(issuer)
        );
        let place =
            Url::parse(&place).map_err(|error| Fault::Unreachable(error.to_string()))?;
        let discovered = Discovered::parse(&self.fetched(place).await?, issuer)?;
        let keys = Keys::parse(&self.fetched(discovered.keys.clone()).await?)?;
        let known = Known {
            discovered: Arc::new(discovered),
            keys: Arc::new(keys),
            since: Instant::now(),
        };
        Ok(held.insert(known).clone())
    }

    /// The keys of this moment.
    async fn renewed(&self, discovered: &Discovered) -> Result<Arc<Keys>, Fault> {
        let keys = Keys::parse(&self.fetched(discovered.keys.clone()).await?)?;
        let keys = Arc::new(keys);
        if let Some(known) = self.known.lock().await.as_mut() {
            known.keys = Arc::clone(&keys);
        }
        Ok(keys)
    }

    async fn fetched(&self, url: Url) -> Result<Vec<u8>, Fault> {
        let place = url.to_string();
        let asked = self.http.get(url).header("accept", "application/json");
        match self.answer(asked).await? {
            (StatusCode::OK, bytes) => Ok(bytes),
            (status, _) => {
                Err(Fault::Unreachable(format!("{place} answers with {status}")))
            }
        }
    }

    async fn answer(
        &self,
        asked: reqwest::RequestBuilder,
    ) -> Result<(StatusCode, Vec<u8>), Fault> {
        let failed = |error: reqwest::Error| Fault::Unreachable(chain(&error));
        let mut answer = asked.send().await.map_err(failed)?;
        let mut bytes = Vec::new();
        while let Some(piece) = answer.chunk().await.map_err(failed)? {
            if bytes.len() + piece.len() > BYTES_MAX {
                return Err(Fault::Unreachable("its answer has no end".to_owned()));
            }
            bytes.extend_from_slice(&piece);
        }
        Ok((answer.status(), bytes))
    }
}

/// RFC 6749 §2.3.1: both are written as in a form before they are joined.
fn basic(client: &str, secret: &str) -> String {
    let written = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
    let pair = format!("{}:{}", written(client), written(secret));
    format!("Basic {}", BASE64.encode(pair.as_bytes()))
}

/// What somebody else said, for the log: short, and without control characters.
fn printable(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_graphic() || *c == ' ').take(100).collect()
}

/// An error with its causes.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(one) = cause {
        text.push_str(&format!(": {one}"));
        cause = one.source();
    }
    text
}
