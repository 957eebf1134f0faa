//! A browser without a window, driven over WebDriver.

use std::{
    env,
    io::{self, BufRead, BufReader, Write},
    process::{Child, ChildStdout, Command, Stdio},
};

use reqwest::{Client, Method};
use serde_json::{Value, json};
use tempfile::TempDir;

/// Set to `required` where a missing browser is an error.
const VARIABLE: &str = "TIGHT_SANDBOX_BROWSER";

const DRIVER: &str = "chromedriver";
const READY: &str = "was started successfully on port ";
/// How WebDriver calls the reference to an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
/// What is to happen must have happened by then, in milliseconds; a test that waits this long has failed.
const SOON: u64 = 20_000;

/// A program of the browser's driver.
struct Driver {
    child: Child,
    _output: BufReader<ChildStdout>,
    url: String,
}

impl Driver {
    /// Starts it, unless it is not installed.
    fn start() -> Result<Self, String> {
        let mut command = Command::new(DRIVER);
        command
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = match command.spawn() {
            Ok(child) => child,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(format!("{DRIVER} is not installed"));
            }
            Err(error) => panic!("{DRIVER}: {error}"),
        };
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let port = loop {
            let mut line = String::new();
            assert_ne!(output.read_line(&mut line).unwrap(), 0, "{DRIVER} ended");
            if let Some((_, port)) = line.split_once(READY) {
                break port.trim().trim_end_matches('.').to_owned();
            }
        };
        Ok(Self {
            child,
            _output: output,
            url: format!("http://127.0.0.1:{port}"),
        })
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A browser with an empty profile.
#[derive(Clone)]
pub(crate) struct Browser {
    client: Client,
    session: String,
}

/// Runs `test` in a browser, and closes it also if the test fails. Without a browser, says that nothing was tested.
pub(crate) async fn with_browser<F>(test: impl FnOnce(Browser) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let profile = tempfile::tempdir().unwrap();
    let opened = match Driver::start() {
        Ok(driver) => Browser::open(&driver, &profile)
            .await
            .map(|browser| (driver, browser)),
        Err(reason) => Err(reason),
    };
    let (_driver, browser) = match opened {
        Ok(opened) => opened,
        Err(reason) => {
            let is_required = env::var(VARIABLE).is_ok_and(|value| value == "required");
            assert!(!is_required, "{VARIABLE}=required, but {reason}");
            let _ = writeln!(io::stderr(), "{reason}: the page was not tested");
            return;
        }
    };
    let tested = tokio::spawn(test(browser.clone())).await;
    browser.ask(Method::DELETE, "", None).await;
    if let Err(failed) = tested {
        std::panic::resume_unwind(failed.into_panic());
    }
}

impl Browser {
    /// Opens a browser, unless there is none that fits the driver.
    async fn open(driver: &Driver, profile: &TempDir) -> Result<Self, String> {
        let options = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--no-proxy-server",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--window-size=1280,900",
            &format!("--user-data-dir={}", profile.path().display()),
        ];
        let capabilities = json!({
            "browserName": "chrome",
            "goog:chromeOptions": { "args": options },
            "goog:loggingPrefs": { "browser": "ALL" },
            "timeouts": { "script": SOON, "pageLoad": SOON },
        });
        let browser = Self {
            client: Client::builder().no_proxy().build().unwrap(),
            session: format!("{}/session", driver.url),
        };
        let capabilities = json!({ "capabilities": { "alwaysMatch": capabilities } });
        let session = browser.sent(Method::POST, "", Some(capabilities)).await;
        let session = session.map_err(|error| format!("{DRIVER} opens no browser: {error}"))?;
        let id = session["sessionId"].as_str().unwrap();
        Ok(Self {
            session: format!("{}/{id}", browser.session),
            ..browser
        })
    }

    /// Sends a command, and returns its value.
    async fn ask(&self, method: Method, command: &str, body: Option<Value>) -> Value {
        let value = self.sent(method, command, body).await;
        value.unwrap_or_else(|error| panic!("{command}: {error}"))
    }

    /// Sends a command, and returns its value, or the error's message.
    async fn sent(
        &self,
        method: Method,
        command: &str,
        body: Option<Value>,
    ) -> Result<Value, String> {
        let request = self
            .client
            .request(method, format!("{}{command}", self.session));
        let request = match body {
            Some(body) => request.json(&body),
            None => request,
        };
        let response = request.send().await.unwrap();
        let status = response.status();
        let mut answer: Value = response.json().await.unwrap();
        match status.is_success() {
            true => Ok(answer["value"].take()),
            false => Err(answer["value"]["message"].as_str().unwrap().to_owned()),
        }
    }

    pub(crate) async fn visit(&self, url: &str) {
        self.ask(Method::POST, "/url", Some(json!({ "url": url })))
            .await;
    }

    /// What an expression of JavaScript is in the page.
    pub(crate) async fn value(&self, expression: &str) -> Value {
        let script = json!({ "script": format!("return {expression};"), "args": [] });
        self.ask(Method::POST, "/execute/sync", Some(script)).await
    }

    /// Waits until a condition in JavaScript holds, which is asked whenever the page changes.
    pub(crate) async fn until(&self, condition: &str) {
        let script = format!(
            "const done = arguments[0];
            const holds = () => {{ try {{ return Boolean({condition}); }} catch {{ return false; }} }};
            if (holds()) {{ done(true); return; }}
            const observer = new MutationObserver(() => {{
                if (holds()) {{ observer.disconnect(); done(true); }}
            }});
            const all = {{ subtree: true, childList: true, attributes: true, characterData: true }};
            observer.observe(document, all);
            setTimeout(() => done(false), {});",
            SOON / 2
        );
        let script = json!({ "script": script, "args": [] });
        let holds = self.ask(Method::POST, "/execute/async", Some(script)).await;
        if holds != true {
            let page = self.value("document.body.innerText").await;
            panic!(
                "{condition} does not hold in the page:\n{}",
                page.as_str().unwrap()
            );
        }
    }

    async fn elements(&self, selector: &str) -> Vec<String> {
        let wanted = json!({ "using": "css selector", "value": selector });
        let found = self.ask(Method::POST, "/elements", Some(wanted)).await;
        let found = found.as_array().unwrap().iter();
        found
            .map(|element| element[ELEMENT].as_str().unwrap().to_owned())
            .collect()
    }

    async fn element(&self, selector: &str) -> String {
        let mut found = self.elements(selector).await;
        assert_eq!(found.len(), 1, "{selector}");
        found.remove(0)
    }

    pub(crate) async fn click(&self, selector: &str) {
        let command = format!("/element/{}/click", self.element(selector).await);
        self.ask(Method::POST, &command, Some(json!({}))).await;
    }

    /// Chooses the option with this text.
    pub(crate) async fn choose(&self, selector: &str, text: &str) {
        let index = self
            .value(&format!(
                "[...document.querySelector('{selector}').options].findIndex((option) => option.text === '{text}')"
            ))
            .await;
        let index = index.as_i64().unwrap() + 1;
        assert_ne!(index, 0, "{selector} has no option {text}");
        self.click(&format!("{selector} option:nth-child({index})"))
            .await;
    }

    /// Types in place of what a field holds.
    pub(crate) async fn fill(&self, selector: &str, text: &str) {
        let element = self.element(selector).await;
        self.ask(
            Method::POST,
            &format!("/element/{element}/clear"),
            Some(json!({})),
        )
        .await;
        let text = json!({ "text": text });
        self.ask(
            Method::POST,
            &format!("/element/{element}/value"),
            Some(text),
        )
        .await;
    }

    /// Agrees to what a dialog asks.
    pub(crate) async fn agree(&self) {
        self.ask(Method::POST, "/alert/accept", Some(json!({})))
            .await;
    }

    /// Sends keys to what has the focus.
    pub(crate) async fn press(&self, key: char) {
        let element = self.ask(Method::GET, "/element/active", None).await;
        let element = element[ELEMENT].as_str().unwrap().to_owned();
        let key = json!({ "text": key });
        self.ask(
            Method::POST,
            &format!("/element/{element}/value"),
            Some(key),
        )
        .await;
    }

    /// The names by which a screen reader calls the elements.
    pub(crate) async fn names(&self, selector: &str) -> Vec<String> {
        let mut names = Vec::new();
        for element in self.elements(selector).await {
            let label = self
                .ask(
                    Method::GET,
                    &format!("/element/{element}/computedlabel"),
                    None,
                )
                .await;
            names.push(label.as_str().unwrap().to_owned());
        }
        names
    }

    /// What the browser has complained about since it was last asked: errors of scripts, and what could not be loaded or
    /// run.
    pub(crate) async fn complaints(&self) -> Vec<String> {
        let log = Some(json!({ "type": "browser" }));
        let log = self.ask(Method::POST, "/se/log", log).await;
        let entries = log.as_array().unwrap().iter();
        entries
            .map(|entry| entry["message"].as_str().unwrap().to_owned())
            .collect()
    }
}
