//! The engine with everything real around it: sources, encoders, destinations, the endpoint.

mod lost_source;
mod newest;
mod privacy;
mod privacy_arrives;
mod pulse;
mod simulated;
mod stalled_peer;
mod support;
