//! The files of the built-in themes, `assets/themes/*`.

/// One theme's files.
pub(crate) struct Files {
    name: &'static str,
    pub(crate) manifest: &'static str,
    /// By file name.
    pub(crate) templates: &'static [(&'static str, &'static str)],
    pub(crate) fonts: &'static [&'static [u8]],
}

macro_rules! file {
    ($folder:literal, $name:expr) => {
        ($name, include_str!(concat!("../../../../assets/themes/", $folder, "/", $name)))
    };
}

/// A theme with every element in a template of its own, and its own font files.
macro_rules! theme {
    ($folder:literal, [$($font:literal),*]) => {
        theme!($folder, [$($font),*], [
            "product-card", "price-banner", "countdown", "promo-code", "lower-third",
            "starting-soon", "break", "ending", "slate", "price-drop", "flash-sale", "lot-card",
            "sold-stamp", "giveaway", "question", "ticker", "goal", "bids", "qr", "logo",
            "product-stage", "split-stage"
        ])
    };
    ($folder:literal, [$($font:literal),*], [$($element:literal),*]) => {
        Files {
            name: $folder,
            manifest: include_str!(concat!("../../../../assets/themes/", $folder, "/theme.toml")),
            templates: &[$(
                file!($folder, concat!($element, "-landscape.svg")),
                file!($folder, concat!($element, "-portrait.svg")),
            )*],
            fonts: &[$(
                include_bytes!(concat!("../../../../assets/themes/", $folder, "/", $font)),
            )*],
        }
    };
}

const ALL: [Files; 4] = [
    theme!("classic", []),
    theme!("atelier", ["LinLibertine_RZ.otf", "LinLibertine_DR.otf", "AtelierCaps.otf"]),
    theme!("street", ["BebasNeue-Bold.otf"]),
    theme!("market", ["MarketDisplay-ExtraBold.otf", "Quicksand-Bold.ttf"]),
];

/// Names of the themes, the default first.
pub(crate) const NAMES: [&str; ALL.len()] = {
    let mut names = [""; ALL.len()];
    let mut i = 0;
    while i < names.len() {
        names[i] = ALL[i].name;
        i += 1;
    }
    names
};

/// The files of one theme.
pub(crate) fn files(name: &str) -> Option<&'static Files> {
    static FILES: [Files; ALL.len()] = ALL;
    FILES.iter().find(|files| files.name == name)
}
