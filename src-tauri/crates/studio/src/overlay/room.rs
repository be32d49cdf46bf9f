//! Where an element may stand: clear of what a platform lays over the picture, and of what stands there
//! already.

use vitrine_graphics::Area;
use vitrine_media::Size;

/// How far an element may be moved across and down, as a share of the canvas. Farther away it would say
/// something else.
const FARTHEST: [f32; 2] = [0.55, 0.35];
/// Room left between an element that was moved and what it was moved away from.
const GAP: i32 = 8;
/// From this share of the canvas's width on an element is a strip: it runs from edge to edge, and only
/// what is written in it has to be clear.
const STRIP: f32 = 0.94;

/// A rectangle of canvas pixels.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Span {
    pub(super) x0: i32,
    pub(super) y0: i32,
    pub(super) x1: i32,
    pub(super) y1: i32,
}

impl Span {
    pub(super) fn of(area: Area) -> Self {
        let [x, y, w, h] = [area.x, area.y, area.width, area.height].map(|v| v as i32);
        Self { x0: x, y0: y, x1: x + w, y1: y + h }
    }

    pub(super) fn moved(self, dx: i32, dy: i32) -> Self {
        Self { x0: self.x0 + dx, y0: self.y0 + dy, x1: self.x1 + dx, y1: self.y1 + dy }
    }

    pub(super) fn with(self, other: Self) -> Self {
        Self {
            x0: self.x0.min(other.x0),
            y0: self.y0.min(other.y0),
            x1: self.x1.max(other.x1),
            y1: self.y1.max(other.y1),
        }
    }

    /// Whether they share a pixel.
    pub(super) fn meets(self, other: Self) -> bool {
        self.x0 < other.x1 && other.x0 < self.x1 && self.y0 < other.y1 && other.y0 < self.y1
    }

    pub(super) fn is_inside(self, other: Self) -> bool {
        self.x0 >= other.x0 && self.y0 >= other.y0 && self.x1 <= other.x1 && self.y1 <= other.y1
    }

    pub(super) const fn all(canvas: Size) -> Self {
        Self { x0: 0, y0: 0, x1: canvas.width as i32, y1: canvas.height as i32 }
    }

    pub(super) fn width(self) -> i32 {
        self.x1 - self.x0
    }

    pub(super) fn height(self) -> i32 {
        self.y1 - self.y0
    }
}

/// What an element has to keep clear of.
pub(super) struct Room<'a> {
    pub(super) canvas: Size,
    /// What was inside of it is not moved out of it.
    pub(super) yard: Span,
    /// What platforms lay over the picture.
    pub(super) zones: &'a [Span],
    /// What stands there.
    pub(super) taken: &'a [Span],
}

/// Where an element ended up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Found {
    pub(super) dx: i32,
    pub(super) dy: i32,
    /// It stands on something that was there before.
    pub(super) covers: bool,
}

impl Room<'_> {
    /// Whether an element runs from edge to edge.
    pub(super) fn is_strip(&self, solid: Span) -> bool {
        solid.width() as f32 >= STRIP * self.canvas.width as f32
    }

    /// What of an element has to be clear of zones.
    pub(super) fn read(&self, solid: Span, content: Span) -> Span {
        if self.is_strip(solid) { content } else { solid }
    }

    /// The smallest movement after which the element is clear, along one axis if one is enough; none at all
    /// if there is no room. `solid` is what is seen of it, `content` what is written in it.
    pub(super) fn find(&self, solid: Span, content: Span) -> Found {
        let read = self.read(solid, content);
        let covers = |s: Span| self.taken.iter().any(|t| t.meets(s));
        let stays = Found { dx: 0, dy: 0, covers: covers(solid) };
        let is_clear = |dx: i32, dy: i32| {
            let (read, solid) = (read.moved(dx, dy), solid.moved(dx, dy));
            !self.zones.iter().any(|z| z.meets(read)) && !covers(solid)
        };
        if is_clear(0, 0) {
            return stays;
        }
        let (across, down) = self.steps(solid, read);
        let (most_x, most_y) =
            (FARTHEST[0] * self.canvas.width as f32, FARTHEST[1] * self.canvas.height as f32);
        let all = Span::all(self.canvas);
        let within = if solid.is_inside(self.yard) { self.yard } else { all };
        let may = |dx: i32, dy: i32| {
            (dx == 0 || (dx.abs() as f32 <= most_x && !self.is_strip(solid)))
                && dy.abs() as f32 <= most_y
                && solid.moved(dx, dy).is_inside(within)
        };
        let pairs = across.iter().flat_map(|dx| down.iter().map(move |dy| (*dx, *dy)));
        let best = pairs
            .filter(|(dx, dy)| may(*dx, *dy) && is_clear(*dx, *dy))
            .min_by_key(|(dx, dy)| (i32::from(*dx != 0 && *dy != 0), dx.abs() + dy.abs()));
        best.map_or(stays, |(dx, dy)| Found { dx, dy, covers: false })
    }

    /// Movements that bring the element just past something, either way; even numbers.
    fn steps(&self, solid: Span, read: Span) -> (Vec<i32>, Vec<i32>) {
        let even = |v: i32| v.div_euclid(2) * 2;
        let (mut across, mut down) = (vec![0], vec![0]);
        let zones = self.zones.iter().map(|z| (z, read));
        for (other, own) in zones.chain(self.taken.iter().map(|t| (t, solid))) {
            across.push(even(other.x0 - GAP - own.x1));
            across.push(even(other.x1 + GAP - own.x0 + 1));
            down.push(even(other.y0 - GAP - own.y1));
            down.push(even(other.y1 + GAP - own.y0 + 1));
        }
        (across, down)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CANVAS: Size = Size::new(720, 1280);

    fn span(x0: i32, y0: i32, x1: i32, y1: i32) -> Span {
        Span { x0, y0, x1, y1 }
    }

    fn find(zones: &[Span], taken: &[Span], element: Span) -> Found {
        Room { canvas: CANVAS, yard: Span::all(CANVAS), zones, taken }.find(element, element)
    }

    #[test]
    fn what_is_clear_stays() {
        let found = find(&[span(634, 0, 720, 1280)], &[], span(32, 100, 634, 400));
        assert_eq!(found, Found { dx: 0, dy: 0, covers: false });
    }

    #[test]
    fn the_shortest_way_out_is_taken() {
        let right = span(634, 0, 720, 1280);
        assert_eq!(find(&[right], &[], span(400, 100, 700, 400)).dx, -74);
        let lower = span(0, 1024, 720, 1280);
        let found = find(&[lower], &[], span(32, 900, 600, 1100));
        assert_eq!((found.dx, found.dy), (0, -84));
        // Both at once only if one alone does not do.
        let found = find(&[right, lower], &[], span(400, 900, 700, 1100));
        assert_eq!((found.dx, found.dy), (-74, -84));
    }

    #[test]
    fn what_has_no_room_stays_and_says_so() {
        let everything = span(0, 0, 720, 1280);
        let found = find(&[everything], &[], span(32, 100, 600, 400));
        assert_eq!(found, Found { dx: 0, dy: 0, covers: false });
        let found = find(&[], &[everything], span(32, 100, 600, 400));
        assert!(found.covers && found.dx == 0 && found.dy == 0);
    }

    #[test]
    fn elements_make_room_for_those_before() {
        let found = find(&[], &[span(0, 0, 720, 200)], span(32, 150, 300, 220));
        assert_eq!((found.dx, found.dy, found.covers), (0, 58, false));
    }

    #[test]
    fn nothing_is_moved_out_of_the_yard() {
        let yard = span(24, 130, 634, 1024);
        let taken = [span(32, 140, 634, 300)];
        let room = Room { canvas: CANVAS, yard, zones: &[], taken: &taken };
        let element = span(32, 150, 300, 220);
        assert_eq!(room.find(element, element).dy, 158, "up would be shorter");
    }

    #[test]
    fn a_strip_is_clear_if_its_words_are() {
        let right = span(634, 0, 720, 1280);
        let room = Room { canvas: CANVAS, yard: Span::all(CANVAS), zones: &[right], taken: &[] };
        let found = room.find(span(0, 880, 720, 1010), span(32, 900, 600, 1000));
        assert_eq!((found.dx, found.dy), (0, 0));
    }
}
