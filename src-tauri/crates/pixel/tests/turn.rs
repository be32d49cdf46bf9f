//! Turning and mirroring: every sample in its place, and back again.

use proptest::prelude::*;
use vitrine_media::{Frame, Plane, Size};
use vitrine_pixel::{Turn, scalar, simd, turn_frame};

const PLANES: [Plane; 3] = [Plane::Y, Plane::U, Plane::V];

fn turn(degrees: u32, mirror: bool) -> Turn {
    Turn::new(degrees, mirror).expect("a turn")
}

fn turned(src: &Frame, turn: Turn) -> Frame {
    let mut out = Frame::black(turn.size(src.size()));
    turn_frame(src, turn, &mut out);
    out
}

/// A frame of noise.
fn frame(size: Size, seed: u32) -> Frame {
    let mut out = Frame::black(size);
    let planes = out.planes_mut();
    let mut noise = seed | 1;
    for sample in planes.y.iter_mut().chain(planes.u).chain(planes.v) {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        *sample = (noise >> 24) as u8;
    }
    out
}

fn same(a: &Frame, b: &Frame) -> bool {
    let rows = |f: &Frame, p| f.plane_size(p).height as usize;
    a.size() == b.size()
        && PLANES.iter().all(|p| (0..rows(a, *p)).all(|y| a.row(*p, y) == b.row(*p, y)))
}

/// Sizes on both sides of the kernels' blocks.
fn size() -> impl Strategy<Value = Size> {
    (8u32..80, 8u32..80).prop_map(|(w, h)| Size::new(2 * w, 2 * h))
}

proptest! {
    #[test]
    fn every_sample_is_in_its_place(
        (size, seed) in (size(), any::<u32>()), quarters in 0u32..4, mirror in any::<bool>(),
    ) {
        let src = frame(size, seed);
        let out = turned(&src, turn(quarters * 90, mirror));
        for plane in PLANES {
            let Size { width, height } = out.plane_size(plane);
            let (w, h) = (width as usize, height as usize);
            for y in 0..h {
                for x in 0..w {
                    let seen = if mirror { w - 1 - x } else { x };
                    // Clockwise: the left column comes to the top, the bottom row to the left.
                    let (column, row) = match quarters {
                        0 => (seen, y),
                        1 => (y, w - 1 - seen),
                        2 => (w - 1 - seen, h - 1 - y),
                        _ => (h - 1 - y, seen),
                    };
                    prop_assert_eq!(out.row(plane, y)[x], src.row(plane, row)[column]);
                }
            }
        }
    }

    #[test]
    fn back_again(size in size(), seed in any::<u32>()) {
        let src = frame(size, seed);
        let quarter = |f: &Frame| turned(f, turn(90, false));
        let once = quarter(&src);
        let twice = quarter(&once);
        let thrice = quarter(&twice);
        prop_assert!(same(&quarter(&thrice), &src), "four quarter turns");
        prop_assert!(same(&twice, &turned(&src, turn(180, false))));
        prop_assert!(same(&thrice, &turned(&src, turn(270, false))));
        prop_assert!(same(&turned(&src, Turn::NONE), &src));
        let mirror = turn(0, true);
        prop_assert!(same(&turned(&turned(&src, mirror), mirror), &src), "mirrored twice");
        for degrees in [0, 90, 180, 270] {
            let both = turned(&turned(&src, turn(degrees, false)), mirror);
            prop_assert!(same(&turned(&src, turn(degrees, true)), &both), "mirrored after the turn");
        }
    }

    #[test]
    fn kernels(
        (width, height) in (1usize..70, 1usize..70),
        data in prop::collection::vec(any::<u8>(), 80 * 80),
        from_end in any::<[bool; 2]>(),
    ) {
        let (mut a, mut b) = (vec![0; 80 * 80], vec![0; 80 * 80]);
        scalar::transpose(&data, 80, &mut a, 75, (width, height), from_end);
        simd::transpose(&data, 80, &mut b, 75, (width, height), from_end);
        prop_assert_eq!(&a, &b);
        scalar::reverse(&data[..width], &mut a[..width]);
        simd::reverse(&data[..width], &mut b[..width]);
        prop_assert_eq!(a, b);
    }
}

#[test]
fn turns_and_sizes() {
    let size = Size::new(1280, 720);
    assert_eq!(turn(90, false).size(size), Size::new(720, 1280));
    assert_eq!(turn(180, true).size(size), size);
    assert!(Turn::NONE.is_none() && turn(0, false).is_none() && Turn::default().is_none());
    assert!(!turn(0, true).is_none() && !turn(270, false).is_none());
    assert_eq!(Turn::new(45, false), None);
    assert_eq!(Turn::new(360, false), None);
}
