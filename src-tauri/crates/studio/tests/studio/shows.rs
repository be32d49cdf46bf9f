//! A catalogue with a show in it, and a studio to run it.

use std::path::{Path, PathBuf};
use std::time::Instant;

use tempfile::TempDir;
use vitrine_catalog::{Edit, NewItem, NewProduct, NewVariant, ProductFields, ShowFields, ShowId};
use vitrine_flow::Participant;
use vitrine_media::MediaTime;
use vitrine_studio::{
    Action, Canvas, Clock, Command, Setup, SetupRecord, Stop, Store, Studio, StudioError,
    StudioSettings,
};

/// Steps of simulated time.
const STEP: MediaTime = MediaTime::from_millis(100);

/// A folder with a catalogue whose show has so many items; the last is an auction of two lots.
pub struct Shop {
    pub folder: TempDir,
    pub show: i64,
}

impl Shop {
    pub fn catalogue(&self) -> PathBuf {
        self.folder.path().join("shop.sqlite")
    }

    pub fn store(&self) -> Store {
        Store::open(Some(&self.catalogue())).expect("the catalogue opens")
    }

    /// One change of the catalogue, by another program.
    pub fn edit<T>(&self, change: impl AsyncFnOnce(&mut Edit) -> T) -> T {
        let store = self.store();
        let made = store.wait(async {
            let mut edit = store.catalog().edit("A change", "test").await?;
            let made = change(&mut edit).await;
            edit.commit().await?;
            Ok(made)
        });
        store.close();
        made.expect("changed")
    }
}

pub fn shop(items: usize) -> Shop {
    let folder = tempfile::tempdir().expect("a folder");
    let shop = Shop { folder, show: 1 };
    let eur = vitrine_catalog::money::currency("EUR").expect("euro");
    let show = shop.edit(async |edit| {
        let mut fields = ShowFields::new("Sunday table");
        fields.canvases = vec!["16:9".into(), "9:16".into()];
        let show = edit.add_show(&fields).await.expect("a show");
        for n in 1..=items {
            let variant = NewVariant {
                sku: Some(format!("SKU-{n}")),
                price: Some(2490),
                stock: Some(5),
                ..NewVariant::default()
            };
            let fields = ProductFields::new(format!("Stoneware mug {n}"), eur);
            let product = NewProduct { fields, variants: vec![variant] };
            let product = edit.add_product(&product).await.expect("a product");
            let mut item = NewItem::offer(product);
            if n == items {
                item = NewItem { lots: 2, ..NewItem::auction(product, 100) };
            }
            edit.add_item(show, &item).await.expect("an item");
        }
        show
    });
    Shop { show: show.0, ..shop }
}

/// A studio whose time passes only when it is told to.
pub struct Simulated {
    pub studio: Studio,
    pub clock: Clock,
    _held: Participant,
    count: u32,
    prefix: &'static str,
}

pub fn open(shop: &Shop, prefix: &'static str, record: Option<&Path>) -> Simulated {
    let record = SetupRecord {
        canvases: vec![Canvas::Landscape, Canvas::Portrait],
        size: "320x180".into(),
        fps: "10".into(),
        bitrate: 300_000,
        audio: "silence".into(),
        record: record.map(Path::to_owned),
        ..SetupRecord::default()
    };
    let clock = Clock::simulated();
    let held = clock.participate();
    let settings = StudioSettings {
        catalogue: Some(shop.catalogue()),
        setup: Setup::new(record, Vec::new()).expect("a set-up"),
        clock: clock.clone(),
        started: Instant::now(),
    };
    let studio = Studio::open(settings).expect("the studio opens");
    Simulated { studio, clock, _held: held, count: 0, prefix }
}

impl Simulated {
    pub fn run(&mut self, action: Action) -> Result<(), StudioError> {
        self.count += 1;
        let id = format!("{}-{}", self.prefix, self.count);
        self.studio.run(Command::new(id, action)).map(drop)
    }

    pub fn done(&mut self, action: Action) {
        let said = format!("{action:?}");
        self.run(action).unwrap_or_else(|e| panic!("{said}: {e}"));
    }

    /// Lets time pass.
    pub fn pass(&mut self, millis: i64) {
        let until = self.clock.now() + MediaTime::from_millis(millis);
        while self.clock.now() < until {
            let next = (self.clock.now() + STEP).min(until);
            assert!(self.clock.sleep_until(next, &Stop::new()));
            self.studio.turn().expect("it answers");
        }
    }

    pub fn rehearse(&mut self, shop: &Shop) {
        self.done(Action::Load { show: shop.show });
        self.done(Action::GoLive { rehearsal: true });
    }
}

/// The item a command means.
pub fn place(n: usize) -> vitrine_studio::command::ItemName {
    vitrine_studio::command::ItemName::Code(format!("#{n}"))
}

pub fn id_of(shop: &Shop, n: usize) -> i64 {
    let store = shop.store();
    let items = store.wait(store.catalog().items(ShowId(shop.show))).expect("items");
    store.close();
    items[n - 1].id.0
}
