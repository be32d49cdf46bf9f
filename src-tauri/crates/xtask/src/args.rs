//! The command line of `cargo xtask`, parsed with plain std.

use std::path::PathBuf;

use crate::Done;
use crate::bench::Options;
use crate::device_lab;
use crate::failure::Failure;

/// What the caller wants done.
#[derive(Debug, PartialEq)]
pub enum Verb {
    /// Print this text.
    Help(&'static str),
    /// Install what is missing; with `check_only`, only say what is missing.
    Setup {
        /// Report and change nothing.
        check_only: bool,
    },
    /// Build and start the program with these arguments.
    Run {
        /// Arguments of the program.
        pass: Vec<String>,
    },
    /// Check and test everything, or only `cargo test` with these arguments.
    Test {
        /// Arguments of `cargo test`.
        pass: Vec<String>,
    },
    /// Test on the devices of a virtual machine.
    DeviceLab(device_lab::Options),
    /// Measure against the peers.
    Bench(Options),
    /// House rules and licences.
    Tidy,
}

/// Reads the words after `cargo xtask`.
pub fn parse(words: &[String]) -> Done<Verb> {
    let (own, pass) = match words.iter().position(|w| w == "--") {
        Some(at) => (&words[..at], words[at + 1..].to_vec()),
        None => (words, Vec::new()),
    };
    let Some((verb, options)) = own.split_first() else { return Ok(Verb::Help(HELP)) };
    let wants_help = options.iter().any(|w| w == "--help" || w == "-h");
    let plain = |verb: Verb| match options.first() {
        Some(word) => Err(unknown(word, own.first())),
        None => Ok(verb),
    };
    match verb.as_str() {
        "help" | "--help" | "-h" => Ok(Verb::Help(options.first().map_or(HELP, |v| help_of(v)))),
        name if wants_help => Ok(Verb::Help(help_of(name))),
        "setup" => match options {
            [] => Ok(Verb::Setup { check_only: false }),
            [word] if word == "--check" => Ok(Verb::Setup { check_only: true }),
            [word, ..] => Err(unknown(word, own.first())),
        },
        "run" => plain(Verb::Run { pass }),
        "test" => plain(Verb::Test { pass }),
        "device-lab" => device_lab(options).map(Verb::DeviceLab),
        "bench" => bench(options).map(Verb::Bench),
        "tidy" => plain(Verb::Tidy),
        other => Err(Failure::Usage(format!(
            "there is no verb '{other}'; `cargo xtask help` lists them"
        ))),
    }
}

fn unknown(word: &str, verb: Option<&String>) -> Failure {
    let verb = verb.map_or("", String::as_str);
    Failure::Usage(format!(
        "'{word}' is no option of '{verb}'; see `cargo xtask {verb} --help` (words for the program go after `--`)"
    ))
}

fn bench(words: &[String]) -> Done<Options> {
    let mut options = Options::default();
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        let mut value = || {
            rest.next().ok_or_else(|| Failure::Usage(format!("'{word}' needs a value after it")))
        };
        match word.as_str() {
            "--json" => options.json = Some(PathBuf::from(value()?)),
            "--runs" => {
                let given = value()?;
                options.runs =
                    given.parse().ok().filter(|n| (1..=99).contains(n)).ok_or_else(|| {
                        Failure::Usage(format!("'--runs {given}' is no number from 1 to 99"))
                    })?;
            }
            "--only" => options.only = value()?.split(',').map(|s| s.trim().to_owned()).collect(),
            "--quick" => options.quick = true,
            "--peers-only" => options.peers_only = true,
            "--list" => options.list = true,
            other => return Err(unknown(other, Some(&"bench".to_owned()))),
        }
    }
    Ok(options)
}

fn device_lab(words: &[String]) -> Done<device_lab::Options> {
    let mut options = device_lab::Options::default();
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        let mut value = || {
            let value = rest.next().filter(|v| !v.starts_with("--"));
            value.ok_or_else(|| Failure::Usage(format!("'{word}' needs a value after it")))
        };
        match word.as_str() {
            "--shell" => options.shell = true,
            "--only" => options.only = Some(value()?.clone()),
            "--keep" => options.keep = Some(PathBuf::from(value()?)),
            other => return Err(unknown(other, Some(&"device-lab".to_owned()))),
        }
    }
    Ok(options)
}

fn help_of(verb: &str) -> &'static str {
    match verb {
        "setup" => HELP_SETUP,
        "run" => HELP_RUN,
        "test" => HELP_TEST,
        "device-lab" => HELP_DEVICE_LAB,
        "bench" => HELP_BENCH,
        "tidy" => HELP_TIDY,
        _ => HELP,
    }
}

const HELP: &str = "\
Development tasks of Vitrine.

Usage: cargo xtask <verb> [options] [-- arguments passed on]

Verbs:
  setup       install what is missing on this machine, saying what and why
  run         set up, build and start Vitrine (without a display: the headless demo)
  test        set up, then every check and every test
  device-lab  only the tests on a real camera and sound card, in a virtual machine
  bench       measure Vitrine beside its peers on the same work
  tidy        house rules and licences, without building
  help        this text; `cargo xtask help <verb>` for one verb

Exit codes: 0 done, 1 a check, test or build failed, 2 wrong usage, 3 set-up impossible here.

Examples:
  cargo xtask run
  cargo xtask test
  cargo xtask bench --quick --only P1
";

const HELP_SETUP: &str = "\
Installs what Vitrine needs and this machine lacks: by apt on Debian and Ubuntu, dnf on Fedora,
brew on macOS; on Windows it prints the steps. When everything is there it asks for nothing.

Usage: cargo xtask setup [--check]

  --check   only say what is missing; exit code 3 if anything is

Examples:
  cargo xtask setup
  cargo xtask setup --check
";

const HELP_RUN: &str = "\
Sets up, builds the release program and starts the demo show: two rehearsal destinations and a
recording. Arguments after `--` go to `vitrine-cli demo`.

Usage: cargo xtask run [-- arguments]

Examples:
  cargo xtask run
  cargo xtask run -- --seconds 20
  cargo xtask run -- --seconds 20 --out out/demo
";

const HELP_TEST: &str = "\
Sets up, then formatting, tidy, licences, clippy, documentation, every test and the device lab (see
`cargo xtask help device-lab`); prints how long each took and, last, one line with the tests passed, failed and skipped. Steps after a failed one still
run, except the tests when they do not build.

Usage: cargo xtask test [-- arguments of cargo test]

With arguments only the tests run, for the packages they name (all if they name none).

Examples:
  cargo xtask test
  cargo xtask test -- -p vitrine-mixer
  cargo xtask test -- -p vitrine-delivery stalled -- --nocapture
";

const HELP_DEVICE_LAB: &str = "\
Boots the distribution's stock kernel in QEMU with a virtual camera (vivid) and a virtual sound card
(snd-aloop), and runs the release program in it on /dev/video0 and the ALSA devices: listing, every
layout of pictures, a stream to an RTMP server, unplugging, devices that are busy. The machine sees
this computer's files read-only; the kernel's package is fetched once into the user's cache and not
installed. Part of `cargo xtask test`. Needs Debian on x86-64; elsewhere it says so and is skipped.

Usage: cargo xtask device-lab [--only NAME] [--keep DIR] [--shell]

  --only NAME   only the tests whose name holds NAME
  --keep DIR    keep the pictures and recordings of the tests in DIR
  --shell       a shell in the machine in place of the tests; $VITRINE_CLI is the program

Examples:
  cargo xtask device-lab
  cargo xtask device-lab --only unplugged --keep out/lab
  cargo xtask device-lab --shell
";

const HELP_BENCH: &str = "\
Runs Vitrine and its peer FFmpeg on the same generated input, in turns, and prints medians, ratios and
targets. Inputs are made once, in the user's cache (2 GB).

Usage: cargo xtask bench [--only P1,P3] [--runs N] [--quick] [--json FILE] [--peers-only] [--list]

  --only IDS     only these rows; 'P1' takes every row whose id begins with it
  --runs N       runs of each side (default 5, quick 1)
  --quick        shorter shows and one run: to see that it works, not for figures
  --json FILE    write every sample and the table to FILE
  --peers-only   leave Vitrine out (nothing is built)
  --list         list the rows and stop

Examples:
  cargo xtask bench
  cargo xtask bench --only P3 --runs 7 --json bench.json
";

const HELP_TIDY: &str = "\
Checks the house rules (edges between crates, file sizes, crate maps, forbidden words and calls) and
the licences of all dependencies. Builds nothing; takes a few seconds.

Usage: cargo xtask tidy

Example:
  cargo xtask tidy
";

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn verbs_and_what_they_pass_on() {
        assert_eq!(
            parse(&words("test -- -p x -- --nocapture")).unwrap(),
            Verb::Test { pass: words("-p x -- --nocapture") }
        );
        assert_eq!(parse(&words("run")).unwrap(), Verb::Run { pass: vec![] });
        assert_eq!(parse(&words("setup --check")).unwrap(), Verb::Setup { check_only: true });
        assert_eq!(parse(&[]).unwrap(), Verb::Help(HELP));
        assert_eq!(parse(&words("bench --help")).unwrap(), Verb::Help(HELP_BENCH));
        assert_eq!(parse(&words("help tidy")).unwrap(), Verb::Help(HELP_TIDY));
    }

    #[test]
    fn bench_options() {
        let Verb::Bench(o) =
            parse(&words("bench --only P1,P3 --runs 3 --json a.json --quick")).unwrap()
        else {
            panic!("not bench")
        };
        assert_eq!((o.only, o.runs, o.quick), (words("P1 P3"), 3, true));
        assert_eq!(o.json, Some(PathBuf::from("a.json")));
    }

    #[test]
    fn device_lab_options() {
        let Verb::DeviceLab(o) =
            parse(&words("device-lab --only busy --keep out/lab --shell")).unwrap()
        else {
            panic!("not the device lab")
        };
        assert_eq!((o.only.as_deref(), o.shell), (Some("busy"), true));
        assert_eq!(o.keep, Some(PathBuf::from("out/lab")));
        assert_eq!(parse(&words("device-lab -h")).unwrap(), Verb::Help(HELP_DEVICE_LAB));
    }

    #[test]
    fn wrong_words_are_named() {
        for line in [
            "fly",
            "test fast",
            "bench --runs 0",
            "bench --runs",
            "tidy x",
            "setup --now",
            "device-lab now",
            "device-lab --only --shell",
        ] {
            let refused = parse(&words(line)).unwrap_err();
            assert!(matches!(refused, Failure::Usage(_)), "{line}: {refused:?}");
        }
    }
}
