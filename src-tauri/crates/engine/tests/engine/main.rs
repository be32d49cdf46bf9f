//! The engine with everything real around it: sources, encoders, destinations, the endpoint.

mod simulated;
mod stalled_peer;
mod support;
