//! Cropping, zooming and lip sync as they are written.

use vitrine_studio::{Crop, MediaTime, StudioError};

/// `--crop LEFT,TOP,RIGHT,BOTTOM` in per cent, or `--zoom FACTOR[@X,Y]`.
pub fn crop(crop: Option<&str>, zoom: Option<&str>) -> Result<Crop, StudioError> {
    let numbers = |text: &str| -> Option<Vec<f32>> {
        let parsed: Option<Vec<f32>> = text.split(',').map(|n| n.trim().parse().ok()).collect();
        parsed.filter(|list| list.iter().all(|n| n.is_finite()))
    };
    if let Some(text) = crop {
        let sides = numbers(text).and_then(|n| {
            let &[left, top, right, bottom] = n.as_slice() else { return None };
            let share = |v: f32| v / 100.0;
            let cut = Crop {
                left: share(left),
                top: share(top),
                right: share(right),
                bottom: share(bottom),
            };
            cut.is_sane().then_some(cut)
        });
        return sides.ok_or_else(|| {
            StudioError::input("crop", format!("{text:?} is no crop"))
                .remedy("give four numbers in per cent, left, top, right, bottom, such as --crop 10,0,10,20")
        });
    }
    let Some(text) = zoom else { return Ok(Crop::NONE) };
    let (factor, middle) = text.split_once('@').unwrap_or((text, "0.5,0.5"));
    let zoomed = factor.parse::<f32>().ok().filter(|f| (1.0..=10.0).contains(f)).and_then(|f| {
        let middle = numbers(middle)?;
        let &[x, y] = middle.as_slice() else { return None };
        let inside = (0.0..=1.0).contains(&x) && (0.0..=1.0).contains(&y);
        let seen = 1.0 / f;
        // The part that is seen never leaves the picture.
        let from = |centre: f32| (centre - seen / 2.0).clamp(0.0, 1.0 - seen);
        let (left, top) = (from(x), from(y));
        inside.then(|| Crop {
            left,
            top,
            right: (1.0 - seen - left).max(0.0),
            bottom: (1.0 - seen - top).max(0.0),
        })
    });
    zoomed.ok_or_else(|| {
        StudioError::input("zoom", format!("{text:?} is no zoom"))
            .remedy("give a factor from 1 to 10 and, if you like, a point: --zoom 1.5@0.5,0.4")
    })
}

/// `--lip-sync MS`.
pub fn lip_sync(ms: i64) -> Result<MediaTime, StudioError> {
    if ms.abs() > 1000 {
        return Err(StudioError::input("lip-sync", format!("{ms} ms is too much for lip sync"))
            .remedy("give −1000 to 1000; most cameras need 40 to 120"));
    }
    Ok(MediaTime::from_millis(ms))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zoom_shows_what_is_around_its_point() {
        let c = crop(None, Some("2")).expect("a zoom");
        assert_eq!((c.left, c.top, c.right, c.bottom), (0.25, 0.25, 0.25, 0.25));
        let c = crop(None, Some("2@1,0")).expect("a zoom");
        assert_eq!((c.left, c.top, c.right, c.bottom), (0.5, 0.0, 0.0, 0.5));
        assert_eq!(crop(None, Some("1")).ok(), Some(Crop::NONE));
        let c = crop(Some("10,0,20,5"), None).expect("a crop");
        assert!((c.right - 0.2).abs() < 1e-6 && (c.bottom - 0.05).abs() < 1e-6);
    }

    #[test]
    fn what_shows_nothing_is_refused() {
        for text in ["", "0.5", "11", "2@", "2@3,0", "2@0.5", "NaN", "inf", "2@NaN,0"] {
            assert!(crop(None, Some(text)).is_err(), "{text}");
        }
        for text in ["", "10", "60,0,60,0", "-5,0,0,0", "NaN,0,0,0", "a,b,c,d"] {
            assert!(crop(Some(text), None).is_err(), "{text}");
        }
        assert!(lip_sync(5000).is_err());
    }
}
