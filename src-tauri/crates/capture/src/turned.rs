//! A camera that hangs on its side, or is to be seen as in a mirror.

use std::sync::Arc;

use vitrine_flow::Stop;
use vitrine_media::{Frame, FramePool};
use vitrine_pixel::{Turn, turn_frame};

use crate::{Camera, CaptureError, SourceInfo, Stamped};

/// Turns every picture of another camera.
pub struct TurnedCamera {
    inner: Box<dyn Camera>,
    turn: Turn,
    pool: FramePool,
}

impl TurnedCamera {
    /// Turns the pictures of `inner`.
    pub fn new(inner: Box<dyn Camera>, turn: Turn) -> Self {
        let pool = FramePool::new(turn.size(inner.describe().size));
        Self { inner, turn, pool }
    }
}

impl Camera for TurnedCamera {
    fn next(&mut self, stop: &Stop) -> Result<Stamped<Arc<Frame>>, CaptureError> {
        let Stamped { at, value } = self.inner.next(stop)?;
        let size = self.turn.size(value.size());
        if size != self.pool.size() {
            self.pool = FramePool::new(size);
        }
        let (frame, ()) = self.pool.draw(|out| turn_frame(&value, self.turn, out));
        Ok(Stamped { at, value: frame })
    }

    fn describe(&self) -> SourceInfo {
        let info = self.inner.describe();
        SourceInfo { size: self.turn.size(info.size), ..info }
    }

    fn lost(&self) -> u64 {
        self.inner.lost()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{TestCard, VideoWish};
    use vitrine_flow::Clock;
    use vitrine_media::{FrameRate, Plane, Size};

    #[test]
    fn a_camera_on_its_side_gives_upright_pictures() {
        let clock = Clock::real();
        let wish = VideoWish::new(Size::new(64, 32), FrameRate::whole(30));
        let turn = Turn::new(90, false).expect("a quarter");
        let card = Box::new(TestCard::new(&wish, clock.clone()));
        let mut turned = TurnedCamera::new(card, turn);
        assert_eq!(turned.describe().size, Size::new(32, 64));
        let mut straight = TestCard::new(&wish, clock);
        let stop = Stop::new();
        let (mut a, mut b) =
            (turned.next(&stop).expect("a frame"), straight.next(&stop).expect("a frame"));
        // Two cards started a moment apart: wait for the same tick.
        for _ in 0..10 {
            match a.at.cmp(&b.at) {
                std::cmp::Ordering::Less => a = turned.next(&stop).expect("a frame"),
                std::cmp::Ordering::Greater => b = straight.next(&stop).expect("a frame"),
                std::cmp::Ordering::Equal => break,
            }
        }
        assert_eq!(a.at, b.at);
        // Clockwise: what was at the bottom left is now at the top left.
        for (x, y) in [(0, 0), (5, 9), (31, 63)] {
            assert_eq!(a.value.row(Plane::Y, y)[x], b.value.row(Plane::Y, 31 - x)[y]);
        }
    }
}
