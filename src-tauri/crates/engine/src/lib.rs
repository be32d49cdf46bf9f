//! Wires sources, compositor, encoders and destinations; owns threads and the clock
