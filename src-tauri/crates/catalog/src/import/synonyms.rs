//! What columns are called, in English, French, German, Italian, Polish, Portuguese, Russian, Spanish and
//! Ukrainian.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::import::mapping::Field;
use crate::search::folded;

/// A header as it is compared: folded, `_`, `-` and brackets gone, single spaces.
pub(crate) fn normal(header: &str) -> String {
    let folded = folded(header);
    let spaced: String = folded
        .chars()
        .map(|c| if matches!(c, '_' | '-' | '.' | '*' | ':' | '\u{feff}') { ' ' } else { c })
        .collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Names by field, in normal form, with bars between. The first field that knows a name has it.
const NAMES: [(Field, &str); 16] = [
    (
        Field::Title,
        "title|name|product|product name|product title|item|item name|article|titre|nom\
         |nom du produit|produit|designation|libelle|titel|bezeichnung|produktname\
         |artikelname|artikel|produkt|nombre|nombre del producto|producto|titulo|articulo\
         |nome|nome prodotto|nome do produto|prodotto|produto|titolo|articolo|nazwa\
         |nazwa produktu|tytul|towar|название|наименование|имя|товар|назва|найменування\
         |назва товару|название товара",
    ),
    (
        Field::Price,
        "price|unit price|selling price|sale price|show price|our price|prix|prix ttc\
         |prix de vente|tarif|preis|verkaufspreis|vk|precio|precio de venta|pvp|prezzo\
         |prezzo di vendita|preco|preco de venda|valor|cena|cena brutto|cena sprzedazy|цена\
         |цена продажи|стоимость|ціна|вартість",
    ),
    (
        Field::CompareAt,
        "compare at|compare at price|regular price|list price|rrp|msrp|old price|was\
         |original price|prix barre|ancien prix|prix conseille|prix public|uvp|streichpreis\
         |alter preis|precio anterior|precio original|precio normal|prezzo originale\
         |prezzo barrato|prezzo di listino|preco original|preco antigo|preco de tabela\
         |cena regularna|stara cena|cena katalogowa|старая цена|стара ціна|цена до скидки\
         |ціна до знижки",
    ),
    (
        Field::Cost,
        "cost|cost per item|unit cost|purchase price|cout|prix d'achat|prix achat\
         |einkaufspreis|ek|kosten|coste|costo|precio de compra|prezzo di acquisto|custo\
         |preco de custo|koszt|cena zakupu|себестоимость|закупочная цена|собівартість\
         |закупівельна ціна",
    ),
    (
        Field::Currency,
        "currency|currency code|devise|monnaie|waehrung|wahrung|moneda|divisa|valuta|moeda\
         |waluta|валюта",
    ),
    (
        Field::Sku,
        "sku|variant sku|item number|item no|article number|product code|code|ref|reference\
         |artikelnummer|art nr|artikelnr|bestellnummer|referencia|codigo|codice\
         |codice articolo|kod|kod produktu|indeks|symbol|артикул|код|код товара|код товару",
    ),
    (
        Field::Barcode,
        "barcode|bar code|ean|ean13|gtin|upc|isbn|code barres|code barre|codes barres\
         |strichcode|codigo de barras|codice a barre|kod kreskowy|штрихкод|штрих код",
    ),
    (
        Field::Stock,
        "stock|quantity|qty|inventory|in stock|available|pieces|quantite|bestand|menge\
         |lagerbestand|anzahl|existencias|cantidad|inventario|giacenza|quantita\
         |disponibilita|estoque|quantidade|stan|ilosc|stan magazynowy|количество|остаток\
         |кількість|залишок|наявність|кол во",
    ),
    (
        Field::Link,
        "link|url|product url|product link|page|lien|lien produit|produktlink|enlace\
         |collegamento|ligacao|odnosnik|adres|ссылка|посилання",
    ),
    (
        Field::Image,
        "image|images|image url|image link|image src|picture|pictures|photo|photos\
         |picture url|photo url|image 1|image 2|image 3|image 4|bild|bilder|bild url|foto\
         |fotos|imagen|imagenes|immagine|immagini|imagem|imagens|zdjecie|zdjecia|obraz\
         |изображение|изображения|фото|картинка|зображення",
    ),
    (
        Field::Brand,
        "brand|vendor|manufacturer|maker|marque|fabricant|marke|hersteller|marca|fabricante\
         |produttore|marka|producent|бренд|марка|производитель|виробник",
    ),
    (
        Field::Category,
        "category|product category|product type|type|department|categorie|kategorie|rubrik\
         |categoria|kategoria|категория|категорія|раздел|rayon",
    ),
    (
        Field::Tags,
        "tags|tag|keywords|mots cles|etiquettes|schlagworte|stichworte|etiquetas\
         |palabras clave|parole chiave|etichette|palavras chave|tagi|slowa kluczowe|теги\
         |ключевые слова|ключові слова|мітки",
    ),
    (
        Field::Description,
        "description|details|body|text|beschreibung|produktbeschreibung|descripcion\
         |descrizione|descricao|opis|описание|опис",
    ),
    (
        Field::Handle,
        "handle|url handle|slug|product id|group|parent|parent sku|item group id|groupe\
         |gruppe|grupo|gruppo|grupa|группа|група",
    ),
    (
        Field::Choice,
        "size|color|colour|material|scent|flavour|flavor|taille|couleur|matiere|groesse\
         |grosse|farbe|talla|tamano|color del producto|taglia|colore|tamanho|cor|rozmiar\
         |kolor|размер|цвет|розмір|колір|variant|variante",
    ),
];

/// What a column called so says, by its whole name, or its name without a unit or currency behind.
pub(crate) fn of_header(normal_header: &str) -> Option<Field> {
    static KNOWN: LazyLock<HashMap<String, Field>> = LazyLock::new(|| {
        let mut known = HashMap::new();
        for (field, names) in NAMES {
            for name in names.split('|') {
                known.entry(folded(name)).or_insert(field);
            }
        }
        known
    });
    let by = |name: &str| KNOWN.get(name).copied();
    by(normal_header)
        .or_else(|| {
            // `Price (EUR)`, `Preis in €`, `Cena [zł]`
            let cut = normal_header.find(['(', '[', '/']).map(|at| normal_header[..at].trim_end());
            cut.filter(|c| !c.is_empty()).and_then(by)
        })
        .or_else(|| {
            let mut words: Vec<&str> = normal_header.split(' ').collect();
            let last = words.pop()?;
            let unit = last.chars().count() <= 3 && !words.is_empty();
            let is_sign =
                crate::import::amount::currency_in(last, iso_currency::Currency::EUR).is_some();
            let words: Vec<&str> =
                words.into_iter().filter(|w| !matches!(*w, "in" | "en" | "w" | "в")).collect();
            (unit && is_sign).then(|| by(&words.join(" "))).flatten()
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_in_every_language() {
        for (header, field) in [
            ("Title", Field::Title),
            ("Nombre", Field::Title),
            ("Название", Field::Title),
            ("НАЗВА", Field::Title),
            ("Prix", Field::Price),
            ("Preço", Field::Price),
            ("Ціна", Field::Price),
            ("Цена", Field::Price),
            ("Price (EUR)", Field::Price),
            ("Preis in EUR", Field::Price),
            ("Cena zł", Field::Price),
            ("compare_at_price", Field::CompareAt),
            ("Größe", Field::Choice),
            ("Währung", Field::Currency),
            ("Штрих-код", Field::Barcode),
            ("Ilość", Field::Stock),
            ("Zdjęcie", Field::Image),
            ("Kategorie", Field::Category),
            ("Артикул", Field::Sku),
        ] {
            assert_eq!(of_header(&normal(header)), Some(field), "{header}: {}", normal(header));
        }
        assert_eq!(of_header(&normal("Weight")), None);
        assert_eq!(of_header(&normal("")), None);
    }
}
