//! A scene, the newest frames and the drawn pictures become one frame. No I/O, no clock, no text;
//! everything stays planar YUV 4:2:0.
//!
//! | file | what |
//! |---|---|
//! | [`compositor`] | [`Compositor`]: draws a scene; [`Inputs`]: where it finds frames and tiles |
//! | [`tile`] | [`Tile`]: a picture made ready (premultiplied YUV, alpha, runs), once per picture |
//! | [`geometry`] | place, fit and crop in fractions → even pixels |
//! | `solid` | sources and fills: rows without alpha of their own |
//! | `corner` | masks of rounded corners |
//! | `cache` | tiles and scalers kept from frame to frame, for content drawn at another size |
//! | `blend` | the blend kernels as plain loops: reference and fallback |
//! | `simd/` | the same by AVX2, chosen at run time; equal to the reference to the bit |
//!
//! Pixels are placed on the chroma grid: left, top, width and height of everything drawn are
//! rounded to even numbers, so slides move in steps of two pixels and luma never parts from chroma.
//! Draws on one thread; [`Tile::from_picture`] is the costly part and belongs on another.

#[doc(hidden)]
pub mod blend;
mod cache;
pub mod compositor;
mod corner;
pub mod geometry;
#[doc(hidden)]
pub mod simd;
mod solid;
pub mod tile;

pub use compositor::{Compositor, Inputs};
pub use tile::Tile;
