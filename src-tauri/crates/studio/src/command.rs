//! What a caller may ask of a show: one [`Command`] for the window, the command line and remotes alike.
//!
//! A command is a plain value with a name its caller made. The same name told twice is done once, so that
//! a remote on a bad network may repeat itself. As JSON, one line each:
//!
//! ```json
//! {"id":"c1","do":"cue","item":"A1"}
//! {"id":"c2","do":"bid","bidder":"marie_c","amount":"12.50"}
//! {"id":"c3","do":"arm","what":"end-show"}
//! ```

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::on_air::{Goal, LowerThird, Question, SceneName};

/// Longest name of a command, characters.
pub const LONGEST_ID: usize = 100;

/// Something asked, with its caller's name for it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS)]
pub struct Command {
    /// Made by the caller, 1 to 100 characters, its own within the show.
    pub id: String,
    /// What is asked.
    #[serde(flatten)]
    pub action: Action,
}

impl Command {
    /// A command.
    pub fn new(id: impl Into<String>, action: Action) -> Self {
        Self { id: id.into(), action }
    }
}

/// An item of the show: its catalogue number, its claim code (`"A1"`), or its place from 1 (`"#3"`).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(untagged)]
pub enum ItemName {
    /// Number in the catalogue.
    Number(#[ts(type = "number")] i64),
    /// Claim code, or `#` and its place.
    Code(String),
}

/// What must be armed before it is done: held for 0.6 s, and done within 10 s.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum Armable {
    /// Going on air.
    GoLive,
    /// Ending the show.
    EndShow,
    /// Showing the room again after a panic.
    EndPanic,
    /// Giving up a show that was interrupted.
    Forget,
}

/// An element a seller shows and hides by hand.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum ElementName {
    /// Product card.
    Card,
    /// Price banner.
    Banner,
    /// Promo code of the item.
    PromoCode,
    /// The item's link as a large QR code.
    Qr,
    /// Countdown.
    Countdown,
    /// Name and role.
    LowerThird,
    /// A viewer's question.
    Question,
    /// Short messages.
    Ticker,
    /// Logo.
    Logo,
    /// A goal.
    Goal,
    /// The latest bids.
    Bids,
    /// A giveaway.
    Giveaway,
}

/// An element with what it says.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "element", rename_all = "kebab-case")]
pub enum ShownElement {
    /// Product card of the item on air.
    Card,
    /// Price banner of the item on air.
    Banner,
    /// Promo code of the item on air.
    PromoCode,
    /// The item's link as a large QR code.
    Qr,
    /// A countdown; it leaves by itself.
    Countdown {
        /// From now, 1 s to 24 h.
        seconds: u32,
    },
    /// Name and role.
    LowerThird(LowerThird),
    /// A viewer's question.
    Question(Question),
    /// Short messages that take turns, up to 20.
    Ticker {
        /// The messages.
        messages: Vec<String>,
    },
    /// The brand's logo.
    Logo,
    /// A goal.
    Goal(Goal),
    /// The latest bids by chat.
    Bids,
    /// The giveaway that is open.
    Giveaway,
}

/// A person's wish to buy, typed in.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct TypedClaim {
    /// What; the item on air if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub item: Option<ItemName>,
    /// Which variant: its SKU or its options (`"M"`, `"M blue"`); may be left out if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub variant: Option<String>,
    /// Pieces, 1 to 10,000.
    #[serde(default = "one")]
    pub quantity: u32,
    /// Who.
    pub buyer: String,
    /// Where they wrote; may be empty.
    #[serde(default)]
    pub platform: String,
}

const fn one() -> u32 {
    1
}

/// Everything that can be asked. What each needs and refuses is said at each; a refusal changes nothing.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "do", rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum Action {
    /// Chooses the show to run. Refused while one is on air.
    Load {
        /// Its number in the catalogue.
        #[ts(type = "number")]
        show: i64,
    },
    /// Begins to hold a key: the thing named may be done from 0.6 s to 10 s after this.
    Arm {
        /// What.
        what: Armable,
    },
    /// Goes on air. A rehearsal needs no arming, as nothing leaves this machine.
    GoLive {
        /// Only to the built-in endpoint.
        #[serde(default)]
        rehearsal: bool,
    },
    /// Ends the show and every output. Needs arming unless it is a rehearsal.
    EndShow,
    /// Goes on with the show that was interrupted: same item, prices, timers and destinations.
    Resume,
    /// Gives up the show that was interrupted. Needs arming.
    Forget,

    /// Puts an item on air: card, price, code, scene, chapter mark, pace, on both canvases.
    Cue {
        /// Which.
        item: ItemName,
        /// In another scene than its own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        scene: Option<SceneName>,
    },
    /// Puts the next item on air: the prepared one, else the one behind the current one. During an
    /// auction with lots left it is the next lot.
    Next,
    /// Puts an item into the preview and draws it ahead.
    Prepare {
        /// Which.
        item: ItemName,
        /// In another scene than its own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        scene: Option<SceneName>,
    },
    /// Puts the prepared item on air.
    Take,
    /// Takes the last change of the picture back; up to fifty times.
    UndoCue,
    /// Takes every element off; the scene stays.
    Clear,
    /// Changes the scene.
    Scene {
        /// To which.
        scene: SceneName,
    },
    /// Shows an element.
    Show(ShownElement),
    /// Hides an element.
    Hide {
        /// Which.
        element: ElementName,
    },
    /// Says where in the camera's picture the face (or the hands) are, for a scene: the 9:16 canvas and
    /// close-ups are cut around it.
    View {
        /// In which scene.
        scene: SceneName,
        /// From the left, 0 to 1.
        x: f32,
        /// From the top, 0 to 1.
        y: f32,
        /// 1 to 4.
        #[serde(default = "whole")]
        zoom: f32,
    },

    /// Changes an item's show price: on air, in the catalogue, in the price history.
    SetPrice {
        /// Which; the one on air if left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        item: Option<ItemName>,
        /// Decimal, in the product's currency: `"24.90"`.
        price: String,
        /// Crossed-out price, above it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        compare_at: Option<String>,
        /// The crossed-out price was the lowest of the last thirty days; the seller says so.
        #[serde(default)]
        confirmed: bool,
        /// For so long; then the price before comes back by itself. 1 s to 24 h.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        seconds: Option<u32>,
    },
    /// Corrects the pieces of a variant.
    SetStock {
        /// Which item; the one on air if left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        item: Option<ItemName>,
        /// SKU or options; may be left out if there is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        variant: Option<String>,
        /// Pieces there, 0 or more.
        #[ts(type = "number")]
        stock: i64,
    },
    /// Changes an item's promo code, or takes it away.
    SetPromo {
        /// Which; the one on air if left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        item: Option<ItemName>,
        /// The code, 1 to 40 characters; none takes it away.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        code: Option<String>,
    },

    /// Starts the clock of the lot that is ready. It cannot be stopped.
    StartLot {
        /// Length of the clock, 1 s to 30 min; 50 s if left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        seconds: Option<u32>,
        /// A bid within the last so many seconds sets the clock back to them; 10 if left out, 0 for never.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        counter_bid: Option<u32>,
        /// The clock never goes back: whoever leads at its end has it.
        #[serde(default)]
        sudden_death: bool,
    },
    /// A bid.
    Bid {
        /// Who.
        bidder: String,
        /// Decimal.
        amount: String,
    },
    /// A bid given before the lot starts.
    PreBid {
        /// Who.
        bidder: String,
        /// The most they would pay, decimal.
        amount: String,
    },
    /// Takes the last bid back, as long as the clock runs.
    UndoBid,
    /// From now on the clock of the running lot never goes back.
    SuddenDeath,
    /// Makes the next lot ready. Refused while one runs.
    NextLot,

    /// Sells an item at a price for a short time.
    StartFlash {
        /// Which; the one on air if left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        item: Option<ItemName>,
        /// Decimal, below its price.
        price: String,
        /// How long, 1 s to 24 h.
        seconds: u32,
        /// For so many pieces at most.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        quantity: Option<u32>,
    },
    /// Ends the flash sale before its time.
    EndFlash,

    /// Opens a giveaway and publishes the fingerprint of its seed.
    OpenGiveaway {
        /// What is given away.
        prize: String,
        /// What viewers type to take part.
        keyword: String,
        /// Entries close after so long; by hand if left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        seconds: Option<u32>,
    },
    /// Somebody takes part.
    Enter {
        /// Who.
        who: String,
    },
    /// Draws the winner and publishes the seed.
    Draw,
    /// Takes the giveaway off without, or after, a draw.
    CloseGiveaway,

    /// A viewer's comment: claims, giveaway entries and, while a lot runs, bids are read from it.
    Comment {
        /// What they wrote.
        text: String,
        /// Who.
        from: String,
        /// Where; may be empty.
        #[serde(default)]
        platform: String,
    },
    /// A claim that was typed in by hand.
    Claim(TypedClaim),
    /// Decides about a comment that was not sure to be a claim.
    Review {
        /// Its name in the queue.
        entry: String,
        /// As what it counts; none: it was no claim.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        accept: Option<TypedClaim>,
    },
    /// Says yes to a claim.
    ConfirmClaim {
        /// Its name.
        claim: String,
    },
    /// A claim is paid.
    MarkSold {
        /// Its name.
        claim: String,
    },
    /// A claim is given up; who waits moves up.
    CancelClaim {
        /// Its name.
        claim: String,
    },
    /// Takes the last event of a claim back; the trace stays.
    UndoClaim {
        /// Its name.
        claim: String,
    },

    /// Slate and silence on every output, at once. Never refused while on air.
    Panic,
    /// Shows the room again. Needs arming.
    EndPanic,
    /// Silences or opens the microphones.
    Mute {
        /// Whether they are silent.
        on: bool,
    },
    /// Locks the picture: what would change it is refused until it is unlocked. Panic still works.
    Lock {
        /// Whether it is locked.
        on: bool,
    },
    /// Tries a destination again now instead of waiting.
    Retry {
        /// Its name.
        destination: String,
    },
}

const fn whole() -> f32 {
    1.0
}

impl Action {
    /// Its name, as it is written.
    pub fn name(&self) -> String {
        let value = serde_json::to_value(self).unwrap_or_default();
        value.get("do").and_then(|d| d.as_str()).unwrap_or("?").to_owned()
    }

    /// Whether it changes the picture by the seller's hand, and so is refused while it is locked.
    pub const fn changes_picture(&self) -> bool {
        matches!(
            self,
            Self::Cue { .. }
                | Self::Next
                | Self::Take
                | Self::UndoCue
                | Self::Clear
                | Self::Scene { .. }
                | Self::Show(_)
                | Self::Hide { .. }
                | Self::View { .. }
                | Self::StartFlash { .. }
                | Self::NextLot
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_read_as_they_are_documented() {
        let read = |text: &str| serde_json::from_str::<Command>(text);
        let cue = read(r#"{"id":"c1","do":"cue","item":"A1"}"#).expect("a cue");
        assert_eq!(cue.action, Action::Cue { item: ItemName::Code("A1".into()), scene: None });
        let show = read(r#"{"id":"c2","do":"show","element":"lower-third","name":"Ana"}"#);
        let who = LowerThird { name: "Ana".into(), role: String::new() };
        assert_eq!(show.expect("shown").action, Action::Show(ShownElement::LowerThird(who)));
        let flash = read(r#"{"id":"c3","do":"start-flash","price":"9.90","seconds":60}"#);
        assert_eq!(flash.expect("a sale").action.name(), "start-flash");
        let claim = read(r#"{"id":"c4","do":"claim","buyer":"zoe","item":7,"variant":"M"}"#);
        let Action::Claim(claim) = claim.expect("a claim").action else { panic!("no claim") };
        assert_eq!((claim.item, claim.quantity), (Some(ItemName::Number(7)), 1));
        assert!(read(r#"{"id":"c5","do":"dance"}"#).is_err());
        assert!(read(r#"{"do":"next"}"#).is_err(), "a command has a name");
    }
}
