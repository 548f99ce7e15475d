//! Who somebody is, as an identity provider says: OpenID Connect Core 1.0, the authorization
//! code flow with PKCE (RFC 7636), Discovery 1.0 and RP-Initiated Logout 1.0.
//!
//! - [`Provider`] asks the provider; everything it answers is held to what was asked.
//! - [`Keys`] and [`verify`] read keys and ID tokens, and touch no network: what a token says counts only after its signature fits and each claim is the expected one.
//! - [`Groups`] is what a token says of the groups that somebody is in, where the house names a claim for it.
//!
//! What does not live here: who of ours that is, what a group may do, sessions, cookies (`operations`, `web`);
//! other flows than the code's, encrypted tokens, access tokens and what they open.

mod discovery;
mod groups;
mod keys;
mod provider;
mod token;

pub use discovery::{Discovered, DiscoveryFault};
pub use groups::{Groups, GroupsClaim};
pub use keys::{Keys, KeysFault};
pub use provider::{Asked, Errand, Fault, Provider, Settings, Setup};
pub use token::{Claims, Expected, Refusal, claims, verify};

use data_encoding::BASE64URL_NOPAD;

#[cfg(test)]
mod tests;

/// 32 random bytes, as they can stand in an address.
fn random() -> Result<String, Fault> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|_| Fault::NoRandomness)?;
    Ok(BASE64URL_NOPAD.encode(&bytes))
}
