//! What a person does next: what, how soon, until when, and for which reason.
//!
//! A [`Step`] is what is done about one finding, a [`Task`] what is done about one device
//! build, an [`Action`] what is done about all devices of one organisation for which one act
//! does. [`Policy`] gives how soon and [`Deadlines`] until when; [`standing`] says where an
//! action stands by what people decided and what the inventory shows.
//!
//! What does not live here: KEV and EPSS themselves. They belong to vulnerabilities and are
//! joined when a priority is worked out, since EPSS changes daily. Nor who may do what.

mod action;
mod analysis;
mod deadline;
mod policy;
mod priority;
mod state;
mod step;
mod task;
mod update;
mod updates;

pub use action::{Action, Ask, Key, Product, Which, actions, words_of};
pub use analysis::{Analysis, Reason, Weight, outcome};
pub use deadline::{Deadlines, NotADeadline};
/// The words are those of the columns of a fleet.
pub use fleet::{Answer as Known, Priority, Table};
pub use policy::{Condition, Policy, Row};
pub use priority::{Assessment, Control, Fact, Facts, Lowered, priority, word};
pub use state::{Decision, Evidence, State, standing};
pub use step::{
    Found, Kind, Named, Part, Step, Wanted, is_one_act, is_within, line_of, same_product,
    step,
};
pub use task::{Finding, Task, tasks};
pub use update::{Order, Update, update};
pub use updates::{Fix, Updates};
