"""公开查询: what anybody may know of what was reported. A read model: it changes nothing, and tells of no person.

What is shown, and how exactly, is in `shared.contracts.publicity`; `searching` says which requests are meant, `showing`
makes of a report what goes out.
"""
