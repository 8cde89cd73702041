"""How do zones look on the wire? As GeoJSON features, and as answers about them."""
