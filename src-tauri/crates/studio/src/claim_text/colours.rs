//! Colours and sizes in words, so that “bleu”, “niebieska” and “синий” mean the option `Blue`, and “średnia”
//! the option `M`. Matched either way: the option's own words are looked up in the same tables.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::tokens::{folded_words, latin};

/// What a word stands for, whatever the language.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Concept {
    /// A row of the colours.
    Colour(usize),
    /// A row of the sizes.
    Size(usize),
    /// A row of the shades.
    Shade(usize),
    /// Only itself.
    Word(String),
}

/// English, French, Spanish, Italian, Polish, Portuguese, Russian, Ukrainian, German; every form that a garment
/// or a thing may ask for.
const COLOURS: [&str; 15] = [
    "black, noir, noire, noirs, negro, negra, nero, nera, czarny, czarna, czarne, czarną, czarnego, preto, preta, чёрный, \
     чёрная, чёрное, чёрную, чёрного, чорний, чорна, чорне, чорну, schwarz, schwarze, schwarzen, schwarzes",
    "white, blanc, blanche, blanco, blanca, bianco, bianca, biały, biała, białe, białą, branco, branca, белый, белая, \
     белое, белую, білий, біла, біле, білу, weiß, weiss, weiße, weißen",
    "red, rouge, rojo, roja, rosso, rossa, czerwony, czerwona, czerwone, czerwoną, vermelho, vermelha, красный, \
     красная, красное, красную, червоний, червона, червоне, червону, rot, rote, roten, rotes",
    "blue, bleu, bleue, azul, blu, niebieski, niebieska, niebieskie, niebieską, синий, синяя, синее, синюю, голубой, \
     голубая, голубую, синій, синя, синє, синю, блакитний, блакитна, блакитну, blau, blaue, blauen, blaues",
    "green, vert, verte, verde, zielony, zielona, zielone, zieloną, зелёный, зелёная, зелёное, зелёную, зелений, зелена, \
     зелене, зелену, grün, grüne, grünen, grünes, gruen",
    "yellow, jaune, amarillo, amarilla, giallo, gialla, żółty, żółta, żółte, żółtą, amarelo, amarela, жёлтый, жёлтая, \
     жёлтое, жёлтую, жовтий, жовта, жовте, жовту, gelb, gelbe, gelben",
    "pink, rose, rosa, różowy, różowa, różowe, różową, розовый, розовая, розовое, розовую, рожевий, рожева, рожеве, \
     рожеву",
    "purple, violet, violette, morado, morada, violeta, viola, fioletowy, fioletowa, fioletowe, fioletową, roxo, roxa, \
     фиолетовый, фиолетовая, фиолетовую, фіолетовий, фіолетова, фіолетову, lila, violett",
    "orange, naranja, arancione, pomarańczowy, pomarańczowa, pomarańczową, laranja, оранжевый, оранжевая, оранжевую, \
     помаранчевий, помаранчева, помаранчеву",
    "brown, marron, brun, brune, marrón, marrone, brązowy, brązowa, brązową, castanho, castanha, marrom, коричневый, \
     коричневая, коричневую, коричневий, коричнева, коричневу, braun, braune, braunen",
    "grey, gray, gris, grise, grigio, grigia, szary, szara, szare, szarą, cinza, cinzento, cinzenta, серый, серая, \
     серое, серую, сірий, сіра, сіре, сіру, grau, graue, grauen",
    "beige, beżowy, beżowa, beżową, bege, бежевый, бежевая, бежевую, бежевий, бежева, бежеву, crema, cream, écru",
    "gold, golden, doré, dorée, dorado, dorada, oro, dorato, dorata, złoty, złota, złotą, dourado, dourada, золотой, \
     золотая, золотую, золотий, золота, золоту, goldene, goldenen",
    "silver, argent, argenté, argentée, plateado, plateada, plata, argento, argentato, srebrny, srebrna, srebrną, \
     prateado, prateada, prata, серебряный, серебряная, серебряную, срібний, срібна, срібну, silber, silberne",
    "turquoise, turquesa, turchese, turkusowy, turkusowa, turkusową, бирюзовый, бирюзовая, бирюзовую, бірюзовий, \
     бірюзова, бірюзову, türkis",
];

const SIZES: [&str; 9] = [
    "xxs, 2xs, ххс",
    "xs, extra small, x small, хс, иксэс",
    "s, small, petit, petite, pequeño, pequeña, piccolo, piccola, mały, mała, małą, małe, pequeno, pequena, маленький, \
     маленькая, маленькую, малий, мала, малу, klein, kleine, kleinen, с, эска, эску, эс, eska, eskę",
    "m, medium, moyen, moyenne, mediano, mediana, medio, media, średni, średnia, średnią, médio, média, средний, средняя, \
     среднюю, середній, середня, середню, mittel, м, эмка, эмку, эм, emka, emkę",
    "l, large, big, grande, duży, duża, dużą, duże, большой, большая, большую, великий, велика, велику, groß, gross, \
     große, großen, л, элька, эльку, эль, elka, elkę",
    "xl, extra large, x large, xlarge, хл, иксэль, iksel",
    "xxl, 2xl, xx large, double xl, ххл, 2хл",
    "xxxl, 3xl, хххл, 3хл",
    "xxxxl, 4xl, ххххл, 4хл",
];

const SHADES: [&str; 2] = [
    "dark, foncé, foncée, oscuro, oscura, scuro, scura, ciemny, ciemna, ciemne, ciemno, ciemną, escuro, escura, тёмный, \
     тёмная, тёмную, тёмно, темний, темна, темну, темно, dunkel, dunkle, dunkles",
    "light, clair, claire, claro, clara, chiaro, chiara, jasny, jasna, jasne, jasno, jasną, светлый, светлая, светлую, \
     светло, світлий, світла, світлу, світло, hell, helle, helles",
];

struct Table {
    words: HashMap<String, Concept>,
    longest: usize,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut words = HashMap::new();
    let mut longest = 1;
    let colours = COLOURS.iter().enumerate().map(|(n, row)| (row, Concept::Colour(n)));
    let sizes = SIZES.iter().enumerate().map(|(n, row)| (row, Concept::Size(n)));
    let shades = SHADES.iter().enumerate().map(|(n, row)| (row, Concept::Shade(n)));
    for (row, concept) in colours.chain(sizes).chain(shades) {
        for entry in row.split(',') {
            let entry = folded_words(entry);
            longest = longest.max(entry.len());
            words.entry(entry.join(" ")).or_insert_with(|| concept.clone());
        }
    }
    Table { words, longest }
});

/// The concept that begins a row of words, and how many words it takes.
pub(super) fn concept_at(words: &[&str]) -> Option<(Concept, usize)> {
    let first = words.first()?;
    for take in (2..=TABLE.longest.min(words.len())).rev() {
        if let Some(found) = TABLE.words.get(&words[..take].join(" ")) {
            return Some((found.clone(), take));
        }
    }
    let known = TABLE.words.get(*first).cloned();
    Some((known.unwrap_or_else(|| Concept::Word((*first).to_owned())), 1))
}

/// Whether a word is a size, also when letters of two scripts are mixed (`XЛ`).
pub(super) fn is_size(word: &str) -> bool {
    let known = |w: &str| matches!(TABLE.words.get(w), Some(Concept::Size(_)));
    known(word) || known(&latin(word))
}

/// The concepts of an option's value.
pub(super) fn concepts(words: &[&str]) -> Vec<Concept> {
    let mut found = Vec::new();
    let mut rest = words;
    while let Some((concept, taken)) = concept_at(rest) {
        found.push(concept);
        rest = &rest[taken..];
    }
    found
}

/// Whether a word is a colour or a size in some language.
pub(super) fn is_known(word: &str) -> bool {
    TABLE.words.contains_key(word)
}
