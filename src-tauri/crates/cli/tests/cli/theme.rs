//! Themes: listed, checked, drawn on a sheet.

use std::time::Duration;

use crate::support::{cli, run, text};

const LIMIT: Duration = Duration::from_secs(120);

#[test]
fn a_folder_with_faults_is_told_of_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let toml = "name = \"Faulty\"\n[colours]\ngrey = \"#cccccc\"\n[element.lower-third.landscape]\n\
                template = \"a.svg\"\nat = [40, 600]\n\
                slot = [{ name = \"title\", set = { colour = \"grey\", size = 40 } }]\n";
    std::fs::write(folder.path().join("theme.toml"), toml).expect("written");
    let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"500\" height=\"80\">\
               <rect width=\"500\" height=\"80\" fill=\"#ffffff\"/>\
               <g id=\"slots\"><rect id=\"slot-title\" x=\"20\" y=\"10\" width=\"460\" height=\"60\"/></g></svg>";
    std::fs::write(folder.path().join("a.svg"), svg).expect("written");
    let out = run(cli().args(["theme", "check"]).arg(folder.path()), "", LIMIT);
    assert!(out.status.success(), "warnings are no fault: {}", text(&out));
    assert!(
        text(&out)
            .contains("warning  lower-third (landscape): the slot title has a contrast of 1.6:1")
    );
    assert!(text(&out).contains("bids (portrait): it is missing"));
    // The same as the ground: nobody sees it.
    std::fs::write(folder.path().join("a.svg"), svg.replace("#ffffff", "#cccccc"))
        .expect("written");
    let out = run(cli().args(["theme", "check", "--json"]).arg(folder.path()), "", LIMIT);
    assert_eq!(out.status.code(), Some(2), "{}", text(&out));
    assert!(text(&out).contains("\"level\":\"error\"") && text(&out).contains("cannot be seen"));
    let out = run(cli().args(["theme", "check", "nowhere-at-all"]), "", LIMIT);
    assert_eq!(out.status.code(), Some(2));
    assert!(text(&out).contains("choose classic"), "{}", text(&out));
}

#[test]
fn a_sheet_in_a_brand_is_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let (brand, out) = (folder.path().join("brand.toml"), folder.path().join("sheet.png"));
    std::fs::write(&brand, "name = \"M\"\n[colours]\naccent = \"#0b6b57\"\n").expect("written");
    let mut command = cli();
    command.args(["theme", "sheet", "classic", "--element", "goal", "--brand"]).arg(&brand);
    let printed = run(command.arg("--out").arg(&out), "", LIMIT);
    assert!(printed.status.success(), "{}", text(&printed));
    let bytes = std::fs::read(&out).expect("a picture");
    assert_eq!(&bytes[1..4], b"PNG");
    let listed = run(cli().args(["theme", "list"]), "", LIMIT);
    assert!(text(&listed).contains("classic    Classic"), "{}", text(&listed));
}
