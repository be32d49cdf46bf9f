//! Pixel kernels.
