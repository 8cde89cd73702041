"""The wire shapes of billing, with translators to and from the model; money is text."""
