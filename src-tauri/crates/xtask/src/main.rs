//! Set-up, run, test, device lab, bench and tidy of the Vitrine workspace: `cargo xtask <verb>`.
//!
//! | file | what |
//! |---|---|
//! | [`args`] | the verbs, their options and help texts |
//! | [`failure`] | the one error type and the exit codes |
//! | [`paths`] | where the repository, the build folder and the caches are |
//! | [`shell`] | running other programs, announced before they start |
//! | [`system`] | which operating system and package manager this is, what is installed |
//! | [`needs`] | the table of what Vitrine needs, why, and what it is called where |
//! | [`setup`] | installs the needs that are missing |
//! | [`run`] | builds and starts the program |
//! | [`mod@test`] | every check and test, timed, and the closing figures |
//! | [`mod@device_lab`] | tests on a real camera and sound card, in a virtual machine |
//! | [`counts`] | reads the figures out of `cargo test`'s output as it passes by |
//! | [`metadata`] | `cargo metadata`, as far as it is used here |
//! | [`tidy`] | house rules: edges between crates, sources, names, files |
//! | [`licences`] | the licences of everything we link |
//! | [`mod@bench`] | Vitrine and its peers on the same work |
//!
//! It knows none of Vitrine's crates and has nearly no dependencies: it is the first thing built on
//! a fresh machine.

mod args;
mod bench;
mod counts;
mod device_lab;
mod failure;
mod licences;
mod metadata;
mod needs;
mod paths;
mod run;
mod setup;
mod shell;
mod system;
mod test;
mod tidy;

use std::process::ExitCode;

use args::Verb;
use failure::Failure;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let done = args::parse(&words).and_then(|verb| match verb {
        Verb::Help(text) => {
            print!("{text}");
            Ok(())
        }
        Verb::Setup { check_only } => setup::run(check_only),
        Verb::Run { pass } => run::run(&pass),
        Verb::Test { pass } => test::run(&pass),
        Verb::DeviceLab(options) => device_lab::run(&options),
        Verb::Bench(options) => bench::run(&options),
        Verb::Tidy => tidy::run(),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\nxtask: {failure}");
            failure.exit_code()
        }
    }
}

/// `Ok` or the sentence of what went wrong.
type Done<T = ()> = Result<T, Failure>;
