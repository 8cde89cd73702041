"""What senders write: one small module for each wire or file format."""
