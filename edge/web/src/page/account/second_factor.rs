//! One's own second factor: set up, its recovery codes, and taken away.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use operations::Actor;
use operations::second_factor::{self, Offer, SecondFactorError};
use qrcodegen::{QrCode, QrCodeEcc};
use serde::{Deserialize, Serialize};

use crate::House;
use crate::access::By;
use crate::face::{Face, Show};
use crate::field::{Fault, Faults, Field, Holds, Rendered};
use crate::form::Typed;
use crate::problem::{Problem, sentence};

/// What is typed.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Form {
    secret: String,
    code: String,
}

#[derive(Template, Serialize)]
#[template(path = "account/second_factor.html")]
struct Page {
    sentence: &'static str,
    is_set_up: bool,
    recovery_codes: i64,
    #[serde(skip)]
    form_token: String,
    #[serde(skip)]
    faults: Faults,
    /// Where there is none yet.
    #[serde(skip)]
    setting_up: Option<SettingUp>,
}

/// What is needed to set one up.
struct SettingUp {
    secret: String,
    groups: String,
    picture: Rendered,
    code: Field,
}

impl Show for Page {
    fn title(&self) -> String {
        "Your second factor".to_owned()
    }
}

/// Recovery codes. They are shown once.
#[derive(Template, Serialize)]
#[template(path = "account/recovery_codes.html")]
struct Codes {
    codes: Vec<String>,
}

impl Show for Codes {
    fn title(&self) -> String {
        "Your recovery codes".to_owned()
    }
}

/// `GET /account/second-factor`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
) -> Result<Response, Problem> {
    let shown = page(&house, &by, "", None).await?;
    face.show(&shown)
}

/// `POST /account/second-factor`: sets it up.
pub(crate) async fn set_up(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Typed(form): Typed<Form>,
) -> Result<Response, Problem> {
    match second_factor::set_up(&house.app, &by, &form.secret, &form.code).await {
        Ok(codes) => face.show(&Codes { codes }),
        Err(SecondFactorError::Wrong) => {
            let fault =
                "This code does not fit. Check that the clock of your phone is right.";
            let problem = Problem::wrong_fields(vec![Fault::new("code", fault)]);
            let shown = page(&house, &by, &form.secret, Some(&problem)).await?;
            face.again(&shown, problem)
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /account/second-factor/codes`: new recovery codes.
pub(crate) async fn renew(
    face: Face,
    State(house): State<House>,
    By(by): By,
) -> Result<Response, Problem> {
    let codes = second_factor::renew_codes(&house.app, &by).await?;
    face.show(&Codes { codes })
}

/// `POST /account/second-factor/taken-away`.
pub(crate) async fn take_away(
    face: Face,
    State(house): State<House>,
    By(by): By,
) -> Result<Response, Problem> {
    second_factor::drop_own(&house.app, &by).await?;
    Ok(face.done("/account"))
}

async fn page(
    house: &House,
    by: &Actor,
    secret: &str,
    problem: Option<&Problem>,
) -> Result<Page, Problem> {
    let store = &house.app.store;
    let is_set_up = store.person(by.head, by.person).await?.totp.is_some();
    let faults = problem.map(|problem| problem.faults.as_slice()).unwrap_or_default();
    let setting_up = match (is_set_up, secret) {
        (true, _) => None,
        (false, "") => {
            Some(SettingUp::new(second_factor::offer(&house.app, by).await?, faults))
        }
        // The app holds it already.
        (false, secret) => {
            let offer = second_factor::offer_again(&house.app, by, secret).await?;
            Some(SettingUp::new(offer, faults))
        }
    };
    let sentence = match (is_set_up, by.owes_second_factor) {
        (true, _) => "You sign in with your password and a code from your app.",
        (false, true) => {
            "Your organisation asks for a second factor. Set it up, then go on."
        }
        (false, false) => {
            "You sign in with your password alone. A second factor keeps others out who learn it."
        }
    };
    Ok(Page {
        sentence,
        is_set_up,
        recovery_codes: store.recovery_codes(by.head, by.person).await?,
        form_token: by.form_token.clone(),
        faults: problem.map_or_else(Faults::none, Faults::of),
        setting_up,
    })
}

impl SettingUp {
    fn new(offer: Offer, faults: &[Fault]) -> Self {
        let letters: Vec<char> = offer.secret.chars().collect();
        let groups: Vec<String> =
            letters.chunks(4).map(|group| group.iter().collect()).collect();
        Self {
            groups: groups.join(" "),
            picture: picture(&offer.link),
            code: Field::new("code", "Code from the app", Holds::Code)
                .hint("Six digits.")
                .judged(faults),
            secret: offer.secret,
        }
    }
}

/// How many modules stay white around a picture: ISO/IEC 18004 §6.3.8.
const MARGIN: i32 = 4;

/// A QR code as a drawing. It holds digits and letters of ours alone.
fn picture(text: &str) -> Rendered {
    let Ok(code) = QrCode::encode_text(text, QrCodeEcc::Medium) else {
        return Rendered::default();
    };
    let size = code.size();
    let dark = (0..size)
        .flat_map(|y| (0..size).map(move |x| (x, y)))
        .filter(|(x, y)| code.get_module(*x, *y));
    let path: String =
        dark.map(|(x, y)| format!("M{} {}h1v1h-1z", x + MARGIN, y + MARGIN)).collect();
    let whole = size + 2 * MARGIN;
    Rendered(format!(
        "<svg class=\"qr\" role=\"img\" aria-label=\"The secret as a QR code\" \
         viewBox=\"0 0 {whole} {whole}\" shape-rendering=\"crispEdges\">\
         <rect width=\"{whole}\" height=\"{whole}\" fill=\"#fff\"/>\
         <path fill=\"#000\" d=\"{path}\"/></svg>"
    ))
}

impl From<SecondFactorError> for Problem {
    fn from(error: SecondFactorError) -> Self {
        use axum::http::StatusCode;
        let told = sentence(&error.to_string());
        match error {
            SecondFactorError::Wrong => {
                Self::wrong_fields(vec![Fault::new("code", told)])
            }
            SecondFactorError::Unconfirmed => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, told).next("Try again.")
            }
            SecondFactorError::Late => Self::new(StatusCode::GONE, told),
            SecondFactorError::Secret => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, told)
                    .next("Open the page again, and begin with the new picture.")
            }
            SecondFactorError::State(_) => Self::new(StatusCode::CONFLICT, told),
            SecondFactorError::Unwarned => Self::new(StatusCode::CONFLICT, told)
                .next("Set up your own first; or send `heard` as `yes`."),
            SecondFactorError::NotInPerson => Self::in_person(),
            SecondFactorError::NoRandomness => Self::ours(told),
            SecondFactorError::People(error) => error.into(),
            SecondFactorError::Password(error) => error.into(),
            SecondFactorError::Store(error) => error.into(),
        }
    }
}
