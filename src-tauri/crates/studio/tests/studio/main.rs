//! The studio whole, with a real catalogue, engine and graphics, under a simulated clock.

mod preview;
mod resumed;
mod shows;
mod truth;
