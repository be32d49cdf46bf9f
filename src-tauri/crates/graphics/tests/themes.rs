//! Themes from folders, brands over them, and what the check finds.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::path::Path;

use vitrine_graphics::{Brand, Element, FindingLevel, Slots, Theme};
use vitrine_media::Size;

const WIDE: Size = Size::new(1280, 720);
const INTER: &[u8] = include_bytes!("../../../../assets/fonts/InterDisplay-Bold.otf");

const MANIFEST: &str = r##"
name = "Small"
font-files = ["Own.otf"]
[colours]
paper = "#ffffff"
ink = "#202020"
accent = "#b8361f"
accent-deep = "#962613"
[fonts]
own = ["Inter Display"]
[element.lower-third.landscape]
template = "a.svg"
at = [40, 600]
slot = [
  { name = "title", set = { font = "own", colour = "ink", size = 40 } },
  { name = "subtitle", set = { colour = "accent-deep", size = 24 } },
]
"##;

const SVG: &str = r#"<svg xmlns="http://www.w3.org/2000/svg" width="500" height="100">
<rect width="500" height="100" class="fill-paper"/><rect width="10" height="100" class="fill-accent"/>
<g id="slots"><rect id="slot-title" x="20" y="4" width="460" height="52"/><rect id="slot-subtitle" x="20" y="60" width="460" height="34"/></g></svg>"#;

fn folder(manifest: &str, svg: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("theme.toml"), manifest).unwrap();
    std::fs::write(folder.path().join("a.svg"), svg).unwrap();
    std::fs::write(folder.path().join("Own.otf"), INTER).unwrap();
    folder
}

fn small() -> Theme {
    Theme::load(folder(MANIFEST, SVG).path()).unwrap()
}

fn brand(text: &str, more: &[(&str, &[u8])]) -> Result<Brand, String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("brand.toml");
    std::fs::write(&file, text).unwrap();
    for (name, bytes) in more {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    Brand::load(&file).map_err(|e| e.to_string())
}

fn png(size: u32, colour: [u8; 4]) -> Vec<u8> {
    let image = image::RgbaImage::from_pixel(size, size / 2, image::Rgba(colour));
    let mut out = std::io::Cursor::new(Vec::new());
    image.write_to(&mut out, image::ImageFormat::Png).unwrap();
    out.into_inner()
}

#[test]
fn a_theme_brings_its_own_fonts() {
    // Lexically the same text in another face has another width.
    let slots = Slots::new().with_text("title", "Quick wafting zephyrs");
    let width = |theme: &Theme| {
        let drawn = theme.draw(Element::LowerThird, WIDE, &slots).unwrap();
        drawn.slots["title"][2] - drawn.slots["title"][0]
    };
    let with = width(&small());
    let folder = folder(&MANIFEST.replace("[\"Inter Display\"]", "[\"Nowhere\"]"), SVG);
    let fallen_back = Theme::load(folder.path()).unwrap();
    assert!((with - width(&fallen_back)).abs() > 2.0, "{with}");
    let findings = fallen_back.check_all();
    assert!(findings.iter().any(|f| f.text.contains("\"Nowhere\" is neither bundled")));
}

#[test]
fn a_font_file_that_is_none_is_refused() {
    let load = |change: &dyn Fn(&Path), manifest: &str| {
        let folder = folder(manifest, SVG);
        change(folder.path());
        Theme::load(folder.path()).unwrap_err().to_string()
    };
    let rubbish = |path: &Path| std::fs::write(path.join("Own.otf"), [7; 5000]).unwrap();
    assert!(load(&rubbish, MANIFEST).contains("\"Own.otf\" is no font"));
    let large = |path: &Path| std::fs::write(path.join("Own.otf"), vec![0; 1_100_000]).unwrap();
    assert!(load(&large, MANIFEST).contains("larger than 1024 KiB"));
    let cut = |path: &Path| std::fs::write(path.join("Own.otf"), &INTER[..40]).unwrap();
    assert!(load(&cut, MANIFEST).contains("no font"));
    let gone = |path: &Path| std::fs::remove_file(path.join("Own.otf")).unwrap();
    assert!(load(&gone, MANIFEST).contains("Own.otf"));
    let outside = MANIFEST.replace("Own.otf", "../Own.otf");
    assert!(load(&|_| {}, &outside).contains("plain name"));
    let many = MANIFEST.replace("[\"Own.otf\"]", &format!("{:?}", ["Own.otf"; 9]));
    assert!(load(&|_| {}, &many).contains("9 files are named; 8 are possible"));
}

#[test]
fn a_tilt_beyond_reason_is_refused() {
    for (tilt, fits) in [("-30", true), ("12.5", true), ("31", false), ("nan", false)] {
        let slot = format!("name = \"title\", tilt = {tilt}");
        let folder = folder(&MANIFEST.replace("name = \"title\"", &slot), SVG);
        let loaded = Theme::load(folder.path());
        assert_eq!(loaded.is_ok(), fits, "{tilt}");
        let sentence = loaded.err().map_or(String::new(), |e| e.to_string());
        assert_eq!(sentence.contains("between -30 and 30 degrees"), !fits, "{sentence}");
    }
}

#[test]
fn damaged_fonts_draw_or_are_refused_but_never_panic() {
    // A glyph table cut or overwritten here and there.
    for seed in 0..60usize {
        let mut bytes = INTER.to_vec();
        for i in 0..40 {
            let at = (seed * 7919 + i * 104_729 + 300) % bytes.len();
            bytes[at] = (seed * 31 + i * 17) as u8;
        }
        let folder = folder(MANIFEST, SVG);
        std::fs::write(folder.path().join("Own.otf"), &bytes).unwrap();
        if let Ok(theme) = Theme::load(folder.path()) {
            let slots = Slots::new().with_text("title", "Aria milk frother 24,90 €");
            theme.draw(Element::LowerThird, WIDE, &slots).unwrap();
        }
    }
}

#[test]
fn a_brand_changes_colours_and_what_follows_them() {
    let brand = brand("name = \"Moreau\"\n[colours]\naccent = \"#0b6b57\"\n", &[]).unwrap();
    let (theme, warnings) = small().with_brand(&brand).unwrap();
    assert!(warnings.is_empty(), "{warnings:?}");
    let slots = Slots::new().with_text("title", "A");
    let drawn = theme.draw(Element::LowerThird, WIDE, &slots).unwrap();
    assert_eq!(drawn.picture.pixel(4, 50), [0x0b, 0x6b, 0x57, 255]);
    assert_eq!(drawn.picture.pixel(300, 50), [255; 4], "paper is not the brand's");
    // The theme it came from is unchanged.
    let drawn = small().draw(Element::LowerThird, WIDE, &slots).unwrap();
    assert_eq!(drawn.picture.pixel(4, 50), [0xb8, 0x36, 0x1f, 255]);
}

#[test]
fn a_brand_names_what_the_theme_has() {
    let over = |text: &str| small().with_brand(&brand(text, &[]).unwrap()).unwrap_err().to_string();
    let error = over("name = \"M\"\n[colours]\nacent = \"#0b6b57\"\n");
    assert!(
        error.contains("no colour \"acent\"") && error.contains("accent, accent-deep, ink, paper"),
        "{error}"
    );
    let error = over("name = \"M\"\n[fonts]\nheadline = [\"Inter\"]\n");
    assert!(error.contains("no font \"headline\"; it has own"), "{error}");
    let error = over("name = \"M\"\n[colours]\naccent = \"green; fill:url(file:///x)\"\n");
    assert!(error.contains("write it like #b8361f"), "{error}");
}

#[test]
fn a_brand_that_is_hard_to_read_is_warned_of() {
    let pale = "name = \"M\"\n[colours]\naccent = \"#ffe14d\"\nink = \"#bbbbbb\"\n";
    let (_, warnings) = small().with_brand(&brand(pale, &[]).unwrap()).unwrap();
    assert_eq!(warnings.len(), 2, "{warnings:?}");
    assert!(warnings.iter().all(|w| w.level == FindingLevel::Warning));
    assert!(warnings[0].text.contains("ink against paper") && warnings[0].text.contains("1.9:1"));
}

#[test]
fn a_brand_is_closed_to_the_outside() {
    let logo = |name: &str| format!("name = \"M\"\nlogo = \"{name}\"\n");
    for outside in ["../logo.png", "/etc/hosts", ".logo.png", "a/b.png"] {
        let error = brand(&logo(outside), &[]).unwrap_err();
        assert!(error.contains("plain name"), "{error}");
    }
    let error = brand(&logo("logo.png"), &[]).unwrap_err();
    assert!(
        error.contains("the brand brand.toml cannot be used: \"logo.png\" cannot be read"),
        "{error}"
    );
    let error = brand(&logo("logo.png"), &[("logo.png", b"<svg/>")]).unwrap_err();
    assert!(error.contains("neither PNG, JPEG nor WebP"), "{error}");
    assert!(brand("name = \"\"", &[]).unwrap_err().contains("name is empty"));
    assert!(brand("name = \"M\"\nlogos = 1", &[]).unwrap_err().contains("unknown field"));
    let long = format!("name = \"M\"\n#{}", "x".repeat(70_000));
    assert!(brand(&long, &[]).unwrap_err().contains("larger than 64 KiB"));
}

#[test]
fn the_logo_stands_in_its_corner_and_on_pages() {
    let blue = [20, 60, 200, 255];
    let logo = png(300, blue);
    let brand = brand("name = \"Moreau\"\nlogo = \"l.png\"\n", &[("l.png", &logo)]).unwrap();
    let (theme, _) = Theme::classic().with_brand(&brand).unwrap();
    for (element, slot) in [(Element::Logo, "image"), (Element::StartingSoon, "logo")] {
        for canvas in [WIDE, Size::new(720, 1280)] {
            let drawn = theme.draw(element, canvas, &Slots::new()).unwrap();
            let [x0, y0, x1, y1] = drawn.slots[slot];
            let middle = drawn.picture.pixel(((x0 + x1) / 2.0) as u32, ((y0 + y1) / 2.0) as u32);
            assert_eq!(middle, blue, "{element:?}");
            assert!(((x1 - x0) / (y1 - y0) - 2.0).abs() < 0.1, "its shape is its own");
            assert!(!drawn.slots.contains_key("brand"), "the name gives way to the logo");
        }
    }
    // Without a logo, the name.
    let (theme, _) =
        Theme::classic().with_brand(&self::brand("name = \"Moreau\"", &[]).unwrap()).unwrap();
    let drawn = theme.draw(Element::Logo, WIDE, &Slots::new()).unwrap();
    assert!(drawn.slots.contains_key("brand"));
}

#[test]
fn the_check_finds_planted_faults() {
    let found = |manifest: &str, svg: &str| {
        let folder = folder(manifest, svg);
        Theme::load(folder.path()).unwrap().check_all()
    };
    let clean = found(MANIFEST, SVG);
    let of = |findings: &[vitrine_graphics::ThemeFinding], what: &str| {
        findings
            .iter()
            .filter(|f| f.element == Some(Element::LowerThird) && f.canvas == Some("landscape"))
            .find(|f| f.text.contains(what))
            .map(|f| f.level)
    };
    assert!(!clean.iter().any(|f| f.level == FindingLevel::Error), "{clean:?}");
    assert_eq!(of(&clean, "contrast"), None);
    assert_eq!(of(&clean, "drawn for the first time in"), Some(FindingLevel::Note));
    // Everything else is missing, and so is this one in portrait.
    let missing = clean.iter().filter(|f| f.text.starts_with("it is missing")).count();
    assert_eq!(missing, Element::ALL.len() * 2 - 1);

    let pale = found(&MANIFEST.replace("#202020", "#b0b0b0"), SVG);
    assert_eq!(of(&pale, "title has a contrast of 2."), Some(FindingLevel::Warning));
    let hidden = found(&MANIFEST.replace("#202020", "#ffffff"), SVG);
    assert_eq!(of(&hidden, "title cannot be seen"), Some(FindingLevel::Error));
    let tiny = found(&MANIFEST.replace("size = 24", "size = 12"), SVG);
    assert_eq!(of(&tiny, "subtitle may shrink to"), Some(FindingLevel::Warning));
    let small = found(&MANIFEST.replace("size = 40", "size = 22"), SVG);
    assert_eq!(of(&small, "title is 22 px with usual data"), Some(FindingLevel::Warning));
    let narrow =
        found(MANIFEST, &SVG.replace("width=\"460\" height=\"52\"", "width=\"60\" height=\"52\""));
    assert_eq!(
        of(&narrow, "title has no room for usual data and is cut"),
        Some(FindingLevel::Warning)
    );
    let outside = found(&MANIFEST.replace("[40, 600]", "[-100, 600]"), SVG);
    assert_eq!(of(&outside, "title reaches outside the canvas"), Some(FindingLevel::Error));
    let typo = found(
        &MANIFEST
            .replace("\"subtitle\"", "\"sub-title\"")
            .replace("size = 24 }", "size = 24 }, boxes = [\"subtitle\"]"),
        SVG,
    );
    assert_eq!(of(&typo, "it has no slot subtitle"), Some(FindingLevel::Warning));
    assert_eq!(of(&typo, "nothing ever fills its slot sub-title"), Some(FindingLevel::Warning));
    // A translucent ground lets a white shirt through.
    let glass = found(&MANIFEST.replace("paper = \"#ffffff\"", "paper = \"#ffffff20\""), SVG);
    assert_eq!(of(&glass, "title has a contrast"), Some(FindingLevel::Warning));
}

#[test]
fn the_check_knows_where_platforms_have_their_buttons() {
    let manifest = MANIFEST.replace("lower-third.landscape", "lower-third.portrait");
    let found = |at: &str| {
        let folder = folder(&manifest.replace("[40, 600]", at), SVG);
        let findings = Theme::load(folder.path()).unwrap().check_all();
        findings.into_iter().filter(|f| f.text.contains("platform has its buttons")).count()
    };
    assert_eq!(found("[40, 600]"), 0);
    assert!(found("[200, 600]") >= 2, "to the right");
    assert!(found("[40, 1000]") >= 2, "below");
}

#[test]
fn built_in_themes_are_whole_and_without_fault() {
    // All of them at once: each draws some five hundred elements.
    std::thread::scope(|scope| {
        for name in Theme::BUILTIN {
            scope.spawn(move || {
                let findings = Theme::builtin(name).unwrap().check_all();
                let notes = |f: &&vitrine_graphics::ThemeFinding| f.level == FindingLevel::Note;
                let faults: Vec<_> = findings.iter().filter(|f| !notes(f)).collect();
                assert!(faults.is_empty(), "{name}: {faults:#?}");
                assert!(findings.iter().filter(notes).count() >= Element::ALL.len() * 2);
            });
        }
    });
}

#[test]
fn built_in_themes_are_those_of_the_folder() {
    let themes =
        Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("../../../assets/themes");
    for name in Theme::BUILTIN {
        let loaded = Theme::load(themes.join(name)).unwrap();
        let built_in = Theme::builtin(name).unwrap();
        assert_eq!(loaded.name(), built_in.name());
        let slots = Slots::new().with_text("title", "Aria").with_text("price", "9 €");
        for element in Element::ALL {
            let draw = |theme: &Theme| theme.draw(element, WIDE, &slots).unwrap().picture;
            assert_eq!(draw(&loaded).rgba(), draw(&built_in).rgba(), "{name} {element:?}");
        }
    }
    assert!(Theme::builtin("nowhere").is_none());
    assert_eq!(Theme::BUILTIN[0], "classic");
}
