//! The sample show, carried inside the program so that `demo` runs anywhere.

use std::sync::Arc;

use vitrine_graphics::decode_image;

use crate::error::{ErrorKind, StudioError};
use crate::product::{Product, ProductFile};

macro_rules! sample {
    ($json:literal, $image:literal) => {
        (
            $json,
            include_str!(concat!("../../../../assets/sample/", $json)),
            $image,
            include_bytes!(concat!("../../../../assets/sample/", $image)).as_slice(),
        )
    };
}

/// Product file, its text, its image's name, its bytes.
const SAMPLES: [(&str, &str, &str, &[u8]); 3] = [
    sample!("milk-frother.json", "milk-frother.png"),
    sample!("pour-over-kettle.json", "pour-over-kettle.png"),
    sample!("silicone-lids.json", "silicone-lids.png"),
];

/// The products of the sample show, in their order.
///
/// # Errors
/// Never, unless the program was built from broken assets; a test reads them.
pub fn products() -> Result<Vec<Arc<Product>>, StudioError> {
    let broken = |name: &str, e: &dyn std::fmt::Display| {
        StudioError::new(ErrorKind::Internal, "sample", format!("{name} in this program: {e}"))
    };
    let read = |(name, text, image, bytes): &(&str, &str, &str, &[u8])| {
        let mut file: ProductFile = serde_json::from_str(text).map_err(|e| broken(name, &e))?;
        file.image = None;
        let mut product = Product::check(file, std::path::Path::new("."))?;
        let picture = decode_image(bytes, image).map_err(|e| broken(image, &e))?;
        product.image = Some(Arc::new(picture));
        Ok(Arc::new(product))
    };
    SAMPLES.iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_sample_show_is_whole() {
        let products = super::products().expect("readable");
        assert_eq!(products.len(), 3);
        assert!(products.iter().all(|p| p.image.is_some() && p.link.is_some()));
        assert!(products.iter().any(|p| p.promo_code.is_some()));
        assert!(products.iter().any(|p| p.compare_at.is_some()));
    }
}
