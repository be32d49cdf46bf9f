//! Title and description of a video: chapters that YouTube accepts, and what was shown with its links.

use super::wording;
use crate::item::ItemKind;
use crate::rundown::{Entry, Rundown};

/// Longest title of a video or a chapter, in characters.
const LONGEST_TITLE: usize = 100;
/// Longest description, in bytes.
const LONGEST_TEXT: usize = 5000;
/// Fewer chapters are not taken as such.
const FEWEST: usize = 3;
/// Shortest chapter, in seconds.
const SHORTEST: i64 = 10;

/// A chapter.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Chapter {
    /// Where it begins, in seconds of the video.
    pub seconds: i64,
    /// What it is called.
    pub title: String,
}

/// What is pasted into YouTube.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Description {
    /// Title of the video.
    pub title: String,
    /// Its description.
    pub text: String,
    /// What had to be left out and why, for the seller.
    pub notes: Vec<String>,
}

/// The chapters of a show as it is planned; lots of one thing in a row are one.
pub fn chapters(rundown: &Rundown) -> Vec<Chapter> {
    let mut chapters = Vec::new();
    let mut before: Option<&Entry> = None;
    for entry in rundown.entries.iter().filter(|e| e.item.fields.minutes > 0) {
        let lot = |e: &Entry| e.item.fields.kind == ItemKind::Auction;
        let goes_on = before.is_some_and(|b| {
            lot(b) && lot(entry) && b.item.fields.product == entry.item.fields.product
        });
        if !goes_on {
            chapters.push(Chapter { seconds: entry.starts * 60, title: entry.title().to_owned() });
        }
        before = Some(entry);
    }
    chapters
}

/// Writes the description of a show with chapters as they are planned, or as they really began. `length` is
/// that of the video in seconds.
pub fn write(rundown: &Rundown, chapters: &[Chapter], length: i64) -> Description {
    let mut notes = Vec::new();
    let fields = &rundown.show.fields;
    let title = line(&fields.title, LONGEST_TITLE);
    if title.chars().count() < fields.title.trim().chars().count() {
        notes.push("the title was cut at 100 characters".to_owned());
    }
    let kept = accepted(chapters, &title, length);
    let mut text = format!("{title}\n");
    if kept.len() < FEWEST {
        notes.push(format!(
            "there are no chapters: YouTube wants at least {FEWEST} of at least {SHORTEST} seconds each, and the show has {}",
            kept.len()
        ));
    } else {
        text.push('\n');
        for chapter in &kept {
            text.push_str(&format!("{} {}\n", stamp(chapter.seconds), chapter.title));
        }
    }
    let mut seen = Vec::new();
    let mut left_out = 0;
    for entry in &rundown.entries {
        let Some(product) = &entry.product else { continue };
        let Some(link) = product.fields.link.as_ref().filter(|l| !seen.contains(*l)) else {
            continue;
        };
        seen.push(link.clone());
        let price = entry
            .price()
            .map_or_else(String::new, |p| format!(" – {}", wording::price(p, &fields.language)));
        let part =
            format!("\n{}{price}\n{}\n", line(entry.title(), LONGEST_TITLE), line(link, 2000));
        if text.len() + part.len() > LONGEST_TEXT { left_out += 1 } else { text.push_str(&part) }
    }
    if left_out > 0 {
        notes.push(format!(
            "{left_out} products were left out: a description has up to {LONGEST_TEXT} bytes"
        ));
    }
    if text.len() > LONGEST_TEXT {
        // Chapters alone are too long: whole lines from the end go.
        while text.len() > LONGEST_TEXT {
            let end = text.trim_end().rfind('\n').unwrap_or(0);
            text.truncate(end + 1);
        }
        notes.push(format!(
            "the last chapters were left out: a description has up to {LONGEST_TEXT} bytes"
        ));
    }
    Description { title, text, notes }
}

/// The chapters that YouTube takes: the first at 0:00, ascending, none shorter than
/// ten seconds.
fn accepted(chapters: &[Chapter], title: &str, length: i64) -> Vec<Chapter> {
    let mut sorted: Vec<Chapter> = chapters
        .iter()
        .filter(|c| (0..=length - SHORTEST).contains(&c.seconds))
        .map(|c| Chapter { seconds: c.seconds, title: line(&c.title, LONGEST_TITLE) })
        .filter(|c| !c.title.is_empty())
        .collect();
    sorted.sort_by_key(|c| c.seconds);
    if let Some(first) = sorted.first_mut() {
        if first.seconds < SHORTEST {
            first.seconds = 0;
        } else {
            sorted.insert(0, Chapter { seconds: 0, title: title.to_owned() });
        }
    }
    let mut kept: Vec<Chapter> = Vec::new();
    for chapter in sorted {
        match kept.last() {
            Some(last) if chapter.seconds - last.seconds < SHORTEST => {}
            _ => kept.push(chapter),
        }
    }
    kept
}

/// One line without what YouTube refuses, at most `most` characters.
fn line(text: &str, most: usize) -> String {
    let plain: String = text
        .chars()
        .map(|c| match c {
            '<' => '‹',
            '>' => '›',
            c if c.is_control() => ' ',
            c => c,
        })
        .collect();
    let one = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    if one.chars().count() <= most {
        one
    } else {
        one.chars().take(most - 1).chain(['…']).collect()
    }
}

/// `0:00`, `12:05`, `1:02:03`.
fn stamp(seconds: i64) -> String {
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{rest:02}")
    } else {
        format!("{minutes}:{rest:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64, title: &str) -> Chapter {
        Chapter { seconds, title: title.to_owned() }
    }

    #[test]
    fn only_what_is_taken() {
        let given = [
            at(700, "C"),
            at(3, "A"),
            at(300, "B"),
            at(305, "short"),
            at(705, "C"),
            at(995, "end"),
        ];
        let kept = accepted(&given, "Show", 1000);
        assert_eq!(kept, [at(0, "A"), at(300, "B"), at(700, "C")]);
        let late = accepted(&[at(60, "A"), at(120, "B")], "Show", 1000);
        assert_eq!(late, [at(0, "Show"), at(60, "A"), at(120, "B")]);
        assert!(accepted(&[], "Show", 1000).is_empty());
    }

    #[test]
    fn stamps_and_lines() {
        assert_eq!(
            (stamp(0), stamp(725), stamp(3723)),
            ("0:00".into(), "12:05".into(), "1:02:03".into())
        );
        assert_eq!(line(" a\n<b>\t c ", 100), "a ‹b› c");
        assert_eq!(line(&"x".repeat(200), 100).chars().count(), 100);
    }
}
