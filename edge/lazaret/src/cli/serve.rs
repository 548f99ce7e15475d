//! `lazaret serve`: the server.

mod place;
mod sign_in;
mod tls;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, bail};
use courier::{Inside, NoSmtp, Post, Proxy, Reach, Smtp};
use feeds::Connection;
use jiff::SignedDuration;
use oidc::Provider;
use operations::digest::{Mailing, schedule};
use operations::feed::{Subscription, follow, follow_none};
use operations::log::{Level, Log};
use operations::posture::keep_noted;
use operations::purchase::keep_watched;
use operations::setting::Setting;
use operations::{App, first_run, judging, send, work};
use place::{Address, pairs, reserved, said, unheard};
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::watch;
use web::tls::Tls;
use web::{House, Transport};

use super::house::{Memory, Opening, runtime};
use super::{Failure, Outcome, configuration};
use crate::output::log::Form;
use crate::render;

#[derive(clap::Args)]
#[command(after_help = HELP)]
pub(crate) struct Arguments {
    #[command(flatten)]
    memory: Memory,
    /// Where to listen
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// The index of advisories to judge with, as `lazaret feed build` makes it; it is copied
    /// into the data folder. Without it, the one that is in use stays
    #[arg(long, value_name = "FILE")]
    index: Option<PathBuf>,
    /// The list of feeds that this node follows (`lazaret feed sync --example` prints one);
    /// without it nothing is fetched. What an index says that is in use already stays, until a
    /// feed says it as new
    #[arg(long, value_name = "FILE", conflicts_with = "index")]
    feeds: Option<PathBuf>,
    /// After how many days pages call what is known of advisories old: since a feed answered
    /// last, or where none is followed since the newest change in the index
    #[arg(long, value_name = "DAYS", default_value_t = 7,
          value_parser = clap::value_parser!(u16).range(1..))]
    advisories_old_after: u16,
    /// Certificates (PEM) of your own authority, for feeds behind a proxy that opens TLS, for
    /// receivers inside and for an identity provider of the house
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,
    /// A proxy in front speaks TLS: cookies are sent over TLS only, and any address may be
    /// listened on
    #[arg(long)]
    behind_tls: bool,
    #[command(flatten)]
    tls: tls::OwnTls,
    /// Under which address people reach the house, as `https://lazaret.hospital.example`: links
    /// in messages begin with it, and an identity provider sends people back there
    #[arg(long, value_name = "URL")]
    address: Option<Address>,
    /// Machines inside that webhooks may reach: a network as `10.1.0.0/16`, an address, a name,
    /// or `*.hospital.example`; without it they reach public machines alone
    #[arg(long, value_name = "WHERE")]
    webhooks_to: Vec<Inside>,
    /// The proxy by which webhooks reach public machines, as `http://proxy.hospital.example:3128`
    /// or `http://user@…`; machines inside are reached without it
    #[arg(long, value_name = "URL")]
    webhooks_proxy: Option<Proxy>,
    /// The file with the password for that proxy
    #[arg(long, value_name = "FILE", requires = "webhooks_proxy")]
    webhooks_proxy_password_file: Option<PathBuf>,
    #[command(flatten)]
    sign_in: sign_in::SignIn,
    /// The mail server that takes digests: `smtps://user@mail.hospital.example` (TLS),
    /// `smtp://…:587` (STARTTLS) or `smtp+plain://127.0.0.1:25` (in the clear); without it no
    /// mail is sent
    // Hidden where values are shown, for whoever writes a password into it all the same.
    #[arg(long, value_name = "URL", requires = "mail_from", hide_default_value = true)]
    smtp: Option<String>,
    /// The file with the password for the mail server
    #[arg(long, value_name = "FILE", requires = "smtp")]
    smtp_password_file: Option<PathBuf>,
    /// Who mails come from, as `Lazaret <lazaret@hospital.example>`
    #[arg(long, value_name = "SENDER")]
    mail_from: Option<String>,
    /// Where Prometheus asks for `/metrics`, in the clear and without a password: an address that
    /// nobody else reaches, such as 127.0.0.1:9464
    #[arg(long, value_name = "ADDRESS")]
    metrics_listen: Option<SocketAddr>,
    /// How the log looks, on standard error: `json` is one object on a line
    #[arg(long, value_enum, value_name = "FORM", default_value_t = Form::Text)]
    log: Form,
    /// How much the log says: `info` has a line for each request and job
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t = LogLevel::Warn)]
    log_level: LogLevel,
    /// Print every setting with its value and where that came from, secrets hidden, and end;
    /// `=example` prints a file of settings to begin with
    #[arg(
        long,
        value_name = "WHAT",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "values",
        help_heading = "Configuration"
    )]
    print_config: Option<Printed>,
    /// What it runs with, as it was found.
    #[arg(skip)]
    pub(super) settings: Vec<Setting>,
}

/// How much the log says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum LogLevel {
    Error,
    Warn,
    Info,
    Debug,
}

impl From<LogLevel> for Level {
    fn from(level: LogLevel) -> Self {
        match level {
            LogLevel::Error => Self::Error,
            LogLevel::Warn => Self::Warn,
            LogLevel::Info => Self::Info,
            LogLevel::Debug => Self::Debug,
        }
    }
}

/// What is printed of the settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Printed {
    Values,
    Example,
}

const HELP: &str = "\
At the first start a root key is made: everything personal is sealed under it. Without the
file nobody can read it again, so keep a copy, and never beside a copy of the data.
A house in which nobody lives yet prints a link; whoever opens it becomes administrator.";

pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    if let Some(what) = arguments.print_config {
        render::data(&match what {
            Printed::Values => configuration::printed(&arguments.settings),
            Printed::Example => configuration::example(&[]),
        })?;
        return Ok(Outcome::Nothing);
    }
    pairs(&arguments.settings)?;
    render::set_log(arguments.log, arguments.log_level.into());
    let is_tls = arguments.behind_tls || arguments.tls.are_set();
    let transport = match (is_tls, arguments.listen.ip().is_loopback()) {
        (true, _) => Transport::Tls,
        (false, true) => Transport::Loopback,
        (false, false) => bail!(
            "passwords would cross the network in the clear on {}; name a certificate with \
             `--tls-certificate` and `--tls-key`, let one be made with `--tls-self-made HOST`, \
             put a proxy that speaks TLS in front and say `--behind-tls`, or listen on 127.0.0.1",
            arguments.listen
        ),
    };
    let runtime = runtime()?;
    let outcome = runtime.block_on(serve(arguments, transport));
    // Arithmetic that nobody waits for any more ends with the program.
    runtime.shutdown_timeout(Duration::from_secs(1));
    outcome
}

/// What is found out of the settings before anything is made: what is wrong leaves neither a
/// key nor a folder behind.
struct Settled {
    socket: TcpSocket,
    metrics: Option<TcpSocket>,
    post: Post,
    smtp: Option<Smtp>,
    subscription: Option<Subscription>,
    tls: Option<Tls>,
    provider: Option<Provider>,
    /// Where people reach the house, as far as it knows.
    home: String,
}

impl Settled {
    fn of(arguments: &Arguments) -> Result<Self, Failure> {
        let said = |name: &'static str| move || said(&arguments.settings, name);
        let authorities =
            authorities(arguments.ca_file.as_deref()).with_context(said("ca-file"))?;
        let subscription = match &arguments.feeds {
            None => None,
            Some(list) => {
                let read = subscription(list, authorities.clone());
                Some(read.with_context(said("feeds"))?)
            }
        };
        let post = post(arguments, &authorities)
            .with_context(said("webhooks-proxy-password-file"))?;
        let smtp = smtp(arguments, &authorities)?;
        let tls = arguments.tls.named().with_context(said("tls-certificate"))?;
        let socket = reserved(arguments.listen, LISTEN).with_context(said(LISTEN))?;
        let metrics = arguments
            .metrics_listen
            .map(|address| reserved(address, METRICS))
            .transpose();
        let metrics = metrics.with_context(said(METRICS))?;
        let home = arguments.reached(socket.local_addr()?);
        let provider = arguments.sign_in.provider(&home, authorities);
        let provider = provider.with_context(said("oidc-issuer"))?;
        Ok(Self { socket, metrics, post, smtp, subscription, tls, provider, home })
    }
}

/// How many may wait to be answered at once.
const BACKLOG: u32 = 1024;
/// The settings that name where the server listens.
const LISTEN: &str = "listen";
const METRICS: &str = "metrics-listen";

async fn serve(arguments: &Arguments, transport: Transport) -> Result<Outcome, Failure> {
    // Listened for before anything is said, so that whoever reads it can end us at once.
    let end = end()?;
    let settled = Settled::of(arguments)?;
    if let Some(index) = arguments.index.as_deref().filter(|index| !index.is_file()) {
        // Before a house is made that nobody asked for.
        bail!(
            "{}: there is no such index; `lazaret feed build` makes one",
            index.display()
        );
    }
    let app = arguments.memory.open(Opening::New).await?;
    let app = app.running_with(arguments.settings.clone()).sending(settled.post);
    let old_after =
        SignedDuration::from_hours(24 * i64::from(arguments.advisories_old_after));
    let app = app.old_after(old_after);
    let app = match settled.smtp {
        None => app,
        Some(smtp) => app.mailing(Mailing { smtp, compose: web::compose }),
    };
    let app = match &arguments.address {
        None => app,
        Some(address) => app.reached_at(address.as_str()),
    };
    let app = match settled.subscription {
        None => app,
        Some(subscription) => app.following(subscription),
    };
    put_in_use(&app, arguments.index.as_deref()).await?;
    let listener = settled.socket.listen(BACKLOG).map_err(|error| {
        unheard(error, arguments.listen, LISTEN)
            .context(said(&arguments.settings, LISTEN))
    })?;
    let tls = match settled.tls {
        Some(tls) => Some(tls),
        None => arguments.tls.self_made(&app.data)?,
    };
    let app = match settled.provider {
        None => app,
        Some(provider) => app.trusting(provider),
    };
    let app = arguments.sign_in.grant(app).await?;
    let home = settled.home;
    match home.as_str() {
        "" => render::talk(&format!("serving behind a proxy on {}", arguments.listen)),
        home => render::talk(&format!("serving {home}")),
    }
    if let Some(socket) = settled.metrics {
        let address = socket.local_addr()?;
        let listener = socket.listen(BACKLOG).map_err(|error| {
            unheard(error, address, METRICS).context(said(&arguments.settings, METRICS))
        })?;
        render::talk(&format!("metrics: http://{}/metrics", listener.local_addr()?));
        tokio::spawn(web::serve_metrics(app.clone(), listener, std::future::pending()));
    }
    if let Some(secret) = first_run::offer(&app).await? {
        render::talk(&invitation(&home, &secret));
    }
    let store = app.store.clone();
    answer_and_work(app, transport, listener, tls, end).await?;
    store.close().await;
    render::talk("stopped");
    Ok(Outcome::Nothing)
}

/// What is said of the link that sets a house up.
fn invitation(home: &str, secret: &str) -> String {
    let where_to = match home {
        "" => {
            "open this path once, behind the address under which people reach the proxy, to set \
             up the house (24 hours); with `--address` the whole link is printed"
        }
        _ => "open this once to set up the house (24 hours)",
    };
    format!("nobody lives here yet; {where_to}:\n  {home}/first-run/{secret}")
}

impl Arguments {
    /// Where the server is reached, as far as it knows: nothing where a proxy stands in front,
    /// whose name nobody has said.
    fn reached(&self, address: SocketAddr) -> String {
        if let Some(url) = &self.address {
            return url.as_str().trim_end_matches('/').to_owned();
        }
        let scheme = if self.tls.are_set() { "https" } else { "http" };
        match self.tls.host() {
            _ if self.behind_tls => String::new(),
            Some(host) => format!("{scheme}://{host}:{}", address.port()),
            None => format!("{scheme}://{address}"),
        }
    }
}

/// Puts the index in use, or says that none is.
async fn put_in_use(app: &App, index: Option<&Path>) -> Result<(), Failure> {
    if let Some(index) = index {
        let number = judging::use_index(app, index).await?;
        follow_none(app).await?;
        let index = index.display();
        render::talk(&format!("judging with {index} (generation {number})"));
        return Ok(());
    }
    judging::share_index(app).await?;
    if app.subscription.is_none() && app.store.generation().await?.is_none() {
        render::talk(
            "warning: no index of advisories is in use, so nothing is judged; build one with \
             `lazaret feed build` and name it with `--index`, or follow feeds with `--feeds`",
        );
    }
    Ok(())
}

/// The feeds of a list.
fn subscription(list: &Path, authorities: Vec<u8>) -> Result<Subscription, Failure> {
    let named = || list.display().to_string();
    let text = std::fs::read_to_string(list).with_context(named)?;
    let feeds = feeds::read_feeds(&text).with_context(named)?;
    Ok(Subscription::new(feeds, Connection { authorities, ..Connection::default() }))
}

/// The certificates of one's own authority.
fn authorities(file: Option<&Path>) -> Result<Vec<u8>, Failure> {
    match file {
        None => Ok(Vec::new()),
        Some(file) => std::fs::read(file).with_context(|| file.display().to_string()),
    }
}

/// What sends messages to webhooks.
fn post(arguments: &Arguments, authorities: &[u8]) -> Result<Post, Failure> {
    let reach = Reach::new(arguments.webhooks_to.clone());
    let post = Post::new(reach, authorities.to_vec());
    let Some(proxy) = &arguments.webhooks_proxy else { return Ok(post) };
    let proxy = match &arguments.webhooks_proxy_password_file {
        None => proxy.clone(),
        Some(file) => proxy.clone().with_password(&password(file)?),
    };
    Ok(post.through(proxy))
}

/// The password in a file.
fn password(file: &Path) -> Result<String, Failure> {
    let text =
        std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    Ok(text.trim_end().to_owned())
}

/// What hands mail to the mail server, where one is named.
fn smtp(arguments: &Arguments, authorities: &[u8]) -> Result<Option<Smtp>, Failure> {
    let said = |name: &'static str| said(&arguments.settings, name);
    let Some(server) = &arguments.smtp else { return Ok(None) };
    if arguments.address.is_none() {
        bail!(
            "{}: mails hold links: say with `--address` under which address people reach the house",
            said("smtp")
        );
    }
    let password = arguments.smtp_password_file.as_deref().map(password).transpose();
    let password = password.with_context(|| said("smtp-password-file"))?;
    let Some(from) = arguments.mail_from.as_deref() else {
        bail!(
            "{}: mails come from somebody: say with `--mail-from` from whom",
            said("smtp")
        );
    };
    let smtp = Smtp::new(server, password.as_deref(), from, authorities);
    Ok(Some(smtp.map_err(|fault| {
        let name = match &fault {
            NoSmtp::Sender(_) => "mail-from",
            NoSmtp::Unguarded | NoSmtp::Server(_) | NoSmtp::PasswordInAddress => "smtp",
            NoSmtp::Tls(_) if arguments.ca_file.is_some() => "ca-file",
            NoSmtp::Tls(_) => "smtp",
        };
        Failure::from(fault).context(said(name))
    })?))
}

/// How long answers that are under way may take once the server is told to end.
const FAREWELL: Duration = Duration::from_secs(20);

/// Answers whoever comes, and does the jobs of this node, until `end`; then finishes what is
/// under way, and lays the job at hand down.
pub(super) async fn answer_and_work(
    app: App,
    transport: Transport,
    listener: TcpListener,
    tls: Option<Tls>,
    end: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Failure> {
    let (ending, ended) = watch::channel(());
    let over = |mut ended: watch::Receiver<()>| async move {
        // Nobody ever sends: it is over when the other side is gone.
        ended.changed().await.ok();
    };
    let owner = format!("{} {}", listener.local_addr()?, std::process::id());
    let app = app.logging(Log::new(render::log));
    // What fails is a line of the log.
    let house = House::new(app.clone(), transport, |_| {});
    tokio::spawn(prepare(app.clone()));
    tokio::spawn(seal(app.clone()));
    tokio::spawn(list(app.clone()));
    let following = follow(app.clone(), warns(&app.log, "feeds"), over(ended.clone()));
    let following = tokio::spawn(following);
    let scheduling =
        schedule(app.clone(), warns(&app.log, "digests"), over(ended.clone()));
    let scheduling = tokio::spawn(scheduling);
    let noting = keep_noted(app.clone(), warns(&app.log, "posture"), over(ended.clone()));
    let noting = tokio::spawn(noting);
    let watching =
        keep_watched(app.clone(), warns(&app.log, "purchases"), over(ended.clone()));
    let watching = tokio::spawn(watching);
    let fetching = judging::keep_current(app.clone(), over(ended.clone()));
    let fetching = tokio::spawn(fetching);
    let sending = send(app.clone(), owner.clone(), over(ended.clone()));
    let sending = tokio::spawn(sending);
    let working = work(app, owner, over(ended.clone()));
    let working = tokio::spawn(working);
    let until = over(ended.clone());
    let serving = async move {
        match tls {
            None => web::serve(house, listener, until).await,
            Some(tls) => web::serve_tls(house, listener, tls, until).await,
        }
    };
    let late = async move {
        end.await;
        drop(ending);
        tokio::time::sleep(FAREWELL).await;
    };
    let served = tokio::select! {
        served = serving => served,
        () = late => Ok(()),
    };
    // Where the socket failed nobody said that it is over: by now the other side is gone.
    working.await?;
    sending.await?;
    scheduling.await?;
    noting.await?;
    watching.await?;
    following.await?;
    fetching.await?;
    Ok(served?)
}

/// What warns of something in the log.
fn warns(log: &Log, what: &'static str) -> impl Fn(&str) + Send + use<> {
    let log = log.clone();
    move |text: &str| log.say(Level::Warn, what, &[("text", text.into())])
}

/// Makes the lists of devices ahead, so that whoever asks first does not wait.
async fn prepare(app: App) {
    if let Err(error) = operations::fleet::prepare(&app).await {
        render::talk(&format!(
            "warning: the lists of devices were not made ahead: {error}"
        ));
    }
}

/// Seals what an older version kept in the clear.
async fn seal(app: App) {
    if let Err(error) = operations::sealing::seal(&app).await {
        let text = error.to_string();
        app.log.say(Level::Warn, "sealing", &[("text", text.as_str().into())]);
    }
}

/// Reads what SBOMs list that an older version took in.
async fn list(app: App) {
    if let Err(error) = operations::bills::list_all(&app).await {
        let text = error.to_string();
        app.log.say(Level::Warn, "listing", &[("text", text.as_str().into())]);
    }
}

/// Ends when whoever runs the server says so.
pub(super) fn end() -> std::io::Result<impl Future<Output = ()> + Send + 'static> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        Ok(async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        })
    }
    #[cfg(not(unix))]
    Ok(async {
        tokio::signal::ctrl_c().await.ok();
    })
}
