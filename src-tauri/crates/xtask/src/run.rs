//! `cargo xtask run`: from a fresh clone to a show.

use std::process::Command;

#[cfg(unix)]
use crate::failure::Failure;
use crate::{Done, paths, setup, shell};

/// Sets up, builds the release program and starts the demo show with `pass`.
///
/// # Errors
/// What the set-up, the build or the program failed with.
pub fn run(pass: &[String]) -> Done {
    setup::run(false)?;
    shell::run(shell::cargo().args(["build", "--release", "--package", "vitrine-cli"]))?;
    let program = paths::release_program("vitrine-cli");
    println!("The program is {} (try `doctor`, `live --help`, `rehearse`).", program.display());
    // Paths in `pass` mean the folder in which the caller stands.
    become_program(Command::new(&program).arg("demo").args(pass))
}

/// Ends this process in favour of the program, so that Ctrl-C and the exit code are its own.
#[cfg(unix)]
fn become_program(program: &mut Command) -> Done {
    use std::os::unix::process::CommandExt;
    shell::announce(&shell::describe(program));
    let error = program.exec();
    Err(Failure::Check(format!("`{}` did not start: {error}", shell::describe(program))))
}

#[cfg(not(unix))]
fn become_program(program: &mut Command) -> Done {
    shell::run(program)
}
