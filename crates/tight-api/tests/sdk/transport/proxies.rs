//! Proxies that ask who is calling, and connections that need none.

use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use tight_api::ErrorKind;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

use super::{Server, builder, refused, save};
use crate::processes::is_alone;
use crate::server::nobody;
use crate::tls::Certificate;

const USER: &str = "acme bank";
const PASSWORD: &str = "p:ä@s/s%20word";

/// A proxy that opens tunnels to one server, whatever it is asked for, for whom it knows.
struct Proxy {
    url: String,
    /// The heads of what it was asked for.
    asked: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    async fn before(server: &Server) -> Self {
        Self::at("127.0.0.1:0", server).await
    }

    async fn at(address: &str, server: &Server) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (kept, port) = (Arc::clone(&asked), server.port);
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let kept = Arc::clone(&kept);
                tokio::spawn(async move {
                    let mut head = Vec::new();
                    while !head.ends_with(b"\r\n\r\n") {
                        head.push(stream.read_u8().await.unwrap());
                    }
                    let head = String::from_utf8(head).unwrap();
                    let known = BASE64_STANDARD.encode(format!("{USER}:{PASSWORD}"));
                    let is_known = head.lines().any(|line| {
                        line.to_lowercase()
                            .starts_with("proxy-authorization: basic ")
                            && line.ends_with(&format!(" {known}"))
                    });
                    kept.lock().unwrap().push(head);
                    if !is_known {
                        let asks = "HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic\r\ncontent-length: 0\r\n\r\n";
                        stream.write_all(asks.as_bytes()).await.unwrap();
                        return;
                    }
                    let opened = "HTTP/1.1 200 Connection established\r\n\r\n";
                    stream.write_all(opened.as_bytes()).await.unwrap();
                    let mut server = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
                    let _ = copy_bidirectional(&mut stream, &mut server).await;
                });
            }
        });
        Self { url, asked }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

#[tokio::test]
async fn a_proxy_that_asks_for_a_password_opens_its_tunnel_for_the_right_one() {
    let certificate = Certificate::of("tight.invalid");
    let server = Server::with_tls(certificate.acceptor(&["http/1.1"])).await;
    let proxy = Proxy::before(&server).await;
    let builder = builder("https://tight.invalid").only_root_certificates(certificate.pem());
    let right = builder
        .clone()
        .proxy_with_credentials(proxy.url.as_str(), USER, PASSWORD);
    save(&right.build().unwrap()).await.unwrap();
    let asked = proxy.asked();
    assert_eq!(asked.len(), 1);
    assert!(asked[0].starts_with("CONNECT tight.invalid:443 HTTP/1.1\r\n"));
    // The proxy learns nothing of the call.
    assert!(!asked[0].contains("an-access-token"), "{asked:?}");
    let requests = server.requests();
    assert!(requests[0].contains("authorization: Bearer an-access-token"));
    assert!(!requests[0].to_lowercase().contains("proxy-"));

    let none = builder.clone().proxy(proxy.url.as_str());
    let wrong = builder.proxy_with_credentials(proxy.url.as_str(), USER, "another");
    for (tried, client) in [none, wrong].into_iter().enumerate() {
        let error = save(&client.build().unwrap()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Proxy);
        assert!(!error.may_have_taken_effect() && !error.is_retryable());
        assert!(!error.to_string().contains("another"), "{error}");
        assert_eq!(proxy.asked().len(), tried + 2);
    }
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_proxy_of_the_environment_has_its_password_in_its_address() {
    const TEST: &str =
        "transport::proxies::a_proxy_of_the_environment_has_its_password_in_its_address";
    let url = nobody();
    let with_password = url.replace("http://", "http://acme%20bank:p%3A%C3%A4%40s%2Fs%2520word@");
    if !is_alone(
        TEST,
        &[
            ("HTTPS_PROXY", &with_password),
            // Plain http must not go there.
            ("HTTP_PROXY", &url),
            ("NO_PROXY", "other.invalid,10.0.0.0/8"),
        ],
    ) {
        return;
    }
    let address = std::env::var("HTTP_PROXY").unwrap();
    let certificate = Certificate::of("tight.invalid");
    let server = Server::with_tls(certificate.acceptor(&["http/1.1"])).await;
    let proxy = Proxy::at(address.trim_start_matches("http://"), &server).await;
    let builder = |url: &str| builder(url).only_root_certificates(certificate.pem());
    save(&builder("https://tight.invalid").build().unwrap())
        .await
        .unwrap();
    assert_eq!(proxy.asked().len(), 1);

    // What is set in code counts.
    let here = ["127.0.0.1".parse().unwrap()];
    let direct = format!("https://tight.invalid:{}", server.port);
    let direct = builder(&direct).no_proxy().resolve("tight.invalid", here);
    save(&direct.build().unwrap()).await.unwrap();
    // So do the exceptions of the environment.
    let excepted = format!("https://other.invalid:{}", server.port);
    let excepted = builder(&excepted).resolve("other.invalid", here);
    let error = save(&excepted.build().unwrap()).await.unwrap_err();
    assert_eq!(
        error.kind(),
        ErrorKind::Tls,
        "it is the server that is not trusted"
    );

    // Loopback and plain http are called directly.
    let mock = Server::plain().await;
    let named = super::builder(format!("http://tight-mock:{}", mock.port))
        .allow_plain_http_to("tight-mock")
        .resolve("tight-mock", here);
    for client in [named, super::builder(mock.http())] {
        let client = client.proxy(address.as_str());
        save(&client.build().unwrap()).await.unwrap();
    }
    assert_eq!(proxy.asked().len(), 1);
}

#[test]
fn what_is_no_proxy_is_refused_without_being_shown() {
    let builder = builder("https://tight.invalid");
    let refused = |url: &str| refused(builder.clone().proxy(url));
    insta::assert_snapshot!(refused("user:secret@proxy.invalid:3128"), @"the proxy URL begins with neither `http://` nor `https://`; write it as `http://proxy.example.com:3128`");
    insta::assert_snapshot!(refused("socks5://proxy.invalid:1080"), @"the proxy URL begins with neither `http://` nor `https://`; write it as `http://proxy.example.com:3128`");
    insta::assert_snapshot!(refused("http://user:secret@"), @"the proxy URL is invalid: empty host; write it as `http://proxy.example.com:3128`");
}
