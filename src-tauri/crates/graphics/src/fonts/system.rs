//! The machine's own fonts, indexed at the first missing character.

use resvg::usvg::fontdb::{Database, FaceInfo, ID, Source, Style};
use skrifa::{FontRef, MetadataProvider};

use super::MAX_FONT_BYTES;

/// Families of known quality, best first, by what they are good for.
const EMOJI: [&str; 5] =
    ["Apple Color Emoji", "Segoe UI Emoji", "Noto Color Emoji", "Twemoji", "Noto Emoji"];
const TEXT: [&str; 16] = [
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "PingFang SC",
    "Microsoft YaHei",
    "Noto Sans CJK JP",
    "Hiragino Sans",
    "Yu Gothic",
    "Meiryo",
    "Noto Sans CJK KR",
    "Apple SD Gothic Neo",
    "Malgun Gothic",
    "WenQuanYi Zen Hei",
    "Noto Sans",
    "Segoe UI",
    "DejaVu Sans",
];

/// A face that has the wanted character.
pub(super) struct Face {
    pub(super) bytes: Vec<u8>,
    pub(super) index: u32,
}

pub(super) struct SystemFonts {
    enabled: bool,
    index: Option<Database>,
}

impl SystemFonts {
    /// Looks at the machine when first asked.
    pub(super) fn lazy() -> Self {
        Self { enabled: true, index: None }
    }

    /// Never finds anything.
    pub(super) fn none() -> Self {
        Self { enabled: false, index: None }
    }

    /// The best upright face with this character.
    pub(super) fn face_with(&mut self, c: char) -> Option<Face> {
        if !self.enabled {
            return None;
        }
        let index = self.index.get_or_insert_with(|| {
            let mut database = Database::new();
            database.load_system_fonts();
            tracing::debug!(faces = database.len(), "system fonts indexed for a missing character");
            database
        });
        let mut faces: Vec<&FaceInfo> =
            index.faces().filter(|face| face.style == Style::Normal).collect();
        faces.sort_by_key(|face| rank(face, is_emoji(c)));
        let best = faces.into_iter().find(|face| has(index, face.id, c))?;
        let bytes = match index.face_source(best.id)?.0 {
            Source::Binary(data) => data.as_ref().as_ref().to_vec(),
            Source::File(path) | Source::SharedFile(path, _) => {
                let length = std::fs::metadata(&path).ok()?.len();
                if length > MAX_FONT_BYTES as u64 {
                    return None;
                }
                std::fs::read(path).ok()?
            }
        };
        Some(Face { bytes, index: best.index })
    }
}

/// Known families first, then anything sans, then the rest; a heavier weight suits titles.
fn rank(face: &FaceInfo, emoji: bool) -> (usize, bool, u16) {
    let known = |list: &[&str]| {
        list.iter().position(|name| face.families.iter().any(|(family, _)| family == name))
    };
    let (first, second) = if emoji { (&EMOJI[..], &TEXT[..]) } else { (&TEXT[..], &EMOJI[..]) };
    let place = known(first).or_else(|| known(second).map(|at| at + 500)).unwrap_or(100);
    let plain = face.families.first().is_some_and(|(name, _)| name.contains("Sans"));
    (place, !plain, face.weight.0.abs_diff(600))
}

fn has(index: &Database, id: ID, c: char) -> bool {
    index
        .with_face_data(id, |data, face| {
            FontRef::from_index(data, face).ok().and_then(|font| font.charmap().map(c)).is_some()
        })
        .unwrap_or(false)
}

fn is_emoji(c: char) -> bool {
    matches!(c, '\u{1f000}'..='\u{1faff}' | '\u{2600}'..='\u{27bf}' | '\u{2b00}'..='\u{2bff}')
}
