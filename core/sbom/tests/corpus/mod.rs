//! The shared corpus of SBOMs: its documents and its lists.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// The documents by the path that the lists of the corpus give them.
pub(crate) type Documents = BTreeMap<String, Vec<u8>>;

/// The folder of the corpus; `None` where there is none and none is demanded.
pub(crate) fn corpus() -> Option<PathBuf> {
    let shared = std::env::var_os("LAZARET_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    );
    let corpus = shared.join("corpus/sbom");
    if corpus.is_dir() {
        return Some(corpus);
    }
    assert!(std::env::var_os("CI").is_none(), "the corpus is missing at {corpus:?}");
    eprintln!("skipped: no corpus at {corpus:?}");
    None
}

/// All documents, unpacked once for all tests of one program.
pub(crate) fn documents(corpus: &Path) -> &'static Documents {
    static DOCUMENTS: OnceLock<Documents> = OnceLock::new();
    DOCUMENTS.get_or_init(|| unpacked(corpus))
}

/// Every document, unpacked.
fn unpacked(corpus: &Path) -> Documents {
    let mut documents = Documents::new();
    let mut folders = vec![corpus.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(corpus).unwrap().to_str().unwrap().to_owned();
            let bytes = std::fs::read(&path).unwrap();
            if let Some(archive) = name.strip_suffix(".tar.zst") {
                unpack(&format!("{archive}.tar.zst"), &bytes, &mut documents);
            } else if name.ends_with(".zst") {
                documents.insert(name, zstd::decode_all(bytes.as_slice()).unwrap());
            } else if !name.ends_with(".tsv") && !name.ends_with(".md") {
                documents.insert(name, bytes);
            }
        }
    }
    documents
}

fn unpack(name: &str, archive: &[u8], documents: &mut Documents) {
    use std::io::Read;

    let unpacked = zstd::decode_all(archive).unwrap();
    for entry in tar::Archive::new(unpacked.as_slice()).entries().unwrap() {
        let mut entry = entry.unwrap();
        if entry.header().entry_type().is_file() {
            let path = entry.path().unwrap().to_str().unwrap().to_owned();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            documents.insert(format!("{name}:{path}"), bytes);
        }
    }
}

/// The cells of a list, without its first line.
pub(crate) fn rows(corpus: &Path, list: &str) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(corpus.join(list)).unwrap();
    let cells = |line: &str| line.split('\t').map(str::to_owned).collect();
    text.lines().skip(1).map(cells).collect()
}
