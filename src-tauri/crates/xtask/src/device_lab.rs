//! `cargo xtask device-lab`: real cameras and sound cards where there are none.
//!
//! | file | what |
//! |---|---|
//! | [`kernel`] | the distribution's stock kernel, fetched as a package |
//! | [`modules`] | kernel modules and the order in which they load |
//! | [`cpio`] | the archive format of an initramfs |
//! | [`initramfs`] | what the machine finds in memory when it starts |
//! | [`machine`] | QEMU, and following a run from outside |
//!
//! The stock kernel carries `vivid`, a V4L2 camera that shows a test pattern with a running clock,
//! and `snd-aloop`, a sound card whose outputs are its own inputs. The machine sees the host's root
//! read-only beneath a layer in memory, so programs and libraries are the host's; nothing is
//! installed twice. In it runs the test program `lab` of `vitrine-cli`, against the release program.

mod cpio;
mod initramfs;
mod kernel;
mod machine;
mod modules;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use crate::counts::{Counts, Reader};
use crate::failure::Failure;
use crate::{Done, paths, setup, shell};
use initramfs::Job;
use kernel::Kernel;
use machine::Machine;

/// What must be installed: the emulator, what the init script consists of, and what the tests call.
pub const PROGRAMS: &[&str] = &["qemu-system-x86_64", "busybox", "v4l2-ctl", "arecord"];

/// Modules that are loaded, with everything they need: for the shares, then the devices.
const MODULES: [&str; 6] = ["virtio_pci", "9pnet_virtio", "9p", "overlay", "vivid", "snd_aloop"];
/// One webcam and nothing else; a sound card of two devices with one stream each, so that a device
/// can be busy.
const MODULE_OPTIONS: [(&str, &str); 2] = [
    ("vivid", "n_devs=1 node_types=0x1 num_inputs=1 input_types=0x0"),
    ("snd_aloop", "pcm_substreams=1"),
];

/// The whole run of the tests in the machine.
const LIMIT: Duration = Duration::from_secs(600);
/// Where the machine sees the folder for results.
const OUT: &str = "/lab/out";

/// Brings what the tests use up into the layer in memory, which a new date of a file does. A program
/// that waits for the host's disk loses time that no real computer loses: the machine's clock runs
/// to its next alarm meanwhile.
const WARM_UP: &str = r#"
for program in "$VITRINE_CLI" "$LAB_TESTS" $(command -v sh ffmpeg ffprobe nginx v4l2-ctl aplay arecord id kill); do
    echo "$program"
    ldd "$program" | grep -o '/[^ )]*'
done > /lab/tmp/files
find /etc /usr/share/alsa /usr/lib/*/alsa-lib /usr/lib/*/gconv /usr/lib/nginx/modules /usr/lib/locale \
    -type f >> /lab/tmp/files 2> /dev/null
sort -u /lab/tmp/files | tr '\n' '\0' | xargs -0 touch -c
"$VITRINE_CLI" devices --json > /dev/null
"$VITRINE_CLI" live --json --size 320x180 --seconds 1 > /dev/null
"$VITRINE_CLI" devices test camera --format I420 --size 320x180 --seconds 1 --out /lab/tmp > /dev/null 2>&1
"#;

/// What the caller wants of the lab.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// A shell in the machine in place of the tests.
    pub shell: bool,
    /// Only tests whose name holds this.
    pub only: Option<String>,
    /// The folder that gets pictures and recordings; else they are thrown away.
    pub keep: Option<PathBuf>,
}

/// Sets up and runs the lab by itself.
///
/// # Errors
/// [`Failure::Check`] if a test fails, [`Failure::Setup`] if a shell was wanted and cannot be had.
pub fn run(options: &Options) -> Done {
    setup::run(false)?;
    if options.shell {
        let kernel = available().map_err(|why| Failure::Setup(format!("device lab: {why}")))?;
        return Lab::new(kernel, options)?.shell();
    }
    let mut counts = Counts::default();
    let done = step(options, &mut counts);
    println!();
    for name in &counts.failures {
        println!("FAILED: {name}");
    }
    println!("{}", counts.summary());
    done
}

/// Runs the tests and adds their figures to `counts`; where the lab cannot be had, says so and
/// counts it as skipped.
///
/// # Errors
/// [`Failure::Check`] if the build or a test fails, or the machine does.
pub fn step(options: &Options, counts: &mut Counts) -> Done {
    let kernel = match available() {
        Ok(kernel) => kernel,
        Err(why) => {
            let reason = format!("device lab: {why}");
            println!("SKIPPED: {reason}");
            counts.skipped += 1;
            counts.reasons.push(reason);
            return Ok(());
        }
    };
    let mut own = Counts::default();
    let done = Lab::new(kernel, options).and_then(|lab| lab.test(options, &mut own));
    if done.is_err() && own.failed == 0 {
        // The build or the machine failed: no closing line was seen.
        own.failed = 1;
        own.failures.push("device lab, see above".to_owned());
    }
    counts.add(own);
    done
}

/// The kernel, if this computer can have the lab; else why not and what would help.
fn available() -> Result<Kernel, String> {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Err("it needs Linux on an x86-64 computer; nothing can be done here".to_owned());
    }
    if let Some(missing) = PROGRAMS.iter().find(|p| paths::find_program(p).is_none()) {
        return Err(format!(
            "the program '{missing}' is missing; `cargo xtask setup` installs it on Debian"
        ));
    }
    kernel::get(&MODULES)
}

/// The files of one run.
struct Lab {
    kernel: Kernel,
    folder: PathBuf,
    out: PathBuf,
}

impl Lab {
    fn new(kernel: Kernel, options: &Options) -> Done<Lab> {
        let folder = paths::cache().join(format!("device-lab/run-{}", std::process::id()));
        let out = options.keep.clone().unwrap_or_else(|| folder.join("out"));
        let made = fs::create_dir_all(&folder).and_then(|()| fs::create_dir_all(&out));
        let out = made.and_then(|()| fs::canonicalize(&out)).map_err(|e| {
            Failure::Check(format!("the folder '{}' cannot be made: {e}", out.display()))
        })?;
        Ok(Lab { kernel, folder, out })
    }

    fn machine(&self, job: &Job) -> Done<Machine> {
        let archive = initramfs::build(&self.kernel, &MODULE_OPTIONS, job)
            .map_err(|why| Failure::Check(format!("the machine cannot be prepared: {why}")))?;
        let initramfs = self.folder.join("initramfs");
        fs::write(&initramfs, archive).map_err(|e| {
            Failure::Check(format!("'{}' cannot be written: {e}", initramfs.display()))
        })?;
        Ok(Machine {
            kernel: self.kernel.image.clone(),
            initramfs,
            out: self.out.clone(),
            console: self.folder.join("console"),
        })
    }

    fn test(&self, options: &Options, counts: &mut Counts) -> Done {
        shell::run(shell::cargo().args(["build", "--release", "--package", "vitrine-cli"]))?;
        let tests = quoted(&build_test_program()?.to_string_lossy());
        let mut words = vec!["exec \"$LAB_TESTS\"".to_owned()];
        words.extend(["--test-threads=1", "--show-output", "--color=never"].map(str::to_owned));
        words.extend(options.only.iter().map(|name| quoted(name)));
        let mark = format!("device-lab-{}", std::process::id());
        let script =
            format!("{}export LAB_TESTS={tests}\n{WARM_UP}{}\n", environment(), words.join(" "));
        let job = Job { script, channel: "/dev/ttyS1", mark, interactive: false };
        let machine = self.machine(&job)?;
        let mut reader = Reader::default();
        let ended = machine.run(&job.mark, LIMIT, &mut |line| {
            if reader.line(line) {
                // A closed output (a pager that was left) is no reason to stop testing.
                let _ = writeln!(std::io::stdout(), "{line}");
            }
        });
        *counts = reader.finish();
        if options.keep.is_some() {
            println!("Pictures and recordings are in {}", self.out.display());
        }
        match ended? {
            0 if *counts == Counts::default() => {
                let name = options.only.as_deref().unwrap_or_default();
                Err(Failure::Check(format!("no test of the device lab has '{name}' in its name")))
            }
            0 => Ok(()),
            code => {
                Err(Failure::Check(format!("the tests in the device lab failed (code {code})")))
            }
        }
    }

    fn shell(&self) -> Done {
        shell::run(shell::cargo().args(["build", "--release", "--package", "vitrine-cli"]))?;
        let greeting = "echo \"\\$VITRINE_CLI is the program under test ($VITRINE_CLI);\"
echo 'what lies in /lab/out comes out with --keep; exit ends the machine.'";
        let shell = "exec $(command -v bash || echo sh) -i";
        let script = format!("{}{greeting}\n{shell}\n", environment());
        let job = Job { script, channel: "/dev/ttyS0", mark: String::new(), interactive: true };
        self.machine(&job)?.converse()
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        // Only this run's own files; a folder that stays is found and removed by hand at worst.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Builds the tests that run in the machine, and says where the program is.
fn build_test_program() -> Done<PathBuf> {
    let mut build = shell::cargo();
    build.args(["test", "--package", "vitrine-cli", "--test", "lab", "--no-run"]);
    build.args(["--message-format", "json-render-diagnostics"]);
    shell::announce(&shell::describe(&build));
    let failed = |why: &dyn std::fmt::Display| {
        Failure::Check(format!("the tests of the device lab cannot be built: {why}"))
    };
    let done = build.stderr(Stdio::inherit()).output().map_err(|e| failed(&e))?;
    if !done.status.success() {
        return Err(failed(&done.status));
    }
    program_in(&String::from_utf8_lossy(&done.stdout))
        .ok_or_else(|| failed(&"cargo names no program"))
}

/// The test program `lab` among the messages of cargo.
fn program_in(messages: &str) -> Option<PathBuf> {
    messages.lines().find_map(|line| {
        let message: serde_json::Value = serde_json::from_str(line).ok()?;
        let is_it = message["target"]["name"] == "lab" && message["profile"]["test"] == true;
        is_it.then(|| message["executable"].as_str().map(PathBuf::from)).flatten()
    })
}

/// What programs in the machine find in their environment, and where they start.
fn environment() -> String {
    let path = std::env::var("PATH").unwrap_or_default();
    let program = paths::release_program("vitrine-cli");
    let crate_folder = paths::repository().join("src-tauri/crates/cli");
    let text = |path: &Path| path.to_string_lossy().into_owned();
    [
        ("PATH", format!("{path}:/usr/sbin:/usr/bin:/sbin:/bin")),
        ("HOME", "/lab/home".to_owned()),
        ("TMPDIR", "/lab/tmp".to_owned()),
        ("TERM", std::env::var("TERM").unwrap_or_else(|_| "dumb".to_owned())),
        ("LANG", "C.UTF-8".to_owned()),
        ("CARGO_MANIFEST_DIR", text(&crate_folder)),
        ("VITRINE_CLI", text(&program)),
        ("VITRINE_LAB_OUT", OUT.to_owned()),
    ]
    .iter()
    .map(|(name, value)| format!("export {name}={}\n", quoted(value)))
    .collect::<String>()
        + "cd /lab/tmp\n"
}

/// A word the shell takes as it is.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_test_program_is_found_among_cargos_messages() {
        let messages = r#"{"reason":"compiler-artifact","target":{"name":"lab"},"profile":{"test":false},"executable":"/x"}
no json
{"reason":"compiler-artifact","target":{"name":"cli"},"profile":{"test":true},"executable":"/y"}
{"reason":"compiler-artifact","target":{"name":"lab"},"profile":{"test":true},"executable":"/t/lab-1"}
{"reason":"build-finished","success":true}"#;
        assert_eq!(program_in(messages), Some(PathBuf::from("/t/lab-1")));
        assert_eq!(program_in(""), None);
    }

    #[test]
    fn words_survive_the_shell() {
        assert_eq!(quoted("it's $HOME"), "'it'\\''s $HOME'");
        let environment = environment();
        assert!(environment.contains("export VITRINE_LAB_OUT='/lab/out'\n"), "{environment}");
    }

    #[test]
    fn every_module_option_is_of_a_module_that_is_loaded() {
        assert!(MODULE_OPTIONS.iter().all(|(module, _)| MODULES.contains(module)));
    }
}
