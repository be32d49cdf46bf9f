//! Rust text with comments and strings blanked out, line by line, and which of it is test code.
//!
//! No parser: just enough to tell a word in the code from the same word in a comment or a message.

/// One line of code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The line's code; comments and the insides of strings are spaces.
    pub code: String,
    /// Whether it lies in an item under `#[cfg(test)]`.
    pub test: bool,
}

/// Blanks and splits a whole file.
pub fn lines(source: &str) -> Vec<Line> {
    let code = blank(source);
    let test = tested(&code);
    let mut start = 0;
    code.split('\n')
        .map(|line| {
            let inside = test.iter().any(|range| range.contains(&start));
            start += line.len() + 1;
            Line { code: line.trim_end_matches('\r').to_owned(), test: inside }
        })
        .collect()
}

/// Replaces every comment and every string's inside by spaces; line ends stay.
fn blank(source: &str) -> String {
    let bytes = source.as_bytes();
    let mut out = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let end = match bytes[at] {
            b'/' if bytes.get(at + 1) == Some(&b'/') => end_of_line(bytes, at),
            b'/' if bytes.get(at + 1) == Some(&b'*') => end_of_comment(bytes, at),
            b'"' => end_of_string(bytes, at),
            b'r' | b'b' | b'c' if !continues_word(bytes, at) => match raw_string(bytes, at) {
                Some(end) => end,
                None => {
                    at += 1;
                    continue;
                }
            },
            b'\'' => match end_of_char(bytes, at) {
                Some(end) => end,
                None => {
                    at += 1; // a lifetime
                    continue;
                }
            },
            _ => {
                at += 1;
                continue;
            }
        };
        for byte in &mut out[at..end] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
        at = end;
    }
    // Whole characters were blanked, so the rest is still the text it was.
    String::from_utf8_lossy(&out).into_owned()
}

fn continues_word(bytes: &[u8], at: usize) -> bool {
    at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'_')
}

fn end_of_line(bytes: &[u8], at: usize) -> usize {
    bytes[at..].iter().position(|b| *b == b'\n').map_or(bytes.len(), |n| at + n)
}

fn end_of_comment(bytes: &[u8], at: usize) -> usize {
    let (mut depth, mut i) = (0, at);
    while i < bytes.len() {
        match (bytes[i], bytes.get(i + 1)) {
            (b'/', Some(b'*')) => (depth, i) = (depth + 1, i + 2),
            (b'*', Some(b'/')) => (depth, i) = (depth - 1, i + 2),
            _ => i += 1,
        }
        if depth == 0 {
            break;
        }
    }
    i.min(bytes.len())
}

fn end_of_string(bytes: &[u8], at: usize) -> usize {
    let mut i = at + 1;
    while i < bytes.len() {
        match bytes[i] {
            b'\\' => i += 2,
            b'"' => return i + 1,
            _ => i += 1,
        }
    }
    bytes.len()
}

/// The end of `r"…"`, `r#"…"#`, `br"…"` and their like, if one starts here.
fn raw_string(bytes: &[u8], at: usize) -> Option<usize> {
    let prefix = bytes[at..].iter().take_while(|b| b"rbc".contains(b)).count();
    if prefix > 2 {
        return None;
    }
    let start = at + prefix;
    if !bytes[at..start].contains(&b'r') {
        return (bytes.get(start) == Some(&b'"')).then(|| end_of_string(bytes, start));
    }
    let marks = bytes[start..].iter().take_while(|b| **b == b'#').count();
    if bytes.get(start + marks) != Some(&b'"') {
        return None;
    }
    let close: Vec<u8> = std::iter::once(b'"').chain(std::iter::repeat_n(b'#', marks)).collect();
    let body = start + marks + 1;
    let found = bytes[body..].windows(close.len()).position(|w| w == close);
    Some(found.map_or(bytes.len(), |n| body + n + close.len()))
}

/// The end of a character literal, or `None` for a lifetime.
fn end_of_char(bytes: &[u8], at: usize) -> Option<usize> {
    if bytes.get(at + 1) == Some(&b'\\') {
        let close = bytes.get(at + 3..)?.iter().position(|b| *b == b'\'')?;
        return Some(at + 3 + close + 1);
    }
    // One character of one to four bytes, then the quote.
    let first = *bytes.get(at + 1)?;
    let length = match first {
        0..0x80 => 1,
        0xc0..0xe0 => 2,
        0xe0..0xf0 => 3,
        _ => 4,
    };
    (bytes.get(at + 1 + length) == Some(&b'\'')).then_some(at + length + 2)
}

/// The byte ranges of items under `#[cfg(test)]` in blanked code.
fn tested(code: &str) -> Vec<std::ops::Range<usize>> {
    let mut ranges = Vec::new();
    let mut from = 0;
    while let Some(found) = code[from..].find("#[cfg(test)]") {
        let start = from + found;
        let end = end_of_item(code, start + "#[cfg(test)]".len());
        ranges.push(start..end);
        from = end.max(start + 1);
    }
    ranges
}

/// Where the item ends that starts after `at`: at its `;`, or at the brace that closes its body.
fn end_of_item(code: &str, at: usize) -> usize {
    let mut depth = 0usize;
    for (offset, byte) in code.as_bytes()[at..].iter().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + offset + 1;
                }
            }
            b';' if depth == 0 => return at + offset + 1,
            _ => {}
        }
    }
    code.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(source: &str) -> String {
        lines(source).into_iter().map(|l| l.code).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn comments_and_strings_are_blank() {
        assert_eq!(code("a // b\nc").trim_end(), "a     \nc");
        assert_eq!(code("a /* b /* c */ d */ e"), "a                   e");
        assert!(!code("let s = \"x\\\" todo!()\"; y").contains("todo"));
        assert!(code("let s = \"x\\\" todo!()\"; y").ends_with("; y"));
        assert!(!code("r#\"a \" todo!()\"# b\"todo!\" br\"todo!\"").contains("todo"));
        assert_eq!(code("\"ä\nö\"\nz"), "   \n   \nz");
    }

    #[test]
    fn characters_are_not_lifetimes() {
        let blanked = code("f('\"', 'ä', '\\'', '\\u{1f600}', b'{'); g");
        assert!(!blanked.contains(['"', '\'', 'ä', '{']), "{blanked}");
        assert!(blanked.ends_with("); g"), "{blanked}");
        assert_eq!(
            code("fn f<'a>(x: &'a str) -> &'static str"),
            "fn f<'a>(x: &'a str) -> &'static str"
        );
    }

    #[test]
    fn test_code_is_known() {
        let source = "fn a() {}\n#[cfg(test)]\nuse x;\nfn b() {}\n#[cfg(test)]\nmod tests {\n  fn c() { {} }\n}\nfn d() {}";
        let test: Vec<bool> = lines(source).iter().map(|l| l.test).collect();
        assert_eq!(test, [false, true, true, false, true, true, true, true, false]);
    }
}
