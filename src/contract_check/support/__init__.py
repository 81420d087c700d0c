"""Low-level things several rooms need: running programs, redacting secrets, caching on disk."""
