//! The resumable job of the examples, killed again and again: every line of its file becomes one message.
//!
//! The job is a process of its own: this test binary, with [`the_job`] alone. The sandbox runs on the thread of the test, so
//! nothing is served while the test does not wait for it, and what the test has seen still holds when it kills.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tight_api::{ClientBuilder, FileJournal};
use tight_sandbox::{Fault, Reply, Sandbox};

#[path = "../../examples/resumable_job/job.rs"]
#[allow(
    clippy::print_stdout,
    reason = "an example speaks to the person who runs it"
)]
mod job;

/// Says to [`the_job`] which file has its lines.
const LINES: &str = "TIGHT_TEST_LINES";

/// How many lines a request of the job has.
const REQUEST: usize = 20;

/// Nothing here takes as long, however busy the machine is.
const PATIENCE: Duration = Duration::from_secs(120);

/// What the job is doing when it is killed.
#[derive(Clone, Copy, Debug)]
enum Moment {
    /// It waits for an access token.
    AskingForToken,
    /// It looks up what the process before it has left in doubt.
    LookingUp,
    /// This many requests are stored, and others are under way.
    Sending(usize),
    /// After this many requests, one meets with a fault.
    Meeting(usize, fn() -> Fault),
}

/// One request is stored, and not answered.
const STORED: fn() -> Fault = || Fault::StallAfter;

/// One request arrives, and is neither stored nor answered.
const UNSTORED: fn() -> Fault = || Fault::StallBefore;

/// One request is refused for now, and waits to be sent again.
const REFUSED: fn() -> Fault =
    || Fault::RespondBefore(Reply::status(429).header("retry-after", "30"));

#[tokio::test]
async fn a_job_killed_twelve_times_loses_no_line_and_doubles_none() {
    let job = Job::with_lines(5_000).await;
    for moment in [
        Moment::AskingForToken,
        Moment::Meeting(9, STORED),
        Moment::LookingUp,
        Moment::Sending(21),
        Moment::Meeting(6, UNSTORED),
        Moment::Meeting(15, REFUSED),
        Moment::AskingForToken,
        Moment::Sending(3),
        Moment::Meeting(12, STORED),
        Moment::Meeting(4, STORED),
        Moment::Meeting(18, UNSTORED),
        Moment::Sending(12),
    ] {
        job.kill(moment).await;
    }
    let stored = job.stored();
    assert!(
        (2_000..4_900).contains(&stored),
        "{stored} lines are stored"
    );

    let status = job.end().await;
    assert!(status.success(), "{status}\n{}", job.output());
    job.holds_each_line_once();

    let requests = job.sandbox.requests();
    let status = job.end().await;
    assert!(status.success(), "{status}\n{}", job.output());
    assert_eq!(job.sandbox.requests(), requests, "there was nothing to do");
}

#[tokio::test]
async fn a_job_that_ends_in_doubt_by_itself_goes_on_where_it_ended() {
    let job = Job::with_lines(1000).await;
    job.sandbox.inject(Fault::DropAfter);
    let status = job.end().await;
    assert!(!status.success(), "{status}\n{}", job.output());
    assert_eq!(job.journal().in_doubt().len(), REQUEST);

    let status = job.end().await;
    assert!(status.success(), "{status}\n{}", job.output());
    job.holds_each_line_once();
}

/// Does nothing, unless it is started by the tests above.
#[tokio::test]
async fn the_job() {
    if let Some(lines) = std::env::var_os(LINES) {
        let client = ClientBuilder::from_env().unwrap().request_size(REQUEST);
        let client = client.build().unwrap();
        job::save_lines(&client, Path::new(&lines)).await.unwrap();
    }
}

/// A file with lines, and a sandbox to save them in.
struct Job {
    sandbox: Sandbox,
    folder: TempDir,
    lines: Vec<String>,
}

impl Job {
    /// In each conversation, every line is there twice.
    async fn with_lines(count: usize) -> Self {
        let each = count / 10;
        let line = |number| format!("con_{}\tReminder {}", number / each, number % (each / 2));
        let job = Self {
            sandbox: Sandbox::start().await.unwrap(),
            folder: tempfile::tempdir().unwrap(),
            lines: (0..count).map(line).collect(),
        };
        fs::write(job.file("lines.tsv"), job.lines.join("\n")).unwrap();
        job
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn output(&self) -> String {
        fs::read_to_string(self.file("output")).unwrap()
    }

    /// How many lines are stored.
    fn stored(&self) -> usize {
        self.messages().count()
    }

    /// What the job has saved, as lines.
    fn messages(&self) -> impl Iterator<Item = String> {
        let messages = self.sandbox.stored("messages").into_iter();
        messages.map(|message| {
            let part = |name: &str| message[name].as_str().unwrap().to_owned();
            format!("{}\t{}", part("conversationId"), part("text"))
        })
    }

    /// The journal, while no process has it.
    fn journal(&self) -> FileJournal<usize> {
        FileJournal::open(self.file("lines.journal")).unwrap()
    }

    fn start(&self) -> Child {
        let output = File::create(self.file("output")).unwrap();
        let mut job = Command::new(std::env::current_exe().unwrap());
        for variable in ["TIGHT_ACCESS_TOKEN", "TIGHT_ENVIRONMENT"] {
            job.env_remove(variable);
        }
        job.args(["--exact", "jobs::the_job", "--nocapture"])
            .env(LINES, self.file("lines.tsv"))
            .env("TIGHT_BASE_URL", self.sandbox.url())
            .env("TIGHT_CLIENT_ID", self.sandbox.client_id())
            .env("TIGHT_CLIENT_SECRET", self.sandbox.client_secret())
            .env("TIGHT_USER_ID", "user_1")
            .stdout(output.try_clone().unwrap())
            .stderr(output)
            .spawn()
            .unwrap()
    }

    /// Starts the job, and kills it at a moment.
    async fn kill(&self, moment: Moment) {
        let sandbox = &self.sandbox;
        let stored = self.stored();
        let requests = sandbox.requests();
        let token_requests = sandbox.token_requests();
        match moment {
            Moment::AskingForToken => sandbox.inject_token_fault(Fault::StallBefore),
            Moment::LookingUp => sandbox.inject(Fault::StallBefore),
            Moment::Sending(_) | Moment::Meeting(..) => {}
        }
        let mut job = self.start();
        match moment {
            Moment::AskingForToken => {
                self.serve_until(&mut job, || sandbox.token_requests() > token_requests)
                    .await;
            }
            Moment::LookingUp => {
                self.serve_until(&mut job, || sandbox.requests() > requests)
                    .await;
                assert_eq!(self.stored(), stored, "it sends before it has looked up");
            }
            Moment::Sending(count) | Moment::Meeting(count, _) => {
                self.serve_until(&mut job, || self.stored() >= stored + count * REQUEST)
                    .await;
            }
        }
        if let Moment::Meeting(_, fault) = moment {
            let requests = sandbox.requests();
            sandbox.inject(fault());
            self.serve_until(&mut job, || sandbox.requests() > requests)
                .await;
        }
        job.kill().unwrap();
        let status = job.wait().unwrap();
        assert!(was_killed(status), "{status}\n{}", self.output());
        // What is on its way arrives before the next process looks for it.
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        if let Moment::Meeting(..) | Moment::LookingUp = moment {
            let in_doubt = self.journal().in_doubt().len();
            assert!(in_doubt >= REQUEST, "{in_doubt} lines are in doubt");
        }
    }

    async fn serve_until(&self, job: &mut Child, is_reached: impl Fn() -> bool) {
        let start = Instant::now();
        let requests = || self.sandbox.requests() + self.sandbox.token_requests();
        let mut seen = None;
        // What is stored takes long to look at, and changes with requests alone.
        while seen.replace(requests()) == Some(requests()) || !is_reached() {
            let ended = job.try_wait().unwrap();
            assert!(ended.is_none(), "ended by itself\n{}", self.output());
            assert!(start.elapsed() < PATIENCE, "hangs\n{}", self.output());
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// Starts the job, and lets it end.
    async fn end(&self) -> ExitStatus {
        let mut job = self.start();
        let start = Instant::now();
        loop {
            if let Some(status) = job.try_wait().unwrap() {
                return status;
            }
            assert!(start.elapsed() < PATIENCE, "hangs\n{}", self.output());
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    #[track_caller]
    fn holds_each_line_once(&self) {
        let mut lines: BTreeMap<String, i64> = BTreeMap::new();
        for line in &self.lines {
            *lines.entry(line.clone()).or_default() += 1;
        }
        for line in self.messages() {
            *lines.entry(line).or_default() -= 1;
        }
        let lost: Vec<_> = lines.iter().filter(|(_, count)| **count > 0).collect();
        let doubled: Vec<_> = lines.iter().filter(|(_, count)| **count < 0).collect();
        assert!(
            lost.is_empty() && doubled.is_empty(),
            "lost: {lost:?}, doubled: {doubled:?}"
        );
        assert!(self.journal().in_doubt().is_empty());
    }
}

fn was_killed(status: ExitStatus) -> bool {
    #[cfg(unix)]
    return std::os::unix::process::ExitStatusExt::signal(&status) == Some(9);
    #[cfg(not(unix))]
    return !status.success();
}
