//! A list of products as Vitrine writes them: fields of the product, `variants`, and `images`. Amounts are
//! whole minor units.

use std::fmt;
use std::io::BufReader;

use encoding_rs::Encoding;
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use crate::error::CatalogError;
use crate::import::mapping::Field;
use crate::import::report::Report;
use crate::import::source::Source;
use crate::import::table::MAX_ROWS;
use crate::import::{Given, ImportedProduct};
use crate::product::NewProduct;

/// Names in the file, of the product and of its variants.
const PRODUCT: [(&str, Field); 8] = [
    ("handle", Field::Handle),
    ("title", Field::Title),
    ("description", Field::Description),
    ("brand", Field::Brand),
    ("category", Field::Category),
    ("link", Field::Link),
    ("currency", Field::Currency),
    ("tags", Field::Tags),
];
const VARIANT: [(&str, Field); 7] = [
    ("options", Field::Choice),
    ("sku", Field::Sku),
    ("barcode", Field::Barcode),
    ("price", Field::Price),
    ("compare_at", Field::CompareAt),
    ("cost", Field::Cost),
    ("stock", Field::Stock),
];

/// Reads a list, or an object with a list called `products`.
///
/// # Errors
/// [`CatalogError::Invalid`] if it is no JSON, or not of this form.
pub(crate) fn read(
    source: &Source,
    encoding: &'static Encoding,
    report: &mut Report,
) -> Result<Vec<ImportedProduct>, CatalogError> {
    let mut products = Vec::new();
    let text = BufReader::new(source.text(encoding)?);
    let mut deserializer = serde_json::Deserializer::from_reader(text);
    let list = List { products: &mut products, report };
    let read = list.deserialize(&mut deserializer).and_then(|()| deserializer.end());
    read.map_err(|e| {
        source.bad(&format!("is no list of products in JSON ({e}); export it again"))
    })?;
    Ok(products)
}

struct List<'a> {
    products: &'a mut Vec<ImportedProduct>,
    report: &'a mut Report,
}

impl<'de> DeserializeSeed<'de> for List<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for List<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a list of products")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(value) = list.next_element::<Value>()? {
            self.report.rows += 1;
            let place = self.report.rows;
            if self.products.len() >= MAX_ROWS {
                return Err(A::Error::custom("there are more than 1,000,000 products"));
            }
            match product(value, place) {
                Ok(product) => self.products.push(product),
                Err(text) => self.report.skip(place, text),
            }
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { products, report } = self;
        let mut found = false;
        while let Some(key) = map.next_key::<String>()? {
            if key == "products" && !found {
                found = true;
                map.next_value_seed(List { products: &mut *products, report: &mut *report })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        if found { Ok(()) } else { Err(A::Error::custom("there is no list called “products”")) }
    }
}

fn product(mut value: Value, place: u64) -> Result<ImportedProduct, String> {
    let Some(object) = value.as_object_mut() else {
        return Err("this is no product; write an object with a title and a currency".to_owned());
    };
    if serde_json::to_string(&*object).is_ok_and(|t| t.contains("\\u0000")) {
        return Err("the product contains zero bytes; export the file again".to_owned());
    }
    let mut given = Given::default();
    for (name, field) in PRODUCT {
        given = given.with_if(field, object.contains_key(name));
    }
    let variants = object.get("variants").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    for (name, field) in VARIANT {
        given = given.with_if(field, variants.iter().any(|v| v.get(name).is_some()));
    }
    let images = object.remove("images").unwrap_or(Value::Null);
    let images: Option<Vec<String>> = Option::deserialize(images)
        .map_err(|_| "its images are no list of paths or addresses".to_owned())?;
    let product = NewProduct::deserialize(value).map_err(|e| {
        format!("the product is not as it should be ({e}); amounts are whole minor units, 2490 for 24.90")
    })?;
    let lines = vec![place; product.variants.len().max(1)];
    let given = given.with_if(Field::Image, images.is_some());
    Ok(ImportedProduct { line: place, product, lines, images: images.unwrap_or_default(), given })
}
