//! The thread of the client on which tokens are renewed.
//!
//! A runtime of the caller can end, or be idle, while callers on other runtimes wait for a renewal.

use std::io;
use std::sync::Mutex;
use std::thread;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::oneshot;

/// A thread that runs futures, from the first that it is given until it is dropped.
#[derive(Default)]
pub(crate) struct Background(Mutex<Option<Thread>>);

struct Thread {
    runtime: Handle,
    /// When it is dropped, the thread ends.
    _running: oneshot::Sender<()>,
}

/// What a future on the thread came to; nothing if it panicked.
pub(super) type Running<T> = Shared<BoxFuture<'static, Option<T>>>;

impl Background {
    /// Runs a future to its end, whether or not anybody waits for it.
    pub(super) fn run<T: Clone + Send + Sync + 'static>(
        &self,
        future: impl Future<Output = T> + Send + 'static,
    ) -> io::Result<Running<T>> {
        let mut thread = self
            .0
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        let runtime = match &mut *thread {
            Some(thread) => thread.runtime.clone(),
            none => none.insert(Thread::start()?).runtime.clone(),
        };
        let running = runtime.spawn(future);
        Ok(running.map(Result::ok).boxed().shared())
    }
}

impl Thread {
    fn start() -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let (running, ended) = oneshot::channel::<()>();
        let mut runtime = BackgroundRuntime(Some(runtime));
        thread::Builder::new()
            .name("tight-api tokens".to_owned())
            .spawn(move || runtime.until(ended))?;
        Ok(Self {
            runtime: handle,
            _running: running,
        })
    }
}

/// A runtime that can be dropped anywhere, also inside another runtime, where a plain drop panics.
struct BackgroundRuntime(Option<Runtime>);

impl BackgroundRuntime {
    fn until(&mut self, ended: oneshot::Receiver<()>) {
        if let Some(runtime) = &self.0 {
            runtime.block_on(async { drop(ended.await) });
        }
    }
}

impl Drop for BackgroundRuntime {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
