//! The fonts: a bundled set first, the machine's own only when a character is missing.

mod system;

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use parley::fontique::{Blob, Collection, CollectionOptions, FontInfoOverride, SourceCache};
use parley::{FontContext, LayoutContext};
use resvg::usvg::fontdb;

use self::system::SystemFonts;

/// Embedded faces: family name used by themes, and the file's bytes.
const BUNDLED: [(&str, &[u8]); 10] = [
    ("Inter", include_bytes!("../../../../assets/fonts/Inter-Medium.otf")),
    ("Inter", include_bytes!("../../../../assets/fonts/Inter-SemiBold.otf")),
    ("Inter", include_bytes!("../../../../assets/fonts/Inter-Bold.otf")),
    ("Inter", include_bytes!("../../../../assets/fonts/Inter-ExtraBold.otf")),
    ("Inter Display", include_bytes!("../../../../assets/fonts/InterDisplay-Bold.otf")),
    ("Inter Display", include_bytes!("../../../../assets/fonts/InterDisplay-ExtraBold.otf")),
    ("Noto Sans Arabic", include_bytes!("../../../../assets/fonts/NotoSansArabic-Regular.ttf")),
    ("Noto Sans Arabic", include_bytes!("../../../../assets/fonts/NotoSansArabic-Bold.ttf")),
    ("Noto Sans Hebrew", include_bytes!("../../../../assets/fonts/NotoSansHebrew-Regular.ttf")),
    ("Noto Sans Hebrew", include_bytes!("../../../../assets/fonts/NotoSansHebrew-Bold.ttf")),
];

/// Tried in this order after a theme's own families.
const FALLBACK: [&str; 3] = ["Inter", "Noto Sans Arabic", "Noto Sans Hebrew"];

/// Largest font file taken from the machine or from a seller.
const MAX_FONT_BYTES: usize = 64 * 1024 * 1024;

/// Fonts for every theme of the program. Shaping takes a short lock, so any thread may draw.
pub struct Fonts {
    state: Mutex<FontState>,
    /// Whether the machine's fonts are looked through for a missing character.
    looks_around: bool,
}

/// What shaping needs, held under the lock.
pub(crate) struct FontState {
    pub(crate) context: FontContext,
    pub(crate) layout: LayoutContext<()>,
    /// Families after the theme's own: the bundled ones, then whatever was found on the machine.
    fallback: Vec<String>,
    system: SystemFonts,
    /// Characters no font of this machine has; looked for once.
    hopeless: HashSet<char>,
}

impl Fonts {
    /// The bundled fonts, loaded at the first call and shared after that. Nothing is read from
    /// the disk until a character is missing from them.
    pub fn bundled() -> Arc<Self> {
        static SHARED: OnceLock<Arc<Fonts>> = OnceLock::new();
        SHARED.get_or_init(|| Arc::new(Self::new(true))).clone()
    }

    /// The bundled fonts alone, blind to the machine's: the same picture everywhere, for tests.
    pub fn bundled_only() -> Arc<Self> {
        Arc::new(Self::new(false))
    }

    fn new(looks_around: bool) -> Self {
        let mut collection =
            Collection::new(CollectionOptions { shared: false, system_fonts: false });
        for (family, bytes) in BUNDLED {
            let name = FontInfoOverride { family_name: Some(family), ..Default::default() };
            collection.register_fonts(Blob::new(Arc::new(bytes)), Some(name));
        }
        let context = FontContext { collection, source_cache: SourceCache::default() };
        let system = if looks_around { SystemFonts::lazy() } else { SystemFonts::none() };
        Self {
            state: Mutex::new(FontState {
                context,
                layout: LayoutContext::new(),
                fallback: FALLBACK.map(String::from).to_vec(),
                system,
                hopeless: HashSet::new(),
            }),
            looks_around,
        }
    }

    /// The bundled fonts and a theme's own, which are used where the theme names their family and
    /// nowhere else.
    pub(crate) fn with_own(&self, files: &[FontFile]) -> Arc<Self> {
        let fonts = Self::new(self.looks_around);
        {
            let mut state = fonts.lock();
            for file in files {
                state.context.collection.register_fonts(file.0.clone(), None);
            }
        }
        Arc::new(fonts)
    }

    /// Adds a font file picked by the seller: its families can be named by themes and serve as a
    /// fallback after the bundled ones. Returns the families found; empty when the bytes are no
    /// font or more than 64 MiB.
    pub fn add(&self, bytes: Vec<u8>) -> Vec<String> {
        if bytes.len() > MAX_FONT_BYTES {
            return Vec::new();
        }
        self.lock().register(Blob::from(bytes), None)
    }

    /// The characters of `text` that no font has, bundled or on this machine; they are drawn as
    /// boxes. Looks through the machine's fonts when a bundled one is not enough: not on a thread
    /// that must not wait.
    pub fn missing(&self, text: &str) -> String {
        crate::text::missing_from(self, text).into_iter().collect()
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, FontState> {
        // A panic while shaping leaves nothing half-done that the next layout would not redo.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The bundled faces for `<text>` in a template, as the SVG renderer wants them.
    pub(crate) fn svg_database() -> Arc<fontdb::Database> {
        static SHARED: OnceLock<Arc<fontdb::Database>> = OnceLock::new();
        SHARED
            .get_or_init(|| {
                let mut database = fontdb::Database::new();
                for (_, bytes) in BUNDLED {
                    database.load_font_source(fontdb::Source::Binary(Arc::new(bytes)));
                }
                database.set_sans_serif_family("Inter");
                Arc::new(database)
            })
            .clone()
    }
}

/// A theme's own font file; cheap to copy.
#[derive(Clone)]
pub(crate) struct FontFile(Blob<u8>);

impl FontFile {
    /// Most bytes of one.
    pub(crate) const MAX_BYTES: u64 = 1024 * 1024;

    /// A file's bytes; nothing when they are no font.
    pub(crate) fn new(bytes: Vec<u8>) -> Option<Self> {
        Self::checked(Blob::from(bytes))
    }

    /// One built into the program.
    pub(crate) fn built_in(bytes: &'static [u8]) -> Option<Self> {
        Self::checked(Blob::new(Arc::new(bytes)))
    }

    fn checked(bytes: Blob<u8>) -> Option<Self> {
        let mut collection =
            Collection::new(CollectionOptions { shared: false, system_fonts: false });
        let found = collection.register_fonts(bytes.clone(), None);
        (!found.is_empty()).then_some(Self(bytes))
    }
}

impl std::fmt::Debug for Fonts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Fonts")
    }
}

impl FontState {
    /// `own` families, then the fallbacks.
    pub(crate) fn families(&self, own: &[String]) -> Vec<String> {
        let mut all = own.to_vec();
        all.extend(self.fallback.iter().filter(|name| !own.contains(name)).cloned());
        all
    }

    /// Looks on the machine for fonts that have these characters; true when one was added, so
    /// that shaping again shows more than before.
    pub(crate) fn find(&mut self, missing: &[char]) -> bool {
        let mut found = false;
        for &c in missing {
            if self.hopeless.contains(&c) {
                continue;
            }
            let face = self.system.face_with(c);
            if face.is_some_and(|f| !self.register(Blob::from(f.bytes), Some(f.index)).is_empty()) {
                found = true;
            } else {
                self.hopeless.insert(c);
            }
        }
        found
    }

    /// Registers a file; with `index`, only the family of that face joins the fallbacks.
    fn register(&mut self, bytes: Blob<u8>, index: Option<u32>) -> Vec<String> {
        let mut names = Vec::new();
        for (family, faces) in self.context.collection.register_fonts(bytes, None) {
            if index.is_some_and(|index| faces.iter().all(|face| face.index() != index)) {
                continue;
            }
            if let Some(name) = self.context.collection.family_name(family) {
                names.push(name.to_owned());
            }
        }
        for name in &names {
            if !self.fallback.contains(name) {
                self.fallback.push(name.clone());
            }
        }
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bundled_file_is_a_font_of_its_family() {
        let fonts = Fonts::bundled_only();
        let mut state = fonts.lock();
        for (family, _) in BUNDLED {
            let faces = state.context.collection.family_by_name(family).unwrap();
            let wanted = BUNDLED.iter().filter(|(name, _)| *name == family).count();
            assert_eq!(faces.fonts().len(), wanted, "{family}");
        }
    }

    #[test]
    fn rubbish_is_no_font() {
        assert!(Fonts::bundled_only().add(vec![7; 1000]).is_empty());
    }

    #[test]
    fn a_character_nobody_has_is_looked_for_once() {
        let fonts = Fonts::bundled_only();
        let mut state = fonts.lock();
        assert!(!state.find(&['\u{10fffd}']));
        assert!(state.hopeless.contains(&'\u{10fffd}'));
    }
}
