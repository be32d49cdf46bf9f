//! A desk that is ended by `kill -9` at any moment while it claims and sells: what was promised is in the
//! ledger, nothing is half there, nothing is sold twice, and the caller may simply tell everything again.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use vitrine_catalog::ledger::{ClaimState, NewClaim};
use vitrine_catalog::{Catalog, NewItem, ShowFields, ShowId};

use crate::{add, add_item, add_show, open, product, variant};

const POINTS: u32 = 200;
const PER_CATALOGUE: u32 = 25;
/// The variable that makes this test the process that is ended.
const FOLDER: &str = "VITRINE_TEST_KILLED_DESK";
const SHOW: ShowId = ShowId(1);

/// Two claims a round, in one record: the one is confirmed if it can be, the other cancelled.
async fn round(catalog: &Catalog, n: i64) {
    let item = catalog.items(SHOW).await.expect("read")[0].id;
    let new = |event_id: String| NewClaim {
        event_id,
        show: SHOW,
        item,
        variant: None,
        quantity: 1,
        buyer: String::new(),
        platform: String::new(),
        text: String::new(),
    };
    let mut edit = catalog.record("test").await.expect("begun");
    let claim = edit.claim(&new(format!("a{n}"))).await.expect("claimed");
    edit.claim(&new(format!("b{n}"))).await.expect("claimed");
    if matches!(claim.state, ClaimState::Claimed | ClaimState::Confirmed) {
        edit.confirm(&format!("yes{n}"), &claim.id).await.expect("confirmed");
    }
    edit.cancel(&format!("no{n}"), &format!("b{n}")).await.expect("cancelled");
    edit.commit().await.expect("committed");
}

async fn work(dir: &Path) {
    let catalog = open(dir).await;
    if catalog.shows(1).await.expect("read").is_empty() {
        let mug = add(&catalog, &product("Mug", vec![variant("M1", 1000, 10)])).await;
        let show = add_show(&catalog, &ShowFields::new("Friday")).await;
        assert_eq!(show, SHOW);
        add_item(&catalog, show, &NewItem::offer(mug)).await;
    }
    let before = catalog.claims(SHOW).await.expect("read").len() as i64 / 2;
    for n in before.. {
        round(&catalog, n).await;
        println!("promised {n}");
    }
}

#[test]
fn desk_that_is_killed() {
    let Some(dir) = std::env::var_os(FOLDER) else { return };
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(work(Path::new(&dir)));
}

fn spawn(test: &str, variable: &str, dir: &Path) -> Child {
    Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .env(variable, dir)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("starts")
}

/// Runs a test of this program as a process that works in the folder a variable names, ends it `after` its first
/// promise, and gives the last.
pub fn run_and_kill(test: &str, variable: &str, dir: &Path, after: Duration) -> i64 {
    let mut child = spawn(test, variable, dir);
    let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
    let (first, begun) = std::sync::mpsc::channel();
    let reader = std::thread::spawn(move || {
        let mut last = None;
        for line in lines.map_while(Result::ok) {
            if let Some(n) = line.strip_prefix("promised ").and_then(|n| n.parse().ok()) {
                last = Some(n);
                // The other side listens for the first only.
                let _ = first.send(());
            }
        }
        last
    });
    begun.recv_timeout(Duration::from_secs(30)).expect("the desk works");
    let until = Instant::now() + after;
    while Instant::now() < until {
        std::hint::spin_loop();
    }
    child.kill().expect("killed");
    child.wait().expect("ended");
    reader.join().expect("read").expect("a promise")
}

#[test]
fn kills_lose_no_claim_and_sell_nothing_twice() {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let mut random = 0x51ed_270b_u64;
    for _ in 0..POINTS / PER_CATALOGUE {
        let dir = tempfile::tempdir().expect("a folder");
        for _ in 0..PER_CATALOGUE {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let after = Duration::from_micros((random >> 33) % 15_000);
            let promised = run_and_kill("killed::desk_that_is_killed", FOLDER, dir.path(), after);
            runtime.block_on(async {
                let catalog = open(dir.path()).await;
                let claims = catalog.claims(SHOW).await.expect("read");
                let rounds = claims.len() as i64 / 2;
                // One more may have been kept that the desk had no time to say.
                assert!(
                    (promised + 1..=promised + 2).contains(&rounds),
                    "{promised} promised, {rounds} kept"
                );
                for (n, pair) in claims.chunks(2).enumerate() {
                    let expected =
                        if n < 10 { ClaimState::Confirmed } else { ClaimState::Waitlisted };
                    assert_eq!((pair[0].id.clone(), pair[0].state), (format!("a{n}"), expected));
                    assert_eq!(
                        (pair[1].id.clone(), pair[1].state),
                        (format!("b{n}"), ClaimState::Cancelled)
                    );
                }
                let (_, id) = catalog.by_sku("M1").await.expect("read").expect("there");
                let stock = catalog.stock(id).await.expect("read");
                assert_eq!((stock.taken, stock.claimed), (rounds.min(10), 0));
                // Whoever does not know whether the last one arrived tells it again.
                let events = catalog.ledger(SHOW, 0, i64::MAX).await.expect("read").len();
                round(&catalog, promised).await;
                assert_eq!(catalog.ledger(SHOW, 0, i64::MAX).await.expect("read").len(), events);
                catalog.close().await;
            });
        }
    }
}
