//! Whatever a feed answers (metadata, lists, hashes) is read or refused, and leads to no place
//! outside of its folder. Signatures are read by a library under a guard, and not here: the
//! fuzzer ends at each panic, guarded or not.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| feeds::read_anything(bytes));
