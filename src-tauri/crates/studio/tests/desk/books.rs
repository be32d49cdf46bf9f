//! A show for the desk, and commands to it.

use std::path::Path;
use std::sync::Arc;

use vitrine_catalog::{ItemKind, VariantId};
use vitrine_media::MediaTime;
use vitrine_studio::book::{Book, BookItem, BookVariant};
use vitrine_studio::claim_text::{Wanted, WantedItem};
use vitrine_studio::command::{Action, Command};
use vitrine_studio::desk::{Around, Desk, Effect};
use vitrine_studio::event::StudioEvent;
use vitrine_studio::{Product, ProductFile, StudioError};

/// Milliseconds of show time.
pub const fn ms(ms: i64) -> MediaTime {
    MediaTime::from_millis(ms)
}

fn product(title: &str, price: &str, promo: Option<&str>, stock: Option<u32>) -> Arc<Product> {
    let file = ProductFile {
        title: title.into(),
        price: price.into(),
        currency: "EUR".into(),
        compare_at: None,
        promo_code: promo.map(str::to_owned),
        link: Some("https://shop.example/x".into()),
        image: None,
        badge: None,
        stock,
    };
    Arc::new(Product::check(file, Path::new(".")).expect("a product"))
}

fn item(id: i64, code: &str, kind: ItemKind, title: &str, price: &str) -> BookItem {
    let talk = kind == ItemKind::Talk;
    let product = (!talk).then(|| product(title, price, (id == 1).then_some("TEN"), Some(5)));
    let variant = BookVariant {
        id: VariantId(id * 10),
        sku: Some(format!("SKU-{id}")),
        options: Vec::new(),
        free: Some(5),
    };
    BookItem {
        id,
        code: (!talk).then(|| code.to_owned()),
        kind,
        title: title.to_owned(),
        planned: MediaTime::from_secs(480),
        scene: None,
        lots: if kind == ItemKind::Auction { 3 } else { 0 },
        start_price: 100,
        show_price: product.as_ref().map(|p| p.price.minor),
        show_compare_at: None,
        compare_confirmed: false,
        currency: product.as_ref().map(|p| p.price.currency),
        product,
        picture: None,
        variants: if talk { Vec::new() } else { vec![variant] },
        claimed: 0,
        waitlisted: 0,
    }
}

/// A mug, a shirt in three variants, a talk, an auction of three lots, another mug.
pub fn book() -> Book {
    let mut shirt = item(2, "A2", ItemKind::Offer, "Linen shirt", "39.90");
    shirt.variants = ["S", "M", "L"]
        .iter()
        .zip(21..)
        .map(|(size, id)| BookVariant {
            id: VariantId(id),
            sku: Some(format!("SHIRT-{size}")),
            options: vec![("Size".into(), (*size).into())],
            free: Some(2),
        })
        .collect();
    let items = vec![
        item(1, "A1", ItemKind::Offer, "Stoneware mug", "24.90"),
        shirt,
        item(3, "", ItemKind::Talk, "Questions", ""),
        item(4, "B1", ItemKind::Auction, "Trading card", "1.00"),
        item(5, "A5", ItemKind::Offer, "Espresso cup", "9.90"),
    ];
    let wanted = items.iter().filter_map(|i| {
        let variants = i.variants.iter().map(|v| v.options.clone()).collect();
        Some(WantedItem { code: i.code.clone()?, variants })
    });
    let reader = Wanted::new(&wanted.collect::<Vec<_>>(), "en");
    Book {
        show: 7,
        title: "Sunday table".into(),
        language: "en".into(),
        slot: Some(MediaTime::from_secs(3600)),
        items,
        reader,
    }
}

/// A desk with its book and its time.
pub struct Show {
    pub desk: Desk,
    pub book: Book,
    pub now: MediaTime,
    count: u32,
}

impl Show {
    /// Loaded, off air.
    pub fn loaded() -> Self {
        let mut show = Self { desk: Desk::default(), book: book(), now: MediaTime::ZERO, count: 0 };
        show.done(Action::Load { show: 7 });
        show
    }

    /// In rehearsal.
    pub fn on_air() -> Self {
        let mut show = Self::loaded();
        show.done(Action::GoLive { rehearsal: true });
        show
    }

    pub fn around(&self) -> Around<'_> {
        Around {
            book: &self.book,
            now: self.now,
            awake: self.now,
            interrupted: None,
            random: [7; 32],
        }
    }

    /// Runs an action under a new name.
    pub fn run(&mut self, action: Action) -> Result<Vec<Effect>, StudioError> {
        self.count += 1;
        self.run_as(&format!("c{}", self.count), action)
    }

    pub fn run_as(&mut self, id: &str, action: Action) -> Result<Vec<Effect>, StudioError> {
        let mut desk = self.desk.clone();
        let done = desk.run(&Command::new(id, action), self.around());
        if done.is_err() {
            assert_eq!(desk, self.desk, "a refusal changes nothing");
        }
        self.desk = desk;
        done
    }

    pub fn done(&mut self, action: Action) -> Vec<Effect> {
        let said = format!("{action:?}");
        self.run(action).unwrap_or_else(|e| panic!("{said}: {e}"))
    }

    /// The code an action is refused with.
    pub fn refused(&mut self, action: Action) -> &'static str {
        let said = format!("{action:?}");
        match self.run(action) {
            Ok(effects) => panic!("{said} was done: {effects:?}"),
            Err(e) => {
                assert!(e.message.len() > 5, "{e:?}");
                e.code
            }
        }
    }

    /// Lets time pass; gives what happened by itself.
    pub fn pass(&mut self, span: MediaTime) -> Vec<Effect> {
        self.now += span;
        let mut desk = self.desk.clone();
        let effects = desk.turn(self.around());
        self.desk = desk;
        effects
    }
}

/// The events among effects.
pub fn told(effects: &[Effect]) -> Vec<&StudioEvent> {
    let mut events = Vec::new();
    for effect in effects {
        if let Effect::Tell(event) = effect {
            events.push(event);
        }
    }
    events
}
