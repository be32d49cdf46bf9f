//! Declarative picture of a canvas: layers, placement, transitions
