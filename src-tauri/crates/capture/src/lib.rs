//! Where pictures and sound come from: files, test card, test tone; later cameras and microphones
