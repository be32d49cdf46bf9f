//! The few fixed words on screen, in the languages hosts speak.

/// Words of one language.
#[derive(Clone, Copy, Debug)]
pub struct Labels {
    /// Before a countdown's digits.
    pub ends_in: &'static str,
    /// Before the digits of a waiting page.
    pub starts_in: &'static str,
    /// Before the slate's clock.
    pub on_air: &'static str,
    /// Beside a QR code.
    pub scan: &'static str,
    /// Above a promo code.
    pub promo_code: &'static str,
    /// Page before the show.
    pub starting_soon: &'static str,
    /// Page during a pause, and what it promises.
    pub pause: [&'static str; 2],
    /// Page after the show.
    pub ending: [&'static str; 2],
    /// The slate.
    pub slate: [&'static str; 2],
    /// Pieces left: before and after the number.
    pub left: [&'static str; 2],
    /// No pieces left.
    pub sold_out: &'static str,
}

const EN: Labels = Labels {
    ends_in: "Ends in",
    starts_in: "Starts in",
    on_air: "Live",
    scan: "Scan to buy",
    promo_code: "Your code",
    starting_soon: "Starting soon",
    pause: ["Short break", "We will be right back"],
    ending: ["Thank you for watching", "See you at the next show"],
    slate: ["One moment, please", "We are live and back in a second"],
    left: ["Only ", " left"],
    sold_out: "Sold out",
};

const DE: Labels = Labels {
    ends_in: "Endet in",
    starts_in: "Beginn in",
    on_air: "Live",
    scan: "Scannen und kaufen",
    promo_code: "Dein Code",
    starting_soon: "Gleich geht es los",
    pause: ["Kurze Pause", "Wir sind gleich zurück"],
    ending: ["Danke fürs Zuschauen", "Bis zur nächsten Show"],
    slate: ["Einen Moment bitte", "Wir sind live und gleich wieder da"],
    left: ["Nur noch ", ""],
    sold_out: "Ausverkauft",
};

const FR: Labels = Labels {
    ends_in: "Fin dans",
    starts_in: "Début dans",
    on_air: "En direct",
    scan: "Scannez pour acheter",
    promo_code: "Votre code",
    starting_soon: "Le direct va commencer",
    pause: ["Petite pause", "Nous revenons tout de suite"],
    ending: ["Merci d’avoir regardé", "À très bientôt"],
    slate: ["Un instant, s’il vous plaît", "Nous sommes en direct et revenons vite"],
    left: ["Plus que ", ""],
    sold_out: "Épuisé",
};

const ES: Labels = Labels {
    ends_in: "Termina en",
    starts_in: "Empieza en",
    on_air: "En directo",
    scan: "Escanea y compra",
    promo_code: "Tu código",
    starting_soon: "Empezamos enseguida",
    pause: ["Una breve pausa", "Volvemos enseguida"],
    ending: ["Gracias por vernos", "Hasta el próximo directo"],
    slate: ["Un momento, por favor", "Seguimos en directo, volvemos enseguida"],
    left: ["Solo quedan ", ""],
    sold_out: "Agotado",
};

const IT: Labels = Labels {
    ends_in: "Termina tra",
    starts_in: "Inizia tra",
    on_air: "In diretta",
    scan: "Scansiona e compra",
    promo_code: "Il tuo codice",
    starting_soon: "Iniziamo tra poco",
    pause: ["Breve pausa", "Torniamo subito"],
    ending: ["Grazie per averci seguito", "Alla prossima diretta"],
    slate: ["Un momento, per favore", "Siamo in diretta e torniamo subito"],
    left: ["Ne restano solo ", ""],
    sold_out: "Esaurito",
};

const PL: Labels = Labels {
    ends_in: "Koniec za",
    starts_in: "Początek za",
    on_air: "Na żywo",
    scan: "Zeskanuj i kup",
    promo_code: "Twój kod",
    starting_soon: "Zaraz zaczynamy",
    pause: ["Krótka przerwa", "Zaraz wracamy"],
    ending: ["Dziękujemy za oglądanie", "Do zobaczenia wkrótce"],
    slate: ["Chwileczkę", "Jesteśmy na żywo, zaraz wracamy"],
    left: ["Zostało tylko ", ""],
    sold_out: "Wyprzedane",
};

const PT: Labels = Labels {
    ends_in: "Termina em",
    starts_in: "Começa em",
    on_air: "Em direto",
    scan: "Digitalize e compre",
    promo_code: "O seu código",
    starting_soon: "Começamos já",
    pause: ["Pequena pausa", "Voltamos já"],
    ending: ["Obrigado por assistir", "Até ao próximo direto"],
    slate: ["Um momento, por favor", "Estamos em direto e voltamos já"],
    left: ["Só restam ", ""],
    sold_out: "Esgotado",
};

const RU: Labels = Labels {
    ends_in: "До конца",
    starts_in: "Начало через",
    on_air: "В эфире",
    scan: "Сканируйте и купите",
    promo_code: "Ваш промокод",
    starting_soon: "Скоро начнём",
    pause: ["Небольшой перерыв", "Скоро вернёмся"],
    ending: ["Спасибо, что были с нами", "До встречи в эфире"],
    slate: ["Одну минуту", "Мы в эфире и скоро вернёмся"],
    left: ["Осталось: ", ""],
    sold_out: "Распродано",
};

const UK: Labels = Labels {
    ends_in: "До кінця",
    starts_in: "Початок за",
    on_air: "В ефірі",
    scan: "Скануйте й купуйте",
    promo_code: "Ваш промокод",
    starting_soon: "Скоро почнемо",
    pause: ["Невелика перерва", "Скоро повернемося"],
    ending: ["Дякуємо, що були з нами", "До зустрічі в ефірі"],
    slate: ["Одну хвилину", "Ми в ефірі й скоро повернемося"],
    left: ["Залишилося: ", ""],
    sold_out: "Розпродано",
};

impl Labels {
    /// Words of a language tag such as `fr` or `pt-BR`; English for others.
    pub fn of(language: &str) -> Self {
        match language.split(['-', '_']).next().unwrap_or_default() {
            "de" => DE,
            "fr" => FR,
            "es" => ES,
            "it" => IT,
            "pl" => PL,
            "pt" => PT,
            "ru" => RU,
            "uk" => UK,
            _ => EN,
        }
    }
}
