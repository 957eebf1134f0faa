//! Tests that need an environment of their own: the HTTP client takes proxies and trusted certificates from variables, which a
//! process cannot change for itself while other tests run.

use std::path::PathBuf;
use std::process::Command;

use crate::tls::Certificate;

/// What marks the process that a test is run in by another.
const ALONE: &str = "TIGHT_API_TEST_ALONE";

/// Where the process finds the certificate that it trusts. The test that runs in it may put another there.
const TRUSTED: &str = "SSL_CERT_FILE";

/// Whether this is a process for this test alone, which has these variables and no proxy. If not, the test is run in one, and
/// has to do nothing else.
pub(crate) fn is_alone(test: &str, variables: &[(&str, &str)]) -> bool {
    if std::env::var_os(ALONE).is_some() {
        return true;
    }
    let folder = tempfile::tempdir().unwrap();
    let trusted = folder.path().join("trusted.pem");
    // No client is made where nobody at all is trusted.
    std::fs::write(&trusted, Certificate::of("nobody.invalid").pem()).unwrap();
    let mut process = Command::new(std::env::current_exe().unwrap());
    for proxy in ["http_proxy", "https_proxy", "all_proxy", "no_proxy"] {
        process.env_remove(proxy).env_remove(proxy.to_uppercase());
    }
    let output = process
        .args(["--exact", test, "--nocapture"])
        .env(ALONE, "1")
        .env(TRUSTED, trusted)
        .env_remove("SSL_CERT_DIR")
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(output.status.success(), "{said}");
    assert!(said.contains("1 passed"), "there is no test {test}: {said}");
    assert!(!said.contains("panicked"), "{said}");
    false
}

/// The file whose certificate is trusted, for a test that is alone.
pub(crate) fn trusted() -> PathBuf {
    std::env::var_os(TRUSTED).unwrap().into()
}
