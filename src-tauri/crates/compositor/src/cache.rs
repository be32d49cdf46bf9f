//! What is kept from frame to frame for content that is drawn at another size: scaled tiles (a
//! still one costs nothing more) and scalers' plans. Bounded; the one unused for longest is
//! overwritten, its memory used again.

use vitrine_media::Size;
use vitrine_pixel::{FrameScaler, Region};

use crate::tile::{Scalers, Tile};

/// Scaled tiles and scalers kept.
const SLOTS: usize = 16;

/// Values by key, the one unused for longest overwritten.
#[derive(Debug)]
struct Recent<K, V> {
    slots: Vec<(K, V, u64)>,
    uses: u64,
}

impl<K: PartialEq, V> Recent<K, V> {
    const fn new() -> Self {
        Self { slots: Vec::new(), uses: 0 }
    }

    /// The value of a key, and whether it was there; if not it is to be made anew, from the value
    /// of a key long unused or an `empty` one.
    fn get(&mut self, key: K, empty: impl FnOnce() -> V) -> (&mut V, bool) {
        self.uses += 1;
        let found = self.slots.iter().position(|(k, ..)| *k == key);
        let index = match found {
            Some(index) => index,
            None if self.slots.len() < SLOTS => {
                self.slots.push((key, empty(), 0));
                self.slots.len() - 1
            }
            None => {
                let oldest = self.slots.iter().enumerate().min_by_key(|(_, (.., used))| *used);
                // There are slots, so there is an oldest.
                let index = oldest.map_or(0, |(i, _)| i);
                self.slots[index].0 = key;
                index
            }
        };
        self.slots[index].2 = self.uses;
        (&mut self.slots[index].1, found.is_some())
    }
}

/// Tiles at other sizes than their own.
#[derive(Debug)]
pub(crate) struct ScaledTiles {
    tiles: Recent<(u64, Region, Size), Tile>,
    scalers: Scalers,
}

impl ScaledTiles {
    pub fn new() -> Self {
        Self { tiles: Recent::new(), scalers: Scalers::default() }
    }

    /// A region of `src` at a size, even both ways.
    pub fn get(&mut self, src: &Tile, region: Region, size: Size) -> &Tile {
        let (tile, found) = self.tiles.get((src.id(), region, size), Tile::empty);
        if !found {
            tile.scale_from(src, region, size, &mut self.scalers);
        }
        tile
    }
}

/// Scalers of sources.
#[derive(Debug)]
pub(crate) struct SourceScalers(Recent<(Size, Region, Size), FrameScaler>);

impl SourceScalers {
    pub fn new() -> Self {
        Self(Recent::new())
    }

    /// A scaler planned for this geometry.
    pub fn get(&mut self, src: Size, region: Region, out: Size) -> &mut FrameScaler {
        let (scaler, found) = self.0.get((src, region, out), FrameScaler::new);
        if !found {
            scaler.plan(src, region, out);
        }
        scaler
    }
}
