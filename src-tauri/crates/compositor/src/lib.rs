//! Scene, newest frames and pictures become one frame
