//! Where a show goes: destinations, recordings, sinks.

use std::path::PathBuf;
use std::sync::Arc;

use vitrine_delivery::{
    Destination, DestinationEvent, DestinationSettings, FinalReport, Recording, RecordingSettings,
};
use vitrine_media::{Packet, StreamInfo};

use super::{Engine, JOIN, lock};
use crate::error::EngineError;
use crate::events::Event;
use crate::fanout::PacketSink;
use crate::settings::RenditionId;

impl Engine {
    /// Sends a rendition to a destination, which connects on its own thread.
    ///
    /// # Errors
    /// If the rendition does not exist or no thread could be started; a destination that cannot
    /// be reached is not an error here but a state of it.
    pub fn add_destination(
        &self,
        rendition: &RenditionId,
        settings: DestinationSettings,
    ) -> Result<(), EngineError> {
        let encoder = self.encoder(rendition)?;
        let (id, events) = (settings.id.clone(), self.events.clone());
        let (shared, name) = (Arc::clone(&encoder.rendition), id.clone());
        let on_event = Arc::new(move |what: DestinationEvent| {
            if matches!(what, DestinationEvent::KeyframeWanted { .. }) {
                shared.request_keyframe();
            } else {
                events.tell(Event::Destination { id: name.clone(), what });
            }
        });
        let streams = self.streams(encoder);
        let destination = Destination::start(settings, streams, self.clock.clone(), on_event)
            .map_err(|e| EngineError::Delivery(e.to_string()))?;
        let destination = Arc::new(destination);
        encoder.rendition.fanout.add(&id, Arc::new(ToDestination(Arc::clone(&destination))));
        lock(&self.destinations).insert(id, (rendition.clone(), destination));
        Ok(())
    }

    /// Ends one destination and says how it went.
    ///
    /// # Errors
    /// If there is none of that name.
    pub fn remove_destination(&self, id: &str) -> Result<FinalReport, EngineError> {
        let found = lock(&self.destinations).remove(id);
        let Some((rendition, destination)) = found else {
            return Err(EngineError::Unknown { kind: "destination", id: id.to_owned() });
        };
        self.encoder(&rendition)?.rendition.fanout.remove(id);
        Ok(destination.stop(JOIN))
    }

    /// Tries a destination's next connection now instead of waiting.
    ///
    /// # Errors
    /// If there is none of that name.
    pub fn retry_now(&self, id: &str) -> Result<(), EngineError> {
        let list = lock(&self.destinations);
        let (_, destination) = list
            .get(id)
            .ok_or_else(|| EngineError::Unknown { kind: "destination", id: id.to_owned() })?;
        destination.retry_now();
        Ok(())
    }

    /// Records a rendition to a file.
    ///
    /// # Errors
    /// If the rendition does not exist or the file cannot be made.
    pub fn add_recording(
        &self,
        id: &str,
        rendition: &RenditionId,
        path: PathBuf,
        overwrite: bool,
    ) -> Result<(), EngineError> {
        let encoder = self.encoder(rendition)?;
        let events = self.events.clone();
        let name = id.to_owned();
        let settings = RecordingSettings { overwrite, ..RecordingSettings::new(path) };
        let on_event = Arc::new(move |what: vitrine_delivery::RecordingEvent| {
            events.tell(Event::Recording { id: name.clone(), what });
        });
        let recording = Recording::start(settings, self.streams(encoder), on_event)
            .map_err(|e| EngineError::Delivery(e.to_string()))?;
        let recording = Arc::new(recording);
        encoder.rendition.fanout.add(id, Arc::new(ToRecording(Arc::clone(&recording))));
        // A recording can begin only with a keyframe; do not wait up to two seconds for one.
        encoder.rendition.request_keyframe();
        lock(&self.recordings).insert(id.to_owned(), (rendition.clone(), recording));
        Ok(())
    }

    /// Gives a rendition's packets to a sink of the caller's.
    ///
    /// # Errors
    /// If the rendition does not exist.
    pub fn add_sink(
        &self,
        id: &str,
        rendition: &RenditionId,
        sink: Arc<dyn PacketSink>,
    ) -> Result<Vec<StreamInfo>, EngineError> {
        let encoder = self.encoder(rendition)?;
        encoder.rendition.fanout.add(id, sink);
        encoder.rendition.request_keyframe();
        Ok(self.streams(encoder))
    }

    /// Changes a rendition's bitrate from its next picture on, in bits a second.
    ///
    /// # Errors
    /// If the rendition does not exist.
    pub fn set_bitrate(&self, rendition: &RenditionId, bitrate: u32) -> Result<(), EngineError> {
        self.encoder(rendition)?.rendition.set_bitrate(bitrate);
        Ok(())
    }
}

struct ToDestination(Arc<Destination>);
impl PacketSink for ToDestination {
    fn push(&self, packet: &Packet) {
        self.0.push(packet);
    }

    fn cut(&self) {
        self.0.cut();
    }
}

struct ToRecording(Arc<Recording>);
impl PacketSink for ToRecording {
    fn push(&self, packet: &Packet) {
        self.0.push(packet);
    }
}
