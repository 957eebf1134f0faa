//! Accepts connections and serves HTTP/1.1 only: faults cut a connection at a byte of a response, and HTTP/2
//! interleaves responses in frames. axum's own server speaks HTTP/2 if any crate of a build enables it.

use std::{convert::Infallible, io, pin::pin, sync::Arc, time::Duration};

use axum::body::Body;
use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{sync::watch, task::JoinSet};

use crate::http::{
    connection::{Connection, Cut},
    listening::Listening,
    responding::respond,
    server::Service,
};

/// How long the server waits if no connection can be accepted, because too many files are open, for example.
const PAUSE: Duration = Duration::from_secs(1);

/// Serves until the sender of `stopped` is dropped, and then until the requests in progress have their responses.
pub(crate) async fn serve(
    port: Listening,
    service: Arc<Service>,
    mut stopped: watch::Receiver<()>,
) {
    let mut connections = JoinSet::new();
    loop {
        let stream = tokio::select! {
            accepted = port.accept() => match accepted {
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
        let cut = Cut::default();
        let connection = Connection::new(stream, cut.clone());
        let service = Arc::clone(&service);
        connections.spawn(attend(connection, cut, service, stopped.clone()));
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

async fn attend(
    connection: Connection,
    cut: Cut,
    service: Arc<Service>,
    mut stopped: watch::Receiver<()>,
) {
    let service = service_fn(|request: hyper::Request<hyper::body::Incoming>| {
        let (service, cut) = (Arc::clone(&service), cut.clone());
        async move { Ok::<_, Infallible>(respond(&service, &cut, request.map(Body::new)).await) }
    });
    let exchanges = http1::Builder::new().serve_connection(TokioIo::new(connection), service);
    let mut exchanges = pin!(exchanges);
    tokio::select! {
        // Errors come from the client or from a fault.
        _ = exchanges.as_mut() => return,
        _ = stopped.changed() => exchanges.as_mut().graceful_shutdown(),
    }
    let _ = exchanges.await;
}
