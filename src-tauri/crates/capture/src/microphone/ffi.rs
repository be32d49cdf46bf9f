//! Samples as cpal hands them to a callback, made by tests.

use cpal::{Data, SizedSample};

/// Calls `take` with `samples` as a callback's data.
pub(super) fn lend<T: SizedSample>(samples: &mut [T], take: impl FnOnce(&Data)) {
    // SAFETY: pointer and length are those of a slice of the format's type, which is borrowed until
    // this function returns; the data is lent to `take` only.
    let data = unsafe { Data::from_parts(samples.as_mut_ptr().cast(), samples.len(), T::FORMAT) };
    take(&data);
}
