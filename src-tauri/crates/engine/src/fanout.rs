//! Packets of a rendition to everyone who takes them.

use std::sync::Arc;

use arc_swap::ArcSwap;
use vitrine_media::Packet;

/// Takes packets without ever waiting: a destination or recording, which have queues of their
/// own, or a collector in a test. Called on encoder threads and the audio thread.
pub trait PacketSink: Send + Sync {
    /// Takes a packet or counts it as dropped; returns at once.
    fn push(&self, packet: &Packet);

    /// What was pushed before is not to be shown any more, if it can be helped; a keyframe follows. Returns at once.
    fn cut(&self) {}
}

/// The sinks of one rendition. Changing the list never makes a pushing thread wait.
#[derive(Default)]
pub(crate) struct Fanout {
    sinks: ArcSwap<Vec<(String, Arc<dyn PacketSink>)>>,
}

impl Fanout {
    /// Hands the packet to every sink.
    pub fn push(&self, packet: &Packet) {
        for (_, sink) in self.sinks.load().iter() {
            sink.push(packet);
        }
    }

    /// Asks every sink to let go of what it was given.
    pub fn cut(&self) {
        for (_, sink) in self.sinks.load().iter() {
            sink.cut();
        }
    }

    /// Adds a sink under a name, in place of one with the same name.
    pub fn add(&self, id: &str, sink: Arc<dyn PacketSink>) {
        self.sinks.rcu(|old| {
            let mut list: Vec<_> = old.iter().filter(|(i, _)| i != id).cloned().collect();
            list.push((id.to_owned(), Arc::clone(&sink)));
            list
        });
    }

    /// Takes a sink away.
    pub fn remove(&self, id: &str) {
        self.sinks.rcu(|old| old.iter().filter(|(i, _)| i != id).cloned().collect::<Vec<_>>());
    }
}
