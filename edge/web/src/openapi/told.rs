//! What each route takes and gives, in words.

mod customers;
mod evidence;
mod mds2;
mod purchases;
mod suppliers;

use customers::CUSTOMERS;
use evidence::EVIDENCE;
use mds2::FORMS;
use purchases::PURCHASES;
use suppliers::SUPPLIERS;

/// What is told of a route.
pub(super) struct Told {
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    pub(super) summary: &'static str,
    pub(super) query: &'static [Parameter],
    /// What it asks beside what another asks too.
    pub(super) beside: &'static [Parameter],
    pub(super) body: Body,
    pub(super) answer: Answer,
    /// The shape of what it shows where it is only to look; empty where it does not.
    pub(super) shows: &'static str,
    /// Numbers of problems beside those that follow from what it asks and takes.
    pub(super) problems: &'static [u16],
}

/// Something in a query or in a form.
#[derive(Clone, Copy)]
pub(super) struct Parameter {
    pub(super) name: &'static str,
    /// A type of JSON Schema, `uuid`, or `count`.
    pub(super) kind: &'static str,
    pub(super) words: &'static str,
    pub(super) is_required: bool,
}

/// What a route takes beside the query.
#[derive(Clone, Copy)]
pub(super) enum Body {
    Nothing,
    /// JSON of that shape.
    Json(&'static str),
    /// A form of parts of that shape.
    Parts(&'static str),
    /// A form, or the same fields as JSON.
    Fields(&'static [Parameter]),
}

/// What a route gives.
#[derive(Clone, Copy)]
pub(super) enum Answer {
    /// The value that a page shows.
    Page,
    /// Something of that shape.
    One(&'static str),
    /// Something of that shape, which was made.
    Made(&'static str),
    /// Something of that shape, which was changed; or that it was so before.
    Changed(&'static str),
    /// A list of things of that shape, with their count.
    List(&'static str),
    /// That it was done, and where to look.
    Done,
    /// That it was done, without a word.
    Nothing,
    /// That it is at another address.
    Elsewhere,
    /// That something was made: its number, and where it is.
    New,
    /// That it was done; or what was made by it.
    DoneOrNew,
    /// A file.
    File(&'static str),
    /// A table: as CSV, or as JSON with rows of that shape.
    Table(&'static str),
}

/// A page.
const fn page(path: &'static str, summary: &'static str) -> Told {
    get(path, Answer::Page, summary)
}

const fn get(path: &'static str, answer: Answer, summary: &'static str) -> Told {
    told("GET", path, Body::Nothing, answer, summary)
}

/// An act by a form.
const fn act(
    path: &'static str,
    fields: &'static [Parameter],
    summary: &'static str,
) -> Told {
    told("POST", path, Body::Fields(fields), Answer::Done, summary)
}

/// An act that takes nothing but its address.
const fn deed(path: &'static str, summary: &'static str) -> Told {
    told("POST", path, Body::Nothing, Answer::Done, summary)
}

const fn put(
    path: &'static str,
    takes: &'static str,
    answer: Answer,
    summary: &'static str,
) -> Told {
    told("PUT", path, Body::Json(takes), answer, summary)
}

const fn told(
    method: &'static str,
    path: &'static str,
    body: Body,
    answer: Answer,
    summary: &'static str,
) -> Told {
    Told {
        method,
        path,
        summary,
        query: &[],
        beside: &[],
        body,
        answer,
        shows: "",
        problems: &[],
    }
}

impl Told {
    const fn asking(self, query: &'static [Parameter]) -> Self {
        Self { query, ..self }
    }

    const fn asking_too(self, beside: &'static [Parameter]) -> Self {
        Self { beside, ..self }
    }

    /// Makes something, or only looks.
    const fn making_or_done(self) -> Self {
        Self { answer: Answer::DoneOrNew, ..self }
    }

    /// Makes something.
    const fn making(self) -> Self {
        Self { answer: Answer::New, ..self }
    }

    /// Gives something of that shape.
    const fn of(self, shape: &'static str) -> Self {
        Self { answer: Answer::One(shape), ..self }
    }

    /// Shows something of that shape where it is only to look, or has more to say.
    const fn showing(self, shows: &'static str) -> Self {
        Self { shows, ..self }
    }

    const fn or(self, problems: &'static [u16]) -> Self {
        Self { problems, ..self }
    }
}

const fn text(name: &'static str, words: &'static str) -> Parameter {
    Parameter { name, kind: "string", words, is_required: false }
}

/// The number of something, as a number or as a text.
const fn id(name: &'static str, words: &'static str) -> Parameter {
    Parameter { name, kind: "id", words, is_required: false }
}

/// Fields whose names end in a number: `build-12`.
const fn numbered(name: &'static str, words: &'static str) -> Parameter {
    Parameter { name, kind: "numbered", words, is_required: false }
}

const fn count(name: &'static str, words: &'static str) -> Parameter {
    Parameter { name, kind: "count", words, is_required: false }
}

const fn truth(name: &'static str, words: &'static str) -> Parameter {
    Parameter { name, kind: "boolean", words, is_required: false }
}

const fn uuid(name: &'static str, words: &'static str) -> Parameter {
    Parameter { name, kind: "uuid", words, is_required: true }
}

const fn needed(parameter: Parameter) -> Parameter {
    Parameter { is_required: true, ..parameter }
}

const AUDIENCE: Parameter = needed(text(
    "audience",
    "`owner`: for it alone; `below`: for everything below it too.",
));
const PAGE_NUMBER: Parameter = count("pageNumber", "Which page, from 1.");
const PAGE_SIZE: Parameter = count("pageSize", "How many a page has; 100 unless told.");
const AFTER: Parameter =
    text("after", "The UUID of the last thing of the part before, as `Link` gives it.");
const OFFSET: Parameter = count("offset", "After how many the part begins.");
const LIMIT: Parameter = count("limit", "How many the part has.");
const SUPPRESSED: Parameter = truth("suppressed", "Suppressed findings too.");
const SOURCE: Parameter =
    text("source", "Findings of one source only: NVD, GITHUB, OSV.");
/// The kind of a parameter that stands for every column of a list of devices.
pub(super) const COLUMNS: &str = "columns";

/// How a list of devices is asked for; `column=value` narrows it by any column.
const DEVICES: [Parameter; 10] = [
    text("q", "A text to look for."),
    text("sort", "A column, with a minus in front for the other way round."),
    text("column", "A column to show; may stand several times."),
    text("after", "The place after which the part begins, as an answer gives it."),
    count("from", "The row at which the part begins."),
    text("facet", "A column of which all values are given."),
    Parameter {
        name: COLUMNS,
        kind: COLUMNS,
        words: "Only devices of which that column has this value; may stand several times.",
        is_required: false,
    },
    text("within", "Devices of that organisation and of those below it."),
    text(
        "missing",
        "`yes`: those that the newest import does not name; `no`: the others.",
    ),
    text("among", "A set of devices by its name, as pages link to it."),
];

/// In which form a table is given.
/// The kind of a parameter that says in which form a file is written.
pub(super) const FILE_FORMAT: &str = "format of a file";
const FILE: Parameter = Parameter {
    name: "format",
    kind: FILE_FORMAT,
    words: "`csv`, or `json`; `csv` where nothing is said.",
    is_required: false,
};
const FORMAT: &[Parameter] = &[FILE];

const Q: Parameter = text("q", "A text to look for.");
const KIND: Parameter = text("kind", "Questions of that kind.");
const ABOUT: Parameter = text("product", "Questions about that product or ward.");
const OF_ORGANISATION: Parameter =
    count("organisation", "Questions about devices of that organisation.");
const STATE: Parameter =
    text("state", "`not_known`: that somebody else has to be asked.");
const FROM: Parameter = count("from", "The row at which the part begins.");
/// Which stretch of a long list is asked for.
const STRETCH: [Parameter; 3] = [BEHIND, FROM, AT_MOST];
const BEHIND: Parameter = text(
    "after",
    "The cursor after which the part begins, as `next` of an answer gives it.",
);
const AT_MOST: Parameter =
    count("limit", "How many rows at most, up to 500; 50 if not said.");

/// How a list of what is to be done is asked for.
const WORK: [Parameter; 11] = [
    text(
        "priority",
        "`act_now`, `this_week`, `next_window`, `watch`; may stand several times.",
    ),
    text("kind", "`update`, `mitigate`, `ask_maker`, `decide`."),
    text("state", "`open`, `planned`, `reported_done` and so on."),
    text("owner", "The number of a person, or `none`."),
    text(
        "due",
        "`now`, `overdue`, `today`, `week`, `later`, `none`, or the Monday of a week.",
    ),
    text("ward", "A ward as the inventory writes it."),
    text("organisation", "The number of an organisation."),
    text("sort", "A column, with a minus in front for the other way round."),
    FROM,
    BEHIND,
    AT_MOST,
];

const REVISION: Parameter = text(
    "revision",
    "The `revision` that the page gave: where others have changed it since, nothing is kept, and \
     409 says what they did. Without it nothing is compared.",
);
const FOR_MAKER: Parameter =
    text("note", "What is added for the maker in the asker's own words.");
const CUSTOMER: Parameter =
    text("customer", "Of that customer alone, as whoever brought the list wrote it.");
const SOUGHT: Parameter =
    text("sought", "Words of the devices that are looked for, instead of likely ones.");
const LOOK: Parameter =
    text("act", "`look` only looks for other devices; without it, what is sent is kept.");

const BUILD: Parameter =
    numbered("build-", "`on` says that the device build with that number is of it.");

/// Everything that is told.
pub(super) fn all() -> impl Iterator<Item = &'static Told> {
    TOLD.iter()
        .chain(CUSTOMERS)
        .chain(SUPPLIERS)
        .chain(EVIDENCE)
        .chain(FORMS)
        .chain(PURCHASES)
}

/// Every route for programs.
const TOLD: &[Told] = &[
    get("/", Answer::Elsewhere, "Leads to Today"),
    page("/today", "Today: what to do, and how it stands").of("Today"),
    page(
        "/search",
        "Whatever is in hand: asset tag, serial number, UDI, CVE, maker, component",
    ).of("SearchOrPlace")
    .asking(&[text("q", "What is looked for.")]),
    page("/components", "Components that SBOMs list, with releases and devices").of("Components").asking(
        &[
            text("q", "A name, with a version; a purl; a CPE name."),
            BEHIND,
            FROM,
            AT_MOST,
        ],
    ),
    page("/components/one", "One component in one version, and the releases with it").of("ComponentInVersion")
        .asking(&[
            text("key", "By what it is known again: its purl without version, mostly."),
            text("version", "Its version as written."),
            BEHIND,
            FROM,
            AT_MOST,
        ])
        .or(&[404]),
    page("/imports", "Exports of asset systems that were taken in").of("Imports").asking(&STRETCH),
    page("/imports/new", "What a new export is taken in with").of("NewImport"),
    told(
        "POST",
        "/imports/new",
        Body::Parts("Upload"),
        Answer::New,
        "Sends an export, to be looked at before it is taken in",
    )
    .or(&[404]),
    page("/imports/uploads/{upload}", "An export that waits: what it would change").of("WaitingImport"),
    told(
        "POST",
        "/imports/uploads/{upload}",
        Body::Fields(&[
            text(
                "act",
                "`take` takes it in; without it, only what is said is remembered.",
            ),
            text(
                "source",
                "The asset system that it comes from, of those that are known.",
            ),
            text(
                "name",
                "What a new asset system is called; a name that is typed counts before the \
                 asset system that was proposed.",
            ),
            text(
                "other_devices",
                "`yes` takes in, under that name, devices of whose identifiers most are of \
                 another asset system already, or some of an organisation above or below: \
                 they are others.",
            ),
            text(
                "most_missing",
                "`yes` takes it in where more than half of the devices of its asset system \
                 would be missing then.",
            ),
            text(
                "begin_anew",
                "`yes` takes devices in as new ones that may be known under another number.",
            ),
            text(
                "move_here",
                "`yes` moves devices here that a sister organisation has, as far as you may \
                 take in exports there.",
            ),
            text(
                "leave_out",
                "`yes` takes the rest in where rows name devices that went to another \
                 organisation: those rows are left out.",
            ),
            numbered("heading-", "The heading of a column, as the file has it."),
            numbered("field-", "What the column with the heading of that number holds."),
        ]),
        Answer::DoneOrNew,
        "Reads it otherwise, or takes it in",
    )
    .or(&[409]),
    deed("/imports/uploads/{upload}/thrown-away", "Throws a waiting export away"),
    get(
        "/imports/sources/{source}/devices.csv",
        Answer::File("text/csv"),
        "The devices of an asset system, as CSV",
    ),
    get(
        "/imports/sources/{source}/devices.xlsx",
        Answer::File("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        "The devices of an asset system, as a workbook",
    )
    .or(&[422]),
    page(
        "/imports/sources/{source}/taken-back",
        "What taking back all imports of an asset system would change",
    ).of("TakingBack")
    .or(&[409]),
    told(
        "POST",
        "/imports/sources/{source}/taken-back",
        Body::Fields(&[text(
            "newest",
            "The newest of its imports, as it was shown; a newer one is never taken back \
             unseen.",
        )]),
        Answer::New,
        "Takes back all imports of an asset system, with the devices that only it names",
    ),
    page("/imports/{import}/taken-back", "What taking an import back would change")
        .of("TakingBack")
        .or(&[409]),
    deed(
        "/imports/{import}/taken-back",
        "Takes the newest import of an asset system back: it stands as the one before left it",
    )
    .making(),
    page("/imports/{import}", "An import: how far it is, and what it changed").of("Import"),
    get(
        "/imports/{import}/events",
        Answer::File("text/event-stream"),
        "How far an import is, told as it goes on: events `progress` and `end`",
    ),
    get(
        "/judging/events",
        Answer::File("text/event-stream"),
        "What is being judged anew and how far it is, told as it goes on: events `progress` \
         and `end`",
    ),
    get(
        "/imports/{import}/file",
        Answer::File("application/octet-stream"),
        "The file of an import, as it was delivered",
    ),
    page("/imports/{import}/complaints", "What was wrong with its rows").of("Complaints")
        .asking(&STRETCH),
    get(
        "/imports/{import}/complaints.csv",
        Answer::File("text/csv"),
        "What was wrong with its rows, as CSV",
    ),
    page("/products", "Products and how well they are documented").of("Products").asking(&STRETCH),
    page("/products/bills/new", "What a new SBOM is delivered with").of("NewSbom"),
    told(
        "POST",
        "/products/bills/new",
        Body::Parts("Upload"),
        Answer::New,
        "Delivers an SBOM, to be placed at a release",
    )
    .or(&[404]),
    page("/products/bills/{original}", "A delivered SBOM that waits to be placed").of("WaitingSbom")
        .asking(&[SOUGHT]),
    act(
        "/products/bills/{original}",
        &[
            LOOK,
            SOUGHT,
            needed(text("maker", "Who makes the product.")),
            needed(text("product", "What its maker calls it.")),
            needed(text("version", "The release.")),
            BUILD,
        ],
        "Places an SBOM at a release, or looks for other devices",
    )
    .making_or_done()
    .showing("WaitingSbom"),
    deed(
        "/products/bills/{original}/set-aside",
        "Says that a delivered SBOM is not to be placed; its document stays",
    ),
    page("/products/{product}", "A product and its releases").of("Product"),
    page("/products/releases/{release}", "A release: what it is made of, and its flaws").of("Release")
        .asking(&[
            text("component", "By what a component is known: where it stands alone."),
            text("version", "The version of that component."),
        ]),
    page(
        "/products/releases/{release}/difference/{other}",
        "What changed from another release of the product to this one",
    ).of("Difference"),
    page(
        "/products/releases/{release}/statements/new",
        "What a document with statements (VEX) is delivered with",
    ).of("NewStatements"),
    told(
        "POST",
        "/products/releases/{release}/statements/new",
        Body::Parts("Upload"),
        Answer::New,
        "Delivers statements (VEX) about a release; they are claims until accepted",
    )
    .asking(&[text("for", "`product` where they are about every release.")])
    .or(&[404]),
    page(
        "/products/statements/{document}",
        "What a document states, and what is accepted",
    ).of("Statements"),
    get(
        "/products/statements/{document}/file",
        Answer::File("application/octet-stream"),
        "A document with statements as it was delivered",
    ),
    page("/products/releases/{release}/builds", "Which device builds are of a release").of("BuildsOfRelease")
        .asking(&[SOUGHT]),
    act(
        "/products/releases/{release}/builds",
        &[LOOK, SOUGHT, BUILD],
        "Says which device builds are of a release",
    )
    .showing("BuildsOfRelease"),
    get(
        "/products/documents/{bill}",
        Answer::File("application/octet-stream"),
        "An SBOM as it was delivered",
    ),
    deed(
        "/products/documents/{bill}/in-force",
        "Puts an SBOM in force that came through a maker's account",
    )
    .or(&[404]),
    act(
        "/products/documents/{bill}/declined",
        &[needed(text("reason", "Why; the maker reads it."))],
        "Declines an SBOM that came through a maker's account",
    )
    .or(&[404]),
    deed("/products/documents/{bill}/withdrawn", "Takes an SBOM out of force"),
    act("/products/{product}/audience", &[AUDIENCE], "Says for whom its SBOMs are"),
    page("/maker/products", "Releases of a guest's maker, and what their SBOMs carry").of("MakerProducts")
        .asking(&STRETCH),
    page("/maker/releases/{release}", "A release of a guest's maker").of("MakerRelease"),
    page("/maker/sboms/new", "What an SBOM of a maker is delivered with").of("NewMakerSbom").asking(&[
        text("product", "Of which product."),
        text("version", "Of which release."),
    ]),
    told(
        "POST",
        "/maker/sboms/new",
        Body::Parts("MakerUpload"),
        Answer::New,
        "Delivers an SBOM as maker; the house puts it in force",
    )
    .or(&[404]),
    page(
        "/maker/releases/{release}/statements/new",
        "What statements (VEX) of a maker are delivered with",
    ).of("NewMakerStatements"),
    told(
        "POST",
        "/maker/releases/{release}/statements/new",
        Body::Parts("Upload"),
        Answer::New,
        "Delivers statements (VEX) as maker; they are claims until accepted",
    )
    .or(&[404]),
    page("/maker/statements/{document}", "What a maker stated, and what is accepted").of("MakerStatements"),
    page("/maker/questions", "What a maker is asked, and what it answered").of("MakerQuestions")
        .asking(&STRETCH),
    page("/maker/questions/{question}", "One question to a maker").of("MakerQuestion"),
    act(
        "/maker/questions/{question}",
        &[
            needed(text("said", "`told`, `yes`, `no` or `not_known`.")),
            text("answer", "In words."),
        ],
        "Answers as maker, for all who asked the same",
    )
    .or(&[404]),
    page("/customers/questions", "What customers ask a maker in its own house").of("CustomerQuestions")
        .asking(&[CUSTOMER])
        .asking_too(&STRETCH),
    page("/customers/questions/new", "What a customer's list is brought in with").of("NewCustomerQuestions"),
    told(
        "POST",
        "/customers/questions/new",
        Body::Parts("CustomerUpload"),
        Answer::Done,
        "Brings the questions of a list that a customer gave away",
    )
    .showing("BroughtCustomerQuestions"),
    get(
        "/customers/questions/export",
        Answer::Table("CustomerQuestionInFile"),
        "The questions of customers with their answers, as a file",
    )
    .asking(&[CUSTOMER, FILE])
    .or(&[404]),
    page("/customers/questions/{question}", "A question of customers, and its answer").of("CustomerQuestion"),
    act(
        "/customers/questions/{question}",
        &[
            needed(text("said", "`yes`, `no` or `not_known`.")),
            text("note", "In words; it goes back with the answer."),
        ],
        "Answers it, for every customer who asked the same",
    )
    .or(&[404]),
    page("/questions", "Open questions, those that change most first").of("Questions").asking(&[
        Q,
        KIND,
        ABOUT,
        OF_ORGANISATION,
        STATE,
        FROM,
        BEHIND,
        AT_MOST,
    ]),
    get("/questions/export", Answer::Table("QuestionInFile"), "Open questions, as a file").asking(&[
        Q,
        KIND,
        ABOUT,
        OF_ORGANISATION,
        STATE,
        FILE,
    ]),
    page("/questions/answers", "What a file of answers is brought in with").of("Answers"),
    act(
        "/questions/answers",
        &[
            needed(text("content", "The text of the file.")),
            text("act", "`take` keeps the answers; without it they are only shown."),
            count("organisation", "For which organisation they hold."),
        ],
        "Answers questions by a file",
    )
    .showing("Answers"),
    page("/questions/{question}", "A question, why it is asked, and what was answered").of("Question"),
    act(
        "/questions/{question}",
        &[
            needed(text("said", "`yes`, `no` or `not_known`.")),
            needed(text(
                "which",
                "About which devices: `all`, `today`, or `some` that fields name.",
            )),
            text("version", "Of `some`: the version, with `=` in front."),
            text("ward", "Of `some`: the ward, with `=` in front."),
            text("tags", "Of `some`: asset tags, between commas or blanks."),
            text("filter", "Of `some`: a filter as the list of devices writes it."),
            count("organisation", "For which organisation it holds."),
            text("note", "What it rests on, or whom to ask."),
            text("until", "The last day on which it is believed: `2027-06-30`."),
            REVISION,
        ],
        "Answers a question",
    )
    .making()
    .or(&[409]),
    act("/questions/{question}/maker", &[FOR_MAKER], "Puts a question to the maker")
        .making()
        .or(&[404, 409]),
    act(
        "/questions/{question}/notes",
        &[
            needed(text("text", "What is noted.")),
            text("reader", "`house`, or `maker` for what the maker is to read too."),
        ],
        "Notes something on a question",
    )
    .or(&[404]),
    deed("/questions/{question}/notes/{note}/taken-back", "Takes a note back").or(&[404]),
    deed("/questions/{question}/answers/{answer}/taken-back", "Takes an answer back")
        .or(&[404]),
    page("/devices", "Devices: any filter, any order").of("Devices").asking(&DEVICES),
    get("/devices/export", Answer::Table("DeviceInFile"), "A list of devices, as CSV or JSON")
        .asking(&DEVICES)
        .asking_too(FORMAT),
    act(
        "/devices/views",
        &[needed(text("name", "What it is called.")), text("query", "Its address.")],
        "Keeps a list of devices under a name",
    )
    .making(),
    act(
        "/devices/views/forgotten",
        &[Parameter {
            name: "view",
            kind: "integer",
            words: "The number of the list.",
            is_required: true,
        }],
        "Forgets a list that was kept",
    )
    .or(&[404]),
    page("/devices/{device}", "A device: what it is, and its verdicts").of("Device"),
    act(
        "/devices/{device}/replaced",
        &[
            needed(text("reason", "How it is known; kept sealed.")),
            text("serial", "The serial number of the other device, as far as it is known."),
            text("same", "`yes`: it is the one that the inventory tells of after all."),
        ],
        "Says that another device hangs under the tag of this one: what was answered about this \
         very device ends, and of its flaws nobody can tell until an export tells of the other",
    )
    .or(&[404]),
    act(
        "/devices/{device}/moved",
        &[
            needed(id("organisation", "The organisation to which it goes.")),
            text(
                "source",
                "What the asset system there is called that is to tell of it; empty where it \
                 has one only.",
            ),
            needed(text("why", "Why it goes; kept sealed.")),
        ],
        "Moves the device to another organisation: it keeps its history, and what was decided \
         and answered where it left binds nobody where it goes",
    )
    .or(&[404, 409]),
    page(
        "/devices/{device}/vulnerabilities/{vulnerability}",
        "Why a vulnerability touches a device, or why not",
    ).of("Explanation"),
    page("/work", "What is to be done about devices: any filter, any order").of("Work")
        .asking(&WORK),
    get(
        "/work/export",
        Answer::Table("WorkOrder"),
        "Work orders with their devices: CSV, a row for each device; or JSON",
    )
    .asking(&WORK)
    .asking_too(FORMAT),
    act(
        "/work/sent",
        &[text(
            "query",
            "Which work orders: the query of `/work`; empty is all of them.",
        )],
        "Sends work orders to the webhooks that want them",
    ),
    act(
        "/work/views",
        &[needed(text("name", "What it is called.")), text("query", "Its address.")],
        "Keeps a list of what is to be done under a name",
    )
    .making(),
    act(
        "/work/views/forgotten",
        &[Parameter {
            name: "view",
            kind: "integer",
            words: "The number of the list.",
            is_required: true,
        }],
        "Forgets a list that was kept",
    )
    .or(&[404]),
    page("/settings/webhooks", "Webhooks, and how the newest message of each went").of("Webhooks"),
    page("/settings/webhooks/{webhook}", "A webhook, and what it was told").of("Webhook").asking(&[
        BEHIND,
        AT_MOST,
        count("before", "The message before which the part ends; see `after`."),
    ]),
    page(
        "/settings/webhooks/{webhook}/messages/{message}",
        "A message, and how each attempt to send it went",
    ).of("WebhookMessage"),
    deed(
        "/settings/webhooks/{webhook}/messages/{message}/sent-again",
        "Sends a message once more, under the same id",
    )
    .or(&[404, 409]),
    deed("/settings/webhooks/{webhook}/test", "Sends a message that tells of nothing")
        .or(&[404, 409]),
    deed("/settings/webhooks/{webhook}/paused", "Sends nothing until somebody goes on")
        .or(&[404]),
    deed("/settings/webhooks/{webhook}/resumed", "Goes on, and sends what waits")
        .or(&[404]),
    page("/work/policy", "By when things are due, and how many people accept a risk").of("Policies"),
    act(
        "/work/policy",
        &[
            needed(id("organisation", "The number of the organisation.")),
            text("act_now", "Days; empty is never due."),
            text("this_week", "Days."),
            text("next_window", "Days."),
            text("watch", "Days."),
            needed(text("approval", "`one` or `two`: how many people accept a risk.")),
            REVISION,
        ],
        "Sets by when things are due",
    )
    .or(&[404, 409]),
    deed("/work/{action}/notes/{note}/taken-back", "Takes back a note for the maker")
        .or(&[404]),
    act("/work/{action}/maker", &[FOR_MAKER], "Puts to the maker what is asked of it")
        .making()
        .or(&[404, 409]),
    page("/work/priorities", "By whose table priorities are given where").of("PriorityTables"),
    page(
        "/work/priorities/{organisation}",
        "The table by which an organisation gives priorities",
    ).of("PriorityTable"),
    act(
        "/work/priorities/{organisation}",
        &[
            needed(text(
                "act",
                "`look` shows what the table would change, `keep` puts it in force; \
                 `look_back` and `take_back` do so for that of the organisation above.",
            )),
            text(
                "table",
                "A line for each row: `act now: exploited and reachable`; the last is \
                 `watch: anything else`.",
            ),
            REVISION,
        ],
        "Looks at another table of priorities, or puts it in force",
    )
    .showing("PriorityTable")
    .or(&[404, 409]),
    page("/work/{action}", "One thing to do: why, on which devices, and its history").of("Action"),
    act(
        "/work/{action}/owner",
        &[id("owner", "The number of the person; empty is nobody."), REVISION],
        "Says who sees to it",
    )
    .or(&[404, 409]),
    act(
        "/work/{action}/window",
        &[
            needed(text("from", "The first day, as 2026-12-01.")),
            needed(text("to", "The last day.")),
            text("plan_note", "A note."),
            REVISION,
        ],
        "Plans it for a window",
    )
    .or(&[404, 409]),
    act(
        "/work/{action}/report",
        &[text("done_note", "A note."), REVISION],
        "Reports it done",
    )
    .or(&[404, 409]),
    act(
        "/work/{action}/acceptance",
        &[
            needed(text("until", "The last day, as 2026-12-31.")),
            needed(text("risk_reason", "Why it can stay as it is.")),
            REVISION,
        ],
        "Accepts the risk for a time, or proposes it",
    )
    .or(&[404, 409]),
    act("/work/{action}/approval", &[REVISION], "Approves a proposed acceptance")
        .or(&[404, 409]),
    act(
        "/work/{action}/analysis",
        &[
            needed(text("justification", "OpenVEX's word.")),
            text("version", "The release; empty is every one."),
            text("vulnerabilities", "With blanks between; empty is all of them."),
            needed(text("found", "What was found out.")),
            REVISION,
        ],
        "Keeps an own analysis: not affected",
    )
    .or(&[404, 409]),
    act(
        "/work/{action}/analysis/taken-back",
        &[
            needed(id("analysis", "Its number.")),
            needed(text("back_reason", "Why it does not hold any more.")),
            REVISION,
        ],
        "Takes an own analysis back",
    )
    .or(&[404, 409]),
    act(
        "/work/{action}/opened",
        &[needed(text("again_reason", "Why.")), REVISION],
        "Takes back what was decided",
    )
    .or(&[404, 409]),
    page("/advisories", "Advisories, and whom they touch").of("Advisories").asking(&[
        Q,
        text("sort", "`revised`, `-revised`, `id`, `affected`, `cannot_tell`."),
        text("touching", "`yes`: only those that touch devices."),
        BEHIND,
        FROM,
        AT_MOST,
    ]),
    page("/advisories/{advisory}", "An advisory").of("AdvisoryOrGone"),
    page("/feeds", "The feeds that are followed, and how old each is").of("Feeds"),
    deed("/feeds/asked", "Asks the feeds at once").or(&[409]),
    page("/life-cycles", "How long software is supported: the tables that were brought").of("LifeCycles"),
    told(
        "POST",
        "/life-cycles",
        Body::Parts("LifeCycleUpload"),
        Answer::Done,
        "Brings a table of endoflife.date, which counts from now on",
    ),
    deed("/life-cycles/{table}/withdrawn", "Takes a table back: the one before it counts again"),
    page("/vulnerabilities/{vulnerability}", "A vulnerability, and whom it touches").of("VulnerabilityOrGone"),
    page("/organisations", "The tree of organisations").of("Organisations"),
    page("/organisations/{organisation}", "An organisation, and what belongs to it").of("Organisation"),
    act(
        "/organisations/{organisation}",
        &[
            needed(text("name", "What it is called from now on.")),
            text("revision", "The `revision` that was shown; with an older one, 409."),
        ],
        "Calls an organisation otherwise",
    ),
    act(
        "/organisations/{organisation}/sboms",
        &[AUDIENCE, truth("all", "Those of products that it knows already, too.")],
        "Says for whom the SBOMs of an organisation's products are",
    ),
    deed(
        "/organisations/{organisation}/removed",
        "Removes an organisation that owns nothing",
    )
    .or(&[409]),
    act(
        "/organisations",
        &[
            needed(id("parent", "The number of the organisation above.")),
            needed(text(
                "kind",
                "`system`, `hospital`, `site`, `maker`, `purchasing_group`.",
            )),
            needed(text("name", "What it is called.")),
        ],
        "Makes an organisation below another",
    )
    .making()
    .or(&[404]),
    page("/people", "Who has which role").of("People").asking(&STRETCH),
    page("/people/{person}", "A person: roles and tokens").of("Person"),
    page("/audit", "What was done").of("AuditLog").asking(&[
        BEHIND,
        FROM,
        AT_MOST,
        count("before", "The place in the log before which the part ends; see `after`."),
    ]),
    page("/audit/verification", "Whether the log is whole").of("AuditVerification"),
    page("/audit/{number}", "The proof that an act stands in the log").of("AuditProof"),
    page("/api", "This description").of("Description"),
    page("/api/openapi", "This description, as OpenAPI").of("OpenApi"),
    get("/api/token", Answer::One("Token"), "What the token that asks lends"),
    get("/api/version", Answer::One("Version"), "What answers here"),
    get("/health", Answer::One("Health"), "Whether the server works"),
    get(
        "/ready",
        Answer::One("Health"),
        "Whether it answers every request; else what it lacks",
    ),
    put(
        "/api/v1/bom",
        "Delivery",
        Answer::One("Delivered"),
        "Delivers an SBOM in base64",
    )
    .or(&[404, 409]),
    told(
        "POST",
        "/api/v1/bom",
        Body::Parts("DeliveryInParts"),
        Answer::One("Delivered"),
        "Delivers an SBOM as a form of parts",
    )
    .or(&[404, 409]),
    get(
        "/api/v1/bom/token/{uuid}",
        Answer::One("Processing"),
        "Whether a delivery is still being judged",
    ),
    get(
        "/api/v1/event/token/{uuid}",
        Answer::One("Processing"),
        "Whether a delivery is still being judged",
    ),
    get("/api/v1/project", Answer::List("Project"), "Projects: releases of products")
        .asking(&[
            text("name", "Those of products with this name."),
            text("searchText", "A text in name, maker or version, or a tag."),
            PAGE_NUMBER,
            PAGE_SIZE,
            OFFSET,
            LIMIT,
            AFTER,
        ]),
    get(
        "/api/v1/project/lookup",
        Answer::One("Project"),
        "A project by name and version",
    )
    .asking(&[needed(text("name", "The name.")), text("version", "The version.")])
    .or(&[404, 409]),
    get(
        "/api/v1/project/latest/{name}",
        Answer::One("Project"),
        "The newest project of a name, as programs said",
    )
    .or(&[409]),
    get("/api/v1/project/tag/{tag}", Answer::List("Project"), "Projects with a tag")
        .asking(&[PAGE_NUMBER, PAGE_SIZE, OFFSET, LIMIT, AFTER]),
    get("/api/v1/project/{uuid}", Answer::One("Project"), "A project"),
    get(
        "/api/v1/project/{uuid}/children",
        Answer::List("Project"),
        "The projects that were delivered below one",
    )
    .asking(&[PAGE_NUMBER, PAGE_SIZE, OFFSET, LIMIT, AFTER]),
    told(
        "PATCH",
        "/api/v1/project/{uuid}",
        Body::Json("ChangedProject"),
        Answer::Changed("Project"),
        "Changes tags, parent, or which project is the newest of its name",
    ),
    put("/api/v1/project", "NewProject", Answer::Made("Project"), "Makes a project")
        .or(&[404, 409]),
    get(
        "/api/v1/component/project/{uuid}",
        Answer::List("Component"),
        "What a project is made of",
    )
    .asking(&[PAGE_NUMBER, PAGE_SIZE, OFFSET, LIMIT, AFTER]),
    get(
        "/api/v1/finding/project/{uuid}",
        Answer::List("Finding"),
        "Findings of a project",
    )
    .asking(&[SUPPRESSED, SOURCE]),
    get(
        "/api/v1/vulnerability/project/{uuid}",
        Answer::List("Vulnerability"),
        "Vulnerabilities of a project, each once",
    )
    .asking(&[SUPPRESSED]),
    get(
        "/api/v1/violation/project/{uuid}",
        Answer::List("Violation"),
        "Violations of policies: there are no policies, so there are none",
    ),
    get(
        "/api/v1/metrics/project/{uuid}/current",
        Answer::One("Metrics"),
        "Findings of a project by severity",
    ),
    get(
        "/api/v1/metrics/project/{uuid}/refresh",
        Answer::Nothing,
        "Counts anew, which is done at each asking",
    ),
    get(
        "/api/v1/analysis",
        Answer::One("Analysis"),
        "What was found out about a finding",
    )
    .asking(&[
        uuid("component", "The UUID of the component."),
        uuid("vulnerability", "The UUID of the vulnerability."),
    ])
    .or(&[404]),
    put(
        "/api/v1/analysis",
        "NewAnalysis",
        Answer::One("Analysis"),
        "Says what was found out",
    )
    .or(&[404]),
];
