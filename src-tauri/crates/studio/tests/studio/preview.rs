//! Both canvases, a picture of each, and what is prepared beside what is on air.

use vitrine_media::Plane;
use vitrine_studio::on_air::SceneName;
use vitrine_studio::{Action, Canvas};

use crate::shows::{open, place, shop};

#[test]
fn what_is_prepared_can_be_seen_before_it_is_taken() {
    let shop = shop(3);
    let mut show = open(&shop, "a", None);
    show.rehearse(&shop);
    show.done(Action::Cue { item: place(1), scene: Some(SceneName::Host) });
    show.pass(1_000);
    assert_eq!(
        show.studio.next_picture(Canvas::Landscape).map(drop).map_err(|e| e.code),
        Err("preview-empty")
    );
    show.done(Action::Prepare { item: place(2), scene: Some(SceneName::Split) });
    show.pass(500);
    let program = show.studio.picture(Canvas::Landscape).expect("a picture");
    let next = show.studio.next_picture(Canvas::Landscape).expect("a preview");
    assert_eq!(program.size(), next.size());
    let differ = |a: &[u8], b: &[u8]| a.iter().zip(b).filter(|(a, b)| a.abs_diff(**b) > 24).count();
    let apart = differ(program.plane(Plane::Y), next.plane(Plane::Y));
    assert!(
        apart > program.plane(Plane::Y).len() / 10,
        "{apart} of {} differ",
        program.plane(Plane::Y).len()
    );
    let portrait = show.studio.next_picture(Canvas::Portrait).expect("a preview");
    assert!(portrait.size().height > portrait.size().width);
    // Nothing of it was on air; taken it is.
    assert_eq!(show.studio.state().air.scene, SceneName::Host);
    show.done(Action::Take);
    assert_eq!(show.studio.state().air.scene, SceneName::Split);
    show.pass(1_000);
    let taken = show.studio.picture(Canvas::Landscape).expect("a picture");
    let apart = differ(taken.plane(Plane::Y), next.plane(Plane::Y));
    assert!(apart < taken.plane(Plane::Y).len() / 10, "it looks as it was seen: {apart} differ");
}
