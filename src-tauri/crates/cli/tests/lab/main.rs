//! The release program on a real camera and a real sound card: tests that run in the machine of
//! `cargo xtask device-lab`, on the kernel's drivers `vivid` (camera) and `snd-aloop` (sound card).
//!
//! | file | what |
//! |---|---|
//! | [`lab`] | the program, its devices, the folder for results |
//! | [`show`] | a running `live --json` and the events it tells |
//! | [`bars`] | judging pictures of the camera's test pattern |
//! | [`tone`] | playing into the sound card, whose outputs are its own inputs |
//! | `listing`, `formats`, `controls`, `plugged`, `stream`, `unplugged`, `busy`, `sound` | the tests |
//!
//! Everything is emulated in software there, so pictures are small. Outside the lab each test says
//! that it is skipped.

mod bars;
mod busy;
mod controls;
mod formats;
mod lab;
mod listing;
mod plugged;
mod show;
mod sound;
mod stream;
mod tone;
mod unplugged;

// Servers and judgement are those of the other tests; not all of it is wanted here.
#[allow(dead_code)]
#[path = "../cli/media.rs"]
mod media;
#[allow(dead_code)]
#[path = "../cli/support.rs"]
mod support;
