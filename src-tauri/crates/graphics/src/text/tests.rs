use super::*;

fn spec(size: f32, min_size: f32, lines: usize) -> TextSpec {
    TextSpec {
        families: vec!["Inter Display".into()],
        weight: 700.0,
        size,
        min_size,
        lines,
        line_height: 1.16,
        tracking: -0.01,
        tabular: false,
        balance: true,
    }
}

/// Distinct baselines.
fn lines(fitted: &Fitted) -> usize {
    let mut all: Vec<i32> =
        fitted.runs.iter().flat_map(|r| r.glyphs.iter().map(|g| g.2.round() as i32)).collect();
    all.sort_unstable();
    all.dedup_by(|a, b| (*a - *b).abs() < 12);
    all.len()
}

fn right_edge(fitted: &Fitted) -> f32 {
    fitted.runs.iter().flat_map(|r| r.glyphs.iter()).map(|g| g.1 + g.3).fold(0.0, f32::max)
}

#[test]
fn short_text_keeps_its_size_on_one_line() {
    let fitted = fit(
        &Fonts::bundled_only(),
        "Aria milk frother",
        &spec(30.0, 24.0, 2),
        Side::Left,
        388.0,
        72.0,
    );
    assert_eq!((lines(&fitted), fitted.size, fitted.cut), (1, 30.0, false));
    assert!(fitted.width > 200.0 && fitted.width < 388.0);
}

#[test]
fn it_wraps_then_shrinks_then_cuts() {
    let fonts = Fonts::bundled_only();
    let fitted = |text: &str| fit(&fonts, text, &spec(30.0, 24.0, 2), Side::Left, 300.0, 72.0);
    let wrapped = fitted("Aria milk frother with whisk");
    assert_eq!((lines(&wrapped), wrapped.size, wrapped.cut), (2, 30.0, false));
    // Word by word: full size first, then smaller and smaller, then cut at the smallest.
    let words =
        "Aria milk frother with a spare whisk, a travel pouch and a two-year guarantee in a box";
    let ends: Vec<usize> = words.match_indices(' ').map(|(at, _)| at).collect();
    let steps: Vec<Fitted> = ends.iter().map(|&end| fitted(&words[..end])).collect();
    assert!(steps.windows(2).all(|w| w[1].size <= w[0].size && w[1].cut >= w[0].cut));
    assert!(steps.iter().any(|f| f.size < 30.0 && !f.cut && lines(f) == 2));
    let cut = &steps[steps.len() - 1];
    assert_eq!((lines(cut), cut.cut), (2, true));
    assert!((cut.size - 24.0).abs() < 0.01);
}

#[test]
fn anything_stays_in_its_box() {
    let fonts = Fonts::bundled_only();
    for text in [
        "Donaudampfschifffahrtsgesellschaftskapitänsmützenständer".to_owned(),
        "x".repeat(2000),
        "مبخرة كهربائية فاخرة ".repeat(90),
        "מקציף חלב ".repeat(200),
        "Вспениватель молока ".repeat(100),
        "👩‍🍳🔥".repeat(300),
        "e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}".repeat(200),
    ] {
        for lines in 1..=2usize {
            let fitted = fit(&fonts, &text, &spec(30.0, 24.0, lines), Side::Left, 300.0, 72.0);
            assert!(fitted.width <= 300.5, "{} {}", fitted.width, &text[..12]);
            assert!(right_edge(&fitted) <= 301.0 && fitted.height <= 72.5);
            assert!(fitted.first_baseline == fitted.last_baseline || lines == 2);
        }
    }
}

#[test]
fn digits_of_a_timer_have_one_width() {
    let fonts = Fonts::bundled_only();
    let mut tabular = spec(40.0, 40.0, 1);
    tabular.tabular = true;
    tabular.families = vec!["Inter".into()];
    let width = |text: &str| fit(&fonts, text, &tabular, Side::Left, 300.0, 60.0).width;
    assert!((width("01:11") - width("08:40")).abs() < 0.01);
}

#[test]
fn a_missing_character_is_kept_as_glyph_zero() {
    let fitted =
        fit(&Fonts::bundled_only(), "a\u{4e2d}b", &spec(30.0, 24.0, 1), Side::Left, 300.0, 72.0);
    let ids: Vec<u32> = fitted.runs.iter().flat_map(|r| r.glyphs.iter().map(|g| g.0)).collect();
    assert_eq!(ids.len(), 3);
    assert_eq!(ids.iter().filter(|&&id| id == 0).count(), 1);
}

#[test]
fn sides_move_lines() {
    let fonts = Fonts::bundled_only();
    let left_edge =
        |side| fit(&fonts, "Ends", &spec(30.0, 24.0, 1), side, 300.0, 72.0).runs[0].glyphs[0].1;
    assert!(left_edge(Side::Left) < 1.0);
    assert!(left_edge(Side::Middle) > 100.0);
    assert!(left_edge(Side::Right) > 200.0);
}

#[test]
fn cleaning_drops_what_would_break_a_line() {
    assert_eq!(clean("  a\n\tb\u{202e}c\u{0}d  "), "a bcd");
    assert_eq!(clean("24,90\u{a0}€"), "24,90\u{a0}€");
    assert_eq!(clean(&format!("e{}", "\u{301}".repeat(50))).chars().count(), 5);
    assert!(
        is_right_to_left("12 מקציף")
            && is_right_to_left("مبخرة")
            && !is_right_to_left("Aria مبخرة")
            && !is_right_to_left("24,90")
    );
}
