//! The user's guide speaks of pages that are there.

use std::path::Path;

use super::Fixture;

/// The paths that a text names as code: `/work/policy`.
fn named(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2).filter(|code| code.starts_with('/'))
}

#[tokio::test]
async fn every_page_that_the_guide_names_is_a_route() {
    let fixture = Fixture::new().await;
    let paths = crate::paths(&fixture.house);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/guide");
    let mut count = 0;
    for file in std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()) {
        if file.extension().is_none_or(|ending| ending != "md") {
            continue;
        }
        let text = std::fs::read_to_string(&file).unwrap();
        for path in named(&text) {
            assert!(paths.contains(&path), "{}: `{path}` is no page", file.display());
            count += 1;
        }
    }
    assert!(count > 15, "the guide names pages: {count}");
}
