//! The test card as seen by a camera with a clock of its own.

use std::sync::Arc;

use vitrine_flow::{Clock, Stop};
use vitrine_media::{Frame, FramePool, MediaTime};

use crate::test_card::TestPicture;
use crate::unsteady::{Deliveries, Delivery, Unsteady};
use crate::{Camera, CaptureError, ErrorKind, SourceInfo, Stamped, VideoWish};

/// How long nothing may come from a device that is open: as for real cameras, and never less than
/// what a slow one takes for two of its pictures.
const PATIENCE: MediaTime = MediaTime::from_millis(700);
/// Deliveries that wait for a caller who comes late; older ones are lost, as in a driver's buffers.
const BUFFERS: usize = 4;

/// A camera that is not there: it sees the test card at exposure times of its own, and its pictures
/// arrive as its [habits](Unsteady) let them.
pub struct TestCamera {
    habits: Unsteady,
    picture: TestPicture,
    pool: FramePool,
    clock: Clock,
    patience: MediaTime,
    /// Begins when it is first asked.
    deliveries: Option<Deliveries>,
    /// What has not arrived yet, in order.
    coming: Vec<Delivery>,
    /// The delivery whose pictures are being given, and the next of them.
    giving: Option<(Delivery, i64)>,
}

impl TestCamera {
    /// A camera with these habits that takes pictures of the wished size at its own rate.
    pub fn new(habits: Unsteady, wish: &VideoWish, clock: Clock) -> Self {
        let two = habits.taken(2 * i64::from(habits.burst)) - habits.taken(0);
        Self {
            habits,
            picture: TestPicture::new(wish.size),
            pool: FramePool::new(wish.size),
            clock,
            patience: PATIENCE.max(two + habits.jitter + habits.jitter),
            deliveries: None,
            coming: Vec::with_capacity(BUFFERS + 1),
            giving: None,
        }
    }

    /// Waits for the next delivery.
    fn wait(&mut self, stop: &Stop) -> Result<Delivery, CaptureError> {
        let now = self.clock.now();
        let deliveries = self.deliveries.get_or_insert_with(|| self.habits.pictures(now));
        // One more than there are buffers: if even that one has arrived, the first is lost.
        loop {
            while self.coming.len() <= BUFFERS {
                self.coming.extend(deliveries.find(|d| !d.lost));
            }
            if self.coming[BUFFERS].at > now {
                break;
            }
            self.coming.remove(0);
        }
        let limit = now + self.patience;
        let wake = self.coming[0].at.min(limit);
        if !self.clock.sleep_until(wake, stop) {
            return Err(CaptureError::stopped());
        }
        if self.coming[0].at > limit {
            let text = "the test camera gives no pictures for the moment; its gap ends by itself";
            return Err(CaptureError::new(ErrorKind::Stalled, text));
        }
        Ok(self.coming.remove(0))
    }
}

impl Camera for TestCamera {
    fn next(&mut self, stop: &Stop) -> Result<Stamped<Arc<Frame>>, CaptureError> {
        let (delivery, n) = match self.giving.take() {
            Some(giving) if !stop.is_stopped() => giving,
            Some(_) => return Err(CaptureError::stopped()),
            None => {
                let delivery = self.wait(stop)?;
                (delivery, delivery.first)
            }
        };
        if n + 1 < delivery.next {
            self.giving = Some((delivery, n + 1));
        }
        let taken = self.habits.taken(n);
        let (value, ()) = self.pool.draw(|frame| self.picture.draw(taken, frame));
        // Drawing takes a while by a real clock, as a picture's way through the system does.
        let at = if self.clock.is_simulated() { delivery.at } else { self.clock.now() };
        Ok(Stamped { at, value })
    }

    fn describe(&self) -> SourceInfo {
        SourceInfo {
            name: format!("Test camera ({})", self.habits),
            size: self.pool.size(),
            rate: self.habits.rate,
            free_running: true,
            format: None,
        }
    }
}
