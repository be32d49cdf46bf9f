//! The ledger against a plain model of it: whatever is told in whatever order, the two agree.

use proptest::prelude::*;
use vitrine_catalog::ledger::ClaimState::{
    self, Cancelled, Claimed, Confirmed, Sold, Void, Waitlisted,
};
use vitrine_catalog::ledger::{NewClaim, Totals};
use vitrine_catalog::{Catalog, CatalogError, NewItem, NewVariant, ShowFields, VariantId};

use crate::{add, add_item, add_show, open, product, variant};

#[derive(Clone, Debug)]
enum Step {
    Claim(i64),
    Sale(i64),
    Confirm(usize),
    Pay(usize),
    Cancel(usize),
    Undo(usize),
    Stock(i64),
    Again(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        5 => (1_i64..4).prop_map(Step::Claim),
        1 => (1_i64..3).prop_map(Step::Sale),
        3 => any::<usize>().prop_map(Step::Confirm),
        2 => any::<usize>().prop_map(Step::Pay),
        3 => any::<usize>().prop_map(Step::Cancel),
        4 => any::<usize>().prop_map(Step::Undo),
        1 => (0_i64..9).prop_map(Step::Stock),
        1 => any::<usize>().prop_map(Step::Again),
    ]
}

#[derive(Clone, Debug)]
struct Row {
    name: String,
    quantity: i64,
    history: Vec<(String, ClaimState)>,
}

impl Row {
    fn state(&self) -> ClaimState {
        self.history.last().map_or(Void, |h| h.1)
    }
}

/// Claims in the order they came, each with the stack of what happened to it.
#[derive(Clone, Debug, Default)]
struct Model {
    stock: i64,
    rows: Vec<Row>,
}

impl Model {
    fn sum(&self, states: &[ClaimState]) -> i64 {
        self.rows.iter().filter(|r| states.contains(&r.state())).map(|r| r.quantity).sum()
    }

    fn free(&self) -> i64 {
        self.stock - self.sum(&[Claimed, Confirmed, Sold])
    }

    fn move_up(&mut self, cause: &str) {
        let mut n = 0;
        while let Some(at) = self.rows.iter().position(|r| r.state() == Waitlisted) {
            if self.rows[at].quantity > self.free() {
                break;
            }
            self.rows[at].history.push((format!("{cause}/up/{n}"), Claimed));
            n += 1;
        }
    }

    fn begin(&mut self, event: &str, quantity: i64, sale: bool) -> Option<()> {
        let state = if sale {
            (self.free() >= quantity).then_some(Sold)?
        } else {
            self.move_up(event);
            let waits = self.rows.iter().any(|r| r.state() == Waitlisted);
            if !waits && self.free() >= quantity { Claimed } else { Waitlisted }
        };
        self.rows.push(Row { name: event.into(), quantity, history: vec![(event.into(), state)] });
        Some(())
    }

    fn go_on(&mut self, event: &str, at: usize, to: ClaimState) -> Option<()> {
        let row = &self.rows[at];
        let fits = match to {
            Confirmed => row.state() == Claimed,
            Sold => matches!(row.state(), Claimed | Confirmed),
            _ => !matches!(row.state(), Cancelled | Void),
        };
        let lacks = to != Cancelled
            && row.state() == Claimed
            && self.sum(&[Confirmed, Sold]) + row.quantity > self.stock;
        if !fits || lacks {
            return None;
        }
        self.rows[at].history.push((event.into(), to));
        if to == Cancelled {
            self.move_up(event);
        }
        Some(())
    }

    fn undo(&mut self, event: &str, at: usize) -> Option<()> {
        let (target, state) = self.rows[at].history.last()?.clone();
        if target.contains("/up/") {
            return None;
        }
        let mut after = self.clone();
        if state == Cancelled {
            let caused = format!("{target}/up/");
            for row in &mut after.rows {
                if row.history.last().is_some_and(|(name, _)| name.starts_with(&caused)) {
                    row.history.pop();
                }
            }
        }
        after.rows[at].history.pop();
        let holds = matches!(after.rows[at].state(), Claimed | Confirmed | Sold);
        if state == Cancelled && holds && after.free() < 0 {
            return None;
        }
        after.move_up(&format!("{event}/then"));
        *self = after;
        Some(())
    }
}

/// Something told, so that it can be told again.
#[derive(Clone, Debug)]
enum Told {
    Begin(NewClaim, bool),
    GoOn(String, String, ClaimState),
    Undo(String, String),
}

async fn tell(catalog: &Catalog, told: &Told) -> Result<(), CatalogError> {
    let mut edit = catalog.record("test").await?;
    match told {
        Told::Begin(new, false) => edit.claim(new).await?,
        Told::Begin(new, true) => edit.sale(new, Some(500)).await?,
        Told::GoOn(event, claim, Confirmed) => edit.confirm(event, claim).await?,
        Told::GoOn(event, claim, Sold) => edit.sold(event, claim, None).await?,
        Told::GoOn(event, claim, _) => edit.cancel(event, claim).await?,
        Told::Undo(event, target) => edit.undo_event(event, target).await?,
    };
    edit.commit().await
}

async fn set_stock(catalog: &Catalog, id: VariantId, stock: i64) {
    let mut edit = catalog.edit("Stock", "test").await.expect("begun");
    let fields = NewVariant { price: Some(700), stock: Some(stock), ..NewVariant::default() };
    edit.set_variant(id, &fields).await.expect("set");
    edit.commit().await.expect("committed");
}

async fn play(catalog: &Catalog, n: usize, stock: i64, steps: &[Step]) {
    let sku = format!("SKU-{n}");
    let mug = add(catalog, &product("Mug", vec![variant(&sku, 700, stock)])).await;
    let id = catalog.variants(mug).await.expect("read")[0].id;
    let show = add_show(catalog, &ShowFields::new("Friday")).await;
    let item = add_item(catalog, show, &NewItem::offer(mug)).await;
    let mut model = Model { stock, ..Model::default() };
    let mut done: Vec<Told> = Vec::new();
    for (m, step) in steps.iter().enumerate() {
        let event = format!("{n}-{m}");
        let pick = |at: &usize| (!model.rows.is_empty()).then(|| at % model.rows.len());
        let mut expected = model.clone();
        let (told, fits) = match step {
            Step::Claim(quantity) | Step::Sale(quantity) => {
                let sale = matches!(step, Step::Sale(_));
                let new = NewClaim {
                    event_id: event.clone(),
                    show,
                    item,
                    variant: None,
                    quantity: *quantity,
                    buyer: String::new(),
                    platform: String::new(),
                    text: String::new(),
                };
                (Told::Begin(new, sale), expected.begin(&event, *quantity, sale))
            }
            Step::Confirm(at) | Step::Pay(at) | Step::Cancel(at) => {
                let Some(at) = pick(at) else { continue };
                let to = match step {
                    Step::Confirm(_) => Confirmed,
                    Step::Pay(_) => Sold,
                    _ => Cancelled,
                };
                (
                    Told::GoOn(event.clone(), model.rows[at].name.clone(), to),
                    expected.go_on(&event, at, to),
                )
            }
            Step::Undo(at) => {
                let Some(at) = pick(at) else { continue };
                let Some((target, _)) = model.rows[at].history.last().cloned() else { continue };
                (Told::Undo(event.clone(), target), expected.undo(&event, at))
            }
            Step::Stock(stock) => {
                set_stock(catalog, id, *stock).await;
                model.stock = *stock;
                continue;
            }
            Step::Again(at) => {
                if done.is_empty() {
                    continue;
                }
                (done[at % done.len()].clone(), Some(()))
            }
        };
        let real = tell(catalog, &told).await;
        assert_eq!(real.is_ok(), fits.is_some(), "{told:?}: {real:?}\n{model:?}");
        if fits.is_some() {
            model = expected;
            let takes = matches!(&told, Told::Begin(_, true) | Told::GoOn(_, _, Confirmed | Sold));
            let over = model.sum(&[Confirmed, Sold]) > model.stock;
            // Lowering the stock may leave too much taken; confirming never does.
            assert!(
                !(takes && over && matches!(step, Step::Sale(_) | Step::Confirm(_))),
                "{told:?}"
            );
            done.push(told);
        }
        compare(catalog, show, id, &model).await;
    }
}

async fn compare(catalog: &Catalog, show: vitrine_catalog::ShowId, id: VariantId, model: &Model) {
    let claims = catalog.claims(show).await.expect("read");
    let real: Vec<_> = claims.iter().map(|c| (c.id.as_str(), c.quantity, c.state)).collect();
    let plain: Vec<_> =
        model.rows.iter().map(|r| (r.name.as_str(), r.quantity, r.state())).collect();
    assert_eq!(real, plain);
    let stock = catalog.stock(id).await.expect("read");
    let sums = [model.sum(&[Confirmed, Sold]), model.sum(&[Claimed]), model.sum(&[Waitlisted])];
    assert_eq!([stock.taken, stock.claimed, stock.waitlisted], sums);
    let waiting: Vec<String> =
        catalog.waitlist(id).await.expect("read").into_iter().map(|c| c.id).collect();
    let plain: Vec<&str> =
        model.rows.iter().filter(|r| r.state() == Waitlisted).map(|r| r.name.as_str()).collect();
    assert_eq!(waiting, plain);
    let (totals, _) = catalog.totals(show).await.expect("read");
    assert_eq!(totals, Totals::of(&claims));
    assert_eq!(totals.sold, model.sum(&[Sold]));
    let paid: i64 = claims
        .iter()
        .filter(|c| c.state == Sold)
        .map(|c| c.quantity * c.price.expect("has a price").minor)
        .sum();
    assert_eq!(totals.revenue.iter().map(|m| m.minor).sum::<i64>(), paid);
}

#[test]
fn any_sequence_of_events_agrees_with_the_model() {
    let dir = tempfile::tempdir().expect("a folder");
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let catalog = runtime.block_on(open(dir.path()));
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 40,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let n = std::cell::Cell::new(0);
    let cases = (0_i64..8, proptest::collection::vec(step(), 1..30));
    let ran = runner.run(&cases, |(stock, steps)| {
        n.set(n.get() + 1);
        runtime.block_on(play(&catalog, n.get(), stock, &steps));
        Ok(())
    });
    if let Err(e) = ran {
        panic!("{e}");
    }
}
