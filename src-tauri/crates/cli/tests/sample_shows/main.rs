//! The sample shows, run. One after the other, and in a program of their own: each uses all of a machine.

mod shows;

#[allow(dead_code, reason = "shared with the other command-line tests")]
#[path = "../cli/media.rs"]
mod media;
#[allow(dead_code, reason = "shared with the other command-line tests")]
#[path = "../cli/support.rs"]
mod support;
