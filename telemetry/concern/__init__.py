"""What are people told of, who is, and what do they make of it?"""
