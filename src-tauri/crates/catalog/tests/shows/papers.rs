use vitrine_catalog::export::youtube::Chapter;
use vitrine_catalog::export::{run_sheet, youtube};
use vitrine_catalog::rundown::Rundown;
use vitrine_catalog::{ItemKind, NewItem, Promo, ShowFields};

use crate::{add, add_item, add_show, open, product, variant};

async fn rundown(language: &str, start: Option<i64>) -> Rundown {
    let dir = tempfile::tempdir().expect("a folder");
    let catalog = open(dir.path()).await;
    let fields = ShowFields {
        language: language.into(),
        planned_start: start,
        ..ShowFields::new("Friday <script>alert(1)</script> & friends")
    };
    let show = add_show(&catalog, &fields).await;
    let mut mug =
        product("Mug \"L'été\" <img src=x onerror=alert(2)>", vec![variant("M1", 123_450, 5)]);
    mug.fields.link = Some("https://shop.example.org/mug".into());
    let mug = add(&catalog, &mug).await;
    add_item(&catalog, show, &NewItem::talk("Welcome", 3)).await;
    let offer = NewItem {
        kind: ItemKind::FlashSale,
        price: Some(99_900),
        compare_at: Some(123_450),
        talking_points: vec!["Fait main <3".into(), "صنع يدوي".into()],
        promo: Some(Promo {
            code: "TEN&".into(),
            text: "today".into(),
            percent: Some(10),
            ends: Some(1_800_003_600_000),
            ..Promo::default()
        }),
        ..NewItem::offer(mug)
    };
    add_item(&catalog, show, &offer).await;
    add_item(&catalog, show, &NewItem { lots: 12, minutes: 20, ..NewItem::auction(mug, 100) })
        .await;
    catalog.rundown(show).await.expect("read")
}

#[tokio::test]
async fn the_run_sheet_says_everything_and_runs_nothing() {
    let sheet = run_sheet::write(&rundown("fr", Some(1_800_000_000_000)).await, 60);
    for part in [
        "<html lang=\"fr\" dir=\"ltr\">",
        "2027-01-15</b> · 09:00–09:31",
        "31/60 min",
        "<b>09:03</b><small>8 min</small>",
        "<td class=\"code\">1</td>",
        "<b>999,00\u{a0}€</b><s>1\u{202f}234,50\u{a0}€</s>",
        "<b>1,00\u{a0}€</b>",
        "Vente flash",
        "Enchère · 12 lots",
        "<b>TEN&amp;</b> −10 % · today · jusqu’au 2027-01-15 10:00",
        "<li dir=\"auto\">Fait main &lt;3</li>",
        "Mug &quot;L&#39;été&quot; &lt;img src=x onerror=alert(2)&gt;",
        "Fin <b>09:31</b>",
    ] {
        assert!(sheet.contains(part), "{part}\n{sheet}");
    }
    assert!(!sheet.contains("<script") && !sheet.contains("<img"));
    assert!(
        !sheet.contains("http") && !sheet.contains("url(") && !sheet.contains("@import"),
        "needs nothing else"
    );
    assert_eq!(sheet.matches("<tr").count(), 4);
    // Every element that is opened is closed.
    for tag in [
        "html", "head", "body", "table", "thead", "tbody", "tr", "td", "th", "p", "b", "s", "h1",
        "h2", "ul", "li", "small", "span", "header", "style", "title",
    ] {
        let opened =
            sheet.matches(&format!("<{tag}>")).count() + sheet.matches(&format!("<{tag} ")).count();
        assert_eq!(opened, sheet.matches(&format!("</{tag}>")).count(), "{tag}");
    }
}

#[tokio::test]
async fn without_a_start_times_count_from_zero_and_other_scripts_run_their_way() {
    let sheet = run_sheet::write(&rundown("ar", None).await, 0);
    assert!(sheet.contains("<html lang=\"ar\" dir=\"rtl\">"));
    assert!(sheet.contains("<b>0:03</b>") && sheet.contains("Ends <b>0:31</b>"));
    let sheet = run_sheet::write(&rundown("uk", None).await, 0);
    assert!(sheet.contains("Аукціон · 12 лотів") && sheet.contains("1\u{a0}234,50\u{a0}€"));
}

#[tokio::test]
async fn a_description_has_chapters_that_are_taken() {
    let rundown = rundown("en", None).await;
    let planned = youtube::chapters(&rundown);
    let text = youtube::write(&rundown, &planned, 31 * 60);
    assert_eq!(text.title, "Friday ‹script›alert(1)‹/script› & friends");
    let lines: Vec<&str> = text.text.lines().collect();
    assert_eq!(lines[2], "0:00 Welcome");
    assert_eq!(lines[3], "3:00 Mug \"L'été\" ‹img src=x onerror=alert(2)›");
    assert!(text.text.contains("– €999.00\nhttps://shop.example.org/mug\n"));
    assert_eq!(text.text.matches("https://").count(), 1, "each link once");
    assert_eq!((lines[4], lines[5]), ("11:00 Mug \"L'été\" ‹img src=x onerror=alert(2)›", ""));
    assert!(text.notes.is_empty(), "{:?}", text.notes);

    let real =
        [Chapter { seconds: 0, title: "A".into() }, Chapter { seconds: 5, title: "B".into() }];
    let few = youtube::write(&rundown, &real, 3600);
    assert!(!few.text.contains("0:00") && few.notes[0].contains("at least 3"), "{:?}", few.notes);

    let many: Vec<Chapter> = (0..400)
        .map(|n| Chapter { seconds: n * 60, title: format!("Lot {n} {}", "é".repeat(30)) })
        .collect();
    let long = youtube::write(&rundown, &many, 400 * 60);
    assert!(long.text.len() <= 5000 && long.text.ends_with('\n'));
    assert!(long.notes.iter().any(|n| n.contains("last chapters")), "{:?}", long.notes);
}
