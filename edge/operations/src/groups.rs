//! Roles that groups of the identity provider give.
//!
//! Whoever runs the server says in its settings which group gives which role where. At each
//! sign-in by the provider the roles of groups are set to exactly what it says then; roles that
//! were given by hand are never touched by it. What cannot be read, or is not there, gives
//! nothing.
//!
//! They hold only in sessions for which the provider vouches (`Actor::of_session`), and no token
//! lends them. An administrator of one hospital may know the password of an account there; that
//! must not become a way to the roles of whoever signs in to it by the provider. They do not
//! count for who runs the top organisation either: the provider may be away on the day on which
//! it matters.

use std::collections::BTreeSet;
use std::str::FromStr;

use oidc::Groups;
use store::{Act, Fact, Given, Noun, Organisation, Role, Scope, StoreError, Write};

use crate::App;
use crate::log::Level;

/// That a group gives a role in an organisation and everything below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupRole {
    /// The group, exactly as the provider writes it.
    pub group: String,
    /// What it gives.
    pub role: Role,
    /// Where: the name of an organisation, its number, or its number behind that of its top
    /// organisation (`1/4`).
    pub organisation: String,
}

/// Why a line is none that gives a role.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GroupRoleFault {
    /// It has another form.
    #[error("write it as `GROUP = ROLE @ ORGANISATION`")]
    Form,
    /// There is no such role.
    #[error(
        "`{0}` is no role; there are viewer, biomed, security, contracting, privacy, auditor and \
         administrator"
    )]
    Role(String),
    /// A guest answers for a maker, whom a group does not name.
    #[error("a supplier's guest answers for a maker: give that role by hand")]
    Guest,
}

impl FromStr for GroupRole {
    type Err = GroupRoleFault;

    fn from_str(text: &str) -> Result<Self, GroupRoleFault> {
        // Names of groups may hold both signs (`CN=Biomed,OU=Staff`), so the last that stands
        // before a role counts.
        let signs = text.match_indices('=').map(|(at, _)| at);
        let cut = |at: usize| {
            let (group, rest) = (text.get(..at)?, text.get(at + 1..)?);
            let (role, organisation) = rest.split_once('@')?;
            Some((group.trim(), role.trim(), organisation.trim()))
        };
        let cuts: Vec<_> = signs.filter_map(cut).collect();
        let fits = cuts.iter().rev().find(|(_, role, _)| Role::from_word(role).is_some());
        let (group, word, organisation) =
            *fits.or(cuts.last()).ok_or(GroupRoleFault::Form)?;
        if group.is_empty() || organisation.is_empty() {
            return Err(GroupRoleFault::Form);
        }
        match Role::from_word(word) {
            None => Err(GroupRoleFault::Role(word.to_owned())),
            Some(Role::SupplierGuest) => Err(GroupRoleFault::Guest),
            Some(role) => Ok(Self {
                group: group.to_owned(),
                role,
                organisation: organisation.to_owned(),
            }),
        }
    }
}

impl GroupRole {
    /// The organisation that is meant, where it is exactly one of these.
    fn place<'o>(&self, organisations: &'o [Organisation]) -> Option<&'o Organisation> {
        let named = |one: &&Organisation| {
            one.name == self.organisation
                || one.id.to_string() == self.organisation
                || format!("{}/{}", one.head, one.id) == self.organisation
        };
        let mut found = organisations.iter().filter(named);
        found.next().filter(|_| found.next().is_none())
    }
}

/// What becomes of the sessions of somebody who loses a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sessions {
    /// They end; whoever signs in gets a new one.
    End,
    /// They go on, with the roles that are left: whoever holds one has just shown who they are.
    GoOn,
}

/// Why roles of groups change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// The provider says other groups.
    Said,
    /// It says nothing of groups.
    Absent,
    /// What it says of them cannot be read.
    Unreadable,
    /// The settings of the server do not say so any more.
    Settings,
    /// The account does not follow the provider any more.
    Parted,
}

impl Why {
    const fn word(self) -> &'static str {
        match self {
            Self::Said => "said by the provider",
            Self::Absent => "the claim is absent",
            Self::Unreadable => "the claim cannot be read",
            Self::Settings => "not in the settings",
            Self::Parted => "parted from the provider",
        }
    }
}

/// A role that a group gives.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Right {
    role: Role,
    organisation: i64,
    group: String,
}

impl Right {
    fn of(binding: store::Binding) -> Option<Self> {
        let store::Binding { role, organisation, given, .. } = binding;
        match given {
            Given::ByHand => None,
            Given::ByGroup(group) => Some(Self { role, organisation, group }),
        }
    }

    fn act(&self, what: &'static str, person: i64, why: Why) -> Act {
        let facts = vec![
            ("role", Fact::word(self.role.word())),
            ("organisation", Fact::Number(self.organisation)),
            ("group", Fact::group(&self.group)),
            ("because", Fact::word(why.word())),
        ];
        Act { by: 0, what, noun: Noun::Person, id: person, facts }
    }
}

/// Sets the roles that groups give to somebody to exactly what the provider says now.
///
/// # Errors
/// When the database fails.
pub async fn settle(
    app: &App,
    head: i64,
    person: i64,
    said: &Groups,
    sessions: Sessions,
) -> Result<(), StoreError> {
    let (why, wanted) = match said {
        Groups::Named(names) => (Why::Said, wanted(app, head, names).await?),
        Groups::NotAsked => (Why::Settings, BTreeSet::new()),
        Groups::Absent => (Why::Absent, BTreeSet::new()),
        Groups::Unreadable => (Why::Unreadable, BTreeSet::new()),
    };
    if why == Why::Unreadable {
        let text =
            "what the identity provider says of somebody's groups is no list of texts";
        app.log.say(Level::Warn, "groups", &[("text", text.into())]);
    }
    if held(app, head, person).await? == wanted {
        return Ok(());
    }
    let mut write = app.store.write(head, (app.now)()).await?;
    // Asked again, now that nobody else writes.
    let held = held(app, head, person).await?;
    let mut acts = Vec::new();
    for right in held.difference(&wanted) {
        acts.push(take(&mut write, person, right, why).await?);
    }
    if !acts.is_empty() && sessions == Sessions::End {
        write.end_sessions_of(person).await?;
    }
    for right in wanted.difference(&held) {
        let given = Given::ByGroup(right.group.clone());
        write.give(person, right.role, right.organisation, &given).await?;
        acts.push(right.act("give role", person, why));
    }
    keep(write, acts).await
}

/// Takes away what groups gave and what the settings of this server do not give any more, for
/// everybody: nobody keeps a role because they do not sign in.
///
/// # Errors
/// When the database fails.
pub async fn retire(app: &App) -> Result<(), StoreError> {
    for head in app.store.heads().await? {
        let rights = table(app, head).await?;
        let mut write = None;
        let mut acts = Vec::new();
        for (person, binding) in app.store.bindings_of_groups(head).await? {
            let Some(right) = Right::of(binding) else { continue };
            if rights.contains(&right) {
                continue;
            }
            let write = match &mut write {
                Some(write) => write,
                none => none.insert(app.store.write(head, (app.now)()).await?),
            };
            acts.push(take(write, person, &right, Why::Settings).await?);
            write.end_sessions_of(person).await?;
        }
        if let Some(write) = write {
            keep(write, acts).await?;
        }
    }
    Ok(())
}

/// The lines of the settings that give nothing, since no top organisation has exactly one
/// organisation of that name.
///
/// # Errors
/// When the database fails.
pub async fn without_place(app: &App) -> Result<Vec<&GroupRole>, StoreError> {
    let mut without: Vec<&GroupRole> = app.group_roles.iter().collect();
    for head in app.store.heads().await? {
        let organisations = app.store.organisations(&Scope::whole(head)).await?;
        without.retain(|row| row.place(&organisations).is_none());
    }
    Ok(without)
}

/// Takes all away that groups gave to somebody; gives the acts that are to be told.
pub(crate) async fn take_all(
    app: &App,
    write: &mut Write<'_>,
    person: i64,
    why: Why,
) -> Result<Vec<Act>, StoreError> {
    let mut acts = Vec::new();
    for right in held(app, write.head(), person).await? {
        acts.push(take(write, person, &right, why).await?);
    }
    Ok(acts)
}

async fn take(
    write: &mut Write<'_>,
    person: i64,
    right: &Right,
    why: Why,
) -> Result<Act, StoreError> {
    let Right { role, organisation, group } = right;
    write.take_from_group(person, *role, *organisation, group).await?;
    Ok(right.act("take role", person, why))
}

async fn keep(mut write: Write<'_>, mut acts: Vec<Act>) -> Result<(), StoreError> {
    // Where nothing is to be told nothing was changed: dropped, it keeps nothing.
    let Some(last) = acts.pop() else { return Ok(()) };
    for act in &acts {
        write.also(act).await?;
    }
    write.commit(last).await?;
    Ok(())
}

/// What groups gave to somebody.
async fn held(app: &App, head: i64, person: i64) -> Result<BTreeSet<Right>, StoreError> {
    let bindings = app.store.bindings(head, person).await?;
    Ok(bindings.into_iter().filter_map(Right::of).collect())
}

/// What the groups of somebody give.
async fn wanted(
    app: &App,
    head: i64,
    names: &BTreeSet<String>,
) -> Result<BTreeSet<Right>, StoreError> {
    let mut rights = table(app, head).await?;
    rights.retain(|right| names.contains(&right.group));
    Ok(rights)
}

/// What groups give within a top organisation.
async fn table(app: &App, head: i64) -> Result<BTreeSet<Right>, StoreError> {
    if app.group_roles.is_empty() {
        return Ok(BTreeSet::new());
    }
    let organisations = app.store.organisations(&Scope::whole(head)).await?;
    let rights = app.group_roles.iter().filter_map(|row| {
        let place = row.place(&organisations)?;
        let group = row.group.clone();
        Some(Right { role: row.role, organisation: place.id, group })
    });
    Ok(rights.collect())
}

#[cfg(test)]
mod tests {
    use store::Role;

    use super::{GroupRole, GroupRoleFault};

    #[track_caller]
    fn check(text: &str, expected: Result<(&str, Role, &str), GroupRoleFault>) {
        let read =
            text.parse().map(|row: GroupRole| (row.group, row.role, row.organisation));
        let expected = expected
            .map(|(group, role, place)| (group.to_owned(), role, place.to_owned()));
        assert_eq!(read, expected, "{text}");
    }

    #[test]
    fn a_line_says_which_group_gives_which_role_where() {
        let (biomed, viewer) = (Role::Biomed, Role::Viewer);
        check("staff=viewer@North", Ok(("staff", viewer, "North")));
        check(
            "  Bio Med = biomed @ North Hospital ",
            Ok(("Bio Med", biomed, "North Hospital")),
        );
        check("CN=Bio,OU=Staff=biomed@1/4", Ok(("CN=Bio,OU=Staff", biomed, "1/4")));
        check("a@b.example = viewer @ c@d", Ok(("a@b.example", viewer, "c@d")));
        check("a = viewer @ x = y", Ok(("a", viewer, "x = y")));
        check("a=viewer@b=viewer@c", Ok(("a=viewer@b", viewer, "c")));
        check("a = administrator @ 7", Ok(("a", Role::Administrator, "7")));
    }

    #[test]
    fn a_line_that_is_none_is_refused_and_told_why() {
        for text in
            ["", "staff", "staff=", "staff=viewer", "@", "viewer@North", "=viewer@North"]
        {
            check(text, Err(GroupRoleFault::Form));
        }
        check("staff = viewer @ ", Err(GroupRoleFault::Form));
        check("staff = Viewer @ North", Err(GroupRoleFault::Role("Viewer".to_owned())));
        check("staff = nurse @ North", Err(GroupRoleFault::Role("nurse".to_owned())));
        check("staff = @ North", Err(GroupRoleFault::Role(String::new())));
        check("staff = supplier_guest @ North", Err(GroupRoleFault::Guest));
    }
}
