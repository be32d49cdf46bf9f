//! Reads the figures out of `cargo test`'s output while it passes by.

/// Tests seen so far.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Counts {
    /// Tests that ran and held.
    pub passed: u64,
    /// Tests that failed.
    pub failed: u64,
    /// Tests that could not run here: `#[ignore]`d ones, and those that said `SKIPPED:`.
    pub skipped: u64,
    /// What the skipped ones said.
    pub reasons: Vec<String>,
    /// The test programs that failed.
    pub failures: Vec<String>,
}

/// Follows the output line by line and decides what of it is shown.
///
/// Tests run with `--show-output`, because a test says `SKIPPED:` on its captured output; what the
/// other passing tests printed is left out again.
#[derive(Debug, Default)]
pub struct Reader {
    counts: Counts,
    said: u64,
    quiet: bool,
}

impl Reader {
    /// Takes one line (without its end) and returns whether it is to be shown.
    pub fn line(&mut self, line: &str) -> bool {
        let text = without_colour(line);
        let text = text.trim();
        if let Some(reason) = skipped(text) {
            self.said += 1;
            self.counts.reasons.push(reason.to_owned());
            return true;
        }
        if text == "successes:" {
            self.quiet = true;
        } else if text == "failures:" {
            self.quiet = false;
        } else if let Some((passed, failed, ignored)) = result(text) {
            self.quiet = false;
            // A test that could not run counts as passed with libtest; here it does not.
            let said = std::mem::take(&mut self.said).min(passed);
            self.counts.passed += passed - said;
            self.counts.failed += failed;
            self.counts.skipped += ignored + said;
        } else if let Some(name) = failed_test(text) {
            self.counts.failures.push(name.to_owned());
        }
        !self.quiet
    }

    /// The figures of everything read.
    pub fn finish(self) -> Counts {
        self.counts
    }
}

impl Counts {
    /// Adds the figures of another run.
    pub fn add(&mut self, other: Counts) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
        self.reasons.extend(other.reasons);
        self.failures.extend(other.failures);
    }

    /// The closing line, in a form that other programs read.
    pub fn summary(&self) -> String {
        format!("{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

/// The reason in a line with which a test says that it cannot run here.
fn skipped(line: &str) -> Option<&str> {
    let after_name = line.split_once(" ... ").map_or(line, |(_, rest)| rest);
    after_name.strip_prefix("SKIPPED:").map(str::trim)
}

/// Passed, failed and ignored of libtest's closing line.
fn result(line: &str) -> Option<(u64, u64, u64)> {
    let figures = line.strip_prefix("test result: ")?;
    let count = |what: &str| {
        figures
            .split(['.', ';'])
            .find_map(|part| part.trim().strip_suffix(what)?.trim().parse::<u64>().ok())
    };
    Some((count(" passed")?, count(" failed")?, count(" ignored")?))
}

fn failed_test(line: &str) -> Option<&str> {
    line.strip_prefix("test ")?.strip_suffix(" ... FAILED")
}

fn without_colour(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find("\x1b[") {
        out.push_str(&rest[..at]);
        let code = &rest[at + 2..];
        let end = code.find(|c: char| c.is_ascii_alphabetic()).map_or(code.len(), |e| e + 1);
        rest = &code[end..];
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTPUT: &str = "\
running 3 tests
test mixer::holds ... ok
test nginx::receives ... ok
test flow::breaks ... FAILED
test codec::later ... ignored

successes:

---- mixer::holds stdout ----
1.2 ms per block
---- nginx::receives stdout ----
SKIPPED: nginx is not installed

successes:
    mixer::holds
    nginx::receives

failures:

---- flow::breaks stdout ----
thread panicked

failures:
    flow::breaks

test result: FAILED. 2 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.02s
running 0 tests
test result: ok. 40 passed; 0 failed; 0 ignored; 0 measured; 2 filtered out; finished in 1.00s
";

    #[test]
    fn figures_of_a_whole_run() {
        let mut reader = Reader::default();
        let shown: Vec<&str> = OUTPUT.lines().filter(|line| reader.line(line)).collect();
        assert!(!shown.contains(&"1.2 ms per block"));
        assert!(shown.contains(&"SKIPPED: nginx is not installed"));
        assert!(shown.contains(&"thread panicked"));
        assert_eq!(shown.iter().filter(|l| l.starts_with("test result:")).count(), 2);
        let counts = reader.finish();
        assert_eq!(counts.summary(), "41 passed, 1 failed, 2 skipped");
        assert_eq!(counts.reasons, ["nginx is not installed"]);
        assert_eq!(counts.failures, ["flow::breaks"]);
    }

    #[test]
    fn colours_and_prefixes_do_not_hide_figures() {
        let mut reader = Reader::default();
        reader.line("test a::b ... SKIPPED: no camera");
        reader.line("test result: \x1b[32mok\x1b[0m. 1 passed; 0 failed; 0 ignored; 0 measured");
        assert_eq!(reader.finish().summary(), "0 passed, 0 failed, 1 skipped");
    }

    #[test]
    fn figures_of_two_runs_add_up() {
        let mut reader = Reader::default();
        for line in OUTPUT.lines() {
            reader.line(line);
        }
        let one = reader.finish();
        let mut both = one.clone();
        both.add(one);
        assert_eq!(both.summary(), "82 passed, 2 failed, 4 skipped");
        assert_eq!(both.failures, ["flow::breaks", "flow::breaks"]);
        assert_eq!(both.reasons.len(), 2);
    }

    #[test]
    fn other_lines_count_nothing() {
        let mut reader = Reader::default();
        assert!(reader.line("warning: the word SKIPPED: inside a line"));
        assert!(reader.line("test result: made up"));
        assert_eq!(reader.finish(), Counts::default());
    }
}
