//! Audio inputs become one timeline
