//! What carries messages out of the house: to webhooks, signed.
//!
//! - `signature.rs` signs as the Standard Webhooks specification says.
//! - `reach.rs` knows where messages may go: public machines over TLS, and what whoever runs the server names.
//! - `post.rs` sends one, once; whether it is tried again is the caller's business.
//!
//! What does not live here: what is told to whom, and when (`operations`).

mod post;
mod reach;
mod signature;

pub use post::{Answer, Letter, Post, PostError};
pub use reach::{Inside, NotAnInside, NotThere, Reach};
pub use signature::{NotASecret, Secret, signed};
