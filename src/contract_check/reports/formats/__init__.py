"""One module a report format; its name is the format's name."""
