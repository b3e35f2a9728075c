"""Following a case by a link: for residents without an account, whose report a worker took down."""
