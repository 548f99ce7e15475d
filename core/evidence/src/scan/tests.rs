use proptest::prelude::*;

use super::*;

#[test]
fn hosts_that_are_up_have_their_open_ports() {
    let text = "<?xml version=\"1.0\"?><!DOCTYPE nmaprun><nmaprun version=\"7.95\" start=\"1746624387\">\
        <host><status state=\"up\"/><address addr=\"10.0.0.1\" addrtype=\"ipv4\"/><address \
        addr=\"00:11:22:33:44:55\" addrtype=\"mac\"/><ports><port protocol=\"tcp\" portid=\"443\">\
        <state state=\"open\"/><service name=\"https\" product=\"nginx\" version=\"1.18.0\"/></port><port protocol=\"tcp\" portid=\"80\">\
        <state state=\"closed\"/></port></ports></host><host><status state=\"down\"/><address \
        addr=\"10.0.0.2\" addrtype=\"ipv4\"/></host></nmaprun>";
    let parsed = parse(Tool::Nmap, text.as_bytes()).unwrap();
    assert_eq!(parsed.value.day.unwrap().to_string(), "2025-05-07");
    let [host] = parsed.value.hosts.as_slice() else { panic!() };
    assert_eq!(
        (host.address.as_str(), host.mac.as_str()),
        ("10.0.0.1", "00:11:22:33:44:55")
    );
    assert_eq!(host.ports.iter().map(|port| port.number).collect::<Vec<_>>(), [443]);
    assert_eq!(parsed.notes.len(), 1);
    let other =
        text.replace("<!DOCTYPE nmaprun>", "<!DOCTYPE nmaprun [<!ENTITY a \"b\">]>");
    assert!(parse(Tool::Nmap, other.as_bytes()).is_err());
}

#[test]
fn levels_of_testssl_are_told_and_warnings_are_about_the_scan() {
    let entry = |severity: &str| {
        format!(
            "{{\"id\":\"TLS1\",\"ip\":\"a.example/10.0.0.1\",\"port\":\"443\",\"severity\":\"{severity}\",\"finding\":\"offered\"}}"
        )
    };
    let text = format!("[{},{},{}]", entry("CRITICAL"), entry("WARN"), entry("ODD"));
    let parsed = parse(Tool::Testssl, text.as_bytes()).unwrap();
    let levels: Vec<(Level, About)> =
        parsed.value.findings.iter().map(|it| (it.level, it.about)).collect();
    assert_eq!(levels, [(Level::Critical, About::Tls), (Level::Medium, About::Other)]);
    assert_eq!(parsed.value.hosts[0].address, "a.example");
    assert_eq!(parsed.notes.len(), 1);
    assert_eq!(parsed.value.worst(About::Tls).unwrap().level, Level::Critical);
}

#[test]
fn what_was_set_aside_in_sarif_weighs_no_more() {
    #[track_caller]
    fn check(result: &str, expected: Level) {
        let text = format!(
            "{{\"version\":\"2.1.0\",\"runs\":[{{\"tool\":{{\"driver\":{{\"name\":\"x\",\"rules\":\
             [{{\"id\":\"r\",\"properties\":{{\"security-severity\":\"9.1\"}}}}]}}}},\"results\":[{result}]}}]}}"
        );
        let parsed = parse(Tool::Sarif, text.as_bytes()).unwrap();
        assert_eq!(parsed.value.findings[0].level, expected, "{result}");
    }

    check("{\"level\":\"error\"}", Level::High);
    check("{}", Level::Medium);
    check("{\"ruleId\":\"r\"}", Level::Critical);
    check("{\"kind\":\"pass\"}", Level::Good);
    check(
        "{\"level\":\"error\",\"suppressions\":[{\"kind\":\"external\"}]}",
        Level::Note,
    );
    check(
        "{\"level\":\"error\",\"suppressions\":[{\"status\":\"rejected\"}]}",
        Level::High,
    );
}

#[test]
fn a_tool_that_is_not_read_is_refused_by_its_name() {
    let refused = parse(Tool::Other("report of Lynis"), b"# Lynis Report\n").unwrap_err();
    assert!(refused.message.contains("Lynis") && refused.hint.contains("SARIF"));
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,80}") {
        for tool in [Tool::Nmap, Tool::Testssl, Tool::TestsslCsv, Tool::Sarif, Tool::Nessus] {
            let _ = parse(tool, text.as_bytes());
            let _ = parse(tool, format!("\"id\",\"fqdn/ip\",\"port\",\"severity\",\"finding\"\n{text}").as_bytes());
        }
    }
}
