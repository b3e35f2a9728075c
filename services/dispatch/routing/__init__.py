"""Who serves: `desk` is asked, `search` finds who is near, `choice` filters and ranks them by `scoring` under
`weights`, and `explaining` says why it was not somebody else.
"""
