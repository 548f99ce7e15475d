//! Checks of the project that are not tests of a crate.

fn main() {}
