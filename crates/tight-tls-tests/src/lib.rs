//! Tests of `tight-api` in builds that choose another TLS than rustls with its own provider. Such a build has no other crate
//! of the workspace, which would enable the default:
//!
//! ```sh
//! cargo test -p tight-tls-tests --features ring
//! cargo test -p tight-tls-tests --features native
//! cargo test -p tight-tls-tests --features plain
//! ```
