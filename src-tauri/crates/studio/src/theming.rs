//! Themes and brands by name or file: found, checked, shown on a sheet.

use std::path::Path;
use std::sync::Arc;

use vitrine_graphics::sheet::sample::{Sample, VARIANTS};
use vitrine_graphics::sheet::{Sheet, Shown};
use vitrine_graphics::{Brand, Element, Theme, decode_image};

use crate::error::StudioError;
use crate::overlay::load_theme;
use crate::pictures::write_picture;

pub use vitrine_graphics::{FindingLevel, ThemeFinding};

/// Height of a landscape canvas on a sheet, in pixels.
const HEIGHT: u32 = 720;

/// Names of the built-in themes and how they are called.
pub fn built_in() -> Vec<(&'static str, String)> {
    let named = |name| Theme::builtin(name).map(|theme| (name, theme.name().to_owned()));
    Theme::BUILTIN.into_iter().filter_map(named).collect()
}

/// A theme ([`load_theme`]) in a brand's colours, fonts and logo, and warnings about those. Reads
/// files; draws nothing.
///
/// # Errors
/// If there is no such theme, or the brand cannot be read or names what the theme does not have.
pub fn branded_theme(
    wanted: Option<&Path>,
    brand: Option<&Path>,
) -> Result<(Arc<Theme>, Vec<ThemeFinding>), StudioError> {
    let theme = load_theme(wanted)?;
    let Some(file) = brand else { return Ok((theme, Vec::new())) };
    let worn = Brand::load(file).and_then(|brand| theme.with_brand(&brand));
    let (theme, warnings) = worn.map_err(|e| {
        StudioError::input("brand", e).remedy(
            "a brand is a file with name, [colours] and [fonts]; see assets/themes/README.md",
        )
    })?;
    Ok((Arc::new(theme), warnings))
}

/// Everything that can be computed about a theme, errors first. Takes seconds.
///
/// # Errors
/// As [`branded_theme`].
pub fn check_theme(wanted: &Path, brand: Option<&Path>) -> Result<Vec<ThemeFinding>, StudioError> {
    let (theme, mut findings) = branded_theme(Some(wanted), brand)?;
    findings.extend(theme.check_all());
    findings.sort_by_key(|f| std::cmp::Reverse(f.level));
    Ok(findings)
}

/// Draws every element, or only those named, on both canvases into one PNG. `sample` is one of
/// [`VARIANTS`]. Says what could not be drawn. Takes seconds.
///
/// # Errors
/// As [`branded_theme`]; an unknown element or sample; a file that cannot be written.
pub fn draw_sheet(
    wanted: &Path,
    brand: Option<&Path>,
    sample: &str,
    elements: &[String],
    out: &Path,
) -> Result<Vec<Shown>, StudioError> {
    let (theme, _) = branded_theme(Some(wanted), brand)?;
    let only = elements.iter().map(|name| named_element(name)).collect::<Result<_, _>>()?;
    let picture = |bytes: &[u8], name| {
        decode_image(bytes, name).map(Arc::new).map_err(|e| StudioError::input("picture", e))
    };
    let product = picture(include_bytes!("../../../../assets/sample/milk-frother.png"), "sample")?;
    let sample = Sample::named(sample, Some(product)).ok_or_else(|| {
        StudioError::input("sample", format!("there is no sample {sample:?}"))
            .remedy(format!("choose {}", VARIANTS.join(", ")))
    })?;
    let sheet = Sheet { sample, height: HEIGHT, only, shapes: [true, true], hosts: [None, None] };
    let (drawn, shown) = sheet.draw(&theme);
    write_picture(&drawn, out)?;
    Ok(shown)
}

fn named_element(name: &str) -> Result<Element, StudioError> {
    Element::ALL.into_iter().find(|e| e.name() == name).ok_or_else(|| {
        StudioError::input("element", format!("themes have no element {name:?}"))
            .remedy(format!("choose {}", Element::ALL.map(Element::name).join(", ")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_brand_that_does_not_fit_is_named_with_its_remedy() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("brand.toml");
        std::fs::write(&file, "name = \"M\"\n[colours]\nacent = \"#112233\"\n").expect("written");
        let error = branded_theme(None, Some(&file)).map(|_| ()).expect_err("no such colour");
        assert_eq!(error.code, "brand");
        assert!(error.message.contains("acent") && error.remedy.is_some(), "{error:?}");
        let nowhere = branded_theme(None, Some(&folder.path().join("no.toml"))).map(|_| ());
        assert!(nowhere.expect_err("no file").message.contains("no.toml"));
    }

    #[test]
    fn a_sheet_of_one_element_is_written_and_typing_errors_are_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let out = folder.path().join("sheet.png");
        let draw = |sample, element: &str| {
            draw_sheet(Path::new("classic"), None, sample, &[element.to_owned()], &out)
        };
        let shown = draw("usual", "goal").expect("drawn");
        assert_eq!(shown.len(), 2);
        assert!(shown.iter().all(|s| s.remark.is_none()));
        assert!(std::fs::metadata(&out).expect("written").len() > 1000);
        assert!(draw("usual", "gaol").is_err_and(|e| e.message.contains("gaol")));
        assert!(draw("strange", "goal").is_err_and(|e| e.code == "sample"));
    }
}
