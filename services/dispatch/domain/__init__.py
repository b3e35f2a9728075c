"""The work order and its rules: pure Python, one idea a module.

`lifecycle` says what may happen and who may make it happen; `order` is the way through the loop; `clocks`
and `alarms` are time; the others are ways of working that an order may take on its way.
"""
