//! What a provider says of itself: OpenID Connect Discovery 1.0, with RFC 9207.

use serde::Deserialize;
use url::{Host, Url};

/// Why what a provider says of itself is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DiscoveryFault {
    /// It is not what it should be.
    #[error("what the provider says of itself cannot be read: {0}")]
    Malformed(String),
    /// It speaks of another provider.
    #[error("the provider calls itself `{0}`; the issuer must be written exactly so")]
    Issuer(String),
    /// An address cannot be used.
    #[error("`{0}` is no address that may be asked: https, or http on this machine")]
    Address(&'static str),
    /// It offers nothing that we ask for.
    #[error("the provider does not offer {0}")]
    Lacks(&'static str),
}

/// What a provider says of itself, as far as it is of use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discovered {
    /// Where somebody signs in.
    pub authorization: Url,
    /// Where a code is exchanged.
    pub token: Url,
    /// Where the keys are.
    pub keys: Url,
    /// Where somebody signs out, if that is offered.
    pub end_session: Option<Url>,
    /// How the client says who it is.
    pub(crate) secret_in: SecretIn,
    /// Whether answers name the issuer: then each must.
    pub(crate) names_issuer: bool,
}

/// Where the client's secret stands: Core §9.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SecretIn {
    Header,
    Form,
}

#[derive(Deserialize)]
struct Written {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    end_session_endpoint: Option<String>,
    response_types_supported: Option<Vec<String>>,
    id_token_signing_alg_values_supported: Option<Vec<String>>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    code_challenge_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

impl Discovered {
    /// Reads the document, and holds it to the issuer that was asked.
    ///
    /// # Errors
    /// When it is none, speaks of another issuer, or offers nothing of use.
    pub fn parse(bytes: &[u8], issuer: &str) -> Result<Self, DiscoveryFault> {
        let written: Written = serde_json::from_slice(bytes)
            .map_err(|error| DiscoveryFault::Malformed(error.to_string()))?;
        if written.issuer != issuer {
            let said = written.issuer.chars().take(200).collect();
            return Err(DiscoveryFault::Issuer(said));
        }
        written.offers()?;
        let secret_in = written.secret_in();
        let address = |name, text: &str| asked(text).ok_or(DiscoveryFault::Address(name));
        Ok(Self {
            authorization: address(
                "authorization_endpoint",
                &written.authorization_endpoint,
            )?,
            token: address("token_endpoint", &written.token_endpoint)?,
            keys: address("jwks_uri", &written.jwks_uri)?,
            end_session: match &written.end_session_endpoint {
                None => None,
                Some(text) => Some(address("end_session_endpoint", text)?),
            },
            secret_in,
            names_issuer: written.authorization_response_iss_parameter_supported,
        })
    }
}

impl Written {
    fn offers(&self) -> Result<(), DiscoveryFault> {
        let lacks = |list: &Option<Vec<String>>, wanted: &[&str]| {
            list.as_ref().is_some_and(|list| {
                !list.iter().any(|one| wanted.contains(&one.as_str()))
            })
        };
        if lacks(&self.response_types_supported, &["code"]) {
            return Err(DiscoveryFault::Lacks("the code flow"));
        }
        let algorithms = &["RS256", "PS256", "ES256"];
        if lacks(&self.id_token_signing_alg_values_supported, algorithms) {
            return Err(DiscoveryFault::Lacks(
                "tokens signed with RS256, PS256 or ES256",
            ));
        }
        if lacks(&self.code_challenge_methods_supported, &["S256"]) {
            return Err(DiscoveryFault::Lacks("PKCE with S256"));
        }
        Ok(())
    }

    /// Basic is what holds where nothing is said.
    fn secret_in(&self) -> SecretIn {
        let offered = self.token_endpoint_auth_methods_supported.as_ref();
        let has =
            |word: &str| offered.is_some_and(|list| list.iter().any(|one| one == word));
        match !has("client_secret_basic") && has("client_secret_post") {
            true => SecretIn::Form,
            false => SecretIn::Header,
        }
    }
}

/// An address that may be asked: under TLS, or on this machine.
pub(crate) fn asked(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let is_here = match url.host()? {
        Host::Domain(name) => name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    };
    let is_plain =
        url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    let may = url.scheme() == "https" || (url.scheme() == "http" && is_here);
    (may && is_plain).then_some(url)
}
