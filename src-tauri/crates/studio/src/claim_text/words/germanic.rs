//! English and German.

use super::{Language, Words};

pub(super) const ENGLISH: Words = Words {
    language: Language::English,
    take: "mine, all mine, is mine, i take, i'll take, will take, take, taking, want, i want, i'd like, would like, \
           i would like, like to buy, want to buy, want to take, i want to buy, i want to take, i want to order, i'd like to buy, \
           i would like to buy, buy, buying, i'll buy, need, i'll have, i'd love, claim, claiming, i claim, dibs, dibs on, \
           gimme, give me, get me, i'll get, add, order, ordering, reserve, hold, grab, grabbing, i'll grab, put me down, \
           put me down for, sign me up, count me in, purchase, i'll do, ill do",
    sold: "sold, sold sold, sold to me",
    please: "please, pls, plz, plss, pleaseee, for me, me, me please, me too, yes please, ty please",
    may: "can i get, can i have, can i buy, can i take, could i have, could i get, may i have, can you add, \
          can i claim, can i order, i can get, can you hold",
    ask: "how, how much, how many, what, whats, what's, which, when, where, why, who, whos, who's, is it, is that, \
          is there, are there, do you, does, did, can i, can you, can we, could i, could you, any left, price, \
          how do, still available, anyone, anybody",
    ask_first: "is, are, do, can, could, has, was, were, will, would, should, may, any, am, have",
    not: "not, no, dont, don't, doesnt, doesn't, didnt, didn't, isnt, isn't, cant, can't, cannot, wont, won't, \
          wouldnt, wouldn't, havent, haven't, never, neither, nor, nope, nah, except, instead of, without, \
          no longer, no more, not interested, pass on",
    cancel: "cancel, canceling, cancelling, cancelled, unclaim, changed my mind, change my mind, remove, take back",
    doubt: "maybe, perhaps, if, might, possibly, unless, or, probably, almost, wish, i wish, either, thinking, \
            think, wanted, considering, could, would",
    glue: "the, a, an, it, that, this, one, ones, to my, to the cart, to cart, to basket, in, for, my, and, with, hi, hello, hey, yes, yeah, yep, ok, \
           okay, too, also, just, now, thanks, thank you, thx, ty, cart, basket, item, another, more, both, then, \
           got it, good evening, thank you so much, thanks so much, so much, many thanks",
    chat: "i, i'll, i'm, i've, ill, im, so, oh, omg, wow, lol, haha, xd, yay, love, love it, great, nice, beautiful, \
           cute, gorgeous, lovely, pretty, perfect, finally, amazing, stunning, awesome, cool, daughter, son, sister, \
           brother, mom, mum, mother, husband, wife, friend, gift, present, them, these, those, sis, hun, babe",
    other: "sold out, want to know, wants to know, take care, take a look, take your time, love to know, hold on, \
            hold up, need to know, need help, in order to, order status, my order, claim code, add to, \
            wants, takes, took, taken, needs, claims, buys, bought, min, mins, minutes, minute, to, on, off, at",
    marker: "number, num, nr, item, lot, code, product, article, piece number, item number",
    option: "size, sz, colour, color, col, in size",
    of: "of, of the, of number, of item",
    piece: "pcs, pc, pieces, piece, units, unit, qty, quantity, items, pairs, pair",
    times: "times, x",
    money: "eur, euro, euros, dollar, dollars, usd, bucks, pounds, gbp, quid, cents, percent",
    numbers: &[
        (1, "one"),
        (2, "two, a couple, couple"),
        (3, "three"),
        (4, "four"),
        (5, "five"),
        (6, "six"),
        (7, "seven"),
        (8, "eight"),
        (9, "nine"),
        (10, "ten"),
        (11, "eleven"),
        (12, "twelve, a dozen, dozen"),
        (20, "twenty"),
    ],
};

pub(super) const GERMAN: Words = Words {
    language: Language::German,
    take: "nehme, ich nehme, nehm, ich nehm, will, ich will, möchte, ich möchte, hätte gern, hätte gerne, \
           ich hätte gern, ich hätte gerne, kaufe, ich kaufe, kauf, meins, mein, meine, bestelle, reserviere, \
           gib mir, gebt mir, brauche, will haben, gekauft, sichere mir",
    sold: "verkauft",
    please: "bitte, für mich, fuer mich, mir, mir bitte, ich, ich bitte, ich auch",
    may: "kann ich, könnte ich, darf ich, kann ich haben",
    ask: "wie, wieviel, wie viel, wie viele, was, welche, welcher, welches, welchen, wann, wo, wer, warum, gibt es, \
          gibts, kostet, preis, noch da, haben sie, habt ihr",
    ask_first: "ist, sind, kann, hat, gibt, habt, wird, passt",
    not: "nicht, kein, keine, keinen, keins, nein, nie, ohne, weder, nee, nö, außer",
    cancel: "storniere, stornieren, storno, storniert, abbestellen, zurücktreten, streichen, doch nicht",
    doubt: "vielleicht, wenn, falls, oder, evtl, eventuell, fast, überlege, wahrscheinlich, wäre",
    glue: "die, der, das, den, dem, in, von, vom, mit, und, für, zu, hallo, danke, dankeschön, ja, auch, gerne, \
           gern, noch, jetzt, einmal, guten abend",
    chat: "super, toll, schön, wunderschön, endlich, liebe, geil, klasse",
    other: "mein name, meine frage",
    marker: "nummer, nr, artikel, code, los, produkt, position",
    option: "größe, groesse, gr, farbe",
    of: "von, von der, von den, vom",
    piece: "stück, stueck, stk",
    times: "mal",
    money: "euro, eur, cent, prozent",
    numbers: &[
        (1, "ein, eine, einen, eins"),
        (2, "zwei, zwo"),
        (3, "drei"),
        (4, "vier"),
        (5, "fünf"),
        (6, "sechs"),
        (7, "sieben"),
        (8, "acht"),
        (9, "neun"),
        (10, "zehn"),
        (11, "elf"),
        (12, "zwölf"),
        (20, "zwanzig"),
    ],
};
