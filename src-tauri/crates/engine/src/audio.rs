//! The audio thread: mixes what the sources delivered, meters and encodes it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use vitrine_codec::AudioEncoder;
use vitrine_flow::{Clock, End, Popped, Queue, Stop, Worker};
use vitrine_media::{AudioBlock, AudioInfo, MediaTime, Packet};
use vitrine_mixer::{CHANNELS, InputId, InputSettings, Mixer, MixerSettings, RATE};

use crate::encoder::Rendition;
use crate::error::EngineError;
use crate::events::{Event, Events};
use crate::stats::{Count, LevelStats};

/// Sample frames in an AAC-LC packet, and so in a block.
const BLOCK: usize = 1024;

/// Sample frames over which the mix falls silent or is heard again: 5 ms.
const FADE: usize = 240;

/// A sound source as the audio thread sees it.
pub(crate) struct Ear {
    pub id: InputId,
    pub input: InputSettings,
    pub blocks: Arc<Queue<AudioBlock>>,
}

/// Changes to what is mixed.
pub(crate) enum Change {
    Add(Ear),
    Remove(InputId),
    Set(InputId, InputSettings),
}

/// What others see of the audio thread.
#[derive(Default)]
pub(crate) struct AudioState {
    pub levels: Mutex<LevelStats>,
    pub packets: Count,
    hushed: AtomicBool,
}

impl AudioState {
    /// Silences the mix from the next block on, or lets it be heard again. Any thread.
    pub fn hush(&self, hushed: bool) {
        self.hushed.store(hushed, Ordering::Relaxed);
    }
}

/// The audio thread.
pub(crate) struct AudioThread {
    pub changes: Sender<Change>,
    pub state: Arc<AudioState>,
    /// What muxers need.
    pub info: AudioInfo,
    worker: Worker,
}

/// An opened encoder that is not running yet, so that destinations can be described before the
/// first packet.
pub(crate) struct AudioReady {
    encoder: AudioEncoder,
    pub info: AudioInfo,
}

impl AudioReady {
    pub fn open(bitrate: u32) -> Result<Self, EngineError> {
        let encoder = AudioEncoder::open(bitrate)?;
        let info = encoder.info();
        Ok(Self { encoder, info })
    }

    pub fn start(
        self,
        clock: &Clock,
        hold: MediaTime,
        ears: Vec<Ear>,
        renditions: Vec<Arc<Rendition>>,
        events: &Events,
    ) -> Result<AudioThread, EngineError> {
        let Self { encoder, info } = self;
        let (changes, incoming) = channel();
        let state = Arc::new(AudioState::default());
        let participant = clock.participate();
        let (clock, shared, events) = (clock.clone(), Arc::clone(&state), events.clone());
        let worker = Worker::spawn(
            "audio",
            Duration::from_secs(5),
            move |_| {
                let mut mix = Mixing {
                    mixer: Mixer::new(MixerSettings { hold, ..MixerSettings::default() }),
                    encoder,
                    ears: Vec::new(),
                    clock,
                    renditions,
                    state: shared,
                };
                for ear in ears {
                    mix.change(Change::Add(ear));
                }
                Ok::<_, EngineError>(mix)
            },
            move |mut mix, stop| {
                let _in = participant;
                mix.run(&incoming, stop);
            },
            move |end| {
                if let End::Panicked(reason) = end {
                    let (name, reason) = ("audio".to_owned(), reason.clone());
                    events.tell(Event::ThreadEnded { name, reason });
                }
            },
        )
        .map_err(|e| EngineError::Thread(e.to_string()))?;
        Ok(AudioThread { changes, state, info, worker })
    }
}

impl AudioThread {
    pub fn stop(self, deadline: Duration) {
        self.worker.join(deadline);
    }
}

struct Mixing {
    mixer: Mixer,
    encoder: AudioEncoder,
    ears: Vec<(InputId, Arc<Queue<AudioBlock>>)>,
    clock: Clock,
    renditions: Vec<Arc<Rendition>>,
    state: Arc<AudioState>,
}

impl Mixing {
    fn change(&mut self, change: Change) {
        match change {
            Change::Add(ear) => {
                self.mixer.add(ear.id.clone(), ear.input);
                self.ears.push((ear.id, ear.blocks));
            }
            Change::Remove(id) => {
                self.mixer.remove(&id);
                self.ears.retain(|(i, _)| *i != id);
            }
            Change::Set(id, input) => {
                if let Err(e) = self.mixer.set(&id, input) {
                    tracing::debug!("{e}");
                }
            }
        }
    }

    fn run(&mut self, incoming: &Receiver<Change>, stop: &Stop) {
        let mut out = AudioBlock::silence(MediaTime::ZERO, RATE, CHANNELS, BLOCK);
        let mut packets: Vec<Packet> = Vec::with_capacity(4);
        let mut silent = false;
        // The first block boundary not yet past.
        let block = BLOCK as i64;
        let mut first = (self.clock.now().sample(RATE) + block - 1).div_euclid(block) * block;
        loop {
            let due = self.mixer.due(first, BLOCK);
            if !self.clock.sleep_until(due, stop) {
                break;
            }
            incoming.try_iter().for_each(|c| self.change(c));
            for (id, blocks) in &self.ears {
                while let Popped::Item(b) = blocks.pop(Duration::ZERO) {
                    // The mixer counts what it cannot use; a show does not end over a block.
                    if let Err(e) = self.mixer.push(id, &b) {
                        tracing::debug!("mixer refused a block of {id}: {e}");
                    }
                }
            }
            self.mixer.mix(first, &mut out);
            let hushed = self.state.hushed.load(Ordering::Relaxed);
            fade(&mut out.samples, std::mem::replace(&mut silent, hushed), hushed);
            match self.encoder.encode(&out, first, &mut packets) {
                Ok(()) => self.send(&mut packets),
                Err(e) => tracing::warn!("audio encoder: {e}"),
            }
            // Twenty-three times a second is as often as a meter needs it.
            if (first / block) % 2 == 0 {
                let levels = LevelStats::from(self.mixer.levels());
                *self.state.levels.lock().unwrap_or_else(PoisonError::into_inner) = levels;
            }
            first += block;
        }
        if self.encoder.flush(&mut packets).is_ok() {
            self.send(&mut packets);
        }
    }

    fn send(&self, packets: &mut Vec<Packet>) {
        for packet in packets.drain(..) {
            self.state.packets.add(1);
            for rendition in &self.renditions {
                rendition.fanout.push(&packet);
            }
        }
    }
}

/// Brings a block from what the last one ended with to silence, or to what was mixed.
fn fade(samples: &mut [f32], was_silent: bool, silent: bool) {
    if was_silent && silent {
        samples.fill(0.0);
        return;
    }
    if was_silent == silent {
        return;
    }
    for (n, frame) in samples.chunks_mut(usize::from(CHANNELS)).enumerate() {
        let heard = ((n + 1) as f32 / FADE as f32).min(1.0);
        let gain = if silent { 1.0 - heard } else { heard };
        frame.iter_mut().for_each(|s| *s *= gain);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hush_fades_within_five_milliseconds_and_is_silence_after_that() {
        let step =
            |samples: &[f32]| samples.windows(3).map(|w| (w[2] - w[0]).abs()).fold(0.0, f32::max);
        let whole = vec![0.5_f32; 2 * BLOCK];
        let mut down = whole.clone();
        fade(&mut down, false, true);
        assert!(step(&down) < 0.003 && down[0] > 0.49, "{}", step(&down));
        assert!(down[2 * FADE..].iter().all(|s| *s == 0.0));
        let mut between = whole.clone();
        fade(&mut between, true, true);
        assert!(between.iter().all(|s| *s == 0.0));
        let mut up = whole.clone();
        fade(&mut up, true, false);
        assert!(step(&up) < 0.003 && up[0] < 0.003, "{}", step(&up));
        assert_eq!(up[2 * FADE..], whole[2 * FADE..]);
        let mut untouched = whole.clone();
        fade(&mut untouched, false, false);
        assert_eq!(untouched, whole);
    }
}
