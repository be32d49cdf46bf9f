//! FFmpeg decoders and encoders
