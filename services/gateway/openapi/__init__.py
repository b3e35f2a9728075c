"""What the gateway tells of itself: the OpenAPI document in Chinese and English, and the page that shows it."""
