//! When a picture changes by itself, and what its clocks say.

use vitrine_media::MediaTime;

use crate::on_air::{LotStage, OnAir, SceneName};

const SECOND: i64 = 1_000_000_000;
/// How long `00:00` stays before a countdown leaves.
pub const ZERO_STAYS: MediaTime = MediaTime::from_millis(1000);
/// How long a fallen price stands alone before the new one arrives.
pub const FALLS_AFTER: MediaTime = MediaTime::from_millis(500);
/// How long a message of the ticker stays. Turns are counted from show time zero.
pub const TICKER_TURN: MediaTime = MediaTime::from_secs(6);

/// The next show time after `at` at which the picture of `on_air` changes without anybody doing
/// anything: a clock turns, an end is reached, the new price arrives, the ticker turns. `None`: it stays
/// as it is. The slate beneath a lost camera is not in it: see [`next_second`].
///
/// Pure; what gives way to something else may still have its turns here.
pub fn next_change(on_air: &OnAir, at: MediaTime) -> Option<MediaTime> {
    let mut next: Option<MediaTime> = None;
    let mut take = |t: MediaTime| {
        if t > at {
            next = Some(next.map_or(t, |n| n.min(t)));
        }
    };
    if let Some(end) = on_air.countdown_to {
        take(next_digit(end, at));
        take(end + ZERO_STAYS);
    }
    if on_air.scene == SceneName::Slate {
        take(next_second(at));
    }
    if on_air.scene.is_page() {
        return next;
    }
    if let Some(sale) = &on_air.flash_sale {
        take(next_digit(sale.ends, at));
    }
    if let Some(end) =
        on_air.lot.as_ref().filter(|l| l.stage == LotStage::Running).and_then(|l| l.ends)
    {
        take(next_digit(end, at));
    }
    if let Some(end) = on_air.giveaway.as_ref().filter(|g| g.winner.is_none()).and_then(|g| g.ends)
    {
        take(next_digit(end, at));
    }
    if let Some(drop) = &on_air.price_drop {
        take(drop.at + FALLS_AFTER);
    }
    if on_air.ticker.len() > 1 {
        let turn = TICKER_TURN.as_nanos();
        take(MediaTime::from_nanos((at.as_nanos().div_euclid(turn) + 1) * turn));
    }
    next
}

/// The next whole second of show time after `at`, when the slate's clock turns.
pub fn next_second(at: MediaTime) -> MediaTime {
    MediaTime::from_nanos((at.as_nanos().div_euclid(SECOND) + 1) * SECOND)
}

/// The next whole second before `end`, or `end`; not after `at` once it is over.
fn next_digit(end: MediaTime, at: MediaTime) -> MediaTime {
    let left = (end - at).as_nanos();
    if left <= 0 {
        return end;
    }
    end - MediaTime::from_nanos((left - 1).div_euclid(SECOND) * SECOND)
}

/// The countdown, unless it is over and its zeros were seen.
pub(super) fn countdown(on_air: &OnAir, at: MediaTime) -> Option<MediaTime> {
    on_air.countdown_to.filter(|end| at < *end + ZERO_STAYS)
}

/// The message whose turn it is.
pub(super) fn ticker(on_air: &OnAir, at: MediaTime) -> Option<&str> {
    let all: Vec<&str> = on_air.ticker.iter().map(|m| m.trim()).filter(|m| !m.is_empty()).collect();
    let turn = at.as_nanos().div_euclid(TICKER_TURN.as_nanos());
    let count = i64::try_from(all.len()).ok().filter(|n| *n > 0)?;
    all.get(usize::try_from(turn.rem_euclid(count)).unwrap_or(0)).copied()
}

/// Whole seconds left at `at`, rounded up.
pub(super) fn seconds_left(end: MediaTime, at: MediaTime) -> u64 {
    (end - at).as_nanos().max(0).unsigned_abs().div_ceil(SECOND.unsigned_abs())
}

/// The same as `MM:SS` or `H:MM:SS`.
pub(super) fn digits_left(end: MediaTime, at: MediaTime) -> String {
    let s = seconds_left(end, at);
    match s / 3600 {
        0 => format!("{:02}:{:02}", s / 60, s % 60),
        h => format!("{h}:{:02}:{:02}", s / 60 % 60, s % 60),
    }
}

/// Show time as `H:MM:SS`.
pub(super) fn clock_text(at: MediaTime) -> String {
    let s = at.as_nanos().max(0) / SECOND;
    format!("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::on_air::{FlashSale, Giveaway, Lot, PriceDrop};
    use vitrine_graphics::Price;

    fn ms(ms: i64) -> MediaTime {
        MediaTime::from_millis(ms)
    }

    fn eur(text: &str) -> Price {
        Price::parse(text, "EUR").expect("a price")
    }

    #[test]
    fn digits_turn_at_whole_seconds_before_the_end() {
        let end = ms(161_500);
        let at = |t| digits_left(end, ms(t));
        assert_eq!(at(0), "02:42");
        assert_eq!((at(499), at(500), at(501)), ("02:42".into(), "02:41".into(), "02:41".into()));
        assert_eq!(
            (at(161_499), at(161_500), at(170_000)),
            ("00:01".into(), "00:00".into(), "00:00".into())
        );
        assert_eq!(digits_left(MediaTime::from_secs(3700), MediaTime::ZERO), "1:01:40");
    }

    #[test]
    fn every_clock_announces_its_turns() {
        let next = |on_air: &OnAir, t: i64| next_change(on_air, ms(t)).map(MediaTime::as_millis);
        assert_eq!(next(&OnAir::default(), 0), None);

        let countdown = OnAir { countdown_to: Some(ms(2500)), ..OnAir::default() };
        let table = [(0, 500), (499, 500), (500, 1500), (1500, 2500), (2500, 3500), (3000, 3500)];
        for (at, turn) in table {
            assert_eq!(next(&countdown, at), Some(turn), "at {at}");
        }
        assert_eq!(next(&countdown, 3500), None);

        let sale = FlashSale { price: eur("1"), compare_at: None, ends: ms(1200), left: None };
        let flash = OnAir { flash_sale: Some(sale), ..countdown.clone() };
        assert_eq!((next(&flash, 100), next(&flash, 200)), (Some(200), Some(500)));
        assert_eq!((next(&flash, 600), next(&flash, 1200)), (Some(1200), Some(1500)));

        let drop = PriceDrop { before: eur("2"), now: eur("1"), at: ms(700) };
        let dropping = OnAir { price_drop: Some(drop), ..OnAir::default() };
        assert_eq!((next(&dropping, 700), next(&dropping, 1200)), (Some(1200), None));

        let mut ticker = OnAir { ticker: vec!["a".into(), "b".into()], ..OnAir::default() };
        assert_eq!((next(&ticker, 0), next(&ticker, 6000)), (Some(6000), Some(12_000)));
        ticker.ticker.truncate(1);
        assert_eq!(next(&ticker, 0), None);

        let lot = Lot {
            number: 1,
            of: 2,
            stage: LotStage::Running,
            price: eur("1"),
            bidder: None,
            ends: Some(ms(9_300)),
            sudden_death: false,
        };
        let mut auction = OnAir { lot: Some(lot), ..OnAir::default() };
        assert_eq!((next(&auction, 0), next(&auction, 9_000)), (Some(300), Some(9_300)));
        assert_eq!(next(&auction, 9_300), None);
        auction.lot.as_mut().expect("a lot").stage = LotStage::Ready;
        assert_eq!(next(&auction, 0), None);

        let giveaway = Giveaway {
            prize: "a".into(),
            keyword: "b".into(),
            entries: 1,
            ends: Some(ms(400)),
            winner: None,
            fingerprint: String::new(),
        };
        let mut draw = OnAir { giveaway: Some(giveaway), ..OnAir::default() };
        assert_eq!((next(&draw, 0), next(&draw, 400)), (Some(400), None));
        draw.giveaway.as_mut().expect("a draw").winner = Some("M***".into());
        assert_eq!(next(&draw, 0), None);

        // On a page only its own clock runs.
        let slate = OnAir { scene: SceneName::Slate, ..flash.clone() };
        assert_eq!((next(&slate, 100), next(&slate, 600)), (Some(500), Some(1000)));
        let pause = OnAir { scene: SceneName::Break, ..flash };
        assert_eq!(next(&pause, 600), Some(1500));
    }

    #[test]
    fn ticker_takes_turns_and_skips_blanks() {
        let on_air =
            OnAir { ticker: vec!["a".into(), "  ".into(), "b".into()], ..OnAir::default() };
        let at = |t| ticker(&on_air, ms(t));
        assert_eq!(
            (at(0), at(5999), at(6000), at(12_000)),
            (Some("a"), Some("a"), Some("b"), Some("a"))
        );
        assert_eq!(ticker(&OnAir::default(), ms(0)), None);
    }
}
