"""Live: what happens to cases, told to who watches, as it happens and without a gap."""
