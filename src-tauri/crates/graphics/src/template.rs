//! A template: an SVG with boxes for its slots, drawn without ever looking outside itself.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use resvg::tiny_skia::{Pixmap, PixmapPaint, Transform};
use resvg::usvg::roxmltree::{Document, Node, ParsingOptions};
use resvg::usvg::{ImageHrefResolver, ImageKind, Options, Tree};

use crate::error::GraphicsError;
use crate::fonts::Fonts;
use crate::shadow;

/// Most bytes of an SVG file.
const MAX_BYTES: usize = 512 * 1024;
/// Most XML nodes; a generous drawing has some hundreds.
const MAX_NODES: u32 = 20_000;
/// Largest side of a template in reference pixels.
const MAX_SIDE: f32 = 2600.0;

/// A rectangle in template pixels: left, top, right, bottom.
pub(crate) type Rect = [f32; 4];

/// Images a template may show, by the name after `asset:`.
pub(crate) type Assets = BTreeMap<String, Arc<Vec<u8>>>;

/// One SVG, checked.
pub(crate) struct Template {
    file: String,
    svg: String,
    style: String,
    assets: Assets,
    pub(crate) size: [f32; 2],
    /// Boxes by name: `slot-title` is `title`; the box `panel` is the panel's outline.
    pub(crate) boxes: BTreeMap<String, Rect>,
    /// Ids of groups that come and go: `if-…`, `unless-…` and those the manifest names.
    pub(crate) groups: BTreeSet<String>,
}

impl Template {
    /// Checks an SVG: its size, that it refers to nothing outside itself, and its boxes.
    /// `style` is CSS with the theme's colours.
    pub(crate) fn parse(
        file: &str,
        svg: &str,
        style: &str,
        assets: &Assets,
    ) -> Result<Self, GraphicsError> {
        let wrong = |reason: String| GraphicsError::Template { file: file.to_owned(), reason };
        if svg.len() > MAX_BYTES {
            return Err(wrong("it is larger than 512 KiB; draw it with fewer points".to_owned()));
        }
        let options = ParsingOptions {
            allow_dtd: false,
            nodes_limit: MAX_NODES,
            ..ParsingOptions::default()
        };
        let document = Document::parse_with_options(svg, options)
            .map_err(|e| wrong(format!("it is no valid SVG of at most {MAX_NODES} nodes ({e})")))?;
        let root = document.root_element();
        if root.tag_name().name() != "svg" {
            return Err(wrong("it is no SVG; save it as plain SVG".to_owned()));
        }
        let mut boxes = BTreeMap::new();
        let mut groups = BTreeSet::new();
        for node in root.descendants().filter(Node::is_element) {
            refuse_outside(node).map_err(wrong)?;
            let Some(id) = node.attribute("id") else { continue };
            match node.tag_name().name() {
                "rect" if id == "panel" || id.starts_with("slot-") => {
                    let rect = rectangle(node).map_err(wrong)?;
                    boxes.insert(id.strip_prefix("slot-").unwrap_or(id).to_owned(), rect);
                }
                "g" => {
                    groups.insert(id.to_owned());
                }
                _ => {}
            }
        }
        let mut template = Self {
            file: file.to_owned(),
            svg: svg.to_owned(),
            style: style.to_owned(),
            assets: assets.clone(),
            size: [0.0, 0.0],
            boxes,
            groups,
        };
        let size = template.tree(&BTreeSet::new())?.size();
        template.size = [size.width(), size.height()];
        if template.size.iter().any(|&side| side > MAX_SIDE) {
            let reason = format!(
                "it is {}x{}; draw it at the size it has on a 1280x720 canvas",
                size.width(),
                size.height()
            );
            return Err(GraphicsError::Template { file: template.file, reason });
        }
        Ok(template)
    }

    fn tree(&self, hidden: &BTreeSet<String>) -> Result<Tree, GraphicsError> {
        let mut style = format!("{}\n#slots{{display:none}}", self.style);
        for id in hidden {
            style.push_str(&format!("\n#{id}{{display:none}}"));
        }
        let assets = &self.assets;
        let options = Options {
            // Both doors closed: nothing from the disk, nothing from a data address.
            image_href_resolver: ImageHrefResolver {
                resolve_data: Box::new(|_, _, _| None),
                resolve_string: Box::new(|href, _| {
                    let bytes = assets.get(href.strip_prefix("asset:")?)?;
                    match image::guess_format(bytes).ok()? {
                        image::ImageFormat::Png => Some(ImageKind::PNG(bytes.clone())),
                        image::ImageFormat::Jpeg => Some(ImageKind::JPEG(bytes.clone())),
                        image::ImageFormat::WebP => Some(ImageKind::WEBP(bytes.clone())),
                        _ => None,
                    }
                }),
            },
            resources_dir: None,
            font_family: "Inter".to_owned(),
            fontdb: if self.svg.contains("<text") { Fonts::svg_database() } else { Arc::default() },
            style_sheet: Some(style),
            ..Options::default()
        };
        Tree::from_str(&self.svg, &options).map_err(|e| GraphicsError::Template {
            file: self.file.clone(),
            reason: format!(
                "it cannot be drawn ({e}); save it as plain SVG with width, height and viewBox"
            ),
        })
    }

    /// The groups `shadow-N`, with their blur in template pixels.
    fn shadows(&self) -> impl Iterator<Item = (&String, f32)> {
        self.groups.iter().filter_map(|id| {
            let sigma: f32 = id.strip_prefix("shadow-")?.parse().ok()?;
            (0.5..=60.0).contains(&sigma).then_some((id, sigma))
        })
    }

    /// Draws everything but the hidden groups and the slots, `scale` pixels a template pixel.
    pub(crate) fn draw(
        &self,
        hidden: &BTreeSet<String>,
        scale: f32,
    ) -> Result<Pixmap, GraphicsError> {
        let mut without_shadows = hidden.clone();
        without_shadows.extend(self.shadows().map(|(id, _)| id.clone()));
        let tree = self.tree(&without_shadows)?;
        let side = |length: f32| ((length * scale).round() as u32).max(1);
        let mut pixmap = Pixmap::new(side(self.size[0]), side(self.size[1])).ok_or_else(|| {
            GraphicsError::Template {
                file: self.file.clone(),
                reason: "it is too large to draw".to_owned(),
            }
        })?;
        let (width, height) = (pixmap.width(), pixmap.height());
        if self.shadows().any(|(id, _)| !hidden.contains(id)) {
            let shadowed = self.tree(hidden)?;
            for (id, sigma) in self.shadows() {
                let Some(node) = shadowed.node_by_id(id) else { continue };
                if let Some(soft) = shadow::soft(node, sigma, scale, width, height) {
                    let paint = PixmapPaint::default();
                    pixmap.draw_pixmap(0, 0, soft.as_ref(), &paint, Transform::identity(), None);
                }
            }
        }
        resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixmap.as_mut());
        Ok(pixmap)
    }
}

/// Anything that would make the renderer, today or in a later version, open something.
fn refuse_outside(node: Node<'_, '_>) -> Result<(), String> {
    let name = node.tag_name().name();
    if matches!(name, "script" | "foreignObject" | "iframe" | "audio" | "video") {
        return Err(format!("it contains <{name}>; a template only holds shapes"));
    }
    for attribute in node.attributes() {
        let value = attribute.value().trim();
        if attribute.name() == "href"
            && !value.is_empty()
            && !value.starts_with('#')
            && !value.starts_with("asset:")
        {
            let shown: String = value.chars().take(60).collect();
            return Err(format!(
                "it refers to \"{shown}\"; only its own parts (#name) and images listed under [assets] (asset:name) are allowed"
            ));
        }
        outside_url(value)?;
    }
    if name == "style" {
        let css: String =
            node.descendants().filter_map(|n| n.is_text().then(|| n.text()).flatten()).collect();
        if css.contains("@import") {
            return Err("its style sheet uses @import; copy the rules into the file".to_owned());
        }
        outside_url(&css)?;
    }
    Ok(())
}

fn outside_url(text: &str) -> Result<(), String> {
    for (at, _) in text.match_indices("url(") {
        let target = text[at + 4..].trim_start_matches(['"', '\'', ' ']);
        if !target.starts_with('#') {
            let shown: String = target.chars().take(60).collect();
            return Err(format!(
                "it refers to \"{shown}\"; only its own parts (#name) are allowed"
            ));
        }
    }
    Ok(())
}

/// A slot's rectangle: plain numbers, not moved by a transform.
fn rectangle(node: Node<'_, '_>) -> Result<Rect, String> {
    let id = node.attribute("id").unwrap_or_default();
    if node.ancestors().any(|n| n.has_attribute("transform")) {
        return Err(format!(
            "the rectangle \"{id}\" is moved by a transform; give it plain x and y"
        ));
    }
    let number = |name: &str| -> Result<f32, String> {
        node.attribute(name)
            .unwrap_or("0")
            .trim()
            .parse::<f32>()
            .ok()
            .filter(|v| v.is_finite() && v.abs() <= MAX_SIDE)
            .ok_or_else(|| format!("the rectangle \"{id}\" needs a plain number as {name}"))
    };
    let (x, y, width, height) = (number("x")?, number("y")?, number("width")?, number("height")?);
    if width <= 0.0 || height <= 0.0 {
        return Err(format!("the rectangle \"{id}\" has no size"));
    }
    Ok([x, y, x + width, y + height])
}
