//! Rules that the compiler cannot see: the floors, the map, the names, the length of
//! functions, and the purity of `core/`.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot read the tree has failed"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use syn::spanned::Spanned;
use syn::visit::Visit;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap()
}

/// Every file of the repository that is tracked or about to be, as paths from its root.
fn files() -> Vec<String> {
    let listed = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .unwrap();
    String::from_utf8(listed.stdout)
        .unwrap()
        .lines()
        .filter(|path| root().join(path).is_file())
        .map(str::to_owned)
        .collect()
}

fn rust_files() -> Vec<String> {
    files().into_iter().filter(|path| path.ends_with(".rs")).collect()
}

/// The headings of the map that name a crate: `### terms · floor 0`.
fn floors() -> BTreeMap<String, u8> {
    read("ARCHITECTURE.md")
        .lines()
        .filter_map(|line| line.strip_prefix("### ")?.split_once(" · floor "))
        .map(|(name, floor)| (name.trim().to_owned(), floor.trim().parse().unwrap()))
        .collect()
}

fn packages() -> Vec<serde_json::Value> {
    let metadata = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&metadata.stdout).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

#[test]
fn a_fact_climbs_and_an_import_descends() {
    let floors = floors();
    for package in packages() {
        let name = package["name"].as_str().unwrap();
        if name == "xtask" {
            continue;
        }
        let floor =
            floors.get(name).unwrap_or_else(|| panic!("`{name}` is not on the map"));
        for dependency in package["dependencies"].as_array().unwrap() {
            let below = dependency["name"].as_str().unwrap();
            let Some(other) = floors.get(below) else { continue };
            assert!(
                other < floor,
                "`{name}` (floor {floor}) imports `{below}` (floor {other})"
            );
        }
    }
}

#[test]
fn the_map_names_no_ghost_and_forgets_no_room() {
    let map = read("ARCHITECTURE.md");
    let named: BTreeSet<String> = floors().into_keys().collect();
    let real: BTreeSet<String> = packages()
        .iter()
        .map(|package| package["name"].as_str().unwrap().to_owned())
        .filter(|name| name != "xtask")
        .collect();
    assert_eq!(named, real, "the map and the workspace name different crates");

    for path in map.split('`').skip(1).step_by(2) {
        let is_path = path.contains('/') && !path.contains([' ', '<', '*', ':']);
        if is_path && !path.starts_with("../") {
            assert!(
                root().join(path).exists(),
                "the map names `{path}`, which is not there"
            );
        }
    }
}

#[test]
fn every_package_inherits_the_lints_but_the_one_that_maps_a_file() {
    fn clippy(text: &str) -> BTreeSet<String> {
        text.lines()
            .skip_while(|line| !line.contains("lints.clippy]"))
            .skip(1)
            .take_while(|line| !line.starts_with('['))
            .filter(|line| line.contains('='))
            .map(|line| line.trim().to_owned())
            .collect()
    }
    for package in packages() {
        let name = package["name"].as_str().unwrap();
        let manifest =
            std::fs::read_to_string(package["manifest_path"].as_str().unwrap()).unwrap();
        if name == "feeds" {
            assert!(manifest.contains("unsafe_code = \"deny\""), "feeds denies unsafe");
            assert_eq!(clippy(&manifest), clippy(&read("Cargo.toml")));
        } else {
            assert!(
                manifest.contains("[lints]\nworkspace = true"),
                "`{name}` does not inherit the workspace's lints"
            );
        }
    }
}

#[test]
fn no_file_is_named_for_a_drawer() {
    let drawers =
        ["common", "util", "utils", "helper", "helpers", "types", "shared", "misc"];
    for path in files() {
        for part in Path::new(&path).components() {
            let part = part.as_os_str().to_str().unwrap();
            let stem = part.split('.').next().unwrap();
            assert!(!drawers.contains(&stem), "`{path}` is named for a drawer");
        }
    }
}

#[test]
fn no_type_has_a_suffix_that_means_thing() {
    struct Names(Vec<(String, usize)>);
    impl<'ast> Visit<'ast> for Names {
        fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
            self.0.push((item.ident.to_string(), item.span().start().line));
        }
        fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
            self.0.push((item.ident.to_string(), item.span().start().line));
        }
        fn visit_item_trait(&mut self, item: &'ast syn::ItemTrait) {
            self.0.push((item.ident.to_string(), item.span().start().line));
        }
    }
    let suffixes = [
        "Service", "Manager", "Helper", "Info", "Data", "Details", "Summary", "Head",
        "Context", "Wrapper", "Util", "Utils",
    ];
    for path in rust_files() {
        let mut names = Names(Vec::new());
        names.visit_file(&syn::parse_file(&read(&path)).unwrap());
        for (name, line) in names.0 {
            for suffix in suffixes {
                assert!(
                    !name.ends_with(suffix) || name == suffix,
                    "{path}:{line}: `{name}` ends with `{suffix}`"
                );
            }
        }
    }
}

/// Functions with their place and the lines of code in their bodies: blank lines and
/// comments are not counted, and a table is exempt when it says so with
/// `expect(clippy::too_many_lines, reason = …)`.
struct Functions<'a> {
    lines: Vec<&'a str>,
    found: Vec<(String, usize, usize)>,
}

impl Functions<'_> {
    fn note(&mut self, name: &syn::Ident, block: &syn::Block, attrs: &[syn::Attribute]) {
        let exempt = attrs.iter().any(|attribute| {
            attribute.path().is_ident("expect")
                && matches!(&attribute.meta, syn::Meta::List(list)
                    if list.tokens.to_string().contains("too_many_lines"))
        });
        if exempt {
            return;
        }
        let (start, end) = (block.span().start().line, block.span().end().line);
        let body = self.lines.get(start..end.saturating_sub(1)).unwrap_or_default();
        let code = body
            .iter()
            .map(|line| line.trim())
            .filter(|line| !line.is_empty() && !line.starts_with("//"))
            .count();
        self.found.push((name.to_string(), start, code));
    }
}

impl<'ast> Visit<'ast> for Functions<'_> {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.note(&item.sig.ident, &item.block, &item.attrs);
        syn::visit::visit_item_fn(self, item);
    }
    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.note(&item.sig.ident, &item.block, &item.attrs);
        syn::visit::visit_impl_item_fn(self, item);
    }
}

#[test]
fn a_function_fits_a_screen() {
    const LINES_MAX: usize = 70;
    let mut long = Vec::new();
    for path in rust_files() {
        let text = read(&path);
        let mut functions =
            Functions { lines: text.lines().collect(), found: Vec::new() };
        functions.visit_file(&syn::parse_file(&text).unwrap());
        for (name, line, lines) in functions.found {
            if lines > LINES_MAX {
                long.push(format!("{path}:{line}: `{name}` has {lines} lines"));
            }
        }
    }
    assert!(long.is_empty(), "{}", long.join("\n"));
}

/// What `core/` must not speak of, or it would stop being arithmetic.
const IMPURE: [&str; 10] = [
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::thread",
    "SystemTime",
    "Instant::now",
    "Timestamp::now",
    "Zoned::now",
    "unsafe {",
];

#[test]
fn core_is_arithmetic() {
    for path in rust_files() {
        if !(path.starts_with("core/") && path.contains("/src/")) {
            continue;
        }
        for (number, line) in read(&path).lines().enumerate() {
            let code = line.split("//").next().unwrap();
            for word in IMPURE {
                assert!(!code.contains(word), "{path}:{}: `{word}` in core/", number + 1);
            }
        }
    }
}

#[test]
fn core_depends_on_no_runtime_no_network_and_no_database() {
    let world = [
        "tokio",
        "async-std",
        "smol",
        "hyper",
        "reqwest",
        "ureq",
        "axum",
        "sqlx",
        "rusqlite",
        "diesel",
        "memmap2",
        "rayon",
        "tempfile",
        "walkdir",
    ];
    for package in packages() {
        let manifest = package["manifest_path"].as_str().unwrap();
        if !manifest.contains("/core/") {
            continue;
        }
        for dependency in package["dependencies"].as_array().unwrap() {
            let name = dependency["name"].as_str().unwrap();
            let ships = dependency["kind"] != "dev";
            assert!(!(ships && world.contains(&name)), "{manifest} depends on `{name}`");
        }
    }
}

#[test]
fn every_module_says_what_lives_in_it() {
    for path in rust_files() {
        if path.contains("/src/") && !path.ends_with("/tests.rs") {
            assert!(read(&path).starts_with("//!"), "`{path}` does not say what it is");
        }
    }
}

#[test]
fn every_fuzz_target_is_built() {
    let manifest = read("fuzz/Cargo.toml");
    for path in files() {
        let Some(name) = path
            .strip_prefix("fuzz/fuzz_targets/")
            .and_then(|name| name.strip_suffix(".rs"))
        else {
            continue;
        };
        assert!(
            manifest.contains(&format!("name = \"{name}\"")),
            "fuzz/Cargo.toml has no `[[bin]]` for {name}"
        );
    }
}

#[test]
fn every_fixture_says_why_it_is_here() {
    let manifest = read("fixtures/MANIFEST.toml");
    for path in files() {
        let Some(name) = path.strip_prefix("fixtures/") else { continue };
        if name != "MANIFEST.toml" {
            assert!(
                manifest.contains(&format!("\"{name}\"")),
                "fixtures/MANIFEST.toml does not say why `{name}` is here"
            );
        }
    }
}
