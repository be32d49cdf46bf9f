//! The plain text of a shop's HTML description.

/// Elements after which a new line begins.
const BLOCKS: [&str; 17] = [
    "br",
    "p",
    "div",
    "li",
    "ul",
    "ol",
    "tr",
    "table",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "section",
    "blockquote",
    "hr",
];

/// Tags gone, entities resolved, blocks on lines of their own. Text without tags stays as it is.
pub(crate) fn plain(html: &str) -> String {
    if !html.contains(['<', '&']) {
        return html.trim().to_owned();
    }
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find(['<', '&']) {
        words(&mut out, &rest[..at]);
        rest = &rest[at..];
        rest = if rest.starts_with('<') { tag(&mut out, rest) } else { entity(&mut out, rest) };
    }
    words(&mut out, rest);
    let lines: Vec<&str> = out.lines().map(str::trim).collect();
    let mut text = String::with_capacity(out.len());
    let mut blank = false;
    for line in lines {
        if line.is_empty() {
            blank = !text.is_empty();
            continue;
        }
        if !text.is_empty() {
            text.push_str(if blank { "\n\n" } else { "\n" });
        }
        blank = false;
        text.push_str(line);
    }
    text
}

/// Text between tags: any white space is one space.
fn words(out: &mut String, text: &str) {
    for c in text.chars() {
        if c.is_whitespace() {
            if !out.ends_with([' ', '\n']) && !out.is_empty() {
                out.push(' ');
            }
        } else {
            out.push(c);
        }
    }
}

/// Passes one tag; what is no tag is text.
fn tag<'a>(out: &mut String, text: &'a str) -> &'a str {
    if let Some(comment) = text.strip_prefix("<!--") {
        return comment.split_once("-->").map_or("", |(_, rest)| rest);
    }
    let inner = text[1..].trim_start_matches('/');
    if !inner.starts_with(|c: char| c.is_ascii_alphabetic() || c == '!') {
        out.push('<');
        return &text[1..];
    }
    let Some(end) = text.find('>') else {
        // A tag that never ends: the rest of it is no text.
        return "";
    };
    let name: String = inner
        .chars()
        .take_while(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    let rest = &text[end + 1..];
    if matches!(name.as_str(), "script" | "style") && !text.starts_with("</") {
        let close = format!("</{name}");
        let from = rest.char_indices().map(|(i, _)| i).find(|i| {
            rest.as_bytes()[*i] == b'<'
                && rest.get(*i..*i + close.len()).is_some_and(|t| t.eq_ignore_ascii_case(&close))
        });
        return from.map_or("", |i| rest[i..].split_once('>').map_or("", |(_, r)| r));
    }
    if name == "li" && !text.starts_with("</") {
        out.push_str("\n• ");
    } else if BLOCKS.contains(&name.as_str()) {
        out.push('\n');
        if name == "p" {
            out.push('\n');
        }
    } else if name == "td" || name == "th" {
        words(out, " ");
    }
    rest
}

/// Resolves one entity; what is none is text.
fn entity<'a>(out: &mut String, text: &'a str) -> &'a str {
    let end = text.char_indices().take(12).find(|(_, c)| *c == ';').map(|(i, _)| i);
    let Some(end) = end else {
        out.push('&');
        return &text[1..];
    };
    let name = &text[1..end];
    let number = name.strip_prefix('#').and_then(|n| match n.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => n.parse().ok(),
    });
    let letter = number.and_then(char::from_u32).filter(|c| !c.is_control()).or(match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" | "rsquo" | "lsquo" => Some('’'),
        "nbsp" => Some(' '),
        "ndash" => Some('–'),
        "mdash" => Some('—'),
        "hellip" => Some('…'),
        "bull" | "middot" => Some('•'),
        "deg" => Some('°'),
        "euro" => Some('€'),
        "pound" => Some('£'),
        "trade" => Some('™'),
        "reg" => Some('®'),
        "copy" => Some('©'),
        "times" => Some('×'),
        "eacute" => Some('é'),
        "egrave" => Some('è'),
        "agrave" => Some('à'),
        "ccedil" => Some('ç'),
        "auml" => Some('ä'),
        "ouml" => Some('ö'),
        "uuml" => Some('ü'),
        "szlig" => Some('ß'),
        "ntilde" => Some('ñ'),
        "ldquo" => Some('“'),
        "rdquo" => Some('”'),
        _ => None,
    });
    match letter {
        Some(c) => {
            out.push(c);
            &text[end + 1..]
        }
        None => {
            out.push('&');
            &text[1..]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions() {
        assert_eq!(
            plain("<p>A <b>fine</b> mug.</p><p>Holds&nbsp;300&nbsp;ml</p>"),
            "A fine mug.\n\nHolds 300 ml"
        );
        assert_eq!(
            plain("<ul><li>red</li>\n<li>blue &amp; green</li></ul>"),
            "• red\n\n• blue & green"
        );
        assert_eq!(plain("5 < 6 & 7 > 2"), "5 < 6 & 7 > 2");
        assert_eq!(plain("<script>alert('x')</script>text<style>p{}</style>"), "text");
        assert_eq!(plain("broken <a href='x"), "broken");
        assert_eq!(plain("a<br>b<BR/>c"), "a\nb\nc");
        assert_eq!(plain("&#8364;5 &#x20AC;6 &bogus; &"), "€5 €6 &bogus; &");
        assert_eq!(plain("line one\nline two"), "line one\nline two");
    }
}
