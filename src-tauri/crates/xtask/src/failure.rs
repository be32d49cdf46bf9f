//! The one error of this tool: a sentence and an exit code.

use std::fmt;
use std::process::ExitCode;

/// Why a verb ended without success. Each kind has its own exit code, listed in the help text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// A check, a test or a build failed: exit code 1.
    Check(String),
    /// The command line makes no sense: exit code 2.
    Usage(String),
    /// The machine lacks something that could not be installed: exit code 3.
    Setup(String),
}

impl Failure {
    /// The process exit code of this kind.
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Failure::Check(_) => 1,
            Failure::Usage(_) => 2,
            Failure::Setup(_) => 3,
        })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Check(s) | Failure::Usage(s) | Failure::Setup(s) => f.write_str(s),
        }
    }
}
