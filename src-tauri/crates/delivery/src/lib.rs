//! Packets reach one destination: RTMP, recording
