//! The types of commands, state and events for the window: `ui/src/studio.ts` says what Rust says.
//!
//! `VITRINE_WRITE=1 cargo test -p vitrine-studio --test types` writes it anew.

use std::path::{Path, PathBuf};

use ts_rs::{Config, TS};
use vitrine_studio::{claim_text, command, event, on_air, pace, state};

const HEAD: &str =
    "// Commands, state and events of the studio, made from its Rust types. Do not change by hand:
// `VITRINE_WRITE=1 cargo test -p vitrine-studio --test types` writes this file.
";

/// Without the comments of its fields, which are Rust's to keep.
fn bare(declared: &str) -> String {
    let mut lines = Vec::new();
    let mut comment = false;
    for line in declared.lines() {
        comment |= line.trim_start().starts_with("/**");
        if !comment {
            lines.push(line.trim());
        }
        comment &= !line.trim_end().ends_with("*/");
    }
    lines.join(" ").replace(" | {", "\n  | {").replace("} | ", "}\n  | ")
}

fn types() -> String {
    let config = Config::default();
    let mut text = HEAD.to_owned();
    let mut one = |declared: String, docs: Option<String>| {
        text.push('\n');
        text.push_str(docs.as_deref().unwrap_or_default());
        text.push_str("export ");
        text.push_str(bare(&declared).trim_end());
        text.push('\n');
    };
    macro_rules! all {
        ($($t:ty),* $(,)?) => { $( one(<$t as TS>::decl(&config), <$t as TS>::docs()); )* };
    }
    all!(
        command::Command,
        command::Action,
        command::ItemName,
        command::Armable,
        command::ElementName,
        command::ShownElement,
        command::TypedClaim,
        on_air::SceneName,
        on_air::LowerThird,
        on_air::Question,
        on_air::Goal,
        on_air::LotStage,
        event::Told,
        event::StudioEvent,
        state::State,
        state::Phase,
        state::ItemState,
        state::AirState,
        state::NextState,
        state::LotState,
        state::FlashState,
        state::GiveawayState,
        state::ReviewState,
        state::SafetyState,
        state::ArmedState,
        state::DestinationState,
        state::ResumeOffer,
        state::LostState,
        pace::PaceReport,
        pace::ItemPace,
        pace::PaceStage,
        pace::Advice,
        pace::Shorter,
        claim_text::Why,
    );
    text
}

/// A file of the checkout that cargo was called in: checkouts that share a build folder share this binary.
fn file(path: &str) -> PathBuf {
    let folder =
        std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    Path::new(&folder).join("../../..").join(path)
}

#[test]
fn the_windows_types_are_those_of_rust() {
    let path = file("ui/src/studio.ts");
    let types = types();
    if std::env::var_os("VITRINE_WRITE").is_some() {
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(&path, &types).expect("written");
    }
    let kept = std::fs::read_to_string(&path).expect("ui/src/studio.ts is there");
    assert!(
        kept == types,
        "ui/src/studio.ts is older than the types; write it anew: VITRINE_WRITE=1 cargo test -p vitrine-studio --test types"
    );
    // Every name that is used is declared.
    for used in ["Command", "Action", "State", "StudioEvent", "PaceReport", "ShownElement"] {
        assert!(types.contains(&format!("export type {used} ")), "{used}");
    }
}

#[test]
fn every_command_is_described() {
    let path = file("docs/commands.md");
    let docs = std::fs::read_to_string(path).expect("docs/commands.md is there");
    let config = Config::default();
    let declared = <command::Action as TS>::decl(&config);
    let mut named = 0;
    for part in declared.split("\"do\": \"").skip(1) {
        let name = part.split('"').next().expect("a name");
        assert!(
            docs.contains(&format!("| `{name}` |")),
            "docs/commands.md does not describe {name}"
        );
        named += 1;
    }
    assert!(named >= 40, "{named} commands");
}
