//! Selling on screen as a seller meets it: a catalogue made by commands, a show led by a script or by typed
//! words, judged by what it says and by what arrived.
//!
//! | file | what |
//! |---|---|
//! | `shop` | a small catalogue with a show |
//! | `program` | a show that runs as a process: typing, answers, events |
//! | `script` | `run` to real outputs and under a simulated clock |
//! | `refused` | wrong lines of a script |
//! | `truth` | the catalogue changed from outside |
//! | `resume` | after `kill -9` |
//! | `panic` | slate and silence in the stream that arrived |
//! | `words` | `show live` by typed words |

mod panic;
mod program;
mod refused;
mod resume;
mod script;
mod shop;
mod truth;
mod words;

// Servers and judgement are those of the other tests; not all of it is wanted here.
#[allow(dead_code, reason = "shared with the other command-line tests")]
#[path = "../cli/media.rs"]
mod media;
#[allow(dead_code, reason = "shared with the other command-line tests")]
#[path = "../cli/support.rs"]
mod support;
