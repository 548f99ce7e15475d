//! One maker under many names: asked once, and answered for no other maker; and what was asked
//! and answered when each spelling was a question of its own.

use store::{Act, AskedQuestion, Covers, NewAnswer, Noun};

use super::*;

/// One pump under each name of its maker; the last is another company's of the same model.
const SPELT: &str = "IH-1,\"Invented, Inc.\",IM-400,PUMP,2.1,Ward 4B,yes\n\
     IH-2,INVENTED Ltd,IM 400,PUMP,2.1,Ward 4B,yes\n\
     IH-3,Invented,im-400,PUMP,2.2,ICU,yes\n\
     IH-4,Invented North,IM-400,PUMP,2.1,ICU,yes\n";

const ALL: [&str; 3] = ["IH-1", "IH-2", "IH-3"];

async fn with_spellings(fresh: Fresh) -> House {
    let house = House::at(fresh, Timestamp::now).await;
    house.bring(house.ada.head, "AIMS", SPELT).await;
    house.publish(&[&PUMP]).await;
    house
}

/// By what a question about a product was known when its words were taken as they are written.
fn before(kind: &str, [maker, model]: [&str; 2], ask: &str) -> Key {
    let mut hasher = blake3::Hasher::new();
    for part in [kind, &maker.to_lowercase(), &model.to_lowercase(), "", ask] {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    Key::from_text(&hasher.finalize().to_hex()[..20])
}

impl House {
    /// What advisories ask, most devices first.
    async fn all_asked(&self) -> Vec<Question> {
        let mut all = self.questions(&self.ada).await;
        all.retain(|one| matches!(one.kind, Kind::Device(_)));
        all.sort_by_key(|one| std::cmp::Reverse(one.devices));
        all
    }

    /// An answer about all, as it was kept when each spelling was a question of its own.
    async fn answered_before(&self, asked: &Question, of: [&str; 2], said: Said) -> i64 {
        let key = before(asked.kind.word(), of, &asked.ask);
        let question = AskedQuestion {
            key: key.to_string(),
            kind: asked.kind.word().to_owned(),
            maker: of[0].to_owned(),
            model: of[1].to_owned(),
            ask: asked.ask.clone(),
            asked: asked.asked.clone(),
            ..AskedQuestion::default()
        };
        let mut write = self.app.store.write(self.ada.head, now()).await.unwrap();
        let new = NewAnswer {
            organisation: self.ada.head,
            question: &question,
            earlier: &[],
            said,
            devices: None,
            note: "",
            until: None,
            by: self.ada.person,
        };
        let id = write.answer(new).await.unwrap();
        let facts = Vec::new();
        let act =
            Act { by: self.ada.person, what: "answer", noun: Noun::Answer, id, facts };
        write.commit(act).await.unwrap();
        id
    }
}

const INC: [&str; 2] = ["Invented, Inc.", "IM-400"];
const LTD: [&str; 2] = ["INVENTED Ltd", "IM 400"];

on_both!(
    a_question_is_asked_once_however_its_maker_is_spelt_and_not_for_another_maker,
    async |fresh: Fresh| {
        let house = with_spellings(fresh).await;
        let ada = &house.ada;
        let [one, other] = house.all_asked().await.try_into().unwrap();
        assert_eq!((one.devices, one.builds.len(), one.earlier.len()), (3, 3, 3));
        assert_eq!(
            (other.devices, other.subject().as_str()),
            (1, "Invented North IM-400")
        );
        let set = format!("among=question%3A{}", one.key);
        assert_eq!(house.with(ada, &set).await, ALL);
        house.answer(ada, &one.key, Said::No).await;
        assert_eq!(house.with(ada, "verdict=not_affected").await, ALL);
        assert_eq!(house.with(ada, "verdict=cannot_tell").await, ["IH-4"]);
        assert_eq!(house.all_asked().await, std::slice::from_ref(&other));
        // One more name of the maker, another model and another maker.
        let more = format!(
            "{SPELT}IH-5,Invented GmbH & Co. KG,IM_400,PUMP,3.0,ICU,yes\n\
             IH-6,Invented Inc,IM-400+,PUMP,3.0,ICU,yes\n"
        );
        house.bring(ada.head, "AIMS", &more).await;
        let spared = ["IH-1", "IH-2", "IH-3", "IH-5"];
        assert_eq!(house.with(ada, "verdict=not_affected").await, spared);
        house.answer(ada, &other.key, Said::Yes).await;
        assert_eq!(house.with(ada, "verdict=affected").await, ["IH-4"]);
        assert_eq!(house.with(ada, "verdict=not_affected").await, spared);
    }
);

on_both!(
    what_was_answered_for_one_spelling_holds_for_it_and_for_no_other,
    async |fresh: Fresh| {
        let house = with_spellings(fresh).await;
        let (app, ada) = (&house.app, &house.ada);
        let asked = house.all_asked().await[0].clone();
        let old = before(asked.kind.word(), INC, &asked.ask);
        assert!(asked.earlier.contains_key(&old), "{asked:?}");
        let id = house.answered_before(&asked, INC, Said::No).await;
        assert_eq!(house.with(ada, "verdict=not_affected").await, ["IH-1"]);
        assert_eq!(house.with(ada, &format!("among=answer%3A{id}")).await, ["IH-1"]);
        let open = house.all_asked().await[0].clone();
        assert_eq!((&open.key, open.devices), (&asked.key, 2));
        // Written in the same way it is spared, whenever it comes; written otherwise it waits.
        let more = format!(
            "{SPELT}IH-5,\"INVENTED, INC.\",IM-400,PUMP,3.0,ICU,yes\n\
             IH-6,Invented Inc.,IM-400,PUMP,3.0,ICU,yes\n"
        );
        house.bring(ada.head, "AIMS", &more).await;
        assert_eq!(house.with(ada, "verdict=not_affected").await, ["IH-1", "IH-5"]);
        // By either key it is one question, with what was answered.
        for key in [&old, &asked.key] {
            let told = history(app, ada, key).await.unwrap();
            assert_eq!(told.key, asked.key);
            assert_eq!(told.open.as_ref().map(|open| open.devices), Some(3));
            assert!(told.earlier.contains(&old));
            let [answer] = told.answers.as_slice() else { panic!("{told:?}") };
            assert_eq!((answer.answer.id, answer.devices), (id, 2));
            assert_eq!(
                (answer.holds, answer.spelling.as_str()),
                (Holds::Yes, "Invented, Inc. IM-400")
            );
        }
        // Who answers for those that wait answers for nobody else.
        let reply =
            Reply { which: Which::Today(&Filter::default()), ..all(ada.head, Said::Yes) };
        answer(app, ada, &asked.key, reply).await.unwrap();
        assert_eq!(house.with(ada, "verdict=affected").await, ["IH-2", "IH-3", "IH-6"]);
        assert_eq!(house.with(ada, "verdict=not_affected").await, ["IH-1", "IH-5"]);
        // Who answers for all takes the place of what they said of one spelling.
        house.answer(ada, &asked.key, Said::NotKnown).await;
        assert_eq!(house.with(ada, "verdict=not_affected").await, Vec::<String>::new());
        let told = history(app, ada, &old).await.unwrap();
        let first = told.answers.last().unwrap();
        assert_eq!((first.answer.id, first.holds), (id, Holds::Ended));
    }
);

on_both!(
    what_is_taken_back_of_one_spelling_is_open_again_and_what_was_is_forgotten,
    async |fresh: Fresh| {
        let house = with_spellings(fresh).await;
        let (app, ada) = (&house.app, &house.ada);
        let asked = house.all_asked().await[0].clone();
        let inc = house.answered_before(&asked, INC, Said::No).await;
        let ltd = house.answered_before(&asked, LTD, Said::Yes).await;
        assert_eq!(house.with(ada, "verdict=not_affected").await, ["IH-1"]);
        assert_eq!(house.with(ada, "verdict=affected").await, ["IH-2"]);
        assert_eq!(take_back(app, ada, inc).await.unwrap(), asked.key);
        assert_eq!(house.with(ada, "verdict=not_affected").await, Vec::<String>::new());
        assert_eq!(house.with(ada, "verdict=affected").await, ["IH-2"]);
        assert_eq!(house.all_asked().await[0].devices, 2);
        take_back(app, ada, ltd).await.unwrap();
        assert_eq!(house.all_asked().await[0].devices, 3);
        // What nobody says any more speaks of nothing, after a start too.
        let again = App::new(app.store.clone(), house.folder.path(), Timestamp::now);
        let house = House { app: again, ..house };
        assert_eq!(house.with(&house.ada, "verdict=cannot_tell").await.len(), 4);
        let told = history(&house.app, &house.ada, &asked.key).await.unwrap();
        assert_eq!(told.answers.len(), 2);
        assert!(told.answers.iter().all(|one| one.holds == Holds::Ended));
    }
);

on_both!(
    a_list_that_was_sent_away_before_is_answered_for_what_it_named,
    async |fresh: Fresh| {
        let house = with_spellings(fresh).await;
        let (app, ada) = (&house.app, &house.ada);
        let asked = house.all_asked().await[0].clone();
        let [inc, ltd] = [INC, LTD].map(|of| before(asked.kind.word(), of, &asked.ask));
        house.answer(ada, &inc, Said::No).await;
        assert_eq!(house.with(ada, "verdict=not_affected").await, ["IH-1"]);
        // Two spellings, two answers: each is about its own.
        house.answer(ada, &ltd, Said::Yes).await;
        assert_eq!(house.with(ada, "verdict=affected").await, ["IH-2"]);
        assert_eq!(house.with(ada, "verdict=not_affected").await, ["IH-1"]);
        assert_eq!(house.all_asked().await[0].devices, 1);
        // Corrected under the same key, and then once for all.
        house.answer(ada, &inc, Said::Yes).await;
        assert_eq!(house.with(ada, "verdict=affected").await, ["IH-1", "IH-2"]);
        house.answer(ada, &asked.key, Said::No).await;
        assert_eq!(house.with(ada, "verdict=not_affected").await, ALL);
        // What comes later still is about its own alone, and the rest stands.
        house.answer(ada, &ltd, Said::Yes).await;
        assert_eq!(house.with(ada, "verdict=affected").await, ["IH-2"]);
        assert_eq!(house.with(ada, "verdict=not_affected").await, ["IH-1", "IH-3"]);
        let kept = history(app, ada, &asked.key).await.unwrap();
        assert!(kept.answers.iter().all(|one| one.answer.covers == Covers::All));
        // A key that nobody ever gave, and one of another maker.
        let theirs = before(asked.kind.word(), ["Brightwell", "IM-400"], &asked.ask);
        for unknown in [theirs, Key::from_text(""), Key::from_text("0")] {
            let refused = answer(app, ada, &unknown, all(ada.head, Said::No)).await;
            assert!(matches!(refused, Err(QuestionError::Store(_))), "{refused:?}");
        }
    }
);

on_both!(a_fact_is_asked_once_however_its_maker_is_spelt, async |fresh: Fresh| {
    let house = House::at(fresh, Timestamp::now).await;
    let ada = &house.ada;
    let rows = "IH-1,\"Invented, Inc.\",IM-400,PUMP,2.1,ICU,\n\
         IH-2,INVENTED Ltd,IM-400,PUMP,2.2,ICU,\n\
         IH-3,Invented North,IM-400,PUMP,2.2,ICU,\n";
    house.bring(ada.head, "AIMS", rows).await;
    house.publish(&[&Told { condition: "", ..PUMP }]).await;
    let life = async || -> Vec<Question> {
        let mut all = house.questions(ada).await;
        all.retain(|one| one.kind == Kind::Fact(Fact::LifeSustaining));
        all.sort_by_key(|one| std::cmp::Reverse(one.devices));
        all
    };
    let [one, other] = life().await.try_into().unwrap();
    assert_eq!((one.devices, other.devices), (2, 1));
    let set = format!("among=question%3A{}", one.key);
    assert_eq!(house.with(ada, &set).await, ["IH-1", "IH-2"]);
    // Said before of one spelling: a fact of these devices and of no others.
    house.answered_before(&one, INC, Said::No).await;
    assert_eq!(house.with(ada, "life_sustaining=no").await, ["IH-1"]);
    assert_eq!(life().await.len(), 2);
    house.answer(ada, &one.key, Said::No).await;
    assert_eq!(house.with(ada, "life_sustaining=no").await, ["IH-1", "IH-2"]);
    assert_eq!(life().await, std::slice::from_ref(&other));
});
