"""What does a recorded track come to, offline?"""
