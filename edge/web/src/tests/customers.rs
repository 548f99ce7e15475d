//! A maker in its own house: a customer's list is brought, answered, and given back, and the
//! customer takes the answers in.

use axum::http::StatusCode;
use serde_json::Value;
use store::{Kind, Role};

use super::questions::{house, windows};
use super::{Browser, Fixture};

const NEW: &str = "/customers/questions/new";

impl Fixture {
    /// Brings a list; gives the answer.
    async fn bring(
        &self,
        who: &Browser,
        place: i64,
        fields: &[(&str, &str)],
        list: &str,
    ) -> super::Answer {
        self.deliver(who, NEW, place, fields, list.as_bytes()).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customers_list_is_answered_in_the_makers_house_and_taken_in_by_the_customer() {
    let (hospital, _, biomed) = house().await;
    let key = windows(&hospital, &biomed).await.unwrap();
    let list = hospital.ask(biomed.get("/questions/export")).await.body;
    let in_json = hospital.ask(biomed.get("/questions/export?format=json")).await.body;

    let maker = Fixture::new().await;
    let (eve, browser) = maker.founded_as(Kind::Maker).await;
    let empty = maker.page(&browser, "/customers/questions").await;
    assert!(empty.contains("What comes in here") && empty.contains(NEW), "{empty}");
    // Nothing in the list names this maker, and what is about a place is none of its business.
    let left =
        maker.bring(&browser, eve.head, &[("customer", "Harrow Vale")], &list).await;
    assert_eq!(left.status, StatusCode::OK, "{}", left.body);
    assert!(left.body.contains("It names neither you nor a product"), "{}", left.body);
    let none = maker.value(&browser, "/customers/questions").await;
    assert_eq!(none["questions"].as_array().unwrap().len(), 0, "{none}");
    let all = [("customer", "Harrow Vale"), ("all", "on")];
    let brought = maker.bring(&browser, eve.head, &all, &list).await;
    assert!(
        brought.status == StatusCode::SEE_OTHER
            || !brought.body.contains("It names neither you"),
        "{}",
        brought.body
    );
    let shown = maker.value(&browser, "/customers/questions").await;
    let rows = shown["questions"].as_array().unwrap();
    let row =
        rows.iter().find(|row| row["asked"].as_str().unwrap().contains("Windows 7"));
    let row = row.unwrap_or_else(|| panic!("{shown}"));
    assert_eq!(row["customers"], serde_json::json!(["Harrow Vale"]));
    for word in ["Telemetry", "CCU", "\"devices\"", "stands in"] {
        assert!(!shown.to_string().contains(word), "{word} is kept: {shown}");
    }
    let today = maker.page(&browser, "/today").await;
    assert!(today.contains("Windows 7") && today.contains("for your answer"), "{today}");

    // The same list again, also as JSON, brings nothing; another customer's asks the same.
    let count = rows.len();
    let again = maker.bring(&browser, eve.head, &all, &in_json).await;
    assert!(again.body.contains("This customer asked it before."), "{}", again.body);
    let other = [("customer", "Eastmere"), ("all", "on")];
    maker.bring(&browser, eve.head, &other, &in_json).await;
    let shown = maker.value(&browser, "/customers/questions").await;
    assert_eq!(shown["questions"].as_array().unwrap().len(), count, "asked once");
    assert_eq!(shown["customers"].as_array().unwrap().len(), 2, "{shown}");
    let list = ("/customers/questions", "questions", "id");
    assert_eq!(super::lists::is_gone_through(&maker, &browser, list).await, count);

    let address = format!("/customers/questions/{}", row["id"]);
    let missing = maker.ask(browser.post(&address, "said=&note=some+words")).await;
    assert_eq!(missing.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        missing.body.contains("Choose an answer.") && missing.body.contains("some words")
    );
    let done =
        maker.ask(browser.post(&address, "said=no&note=Windows+10+since+3.5")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let page = maker.page(&browser, "/audit").await;
    assert!(page.contains("bring questions of customer"), "{page}");
    assert!(page.contains("answer customer"), "{page}");
    give_back((&maker, &browser), (&hospital, &biomed)).await;
    assert_eq!(windows(&hospital, &biomed).await, None);
    let told = hospital.value(&biomed, &format!("/questions/{key}")).await;
    assert_eq!(told["answers"][0]["note"], "Windows 10 since 3.5", "{told}");
}

/// The maker gives its answers back, and the customer looks at them and keeps them.
async fn give_back(
    (maker, browser): (&Fixture, &Browser),
    (hospital, biomed): (&Fixture, &Browser),
) {
    let none =
        maker.ask(browser.get("/customers/questions/export?customer=Nobody")).await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
    for format in ["csv", "json"] {
        let path =
            format!("/customers/questions/export?customer=Eastmere&format={format}");
        let file = maker.ask(browser.get(&path)).await;
        assert!(file.header("content-disposition").contains("answers-Eastmere"));
        assert!(file.body.contains("Windows 10 since 3.5"), "{}", file.body);
        // What comes back is read in the customer's house, and looked at before it is kept.
        let fields = format!("act=look&content={}", fleet::encoded(&file.body));
        let seen = hospital.ask(biomed.post("/questions/answers", &fields)).await;
        assert!(seen.body.contains("1 answer. Keep them?"), "{format}: {}", seen.body);
        assert!(seen.body.contains("Windows 10 since 3.5"), "{}", seen.body);
        if format == "json" {
            let fields = fields.replace("act=look", "act=take");
            hospital.ask(biomed.post("/questions/answers", &fields)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_list_is_said_at_its_field_and_nobody_else_is_asked() {
    let maker = Fixture::new().await;
    let (eve, browser) = maker.founded_as(Kind::Maker).await;
    let list = "question key,question,about\nk1,Does it?,Meridian 400\n";
    for (fields, list, mend) in [
        (vec![("customer", " ")], list, "Enter who asks."),
        (vec![("customer", "A")], "a,b\n1,2\n", "Line 1: one heading has to be"),
        (
            vec![("customer", "A")],
            "question key,question\n",
            "The file holds no question.",
        ),
        (vec![("customer", "A")], "", "made.json is empty"),
        (vec![("customer", "A")], "[{]", "Line 1, column 3: it is no JSON list"),
    ] {
        let wrong = maker.bring(&browser, eve.head, &fields, list).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{list}");
        assert!(wrong.body.contains(mend), "{mend}: {}", wrong.body);
    }
    // The corner counts what the maker is asked, once for all that ask it.
    const OPEN: &str = "<a href=\"/customers/questions\">1 question open</a>";
    assert!(!maker.page(&browser, "/devices").await.contains(OPEN));
    let all = [("customer", "A"), ("all", "on")];
    maker.bring(&browser, eve.head, &all, list).await;
    maker.bring(&browser, eve.head, &[("customer", "B"), ("all", "on")], list).await;
    let page = maker.page(&browser, "/devices").await;
    assert!(page.contains(OPEN) && !page.contains("device question"), "{page}");
    let shown = maker.value(&browser, "/customers/questions").await;
    let id = shown["questions"][0]["id"].clone();
    // Whoever looks on sees it, and neither brings nor answers.
    let (_, viewer) = maker.invited(&eve, Role::Viewer, eve.head).await;
    let address = format!("/customers/questions/{id}");
    let page = maker.page(&viewer, &address).await;
    assert!(page.contains("Does it?") && !page.contains("Keep the answer"), "{page}");
    let refused = maker.bring(&viewer, eve.head, &all, list).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_eq!(
        maker.ask(viewer.post(&address, "said=no")).await.status,
        StatusCode::FORBIDDEN
    );
    for odd in ["/customers/questions/999999", "/customers/questions/x"] {
        assert_eq!(maker.ask(browser.get(odd)).await.status, StatusCode::NOT_FOUND);
        let posted = maker.ask(browser.post(odd, "said=no")).await;
        assert_eq!(posted.status, StatusCode::NOT_FOUND);
    }
    let long = format!("said=no&note={}", "x".repeat(2001));
    let long = maker.ask(browser.post(&address, &long)).await;
    assert_eq!(long.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", long.body);

    maker.ask(browser.post(&address, "said=no")).await;
    let page = maker.page(&browser, "/devices").await;
    assert!(
        page.contains("<a href=\"/customers/questions\">0 questions open</a>"),
        "{page}"
    );

    // A hospital is no maker: its page says so, and nothing is brought.
    let hospital = Fixture::new().await;
    let (ada, browser) = hospital.founded().await;
    let page = hospital.page(&browser, "/customers/questions").await;
    assert!(page.contains("nobody here is one") && !page.contains(NEW), "{page}");
    let refused = hospital.bring(&browser, ada.head, &all, list).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.body.contains("maker&#39;s own") || refused.body.contains("maker's own")
    );
    let none: Value = hospital.value(&browser, "/customers/questions").await;
    assert_eq!(none["questions"].as_array().unwrap().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_under_another_key_keeps_the_answer_that_was_given_to_it() {
    let maker = Fixture::new().await;
    let (eve, browser) = maker.founded_as(Kind::Maker).await;
    let all = [("customer", "Eastmere"), ("all", "on")];
    let list =
        |rows: &str| format!("question key,question,about,builds,earlier keys\n{rows}");
    let before = "k1,Is it?,Meridian 400,M 2.1,\nk2,Has it?,Meridian 400,M 2.1,\n";
    maker.bring(&browser, eve.head, &all, &list(before)).await;
    let keys = async || -> Vec<(String, String)> {
        let file = "/customers/questions/export?customer=Eastmere&format=json";
        let file = maker.ask(browser.get(file)).await.json();
        let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
        let rows = file.as_array().unwrap().iter();
        let mut keys: Vec<(String, String)> =
            rows.map(|row| (text(row, "question key"), text(row, "answer"))).collect();
        keys.sort();
        keys
    };
    let shown = maker.value(&browser, "/customers/questions").await;
    for one in shown["questions"].as_array().unwrap() {
        let address = format!("/customers/questions/{}", one["id"]);
        maker.ask(browser.post(&address, "said=no&note=")).await;
    }
    let answered = keys().await;
    let no = answered[0].1.clone();
    assert_eq!(answered.len(), 2);
    assert!(!no.is_empty(), "{answered:?}");
    // The same of the same builds, and the same of more of them.
    let now =
        "n1,Is it?,Meridian 400,M 2.1,k1; k9\nn2,Has it?,Meridian 400,M 2.1; m 2.2,k2\n";
    let brought = maker.bring(&browser, eve.head, &all, &list(now)).await;
    let why = "This customer asked it before.";
    assert_eq!(brought.body.matches(why).count(), 1, "{}", brought.body);
    let known = |key: &str, said: &str| (key.to_owned(), said.to_owned());
    let expected = [known("k2", &no), known("n1", &no), known("n2", "")];
    assert_eq!(keys().await, expected);
    let shown = maker.value(&browser, "/customers/questions").await;
    let waits: Vec<&Value> = shown["questions"].as_array().unwrap().iter().collect();
    assert_eq!(waits.len(), 3, "what is about more is asked anew: {shown}");
    // Brought again, nothing changes.
    let again = maker.bring(&browser, eve.head, &all, &list(now)).await;
    assert_eq!(again.body.matches(why).count(), 2, "{}", again.body);
    assert_eq!(keys().await, expected);
}
