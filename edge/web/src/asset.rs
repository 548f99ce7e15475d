//! Our own files: one style sheet, one script, one sign. Their addresses hold the hash of
//! their content, so that a browser keeps them for good and never holds an old one.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};

use crate::problem::Problem;

/// Where they lie.
pub(crate) const FOLDER: &str = "/assets/";

struct Asset {
    address: String,
    kind: &'static str,
    content: &'static str,
}

impl Asset {
    fn new(stem: &str, ending: &str, kind: &'static str, content: &'static str) -> Self {
        let hash = blake3::hash(content.as_bytes()).to_hex();
        let hash = hash.get(..16).unwrap_or_default();
        Self { address: format!("{FOLDER}{stem}-{hash}.{ending}"), kind, content }
    }
}

static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    // Several files for those who write them, one for those who load it.
    let content = concat!(
        include_str!("../assets/lazaret.css"),
        include_str!("../assets/devices.css"),
        include_str!("../assets/imports.css"),
        include_str!("../assets/questions.css"),
        include_str!("../assets/work.css"),
        include_str!("../assets/suppliers.css"),
        include_str!("../assets/evidence.css"),
        include_str!("../assets/reports.css")
    );
    Asset::new("lazaret", "css", "text/css; charset=utf-8", content)
});

static SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    let content = include_str!("../assets/lazaret.js");
    Asset::new("lazaret", "js", "text/javascript; charset=utf-8", content)
});

/// An invented export, for whoever has none at hand.
static SAMPLE: LazyLock<Asset> = LazyLock::new(|| {
    let content = include_str!("../assets/sample-inventory.csv");
    Asset::new("sample-inventory", "csv", "text/csv; charset=utf-8", content)
});

static SIGN: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new("sign", "svg", "image/svg+xml", include_str!("../assets/sign.svg"))
});

/// The address of the style sheet.
pub(crate) fn style() -> &'static str {
    &STYLE.address
}

/// The address of the script.
pub(crate) fn script() -> &'static str {
    &SCRIPT.address
}

/// The address of an invented export.
pub(crate) fn sample() -> &'static str {
    &SAMPLE.address
}

/// The address of the sign in the browser's tab.
pub(crate) fn sign() -> &'static str {
    &SIGN.address
}

/// `GET /assets/{name}`.
pub(crate) async fn show(Path(name): Path<String>) -> Result<Response, Problem> {
    let asset = [&STYLE, &SCRIPT, &SIGN, &SAMPLE]
        .into_iter()
        .find(|asset| asset.address.strip_prefix(FOLDER) == Some(&name))
        .ok_or_else(|| Problem::not_found("file", &name))?;
    let headers = [
        (header::CONTENT_TYPE, asset.kind),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    Ok((headers, asset.content).into_response())
}
