//! What goes out: names and credentials, byte for byte.
