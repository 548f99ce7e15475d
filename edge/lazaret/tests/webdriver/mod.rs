//! Chromium, spoken to over WebDriver (W3C Recommendation, 2018) by some lines of our own;
//! every page is examined by axe-core. With `LAZARET_TEST_SCREENSHOTS` naming a folder, a
//! picture of every page is left there, and what it is on paper.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// A process that ends with the test.
pub(crate) struct Running(pub(crate) Child);

impl Running {
    /// One that runs already.
    pub(crate) fn of(child: Child) -> Self {
        Self(child)
    }

    /// Asks it to end, and waits until it has done so by itself.
    pub(crate) fn end(mut self) {
        let id = self.0.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        let begin = Instant::now();
        let status = loop {
            if let Some(status) = self.0.try_wait().unwrap() {
                break status;
            }
            assert!(begin.elapsed() < Duration::from_secs(20), "the server ends");
            std::thread::sleep(Duration::from_millis(50));
        };
        assert!(status.success(), "{status}");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// The server over a folder of its own, with what it said.
pub(crate) struct Server {
    pub(crate) process: Running,
    pub(crate) address: String,
    pub(crate) first_link: String,
}

impl Server {
    pub(crate) fn start(folder: &Path, index: &Path) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_lazaret"))
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(folder.join("data"))
            .arg("--root-key")
            .arg(folder.join("keys/root.key"))
            .arg("--index")
            .arg(index)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(process.stderr.take().unwrap()).lines();
        let (mut address, mut first_link) = (String::new(), String::new());
        while first_link.is_empty() {
            let line = said.next().expect("the server says its link").unwrap();
            if let Some(found) = line.strip_prefix("serving ") {
                found.clone_into(&mut address);
            }
            if line.trim().starts_with("http://") {
                line.trim().clone_into(&mut first_link);
            }
        }
        std::thread::spawn(move || said.for_each(drop));
        Self { process: Running(process), address, first_link }
    }
}

/// One request of HTTP/1.1, as much of it as WebDriver needs.
fn ask(port: u16, method: &str, path: &str, body: &Value) -> Option<Value> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    let body = if method == "POST" { body.to_string() } else { String::new() };
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .ok()?;
    let mut answer = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        answer.read_line(&mut line).ok()?;
        let line = line.trim().to_lowercase();
        if let Some(stated) = line.strip_prefix("content-length:") {
            length = stated.trim().parse().ok()?;
        }
        if line.is_empty() {
            break;
        }
    }
    let mut bytes = vec![0; length];
    answer.read_exact(&mut bytes).ok()?;
    serde_json::from_slice(&bytes).ok()
}

/// A browser with nothing in it.
pub(crate) struct Browser {
    port: u16,
    session: String,
    axe: String,
    pictures: Option<PathBuf>,
    _driver: Running,
}

impl Browser {
    pub(crate) fn start(axe: &Path) -> Self {
        Self::with(std::fs::read_to_string(axe).unwrap())
    }

    /// One that examines nothing: for taking pictures.
    pub(crate) fn without_axe() -> Self {
        Self::with(String::new())
    }

    fn with(axe: String) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let driver = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let driver = Running(driver);
        let begin = Instant::now();
        while ask(port, "GET", "/status", &Value::Null).is_none() {
            assert!(begin.elapsed() < Duration::from_secs(60), "chromedriver answers");
            std::thread::sleep(Duration::from_millis(100));
        }
        let arguments = [
            "--headless=new",
            "--no-sandbox",
            "--disable-dev-shm-usage",
            "--disable-gpu",
            "--window-size=1280,900",
        ];
        let wanted = json!({"capabilities": {"alwaysMatch": {
            "browserName": "chrome", "goog:chromeOptions": {"args": arguments},
            "goog:loggingPrefs": {"browser": "ALL"}}}});
        let made = ask(port, "POST", "/session", &wanted).unwrap();
        let session =
            made["value"]["sessionId"].as_str().unwrap_or_else(|| panic!("{made}"));
        let pictures = std::env::var_os("LAZARET_TEST_SCREENSHOTS").map(PathBuf::from);
        Self { port, session: session.to_owned(), axe, pictures, _driver: driver }
    }

    #[track_caller]
    fn tell(&self, method: &str, command: &str, body: &Value) -> Value {
        let path = format!("/session/{}{command}", self.session);
        let mut answer = ask(self.port, method, &path, body).unwrap();
        let value = answer["value"].take();
        assert!(value["error"].is_null(), "{command} {body}: {value}");
        value
    }

    #[track_caller]
    pub(crate) fn go(&self, address: &str) {
        self.tell("POST", "/url", &json!({"url": address}));
    }

    #[track_caller]
    pub(crate) fn run(&self, script: &str) -> Value {
        self.tell("POST", "/execute/sync", &json!({"script": script, "args": []}))
    }

    #[track_caller]
    fn find(&self, selector: &str) -> String {
        let asked = json!({"using": "css selector", "value": selector});
        let found = self.tell("POST", "/element", &asked);
        let found = found.as_object().unwrap().values().next().unwrap();
        found.as_str().unwrap().to_owned()
    }

    #[track_caller]
    pub(crate) fn fill(&self, name: &str, text: &str) {
        let element = self.find(&format!("[name=\"{name}\"]"));
        let place = format!("/element/{element}");
        self.tell("POST", &format!("{place}/clear"), &json!({}));
        self.tell("POST", &format!("{place}/value"), &json!({"text": text}));
    }

    /// Chooses a file, as a person does in the browser's own window.
    #[track_caller]
    pub(crate) fn choose(&self, name: &str, file: &Path) {
        let element = self.find(&format!("[name=\"{name}\"]"));
        // The driver takes a path without steps back alone.
        let file = file.canonicalize().unwrap();
        let text = json!({"text": file.display().to_string()});
        self.tell("POST", &format!("/element/{element}/value"), &text);
    }

    /// Waits until the page says something.
    #[track_caller]
    pub(crate) fn wait_for(&self, words: &str) {
        let begin = Instant::now();
        while !self.text().contains(words) {
            assert!(
                begin.elapsed() < Duration::from_secs(120),
                "{words}: {}",
                self.text()
            );
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    #[track_caller]
    pub(crate) fn click(&self, selector: &str) {
        self.run("window.isLeft = true");
        let element = self.find(selector);
        self.tell("POST", &format!("/element/{element}/click"), &json!({}));
        // Every link and button of ours leads to another page.
        let path = format!("/session/{}/execute/sync", self.session);
        let script = "return !window.isLeft && document.readyState === 'complete'";
        let body = json!({"script": script, "args": []});
        let begin = Instant::now();
        loop {
            // Amid the way there is no page to ask.
            let answer = ask(self.port, "POST", &path, &body);
            if answer.is_some_and(|answer| answer["value"] == json!(true)) {
                return;
            }
            assert!(begin.elapsed() < Duration::from_secs(60), "{selector} leads on");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Clicks what leads to another page, which no script of the page has to say.
    #[track_caller]
    pub(crate) fn touch(&self, selector: &str) {
        let element = self.find(selector);
        self.tell("POST", &format!("/element/{element}/click"), &json!({}));
        // The page is left when nobody knows what was clicked any more.
        let path = format!("/session/{}/element/{element}/name", self.session);
        let begin = Instant::now();
        let is_there = |answer: Value| answer["value"]["error"].is_null();
        while ask(self.port, "GET", &path, &Value::Null).is_none_or(is_there) {
            assert!(begin.elapsed() < Duration::from_secs(60), "{selector} leads on");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// What a part of the page says, asked of the browser and of no script of the page.
    #[track_caller]
    pub(crate) fn words_of(&self, selector: &str) -> String {
        let element = self.find(selector);
        let words = self.tell("GET", &format!("/element/{element}/text"), &Value::Null);
        words.as_str().unwrap().to_owned()
    }

    /// Waits until a part of the page says something, asked likewise: a page that was led to
    /// may not be whole yet.
    #[track_caller]
    pub(crate) fn until_words_of(&self, selector: &str, words: &str) {
        let found = json!({"using": "css selector", "value": selector});
        let path = |command: &str| format!("/session/{}{command}", self.session);
        let read = || {
            let found = ask(self.port, "POST", &path("/element"), &found)?;
            let element = found["value"].as_object()?.values().next()?.as_str()?;
            let text = path(&format!("/element/{element}/text"));
            let text = ask(self.port, "GET", &text, &Value::Null)?;
            Some(text["value"].as_str()?.to_owned())
        };
        let begin = Instant::now();
        let mut said = read();
        while !said.as_ref().is_some_and(|said| said.contains(words)) {
            assert!(begin.elapsed() < Duration::from_secs(30), "{words}: {said:?}");
            std::thread::sleep(Duration::from_millis(50));
            said = read();
        }
    }

    /// What the page says; the same words as a person reads.
    #[track_caller]
    pub(crate) fn text(&self) -> String {
        self.run("return document.body.innerText").as_str().unwrap().to_owned()
    }

    #[track_caller]
    pub(crate) fn heading(&self) -> String {
        self.run("return document.querySelector('h1').innerText")
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// Where the browser is: path and query.
    #[track_caller]
    pub(crate) fn place(&self) -> String {
        let place = self.run("return location.pathname + location.search");
        place.as_str().unwrap().to_owned()
    }

    /// The width of the window in pixels of style sheets, and how many of the screen one of
    /// them takes.
    #[track_caller]
    pub(crate) fn size(&self, width: u32, scale: u32) {
        let size = json!({"width": width, "height": 900, "deviceScaleFactor": scale, "mobile": false});
        self.chrome("Emulation.setDeviceMetricsOverride", &size);
    }

    #[track_caller]
    pub(crate) fn scheme(&self, scheme: &str) {
        let features =
            json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.chrome("Emulation.setEmulatedMedia", &features);
    }

    /// A command of Chromium's own.
    #[track_caller]
    pub(crate) fn chrome(&self, command: &str, parameters: &Value) -> Value {
        let body = json!({"cmd": command, "params": parameters});
        self.tell("POST", "/goog/cdp/execute", &body)
    }

    /// Presses keys one after the other, as somebody without a mouse does.
    #[track_caller]
    pub(crate) fn press(&self, keys: &str) {
        let strokes = keys.chars().flat_map(|key| {
            let down = json!({"type": "keyDown", "value": key.to_string()});
            [down, json!({"type": "keyUp", "value": key.to_string()})]
        });
        let strokes: Vec<Value> = strokes.collect();
        let source = json!({"type": "key", "id": "keyboard", "actions": strokes});
        self.tell("POST", "/actions", &json!({"actions": [source]}));
    }

    /// Examines the page wide, dark, narrow and magnified: nothing serious is found, nothing
    /// is wider than the window, and the browser complains of nothing.
    #[track_caller]
    pub(crate) fn examine(&self, name: &str) {
        if self.axe.is_empty() {
            return;
        }
        for look in &LOOKS {
            self.size(look.width, look.scale);
            self.scheme(look.scheme);
            self.picture(&format!("{name}-{}", look.name));
            let scroll = self.run("return document.documentElement.scrollWidth");
            assert!(
                scroll.as_u64().unwrap() <= u64::from(look.width),
                "{name} {}: {scroll} wide",
                look.name
            );
            let Some(rules) = look.rules else { continue };
            assert_eq!(self.found(rules), json!([]), "{name} {}", look.name);
        }
        self.size(1280, 1);
        self.scheme("light");
        self.paper(name);
        assert_eq!(self.complaints(), Vec::<String>::new(), "{name}");
    }

    /// What axe finds serious or critical in the page.
    #[track_caller]
    fn found(&self, rules: &str) -> Value {
        if self.run("return !window.axe") == json!(true) {
            self.run(&self.axe);
        }
        let script = format!(
            "const done = arguments[arguments.length - 1];\
             axe.run(document, {{resultTypes: ['violations'], {rules}}}).then(found => done(\
             found.violations.filter(v => ['serious', 'critical'].includes(v.impact))\
             .map(v => v.id + ': ' + v.nodes.map(n => n.target.join(' ') + ' ' + n.failureSummary).join('; '))))"
        );
        self.tell("POST", "/execute/async", &json!({"script": script, "args": []}))
    }

    /// What stood in the browser's console since it was last asked: faults of the script, and
    /// what the content security policy kept out. That an answer had a number of its own, as
    /// the page of a problem has, is none.
    #[track_caller]
    fn complaints(&self) -> Vec<String> {
        let said = self.tell("POST", "/se/log", &json!({"type": "browser"}));
        let said = said.as_array().unwrap().iter();
        let grave = said.filter(|one| one["level"] == "SEVERE");
        grave.filter(|one| one["source"] != "network").map(Value::to_string).collect()
    }

    fn picture(&self, name: &str) {
        let Some(folder) = &self.pictures else { return };
        std::fs::create_dir_all(folder).unwrap();
        let height = self.run("return document.documentElement.scrollHeight");
        let width = self.run("return innerWidth");
        let clip = json!({"x": 0, "y": 0, "width": width, "scale": 1,
            "height": height.as_u64().unwrap().min(3000)});
        std::fs::write(folder.join(format!("{name}.png")), self.shot(&clip)).unwrap();
    }

    /// A picture of a part of the page (PNG).
    #[track_caller]
    pub(crate) fn shot(&self, clip: &Value) -> Vec<u8> {
        let asked = json!({"captureBeyondViewport": true, "clip": clip});
        let shot = self.chrome("Page.captureScreenshot", &asked);
        base64(shot["data"].as_str().unwrap())
    }

    /// The page as it is printed (PDF).
    fn paper(&self, name: &str) {
        let Some(folder) = &self.pictures else { return };
        let asked =
            json!({"preferCSSPageSize": true, "paperWidth": 8.27, "paperHeight": 11.69});
        let printed = self.chrome("Page.printToPDF", &asked);
        let bytes = base64(printed["data"].as_str().unwrap());
        std::fs::write(folder.join(format!("{name}.pdf")), bytes).unwrap();
    }
}

/// How a page is looked at.
struct Look {
    name: &'static str,
    width: u32,
    scale: u32,
    scheme: &'static str,
    /// Which rules of axe are asked; none where the width alone is looked at.
    rules: Option<&'static str>,
}

/// Dark differs from light in colours alone; twice as large is half as wide, as a browser does
/// it.
const LOOKS: [Look; 4] = [
    Look { name: "light", width: 1280, scale: 1, scheme: "light", rules: Some("") },
    Look {
        name: "dark",
        width: 1280,
        scale: 1,
        scheme: "dark",
        rules: Some("runOnly: {type: 'rule', values: ['color-contrast']}"),
    },
    Look { name: "narrow", width: 390, scale: 1, scheme: "light", rules: Some("") },
    Look { name: "magnified", width: 640, scale: 2, scheme: "light", rules: None },
];

impl Drop for Browser {
    fn drop(&mut self) {
        ask(self.port, "DELETE", &format!("/session/{}", self.session), &Value::Null);
    }
}

/// RFC 4648 §4.
fn base64(text: &str) -> Vec<u8> {
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0u32, 0);
    for letter in text.bytes() {
        let Some(value) = letters.iter().position(|known| *known == letter) else {
            continue;
        };
        bits = (bits << 6) | u32::try_from(value).unwrap();
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from((bits >> held) & 0xff).unwrap());
        }
    }
    bytes
}
