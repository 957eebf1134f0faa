//! What happens on a connection, and its end when nothing does.
//!
//! A thread of the process watches all connections. Tokio's timers would not do: a test may have stopped Tokio's clock, or
//! its runtime may have none.

use std::{
    sync::{
        Arc, Condvar, LazyLock, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use tokio::sync::Notify;

/// What happens on one connection. While a response is under way, the client waits for the sandbox; at all other times, the
/// sandbox waits for the client, and not for longer than the limit.
pub(crate) struct Activity {
    limit: Mutex<Duration>,
    /// When bytes were last sent or received.
    last: Mutex<Instant>,
    /// How many responses are under way.
    responses: AtomicUsize,
    ended: Notify,
}

impl Activity {
    /// That of a new connection, which is watched from now on.
    pub(crate) fn watched(limit: Duration) -> Arc<Self> {
        let activity = Arc::new(Self {
            limit: Mutex::new(limit),
            last: Mutex::new(Instant::now()),
            responses: AtomicUsize::new(0),
            ended: Notify::new(),
        });
        let mut watched = lock(&WATCH.watched);
        watched.connections.push(Arc::downgrade(&activity));
        WATCH.look_in(watched, limit);
        activity
    }

    /// Lets the sandbox wait for no longer than this from now on.
    pub(crate) fn hurry(&self, limit: Duration) {
        let limit = {
            let mut known = lock(&self.limit);
            *known = limit.min(*known);
            *known
        };
        self.note();
        WATCH.look_in(lock(&WATCH.watched), limit);
    }

    /// Notes that bytes were sent or received.
    pub(crate) fn note(&self) {
        *lock(&self.last) = Instant::now();
    }

    /// Notes that a response is under way, until what is returned is dropped.
    pub(crate) fn responding(self: &Arc<Self>) -> Responding {
        self.responses.fetch_add(1, Ordering::SeqCst);
        Responding(Arc::clone(self))
    }

    /// Waits until the sandbox has waited for the client for too long.
    pub(crate) async fn ended(&self) {
        self.ended.notified().await;
    }

    /// When the sandbox will have waited for too long; `None` if that is now.
    fn end(&self, now: Instant) -> Option<Instant> {
        let limit = *lock(&self.limit);
        if self.responses.load(Ordering::SeqCst) > 0 {
            return Some(now + limit);
        }
        let end = *lock(&self.last) + limit;
        (end > now).then_some(end)
    }
}

/// A response that is under way.
pub(crate) struct Responding(Arc<Activity>);

impl Drop for Responding {
    fn drop(&mut self) {
        self.0.note();
        self.0.responses.fetch_sub(1, Ordering::SeqCst);
    }
}

static WATCH: LazyLock<&'static Watch> = LazyLock::new(|| {
    static WATCH: Watch = Watch {
        watched: Mutex::new(Watched {
            connections: Vec::new(),
            next: None,
        }),
        is_sooner: Condvar::new(),
    };
    // Without it, idle connections stay open, which does no harm to a test.
    let _ = thread::Builder::new()
        .name("sandbox-idle".to_owned())
        .spawn(|| WATCH.run());
    &WATCH
});

struct Watch {
    watched: Mutex<Watched>,
    is_sooner: Condvar,
}

struct Watched {
    connections: Vec<Weak<Activity>>,
    /// When the thread looks next; `None` while there is no connection.
    next: Option<Instant>,
}

impl Watch {
    /// Has the thread look at the connections in this time, or before.
    fn look_in(&self, mut watched: MutexGuard<'_, Watched>, time: Duration) {
        let end = Instant::now() + time;
        if watched.next.is_none_or(|next| end < next) {
            watched.next = Some(end);
            self.is_sooner.notify_one();
        }
    }

    fn run(&self) {
        let mut watched = lock(&self.watched);
        loop {
            let now = Instant::now();
            let mut next: Option<Instant> = None;
            watched.connections.retain(|connection| {
                let Some(connection) = connection.upgrade() else {
                    return false;
                };
                let end = connection.end(now);
                match end {
                    Some(end) => next = Some(next.map_or(end, |next| next.min(end))),
                    None => connection.ended.notify_one(),
                }
                end.is_some()
            });
            watched.next = next;
            watched = match next {
                Some(next) => {
                    let wait = next.saturating_duration_since(now);
                    let woken = self.is_sooner.wait_timeout(watched, wait);
                    woken.unwrap_or_else(PoisonError::into_inner).0
                }
                None => {
                    let woken = self.is_sooner.wait(watched);
                    woken.unwrap_or_else(PoisonError::into_inner)
                }
            };
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
