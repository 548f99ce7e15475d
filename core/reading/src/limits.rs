//! Every limit on what is read, with the real document that it leaves room for.

/// Bytes of one document. The largest SBOM seen is 22 MB, the largest advisory 2 MB.
pub const DOCUMENT_BYTES_MAX: usize = 256 * 1024 * 1024;

/// Nesting of a JSON document, or of XML elements. The deepest real SBOM nests
/// components eleven deep, which is 24 levels of JSON; 120 components inside each other
/// are 242. (serde's reader, `json::from_str`, has a limit of its own: 128.)
pub const DEPTH_MAX: usize = 512;

/// Elements, attributes and texts of one XML document. A component has about twenty, and
/// the largest real document has 60,000 in all.
pub const XML_NODES_MAX: u32 = 3_000_000;

/// Attributes of one XML element. No format that we read defines more than ten.
pub const XML_ATTRIBUTES_MAX: usize = 256;

/// Components of one SBOM. A Yocto image has 62,000 elements.
pub const COMPONENTS_MAX: usize = 500_000;

/// Relationships of one SBOM. 600 components that all depend on each other have 180,000;
/// each takes some 300 bytes of memory.
pub const RELATIONSHIPS_MAX: usize = 1_000_000;

/// Entries of all other lists of one SBOM that are kept: licences, digests, references,
/// versions in statements. 10,000 real components have 60,000.
pub const ENTRIES_MAX: usize = 1_500_000;

/// Components and versions in the statements of one SBOM. The report of a container image
/// has 20,000; each takes some 400 bytes of memory.
pub const STATEMENTS_MAX: usize = 500_000;

/// Notes kept for one document; further ones are counted in the last.
pub const NOTES_MAX: usize = 1_000;

/// Bytes that the statements of one SBOM may repeat: what is said of a vulnerability is
/// kept with each component that has versions of its own.
pub const REPEATED_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Rows of one inventory. The largest health system has about a million devices.
pub const ROWS_MAX: usize = 5_000_000;

/// Columns of one table. The widest inventory seen has seventy.
pub const COLUMNS_MAX: usize = 1_000;

/// Worksheets of one workbook. Manufacturers' forms have up to twelve.
pub const SHEETS_MAX: usize = 256;

/// Parts of one workbook: sheets, styles, pictures.
pub const WORKBOOK_PARTS_MAX: usize = 10_000;

/// Bytes that one workbook may unpack to. A sheet of a million rows with twelve columns has
/// 0.5 GB.
pub const WORKBOOK_BYTES_MAX: u64 = 1024 * 1024 * 1024;

/// Characters of one field of a table.
pub const FIELD_CHARACTERS_MAX: usize = 64 * 1024;

/// How far a compressed document may grow: output bytes for one input byte.
pub const EXPANSION_MAX: u64 = 1_000;

/// Bytes that one delivered file may unpack to. All of OSV is about 5 GB, the CVE list 3,
/// every year of NVD 12.
pub const UNPACKED_BYTES_MAX: u64 = 64 * 1024 * 1024 * 1024;

/// Bytes of one source that is a stream (standard input, a pipe) and has no length of its
/// own. All of NVD, packed, has about 2 GB.
pub const STREAM_BYTES_MAX: u64 = 8 * 1024 * 1024 * 1024;

/// Archives and compressions inside each other: a `.zip` of `.tar.gz` is three.
pub const NESTING_MAX: usize = 4;

/// Bytes of a table of priorities. The one that everybody starts with has 250.
pub const POLICY_BYTES_MAX: usize = 16 * 1024;

/// Rows of a table of priorities. The one that everybody starts with has seven.
pub const POLICY_ROWS_MAX: usize = 50;

/// Organisations of one house with a table of priorities of their own. Each of them costs every
/// device build 27 bytes: at 20,000 builds, 64 cost 35 MB. A group whose hospitals weigh alike
/// makes one at the top.
pub const POLICY_TABLES_MAX: usize = 64;

/// Conditions that one word joins in a row of that table. There are seven kinds.
pub const POLICY_PARTS_MAX: usize = 20;

/// Brackets within each other in a row of that table. One is used.
pub const POLICY_DEPTH_MAX: usize = 4;

/// Bytes of a filter in an address. Servers and browsers agree on some 8,000; four hundred
/// configurations, or a tree of sites ticked one by one, fit.
pub const FILTER_BYTES_MAX: usize = 16 * 1024;

/// Bytes of one `security.txt`. Real ones have up to 4 KB, a signature included.
pub const SECURITY_TXT_BYTES_MAX: usize = 64 * 1024;

/// Lines of one `security.txt` that are looked at. Real ones have up to a hundred.
pub const SECURITY_TXT_LINES_MAX: usize = 2_000;

/// Bytes of the metadata of a CSAF provider. A provider with feeds by year has some 20 KB.
pub const PROVIDER_BYTES_MAX: usize = 1024 * 1024;

/// Rows of one export of the breach portal. All years since 2009 are about 7,000.
pub const BREACHES_MAX: usize = 200_000;

/// CVE numbering authorities of one list. There are some five hundred.
pub const PARTNERS_MAX: usize = 20_000;

/// Records of one answer or file of openFDA. All recalls of devices are about 60,000.
pub const FDA_RECORDS_MAX: usize = 500_000;

/// Bytes of one dossier. It is kept by hand; a maker with a hundred products has 40 KB.
pub const DOSSIER_BYTES_MAX: usize = 1024 * 1024;

/// Lines of a list of questions. A large house has some hundred open.
pub const QUESTIONS_MAX: usize = 5_000;

/// Lines of a file of answers. A large house has some hundred questions open.
pub const ANSWERS_MAX: usize = 5_000;

/// Bytes of a row of a backup. The largest is a piece of a packed document, of a megabyte.
pub const BACKUP_LINE_BYTES_MAX: usize = 256 * 1024 * 1024;

/// Bytes of a line of a backup that is no row. The largest is a megabyte of a file, in base64.
pub const BACKUP_WORDS_BYTES_MAX: usize = 2 * 1024 * 1024;

/// Tables of a backup. The database has some eighty.
pub const BACKUP_TABLES_MAX: usize = 1_000;

/// Files of a backup. There are two: an index and what lies in front of it.
pub const BACKUP_FILES_MAX: usize = 16;

/// Bytes of one form that a maker fills in, as text. The longest real one has 60 KB; it may
/// stand in the middle of a longer document.
pub const FORM_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Rows of one sheet or file that are looked at for a form. Real forms have up to 400.
pub const FORM_ROWS_MAX: usize = 50_000;

/// Columns of one sheet or file that are looked at for a form. Real forms have up to ten.
pub const FORM_COLUMNS_MAX: usize = 40;

/// Lines with questions of one form. Real forms have 240, and some of them twice.
pub const FORM_ENTRIES_MAX: usize = 5_000;

/// Pieces of text, and lines between them, of one page that are looked at for a form. A page
/// of a form has some 500.
pub const FORM_PIECES_MAX: usize = 10_000;

/// Bytes of one PDF. Forms have up to 5 MB, with pictures.
pub const PDF_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Objects of one PDF. A manual of a thousand pages has some 50,000.
pub const PDF_OBJECTS_MAX: usize = 500_000;

/// Objects within each other: arrays, dictionaries, fields, forms on pages.
pub const PDF_DEPTH_MAX: usize = 48;

/// Pages of one PDF that are read. Forms have up to forty.
pub const PDF_PAGES_MAX: usize = 2_000;

/// Bytes that the streams of one PDF may unpack to, all together. A form has some 2 MB.
pub const PDF_UNPACKED_MAX: usize = 128 * 1024 * 1024;

/// Operators on the pages of one PDF. A page of a form has some 5,000.
pub const PDF_OPERATORS_MAX: usize = 10_000_000;

/// Pieces of text on the pages of one PDF. A page of a form has some 500.
pub const PDF_PIECES_MAX: usize = 500_000;

/// Entries of the tables that map one PDF's letters to text. A large font has 65,000.
pub const PDF_LETTERS_MAX: usize = 1_000_000;
/// Rows of one table of evidence. The largest health systems have some 400,000 people, each
/// with a handful of courses a year.
pub const EVIDENCE_ROWS_MAX: usize = 3_000_000;

/// Bytes of one register of evidence. It is kept by hand; a house with two thousand entries
/// has 400 KB.
pub const REGISTER_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Entries of one register.
pub const REGISTER_ENTRIES_MAX: usize = 50_000;

/// Rules of one firewall. The largest sets that are told of have some 30,000.
pub const FIREWALL_RULES_MAX: usize = 500_000;

/// Hosts, ports and findings of one result of a scanner. A class B network has 65,000 hosts.
pub const SCAN_ENTRIES_MAX: usize = 2_000_000;

/// Bytes of a purchase or a requirement profile. They are kept by hand; ours has 30 KB.
pub const PURCHASE_BYTES_MAX: usize = 1024 * 1024;

/// Files of one bidder that are read. Large bids have some two hundred.
pub const BID_FILES_MAX: usize = 5_000;

/// Bytes of one bidder's files, unpacked. Large bids have some 200 MB of manuals.
pub const BID_BYTES_MAX: usize = 1024 * 1024 * 1024;

/// Lines of a paper that are kept: those that say something about a requirement.
pub const PAPER_LINES_MAX: usize = 200;

/// Bytes of one document of OSCAL. The catalog of SP 800-53 has 10 MB.
pub const OSCAL_BYTES_MAX: usize = 32 * 1024 * 1024;

/// Letters of the name of a file in an evidence pack.
pub const PACK_NAME_MAX: usize = 240;

/// Files of one evidence pack. A house that keeps each certificate of each product has some
/// thousands.
pub const PACK_FILES_MAX: usize = 200_000;

/// Bytes of one file of an evidence pack that is read as a whole: manifest, proofs, what each
/// document is. With all the files that are read it has some 40 MB.
pub const PACK_TEXT_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Bytes that one evidence pack may unpack to. A document has 256 MiB at most, and of such a
/// house has a few hundred.
pub const PACK_BYTES_MAX: u64 = 256 * 1024 * 1024 * 1024;
