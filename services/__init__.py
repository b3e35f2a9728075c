"""The three services that carry the loop, and the gateway in front of them."""
