"""Dispatch: owns the work order 组织派单, 红管家服务, and the organisation that serves."""
