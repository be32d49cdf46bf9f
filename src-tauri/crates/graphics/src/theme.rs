//! A theme: a folder with `theme.toml` and SVG templates, or the one built in.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use resvg::tiny_skia::{Color, Pixmap};
use vitrine_media::{Picture, Size};

use crate::classic;
use crate::drawing;
use crate::error::GraphicsError;
use crate::fonts::Fonts;
use crate::image::decode_image;
use crate::manifest::{Align, Drawing, Manifest, Slot, Style, VerticalAlign};
use crate::resample::Fit;
use crate::slots::{Drawn, Element, Slots};
use crate::template::{Assets, Template};

/// Most bytes of `theme.toml` and of one asset.
const MAX_MANIFEST: u64 = 256 * 1024;
const MAX_ASSET: u64 = 4 * 1024 * 1024;
/// Pixels kept of drawn grounds: a countdown that ticks every second draws its shadow once.
const MAX_KEPT_BYTES: usize = 48 * 1024 * 1024;

/// Draws elements. Share it as `Arc<Theme>`; any thread may draw, blocking for the drawing only.
pub struct Theme {
    manifest: Manifest,
    fonts: Arc<Fonts>,
    colours: BTreeMap<String, Color>,
    css: String,
    assets: Assets,
    /// Template sources by file name; parsed when first drawn.
    sources: BTreeMap<String, String>,
    templates: Mutex<HashMap<String, Arc<Template>>>,
    grounds: Mutex<Vec<(GroundKey, Arc<Pixmap>)>>,
    images: Mutex<Vec<SizedImage>>,
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
    /// The theme built into the program. Templates are parsed when they are first drawn.
    pub fn classic() -> Self {
        let sources =
            classic::TEMPLATES.iter().map(|&(n, s)| (n.to_owned(), s.to_owned())).collect();
        Self::build("Classic", classic::MANIFEST, sources, Assets::new())
            .expect("the built-in theme is loaded by the tests")
    }

    /// Loads and checks a theme's folder; nothing outside of it is opened. Blocking.
    ///
    /// # Errors
    /// One sentence naming the file, what is wrong in it and what would be right.
    pub fn load(folder: impl AsRef<Path>) -> Result<Self, GraphicsError> {
        let folder = folder.as_ref();
        let manifest = read(&folder.join("theme.toml"), MAX_MANIFEST)?;
        let label = folder.file_name().unwrap_or(folder.as_os_str()).to_string_lossy().into_owned();
        let text = String::from_utf8_lossy(&manifest).into_owned();
        let draft: Manifest = parse(&label, &text)?;
        let inside = |name: &str| -> Result<(), GraphicsError> {
            // A theme comes from somebody else: its files are its own, by plain name.
            let plain =
                !name.is_empty() && !name.contains(['/', '\\', ':']) && !name.starts_with('.');
            plain.then_some(()).ok_or_else(|| GraphicsError::Manifest {
                theme: draft.name.clone(),
                place: "theme.toml".to_owned(),
                reason: format!("\"{name}\" is not the plain name of a file in the theme's folder"),
            })
        };
        let mut sources = BTreeMap::new();
        for drawing in draft.element.values().flat_map(|s| [&s.landscape, &s.portrait]).flatten() {
            inside(&drawing.template)?;
            let bytes = read(&folder.join(&drawing.template), MAX_ASSET)?;
            sources.insert(drawing.template.clone(), String::from_utf8_lossy(&bytes).into_owned());
        }
        let mut assets = Assets::new();
        for (name, file) in &draft.assets {
            inside(file)?;
            let bytes = read(&folder.join(file), MAX_ASSET)?;
            decode_image(&bytes, file).map_err(|e| GraphicsError::Manifest {
                theme: draft.name.clone(),
                place: format!("the asset {name}"),
                reason: e.to_string(),
            })?;
            assets.insert(name.clone(), Arc::new(bytes));
        }
        let theme = Self::build(&label, &text, sources, assets)?;
        theme.check()?;
        Ok(theme)
    }

    fn build(
        label: &str,
        manifest: &str,
        sources: BTreeMap<String, String>,
        assets: Assets,
    ) -> Result<Self, GraphicsError> {
        let manifest = parse(label, manifest)?;
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
            fonts: Fonts::bundled(),
            colours,
            css,
            assets,
            sources,
            templates: Mutex::default(),
            grounds: Mutex::default(),
            images: Mutex::default(),
        })
    }

    /// The same theme with other fonts, for instance [`Fonts::bundled_only`].
    #[must_use]
    pub fn with_fonts(mut self, fonts: Arc<Fonts>) -> Self {
        self.fonts = fonts;
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
        let drawing = self.drawing(element, canvas.is_portrait())?;
        drawing::draw(self, drawing, canvas, slots)
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

    /// Parses every template and follows every name of the manifest.
    fn check(&self) -> Result<(), GraphicsError> {
        for (element, shapes) in &self.manifest.element {
            for drawing in [&shapes.landscape, &shapes.portrait].into_iter().flatten() {
                let template = self.template(&drawing.template)?;
                let wrong = |reason: String| GraphicsError::Manifest {
                    theme: self.manifest.name.clone(),
                    place: format!("{} ({})", element.name(), drawing.template),
                    reason,
                };
                for slot in &drawing.slot {
                    for name in drawing::box_names(slot) {
                        if !template.boxes.contains_key(name) {
                            return Err(wrong(format!(
                                "the template has no rectangle with the id slot-{name}"
                            )));
                        }
                    }
                    self.text_style(slot).map_err(wrong)?;
                }
                for part in &drawing.part {
                    if !is_name(&part.id) || !template.groups.contains(&part.id) {
                        return Err(wrong(format!(
                            "the template has no group with the id {}",
                            part.id
                        )));
                    }
                }
            }
        }
        Ok(())
    }

    pub(crate) fn fonts(&self) -> &Fonts {
        &self.fonts
    }

    pub(crate) fn template(&self, file: &str) -> Result<Arc<Template>, GraphicsError> {
        let mut templates = self.templates.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(template) = templates.get(file) {
            return Ok(Arc::clone(template));
        }
        let source = self.sources.get(file).map_or("", String::as_str);
        let template = Arc::new(Template::parse(file, source, &self.css, &self.assets)?);
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

    /// A slot's style with every gap filled.
    pub(crate) fn text_style(&self, slot: &Slot) -> Result<SlotStyle, String> {
        let empty = Style::default();
        let base = match &slot.style {
            Some(name) => self
                .manifest
                .style
                .get(name)
                .ok_or_else(|| format!("there is no [style.{name}]"))?,
            None => &empty,
        };
        let set = &slot.set;
        let size = set.size.or(base.size).unwrap_or(24.0);
        let colour =
            |name: &str| self.colour(name).ok_or_else(|| format!("there is no colour \"{name}\""));
        let font = set.font.as_ref().or(base.font.as_ref());
        let families = match font {
            Some(name) => self
                .manifest
                .fonts
                .get(name)
                .ok_or_else(|| format!("there is no font \"{name}\""))?
                .clone(),
            None => Vec::new(),
        };
        let plate = set.plate.as_ref().or(base.plate.as_ref());
        Ok(SlotStyle {
            families,
            weight: set.weight.or(base.weight).unwrap_or(500.0),
            size,
            min_size: set.min_size.or(base.min_size).unwrap_or(size * 0.8).min(size),
            lines: set.lines.or(base.lines).unwrap_or(1).max(1),
            line_height: set.line_height.or(base.line_height).unwrap_or(1.2),
            tracking: set.tracking.or(base.tracking).unwrap_or(0.0),
            tabular: set.tabular.or(base.tabular).unwrap_or(false),
            balance: set.balance.or(base.balance).unwrap_or(false),
            colour: colour(set.colour.as_deref().or(base.colour.as_deref()).unwrap_or("#000000"))?,
            align: set.align.or(base.align).unwrap_or(Align::Start),
            vertical: set.vertical.or(base.vertical).unwrap_or(VerticalAlign::Top),
            strike: set.strike.or(base.strike).unwrap_or(false),
            plate: plate
                .map(|p| Ok::<_, String>((colour(&p.colour)?, p.padding, p.radius)))
                .transpose()?,
        })
    }

    fn colour(&self, name: &str) -> Option<Color> {
        self.colours.get(name).copied().or_else(|| hex(name))
    }
}

impl std::fmt::Debug for Theme {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Theme({})", self.manifest.name)
    }
}

/// How a slot's text is set; lengths in reference pixels.
pub(crate) struct SlotStyle {
    pub(crate) families: Vec<String>,
    pub(crate) weight: f32,
    pub(crate) size: f32,
    pub(crate) min_size: f32,
    pub(crate) lines: usize,
    pub(crate) line_height: f32,
    pub(crate) tracking: f32,
    pub(crate) tabular: bool,
    pub(crate) balance: bool,
    pub(crate) colour: Color,
    pub(crate) align: Align,
    pub(crate) vertical: VerticalAlign,
    pub(crate) strike: bool,
    /// Colour, padding, radius.
    pub(crate) plate: Option<(Color, f32, f32)>,
}

fn parse(theme: &str, text: &str) -> Result<Manifest, GraphicsError> {
    toml::from_str(text).map_err(|e| GraphicsError::Manifest {
        theme: theme.to_owned(),
        place: "theme.toml".to_owned(),
        reason: e.to_string().trim().replace('\n', " "),
    })
}

fn read(path: &Path, most: u64) -> Result<Vec<u8>, GraphicsError> {
    let length = std::fs::metadata(path).map_err(|e| GraphicsError::unreadable(path, &e))?.len();
    if length > most {
        return Err(GraphicsError::Unreadable {
            path: path.to_owned(),
            reason: format!("it is larger than {} KiB", most / 1024),
        });
    }
    std::fs::read(path).map_err(|e| GraphicsError::unreadable(path, &e))
}

/// Safe as an id or class in a style sheet.
fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// `#rrggbb` or `#rrggbbaa`.
fn hex(text: &str) -> Option<Color> {
    let digits = text.strip_prefix('#').filter(|d| d.is_ascii() && matches!(d.len(), 6 | 8))?;
    let byte = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    let alpha = if digits.len() == 8 { byte(6)? } else { 255 };
    Some(Color::from_rgba8(byte(0)?, byte(2)?, byte(4)?, alpha))
}
