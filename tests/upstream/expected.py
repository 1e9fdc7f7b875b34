"""What Otter Wiki's own tests find different on our store, each with its reason."""

COLLECTED = 935

FAILURES: dict[str, str] = {}
