"""Whether examples are drawn anew, for somebody who looks for what nobody has thought of: `EXPLORE=1 make test`.

Else each run draws the same ones, and fails only for what was changed.
"""

import os

EXPLORING = bool(os.environ.get("EXPLORE"))
