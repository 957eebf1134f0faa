//! Watches a run from outside: how far it is, and how much memory both processes have.

use std::process::{Child, ExitStatus};
use std::time::{Duration, Instant};

use tight_sandbox::Sandbox;

use crate::memory::Memory;

/// The time between two looks.
pub(crate) const PAUSE: Duration = Duration::from_millis(5);

/// The time between two lines.
const LINE: Duration = Duration::from_secs(5);

pub(crate) struct Watch {
    begin: Instant,
    next_line: Instant,
}

impl Watch {
    pub(crate) fn begin() -> Self {
        let begin = Instant::now();
        Self {
            begin,
            next_line: begin + LINE,
        }
    }

    /// Waits until the job has ended, whose status it returns, or `is_enough`.
    pub(crate) async fn until(
        &mut self,
        sandbox: &Sandbox,
        job: &mut Child,
        is_enough: impl Fn() -> bool,
    ) -> std::io::Result<Option<ExitStatus>> {
        loop {
            if let Some(status) = job.try_wait()? {
                return Ok(Some(status));
            }
            if is_enough() {
                return Ok(None);
            }
            if Instant::now() >= self.next_line {
                self.next_line += LINE;
                self.tell(sandbox, Some(job));
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Prints a line.
    pub(crate) fn tell(&self, sandbox: &Sandbox, job: Option<&Child>) {
        let seconds = self.begin.elapsed().as_secs_f64();
        let requests = sandbox.requests();
        let job = job.map_or_else(
            || "has ended".to_owned(),
            |job| Memory::of(job.id()).to_string(),
        );
        let server = Memory::of(std::process::id());
        println!("{seconds:>6.1} s  {requests:>6} requests  job {job}  sandbox {server}");
    }
}
