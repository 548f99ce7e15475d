//! Fetches bytes, and keeps the index file.
