//! A theme: a folder with `theme.toml` and SVG templates, or the one built in.

mod branding;
mod check;
mod folder;
mod style;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use resvg::tiny_skia::{Color, Pixmap};
use vitrine_media::{Picture, Size};

use self::branding::Mark;
pub use self::check::{FindingLevel, ThemeFinding};
pub(crate) use self::folder::{is_plain, read, read_fonts};
pub(crate) use self::style::SlotStyle;
use self::style::hex;
use crate::builtin;
use crate::drawing;
use crate::error::GraphicsError;
use crate::fonts::{FontFile, Fonts};
use crate::manifest::{Drawing, Manifest};
use crate::resample::Fit;
use crate::slots::{Drawn, Element, Slots};
use crate::template::{Assets, Template};

/// Pixels kept of drawn grounds: a countdown that ticks every second draws its shadow once.
const MAX_KEPT_BYTES: usize = 48 * 1024 * 1024;

/// Draws elements. Share it as `Arc<Theme>`; any thread may draw, blocking for the drawing only.
pub struct Theme {
    manifest: Manifest,
    /// The base fonts, and those beside the theme's own.
    base: Arc<Fonts>,
    fonts: Arc<Fonts>,
    colours: BTreeMap<String, Color>,
    css: String,
    parts: Parts,
    /// Whose name and logo stand where the caller gives none.
    brand: Option<Mark>,
    templates: Mutex<HashMap<String, Arc<Template>>>,
    grounds: Mutex<Vec<(GroundKey, Arc<Pixmap>)>>,
    images: Mutex<Vec<SizedImage>>,
}

/// What a theme is made of beside its manifest.
#[derive(Clone)]
struct Parts {
    /// Template sources by file name; parsed when first drawn.
    sources: BTreeMap<String, String>,
    assets: Assets,
    fonts: Vec<FontFile>,
}

/// An image at the size of its slot; the source is held so that its address stays its own.
struct SizedImage {
    source: Arc<Picture>,
    size: Size,
    fit: Fit,
    fitted: Arc<Picture>,
}

#[derive(Clone, PartialEq)]
pub(crate) struct GroundKey {
    pub(crate) file: String,
    pub(crate) hidden: BTreeSet<String>,
    pub(crate) scale: f32,
}

impl Theme {
    /// Names of the themes built into the program.
    pub const BUILTIN: [&str; 4] = builtin::NAMES;

    /// The theme a show has when none is chosen, built in.
    pub fn classic() -> Self {
        Self::builtin("classic").expect("Classic is built in")
    }

    /// A built-in theme by its name in [`Theme::BUILTIN`]. Templates are parsed when they are
    /// first drawn.
    pub fn builtin(name: &str) -> Option<Self> {
        let files = builtin::files(name)?;
        let parts = Parts {
            sources: files.templates.iter().map(|&(n, s)| (n.to_owned(), s.to_owned())).collect(),
            assets: Assets::new(),
            fonts: files.fonts.iter().filter_map(|bytes| FontFile::built_in(bytes)).collect(),
        };
        let manifest = parse(name, files.manifest);
        let built = manifest.and_then(|m| Self::build(m, parts, Fonts::bundled()));
        Some(built.expect("built-in themes are loaded by the tests"))
    }

    fn build(manifest: Manifest, parts: Parts, base: Arc<Fonts>) -> Result<Self, GraphicsError> {
        let mut colours = BTreeMap::new();
        let mut css = String::new();
        for (name, value) in &manifest.colours {
            let colour = hex(value).filter(|_| is_name(name)).ok_or_else(|| GraphicsError::Manifest {
                theme: manifest.name.clone(),
                place: format!("the colour {name}"),
                reason: format!("\"{value}\" is not a colour like #b8361f, or the name has other signs than a-z, 0-9 and -"),
            })?;
            colours.insert(name.clone(), colour);
            for (class, property) in
                [("fill", "fill"), ("stroke", "stroke"), ("stop", "stop-color")]
            {
                css.push_str(&format!(".{class}-{name}{{{property}:{value}}}\n"));
            }
        }
        Ok(Self {
            manifest,
            fonts: with_own(&base, &parts.fonts),
            base,
            colours,
            css,
            parts,
            brand: None,
            templates: Mutex::default(),
            grounds: Mutex::default(),
            images: Mutex::default(),
        })
    }

    /// The same theme with other fonts, for instance [`Fonts::bundled_only`], beside its own.
    #[must_use]
    pub fn with_fonts(mut self, fonts: Arc<Fonts>) -> Self {
        self.fonts = with_own(&fonts, &self.parts.fonts);
        self.base = fonts;
        self
    }

    /// Its name, as shown to the seller.
    pub fn name(&self) -> &str {
        &self.manifest.name
    }

    /// Draws an element for a canvas: landscape or portrait by its shape, any size (the theme is
    /// designed at 1280x720 and 720x1280).
    ///
    /// # Errors
    /// No such element for this shape, a template that cannot be used, a canvas that is no video
    /// size, or a link too long for a readable QR code. Text never fails: it is shrunk and cut.
    pub fn draw(
        &self,
        element: Element,
        canvas: Size,
        slots: &Slots,
    ) -> Result<Drawn, GraphicsError> {
        if !canvas.is_video() {
            return Err(GraphicsError::Canvas { width: canvas.width, height: canvas.height });
        }
        self.draw_with(element, canvas, slots, true)
    }

    /// The same; without `ink` everything but the letters.
    fn draw_with(
        &self,
        element: Element,
        canvas: Size,
        slots: &Slots,
        ink: bool,
    ) -> Result<Drawn, GraphicsError> {
        let drawing = self.drawing(element, canvas.is_portrait())?;
        match &self.brand {
            Some(brand) => drawing::draw(self, drawing, canvas, &brand.fill(element, slots), ink),
            None => drawing::draw(self, drawing, canvas, slots, ink),
        }
    }

    /// The slots an element has on a canvas of this shape, in drawing order.
    ///
    /// # Errors
    /// If the theme has no such element for this shape.
    pub fn slot_names(&self, element: Element, portrait: bool) -> Result<Vec<&str>, GraphicsError> {
        Ok(self.drawing(element, portrait)?.slot.iter().map(|slot| slot.name.as_str()).collect())
    }

    fn drawing(&self, element: Element, portrait: bool) -> Result<&Drawing, GraphicsError> {
        let shapes = self.manifest.element.get(&element);
        shapes
            .and_then(|s| if portrait { s.portrait.as_ref() } else { s.landscape.as_ref() })
            .ok_or_else(|| GraphicsError::NoElement {
                theme: self.manifest.name.clone(),
                element: element.name(),
                shape: if portrait { "portrait" } else { "landscape" },
            })
    }

    pub(crate) fn fonts(&self) -> &Fonts {
        &self.fonts
    }

    pub(crate) fn template(&self, file: &str) -> Result<Arc<Template>, GraphicsError> {
        let mut templates = self.templates.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(template) = templates.get(file) {
            return Ok(Arc::clone(template));
        }
        let source = self.parts.sources.get(file).map_or("", String::as_str);
        let template = Arc::new(Template::parse(file, source, &self.css, &self.parts.assets)?);
        templates.insert(file.to_owned(), Arc::clone(&template));
        Ok(template)
    }

    /// The template without its slots, drawn once for a set of hidden groups and a scale.
    pub(crate) fn ground(&self, key: &GroundKey) -> Result<Arc<Pixmap>, GraphicsError> {
        let keep = || self.grounds.lock().unwrap_or_else(PoisonError::into_inner);
        {
            let mut grounds = keep();
            if let Some(at) = grounds.iter().position(|(k, _)| k == key) {
                let found = grounds.remove(at);
                let pixmap = Arc::clone(&found.1);
                grounds.push(found);
                return Ok(pixmap);
            }
        }
        let drawn = Arc::new(self.template(&key.file)?.draw(&key.hidden, key.scale)?);
        let mut grounds = keep();
        grounds.push((key.clone(), Arc::clone(&drawn)));
        while grounds.len() > 1
            && grounds.iter().map(|(_, p)| p.data().len()).sum::<usize>() > MAX_KEPT_BYTES
        {
            grounds.remove(0);
        }
        Ok(drawn)
    }

    /// A product image at its slot's size; the last few are kept.
    pub(crate) fn image(&self, picture: &Arc<Picture>, size: Size, fit: Fit) -> Arc<Picture> {
        let keep = || self.images.lock().unwrap_or_else(PoisonError::into_inner);
        let same =
            |e: &&SizedImage| Arc::ptr_eq(&e.source, picture) && e.size == size && e.fit == fit;
        if let Some(found) = keep().iter().find(same).map(|e| Arc::clone(&e.fitted)) {
            return found;
        }
        let out = Arc::new(crate::resample::fitted(picture, size, fit));
        let mut images = keep();
        images.push(SizedImage {
            source: Arc::clone(picture),
            size,
            fit,
            fitted: Arc::clone(&out),
        });
        if images.len() > 8 {
            images.remove(0);
        }
        out
    }
}

impl std::fmt::Debug for Theme {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Theme({})", self.manifest.name)
    }
}

fn with_own(fonts: &Arc<Fonts>, own: &[FontFile]) -> Arc<Fonts> {
    if own.is_empty() { Arc::clone(fonts) } else { fonts.with_own(own) }
}

fn parse(theme: &str, text: &str) -> Result<Manifest, GraphicsError> {
    toml::from_str(text).map_err(|e| GraphicsError::Manifest {
        theme: theme.to_owned(),
        place: "theme.toml".to_owned(),
        reason: e.to_string().trim().replace('\n', " "),
    })
}

/// Safe as an id or class in a style sheet.
fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}
