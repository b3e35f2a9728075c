"""公开查询: what anybody may know of what was reported. A read model: it changes nothing, and tells of no person.

`visibility` says what is shown and how exactly, `searching` which requests are meant, `showing` and `updates` make of
a report what goes out.
"""
