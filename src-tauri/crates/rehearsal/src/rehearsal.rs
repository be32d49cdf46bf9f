//! The endpoint: its port, its accepting thread, what callers ask and tell.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use socket2::{Domain, Protocol, SockAddr, Socket, Type};

use crate::connection;
use crate::lock;
use crate::misbehave::Misbehaviour;
use crate::registry::Registry;
use crate::report::StreamReport;
use crate::timeline::TimelineEntry;

/// How long [`Rehearsal::stop`] waits for threads.
const STOP_LIMIT: Duration = Duration::from_secs(3);
/// How long dropping waits for threads.
const DROP_LIMIT: Duration = Duration::from_millis(500);
/// How long waking the accepting thread may take.
const WAKE_LIMIT: Duration = Duration::from_millis(250);

/// How an endpoint runs. Fill in what matters and take the rest from [`Default`].
#[derive(Clone, Debug)]
pub struct RehearsalSettings {
    /// Port on 127.0.0.1; 0 lets the system choose a free one.
    pub port: u16,
    /// Folder for one FLV file per publish, `<key>-<n>.flv`; created if missing. `None` records nothing.
    pub record_dir: Option<PathBuf>,
    /// Receive buffer of each connection in bytes, as told to the system (Linux doubles it); 0 keeps the
    /// system's. Small, so that a publisher soon feels a stall. Default 64 KiB.
    pub receive_buffer: usize,
    /// A connection that has not published by then is closed. Default 10 s.
    pub handshake_timeout: Duration,
    /// A publisher that sends nothing for this long is closed. Default 30 s.
    pub idle_timeout: Duration,
}

impl Default for RehearsalSettings {
    fn default() -> Self {
        Self {
            port: 0,
            record_dir: None,
            receive_buffer: 64 << 10,
            handshake_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(30),
        }
    }
}

/// Why an endpoint did not start.
#[derive(Debug, thiserror::Error)]
pub enum RehearsalError {
    /// Another program listens there.
    #[error(
        "port {0} on this computer is in use by another program: close it, choose another port, or choose 0 for any free one"
    )]
    PortInUse(u16),
    /// The system does not let us listen there.
    #[error(
        "this computer does not let Vitrine listen on port {0}: choose a port above 1023, or 0 for any free one"
    )]
    PortForbidden(u16),
    /// The folder for recordings is none, or cannot be written.
    #[error("cannot record to {}: {source}; choose a folder that can be written", path.display())]
    RecordDir {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Something else went wrong while listening.
    #[error(
        "the rehearsal endpoint could not start: {0}; free some memory or restart the computer"
    )]
    System(#[from] std::io::Error),
}

/// A running endpoint. Any thread may call its methods; none of them waits for the network, except as
/// stated. Dropping it ends it.
pub struct Rehearsal {
    port: u16,
    registry: Arc<Registry>,
    acceptor: Mutex<Option<JoinHandle<()>>>,
}

impl Rehearsal {
    /// Listens on 127.0.0.1, and nowhere else.
    ///
    /// # Errors
    /// [`RehearsalError`] if the port cannot be had, the folder for recordings cannot be made, or the
    /// system has no thread or socket left.
    pub fn start(settings: RehearsalSettings) -> Result<Self, RehearsalError> {
        if let Some(path) = &settings.record_dir {
            std::fs::create_dir_all(path)
                .map_err(|source| RehearsalError::RecordDir { path: path.clone(), source })?;
        }
        let listener = listen(&settings)?;
        let port = listener.local_addr()?.port();
        let registry = Arc::new(Registry::new(settings));
        let shared = Arc::clone(&registry);
        let acceptor = thread::Builder::new()
            .name("rehearsal".to_owned())
            .spawn(move || accept(&listener, &shared))?;
        Ok(Self { port, registry, acceptor: Mutex::new(Some(acceptor)) })
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The server to publish to; the key goes behind it. Any application is accepted, not only this one.
    pub fn url(&self) -> String {
        format!("rtmp://{}:{}/rehearsal", Ipv4Addr::LOCALHOST, self.port)
    }

    /// What arrived under every key, in the order of keys, refused ones included.
    pub fn reports(&self) -> Vec<StreamReport> {
        let now = self.registry.now_ms();
        self.registry.streams().iter().map(|s| lock(s).report(now)).collect()
    }

    /// What arrived under a key; `None` if nobody tried to publish it.
    pub fn report(&self, key: &str) -> Option<StreamReport> {
        let now = self.registry.now_ms();
        self.registry.stream(key).map(|s| lock(&s).report(now))
    }

    /// Every packet that arrived under a key, oldest first; the newest 200,000 are kept.
    pub fn timeline(&self, key: &str) -> Vec<TimelineEntry> {
        self.frames_since(key, 0).0
    }

    /// The packets of a key from the `position`-th ever on, and the position to ask for next.
    pub fn frames_since(&self, key: &str, position: u64) -> (Vec<TimelineEntry>, u64) {
        match self.registry.stream(key) {
            Some(s) => lock(&s).timeline.since(position),
            None => (Vec::new(), position),
        }
    }

    /// Milliseconds since the start: the clock of arrivals and reports.
    pub fn now_ms(&self) -> u64 {
        self.registry.now_ms()
    }

    /// Makes connections that publish `key` misbehave from now on, or all of them for `"*"`. What a key was told
    /// goes before what all were told. [`Misbehaviour::None`] heals: for a key it takes back what that key was told,
    /// for `"*"` everything. No packet is counted under a stalled key after this returned, but for those
    /// that were being read just then.
    pub fn misbehave(&self, key: &str, what: Misbehaviour) {
        self.registry.misbehave(key, what);
    }

    /// Waits until `condition` holds, looking at each arrival, connect and end; false if it does not within
    /// `limit`. For tests and for showing progress.
    pub fn wait_until(&self, limit: Duration, mut condition: impl FnMut(&Self) -> bool) -> bool {
        self.registry.wait_until(limit, || condition(self))
    }

    /// Closes the port and every connection, and waits up to 3 s for the threads; false if one still runs
    /// then. Reports can be asked afterwards. Calling it again does nothing.
    pub fn stop(&self) -> bool {
        self.end(STOP_LIMIT)
    }

    fn end(&self, limit: Duration) -> bool {
        self.registry.stop();
        let Some(acceptor) = lock(&self.acceptor).take() else { return self.registry.is_quiet() };
        // The accepting thread sits in `accept`; a connection wakes it.
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        drop(TcpStream::connect_timeout(&address, WAKE_LIMIT));
        let quiet = self.registry.wait_until(limit, || self.registry.is_quiet());
        if quiet {
            // It has nothing left to do; a panic in it was reported by its own thread.
            drop(acceptor.join());
        }
        quiet
    }
}

impl Drop for Rehearsal {
    fn drop(&mut self) {
        self.end(DROP_LIMIT);
    }
}

impl std::fmt::Debug for Rehearsal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rehearsal").field("port", &self.port).finish_non_exhaustive()
    }
}

fn listen(settings: &RehearsalSettings) -> Result<TcpListener, RehearsalError> {
    let port = settings.port;
    let socket = Socket::new(Domain::IPV4, Type::STREAM, Some(Protocol::TCP))?;
    // On Unix this takes over a port that only old connections hold; on Windows it would take it
    // from a living program.
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    if settings.receive_buffer > 0 {
        // Before connections come: the window they offer is agreed on when they do.
        socket.set_recv_buffer_size(settings.receive_buffer)?;
    }
    let address = SockAddr::from(SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    let bound = socket.bind(&address).and_then(|()| socket.listen(128));
    bound.map_err(|e| match e.kind() {
        ErrorKind::AddrInUse => RehearsalError::PortInUse(port),
        ErrorKind::PermissionDenied => RehearsalError::PortForbidden(port),
        _ => RehearsalError::System(e),
    })?;
    Ok(socket.into())
}

fn accept(listener: &TcpListener, registry: &Arc<Registry>) {
    /// Also tells if the thread ends by a panic.
    struct Ended<'a>(&'a Registry);
    impl Drop for Ended<'_> {
        fn drop(&mut self) {
            self.0.accepting_ended();
        }
    }
    let _ended = Ended(registry);
    let mut id = 0;
    while !registry.gate.is_stopping() {
        let Ok((socket, _)) = listener.accept() else {
            // Out of descriptors, or the peer has gone already: not worth spinning over.
            registry.gate.wait(Duration::from_millis(50));
            continue;
        };
        id += 1;
        let Some(handle) = registry.enter(id, socket) else { continue };
        let shared = Arc::clone(registry);
        let thread = thread::Builder::new().name(format!("rehearsal-{id}"));
        if thread.spawn(move || connection::serve(&shared, handle)).is_err() {
            registry.leave(id);
        }
    }
}
