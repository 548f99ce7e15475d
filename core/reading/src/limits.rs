//! Every limit on what is read, with the real document that it leaves room for.

/// Bytes of one document. The largest SBOM seen is 22 MB, the largest advisory 2 MB.
pub const DOCUMENT_BYTES_MAX: usize = 256 * 1024 * 1024;

/// Nesting of a JSON document, or of XML elements. The deepest real SBOM nests
/// components eleven deep, which is 24 levels of JSON.
pub const DEPTH_MAX: usize = 128;

/// Components of one SBOM. A Yocto image has 62,000 elements.
pub const COMPONENTS_MAX: usize = 1_000_000;

/// Relationships of one SBOM.
pub const RELATIONSHIPS_MAX: usize = 8_000_000;

/// Notes kept for one document; further ones are counted in the last.
pub const NOTES_MAX: usize = 1_000;

/// Rows of one inventory. The largest health system has about a million devices.
pub const ROWS_MAX: usize = 5_000_000;

/// Characters of one field of a table.
pub const FIELD_CHARACTERS_MAX: usize = 64 * 1024;

/// How far a compressed document may grow: output bytes for one input byte.
pub const EXPANSION_MAX: u64 = 1_000;
