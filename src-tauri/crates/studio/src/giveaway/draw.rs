//! The draw itself: from a seed and a list of names to one of them, the same on every computer.
//!
//! **Recipe.** All integers are big-endian, all text is UTF-8.
//! 1. Before: a seed of 32 random bytes; its SHA-256 in hexadecimal is the *fingerprint*, published.
//! 2. Entries: the names in the order they came, each as [`buyer_key`](crate::buyer::buyer_key) writes it,
//!    each followed by a line feed. `list` is the SHA-256 of that text.
//! 3. Round *r* (1 for the first draw) is among the entries that have not won in an earlier round, in
//!    their order; there are *n*. For *c* = 0, 1, 2 …: *x* is the first 8 bytes of
//!    SHA-256(`seed` ‖ `list` ‖ *r* as 4 bytes ‖ *c* as 4 bytes). If *x* ≥ 2⁶⁴ − 2⁶⁴ mod *n*, the next *c* is
//!    tried, so that no entry is likelier than another. The winner is the entry at place *x* mod *n*,
//!    counted from 0.
//! 4. After: the seed is published.
//!
//! A viewer can check it with Python alone:
//!
//! ```python
//! import hashlib, json
//! p = json.load(open("proof.json"))
//! seed = bytes.fromhex(p["seed"])
//! assert hashlib.sha256(seed).hexdigest() == p["fingerprint"]
//! names = hashlib.sha256("".join(e + "\n" for e in p["entries"]).encode()).digest()
//! left = list(p["entries"])
//! for r, winner in enumerate(p["winners"], 1):
//!     limit, c = 2**64 - 2**64 % len(left), 0
//!     while True:
//!         h = hashlib.sha256(seed + names + r.to_bytes(4, "big") + c.to_bytes(4, "big")).digest()
//!         x, c = int.from_bytes(h[:8], "big"), c + 1
//!         if x < limit:
//!             break
//!     assert left.pop(x % len(left)) == winner
//! print("the draw is as it was published")
//! ```
//!
//! What this proves: the seed was fixed before the entries were known, and seed and entries alone decide.
//! What it cannot prove: whoever runs the show knows the seed, and could add entries of their own until one
//! of them wins. Entries that viewers make in public chat can be counted by everybody.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use ts_rs::TS;

use crate::error::StudioError;

/// A seed of 32 bytes. It is written out when it is saved, but not by `Debug`.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(try_from = "String", into = "String")]
#[ts(type = "string")]
pub struct Seed([u8; 32]);

impl Seed {
    /// A seed, from random bytes of the operating system.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its SHA-256 as 64 hexadecimal digits: what is published before the draw.
    pub fn fingerprint(&self) -> String {
        hex(&Sha256::digest(self.0))
    }

    /// As 64 hexadecimal digits: what is published after the draw.
    pub fn reveal(&self) -> String {
        hex(&self.0)
    }
}

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seed(…)")
    }
}

impl From<Seed> for String {
    fn from(seed: Seed) -> Self {
        seed.reveal()
    }
}

impl TryFrom<String> for Seed {
    type Error = StudioError;
    fn try_from(text: String) -> Result<Self, StudioError> {
        let wrong = || {
            StudioError::input("giveaway-seed", "the seed is not 64 hexadecimal digits")
                .remedy("copy it whole, as it was published after the draw")
        };
        let text = text.trim();
        if text.len() != 64 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(wrong());
        }
        let mut bytes = [0; 32];
        for (byte, at) in bytes.iter_mut().zip((0..64).step_by(2)) {
            *byte = u8::from_str_radix(&text[at..at + 2], 16).map_err(|_| wrong())?;
        }
        Ok(Self(bytes))
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// The SHA-256 of all entries, each with a line feed behind it.
pub(super) fn digest_of<'a>(entries: impl Iterator<Item = &'a str>) -> [u8; 32] {
    let mut all = Sha256::new();
    for entry in entries {
        all.update(entry.as_bytes());
        all.update(b"\n");
    }
    all.finalize().into()
}

/// Which of `n` entries wins a round, from 0; `None` if there is none.
pub(super) fn place(seed: &Seed, entries: &[u8; 32], round: u32, n: u64) -> Option<u64> {
    pick(n, |count| {
        let mut hash = Sha256::new();
        hash.update(seed.0);
        hash.update(entries);
        hash.update(round.to_be_bytes());
        hash.update(count.to_be_bytes());
        let hash: [u8; 32] = hash.finalize().into();
        hash.iter().take(8).fold(0, |x, byte| x << 8 | u64::from(*byte))
    })
}

/// A number below `n`, all as likely as one another, from numbers of 64 bits: those in the last, incomplete
/// run of `n` are passed over.
fn pick(n: u64, number: impl Fn(u32) -> u64) -> Option<u64> {
    let over = 2_u128.pow(64) % u128::from(n).max(1);
    let limit = 2_u128.pow(64) - over;
    (n > 0).then(|| (0..).map(number).find(|x| u128::from(*x) < limit))?.map(|x| x % n)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_incomplete_run_is_passed_over() {
        // 2⁶⁴ mod 10 is 6: the last six numbers would make 0 to 5 likelier.
        assert_eq!(pick(10, |_| u64::MAX - 6), Some(9));
        assert_eq!(pick(10, |c| if c < 3 { u64::MAX - u64::from(c) } else { 27 }), Some(7));
        // 2⁶⁴ mod 2⁶³+1 is 2⁶³−1: nearly half of all numbers are passed over.
        let n = (1 << 63) + 1;
        assert_eq!(pick(n, |c| if c == 0 { n } else { n - 1 }), Some(n - 1));
        assert_eq!(pick(1, |_| u64::MAX), Some(0));
        assert_eq!(pick(0, |_| 0), None);
    }
}
