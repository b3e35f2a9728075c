"""`make chaos`: the whole system under load, harmed in every way that operation knows, and judged afterwards."""
