//! Joining what is known to be wrong with what is there.

pub mod device;
