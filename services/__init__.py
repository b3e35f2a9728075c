"""The three services that carry the loop, feed and pictures beside them, and the gateway in front."""
