"""A long backlog: what has gathered while dispatch was away is drained, in the order in which it came."""
