//! The command line as a user meets it: the real program, real servers, judged by what arrived.
//! One test binary, so that it is linked once.

mod bad_input;
mod demo;
mod devices;
mod interrupt;
mod media;
mod nginx;
mod qr;
mod render;
mod secrets;
mod selling;
mod support;
mod theme;
