"""What becomes of the bytes of an upload: checked and copied in a process of its own, which may die of them."""
