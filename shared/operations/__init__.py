"""What an operator has to know of the whole system, put together from whoever can tell a part of it."""
