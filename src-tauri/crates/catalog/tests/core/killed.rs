//! A process that is ended by `kill -9` at any moment: what it committed is there, what it had not
//! committed never was, and the file is whole.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use vitrine_catalog::{Catalog, Money, NewVariant};

use crate::{open, product};

/// Points at which the process is ended.
const POINTS: u32 = 200;
/// Ended processes that one catalogue outlives.
const PER_CATALOGUE: u32 = 25;
/// The variable that makes this test the process that is ended.
const FOLDER: &str = "VITRINE_TEST_KILLED";

/// Two variants that always change together: their prices differ only inside of an edit.
async fn work(dir: &Path) {
    let catalog = open(dir).await;
    let found = catalog.by_sku("LEFT").await.expect("read");
    let (id, left) = match found {
        Some(found) => found,
        None => {
            let mut edit = catalog.edit("Begin", "test").await.expect("begun");
            let id = edit.add_product(&product("Pair", "LEFT", 0)).await.expect("added");
            let right =
                NewVariant { sku: Some("RIGHT".into()), price: Some(0), ..NewVariant::default() };
            edit.add_variant(id, &right).await.expect("added");
            edit.commit().await.expect("committed");
            catalog.by_sku("LEFT").await.expect("read").expect("there")
        }
    };
    let variants = catalog.variants(id).await.expect("read");
    let right = variants.iter().find(|v| v.id != left).expect("two").id;
    let mut n = variants[0].fields.price.expect("a price");
    loop {
        n += 1;
        let price = Some(Money { minor: n, currency: iso_currency::Currency::EUR });
        let mut edit = catalog.edit("Both", "test").await.expect("begun");
        edit.set_price(left, price).await.expect("set");
        edit.set_price(right, price).await.expect("set");
        edit.commit().await.expect("committed");
        // Only what was said here counts as promised.
        println!("committed {n}");
        if n % 7 == 0 {
            catalog.undo().await.expect("undone");
            n -= 1;
            println!("undone {n}");
        }
    }
}

#[test]
fn child_that_is_killed() {
    let Some(dir) = std::env::var_os(FOLDER) else { return };
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(work(Path::new(&dir)));
}

fn spawn(dir: &Path) -> Child {
    Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "killed::child_that_is_killed", "--nocapture", "--test-threads=1"])
        .env(FOLDER, dir)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("starts")
}

/// What the process promised last before it was ended `after` its first promise.
fn run_and_kill(dir: &Path, after: Duration) -> Option<i64> {
    let mut child = spawn(dir);
    let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
    let (first, begun) = std::sync::mpsc::channel();
    let reader = std::thread::spawn(move || {
        let mut last = None;
        for line in lines.map_while(Result::ok) {
            let said = line.strip_prefix("committed ").or_else(|| line.strip_prefix("undone "));
            if let Some(n) = said.and_then(|n| n.parse().ok()) {
                last = Some(n);
                // The other side listens for the first only.
                let _ = first.send(());
            }
        }
        last
    });
    begun.recv_timeout(Duration::from_secs(30)).expect("the process works");
    let until = Instant::now() + after;
    while Instant::now() < until {
        std::hint::spin_loop();
    }
    // SIGKILL, by its handle: it cannot be another process.
    child.kill().expect("killed");
    child.wait().expect("ended");
    reader.join().expect("read")
}

#[test]
fn two_hundred_kills_lose_nothing_that_was_promised() {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let mut random = 0x9e37_79b9_u64;
    for _ in 0..POINTS / PER_CATALOGUE {
        let dir = tempfile::tempdir().expect("a folder");
        for _ in 0..PER_CATALOGUE {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let after = Duration::from_micros((random >> 33) % 20_000);
            let promised = run_and_kill(dir.path(), after).expect("a promise");
            runtime.block_on(async {
                let path = dir.path().join("shop.sqlite");
                let (catalog, opened) = Catalog::open(&path).await.expect("opens");
                assert_eq!(opened.damaged, None);
                let (id, _) = catalog.by_sku("LEFT").await.expect("read").expect("there");
                let prices: Vec<i64> = catalog
                    .variants(id)
                    .await
                    .expect("read")
                    .iter()
                    .map(|v| v.fields.price.expect("a price"))
                    .collect();
                assert_eq!(prices[0], prices[1], "half an edit");
                // One more may have been committed that it had no time to say; an undo is one less.
                let off = prices[0] - promised;
                assert!((-1..=1).contains(&off), "{} promised, {} kept", promised, prices[0]);
                // The history has every price there ever was.
                let history = catalog
                    .price_history(catalog.variants(id).await.expect("read")[0].id, 1)
                    .await
                    .expect("read");
                assert_eq!(history[0].price.map(|p| p.minor), Some(prices[0]));
                catalog.close().await;
            });
        }
    }
}
