//! `cargo xtask tidy`: the house rules as checks, each finding with its remedy.
//!
//! | file | what it holds to |
//! |---|---|
//! | [`edges`] | which of our crates may use which, and which third parties live where |
//! | [`sources`] | what a source file may contain, and how long it may be |
//! | [`lexer`] | Rust text without comments and strings, and which of it is test code |
//! | [`names`] | what types and files may be called |
//! | [`files`] | what the repository may hold: paths, host names, large files |

mod edges;
mod files;
mod lexer;
mod names;
mod sources;

use std::fmt;
use std::fs;

use crate::failure::Failure;
use crate::metadata::Metadata;
use crate::{Done, licences, paths};

/// One breach of a rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    /// The file, relative to the repository.
    file: String,
    /// The line, from 1; 0 when it is about the whole file.
    line: usize,
    /// What is wrong and how it is mended.
    what: String,
}

impl Finding {
    fn new(file: &str, line: usize, what: impl Into<String>) -> Finding {
        Finding { file: file.to_owned(), line, what: what.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.file, self.what),
            line => write!(f, "{}:{line}: {}", self.file, self.what),
        }
    }
}

/// The verb: house rules, then licences; both are told even if the first fails.
pub fn run() -> Done {
    let rules = rules();
    if let Err(failure) = &rules {
        println!("✗ {failure}");
    }
    licences::run()?;
    rules
}

/// The house rules.
///
/// # Errors
/// [`Failure::Check`] with the number of findings, after printing each.
pub fn rules() -> Done {
    let repository = paths::repository();
    let listed = files::tracked()?;
    let mut findings = edges::check(&Metadata::read()?);
    for name in &listed {
        let path = repository.join(name);
        let Ok(about) = fs::symlink_metadata(&path) else { continue }; // deleted, not yet committed
        findings.extend(files::size(name, about.len()));
        findings.extend(names::file(name));
        if !about.is_file() {
            continue;
        }
        let bytes =
            fs::read(&path).map_err(|e| Failure::Check(format!("cannot read {name}: {e}")))?;
        let Ok(text) = String::from_utf8(bytes) else { continue }; // pictures, fonts, sounds
        findings.extend(files::text(name, &text));
        findings.extend(sources::check(name, &text));
        findings.extend(names::types(name, &text));
    }
    findings.sort();
    for finding in &findings {
        println!("{finding}");
    }
    match findings.len() {
        0 => {
            println!("Tidy: {} files hold to the house rules.", listed.len());
            Ok(())
        }
        1 => Err(Failure::Check("tidy has 1 finding, see above".to_owned())),
        n => Err(Failure::Check(format!("tidy has {n} findings, see above"))),
    }
}
