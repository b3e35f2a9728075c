"""Live streams under load: every watcher gets every event of its case, in order, whatever is restarted meanwhile."""
