//! What people type of why and what names people: none of it stands in the clear, and what an
//! older version kept so is sealed. On both databases.

use std::collections::BTreeMap;

use operations::sealing::seal;
use store::{
    Act, AnalysisSubject, Audience, Award, DecidedAction, Delivered, EvidenceListed,
    EvidenceWords, FoundOut, Mds2Said, NewBidder, NewDelivery, NewEvidence,
    NewGateOverride, NewMds2Form, NewOriginal, NewPurchase, NewQuestionNote,
    NewSupplierEntry, NewTurn, Noun, Outcome, Parcel, PurchaseEnd, PurchaseSaid,
    SeenAction, Since, TailoredControl, TakenEvidence, Withdrawn, Write,
};
use terms::Tlp;

use crate::databases::{Fresh, on_both};
use crate::house::House;

/// A name that somebody typed into a field, for each field, with the column beside its seal.
const TYPED: [(&str, &str, &str); 12] = [
    ("work_action", "reason", "Quackenbush decided"),
    ("work_turn", "reason", "Quackenbush turned"),
    ("analysis", "details", "Quackenbush found out"),
    ("analysis_remark", "remark", "Quackenbush remarked"),
    ("maker_delivery", "reason", "Quackenbush declined"),
    ("supplier_entry", "reason", "Quackenbush withdrew"),
    ("evidence", "reason", "Quackenbush threw out"),
    ("mds2_form", "reason", "Quackenbush set aside"),
    ("purchase", "title", "Quackenbush buys"),
    ("purchase", "profile", "Quackenbush asks"),
    ("purchase", "reason", "Quackenbush awards"),
    ("purchase_override", "reason", "Quackenbush overrides"),
];

/// The same in fields that have no other column than the sealed one.
const NOTES: [&str; 4] =
    ["Thistlewood noted", "Thistlewood holds", "Thistlewood signs", "Thistlewood owns"];

fn text(table: &str, column: &str) -> &'static str {
    let of = |one: &&(&str, &str, &'static str)| one.0 == table && one.1 == column;
    TYPED.iter().find(of).unwrap().2
}

impl House {
    /// Types a name into every field, as work and documents bring them.
    async fn types_into_every_field(&self) {
        let head = self.ada.head;
        let mut write = self.app.store.write(head, (self.app.now)()).await.unwrap();
        self.types_at_work(&mut write).await;
        self.types_on_documents(&mut write).await;
        self.types_on_purchases(&mut write).await;
        let tailored =
            TailoredControl { owner: NOTES[3].to_owned(), ..TailoredControl::default() };
        write.tailor_control((head, "VUL-01"), &tailored, 1).await.unwrap();
        let act = Act {
            by: self.ada.person,
            what: "type",
            noun: Noun::Organisation,
            id: head,
            facts: Vec::new(),
        };
        write.commit(act).await.unwrap();
    }

    async fn types_at_work(&self, write: &mut Write<'_>) {
        let organisation = self.ada.head;
        let word = |text: &str| text.to_owned();
        let seen = SeenAction {
            organisation,
            digest: [7; 32],
            kind: word("install_fix"),
            maker: word("acme"),
            model: word("im 400"),
            target: word("2.2"),
            product: word("Acme IM 400"),
            what: word("2.2"),
            priority: word("watch"),
            since: word("2026-11-01"),
            builds: word("[]"),
            returned: None,
        };
        let action = write.see_actions(&[seen]).await.unwrap()[0];
        let decided = DecidedAction {
            decision: word("reported"),
            reason: word(text("work_action", "reason")),
            ..DecidedAction::default()
        };
        write.decide_action(action, &decided).await.unwrap();
        let reason = text("work_turn", "reason");
        let turn = NewTurn { action, by: 1, what: "reported", detail: "{}", reason };
        write.turn_actions(&[turn]).await.unwrap();
        let about = AnalysisSubject {
            maker: word("acme"),
            model: word("im 400"),
            vulnerability: word("CVE-2026-1"),
            ..AnalysisSubject::default()
        };
        let found = FoundOut {
            state: word("not_affected"),
            details: word(text("analysis", "details")),
            ..FoundOut::default()
        };
        let remarks = [word(text("analysis_remark", "remark"))];
        write.keep_analysis(organisation, &about, &found, 1, &remarks).await.unwrap();
        let note = NOTES[0];
        let new =
            NewQuestionNote { organisation, about: "q", maker: "Acme", note, by: 1 };
        write.note_on_question(new).await.unwrap();
    }

    async fn types_on_documents(&self, write: &mut Write<'_>) {
        let organisation = self.ada.head;
        let new = NewDelivery {
            organisation,
            maker: "Acme",
            noun: Delivered::Bill,
            document: 1,
            product: 1,
            release: 1,
            title: "a bill",
            by: 1,
        };
        let delivery = write.keep_delivery(new).await.unwrap();
        let reason = text("maker_delivery", "reason");
        write.settle_delivery(delivery, Outcome::Declined, reason, 1).await.unwrap();
        let supplier = write.open_supplier(organisation, "Acme", 1).await.unwrap();
        let fields = BTreeMap::from([("name".to_owned(), NOTES[1].to_owned())]);
        let new = NewSupplierEntry {
            organisation,
            supplier,
            kind: "contact",
            origin: "house",
            fields: &fields,
            document: None,
            maker: "",
            by: 1,
        };
        let entry = write.keep_supplier_entry(new).await.unwrap();
        let reason = text("supplier_entry", "reason");
        write.withdraw_supplier_entry(entry, reason, 1).await.unwrap();
        let words =
            EvidenceWords { signer: NOTES[2].to_owned(), ..EvidenceWords::default() };
        let new = NewEvidence {
            organisation,
            kinds: &["backup"],
            class: "attested",
            words: &words,
            original: None,
            records: 0,
            complaints: 0,
            by: 1,
        };
        let piece = write.keep_evidence(new).await.unwrap();
        let taken = TakenEvidence {
            words: &words,
            valid_from: None,
            valid_until: None,
            audience: Audience::Owner,
            by: 1,
        };
        write.take_evidence(piece, taken).await.unwrap();
        let reason = (text("evidence", "reason"), None);
        write.withdraw_evidence(piece, reason, 1).await.unwrap();
        let parcel = Parcel::of(b"a form").unwrap();
        let new = NewOriginal {
            organisation,
            name: "form.xlsx",
            kind: "MDS2",
            label: Tlp::UNLABELLED,
            by: 1,
            parcel: &parcel,
        };
        let original = write.keep_original(new).await.unwrap();
        let said = Mds2Said::default();
        let new = NewMds2Form { organisation, original, maker: "", said: &said, by: 1 };
        let form = write.keep_mds2_form(new).await.unwrap();
        write.end_mds2_form(form, (text("mds2_form", "reason"), None), 1).await.unwrap();
    }

    async fn types_on_purchases(&self, write: &mut Write<'_>) {
        let said = PurchaseSaid {
            title: text("purchase", "title").to_owned(),
            profile: text("purchase", "profile").to_owned(),
            ..PurchaseSaid::default()
        };
        let new =
            NewPurchase { organisation: self.ada.head, said: &said, members: &[], by: 1 };
        let purchase = write.make_purchase(new).await.unwrap();
        write.change_purchase(purchase, &said, &[]).await.unwrap();
        let new = NewBidder {
            purchase,
            name: "Acme",
            product: "",
            version: "",
            supplier: None,
            by: 1,
        };
        let bidder = write.add_bidder(new).await.unwrap();
        let new = NewGateOverride {
            purchase,
            bidder,
            gate: "sbom",
            standing: "open",
            reason: text("purchase_override", "reason"),
            last_day: "2027-01-01",
            by: 1,
        };
        write.ask_gate_override(new).await.unwrap();
        let award = Award { bidder, last_day: "2027-01-01".to_owned(), record: 1 };
        let reason = text("purchase", "reason");
        let end = PurchaseEnd { reason, award: Some(&award), by: 1 };
        write.end_purchase((purchase, 3), end).await.unwrap();
    }

    /// All that was typed as it reads, in the order of [`TYPED`].
    async fn reads(&self) -> Vec<String> {
        let (store, head, scope) = (&self.app.store, self.ada.head, self.scope());
        let action = store.actions_since(head, Since::default()).await.unwrap().remove(0);
        let turn = store.work_turns(head, action.id).await.unwrap().remove(0);
        let analysis =
            store.analyses_since(head, Since::default()).await.unwrap().remove(0);
        let remark = store.remarks(&scope, analysis.id).await.unwrap().remove(0);
        let delivery = store.maker_deliveries(&scope).await.unwrap().remove(0);
        let entries = store.supplier_entries(
            &scope,
            Withdrawn::Of(store.suppliers(&scope).await.unwrap()[0].id),
        );
        let entry = entries.await.unwrap().remove(0);
        let evidence = store.evidence_within(&scope, EvidenceListed::Ever).await;
        let piece = evidence.unwrap().remove(0);
        let form = store.mds2_forms(&scope).await.unwrap().remove(0);
        let purchase = store.purchases(&scope).await.unwrap().remove(0);
        let gate = store.gate_overrides(&scope, purchase.id).await.unwrap().remove(0);
        vec![
            action.decided.reason,
            turn.reason,
            analysis.found.details,
            remark.remark,
            delivery.reason,
            entry.reason,
            piece.reason,
            form.reason,
            purchase.said.title,
            purchase.said.profile,
            purchase.ended.unwrap().reason,
            gate.reason,
        ]
    }
}

on_both!(nothing_that_people_type_stands_in_the_clear, async |fresh: Fresh| {
    let house = House::at(fresh, jiff::Timestamp::now).await;
    house.types_into_every_field().await;
    let texts: Vec<&str> = TYPED.iter().map(|one| one.2).collect();
    let all: Vec<&str> = texts.iter().copied().chain(NOTES).collect();
    assert_eq!(house.found(&all).await, [""; 0]);
    assert_eq!(house.reads().await, texts);
    let clear =
        async || house.app.store.in_the_clear(house.ada.head).await.unwrap().texts;
    assert_eq!(clear().await, 0);
    // Whoever owns it is told it.
    let (tables, _) = house.handed_over().await;
    for (table, column, text) in TYPED {
        let told = &tables[table];
        assert!(told.contains(text), "{table}.{column}: {told}");
        assert!(!told.contains("sealed"), "{told}");
    }
    // As an older version kept it: it reads the same, and is sealed.
    for (table, column, text) in TYPED {
        house
            .run(format!(
                "UPDATE {table} SET sealed_{column} = NULL, {column} = '{text}'"
            ))
            .await;
    }
    assert_eq!(house.found(&texts).await, texts, "the test makes what it is about");
    assert_eq!((house.reads().await, clear().await), (own(&texts), 12));
    let (tables, _) = house.handed_over().await;
    assert!(TYPED.iter().all(|(table, _, text)| tables[table].contains(text)));
    assert_eq!(seal(&house.app).await.unwrap().texts, 12);
    assert_eq!(house.found(&all).await, [""; 0]);
    assert_eq!((house.reads().await, clear().await), (own(&texts), 0));
});

fn own(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

on_both!(what_belongs_to_one_row_does_not_open_as_another, async |fresh: Fresh| {
    let house = House::at(fresh, jiff::Timestamp::now).await;
    house.types_into_every_field().await;
    house.run("UPDATE purchase SET sealed_title = sealed_profile".to_owned()).await;
    assert!(house.app.store.purchases(&house.scope()).await.is_err());
    assert!(house.app.store.mds2_forms(&house.scope()).await.is_ok());
});
