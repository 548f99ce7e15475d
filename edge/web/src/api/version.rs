//! What answers here, as programs ask before they deliver.

use serde::Serialize;

/// The release of Dependency-Track whose API this answers like: programs ask for it to know
/// which members they may send.
const LIKE: &str = "4.13.0";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Version {
    application: &'static str,
    version: &'static str,
    timestamp: &'static str,
    uuid: String,
    framework: Framework,
    lazaret: Ours,
}

#[derive(Serialize)]
struct Framework {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Ours {
    version: &'static str,
    speaks: &'static str,
}

/// `GET /api/version`.
pub(crate) async fn show() -> axum::Json<Version> {
    let version = env!("CARGO_PKG_VERSION");
    axum::Json(Version {
        application: "Lazaret",
        version: LIKE,
        timestamp: "",
        uuid: super::uuid::of_name(version),
        framework: Framework { name: "Lazaret", version },
        lazaret: Ours { version, speaks: "the REST API v1 of Dependency-Track 4.13" },
    })
}
