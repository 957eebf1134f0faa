//! `tight-sandbox`: the sandbox as a program, for tests in any language and for trying out the API by hand. It uses the
//! library's public interface only.

mod program;

use std::process::ExitCode;

fn main() -> ExitCode {
    program::main()
}
