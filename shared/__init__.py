"""What the services share: the kernel (pure), the contracts between them, and the runtime that carries both."""
