"""How long is a vehicle in a zone, beside how many others, and how did it come and go?"""
