//! The show on paper: a page of HTML that needs nothing else, A4, black on white.

use std::fmt::Write as _;

use super::wording::{Labels, clock, date, is_right_to_left, labels, price};
use crate::item::{ItemKind, Promo};
use crate::rundown::{Entry, Rundown};

const STYLE: &str = include_str!("run_sheet.css");

/// Writes the run sheet of a show. `offset` is the local time's distance from UTC in minutes, east positive.
/// Without a planned start times count from 0:00.
pub fn write(rundown: &Rundown, offset: i64) -> String {
    let fields = &rundown.show.fields;
    let words = labels(&fields.language);
    let direction = if is_right_to_left(&fields.language) { "rtl" } else { "ltr" };
    let (language, title) = (escaped(&fields.language), escaped(&fields.title));
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"{language}\" dir=\"{direction}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n"
    );
    head(&mut out, rundown, offset, &words);
    out.push_str("<table>\n<thead><tr><th class=\"tick\"></th>");
    for (class, word) in
        [("time", words.time), ("code", words.code), ("item", words.item), ("price", words.price)]
    {
        put(&mut out, format_args!("<th class=\"{class}\">{}</th>", escaped(word)));
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for entry in &rundown.entries {
        row(&mut out, rundown, entry, offset, &words);
    }
    out.push_str("</tbody>\n</table>\n");
    let end = at(rundown, rundown.minutes(), offset);
    put(
        &mut out,
        format_args!(
            "<p class=\"end\">{} <b>{end}</b></p>\n</body>\n</html>\n",
            escaped(words.ends)
        ),
    );
    out
}

fn head(out: &mut String, rundown: &Rundown, offset: i64, words: &Labels) {
    let fields = &rundown.show.fields;
    put(out, format_args!("<header>\n<h1 dir=\"auto\">{}</h1>\n<p>", escaped(&fields.title)));
    if let Some(start) = fields.planned_start {
        put(
            out,
            format_args!(
                "<b>{}</b> · {}–{} · ",
                date(start, offset),
                clock(start, offset),
                at(rundown, rundown.minutes(), offset)
            ),
        );
    }
    put(out, format_args!("{}", rundown.minutes()));
    if let Some(slot) = fields.slot_minutes {
        put(out, format_args!("/{slot}"));
    }
    put(
        out,
        format_args!(
            " {} · {}</p>\n</header>\n",
            escaped(words.minutes),
            escaped(&fields.canvases.join(" + "))
        ),
    );
}

fn row(out: &mut String, rundown: &Rundown, entry: &Entry, offset: i64, words: &Labels) {
    let f = &entry.item.fields;
    put(
        out,
        format_args!(
            "<tr class=\"{}\"><td class=\"tick\"><span></span></td><td class=\"time\"><b>{}</b><small>{} {}</small></td>",
            f.kind.name(),
            at(rundown, entry.starts, offset),
            f.minutes,
            escaped(words.minutes)
        ),
    );
    put(
        out,
        format_args!("<td class=\"code\">{}</td>", escaped(f.claim_code.as_deref().unwrap_or(""))),
    );
    put(out, format_args!("<td class=\"item\"><h2 dir=\"auto\">{}</h2>", escaped(entry.title())));
    let mut facts: Vec<String> = Vec::new();
    match f.kind {
        ItemKind::Offer => {}
        ItemKind::FlashSale => facts.push(words.kinds[0].to_owned()),
        ItemKind::Auction if f.lots > 1 => {
            facts.push(format!("{} · {} {}", words.kinds[1], f.lots, words.lots))
        }
        ItemKind::Auction => facts.push(words.kinds[1].to_owned()),
        ItemKind::Giveaway => facts.push(words.kinds[2].to_owned()),
        ItemKind::Talk => facts.push(words.kinds[3].to_owned()),
    }
    let choices: Vec<String> =
        entry.offered().map(|v| v.fields.label()).filter(|l| !l.is_empty()).collect();
    if !choices.is_empty() {
        facts.push(choices.join(", "));
    }
    facts.extend(f.scene.clone());
    if !facts.is_empty() {
        put(
            out,
            format_args!("<p class=\"facts\" dir=\"auto\">{}</p>", escaped(&facts.join(" · "))),
        );
    }
    if !f.talking_points.is_empty() {
        out.push_str("<ul>");
        for point in &f.talking_points {
            put(out, format_args!("<li dir=\"auto\">{}</li>", escaped(point)));
        }
        out.push_str("</ul>");
    }
    if let Some(p) = &f.promo {
        promo(out, rundown, entry, p, offset, words);
    }
    out.push_str("</td><td class=\"price\">");
    let language = &rundown.show.fields.language;
    if let Some(money) = entry.price() {
        let from = if entry.is_from() {
            format!("<small>{}</small> ", escaped(words.from))
        } else {
            String::new()
        };
        put(out, format_args!("{from}<b>{}</b>", escaped(&price(money, language))));
    }
    if let Some(money) = entry.compare_at() {
        put(out, format_args!("<s>{}</s>", escaped(&price(money, language))));
    }
    out.push_str("</td></tr>\n");
}

fn promo(
    out: &mut String,
    rundown: &Rundown,
    entry: &Entry,
    promo: &Promo,
    offset: i64,
    words: &Labels,
) {
    put(
        out,
        format_args!(
            "<p class=\"promo\" dir=\"auto\">{} <b>{}</b>",
            escaped(words.promo),
            escaped(&promo.code)
        ),
    );
    if let Some(percent) = promo.percent {
        put(out, format_args!(" −{percent} %"));
    }
    let currency = entry.product.as_ref().map(|p| p.fields.currency);
    if let (Some(minor), Some(currency)) = (promo.amount, currency) {
        let off = price(crate::money::Money { minor, currency }, &rundown.show.fields.language);
        put(out, format_args!(" −{}", escaped(&off)));
    }
    if !promo.text.is_empty() {
        put(out, format_args!(" · {}", escaped(&promo.text)));
    }
    if let Some(ends) = promo.ends {
        put(
            out,
            format_args!(
                " · {} {} {}",
                escaped(words.until),
                date(ends, offset),
                clock(ends, offset)
            ),
        );
    }
    out.push_str("</p>");
}

/// When something `minutes` into the show happens.
fn at(rundown: &Rundown, minutes: i64, offset: i64) -> String {
    match rundown.show.fields.planned_start {
        Some(start) => clock(start.saturating_add(minutes * 60_000), offset),
        None => format!("{}:{:02}", minutes / 60, minutes % 60),
    }
}

fn put(out: &mut String, args: std::fmt::Arguments<'_>) {
    out.write_fmt(args).expect("a String takes everything");
}

/// Text as it may stand in HTML, in and outside of quotes.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // No parser of HTML takes it.
            '\0' => {}
            c => out.push(c),
        }
    }
    out
}
