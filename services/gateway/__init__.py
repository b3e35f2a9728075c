"""Gateway: JSON over HTTP for the phones; owns no case data."""
