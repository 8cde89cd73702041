"""How does what arrives become columns, and is it new and believed?"""
