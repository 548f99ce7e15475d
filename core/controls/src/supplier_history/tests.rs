use super::*;

#[test]
fn a_promise_is_a_sentence_about_what_is_to_come() {
    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(promised(text), expected, "{text}");
    }

    check(
        "Isolate it. Acme plans to release 2.3 in June.",
        Some("Acme plans to release 2.3 in June"),
    );
    check(
        "A fix will be released; until then, isolate it",
        Some("A fix will be released"),
    );
    check(
        "The update is scheduled for release in Q4 2024",
        Some("The update is scheduled for release in Q4 2024"),
    );
    check("Acme has released version 2.3", None);
    check("Users should plan to update", None);
    check("", None);
}

#[test]
fn a_long_sentence_is_cut_at_a_letter() {
    let long = "ä".repeat(CHARACTERS + 1);
    assert_eq!(clip(&long), format!("{}…", "ä".repeat(CHARACTERS)));
    assert_eq!(clip("short"), "short");
}
