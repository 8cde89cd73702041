"""What permits say to people, in French and in English; one module a language."""
