//! Sends responses, or cuts them as a fault wants it.

use std::sync::Arc;

use axum::{body::Body, http::Request, response::Response};

use crate::{
    faults::reply::Reply,
    http::{
        connection::Cut,
        delivery::{Delivery, Manner},
        server::Service,
        slow_body::{SlowBody, Wait},
    },
};

/// Responds to a request, or cuts the connection.
pub(crate) async fn respond(service: &Service, cut: &Cut, request: Request<Body>) -> Response {
    if let Some(beside) = &service.beside
        && beside.serves(request.uri().path())
    {
        return beside.respond(service, request).await;
    }
    let (parts, body) = request.into_parts();
    match service.handle(&parts, body).await {
        Delivery::Responded(reply, manner) => responded(service, cut, reply, manner),
        Delivery::Dropped | Delivery::Refused => dropped(cut),
        Delivery::Stalled => {
            let mut running = service.running.clone();
            // Nothing is ever sent, so this waits until the sandbox is dropped. If the client disconnects first, the
            // server drops this future.
            let _ = running.changed().await;
            dropped(cut)
        }
    }
}

fn responded(service: &Service, cut: &Cut, reply: Reply, manner: Manner) -> Response {
    match manner {
        Manner::Whole => reply.into_response(),
        Manner::Truncated(length) => {
            cut.within_body(length.min(reply.length()));
            reply.into_response()
        }
        Manner::Stalled(length) => {
            let (running, cut) = (service.running.clone(), cut.clone());
            let until_dropped = move || {
                let (mut running, cut) = (running.clone(), cut.clone());
                let wait: Wait = Box::pin(async move {
                    // Nothing is ever sent.
                    let _ = running.changed().await;
                    cut.at_once();
                });
                wait
            };
            reply.into_response_as(|bytes| Body::new(SlowBody::new(bytes, length, until_dropped)))
        }
        Manner::Dripping(piece, pause) => {
            let sleep = Arc::clone(&service.sleep);
            let wait = move || sleep(pause);
            reply.into_response_as(|bytes| Body::new(SlowBody::new(bytes, piece, wait)))
        }
    }
}

/// A response of which no byte is sent: trying to closes the connection.
fn dropped(cut: &Cut) -> Response {
    cut.at_once();
    Response::default()
}
