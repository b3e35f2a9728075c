"""What keeps the edge up: limits of use, blocks, and no connection that takes more than its share."""
