//! Theme templates and product data become pictures
