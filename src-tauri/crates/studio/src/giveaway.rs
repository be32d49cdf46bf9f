//! A giveaway: viewers take part with a word in chat, one of them is drawn, and everybody can check it.
//!
//! - When it opens, a seed is fixed and its fingerprint published; the draw follows from the seed and the
//!   list of entries alone. The recipe, a check in Python and what it does not prove: [`draw`].
//! - One entry a buyer, by [`buyer_key`]; entries count up to the closing time, not at it.
//! - A winner who does not answer can be drawn again: former winners are left out. The seed is public by
//!   then, which changes nothing, as entries are closed before the first draw.
//!
//! The seed is random bytes that the caller takes from the operating system. It is part of the saved state,
//! so that a show that was interrupted keeps its promise; until the first draw, only the fingerprint may
//! leave the program. Times are show time and must not run backwards. An error changes nothing.

pub mod draw;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use vitrine_media::MediaTime;

use crate::buyer::{buyer_key, checked_name, shorten_buyer};
use crate::error::StudioError;
use crate::on_air;

pub use draw::Seed;

/// Most entries.
pub const MOST_ENTRIES: usize = 20_000;
/// Longest prize and keyword, characters.
pub const LONGEST_TEXT: usize = 200;
/// Digits of the fingerprint that are put on screen.
const SHOWN_DIGITS: usize = 16;

/// Somebody who takes part.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct Entry {
    /// Who, in full, as they wrote it.
    pub name: String,
    /// As it stands in the list that is drawn from.
    pub key: String,
}

/// One draw.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct Draw {
    /// 1 for the first.
    pub round: u32,
    /// Who won, in full.
    pub winner: Entry,
    /// Among how many.
    pub among: u32,
    /// Show time, nanoseconds.
    #[ts(type = "number")]
    pub at: MediaTime,
}

/// All that is needed to check a giveaway, published after its draw; as JSON it is what the check in
/// [`draw`] reads.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct Proof {
    /// SHA-256 of the seed, as published before.
    pub fingerprint: String,
    /// The seed.
    pub seed: String,
    /// Everybody who took part, in order.
    pub entries: Vec<String>,
    /// Who won, round by round.
    pub winners: Vec<String>,
}

impl Proof {
    /// Draws again and compares.
    ///
    /// # Errors
    /// Those of [`verify`].
    pub fn check(&self) -> Result<(), StudioError> {
        verify(&self.fingerprint, &self.seed, &self.entries, &self.winners)
    }
}

/// A giveaway. One thread at a time; nothing here waits.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct Giveaway {
    prize: String,
    keyword: String,
    seed: Seed,
    #[ts(type = "number | null")]
    closes: Option<MediaTime>,
    entries: Vec<Entry>,
    draws: Vec<Draw>,
}

impl Giveaway {
    /// A giveaway that is open now; `closes` is the show time at which entries close, `None`: by hand.
    /// The keyword may be empty if entries are typed in.
    ///
    /// # Errors
    /// `giveaway-prize`: no prize. `giveaway-text`: prize or keyword longer than 200 characters.
    pub fn new(
        prize: &str,
        keyword: &str,
        seed: Seed,
        closes: Option<MediaTime>,
    ) -> Result<Self, StudioError> {
        let (prize, keyword) = (prize.trim(), keyword.trim());
        if prize.is_empty() {
            return Err(StudioError::input("giveaway-prize", "the giveaway has no prize")
                .remedy("say what is given away"));
        }
        if [prize, keyword].iter().any(|t| t.chars().count() > LONGEST_TEXT) {
            let message = "the giveaway's prize or keyword has more than 200 characters";
            return Err(StudioError::input("giveaway-text", message).remedy("shorten it"));
        }
        let (prize, keyword) = (prize.to_owned(), keyword.to_owned());
        Ok(Self { prize, keyword, seed, closes, entries: Vec::new(), draws: Vec::new() })
    }

    /// What is given away.
    pub fn prize(&self) -> &str {
        &self.prize
    }

    /// What viewers type to take part.
    pub fn keyword(&self) -> &str {
        &self.keyword
    }

    /// SHA-256 of the seed, 64 hexadecimal digits; to be published when the giveaway opens.
    pub fn fingerprint(&self) -> String {
        self.seed.fingerprint()
    }

    /// The seed, 64 hexadecimal digits, once it was drawn with.
    pub fn revealed(&self) -> Option<String> {
        (!self.draws.is_empty()).then(|| self.seed.reveal())
    }

    /// Show time at which entries close or closed; `None`: by hand, not yet.
    pub fn closes(&self) -> Option<MediaTime> {
        self.closes
    }

    /// Whether somebody can still take part.
    pub fn is_open(&self, now: MediaTime) -> bool {
        self.draws.is_empty() && self.closes.is_none_or(|at| now < at)
    }

    /// Who takes part, in order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The draws so far, in order.
    pub fn draws(&self) -> &[Draw] {
        &self.draws
    }

    /// The winner of the latest draw.
    pub fn winner(&self) -> Option<&Entry> {
        self.draws.last().map(|d| &d.winner)
    }

    /// Takes an entry and says how many there are.
    ///
    /// # Errors
    /// `giveaway-closed`: at or after the closing time, or drawn. `entry-name`: no usable name.
    /// `entry-twice`: the buyer takes part already. `giveaway-full`: 20,000 do.
    pub fn enter(&mut self, name: &str, now: MediaTime) -> Result<u32, StudioError> {
        if !self.is_open(now) {
            return Err(StudioError::input("giveaway-closed", "entries are closed")
                .remedy("draw the winner, or open another giveaway"));
        }
        let name = checked_name(name, "entry-name")?;
        let key = buyer_key(&name);
        if self.entries.iter().any(|e| e.key == key) {
            return Err(StudioError::input("entry-twice", format!("{name} takes part already"))
                .remedy("nothing needs to be done: one entry counts for each buyer"));
        }
        if self.entries.len() >= MOST_ENTRIES {
            return Err(StudioError::input("giveaway-full", "the giveaway has 20,000 entries")
                .remedy("close it and draw"));
        }
        self.entries.push(Entry { name, key });
        Ok(self.count())
    }

    /// Closes entries now, before their time or where there is none.
    ///
    /// # Errors
    /// `giveaway-closed`: they are closed.
    pub fn close(&mut self, now: MediaTime) -> Result<(), StudioError> {
        if !self.is_open(now) {
            return Err(StudioError::input("giveaway-closed", "entries are closed already")
                .remedy("draw the winner"));
        }
        self.closes = Some(now);
        Ok(())
    }

    /// The first draw; from here on the seed is public. Where there is no closing time it closes entries.
    ///
    /// # Errors
    /// `giveaway-open`: the closing time that viewers were told is still to come. `giveaway-drawn`: it was
    /// drawn. `giveaway-nobody`: nobody takes part; entries stay open if they were.
    pub fn draw(&mut self, now: MediaTime) -> Result<&Draw, StudioError> {
        if self.closes.is_some_and(|at| now < at) {
            return Err(StudioError::input("giveaway-open", "viewers can still take part")
                .remedy("wait for the closing time that was announced, or close entries first"));
        }
        if let Some(drawn) = self.winner() {
            let message = format!("{} has won already", drawn.name);
            return Err(StudioError::input("giveaway-drawn", message)
                .remedy("draw again if the winner does not answer"));
        }
        self.next_draw(now)
    }

    /// A further draw, without the winners so far.
    ///
    /// # Errors
    /// `giveaway-not-drawn`: there was no draw. `giveaway-nobody`: everybody has won.
    pub fn redraw(&mut self, now: MediaTime) -> Result<&Draw, StudioError> {
        if self.draws.is_empty() {
            return Err(StudioError::input("giveaway-not-drawn", "the giveaway was not drawn yet")
                .remedy("draw it first"));
        }
        self.next_draw(now)
    }

    fn next_draw(&mut self, now: MediaTime) -> Result<&Draw, StudioError> {
        let keys = || self.entries.iter().map(|e| e.key.as_str());
        let former: Vec<&str> = self.draws.iter().map(|d| d.winner.key.as_str()).collect();
        let round = u32::try_from(self.draws.len() + 1).unwrap_or(u32::MAX);
        let Some((at, among)) = drawn(&self.seed, keys, &former, round) else {
            return Err(StudioError::input("giveaway-nobody", "there is nobody to draw from")
                .remedy("wait for entries, or close the giveaway without a winner"));
        };
        let winner = self.entries[at].clone();
        // What was open without an end is closed by the draw.
        self.closes.get_or_insert(now);
        let at = self.draws.len();
        self.draws.push(Draw { round, winner, among, at: now });
        Ok(&self.draws[at])
    }

    /// What viewers need to check the draw; `None` before it.
    pub fn proof(&self) -> Option<Proof> {
        Some(Proof {
            fingerprint: self.fingerprint(),
            seed: self.revealed()?,
            entries: self.entries.iter().map(|e| e.key.clone()).collect(),
            winners: self.draws.iter().map(|d| d.winner.key.clone()).collect(),
        })
    }

    /// After an interruption: viewers get the time they had left, as the closing time moves by `by`. Call
    /// it only if entries were open when the show was interrupted ([`Giveaway::is_open`]).
    pub fn shift(&mut self, by: MediaTime) {
        if let Some(closes) = self.closes.as_mut().filter(|_| self.draws.is_empty()) {
            *closes += by;
        }
    }

    /// What viewers see at `now`.
    pub fn view(&self, now: MediaTime) -> on_air::Giveaway {
        let mut fingerprint = self.fingerprint();
        fingerprint.truncate(SHOWN_DIGITS);
        on_air::Giveaway {
            prize: self.prize.clone(),
            keyword: self.keyword.clone(),
            entries: self.count(),
            ends: self.closes.filter(|_| self.is_open(now)),
            winner: self.winner().map(|w| shorten_buyer(&w.name)),
            fingerprint,
        }
    }

    fn count(&self) -> u32 {
        u32::try_from(self.entries.len()).unwrap_or(u32::MAX)
    }
}

/// Place of the winner among all entries, and among how many it was drawn.
fn drawn<'a, I: Iterator<Item = &'a str>>(
    seed: &Seed,
    entries: impl Fn() -> I,
    former: &[&str],
    round: u32,
) -> Option<(usize, u32)> {
    let left: Vec<usize> =
        entries().enumerate().filter(|(_, e)| !former.contains(e)).map(|(at, _)| at).collect();
    let place = draw::place(seed, &draw::digest_of(entries()), round, left.len() as u64)?;
    let at = left.get(usize::try_from(place).ok()?)?;
    Some((*at, u32::try_from(left.len()).unwrap_or(u32::MAX)))
}

/// Checks a published draw: the seed belongs to the fingerprint, nobody stands in the list twice, and each
/// round of it gives the winner that was named.
///
/// # Errors
/// `giveaway-seed`: not a seed, or not the one of the fingerprint. `entry-twice`: an entry is there twice.
/// `giveaway-winner`: no winner is named, or another one was drawn.
pub fn verify(
    fingerprint: &str,
    seed: &str,
    entries: &[String],
    winners: &[String],
) -> Result<(), StudioError> {
    let seed = Seed::try_from(seed.to_owned())?;
    if !seed.fingerprint().eq_ignore_ascii_case(fingerprint.trim()) {
        return Err(StudioError::input("giveaway-seed", "the seed is not that of the fingerprint")
            .remedy(
                "compare both with what was published; if they are the same, do not trust the draw",
            ));
    }
    let mut seen = std::collections::HashSet::new();
    if let Some(twice) = entries.iter().find(|e| !seen.insert(e.as_str())) {
        return Err(StudioError::input("entry-twice", format!("{twice} is in the list twice"))
            .remedy("do not trust the draw: one entry counts for each buyer"));
    }
    if winners.is_empty() {
        return Err(StudioError::input("giveaway-winner", "no winner was named")
            .remedy("give the winner of each round"));
    }
    for (before, winner) in winners.iter().enumerate() {
        let former: Vec<&str> = winners[..before].iter().map(String::as_str).collect();
        let round = u32::try_from(before + 1).unwrap_or(u32::MAX);
        let keys = || entries.iter().map(String::as_str);
        let found = drawn(&seed, keys, &former, round).map(|(at, _)| &entries[at]);
        if found != Some(winner) {
            let message = format!("round {round} of the draw does not give {winner}");
            return Err(StudioError::input("giveaway-winner", message)
                .remedy("check the list of entries; if it is complete, do not trust the draw"));
        }
    }
    Ok(())
}
