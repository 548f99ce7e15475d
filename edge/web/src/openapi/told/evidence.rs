//! What the routes about evidence, and where an organisation stands by it, take and give.

use super::{Answer, Body, Told, act, count, deed, get, needed, page, text, told};

pub(in crate::openapi) const EVIDENCE: &[Told] = &[
    page("/evidence", "The evidence of an organisation, and how each piece stands").of("EvidenceList").asking(
        &[
            text("q", "A text to look for in names, sources and subjects."),
            text("kind", "A kind of evidence: `person`, `account`, `firewall`."),
            text(
                "stands",
                "`waiting`, `in_force`, `expired` or `withdrawn`; all but the last unless told.",
            ),
            count("older", "Only that which is older than so many days."),
            count("organisation", "Whose it is."),
            count("from", "The row at which the part begins."),
        ],
    ),
    page("/evidence/new", "What evidence is delivered with").of("NewEvidence"),
    told(
        "POST",
        "/evidence/new",
        Body::Parts("Upload"),
        Answer::DoneOrNew,
        "Delivers a document of evidence, to be looked at; one that is known is not kept twice",
    ),
    page("/evidence/entries/new", "What an entry of a kind is made of").of("NewEvidenceEntry")
        .asking(&[
            text("kind", "The kind: `policy`, `membership`, `assessment` and so on."),
            count("organisation", "Whose it will be."),
        ]),
    told(
        "POST",
        "/evidence/entries/new",
        Body::Parts("EvidenceEntry"),
        Answer::New,
        "Keeps an entry that is made by hand, with the document that proves it",
    )
    .or(&[404]),
    page("/evidence/{evidence}", "A piece of evidence, what was read of it, what it would change").of("Evidence")
        .asking(&[text("known", "`yes` where it was delivered before.")]),
    get(
        "/evidence/{evidence}/file",
        Answer::File("application/octet-stream"),
        "The document of a piece, as it was delivered",
    ),
    act(
        "/evidence/{evidence}/taken",
        &[
            text("source", "From which system, or from whom."),
            text("subject", "What it is about."),
            text("signer", "Who signed it."),
            text("valid_from", "Of which day it is, where the file does not say so."),
            text("valid_until", "The last day on which it counts."),
            text("audience", "`owner`, or `below` where it counts for those below too."),
            text("label", "With whom its document may be shared, by TLP 2.0: `CLEAR`, `GREEN`, \
                           `AMBER`, `AMBER+STRICT` (unless told) or `RED`."),
            count("replaces", "The piece whose place it takes."),
        ],
        "Takes a piece in that waits: it counts from now on",
    ),
    deed("/evidence/{evidence}/thrown-away", "Throws a piece away that waits"),
    act(
        "/evidence/{evidence}/withdrawn",
        &[needed(text("reason", "Why."))],
        "Withdraws a piece: it counts no more",
    ),
    page("/posture", "Where an organisation stands: controls, actions, members").of("Posture").asking(&[
        count("organisation", "Which; the widest that whoever asks sees unless told."),
    ]),
    page("/posture/{control}", "A control, and the facts that its verdict rests on").of("Control").asking(
        &[count("organisation", "Of which organisation.")],
    ),
    get(
        "/posture/oscal/{model}",
        Answer::One("Oscal"),
        "Where an organisation stands, as OSCAL 1.2: `profile`, `assessment-results`, `poam`, \
         `catalog` or `mapping`; no plan (`poam`) is there where nothing is open",
    )
    .asking(&[
        count("organisation", "Which; the widest that whoever asks sees unless told."),
    ]),
    act(
        "/posture/{control}/tailoring",
        &[
            count("organisation", "Of which organisation."),
            text("owner", "Who sees to it: a role."),
            text("parameters", "As `name=number`, by comma; what is usual unless told."),
            text("not_applicable", "Why it does not apply; empty where it does."),
        ],
        "Says what an organisation makes of a control, in the place of what was said before",
    ),
    act(
        "/posture/{control}/exceptions",
        &[
            count("organisation", "Of which organisation."),
            needed(text("reason", "Why it may stay as it is.")),
            needed(text("last_day", "Until which day, a year away at most.")),
        ],
        "Asks for an exception, which somebody else approves",
    )
    .making(),
    deed(
        "/posture/exceptions/{exception}/approved",
        "Approves an exception that somebody else asked for",
    ),
    deed("/posture/exceptions/{exception}/ended", "Ends an exception, or declines it"),
    get(
        "/reports",
        Answer::One("Reports"),
        "The reports that whoever asks may read",
    ),
    get(
        "/reports/posture",
        Answer::One("Report"),
        "Where an organisation stands, to be read on paper",
    )
    .asking(&[
        count("organisation", "Which; the widest that whoever asks sees unless told."),
    ]),
    get(
        "/reports/board",
        Answer::One("Report"),
        "Where an organisation stands, on one page",
    )
    .asking(&[
        count("organisation", "Which; the widest that whoever asks sees unless told."),
    ]),
    page("/reports/pack", "What an evidence pack of an organisation would hold, and what not")
        .of("EvidencePack")
        .asking(&[
            count("organisation", "Which; the widest that whoever asks sees unless told."),
        ]),
    get(
        "/reports/pack/file",
        Answer::File("application/zip"),
        "The evidence pack, signed; the audit log says who took it before it is given",
    )
    .asking(&[
        count("organisation", "Which; the widest that whoever asks sees unless told."),
    ])
    .or(&[404]),
    get(
        "/reports/suppliers/{supplier}",
        Answer::One("Report"),
        "The verdict on a supplier, to be read on paper",
    ),
    get(
        "/reports/posture/file",
        Answer::One("Report"),
        "The same as a file to be taken away, which the audit log notes",
    )
    .asking(&[
        count("organisation", "Which; the widest that whoever asks sees unless told."),
    ])
    .or(&[404]),
    get(
        "/reports/board/file",
        Answer::One("Report"),
        "The same as a file to be taken away, which the audit log notes",
    )
    .asking(&[
        count("organisation", "Which; the widest that whoever asks sees unless told."),
    ])
    .or(&[404]),
    get(
        "/reports/suppliers/{supplier}/file",
        Answer::One("Report"),
        "The same as a file to be taken away, which the audit log notes",
    ),
    get(
        "/reports/posture/pdf",
        Answer::File("application/pdf"),
        "The same on paper, where the program was built with PDF; the audit log notes it",
    )
    .asking(&[
        count("organisation", "Which; the widest that whoever asks sees unless told."),
    ])
    .or(&[404]),
    get(
        "/reports/board/pdf",
        Answer::File("application/pdf"),
        "The same on paper, where the program was built with PDF; the audit log notes it",
    )
    .asking(&[
        count("organisation", "Which; the widest that whoever asks sees unless told."),
    ])
    .or(&[404]),
    get(
        "/reports/suppliers/{supplier}/pdf",
        Answer::File("application/pdf"),
        "The same on paper, where the program was built with PDF; the audit log notes it",
    ),
    get(
        "/reports/purchases/{purchase}",
        Answer::One("Report"),
        "Bidders side by side, to be read on paper",
    ),
    get(
        "/reports/purchases/{purchase}/file",
        Answer::One("Report"),
        "The same as a file to be taken away, which the audit log notes",
    ),
    get(
        "/reports/purchases/{purchase}/pdf",
        Answer::File("application/pdf"),
        "The same on paper, where the program was built with PDF; the audit log notes it",
    ),
    page("/designations", "Who answers for security, and where the office is vacant").of("Designations"),
    page("/designations/new", "What somebody is named with").of("NewDesignation")
        .asking(&[count("organisation", "In which organisation.")]),
    act(
        "/designations/new",
        &[
            needed(count("organisation", "In which organisation.")),
            needed(text("office", "`security_officer`, `deputy` or `privacy_officer`.")),
            needed(count("person", "The number of the account.")),
            needed(text("first_day", "From which day on.")),
            text("last_day", "Until which day, where that is known."),
            text("audience", "`owner`, or `below` where it holds for those below too."),
        ],
        "Names somebody, who has to accept",
    )
    .making(),
    act(
        "/designations/{designation}/ended",
        &[needed(text("last_day", "The last day."))],
        "Ends a designation",
    ),
];
