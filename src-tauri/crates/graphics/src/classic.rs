//! The files of the built-in theme, `assets/themes/classic`.

macro_rules! file {
    ($name:literal) => {
        ($name, include_str!(concat!("../../../../assets/themes/classic/", $name)))
    };
}

pub(crate) const MANIFEST: &str = include_str!("../../../../assets/themes/classic/theme.toml");

pub(crate) const TEMPLATES: [(&str, &str); 18] = [
    file!("product-card-landscape.svg"),
    file!("product-card-portrait.svg"),
    file!("price-banner-landscape.svg"),
    file!("price-banner-portrait.svg"),
    file!("countdown-landscape.svg"),
    file!("countdown-portrait.svg"),
    file!("promo-code-landscape.svg"),
    file!("promo-code-portrait.svg"),
    file!("lower-third-landscape.svg"),
    file!("lower-third-portrait.svg"),
    file!("starting-soon-landscape.svg"),
    file!("starting-soon-portrait.svg"),
    file!("break-landscape.svg"),
    file!("break-portrait.svg"),
    file!("ending-landscape.svg"),
    file!("ending-portrait.svg"),
    file!("slate-landscape.svg"),
    file!("slate-portrait.svg"),
];
