"""What analysts may read: views without a name, a word, a phone, a case's id or an exact place."""
