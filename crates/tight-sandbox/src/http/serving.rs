//! Accepts connections and serves HTTP/1.1 only: faults cut a connection at a byte of a response, and HTTP/2
//! interleaves responses in frames. axum's own server speaks HTTP/2 if any crate of a build enables it.

use std::{convert::Infallible, pin::pin, sync::Arc};

use axum::body::Body;
use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpListener, sync::watch};

use crate::{
    http::connection::{Connection, Cut},
    http::server::{Service, respond},
};

/// Serves until the sender of `stopped` is dropped; requests in progress still get their responses.
pub(crate) async fn serve(
    mut listener: TcpListener,
    service: Arc<Service>,
    mut stopped: watch::Receiver<()>,
) {
    loop {
        tokio::select! {
            // Continues after errors.
            (stream, _) = axum::serve::Listener::accept(&mut listener) => {
                let cut = Cut::default();
                let connection = Connection::new(stream, cut.clone());
                let service = Arc::clone(&service);
                tokio::spawn(attend(connection, cut, service, stopped.clone()));
            }
            // Nothing is ever sent.
            _ = stopped.changed() => return,
        }
    }
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
