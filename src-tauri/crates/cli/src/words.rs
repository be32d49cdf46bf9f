//! Commands as a seller types them in a hurry: a word or two instead of JSON.

use vitrine_studio::command::{Action, Armable, ElementName, ItemName, ShownElement};
use vitrine_studio::on_air::{LowerThird, Question};
use vitrine_studio::{SceneName, StudioError};

/// What can be typed, for `help`.
pub const HELP: &str = "next · take · cue ITEM · prepare ITEM · undo · clear · scene NAME
price 19.90 [24.90] · stock N · promo CODE · countdown SECONDS · hide NAME
start [SECONDS] · bid WHO AMOUNT · lot · sudden · unbid · flash PRICE SECONDS · endflash
say WHO COMMENT · question TEXT · name NAME, ROLE · mute · unmute · panic · unpanic · lock · unlock
retry DESTINATION · state · end";

/// What a typed line asks for.
#[derive(Debug, PartialEq)]
pub enum Typed {
    /// One action.
    Do(Action),
    /// An action that is armed and held first.
    Held(Armable, Action),
    /// Print the state.
    State,
    /// Print what can be typed.
    Help,
    /// Nothing was typed.
    Nothing,
}

fn wrong(line: &str, remedy: &str) -> StudioError {
    let line: String = line.chars().take(60).collect();
    StudioError::input("command", format!("“{line}” is not understood")).remedy(remedy)
}

fn item(text: &str) -> ItemName {
    ItemName::Code(text.trim().to_owned())
}

/// Reads a line.
///
/// # Errors
/// If it is no command, with what could be typed instead.
pub fn read(line: &str) -> Result<Typed, StudioError> {
    let line = line.trim();
    let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let rest = rest.trim();
    let number =
        |text: &str| text.parse::<u32>().map_err(|_| wrong(line, "a number is missing or wrong"));
    let two =
        || rest.split_once(char::is_whitespace).map(|(a, b)| (a.to_owned(), b.trim().to_owned()));
    let element = |name: &str| {
        serde_json::from_value::<ElementName>(serde_json::Value::String(name.to_owned()))
            .map_err(|_| wrong(line, "name an element: card, banner, promo-code, countdown …"))
    };
    let action = match word.to_lowercase().as_str() {
        "" => return Ok(Typed::Nothing),
        "help" | "?" => return Ok(Typed::Help),
        "state" => return Ok(Typed::State),
        "end" => return Ok(Typed::Held(Armable::EndShow, Action::EndShow)),
        "unpanic" => return Ok(Typed::Held(Armable::EndPanic, Action::EndPanic)),
        "next" | "n" => Action::Next,
        "take" | "t" => Action::Take,
        "undo" | "u" => Action::UndoCue,
        "clear" => Action::Clear,
        "panic" | "!" => Action::Panic,
        "mute" => Action::Mute { on: true },
        "unmute" => Action::Mute { on: false },
        "lock" => Action::Lock { on: true },
        "unlock" => Action::Lock { on: false },
        "cue" | "c" if !rest.is_empty() => Action::Cue { item: item(rest), scene: None },
        "prepare" | "p" if !rest.is_empty() => Action::Prepare { item: item(rest), scene: None },
        "scene" => Action::Scene { scene: rest.parse::<SceneName>()? },
        "price" if !rest.is_empty() => {
            let (price, compare_at) = match two() {
                Some((price, before)) => (price, Some(before)),
                None => (rest.to_owned(), None),
            };
            Action::SetPrice { item: None, price, compare_at, confirmed: false, seconds: None }
        }
        "stock" => Action::SetStock { item: None, variant: None, stock: i64::from(number(rest)?) },
        "promo" => {
            let code = Some(rest.to_owned()).filter(|c| !c.is_empty());
            Action::SetPromo { item: None, code }
        }
        "countdown" => Action::Show(ShownElement::Countdown { seconds: number(rest)? }),
        "question" => {
            let question = Question { text: rest.to_owned(), from: String::new() };
            Action::Show(ShownElement::Question(question))
        }
        "name" => {
            let (name, role) = rest.split_once(',').unwrap_or((rest, ""));
            let who = LowerThird { name: name.trim().into(), role: role.trim().into() };
            Action::Show(ShownElement::LowerThird(who))
        }
        "show" => match element(rest)? {
            ElementName::Card => Action::Show(ShownElement::Card),
            ElementName::Banner => Action::Show(ShownElement::Banner),
            ElementName::PromoCode => Action::Show(ShownElement::PromoCode),
            ElementName::Qr => Action::Show(ShownElement::Qr),
            ElementName::Logo => Action::Show(ShownElement::Logo),
            ElementName::Bids => Action::Show(ShownElement::Bids),
            ElementName::Giveaway => Action::Show(ShownElement::Giveaway),
            _ => return Err(wrong(line, "this element needs its words: see help")),
        },
        "hide" => Action::Hide { element: element(rest)? },
        "start" => Action::StartLot {
            seconds: if rest.is_empty() { None } else { Some(number(rest)?) },
            counter_bid: None,
            sudden_death: false,
        },
        "bid" => {
            let (bidder, amount) = rest
                .rsplit_once(char::is_whitespace)
                .ok_or_else(|| wrong(line, "bid WHO AMOUNT"))?;
            Action::Bid { bidder: bidder.trim().into(), amount: amount.into() }
        }
        "unbid" => Action::UndoBid,
        "lot" => Action::NextLot,
        "sudden" => Action::SuddenDeath,
        "flash" => {
            let (price, seconds) = two().ok_or_else(|| wrong(line, "flash PRICE SECONDS"))?;
            Action::StartFlash { item: None, price, seconds: number(&seconds)?, quantity: None }
        }
        "endflash" => Action::EndFlash,
        "say" => {
            let (from, text) = two().ok_or_else(|| wrong(line, "say WHO COMMENT"))?;
            Action::Comment { text, from, platform: String::new() }
        }
        "retry" => Action::Retry { destination: rest.to_owned() },
        _ => return Err(wrong(line, "type help to see what can be typed")),
    };
    Ok(Typed::Do(action))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_become_commands() {
        let done = |line: &str| match read(line).expect(line) {
            Typed::Do(action) => action,
            other => panic!("{other:?}"),
        };
        assert_eq!(done(" next "), Action::Next);
        assert_eq!(done("cue A1"), Action::Cue { item: ItemName::Code("A1".into()), scene: None });
        assert_eq!(
            done("bid Anna Maria 12.50"),
            Action::Bid { bidder: "Anna Maria".into(), amount: "12.50".into() }
        );
        assert_eq!(read("end").expect("end"), Typed::Held(Armable::EndShow, Action::EndShow));
        for bad in ["dance", "cue", "bid anna", "stock many", "scene moon", "hide all"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
