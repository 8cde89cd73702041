"""The wire shapes of permits, with translators to and from the model."""
