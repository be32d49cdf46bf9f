//! What types and files may be called: nouns of the field.

use super::Finding;
use super::lexer;

/// Endings that say nothing about what a thing is.
const EMPTY_WORDS: [&str; 5] = ["manager", "helper", "util", "service", "processor"];

const REMEDY: &str = "name it by what it is in the field, as the tables in ARCHITECTURE.md do";

/// Checks the name of a source file and of the folders it lies in.
pub fn file(name: &str) -> Option<Finding> {
    if ![".rs", ".ts", ".svelte"].iter().any(|ending| name.ends_with(ending)) {
        return None;
    }
    let word =
        name.split('/').map(|part| part.split('.').next().unwrap_or(part)).find_map(ending_of)?;
    Some(Finding::new(name, 0, format!("a file or folder called …{word}; {REMEDY}")))
}

/// Checks the names of the types a source file declares.
pub fn types(name: &str, text: &str) -> Vec<Finding> {
    let rust = name.ends_with(".rs");
    if !rust && !name.ends_with(".ts") && !name.ends_with(".svelte") {
        return Vec::new();
    }
    let keywords: &[&str] = match rust {
        true => &["struct", "enum", "trait", "type", "union", "mod"],
        false => &["class", "interface", "type", "enum"],
    };
    let code: Vec<String> = match rust {
        true => lexer::lines(text).into_iter().map(|l| l.code).collect(),
        false => text.lines().map(str::to_owned).collect(),
    };
    let mut findings = Vec::new();
    for (at, line) in code.iter().enumerate() {
        let words: Vec<&str> = line
            .split(|c: char| !c.is_alphanumeric() && c != '_' && c != '/' && c != '*')
            .filter(|w| !w.is_empty())
            .collect();
        for pair in words.windows(2) {
            if keywords.contains(&pair[0]) && ending_of(pair[1]).is_some() {
                findings.push(Finding::new(name, at + 1, format!("'{}'; {REMEDY}", pair[1])));
            }
        }
    }
    findings
}

fn ending_of(word: &str) -> Option<&'static str> {
    let lower = word.to_lowercase();
    let singular = lower.strip_suffix('s').unwrap_or(&lower);
    EMPTY_WORDS.into_iter().find(|empty| singular.ends_with(empty))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_names_are_found() {
        assert!(file("crates/a/src/string_utils.rs").is_some());
        assert!(file("ui/src/helpers/x.ts").is_some());
        assert!(file("crates/a/src/mixer.rs").is_none());
        let found = types(
            "a.rs",
            "pub struct FrameManager<T> {\nenum Kind {}\ntype FrameProcessor = u8;\n",
        );
        assert_eq!(found.iter().map(|f| f.line).collect::<Vec<_>>(), [1, 3]);
        assert_eq!(types("a.ts", "export class ShowService {").len(), 1);
    }

    #[test]
    fn words_in_comments_and_uses_are_free() {
        assert!(
            types("a.rs", "// struct FrameManager\nlet s = \"struct FrameManager\";").is_empty()
        );
        assert!(types("a.rs", "let x: PluginManager = y; struct Utility;").is_empty());
        assert!(file("docs/service.md").is_none());
    }
}
