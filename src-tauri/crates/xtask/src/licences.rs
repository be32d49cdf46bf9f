//! The licences of everything Vitrine is built from, read from `cargo metadata`.

use crate::Done;
use crate::failure::Failure;
use crate::metadata::{Metadata, Package};

/// What our own packages are under.
const OURS: &str = "MIT OR Apache-2.0";

/// Licences that a program under MIT or Apache-2.0 can be built with and given away.
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "Unicode-3.0",
    "Unicode-DFS-2016",
    "Unlicense",
    "WTFPL",
    "Zlib",
];

/// Single packages under another licence, each with the reason why it is in.
const NAMED: &[(&str, &str, &str)] = &[];

/// Checks every package of the resolution, on every platform.
///
/// # Errors
/// [`Failure::Check`] after naming each package that may not be in.
pub fn run() -> Done {
    let metadata = Metadata::read()?;
    let findings: Vec<String> =
        metadata.theirs().filter_map(theirs).chain(metadata.ours().filter_map(ours)).collect();
    for finding in &findings {
        println!("{finding}");
    }
    if findings.is_empty() {
        println!("Licences: {} packages, all permitted.", metadata.packages.len());
        return Ok(());
    }
    Err(Failure::Check(format!(
        "{} packages with a licence that is not permitted, see above",
        findings.len()
    )))
}

fn theirs(package: &Package) -> Option<String> {
    let given = package.license.as_deref().unwrap_or("");
    let named = NAMED.iter().any(|(name, licence, _)| package.name == *name && given == *licence);
    if named || permitted(given) == Some(true) {
        return None;
    }
    let what = match permitted(given) {
        _ if given.is_empty() => "states no licence expression".to_owned(),
        None => format!("states '{given}', which is no licence expression"),
        Some(_) => format!("is under '{given}', which is not on the list"),
    };
    Some(format!(
        "{} {} {what}; `cargo tree --workspace --target all --invert {}` shows who wants it: do without, or name it with a reason in xtask/src/licences.rs",
        package.name, package.version, package.name
    ))
}

fn ours(package: &Package) -> Option<String> {
    (package.license.as_deref() != Some(OURS)).then(|| {
        format!(
            "{}: our own packages are under '{OURS}'; write `license.workspace = true`",
            package.name
        )
    })
}

/// Whether a licence expression can be fulfilled by allowed licences; `None` if it cannot be read.
/// `/` is read as `OR`, as it was meant before there were expressions.
fn permitted(expression: &str) -> Option<bool> {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut reader = Words { words: &words, at: 0 };
    let value = reader.any()?;
    (reader.at == words.len()).then_some(value)
}

struct Words<'a> {
    words: &'a [&'a str],
    at: usize,
}

impl<'a> Words<'a> {
    fn next(&mut self) -> Option<&'a str> {
        let word = self.words.get(self.at).copied()?;
        self.at += 1;
        Some(word)
    }

    fn next_is(&mut self, word: &str) -> bool {
        let is = self.words.get(self.at).is_some_and(|w| w.eq_ignore_ascii_case(word));
        self.at += usize::from(is);
        is
    }

    /// `a OR b OR …`: one of them is enough.
    fn any(&mut self) -> Option<bool> {
        let mut value = self.all()?;
        while self.next_is("OR") {
            value |= self.all()?;
        }
        Some(value)
    }

    /// `a AND b AND …`, which binds closer.
    fn all(&mut self) -> Option<bool> {
        let mut value = self.one()?;
        while self.next_is("AND") {
            value &= self.one()?;
        }
        Some(value)
    }

    fn one(&mut self) -> Option<bool> {
        if self.next_is("(") {
            let value = self.any()?;
            return self.next_is(")").then_some(value);
        }
        let licence = self.next()?;
        if ["AND", "OR", "WITH", ")"].iter().any(|word| licence.eq_ignore_ascii_case(word)) {
            return None;
        }
        let whole = match self.next_is("WITH") {
            true => format!("{licence} WITH {}", self.next()?),
            false => licence.to_owned(),
        };
        Some(ALLOWED.iter().any(|allowed| allowed.eq_ignore_ascii_case(&whole)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions() {
        for (expression, expected) in [
            ("MIT", Some(true)),
            ("MIT OR GPL-3.0-only", Some(true)),
            ("GPL-3.0-only", Some(false)),
            ("MIT AND GPL-3.0-only", Some(false)),
            ("MIT/Apache-2.0", Some(true)),
            ("Apache-2.0 WITH LLVM-exception OR Apache-2.0 OR MIT", Some(true)),
            ("Apache-2.0 WITH LLVM-exception", Some(true)),
            ("GPL-2.0 WITH Classpath-exception-2.0", Some(false)),
            ("(MIT OR Apache-2.0) AND Unicode-3.0", Some(true)),
            ("(MIT OR Apache-2.0) AND GPL-2.0", Some(false)),
            ("GPL-2.0 OR MIT AND ISC", Some(true)),
            ("MIT OR", None),
            ("(MIT", None),
            ("MIT Apache-2.0", None),
            ("", None),
        ] {
            assert_eq!(permitted(expression), expected, "{expression}");
        }
    }

    #[test]
    fn the_offender_is_named_with_a_remedy() {
        let package = |license: Option<&str>| Package {
            name: "copyleft".to_owned(),
            version: "1.2.3".to_owned(),
            id: "x".to_owned(),
            license: license.map(str::to_owned),
            dependencies: Vec::new(),
            manifest_path: String::new(),
        };
        let said = theirs(&package(Some("AGPL-3.0"))).unwrap();
        assert!(said.contains("copyleft 1.2.3 is under 'AGPL-3.0'") && said.contains("cargo tree"));
        assert!(theirs(&package(None)).unwrap().contains("states no licence"));
        assert_eq!(theirs(&package(Some("MIT"))), None);
        assert_eq!(ours(&package(Some(OURS))), None);
        assert!(ours(&package(Some("MIT"))).is_some());
    }
}
