"""How do vehicles go on from fix to fix, and through which zones?"""
