"""Pages for people who follow a link."""
