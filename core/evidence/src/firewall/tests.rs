use proptest::prelude::*;

use super::*;

const ALL: [Dialect; 7] = [
    Dialect::OpnSense,
    Dialect::PfSense,
    Dialect::PanOs,
    Dialect::PanOsSet,
    Dialect::Asa,
    Dialect::Iptables,
    Dialect::Nftables,
];

#[track_caller]
fn check(dialect: Dialect, text: &str, expected: &[(&str, Action, usize)]) {
    let parsed = parse(dialect, text.as_bytes()).unwrap();
    let found: Vec<(&str, Action, usize)> = (parsed.value.policies.iter())
        .map(|policy| (policy.name.as_str(), policy.end(), policy.wide().count()))
        .collect();
    assert_eq!(found, expected, "{text}");
}

use Action::{Deny, Permit};

#[test]
fn iptables_begins_with_the_policy_of_a_chain_and_follows_jumps() {
    let filter = |rules: &str| {
        format!(
            "*filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n:u - [0:0]\n{rules}COMMIT\n"
        )
    };
    let both = |wide, end| [("filter INPUT", end, wide), ("filter FORWARD", Permit, 0)];
    check(
        Dialect::Iptables,
        &filter("-A INPUT -p tcp --dport 22 -j ACCEPT\n"),
        &both(0, Deny),
    );
    check(Dialect::Iptables, &filter("-A INPUT -i lo -j ACCEPT\n"), &both(0, Deny));
    check(
        Dialect::Iptables,
        &filter("-A INPUT -m state --state ESTABLISHED,RELATED -j ACCEPT\n"),
        &both(0, Deny),
    );
    check(Dialect::Iptables, &filter("-A INPUT -j ACCEPT\n"), &both(1, Permit));
    check(
        Dialect::Iptables,
        &filter("-A INPUT -s 10.0.0.0/8 -j ACCEPT\n"),
        &both(1, Deny),
    );
    check(
        Dialect::Iptables,
        &filter("-A INPUT -j u\n-A u -j ACCEPT\n"),
        &both(1, Permit),
    );
    check(
        Dialect::Iptables,
        &filter("-A INPUT -p tcp -j u\n-A u -j ACCEPT\n"),
        &both(0, Deny),
    );
    check(
        Dialect::Iptables,
        &filter("-A INPUT -j DROP\n-A INPUT -j ACCEPT\n"),
        &both(0, Deny),
    );
    check(Dialect::Iptables, &filter("-A u -j u\n-A INPUT -j u\n"), &both(0, Deny));
}

#[test]
fn chains_that_jump_to_each_other_end() {
    let mut text = "*filter\n:INPUT DROP [0:0]\n".to_owned();
    for chain in ["INPUT", "a", "b"] {
        for _ in 0..40 {
            text += &format!(
                "-A {chain} -j a\n-A {chain} -j b\n-A {chain} -p tcp -j ACCEPT\n"
            );
        }
    }
    let parsed = parse(Dialect::Iptables, (text + "COMMIT\n").as_bytes()).unwrap();
    assert!(parsed.notes.iter().any(|note| note.message.contains("that are followed")));
}

#[test]
fn nftables_denies_by_its_policy_alone() {
    let chain = |policy: &str, rules: &str| {
        format!(
            "table inet t {{\n chain o {{\n  ct state new accept\n }}\n chain i {{\n  \
                 type filter hook input priority 0; policy {policy};\n{rules}\n }}\n}}\n"
        )
    };
    check(
        Dialect::Nftables,
        &chain("drop", "tcp dport 22 accept"),
        &[("inet t i", Deny, 0)],
    );
    check(Dialect::Nftables, &chain("accept", ""), &[("inet t i", Permit, 0)]);
    check(Dialect::Nftables, &chain("drop", "jump o"), &[("inet t i", Permit, 1)]);
    check(
        Dialect::Nftables,
        &chain("drop", "log prefix \"accept\" drop"),
        &[("inet t i", Deny, 0)],
    );
    check(
        Dialect::Nftables,
        &chain("drop", "ip saddr 10.0.0.0/8 accept"),
        &[("inet t i", Deny, 1)],
    );
    check(
        Dialect::Nftables,
        &chain("drop", "fib daddr type local accept"),
        &[("inet t i", Deny, 0)],
    );
}

#[test]
fn lists_of_an_asa_end_with_a_deny_and_levels_let_pass() {
    let list = |entry: &str| format!("ASA Version 9.9\naccess-list l extended {entry}\n");
    check(Dialect::Asa, &list("permit tcp any host 1.2.3.4 eq https"), &[("l", Deny, 0)]);
    check(Dialect::Asa, &list("permit ip any any"), &[("l", Permit, 1)]);
    check(
        Dialect::Asa,
        &list("permit ip any any inactive\naccess-list l deny ip any any"),
        &[("l", Deny, 0)],
    );
    check(Dialect::Asa, &list("permit ip 10.0.0.0 255.0.0.0 any"), &[("l", Deny, 1)]);
    check(Dialect::Asa, &list("permit udp any range 1 65535 any"), &[("l", Deny, 0)]);
    let bound = list("permit ip any any")
        + "access-list k permit tcp any any\naccess-group k in interface o\n";
    check(Dialect::Asa, &bound, &[("k", Deny, 0)]);
    let levels = "interface a\n nameif inside\ninterface b\n nameif outside\n";
    check(Dialect::Asa, levels, &[("security levels", Deny, 1)]);
    assert!(parse(Dialect::Asa, b"ASA Version 9.9\n").is_err());
}

#[test]
fn panos_passes_nothing_between_zones_and_rules_may_be_off() {
    let rules = |text: &str| {
        text.lines()
            .map(|line| format!("set rulebase security rules {line}\n"))
            .collect::<String>()
    };
    check(
        Dialect::PanOsSet,
        &rules("a from any\na to any\na action allow"),
        &[("security rules", Permit, 1)],
    );
    check(
        Dialect::PanOsSet,
        &rules("a from z1\na to [ z2 z3 ]\na action allow\na service https"),
        &[("security rules", Deny, 0)],
    );
    check(
        Dialect::PanOsSet,
        &rules("a from z1\na to z2\na action allow"),
        &[("security rules", Deny, 1)],
    );
    check(
        Dialect::PanOsSet,
        &rules(
            "\"off one\" disabled yes\n\"off one\" action allow\nb from z\nb action deny",
        ),
        &[("security rules", Deny, 0)],
    );
}

#[test]
fn interfaces_of_sense_deny_and_aliases_are_expanded() {
    let filter = |rule: &str| {
        format!(
            "<opnsense><interfaces><wan><ipaddr>dhcp</ipaddr></wan></interfaces><aliases><alias>\
             <name>all</name><address>inner</address></alias><alias><name>inner</name><address>\
             10.0.0.1 0.0.0.0/0</address></alias></aliases><filter>{rule}</filter></opnsense>"
        )
    };
    check(Dialect::OpnSense, &filter(""), &[("wan", Deny, 0)]);
    let pass = "<interface>wan</interface><source><any/></source>";
    let to = |what: &str| format!("<rule>{pass}<destination>{what}</destination></rule>");
    check(Dialect::OpnSense, &filter(&to("<any/>")), &[("wan", Permit, 1)]);
    check(
        Dialect::OpnSense,
        &filter(&to("<address>all</address>")),
        &[("wan", Permit, 1)],
    );
    check(Dialect::OpnSense, &filter(&to("<any/><port>443</port>")), &[("wan", Deny, 0)]);
    check(Dialect::OpnSense, &filter(&to("<any/><not/>")), &[("wan", Deny, 0)]);
    let off = format!("<rule><disabled/>{pass}<destination><any/></destination></rule>");
    check(Dialect::OpnSense, &filter(&off), &[("wan", Deny, 0)]);
    let lan = "<rule><interface>lan</interface><source><network>lan</network></source><destination><any/></destination></rule>";
    check(Dialect::OpnSense, &filter(lan), &[("lan", Deny, 1), ("wan", Deny, 0)]);
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "(\\PC{0,20}\n){0,8}|([a-z:{}*.0-9 -]{0,30}\n){0,20}") {
        for dialect in ALL {
            if let Ok(parsed) = parse(dialect, text.as_bytes()) {
                prop_assert!(!parsed.value.policies.is_empty());
            }
        }
        let _ = of_text(&text);
    }
}
