//! A show that is ended by `kill -9` while it keeps its state: what it promised is there, with its log, and
//! neither is ever without the other.

use std::path::Path;
use std::time::Duration;

use vitrine_catalog::run::NewLog;
use vitrine_catalog::{ShowFields, ShowId};

use crate::killed::run_and_kill;
use crate::{add_show, open};

const POINTS: u32 = 60;
const PER_CATALOGUE: u32 = 20;
/// The variable that makes this test the process that is ended.
const FOLDER: &str = "VITRINE_TEST_KILLED_RUN";
const SHOW: ShowId = ShowId(1);

/// A state of some 20 KB that says which one it is, at both ends.
fn state(n: i64) -> String {
    serde_json::json!({ "n": n, "rest": "x".repeat(20_000), "again": n }).to_string()
}

async fn work(dir: &Path) {
    let catalog = open(dir).await;
    if catalog.open_run().await.expect("read").is_none() {
        assert_eq!(add_show(&catalog, &ShowFields::new("Friday")).await, SHOW);
        catalog.begin_run(SHOW, 1_000, false, &["youtube"]).await.expect("begun");
    }
    let from = catalog.run_log(SHOW, 0, i64::MAX).await.expect("read").len() as i64;
    for n in from.. {
        let entry = NewLog {
            show_ms: n,
            at: n,
            kind: "cue".into(),
            item: None,
            detail: serde_json::json!({ "n": n }),
        };
        catalog.keep_run_and_log(SHOW, &state(n), n, n, &[entry]).await.expect("kept");
        println!("promised {n}");
    }
}

#[test]
fn show_that_is_killed() {
    let Some(dir) = std::env::var_os(FOLDER) else { return };
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(work(Path::new(&dir)));
}

#[test]
fn kills_lose_no_state_that_was_promised_and_the_log_agrees_with_it() {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let mut random = 0x2545_f491_u64;
    for _ in 0..POINTS / PER_CATALOGUE {
        let dir = tempfile::tempdir().expect("a folder");
        for _ in 0..PER_CATALOGUE {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let after = Duration::from_micros((random >> 33) % 15_000);
            let test = "runs_killed::show_that_is_killed";
            let promised = run_and_kill(test, FOLDER, dir.path(), after);
            runtime.block_on(async {
                let catalog = open(dir.path()).await;
                let run = catalog.open_run().await.expect("read").expect("still open");
                let n = run.show_ms;
                // One more may have been kept that it had no time to say.
                assert!((promised..=promised + 1).contains(&n), "{promised} promised, {n} kept");
                assert_eq!(run.state.as_deref(), Some(state(n).as_str()));
                let log = catalog.run_log(SHOW, 0, i64::MAX).await.expect("read");
                let said: Vec<i64> = log.iter().map(|l| l.entry.show_ms).collect();
                assert_eq!(said, (0..=n).collect::<Vec<_>>(), "one entry for each state");
                catalog.close().await;
            });
        }
    }
}
