//! Questions over HTTP: listed, shown, answered, taken back, and taken away as a file.

use axum::http::StatusCode;
use operations::work_off;
use serde_json::Value;
use store::{Act, Kind, NewMakerQuestion, NewOrganisation, Noun, Role};

use super::devices::{take_in, use_demo};
use super::{Browser, Fixture};

/// Central stations of which the inventory does not say on what they run, and pumps without
/// a version.
const INVENTORY: &str = "Asset Tag,Maker,Model,Description,Version,Department\n\
    A1,Halberd,CardioView 3 Central Station,CENTRAL MONITOR,3.7,Telemetry\n\
    A2,Halberd,CardioView 3 Central Station,CENTRAL MONITOR,3.7,CCU\n\
    A3,Aldermoor Medical,Meridian 400,INFUSION PUMP,,ICU\n";

async fn questions(fixture: &Fixture, who: &Browser) -> Vec<serde_json::Value> {
    let listed = fixture.ask(who.json("/questions")).await.json();
    listed["rows"].as_array().unwrap().clone()
}

/// The key of the question which system the stations run.
pub(super) async fn windows(fixture: &Fixture, who: &Browser) -> Option<String> {
    let all = questions(fixture, who).await;
    let asked = all.iter().find(|row| row["kind"] == "condition")?;
    assert!(asked["asked"].as_str().unwrap().contains("Windows 7"), "{asked}");
    assert_eq!(asked["devices"], 2);
    Some(asked["key"].as_str().unwrap().to_owned())
}

pub(super) async fn house() -> (Fixture, operations::Actor, Browser) {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    take_in(&fixture.app, &ada, ada.head, "AIMS", INVENTORY).await;
    use_demo(&fixture.app).await;
    assert!(work_off(&fixture.app, "test").await.unwrap().is_empty());
    (fixture, ada, browser)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_answered_in_place_and_taken_back() {
    let (fixture, _, browser) = house().await;
    let key = windows(&fixture, &browser).await.unwrap();
    let path = format!("/questions/{key}");
    let page = fixture.ask(browser.get(&path)).await;
    assert!(page.body.contains("HBSA-2025-07"), "why it is asked: {}", page.body);
    assert!(page.body.contains("among=question%3A"), "{}", page.body);
    // On what one of them runs tells nothing of those that come later, unless somebody means it.
    assert!(
        page.body.contains("name=\"which\" value=\"today\" checked"),
        "{}",
        page.body
    );
    assert!(!page.body.contains("value=\"all\" checked"), "{}", page.body);
    let list = fixture.ask(browser.get("/questions")).await;
    assert!(list.body.contains("questions open</a>"), "the corner: {}", list.body);

    // What is missing is said at its field, and what was typed stays.
    let wrong = fixture.ask(browser.post(&path, "which=some&note=an+odd+note")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    for said in ["Choose an answer.", "Name a version, a ward", "an odd note"] {
        assert!(wrong.body.contains(said), "{said}: {}", wrong.body);
    }
    let past = "said=no&which=all&until=2001-01-01";
    let past = fixture.ask(browser.post(&path, past)).await;
    assert_eq!(past.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(past.body.contains("Enter a day from today on"), "{}", past.body);

    let one = fixture.ask(browser.post(&path, "said=no&which=some&tags=A1")).await;
    assert_eq!(one.status, StatusCode::SEE_OTHER, "{}", one.body);
    let shown = fixture.ask(browser.json(&path)).await.json();
    assert_eq!(
        (&shown["is_open"], &shown["builds"][0]["devices"]),
        (&true.into(), &1.into())
    );
    assert_eq!(shown["answers"][0]["said"], "no");
    let spared = fixture.ask(browser.json("/devices?verdict=not_affected")).await.json();
    assert_eq!(spared["total"], 1);
    let rest = fixture.ask(browser.post(&path, "said=no&which=all&note=asked+HTM")).await;
    assert_eq!(rest.status, StatusCode::SEE_OTHER, "{}", rest.body);
    assert_eq!(windows(&fixture, &browser).await, None);

    // The device and the explanation say whose answer it is.
    let spared = fixture.ask(browser.json("/devices?verdict=not_affected")).await.json();
    assert_eq!(spared["total"], 2);
    let id = spared["rows"][0]["id"].as_i64().unwrap();
    let device = fixture.ask(browser.get(&format!("/devices/{id}"))).await;
    assert!(device.body.contains("Answered here"), "{}", device.body);
    assert!(device.body.contains(&path), "{}", device.body);
    let why = format!("/devices/{id}/vulnerabilities/CVE-2017-0144");
    let why = fixture.ask(browser.get(&why)).await;
    for said in ["Answered here: no", "Ada", "Others may see it otherwise"] {
        assert!(why.body.contains(said), "{said}: {}", why.body);
    }

    let shown = fixture.ask(browser.json(&path)).await.json();
    assert_eq!(shown["answers"][0]["note"], "asked HTM");
    for answer in shown["answers"].as_array().unwrap() {
        let back = format!("{path}/answers/{}/taken-back", answer["id"]);
        let back = fixture.ask(browser.post(&back, "")).await;
        assert_eq!(back.status, StatusCode::SEE_OTHER, "{}", back.body);
    }
    assert_eq!(windows(&fixture, &browser).await, Some(key));
    let acts = fixture.ask(browser.get("/audit")).await;
    for act in ["answer question", "take answer back"] {
        assert!(acts.body.contains(act), "{act}: {}", acts.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_that_read_alike_say_how_the_release_is_written() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let inventory = INVENTORY.replace(
        "A3,Aldermoor Medical,Meridian 400,INFUSION PUMP,,ICU",
        "A3,Aldermoor Medical,Meridian 400,INFUSION PUMP,,ICU\n\
         A4,Aldermoor Medical,Meridian 400,INFUSION PUMP,2.1?,ICU\n\
         A5,Aldermoor Medical,Meridian 400,INFUSION PUMP,see notes,ICU",
    );
    take_in(&fixture.app, &ada, ada.head, "AIMS", &inventory).await;
    use_demo(&fixture.app).await;
    assert!(work_off(&fixture.app, "test").await.unwrap().is_empty());
    let all = questions(&fixture, &browser).await;
    let of_pump =
        all.iter().filter(|row| row["asked"].as_str().unwrap().contains("<= 2.1"));
    let written: std::collections::BTreeSet<&str> = of_pump
        .flat_map(|row| row["written"].as_array().unwrap())
        .map(|one| one.as_str().unwrap())
        .collect();
    assert!(written.is_superset(&["2.1?", "see notes"].into()), "{all:?}");
    let page = fixture.page(&browser, "/questions").await;
    assert!(page.contains("written <q>2.1?</q>"), "{page}");
    // What reads like no other needs no more words.
    let station = all.iter().find(|row| row["kind"] == "condition").unwrap();
    assert_eq!(station["written"].as_array().unwrap().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_questions_is_filtered_and_taken_away() {
    let (fixture, ada, browser) = house().await;
    let all = questions(&fixture, &browser).await;
    assert!(all.len() > 1, "{all:?}");
    let devices: Vec<u64> =
        all.iter().map(|row| row["devices"].as_u64().unwrap()).collect();
    assert!(devices[0] >= devices[1], "{devices:?}");
    for (query, fits) in [
        ("kind=condition", 1),
        ("kind=nonsense", 0),
        ("q=windows", 1),
        ("q=CARDIOVIEW&kind=condition", 1),
        ("q=no+such+thing", 0),
        ("state=not_known", 0),
        ("organisation=99", 0),
    ] {
        let listed =
            fixture.ask(browser.json(&format!("/questions?{query}"))).await.json();
        assert_eq!(listed["total"], fits, "{query}");
    }
    let file = fixture.ask(browser.get("/questions/export?kind=condition")).await;
    assert!(file.header("content-type").starts_with("text/csv"), "{}", file.body);
    assert_eq!(file.body.lines().count(), 2, "{}", file.body);
    assert!(file.body.contains("Windows 7"), "{}", file.body);
    // Nothing of a question is lost on who may only look, but the form is.
    let (_, viewer) = fixture.invited(&ada, Role::Viewer, ada.head).await;
    let key = windows(&fixture, &viewer).await.unwrap();
    let page = fixture.ask(viewer.get(&format!("/questions/{key}"))).await;
    assert!(!page.body.contains("Keep the answer"), "{}", page.body);
    let refused = viewer.post(&format!("/questions/{key}"), "said=no&which=all");
    assert_eq!(fixture.ask(refused).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_come_back_in_the_file_that_was_taken_away() {
    let (fixture, _, browser) = house().await;
    let key = windows(&fixture, &browser).await.unwrap();
    let file = fixture.ask(browser.get("/questions/export")).await.body;
    let filled = file
        .lines()
        .map(|line| match line.starts_with(&key) {
            true => format!("{},No,\"seen, by hand\"", line.trim_end_matches(",,")),
            false => line.to_owned(),
        })
        .collect::<Vec<_>>()
        .join("\n");
    let send = async |content: &str, act: &str| {
        let fields = format!("act={act}&content={}", fleet::encoded(content));
        fixture.ask(browser.post("/questions/answers", &fields)).await
    };
    let seen = send(&filled, "look").await;
    assert_eq!(seen.status, StatusCode::OK, "{}", seen.body);
    for said in ["1 answer. Keep them?", "seen, by hand", "Windows 7"] {
        assert!(seen.body.contains(said), "{said}: {}", seen.body);
    }
    assert!(windows(&fixture, &browser).await.is_some(), "nothing is kept yet");
    // What cannot be taken is said, line by line.
    let long = "x".repeat(2001);
    let odd = format!(
        "Question Key;Answer;Note\n{key};perhaps\n0f0f;yes\n{key};\n{key};no;{long}\n"
    );
    let odd = send(&odd, "look").await;
    for said in [
        "none of yes, no and not_known",
        "No question with this key is open.",
        "Line 2 answers this question already.",
    ] {
        assert!(odd.body.contains(said), "{said}: {}", odd.body);
    }
    let long =
        send(&format!("question key,answer,note\n{key},no,{long}\n"), "take").await;
    assert_eq!(long.status, StatusCode::OK, "{}", long.body);
    assert!(long.body.contains("longer than 2000 characters"), "{}", long.body);
    let twice =
        send(&format!("question key,answer\n{key},yes\n{key},no\n"), "look").await;
    let said = "1 answer; 1 line cannot be taken. Keep the others?";
    assert!(twice.body.contains(said), "{}", twice.body);
    for (content, mend) in [
        ("", "Paste the whole file"),
        ("a,b\n1,2\n", "Line 1: one heading has to be"),
        ("question key,answer\nx,\n", "No line has an answer."),
        ("question key,answer\nx,\"no\n", "Line 2: a quote opens here"),
    ] {
        let wrong = send(content, "take").await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{content}");
        assert!(wrong.body.contains(mend), "{mend}: {}", wrong.body);
    }
    let taken = send(&filled, "take").await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.body);
    assert_eq!(windows(&fixture, &browser).await, None);
    let told = fixture.ask(browser.json(&format!("/questions/{key}"))).await.json();
    assert_eq!(told["answers"][0]["note"], "seen, by hand");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_of_two_spellings_is_one_and_what_was_sent_of_each_is_taken_for_it() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let spelt = INVENTORY.replace("A2,Halberd,", "A2,HALBERD Ltd,");
    take_in(&fixture.app, &ada, ada.head, "AIMS", &spelt).await;
    use_demo(&fixture.app).await;
    assert!(work_off(&fixture.app, "test").await.unwrap().is_empty());
    let key = windows(&fixture, &browser).await.unwrap();
    let list = fixture.ask(browser.get("/questions/export?format=json")).await.json();
    let rows = list.as_array().unwrap();
    let row = rows.iter().find(|row| row["question key"] == key.as_str()).unwrap();
    let earlier: Vec<&str> = row["earlier keys"].as_str().unwrap().split("; ").collect();
    let [one, other] = earlier.as_slice() else { panic!("{row}") };

    // Put to the maker under an earlier key: it waits, and is not put once more.
    let mut write = fixture.app.store.write(ada.head, (fixture.app.now)()).await.unwrap();
    let about = format!("question:{other}");
    let asked = NewMakerQuestion {
        organisation: ada.head,
        maker: "HALBERD Ltd",
        product: "CardioView 3 Central Station",
        about: &about,
        asked: "Windows 7?",
        by: ada.person,
    };
    let id = write.ask_maker(asked).await.unwrap();
    let act =
        Act { by: ada.person, what: "ask", noun: Noun::MakerQuestion, id, facts: vec![] };
    write.commit(act).await.unwrap();
    let page = fixture.page(&browser, &format!("/questions/{key}")).await;
    assert!(page.contains("Put to HALBERD Ltd on"), "{page}");

    let send = async |content: &str, act: &str| {
        let fields = format!("act={act}&content={}", fleet::encoded(content));
        fixture.ask(browser.post("/questions/answers", &fields)).await
    };
    let both = format!("question key,answer\n{key},no\n{one},yes\n");
    let both = send(&both, "look").await;
    assert!(both.body.contains("Line 2 answers this question already."), "{}", both.body);
    let list = format!("question key,answer\n{one},no\n");
    let seen = send(&list, "look").await;
    assert!(seen.body.contains("1 answer. Keep them?"), "{}", seen.body);
    assert_eq!(send(&list, "take").await.status, StatusCode::SEE_OTHER);
    let told: Value = fixture.value(&browser, &format!("/questions/{one}")).await;
    assert_eq!((&told["key"], &told["is_open"]), (&key.as_str().into(), &true.into()));
    assert_eq!(told["answers"][0]["devices"], 1, "{told}");
    let waits = fixture.page(&browser, &format!("/devices?among=question%3A{one}")).await;
    assert!(waits.contains("1 device"), "{waits}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_noted_on_a_question_stands_there_with_who_and_when() {
    let (fixture, ada, browser) = house().await;
    let key = windows(&fixture, &browser).await.unwrap();
    let (path, notes) = (format!("/questions/{key}"), format!("/questions/{key}/notes"));
    for (fields, mend) in [
        ("text=++".to_owned(), "Write what is to be noted."),
        (format!("text={}", "x".repeat(2001)), "Shorten the note"),
    ] {
        let wrong = fixture.ask(browser.post(&notes, &fields)).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.body);
        assert!(wrong.body.contains(mend), "{mend}: {}", wrong.body);
        assert!(!wrong.body.contains("Choose an answer."), "{}", wrong.body);
    }
    let done = fixture.ask(browser.post(&notes, "text=Label+says+Windows+10")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let done = fixture.ask(browser.post(&notes, "text=For+them&reader=maker")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let told = fixture.value(&browser, &path).await;
    let rows = told["notes"].as_array().unwrap();
    let row = |at: usize, name: &str| rows[at][name].as_str().unwrap().to_owned();
    assert_eq!(
        (row(1, "note"), row(1, "by")),
        ("Label says Windows 10".into(), "Ada".into())
    );
    assert_eq!((row(1, "reader"), row(0, "reader")), ("house".into(), "maker".into()));
    let page = fixture.page(&browser, &path).await;
    assert!(page.contains("Label says Windows 10"), "{page}");
    // A list that goes to a maker tells of what is meant for it alone.
    let file = fixture.ask(browser.get("/questions/export")).await.body;
    assert!(file.contains("For them") && !file.contains("Label says"), "{file}");
    // Who may look reads it and writes nothing; who sees no device of it reads nothing.
    let (_, viewer) = fixture.invited(&ada, Role::Viewer, ada.head).await;
    let page = fixture.page(&viewer, &path).await;
    assert!(page.contains("Label says") && !page.contains("Keep the note"), "{page}");
    let refused = fixture.ask(viewer.post(&notes, "text=x")).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let south = fixture.site(&ada, "South").await;
    let (_, sue) = fixture.invited(&ada, Role::Biomed, south).await;
    let theirs = fixture.ask(sue.post(&notes, "text=x")).await;
    assert_eq!(theirs.status, StatusCode::NOT_FOUND);
    // Taken back, that there was one stays.
    let id = rows[1]["id"].as_i64().unwrap();
    for odd in ["999999".to_owned(), "x".to_owned()] {
        let odd =
            fixture.ask(browser.post(&format!("{notes}/{odd}/taken-back"), "")).await;
        assert_eq!(odd.status, StatusCode::NOT_FOUND, "{}", odd.body);
    }
    let gone = format!("{notes}/{id}/taken-back");
    assert_eq!(fixture.ask(browser.post(&gone, "")).await.status, StatusCode::SEE_OTHER);
    assert_eq!(fixture.ask(browser.post(&gone, "")).await.status, StatusCode::NOT_FOUND);
    let page = fixture.page(&browser, &path).await;
    assert!(!page.contains("Label says") && page.contains("Taken back on"), "{page}");
    let acts = fixture.page(&browser, "/audit").await;
    assert!(
        acts.contains("note on question") && acts.contains("take note back"),
        "{acts}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_first_for_the_narrowest_place_that_has_all_that_is_asked() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let north = fixture.site(&ada, "North").await;
    take_in(&fixture.app, &ada, north, "AIMS", INVENTORY).await;
    use_demo(&fixture.app).await;
    assert!(work_off(&fixture.app, "test").await.unwrap().is_empty());
    let key = windows(&fixture, &browser).await.unwrap();
    let chosen = async || {
        let page = fixture.page(&browser, &format!("/questions/{key}")).await;
        let chosen = |id: i64| page.contains(&format!("<option value=\"{id}\" selected"));
        [chosen(ada.head), chosen(north)]
    };
    assert_eq!(chosen().await, [false, true]);
    // Where another place has such devices too, it is the one above both.
    let south = fixture.site(&ada, "South").await;
    take_in(&fixture.app, &ada, south, "South", INVENTORY).await;
    assert!(work_off(&fixture.app, "test").await.unwrap().is_empty());
    let key = {
        let all = questions(&fixture, &browser).await;
        let asked = all.iter().find(|row| row["kind"] == "condition").unwrap();
        asked["key"].as_str().unwrap().to_owned()
    };
    let page = fixture.page(&browser, &format!("/questions/{key}")).await;
    assert!(page.contains(&format!("<option value=\"{}\" selected", ada.head)), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_told_of_a_question_that_only_others_have() {
    let (fixture, ada, browser) = house().await;
    let new = NewOrganisation { kind: Kind::Site, name: "South" };
    let south = operations::organisation::make_below(&fixture.app, &ada, ada.head, new);
    let south = south.await.unwrap();
    let (_, sue) = fixture.invited(&ada, Role::Biomed, south.id).await;
    assert_eq!(questions(&fixture, &sue).await.len(), 0);
    let empty = fixture.ask(sue.get("/questions")).await;
    assert!(empty.body.contains("No question is open."), "{}", empty.body);
    assert!(empty.body.contains("There is no device yet."), "{}", empty.body);
    let key = windows(&fixture, &browser).await.unwrap();
    let path = format!("/questions/{key}");
    assert_eq!(fixture.ask(sue.get(&path)).await.status, StatusCode::NOT_FOUND);
    let theirs = fixture.ask(sue.post(&path, "said=no&which=all")).await;
    assert_eq!(theirs.status, StatusCode::NOT_FOUND, "{}", theirs.body);
    let nothing = fixture.ask(browser.get("/questions/0f0f")).await;
    assert_eq!(nothing.status, StatusCode::NOT_FOUND);
}
