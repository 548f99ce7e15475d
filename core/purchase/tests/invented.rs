//! The invented purchase of `fixtures/purchase`, judged; and the laws, over every bid with
//! every file left out in turn.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot read its fixtures has failed"
)]

use std::fs;
use std::path::{Path, PathBuf};

use controls::baseline::Baseline;
use evidence::{Class, Pseudonyms};
use lifecycle::Catalog;
use naming::Makers;
use posture::{Verdict, catalog};
use purchase::cross_check::{Between, Contradiction};
use purchase::duty::Set;
use purchase::gate::Standing;
use purchase::question::{self, Weight};
use purchase::support;
use purchase::{
    Beside, Bid, Cell, Content, Event, Fate, Hearing, Judged, Profile, Setting, Side,
    Taken, Tier, judge, recognise,
};

const BIDDERS: [&str; 5] = ["aldermoor", "brackwater", "corvid", "dunmore", "eastgate"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/purchase")
}

fn event() -> Event {
    Event::parse(&fs::read(root().join("purchase.toml")).unwrap()).unwrap()
}

/// The files of a folder, recognised.
fn files(folder: &str) -> Vec<Taken> {
    let names = Pseudonyms::new([9; 32]);
    let Ok(entries) = fs::read_dir(root().join(folder)) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let taken = paths.iter().map(|path| {
        let name = format!("{folder}/{}", path.file_name().unwrap().display());
        recognise(&name, &fs::read(path).unwrap(), &names)
    });
    taken.collect()
}

fn gather(name: &str, delivered: Vec<Taken>, house: Vec<Taken>, event: &Event) -> Bid {
    let laid = (Beside::default(), Hearing::Claims);
    Bid::gather(event.bidder(name), event, delivered, house, laid)
}

fn judged(bid: &Bid, event: &Event) -> Judged {
    let makers = Makers::built_in();
    let baseline = Baseline::built_in().unwrap();
    let lifecycle = Catalog::built_in();
    let today = terms::date::day("2026-11-26").unwrap();
    let setting = Setting {
        event,
        profile: Profile::standard(),
        makers: &makers,
        baseline: &baseline,
        lifecycle: &lifecycle,
        today,
    };
    judge(bid, setting)
}

/// One bidder, with everything at hand.
fn whole(name: &str) -> (Bid, Judged) {
    let event = event();
    let bid = gather(name, files(name), files(&format!("house/{name}")), &event);
    let judged = judged(&bid, &event);
    (bid, judged)
}

fn gate(judged: &Judged, id: &str) -> Standing {
    judged.gates.iter().find(|gate| gate.id == id).unwrap().standing
}

fn cell<'j>(judged: &'j Judged, id: &str) -> &'j Cell {
    let control = catalog().control(id).unwrap();
    &judged.rows.iter().find(|row| row.control == control).unwrap().cell
}

#[track_caller]
fn check(judged: &Judged, id: &str, expected: Verdict) {
    let cell = cell(judged, id);
    assert_eq!(cell.verdict, expected, "{id}: {}\n{:#?}", cell.why, cell.grounds);
}

#[test]
fn who_has_everything_passes_what_the_house_has_proven() {
    let (_, judged) = whole("aldermoor");
    for id in ["isao", "sbom", "warranty", "sharing"] {
        assert_eq!(gate(&judged, id), Standing::Passed, "{:#?}", judged.gates);
    }
    // Nobody gave an index: what nobody can tell blocks.
    assert_eq!(gate(&judged, "exploited-flaw"), Standing::Unproven);
    check(&judged, "B-01", Verdict::Met);
    check(&judged, "B-07", Verdict::Met);
    check(&judged, "B-16", Verdict::Met);
    check(&judged, "B-20", Verdict::Met);
    check(&judged, "B-22", Verdict::Met);
    check(&judged, "D-02", Verdict::Met);
    check(&judged, "D-03", Verdict::Met);
    // A form, a security.txt and an own export are the bidder's word.
    check(&judged, "A-09", Verdict::PartlyMet);
    check(&judged, "C-03", Verdict::PartlyMet);
    check(&judged, "D-11", Verdict::PartlyMet);
    check(&judged, "A-10", Verdict::PartlyMet);
    // No software against malware, and another way instead: any of them would be right.
    check(&judged, "A-06", Verdict::PartlyMet);
    // Of the house alone, or nothing tells.
    check(&judged, "A-11", Verdict::NotApplicable);
    check(&judged, "A-15", Verdict::CannotTell);
    let grave = judged.contradictions.iter().find(|it| it.between != Between::FormAlone);
    assert!(grave.is_none(), "{grave:#?}");
}

#[test]
fn a_contract_that_ends_before_it_begins_opens_no_gate() {
    let path = root().join("house/aldermoor/register.toml");
    let text = fs::read_to_string(path).unwrap();
    let turned = text.replace("until = 2032-12-31", "until = 2026-12-31");
    assert_ne!(text, turned);
    let event = event();
    for (text, expected) in [(text, Standing::Passed), (turned, Standing::Unproven)] {
        let mut house = files("house/aldermoor");
        house.retain(|taken| !taken.file.ends_with("register.toml"));
        let names = Pseudonyms::new([9; 32]);
        house.push(recognise("house/aldermoor/register.toml", text.as_bytes(), &names));
        let bid = gather("aldermoor", files("aldermoor"), house, &event);
        let judged = judged(&bid, &event);
        assert_eq!(gate(&judged, "warranty"), expected, "{:#?}", judged.gates);
        assert_eq!(gate(&judged, "sharing"), expected, "{:#?}", judged.gates);
    }
}

#[test]
fn what_is_claimed_is_held_against_what_is_seen_with_both_places() {
    let (_, judged) = whole("brackwater");
    let rules: Vec<&str> =
        judged.contradictions.iter().map(|found| found.rule.as_str()).collect();
    for rule in [
        "operating-system-differs",
        "server-differs",
        "remote-service-denied",
        "sent-in-clear",
        "services-not-needed",
        "statement-contradicted",
    ] {
        let found = judged.contradictions.iter().find(|found| found.rule == rule);
        let found = found.unwrap_or_else(|| panic!("{rule} is not in {rules:?}"));
        let documents: Vec<&str> =
            found.grounds.iter().map(|ground| ground.document.as_str()).collect();
        let of = |side: &str| documents.iter().any(|name| name.starts_with(side));
        assert!(of("brackwater/") && of("house/brackwater/"), "{rule}: {documents:?}");
    }
    check(&judged, "B-07", Verdict::NotMet);
    assert!(
        judged.questions.iter().any(|it| it.key == "conflict:statement-contradicted")
    );
    // The bidder's own scan saw nothing of it, and is not believed instead.
    assert_eq!(gate(&judged, "sbom"), Standing::Passed);
    assert_eq!(gate(&judged, "isao"), Standing::Unproven);
}

/// Aldermoor with another scan, put there by the house or delivered.
fn scanned(text: &str, side: Side) -> Judged {
    let event = event();
    let names = Pseudonyms::new([9; 32]);
    let (mut delivered, mut house) = (files("aldermoor"), files("house/aldermoor"));
    house.retain(|taken| !taken.file.ends_with("scan.xml"));
    let scan = recognise("a/scan.xml", text.as_bytes(), &names);
    assert_eq!(scan.kind, "scan of a network (nmap)");
    match side {
        Side::House => house.push(scan),
        Side::Bidder => delivered.push(scan),
    }
    judged(&gather("aldermoor", delivered, house, &event), &event)
}

#[test]
fn a_scan_shows_what_is_claimed_only_where_something_was_compared_and_agrees() {
    #[track_caller]
    fn check(was: &str, is: &str, side: Side, expected: Verdict, why: &str) {
        let text = fs::read_to_string(root().join("house/aldermoor/scan.xml")).unwrap();
        assert!(text.contains(was));
        let judged = scanned(&text.replacen(was, is, 1), side);
        let cell = cell(&judged, "B-07");
        assert_eq!(cell.verdict, expected, "{is}: {cell:#?}");
        assert!(cell.why.contains(why), "{is}: {}", cell.why);
        if expected == Verdict::Met {
            let of = |end: &str| cell.grounds.iter().any(|it| it.document.ends_with(end));
            assert!(of("scan.xml") && of("sbom.cdx.json"), "{cell:#?}");
        }
    }
    use Side::{Bidder, House};
    use Verdict::{CannotTell, Met, NotMet, PartlyMet};

    let server = " product=\"lighttpd\" version=\"1.4.76\"";
    let nothing = "shows nothing that could be compared";
    check(server, server, House, Met, "as the SBOM says");
    check(server, "", House, CannotTell, nothing);
    check(server, "", House, CannotTell, "to be told by a scan of a device");
    check(" version=\"1.4.76\"", "", House, CannotTell, nothing);
    check("1.4.76", "1.4.7", House, NotMet, "");
    let other = "<host><status state=\"up\"/><address addr=\"192.0.2.11\" \
                 addrtype=\"ipv4\"/></host>\n</nmaprun>";
    check("</nmaprun>", other, House, CannotTell, "which is the device");
    check("1794000000", "1770000000", House, CannotTell, "the SBOM is newer");
    check("192.0.2.10", "192.0.2.10", Bidder, PartlyMet, "only a scan of the bidder");
    check(server, "", Bidder, CannotTell, nothing);
}

#[test]
fn each_answer_is_shown_where_it_belongs_or_said_to_belong_nowhere() {
    let event = event();
    let names = Pseudonyms::new([9; 32]);
    let list = "question key,answer,note\nconflict:statement-contradicted,no,It was another unit\n\
                conflikt:x,yes,\nfile:a.json,,comes on Friday\n";
    let mut delivered = files("brackwater");
    delivered.retain(|taken| !matches!(taken.content, Content::Answers(_)));
    delivered.push(recognise("brackwater/answers.csv", list.as_bytes(), &names));
    let bid = gather("brackwater", delivered, files("house/brackwater"), &event);
    let judged = judged(&bid, &event);
    let rule = |it: &&Contradiction| it.rule == "statement-contradicted";
    let found = judged.contradictions.iter().find(rule).unwrap();
    let said = "answered: no; It was another unit";
    assert!(found.grounds.iter().any(|it| it.text == said), "{found:#?}");
    // It settles nothing: the question stands.
    let key = "conflict:statement-contradicted";
    assert!(judged.questions.iter().any(|it| it.key == key));
    let filed = bid.files.iter().find(|it| it.file.ends_with("answers.csv")).unwrap();
    let told: Vec<String> = filed.notes.iter().map(ToString::to_string).collect();
    assert!(
        told.iter().any(|it| it.contains("no question has the key `conflikt:x`")),
        "{told:?}"
    );
    assert!(
        told.iter().any(|it| it.contains("file:a.json: not known; comes on Friday")),
        "{told:?}"
    );
}

#[test]
fn no_file_is_lost_whatever_is_in_it() {
    let (bid, judged) = whole("corvid");
    let fates: Vec<(&str, &str, &str)> = (bid.files.iter())
        .map(|it| (it.file.strip_prefix("corvid/").unwrap(), it.kind, it.fate.word()))
        .collect();
    assert_eq!(
        fates,
        [
            ("MDS2_protected.pdf", "document (PDF)", "refused"),
            ("README.txt", "document (text)", "unread"),
            ("backup.bak", "file of no kind that is read", "unread"),
            ("empty.pdf", "empty file", "unread"),
            ("front.png", "picture (PNG)", "unread"),
            ("letter.txt", "document (text)", "unread"),
            ("sbom.json", "SBOM", "refused"),
        ]
    );
    let readme = bid.files.iter().find(|it| it.file.ends_with("README.txt")).unwrap();
    let Fate::Unread(why) = &readme.fate else { panic!("{readme:?}") };
    assert!(why.contains("nobody has read it yet"), "{why}");
    assert_eq!(gate(&judged, "sbom"), Standing::Closed);
    assert_eq!(gate(&judged, "isao"), Standing::Unproven);
    check(&judged, "B-10", Verdict::CannotTell);
    check(&judged, "B-16", Verdict::CannotTell);
    let again = judged.questions.iter().filter(|it| it.key.starts_with("file:"));
    let again: Vec<&str> = again.map(|it| it.asks.as_str()).collect();
    assert_eq!(again.len(), 2, "{again:?}");
    assert!(again.iter().all(|asks| asks.starts_with("Please send ")));
}

#[test]
fn a_bidder_speaks_neither_for_the_house_nor_for_another() {
    let (bid, judged) = whole("dunmore");
    assert_eq!(gate(&judged, "isao"), Standing::Unproven);
    // That the product cannot join a network is the bidder's word: an SBOM is asked for.
    assert_eq!(gate(&judged, "sbom"), Standing::Closed);
    check(&judged, "B-10", Verdict::CannotTell);
    // Answers are claims, and a no is an admission.
    check(&judged, "A-02", Verdict::PartlyMet);
    check(&judged, "D-02", Verdict::PartlyMet);
    check(&judged, "B-20", Verdict::NotMet);
    check(&judged, "B-18", Verdict::CannotTell);
    let notes = |name: &str| {
        let file = bid.files.iter().find(|it| it.file.ends_with(name)).unwrap();
        let notes = file.notes.iter().map(|note| note.message.clone());
        notes.collect::<Vec<_>>().join("; ")
    };
    assert!(notes("answers.csv").contains("for another bidder"));
    assert!(notes("dossier.toml").contains("its own word"));
    assert!(notes("kev.csv").contains("whoever buys"));
    let keys: Vec<&str> = judged.questions.iter().map(|it| it.key.as_str()).collect();
    assert!(keys.contains(&"gate:isao") && !keys.contains(&"A-02"), "{keys:?}");
}

#[test]
fn an_old_form_and_terms_that_warrant_nothing_are_what_they_are() {
    let (bid, judged) = whole("eastgate");
    let of = |name: &str| bid.files.iter().find(|it| it.file.ends_with(name)).unwrap();
    assert_eq!(of("mds2-2013.pdf").kind, "MDS2 form");
    assert_eq!(of("terms.html").fate, Fate::Read);
    assert_eq!(of("terms.html").side, Side::Bidder);
    assert_ne!(cell(&judged, "B-16").verdict, Verdict::Met);
    check(&judged, "B-01", Verdict::CannotTell);
    assert_eq!(gate(&judged, "warranty"), Standing::Unproven);
    // What the device runs on has had no support for years, as others say.
    check(&judged, "B-08", Verdict::NotMet);
    let first = judged.support.first().unwrap();
    assert_eq!(first.standing, support::Standing::Ended);
    assert_eq!(first.ends.map(|day| day.to_string()).as_deref(), Some("2014-04-08"));
    let (_, other) = whole("aldermoor");
    assert!(other.support.iter().all(|it| it.standing != support::Standing::Ended));
}

#[test]
fn the_tier_says_what_is_asked() {
    let event = Event { tier: Tier::Standalone, ..event() };
    let bid = gather("corvid", files("corvid"), Vec::new(), &event);
    let judged = judged(&bid, &event);
    let ids: Vec<&str> = judged.gates.iter().map(|gate| gate.id.as_str()).collect();
    assert_eq!(ids, ["isao", "warranty", "sharing"]);
    check(&judged, "B-10", Verdict::NotApplicable);
    check(&judged, "C-06", Verdict::NotApplicable);
    let law = judged.duties.iter().filter(|duty| duty.set == Set::Section524b);
    assert!(law.into_iter().all(|it| it.cell.verdict == Verdict::NotApplicable));
}

#[test]
fn questions_name_no_other_bidder_and_come_back_as_answers() {
    let event = event();
    for name in BIDDERS {
        let (bid, judged) = whole(name);
        let csv = question::csv(&bid.bidder.name, &judged.questions).unwrap();
        let text = String::from_utf8(csv).unwrap().to_lowercase();
        for other in BIDDERS.iter().filter(|other| **other != name) {
            assert!(!text.contains(other), "{name} is told of {other}");
        }
        let order: Vec<Weight> = judged.questions.iter().map(|it| it.weight).collect();
        assert!(order.is_sorted(), "{order:?}");
    }
    // Filled in, it settles what can be settled by a claim, and opens no gate.
    let (bid, before) = whole("corvid");
    let book = question::workbook(&bid.bidder.name, &before.questions).unwrap();
    let answered =
        String::from_utf8(question::csv(&bid.bidder.name, &before.questions).unwrap())
            .unwrap()
            .replace(",,\n", ",yes,\n");
    let names = Pseudonyms::new([9; 32]);
    assert_eq!(recognise("q.xlsx", &book, &names).kind, "answers to questions");
    let mut delivered = files("corvid");
    delivered.push(recognise("corvid/q.csv", answered.as_bytes(), &names));
    let bid = gather("corvid", delivered, Vec::new(), &event);
    let after = judged(&bid, &event);
    check(&before, "A-15", Verdict::CannotTell);
    check(&after, "A-15", Verdict::PartlyMet);
    assert_eq!(after.count(Verdict::Met), before.count(Verdict::Met));
    for (one, other) in before.gates.iter().zip(&after.gates) {
        assert_eq!(one.standing, other.standing, "{}", one.id);
    }
    assert!(after.questions.len() < before.questions.len());
}

#[test]
fn what_a_bidder_says_alone_is_never_met() {
    let event = event();
    for name in BIDDERS {
        let bid = gather(name, files(name), Vec::new(), &event);
        let judged = judged(&bid, &event);
        for row in &judged.rows {
            let is_backed = row.cell.grounds.iter().any(|it| it.class > Class::Attested);
            let is_met = row.cell.verdict == Verdict::Met;
            assert!(!is_met || is_backed, "{name} {}: {:#?}", row.control.id(), row.cell);
        }
        for gate in judged.gates.iter().filter(|gate| gate.id != "sbom") {
            assert_ne!(gate.standing, Standing::Passed, "{name} {}", gate.id);
        }
    }
}

#[test]
fn taking_a_file_away_never_mends() {
    let event = event();
    for name in BIDDERS {
        let (delivered, house) = (files(name), files(&format!("house/{name}")));
        let bid = gather(name, delivered.clone(), house.clone(), &event);
        let before = judged(&bid, &event);
        for at in 0..delivered.len() + house.len() {
            let (mut fewer, mut less) = (delivered.clone(), house.clone());
            let gone = match at.checked_sub(delivered.len()) {
                None => fewer.remove(at),
                Some(at) => less.remove(at),
            };
            let bid = gather(name, fewer, less, &event);
            let after = judged(&bid, &event);
            for (one, other) in before.rows.iter().zip(&after.rows) {
                let (was, is) = (one.cell.verdict, other.cell.verdict);
                let mended = was == Verdict::CannotTell && is == Verdict::Met;
                assert!(!mended, "{name} without {}: {}", gone.file, one.control.id());
            }
            for (one, other) in before.gates.iter().zip(&after.gates) {
                let opened = one.standing == Standing::Unproven
                    && other.standing == Standing::Passed;
                assert!(!opened, "{name} without {}: {}", gone.file, one.id);
            }
        }
    }
}

#[test]
fn the_order_of_files_changes_nothing() {
    let event = event();
    for name in BIDDERS {
        let (mut delivered, mut house) = (files(name), files(&format!("house/{name}")));
        let one = judged(&gather(name, delivered.clone(), house.clone(), &event), &event);
        delivered.reverse();
        house.reverse();
        let other = judged(&gather(name, delivered, house, &event), &event);
        assert_eq!(one, other, "{name}");
    }
}
