//! What a show leaves behind: what was sent, to whom, what was lost and why; and the sentences for
//! it.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use serde::{Serialize, Serializer};
use vitrine_capture::DeviceKind;
use vitrine_delivery::{
    DestinationEvent, FinalReport, RecordingEvent, RecordingReport, RecordingState, State,
};
use vitrine_engine::engine::Ended;
use vitrine_engine::{Event, SourceKind, Stats};
use vitrine_rehearsal::StreamReport;

use crate::canvas::Canvas;

/// The closing report of a show.
#[derive(Clone, Debug, Serialize)]
pub struct LiveReport {
    /// Vitrine's version.
    pub version: &'static str,
    /// From the program's start to the end of the show, in seconds.
    pub seconds: f64,
    /// The canvases that were drawn.
    pub canvases: Vec<Canvas>,
    /// The three losses.
    pub lost: Lost,
    /// From the program's start to the first coded picture handed to a network, in milliseconds.
    pub first_picture_ms: Option<f64>,
    /// Each destination's end.
    pub destinations: BTreeMap<String, FinalReport>,
    /// Each recording's file, or why there is none (`{"error": …}` in JSON).
    #[serde(serialize_with = "recordings_as_json")]
    pub recordings: BTreeMap<String, Result<RecordingReport, String>>,
    /// All counters at the end.
    pub stats: Stats,
    /// What happened, in order.
    pub events: Vec<Event>,
}

/// Pictures that did not make it, by the place where they were lost.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Lost {
    /// The compositor was late.
    pub lagged: u64,
    /// An encoder was late.
    pub skipped: u64,
    /// A network or disk was late, over all destinations and recordings.
    pub dropped: u64,
}

fn recordings_as_json<S: Serializer>(
    recordings: &BTreeMap<String, Result<RecordingReport, String>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    #[serde(untagged)]
    enum End<'a> {
        Made(&'a RecordingReport),
        Failed { error: &'a str },
    }
    serializer.collect_map(recordings.iter().map(|(id, end)| {
        let end = match end {
            Ok(report) => End::Made(report),
            Err(error) => End::Failed { error },
        };
        (id, end)
    }))
}

impl LiveReport {
    pub(crate) fn new(
        canvases: &[Canvas],
        ran: Duration,
        before_clock: Duration,
        ended: Ended,
        events: Vec<Event>,
    ) -> Self {
        let Ended { destinations, recordings, stats } = ended;
        let of_destinations = destinations.values().map(|d| d.status.video.dropped).sum::<u64>();
        let of_recordings = recordings.values().flatten().map(|r| r.video_dropped).sum::<u64>();
        let lost = Lost {
            lagged: stats.lagged,
            skipped: stats.renditions.iter().map(|r| r.skipped).sum(),
            dropped: of_destinations + of_recordings,
        };
        let first = destinations.values().filter_map(|d| d.status.first_sent).min();
        let first_picture_ms =
            first.map(|t| before_clock.as_secs_f64() * 1e3 + t.as_secs_f64() * 1e3);
        Self {
            version: env!("CARGO_PKG_VERSION"),
            seconds: ran.as_secs_f64(),
            canvases: canvases.to_vec(),
            lost,
            first_picture_ms,
            destinations,
            recordings,
            stats,
            events,
        }
    }

    /// Every destination was on air and every recording was finished; nothing was dropped.
    pub fn all_arrived(&self) -> bool {
        let sent = |d: &FinalReport| d.status.video.sent > 0 && d.status.state != State::Refused;
        self.lost.dropped == 0
            && self.destinations.values().all(|d| sent(d) && d.clean)
            && self
                .recordings
                .values()
                .all(|r| r.as_ref().is_ok_and(|r| r.state == RecordingState::Finished))
    }
}

/// Lines for a terminal: what a seller wants to know, nothing else.
impl fmt::Display for LiveReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let encoders: Vec<String> = self
            .stats
            .renditions
            .iter()
            .map(|r| format!("{} by {}, {} pictures", r.id, r.encoder, r.frames))
            .collect();
        writeln!(f, "Show of {:.0} s: {}", self.seconds, encoders.join("; "))?;
        let Lost { lagged, skipped, dropped } = self.lost;
        if lagged + skipped + dropped == 0 {
            writeln!(f, "  lost: nothing")?;
        } else {
            writeln!(
                f,
                "  lost: {lagged} pictures by the compositor, {skipped} by the encoder, {dropped} by networks and disks"
            )?;
        }
        for (id, d) in &self.destinations {
            let s = &d.status;
            let mbytes = s.sent_bytes as f64 / 1e6;
            writeln!(
                f,
                "  {id} ({}): {} pictures, {mbytes:.1} MB sent, {} dropped, {} while off air. {}",
                s.server, s.video.sent, s.video.dropped, s.video.missed, d.text
            )?;
        }
        for (id, r) in &self.recordings {
            match r {
                Ok(r) => writeln!(
                    f,
                    "  {id}: {}, {:.0} s, {:.1} MB. {}",
                    r.path.display(),
                    r.duration.as_secs_f64(),
                    r.bytes as f64 / 1e6,
                    r.text
                )?,
                Err(e) => writeln!(f, "  {id}: {e}")?,
            }
        }
        let l = &self.stats.levels;
        write!(
            f,
            "  loudness {:.1} LUFS, true peak {:.1} dBTP",
            l.integrated_lufs, l.true_peak_dbtp
        )
    }
}

/// An event as one line for people.
pub fn sentence(event: &Event) -> String {
    match event {
        Event::SourceLost { id, kind: SourceKind::Video, reason, .. } => {
            format!("{id} is lost, the slate is shown: {reason}")
        }
        Event::SourceLost { id, kind: SourceKind::Audio, reason, .. } => {
            format!("{id} is lost, the show is silent: {reason}")
        }
        Event::Device { change } => {
            let kind = match change.kind {
                DeviceKind::Camera => "camera",
                DeviceKind::Microphone => "microphone",
            };
            let did = if change.arrived { "was plugged in" } else { "was unplugged" };
            format!("{kind} {} {did}", change.name)
        }
        Event::SourceReturned { id, .. } => format!("{id} is back"),
        Event::Recording { id, what } => match what {
            RecordingEvent::LowSpace { minutes } => {
                format!("{id}: the disk has room for {minutes} more minutes; free some space")
            }
            RecordingEvent::Dropped { video, .. } => {
                format!(
                    "{id}: the disk is too slow, {video} pictures lost; the stream is untouched"
                )
            }
            RecordingEvent::Ended { reason, .. } => format!("{id}: {reason}"),
        },
        Event::EncoderRestarted { id, reason } => format!("encoder of {id}: {reason}"),
        Event::ThreadEnded { name, reason } => format!("{name} ended by a fault: {reason}"),
        Event::Destination { id, what } => match what {
            DestinationEvent::StateChanged { state, reason, .. } => {
                let reason = reason.as_ref().map(|r| format!(": {r}")).unwrap_or_default();
                format!("{id} {}{reason}", state_word(*state))
            }
            DestinationEvent::Dropped { video, .. } => {
                format!("{id} is too slow, {video} pictures dropped; the others are untouched")
            }
            DestinationEvent::KeyframeWanted { .. } => format!("{id} begins with a fresh picture"),
        },
    }
}

/// A state in a word or two.
pub fn state_word(state: State) -> String {
    match state {
        State::Idle => "waits".into(),
        State::Resolving => "looks up its server".into(),
        State::Connecting => "connects".into(),
        State::Publishing => "is starting".into(),
        State::Live => "is on air".into(),
        State::Congested => "is on air, but too slow".into(),
        State::Reconnecting { attempt } => format!("is off air, try {attempt}"),
        State::Refused => "was refused".into(),
        State::Stopped => "has ended".into(),
    }
}

/// One line about a stream that arrived at the rehearsal endpoint.
pub fn describe_stream(r: &StreamReport) -> String {
    let mut parts = vec![format!("{} {:?}", r.key, r.state).to_lowercase()];
    if let Some(v) = &r.video {
        let size = match (v.width, v.height) {
            (Some(w), Some(h)) => format!("{w}x{h}"),
            _ => "?".into(),
        };
        let rate = v.frame_rate.map(|f| format!(" {f:.2} fps")).unwrap_or_default();
        let missing = v.missing_frames.unwrap_or(0);
        parts.push(format!(
            "{} {size}{rate}, {} pictures, {missing} missing, {:.2} Mbit/s",
            v.codec,
            v.frames,
            v.bitrate as f64 / 1e6
        ));
        if let Some(key) = v.max_keyframe_interval_s {
            parts.push(format!("keyframe every {key:.1} s"));
        }
    }
    if let Some(a) = &r.audio {
        parts.push(format!("{} {} Hz, {} kbit/s", a.codec, a.rate.unwrap_or(0), a.bitrate / 1000));
    }
    parts.extend(r.problems.iter().cloned());
    parts.join(" · ")
}
