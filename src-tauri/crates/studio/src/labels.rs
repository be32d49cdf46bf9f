//! The few fixed words on screen, in the languages hosts speak. What stands before and after a number
//! or a word comes in two parts.

mod latin;
mod other;

use latin::{DE, EN, ES, FR, IT, PL, PT};
use other::{AR, RU, UK};

/// Words of one language.
#[derive(Clone, Copy, Debug)]
pub struct Labels {
    /// Before the lowest of several prices.
    pub from: &'static str,
    /// Before a countdown's digits.
    pub ends_in: &'static str,
    /// Before the digits of a waiting page.
    pub starts_in: &'static str,
    /// Before the slate's clock.
    pub on_air: &'static str,
    /// Beside a QR code.
    pub scan: &'static str,
    /// Above a promo code.
    pub promo_code: &'static str,
    /// Page before the show.
    pub starting_soon: &'static str,
    /// Page during a pause, and what it promises.
    pub pause: [&'static str; 2],
    /// Page after the show.
    pub ending: [&'static str; 2],
    /// The slate.
    pub slate: [&'static str; 2],
    /// Pieces left: before and after the number.
    pub left: [&'static str; 2],
    /// No pieces left.
    pub sold_out: &'static str,
    /// Above a price that holds for a short time.
    pub flash_sale: &'static str,
    /// Before the number of a lot.
    pub lot: &'static str,
    /// Above the price at which bids begin.
    pub starts_at: &'static str,
    /// Above the highest bid.
    pub highest_bid: &'static str,
    /// The same in the last seconds.
    pub going_at: &'static str,
    /// Somebody has the lot.
    pub sold: &'static str,
    /// Nobody wanted the lot.
    pub unsold: &'static str,
    /// A lot whose clock does not run yet.
    pub ready: &'static str,
    /// A lot whose clock no longer goes back up.
    pub sudden_death: &'static str,
    /// Above a viewer's question.
    pub question: &'static str,
    /// Above a prize.
    pub giveaway: &'static str,
    /// How to take part: before and after the word to type.
    pub take_part: [&'static str; 2],
    /// How many take part: before and after the number.
    pub taking_part: [&'static str; 2],
    /// Above whoever has won.
    pub winner: &'static str,
    /// Above a price that has just fallen.
    pub new_price: &'static str,
    /// Above the latest bids.
    pub bids: &'static str,
    /// Before the fingerprint of a draw's seed.
    pub seed: &'static str,
}

impl Labels {
    /// Words of a language tag such as `fr` or `pt-BR`; English for others.
    pub fn of(language: &str) -> Self {
        match language.split(['-', '_']).next().unwrap_or_default() {
            "de" => DE,
            "fr" => FR,
            "es" => ES,
            "it" => IT,
            "pl" => PL,
            "pt" => PT,
            "ru" => RU,
            "uk" => UK,
            "ar" => AR,
            _ => EN,
        }
    }

    /// Pieces left, in words; none is "sold out".
    pub fn stock(&self, pieces: u32) -> String {
        let [before, after] = self.left;
        match pieces {
            0 => self.sold_out.to_owned(),
            n => format!("{before}{n}{after}"),
        }
    }
}

/// Whether a language is written from right to left.
pub fn is_right_to_left(language: &str) -> bool {
    matches!(language.split(['-', '_']).next(), Some("ar" | "he" | "fa" | "ur"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_words_of_its_own() {
        let all = ["en", "de", "fr", "es", "it", "pl", "pt", "ru", "uk", "ar"].map(Labels::of);
        for words in &all {
            let filled = [words.sold, words.ready, words.bids, words.highest_bid, words.giveaway];
            assert!(filled.iter().all(|w| !w.is_empty() && w.trim() == *w), "{words:?}");
            assert!(words.stock(7).contains('7') && words.stock(0) == words.sold_out);
        }
        let bids: std::collections::BTreeSet<_> = all.iter().map(|l| l.bids).collect();
        assert_eq!(bids.len(), all.len());
        assert_eq!(Labels::of("pt-BR").sold, "Vendido");
        assert_eq!(Labels::of("xx").sold, "Sold");
        assert!(is_right_to_left("ar-EG") && !is_right_to_left("de"));
    }
}
