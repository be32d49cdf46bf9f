use std::io::Read;

use vitrine_catalog::destination::NewDestination;
use vitrine_catalog::{NewItem, ShowFields};

use crate::{add, add_item, add_picture, add_show, open, picture, product, variant};

#[tokio::test]
async fn a_show_goes_from_the_office_to_the_studio_in_one_file() {
    let (here, there) =
        (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let office = open(here.path()).await;
    let mug = add(&office, &product("Mug", vec![variant("M1", 1000, 5)])).await;
    for n in 1..=3 {
        add_picture(&office, mug, &picture(n), "").await;
    }
    let show = add_show(&office, &ShowFields::new("Friday")).await;
    add_item(&office, show, &NewItem::offer(mug)).await;
    let mut edit = office.edit("Destination", "test").await.expect("begun");
    let destination = NewDestination {
        name: "Tube".into(),
        service: "custom".into(),
        server: "rtmp://ingest.example.org/app".into(),
        key_reference: Some("vitrine/tube-key".into()),
        canvas: "16:9".into(),
    };
    let id = edit.add_destination(&destination).await.expect("added");
    edit.set_destinations_of(show, &[id]).await.expect("set");
    edit.commit().await.expect("committed");
    std::fs::remove_file(office.picture_file(&picture(3).hash, false)).expect("removed");

    let path = there.path().join("friday.vitrine");
    let mut told = Vec::new();
    let shared = office.share_show(show, &path, |n, of| told.push((n, of))).await.expect("shared");
    assert_eq!((shared.pictures, shared.missing), (2, 1));
    assert_eq!(told, [(1, 3), (2, 3), (3, 3)]);
    let mut zip = zip::ZipArchive::new(std::fs::File::open(&path).expect("there")).expect("a zip");
    let mut all = Vec::new();
    for n in 0..zip.len() {
        zip.by_index(n).expect("an entry").read_to_end(&mut all).expect("read");
    }
    let text = String::from_utf8_lossy(&all);
    for secret in ["ingest.example.org", "tube-key", "Tube"] {
        assert!(!text.contains(secret), "{secret} must not travel");
    }

    let studio = open(there.path()).await;
    let taken = studio.receive_show(&path, |_, _| {}).await.expect("received");
    assert_eq!((taken.added, taken.pictures_missing), (1, 1));
    let (arrived, _) = studio.by_sku("M1").await.expect("read").expect("there");
    let arrived = studio.product(arrived).await.expect("there");
    assert_eq!(arrived.pictures, [picture(1).hash, picture(2).hash]);
    for hash in &arrived.pictures {
        let (a, b) = (office.picture_file(hash, false), studio.picture_file(hash, false));
        assert_eq!(std::fs::read(a).expect("there"), std::fs::read(b).expect("there"));
        assert!(studio.picture_file(hash, true).is_file(), "the thumbnail is made anew");
    }
    assert_eq!(studio.items(taken.show).await.expect("read").len(), 1);
    // Received again it is the same show, and sharing over an older file replaces it.
    let again = studio.receive_show(&path, |_, _| {}).await.expect("received");
    assert_eq!((again.show, again.replaced, again.added), (taken.show, true, 0));
    studio.share_show(taken.show, &path, |_, _| {}).await.expect("shared");
    studio.receive_show(&path, |_, _| {}).await.expect("received");
    let nowhere = there.path().join("no/such/folder.vitrine");
    assert!(studio.share_show(taken.show, &nowhere, |_, _| {}).await.is_err());
}
