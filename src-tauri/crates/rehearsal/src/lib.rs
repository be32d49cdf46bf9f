//! The built-in RTMP endpoint on loopback
