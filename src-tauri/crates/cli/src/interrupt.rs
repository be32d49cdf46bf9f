//! Ctrl-C: the first ends the show cleanly, the second ends the program.

use std::sync::OnceLock;

use vitrine_studio::Stop;

static STOP: OnceLock<Stop> = OnceLock::new();

/// The flag that Ctrl-C (or a termination signal) sets.
pub fn flag() -> Stop {
    STOP.get_or_init(|| {
        let stop = Stop::new();
        let set = stop.clone();
        // Where no handler can be installed the program simply ends on Ctrl-C.
        let installed = ctrlc::set_handler(move || {
            if set.is_stopped() {
                std::process::exit(130);
            }
            set.stop();
        });
        if let Err(e) = installed {
            tracing::warn!("Ctrl-C will end the show at once: {e}");
        }
        stop
    })
    .clone()
}
