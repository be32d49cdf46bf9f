//! Polish.

use super::{Language, Words};

pub(super) const POLISH: Words = Words {
    language: Language::Polish,
    take: "biorę, ja biorę, biorę to, poproszę, ja poproszę, chcę, ja chcę, kupuję, ja kupuję, moje, mój, moja, wezmę, \
           rezerwuję, rezerwacja, zamawiam, zaklepuję, chciałabym, chciałbym, dodaj mi, zapisz mi, potrzebuję, \
           proszę o, proszę mi zapisać, odłóż mi, kupię",
    sold: "sprzedane, sprzedany, sprzedana",
    please: "proszę, dla mnie, ja, ja proszę, plis, ja też, mi proszę",
    may: "mogę prosić, mogę, czy mogę, czy mogę prosić, można, można prosić",
    ask: "ile, czy, jaki, jaka, jakie, jak, kiedy, gdzie, kto, co, cena, kosztuje, który, która, które, ktoś, \
          dostępny, dostępna, dostępne, po ile, dlaczego",
    ask_first: "jest, są, ma, macie",
    not: "nie, bez, nigdy, ani, żaden, żadna, oprócz, zamiast",
    cancel: "anuluj, anuluję, anulować, anulowanie, anulujcie, rezygnuję, rezygnacja, odwołuję, wycofuję, usuń, \
             rozmyśliłam się, rozmyśliłem się",
    doubt: "może, jeśli, jeżeli, gdyby, albo, lub, chyba, prawie, zastanawiam, ewentualnie, myślę",
    glue: "ten, ta, to, tę, te, tą, w, we, z, ze, na, i, oraz, do, od, dla, mi, mnie, cześć, hej, dzień dobry, dobry wieczór, \
           dziękuję, dzięki, tak, ok, też, jeszcze, witam, raz, o",
    chat: "piękny, piękna, piękne, śliczny, śliczna, śliczne, super, cudo, cudny, cudna, kocham, wow, w końcu, \
           prezent, córki, syna, siostry, mamy",
    other: "chcę wiedzieć, chcę zobaczyć, chcę zapytać, moje pytanie, moje zamówienie",
    marker: "numer, nr, num, kod, przedmiot, produkt, pozycja, artykuł, numerek",
    option: "rozmiar, rozmiarze, rozm, roz, kolor, kolorze",
    of: "z, od, tego, tych, numeru",
    piece: "sztuki, sztuk, sztukę, sztuka, szt",
    times: "razy, x",
    money: "zł, złotych, złote, zloty, pln, euro, groszy, procent",
    numbers: &[
        (1, "jeden, jedna, jedno, jedną"),
        (2, "dwa, dwie, dwóch, parę"),
        (3, "trzy, trzech"),
        (4, "cztery"),
        (5, "pięć"),
        (6, "sześć"),
        (7, "siedem"),
        (8, "osiem"),
        (9, "dziewięć"),
        (10, "dziesięć"),
        (12, "dwanaście"),
        (20, "dwadzieścia"),
    ],
};
