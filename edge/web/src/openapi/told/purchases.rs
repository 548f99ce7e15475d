//! What the routes about purchases take and give.

use super::{Answer, Body, Parameter, Told, act, deed, get, id, needed, text, told};

const TITLE: Parameter = needed(text("title", "What is bought."));
const TIER: Parameter = needed(text(
    "tier",
    "`life_sustaining`, `patient_data`, `networked` or `standalone`.",
));
const UNTIL: Parameter =
    text("used_until", "Until when it is meant to be used, `2037-01-31`.");
const PROFILE: Parameter =
    text("profile", "A changed copy of what is asked, as TOML; what is usual if empty.");
const MEMBERS: Parameter =
    super::numbered("member", "Something: that organisation, by its number, buys along.");

/// What a page shows, of that shape.
const fn one(path: &'static str, shape: &'static str, summary: &'static str) -> Told {
    get(path, Answer::One(shape), summary)
}

pub(in crate::openapi) const PURCHASES: &[Told] = &[
    one("/purchases", "Purchases", "Purchases, the newest first").asking(&[
        super::BEHIND,
        super::FROM,
        super::AT_MOST,
    ]),
    one("/purchases/new", "PurchaseOffer", "What a purchase is begun with"),
    act(
        "/purchases/new",
        &[needed(id("organisation", "Who buys.")), TITLE, TIER, UNTIL, PROFILE, MEMBERS],
        "Begins a purchase",
    )
    .making()
    .or(&[404]),
    get(
        "/purchases/profile.toml",
        Answer::File("application/toml"),
        "What is usually asked of bidders, to be changed",
    ),
    one(
        "/purchases/{purchase}",
        "Purchase",
        "Bidders side by side, each with what it rests on",
    ),
    one("/purchases/{purchase}/said", "PurchaseOffer", "What is said of a purchase")
        .or(&[409]),
    act(
        "/purchases/{purchase}/said",
        &[TITLE, TIER, UNTIL, PROFILE, MEMBERS],
        "Says something else of a purchase",
    )
    .or(&[409]),
    one(
        "/purchases/{purchase}/bidders/new",
        "BidderOffer",
        "What a bidder is added with",
    )
    .or(&[409]),
    act(
        "/purchases/{purchase}/bidders/new",
        &[
            id("supplier", "The dossier that is joined."),
            text("name", "The legal name; that of the dossier if empty."),
            text("product", "The product that is offered."),
            text("version", "Its version."),
        ],
        "Adds who bids",
    )
    .making()
    .or(&[409]),
    one("/purchases/{purchase}/bidders/{bidder}", "Bid", "One bid, with its files"),
    one(
        "/purchases/{purchase}/bidders/{bidder}/files/new",
        "BidFilesOffer",
        "What files are put to a bid with",
    )
    .or(&[409]),
    told(
        "POST",
        "/purchases/{purchase}/bidders/{bidder}/files/new",
        Body::Parts("BidUpload"),
        Answer::Done,
        "Puts files, or an archive of them, to a bid: all of them, or none",
    )
    .or(&[409]),
    get(
        "/purchases/{purchase}/bidders/{bidder}/questions.csv",
        Answer::File("text/csv"),
        "What is asked of a bidder, to be filled in",
    ),
    get(
        "/purchases/{purchase}/bidders/{bidder}/questions.xlsx",
        Answer::File("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        "What is asked of a bidder, as a workbook to be filled in",
    ),
    deed("/purchases/{purchase}/bidders/{bidder}/left-out", "Leaves a bidder out")
        .or(&[409]),
    act(
        "/purchases/{purchase}/bidders/{bidder}/overrides",
        &[
            needed(text("gate", "The gate, by its id.")),
            needed(text("reason", "Why it may be bought all the same.")),
            needed(text("last_day", "Until when, `2026-12-31`; a year away at most.")),
        ],
        "Asks that a gate keep nobody from buying; somebody else approves",
    )
    .making()
    .or(&[409]),
    deed(
        "/purchases/{purchase}/overrides/{override}/approved",
        "Approves an override that somebody else asked for",
    )
    .or(&[409]),
    deed("/purchases/{purchase}/overrides/{override}/ended", "Ends an override")
        .or(&[409]),
    get(
        "/purchases/{purchase}/files/{file}",
        Answer::File("application/octet-stream"),
        "A file of a bid as it was delivered",
    ),
    deed("/purchases/{purchase}/files/{file}/taken-out", "Takes a file out of a bid")
        .or(&[409]),
    act(
        "/purchases/{purchase}/awarded",
        &[
            needed(id("bidder", "To whom.")),
            text("conditions", "On which conditions."),
            needed(text("last_day", "The last day on which it holds.")),
            text("shown", "`shown` of the purchase as it was looked at."),
        ],
        "Awards a purchase to a bidder that no gate keeps from it",
    )
    .or(&[409]),
    act(
        "/purchases/{purchase}/cancelled",
        &[needed(text("reason", "Why nothing is bought."))],
        "Ends a purchase in which nothing is bought",
    )
    .or(&[409]),
    get(
        "/purchases/{purchase}/record",
        Answer::One("PurchaseRecord"),
        "What was known when a purchase was awarded",
    ),
];
