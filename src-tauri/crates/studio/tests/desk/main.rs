//! The desk, as a value: what commands do, what they refuse, and that nothing anybody sends it breaks it.

mod books;
mod random;
mod shows;
