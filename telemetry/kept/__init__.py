"""What is kept of the past, for how long, and in which form is it taken away?"""
