//! Sample data for every element: a product in several languages, much, little and strange.

use std::sync::Arc;

use vitrine_media::Picture;

use crate::price::Price;
use crate::slots::{Element, Slots};

/// What a sheet can be filled with.
pub const VARIANTS: [&str; 19] = [
    "usual",
    "long",
    "two-lines",
    "large-price",
    "arabic",
    "hebrew",
    "cyrillic",
    "emoji",
    "cjk",
    "no-image",
    "no-image-badge",
    "no-badge-compare",
    "no-promo",
    "no-link",
    "stock-only",
    "bare",
    "image-only",
    "long-link",
    "stamp",
];

/// Texts around the product, in one language.
struct Words {
    host: &'static str,
    role: &'static str,
    show: &'static str,
    left: &'static str,
    promo: Option<&'static str>,
    ends_in: Option<&'static str>,
    new_price: &'static str,
    flash: &'static str,
    lot: &'static str,
    highest: &'static str,
    sudden: &'static str,
    sold: &'static str,
    sold_out: &'static str,
    giveaway: &'static str,
    prize: &'static str,
    take_part: &'static str,
    taking_part: &'static str,
    question: &'static str,
    asked: &'static str,
    from: &'static str,
    today: &'static str,
    news: &'static str,
    goal: &'static str,
    bids: &'static str,
    scan: Option<&'static str>,
}

const ENGLISH: Words = Words {
    host: "Inès Moreau",
    role: "Barista and roaster",
    show: "Sunday kitchen show",
    left: "Only 31 left",
    promo: None,
    ends_in: None,
    new_price: "New price",
    flash: "Flash sale",
    lot: "Lot 12 / 40",
    highest: "Highest bid",
    sudden: "Sudden death",
    sold: "SOLD",
    sold_out: "Sold out",
    giveaway: "Giveaway",
    prize: "A bag of our house blend",
    take_part: "Type WIN to take part",
    taking_part: "128 take part",
    question: "Question",
    asked: "Does the whisk fit cups that are narrower than eight centimetres?",
    from: "marta_k",
    today: "Today",
    news: "Free delivery from 40 € · Everything packed tonight leaves tomorrow",
    goal: "Next surprise at 50 orders",
    bids: "Bids by chat",
    scan: None,
};

const ARABIC: Words = Words {
    host: "ليلى حداد",
    role: "خبيرة القهوة",
    show: "عرض المطبخ يوم الأحد",
    left: "بقي 31 فقط",
    promo: Some("رمز الخصم"),
    ends_in: Some("ينتهي خلال"),
    new_price: "سعر جديد",
    flash: "تخفيضات سريعة",
    lot: "القطعة 12 / 40",
    highest: "أعلى مزايدة",
    sudden: "الموت المفاجئ",
    sold: "تم البيع",
    sold_out: "نفدت الكمية",
    giveaway: "هدية",
    prize: "كيس من خلطتنا الخاصة",
    take_part: "اكتب WIN للمشاركة",
    taking_part: "128 مشاركاً",
    question: "سؤال",
    asked: "هل يناسب المضرب الأكواب التي يقل عرضها عن ثمانية سنتيمترات؟",
    from: "ليان",
    today: "اليوم",
    news: "توصيل مجاني ابتداءً من 40 €",
    goal: "المفاجأة التالية عند 50 طلباً",
    bids: "المزايدات من المحادثة",
    scan: Some("امسح للشراء"),
};

const HEBREW: Words = Words {
    host: "נועה לוי",
    role: "בריסטה",
    show: "תוכנית המטבח",
    left: "נשארו 31",
    promo: Some("קוד קופון"),
    ends_in: Some("נגמר בעוד"),
    new_price: "מחיר חדש",
    flash: "מבצע בזק",
    lot: "פריט 12 / 40",
    highest: "ההצעה הגבוהה",
    sudden: "מוות פתאומי",
    sold: "נמכר",
    sold_out: "אזל",
    giveaway: "הגרלה",
    prize: "שקית מהתערובת שלנו",
    take_part: "כתבו WIN כדי להשתתף",
    taking_part: "128 משתתפים",
    question: "שאלה",
    asked: "האם המקצף מתאים לכוסות צרות משמונה סנטימטרים?",
    from: "דנה",
    today: "היום",
    news: "משלוח חינם מ־40 €",
    goal: "ההפתעה הבאה ב־50 הזמנות",
    bids: "הצעות מהצ'אט",
    scan: Some("סרקו לקנייה"),
};

const RUSSIAN: Words = Words {
    host: "Инна Морозова",
    role: "Бариста и обжарщица",
    show: "Воскресная кухня",
    left: "Осталось 31",
    promo: Some("Промокод"),
    ends_in: Some("До конца"),
    new_price: "Новая цена",
    flash: "Молниеносная распродажа",
    lot: "Лот 12 / 40",
    highest: "Высшая ставка",
    sudden: "Без продления",
    sold: "ПРОДАНО",
    sold_out: "Распродано",
    giveaway: "Розыгрыш",
    prize: "Пачка нашей домашней смеси",
    take_part: "Напишите WIN, чтобы участвовать",
    taking_part: "Участвуют 128",
    question: "Вопрос",
    asked: "Подойдёт ли венчик к чашкам уже восьми сантиметров?",
    from: "марта_к",
    today: "Сегодня",
    news: "Бесплатная доставка от 40 € · Всё собранное сегодня уйдёт завтра",
    goal: "Следующий сюрприз на 50 заказах",
    bids: "Ставки из чата",
    scan: Some("Купить по коду"),
};

/// A product and its surroundings.
pub struct Sample {
    slots: Slots,
    words: Words,
    stamped: bool,
}

impl Sample {
    /// One of [`VARIANTS`], with this product image; `None` for an unknown name.
    pub fn named(name: &str, image: Option<Arc<Picture>>) -> Option<Self> {
        let (title, price, locale, words) = match name {
            "long" => (
                "Aria milk frother with a spare whisk, travel pouch and two-year guarantee",
                "24.90",
                "de",
                ENGLISH,
            ),
            "two-lines" => ("Pour-over kettle 0.9 l with thermometer", "1234.50", "fr", ENGLISH),
            "large-price" => ("Espresso machine", "1234567.89", "fr", ENGLISH),
            "arabic" => ("خفاقة حليب كهربائية مع مضرب إضافي", "24.90", "ar", ARABIC),
            "hebrew" => ("מקציף חלב אריה עם מקצף נוסף", "24.90", "he", HEBREW),
            "cyrillic" => ("Вспениватель молока Aria с запасным венчиком", "24.90", "ru", RUSSIAN),
            "emoji" => ("Milk frother 🥛✨ limited 👩‍🍳", "24.90", "fr", ENGLISH),
            "cjk" => ("奶泡器 限量版 ミルクフォーマー", "24.90", "zh", ENGLISH),
            "bare" => ("Cup", "9", "fr", ENGLISH),
            _ if VARIANTS.contains(&name) => ("Aria milk frother", "24.90", "fr", ENGLISH),
            _ => return None,
        };
        let money = |text: &str| Price::parse(text, "EUR").map(|p| p.format(locale));
        let large = name == "large-price";
        let before = if large { "1999999" } else { "39.90" };
        let mut slots = Slots::new()
            .with_text("title", title)
            .with_text("price", money(price).ok()?)
            .with_text("compare-at", money(before).ok()?)
            .with_text("badge", "−38 %")
            .with_text("promo-code", "LIVE10")
            .with_text("stock", words.left)
            .with_text("digits", "02:41")
            .with_qr("qr", "https://shop.example/p/aria-milk-frother");
        if let Some(image) = image {
            slots = slots.with_image("image", image);
        }
        let gone: &[&str] = match name {
            "no-image" => &["image"],
            "no-image-badge" => &["image", "badge"],
            "no-badge-compare" => &["badge", "compare-at", "stock"],
            "no-promo" => &["promo-code"],
            "no-link" => &["qr"],
            "stock-only" => &["qr", "promo-code"],
            "bare" => &["qr", "promo-code", "stock", "image", "badge", "compare-at", "digits"],
            "image-only" => &["qr", "promo-code", "stock", "badge", "compare-at", "digits"],
            _ => &[],
        };
        for &slot in gone {
            slots.text.remove(slot);
            slots.images.remove(slot);
            slots.qr.remove(slot);
        }
        if name == "long-link" {
            slots = slots.with_qr(
                "qr",
                "https://shop.example/p/aria-milk-frother-2026-aria-milk-frother-2026",
            );
        }
        Some(Self { slots, words, stamped: name == "stamp" })
    }

    /// What goes into one element.
    pub fn slots(&self, element: Element) -> Slots {
        let w = &self.words;
        let text = |slots: Slots, pairs: &[(&str, &str)]| {
            pairs.iter().fold(slots, |slots, (name, value)| slots.with_text(name, *value))
        };
        let some = |slots: Slots, name: &str, value: Option<&str>| match value {
            Some(value) => slots.with_text(name, value),
            None => slots,
        };
        let bare = || Slots { direction: self.slots.direction, ..Slots::new() };
        let mut product = self.slots.clone();
        let digits = product.text.remove("digits");
        let digits = digits.as_deref();
        match element {
            Element::ProductCard => {
                let slots = some(product, "promo-label", w.promo);
                let slots = some(slots, "scan-label", w.scan);
                if !self.stamped {
                    return slots;
                }
                text(slots, &[("variants", "S · M · L · XL"), ("stamp", w.sold_out)])
            }
            Element::PriceBanner => some(product, "digits", digits),
            Element::Countdown => {
                some(some(bare(), "label", w.ends_in), "digits", digits.or(Some("02:41")))
            }
            Element::PromoCode => {
                let code = product.text.remove("promo-code");
                some(
                    some(bare(), "label", w.promo),
                    "promo-code",
                    code.as_deref().or(Some("LIVE10")),
                )
            }
            Element::LowerThird => text(bare(), &[("title", w.host), ("subtitle", w.role)]),
            Element::StartingSoon | Element::Break | Element::Ending | Element::Slate => {
                let clock = if element == Element::Slate { "20:41:07" } else { "04:30" };
                let slots = text(bare(), &[("brand", w.show), ("digits", clock)]);
                // The pages' own words are in the show's language as well.
                if w.promo.is_some() { slots.with_text("title", w.show) } else { slots }
            }
            Element::PriceDrop => {
                let slots = text(bare(), &[("label", w.new_price), ("badge", "−38 %")]);
                let old = product.text.get("compare-at").map(String::as_str);
                let slots = some(slots, "compare-at", old.or(Some("39,90 €")));
                some(slots, "price", product.text.get("price").map(String::as_str))
            }
            Element::FlashSale => {
                product.text.retain(|name, _| matches!(&**name, "title" | "price" | "compare-at"));
                product.images.clear();
                product.qr.clear();
                text(product, &[("label", w.flash), ("digits", "00:47"), ("stock", w.left)])
                    .with_value("value", 0.62)
            }
            Element::LotCard => {
                product.text.retain(|name, _| matches!(&**name, "title" | "price"));
                product.qr.clear();
                let slots = text(product, &[("lot", w.lot), ("label", w.highest)]);
                text(slots, &[("bidder", "@marta_k"), ("digits", "00:09"), ("stage", w.sudden)])
            }
            Element::SoldStamp => {
                let slots = text(bare(), &[("title", w.sold), ("bidder", "@marta_k")]);
                some(slots, "price", product.text.get("price").map(String::as_str))
            }
            Element::Giveaway => {
                let slots = text(bare(), &[("label", w.giveaway), ("title", w.prize)]);
                let slots = text(slots, &[("small", "Seed 3f9a 22c1"), ("stock", w.taking_part)]);
                if self.stamped {
                    return slots.with_text("bidder", "@marta_k");
                }
                text(slots, &[("subtitle", w.take_part), ("digits", "01:15")])
            }
            Element::Question => {
                text(bare(), &[("label", w.question), ("title", w.asked), ("subtitle", w.from)])
            }
            Element::Ticker => text(bare(), &[("label", w.today), ("title", w.news)]),
            Element::Goal => {
                text(bare(), &[("label", w.goal), ("title", "37 / 50")]).with_value("value", 0.74)
            }
            Element::Bids => {
                let mut slots = bare().with_text("title", w.bids);
                let rows = if self.stamped { 2 } else { 5 };
                let bids = [
                    ("marta_k", "31"),
                    ("jo.lind", "30"),
                    ("ana ✨", "28"),
                    ("p", "26"),
                    ("viewer_name_2026", "25"),
                ];
                for (i, (name, amount)) in bids.into_iter().take(rows).enumerate() {
                    let amount = format!("{amount},00\u{a0}€");
                    slots = slots
                        .with_text(&format!("name-{}", i + 1), name)
                        .with_text(&format!("amount-{}", i + 1), amount);
                }
                slots
            }
            Element::Qr => {
                let link = product.qr.remove("qr");
                let slots = bare().with_qr("qr", link.unwrap_or("https://shop.example/p/1".into()));
                some(slots, "label", w.scan).with_text("title", "shop.example/aria")
            }
            Element::Logo => bare().with_text("brand", "Moreau & Filles"),
            Element::ProductStage | Element::SplitStage => {
                product.text.clear();
                product.qr.clear();
                product
            }
        }
    }
}
