"""线上线下融合: the ways in which a report reaches us."""

APP, WECHAT, PHONE, DESK, GROUP, DOOR = "app", "wechat", "phone", "desk", "group", "door"
"""手机, 微信, 电话, 窗口, 楼栋群, 上门."""
COURIER, OPEN311, IMPORT = "courier", "open311", "import"
"""网格哨兵 in two taps, the public interface of other cities' tools, a list that was kept offline."""

CHANNELS = (APP, WECHAT, PHONE, DESK, GROUP, DOOR, COURIER, OPEN311, IMPORT)
BY_WORKERS = (PHONE, DESK, GROUP, DOOR, WECHAT, IMPORT)
"""Those in which somebody of the organisation enters what a resident says."""
