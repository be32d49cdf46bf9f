//! What a source file may contain, and how long it may be.

use super::Finding;
use super::lexer::{self, Line};

/// The longest a source file may be: past this it is two rooms in one.
const LONGEST: usize = 500;

/// Checks one file by its name and text.
pub fn check(name: &str, text: &str) -> Vec<Finding> {
    if ![".rs", ".ts", ".svelte"].iter().any(|ending| name.ends_with(ending)) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    let length = text.lines().count();
    if length > LONGEST {
        findings.push(Finding::new(
            name,
            0,
            format!("{length} lines, {LONGEST} is the most; give one part of it a file and a name of its own"),
        ));
    }
    if name.ends_with(".rs") {
        if (name.ends_with("/src/lib.rs") || name.ends_with("/src/main.rs"))
            && !text.starts_with("//!")
        {
            findings.push(Finding::new(
                name,
                1,
                "a crate begins with `//!`: one sentence what it is for, then a map of its files",
            ));
        }
        let lines = lexer::lines(text);
        let place = Place::of(name);
        for (at, line) in lines.iter().enumerate() {
            for rule in RULES {
                if (rule.broken)(&place, line) {
                    findings.push(Finding::new(name, at + 1, rule.what));
                }
            }
        }
    }
    findings
}

/// Where a file lies, as far as rules depend on it.
struct Place {
    /// In a folder `tests` or `benches`, or a file `tests.rs`.
    test: bool,
    /// In a file `ffi.rs` or a folder `simd`.
    may_be_unsafe: bool,
    /// In the crate that owns waiting.
    waits: bool,
}

impl Place {
    fn of(name: &str) -> Place {
        let within = |folder: &str| name.split('/').any(|part| part == folder);
        Place {
            test: within("tests") || within("benches") || within("tests.rs"),
            may_be_unsafe: within("ffi.rs") || within("simd"),
            waits: name.contains("/crates/flow/"),
        }
    }
}

struct Rule {
    broken: fn(&Place, &Line) -> bool,
    what: &'static str,
}

/// Words are looked for in code only: comments and strings were blanked before.
const RULES: &[Rule] = &[
    Rule {
        broken: |place, line| !is_test(place, line) && line.code.contains(".unwrap()"),
        what: "`.unwrap()` outside tests; return an error, or `expect` with the reason why it cannot fail",
    },
    Rule {
        broken: |_, line| has_word(&line.code, "todo!") || has_word(&line.code, "unimplemented!"),
        what: "a stub; write it, or leave the whole thing out",
    },
    Rule {
        broken: |_, line| has_word(&line.code, "dbg!"),
        what: "`dbg!` is for the moment of debugging; use `tracing` or remove it",
    },
    Rule {
        broken: |place, line| !place.may_be_unsafe && has_word(&line.code, "unsafe"),
        what: "`unsafe` outside `ffi.rs` and `simd/`; move it there behind a safe function",
    },
    Rule {
        broken: |place, line| sleeps(&line.code) && (is_test(place, line) || !place.waits),
        what: "a thread sleeps; wait on a condition with a time limit (in tests), or by flow's `Clock` and `Stop`",
    },
    Rule {
        broken: |_, line| line.code.contains("#[ignore"),
        what: "an ignored test proves nothing; make it run, let it say `SKIPPED: <reason>` where it cannot, \
               or (a test's own child process) let it return unless its variable is set",
    },
];

fn is_test(place: &Place, line: &Line) -> bool {
    place.test || line.test
}

fn sleeps(code: &str) -> bool {
    code.contains("thread::sleep")
}

/// Whether `word` stands in `code` and is not the end or the beginning of a longer one.
fn has_word(code: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(word).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let after = code[at + word.len()..].chars().next();
        // After a macro's `!` anything may follow.
        !before.is_some_and(part) && (word.ends_with('!') || !after.is_some_and(part))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(name: &str, text: &str) -> Vec<(usize, String)> {
        check(name, text).into_iter().map(|f| (f.line, f.what)).collect()
    }

    fn count(name: &str, text: &str) -> usize {
        found(name, text).len()
    }

    #[test]
    fn stubs_and_unwraps_are_found_where_they_are() {
        let text = "fn f() {\n    x.unwrap();\n    todo!()\n}\n#[cfg(test)]\nmod tests { fn g() { y.unwrap(); } }\n";
        let found = found("crates/a/src/b.rs", text);
        assert_eq!(found.iter().map(|f| f.0).collect::<Vec<_>>(), [2, 3]);
        assert_eq!(count("crates/a/tests/b.rs", "fn f() { x.unwrap(); }"), 0);
        assert_eq!(count("crates/a/src/b/tests.rs", "fn f() { x.unwrap(); }"), 0);
        assert_eq!(count("crates/a/src/b.rs", "// .unwrap() todo!()\nlet s = \"dbg!(x)\";"), 0);
        assert_eq!(count("crates/a/src/b.rs", "dbg!(x); my_dbg!(x); unimplemented!()"), 2);
    }

    #[test]
    fn unsafe_has_its_places() {
        assert_eq!(count("crates/a/src/b.rs", "unsafe { f() }"), 1);
        assert_eq!(count("crates/a/src/ffi.rs", "unsafe { f() }"), 0);
        assert_eq!(count("crates/a/src/simd/avx2.rs", "pub unsafe fn f()"), 0);
        assert_eq!(count("crates/a/src/b.rs", "#![deny(unsafe_op_in_unsafe_fn, unsafe_code)]"), 0);
    }

    #[test]
    fn only_flow_sleeps_and_tests_never() {
        let call = "std::thread::sleep(x);";
        assert_eq!(count("src-tauri/crates/flow/src/clock.rs", call), 0);
        assert_eq!(count("src-tauri/crates/flow/tests/clock.rs", call), 1);
        assert_eq!(count("src-tauri/crates/engine/src/a.rs", call), 1);
        let in_test = format!("#[cfg(test)]\nmod tests {{\n{call}\n}}");
        assert_eq!(count("src-tauri/crates/flow/src/clock.rs", &in_test), 1);
    }

    #[test]
    fn length_and_map() {
        assert_eq!(count("a/src/x.rs", &"\n".repeat(LONGEST)), 0);
        assert_eq!(count("a/tests/x.rs", &"\n".repeat(LONGEST + 1)), 1);
        assert_eq!(count("ui/src/App.svelte", &"\n".repeat(LONGEST + 1)), 1);
        assert_eq!(count("docs/long.md", &"\n".repeat(LONGEST + 1)), 0);
        assert_eq!(found("a/src/lib.rs", "mod a;")[0].0, 1);
        assert_eq!(count("a/src/lib.rs", "//! A map."), 0);
    }

    #[test]
    fn ignored_tests_are_named() {
        assert_eq!(count("a/tests/x.rs", "#[test]\n#[ignore = \"slow\"]\nfn f() {}"), 1);
    }
}
