//! What platforms lay over a picture, made visible.

use std::sync::Arc;

use serde::Serialize;
use vitrine_compositor::Tile;
use vitrine_engine::Pictures;
use vitrine_graphics::{Area, Element, Slots, Theme};
use vitrine_media::Size;
use vitrine_scene::{Color, Content, Fit, Layer, PictureId, Place};

use crate::canvas::Canvas;
use crate::error::StudioError;
use crate::overlay::Placed;
use crate::platforms::{Platform, Zone, platform, platforms};

/// Covered for good, and covered now and then.
const HARD: Color = Color::rgba(214, 24, 24, 104);
const SOFT: Color = Color::rgba(236, 150, 24, 72);
/// Height of a zone's name, in pixels of a canvas whose shorter side has 720.
const NAME: f32 = 72.0;

/// An element that lies under something of a platform.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Touch {
    /// The element's name in themes.
    pub element: &'static str,
    /// The platform's name for people.
    pub platform: String,
    /// What covers it.
    pub what: String,
    /// It comes and goes, or can be seen through.
    pub soft: bool,
}

/// The platforms meant: one by its name, or (`all`) every one of a canvas.
pub(super) fn meant(name: &str, canvas: Canvas) -> Result<Vec<Platform>, StudioError> {
    if name == "all" {
        return Ok(platforms()?.into_iter().filter(|p| p.canvas == canvas).collect());
    }
    Ok(vec![platform(name, canvas)?])
}

/// Which elements lie under what.
pub(super) fn touches(placed: &[Placed], platforms: &[Platform], size: Size) -> Vec<Touch> {
    let seen = placed.iter().filter(|p| !p.left_out);
    seen.flat_map(|p| {
        platforms.iter().flat_map(move |platform| {
            let met = platform.zones.iter().filter(move |z| meets(p.area, z, size));
            met.map(move |z| Touch {
                element: p.element,
                platform: platform.title.clone(),
                what: z.what.clone(),
                soft: z.soft,
            })
        })
    })
    .collect()
}

fn meets(area: Area, zone: &Zone, size: Size) -> bool {
    let (w, h) = (size.width as f32, size.height as f32);
    let [x, y, width, height] = [area.x, area.y, area.width, area.height].map(|v| v as f32);
    // Less than a pixel is no touch.
    x + width - 1.0 > zone.x * w
        && (zone.x + zone.width) * w > x + 1.0
        && y + height - 1.0 > zone.y * h
        && (zone.y + zone.height) * h > y + 1.0
}

/// Layers that show zones in translucent red (soft ones in amber) with their names, and their pictures.
pub(super) fn layers(
    platforms: &[Platform],
    canvas: Canvas,
    size: Size,
    pictures: &mut Pictures,
) -> Result<Vec<Layer>, StudioError> {
    let theme = Theme::classic();
    let mut out = Vec::new();
    let mut shown: Vec<&Zone> = Vec::new();
    for zone in platforms.iter().flat_map(|p| &p.zones) {
        // Several platforms say the same of the same place.
        if shown
            .iter()
            .any(|z| (z.x, z.y, z.width, z.height) == (zone.x, zone.y, zone.width, zone.height))
        {
            continue;
        }
        shown.push(zone);
        let number = shown.len();
        let colour = if zone.soft { SOFT } else { HARD };
        let place = Place::new(zone.x, zone.y, zone.width, zone.height);
        out.push(Layer::new(format!("zone/{number}"), Content::Fill(colour), place));
    }
    for (number, zone) in (1..).zip(shown) {
        let slots = Slots::new().with_text("title", zone.what.clone());
        let drawn = theme
            .draw(Element::LowerThird, size, &slots)
            .map_err(|e| StudioError::input("theme", e))?;
        let picture = PictureId::from(format!("zone/{number}/{canvas}"));
        pictures.insert(picture.clone(), Arc::new(Tile::from_picture(&drawn.picture)));
        let shorter = size.width.min(size.height) as f32;
        let height = (NAME / 720.0 * shorter / size.height as f32).min(zone.height * 0.9);
        let y = zone.y + (zone.height - height) / 2.0;
        let place = Place::new(zone.x + 0.005, y, (zone.width - 0.01).max(0.01), height);
        let mut name = Layer::new(format!("zone-name/{number}"), Content::Picture(picture), place);
        name.fit = Fit::Contain;
        out.push(name);
    }
    Ok(out)
}
