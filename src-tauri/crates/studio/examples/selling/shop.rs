//! A catalogue with one show, and a studio that is opened with it.

use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use image::{ImageFormat, Rgb, RgbImage};
use serde::{Deserialize, Serialize};
use vitrine_catalog::{NewItem, NewProduct, NewVariant, Picture, ProductFields, Promo, ShowFields};
use vitrine_studio::setup::{Setup, SetupRecord};
use vitrine_studio::{
    Action, Armable, Canvas, Clock, Command, Secret, Stop, Store, Studio, StudioError,
    StudioSettings,
};

/// Anything that went wrong, in a sentence.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// So long a key is held.
pub const HOLD: Duration = Duration::from_millis(700);
/// What was made, beside the catalogue.
const NOTE: &str = "selling.json";
/// Sides of a product's picture, pixels.
const SIDE: u32 = 640;
const SMALL_SIDE: u32 = 240;

/// Both canvases.
pub const CANVASES: [Canvas; 2] = [Canvas::Landscape, Canvas::Portrait];

/// A show of so many products, each with a picture of its own, in a new catalogue.
#[derive(Serialize, Deserialize)]
pub struct Shop {
    /// The catalogue.
    pub catalogue: PathBuf,
    /// The show's number.
    pub show: i64,
    /// Its items' numbers, in order.
    pub items: Vec<i64>,
}

/// A product's picture with detail everywhere, another for each number.
fn picture(number: usize, side: u32) -> Result<Picture, Failure> {
    let mut noise = 0x9e37_79b9_u32.wrapping_mul(number as u32 + 1) | 1;
    let image = RgbImage::from_fn(side, side, |x, y| {
        noise ^= noise << 13;
        noise ^= noise >> 17;
        noise ^= noise << 5;
        let wave = ((x as f32 * 0.02 * (number % 7 + 1) as f32).sin() * 90.0) as i32;
        let at = |shift: u32| {
            let level = 128 + wave + (y / 8) as i32 % 40 + (noise >> shift & 31) as i32 - 60;
            level.clamp(0, 255) as u8
        };
        Rgb([at(0), at(8), at(16)])
    });
    let mut bytes = Vec::new();
    image.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Jpeg)?;
    Ok(Picture::new("product.jpg", bytes)?)
}

fn product(number: usize, small: bool) -> Result<NewProduct, Failure> {
    let price = 990 + 130 * number as i64;
    let variant = |size: &str, stock| NewVariant {
        sku: Some(format!("SKU-{number}-{size}")),
        price: Some(price),
        compare_at: Some(price * 3 / 2),
        stock: Some(stock),
        ..NewVariant::default()
    };
    let title = format!("Stoneware mug {number}, glazed by hand in two colours");
    let mut fields = ProductFields::new(title, "EUR".parse()?);
    fields.link = (!small).then(|| format!("https://example.com/p/{number}"));
    Ok(NewProduct { fields, variants: vec![variant("S", 12), variant("M", 7)] })
}

impl Shop {
    /// Makes the catalogue in a folder. Small canvases have no room for the QR codes of links.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn make(folder: &Path, products: usize, small: bool) -> Result<Self, Failure> {
        let catalogue = folder.join("selling.sqlite");
        let store = Store::open(Some(&catalogue))?;
        let catalog = store.catalog();
        let side = if small { SMALL_SIDE } else { SIDE };
        let pictures = (0..products).map(|n| picture(n, side)).collect::<Result<Vec<_>, _>>()?;
        for picture in &pictures {
            catalog.keep_picture(picture)?;
        }
        let products = (0..products).map(|n| product(n, small)).collect::<Result<Vec<_>, _>>()?;
        let made = store.wait(async {
            let mut edit = catalog.edit("Show", "bench").await?;
            let mut fields = ShowFields::new("Selling");
            fields.canvases = CANVASES.map(|c| c.to_string()).to_vec();
            let show = edit.add_show(&fields).await?;
            let mut items = Vec::new();
            for (number, (product, picture)) in products.iter().zip(&pictures).enumerate() {
                let id = edit.add_product(product).await?;
                edit.add_picture(id.0, picture, "").await?;
                let promo = Promo { code: format!("LIVE{number}"), ..Promo::default() };
                let item = NewItem { promo: Some(promo), minutes: 1, ..NewItem::offer(id) };
                items.push(edit.add_item(show, &item).await?.0);
            }
            edit.commit().await?;
            Ok((show.0, items))
        });
        let (show, items) = made?;
        store.close();
        let shop = Self { catalogue, show, items };
        std::fs::write(folder.join(NOTE), serde_json::to_vec(&shop)?)?;
        Ok(shop)
    }

    /// The one that was made in a folder.
    ///
    /// # Errors
    /// If none was.
    pub fn read(folder: &Path) -> Result<Self, Failure> {
        Ok(serde_json::from_slice(&std::fs::read(folder.join(NOTE))?)?)
    }
}

/// A studio that is told what to do.
pub struct Seller {
    /// The studio.
    pub studio: Studio,
    count: u64,
}

impl Seller {
    /// Opens a studio with a shop's show, and a key for each of its destinations.
    ///
    /// # Errors
    /// If the set-up cannot be used.
    pub fn open(
        shop: &Shop,
        record: SetupRecord,
        keys: Vec<Secret>,
        clock: Clock,
    ) -> Result<Self, StudioError> {
        let studio = Studio::open(StudioSettings {
            catalogue: Some(shop.catalogue.clone()),
            setup: Setup::new(record, keys)?,
            clock,
            started: Instant::now(),
        })?;
        let mut seller = Self { studio, count: 0 };
        seller.act(Action::Load { show: shop.show })?;
        Ok(seller)
    }

    /// One action.
    ///
    /// # Errors
    /// If it is refused.
    pub fn act(&mut self, action: Action) -> Result<(), StudioError> {
        self.count += 1;
        self.studio.run(Command::new(format!("bench-{}", self.count), action)).map(drop)
    }

    /// An action whose key is held first.
    ///
    /// # Errors
    /// If it is refused.
    pub fn held(&mut self, what: Armable, action: Action) -> Result<(), StudioError> {
        self.act(Action::Arm { what })?;
        Stop::new().wait(HOLD);
        self.act(action)
    }
}
