//! The publisher made of libavformat: FLV over its RTMP client, with the guards it lacks.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use vitrine_codec::log;
use vitrine_media::Packet;

use crate::classify::Failed;
use crate::ffi::NetworkOutput;
use crate::interrupt::Interrupt;
use crate::publisher::{
    FailureKind, Opening, Phase, PublishError, Publisher, PublisherFactory, Stamps,
};
use crate::target::Target;
use crate::tls::TlsBackend;

/// One connection by libavformat.
#[derive(Default)]
pub struct FlvPublisher {
    open: Option<Open>,
}

struct Open {
    output: NetworkOutput,
    interrupt: Arc<Interrupt>,
    server: String,
}

/// Makes an [`FlvPublisher`] for each connection.
pub fn factory() -> PublisherFactory {
    Arc::new(|| Box::new(FlvPublisher::default()))
}

fn failed<T>(
    result: Result<T, i32>,
    interrupt: &Interrupt,
    server: &str,
    classify: impl Fn(Failed<'_>) -> PublishError,
) -> Result<T, PublishError> {
    result.map_err(|code| {
        let log = log::recent();
        classify(Failed { code, fired: interrupt.fired(), log: &log, server })
    })
}

impl Publisher for FlvPublisher {
    fn open(&mut self, o: &Opening) -> Result<(), PublishError> {
        log::install();
        let secure = o.target.is_secure();
        if secure && let Some(objection) = TlsBackend::current().objection() {
            return Err(PublishError::new(Phase::Connect, FailureKind::Unsupported, objection));
        }
        log::clear();
        let limit = o.limit.as_micros().to_string();
        let buffer = o.send_buffer.to_string();
        let ca = o.ca_file.as_ref().map(|p| p.to_string_lossy().into_owned());
        let mut io = vec![
            // Given apart, application and key are taken as they are; from a joined address FFmpeg
            // splits keys with a slash wrongly and would print them.
            ("rtmp_app", o.target.app()),
            ("rtmp_playpath", o.target.key.expose()),
            ("rtmp_tcurl", o.target.server.as_str()),
            // Server messages (refusals, pings) are read after every packet, not every tenth.
            ("rtmp_flush_interval", "1"),
            // Never `timeout`: that would make it a server.
            ("rw_timeout", &limit),
            ("send_buffer_size", &buffer),
            ("tcp_nodelay", "1"),
        ];
        if secure {
            io.push(("tls_verify", "1"));
            if let Some(ca) = &ca {
                io.push(("ca_file", ca));
            }
        }
        let mux = [("flvflags", "no_duration_filesize"), ("flush_packets", "1")];
        let server = server_name(&o.target);
        o.interrupt.arm(o.limit);
        let opened = NetworkOutput::open(c"flv", &url(o), &io, &mux, &o.streams, &o.interrupt);
        let output = failed(opened, &o.interrupt, &server, |f| f.opening(secure))?;
        self.open = Some(Open { output, interrupt: Arc::clone(&o.interrupt), server });
        Ok(())
    }

    fn send(&mut self, packet: &Packet, s: Stamps, limit: Duration) -> Result<(), PublishError> {
        let Some(open) = &mut self.open else { return Err(not_open(Phase::Send)) };
        open.interrupt.arm(limit);
        log::clear();
        let written = open.output.write(packet, [s.pts, s.dts, s.duration]);
        failed(written, &open.interrupt, &open.server, |f| f.sending())
    }

    fn close(self: Box<Self>, limit: Duration) -> Result<(), PublishError> {
        let Some(open) = self.open else { return Err(not_open(Phase::Close)) };
        open.interrupt.arm(limit);
        log::clear();
        failed(open.output.close(), &open.interrupt, &open.server, |f| f.closing())
    }

    fn abort(self: Box<Self>) {
        let Some(open) = self.open else { return };
        open.interrupt.abort();
        // With the flag set no call waits for the peer, but a close may still wait for the
        // system; nothing of ours should.
        let output = open.output;
        let reaper = thread::Builder::new().name("reaper".into());
        if let Err(e) = reaper.spawn(move || drop(output)) {
            tracing::warn!("no thread to close a connection on: {e}");
        }
    }
}

fn not_open(phase: Phase) -> PublishError {
    PublishError::new(phase, FailureKind::Stopped, "The connection is not open.")
}

/// The server as shown in sentences.
pub(crate) fn server_name(target: &Target) -> String {
    format!("{}:{}", target.host(), target.port())
}

/// Where libavformat connects to. Plain RTMP goes to the address we resolved, since its own
/// look-up cannot be interrupted. TLS needs the name, for the certificate and for the server's
/// choice of it: there FFmpeg resolves again, just after our own look-up succeeded.
fn url(o: &Opening) -> String {
    if !o.target.is_secure() {
        return format!("rtmp://{}/", o.address);
    }
    let host = o.target.host();
    let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
    format!("rtmps://{host}:{}/", o.target.port())
}
