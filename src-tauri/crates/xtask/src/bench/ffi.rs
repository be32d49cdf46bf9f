//! `wait4`: the end of a child together with what it used.

use std::io;

/// How a child ended and what it cost.
#[derive(Debug, Clone, Copy)]
pub struct End {
    /// Whether it ended by itself with exit code 0.
    pub success: bool,
    /// User and system time of the child and of those it waited for, in seconds.
    pub cpu: f64,
    /// The most memory it held at once, in bytes.
    pub peak: u64,
}

/// Looks whether child `pid` of this process has ended, without waiting. After `Some` the child is
/// gone: nobody may wait for it again.
///
/// # Errors
/// If `pid` is no child of this process.
pub fn try_wait(pid: u32) -> io::Result<Option<End>> {
    let pid = libc::pid_t::try_from(pid).map_err(io::Error::other)?;
    let mut status: libc::c_int = 0;
    let mut usage = std::mem::MaybeUninit::<libc::rusage>::zeroed();
    // SAFETY: both pointers are to live values of the types wait4 fills, and wait4 keeps neither.
    let waited = unsafe { libc::wait4(pid, &mut status, libc::WNOHANG, usage.as_mut_ptr()) };
    if waited == 0 {
        return Ok(None);
    }
    if waited < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: rusage is plain numbers, all zero is a value of it, and wait4 has filled it.
    let usage = unsafe { usage.assume_init() };
    let seconds = |t: libc::timeval| t.tv_sec as f64 + t.tv_usec as f64 / 1e6;
    // Linux counts it in KiB, macOS in bytes.
    let unit = if cfg!(target_os = "macos") { 1 } else { 1024 };
    Ok(Some(End {
        success: libc::WIFEXITED(status) && libc::WEXITSTATUS(status) == 0,
        cpu: seconds(usage.ru_utime) + seconds(usage.ru_stime),
        peak: u64::try_from(usage.ru_maxrss).unwrap_or(0) * unit,
    }))
}
