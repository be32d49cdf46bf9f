//! French, Spanish, Italian and Portuguese.

use super::{Language, Words};

pub(super) const FRENCH: Words = Words {
    language: Language::French,
    take: "prends, je prends, je prend, prend, jprends, jprend, je le prends, je la prends, j'en prends, on prend, veux, \
           je veux, je le veux, je la veux, voudrais, je voudrais, aimerais, j'aimerais, achète, j'achète, commande, \
           je commande, réserve, je réserve, à moi, preneuse, preneur, je suis preneuse, je suis preneur, adjugé, \
           donne moi, mets moi, mettez moi, ajoute, je garde, il me faut, je valide, je me laisse tenter",
    sold: "vendu, vendue",
    please: "svp, stp, s'il vous plaît, s'il te plaît, sil vous plait, sil te plait, moi, pour moi, pr moi, moi aussi, moi svp, \
             pour ma part",
    may: "je peux prendre, je peux avoir, puis je avoir, puis je prendre, puis je, est ce que je peux prendre, \
          peux tu me mettre, on peut avoir",
    ask: "combien, c'est combien, est ce, est ce que, quel, quelle, quels, quelles, quoi, comment, quand, pourquoi, \
          y a t il, avez vous, prix, reste t il, il reste, qui, quelqu'un, où est",
    ask_first: "est, peut, peux, avez, as, sont, a, reste, y",
    not: "pas, ne, non, jamais, sans, ni, aucun, sauf, rien",
    cancel: "annule, annuler, annulez, annulation, annulé, enlève, enlevez, retire, retirez, changé d'avis",
    doubt: "peut être, peut-être, si, sinon, ou, hésite, presque, éventuellement, pense, réfléchis, aurais",
    glue: "le, la, les, ce, cet, cette, en, de, du, des, dans, avec, et, pour, au, à, mon, ma, bonjour, bonsoir, \
           salut, coucou, merci, oui, ok, aussi, celui, celle, alors, encore, merci beaucoup, de plus",
    chat: "je, trop, beau, belle, magnifique, sublime, super, génial, adore, j'adore, mdr, ptdr, enfin, ma fille, \
           mon fils, ma soeur, ma mère, cadeau, trop beau, jolie, joli",
    other: "prends soin, prend soin, veux dire, commande arrivée, ma commande, ajoute moi en ami, en deux fois, en trois fois, en quatre fois, en plusieurs fois",
    marker: "numéro, num, article, lot, code, produit, réf, référence, la référence",
    option: "taille, couleur, en taille, coloris, pointure",
    of: "de, du, de la, d, exemplaires du, exemplaires de la",
    piece: "pièces, pièce, pcs, exemplaires, exemplaire, unités",
    times: "fois",
    money: "euro, euros, eur, balles, centimes, pour cent",
    numbers: &[
        (1, "un, une"),
        (2, "deux"),
        (3, "trois"),
        (4, "quatre"),
        (5, "cinq"),
        (6, "six"),
        (7, "sept"),
        (8, "huit"),
        (9, "neuf"),
        (10, "dix"),
        (11, "onze"),
        (12, "douze"),
        (20, "vingt"),
    ],
};

pub(super) const SPANISH: Words = Words {
    language: Language::Spanish,
    take: "quiero, lo quiero, la quiero, yo quiero, llevo, me llevo, me lo llevo, me la llevo, compro, lo compro, la compro, \
           mío, mía, es mío, es mía, me quedo, me quedo con, me lo quedo, me la quedo, dame, deme, ponme, póngame, \
           apúntame, apúntenme, me apunto, apártame, apárteme, resérvame, reservo, quisiera, necesito, pido, anótame, \
           me interesa, agrégame, para mí",
    sold: "vendido, vendida",
    please: "por favor, porfa, porfavor, porfis, xfa, xfavor, x favor, yo, yo porfa, a mí, yo también",
    may: "puedo, me das, me puedes, me puede, podría, me podrías, puedo llevarme, me apuntas",
    ask: "cuánto, cuánta, cuántos, cuántas, cuál, cuáles, cómo, cuándo, dónde, quién, hay, queda, quedan, tienes, \
          tienen, precio, cuesta, alguien, disponible",
    ask_first: "qué, es, está, son, tiene, sigue, se",
    not: "no, nunca, ni, sin, tampoco, ningún, ninguno, ninguna, excepto, menos",
    cancel: "cancela, cancelar, cancelo, cancelen, cancele, cancelado, anula, anular, anulo, anulen, quita, quítame, \
             ya no",
    doubt: "quizás, quizá, tal vez, a lo mejor, o, dudo, casi, creo, pienso, quería",
    glue: "el, la, los, las, lo, en, con, y, para, por, me, mi, a, al, de, del, hola, gracias, sí, si, vale, ok, \
           buenas, buenas tardes, buenas noches, también, muchas gracias, este, esta, ese, esa",
    chat: "qué bonito, bonito, bonita, precioso, preciosa, hermoso, hermosa, me encanta, encanta, jaja, jajaja, wow, \
           por fin, regalo, hija, hijo, hermana, mamá",
    other: "quiero saber, quiero ver, quiero preguntar, llevo rato, me interesa saber, necesito saber",
    marker: "número, nro, num, artículo, lote, código, producto, ref, referencia",
    option: "talla, color, en talla, tamaño",
    of: "de, del, de la, de los",
    piece: "piezas, pieza, unidades, unidad, uds, ud, pzas",
    times: "veces",
    money: "euro, euros, eur, pesos, dólares, céntimos, por ciento",
    numbers: &[
        (1, "un, uno, una"),
        (2, "dos, un par, par"),
        (3, "tres"),
        (4, "cuatro"),
        (5, "cinco"),
        (6, "seis"),
        (7, "siete"),
        (8, "ocho"),
        (9, "nueve"),
        (10, "diez"),
        (12, "doce"),
        (20, "veinte"),
    ],
};

pub(super) const ITALIAN: Words = Words {
    language: Language::Italian,
    take: "prendo, lo prendo, la prendo, io prendo, me lo prendo, mi prendo, ne prendo, voglio, lo voglio, la voglio, \
           vorrei, compro, lo compro, la compro, acquisto, mio, mia, è mio, è mia, prenoto, ordino, aggiudicato, dammi, \
           mettimi, segnami, riservami, mi serve, lo tengo, la tengo, ne voglio",
    sold: "venduto, venduta",
    please: "per favore, perfavore, x favore, per me, io, a me, anche io, anch'io, anche a me, per piacere",
    may: "posso avere, posso prendere, posso, mi dai, mi dà, mi metti, potrei avere",
    ask: "quanto, quanta, quanti, quante, quale, quali, come, quando, dove, chi, perché, ci sono, prezzo, costa, \
          viene, avete, qualcuno, disponibile",
    ask_first: "che, è, ha, hai, sono, cosa, si",
    not: "non, no, mai, senza, né, nessuno, nessuna, neanche, tranne",
    cancel: "annulla, annullo, annullare, annullate, annullato, disdico, disdire, cancella, cancellate, cancellare, \
             togli, togliete, ho cambiato idea",
    doubt: "forse, magari, se, o, oppure, quasi, boh, penso, credo, volevo",
    glue: "il, lo, la, i, gli, le, in, di, da, del, della, nel, con, e, ed, per, al, ciao, grazie, sì, ok, anche, \
           ecco, buonasera, buongiorno, grazie mille, questo, questa, quello, quella, mi, me",
    chat: "bello, bella, bellissimo, bellissima, stupendo, stupenda, meraviglioso, finalmente, adoro, wow, regalo, \
           figlia, figlio, sorella, mamma",
    other: "voglio sapere, vorrei sapere, vorrei chiedere, voglio vedere, il mio ordine, quello di, quella di",
    marker: "numero, num, nr, articolo, lotto, codice, prodotto, rif",
    option: "taglia, colore, misura, tg",
    of: "di, del, della, dei, delle",
    piece: "pezzi, pezzo, pz, unità",
    times: "volte",
    money: "euro, eur, centesimi, per cento",
    numbers: &[
        (1, "un, uno, una"),
        (2, "due, un paio, paio"),
        (3, "tre"),
        (4, "quattro"),
        (5, "cinque"),
        (6, "sei"),
        (7, "sette"),
        (8, "otto"),
        (9, "nove"),
        (10, "dieci"),
        (12, "dodici"),
        (20, "venti"),
    ],
};

pub(super) const PORTUGUESE: Words = Words {
    language: Language::Portuguese,
    take: "quero, eu quero, fico com, eu fico com, fico, levo, vou levar, vou querer, vou ficar com, compro, vou comprar, \
           meu, minha, é meu, é minha, reserva, reserve, reservo, separa, separe, queria, gostaria de, me vê, me separa, \
           preciso, anota, adiciona, encomendo",
    sold: "vendido, vendida",
    please: "por favor, pf, pfv, pfvr, pff, faz favor, se faz favor, para mim, pra mim, p mim, eu, eu também, \
             porfa",
    may: "posso, pode ser, pode separar, posso ficar com, posso levar, me dá",
    ask: "quanto, quanta, quantos, quantas, qual, quais, como, quando, onde, quem, preço, custa, tem, ainda tem, há, \
          alguém, sobrou, disponível",
    ask_first: "é, que, está, são, dá",
    not: "não, nunca, nem, sem, nenhum, nenhuma, exceto, menos",
    cancel: "cancela, cancelar, cancelo, cancele, cancelem, anula, anular, anulo, desisto, tira, desistir, já não quero",
    doubt: "talvez, se, ou, quase, acho, quem sabe, gostava",
    glue: "o, a, os, as, em, no, na, nos, nas, de, do, da, com, e, para, pra, por, me, oi, olá, obrigado, obrigada, \
           sim, ok, também, boa noite, boa tarde, este, esta, esse, essa, só",
    chat: "lindo, linda, maravilhoso, maravilhosa, amei, adoro, adorei, perfeito, perfeita, kkk, kkkk, nossa, \
           finalmente, filha, filho, irmã, presente",
    other: "quero saber, queria saber, quero ver, meu pedido, minha dúvida, minha pergunta, preciso saber",
    marker: "número, num, item, artigo, lote, código, produto, ref",
    option: "tamanho, tam, cor, no tamanho, na cor",
    of: "de, do, da, dos, das",
    piece: "peças, peça, unidades, unidade, un, pçs",
    times: "vezes",
    money: "euro, euros, eur, reais, real, cêntimos, centavos, por cento",
    numbers: &[
        (1, "um, uma"),
        (2, "dois, duas, um par, par"),
        (3, "três"),
        (4, "quatro"),
        (5, "cinco"),
        (6, "seis"),
        (7, "sete"),
        (8, "oito"),
        (9, "nove"),
        (10, "dez"),
        (12, "doze"),
        (20, "vinte"),
    ],
};
