//! A show led by words typed at a terminal.

use crate::program::{LIMIT, Program, all};
use crate::script::SMALL;
use crate::shop::shop;
use crate::support::{run, text};

#[test]
fn a_show_is_led_by_typed_words() {
    let shop = shop();
    let mut command = shop.terminal(&["show", "live", "1", "--rehearsal"]);
    command.args(SMALL);
    let mut show = Program::start(command);
    let says = |show: &mut Program, line: &str, words: &str| {
        show.type_in(line);
        show.wait(&format!("{line:?} → {words:?}"), LIMIT, |s| s.text.contains(words));
    };
    show.wait("on air", LIMIT, |s| s.text.starts_with("On air."));
    says(&mut show, "next", "on air: Enamel mug");
    says(&mut show, "price 15", "price 15.00");
    says(&mut show, "state", ">    1  Enamel mug  €15.00, 5 left");
    says(&mut show, "stock 0", "is sold out");
    says(&mut show, "n", "on air: Pour-over kettle");
    show.type_in("undo");
    says(&mut show, "state", ">    1  Enamel mug  €15.00, 0 left");
    says(&mut show, "help", "price 19.90 [24.90]");
    // What is not understood, or not possible now, is refused in one line and changes nothing.
    says(&mut show, "dance on the table", "refused: “dance on the table” is not understood");
    says(&mut show, "price cheap", "refused: ");
    says(&mut show, "take", "refused: nothing is prepared: prepare an item first");
    says(&mut show, "cue nine", "refused: the show has no item nine");
    says(&mut show, "scene moon", "refused: there is no scene");
    says(&mut show, "bid zoe 5", "refused: the item on air is no auction");
    says(&mut show, "{\"id\":\"x\"}", "refused: this is no command");
    says(&mut show, "{\"id\":\"j1\",\"do\":\"cue\",\"item\":\"3\"}", "on air: Linen apron");
    says(&mut show, "panic", "SLATE AND SILENCE");
    says(&mut show, "unpanic", "the room is seen again");
    says(&mut show, "state", ">    3  Linen apron");
    show.type_in("end");
    let (code, said) = show.end(LIMIT);
    let words = all(&said);
    assert_eq!(code, Some(0), "{words}");
    assert!(words.contains("off air") && words.contains("Show of "), "{words}");
    assert!(!words.contains("panicked"), "{words}");
}

#[test]
fn what_cannot_go_on_air_is_refused_before_anything_is_opened() {
    let shop = shop();
    let refuse = |args: &[&str], words: &[&str]| {
        let out = run(&mut shop.terminal(args), "", LIMIT);
        let all = text(&out);
        assert_eq!(out.status.code(), Some(2), "{args:?}: {all}");
        for word in words {
            assert!(all.contains(word), "{args:?} does not say {word:?}: {all}");
        }
        assert!(!all.contains("panicked") && all.lines().count() <= 4, "{args:?}: {all}");
    };
    refuse(&["show", "live", "1"], &["goes nowhere", "--to", "--rehearsal"]);
    refuse(&["show", "live", "99", "--rehearsal"], &["no show 99"]);
    refuse(&["show", "live", "1", "--to", "https://shop.example/a/b"], &["rtmp"]);
    refuse(&["show", "live", "1", "--to", "rtmp://shop.example/app", "--key-stdin"], &["no key"]);
    let to = "4:3=rtmp://shop.example/app/key";
    refuse(&["show", "live", "1", "--to", to], &["rtmp"]);
    let to = "9:16=rtmp://shop.example/app/key";
    refuse(&["show", "live", "1", "--canvas", "16:9", "--to", to], &["9:16", "--canvas"]);
    refuse(&["show", "live", "1", "--rehearsal", "--theme", "none"], &["none"]);
    refuse(&["show", "resume"], &["no show was interrupted"]);
    let left = std::fs::read_dir(shop.folder()).expect("listed").flatten();
    let left: Vec<_> = left.filter(|e| e.file_name().to_string_lossy().ends_with(".mp4")).collect();
    assert!(left.is_empty(), "{left:?}");
}
