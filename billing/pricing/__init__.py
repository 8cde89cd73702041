"""The steps of pricing: who is priced, what is counted, in which hours and parts, up to what."""
