//! Counts, timestamps and arrivals of one kind of packet.

/// One kind of packet, over all connections of a key.
#[derive(Debug, Default)]
pub(crate) struct Track {
    count: u64,
    bytes: u64,
    /// Of this connection, unwrapped beyond 2³².
    first: Option<i64>,
    last: Option<i64>,
    /// Media time covered by earlier connections.
    earlier_ms: i64,
    /// Connections that carried anything.
    spans: u64,
    times_back: u64,
    largest_gap: i64,
    missing: u64,
    /// The spacing of packets was known at least once.
    spacing_known: bool,
    first_arrival: Option<u64>,
    last_arrival: Option<u64>,
    silence: u64,
}

impl Track {
    /// A new connection: timestamps begin anew.
    pub fn restart(&mut self) {
        self.earlier_ms += self.span();
        (self.first, self.last) = (None, None);
    }

    /// Nothing came in this connection.
    pub fn is_fresh(&self) -> bool {
        self.last.is_none()
    }

    /// Counts a packet and gives its unwrapped timestamp. `spacing_ms` is the distance packets should have.
    pub fn packet(&mut self, raw: u32, size: usize, now_ms: u64, spacing_ms: Option<f64>) -> i64 {
        let at = match self.last {
            None => {
                self.spans += 1;
                i64::from(raw)
            }
            Some(last) => {
                // The shorter way round the 32-bit circle.
                let step = i64::from(raw.wrapping_sub(last as u32) as i32);
                self.times_back += u64::from(step < 0);
                self.largest_gap = self.largest_gap.max(step);
                if let Some(spacing) = spacing_ms.filter(|s| *s > 0.0) {
                    self.spacing_known = true;
                    self.missing += ((step as f64 / spacing).round() - 1.0).max(0.0) as u64;
                }
                last + step
            }
        };
        self.first.get_or_insert(at);
        self.last = Some(at);
        self.count += 1;
        self.bytes += size as u64;
        self.first_arrival.get_or_insert(now_ms);
        self.silence = self.longest_silence(Some(now_ms));
        self.last_arrival = Some(now_ms);
        at
    }

    fn span(&self) -> i64 {
        self.first.zip(self.last).map_or(0, |(a, b)| (b - a).max(0))
    }

    pub fn count(&self) -> u64 {
        self.count
    }

    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// First timestamp of this connection.
    pub fn first(&self) -> Option<i64> {
        self.first
    }

    /// Newest timestamp of this connection.
    pub fn last(&self) -> Option<i64> {
        self.last
    }

    pub fn first_arrival(&self) -> Option<u64> {
        self.first_arrival
    }

    pub fn last_arrival(&self) -> Option<u64> {
        self.last_arrival
    }

    pub fn times_back(&self) -> u64 {
        self.times_back
    }

    pub fn largest_gap(&self) -> i64 {
        self.largest_gap
    }

    /// Packets that should lie in the gaps; `None` if their spacing is unknown.
    pub fn missing(&self) -> Option<u64> {
        self.spacing_known.then_some(self.missing)
    }

    /// Longest time between arrivals; with `now_ms`, the one that lasts included.
    pub fn longest_silence(&self, now_ms: Option<u64>) -> u64 {
        let lasting = now_ms.zip(self.last_arrival).map_or(0, |(n, l)| n.saturating_sub(l));
        self.silence.max(lasting)
    }

    /// Bits a second of media time.
    pub fn bitrate(&self) -> u64 {
        let ms = (self.earlier_ms + self.span()).max(0) as u64;
        let steps = self.count.saturating_sub(self.spans);
        if ms == 0 || steps == 0 {
            return 0;
        }
        // The last packet of a span has a length too, which its timestamps do not cover.
        let bits = u128::from(self.bytes) * 8000 * u128::from(steps) / u128::from(self.count);
        (bits / u128::from(ms)) as u64
    }
}
