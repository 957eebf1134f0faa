//! A server on its own thread that reads each request and sends canned bytes, so that the client's thread shows only the
//! client's cost.
//!
//! ```text
//! request  reads requests, and drops their bodies
//! answer   what is sent, when, and how fast
//! ```

mod answer;
mod request;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::mpsc;
use std::thread;

use tokio::net::{TcpListener, TcpStream};

pub use answer::Answer;

/// A server that lives as long as the process.
#[derive(Clone, Copy, Debug)]
pub struct Server {
    address: SocketAddr,
}

impl Server {
    /// Answers every request with `answer`.
    ///
    /// # Errors
    ///
    /// Returns an error if it cannot listen.
    pub fn start(answer: Answer) -> io::Result<Self> {
        let answer = Arc::new(answer);
        let (ready, listening) = mpsc::channel();
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?;
            runtime.block_on(async {
                let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
                let _ = ready.send(listener.local_addr()?);
                loop {
                    let (connection, _) = listener.accept().await?;
                    tokio::spawn(serve(connection, Arc::clone(&answer)));
                }
                #[allow(unreachable_code, reason = "the type of the block's errors")]
                io::Result::Ok(())
            })
        });
        let address = listening
            .recv()
            .map_err(|_| io::Error::other("the server could not listen"))?;
        Ok(Self { address })
    }

    /// The base URL.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }
}

async fn serve(mut connection: TcpStream, answer: Arc<Answer>) -> io::Result<()> {
    connection.set_nodelay(true)?;
    let mut buffer = vec![0; 256 * 1024];
    while let Some(request) = request::receive(&mut connection, &mut buffer).await? {
        answer.send(&request, &mut connection).await?;
    }
    Ok(())
}
