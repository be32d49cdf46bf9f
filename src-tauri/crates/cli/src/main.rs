//! Vitrine's command line.
fn main() {}
