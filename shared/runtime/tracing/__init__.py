"""Tracing by OpenTelemetry. A case is one trace, and its trace id is the case's id: whoever knows the case can join it.

`ids` says what spans and traces are called, `sampling` which traces are kept, `exporting` what may leave the process,
`starting` puts them together once a process starts. The spans themselves: `steps` (a step, and its event going out),
`workers` (a call that is served, events that are heard), `calling` (a call that is made). Off unless the environment
says where traces go; then `active()` is None, which is all that a step costs. See docs/tracing.md.
"""
