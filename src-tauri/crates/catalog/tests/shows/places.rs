use vitrine_catalog::destination::{DestinationId, NewDestination};
use vitrine_catalog::{CatalogError, ShowFields};

use crate::{add_show, open};

fn destination(name: &str, server: &str) -> NewDestination {
    NewDestination {
        name: name.into(),
        service: "custom".into(),
        server: server.into(),
        key_reference: Some("vitrine/1".into()),
        canvas: "16:9".into(),
    }
}

#[tokio::test]
async fn destinations_belong_to_shows_and_hold_no_key() {
    let dir = tempfile::tempdir().expect("a folder");
    let catalog = open(dir.path()).await;
    let show = add_show(&catalog, &ShowFields::new("Friday")).await;
    let mut edit = catalog.edit("Destinations", "test").await.expect("begun");
    let a = edit
        .add_destination(&destination("Tube", "rtmps://a.example.org/live2"))
        .await
        .expect("added");
    let b = edit
        .add_destination(&destination("Own site", "rtmp://b.example.org/app"))
        .await
        .expect("added");
    edit.set_destinations_of(show, &[a, b, a]).await.expect("set");
    edit.commit().await.expect("committed");
    let names = async || -> Vec<String> {
        catalog
            .destinations_of(show)
            .await
            .expect("read")
            .into_iter()
            .map(|d| d.fields.name)
            .collect()
    };
    assert_eq!(names().await, ["Own site", "Tube"]);

    let mut edit = catalog.edit("Remove", "test").await.expect("begun");
    edit.remove_destination(a).await.expect("removed");
    edit.commit().await.expect("committed");
    assert_eq!(names().await, ["Own site"]);
    catalog.undo().await.expect("undone");
    assert_eq!(names().await, ["Own site", "Tube"], "undo brings it back into its show");

    let mut edit = catalog.edit("Wrong", "test").await.expect("begun");
    assert!(matches!(
        edit.set_destinations_of(show, &[DestinationId(99)]).await,
        Err(CatalogError::Missing { .. })
    ));
    assert!(matches!(
        edit.add_destination(&destination("Tube", "rtmp://c.example.org/app")).await,
        Err(CatalogError::Taken(_))
    ));
    for server in [
        "rtmp://host.example.org/app?auth_key=hunter2secret",
        "rtmp://me:hunter2secret@host.example.org/app",
        "hunter2secret",
        "file:///hunter2secret",
        "",
    ] {
        let refused = edit
            .add_destination(&destination("Other", server))
            .await
            .expect_err(server)
            .to_string();
        assert!(!refused.contains("hunter2secret"), "{refused}");
    }
}
