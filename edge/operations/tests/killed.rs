//! Nodes that are killed (`kill -9`) at random points: no fact is lost, doubled or
//! half-written, on both databases; what is sent arrives, and a repeat is known by its id; an
//! index is whole or not there; and of two nodes on one database each job ends once.
//!
//! A node is this test's own program, started again with the words of its house. How often it
//! is killed says `LAZARET_KILLS` (10 where it does not).

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test starts and kills programs, and fails loudly"
)]

mod corpus;
mod databases;
mod house;
mod mail_server;
mod receivers;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use corpus::{corpus, gold, on_both_with_corpus};
use courier::{Post, Reach, Smtp};
use databases::{Fresh, on_postgres};
use house::{House, built, deliver};
use jiff::{SignedDuration, Timestamp};
use mail_server::MailServer;
use operations::digest::{Brief, Composed, Composing, Mailing};
use operations::judging::{fetch_index, use_index};
use operations::webhook::{self, Event, Wish};
use operations::{App, work_off};
use receivers::Receiver;
use sqlx::Connection as _;
use store::{
    Act, DigestFate, Fate, NewPerson, Noun, Often, Progress, RootKey, Scope, Store,
};

/// What a node is told of its house.
const URL: &str = "LAZARET_KILLED_URL";
const KEY: &str = "LAZARET_KILLED_KEY";
const FOLDER: &str = "LAZARET_KILLED_FOLDER";
/// By how many seconds its clock is ahead: what a dead node held is free at once.
const CLOCK: &str = "LAZARET_KILLED_CLOCK";
/// What it does: `work`, `fetch`, or the index that it puts in use.
const TASK: &str = "LAZARET_KILLED_TASK";
/// The mail server, where it sends mail.
const MAIL: &str = "LAZARET_KILLED_MAIL";

static AHEAD: AtomicI64 = AtomicI64::new(0);

fn ahead() -> Timestamp {
    Timestamp::now() + SignedDuration::from_secs(AHEAD.load(Ordering::SeqCst))
}

/// A clock at which no job is any longer a node's that has had it until now: longer than one is
/// without word from it.
fn later() -> i64 {
    AHEAD.fetch_add(60, Ordering::SeqCst) + 60
}

/// What a node is called among those who take jobs.
fn called(process: u32) -> String {
    format!("node {process}")
}

/// A node: does what waits, and ends. It is no test by itself.
#[test]
#[ignore = "started by the tests of this file as a program of its own"]
fn node() {
    let told = |name| std::env::var(name).ok();
    let (Some(url), Some(key), Some(folder)) = (told(URL), told(KEY), told(FOLDER))
    else {
        return;
    };
    AHEAD.store(told(CLOCK).unwrap().parse().unwrap(), Ordering::SeqCst);
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let root = RootKey::from_text(&key).unwrap();
        let store = Store::open(&url, &root).await.unwrap();
        let app = equipped(App::new(store, Path::new(&folder), ahead), told(MAIL));
        println!("\nat work");
        match told(TASK).as_deref() {
            None | Some("work") => {}
            Some("fetch") => return fetch_index(&app).await.unwrap(),
            Some(index) => {
                use_index(&app, Path::new(index)).await.unwrap();
                return;
            }
        }
        let faults = work_off(&app, &called(std::process::id())).await;
        // A node that was too slow has lost its job to the other one, which is no fault.
        let faults: Vec<String> = faults
            .unwrap()
            .into_iter()
            .filter(|fault| !fault.contains("another node has taken this job"))
            .collect();
        assert_eq!(faults, Vec::<String>::new());
    });
}

/// The same, sending to this machine.
fn equipped(app: App, mail: Option<String>) -> App {
    let reach = Reach::new(vec!["127.0.0.0/8".parse().unwrap()]);
    let app = app.sending(Post::new(reach, Vec::new()));
    let Some(server) = mail else { return app };
    let smtp = Smtp::new(&server, None, "Lazaret <house@hospital.example>", &[]).unwrap();
    app.mailing(Mailing { smtp, compose })
}

fn compose(_: App, brief: Brief) -> Composing {
    let subject = format!("What is due on {}", brief.day);
    let (text, page) = ("One thing.".to_owned(), "<p>One thing.</p>".to_owned());
    Box::pin(async move { Ok(Some(Composed { subject, text, page })) })
}

/// A house whose nodes are killed.
struct Nodes {
    house: House,
    /// The mail server of its nodes.
    mail: Option<String>,
}

impl Deref for Nodes {
    type Target = House;

    fn deref(&self) -> &House {
        &self.house
    }
}

impl Nodes {
    async fn at(fresh: Fresh) -> Self {
        Self::mailing(fresh, None).await
    }

    async fn mailing(fresh: Fresh, mail: Option<String>) -> Self {
        let make =
            |store, data: &Path| equipped(App::new(store, data, ahead), mail.clone());
        let house = House::made(fresh, make).await;
        Self { house, mail }
    }

    /// Starts a node, and waits until it is at work.
    fn node(&self) -> Child {
        self.node_at(self.folder.path(), "work")
    }

    /// The same with a data folder and a task of its own.
    fn node_at(&self, folder: &Path, task: &str) -> Child {
        self.node_by(later(), folder, task)
    }

    /// Two nodes at work by the same clock.
    fn two(&self) -> [Child; 2] {
        let clock = later();
        [clock; 2].map(|clock| self.node_by(clock, self.folder.path(), "work"))
    }

    fn node_by(&self, clock: i64, folder: &Path, task: &str) -> Child {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "node", "--ignored", "--nocapture"])
            .env(URL, &self.fresh.url)
            .env(KEY, &*self.fresh.root.to_text())
            .env(FOLDER, folder)
            .env(TASK, task)
            .envs(self.mail.as_ref().map(|server| (MAIL, server)))
            .env(CLOCK, clock.to_string())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        assert!(lines.any(|line| line.unwrap() == "at work"));
        // What it says besides is read, so that it never waits to say it.
        std::thread::spawn(move || lines.for_each(drop));
        child
    }

    /// Lets a node do what waits; how long it took.
    fn undisturbed(&self) -> Duration {
        let begin = Instant::now();
        assert!(self.node().wait().unwrap().success());
        begin.elapsed()
    }

    /// Starts a node, kills it somewhere within `whole`, and lets another end the work;
    /// whether the first was killed before it ended by itself.
    fn killed(&self, whole: Duration) -> bool {
        let mut child = self.node();
        std::thread::sleep(whole.mul_f64(chance()));
        let met = child.try_wait().unwrap().is_none();
        child.kill().ok();
        child.wait().unwrap();
        self.undisturbed();
        met
    }

    /// Starts a node with a task, and kills it somewhere within `whole`; whether it was killed
    /// before it ended by itself.
    fn killed_at(&self, folder: &Path, task: &str, whole: Duration) -> bool {
        let mut child = self.node_at(folder, task);
        std::thread::sleep(whole.mul_f64(chance()));
        let met = child.try_wait().unwrap().is_none();
        child.kill().ok();
        child.wait().unwrap();
        met
    }

    /// How long a node is at a task.
    fn time_of(&self, folder: &Path, task: &str) -> Duration {
        let mut child = self.node_at(folder, task);
        let begin = Instant::now();
        assert!(child.wait().unwrap().success(), "{task}");
        begin.elapsed()
    }

    async fn deliver(&self, bytes: Vec<u8>) -> i64 {
        deliver((&self.app, &self.ada), self.ada.head, "AIMS", bytes).await
    }

    /// Everything that is known, in words that no number of the database is in.
    async fn known(&self) -> Vec<String> {
        let head = self.ada.head;
        let scope = Scope::whole(head);
        let builds = self.app.store.configurations_since(head, 0).await.unwrap();
        let builds: BTreeMap<i64, String> =
            builds.into_iter().map(|one| (one.id, format!("{:?}", one.build))).collect();
        let mut all = Vec::new();
        for source in self.app.store.sources(&scope).await.unwrap() {
            let mut after = 0;
            loop {
                let page = self.app.store.devices_of_source(&scope, source.id, after);
                let page = page.await.unwrap();
                let Some(last) = page.last() else { break };
                after = last.id;
                all.extend(page.iter().map(|device| {
                    let build = builds.get(&device.configuration).unwrap();
                    format!("device {} of {build}", device.told.key)
                }));
            }
        }
        let judgements = self.app.store.judgements_since(head, 0).await.unwrap();
        let open = judgements.iter().filter(|one| one.closed.is_none());
        all.extend(open.map(|one| {
            let build = builds.get(&one.subject.configuration).unwrap();
            let about = (&one.subject.vulnerability, &one.subject.component);
            format!("{build} {about:?} {} {}", one.verdict, one.grounds)
        }));
        all.extend(builds.into_values());
        all.sort_unstable();
        all
    }

    /// The devices that are there, each with its build.
    async fn known_devices(&self) -> Vec<String> {
        let known = self.known().await;
        known.into_iter().filter(|line| line.starts_with("device ")).collect()
    }

    /// That the log is whole, and nothing waits.
    async fn is_sound(&self) {
        self.app.store.verify_log(self.ada.head).await.unwrap().unwrap();
        let waits = self.app.store.take_job("last", ahead()).await.unwrap();
        assert_eq!(waits, None);
    }
}

/// Between 0 and 1. Nobody chooses the moment at which a machine dies.
fn chance() -> f64 {
    let text = RootKey::make().unwrap().to_text();
    let digits: String =
        text.chars().filter(char::is_ascii_alphanumeric).take(8).collect();
    let number = digits.bytes().fold(0_u64, |all, byte| all * 64 + u64::from(byte % 64));
    number as f64 / 64_f64.powi(8)
}

/// How often nodes are killed.
fn kills() -> usize {
    std::env::var("LAZARET_KILLS").map_or(10, |number| number.parse().unwrap())
}

/// The gold inventory many times over, each device with a tag of its own; of each later
/// `round` some rows are gone and others of another release.
fn many(times: usize, round: usize) -> Vec<u8> {
    let text = std::fs::read_to_string(gold().unwrap()).unwrap();
    let mut lines = text.lines();
    let mut all = format!("{}\n", lines.next().unwrap());
    let rows: Vec<&str> = lines.collect();
    for time in 0..times {
        for (at, row) in rows.iter().enumerate() {
            let (tag, rest) = row.split_once(',').unwrap();
            match (at + time + round) % 17 {
                0 if round > 0 => {}
                1 if round > 0 => {
                    all.push_str(&format!("{tag}-{time},Acme,Pump,,{round}.{at}\n"));
                }
                _ => all.push_str(&format!("{tag}-{time},{rest}\n")),
            }
        }
    }
    all.into_bytes()
}

/// Advisories about devices, so many of the corpus.
fn index(folder: &Path, advisories: usize) -> PathBuf {
    let all = std::fs::read_dir(corpus().unwrap().join("csaf-icsma")).unwrap();
    let mut all: Vec<PathBuf> = all.map(|entry| entry.unwrap().path()).collect();
    all.sort();
    all.truncate(advisories);
    built(folder, "built.index", &all)
}

on_both_with_corpus!(imports_amid_which_nodes_die_are_whole, async |fresh: Fresh| {
    let whole = Nodes::at(Fresh::sqlite().await).await;
    let house = Nodes::at(fresh).await;
    let mut met = 0;
    let mut taken = Duration::from_secs(2);
    for round in 0..kills() {
        let bytes = many(12, round);
        whole.deliver(bytes.clone()).await;
        whole.work().await;
        let import = house.deliver(bytes).await;
        let begin = Instant::now();
        met += usize::from(house.killed(taken));
        taken = begin.elapsed() / 2;
        let scope = Scope::whole(house.ada.head);
        let import = house.app.store.import(&scope, import).await.unwrap();
        assert_eq!((import.progress, import.done), (Progress::Done, import.total));
    }
    assert!(met >= kills() / 4, "{met} of {} nodes were killed amid the work", kills());
    house.is_sound().await;
    assert_same(&house.known().await, &whole.known().await);
});

on_both_with_corpus!(
    judging_amid_which_nodes_die_ends_as_if_none_had,
    async |fresh: Fresh| {
        let whole = Nodes::at(Fresh::sqlite().await).await;
        let house = Nodes::at(fresh).await;
        for one in [&whole, &house] {
            one.deliver(many(1, 0)).await;
            one.work().await;
        }
        let mut met = 0;
        let mut taken = Duration::from_secs(2);
        for round in 0..kills() {
            // Nearly all advisories, or but a few.
            let advisories = if round % 2 == 0 { 220 } else { 20 + round };
            let index = index(house.folder.path(), advisories);
            use_index(&house.app, &index).await.unwrap();
            let begin = Instant::now();
            met += usize::from(house.killed(taken));
            taken = begin.elapsed() / 2;
            if round + 1 == kills() {
                use_index(&whole.app, &index).await.unwrap();
                whole.work().await;
            }
        }
        assert!(
            met >= kills() / 4,
            "{met} of {} nodes were killed amid the work",
            kills()
        );
        house.is_sound().await;
        assert_same(&house.known().await, &whole.known().await);
    }
);

/// That two houses know the same; of what differs the first few.
#[track_caller]
fn assert_same(one: &[String], other: &[String]) {
    let sets: [BTreeSet<&String>; 2] = [one, other].map(|all| all.iter().collect());
    let [own, whole] = &sets;
    let only: Vec<_> = own.symmetric_difference(whole).take(5).collect();
    assert!(only.is_empty() && one.len() == other.len(), "{only:#?}");
    assert!(one.len() > 100, "too little is known");
}

/// A job that a node held when it was killed: its number, and how often it was taken.
type Left = (i64, i64);

/// The jobs that a node took and has not ended.
async fn left_by(fresh: &Fresh, node: &str) -> Vec<Left> {
    let mut database = sqlx::PgConnection::connect(&fresh.url).await.unwrap();
    let sought = "SELECT id, fence FROM job WHERE state = 'waiting' AND owner = $1";
    sqlx::query_as(sought).bind(node).fetch_all(&mut database).await.unwrap()
}

/// That a job was taken by another node, and ended by it.
async fn assert_taken_over(fresh: &Fresh, (job, fence): Left, dead: &str) {
    let mut database = sqlx::PgConnection::connect(&fresh.url).await.unwrap();
    let sought = "SELECT state, owner, fence, ended FROM job WHERE id = $1";
    let found: (String, String, i64, Option<String>) =
        sqlx::query_as(sought).bind(job).fetch_one(&mut database).await.unwrap();
    let (state, owner, taken, ended) = found;
    assert_eq!((state.as_str(), ended.is_some()), ("done", true), "job {job}");
    assert!(owner != dead && taken > fence, "job {job}: {owner}, {taken} after {fence}");
}

/// Two nodes on one PostgreSQL, of which one is killed amid its jobs: each job ends once.
#[test]
fn of_two_nodes_one_dies_and_each_job_ends_once() {
    if corpus().is_none() {
        return;
    }
    on_postgres(async |fresh: Fresh| {
        let whole = Nodes::at(Fresh::sqlite().await).await;
        let house = Nodes::at(fresh).await;
        let (mut held, mut taken) = (0, Duration::from_secs(1));
        for round in 0..kills() {
            let index = index(house.folder.path(), 20 + round);
            let bytes = many(6, round);
            for one in [&whole, &house] {
                use_index(&one.app, &index).await.unwrap();
            }
            whole.deliver(bytes.clone()).await;
            whole.work().await;
            let import = house.deliver(bytes).await;
            let begin = Instant::now();
            let [mut one, mut other] = house.two();
            std::thread::sleep(taken.mul_f64(chance()));
            one.kill().ok();
            one.wait().unwrap();
            let dead = called(one.id());
            let left = left_by(&house.fresh, &dead).await;
            assert!(other.wait().unwrap().success());
            // What the dead one held is taken up when its time is over.
            house.undisturbed();
            taken = begin.elapsed() / 3;
            held += usize::from(!left.is_empty());
            for job in left {
                assert_taken_over(&house.fresh, job, &dead).await;
            }
            let scope = Scope::whole(house.ada.head);
            let found = house.app.store.import(&scope, import).await.unwrap();
            assert_eq!((found.progress, found.done), (Progress::Done, found.total));
        }
        assert!(held >= kills() / 4, "{held} of {} nodes held a job", kills());
        house.is_sound().await;
        assert_same(&house.known().await, &whole.known().await);
    });
}

on_both_with_corpus!(
    messages_amid_which_nodes_die_all_arrive_and_a_repeat_is_known_by_its_id,
    async |fresh: Fresh| {
        let receiver = Receiver::listen();
        let house = Nodes::at(fresh).await;
        let (head, wish) = (house.ada.head, Event::ALL);
        let wish = Wish { name: "SIEM", url: &receiver.url, events: &wish };
        let (hook, _) = webhook::make(&house.app, &house.ada, head, wish).await.unwrap();
        let (mut met, mut expected) = (0, BTreeSet::new());
        let mut taken = Duration::from_secs(1);
        for _ in 0..kills() {
            for _ in 0..40 {
                let message = webhook::test(&house.app, &house.ada, hook).await.unwrap();
                expected.insert(format!("msg_{head}_{message}"));
            }
            let begin = Instant::now();
            met += usize::from(house.killed(taken));
            taken = begin.elapsed() / 3;
        }
        assert!(met >= kills() / 4, "{met} of {} nodes were killed amid it", kills());
        let mut bodies: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (id, body) in receiver.take() {
            bodies.entry(id).or_default().insert(body);
        }
        assert_eq!(bodies.keys().cloned().collect::<BTreeSet<_>>(), expected);
        // Who gets a message twice gets the same twice.
        assert!(bodies.values().all(|bodies| bodies.len() == 1));
        let kept = house.app.store.webhook_messages(head, hook, i64::MAX, 10_000).await;
        let kept = kept.unwrap();
        assert_eq!(kept.len(), expected.len());
        for message in kept {
            assert_eq!((message.fate, message.attempts), (Fate::Taken, 1), "{message:?}");
        }
        house.is_sound().await;
    }
);

on_both_with_corpus!(digests_amid_which_nodes_die_all_go_out, async |fresh: Fresh| {
    let server = MailServer::listen();
    let house = Nodes::mailing(fresh, Some(server.url.clone())).await;
    let head = house.ada.head;
    let mut write = house.app.store.write(head, ahead()).await.unwrap();
    let mut people = Vec::new();
    for number in 0..20 {
        let address = format!("reader-{number}@hospital.example");
        let new = NewPerson { name: "Reader", address: &address, zone: "UTC" };
        let person = write.make_person(new).await.unwrap();
        write.choose_digest(person, Some(Often::Daily)).await.unwrap();
        people.push((person, address));
    }
    let (what, noun) = ("test", Noun::Person);
    write.commit(Act { by: 0, what, noun, id: 0, facts: Vec::new() }).await.unwrap();
    let (mut met, mut expected) = (0, BTreeMap::new());
    let mut taken = Duration::from_secs(1);
    for round in 0..kills() {
        let day = format!("2030-01-{:02}", round % 28 + 1);
        for (person, address) in &people {
            let queued = house.app.store.queue_digest(head, *person, &day, ahead());
            if queued.await.unwrap() {
                let id = format!("digest-{head}-{person}-{day}@hospital.example");
                expected.insert(id, address.clone());
            }
        }
        let begin = Instant::now();
        met += usize::from(house.killed(taken));
        taken = begin.elapsed() / 3;
        for (person, _) in &people {
            let newest = house.app.store.newest_digest(head, *person).await.unwrap();
            assert_eq!(newest.unwrap().fate, DigestFate::Sent);
        }
    }
    assert!(met >= kills() / 4, "{met} of {} nodes were killed amid it", kills());
    // A mail that comes twice has the same id, by which a mailbox shows it once.
    let got: BTreeMap<String, String> = server.take().into_iter().collect();
    assert_eq!(got, expected);
    house.is_sound().await;
});

#[test]
fn an_index_amid_whose_fetching_a_node_dies_is_whole_or_not_there() {
    if corpus().is_none() {
        return;
    }
    on_postgres(async |fresh: Fresh| {
        let house = Nodes::at(fresh).await;
        use_index(&house.app, &index(house.folder.path(), 220)).await.unwrap();
        let file = house.app.store.generation().await.unwrap().unwrap().file;
        let whole = std::fs::read(house.folder.path().join(&file)).unwrap();
        let first = tempfile::tempdir().unwrap();
        let mut taken = house.time_of(first.path(), "fetch");
        let mut met = 0;
        for _ in 0..kills() {
            let folder = tempfile::tempdir().unwrap();
            match house.killed_at(folder.path(), "fetch", taken) {
                true => met += 1,
                // It was measured on a busier machine.
                false => taken = taken.mul_f64(0.8),
            }
            if let Ok(bytes) = std::fs::read(folder.path().join(&file)) {
                assert!(bytes == whole, "half of an index has the name of one");
            }
            house.time_of(folder.path(), "fetch");
            assert!(std::fs::read(folder.path().join(&file)).unwrap() == whole);
        }
        assert!(met >= kills() / 4, "{met} of {} nodes were killed amid it", kills());
    });
}

#[test]
fn an_index_amid_whose_keeping_a_node_dies_is_in_use_and_kept_or_neither() {
    if corpus().is_none() {
        return;
    }
    on_postgres(async |fresh: Fresh| {
        let house = Nodes::at(fresh).await;
        use_index(&house.app, &index(house.folder.path(), 20)).await.unwrap();
        let mut taken = Duration::from_secs(1);
        let mut met = 0;
        for round in 0..kills() {
            let folder = tempfile::tempdir().unwrap();
            let built = index(folder.path(), 200 + round);
            let task = built.display().to_string();
            let begin = Instant::now();
            match house.killed_at(folder.path(), &task, taken) {
                true => met += 1,
                false => taken = taken.mul_f64(0.8),
            }
            // Whatever is in use now, a node that has nothing gets all of it.
            let other = tempfile::tempdir().unwrap();
            house.time_of(other.path(), "fetch");
            let store = house.fresh.store.clone();
            let app = App::new(store, other.path(), ahead);
            assert!(app.advisories().await.unwrap().is_some());
            if round == 0 {
                taken = house.time_of(folder.path(), &task).min(begin.elapsed());
            }
        }
        assert!(met >= kills() / 4, "{met} of {} nodes were killed amid it", kills());
        let mut connection =
            sqlx::AnyConnection::connect(&house.fresh.url).await.unwrap();
        let stray = "SELECT COUNT(*) FROM index_chunk
                      WHERE NOT digest IN (SELECT digest FROM index_part)";
        let stray: i64 =
            sqlx::query_scalar(stray).fetch_one(&mut connection).await.unwrap();
        assert_eq!(stray, 0);
    });
}

on_both_with_corpus!(taking_back_amid_which_nodes_die_is_whole, async |fresh: Fresh| {
    use operations::inventory::{Wanted, take_back};

    let house = Nodes::at(fresh).await;
    house.deliver(many(12, 0)).await;
    house.work().await;
    let before = house.known_devices().await;
    let (mut met, mut taken) = (0, Duration::from_secs(2));
    for round in 1..=kills() {
        let wrong = house.deliver(many(12, round)).await;
        house.work().await;
        assert_ne!(house.known_devices().await, before);
        let wanted = Wanted::Import(wrong);
        let import = take_back(&house.app, &house.ada, wanted).await.unwrap();
        let begin = Instant::now();
        met += usize::from(house.killed(taken));
        taken = begin.elapsed() / 2;
        let scope = Scope::whole(house.ada.head);
        let import = house.app.store.import(&scope, import).await.unwrap();
        assert_eq!((import.progress, import.done), (Progress::Done, import.total));
        assert_same(&house.known_devices().await, &before);
    }
    assert!(met >= kills() / 4, "{met} of {} nodes were killed amid the work", kills());
    house.is_sound().await;
});
