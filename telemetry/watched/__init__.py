"""What do those see who watch live?"""
