//! The program under test, the devices it sees, and the folder for results.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;
use std::time::Duration;

use serde_json::Value;

use crate::support::{last_json, run, text};

/// The camera's device file, for what is done to it behind the program's back.
pub const VIDEO: &str = "/dev/video0";

/// What the machine gives its tests.
pub struct Lab {
    program: PathBuf,
    /// Pictures and recordings left here come out of the machine.
    pub out: PathBuf,
}

impl Lab {
    /// `None`, said loudly, outside the machine.
    pub fn open() -> Option<Lab> {
        let path = |name| std::env::var_os(name).map(PathBuf::from);
        let (Some(program), Some(out)) = (path("VITRINE_CLI"), path("VITRINE_LAB_OUT")) else {
            println!("SKIPPED: this is not the device lab; run `cargo xtask device-lab`");
            return None;
        };
        Some(Lab { program, out })
    }

    /// The release program.
    pub fn cli(&self) -> Command {
        Command::new(&self.program)
    }

    /// `devices --json`.
    pub fn devices(&self) -> Value {
        let out = run(self.cli().args(["devices", "--json"]), "", Duration::from_secs(30));
        assert!(out.status.success(), "{}", text(&out));
        last_json(&out)
    }

    /// What `devices` said the first time: asking takes seconds here, and ids stay.
    fn known(&self) -> &'static Value {
        static KNOWN: OnceLock<Value> = OnceLock::new();
        KNOWN.get_or_init(|| self.devices())
    }

    /// The camera as it is listed.
    pub fn camera(&self) -> Value {
        let devices = self.known();
        let cameras = devices["cameras"].as_array().expect("a list of cameras");
        assert_eq!(cameras.len(), 1, "one camera: {devices}");
        cameras[0].clone()
    }

    /// How the camera is written in options.
    pub fn camera_spec(&self) -> String {
        format!("camera:{}", self.camera()["id"].as_str().expect("an id"))
    }

    /// The loopback card's inputs as they are listed, in the order of their devices.
    pub fn microphones(&self) -> Vec<Value> {
        let all = self.known()["microphones"].as_array().expect("a list of microphones");
        let of_card = |m: &&Value| m["id"].as_str().is_some_and(|id| id.contains("Loopback"));
        let mut found: Vec<Value> = all.iter().filter(of_card).cloned().collect();
        found.sort_by_key(|m| m["id"].as_str().map(str::to_owned));
        found
    }

    /// How the card's second input is written: it hears what is played into the first output.
    pub fn microphone_spec(&self) -> String {
        let all = self.microphones();
        let id = all.iter().filter_map(|m| m["id"].as_str()).find(|id| id.contains("DEV=1"));
        format!("mic:{}", id.unwrap_or_else(|| panic!("no second input in {all:?}")))
    }

    /// `devices test` with these options, to its end.
    pub fn test_devices(&self, options: &[&str]) -> Output {
        let mut command = self.cli();
        command.args(["devices", "test", "--json"]).args(options);
        run(&mut command, "", Duration::from_secs(40))
    }

    /// A folder for the results of one test.
    pub fn folder(&self, name: &str) -> PathBuf {
        let folder = self.out.join(name);
        std::fs::create_dir_all(&folder).expect("a folder for results");
        folder
    }
}

/// A path as an option.
pub fn word(path: &Path) -> &str {
    path.to_str().expect("paths of the lab are text")
}

/// The one sentence of a refusal: as `--json` tells it, else the first line that is one.
pub fn sentence(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stdout);
    let json = said.lines().last().and_then(|l| serde_json::from_str::<Value>(l).ok());
    json.and_then(|v| v["error"]["message"].as_str().map(str::to_owned))
        .unwrap_or_else(|| panic!("no error was told: {}", text(output)))
}
