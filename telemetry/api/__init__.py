"""The HTTP interface of movement, one module a subject; `routes` joins them."""
