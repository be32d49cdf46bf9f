//! A show in both canvases with a card and a running countdown on air, for its cost.

use std::path::Path;
use std::time::Duration;

use vitrine_studio::command::{ItemName, ShownElement};
use vitrine_studio::setup::SetupRecord;
use vitrine_studio::{Action, Armable, Clock, LiveReport, Secret, Stop};

use crate::shop::{Failure, HOLD, Seller, Shop};

/// Runs the show of a catalogue that `selling shop` has made, once, for so many seconds.
///
/// # Errors
/// If the show cannot be run.
pub fn run(
    folder: &Path,
    record: SetupRecord,
    keys: Vec<Secret>,
    seconds: u32,
) -> Result<LiveReport, Failure> {
    let shop = Shop::read(folder)?;
    let mut seller = Seller::open(&shop, record, keys, Clock::real())?;
    seller.held(Armable::GoLive, Action::GoLive { rehearsal: false })?;
    seller.act(Action::Cue { item: ItemName::Number(shop.items[0]), scene: None })?;
    seller.act(Action::Show(ShownElement::Countdown { seconds: 3600 }))?;
    // The key that ends it is held while it still runs.
    Stop::new().wait(Duration::from_secs(seconds.into()).saturating_sub(HOLD));
    seller.held(Armable::EndShow, Action::EndShow)?;
    let report = seller.studio.close().ok_or("the show left no report")?;
    Ok(report)
}
