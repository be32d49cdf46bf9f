//! The thread that notices devices coming and going.

use std::time::Duration;

use vitrine_capture::DeviceWatch;
use vitrine_flow::{End, Stop, Worker};

use crate::error::EngineError;
use crate::events::{Event, Events};

/// How often it looks: an arrival is told within two seconds, whatever the system takes to answer.
const LOOK: Duration = Duration::from_millis(900);

/// Starts the thread. It works in real time whatever the show's clock is, as devices do.
pub(crate) fn watch(events: &Events) -> Result<Worker, EngineError> {
    let (told, ended) = (events.clone(), events.clone());
    Worker::spawn(
        "devices",
        Duration::from_secs(5),
        |_| Ok::<_, EngineError>(DeviceWatch::default()),
        move |mut watch, stop: &Stop| {
            while !stop.is_stopped() {
                for change in watch.look() {
                    told.tell(Event::Device { change });
                }
                stop.wait(LOOK);
            }
        },
        move |end| {
            if let End::Panicked(reason) = end {
                let (name, reason) = ("devices".to_owned(), reason.clone());
                ended.tell(Event::ThreadEnded { name, reason });
            }
        },
    )
    .map_err(|e| EngineError::Thread(e.to_string()))
}
