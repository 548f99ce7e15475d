//! What the routes about suppliers take and give.

use super::{Answer, Body, Told, act, count, deed, get, needed, page, text, told};

pub(in crate::openapi) const SUPPLIERS: &[Told] = &[
    page("/suppliers", "Suppliers with the gate, raised flags, and what ends next")
        .of("Suppliers")
        .asking(&[
            text("q", "A text to look for in names."),
            text(
                "sort",
                "`gate`, `raised`, `unknown`, `ends`, `-name`; by name unless told.",
            ),
            text("gate", "`passed` or `blocked`."),
            text("raised", "A severity: those of whom a flag of it is raised."),
            super::BEHIND,
            super::FROM,
            super::AT_MOST,
        ]),
    page("/suppliers/new", "What a dossier is opened with")
        .of("NewSupplier")
        .asking(&[text("name", "Of whom.")]),
    act(
        "/suppliers/new",
        &[
            needed(text("name", "The legal name.")),
            needed(count("organisation", "Whose dossier it is.")),
        ],
        "Opens the dossier of a supplier, unless one is kept",
    ),
    page("/suppliers/{supplier}", "The verdict on a supplier, and its dossier")
        .of("Supplier")
        .asking(&[
            text("verdict", "`raised`, `cannot_tell`, `clear` or `not_applicable`."),
            text("severity", "`block`, `high`, `medium` or `low`."),
        ]),
    act(
        "/suppliers/{supplier}/name",
        &[needed(text("name", "The legal name."))],
        "Gives a supplier another legal name",
    ),
    act(
        "/suppliers/{supplier}/names",
        &[
            needed(text("name", "A name under which advisories stand.")),
            needed(text("same", "`yes` where it is the same company, `no` where not.")),
        ],
        "Says of a name whether it is the supplier's",
    ),
    act(
        "/suppliers/{supplier}/asked",
        &[
            text("flag", "The id of a flag; every open question where it is left out."),
            text("product", "About which product."),
        ],
        "Puts questions of flags to the guest of a supplier",
    ),
    page("/suppliers/{supplier}/entries/new", "What an entry of a dossier is made of")
        .of("NewSupplierEntry")
        .asking(&[
            needed(text("kind", "`membership`, `certificate`, `cover` and so on.")),
            text("product", "About which product."),
        ]),
    told(
        "POST",
        "/suppliers/{supplier}/entries/new",
        Body::Parts("Entry"),
        Answer::Done,
        "Adds an entry to a dossier, with the document that proves it",
    ),
    page("/suppliers/{supplier}/entries/{entry}", "One entry of a dossier")
        .of("SupplierEntry"),
    told(
        "POST",
        "/suppliers/{supplier}/entries/{entry}",
        Body::Parts("Entry"),
        Answer::Done,
        "Puts another entry in its place",
    ),
    act(
        "/suppliers/{supplier}/entries/{entry}/withdrawn",
        &[needed(text("reason", "Why; of what a guest brought, the supplier reads it."))],
        "Withdraws an entry",
    ),
    act(
        "/suppliers/{supplier}/entries/{entry}/confirmed",
        &[needed(text("origin", "From whom it is known: `third-party` or `house`."))],
        "Confirms what a supplier's guest brought",
    ),
    page("/suppliers/{supplier}/documents/new", "What a document is dropped with")
        .of("NewSupplierDocument"),
    told(
        "POST",
        "/suppliers/{supplier}/documents/new",
        Body::Parts("Dropped"),
        Answer::Done,
        "Keeps a document in a dossier; what it is, its content tells",
    ),
    get(
        "/suppliers/{supplier}/documents/{original}",
        Answer::File("application/octet-stream"),
        "A document of a dossier as it was delivered",
    ),
    page("/maker/shown", "What a guest has shown to buyers, and what became of it")
        .of("Shown"),
    page("/maker/shown/new", "What is shown to buyers with")
        .of("NewShown")
        .asking(&[text("kind", "`membership`, `certificate`, `document` and so on.")]),
    told(
        "POST",
        "/maker/shown/new",
        Body::Parts("ShownToBuyers"),
        Answer::Done,
        "Shows something to buyers; it is a claim until one confirms it",
    )
    .or(&[404]),
    deed("/maker/shown/{entry}/taken-back", "Takes back what was shown to a buyer"),
    page("/maker/red-flags/{flag}", "A question of buyers, and who reads the answer")
        .of("MakerRedFlag")
        .asking(&[
            text("maker", "For which maker, where it is several."),
            text("product", "About which product."),
        ]),
    act(
        "/maker/red-flags/{flag}",
        &[
            needed(text("said", "`told`, `yes`, `no` or `not_known`.")),
            text("answer", "In words."),
            text("maker", "For which maker, where it is several."),
            text("product", "About which product."),
        ],
        "Answers buyers as maker; `buyer_12` names the organisation 12 as one who reads it",
    ),
];
