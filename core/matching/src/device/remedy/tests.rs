use super::clause::{Setting, read};
use super::*;

/// Sentences, and what is read of each release in them. The products are invented; the
/// grammar is that of real advisories.
#[track_caller]
fn check(setting: Setting, text: &str, expected: &str) {
    let stated =
        sentences(text).into_iter().flat_map(|sentence| read(&sentence, setting));
    let told: Vec<String> = stated
        .map(|stated| {
            let reach = match stated.reach {
                Reach::At => "",
                Reach::Onward => "+",
                Reach::Before => "-",
            };
            format!("{:?} {}{reach}", stated.claim, stated.number.text)
        })
        .collect();
    assert_eq!(told.join(", "), expected, "{text}");
}

#[track_caller]
fn offers(cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        check(Setting::Offer, text, expected);
    }
}

#[track_caller]
fn advises(cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        check(Setting::Advice, text, expected);
    }
}

#[test]
fn what_to_update_to_and_what_holds_the_fix_is_a_fix() {
    offers(&[
        ("Update Zeta, to version 3.03.1745 or higher.", "Fix 3.03.1745+"),
        ("Acme recommends updating Viewer to v14.0.4 or later.", "Fix v14.0.4+"),
        ("We released Version VM6.0 in April 2020.", "Fix VM6.0"),
        ("Update to V3.0.22 or later version", "Fix V3.0.22+"),
        ("Update to version >= V2.5.1 and the latest boot loader version", "Fix V2.5.1+"),
        ("Zeta Viewer: v2.13.0 and later", "Fix v2.13.0+"),
        ("Z04CPU: Version 51 or later", "Fix 51+"),
        ("These flaws have been mitigated in Zeta release 5.6.2", "Fix 5.6.2"),
        ("Acme fixed this in version 3.1 and recommends users update.", "Fix 3.1"),
        ("Acme has released a new version (Version 2.02.0100)", "Fix 2.02.0100"),
        (
            "Apply Zeta Versions 5.3.0.2, 5.2.0.4, and 5.1.0.7",
            "Fix 5.3.0.2, Fix 5.2.0.4, Fix 5.1.0.7",
        ),
        (
            "The firmware SV4.10 includes a fix and is available for download.",
            "Fix SV4.10",
        ),
        ("Version 1.6.1 is available, please update to it soon", "Fix 1.6.1"),
        ("Users who cannot upgrade to 5.2 should disable telnet.", "Fix 5.2"),
        ("Acme recommends users upgrade to the following versions: 19.0.1", "Fix 19.0.1"),
    ]);
    advises(&[
        ("Updating to v6.011 or later will mitigate the issue.", "Fix v6.011+"),
        ("New version of ZSP (board support package) ZN31 v2.31.", "Fix v2.31"),
        ("Use the 10.97.3 version.", "Fix 10.97.3"),
        ("Zeta Tool, Version 1.106K or later", "Fix 1.106K+"),
        ("Zeta Server: should upgrade to v6.12 or later", "Fix v6.12+"),
    ]);
}

#[test]
fn what_is_denied_is_no_fix() {
    offers(&[
        ("Version 7.0 does not fix this issue.", "Affected 7.0"),
        ("Version 7.0 doesn't address the flaw.", "Affected 7.0"),
        ("The flaw is not fixed in version 7.0.", "Affected 7.0"),
        ("Versions 8.0 and later are still affected", "Affected 8.0+"),
        ("Version 8.1 remains vulnerable", "Affected 8.1"),
        ("Do not upgrade to version 9.9.", ""),
        ("Users should never install version 9.9.", ""),
        (
            "Users should not attempt to update; the mechanism is open to the attack of section 4.2.3.",
            "",
        ),
    ]);
}

#[test]
fn those_who_need_the_update_do_not_have_it() {
    offers(&[
        ("Update from version 2.0 or 3.0 to the latest release.", ""),
        ("Upgrade from 4.6 to 4.38", "Fix 4.38"),
        ("Zeta Manager: v12.0 to v13.5 Software patches are available at the portal", ""),
        ("For versions 3.60 to 4.11 Acme recommends users apply patch 1091155", ""),
        (
            "Acme has patches to address earlier versions of Zeta including v3.60, v3.70",
            "",
        ),
        ("Zeta 12.6.1 \u{fffd} 12.6.8: Update to version 12.6.9", "Fix 12.6.9"),
        ("The product is installed in Version 1.8.0", ""),
        ("Update to Zeta500 series firmware Version 12.0.14", "Fix 12.0.14"),
        ("Zeta series Version 1.2.3: Fixed in revision 1.2.3.20", "Fix 1.2.3.20"),
        ("Zeta: Versions 4.6 to 4.38: Upgrade to Zeta Version 4.38.1", "Fix 4.38.1"),
        ("Zeta Version 12.7.1 - 12.7.6: Update to Zeta Version 12.7.7", "Fix 12.7.7"),
        ("Zeta Version 6.6 should upgrade to Version 6.6.550.0", "Fix 6.6.550.0"),
        ("Operations 2.2: deploy the upcoming update for this version", ""),
        (
            "For Zeta Version 2.x or prior, this has been mitigated in Zeta 3.1.",
            "Fix 3.1",
        ),
        ("All versions less than 9.19 are end of life.", ""),
        ("Users of version 2.0 are advised to call us.", ""),
        ("Zeta firmware v3.3.24 and prior", ""),
        ("Acme has released a patch for v1.4 and v1.5", ""),
        (
            "Versions prior to 2.60 should first be upgraded to 2.60 Service Pack 2 CU07",
            "Unclear 2.60 Service Pack 2 CU07",
        ),
        (
            "Upgrade to 2020 R2 SP1 first and then apply the fix HF 2020.2.00.40",
            "Unclear 2020 R2 SP1, Unclear 2020.2.00.40",
        ),
    ]);
    advises(&[(
        "If you plan to use Zeta v10.97.3 or earlier, do not install the part",
        "",
    )]);
}

#[test]
fn numbers_that_are_no_releases_are_none() {
    offers(&[
        ("Call 1-800-722-9377 for more.", ""),
        ("Call 1.800.555.1234 or see KB 12.3. Released 2.5.2024.", ""),
        ("This remediates the flaw with a low score of 3.7 in Q3.", ""),
        ("The update addresses CVE-2021-1234.", ""),
        ("See section 4.2.3 of the manual.", ""),
        ("Change all passwords.", ""),
        ("", ""),
    ]);
    advises(&[
        ("See User's Manual (Application) 11.3 IP Filter Function", ""),
        ("Set the listening IP address to 127.0.0.1 to prevent connections", ""),
        ("Acme provides support for Zeta versions 6.0 and greater", ""),
        ("Disable telnet on version 4.0.", ""),
        ("The setting is supported since version V8.04", ""),
    ]);
}

#[test]
fn what_is_announced_is_no_fix_yet() {
    offers(&[
        ("Zeta v4.20 SR2 will be released in June 2022.", "Announced v4.20 SR2"),
        ("A fix will be available in version 6.0, planned for Q4 2027.", "Announced 6.0"),
        (
            "Zeta 13.3.1 - 13.3.3: Update to version 13.3.4* (Planned Update)",
            "Announced 13.3.4",
        ),
        ("Update to Zeta 12.4.11 (to be released by January 2022)", "Announced 12.4.11"),
        (
            "It is planned to be corrected in the next release on the track after 6.0.3.3",
            "",
        ),
        ("Version 4.80 is expected to address this.", "Announced 4.80"),
        (
            "Acme is planning to release a new version to address these flaws, Version 1.6.1.",
            "Announced 1.6.1",
        ),
        ("Version 4.0 will fix this.", "Announced 4.0"),
    ]);
    check(Setting::Plan, "Update to 3.0", "Announced 3.0");
}

#[test]
fn a_release_keeps_its_update_patch_or_build() {
    offers(&[
        ("Update to V4.1 Update 2 or later version", "Fix V4.1 Update 2+"),
        ("Update to 8.0 Patch 3", "Fix 8.0 Patch 3"),
        ("Upgrade to version 1.69 release 166", "Fix 1.69 release 166"),
        ("Update to V23.1 HotfixRev1 or later version", "Fix V23.1 HotfixRev1+"),
        ("Fixed in 3.1 Service Pack 1A", "Fix 3.1 Service Pack 1A"),
        ("Update to Zeta 2017 R2 SP1", "Fix 2017 R2 SP1"),
        ("Update to V7.5 SP2 Update 15 or later version", "Fix V7.5 SP2 Update 15+"),
        ("Update to Zeta 3.51 (9)", "Fix 3.51 (9)"),
        ("Upgrade to the following version: 6.0 (6.0.0.26)", "Fix 6.0 (6.0.0.26)"),
        ("Zeta500 8.2 Version 8.2.0.5", "Fix 8.2.0.5"),
        ("Update to V3.19 P010 or later version", "Fix V3.19 P010+"),
        ("Update to the latest version of Zeta V3 or V4", "Unclear V3, Unclear V4"),
        ("Zeta 6.5, Cumulative Patch #5", "Fix 6.5 Cumulative Patch #5"),
        ("Update to v8.0 + Service Pack 1", "Fix v8.0 + Service Pack 1"),
        ("Update to 8.0 with the latest hotfix", "Unclear 8.0"),
        ("Version 1.0 partially fixes this", "Part 1.0"),
    ]);
}

#[test]
fn a_release_with_an_update_is_behind_its_base() {
    #[track_caller]
    fn check(base: &str, text: &str) {
        let stated = read(&format!("Update to {text}"), Setting::Offer);
        let base: Version = base.parse().unwrap();
        for stated in &stated {
            let order = base.compare(&stated.number.version);
            assert!(
                !matches!(order, Some(Ordering::Equal | Ordering::Greater)),
                "{text}"
            );
        }
        assert_eq!(stated.len(), 1, "{text}");
    }

    check("4.1", "V4.1 Update 2");
    check("8.0", "8.0 Patch 3");
    check("1.69", "1.69 release 166");
    check("23.1", "V23.1 HotfixRev1");
    check("3.1", "3.1 Service Pack 1A");
    check("2017", "2017 R2 SP1");
    check("6.5", "6.5, Cumulative Patch #5");
}

#[test]
fn what_is_not_affected_is_spared() {
    offers(&[
        ("Versions 3.1 and later are not affected", "Spared 3.1+"),
        ("Zeta 1600 version 2.0 is not affected.", "Spared 2.0"),
        ("Versions prior to 2.0 are not affected", "Spared 2.0-"),
        ("Version 2.0 is unaffected", "Spared 2.0"),
    ]);
}

#[test]
fn a_mitigation_that_names_a_release_offers_none() {
    advises(&[
        ("Zeta Server: Version 5.0.29.1", ""),
        ("Zeta 5.0.29.1 firmware, an update by request", "Unclear 5.0.29.1"),
    ]);
}
