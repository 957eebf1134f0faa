//! Sends responses, or cuts them as a fault wants it.

use std::sync::Arc;

use axum::{
    body::Body,
    http::{Method, Request, Version},
    response::Response,
};
use h2::Reason;

use crate::{
    faults::reply::Reply,
    http::{
        activity::Responding,
        connection::{Cut, Link},
        cut_body::CutBody,
        delivery::{Delivery, Manner},
        server::Service,
        slow_body::SlowBody,
    },
};

/// How a fault ends a response.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Protocol {
    /// With its connection.
    Http1,
    /// With its stream.
    Http2,
}

/// Responds to a request, or cuts its connection or stream.
pub(crate) async fn respond(
    service: &Service,
    link: &Link,
    request: Request<Body>,
) -> Result<Response, h2::Error> {
    let protocol = match request.version() {
        Version::HTTP_2 => Protocol::Http2,
        _ => Protocol::Http1,
    };
    if let Some(beside) = &service.beside
        && beside.serves(request.uri().path())
    {
        return Ok(beside.respond(service, request).await);
    }
    let (parts, body) = request.into_parts();
    let received = service.receive(&parts, body).await;
    let responding = link.activity.responding();
    let ended = |reason| match protocol {
        Protocol::Http1 => Ok(closed(&link.cut)),
        Protocol::Http2 => Err(h2::Error::from(reason)),
    };
    match service.handle(&parts, received).await {
        Delivery::Responded(reply, manner) => {
            let has_body = parts.method != Method::HEAD && reply.may_have_body();
            if has_body {
                let sent = Sent {
                    service,
                    link,
                    protocol,
                    responding,
                };
                Ok(sent.in_manner(manner, reply))
            } else {
                if let (Protocol::Http1, Manner::Truncated(_)) = (protocol, manner) {
                    link.cut.within_body(0);
                }
                Ok(reply.into_head())
            }
        }
        Delivery::Dropped => ended(Reason::INTERNAL_ERROR),
        Delivery::Refused => ended(Reason::REFUSED_STREAM),
        Delivery::Stalled => {
            // Nothing is ever sent, so this waits until the sandbox is dropped. If the client goes away first, the server
            // drops this future.
            let _ = service.running.clone().changed().await;
            ended(Reason::INTERNAL_ERROR)
        }
    }
}

/// A response that is sent with a body.
struct Sent<'a> {
    service: &'a Service,
    link: &'a Link,
    protocol: Protocol,
    responding: Responding,
}

impl Sent<'_> {
    fn in_manner(self, manner: Manner, reply: Reply) -> Response {
        match manner {
            Manner::Whole => reply.into_response(Body::from),
            Manner::Truncated(length) if length >= reply.length() => {
                if self.protocol == Protocol::Http1 {
                    self.link.cut.within_body(reply.length());
                }
                reply.into_response(Body::from)
            }
            Manner::Truncated(length) => match self.protocol {
                Protocol::Http1 => {
                    self.link.cut.within_body(length);
                    reply.into_response(Body::from)
                }
                Protocol::Http2 => {
                    reply.into_response(|bytes| Body::new(CutBody::new(bytes, length)))
                }
            },
            Manner::Stalled(length) => {
                let running = self.service.running.clone();
                let responding = Arc::new(self.responding);
                let until_dropped = move || {
                    let (mut running, responding) = (running.clone(), Arc::clone(&responding));
                    async move {
                        // Nothing is ever sent.
                        let _ = running.changed().await;
                        drop(responding);
                        Err(Reason::INTERNAL_ERROR.into())
                    }
                };
                reply.into_response(|bytes| Body::new(SlowBody::new(bytes, length, until_dropped)))
            }
            Manner::Dripping(piece, pause) => {
                let sleep = Arc::clone(&self.service.sleep);
                let responding = Arc::new(self.responding);
                let wait = move || {
                    let (slept, responding) = (sleep(pause), Arc::clone(&responding));
                    async move {
                        slept.await;
                        drop(responding);
                        Ok(())
                    }
                };
                reply.into_response(|bytes| Body::new(SlowBody::new(bytes, piece, wait)))
            }
        }
    }
}

/// A response of which no byte is sent: trying to closes the connection.
fn closed(cut: &Cut) -> Response {
    cut.at_once();
    Response::default()
}
