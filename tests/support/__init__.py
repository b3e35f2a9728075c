"""What several tests share: stores in memory, a small district, a driver of the loop."""
