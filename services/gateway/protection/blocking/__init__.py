"""封禁: a person, a program or an address that may not use the service for a time, said by somebody, with a reason."""
