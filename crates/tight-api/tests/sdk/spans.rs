//! What is traced of a call.
