//! Accepts connections and serves HTTP/1.1 and, to clients that start with it, HTTP/2.

use std::{io, pin::pin, sync::Arc, time::Duration};

use axum::body::Body;
use hyper::service::service_fn;
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
};
use tokio::{net::TcpStream, sync::watch, task::JoinSet};

use crate::http::{
    activity::Activity,
    connection::{Connection, Cut, Link},
    limits::{HEAD_BYTES, HEADERS},
    listening::Listening,
    responding::respond,
    server::Service,
};

/// How long the server waits if no connection can be accepted, because too many files are open, for example.
const PAUSE: Duration = Duration::from_secs(1);

/// How long a server that stops waits for a client that does nothing.
const LAST_WAIT: Duration = Duration::from_secs(1);

/// Serves until the sender of `stopped` is dropped, and then until the requests in progress have their responses.
pub(crate) async fn serve(
    port: Listening,
    service: Arc<Service>,
    mut stopped: watch::Receiver<()>,
) {
    let mut connections = JoinSet::new();
    loop {
        let stream = tokio::select! {
            // Others wait until one ends.
            accepted = port.accept(), if connections.len() < service.limits.connections => match accepted {
                Some(Ok(stream)) => stream,
                Some(Err(error)) if is_of_connection(&error) => continue,
                Some(Err(_)) => {
                    tokio::time::sleep(PAUSE).await;
                    continue;
                }
                None => break,
            },
            Some(_) = connections.join_next() => continue,
            // Nothing is ever sent.
            _ = stopped.changed() => break,
        };
        let service = Arc::clone(&service);
        connections.spawn(attend(stream, service, stopped.clone()));
    }
    drop((port, service));
    while connections.join_next().await.is_some() {}
}

/// Whether `error` concerns the one connection that was to be accepted.
fn is_of_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
    )
}

async fn attend(stream: TcpStream, service: Arc<Service>, mut stopped: watch::Receiver<()>) {
    let limits = service.limits;
    // Pieces of a response go out as they are made. If that cannot be, they only arrive later.
    let _ = stream.set_nodelay(true);
    let link = Link {
        activity: Activity::watched(limits.idle),
        cut: Cut::default(),
    };
    let connection = Connection::new(stream, link.clone());
    let activity = Arc::clone(&link.activity);
    let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        let (service, link) = (Arc::clone(&service), link.clone());
        async move { respond(&service, &link, request.map(Body::new)).await }
    });
    let mut protocols = auto::Builder::new(TokioExecutor::new());
    protocols
        .http1()
        .max_buf_size(usize::try_from(HEAD_BYTES).unwrap_or(usize::MAX))
        .max_headers(HEADERS)
        .http2()
        .max_header_list_size(HEAD_BYTES)
        .max_concurrent_streams(limits.streams);
    let exchanges = protocols.serve_connection(TokioIo::new(connection), service);
    let exchanges = async {
        let mut exchanges = pin!(exchanges);
        tokio::select! {
            // Errors come from the client or from a fault.
            _ = exchanges.as_mut() => return,
            // Nothing is ever sent.
            _ = stopped.changed() => exchanges.as_mut().graceful_shutdown(),
        }
        activity.hurry(LAST_WAIT);
        let _ = exchanges.await;
    };
    tokio::select! {
        () = exchanges => {}
        () = activity.ended() => {}
    }
}
