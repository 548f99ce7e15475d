//! Feeds are asked over HTTP, from a server on loopback that gives documents of the corpus.

#![expect(clippy::unwrap_used, reason = "this is a test")]

mod served;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use feeds::{
    Age, Asked, BundleError, Cache, Connection, Feed, IndexFile, Library, Order,
    read_feeds,
};
use jiff::Timestamp;
use served::Served;
use sha2::{Digest as _, Sha512};

/// The corpus; where it is absent a test says so and passes, but not in CI.
fn corpus() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let shared = std::env::var_os("LAZARET_SHARED").map_or_else(beside, PathBuf::from);
    let corpus = shared.join("corpus");
    if corpus.is_dir() {
        return Some(corpus);
    }
    assert!(std::env::var_os("CI").is_none(), "{} is required in CI", corpus.display());
    let _ = writeln!(std::io::stderr(), "skipped: {} is not there", corpus.display());
    None
}

struct House {
    served: Served,
    folder: tempfile::TempDir,
}

impl House {
    async fn new() -> Self {
        Self { served: Served::start().await, folder: tempfile::tempdir().unwrap() }
    }

    fn library(&self) -> Library {
        Library::open(self.folder.path()).unwrap()
    }

    /// A feed of which `ADDRESS` stands for the server's.
    fn feed(&self, rest: &str) -> Feed {
        let text = format!("[[feed]]\nname = \"it\"\n{rest}");
        let text = text.replace("ADDRESS", &self.served.address);
        read_feeds(&text).unwrap().pop().unwrap()
    }

    async fn ask(&self, feed: &Feed) -> Asked {
        self.ask_at(feed, "2026-11-25T12:00:00Z").await
    }

    async fn ask_at(&self, feed: &Feed, now: &str) -> Asked {
        let connection =
            Connection { patience: Duration::from_millis(1), ..Connection::default() };
        self.library().ask(feed, &connection, now.parse().unwrap()).await
    }

    /// The documents that are kept, by their paths.
    fn kept(&self) -> Vec<String> {
        let root = self.folder.path().join("it/documents");
        let (mut folders, mut files) = (vec![root.clone()], Vec::new());
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).into_iter().flatten() {
                let path = entry.unwrap().path();
                match path.is_dir() {
                    true => folders.push(path),
                    false => files
                        .push(path.strip_prefix(&root).unwrap().display().to_string()),
                }
            }
        }
        files.sort();
        files
    }

    fn read(&self, document: &str) -> Vec<u8> {
        fs::read(self.folder.path().join("it/documents").join(document)).unwrap()
    }

    /// An index of what is kept; how many records it holds.
    fn build(&self, feed: &Feed) -> (PathBuf, u64) {
        let index = self.folder.path().join("index");
        let sources = self.library().sources([feed.name.as_str()]);
        let order = Order { index: &index, sources: &sources, cache: Cache::Use };
        let built = feeds::build(&order, &mut |_| {}).unwrap();
        (index, built.held)
    }
}

#[track_caller]
fn expect_well(asked: &Asked, changed: u64) {
    assert_eq!(asked.fault, None);
    assert_eq!(asked.set_aside, []);
    assert_eq!(asked.changed, changed, "{asked:?}");
}

/// Serves a provider of the corpus, whose documents name the server as a template does.
fn serve_provider(house: &House, corpus: &Path, provider: &str) {
    let root = corpus.join("csaf/providers/gocsaf").join(provider);
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(&root).unwrap().display().to_string();
            let bytes = match fs::read_to_string(&path) {
                Ok(text) => filled(&text, &house.served.address).into_bytes(),
                Err(_) => fs::read(&path).unwrap(),
            };
            house.served.put(&format!("/{name}"), bytes);
        }
    }
}

/// A template of the corpus with every option switched on.
fn filled(text: &str, address: &str) -> String {
    let text = text.replace("{{.URL}}", address);
    let plain = |line: &&str| !line.trim_start().starts_with("{{");
    text.split_inclusive('\n').filter(plain).collect()
}

const DIRECTORY: &str = "kind = \"csaf\"\naddress = \"ADDRESS/provider-metadata.json\"";
const DOCUMENT: &str = "other/avendor-advisory-0004.json";

#[tokio::test]
async fn a_provider_with_a_folder_is_taken_with_hashes_and_signature() {
    let Some(corpus) = corpus() else { return };
    let house = House::new().await;
    serve_provider(&house, &corpus, "simple-directory-provider");
    let feed = house.feed(DIRECTORY);
    expect_well(&house.ask(&feed).await, 1);
    let companions =
        [".asc", ".sha256", ".sha512"].map(|ending| format!("{DOCUMENT}{ending}"));
    assert_eq!(house.kept(), [vec![DOCUMENT.to_owned()], companions.to_vec()].concat());
    house.served.asked();
    expect_well(&house.ask(&feed).await, 0);
    let again = house.served.asked();
    assert!(!again.iter().any(|path| path.contains("0004")), "{again:?}");
    assert_eq!(house.build(&feed).1, 1);
}

#[tokio::test]
async fn a_provider_with_a_rolie_feed_is_taken_with_hashes_and_signature() {
    let Some(corpus) = corpus() else { return };
    let house = House::new().await;
    serve_provider(&house, &corpus, "simple-rolie-provider");
    let feed = house.feed(DIRECTORY);
    expect_well(&house.ask(&feed).await, 1);
    assert_eq!(house.kept().len(), 4);
}

#[tokio::test]
async fn a_bent_document_is_not_kept_and_the_good_one_stays() {
    let Some(corpus) = corpus() else { return };
    let house = House::new().await;
    serve_provider(&house, &corpus, "simple-directory-provider");
    let feed = house.feed(DIRECTORY);
    expect_well(&house.ask(&feed).await, 1);
    let good = house.read(DOCUMENT);
    let bent = String::from_utf8(good.clone()).unwrap() + "\n";
    house.served.put("/white/avendor-advisory-0004.json", bent.clone());
    house
        .served
        .put("/white/changes.csv", "avendor-advisory-0004.json,2026-01-01T00:00:00Z");
    let asked = house.ask(&feed).await;
    assert_eq!((asked.changed, asked.set_aside.len()), (0, 1));
    assert!(asked.fault.unwrap().contains("1 of 1 documents"));
    assert!(asked.set_aside[0].reason.contains("does not have this hash"));
    assert_eq!(house.read(DOCUMENT), good);
    // With hashes of its own it still lacks the signature of the maker.
    let hash: String =
        Sha512::digest(&bent).iter().map(|byte| format!("{byte:02x}")).collect();
    house.served.put("/white/avendor-advisory-0004.json.sha512", hash);
    house.served.remove("/white/avendor-advisory-0004.json.sha256");
    let asked = house.ask(&feed).await;
    assert!(asked.set_aside[0].reason.contains("signature is not right"), "{asked:?}");
    assert_eq!(house.read(DOCUMENT), good);
    let standing = house.library().standing("it");
    assert_eq!(standing.set_aside, asked.set_aside);
}

#[tokio::test]
async fn a_key_that_is_not_trusted_signs_nothing() {
    let Some(corpus) = corpus() else { return };
    let house = House::new().await;
    serve_provider(&house, &corpus, "simple-directory-provider");
    let other = "0".repeat(40);
    let feed = house.feed(&format!("{DIRECTORY}\nfingerprints = [\"{other}\"]"));
    let asked = house.ask(&feed).await;
    assert_eq!((asked.changed, asked.set_aside.len()), (0, 1));
    assert!(asked.notes[0].contains("not among those that are trusted"), "{asked:?}");
    // Another key than the one of the first time is not believed either.
    let feed = house.feed(DIRECTORY);
    expect_well(&house.ask(&feed).await, 1);
    let metadata = format!(
        "{{\"distributions\":[{{\"directory_url\":\"{0}/white/\"}}],\"public_openpgp_keys\":\
         [{{\"url\":\"{0}/other.asc\",\"fingerprint\":\"{other}\"}}]}}",
        house.served.address
    );
    house.served.put("/provider-metadata.json", metadata);
    house
        .served
        .put("/white/changes.csv", "avendor-advisory-0004.json,2026-01-01T00:00:00Z");
    let asked = house.ask(&feed).await;
    assert_eq!((asked.changed, asked.set_aside.len()), (0, 1), "{asked:?}");
}

#[tokio::test]
async fn a_provider_that_lists_nothing_or_mostly_rubbish_has_a_fault_and_grows_old() {
    let Some(corpus) = corpus() else { return };
    let house = House::new().await;
    serve_provider(&house, &corpus, "simple-directory-provider");
    let feed = house.feed(&format!("{DIRECTORY}\ncheck = \"none\""));
    let good = fs::read_to_string(corpus.join(
        "csaf/providers/gocsaf/simple-directory-provider/white/avendor-advisory-0004.json",
    ));
    let good = filled(&good.unwrap(), &house.served.address);
    let put =
        |name: &str, text: &str| house.served.put(&format!("/white/{name}.json"), text);
    let list = |day: u8| {
        let line = |name| format!("{name}.json,2026-01-{day:02}T00:00:00Z\n");
        house.served.put("/white/changes.csv", ["a", "b", "c"].map(line).concat());
    };
    house.served.put("/white/changes.csv", "");
    house.served.put("/white/index.txt", "");
    let nothing = house.ask(&feed).await.fault.unwrap();
    assert!(nothing.contains("lists no document"), "{nothing}");
    for name in ["a", "b", "c"] {
        put(name, &good);
    }
    list(1);
    let time = |hour: u8| format!("2026-11-25T{hour}:00:00Z");
    let stands = || house.library().standing("it");
    let at = |hour: u8| Some(time(hour).parse::<Timestamp>().unwrap());
    expect_well(&house.ask_at(&feed, &time(12)).await, 3);
    assert_eq!((stands().asked, stands().listed), (at(12), Some(3)));
    let kept = house.kept();

    house.served.put("/white/changes.csv", "");
    let emptied = house.ask_at(&feed, &time(13)).await.fault.unwrap();
    assert!(emptied.contains("holds 0 documents, and there were 3"), "{emptied}");
    assert_eq!((stands().asked, house.kept()), (at(12), kept.clone()));

    list(2);
    put("a", "{}");
    put("b", "<html>");
    let asked = house.ask_at(&feed, &time(14)).await;
    let fault = asked.fault.unwrap();
    assert!(fault.contains("2 of 3 documents"), "{fault}");
    assert_eq!((asked.changed, asked.set_aside.len()), (1, 2));
    assert_eq!((stands().asked, house.kept()), (at(12), kept));

    // One of three is told and ages nobody; what is meant for others is no fault at all.
    put("b", &good);
    let asked = house.ask_at(&feed, &time(15)).await;
    assert_eq!((asked.changed, asked.set_aside.len(), asked.fault), (1, 1, None));
    assert_eq!(stands().asked, at(15));
    let restricted = good.replace("\"WHITE\"", "\"AMBER\"");
    assert_ne!(restricted, good);
    for name in ["a", "b", "c"] {
        put(name, &restricted);
    }
    list(3);
    let asked = house.ask_at(&feed, &time(16)).await;
    assert_eq!((asked.changed, asked.set_aside.len(), asked.fault), (0, 3, None));
}

#[tokio::test]
async fn what_is_asked_of_a_document_depends_on_the_check() {
    let Some(corpus) = corpus() else { return };
    let house = House::new().await;
    serve_provider(&house, &corpus, "simple-directory-provider");
    let white = "/white/avendor-advisory-0004.json";
    let with = |check: &str| house.feed(&format!("{DIRECTORY}\ncheck = \"{check}\""));
    house.served.remove(&format!("{white}.asc"));
    let asked = house.ask(&with("signature")).await;
    assert!(asked.set_aside[0].reason.contains("no signature"), "{asked:?}");
    expect_well(&house.ask(&with("hash")).await, 1);
    fs::remove_dir_all(house.folder.path().join("it")).unwrap();
    house.served.remove(&format!("{white}.sha256"));
    house.served.remove(&format!("{white}.sha512"));
    let asked = house.ask(&with("hash")).await;
    assert!(asked.set_aside[0].reason.contains("no hash"), "{asked:?}");
    expect_well(&house.ask(&with("none")).await, 1);
}

#[tokio::test]
async fn every_medical_advisory_of_cisa_is_taken_by_its_hash() {
    let Some(corpus) = corpus() else { return };
    let house = House::new().await;
    let mut changes = String::new();
    let mut count = 0;
    for entry in fs::read_dir(corpus.join("csaf-icsma")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        house.served.put(&format!("/csaf/2024/{name}"), fs::read(&path).unwrap());
        if name.ends_with(".json") {
            changes.push_str(&format!("\"2024/{name}\",\"2024-01-01T00:00:00Z\"\n"));
            count += 1;
        }
    }
    house.served.put("/csaf/changes.csv", changes);
    house.served.put(
        "/provider-metadata.json",
        format!(
            "{{\"distributions\":[{{\"directory_url\":\"{}/csaf\"}}]}}",
            house.served.address
        ),
    );
    let feed = house.feed(&format!("{DIRECTORY}\ncheck = \"hash\""));
    expect_well(&house.ask(&feed).await, count);
    let (index, held) = house.build(&feed);
    assert_eq!(held, count);
    let opened = IndexFile::open(&index).unwrap();
    assert_eq!(opened.index().unwrap().device_records().count() as u64, count);
}

fn zipped(members: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn osv(id: &str, modified: &str, fixed: &str) -> Vec<u8> {
    format!(
        "{{\"id\":\"{id}\",\"modified\":\"{modified}\",\"affected\":[{{\"package\":{{\"ecosystem\":\
         \"npm\",\"name\":\"it\"}},\"ranges\":[{{\"type\":\"SEMVER\",\"events\":[{{\"introduced\":\
         \"0\"}},{{\"fixed\":\"{fixed}\"}}]}}]}}]}}"
    )
    .into_bytes()
}

#[tokio::test]
async fn osv_gives_the_whole_first_and_then_what_changed() {
    let house = House::new().await;
    let feed =
        house.feed("kind = \"osv\"\naddress = \"ADDRESS/osv\"\necosystems = [\"npm\"]");
    let (old, new) = ("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z");
    let whole = zipped(&[
        ("T-1.json", osv("T-1", old, "1.0.0")),
        ("T-2.json", osv("T-2", old, "1.0.0")),
    ]);
    house.served.put("/osv/npm/all.zip", whole);
    house.served.put("/osv/npm/modified_id.csv", format!("{old},T-1\n{old},T-2\n"));
    expect_well(&house.ask(&feed).await, 1);
    assert_eq!(house.build(&feed).1, 2);
    // Nothing changed: one question.
    house.served.asked();
    expect_well(&house.ask(&feed).await, 0);
    assert_eq!(house.served.asked(), ["/osv/npm/modified_id.csv"]);
    // One record is revised, one is new.
    house.served.put("/osv/npm/T-2.json", osv("T-2", new, "2.0.0"));
    house.served.put("/osv/npm/T-3.json", osv("T-3", new, "2.0.0"));
    house
        .served
        .put("/osv/npm/modified_id.csv", format!("{new},T-3\n{new},T-2\n{old},T-1\n"));
    expect_well(&house.ask(&feed).await, 2);
    assert_eq!(
        house.served.asked().iter().filter(|path| path.ends_with(".zip")).count(),
        0
    );
    assert_eq!(
        house.kept(),
        ["e-npm/all.zip", "e-npm/changed/T-2.json", "e-npm/changed/T-3.json"]
    );
    assert_eq!(house.build(&feed).1, 3);
}

fn cve(id: &str, title: &str) -> Vec<u8> {
    format!(
        "{{\"dataType\":\"CVE_RECORD\",\"dataVersion\":\"5.1\",\"cveMetadata\":{{\"cveId\":\"{id}\",\
         \"state\":\"PUBLISHED\",\"assignerOrgId\":\"x\"}},\"containers\":{{\"cna\":{{\"title\":\"{title}\",\
         \"affected\":[{{\"vendor\":\"v\",\"product\":\"p\",\"defaultStatus\":\"affected\"}}]}}}}}}"
    )
    .into_bytes()
}

#[tokio::test]
async fn records_of_cve_come_whole_and_then_by_the_log() {
    let house = House::new().await;
    let feed = house.feed(
        "kind = \"cve\"\naddress = \"ADDRESS/raw\"\narchive = \"ADDRESS/main.zip\"",
    );
    let log = |entries: &str| format!("[{entries}]");
    let first = "{\"fetchTime\":\"2026-01-01T00:00:00Z\",\"new\":[],\"updated\":[]}";
    house.served.put("/raw/cves/deltaLog.json", log(first));
    house.served.put(
        "/main.zip",
        zipped(&[
            ("m/cves/2024/1xxx/CVE-2024-1001.json", cve("CVE-2024-1001", "one")),
            ("m/cves/2024/1xxx/CVE-2024-1002.json", cve("CVE-2024-1002", "two")),
            ("m/cves/2025/20xxx/CVE-2025-20001.json", cve("CVE-2025-20001", "three")),
            ("m/README.md", b"no record".to_vec()),
        ]),
    );
    expect_well(&house.ask(&feed).await, 1);
    assert_eq!(house.kept(), ["2024/1xxx.tar.zst", "2025/20xxx.tar.zst"]);
    assert_eq!(house.build(&feed).1, 3);
    let second = "{\"fetchTime\":\"2026-01-02T00:00:00Z\",\"new\":[{\"cveId\":\"CVE-2025-20002\"}],\
                  \"updated\":[{\"cveId\":\"CVE-2024-1002\"}]}";
    house.served.put("/raw/cves/deltaLog.json", log(&format!("{second},{first}")));
    house
        .served
        .put("/raw/cves/2024/1xxx/CVE-2024-1002.json", cve("CVE-2024-1002", "new"));
    house
        .served
        .put("/raw/cves/2025/20xxx/CVE-2025-20002.json", cve("CVE-2025-20002", "four"));
    house.served.asked();
    expect_well(&house.ask(&feed).await, 2);
    assert!(!house.served.asked().contains(&"/main.zip".to_owned()));
    assert_eq!(house.build(&feed).1, 4);
    // A log that does not reach back to the last time leads to the whole again.
    let late = "{\"fetchTime\":\"2026-06-01T00:00:00Z\",\"new\":[],\"updated\":[]}";
    house.served.put("/raw/cves/deltaLog.json", log(late));
    expect_well(&house.ask(&feed).await, 1);
    assert!(house.served.asked().contains(&"/main.zip".to_owned()));
}

#[tokio::test]
async fn the_nvd_is_read_page_by_page_and_then_by_date() {
    let house = House::new().await;
    let feed = house.feed("kind = \"nvd\"\naddress = \"ADDRESS/nvd\"\npause = \"0s\"");
    let page = |total: u64, ids: &[&str]| {
        let items = ids
            .iter()
            .map(|id| format!("{{\"cve\":{{\"id\":\"{id}\",\"descriptions\":[]}}}}"));
        let items = items.collect::<Vec<_>>().join(",");
        format!(
            "{{\"resultsPerPage\":{},\"startIndex\":0,\"totalResults\":{total},\"format\":\"NVD_CVE\",\
             \"version\":\"2.0\",\"vulnerabilities\":[{items}]}}",
            ids.len()
        )
    };
    house.served.put(
        "/nvd?resultsPerPage=2000&startIndex=0",
        page(3, &["CVE-2024-1001", "CVE-2024-1002"]),
    );
    house
        .served
        .put("/nvd?resultsPerPage=2000&startIndex=2", page(3, &["CVE-2024-2001"]));
    expect_well(&house.ask_at(&feed, "2026-11-01T12:00:00Z").await, 3);
    assert_eq!(house.kept(), ["2024/1xxx.tar.zst", "2024/2xxx.tar.zst"]);
    let later = "/nvd?resultsPerPage=2000&startIndex=0&lastModStartDate=2026-11-01T11%3A30%3A00Z\
                 &lastModEndDate=2026-11-02T12%3A00%3A00Z";
    house.served.put(later, page(1, &["CVE-2024-1001"]));
    expect_well(&house.ask_at(&feed, "2026-11-02T12:00:00Z").await, 1);
    assert_eq!(house.build(&feed).1, 3);
}

#[tokio::test]
async fn a_file_is_fetched_when_it_changed() {
    let Some(corpus) = corpus() else { return };
    let house = House::new().await;
    let feed = house.feed("kind = \"file\"\naddress = \"ADDRESS/known.json\"");
    let kev = fs::read(corpus.join("kev/known_exploited_vulnerabilities.json")).unwrap();
    house.served.put("/known.json", kev.clone());
    expect_well(&house.ask(&feed).await, 1);
    expect_well(&house.ask(&feed).await, 0);
    assert_eq!(house.read("known.json"), kev);
    house.served.put("/known.json", [kev.as_slice(), b"\n"].concat());
    expect_well(&house.ask(&feed).await, 1);
    // What is kept is of this address, and of no other.
    house.served.put("/other.json", kev);
    let moved = house.feed("kind = \"file\"\naddress = \"ADDRESS/other.json\"");
    expect_well(&house.ask(&moved).await, 1);
    assert_eq!(house.kept(), ["other.json"]);
}

#[tokio::test]
async fn a_fault_is_told_and_what_was_kept_stays() {
    let house = House::new().await;
    let feed = house.feed("kind = \"file\"\naddress = \"ADDRESS/a.json\"");
    let one = osv("T-1", "2026-01-01T00:00:00Z", "1.0.0");
    house.served.put("/a.json", one.clone());
    house.served.fail("/a.json", &[503, 429]);
    expect_well(&house.ask_at(&feed, "2026-11-25T12:00:00Z").await, 1);
    let first = house.library().standing("it");
    house.served.put("/a.json", osv("T-1", "2026-02-01T00:00:00Z", "2.0.0"));
    house.served.fail("/a.json", &[500, 500, 500]);
    let asked = house.ask_at(&feed, "2026-11-25T13:00:00Z").await;
    assert!(asked.fault.unwrap().contains("answers 500"));
    let standing = house.library().standing("it");
    let time = |text: &str| Some(text.parse::<Timestamp>().unwrap());
    assert_eq!(first.asked, time("2026-11-25T12:00:00Z"));
    assert_eq!(
        standing.asked, first.asked,
        "the age is that of the last time that went well"
    );
    assert!(standing.fault.is_some());
    assert_eq!(house.read("a.json"), one);
    house.served.remove("/a.json");
    assert!(house.ask(&feed).await.fault.unwrap().contains("answers 404"));
    house.served.put("/a.json", "-> http://10.0.0.1/secret");
    assert!(house.ask(&feed).await.fault.unwrap().contains("cannot be reached"));
    assert_eq!(house.kept(), ["a.json"]);
}

#[tokio::test]
async fn an_answer_in_which_nothing_is_read_is_a_fault_and_what_was_kept_stays() {
    let house = House::new().await;
    let feed = house.feed("kind = \"file\"\naddress = \"ADDRESS/a.json\"");
    let catalog = |entries: usize| {
        let entry = |at: usize| {
            format!(
                "{{\"cveID\":\"CVE-2024-{at}\",\"dateAdded\":\"2024-01-01\",\
                 \"vendorProject\":\"v\",\"product\":\"p\",\"vulnerabilityName\":\"n\",\
                 \"shortDescription\":\"s\",\"requiredAction\":\"a\",\"dueDate\":\"2024-02-01\",\
                 \"knownRansomwareCampaignUse\":\"Unknown\",\"notes\":\"\",\"cwes\":[]}}"
            )
        };
        let all: Vec<String> = (1000..1000 + entries).map(entry).collect();
        format!(
            "{{\"title\":\"CISA Catalog of Known Exploited Vulnerabilities\",\
             \"catalogVersion\":\"2024.01.01\",\"dateReleased\":\"2024-01-01T00:00:00.0000Z\",\
             \"count\":{entries},\"vulnerabilities\":[{}]}}",
            all.join(",")
        )
    };
    let whole = catalog(40);
    house.served.put("/a.json", whole.clone());
    expect_well(&house.ask(&feed).await, 1);
    let cut = &whole[..whole.len() / 2];
    for (rubbish, why) in [
        ("<html>Sign in to the network</html>", "nothing in the answer is read"),
        ("", "answer"),
        (cut, "nothing in the answer is read"),
        ("{\"error\":\"try later\"}", "nothing in the answer is read"),
        (catalog(0).as_str(), "holds no record"),
        (catalog(3).as_str(), "3 exploited flaws, and there were 40"),
    ] {
        house.served.put("/a.json", rubbish);
        let asked = house.ask(&feed).await;
        let fault = asked.fault.unwrap_or_default();
        assert!(fault.contains(why), "{rubbish}: {fault}");
        assert_eq!(asked.changed, 0, "{rubbish}");
        assert_eq!(house.read("a.json"), whole.as_bytes(), "{rubbish}");
        assert_eq!(house.kept(), ["a.json"]);
    }
    // What is right again is taken, though the address answered something else meanwhile.
    house.served.put("/a.json", catalog(41));
    expect_well(&house.ask(&feed).await, 1);
    assert_eq!(house.read("a.json"), catalog(41).as_bytes());
}

#[tokio::test]
async fn rubbish_in_the_place_of_records_and_archives_takes_no_records_place() {
    let house = House::new().await;
    let feed =
        house.feed("kind = \"osv\"\naddress = \"ADDRESS/osv\"\necosystems = [\"npm\"]");
    let (old, new) = ("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z");
    let portal = "<html><script>z(a,b)</script></html>";
    let list = "/osv/npm/modified_id.csv";
    house.served.put(list, portal);
    assert!(house.ask(&feed).await.fault.unwrap().contains("lists no record"));
    house.served.put(list, format!("{old},T-1\n"));
    house.served.put("/osv/npm/all.zip", portal);
    assert!(house.ask(&feed).await.fault.unwrap().contains("nothing in the answer"));
    assert_eq!(house.kept(), Vec::<String>::new());
    house
        .served
        .put("/osv/npm/all.zip", zipped(&[("T-1.json", osv("T-1", old, "1.0.0"))]));
    expect_well(&house.ask(&feed).await, 1);
    // A record that was revised comes as a page of somebody in between, and is asked again.
    house.served.put(list, format!("{new},T-1\n"));
    house.served.put("/osv/npm/T-1.json", portal);
    assert!(house.ask(&feed).await.fault.unwrap().contains("no record"));
    assert_eq!(house.kept(), ["e-npm/all.zip"]);
    house.served.put(list, portal);
    assert!(house.ask(&feed).await.fault.is_some());
    house.served.put(list, format!("{new},T-1\n"));
    house.served.put("/osv/npm/T-1.json", osv("T-1", new, "2.0.0"));
    expect_well(&house.ask(&feed).await, 1);
    assert_eq!(house.kept(), ["e-npm/all.zip", "e-npm/changed/T-1.json"]);
}

#[tokio::test]
async fn nobody_who_answers_is_a_fault_and_no_panic() {
    let house = House::new().await;
    let feed = house
        .feed("kind = \"csaf\"\naddress = \"http://127.0.0.1:9/provider-metadata.json\"");
    let asked = house.ask(&feed).await;
    assert!(asked.fault.unwrap().contains("cannot be reached"));
    for rubbish in ["", "<html>", "{}", "{\"distributions\":[{}]}"] {
        house.served.put("/provider-metadata.json", rubbish);
        let asked = house.ask(&house.feed(DIRECTORY)).await;
        assert!(asked.fault.is_some(), "{rubbish}");
    }
}

#[tokio::test]
async fn what_came_after_the_last_build_is_known_to_be_newer() {
    let house = House::new().await;
    let feed = house.feed("kind = \"file\"\naddress = \"ADDRESS/a.json\"");
    house.served.put("/a.json", osv("T-1", "2026-01-01T00:00:00Z", "1.0.0"));
    let index = house.folder.path().join("index");
    assert!(house.library().is_newer_than(&index, ["it"]), "there is none yet");
    expect_well(&house.ask_at(&feed, "2026-01-01T00:00:00Z").await, 1);
    house.build(&feed);
    assert!(!house.library().is_newer_than(&index, ["it"]));
    // A run that is killed before it builds: what it fetched is still to be built.
    house.served.put("/a.json", osv("T-1", "2026-02-01T00:00:00Z", "2.0.0"));
    expect_well(&house.ask_at(&feed, "2100-01-01T00:00:00Z").await, 1);
    assert!(house.library().is_newer_than(&index, ["it"]));
    assert!(!house.library().is_newer_than(&index, ["another"]));
}

#[tokio::test]
async fn a_run_that_is_cut_short_loses_nothing() {
    let Some(corpus) = corpus() else { return };
    let whole = House::new().await;
    serve_provider(&whole, &corpus, "simple-directory-provider");
    expect_well(&whole.ask(&whole.feed(DIRECTORY)).await, 1);
    let requests = whole.served.asked().len();
    assert!(requests > 4, "{requests}");
    for answered in 0..requests {
        let house = House::new().await;
        serve_provider(&house, &corpus, "simple-directory-provider");
        let feed = house.feed(DIRECTORY);
        house.served.stop_after(answered);
        tokio::select! {
            asked = house.ask(&feed) => panic!("{answered}: it was not cut: {asked:?}"),
            () = house.served.stopped() => {}
        }
        let asked = house.ask(&feed).await;
        assert_eq!((asked.fault, asked.set_aside.len()), (None, 0), "cut at {answered}");
        assert_eq!(house.kept(), whole.kept(), "cut at {answered}");
        assert_eq!(house.build(&feed).1, 1, "cut at {answered}");
    }
}

#[tokio::test]
async fn a_bundle_carries_everything_over_an_air_gap() {
    let Some(corpus) = corpus() else { return };
    let (here, there) = (House::new().await, House::new().await);
    serve_provider(&here, &corpus, "simple-directory-provider");
    let feed = here.feed(DIRECTORY);
    expect_well(&here.ask(&feed).await, 1);
    let file = here.folder.path().join("x.bundle");
    let now: Timestamp = "2026-11-25T13:00:00Z".parse().unwrap();
    let made = feeds::export_bundle(&here.library(), &file, now).unwrap();
    let taken = feeds::import_bundle(&there.library(), &file, Age::Newer).unwrap();
    assert_eq!(made, taken);
    assert_eq!((there.kept(), there.build(&feed).1), (here.kept(), 1));
    assert_eq!(there.library().standing("it"), here.library().standing("it"));
    // What is older comes only when it is asked for.
    expect_well(&here.ask_at(&feed, "2026-11-26T12:00:00Z").await, 0);
    let error = feeds::import_bundle(&here.library(), &file, Age::Newer).unwrap_err();
    assert!(matches!(error, BundleError::Older { .. }), "{error}");
    feeds::import_bundle(&here.library(), &file, Age::Any).unwrap();
    assert_eq!(here.library().standing("it").asked, there.library().standing("it").asked);
}

#[tokio::test]
async fn a_damaged_bundle_leaves_the_library_as_it_was() {
    let Some(corpus) = corpus() else { return };
    let (here, there) = (House::new().await, House::new().await);
    serve_provider(&here, &corpus, "simple-directory-provider");
    expect_well(&here.ask(&here.feed(DIRECTORY)).await, 1);
    let file = here.folder.path().join("x.bundle");
    let now: Timestamp = "2026-11-25T13:00:00Z".parse().unwrap();
    feeds::export_bundle(&here.library(), &file, now).unwrap();
    let whole = fs::read(&file).unwrap();
    let bent = there.folder.path().join("bent");
    for at in (0..whole.len()).step_by(13) {
        fs::write(&bent, &whole[..at]).unwrap();
        assert!(
            feeds::import_bundle(&there.library(), &bent, Age::Any).is_err(),
            "cut at {at}"
        );
    }
    // Changed inside, and packed again as a whole.
    let plain = zstd::decode_all(whole.as_slice()).unwrap();
    let at = plain
        .windows(8)
        .position(|window| window == b"CSAF Doc")
        .unwrap_or(plain.len() / 2);
    let mut changed = plain.clone();
    changed[at] ^= 1;
    fs::write(&bent, zstd::encode_all(changed.as_slice(), 1).unwrap()).unwrap();
    assert!(feeds::import_bundle(&there.library(), &bent, Age::Any).is_err());
    // A path that leads out.
    let manifest = "{\"lazaret_bundle\":1,\"made\":\"2026-01-01T00:00:00Z\",\"files\":[{\"path\":\
                    \"it/../../evil\",\"bytes\":1,\"sha256\":\"0\"}]}";
    let mut archive = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(manifest.len() as u64);
    archive.append_data(&mut header, "manifest.json", manifest.as_bytes()).unwrap();
    let packed = zstd::encode_all(archive.into_inner().unwrap().as_slice(), 1).unwrap();
    fs::write(&bent, packed).unwrap();
    let error =
        feeds::import_bundle(&there.library(), &bent, Age::Any).unwrap_err().to_string();
    assert!(error.contains("no place in a library"), "{error}");
    assert_eq!(there.library().feeds().unwrap().len(), 0);
    assert!(feeds::export_bundle(&there.library(), &file, now).is_err());
}
