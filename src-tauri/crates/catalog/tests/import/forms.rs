//! Files of each form, and what is understood of them.

use iso_currency::Currency;
use vitrine_catalog::import::{Form, ReadSettings, Source, read};
use vitrine_catalog::money::DecimalMark;

use crate::{SHOPIFY, SHOPIFY_NEW, eur};

#[test]
fn shopify_first_generation() {
    let file = eur(SHOPIFY);
    assert_eq!(file.form, Form::Shopify);
    assert_eq!((file.products.len(), file.report.skips()), (3, 0), "{:?}", file.report);
    let shirt = &file.products[0];
    let f = &shirt.product.fields;
    assert_eq!((f.title.as_str(), f.handle.as_deref()), ("Linen Shirt", Some("linen-shirt")));
    assert_eq!(f.description, "Soft & light.\n\n• Washed");
    assert_eq!((f.brand.as_str(), f.category.as_str()), ("Lumen", "Shirts"));
    assert_eq!(f.tags, ["summer", "linen"]);
    assert_eq!(
        shirt.images,
        ["https://cdn.example/a.jpg", "https://cdn.example/b.jpg", "https://cdn.example/c.jpg"]
    );
    let v = &shirt.product.variants;
    assert_eq!(v.len(), 3);
    assert_eq!(
        v[0].options,
        [("Size".to_owned(), "S".to_owned()), ("Colour".to_owned(), "Sand".to_owned())]
    );
    assert_eq!(
        (v[0].price, v[0].compare_at, v[0].cost, v[0].stock),
        (Some(4990), Some(6990), Some(1850), Some(4))
    );
    // Oversold is none; not tracked is not counted.
    assert_eq!((v[1].stock, v[2].stock, v[2].price), (Some(0), None, Some(104_990)));
    assert_eq!(v[0].barcode.as_deref(), Some("4006381333931"));
    let mug = &file.products[1].product;
    assert_eq!(mug.fields.title, "Mug \"Nord\"");
    assert!(mug.variants[0].options.is_empty());

    let source = Source::bytes("shop.csv", SHOPIFY.into()).unwrap();
    let published = ReadSettings { published_only: true, ..ReadSettings::new(Currency::EUR) };
    let file = read(&source, &published).unwrap();
    assert_eq!((file.products.len(), file.report.skips(), file.report.warnings.len()), (2, 0, 1));
}

#[test]
fn shopify_second_generation() {
    let file = eur(SHOPIFY_NEW);
    assert_eq!(
        (file.form, file.products.len(), file.report.skips()),
        (Form::Shopify, 1, 0),
        "{:?}",
        file.report
    );
    let shirt = &file.products[0];
    assert_eq!(shirt.product.fields.handle.as_deref(), Some("linen-shirt"));
    let prices: Vec<_> = shirt.product.variants.iter().map(|v| v.price).collect();
    assert_eq!(prices, [Some(4490), Some(4990), Some(4990)]);
    assert_eq!(shirt.product.variants[1].options[0], ("Size".to_owned(), "M".to_owned()));
    assert_eq!(shirt.product.variants[0].compare_at, Some(6990));
    assert_eq!(
        shirt.images,
        ["https://cdn.example/a.jpg", "https://cdn.example/b.jpg", "https://cdn.example/v.jpg"]
    );
}

#[test]
fn a_bad_price_costs_its_row_and_is_named() {
    let bad = SHOPIFY.replacen("49.90,69.90,,https", "1.234.5,69.90,,https", 1);
    let file = eur(bad);
    assert_eq!(file.products[0].product.variants.len(), 2);
    let [skipped] = &file.report.skipped[..] else { panic!("{:?}", file.report.skipped) };
    // The description of the first row holds a line's end.
    assert_eq!(skipped.line, 4);
    assert!(skipped.text.contains("the price “1.234.5” is not an amount"), "{}", skipped.text);
}

const WOO: &str = r#"ID,Type,SKU,"GTIN, UPC, EAN, or ISBN",Name,Published,"Is featured?","Short description",Description,"Date sale price ends","In stock?",Stock,"Sale price","Regular price",Categories,Tags,Images,Parent,"Attribute 1 name","Attribute 1 value(s)","Attribute 1 visible","Attribute 1 global",Brands
12,variation,CANDLE-R,,Candle - Red,1,0,,,,1,5,,19.00,,,https://cdn.example/red.jpg,id:10,Colour,Red,,1,
10,variable,CANDLE,,Candle,1,0,Short,"<p>Burns 40&nbsp;hours.</p>\n<p>Hand made</p>",,1,,,,"Home > Candles, Gifts","wax, gift","https://cdn.example/1.jpg, https://cdn.example/2.jpg",,Colour,"Red, Blue",1,1,Lumen
11,variation,CANDLE-B,,Candle - Blue,1,0,,,,1,3,15.00,19.00,,,,CANDLE,Colour,Blue,,1,
20,simple,SOAP,4006381333931,Soap,1,0,A soap,,2020-01-01,0,,4.00,6.50,,,,,,,,,
21,"simple, downloadable, virtual",GUIDE,,Guide,-1,0,,,2999-01-01,1,,9.00,12.00,,,,,,,,,
30,grouped,SET,,Set,1,0,,,,1,,,,,,,,,,,,
31,variation,LOST,,Lost,1,0,,,,1,,,5.00,,,,id:99,Colour,Red,,1,
"#;

#[test]
fn woocommerce() {
    let file = eur(WOO);
    assert_eq!(file.form, Form::WooCommerce);
    assert_eq!(file.products.len(), 3, "{:?}", file.report);
    let candle = &file.products[0];
    assert_eq!(candle.product.fields.handle.as_deref(), Some("woo-10"));
    assert_eq!(candle.product.fields.category, "Candles");
    assert_eq!(candle.product.fields.description, "Burns 40 hours.\n\nHand made");
    assert_eq!(candle.product.fields.brand, "Lumen");
    let v = &candle.product.variants;
    assert_eq!(
        (v[0].sku.as_deref(), v[0].price, v[0].compare_at),
        (Some("CANDLE-R"), Some(1900), None)
    );
    assert_eq!(
        (v[1].sku.as_deref(), v[1].price, v[1].compare_at),
        (Some("CANDLE-B"), Some(1500), Some(1900))
    );
    assert_eq!(v[1].options, [("Colour".to_owned(), "Blue".to_owned())]);
    assert_eq!(candle.images.len(), 3);
    // Its sale is over, and it is sold out.
    let soap = &file.products[1].product.variants[0];
    assert_eq!((soap.price, soap.compare_at, soap.stock), (Some(650), None, Some(0)));
    let guide = &file.products[2].product.variants[0];
    assert_eq!((guide.price, guide.compare_at), (Some(900), Some(1200)));
    assert_eq!(file.report.skipped.len(), 1);
    assert!(file.report.skipped[0].text.contains("“id:99” is not in the file"));
    assert!(file.report.warnings.iter().any(|w| w.text.contains("grouped")));
}

#[test]
fn google_as_a_table() {
    let text = "id\ttitle\tdescription\tlink\timage_link\tadditional_image_link\tavailability\tprice\tsale_price\tbrand\tgtin\titem_group_id\tcolor\tsize\tproduct_type\n\
        S1\tSneaker\tGood <b>shoes</b>\thttps://shop.example/s?v=1\thttps://cdn.example/s1.jpg\thttps://cdn.example/s2.jpg,https://cdn.example/s3.jpg\tin stock\t89.00 EUR\t79.00 EUR\tLumen\t123\tSNEAKER\tRed\t42\tShoes > Sneakers\n\
        S2\tSneaker\t\thttps://shop.example/s?v=2\thttps://cdn.example/s1.jpg\t\tout of stock\t89.00 EUR\t\tLumen\t124\tSNEAKER\tRed\t43\tShoes > Sneakers\n\
        H1\tHat\t\thttps://shop.example/h\t\t\tin_stock\t20 USD\t\t\t\t\t\t\t\n";
    let file = eur(text);
    assert_eq!(
        (file.form, file.products.len(), file.report.skips()),
        (Form::Google, 2, 0),
        "{:?}",
        file.report
    );
    let shoe = &file.products[0];
    assert_eq!(shoe.product.fields.handle.as_deref(), Some("SNEAKER"));
    assert_eq!(shoe.product.fields.category, "Sneakers");
    assert_eq!(shoe.images.len(), 3);
    let v = &shoe.product.variants;
    assert_eq!(
        (v[0].price, v[0].compare_at, v[0].sku.as_deref()),
        (Some(7900), Some(8900), Some("S1"))
    );
    assert_eq!((v[1].price, v[1].stock), (Some(8900), Some(0)));
    assert_eq!(v[1].options.last(), Some(&("Size".to_owned(), "43".to_owned())));
    let hat = &file.products[1].product;
    assert_eq!((hat.fields.currency, hat.variants[0].price), (Currency::USD, Some(2000)));
    assert!(hat.variants[0].options.is_empty());
}

#[test]
fn google_as_xml() {
    let rss = r#"<?xml version="1.0" encoding="UTF-8"?>
<rss xmlns:g="http://base.google.com/ns/1.0" version="2.0"><channel><title>Shop</title><link>https://shop.example</link>
<item><g:id>S1</g:id><g:title>Sneaker &amp; lace &#8364;</g:title><g:description><![CDATA[<p>Good</p>]]></g:description>
<g:link>https://shop.example/s</g:link><g:image_link>https://cdn.example/s1.jpg</g:image_link>
<g:additional_image_link>https://cdn.example/s2.jpg</g:additional_image_link><g:additional_image_link>https://cdn.example/s3.jpg</g:additional_image_link>
<g:availability>in_stock</g:availability><g:price>12.90 EUR</g:price>
<g:shipping><g:country>DE</g:country><g:price>4.90 EUR</g:price></g:shipping><g:item_group_id>S</g:item_group_id><g:size>42</g:size></item>
<item><g:id>S2</g:id><g:title>Sneaker</g:title><g:price>13.90 EUR</g:price><g:availability/><g:item_group_id>S</g:item_group_id><g:size>43</g:size></item>
</channel></rss>"#;
    let file = eur(rss);
    assert_eq!(
        (file.form, file.products.len(), file.report.skips()),
        (Form::Google, 1, 0),
        "{:?}",
        file.report
    );
    let shoe = &file.products[0];
    assert_eq!(shoe.product.fields.title, "Sneaker & lace €");
    assert_eq!(shoe.product.fields.description, "Good");
    assert_eq!(shoe.product.variants[0].price, Some(1290));
    assert_eq!(shoe.product.variants[1].price, Some(1390));
    assert_eq!(shoe.images.len(), 3);

    let atom = r#"<feed xmlns="http://www.w3.org/2005/Atom" xmlns:g="http://base.google.com/ns/1.0"><title>x</title>
<entry><g:id>A</g:id><title>Lamp</title><link href="https://shop.example/a?b=1&amp;c=2"/><g:price>1.234,50 EUR</g:price><g:availability>in stock</g:availability></entry></feed>"#;
    let file = eur(atom);
    let lamp = &file.products[0].product;
    assert_eq!((lamp.fields.title.as_str(), lamp.variants[0].price), ("Lamp", Some(123_450)));
    assert_eq!(lamp.fields.link.as_deref(), Some("https://shop.example/a?b=1&c=2"));
    assert_eq!(file.decimal_mark, Some(DecimalMark::Comma));
}

#[test]
fn whatnot() {
    let text = "Category,Sub Category,Title,Description,Quantity,Type,Price,Shipping Profile,Offerable,Hazmat,Condition,Cost Per Item,SKU,Image URL 1,Image URL 2,Image URL 3\n\
        Toys & Hobbies,Action Figures,Knight,A knight,3,Buy it Now,25,0-1 oz,TRUE,Not Hazmat,New,10,,https://cdn.example/1.jpg,,https://cdn.example/3.jpg\n\
        Toys & Hobbies,Action Figures,Knight,A second one,1,Auction,1,0-1 oz,FALSE,Not Hazmat,Used,,,,,\n\
        Toys & Hobbies,,Dragon,,2,Buy it Now,$1,500.00,0-1 oz,TRUE,,,,,,\n";
    let text = text.replace("$1,500.00", "\"$1,500.00\"");
    let file = eur(text);
    assert_eq!(
        (file.form, file.products.len(), file.report.skips()),
        (Form::Whatnot, 3, 0),
        "{:?}",
        file.report
    );
    let knight = &file.products[0];
    assert_eq!(knight.images, ["https://cdn.example/1.jpg", "https://cdn.example/3.jpg"]);
    assert_eq!(knight.product.fields.category, "Action Figures");
    assert_eq!(
        (knight.product.variants[0].price, knight.product.variants[0].stock),
        (Some(2500), Some(3))
    );
    // Without SKU and handle the title names it, so that the next import finds it.
    let handles: Vec<_> =
        file.products.iter().map(|p| p.product.fields.handle.as_deref().unwrap()).collect();
    assert_eq!(handles, ["knight", "knight-2", "dragon"]);
    let dragon = &file.products[2].product;
    assert_eq!((dragon.fields.currency, dragon.variants[0].price), (Currency::USD, Some(150_000)));
}

#[test]
fn json() {
    let text = r#"{"made_by": "x", "products": [
        {"title": "Lamp", "currency": "EUR", "handle": "lamp", "variants": [{"sku": "L1", "price": 2490, "options": [["Size","M"]]}], "images": ["lamp.jpg"]},
        {"title": "Broken", "currency": "EUR", "variants": [{"price": 24.9}]},
        {"title": "Odd", "currency": "NOPE"},
        17,
        {"title": "Plain", "currency": "EUR", "notes": "mine"}]}"#;
    let file = eur(text);
    assert_eq!(
        (file.form, file.products.len(), file.report.rows),
        (Form::Json, 2, 5),
        "{:?}",
        file.report
    );
    assert_eq!(file.products[0].images, ["lamp.jpg"]);
    assert_eq!(file.products[0].product.variants[0].price, Some(2490));
    assert_eq!(file.report.skipped.iter().map(|s| s.line).collect::<Vec<_>>(), [2, 3, 4]);
    assert!(file.report.skipped[0].text.contains("whole minor units"));
}
