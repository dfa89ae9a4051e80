"""Tables as people export them."""
