//! `vitrine-cli`: everything the studio does, from a terminal. Thin: each verb turns its options
//! into a call of `vitrine_studio` and prints what came back.
//!
//! | file | what |
//! |---|---|
//! | [`args`] | verbs, options, help |
//! | `view` | cropping, zooming and lip sync as they are written |
//! | `demo`, `live`, `devices`, `catalog`, `show`, `render`, `theme`, `rehearse`, `doctor` | one verb each |
//! | `run`, `show_live` | shows that run: from a script, from a terminal |
//! | `setup` | options → how a show goes on air |
//! | `words` | commands as they are typed in a hurry |
//! | `pick` | products, variants and items as a seller names them |
//! | [`output`] | text, JSON, progress, errors and exit codes |
//! | [`interrupt`] | Ctrl-C |
//! | [`log`] | tracing to stderr, with secrets taken out |

mod args;
mod catalog;
mod demo;
mod devices;
mod doctor;
mod interrupt;
mod live;
mod log;
mod output;
mod pick;
mod rehearse;
mod render;
mod run;
mod setup;
mod show;
mod show_live;
mod theme;
mod view;
mod words;

use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;

use crate::args::{Cli, Verb};

fn main() -> ExitCode {
    let started = Instant::now();
    let cli = Cli::parse();
    log::install(cli.verbose);
    let json = cli.json;
    let result = match cli.verb {
        Verb::Demo(a) => demo::run(&a, json),
        Verb::Live(a) => live::run(*a, json, started),
        Verb::Render(a) => render::run(&a, json),
        Verb::Rehearse(a) => rehearse::run(&a, json),
        Verb::Devices(a) => devices::run(&a, json),
        Verb::Catalog(a) => catalog::run(&a, json),
        Verb::Show(a) => show::run(&a, json),
        Verb::Run(a) => run::run(&a, started),
        Verb::Theme(a) => theme::run(&a, json),
        Verb::Doctor(a) => doctor::run(&a, json),
    };
    match result {
        Ok(code) => code,
        Err(e) => output::fail(&e, json),
    }
}
