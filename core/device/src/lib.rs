//! Connected medical devices as a hospital knows them.

pub mod inventory;
