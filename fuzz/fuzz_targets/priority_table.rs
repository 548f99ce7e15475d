//! Any text is a table of priorities or a condition of one, or is refused with its place and a
//! hint; what is read is written in one way, read again, and gives every flaw a priority.

#![no_main]

use libfuzzer_sys::fuzz_target;
use worklist::{Condition, Control, Facts, Known, Policy};

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    match text.parse::<Condition>() {
        Ok(condition) => assert_eq!(condition.to_string().parse(), Ok(condition)),
        Err(refused) => assert!(!refused.message.is_empty() && !refused.hint.is_empty()),
    }
    let policy = match text.parse::<Policy>() {
        Ok(policy) => policy,
        Err(refused) => {
            assert!(!refused.message.is_empty() && !refused.hint.is_empty());
            return;
        }
    };
    let written = policy.to_string();
    assert_eq!(written.parse(), Ok(policy.clone()));
    let mut before = None;
    // From nothing known to be so, over nothing known, to everything known to be so.
    for (known, score) in [(Known::No, Some(0.0)), (Known::Unknown, None), (Known::Yes, Some(1.0))] {
        let facts = Facts {
            exploited: known,
            epss: score,
            cvss: score.map(|score| score * 10.0),
            life_sustaining: known,
            reachable: known,
            holds_phi: known,
            discloses_data: known,
            control: Control::Unverified,
        };
        let found = worklist::priority(&policy, &facts);
        assert_eq!(found.priority, worklist::word(&policy, &facts));
        assert!(policy.rows().iter().any(|row| row.when.to_string() == found.row));
        // What nobody knows counts as the worse.
        assert!(before.is_none_or(|before| found.priority <= before));
        before = Some(found.priority);
    }
});
