//! The timeout for connecting: that of the client, and the share of the attempt timeout.
//!
//! A connection that was not made in time is an error of the connector's own, before the time of the attempt is up. So a
//! request that never left is told from one that was not answered, under whichever limit the time ran out.

use std::error::Error as StdError;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use tower_layer::Layer;
use tower_service::Service;

tokio::task_local! {
    /// Until when the attempt that is under way waits for a connection.
    static UNTIL: Option<Instant>;
}

/// Runs an attempt, which waits that long for a connection.
pub(crate) async fn connect_within<F: Future>(limit: Duration, attempt: F) -> F::Output {
    UNTIL
        .scope(Instant::now().checked_add(limit), attempt)
        .await
}

/// Puts limits on a connector.
#[derive(Clone)]
pub(super) struct LimitLayer(pub(super) Duration);

impl<S> Layer<S> for LimitLayer {
    type Service = Limited<S>;

    fn layer(&self, connector: S) -> Limited<S> {
        Limited {
            connector: Arc::new(connector),
            limit: self.0,
        }
    }
}

/// A connector with limits. The HTTP client clones its connector several times for each request, and needs it for few: so what
/// there is to clone is cloned when a connection is made.
pub(super) struct Limited<S> {
    connector: Arc<S>,
    limit: Duration,
}

impl<S> Clone for Limited<S> {
    fn clone(&self) -> Self {
        Self {
            connector: Arc::clone(&self.connector),
            limit: self.limit,
        }
    }
}

type BoxError = Box<dyn StdError + Send + Sync>;
type Connecting<C> = Pin<Box<dyn Future<Output = Result<C, BoxError>> + Send>>;

impl<S, R> Service<R> for Limited<S>
where
    S: Service<R, Error = BoxError> + Clone + Send + 'static,
    S::Future: Send,
    R: Send + 'static,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = Connecting<S::Response>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, target: R) -> Self::Future {
        // Beside an attempt, when the connection that it got was another, only the client's limit holds.
        let until = UNTIL.try_with(|until| *until).ok().flatten();
        let left = until.map(|until| until.saturating_duration_since(Instant::now()));
        let limit = left.map_or(self.limit, |left| left.min(self.limit));
        let mut connector = S::clone(&self.connector);
        let connecting = async move {
            poll_fn(|context| connector.poll_ready(context)).await?;
            connector.call(target).await
        };
        Box::pin(async move {
            match tokio::time::timeout(limit, connecting).await {
                Ok(connected) => connected,
                Err(_) => Err(BoxError::from(ConnectTimedOut)),
            }
        })
    }
}

/// A connection was not made in time.
#[derive(Debug)]
pub(super) struct ConnectTimedOut;

impl fmt::Display for ConnectTimedOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection was not made in time")
    }
}

impl StdError for ConnectTimedOut {}
