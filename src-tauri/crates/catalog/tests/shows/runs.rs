//! A show on air as the catalogue keeps it, items that claims hold in their show, and how a running show notices
//! what others change.

use std::time::Instant;

use serde_json::json;
use vitrine_catalog::ledger::NewClaim;
use vitrine_catalog::run::{MAX_STATE, NewLog};
use vitrine_catalog::show::ShowState;
use vitrine_catalog::{Catalog, CatalogError, ItemId, NewItem, ShowFields, ShowId};

use crate::{add, add_item, add_show, open, product, variant};

fn entry(show_ms: i64, kind: &str) -> NewLog {
    NewLog {
        show_ms,
        at: 5_000 + show_ms,
        kind: kind.into(),
        item: Some(ItemId(7)),
        detail: json!({"n": show_ms}),
    }
}

#[tokio::test]
async fn a_run_is_kept_offered_and_ended_and_its_log_stays() {
    let dir = tempfile::tempdir().expect("a folder");
    let catalog = open(dir.path()).await;
    let show = add_show(&catalog, &ShowFields::new("Friday")).await;
    assert_eq!(catalog.open_run().await.expect("read"), None);
    let e = catalog.keep_run(show, "{}", 0, 1).await.expect_err("not on air").to_string();
    assert!(e.contains("not on air"), "{e}");
    assert!(catalog.log_run(show, &[entry(1, "cue")]).await.is_err());
    assert!(catalog.end_run(show, 2).await.is_err());
    let e = catalog.begin_run(ShowId(99), 1, false, &()).await.expect_err("none");
    assert!(matches!(e, CatalogError::Missing { kind: "show", .. }), "{e}");

    let settings = json!({"destinations": ["youtube", "tiktok"], "canvases": ["16:9", "9:16"]});
    catalog.begin_run(show, 1_000, true, &settings).await.expect("begun");
    let fresh = catalog.open_run().await.expect("read").expect("open");
    assert_eq!((fresh.state, fresh.committed_at, fresh.show_ms), (None, 1_000, 0));
    catalog
        .keep_run_and_log(
            show,
            "{\"item\":1}",
            250,
            1_250,
            &[entry(200, "cue"), entry(250, "price")],
        )
        .await
        .expect("kept");
    catalog.keep_run(show, "{\"item\":2}", 900, 1_900).await.expect("kept");
    // As after the program died.
    catalog.close().await;
    let catalog = open(dir.path()).await;
    let run = catalog.open_run().await.expect("read").expect("open");
    assert_eq!((run.show, run.started_at, run.rehearsal), (show, 1_000, true));
    assert_eq!(serde_json::from_str::<serde_json::Value>(&run.settings).expect("JSON"), settings);
    assert_eq!(
        (run.state.as_deref(), run.show_ms, run.committed_at),
        (Some("{\"item\":2}"), 900, 1_900)
    );
    let e = catalog.begin_run(show, 2_000, false, &()).await.expect_err("open").to_string();
    assert!(e.contains("resume it or end it"), "{e}");
    catalog.log_run(show, &[entry(950, "fault")]).await.expect("logged");
    catalog.end_run(show, 2_500).await.expect("ended");
    assert_eq!(catalog.open_run().await.expect("read"), None);

    // Again, now for real: the log goes on, and says of which run each entry is.
    catalog.begin_run(show, 3_000, false, &settings).await.expect("begun");
    catalog.log_run(show, &[entry(10, "cue")]).await.expect("logged");
    let runs = catalog.runs(show).await.expect("read");
    let ends: Vec<_> = runs.iter().map(|r| (r.started_at, r.rehearsal, r.ended_at)).collect();
    assert_eq!(ends, [(1_000, true, Some(2_500)), (3_000, false, None)]);
    let log = catalog.run_log(show, 0, 100).await.expect("read");
    let said: Vec<_> = log.iter().map(|l| (l.run_started_at, l.entry.clone())).collect();
    let expected = [
        (1_000, entry(200, "cue")),
        (1_000, entry(250, "price")),
        (1_000, entry(950, "fault")),
        (3_000, entry(10, "cue")),
    ];
    assert_eq!(said, expected);
    assert_eq!(catalog.run_log(show, log[1].id, 1).await.expect("read"), log[2..3]);

    // Two shows on air at once are two runs.
    let other = add_show(&catalog, &ShowFields::new("Saturday")).await;
    catalog.begin_run(other, 4_000, false, &settings).await.expect("begun");
    assert_eq!(catalog.open_run().await.expect("read").map(|r| r.show), Some(other));
    catalog.end_run(other, 4_001).await.expect("ended");
    assert_eq!(catalog.open_run().await.expect("read").map(|r| r.show), Some(show));
}

#[tokio::test]
async fn a_state_or_entry_that_is_too_large_changes_nothing() {
    let dir = tempfile::tempdir().expect("a folder");
    let catalog = open(dir.path()).await;
    let show = add_show(&catalog, &ShowFields::new("Friday")).await;
    catalog.begin_run(show, 1, false, &()).await.expect("begun");
    let whole = "é".repeat(MAX_STATE / 2);
    catalog.keep_run(show, &whole, 1, 1).await.expect("just fits");
    let e = catalog.keep_run(show, &format!("{whole}x"), 2, 2).await.expect_err("too large");
    assert!(e.to_string().contains("4194305 bytes"), "{e}");
    let long = NewLog { detail: json!("x".repeat(70_000)), ..entry(3, "cue") };
    for bad in [long, entry(3, ""), entry(3, &"k".repeat(41))] {
        let done = catalog.keep_run_and_log(show, "{}", 3, 3, &[entry(3, "cue"), bad]).await;
        assert!(matches!(done, Err(CatalogError::Invalid(_))), "{done:?}");
    }
    let run = catalog.open_run().await.expect("read").expect("open");
    assert_eq!((run.state.as_deref(), run.show_ms), (Some(whole.as_str()), 1));
    assert_eq!(catalog.run_log(show, 0, 9).await.expect("read"), []);
}

/// Undo goes past a run as if it were not there; a show that was on air stays.
#[tokio::test]
async fn runs_outlive_undo_and_keep_their_show() {
    let dir = tempfile::tempdir().expect("a folder");
    let catalog = open(dir.path()).await;
    let show = add_show(&catalog, &ShowFields::new("Friday")).await;
    add_item(&catalog, show, &NewItem::talk("Hello", 5)).await;
    catalog.begin_run(show, 1, false, &()).await.expect("begun");
    catalog.keep_run_and_log(show, "{}", 5, 5, &[entry(5, "cue")]).await.expect("kept");
    assert_eq!(catalog.undo().await.expect("undone").name, "Add item");
    assert_eq!(catalog.steps(9).await.expect("read").len(), 2, "a run is no step");
    let e = catalog.undo().await.expect_err("the show was on air");
    assert!(matches!(&e, CatalogError::Invalid(text) if text.contains("on air")), "{e:?}");
    assert_eq!(catalog.runs(show).await.expect("read").len(), 1);
    assert_eq!(catalog.run_log(show, 0, 9).await.expect("read").len(), 1);
    // A copy for another machine is the show, not what happened here.
    let file =
        String::from_utf8(catalog.export_show(show).await.expect("read").bytes().expect("written"))
            .expect("text");
    assert!(!file.contains("\"cue\"") && !file.contains("started_at"), "{file}");

    let pool = sqlx::SqlitePool::connect(&format!("sqlite:{}", catalog.path().display()))
        .await
        .expect("opens");
    for change in ["UPDATE run_log SET kind = 'x'", "DELETE FROM run_log"] {
        let e = sqlx::query(change).execute(&pool).await.expect_err("refused").to_string();
        assert!(e.contains("append-only"), "{e}");
    }
    pool.close().await;
}

/// Ten thousand states are no larger than one, and what each costs is printed.
#[tokio::test]
async fn keeping_the_state_ten_thousand_times_does_not_fill_the_disk() {
    let dir = tempfile::tempdir().expect("a folder");
    let catalog = open(dir.path()).await;
    let show = add_show(&catalog, &ShowFields::new("Friday")).await;
    catalog.begin_run(show, 1, false, &()).await.expect("begun");
    let state = json!({ "rest": "x".repeat(10_000) }).to_string();
    let size = |name: &str| std::fs::metadata(dir.path().join(name)).map_or(0, |m| m.len());
    let mut took = Vec::new();
    let mut log = 0;
    for n in 0..10_000 {
        let begun = Instant::now();
        catalog.keep_run(show, &state, n, n).await.expect("kept");
        took.push(begun.elapsed());
        log = log.max(size("shop.sqlite-wal"));
    }
    took.sort();
    println!(
        "keep_run of 10 KB: median {:?}, p99 {:?}, longest {:?}; log at most {log} bytes",
        took[5_000], took[9_900], took[9_999]
    );
    assert!(log < 8 << 20, "the write-ahead log grew to {log} bytes");
    catalog.close().await;
    assert!(size("shop.sqlite") < 1 << 20, "the file grew to {} bytes", size("shop.sqlite"));
}

async fn claim(catalog: &Catalog, event: &str, show: ShowId, item: ItemId) {
    let mut edit = catalog.record("test").await.expect("begun");
    let new = NewClaim {
        event_id: event.into(),
        show,
        item,
        variant: None,
        quantity: 1,
        buyer: String::new(),
        platform: String::new(),
        text: String::new(),
    };
    edit.claim(&new).await.expect("claimed");
    edit.commit().await.expect("committed");
}

async fn remove(catalog: &Catalog, item: ItemId) -> Result<(), CatalogError> {
    let mut edit = catalog.edit("Remove item", "test").await.expect("begun");
    edit.remove_item(item).await?;
    edit.commit().await
}

#[tokio::test]
async fn an_item_that_something_was_claimed_in_stays_until_that_is_taken_back() {
    let dir = tempfile::tempdir().expect("a folder");
    let catalog = open(dir.path()).await;
    let mug = add(&catalog, &product("Mug", vec![variant("M1", 1000, 10)])).await;
    let show = add_show(&catalog, &ShowFields::new("Friday")).await;
    let first = add_item(&catalog, show, &NewItem::offer(mug)).await;
    let item = add_item(&catalog, show, &NewItem::offer(mug)).await;
    let mut edit = catalog.record("test").await.expect("begun");
    edit.set_show_state(show, ShowState::Rehearsal).await.expect("set");
    edit.commit().await.expect("committed");
    claim(&catalog, "rehearsed", show, first).await;
    claim(&catalog, "also rehearsed", show, item).await;
    let refused = |done: Result<(), CatalogError>| {
        let e = done.expect_err("refused");
        assert!(
            matches!(&e, CatalogError::Invalid(t) if t.contains("take the claims back")),
            "{e:?}"
        );
    };
    refused(remove(&catalog, item).await);
    refused(catalog.undo().await.map(drop));

    // A rehearsal holds nothing once it is left.
    let mut edit = catalog.record("test").await.expect("begun");
    edit.set_show_state(show, ShowState::Live).await.expect("set");
    edit.commit().await.expect("committed");
    remove(&catalog, first).await.expect("removed");
    claim(&catalog, "wanted", show, item).await;
    refused(remove(&catalog, item).await);
    assert_eq!(catalog.undo().await.expect("the removal").name, "Remove item");
    refused(catalog.undo().await.map(drop));
    // Doing it again is refused only where something was claimed since.
    claim(&catalog, "late", show, first).await;
    refused(catalog.redo().await.map(drop));
    assert_eq!(catalog.items(show).await.expect("read").len(), 2, "nothing was changed");

    let mut edit = catalog.record("test").await.expect("begun");
    edit.cancel("no", "wanted").await.expect("cancelled");
    edit.commit().await.expect("committed");
    refused(remove(&catalog, item).await);
    for event in ["no", "wanted"] {
        let mut edit = catalog.record("test").await.expect("begun");
        edit.undo_event(&format!("back {event}"), event).await.expect("taken back");
        edit.commit().await.expect("committed");
    }
    remove(&catalog, item).await.expect("removed");
    assert_eq!(catalog.items(show).await.expect("read").len(), 1);
}

/// A second program on the same file: what it changes is noticed, and keeping the state is no change.
#[tokio::test]
async fn changes_of_another_program_are_noticed() {
    let dir = tempfile::tempdir().expect("a folder");
    let running = open(dir.path()).await;
    let window = open(dir.path()).await;
    let show = add_show(&running, &ShowFields::new("Friday")).await;
    running.begin_run(show, 1, false, &()).await.expect("begun");
    let before = running.changes().await.expect("read");
    for n in 0..50 {
        running.keep_run_and_log(show, "{}", n, n, &[entry(n, "cue")]).await.expect("kept");
    }
    let edit = window.edit("Dropped", "test").await.expect("begun");
    drop(edit);
    assert_eq!(running.changes().await.expect("read"), before, "nothing was changed");
    add(&window, &product("Mug", vec![variant("M1", 1000, 10)])).await;
    assert_eq!(running.changes().await.expect("read"), before + 1);
    assert_eq!(window.changes().await.expect("read"), before + 1);
    window.undo().await.expect("undone");
    assert_eq!(running.changes().await.expect("read"), before + 2);
    add_show(&running, &ShowFields::new("Saturday")).await;
    assert_eq!(window.changes().await.expect("read"), before + 3, "its own as well");
}
