//! What people type lies sealed: a column of text that lies in the clear is named here, with
//! what it holds, so that nobody adds one for a text that may name people without a word.

use crate::both::Fresh;
use crate::exports::tables;

/// Columns of text that lie in the clear, wherever they are: what they hold, and their names.
const IN_THE_CLEAR: [(&str, &str); 5] = [
    (
        "moments and days",
        "accepted added again answered approved arrived as_of at before_until begun
         believed_until blocked brought changed closed confirmed day decided delivered ended
         entered_on expires first_day last_day lease_until left_out made missing_since moved named
         opened paused put received release_day removed replaced returned revoked run_after
         noted said_at settled since started taken taken_back told until used used_on used_until
         valid_from valid_until withdrawn in_force seen",
    ),
    (
        "words of ours, of a standard, or of a setting",
        "approval audience class close_reason confidence control decision edition end_reason event
         events evidence format gate justification kind kinds label list medium noun office often
         origin outcome part permissions priority products_for purpose responses role side spec
         standing state status tier verdict zone heading feed",
    ),
    (
        "what the house works out",
        "about ask builds component covers deadlines digest due_why fault fixed_in form_token
         from_key given_by grounds leaf mend owner password path payload place paused_why
         question question_key row_place scores sha256 tags target unknowns vulnerabilities
         vulnerability what why words said file",
    ),
    (
        "what registers and documents call devices and products, by which they are looked for",
        "after asset_tag before customer department description device_key document ip mac made_by
         maker mapping model product released serial subject udi version",
    ),
    (
        "what people call things, by which they are looked for and told apart",
        "name query source",
    ),
];

/// Of columns of these names there are some in which people write of why and what: of each table
/// it is said by itself that it holds something else.
const BY_TABLE: [(&str, &str); 10] = [
    ("posture_exception.asked", "when it was asked for"),
    ("purchase_override.asked", "when it was asked for"),
    ("question_note.written", "when it was written"),
    ("maker_question.asked", "what is asked, in words of ours"),
    ("customer_question.asked", "what is asked, as lists of customers write it"),
    ("answer.asked", "what was asked, in words of ours"),
    ("vex.title", "what a document is called in itself"),
    ("maker_delivery.title", "what a document is called in itself"),
    ("priority_table.written", "a table of words of ours and numbers"),
    ("work_turn.detail", "words of ours, days and numbers"),
];

on_both!(every_text_that_lies_in_the_clear_is_named, async |fresh: Fresh| {
    let mut forgotten = Vec::new();
    let mut sealed = 0;
    for (table, columns) in tables(&fresh.url).await {
        for (name, _) in columns.iter().filter(|(_, kind)| kind == "text") {
            let twin = format!("sealed_{name}");
            if columns.iter().any(|(other, _)| *other == twin) {
                sealed += 1;
                continue;
            }
            let column = format!("{table}.{name}");
            let is_named = IN_THE_CLEAR
                .iter()
                .any(|(_, names)| names.split_whitespace().any(|one| one == name))
                || BY_TABLE.iter().any(|(one, _)| *one == column);
            if !is_named {
                forgotten.push(column);
            }
        }
    }
    assert!(
        forgotten.is_empty(),
        "seal what people type (store/src/typed.rs), or say here what lies in the clear: {forgotten:?}"
    );
    assert!(sealed >= 17, "{sealed}");
});
