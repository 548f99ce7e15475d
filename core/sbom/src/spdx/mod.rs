//! SPDX: version 2 as JSON and as tag-value, version 3 as JSON-LD.
//!
//! Source: SPDX 2.1 to 2.3 and 3.0.1, <https://spdx.dev/use/specifications/>.
//!
//! Not read: RDF/XML, YAML, XML and spreadsheets of SPDX 2.

pub mod v2_json;
pub mod v2_tag;
pub mod v3;

mod tolerant;
mod v2;
