//! Text from strangers, made safe to shape.

/// One line of text: control characters and direction overrides removed, white space single,
/// stacked accents limited.
pub(crate) fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(4096));
    let mut marks = 0;
    for c in text.chars() {
        if c.is_whitespace() && !matches!(c, '\u{a0}' | '\u{202f}') {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
            continue;
        }
        if c.is_control() || is_override(c) {
            continue;
        }
        marks = if is_stacking(c) { marks + 1 } else { 0 };
        // Real languages stack three at most; a hundred is somebody's joke.
        if marks <= 4 {
            out.push(c);
        }
        // Nothing past this can be shown; reading a megabyte to throw it away helps nobody.
        if out.len() > 8192 {
            break;
        }
    }
    out.truncate(out.trim_end_matches(' ').len());
    out
}

/// Embeddings and overrides can turn the rest of a line round; the plain marks cannot.
fn is_override(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{2028}' | '\u{2029}')
}

fn is_stacking(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}'
        | '\u{fe20}'..='\u{fe2f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5bd}' | '\u{64b}'..='\u{65f}')
}

/// The first letter belongs to a script written from right to left.
pub(crate) fn is_right_to_left(text: &str) -> bool {
    text.chars()
        .find_map(|c| match c {
            '\u{590}'..='\u{8ff}'
            | '\u{fb1d}'..='\u{fdff}'
            | '\u{fe70}'..='\u{fefe}'
            | '\u{10800}'..='\u{10fff}'
            | '\u{1e800}'..='\u{1efff}' => c.is_alphabetic().then_some(true),
            _ => c.is_alphabetic().then_some(false),
        })
        .unwrap_or(false)
}

/// Some of it is written in Arabic letters.
pub(super) fn has_arabic(text: &str) -> bool {
    text.chars()
        .any(|c| matches!(c, '\u{620}'..='\u{64a}' | '\u{671}'..='\u{6d3}' | '\u{750}'..='\u{77f}'))
}
