//! The port that a sandbox listens on. It closes at once when either the sandbox or its server ends, so the next one
//! can have it.

use std::{
    future::poll_fn,
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::Poll,
};

use tokio::net::{TcpListener, TcpStream};

/// A share in an open port. Dropping any of the shares closes the port.
pub(crate) struct Listening(Arc<Mutex<Option<TcpListener>>>);

impl Listening {
    /// Opens the port. `listener` must not block.
    pub(crate) fn new(listener: std::net::TcpListener) -> io::Result<Self> {
        let listener = TcpListener::from_std(listener)?;
        Ok(Self(Arc::new(Mutex::new(Some(listener)))))
    }

    pub(crate) fn share(&self) -> Self {
        Self(Arc::clone(&self.0))
    }

    /// Waits for the next connection; `None` if the port is closed.
    pub(crate) async fn accept(&self) -> Option<io::Result<TcpStream>> {
        poll_fn(|context| {
            let listener = self.listener();
            let Some(listener) = &*listener else {
                return Poll::Ready(None);
            };
            let accepted = listener.poll_accept(context);
            accepted.map(|accepted| Some(accepted.map(|(stream, _)| stream)))
        })
        .await
    }

    fn listener(&self) -> MutexGuard<'_, Option<TcpListener>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.listener().take();
    }
}

/// Binds a socket for [`Listening::new`].
pub(crate) fn bind(address: SocketAddr) -> io::Result<std::net::TcpListener> {
    let listener = std::net::TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}
