//! Files from strangers: themes that try to look outside, images that lie about themselves.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::path::Path;
use std::time::{Duration, Instant};

use vitrine_graphics::{
    Element, GraphicsError, ImageError, Slots, Theme, decode_image, load_image,
};
use vitrine_media::Size;

fn theme_with(folder: &Path, svg: &str) -> Result<Theme, GraphicsError> {
    std::fs::write(
        folder.join("theme.toml"),
        "name = \"Test\"\n[colours]\nink = \"#101010\"\n[element.slate.landscape]\ntemplate = \"a.svg\"\nslot = [{ name = \"title\" }]\n",
    )
    .unwrap();
    std::fs::write(folder.join("a.svg"), svg).unwrap();
    Theme::load(folder)
}

fn svg(inner: &str) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" width=\"200\" height=\"100\">\
         {inner}<g id=\"slots\"><rect id=\"slot-title\" x=\"10\" y=\"10\" width=\"100\" height=\"40\"/></g></svg>"
    )
}

/// A PNG of one plain colour, any size, without pixels worth decoding.
fn png_header(width: u32, height: u32) -> Vec<u8> {
    let mut header = b"IHDR".to_vec();
    header.extend(width.to_be_bytes());
    header.extend(height.to_be_bytes());
    header.extend([8, 6, 0, 0, 0]);
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0d".to_vec();
    png.extend(&header);
    png.extend(crc(&header).to_be_bytes());
    png.extend(b"\0\0\0\0IDAT\x35\xaf\x06\x1e");
    png
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |mut crc, b| {
        crc ^= u32::from(*b);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
        }
        crc
    })
}

#[test]
fn a_plain_theme_loads_and_draws() {
    let folder = tempfile::tempdir().unwrap();
    let theme =
        theme_with(folder.path(), &svg("<rect class=\"fill-ink\" width=\"200\" height=\"100\"/>"))
            .unwrap();
    let drawn = theme
        .draw(Element::Slate, Size::new(1280, 720), &Slots::new().with_text("title", "Hi"))
        .unwrap();
    assert_eq!(drawn.picture.pixel(199, 99), [16, 16, 16, 255]);
    let missing = theme.draw(Element::Slate, Size::new(720, 1280), &Slots::new());
    assert!(matches!(missing, Err(GraphicsError::NoElement { shape: "portrait", .. })));
}

#[test]
fn the_built_in_theme_is_a_folder_like_any_other() {
    let folder = Path::new(&manifest_folder()).join("../../../assets/themes/classic");
    let theme = Theme::load(folder).unwrap();
    assert_eq!(theme.name(), "Classic");
    for element in Element::ALL {
        for portrait in [false, true] {
            assert!(!theme.slot_names(element, portrait).unwrap().is_empty());
        }
    }
}

#[test]
fn nothing_outside_the_template_is_opened() {
    let folder = tempfile::tempdir().unwrap();
    let red = folder.path().join("red.png");
    std::fs::write(&red, png_header(4, 4)).unwrap();
    let nested =
        "data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciLz4=";
    for inner in [
        format!("<image href=\"{}\" width=\"50\" height=\"50\"/>", red.display()),
        "<image xlink:href=\"red.png\" width=\"50\" height=\"50\"/>".to_owned(),
        "<image href=\"file:///etc/hosts\" width=\"50\" height=\"50\"/>".to_owned(),
        "<image href=\"https://shop.example/a.png\" width=\"50\" height=\"50\"/>".to_owned(),
        format!("<image href=\"{nested}\" width=\"50\" height=\"50\"/>"),
        "<use href=\"other.svg#a\"/>".to_owned(),
        "<rect width=\"9\" height=\"9\" fill=\"url(other.svg#a)\"/>".to_owned(),
        "<rect width=\"9\" height=\"9\" style=\"fill:url('file:///etc/hosts')\"/>".to_owned(),
        "<style>@import 'other.css';</style>".to_owned(),
        "<script>1</script>".to_owned(),
        "<foreignObject width=\"9\" height=\"9\"/>".to_owned(),
    ] {
        let error = theme_with(folder.path(), &svg(&inner)).unwrap_err();
        assert!(matches!(error, GraphicsError::Template { .. }), "{inner}: {error}");
        assert!(error.to_string().starts_with("the template a.svg cannot be used: "), "{error}");
    }
}

#[test]
fn entities_and_endless_drawings_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let bomb = "<!DOCTYPE svg [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><svg xmlns=\"http://www.w3.org/2000/svg\">&b;</svg>";
    let begin = Instant::now();
    assert!(theme_with(folder.path(), bomb).is_err());
    // A million nodes: over the byte cap; thirty thousand: over the node cap.
    assert!(theme_with(folder.path(), &svg(&"<g/>".repeat(1_000_000))).is_err());
    assert!(theme_with(folder.path(), &svg(&"<g/>".repeat(30_000))).is_err());
    assert!(theme_with(folder.path(), "no drawing at all").is_err());
    assert!(begin.elapsed() < Duration::from_secs(5));
}

#[test]
fn a_theme_reads_only_its_own_folder() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["../secret.svg", "/etc/hosts", ".hidden.svg", "sub/a.svg"] {
        let manifest =
            format!("name = \"T\"\n[colours]\n[element.slate.landscape]\ntemplate = \"{name}\"\n");
        std::fs::write(folder.path().join("theme.toml"), manifest).unwrap();
        let error = Theme::load(folder.path()).unwrap_err().to_string();
        assert!(error.contains("plain name"), "{error}");
    }
    assert!(matches!(
        Theme::load(folder.path().join("nowhere")),
        Err(GraphicsError::Unreadable { .. })
    ));
}

#[test]
fn an_enormous_picture_is_refused_from_its_header() {
    let begin = Instant::now();
    let error = decode_image(&png_header(30_000, 30_000), "huge.png").unwrap_err();
    assert!(begin.elapsed() < Duration::from_millis(50), "{:?}", begin.elapsed());
    assert!(matches!(error, ImageError::TooLarge { width: 30_000, height: 30_000, .. }), "{error}");
    assert!(error.to_string().contains("huge.png is 30000x30000"));
}

#[test]
fn cut_short_mistyped_and_missing_pictures_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let whole = include_bytes!("../../../../assets/sample/milk-frother.png");
    assert_eq!(decode_image(whole, "whole").unwrap().size(), Size::new(800, 800));
    for length in [9, 40, 500, whole.len() / 2, whole.len() - 20] {
        let path = folder.path().join("cut.jpg");
        std::fs::write(&path, &whole[..length]).unwrap();
        let error = load_image(&path).unwrap_err();
        assert!(matches!(error, ImageError::Damaged { .. }), "{length}: {error}");
    }
    let svg = folder.path().join("a.png");
    std::fs::write(&svg, svg_text()).unwrap();
    assert!(matches!(load_image(&svg), Err(ImageError::UnknownType { .. })));
    let error = load_image(folder.path().join("nowhere.png")).unwrap_err().to_string();
    assert!(error.contains("nowhere.png"), "{error}");
    assert!(matches!(load_image(folder.path()), Err(ImageError::Unreadable { .. })));
}

fn svg_text() -> String {
    svg("<image href=\"file:///etc/hosts\"/>")
}

/// This crate's folder in the checkout that cargo was called in. Asked at run time: checkouts that
/// share a build folder share this binary as well.
fn manifest_folder() -> std::ffi::OsString {
    std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into())
}
