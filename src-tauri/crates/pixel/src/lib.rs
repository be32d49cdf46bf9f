//! Pixel kernels: what cameras and files give becomes a [`Frame`](vitrine_media::Frame) (planar
//! 4:2:0, BT.709, limited range), frames are scaled, and frames become pictures to look at.
//!
//! | file | what |
//! |---|---|
//! | [`color`] | [`ColorSpec`] of an input, single colours: [`rgb_to_yuv709`], [`yuv709_to_rgb`] |
//! | [`convert`] | YUYV, UYVY, NV12, planar 4:2:2 and 4:2:0 → `Frame` |
//! | [`rgb`] | RGB, BGR, RGBA, BGRA → `Frame`; `Frame` → `Picture` |
//! | [`scale`] | [`PlaneScaler`], [`FrameScaler`]: any region to any size, planned once |
//! | [`taps`] | the weights a scaler plans: bilinear when growing, area average when shrinking |
//! | [`turn`] | [`Turn`]: quarter turns and mirroring of a frame |
//! | `scalar` | the kernels as plain loops: the reference, and the fallback |
//! | `simd/` | the same by AVX2, chosen at run time; equal to the reference to the bit |
//!
//! Nothing here holds state but scalers; everything may run on any thread. Conversions allocate
//! nothing; scalers only when a plan grows.

pub mod color;
pub mod convert;
mod error;
pub mod rgb;
#[doc(hidden)]
pub mod scalar;
pub mod scale;
#[doc(hidden)]
pub mod simd;
pub mod taps;
pub mod turn;

pub use color::{ColorSpec, Matrix, Range, rgb_to_yuv709, rgb_to_yuv709_exact, yuv709_to_rgb};
pub use convert::{nv12_to_frame, uyvy_to_frame, yuv420_to_frame, yuv422_to_frame, yuyv_to_frame};
pub use error::PixelError;
pub use rgb::{bgr_to_frame, bgra_to_frame, frame_to_picture, rgb_to_frame, rgba_to_frame};
pub use scale::{FrameScaler, PlaneScaler, Region, scale_frame, scale_plane};
pub use turn::{Turn, turn_frame};
