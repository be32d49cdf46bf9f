//! Data that somebody wants to break a show with, and themes that lack something.

use std::path::Path;

use vitrine_graphics::Price;
use vitrine_media::MediaTime;
use vitrine_studio::on_air::{Bid, LowerThird, OnAir, Question, SceneName};
use vitrine_studio::product::VariantLeft;
use vitrine_studio::render::sample_on_air;
use vitrine_studio::{Canvas, Product, SampleElement, load_theme};

use crate::{draw, overlay, product, seen, themes};

fn texts() -> Vec<String> {
    let zalgo: String = "Ke\u{336}\u{31b}\u{321}\u{32a}tt\u{489}\u{353}le ".repeat(40);
    vec![
        "W".repeat(2000),
        "long words and short ones ".repeat(80).chars().take(2000).collect(),
        "غلاية ماء للقهوة المقطرة مع مقياس حرارة".to_owned(),
        "קומקום 0.9 ליטר".to_owned(),
        "👩‍👩‍👧‍👦🏳️‍🌈".repeat(100),
        zalgo,
        "\u{202e}evil\u{2066}\u{0}\u{7}\r\n<svg onload='x'>&amp;".to_owned(),
        " ".to_owned(),
        "手冲咖啡壶温度计".repeat(50),
    ]
}

fn hostile(text: &str, amount: &str) -> OnAir {
    let price = Price::parse(amount, "EUR").expect("a price");
    let product = Product {
        title: text.to_owned(),
        price,
        compare_at: (amount != "0")
            .then(|| Price::parse("999999999999.99", "EUR").expect("a price")),
        promo_code: Some(text.chars().take(40).collect()),
        badge: Some(text.chars().take(40).collect()),
        stock: Some(u32::MAX),
        variants: (0..500)
            .map(|i| VariantLeft { name: text.chars().take(30).collect(), left: Some(i % 3) })
            .collect(),
        ..product()
    };
    let mut on_air = sample_on_air(SceneName::Host, SampleElement::ALL, &product, 359_999);
    on_air.lower_third = Some(LowerThird { name: text.to_owned(), role: text.to_owned() });
    on_air.question = Some(Question { text: text.to_owned(), from: text.to_owned() });
    on_air.ticker = vec![text.to_owned(); 500];
    on_air.bids = vec![Bid { who: text.to_owned(), amount: price }; 500];
    if let Some(draw) = &mut on_air.giveaway {
        draw.keyword = text.to_owned();
        draw.fingerprint = text.to_owned();
        draw.entries = u32::MAX;
    }
    if let Some(goal) = &mut on_air.goal {
        (goal.target, goal.reached, goal.label) = (0, u32::MAX, text.to_owned());
    }
    if let Some(lot) = &mut on_air.lot {
        (lot.number, lot.of) = (u32::MAX, u32::MAX);
        lot.bidder = Some(text.to_owned());
    }
    on_air
}

#[test]
fn whatever_is_written_is_drawn_inside() {
    for (name, theme) in themes() {
        let mut overlay = overlay(&theme, "en");
        // The other themes are drawn by the same code; a few texts find what is theirs.
        let few = if name == "classic" { 1 } else { 3 };
        let amounts = ["0", "99999999.99"].into_iter().cycle();
        for (text, amount) in texts().iter().step_by(few).zip(amounts) {
            let all = hostile(text, amount);
            draw(&mut overlay, &all, MediaTime::ZERO);
            // One after another what gave way comes forward.
            let no_lot = OnAir { lot: None, flash_sale: None, giveaway: None, ..all };
            draw(&mut overlay, &no_lot, MediaTime::ZERO);
            let asked = OnAir { question: None, banner: false, ..no_lot };
            draw(&mut overlay, &asked, MediaTime::ZERO);
            let bids = OnAir { price_drop: None, scene: SceneName::Product, ..asked };
            draw(&mut overlay, &bids, MediaTime::from_secs(-5));
        }
    }
}

#[test]
fn a_theme_without_an_element_goes_on_without_it() {
    let classic = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../assets/themes/classic");
    let folder = tempfile::tempdir().expect("a folder");
    for entry in std::fs::read_dir(classic).expect("Classic") {
        let entry = entry.expect("an entry");
        std::fs::copy(entry.path(), folder.path().join(entry.file_name())).expect("copied");
    }
    let manifest = std::fs::read_to_string(Path::new(classic).join("theme.toml")).expect("text");
    let gone = ["question.", "slate.", "product-stage.", "qr.", "ticker.portrait"];
    let kept: Vec<&str> = manifest
        .split("\n[element.")
        .enumerate()
        .filter(|(i, part)| *i == 0 || !gone.iter().any(|g| part.starts_with(g)))
        .map(|(_, part)| part)
        .collect();
    std::fs::write(folder.path().join("theme.toml"), kept.join("\n[element.")).expect("written");
    let theme = load_theme(Some(folder.path())).expect("a theme");
    let mut overlay = overlay(&theme, "en");
    use SampleElement as E;
    let elements = [E::Question, E::Ticker, E::Card, E::LowerThird];
    let on_air = sample_on_air(SceneName::Product, &elements, &product(), 0);
    draw(&mut overlay, &on_air, MediaTime::ZERO);
    // Without its stage the scene is the host's, and the card is a card.
    assert_eq!(seen(overlay.placed(), Canvas::Landscape), ["ticker", "product-card"]);
    let privacy = OnAir::scene(SceneName::Slate);
    let [scene, _] = draw(&mut overlay, &privacy, MediaTime::ZERO);
    let top = scene.layers.last().expect("a layer");
    assert!(matches!(top.content, vitrine_scene::Content::Fill(c) if c.a == 255), "{top:?}");
    // The theme is changed in the middle of a show.
    overlay.set_theme(load_theme(None).expect("Classic"));
    draw(&mut overlay, &on_air, MediaTime::ZERO);
    assert!(seen(overlay.placed(), Canvas::Landscape).contains(&"question"));
    let [scene, _] = draw(&mut overlay, &privacy, MediaTime::ZERO);
    let top = scene.layers.last().expect("a layer");
    assert!(matches!(top.content, vitrine_scene::Content::Picture(_)));
}
