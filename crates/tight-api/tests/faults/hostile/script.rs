//! What a hostile server sends, decided by bytes. All bytes are a script, and small changes of them change little.
//!
//! ```text
//! 0     what is called
//! 1     the status of the first reply; those after it are 200
//! 2     how replies are framed (2 bits), then a bit each: no media type; whole responses as they are; client credentials
//! 3...  replies, with \x1e between them; within each, \x1f ends further lines of the head
//! ```
//!
//! `$TOKEN$`, `$SECRET$` and `$BASIC$` become what the client authenticates itself with.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

pub(crate) const TOKEN: &str = "an-access-token-of-5417";
pub(crate) const CLIENT_ID: &str = "a-client";
pub(crate) const SECRET: &str = "a-client-secret-of-8822";

/// What separates replies.
pub(crate) const NEXT: u8 = 0x1e;
/// What ends further lines of a head.
pub(crate) const HEAD: u8 = 0x1f;

pub(crate) const STATUSES: [u16; 29] = [
    200, 201, 202, 204, 205, 206, 207, 299, 302, 304, 307, 400, 401, 403, 404, 405, 408, 409, 413,
    422, 425, 429, 500, 501, 502, 503, 504, 511, 999,
];

pub(crate) const CUT: u8 = 1;
pub(crate) const CHUNKED: u8 = 2;
pub(crate) const UNTIL_CLOSED: u8 = 3;
pub(crate) const NO_MEDIA_TYPE: u8 = 4;
pub(crate) const AS_IT_IS: u8 = 8;
pub(crate) const CREDENTIALS: u8 = 16;

fn basic() -> String {
    BASE64_STANDARD.encode(format!("{CLIENT_ID}:{SECRET}"))
}

pub(crate) struct Script {
    /// What is called, a number without a bound.
    pub(crate) called: usize,
    pub(crate) has_credentials: bool,
    /// The responses, byte for byte. The last one is sent again and again.
    pub(crate) replies: Vec<Vec<u8>>,
}

impl Script {
    /// What no error may show: what the client authenticates itself with.
    pub(crate) fn secrets(&self) -> Vec<String> {
        match self.has_credentials {
            true => vec![SECRET.to_owned(), basic()],
            false => vec![TOKEN.to_owned()],
        }
    }

    pub(crate) fn read(bytes: &[u8]) -> Self {
        let [called, status, flags, rest @ ..] = bytes else {
            return Self::read(&[0, 0, 0]);
        };
        let mut status = STATUSES[usize::from(*status) % STATUSES.len()];
        let replies = rest.split(|byte| *byte == NEXT).map(|reply| {
            let reply = with_secrets(reply);
            if flags & AS_IT_IS != 0 {
                return reply;
            }
            let response = response(status, *flags, &reply);
            status = 200;
            response
        });
        Self {
            replies: replies.collect(),
            called: usize::from(*called),
            has_credentials: flags & CREDENTIALS != 0,
        }
    }
}

fn response(status: u16, flags: u8, reply: &[u8]) -> Vec<u8> {
    let (lines, body) = match reply.iter().position(|byte| *byte == HEAD) {
        Some(end) => (&reply[..end], &reply[end + 1..]),
        None => (&reply[..0], reply),
    };
    let mut response = format!("HTTP/1.1 {status} Any\r\n").into_bytes();
    if flags & NO_MEDIA_TYPE == 0 {
        response.extend_from_slice(b"content-type: application/json\r\n");
    }
    for line in lines.split(|byte| *byte == b'\n') {
        if !line.is_empty() {
            response.extend_from_slice(line);
            response.extend_from_slice(b"\r\n");
        }
    }
    let length = body.len();
    let framing = match flags & 3 {
        CUT => format!("content-length: {}\r\n\r\n", length + 7),
        CHUNKED => format!("transfer-encoding: chunked\r\n\r\n{length:x}\r\n"),
        UNTIL_CLOSED => "connection: close\r\n\r\n".to_owned(),
        _ => format!("content-length: {length}\r\n\r\n"),
    };
    response.extend_from_slice(framing.as_bytes());
    response.extend_from_slice(body);
    if flags & 3 == CHUNKED {
        let end: &[u8] = match length {
            0 => b"\r\n",
            _ => b"\r\n0\r\n\r\n",
        };
        response.extend_from_slice(end);
    }
    response
}

/// Puts in what a server that quotes its requests would send.
fn with_secrets(reply: &[u8]) -> Vec<u8> {
    let basic = basic();
    let mut replaced = Vec::with_capacity(reply.len());
    let mut rest = reply;
    while let Some((first, after)) = rest.split_first() {
        let found = [
            ("$TOKEN$", TOKEN),
            ("$SECRET$", SECRET),
            ("$BASIC$", &*basic),
        ]
        .into_iter()
        .find_map(|(name, value)| Some((rest.strip_prefix(name.as_bytes())?, value)));
        match found {
            Some((after, value)) => {
                replaced.extend_from_slice(value.as_bytes());
                rest = after;
            }
            None => {
                replaced.push(*first);
                rest = after;
            }
        }
    }
    replaced
}
