"""The shared nouns. Every room may import them; they import no room."""
