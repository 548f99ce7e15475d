//! Any bytes are the rules of a firewall, or are refused; what is read has a boundary, and no
//! more wide rules than rules.

#![no_main]

use evidence::firewall::{Dialect, parse};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for dialect in [
        Dialect::OpnSense,
        Dialect::PfSense,
        Dialect::PanOs,
        Dialect::PanOsSet,
        Dialect::Asa,
        Dialect::Iptables,
        Dialect::Nftables,
    ] {
        let Ok(parsed) = parse(dialect, bytes) else { continue };
        assert!(!parsed.value.policies.is_empty());
        for policy in &parsed.value.policies {
            assert!(policy.wide().count() <= policy.rules.len());
            let _ = policy.end();
        }
    }
});
