//! What the API tells of a maker's customers: who they are, and of what they must hear.

use super::{STRETCH, Told, act, deed, id, needed, numbered, page, text};

pub(in crate::openapi) const CUSTOMERS: &[Told] = &[
    page("/customers", "The customers of a maker, and of how much each has yet to hear")
        .of("Customers")
        .asking(&STRETCH),
    act(
        "/customers",
        &[
            needed(id("organisation", "Whose customers they are.")),
            needed(text(
                "customers",
                "One on each line; behind semicolons the products that it has, if not all.",
            )),
        ],
        "Lists customers; of one that is listed, says anew which products it has",
    ),
    deed("/customers/{customer}/removed", "Takes a customer off the list"),
    page("/customers/flaws", "What customers of a maker must hear of, and until when")
        .of("CarriedFlaws")
        .asking(&[
            text(
                "state",
                "`waiting`, `to_tell`, `late`, `unfixed` or `all`; `waiting` where it is missing.",
            ),
            text("customer", "Of what the customer of that number has yet to hear."),
        ])
        .asking_too(&STRETCH)
        .or(&[404, 422]),
    page(
        "/customers/flaws/{product}/{vulnerability}",
        "A flaw in a product: which releases carry it, and who has heard of it",
    )
    .of("CarriedFlaw")
    .or(&[409]),
    act(
        "/customers/flaws/{product}/{vulnerability}",
        &[
            numbered("customer_", "`on` says that the customer of that number was told."),
            numbered(
                "release_",
                "`on` says that it was told of the release of that number.",
            ),
            text("told", "The day on which; today where it is missing."),
            text("note", "How, and with which document."),
        ],
        "Notes which customers were told of it",
    )
    .or(&[404]),
    act(
        "/customers/flaws/{product}/{vulnerability}/taken-back",
        &[needed(id("customer", "Who was not told after all."))],
        "Takes back that a customer was told",
    )
    .or(&[404]),
];
