//! The world in which a report is drawn: one template, one report, the fonts that come with the
//! program, and nothing else.

use std::sync::{LazyLock, Mutex, PoisonError};

use serde_json::Value;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt as _, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use crate::PdfError;
use crate::prepared::prepared;
use crate::shown::Glyphs;

const TEMPLATE: &str = include_str!("report.typ");

/// What every drawing needs, made once.
struct Fixed {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    glyphs: Glyphs,
    /// The file of the report; none where its name is refused, which a test rules out.
    report: Option<FileId>,
    template: Source,
}

static FIXED: LazyLock<Fixed> = LazyLock::new(|| {
    let fonts: Vec<Font> =
        typst_assets::fonts().flat_map(|bytes| Font::iter(Bytes::new(bytes))).collect();
    let path = VirtualPath::new("report.json").ok();
    Fixed {
        library: LazyHash::new(Library::default()),
        book: LazyHash::new(FontBook::from_fonts(&fonts)),
        glyphs: Glyphs::of(fonts.iter().flat_map(|font| font.info().coverage.iter())),
        fonts,
        report: path.map(|path| RootedPath::new(VirtualRoot::Project, path).intern()),
        template: Source::detached(TEMPLATE),
    }
});

/// One is drawn at a time: a drawing takes a processor and tens of megabytes, and what typst
/// remembers while it draws is forgotten after each.
static DRAWING: Mutex<()> = Mutex::new(());

/// The template and one report.
struct Paper {
    report: Bytes,
}

impl World for Paper {
    fn library(&self) -> &LazyHash<Library> {
        &FIXED.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &FIXED.book
    }

    fn main(&self) -> FileId {
        FIXED.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        match id == FIXED.template.id() {
            true => Ok(FIXED.template.clone()),
            false => Err(FileError::AccessDenied),
        }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        match FIXED.report == Some(id) {
            true => Ok(self.report.clone()),
            false => Err(FileError::AccessDenied),
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        FIXED.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

/// Draws a report.
pub(crate) fn draw(told: &[u8]) -> Result<Vec<u8>, PdfError> {
    let not_report = |error: serde_json::Error| PdfError::NotReport(error.to_string());
    let report: Value = serde_json::from_slice(told).map_err(not_report)?;
    let report = FIXED.glyphs.shown(prepared(report)?);
    let bytes = serde_json::to_vec(&report).map_err(not_report)?;
    let paper = Paper { report: Bytes::new(bytes) };
    let _alone = DRAWING.lock().unwrap_or_else(PoisonError::into_inner);
    let drawn =
        typst::compile::<PagedDocument>(&paper).output.map_err(|why| told_of(&why));
    let standards = PdfStandards::new(&[PdfStandard::Ua_1]);
    let standards =
        standards.map_err(|why| PdfError::Drawing(why.message().to_string()))?;
    let options = PdfOptions {
        standards,
        creator: Smart::Custom(Some("Lazaret".to_owned())),
        ..PdfOptions::default()
    };
    let file = drawn.and_then(|document| {
        typst_pdf::pdf(&document, &options).map_err(|why| told_of(&why))
    });
    // What was worked out is of one report, and is nobody else's.
    comemo::evict(0);
    file
}

fn told_of(why: &[SourceDiagnostic]) -> PdfError {
    let told: Vec<String> = why.iter().map(|one| one.message.to_string()).collect();
    PdfError::Drawing(told.join("; "))
}
