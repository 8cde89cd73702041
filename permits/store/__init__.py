"""What permits write down and read back; the only place with SQL."""
