//! The products of endoflife.date that are at hand, against a table that was taken from them
//! by hand.

#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a test reads its documents, fails loudly, and says what it skipped"
)]

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use lifecycle::endoflife::{is_product, parse};
use lifecycle::{Catalog, End, Product, Support};
use reading::Place;
use sbom::Component;

fn corpus() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let shared = std::env::var_os("LAZARET_SHARED").map_or(beside, PathBuf::from);
    let corpus = shared.join("corpus");
    if corpus.is_dir() {
        return Some(corpus);
    }
    assert!(std::env::var_os("CI").is_none(), "there is no corpus at {corpus:?}");
    eprintln!("skipped: there is no corpus at {corpus:?}");
    None
}

/// Every product by the name of its file.
fn products(corpus: &Path) -> BTreeMap<String, Product> {
    let packed = std::fs::read(corpus.join("eol/products.tar.zst")).unwrap();
    let unpacked = zstd::decode_all(packed.as_slice()).unwrap();
    let mut products = BTreeMap::new();
    for entry in tar::Archive::new(unpacked.as_slice()).entries().unwrap() {
        let mut entry = entry.unwrap();
        let path = entry.path().unwrap().to_str().unwrap().to_owned();
        let Some(name) = path.strip_suffix(".json") else { continue };
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        assert!(is_product(&bytes), "{path}");
        let product = parse(&path, &bytes).unwrap().value;
        products.insert(name.trim_start_matches("./").to_owned(), product);
    }
    products
}

#[test]
fn every_product_is_read_and_its_ends_are_those_of_the_table() {
    let Some(corpus) = corpus() else { return };
    let products = products(&corpus);
    assert_eq!(products.len(), 220);
    assert_eq!(products.values().map(|it| it.cycles.len()).sum::<usize>(), 3_738);
    let truth = std::fs::read_to_string(corpus.join("truth/eol_truth.tsv")).unwrap();
    let mut compared = 0;
    for line in truth.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let product = &products[cells[0]];
        let cycle = product.cycles.iter().find(|it| it.name == cells[1]).unwrap();
        let expected = match cells[2] {
            "true" => End::Over,
            "false" => End::GoesOn,
            day => End::On(terms::date::day(day).unwrap()),
        };
        assert_eq!(cycle.ends, expected, "{line}");
        let extended = terms::date::day(cells[3]).ok().map(End::On);
        if extended.is_some() {
            assert_eq!(cycle.extended, extended, "{line}");
        }
        compared += 1;
    }
    assert_eq!(compared, 100);
}

#[test]
fn components_are_joined_by_identifiers_and_never_by_likeness() {
    let Some(corpus) = corpus() else { return };
    let mut catalog = Catalog::built_in();
    products(&corpus).into_values().for_each(|product| catalog.add(product));
    let ends = |name: &str, version: &str, purl: &str, cpe: &str| {
        let mut component = Component::at(Place::Document);
        name.clone_into(&mut component.name);
        component.version = Some(version.to_owned());
        component.purl = Some(purl.to_owned()).filter(|it| !it.is_empty());
        component.cpes =
            Some(cpe.to_owned()).filter(|it| !it.is_empty()).into_iter().collect();
        match catalog.support(&component) {
            Support::Known(known) => Some(known.cycle.ends.clone()),
            Support::NoCycle(_) | Support::Nothing => None,
        }
    };
    let day = |text: &str| Some(End::On(terms::date::day(text).unwrap()));
    let core = "pkg:maven/org.apache.logging.log4j/log4j-core@2.12.4";
    assert_eq!(ends("log4j-core", "2.12.4", core, ""), day("2021-12-14"));
    let core = "pkg:maven/org.apache.logging.log4j/log4j-core@2.17.1";
    assert_eq!(ends("log4j-core", "2.17.1", core, ""), Some(End::GoesOn));
    let cpe = "cpe:2.3:a:apache:log4j:1.2.17:*:*:*:*:*:*:*";
    assert_eq!(ends("log4j", "1.2.17", "", cpe), day("2015-10-15"));
    assert_eq!(ends("log4j", "1.2.17", "", ""), None, "a name alone is none of theirs");
    assert_eq!(ends("log4j-fork", "1.2", "pkg:maven/x/log4j-fork@1.2", ""), None);
}
