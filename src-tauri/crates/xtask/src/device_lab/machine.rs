//! The virtual machine: QEMU's command line, and following a run of it from outside.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use crate::failure::Failure;
use crate::{Done, shell, test};

/// From the start to the first line of the init script; five seconds where nothing else runs.
const BOOT_LIMIT: Duration = Duration::from_secs(120);
/// From the job's end to the end of QEMU.
const POWER_OFF_LIMIT: Duration = Duration::from_secs(20);
/// How much of the console is shown after a failure.
const CONSOLE_LINES: usize = 60;

/// A machine of one processor and 1.5 GiB, without a disk and without a network.
#[derive(Debug)]
pub struct Machine {
    /// The kernel.
    pub kernel: PathBuf,
    /// The file with the initramfs.
    pub initramfs: PathBuf,
    /// The host's folder for results.
    pub out: PathBuf,
    /// The host's file for the kernel's messages.
    pub console: PathBuf,
}

impl Machine {
    fn qemu(&self) -> Command {
        let mut qemu = Command::new("qemu-system-x86_64");
        // Software emulation: slower, but the same everywhere, also within a virtual machine. The
        // machine's time is the count of its instructions (2 ns each: 500 MIPS, plenty for small
        // pictures) while it works and real time while it waits. So neither the emulation nor other
        // work on this computer makes it late. Were waiting skipped, a wait for this computer's disk
        // would let every time limit in the machine pass. Two processors do not start by this clock.
        let clock = "shift=1,sleep=on";
        qemu.args(["-machine", "pc", "-accel", "tcg", "-icount", clock, "-cpu", "max"]);
        qemu.args(["-m", "1536", "-nodefaults", "-display", "none", "-no-reboot"]);
        qemu.arg("-kernel").arg(&self.kernel).arg("-initrd").arg(&self.initramfs);
        let share = |name: &str, folder: &Path, rest: &str| {
            format!("local,id={name},path={},security_model=none,{rest}", escaped(folder))
        };
        qemu.args(["-fsdev", &share("host", Path::new("/"), "readonly=on,multidevs=remap")]);
        qemu.args(["-device", "virtio-9p-pci,fsdev=host,mount_tag=host"]);
        qemu.args(["-fsdev", &share("out", &self.out, "multidevs=remap")]);
        qemu.args(["-device", "virtio-9p-pci,fsdev=out,mount_tag=out"]);
        // Any panic ends QEMU, by way of a reboot that it does not make. The counter of cycles can be
        // trusted; else each look at the clock is an exit to QEMU.
        let line = "console=ttyS0 quiet loglevel=4 panic=-1 tsc=reliable";
        qemu.args(["-append", line]);
        qemu
    }

    /// Runs until the machine powers off. The first serial line's output goes to the console file;
    /// `each` gets the lines of the second between the marks of the init script.
    /// Returns the exit code of the job.
    ///
    /// # Errors
    /// [`Failure::Check`] with the last lines of the console if the machine did not start, panicked
    /// or was not done within `limit`; QEMU has ended then.
    pub fn run(&self, mark: &str, limit: Duration, each: &mut dyn FnMut(&str)) -> Done<i32> {
        let mut qemu = self.qemu();
        qemu.args(["-serial", &format!("file:{}", escaped(&self.console)), "-serial", "stdio"]);
        shell::announce(&format!("{} … (the device lab's machine)", program_of(&qemu)));
        let child = qemu
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|e| Failure::Check(format!("QEMU did not start: {e}")))?;
        let mut running = Running(child);
        let (sender, lines) = mpsc::channel();
        let out = running.0.stdout.take().map(|pipe| test::lines_of(pipe, sender));
        let (sender, complaints) = mpsc::channel();
        let err = running.0.stderr.take().map(|pipe| test::lines_of(pipe, sender));
        let mut followed = Followed::new(mark);
        let start = Instant::now();
        let ended = loop {
            let until = start + if followed.begun.is_some() { limit } else { BOOT_LIMIT };
            match lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(line) => {
                    if let Some(shown) = followed.line(&line) {
                        each(shown);
                    }
                    if let Some(status) = followed.status {
                        break Ok(status);
                    }
                }
                Err(RecvTimeoutError::Disconnected) => break Err("ended too early".to_owned()),
                Err(RecvTimeoutError::Timeout) => {
                    let what =
                        if followed.begun.is_some() { "was not done" } else { "did not start" };
                    break Err(format!("{what} within {} s", (until - start).as_secs()));
                }
            }
        };
        running.end(if ended.is_ok() { POWER_OFF_LIMIT } else { Duration::ZERO }, &lines);
        // A line the machine had begun when it was stopped: which test hung.
        let begun: Vec<String> = lines.try_iter().collect();
        for reader in [out, err].into_iter().flatten() {
            // The pipes ended with QEMU; the readers cannot panic on what they read.
            let _ = reader.join();
        }
        let complaints: Vec<String> = complaints.try_iter().collect();
        ended.map_err(|what| {
            let rest: Vec<String> =
                begun.into_iter().chain(lines.try_iter()).chain(complaints).collect();
            Failure::Check(format!(
                "the device lab's machine {what}. Its last words:\n{}",
                last_words(&fs::read(&self.console).unwrap_or_default(), &rest)
            ))
        })
    }

    /// Gives the terminal to the machine until it powers off or the user ends QEMU (Ctrl-A X).
    ///
    /// # Errors
    /// [`Failure::Check`] if QEMU fails.
    pub fn converse(&self) -> Done {
        let mut qemu = self.qemu();
        qemu.args(["-serial", "mon:stdio"]);
        shell::announce(&format!("{} … (Ctrl-A X ends it at once)", program_of(&qemu)));
        let status =
            qemu.status().map_err(|e| Failure::Check(format!("QEMU did not start: {e}")))?;
        if status.success() {
            Ok(())
        } else {
            Err(Failure::Check(format!("QEMU failed ({status})")))
        }
    }
}

fn program_of(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}

/// A path as part of one of QEMU's options, in which commas divide.
fn escaped(path: &Path) -> String {
    path.to_string_lossy().replace(',', ",,")
}

/// QEMU, ended with this value whatever happens.
struct Running(Child);

impl Running {
    /// Waits up to `grace` for its output, and so itself, to end; then ends it.
    fn end(&mut self, grace: Duration, lines: &mpsc::Receiver<String>) {
        let until = Instant::now() + grace;
        let left = || until.saturating_duration_since(Instant::now());
        while !grace.is_zero() && lines.recv_timeout(left()).is_ok() {}
        // Fails only if it has ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What has been seen of a run.
struct Followed<'a> {
    mark: &'a str,
    begun: Option<Instant>,
    status: Option<i32>,
}

impl<'a> Followed<'a> {
    fn new(mark: &'a str) -> Followed<'a> {
        Followed { mark, begun: None, status: None }
    }

    /// Takes a line and returns it if it is the job's.
    fn line<'l>(&mut self, line: &'l str) -> Option<&'l str> {
        // The mark also ends a last line of the job that has no end of its own.
        let (own, word) = match line.split_once(self.mark) {
            None => return self.begun.is_some().then_some(line),
            Some((own, word)) => (own, word.trim()),
        };
        if word == "begin" {
            self.begun = Some(Instant::now());
            return None;
        }
        self.status = word.strip_prefix("end ").and_then(|n| n.parse().ok());
        (!own.is_empty()).then_some(own)
    }
}

/// The end of the console and of what else is known, indented.
fn last_words(console: &[u8], rest: &[String]) -> String {
    let console = String::from_utf8_lossy(console);
    let lines: Vec<&str> = console.lines().chain(rest.iter().map(String::as_str)).collect();
    let first = lines.len().saturating_sub(CONSOLE_LINES);
    if lines.is_empty() {
        return "    (nothing)".to_owned();
    }
    lines[first..].iter().map(|l| format!("    {}\n", l.trim_end())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_marks_of_the_init_script_frame_the_jobs_lines() {
        let mut followed = Followed::new("lab-7");
        assert_eq!(followed.line("SeaBIOS"), None);
        assert_eq!(followed.line("lab-7 begin"), None);
        assert_eq!(followed.line("running 3 tests"), Some("running 3 tests"));
        assert_eq!(followed.status, None);
        assert_eq!(followed.line("no line end lab-7 end 101"), Some("no line end "));
        assert_eq!(followed.status, Some(101));
    }

    #[test]
    fn last_words_are_the_last() {
        let console: String = (0..100).map(|n| format!("line {n}\r\n")).collect();
        let words = last_words(console.as_bytes(), &["test a::b ... ".to_owned()]);
        assert_eq!(words.lines().count(), CONSOLE_LINES);
        assert!(words.contains("    line 99\n    test a::b ...\n") && !words.contains("line 40\n"));
        assert_eq!(last_words(b"", &[]), "    (nothing)");
    }

    #[test]
    fn commas_in_paths_do_not_divide_options() {
        assert_eq!(escaped(Path::new("/a,b")), "/a,,b");
    }
}
