//! All that one organisation owns: nothing of it missing, nothing of another.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::{AnyConnection, Connection as _, Row as _};
use store::{KEPT_BACK, NewPerson, Noun, Organisation, Piece, Role, Store, told_tables};

use crate::both::{Fresh, act, at, hospital};

/// Every table that a top organisation has rows in, with its columns and whether each is text.
pub(crate) async fn tables(url: &str) -> BTreeMap<String, Vec<(String, String)>> {
    let mut connection = AnyConnection::connect(url).await.unwrap();
    let sql = match url.starts_with("sqlite") {
        true => {
            "SELECT m.name AS table_name, c.name AS column_name, LOWER(c.type) AS data_type
               FROM sqlite_master m JOIN pragma_table_info(m.name) c
              WHERE m.type = 'table' ORDER BY m.name, c.cid"
        }
        false => {
            "SELECT CAST(table_name AS TEXT) AS table_name,
                    CAST(column_name AS TEXT) AS column_name,
                    CAST(data_type AS TEXT) AS data_type
               FROM information_schema.columns WHERE table_schema = current_schema()
              ORDER BY table_name, ordinal_position"
        }
    };
    let rows = sqlx::query(sql).fetch_all(&mut connection).await.unwrap();
    let mut tables: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for row in rows {
        let text = |at: usize| row.get::<String, _>(at);
        tables.entry(text(0)).or_default().push((text(1), text(2)));
    }
    connection.close().await.unwrap();
    tables.retain(|_, columns| columns.iter().any(|(name, _)| name == "head"));
    tables
}

/// Words that a column must hold, where not any do.
fn word(table: &str, column: &str) -> Option<&'static str> {
    Some(match (table, column) {
        ("original", "label") => "CLEAR",
        ("product", "audience") => "owner",
        ("import", "state") => "done",
        ("judgement", "verdict") => "affected",
        ("answer", "said") => "yes",
        ("answer", "covers") => "all",
        ("answer", "end_reason") => "replaced",
        ("work_action", "evidence") => "resolved",
        ("work_action", "decision") => "open",
        ("work_policy", "approval") => "one",
        ("webhook_message", "state") => "taken",
        ("release_turn", "what") => "in_force",
        ("maker_delivery", "noun") => "bill",
        ("maker_delivery", "outcome") => "taken",
        ("maker_question" | "customer_question", "said") => "yes",
        ("evidence", "class") => "observed",
        ("posture_verdict", "verdict") => "met",
        ("designation", "office") => "deputy",
        _ => return None,
    })
}

/// One row in every table that is told, of an organisation: every number in it leads to the
/// same made-up number, and every text holds the mark.
async fn fill(fresh: &Fresh, of: &Organisation, number: i64, mark: &str) {
    for (table, columns) in tables(&fresh.url).await {
        let by_others = ["organisation", "person", "binding", "audit_leaf", "audit_node"];
        if !told_tables().contains(&table.as_str()) || by_others.contains(&table.as_str())
        {
            continue;
        }
        let value = |(name, kind): &(String, String)| match name.as_str() {
            "head" => of.head.to_string(),
            "organisation" | "view" => of.id.to_string(),
            "life_sustaining" | "holds_phi" | "reachable" | "suppressed" | "latest"
            | "offered" | "is_shared" => "0".to_owned(),
            // What is sealed would have to be a seal.
            // By its name it is the same wherever it is named.
            "vulnerability" => format!("'{mark} flaw'"),
            "sealed_note" | "sealed_entry" | "sealed_rest" | "sealed_cell"
            | "sealed_message" | "sealed_evidence" | "sealed_tailoring"
            | "sealed_exception" | "sealed_reason" | "sealed_end_reason"
            | "sealed_details" | "sealed_remark" | "sealed_title" | "sealed_profile" => {
                "NULL".to_owned()
            }
            name => match (word(&table, name), kind.as_str()) {
                (Some(word), _) => format!("'{word}'"),
                (None, "text") => format!("'{mark} {table}.{name}'"),
                (None, "bytea") => format!("CAST('{mark} {name}' AS BYTEA)"),
                (None, _) => number.to_string(),
            },
        };
        let names: Vec<String> =
            columns.iter().map(|(name, _)| format!("\"{name}\"")).collect();
        let values: Vec<String> = columns.iter().map(value).collect();
        let sql = format!(
            "INSERT INTO \"{table}\" ({}) VALUES ({})",
            names.join(", "),
            values.join(", ")
        );
        let sql = match fresh.url.starts_with("sqlite") {
            true => sql.replace("AS BYTEA", "AS BLOB"),
            false => sql,
        };
        fresh.behind_its_back(&sql).await;
    }
}

/// What is told of an organisation: each table's rows, each as one text.
async fn told(store: &Store, of: &Organisation) -> BTreeMap<&'static str, Vec<String>> {
    let mut tables: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
    let mut table = "";
    let mut take = |piece: Piece<'_>| {
        match piece {
            Piece::Table { name, .. } => {
                table = name;
                tables.insert(name, Vec::new());
            }
            Piece::Row(cells) => tables.get_mut(table).unwrap().push(cells.join("|")),
            Piece::Document { .. } | Piece::Bytes(_) => {}
        }
        Ok(())
    };
    // The documents of these rows are none.
    let whole = store.export(of.head, &of.path, &mut take).await;
    assert!(matches!(whole, Err(store::ExportError::Damaged(_))), "{whole:?}");
    tables
}

on_both!(each_table_is_told_or_kept_back_with_a_reason, async |fresh: Fresh| {
    let there: BTreeSet<String> = tables(&fresh.url).await.into_keys().collect();
    let told: BTreeSet<String> = told_tables().into_iter().map(str::to_owned).collect();
    let back: BTreeSet<String> =
        KEPT_BACK.iter().map(|(table, _)| (*table).to_owned()).collect();
    let forgotten: Vec<_> = there
        .iter()
        .filter(|table| !told.contains(*table) && !back.contains(*table))
        .collect();
    assert!(
        forgotten.is_empty(),
        "say in store/src/export.rs which rows of these are an organisation's, or why they are kept back: {forgotten:?}"
    );
    assert_eq!(told.intersection(&back).collect::<Vec<_>>(), Vec::<&String>::new());
    let ghosts: Vec<_> = told.difference(&there).collect();
    assert!(ghosts.is_empty(), "there are no such tables: {ghosts:?}");
    assert!(KEPT_BACK.iter().all(|(_, why)| !why.is_empty()));
});

on_both!(
    an_organisation_is_told_all_of_its_own_and_nothing_else,
    async |fresh: Fresh| {
        let (top, north, south) = hospital(&fresh.store).await;
        let mut write = fresh.store.write(top.head, at(1)).await.unwrap();
        for (place, name) in [(&north, "NORTH person"), (&south, "SOUTH person")] {
            let address = format!("{}@hospital.example", name.replace(' ', "."));
            let new = NewPerson { name, address: &address, zone: "UTC" };
            let person = write.make_person(new).await.unwrap();
            write.bind(person, Role::Biomed, place).await.unwrap();
        }
        write.commit(act(Noun::Person, 1)).await.unwrap();
        fill(&fresh, &north, 7001, "NORTH").await;
        fill(&fresh, &south, 8001, "SOUTH").await;

        for (of, own, other) in [(&north, "NORTH", "SOUTH"), (&south, "SOUTH", "NORTH")] {
            for (table, rows) in told(&fresh.store, of).await {
                let of_the_top = ["audit_leaf", "audit_node"].contains(&table);
                assert_eq!(
                    rows.len(),
                    usize::from(!of_the_top),
                    "{own} {table}: {rows:?}"
                );
                for row in rows {
                    assert!(!row.contains(other), "{own} {table}: {row}");
                    // The number of the other is in no cell either.
                    let foreign = if own == "NORTH" { "8001" } else { "7001" };
                    assert!(
                        !row.split('|').any(|cell| cell == foreign),
                        "{table}: {row}"
                    );
                }
            }
        }
        for (table, rows) in told(&fresh.store, &top).await {
            let least = if table == "organisation" { 3 } else { 2 };
            assert!(rows.len() >= least, "the whole is told both: {table} {rows:?}");
        }
    }
);
