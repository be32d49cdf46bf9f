//! Running other programs: announced, with the build folder set, failures as sentences.

use std::ffi::OsStr;
use std::io::{IsTerminal, stdout};
use std::process::{Command, Stdio};

use crate::failure::Failure;
use crate::{Done, paths};

/// A `cargo` of the same toolchain, in the repository, with the shared build folder.
pub fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(paths::repository()).env("CARGO_TARGET_DIR", paths::target());
    // The outer cargo describes *this* package in its environment; builds must not see that.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            cargo.env_remove(&name);
        }
    }
    cargo
}

/// The command as one would type it, without its environment.
pub fn describe(command: &Command) -> String {
    let shown = |word: &OsStr| {
        let word = word.to_string_lossy();
        let plain = |c: char| c.is_alphanumeric() || "-_./=:,@+%".contains(c);
        if !word.is_empty() && word.chars().all(plain) {
            word.into_owned()
        } else {
            format!("'{}'", word.replace('\'', "'\\''"))
        }
    };
    let program = std::path::Path::new(command.get_program());
    let program = if program.file_stem().is_some_and(|n| n == "cargo") {
        "cargo".to_owned()
    } else {
        shown(program.as_os_str())
    };
    std::iter::once(program).chain(command.get_args().map(shown)).collect::<Vec<_>>().join(" ")
}

/// Prints the command, runs it with our own input and output, and fails unless it succeeds.
pub fn run(command: &mut Command) -> Done {
    announce(&describe(command));
    let status = command.status().map_err(|e| not_started(command, &e))?;
    if status.success() {
        return Ok(());
    }
    Err(Failure::Check(format!("`{}` failed ({status})", describe(command))))
}

/// Runs a command quietly and returns what it wrote to its output.
pub fn capture(command: &mut Command) -> Done<String> {
    let done = command.stdin(Stdio::null()).output().map_err(|e| not_started(command, &e))?;
    if done.status.success() {
        return Ok(String::from_utf8_lossy(&done.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&done.stderr);
    Err(Failure::Check(format!("`{}` failed: {}", describe(command), said.trim())))
}

/// Whether a command runs and succeeds; its output is thrown away.
pub fn succeeds(command: &mut Command) -> bool {
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|s| s.success())
}

/// Says what comes next, so that a long pause has a name.
pub fn announce(what: &str) {
    if stdout().is_terminal() {
        println!("\x1b[1m▶ {what}\x1b[0m");
    } else {
        println!("▶ {what}");
    }
}

fn not_started(command: &Command, error: &std::io::Error) -> Failure {
    Failure::Check(format!("`{}` did not start: {error}", describe(command)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_read_as_one_would_type_them() {
        let mut command = Command::new("/opt/rust/bin/cargo");
        command.args(["test", "--", "it's", "a b", ""]);
        assert_eq!(describe(&command), "cargo test -- 'it'\\''s' 'a b' ''");
    }

    #[test]
    fn a_failed_command_gives_its_own_words() {
        let refused = capture(cargo().arg("no-such-verb")).unwrap_err();
        assert!(refused.to_string().contains("no-such-verb"), "{refused}");
        assert!(!succeeds(&mut Command::new("vitrine-no-such-program")));
    }
}
