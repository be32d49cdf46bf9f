//! `vitrine-cli show`.

use std::path::Path;
use std::process::ExitCode;

use vitrine_studio::catalog::export::json::ShowFile;
use vitrine_studio::catalog::export::{self, run_sheet, whatnot, youtube};
use vitrine_studio::catalog::run::RunLog;
use vitrine_studio::catalog::rundown::{Entry, Rundown};
use vitrine_studio::catalog::show_check::Severity;
use vitrine_studio::catalog::{ItemKind, NewItem, Product, Promo, ShowFields, ShowId};
use vitrine_studio::{Store, StudioError};

use crate::args::show::{
    AddArgs, ItemOptions, KindArg, LotsArgs, NewArgs, ShowArgs, ShowExportArgs, ShowVerb,
};
use crate::catalog::{open, said};
use crate::{output, pick, show_live};

pub fn run(a: &ShowArgs, json: bool) -> Result<ExitCode, StudioError> {
    // These two hold the catalogue open themselves, for as long as the show lasts.
    match &a.verb {
        ShowVerb::Live(live) => return show_live::live(a.catalogue.as_deref(), live, json),
        ShowVerb::Resume(resume) => return show_live::resume(a.catalogue.as_deref(), resume, json),
        _ => {}
    }
    let store = open(a.catalogue.as_deref(), json)?;
    let done = verb(&store, &a.verb, json);
    store.close();
    done
}

fn verb(store: &Store, verb: &ShowVerb, json: bool) -> Result<ExitCode, StudioError> {
    let catalog = store.catalog();
    match verb {
        ShowVerb::New(a) => new(store, a, json)?,
        ShowVerb::List(a) => match a.show {
            Some(id) => print_rundown(&store.wait(catalog.rundown(ShowId(id)))?, json),
            None => {
                let shows = store.wait(catalog.shows(200))?;
                if json {
                    output::print_json(&shows);
                } else {
                    for s in shows {
                        output::print_line(&format!(
                            "{:>4}  {}  ({})",
                            s.id.0,
                            s.fields.title,
                            s.state.name()
                        ));
                    }
                }
            }
        },
        ShowVerb::Add(a) => add(store, a, json)?,
        ShowVerb::Move(a) => {
            let item = pick::item(store, ShowId(a.item.show), &a.item.item)?;
            change(store, "Move item", async |edit| edit.move_item(item.id, a.place - 1).await)?;
            print_rundown(&store.wait(catalog.rundown(item.show))?, json);
        }
        ShowVerb::Set(a) => {
            let item = pick::item(store, ShowId(a.item.show), &a.item.item)?;
            let mut fields = item.fields;
            let product = fields.product.map(|id| store.wait(catalog.product(id))).transpose()?;
            options(&a.options, &mut fields, product.as_ref())?;
            change(store, "Change item", async |edit| edit.set_item(item.id, &fields).await)?;
            print_rundown(&store.wait(catalog.rundown(item.show))?, json);
        }
        ShowVerb::Remove(a) => {
            let item = pick::item(store, ShowId(a.show), &a.item)?;
            change(store, "Remove item", async |edit| edit.remove_item(item.id).await)?;
            print_rundown(&store.wait(catalog.rundown(item.show))?, json);
        }
        ShowVerb::Lots(a) => lots(store, a, json)?,
        ShowVerb::Check(a) => return check(store, ShowId(a.show), json),
        ShowVerb::Print(a) => {
            let rundown = store.wait(catalog.rundown(ShowId(a.show)))?;
            export::save(&a.file, run_sheet::write(&rundown, a.utc_offset).as_bytes())?;
            said(&a.file, json);
        }
        ShowVerb::Export(a) => export_show(store, a, json)?,
        ShowVerb::Import(a) => import_show(store, &a.file, json)?,
        ShowVerb::Log(a) => log(store, ShowId(a.show), a.chapters, json)?,
        ShowVerb::Live(_) | ShowVerb::Resume(_) => {}
    }
    Ok(ExitCode::SUCCESS)
}

/// What happened on air; or the chapters of it, the first at 0:00.
fn log(store: &Store, show: ShowId, chapters: bool, json: bool) -> Result<(), StudioError> {
    let catalog = store.catalog();
    store.wait(catalog.show(show))?;
    let mut all = Vec::new();
    loop {
        let after = all.last().map_or(0, |l: &RunLog| l.id);
        let more = store.wait(catalog.run_log(show, after, 1000))?;
        if more.is_empty() {
            break;
        }
        all.extend(more);
    }
    if chapters {
        all.retain(|l| l.entry.kind == "cued");
    }
    if json {
        output::print_json(&all);
        return Ok(());
    }
    if chapters && all.first().is_some_and(|l| l.entry.show_ms >= 1000) {
        output::print_line("0:00:00 Welcome");
    }
    for l in &all {
        let s = l.entry.show_ms / 1000;
        let at = format!("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60);
        let word = |name: &str| l.entry.detail.get(name).and_then(|v| v.as_str());
        let title = word("title").unwrap_or_default();
        if chapters {
            output::print_line(&format!("{at} {title}"));
            continue;
        }
        let rest = l.entry.detail.as_object().into_iter().flatten();
        let rest = rest.filter(|(k, v)| k.as_str() != "event" && !v.is_null());
        let rest: Vec<String> = rest.map(|(k, v)| format!("{k} {v}")).collect();
        output::print_line(&format!("{at}  {}  {}", l.entry.kind, rest.join(", ")));
    }
    Ok(())
}

/// One edit of one thing.
fn change<T>(
    store: &Store,
    name: &str,
    what: impl AsyncFnOnce(
        &mut vitrine_studio::catalog::Edit,
    ) -> Result<T, vitrine_studio::catalog::CatalogError>,
) -> Result<T, StudioError> {
    store.wait(async {
        let mut edit = store.catalog().edit(name, "show").await?;
        let done = what(&mut edit).await?;
        edit.commit().await?;
        Ok(done)
    })
}

fn new(store: &Store, a: &NewArgs, json: bool) -> Result<(), StudioError> {
    let fields = ShowFields {
        language: a.language.clone(),
        slot_minutes: Some(a.minutes),
        planned_start: a.start.as_deref().map(moment).transpose()?,
        canvases: a.canvas.clone(),
        ..ShowFields::new(a.title.clone())
    };
    let name = format!("New show {}", a.title);
    let id = change(store, &name, async |edit| edit.add_show(&fields).await)?;
    if json {
        output::print_json(&store.wait(store.catalog().show(id))?);
    } else {
        output::print_line(&format!("show {id}: {}", a.title));
    }
    Ok(())
}

/// `2026-12-06T19:00` in UTC as milliseconds since 1970, by the civil calendar (H. Hinnant, “chrono-compatible
/// low-level date algorithms”).
fn moment(text: &str) -> Result<i64, StudioError> {
    let bad = || {
        StudioError::input("start", format!("{text:?} is no date"))
            .remedy("write it like 2026-12-06T19:00")
    };
    let (date, time) = text.trim().trim_end_matches('Z').split_once(['T', ' ']).ok_or_else(bad)?;
    let numbers = |text: &str, sign: char| -> Option<Vec<i64>> {
        text.split(sign).map(|n| n.parse().ok()).collect()
    };
    let (date, time) = (numbers(date, '-').ok_or_else(bad)?, numbers(time, ':').ok_or_else(bad)?);
    let (&[year, month, day], [hour, minute, ..]) = (date.as_slice(), time.as_slice()) else {
        return Err(bad());
    };
    let inside = (1970..=9999).contains(&year)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && (0..24).contains(hour)
        && (0..60).contains(minute);
    if !inside {
        return Err(bad());
    }
    let shifted = if month <= 2 { year - 1 } else { year };
    let era_year = shifted % 400;
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = era_year * 365 + era_year / 4 - era_year / 100 + day_of_year;
    let days = shifted / 400 * 146_097 + day_of_era - 719_468;
    Ok(((days * 24 + hour) * 60 + minute) * 60_000)
}

/// Puts what was given over what an item says.
fn options(
    o: &ItemOptions,
    item: &mut NewItem,
    product: Option<&Product>,
) -> Result<(), StudioError> {
    let amount = |text: &str| match product {
        Some(product) => pick::amount(text, product),
        None => {
            Err(StudioError::input("price", "a talk has no price").remedy("leave the price out"))
        }
    };
    let or_none = |text: &str| if text == "none" { Ok(None) } else { amount(text).map(Some) };
    if let Some(kind) = o.kind {
        item.kind = match kind {
            KindArg::Offer => ItemKind::Offer,
            KindArg::FlashSale => ItemKind::FlashSale,
            KindArg::Auction => ItemKind::Auction,
            KindArg::Giveaway => ItemKind::Giveaway,
            KindArg::Talk => ItemKind::Talk,
        };
        item.lots = if item.kind == ItemKind::Auction { item.lots.max(1) } else { 0 };
    }
    item.minutes = o.minutes.unwrap_or(item.minutes);
    if let Some(title) = &o.title {
        item.title.clone_from(title);
    }
    if let Some(text) = &o.price {
        item.price = or_none(text)?;
    }
    if let Some(text) = &o.compare_at {
        item.compare_at = or_none(text)?;
        item.compare_confirmed = false;
    }
    item.compare_confirmed |= o.confirm_compare_at;
    if let Some(text) = &o.start_price {
        item.start_price = or_none(text)?;
    }
    if let Some(code) = &o.promo {
        let off = o.promo_off.as_deref();
        let percent = off.and_then(|t| t.strip_suffix('%')).map(|n| {
            n.trim().parse::<i64>().map_err(|_| {
                StudioError::input("promo", format!("{n:?} per cent cannot be taken off"))
                    .remedy("write 10%")
            })
        });
        let amount = off.filter(|t| !t.ends_with('%')).map(amount).transpose()?;
        let percent = percent.transpose()?;
        item.promo = (code != "none").then(|| Promo {
            code: code.clone(),
            percent,
            amount,
            ..Promo::default()
        });
    }
    if !o.point.is_empty() {
        item.talking_points.clone_from(&o.point);
    }
    item.claim_code = o.code.clone().or(item.claim_code.take());
    item.scene = o.scene.clone().or(item.scene.take());
    Ok(())
}

fn add(store: &Store, a: &AddArgs, json: bool) -> Result<(), StudioError> {
    let show = ShowId(a.show);
    store.wait(store.catalog().show(show))?;
    let mut items = Vec::new();
    for text in &a.products {
        let product = pick::product(store, text)?;
        let mut item = NewItem::offer(product.id);
        // A SKU of one of several variants offers that one.
        if product.variants.len() > 1
            && let Some((_, variant)) = store.wait(store.catalog().by_sku(text))?
        {
            item.variant = Some(variant);
        }
        options(&a.item, &mut item, Some(&product))?;
        items.push(item);
    }
    if items.is_empty() {
        if a.item.kind != Some(KindArg::Talk) {
            return Err(StudioError::input("product", "no product was named")
                .remedy("name products by number or SKU, or add --kind talk --title …"));
        }
        let mut item = NewItem::talk("", 5);
        options(&a.item, &mut item, None)?;
        items.push(item);
    }
    change(store, "Add to show", async |edit| {
        for item in &items {
            edit.add_item(show, item).await?;
        }
        Ok(())
    })?;
    print_rundown(&store.wait(store.catalog().rundown(show))?, json);
    Ok(())
}

fn lots(store: &Store, a: &LotsArgs, json: bool) -> Result<(), StudioError> {
    let product = pick::product(store, &a.product)?;
    let mut lot = NewItem::auction(product.id, pick::amount(&a.start_price, &product)?);
    lot.title = a.title.clone().unwrap_or_default();
    lot.minutes = a.minutes;
    let made =
        change(store, "Add lots", async |edit| edit.add_lots(ShowId(a.show), &lot, a.count).await)?;
    if json {
        output::print_json(&serde_json::json!({ "lots": made.len() }));
    } else {
        output::print_line(&format!(
            "{} lots of {} added to show {}",
            made.len(),
            product.fields.title,
            a.show
        ));
    }
    Ok(())
}

fn print_rundown(r: &Rundown, json: bool) {
    if json {
        return output::print_json(r);
    }
    output::print_line(&format!(
        "show {}: {}, {} minutes planned",
        r.show.id,
        r.show.fields.title,
        r.minutes()
    ));
    for entry in &r.entries {
        output::print_line(&line(entry));
    }
}

fn line(e: &Entry) -> String {
    let f = &e.item.fields;
    let price = e.price().map_or_else(String::new, |p| format!("  {p}"));
    let promo = f.promo.as_ref().map_or_else(String::new, |p| format!("  code {}", p.code));
    let code = f.claim_code.as_deref().unwrap_or("");
    let kind =
        if f.kind == ItemKind::Offer { String::new() } else { format!("  [{}]", f.kind.name()) };
    format!(
        "  #{:<3} {:>2}:{:02}  {code:<5} {}{price}{promo}{kind}  {} min",
        e.item.position + 1,
        e.starts / 60,
        e.starts % 60,
        e.title(),
        f.minutes
    )
}

fn check(store: &Store, show: ShowId, json: bool) -> Result<ExitCode, StudioError> {
    let findings = store.wait(store.catalog().check_show(show))?;
    if json {
        output::print_json(&findings);
    } else if findings.is_empty() {
        output::print_line("nothing to look at: the show is ready");
    } else {
        for f in &findings {
            let word = match f.severity {
                Severity::Error => "WRONG",
                Severity::Warning => "look ",
                Severity::Note => "note ",
            };
            output::print_line(&format!("{word}  {}\n       {}", f.text, f.remedy));
        }
    }
    let wrong = findings.iter().any(|f| f.severity == Severity::Error);
    Ok(if wrong { ExitCode::from(2) } else { ExitCode::SUCCESS })
}

fn ending(file: &Path) -> String {
    file.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default()
}

fn export_show(store: &Store, a: &ShowExportArgs, json: bool) -> Result<(), StudioError> {
    let (catalog, show) = (store.catalog(), ShowId(a.show));
    match ending(&a.file).as_str() {
        "vitrine" => {
            let bar = output::steps(json);
            let tell = |done: usize, of: usize| {
                bar.set_length(of as u64);
                bar.set_position(done as u64);
            };
            let shared = store.wait(catalog.share_show(show, &a.file, tell));
            bar.finish_and_clear();
            let shared = shared?;
            if shared.missing > 0 && !json {
                eprintln!(
                    "note: {} pictures are not there any more and were left out",
                    shared.missing
                );
            }
        }
        "json" => export::save(&a.file, &store.wait(catalog.export_show(show))?.bytes()?)?,
        "csv" => export::save(&a.file, &store.wait(whatnot::write(catalog, show))?)?,
        "txt" => {
            let rundown = store.wait(catalog.rundown(show))?;
            let length = a.seconds.unwrap_or(rundown.minutes() * 60);
            let made = youtube::write(&rundown, &youtube::chapters(&rundown), length);
            export::save(&a.file, made.text.as_bytes())?;
            for note in made.notes.iter().filter(|_| !json) {
                eprintln!("note: {note}");
            }
        }
        _ => {
            let what = format!("{} does not say what to write", a.file.display());
            return Err(StudioError::input("file", what).remedy(
                "end it in .vitrine or .json (another machine), .txt (YouTube) or .csv (Whatnot)",
            ));
        }
    }
    said(&a.file, json);
    Ok(())
}

fn import_show(store: &Store, file: &Path, json: bool) -> Result<(), StudioError> {
    let catalog = store.catalog();
    let taken = if ending(file) == "json" {
        let failed = |e: std::io::Error| {
            StudioError::input("file", format!("{} cannot be read: {e}", file.display()))
                .remedy("check the path")
        };
        let length = std::fs::metadata(file).map_err(failed)?.len();
        if length > 64 << 20 {
            return Err(StudioError::input(
                "file",
                format!("{} is too large for a show", file.display()),
            ));
        }
        let show = ShowFile::read(&std::fs::read(file).map_err(failed)?)?;
        store.wait(catalog.import_show(&show, &[]))?
    } else {
        let bar = output::steps(json);
        let tell = |done: usize, of: usize| {
            bar.set_length(of as u64);
            bar.set_position(done as u64);
        };
        let taken = store.wait(catalog.receive_show(file, tell));
        bar.finish_and_clear();
        taken?
    };
    if json {
        output::print_json(&serde_json::json!({
            "show": taken.show, "replaced": taken.replaced, "added": taken.added,
            "updated": taken.updated, "pictures_missing": taken.pictures_missing
        }));
        return Ok(());
    }
    let how = if taken.replaced { "brought up to date" } else { "taken in" };
    output::print_line(&format!(
        "show {} {how}: {} products new, {} known, {} pictures missing",
        taken.show, taken.added, taken.updated, taken.pictures_missing
    ));
    print_rundown(&store.wait(catalog.rundown(taken.show))?, false);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments() {
        assert_eq!(moment("1970-01-01T00:00").ok(), Some(0));
        assert_eq!(moment("2026-12-06T19:00").ok(), Some(1_796_583_600_000));
        assert_eq!(moment("2024-02-29 12:30").ok(), Some(1_709_209_800_000));
        for bad in ["", "2026-12-06", "2026-13-01T00:00", "tomorrow", "2026-12-06T25:00"] {
            assert!(moment(bad).is_err(), "{bad}");
        }
    }
}
