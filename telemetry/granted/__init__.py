"""What is granted to whom, as columns?"""
