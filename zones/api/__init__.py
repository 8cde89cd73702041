"""Which addresses are there for zones? Reading is everybody's, publishing the rule makers'."""
