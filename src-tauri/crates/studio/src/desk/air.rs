//! What is on air by the seller's hand: cues, scenes, elements, preview, undo.

use vitrine_catalog::ItemKind;
use vitrine_media::MediaTime;

use super::{Air, Around, Desk, Effect, OnAirSpan, UNDO, ViewPoint, refuse};
use crate::book::BookItem;
use crate::command::{ElementName, ShownElement};
use crate::error::StudioError;
use crate::event::StudioEvent;
use crate::on_air::SceneName;

/// Longest countdown, seconds.
const DAY: u32 = 86_400;
/// Longest text a seller shows, characters; the theme cuts what does not fit.
const TEXT: usize = 2000;
const MESSAGES: usize = 20;

/// Texts a seller types: something, and not more than anybody could read.
pub(super) fn text(what: &str, text: &str) -> Result<String, StudioError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(refuse("text-empty", format!("the {what} is empty")));
    }
    if text.chars().count() > TEXT {
        let long = format!("the {what} has more than {TEXT} characters; shorten it");
        return Err(refuse("text-long", long));
    }
    Ok(text.to_owned())
}

/// Lengths of time a seller types, 1 s to 24 h.
pub(super) fn seconds(what: &str, seconds: u32) -> Result<MediaTime, StudioError> {
    if (1..=DAY).contains(&seconds) {
        return Ok(MediaTime::from_secs(i64::from(seconds)));
    }
    Err(refuse("seconds", format!("the {what} lasts 1 second to 24 hours")))
}

impl Desk {
    /// Keeps what is on air for undo.
    fn remember(&mut self) {
        self.before.push_back(self.air.clone());
        if self.before.len() > UNDO {
            self.before.pop_front();
        }
    }

    /// The item on air is no longer.
    pub(super) fn leave_item(&mut self, now: MediaTime) {
        if let Some(span) = self.spans.last_mut().filter(|s| s.to.is_none()) {
            span.to = Some(now.max(span.from));
        }
    }

    fn enter_item(&mut self, item: Option<i64>, now: MediaTime) {
        let on_air = self.spans.last().filter(|s| s.to.is_none()).map(|s| s.item);
        if on_air != item {
            self.leave_item(now);
            self.spans.extend(item.map(|item| OnAirSpan { item, from: now, to: None }));
        }
    }

    /// Whether the lot on air runs: its clock cannot be walked away from.
    fn lot_runs(&self, now: MediaTime) -> bool {
        self.air.item.and_then(|i| self.auctions.get(&i)).is_some_and(|a| a.is_running(now))
    }

    pub(super) fn cue(
        &mut self,
        item: &BookItem,
        scene: Option<SceneName>,
        a: Around<'_>,
    ) -> Result<Vec<Effect>, StudioError> {
        self.on_air()?;
        if self.lot_runs(a.now) && self.air.item != Some(item.id) {
            return Err(refuse("lot-running", "a lot is running, and it cannot be broken off")
                .remedy("wait for the end of its clock"));
        }
        self.remember();
        let mut elements = self.air.elements.clone();
        // What belongs to an item goes with it; what the seller set up for the show stays.
        let of_item = [
            ElementName::Card,
            ElementName::Banner,
            ElementName::PromoCode,
            ElementName::Qr,
            ElementName::Countdown,
            ElementName::Question,
            ElementName::Bids,
        ];
        elements.retain(|e| !of_item.contains(e));
        if item.product.is_some() && item.kind != ItemKind::Talk {
            elements.extend([ElementName::Card, ElementName::Banner]);
            if item.kind == ItemKind::Auction {
                elements.insert(ElementName::Bids);
            }
        }
        let page = self.air.scene.is_page();
        let kept = if page { SceneName::Host } else { self.air.scene };
        let scene = scene.or(item.scene).unwrap_or(kept);
        self.air = Air {
            scene,
            item: Some(item.id),
            elements,
            countdown_to: None,
            question: None,
            ..self.air.clone()
        };
        self.fallen = None;
        self.stamp_until = None;
        self.next = self.next.filter(|(next, _)| *next != item.id);
        self.enter_item(Some(item.id), a.now);
        let mut effects = self.ready_first_lot(item)?;
        let told = StudioEvent::Cued { item: item.id, title: item.title.clone() };
        effects.insert(0, Effect::Tell(told));
        Ok(effects)
    }

    pub(super) fn next_item(&mut self, a: Around<'_>) -> Result<Vec<Effect>, StudioError> {
        self.on_air()?;
        let lots_left =
            self.air.item.and_then(|i| self.auctions.get(&i)).is_some_and(|x| x.has_more());
        if self.next.is_none() && lots_left {
            return self.next_lot(a);
        }
        if self.next.is_some() {
            return self.take(a);
        }
        let after = a.book.after(self.air.item).ok_or_else(|| {
            refuse("item-last", "there is no further item").remedy("cue an item by its name")
        })?;
        self.cue(after, None, a)
    }

    pub(super) fn prepare(
        &mut self,
        item: &BookItem,
        scene: Option<SceneName>,
    ) -> Result<Vec<Effect>, StudioError> {
        self.chosen()?;
        let scene = scene.or(item.scene).unwrap_or(if self.air.scene.is_page() {
            SceneName::Host
        } else {
            self.air.scene
        });
        self.next = Some((item.id, scene));
        Ok(vec![Effect::Tell(StudioEvent::Prepared { item: item.id })])
    }

    pub(super) fn take(&mut self, a: Around<'_>) -> Result<Vec<Effect>, StudioError> {
        self.on_air()?;
        let (item, scene) = self.next.ok_or_else(|| {
            refuse("preview-empty", "nothing is prepared").remedy("prepare an item first")
        })?;
        let item = a.book.item(item).ok_or_else(|| {
            refuse("item-missing", "the prepared item is no longer in the show")
                .remedy("prepare another one")
        })?;
        self.cue(item, Some(scene), a)
    }

    pub(super) fn undo_cue(&mut self, a: Around<'_>) -> Result<Vec<Effect>, StudioError> {
        self.on_air()?;
        if self.lot_runs(a.now) {
            return Err(refuse("lot-running", "a lot is running, and it cannot be broken off")
                .remedy("wait for the end of its clock"));
        }
        let before = self
            .before
            .pop_back()
            .ok_or_else(|| refuse("undo-none", "there is nothing to take back"))?;
        self.air = before;
        // A countdown that ran out meanwhile does not come back, nor does an item that is gone.
        if self.air.countdown_to.is_some_and(|end| end <= a.now) {
            self.air.countdown_to = None;
            self.air.elements.remove(&ElementName::Countdown);
        }
        if self.air.item.is_some_and(|i| a.book.item(i).is_none()) {
            self.air.item = None;
        }
        (self.fallen, self.stamp_until) = (None, None);
        self.enter_item(self.air.item, a.now);
        Ok(vec![Effect::Tell(StudioEvent::CueUndone)])
    }

    pub(super) fn clear(&mut self) -> Result<Vec<Effect>, StudioError> {
        self.on_air()?;
        self.remember();
        self.air.elements.clear();
        self.air.countdown_to = None;
        (self.fallen, self.stamp_until) = (None, None);
        Ok(vec![Effect::Tell(StudioEvent::Cleared)])
    }

    pub(super) fn change_scene(&mut self, scene: SceneName) -> Result<Vec<Effect>, StudioError> {
        self.on_air()?;
        self.remember();
        self.air.scene = scene;
        Ok(vec![Effect::Tell(StudioEvent::SceneChanged { scene })])
    }

    pub(super) fn show_element(
        &mut self,
        element: &ShownElement,
        a: Around<'_>,
    ) -> Result<Vec<Effect>, StudioError> {
        self.on_air()?;
        let of_item = || {
            let item = self.air.item.and_then(|i| a.book.item(i));
            item.ok_or_else(|| refuse("item-none", "no item is on air").remedy("cue an item first"))
        };
        let product = || {
            let item = of_item()?;
            item.product
                .as_deref()
                .ok_or_else(|| refuse("item-talk", format!("“{}” sells nothing", item.title)))
        };
        let mut air = self.air.clone();
        let name = match element {
            ShownElement::Card => product().map(|_| ElementName::Card)?,
            ShownElement::Banner => product().map(|_| ElementName::Banner)?,
            ShownElement::PromoCode => {
                if product()?.promo_code.is_none() {
                    return Err(refuse("promo-none", "the item on air has no promo code")
                        .remedy("give it one first"));
                }
                ElementName::PromoCode
            }
            ShownElement::Qr => {
                if product()?.link.is_none() {
                    return Err(refuse("link-none", "the item on air has no link")
                        .remedy("give its product a link of at most 84 characters"));
                }
                ElementName::Qr
            }
            ShownElement::Countdown { seconds: length } => {
                air.countdown_to = Some(a.now + seconds("countdown", *length)?);
                ElementName::Countdown
            }
            ShownElement::LowerThird(who) => {
                text("name", &who.name)?;
                air.lower_third = Some(who.clone());
                ElementName::LowerThird
            }
            ShownElement::Question(question) => {
                text("question", &question.text)?;
                air.question = Some(question.clone());
                ElementName::Question
            }
            ShownElement::Ticker { messages } => {
                if messages.is_empty() || messages.len() > MESSAGES {
                    let what = format!("a ticker takes 1 to {MESSAGES} messages");
                    return Err(refuse("ticker", what));
                }
                let messages: Result<Vec<_>, _> =
                    messages.iter().map(|m| text("message", m)).collect();
                air.ticker = messages?;
                ElementName::Ticker
            }
            ShownElement::Logo => ElementName::Logo,
            ShownElement::Goal(goal) => {
                text("goal", &goal.label)?;
                if goal.target == 0 {
                    return Err(refuse("goal", "a goal is at least 1"));
                }
                air.goal = Some(goal.clone());
                ElementName::Goal
            }
            ShownElement::Bids => {
                if of_item()?.kind != ItemKind::Auction {
                    return Err(refuse("item-no-auction", "the item on air is no auction"));
                }
                ElementName::Bids
            }
            ShownElement::Giveaway => {
                if self.giveaway.is_none() {
                    return Err(
                        refuse("giveaway-none", "no giveaway is open").remedy("open one first")
                    );
                }
                ElementName::Giveaway
            }
        };
        self.remember();
        self.air = air;
        self.air.elements.insert(name);
        Ok(vec![Effect::Tell(StudioEvent::Element { element: name, shown: true })])
    }

    pub(super) fn hide_element(
        &mut self,
        element: ElementName,
    ) -> Result<Vec<Effect>, StudioError> {
        self.on_air()?;
        if !self.air.elements.contains(&element) {
            return Err(refuse("element-hidden", "this element is not on air"));
        }
        self.remember();
        self.air.elements.remove(&element);
        if element == ElementName::Countdown {
            self.air.countdown_to = None;
        }
        Ok(vec![Effect::Tell(StudioEvent::Element { element, shown: false })])
    }

    pub(super) fn view(
        &mut self,
        scene: SceneName,
        [x, y, zoom]: [f32; 3],
    ) -> Result<Vec<Effect>, StudioError> {
        self.chosen()?;
        let inside = (0.0..=1.0).contains(&x) && (0.0..=1.0).contains(&y);
        if !inside || !(1.0..=4.0).contains(&zoom) {
            return Err(refuse("view", "this is no part of the picture")
                .remedy("give x and y from 0 to 1 and a zoom from 1 to 4"));
        }
        self.views.insert(scene, ViewPoint { x, y, zoom });
        Ok(Vec::new())
    }

    /// The views of each scene.
    pub fn views(&self) -> impl Iterator<Item = (SceneName, ViewPoint)> {
        self.views.iter().map(|(s, v)| (*s, *v))
    }
}
