//! What a server says is one line in an error, of bounded length.
