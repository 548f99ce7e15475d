//! Connected medical devices as a hospital knows them: what its asset systems export, and what
//! those who stand beside the devices answer.

pub mod answers;
pub mod inventory;
pub mod questions;
