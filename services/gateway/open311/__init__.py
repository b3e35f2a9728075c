"""Open311 GeoReport v2 (https://wiki.open311.org/GeoReport_v2/): tools of other cities report here and read the state.

The specification is strict about its own answers, so this room has none of the gateway's usual ones: errors are lists,
formats are told by the address, and only 400, 403 and 404 refuse.
"""
