//! What carries messages out of the house: to webhooks, signed; and as mail.
//!
//! - `signature.rs` signs as the Standard Webhooks specification says.
//! - `reach.rs` knows where messages may go: public machines over TLS, and what whoever runs the server names.
//! - `proxy.rs` names the proxy by which public machines are reached, where there is one.
//! - `mail.rs` hands a mail to the house's own mail server.
//! - `post.rs` sends a signed message, once; whether it is tried again is the caller's business.
//!
//! What does not live here: what is told to whom, and when (`operations`).

mod mail;
mod post;
mod proxy;
mod reach;
mod signature;

pub use mail::{Mail, MailError, NoSmtp, Smtp};
pub use post::{Answer, Letter, Post, PostError};
pub use proxy::{NotAProxy, Proxy};
pub use reach::{Inside, NotAnInside, NotThere, Reach};
pub use signature::{NotASecret, Secret, signed};
