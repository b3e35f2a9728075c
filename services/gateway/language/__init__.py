"""In which language the gateway speaks: Chinese, or English to who asks for it."""
