//! The product: items become layers, a show goes on air
