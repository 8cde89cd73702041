"""Own the rules that every application is asked, a few small ones a module."""
