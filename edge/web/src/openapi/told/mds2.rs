//! What the routes about MDS2 forms take and give.

use super::{Answer, Body, Told, act, get, needed, page, text, told};

const WORKBOOK: Answer =
    Answer::File("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");

pub(in crate::openapi) const FORMS: &[Told] = &[
    page("/mds2", "MDS2 forms: those that wait, and those in force").of("Mds2Forms")
        .asking(&[super::BEHIND, super::FROM, super::AT_MOST]),
    page("/mds2/new", "What an MDS2 form is delivered with").of("NewMds2Form")
        .asking(&[text("product", "The number of the product of which it is.")]),
    told(
        "POST",
        "/mds2/new",
        Body::Parts("FormUpload"),
        Answer::New,
        "Delivers an MDS2 form, to be taken in force; one that is known is not kept twice",
    )
    .or(&[404]),
    get("/mds2/empty.xlsx", WORKBOOK, "A clean workbook that a maker fills in"),
    page("/mds2/compare", "The answers of several MDS2 forms side by side").of("Mds2Comparison").asking(&[
        needed(text("form", "The number of a form; each is named by itself.")),
        text("all", "Anything: all questions, and not only those that differ."),
    ])
    .or(&[404, 422]),
    page("/mds2/{form}", "An MDS2 form: what it answers, and what to ask its maker").of("Mds2Form"),
    page("/mds2/{form}/place", "Of which product and releases an MDS2 form seems to be").of("Mds2Placing")
        .asking(&[text("product", "The number of the product of which it is.")]),
    act(
        "/mds2/{form}/place",
        &[
            needed(text("maker", "Who makes the product.")),
            needed(text("product", "What its maker calls it.")),
            text("releases", "Of which releases, parted by commas; of all where empty."),
        ],
        "Says of what an MDS2 form is, and takes it in force; an older one is replaced",
    ),
    act(
        "/mds2/{form}/ended",
        &[needed(text("reason", "Why; the maker reads it of what it delivered."))],
        "Takes an MDS2 form out of force, or sets it aside",
    ),
    get(
        "/mds2/{form}/file",
        Answer::File("application/octet-stream"),
        "An MDS2 form as it was delivered",
    ),
    get("/mds2/{form}/workbook.xlsx", WORKBOOK, "What it answers, as a clean workbook"),
    page("/maker/mds2/new", "What an MDS2 form of a maker is delivered with").of("NewMakerForm"),
    told(
        "POST",
        "/maker/mds2/new",
        Body::Parts("MakerFormUpload"),
        Answer::New,
        "Delivers an MDS2 form as maker; the house takes it in force",
    )
    .or(&[404]),
];
