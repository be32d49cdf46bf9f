//! From one scene to the next: every layer comes, goes or moves by its own motion.

use serde::{Deserialize, Serialize};
use vitrine_media::MediaTime;

use crate::place::lerp;
use crate::{Easing, Layer, LayerId, Scene};

/// A side of the canvas.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Edge {
    /// The left side.
    Left,
    /// The right side.
    Right,
    /// The upper side.
    Top,
    /// The lower side.
    Bottom,
}

/// How a layer comes or goes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// At once.
    Cut,
    /// By opacity.
    Fade,
    /// In from, or out over, a side of the canvas.
    Slide(Edge),
    /// Grows from four fifths of its size while it fades in; shrinks and fades out likewise.
    Scale,
}

/// A movement: what, how long, on which course.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Motion {
    /// What moves.
    pub effect: Effect,
    /// For how long, 0 to 60 s. [`Effect::Cut`] takes no time whatever stands here.
    pub duration: MediaTime,
    /// On which course.
    #[serde(default)]
    pub easing: Easing,
}

impl Motion {
    /// At once.
    pub const CUT: Self =
        Self { effect: Effect::Cut, duration: MediaTime::ZERO, easing: Easing::Linear };

    /// A movement as given.
    pub const fn new(effect: Effect, duration: MediaTime, easing: Easing) -> Self {
        Self { effect, duration, easing }
    }

    /// The time it really takes.
    pub fn length(&self) -> MediaTime {
        if self.effect == Effect::Cut {
            MediaTime::ZERO
        } else {
            self.duration.max(MediaTime::ZERO)
        }
    }

    /// Eased progress; `None` once it is over.
    fn progress(&self, elapsed: MediaTime) -> Option<f32> {
        let length = self.length();
        if elapsed >= length {
            return None;
        }
        // A quotient of two i64 below one; f64 keeps it exact enough, f32 then loses nothing seen.
        let t = elapsed.as_nanos().max(0) as f64 / length.as_nanos() as f64;
        Some(self.easing.at(t as f32))
    }
}

/// What happens to one layer of the new scene.
enum Change<'a> {
    /// Nothing to follow: shown (or kept hidden) as it is.
    Settled,
    /// Was not seen before.
    Enters,
    /// Was seen as given and is hidden now.
    Hides(&'a Layer),
    /// Was seen as given, and is now elsewhere or shows something else.
    Glides(&'a Layer),
}

fn change_of<'a>(before: &'a Scene, layer: &Layer) -> Change<'a> {
    // The topmost of that name: while contents cross-fade, the lower one is the one that goes.
    let old = before.layers.iter().rev().find(|l| l.id == layer.id).filter(|l| l.visible);
    match old {
        None if layer.visible => Change::Enters,
        None => Change::Settled,
        Some(old) if !layer.visible => Change::Hides(old),
        Some(old) if differs(old, layer) => Change::Glides(old),
        Some(_) => Change::Settled,
    }
}

/// Whether anything that can glide or cross-fade is different. A new picture in an equal place is
/// a plain replacement (a countdown's next second) unless the layer enters by fading.
fn differs(old: &Layer, now: &Layer) -> bool {
    old.place != now.place
        || old.crop != now.crop
        || old.opacity != now.opacity
        || old.radius != now.radius
        || old.scale != now.scale
        || cross_fades(old, now)
}

fn cross_fades(old: &Layer, now: &Layer) -> bool {
    old.content != now.content && now.enter.effect == Effect::Fade
}

fn is_in(scene: &Scene, id: &LayerId) -> bool {
    scene.layers.iter().any(|l| l.id == *id)
}

/// How long [`interpolate`] has anything to move between two scenes; zero when nothing does.
pub fn transition_length(before: &Scene, now: &Scene) -> MediaTime {
    let changes = now.layers.iter().map(|layer| match change_of(before, layer) {
        Change::Settled => MediaTime::ZERO,
        Change::Enters | Change::Glides(_) => layer.enter.length(),
        Change::Hides(_) => layer.leave.length(),
    });
    let gone =
        before.layers.iter().filter(|l| l.visible && !is_in(now, &l.id)).map(|l| l.leave.length());
    changes.chain(gone).max().unwrap_or(MediaTime::ZERO)
}

/// The scene to show `elapsed` after the change from `before` to `now`.
///
/// Pure. At zero (or less) it is `before`, from [`transition_length`] on it is `now`, exactly.
/// Between them: layers match by id. New or newly visible layers enter by `enter`, removed or
/// hidden ones leave by `leave` and keep their place in the stack; layers that stay glide in place, crop,
/// opacity, radius and scale within the time of the new layer's `enter`. New content replaces
/// the old at once, unless the new layer enters by [`Effect::Fade`]: then the two cross-fade.
/// To change course midway, take the scene shown last as the next `before`.
pub fn interpolate(before: &Scene, now: &Scene, elapsed: MediaTime) -> Scene {
    let mut out = Scene::default();
    interpolate_into(before, now, elapsed, &mut out);
    out
}

/// [`interpolate`] into a scene whose memory is used again: allocates nothing once `out` has held
/// as many layers.
pub fn interpolate_into(before: &Scene, now: &Scene, elapsed: MediaTime, out: &mut Scene) {
    let length = transition_length(before, now);
    if elapsed >= length {
        out.layers.clone_from(&now.layers);
        return;
    }
    if elapsed <= MediaTime::ZERO {
        out.layers.clone_from(&before.layers);
        return;
    }
    let layers = &mut out.layers;
    layers.clear();
    // Removed layers below every layer that stays.
    leave_from(before, 0, now, elapsed, layers);
    for layer in &now.layers {
        push_change(before, layer, elapsed, layers);
        // Removed layers stay right above the layer that was beneath them.
        if let Some(i) = before.layers.iter().rposition(|l| l.id == layer.id) {
            leave_from(before, i + 1, now, elapsed, layers);
        }
    }
}

/// Pushes the leaving layers of `before` from index `from` up to the next layer that stays.
fn leave_from(
    before: &Scene,
    from: usize,
    now: &Scene,
    elapsed: MediaTime,
    layers: &mut Vec<Layer>,
) {
    for old in before.layers[from..].iter().take_while(|l| !is_in(now, &l.id)) {
        if old.visible
            && let Some(p) = old.leave.progress(elapsed)
        {
            layers.push(present(old, old.leave.effect, 1.0 - p));
        }
    }
}

fn push_change(before: &Scene, layer: &Layer, elapsed: MediaTime, layers: &mut Vec<Layer>) {
    match change_of(before, layer) {
        Change::Settled => layers.push(layer.clone()),
        Change::Enters => layers.push(match layer.enter.progress(elapsed) {
            Some(p) => present(layer, layer.enter.effect, p),
            None => layer.clone(),
        }),
        Change::Hides(old) => layers.push(match layer.leave.progress(elapsed) {
            Some(p) => present(old, layer.leave.effect, 1.0 - p),
            None => layer.clone(),
        }),
        Change::Glides(old) => match layer.enter.progress(elapsed) {
            None => layers.push(layer.clone()),
            Some(p) => {
                let mut new = glide(old, layer, p);
                if cross_fades(old, layer) {
                    // Where the new content is opaque the old one must stay beneath it or the
                    // background shines through; where it is not, the old one has to be gone by
                    // the end. Leaving late serves both.
                    let gone = p.clamp(0.0, 1.0).powi(3);
                    layers.push(Layer {
                        content: old.content.clone(),
                        fit: old.fit,
                        opacity: (old.opacity * (1.0 - gone)).clamp(0.0, 1.0),
                        ..new.clone()
                    });
                    new.opacity = (layer.opacity * p).clamp(0.0, 1.0);
                }
                layers.push(new);
            }
        },
    }
}

/// `layer` while `effect` has it present by `p`: 0 is away, 1 is there. `p` may overshoot.
fn present(layer: &Layer, effect: Effect, p: f32) -> Layer {
    let mut out = layer.clone();
    match effect {
        Effect::Cut => {}
        Effect::Fade => out.opacity *= p,
        Effect::Scale => {
            out.opacity *= p;
            out.scale *= lerp(0.8, 1.0, p);
        }
        Effect::Slide(edge) => {
            // Far enough that it is just outside, scaled about its centre as it is.
            let place = &mut out.place;
            let (half_w, half_h) =
                (place.width * layer.scale / 2.0, place.height * layer.scale / 2.0);
            let (cx, cy) = (place.x + place.width / 2.0, place.y + place.height / 2.0);
            let away = 1.0 - p;
            match edge {
                Edge::Left => place.x -= (cx + half_w).max(0.0) * away,
                Edge::Right => place.x += (1.0 - cx + half_w).max(0.0) * away,
                Edge::Top => place.y -= (cy + half_h).max(0.0) * away,
                Edge::Bottom => place.y += (1.0 - cy + half_h).max(0.0) * away,
            }
        }
    }
    out.opacity = out.opacity.clamp(0.0, 1.0);
    out
}

fn glide(old: &Layer, now: &Layer, p: f32) -> Layer {
    // Past the end (overshoot) a place may go, but a size, an opacity or a crop may not.
    let inside = p.clamp(0.0, 1.0);
    let mut place = old.place.lerp(now.place, p);
    let sized = old.place.lerp(now.place, inside);
    (place.width, place.height) = (sized.width, sized.height);
    Layer {
        place,
        crop: old.crop.lerp(now.crop, inside),
        radius: lerp(old.radius, now.radius, inside),
        opacity: lerp(old.opacity, now.opacity, inside).clamp(0.0, 1.0),
        scale: lerp(old.scale, now.scale, p).max(0.0),
        ..now.clone()
    }
}
