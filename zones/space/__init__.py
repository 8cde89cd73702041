"""Areas on the ground: read, drawn, measured, crossed; and whether the city has a say there."""
