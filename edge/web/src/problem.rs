//! What could not be done: for whoever asked, and for whoever runs the server.
//!
//! Source: RFC 9457. As JSON it is `application/problem+json`; as a page it says what, why,
//! and what next. The cause never leaves the house: it goes to the log with the request's id.

use std::error::Error;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use operations::account::AccountError;
use operations::action::ActionError;
use operations::analysis::AnalysisError;
use operations::bills::BillError;
use operations::digest::DigestError;
use operations::export;
use operations::first_run::FirstRunError;
use operations::fleet::{FleetError, NoSuchSet};
use operations::identity::IdentityError;
use operations::inventory::{
    Elsewhere, ExportError, InventoryError, MostMissing, OneAway, Related, Renamed,
    Sister,
};
use operations::judging::JudgingError;
use operations::organisation::OrganisationError;
use operations::people::PeopleError;
use operations::priority_table::PriorityTableError;
use operations::project::{ProjectError, TagFault};
use operations::sign_in::SignInError;
use operations::statement::StatementError;
use operations::token::TokenError;
use operations::webhook::WebhookError;
use operations::{PasswordError, Permission};
use reading::{Place, Rejected};
use store::StoreError;

use crate::field::Fault;
use crate::words;

/// Why an answer is not the one that was wanted.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    pub(crate) status: StatusCode,
    /// Why, in a sentence for whoever asked.
    pub(crate) detail: String,
    /// What to do now.
    pub(crate) next: String,
    /// What is wrong with which field.
    pub(crate) faults: Vec<Fault>,
    /// After how many seconds it is worth trying again.
    pub(crate) wait: Option<u64>,
    /// For the log.
    pub(crate) cause: Option<String>,
    /// What stands above it.
    pub(crate) heading: Heading,
}

/// What stands above a problem. A byte: answers are passed on by value.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Heading {
    /// What the number of the answer says.
    OfStatus,
    /// That somebody has made the same.
    There,
    /// That a form was made before something that made it worthless.
    OutOfDate,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self {
            status,
            detail: detail.into(),
            next: String::new(),
            faults: Vec::new(),
            wait: None,
            cause: None,
            heading: Heading::OfStatus,
        }
    }

    pub(crate) fn headed(self, heading: Heading) -> Self {
        Self { heading, ..self }
    }

    pub(crate) fn next(self, next: impl Into<String>) -> Self {
        Self { next: next.into(), ..self }
    }

    pub(crate) fn signed_out() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "You are not signed in.")
            .next("Sign in, then do it again.")
    }

    pub(crate) fn refused(what: &str) -> Self {
        Self::new(StatusCode::FORBIDDEN, format!("None of your roles lets you {what}."))
            .next("Ask an administrator of your organisation for a role that does.")
    }

    /// A program brings none.
    pub(crate) fn no_token() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "This address is for programs, with a token.").next(
            "Make a token on the page of your account, and send it as `Authorization: Bearer …` \
             or `X-Api-Key: …`.",
        )
    }

    /// A program brings one that does not work.
    pub(crate) fn wrong_token() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "This token is not known, was taken back, or is too old.",
        )
        .next("Make a new one on the page of your account.")
    }

    /// A token does not lend it, or its holder may not do it any more.
    pub(crate) fn not_lent(permission: Permission) -> Self {
        let word = permission.word();
        Self::new(
            StatusCode::FORBIDDEN,
            format!("This token does not lend `{word}`, or its holder may not do that any more."),
        )
        .next("Make a token that does, on the page of your account.")
    }

    /// A program asks for what is done in person.
    pub(crate) fn in_person() -> Self {
        Self::new(StatusCode::FORBIDDEN, "A token cannot do this.")
            .next("Sign in, and do it yourself.")
    }

    /// A page elsewhere leads to what a page of ours alone may lead to.
    pub(crate) fn elsewhere() -> Self {
        Self::new(StatusCode::FORBIDDEN, "No page of ours led here, so nothing was done.")
            .next("Open the page here and follow its link.")
    }

    /// Somebody has not shown lately who they are.
    pub(crate) fn unconfirmed() -> Self {
        Self::new(StatusCode::FORBIDDEN, "Show again that it is you.")
            .next("Open `/confirm`, give your password or a code, then do it again.")
    }

    /// An organisation asks for a second factor.
    pub(crate) fn owes_second_factor() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "Your organisation asks for a second factor, and you have none yet.",
        )
        .next("Set it up on the page of your account.")
    }

    pub(crate) fn not_found(noun: &str, id: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            format!("There is no {noun} {id}, or none that you may see."),
        )
        .next("Go back and choose another.")
    }

    /// Some fields are empty or wrong.
    pub(crate) fn wrong_fields(faults: Vec<Fault>) -> Self {
        let problem =
            Self::new(StatusCode::UNPROCESSABLE_ENTITY, "Something is missing or wrong.");
        Self { faults, ..problem }
    }

    pub(crate) fn too_often(seconds: u64) -> Self {
        let problem = Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "There were too many tries to sign in.",
        );
        Self { wait: Some(seconds), ..problem }
            .next(format!("Wait {seconds} seconds, then try again."))
    }

    /// Too many listen already.
    pub(crate) fn busy() -> Self {
        let problem = Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "Too many are told of something as it goes on already.",
        );
        Self { wait: Some(5), ..problem }.next("Look at the page again in a while.")
    }

    /// This node lacks something without which it does not answer every request.
    pub(crate) fn unready(what: &'static str, why: &'static str) -> Self {
        let problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, why);
        Self { wait: Some(2), faults: vec![Fault::new(what, why)], ..problem }
            .next("Ask another server, and this one again in a moment.")
    }

    /// This node lacks the advisories that are in use.
    fn fetching(cause: String) -> Self {
        let problem = Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "There are newer advisories, and this server is fetching them; what it knew before \
             is not told.",
        );
        Self { wait: Some(2), cause: Some(cause), ..problem }
            .next("Try again in a moment.")
    }

    /// A fault of ours, with what the log is told.
    pub(crate) fn ours(cause: impl Into<String>) -> Self {
        let problem = Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "Something went wrong here; it is our fault, not yours.",
        );
        Self { cause: Some(cause.into()), ..problem }.next(
            "Try again; if it stays, give your administrator the number of this request.",
        )
    }

    /// What a status alone tells: answers that no handler of ours gave.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        let (detail, next) = match status {
            StatusCode::NOT_FOUND => (
                "There is no such page.",
                "Look at the address again, or go on from Today.",
            ),
            StatusCode::METHOD_NOT_ALLOWED => {
                ("This address does not take that kind of request.", "Go on from Today.")
            }
            StatusCode::PAYLOAD_TOO_LARGE => {
                ("That is more than this address takes.", "Send less at once.")
            }
            StatusCode::REQUEST_TIMEOUT | StatusCode::SERVICE_UNAVAILABLE => {
                ("This took too long and was stopped.", "Try again in a minute.")
            }
            _ => ("The request could not be read.", "Go back and try again."),
        };
        Self::new(status, detail).next(next)
    }

    /// What it is called on a page.
    pub(crate) fn title(&self) -> &'static str {
        match self.heading {
            Heading::OfStatus => {}
            Heading::There => return "It is there already",
            Heading::OutOfDate => return "This page is out of date",
        }
        match self.status {
            StatusCode::UNAUTHORIZED => "Sign in first",
            StatusCode::FORBIDDEN => "Not allowed",
            StatusCode::NOT_FOUND => "Not found",
            StatusCode::CONFLICT => "That cannot be done now",
            StatusCode::GONE => "This link does not work",
            StatusCode::UNPROCESSABLE_ENTITY => "Something is missing or wrong",
            StatusCode::TOO_MANY_REQUESTS => "Too many tries",
            StatusCode::SERVICE_UNAVAILABLE => "Busy",
            status if status.is_server_error() => "Something went wrong",
            _ => "That did not work",
        }
    }
}

/// The answer is dressed where the request is known: as a page or as JSON, with its id.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

fn causes(error: &dyn Error) -> String {
    let mut told = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        told.push_str(": ");
        told.push_str(&error.to_string());
        cause = error.source();
    }
    told
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match &error {
            StoreError::Absent { noun, id } => Self::not_found(noun, id),
            StoreError::Taken(what) => Self::new(StatusCode::CONFLICT, sentence(what))
                .headed(Heading::There)
                .next("Choose another."),
            _ if error.is_transient() => {
                let busy = Self::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "Somebody else is changing the same; nothing was done.",
                );
                Self { wait: Some(1), cause: Some(causes(&error)), ..busy }
                    .next("Try again.")
            }
            _ => Self::ours(causes(&error)),
        }
    }
}

impl From<JudgingError> for Problem {
    fn from(error: JudgingError) -> Self {
        match error {
            JudgingError::Store(error) => error.into(),
            JudgingError::Away(_) => Self::fetching(causes(&error)),
            _ => Self::ours(causes(&error)),
        }
    }
}

impl From<FleetError> for Problem {
    fn from(error: FleetError) -> Self {
        match error {
            FleetError::Store(error) => error.into(),
            FleetError::Judging(error) => error.into(),
            FleetError::Beyond(_) | FleetError::CutShort(_) => Self::ours(causes(&error)),
        }
    }
}

impl From<AnalysisError> for Problem {
    fn from(error: AnalysisError) -> Self {
        match error {
            AnalysisError::Changed => crate::page::meanwhile::changed(&[]),
            AnalysisError::Fleet(error) => error.into(),
            AnalysisError::Store(error) => error.into(),
        }
    }
}

impl From<PriorityTableError> for Problem {
    fn from(error: PriorityTableError) -> Self {
        match error {
            PriorityTableError::TooMany => {
                Self::new(StatusCode::CONFLICT, sentence(&error.to_string())).next(
                    "Change the table of an organisation above, or take one back that is \
                     not needed any more.",
                )
            }
            PriorityTableError::Changed(_) => crate::page::meanwhile::changed(&[]),
            PriorityTableError::Store(error) => error.into(),
        }
    }
}

impl From<ActionError> for Problem {
    fn from(error: ActionError) -> Self {
        match error {
            ActionError::Absent(name) => Self::not_found("action", &name),
            ActionError::NotThere => Self::refused("act on devices of that organisation"),
            ActionError::Over => {
                let over =
                    "Nothing is to be done about it any more; nothing was changed.";
                Self::new(StatusCode::CONFLICT, over).next("Look at its history.")
            }
            ActionError::Unproposed => {
                let nobody =
                    "Nobody has proposed to accept this risk; nothing was changed.";
                Self::new(StatusCode::CONFLICT, nobody)
                    .next("Look at where it stands now.")
            }
            ActionError::SamePerson => Self::new(
                StatusCode::CONFLICT,
                "You proposed it yourself, and in your organisation it takes two people.",
            )
            .next("Ask somebody else who may accept risks."),
            ActionError::Changed(_) => crate::page::meanwhile::changed(&[]),
            ActionError::Fleet(error) => error.into(),
            ActionError::Store(error) => error.into(),
            error => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, sentence(&error.to_string()))
            }
        }
    }
}

/// What cannot be read, and where.
impl From<Rejected> for Problem {
    fn from(refused: Rejected) -> Self {
        let at = match &refused.place {
            Place::Document => String::new(),
            place => format!("{place}: "),
        };
        Self::new(StatusCode::BAD_REQUEST, sentence(&format!("{at}{}", refused.message)))
            .next(sentence(&refused.hint))
    }
}

/// An e-mail address that is none, at its field.
fn no_address(error: &dyn std::error::Error) -> Problem {
    Problem::wrong_fields(vec![Fault::new("address", sentence(&error.to_string()))])
}

impl From<NoSuchSet> for Problem {
    fn from(error: NoSuchSet) -> Self {
        Self::new(StatusCode::BAD_REQUEST, sentence(&error.to_string()))
            .next("Begin again with all devices.")
    }
}

impl From<PasswordError> for Problem {
    fn from(error: PasswordError) -> Self {
        match error {
            PasswordError::Short | PasswordError::Long => {
                let message = sentence(&error.to_string());
                Self {
                    faults: vec![Fault::new("password", message.clone())],
                    ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, message)
                }
            }
            PasswordError::Hash(_) => Self::ours(causes(&error)),
        }
    }
}

impl From<SignInError> for Problem {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Refused => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, sentence(&error.to_string()))
                    .next("Check both, then try again.")
            }
            SignInError::Password(error) => error.into(),
            SignInError::Store(error) => error.into(),
        }
    }
}

impl From<export::ExportError> for Problem {
    fn from(error: export::ExportError) -> Self {
        match error {
            export::ExportError::Store(error) => error.into(),
            export::ExportError::Unknown { name, .. } => {
                Self::not_found("organisation", &name)
            }
            export::ExportError::Ambiguous { .. }
            | export::ExportError::File(_)
            | export::ExportError::Told(_)
            | export::ExportError::CutShort(_) => Self::ours(causes(&error)),
        }
    }
}

impl From<IdentityError> for Problem {
    fn from(error: IdentityError) -> Self {
        let refused = |error: &IdentityError| {
            Self::new(StatusCode::FORBIDDEN, sentence(&error.to_string()))
        };
        match error {
            IdentityError::NoProvider => Self::not_found("identity provider", "here"),
            IdentityError::Late => {
                Self::new(StatusCode::BAD_REQUEST, sentence(&error.to_string()))
                    .next("Sign in again.")
            }
            IdentityError::Unknown => refused(&error).next(
                "Ask your administrator for an invitation, and open it with this identity.",
            ),
            IdentityError::SomebodyElse => {
                refused(&error).next("Sign in at the provider as yourself.")
            }
            IdentityError::Subject => Self::wrong_fields(vec![Fault::new(
                "subject",
                sentence(&error.to_string()),
            )]),
            IdentityError::NotInPerson => Self::in_person(),
            IdentityError::Provider(fault) => fault.into(),
            IdentityError::People(error) => error.into(),
            IdentityError::Store(error) => error.into(),
        }
    }
}

/// What a provider said is told to whoever runs the house; whoever signs in is told what to do.
impl From<oidc::Fault> for Problem {
    fn from(fault: oidc::Fault) -> Self {
        let (status, detail) = match &fault {
            oidc::Fault::Refused(_) => {
                (StatusCode::FORBIDDEN, "The identity provider did not let you in.")
            }
            oidc::Fault::Foreign(_) => (
                StatusCode::FORBIDDEN,
                "This answer of the identity provider belongs to no question of ours.",
            ),
            oidc::Fault::Code(_) | oidc::Fault::Token(_) => (
                StatusCode::FORBIDDEN,
                "What the identity provider says of you is not taken.",
            ),
            oidc::Fault::Unreachable(_)
            | oidc::Fault::Discovery(_)
            | oidc::Fault::Keys(_)
            | oidc::Fault::NoRandomness => {
                (StatusCode::BAD_GATEWAY, "The identity provider cannot be asked now.")
            }
        };
        Self { cause: Some(causes(&fault)), ..Self::new(status, detail) }
            .next("Try again, or sign in with your password.")
    }
}

impl From<FirstRunError> for Problem {
    fn from(error: FirstRunError) -> Self {
        match error {
            FirstRunError::Link => gone(&error),
            FirstRunError::Missing(_) => missing(&error),
            FirstRunError::Address => no_address(&error),
            FirstRunError::Password(error) => error.into(),
            FirstRunError::Store(error) => error.into(),
        }
    }
}

impl From<OrganisationError> for Problem {
    fn from(error: OrganisationError) -> Self {
        match error {
            OrganisationError::Changed(_) => {
                crate::page::meanwhile::changed(&[error.to_string()])
            }
            OrganisationError::Nameless => missing(&error),
            OrganisationError::LongName | OrganisationError::Twin { .. } => {
                let told = sentence(&error.to_string());
                Self::wrong_fields(vec![Fault::new("name", told)])
            }
            OrganisationError::Order { .. } => {
                let told = sentence(&error.to_string());
                Self::wrong_fields(vec![Fault::new("kind", told)])
            }
            OrganisationError::Top | OrganisationError::Owns(_) => {
                Self::new(StatusCode::CONFLICT, sentence(&error.to_string()))
            }
            OrganisationError::Store(error) => error.into(),
        }
    }
}

impl From<PeopleError> for Problem {
    fn from(error: PeopleError) -> Self {
        match error {
            PeopleError::Changed => crate::page::meanwhile::changed(&[error.to_string()]),
            PeopleError::Link => gone(&error),
            PeopleError::Missing(_) => missing(&error),
            PeopleError::Address => no_address(&error),
            PeopleError::Beyond => {
                Self::new(StatusCode::FORBIDDEN, sentence(&error.to_string()))
                    .next("Ask an administrator of all of them.")
            }
            PeopleError::Elsewhere => Self::wrong_fields(vec![Fault::new(
                "address",
                sentence(&error.to_string()),
            )]),
            PeopleError::LastAdministrator
            | PeopleError::Oneself
            | PeopleError::OwnBlock
            | PeopleError::Already(_)
            | PeopleError::Blocked
            | PeopleError::OfGroup(_) => {
                Self::new(StatusCode::CONFLICT, sentence(&error.to_string()))
            }
            PeopleError::Password(error) => error.into(),
            PeopleError::Store(error) => error.into(),
        }
    }
}

impl From<AccountError> for Problem {
    fn from(error: AccountError) -> Self {
        let told = sentence(&error.to_string());
        match error {
            AccountError::Wrong => {
                Self::wrong_fields(vec![Fault::new("old_password", told)])
            }
            AccountError::Same => Self::wrong_fields(vec![Fault::new("password", told)]),
            AccountError::None => Self::new(StatusCode::CONFLICT, told)
                .next("Ask an administrator for a link with which you set one."),
            AccountError::NotInPerson => Self::in_person(),
            AccountError::Nobody => Self::not_found("account", "with this address"),
            AccountError::Blocked => Self::new(StatusCode::CONFLICT, told),
            AccountError::Password(error) => error.into(),
            AccountError::Store(error) => error.into(),
        }
    }
}

impl From<TokenError> for Problem {
    fn from(error: TokenError) -> Self {
        let wrong = |field| {
            Self::wrong_fields(vec![Fault::new(field, sentence(&error.to_string()))])
        };
        match error {
            TokenError::Nameless | TokenError::LongName => wrong("name"),
            TokenError::Nothing | TokenError::Beyond(_) => wrong("permissions"),
            TokenError::Life => wrong("days"),
            TokenError::TooMany => {
                Self::new(StatusCode::CONFLICT, sentence(&error.to_string()))
            }
            TokenError::NotInPerson => Self::in_person(),
            TokenError::People(error) => error.into(),
            TokenError::Store(error) => error.into(),
        }
    }
}

impl From<DigestError> for Problem {
    fn from(error: DigestError) -> Self {
        match error {
            DigestError::NoMail => {
                Self::new(StatusCode::CONFLICT, sentence(&error.to_string()))
            }
            DigestError::Store(error) => error.into(),
            DigestError::Job(_) | DigestError::Compose(_) => Self::ours(causes(&error)),
        }
    }
}

impl From<WebhookError> for Problem {
    fn from(error: WebhookError) -> Self {
        let told = sentence(&error.to_string());
        let wrong = |field| Self::wrong_fields(vec![Fault::new(field, told.clone())]);
        match error {
            WebhookError::Nameless | WebhookError::LongName => wrong("name"),
            WebhookError::Address(_) => wrong("url"),
            WebhookError::Nothing => wrong("events"),
            WebhookError::TooMany | WebhookError::Paused => {
                Self::new(StatusCode::CONFLICT, told)
            }
            WebhookError::Store(error) => error.into(),
            WebhookError::Secret(_) | WebhookError::Payload(_) => {
                Self::ours(causes(&error))
            }
        }
    }
}

impl From<BillError> for Problem {
    fn from(error: BillError) -> Self {
        let wrong = StatusCode::UNPROCESSABLE_ENTITY;
        match error {
            BillError::Rejected(refused) => refused.into(),
            BillError::Missing(_) => Self::new(wrong, sentence(&error.to_string()))
                .next("Fill in maker, product and release."),
            BillError::NoBuild(_) => Self::new(
                StatusCode::NOT_FOUND,
                "One of the device builds is not there, or none that you may see.",
            )
            .next("Open the page again, and choose from what it shows."),
            BillError::NotAllowed => Self::new(
                StatusCode::NOT_FOUND,
                "There is no such organisation, or none that you may deliver documents for.",
            )
            .next("Go back and choose another."),
            BillError::Store(error) => error.into(),
            BillError::Statements(error) => error.into(),
            BillError::Judging(error) => error.into(),
            BillError::Fleet(error) => error.into(),
            BillError::Unwritable(_) | BillError::CutShort(_) => Self::ours(causes(&error)),
        }
    }
}

impl From<StatementError> for Problem {
    fn from(error: StatementError) -> Self {
        let wrong = StatusCode::UNPROCESSABLE_ENTITY;
        let told = sentence(&error.to_string());
        match error {
            StatementError::Rejected(refused) => refused.into(),
            StatementError::Silent => Self::new(wrong, told)
                .next("Choose a VEX document: CSAF, OpenVEX or CycloneDX."),
            StatementError::NotAllowed => Self::new(StatusCode::NOT_FOUND, told)
                .next("Ask somebody in security or administration."),
            StatementError::Reasonless => {
                Self::new(wrong, told).next("Say why, so that others can judge it later.")
            }
            StatementError::NothingChosen => {
                Self::new(wrong, told).next("Tick at least one that states something.")
            }
            StatementError::Fleet(error) => error.into(),
            StatementError::Store(error) => error.into(),
            StatementError::CutShort(_) => Self::ours(causes(&error)),
        }
    }
}

impl From<TagFault> for Problem {
    fn from(fault: TagFault) -> Self {
        Self::new(StatusCode::BAD_REQUEST, sentence(&fault.to_string()))
    }
}

impl From<ProjectError> for Problem {
    fn from(error: ProjectError) -> Self {
        let told = sentence(&error.to_string());
        match error {
            ProjectError::Absent => Self::new(StatusCode::NOT_FOUND, told)
                .next("Name one that is there, or state `autoCreate`."),
            ProjectError::NoParent => Self::new(StatusCode::NOT_FOUND, told)
                .next("Make the parent first, or name one that is there."),
            ProjectError::Ambiguous
            | ProjectError::Exists
            | ProjectError::Renamed
            | ProjectError::OwnParent => Self::new(StatusCode::CONFLICT, told),
            ProjectError::Unnamed(_) => Self::new(StatusCode::BAD_REQUEST, told),
            ProjectError::Bill(error) => error.into(),
            ProjectError::Store(error) => error.into(),
        }
    }
}

impl From<InventoryError> for Problem {
    fn from(error: InventoryError) -> Self {
        let wrong = StatusCode::UNPROCESSABLE_ENTITY;
        match error {
            InventoryError::Rejected(refused) => {
                let (what, place) = (&refused.message, &refused.place);
                Self::new(wrong, format!("{} (At {place}.)", sentence(what)))
                    .next(sentence(&refused.hint))
            }
            InventoryError::Empty => Self::new(wrong, sentence(&error.to_string()))
                .next("Export the devices with their rows, then upload the file again."),
            InventoryError::Nameless => {
                let fault = "Enter what the asset system is called.";
                Self::wrong_fields(vec![Fault::new("name", fault)])
            }
            InventoryError::NotAllowed => Self::new(
                StatusCode::NOT_FOUND,
                "There is no such organisation, or none that you may take in inventories for.",
            )
            .next("Go back and choose another."),
            InventoryError::Busy => {
                Self::new(StatusCode::CONFLICT, sentence(&error.to_string()))
                    .next("Wait until it is done, then confirm again.")
            }
            InventoryError::Elsewhere(elsewhere) => doubled(&elsewhere),
            InventoryError::Related(related) => twice(&related),
            InventoryError::Sisters(sisters) => sistered(&sisters),
            InventoryError::Away(away) => went(&away),
            InventoryError::MostMissing(most) => fewer(&most),
            InventoryError::Renamed(devices) => renamed(&devices),
            InventoryError::TwoNames => {
                let fault = "Leave this empty, or choose “Another one, named below” above.";
                Self::wrong_fields(vec![Fault::new("name", fault)])
            }
            InventoryError::Newer(newest) => {
                Self::new(StatusCode::CONFLICT, sentence(&error.to_string()))
                    .next(format!("Look at import {newest}, and take that one back first."))
            }
            InventoryError::NothingToTakeBack => {
                Self::new(StatusCode::CONFLICT, sentence(&error.to_string()))
                    .next("Look at the list of imports.")
            }
            InventoryError::Fleet(error) => error.into(),
            InventoryError::Store(error) => error.into(),
            InventoryError::Job(_) | InventoryError::CutShort(_) => {
                Self::ours(causes(&error))
            }
        }
    }
}

/// That devices would be there twice, and how to insist.
fn doubled(elsewhere: &Elsewhere) -> Problem {
    let insist = "Tick that they are other devices (`other_devices=yes`), or choose the asset \
                  system that tells of them already.";
    let mut problem = Problem::new(StatusCode::CONFLICT, words::elsewhere(elsewhere))
        .headed(Heading::There)
        .next(insist);
    problem.faults = vec![Fault::new("other_devices", insist)];
    problem
}

/// That organisations above or below tell of some devices already, and how to insist.
fn twice(related: &[Related]) -> Problem {
    let insist = "Tick that they are other devices (`other_devices=yes`), or leave them out of \
                  the export of one of the two organisations.";
    let mut problem = Problem::new(StatusCode::CONFLICT, words::related(related))
        .headed(Heading::There)
        .next(insist);
    problem.faults = vec![Fault::new("other_devices", insist)];
    problem
}

/// That sister organisations have some of the devices, and how to say what becomes of them.
fn sistered(sisters: &[Sister]) -> Problem {
    let insist = "Tick that they moved (`move_here=yes`), or that they are other devices \
                  (`other_devices=yes`).";
    let mut problem = Problem::new(StatusCode::CONFLICT, words::sisters(sisters))
        .headed(Heading::There)
        .next(insist);
    problem.faults = vec![Fault::new("move_here", insist)];
    problem
}

/// That an export names devices which went to other organisations, and how to insist.
fn went(away: &[OneAway]) -> Problem {
    let insist = "Tick that their rows are left out (`leave_out=yes`), or move those that are \
                  back on their pages first.";
    let mut problem = Problem::new(StatusCode::CONFLICT, words::away(away))
        .headed(Heading::There)
        .next(insist);
    problem.faults = vec![Fault::new("leave_out", insist)];
    problem
}

/// That most devices would be missing, and how to insist.
fn fewer(most: &MostMissing) -> Problem {
    let insist = "Tick that they are gone (`most_missing=yes`), or say which other asset \
                  system the file is from.";
    let mut problem = Problem::new(StatusCode::CONFLICT, words::most_missing(most))
        .headed(Heading::There)
        .next(insist);
    problem.faults = vec![Fault::new("most_missing", insist)];
    problem
}

/// That devices may be known under another number, and how to insist.
fn renamed(devices: &Renamed) -> Problem {
    let insist = "Give them the numbers under which they are known, or tick that they begin \
                  anew (`begin_anew=yes`).";
    let mut problem = Problem::new(StatusCode::CONFLICT, words::renamed(devices))
        .headed(Heading::There)
        .next(insist);
    problem.faults = vec![Fault::new("begin_anew", insist)];
    problem
}

impl From<ExportError> for Problem {
    fn from(error: ExportError) -> Self {
        match error {
            ExportError::Store(error) => error.into(),
            ExportError::Unwritable(refused) => {
                let wrong = StatusCode::UNPROCESSABLE_ENTITY;
                Self::new(wrong, sentence(&refused.to_string()))
                    .next("Take the devices as CSV instead.")
            }
            ExportError::Written(_) | ExportError::CutShort(_) => {
                Self::ours(causes(&error))
            }
        }
    }
}

fn gone(error: &dyn Error) -> Problem {
    Problem::new(StatusCode::GONE, sentence(&error.to_string()))
}

fn missing(error: &dyn Error) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, sentence(&error.to_string()))
        .next("Fill it in, then send the form again.")
}

/// An error's words as a sentence on a page.
pub(crate) fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let Some(first) = letters.next() else { return String::new() };
    let rest = letters.as_str();
    let stop = if rest.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{}{rest}{stop}", first.to_uppercase())
}
