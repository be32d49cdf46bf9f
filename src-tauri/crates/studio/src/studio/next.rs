//! A picture of what is prepared: composed when it is asked for, over the newest picture of the cameras.

use std::sync::Arc;

use vitrine_compositor::{Compositor, Inputs, Tile};
use vitrine_engine::{Engine, Program};
use vitrine_media::Frame;
use vitrine_scene::{PictureId, SourceId};

use super::core::{Core, off_air};
use crate::canvas::{Canvas, parse_size};
use crate::error::StudioError;
use crate::scenes::{CLOSE_UP, HOST};

struct Newest<'a> {
    program: &'a Program,
    cameras: [(&'static str, Option<Arc<Frame>>); 2],
}

impl Inputs for Newest<'_> {
    fn source(&self, id: &SourceId) -> Option<&Frame> {
        self.cameras.iter().find(|(name, _)| id.as_str() == *name)?.1.as_deref()
    }
    fn picture(&self, id: &PictureId) -> Option<&Tile> {
        self.program.pictures.get(id).map(|t| &**t)
    }
}

impl Core {
    pub(super) fn next_picture(&mut self, canvas: Canvas) -> Result<Arc<Frame>, StudioError> {
        let next = self.desk.likely_next(&self.shelf.book).cloned();
        let product = next.and_then(|item| self.shelf.product(&item));
        let live = self.live.as_ref().ok_or_else(off_air)?;
        let on_air = self
            .desk
            .prepared(&self.shelf.book, self.base, self.around(), |_| product.clone())
            .ok_or_else(|| {
                StudioError::input("preview-empty", "nothing is prepared")
                    .remedy("prepare an item first")
            })?;
        let program = live.stage().draw(on_air)?;
        let newest = |engine: &Engine, name: &'static str| {
            (name, engine.newest(&SourceId::from(name)).ok().flatten())
        };
        let cameras = [newest(live.engine(), HOST), newest(live.engine(), CLOSE_UP)];
        let scene = program
            .scenes
            .get(&canvas.id())
            .ok_or_else(|| StudioError::input("canvas", format!("canvas {canvas} is not drawn")))?;
        let size = canvas.size(parse_size(&self.setup.record.size)?);
        let mut frame = Frame::black(size);
        let inputs = Newest { program: &program, cameras };
        Compositor::new(size).draw(scene, &inputs, &mut frame);
        Ok(Arc::new(frame))
    }
}
