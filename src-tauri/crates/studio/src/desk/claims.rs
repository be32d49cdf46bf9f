//! Claims: read from comments, typed in, decided about, taken further and taken back. Whether one waits is
//! the ledger's to say; the desk says only what is wanted and by whom.

use vitrine_media::MediaTime;

use super::air::text;
use super::{Around, ClaimStep, Desk, Effect, REVIEW, Waiting, Wanted, Write, refuse};
use crate::book::BookItem;
use crate::claim_text::{OnAirNow, Reading, Why};
use crate::command::{ItemName, TypedClaim};
use crate::error::StudioError;
use crate::event::StudioEvent;

/// Longest name of a buyer or platform, characters.
const NAME: usize = 200;
/// Pieces of one claim.
const MOST_PIECES: u32 = 10_000;
/// After so long on air viewers can mean no other item: the slowest streams are some 20 s late.
const SETTLED: MediaTime = MediaTime::from_secs(20);

fn named(what: &str, name: &str, needed: bool) -> Result<String, StudioError> {
    let name = name.trim();
    if needed && name.is_empty() {
        return Err(refuse("buyer", format!("the {what} is empty")).remedy("say who it is"));
    }
    if name.chars().count() > NAME {
        return Err(refuse("buyer", format!("the {what} has more than {NAME} characters")));
    }
    Ok(name.to_owned())
}

impl Desk {
    /// The platform a claim is kept under: one of a rehearsal is taken back when it is over.
    fn platform(&self, platform: &str) -> String {
        match self.phase {
            crate::state::Phase::Rehearsal => vitrine_catalog::ledger::REHEARSAL.to_owned(),
            _ => platform.to_owned(),
        }
    }

    pub(super) fn claim(
        &mut self,
        id: &str,
        typed: &TypedClaim,
        comment: &str,
        a: Around<'_>,
    ) -> Result<Vec<Effect>, StudioError> {
        self.on_air()?;
        let item = self.meant(typed.item.as_ref(), a.book)?;
        if item.currency.is_none() {
            return Err(refuse("item-talk", format!("“{}” sells nothing", item.title)));
        }
        if !(1..=MOST_PIECES).contains(&typed.quantity) {
            return Err(refuse("quantity", "a claim is for 1 to 10,000 pieces"));
        }
        let variant = item.variant(typed.variant.as_deref())?.id.0;
        let claim = Wanted {
            item: item.id,
            variant: Some(variant),
            quantity: typed.quantity,
            buyer: named("buyer", &typed.buyer, true)?,
            platform: named("platform", &self.platform(&typed.platform), false)?,
            text: comment.to_owned(),
        };
        self.wanted(id, item, claim, a)
    }

    /// A claim that leaves nothing open.
    fn wanted(
        &mut self,
        id: &str,
        item: &BookItem,
        claim: Wanted,
        a: Around<'_>,
    ) -> Result<Vec<Effect>, StudioError> {
        let quantity = claim.quantity;
        let mut effects = vec![Effect::Write(Write::Claim { event: format!("claim/{id}"), claim })];
        let ended = match &mut self.flash {
            Some((flash, sale)) if *flash == item.id => sale.claim(quantity, a.now)?,
            _ => None,
        };
        if let Some(end) = ended {
            effects.extend(self.flash_over(end.reason, a.book));
        }
        Ok(effects)
    }

    pub(super) fn comment(
        &mut self,
        id: &str,
        words: &str,
        from: &str,
        platform: &str,
        a: Around<'_>,
    ) -> Result<Vec<Effect>, StudioError> {
        self.on_air()?;
        let from = named("name", from, true)?;
        let platform = named("platform", platform, false)?;
        let words = text("comment", words)?;
        if let Some(entered) = self.enter_by_comment(&words, &from, a) {
            return Ok(entered);
        }
        if let Some(bid) = self.bid_by_comment(&words, &from, a) {
            return bid;
        }
        let since = self.spans.last().filter(|s| s.to.is_none()).map(|s| s.from);
        let code = self.air.item.and_then(|i| a.book.item(i)).and_then(|i| i.code.clone());
        let now = code
            .map(|code| OnAirNow { code, settled: since.is_some_and(|s| a.now - s >= SETTLED) });
        let review = |why: Why, code: Option<&str>, quantity: u32| Waiting {
            entry: format!("review/{id}"),
            text: words.clone(),
            from: from.clone(),
            platform: platform.clone(),
            why: why.sentence().to_owned(),
            item: code.and_then(|c| a.book.by_code(c)).map(|i| i.id),
            quantity: quantity.max(1),
        };
        let waiting = match a.book.reader.read_while(&words, now.as_ref()) {
            Reading::None => return Ok(Vec::new()),
            Reading::Sure(wish) => {
                let Some(item) = a.book.by_code(&wish.code) else { return Ok(Vec::new()) };
                // An item with one variant has no list, and a list is in the item's order.
                let variant = item.variants.get(wish.variant.unwrap_or(0)).map(|v| v.id.0);
                let claim = Wanted {
                    item: item.id,
                    variant,
                    quantity: wish.quantity,
                    buyer: from.clone(),
                    platform: self.platform(&platform),
                    text: words.clone(),
                };
                // What a flash sale has too few of is for the seller to decide, not lost.
                match self.wanted(id, item, claim, a) {
                    Ok(effects) => return Ok(effects),
                    Err(e) => Waiting {
                        why: e.message,
                        ..review(Why::ManyPieces, Some(&wish.code), wish.quantity)
                    },
                }
            }
            Reading::Unsure { guess, why } => review(why, guess.code.as_deref(), guess.quantity),
            Reading::Cancel { code, .. } => Waiting {
                why: "it gives up a claim".to_owned(),
                ..review(Why::Negated, code.as_deref(), 1)
            },
        };
        let told = StudioEvent::ToReview { entry: waiting.entry.clone(), why: waiting.why.clone() };
        self.review.push_back(waiting);
        if self.review.len() > REVIEW {
            self.review.pop_front();
        }
        Ok(vec![Effect::Tell(told)])
    }

    pub(super) fn decide(
        &mut self,
        id: &str,
        entry: &str,
        accept: Option<&TypedClaim>,
        a: Around<'_>,
    ) -> Result<Vec<Effect>, StudioError> {
        self.on_air()?;
        let at = self.review.iter().position(|w| w.entry == entry).ok_or_else(|| {
            refuse("review-missing", "no comment of this name waits")
                .remedy("it may have been decided about already")
        })?;
        let mut effects = Vec::new();
        if let Some(claim) = accept {
            let waiting = self.review[at].clone();
            let named = waiting.item.map(ItemName::Number);
            let claim = TypedClaim { item: claim.item.clone().or(named), ..claim.clone() };
            effects = self.claim(id, &claim, &waiting.text, a)?;
        }
        self.review.remove(at);
        let told = StudioEvent::Reviewed { entry: entry.to_owned(), accepted: accept.is_some() };
        effects.push(Effect::Tell(told));
        Ok(effects)
    }

    pub(super) fn step(
        &mut self,
        id: &str,
        claim: &str,
        step: ClaimStep,
    ) -> Result<Vec<Effect>, StudioError> {
        self.chosen()?;
        let event = format!("step/{id}");
        Ok(vec![Effect::Write(Write::Step { event, claim: claim.to_owned(), step })])
    }

    /// While a lot runs, a comment that is nothing but an amount is a bid.
    fn bid_by_comment(
        &mut self,
        words: &str,
        from: &str,
        a: Around<'_>,
    ) -> Option<Result<Vec<Effect>, StudioError>> {
        let running = self.air.item.and_then(|i| self.auctions.get(&i))?.is_running(a.now);
        let amount = words.trim_matches(|c: char| {
            c.is_whitespace() || matches!(c, '!' | '€' | '$' | '£' | '¥' | '₴' | '₽')
        });
        let plain = !amount.is_empty()
            && amount.chars().all(|c| c.is_ascii_digit() || c == '.' || c == ',')
            && amount.chars().next().is_some_and(|c| c.is_ascii_digit());
        if !running || !plain {
            return None;
        }
        // A bid that is too low or late is no fault of anybody: it is not taken, and nothing else.
        Some(Ok(self.bid(from, &amount.replace(',', "."), a).unwrap_or_default()))
    }
}
