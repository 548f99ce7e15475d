//! ID tokens: OpenID Connect Core 1.0 §2 and §3.1.3.7, JWS in its compact form (RFC 7515).
//!
//! The signature is held first, then each claim. Keys come from the provider's set alone:
//! what a token brings along (`jwk`, `jku`, `x5c`) is not looked at, and a header that must be
//! understood (`crit`) is refused.

use data_encoding::BASE64URL_NOPAD;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use crate::groups::{Groups, groups};
use crate::keys::{Algorithm, Keys, Signed};

/// How long a token may be. Groups are what makes them long.
const BYTES_MAX: usize = 64 * 1024;
/// How long a subject may be: Core §2 says 255 ASCII characters.
const SUBJECT_MAX: usize = 255;
/// How far the clocks of two machines may be apart.
const LEEWAY: SignedDuration = SignedDuration::from_secs(60);

/// Why a token is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is no signed token.
    #[error("it is no ID token: {0}")]
    Malformed(&'static str),
    /// It is signed in a way that is not taken.
    #[error("it is signed with `{0}`; RS256, PS256 and ES256 are taken")]
    Algorithm(String),
    /// The key that it names is not among the provider's.
    #[error("it is signed with a key that the provider does not publish")]
    Key,
    /// The signature does not fit.
    #[error("its signature does not fit")]
    Signature,
    /// A claim is absent or of another kind.
    #[error("its claims cannot be read: {0}")]
    Claims(String),
    /// It comes from somebody else.
    #[error("it was issued by another provider")]
    Issuer,
    /// It is for somebody else.
    #[error("it is for another client")]
    Audience,
    /// Its time is over.
    #[error("its time is over")]
    Expired,
    /// Its time has not come.
    #[error("it is from the future; are the clocks right?")]
    Future,
    /// It answers another question.
    #[error("it answers another request")]
    Nonce,
    /// It does not say when somebody last showed who they are, or that is too long ago.
    #[error("the provider did not ask anew who it is")]
    Stale,
}

/// What is expected of a token.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// Who issued it, exactly.
    pub issuer: &'a str,
    /// For which client.
    pub client: &'a str,
    /// Which request it answers.
    pub nonce: &'a str,
    /// What time it is.
    pub now: Timestamp,
    /// Since when somebody must have shown who they are, where that was asked for.
    pub shown_since: Option<Timestamp>,
    /// Which claim holds groups, where somebody wants to know them.
    pub groups: Option<&'a str>,
}

/// What a token says that counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// The provider's own name for somebody: never given to another person.
    pub subject: String,
    /// The groups that somebody is in. A claim that is none refuses no token: it gives nothing.
    pub groups: Groups,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    crit: Option<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
struct Written {
    iss: String,
    sub: String,
    aud: Audience,
    azp: Option<String>,
    exp: f64,
    iat: f64,
    nbf: Option<f64>,
    nonce: Option<String>,
    auth_time: Option<f64>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

/// Reads a token and holds it to what is expected.
///
/// # Errors
/// When anything is not as expected.
pub fn verify(
    token: &str,
    keys: &Keys,
    expected: &Expected<'_>,
) -> Result<Claims, Refusal> {
    claims(&signed(token, keys)?, expected)
}

/// Reads the claims of a token whose signature was found right, and holds them to what is
/// expected.
///
/// # Errors
/// When anything is not as expected.
pub fn claims(payload: &[u8], expected: &Expected<'_>) -> Result<Claims, Refusal> {
    let unreadable = |error: serde_json::Error| Refusal::Claims(error.to_string());
    let claims: Written = serde_json::from_slice(payload).map_err(unreadable)?;
    held(&claims, expected)?;
    Ok(Claims { subject: claims.sub, groups: groups(payload, expected.groups) })
}

/// What was signed, once the signature is right.
fn signed(token: &str, keys: &Keys) -> Result<Vec<u8>, Refusal> {
    if token.len() > BYTES_MAX {
        return Err(Refusal::Malformed("it is too long"));
    }
    let (text, signature) =
        token.rsplit_once('.').ok_or(Refusal::Malformed("it has no signature"))?;
    let (header, payload) =
        text.split_once('.').ok_or(Refusal::Malformed("it has no payload"))?;
    if payload.contains('.') {
        return Err(Refusal::Malformed("it has more than three parts"));
    }
    let decoded = |part: &str| {
        let wrong = Refusal::Malformed("a part is no base64url");
        BASE64URL_NOPAD.decode(part.as_bytes()).map_err(|_| wrong)
    };
    let header: Header = serde_json::from_slice(&decoded(header)?)
        .map_err(|_| Refusal::Malformed("its header cannot be read"))?;
    if header.crit.is_some() {
        return Err(Refusal::Malformed("its header asks for more than is understood"));
    }
    let algorithm = Algorithm::from_word(&header.alg);
    let algorithm = algorithm
        .ok_or_else(|| Refusal::Algorithm(header.alg.chars().take(20).collect()))?;
    let signature = decoded(signature)?;
    match keys.signed(algorithm, header.kid.as_deref(), text.as_bytes(), &signature) {
        Signed::ByOne => decoded(payload),
        Signed::Wrongly => Err(Refusal::Signature),
        Signed::ByNoneOfThese => Err(Refusal::Key),
    }
}

fn held(claims: &Written, expected: &Expected<'_>) -> Result<(), Refusal> {
    if claims.iss != expected.issuer {
        return Err(Refusal::Issuer);
    }
    // Others may be named beside us only where we are the one who asked.
    let is_for_us = match &claims.aud {
        Audience::One(one) => one == expected.client,
        Audience::Several(all) => {
            let is_named = all.iter().any(|one| one == expected.client);
            is_named && (all.len() == 1 || claims.azp.is_some())
        }
    };
    let is_ours = claims.azp.as_deref().is_none_or(|azp| azp == expected.client);
    if !(is_for_us && is_ours) {
        return Err(Refusal::Audience);
    }
    let subject = &claims.sub;
    if subject.is_empty() || subject.len() > SUBJECT_MAX || !subject.is_ascii() {
        let what = "`sub` is no name of at most 255 ASCII characters";
        return Err(Refusal::Claims(what.to_owned()));
    }
    if claims.nonce.as_deref() != Some(expected.nonce) {
        return Err(Refusal::Nonce);
    }
    in_time(claims, expected)
}

fn in_time(claims: &Written, expected: &Expected<'_>) -> Result<(), Refusal> {
    let now = expected.now.as_second() as f64;
    let leeway = LEEWAY.as_secs() as f64;
    // JSON has no number that is none, so all of these are in order.
    if now >= claims.exp + leeway {
        return Err(Refusal::Expired);
    }
    let begun = claims.nbf.unwrap_or(claims.iat).max(claims.iat);
    if begun > now + leeway {
        return Err(Refusal::Future);
    }
    if let Some(since) = expected.shown_since {
        let since = since.as_second() as f64;
        match claims.auth_time {
            Some(shown) if shown + leeway >= since && shown <= now + leeway => {}
            _ => return Err(Refusal::Stale),
        }
    }
    Ok(())
}
