//! What became of the SBOMs of releases, and of which builds it was said that they are of one:
//! when, and by whom.

use std::collections::BTreeSet;

use crate::database::{Row, Value};
use crate::{Path, Scope, Store, StoreError, Write, stored};

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReleaseTurned {
    /// An SBOM came into force.
    InForce,
    /// An SBOM went out of force, because another about the same came.
    Replaced,
    /// Somebody took an SBOM out of force.
    Withdrawn,
    /// Somebody said that a build is of the release.
    Said,
    /// Somebody took that back.
    TakenBack,
}

impl ReleaseTurned {
    const ALL: [Self; 5] =
        [Self::InForce, Self::Replaced, Self::Withdrawn, Self::Said, Self::TakenBack];

    const fn word(self) -> &'static str {
        match self {
            Self::InForce => "in_force",
            Self::Replaced => "replaced",
            Self::Withdrawn => "withdrawn",
            Self::Said => "said",
            Self::TakenBack => "taken_back",
        }
    }
}

/// Something that became of a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleaseTurn {
    /// When, as stored.
    pub at: String,
    /// By whom; 0 where nobody knows any more.
    pub by: i64,
    /// What.
    pub what: ReleaseTurned,
    /// The SBOM; 0 where it is about none.
    pub bill: i64,
    /// The build; 0 where it is about none.
    pub build: i64,
    /// The release.
    pub release: i64,
    /// The product.
    pub product: i64,
    /// Who makes it, what it is called, and the release as its maker writes it.
    pub named: [String; 3],
}

impl Store {
    /// What became of the releases of which it was ever said that some builds are of them, the
    /// oldest first: those that whoever asks may see. What was said of other builds is left out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn release_turns(
        &self,
        scope: &Scope,
        builds: &BTreeSet<i64>,
    ) -> Result<Vec<ReleaseTurn>, StoreError> {
        let head = scope.head();
        let list: Vec<Value> = builds.iter().map(|build| (*build).into()).collect();
        let releases = self
            .database
            .rows_among(
                "SELECT DISTINCT product_release
                   FROM release_turn
                  WHERE head = $1 AND configuration",
                &[head.into()],
                &list,
                "",
                |row| row.integer("product_release"),
            )
            .await?;
        let list: Vec<Value> = releases.into_iter().map(Value::from).collect();
        let found = self
            .database
            .rows_among(
                "SELECT t.at, t.turned_by, t.what, t.bill, t.configuration,
                        t.product_release, p.id AS product, p.maker, p.name, r.version, o.path
                   FROM release_turn t
                   JOIN product_release r ON r.head = t.head AND r.id = t.product_release
                   JOIN product p ON p.head = r.head AND p.id = r.product
                   JOIN organisation o ON o.head = p.head AND o.id = p.organisation
                  WHERE t.head = $1 AND t.product_release",
                &[head.into()],
                &list,
                "ORDER BY t.at, t.seq, t.what, t.bill, t.configuration",
                |row| Ok((read_turn(row)?, Path::from_stored(row.text("path")?))),
            )
            .await?;
        let seen = found.into_iter().filter(|(_, path)| scope.admits(path));
        let turns = seen.map(|(turn, _)| turn);
        Ok(turns.filter(|turn| turn.build == 0 || builds.contains(&turn.build)).collect())
    }
}

impl Write<'_> {
    /// Notes what became of SBOMs or builds of a release.
    pub(crate) async fn turn_release(
        &mut self,
        release: i64,
        what: ReleaseTurned,
        about: &[ReleaseAbout],
        by: i64,
    ) -> Result<(), StoreError> {
        let now = stored(self.now);
        let rows: Vec<Vec<Value>> = about
            .iter()
            .map(|about| {
                let (bill, build) = match about {
                    ReleaseAbout::Bill(bill) => (*bill, 0),
                    ReleaseAbout::Build(build) => (0, *build),
                };
                vec![
                    self.head.into(),
                    self.seq.into(),
                    release.into(),
                    what.word().into(),
                    bill.into(),
                    build.into(),
                    now.as_str().into(),
                    by.into(),
                ]
            })
            .collect();
        self.changing
            .insert_many(
                "INSERT INTO release_turn (head, seq, product_release, what, bill, configuration,
                                           at, turned_by)",
                8,
                // The same twice in one act is one thing that happened.
                "ON CONFLICT (head, seq, what, bill, configuration) DO NOTHING",
                &rows,
            )
            .await
    }
}

/// What of a release turned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReleaseAbout {
    /// An SBOM.
    Bill(i64),
    /// That a build is of it.
    Build(i64),
}

fn read_turn(row: &Row<'_>) -> Result<ReleaseTurn, StoreError> {
    let word = row.text("what")?;
    let what = ReleaseTurned::ALL.into_iter().find(|one| one.word() == word);
    Ok(ReleaseTurn {
        at: row.text("at")?,
        by: row.integer("turned_by")?,
        what: what
            .ok_or(StoreError::Unreadable { what: "release_turn.what", held: word })?,
        bill: row.integer("bill")?,
        build: row.integer("configuration")?,
        release: row.integer("product_release")?,
        product: row.integer("product")?,
        named: [row.text("maker")?, row.text("name")?, row.text("version")?],
    })
}
